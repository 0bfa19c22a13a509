//! Where bars come from: symbol, timeframe, source.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use std::str::FromStr;

/// A stream of bars of its own. As text, a `/` or `\` in a name has a `\` before it: no two partitions have the same text.
///
/// ```
/// use barlang::session::Partition;
/// let partition = Partition::new("EURUSD", "5m".parse()?, "feed");
/// assert_eq!(partition.to_string(), "EURUSD/5m/feed");
/// assert_eq!(Partition::new("EUR/USD", "5m".parse()?, "feed").to_string(), r"EUR\/USD/5m/feed");
/// # Ok::<(), barlang::session::TimeframeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Partition {
    /// What is traded.
    pub symbol: String,
    /// How long a bar lasts.
    pub timeframe: Timeframe,
    /// Who says so.
    pub source: String,
}

impl Partition {
    /// A partition of these parts.
    pub fn new(symbol: impl Into<String>, timeframe: Timeframe, source: impl Into<String>) -> Self {
        Partition { symbol: symbol.into(), timeframe, source: source.into() }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", Part(&self.symbol), self.timeframe, Part(&self.source))
    }
}

/// A part of a partition as text, in which no `/` stands by itself.
struct Part<'a>(&'a str);

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if matches!(c, '/' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)
        })
    }
}

/// How long a bar lasts: `30s`, `5m`, `1h`, `1d`, `1w`. With serde it is that text, and another text an error.
///
/// ```
/// use barlang::session::Timeframe;
/// let timeframe: Timeframe = serde_json::from_str(r#""5m""#)?;
/// assert_eq!((timeframe.seconds(), serde_json::to_string(&timeframe)?.as_str()), (300, r#""5m""#));
/// for wrong in [r#""0m""#, r#""5""#, "300", "0"] {
///     assert!(serde_json::from_str::<Timeframe>(wrong).is_err(), "{wrong}");
/// }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timeframe(u32);

const UNITS: [(char, u32); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Timeframe {
    /// The seconds of a bar.
    pub fn seconds(self) -> u32 {
        self.0
    }
    /// The least time from one bar's opening to the next, in nanoseconds. Bars longer than an hour follow a clock that may be put forward.
    pub(super) fn least_gap(self) -> i64 {
        let hour = 3_600;
        let seconds = if self.0 > hour { self.0 - hour } else { self.0 };
        i64::from(seconds) * 1_000_000_000
    }
}

impl fmt::Display for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, seconds) = UNITS.into_iter().find(|(_, seconds)| self.0.is_multiple_of(*seconds)).unwrap_or(('s', 1));
        write!(f, "{}{unit}", self.0 / seconds)
    }
}

/// A text that is no timeframe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeframeError(String);

impl fmt::Display for TimeframeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no timeframe: write a count from 1 and a unit of `s`, `m`, `h`, `d`, `w`, as in `5m`", self.0)
    }
}

impl std::error::Error for TimeframeError {}

impl FromStr for Timeframe {
    type Err = TimeframeError;
    fn from_str(text: &str) -> Result<Self, TimeframeError> {
        let read = || {
            let (unit, seconds) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
            let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
            Some(Timeframe(count.checked_mul(seconds)?)).filter(|timeframe| timeframe.0 > 0)
        };
        read().ok_or_else(|| TimeframeError(text.to_owned()))
    }
}

impl TryFrom<String> for Timeframe {
    type Error = TimeframeError;
    fn try_from(text: String) -> Result<Self, TimeframeError> {
        text.parse()
    }
}

impl From<Timeframe> for String {
    fn from(timeframe: Timeframe) -> Self {
        timeframe.to_string()
    }
}
