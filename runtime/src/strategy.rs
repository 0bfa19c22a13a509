//! What every strategy can do, however it was made.

use crate::bar::{Bar, Field};
use crate::columns::BarColumns;
use crate::value::Scalar;
use core::fmt;

/// A compiled program: one meaning, run over a history, bar by bar, or over a bar that is still forming.
///
/// `ta!` and strategy folders make types that implement it. `batch` of a history and `step` over its bars give the same outputs, to the
/// last bit.
///
/// ```
/// use barlang::{ta, Bar, Strategy};
/// let mut golden = ta!(cross_over(ema(close, 2), ema(close, 3)));
/// let bars: Vec<Bar> = [5.0, 4.0, 3.0, 2.0, 6.0].iter().enumerate()
///     .map(|(i, &price)| Bar::new(i as i64, price, price, price, price, 0.0))
///     .collect::<Result<_, _>>()?;
/// let signals = golden.batch(&bars);
/// for (i, bar) in bars.iter().enumerate() {
///     assert_eq!(golden.peek(bar), signals.get(i));
///     assert_eq!(golden.step(bar), signals.get(i));
/// }
/// assert_eq!(golden.warmup(), 3);
/// # Ok::<(), barlang::BarError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a strategy",
    label = "not a strategy",
    note = "strategies are the value of `ta!(…)`, the types that `ta!` and strategy folders define, and `Interpreter`"
)]
pub trait Strategy {
    /// The kind of number the bars are made of.
    type Scalar: Scalar;
    /// What one bar gives: `Option<bool>`, `Option<number>`, or a struct with a field for each output.
    type Output;
    /// What a history gives: a series, or a struct of series.
    type Columns;
    /// Where [`Strategy::batch_into`] writes: a slice, or a struct of slices, one element a bar.
    type Buffers<'a>;

    /// Takes a closed bar and gives its outputs. O(1) amortised in the lengths of the windows. A compiled strategy allocates nothing;
    /// where the outputs are a `Row`, as those of an `Interpreter`, its list of values is allocated.
    fn step(&mut self, bar: &Bar<Self::Scalar>) -> Self::Output;
    /// The outputs that [`Strategy::step`] would give for a bar that may still change. Nothing is changed. Costs a copy of the state, which a
    /// compiled strategy has on the stack, and an `Interpreter` allocates.
    fn peek(&self, bar: &Bar<Self::Scalar>) -> Self::Output;
    /// The outputs of every bar of a history, from a fresh state: the strategy's own live state is neither used nor changed.
    #[cfg(feature = "alloc")]
    fn batch(&self, bars: &[Bar<Self::Scalar>]) -> Self::Columns;
    /// As [`Strategy::batch`], into the caller's buffers. A compiled strategy allocates nothing; an `Interpreter` allocates its state, which
    /// does not grow with the number of bars.
    ///
    /// Every buffer must be as long as `bars`. Where the buffers are a `Table`, it must be one of the same outputs: names and kinds
    /// in the same order. Otherwise there is an error, and nothing was written.
    fn batch_into(&self, bars: &[Bar<Self::Scalar>], buffers: Self::Buffers<'_>) -> Result<(), BufferError>;
    /// As [`Strategy::batch`], over a history that lies in columns.
    #[cfg(feature = "alloc")]
    fn batch_columns(&self, bars: BarColumns<'_, Self::Scalar>) -> Self::Columns {
        self.batch(&bars.to_bars())
    }
    /// As [`Strategy::batch_into`], over a history that lies in columns.
    #[cfg(feature = "alloc")]
    fn batch_columns_into(&self, bars: BarColumns<'_, Self::Scalar>, buffers: Self::Buffers<'_>) -> Result<(), BufferError> {
        self.batch_into(&bars.to_bars(), buffers)
    }
    /// As [`Strategy::batch_into`], over a history that lies in columns.
    #[cfg(not(feature = "alloc"))]
    fn batch_columns_into(&self, bars: BarColumns<'_, Self::Scalar>, buffers: Self::Buffers<'_>) -> Result<(), BufferError>;
    /// Forgets every bar.
    fn reset(&mut self);
    /// How many bars pass before every output has its first value, when nothing else is null.
    fn warmup(&self) -> usize;
    /// The fields of a bar that the outputs depend on.
    fn fields(&self) -> &[Field];
    /// The fingerprint of the plan: equal for programs that compute the same nodes in the same order.
    fn fingerprint(&self) -> u128;
    /// The plan as text, one node a line.
    fn plan(&self) -> &str;
    /// The bytes of state. Those of a compiled strategy lie where it lies, and once more on the stack in [`peek`](Strategy::peek) and [`batch`](Strategy::batch): windows
    /// of many thousands of bars ask for a stack that holds them.
    fn state_bytes(&self) -> usize;
}

/// The name of an output: those of a program given as a string are only known when it runs.
#[cfg(feature = "alloc")]
type Name = alloc::borrow::Cow<'static, str>;
#[cfg(not(feature = "alloc"))]
type Name = &'static str;

/// What was given to [`Strategy::batch_into`] does not take the outputs of this strategy over these bars. Nothing was written.
///
/// ```
/// use barlang::{ta, Bar, Strategy};
/// let bars = [Bar::new(0, 1.0, 1.0, 1.0, 1.0, 0.0)?];
/// let error = ta!(close > open).batch_into(&bars, &mut []).unwrap_err();
/// assert_eq!(error.output(), "result");
/// assert_eq!(error.to_string(), "the buffer of `result` has 0 elements, the history 1 bars: give it one element for each bar");
/// # Ok::<(), barlang::BarError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BufferError {
    output: Name,
    problem: Problem,
}

