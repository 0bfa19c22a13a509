//! How a session runs its strategy, chosen in code or by the environment.

use std::env;
use std::fmt;

/// How a strategy is run over a history that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ExecutionMode {
    /// Every answer is computed from the whole history. Always there, and what is served where another mode is found wrong.
    #[default]
    Batch,
    /// Every answer is a step of a state that lives on.
    Incremental,
}

impl ExecutionMode {
    /// The name, as the environment has it.
    pub fn name(self) -> &'static str {
        match self {
            ExecutionMode::Batch => "batch",
            ExecutionMode::Incremental => "incremental",
        }
    }
}

impl fmt::Display for ExecutionMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A mode, and whether the other one runs beside it to be compared.
///
/// ```
/// use barlang::session::{Execution, ExecutionMode};
/// let chosen = Execution::from_vars(|name| (name == "TA_EXECUTION_MODE").then(|| "incremental".to_owned()))?;
/// assert_eq!(chosen, Execution::new(ExecutionMode::Incremental));
///
/// let error = Execution::from_vars(|name| (name == "TA_PARITY_SAMPLE_RATE").then(|| "2".to_owned())).unwrap_err();
/// assert_eq!(error.to_string(), "`TA_PARITY_SAMPLE_RATE` is `2`: set it to a number from 0 to 1, or leave it out");
/// # Ok::<(), barlang::session::EnvError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Execution {
    mode: ExecutionMode,
    /// The share of bars that are compared; none without a shadow.
    shadow: Option<f64>,
}

impl Execution {
    /// The variable that chooses the mode.
    pub const MODE: &'static str = "TA_EXECUTION_MODE";
    /// The variable that turns the shadow on.
    pub const SHADOW: &'static str = "TA_PARITY_SHADOW";
    /// The variable that says which share of the bars is compared.
    pub const SAMPLE_RATE: &'static str = "TA_PARITY_SAMPLE_RATE";

    /// A mode without a shadow.
    #[must_use]
    pub fn new(mode: ExecutionMode) -> Self {
        Execution { mode, shadow: None }
    }
    /// The same with a shadow: both modes run, and are compared on this share of the bars, at least 0 and at most 1; on all
    /// of them where it is no number.
    #[must_use]
    pub fn shadowed(self, sample_rate: f64) -> Self {
        // NaN would compare nothing, though a shadow was asked for.
        let rate = if sample_rate.is_nan() { 1.0 } else { sample_rate.clamp(0.0, 1.0) };
        Execution { shadow: Some(rate), ..self }
    }
    /// What the environment says: `TA_EXECUTION_MODE` is `batch` (the default) or `incremental`, `TA_PARITY_SHADOW` is `true` or `false` (the
    /// default), `TA_PARITY_SAMPLE_RATE` a number from 0 to 1 (1 by default).
    pub fn from_env() -> Result<Self, EnvError> {
        Self::from_vars(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }
    /// As [`Execution::from_env`], of variables that come from elsewhere.
    pub fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, EnvError> {
        let error = |variable, value, accepted| EnvError { variable, value, accepted };
        let mode = match var(Self::MODE) {
            None => ExecutionMode::Batch,
            Some(value) => match value.as_str() {
                "batch" => ExecutionMode::Batch,
                "incremental" => ExecutionMode::Incremental,
                _ => return Err(error(Self::MODE, value, "`batch` or `incremental`")),
            },
        };
        let is_shadowed = match var(Self::SHADOW) {
            None => false,
            Some(value) => match value.as_str() {
                "true" => true,
                "false" => false,
                _ => return Err(error(Self::SHADOW, value, "`true` or `false`")),
            },
        };
        let rate = match var(Self::SAMPLE_RATE) {
            None => 1.0,
            Some(value) => match value.parse() {
                Ok(rate) if (0.0..=1.0).contains(&rate) => rate,
                _ => return Err(error(Self::SAMPLE_RATE, value, "a number from 0 to 1")),
            },
        };
        Ok(Execution { mode, shadow: is_shadowed.then_some(rate) })
    }
    /// The mode whose answers are served.
    pub fn mode(self) -> ExecutionMode {
        self.mode
    }
    /// Whether both modes run.
    pub fn is_shadowed(self) -> bool {
        self.shadow.is_some()
    }
    /// Whether the bar of this time is compared: decided by the time alone, so that every run compares the same bars.
    pub fn samples(self, time: i64) -> bool {
        self.shadow.is_some_and(|rate| {
            // The last mix of splitmix64 spreads times that lie on a grid.
            let mut hash = time.cast_unsigned().wrapping_add(0x9e37_79b9_7f4a_7c15);
            hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((hash ^ (hash >> 31)) >> 11) as f64 / ((1u64 << 53) as f64) < rate
        })
    }
}

/// A variable of the environment that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvError {
    variable: &'static str,
    value: String,
    accepted: &'static str,
}

impl EnvError {
    /// The variable.
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

impl fmt::Display for EnvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EnvError { variable, value, accepted } = self;
        write!(f, "`{variable}` is `{value}`: set it to {accepted}, or leave it out")
    }
}

impl std::error::Error for EnvError {}