/// What is wrong with a buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    /// It does not have an element for each bar.
    Length { len: usize, bars: usize },
    /// It is one of the other kind of values.
    Kind { expected: &'static str, given: &'static str },
    /// Another output has its place, or there is no such place.
    #[cfg(feature = "alloc")]
    Place { given: Option<Name> },
    /// There is no such output.
    #[cfg(feature = "alloc")]
    Extra,
}

impl BufferError {
    /// The output whose buffer is wrong or missing; of a buffer too many, the output that it is for.
    pub fn output(&self) -> &str {
        let BufferError { output, .. } = self;
        output
    }
    /// Checks the length of one buffer.
    #[doc(hidden)]
    #[inline]
    pub fn check(output: &'static str, len: usize, bars: usize) -> Result<(), BufferError> {
        if len == bars { Ok(()) } else { Err(Self::length(output, len, bars)) }
    }
    /// The error of a buffer of a wrong length.
    #[doc(hidden)]
    pub fn length(output: impl Into<Name>, len: usize, bars: usize) -> Self {
        BufferError { output: output.into(), problem: Problem::Length { len, bars } }
    }
    /// The error of a buffer for the other kind of values.
    #[doc(hidden)]
    pub fn kind(output: impl Into<Name>, is_bool: bool) -> Self {
        let (expected, given) = if is_bool { ("truth values", "numbers") } else { ("numbers", "truth values") };
        BufferError { output: output.into(), problem: Problem::Kind { expected, given } }
    }
    /// Checks that there is a buffer for each output, in their order.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    pub fn check_names(outputs: &[alloc::string::String], buffers: &[alloc::string::String]) -> Result<(), BufferError> {
        let places = outputs.len().max(buffers.len());
        let wrong = (0..places).map(|i| (outputs.get(i), buffers.get(i))).find(|(output, buffer)| output != buffer);
        match wrong {
            None => Ok(()),
            Some((Some(output), buffer)) => Err(BufferError {
                output: output.clone().into(),
                problem: Problem::Place { given: buffer.map(|name| name.clone().into()) },
            }),
            Some((None, buffer)) => Err(BufferError { output: buffer.cloned().unwrap_or_default().into(), problem: Problem::Extra }),
        }
    }
}

impl fmt::Display for BufferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let output = &self.output;
        match &self.problem {
            Problem::Length { len, bars } => {
                write!(f, "the buffer of `{output}` has {len} elements, the history {bars} bars: give it one element for each bar")
            }
            Problem::Kind { expected, given } => write!(f, "the buffer of `{output}` is one of {given}, its values are {expected}"),
            #[cfg(feature = "alloc")]
            Problem::Place { given: Some(given) } => {
                write!(f, "a buffer of `{output}` is expected where one of `{given}` is given: give the outputs of this strategy")
            }
            #[cfg(feature = "alloc")]
            Problem::Place { given: None } => write!(f, "there is no buffer of `{output}`: give one for each output of this strategy"),
            #[cfg(feature = "alloc")]
            Problem::Extra => write!(f, "a buffer of `{output}` is given, which is no output of this strategy"),
        }
    }
}

impl core::error::Error for BufferError {}
