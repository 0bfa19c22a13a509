//! A bar: the opening time and five numbers, valid by construction.

use crate::value::{INPUT_MAX, Scalar};
use core::fmt;

/// One bar of market data. Every bar that exists is valid, so no strategy ever checks one.
///
/// ```
/// use barlang::Bar;
/// let bar = Bar::new(1_700_000_000_000_000_000, 10.0, 12.0, 9.5, 11.0, 2_500.0)?;
/// assert_eq!(bar.close(), 11.0);
/// let error = Bar::new(0, 10.0, 9.0, 9.5, 9.7, 1.0).unwrap_err();
/// assert_eq!(error.to_string(), "`high` 9.0 is below `low` 9.5");
/// # Ok::<(), barlang::BarError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar<S = f64> {
    time: i64,
    open: S,
    high: S,
    low: S,
    close: S,
    volume: S,
}

impl<S: Scalar> Bar<S> {
    /// A bar that opened at `time_ns` (nanoseconds since 1970 UTC).
    ///
    /// Prices must be finite with `low <= open, close <= high`; volume must be finite and not negative; nothing may exceed
    /// 10^50 in magnitude. Otherwise the error names the field.
    #[inline]
    pub fn new(time_ns: i64, open: S, high: S, low: S, close: S, volume: S) -> Result<Self, BarError> {
        let fields = [(Field::Open, open), (Field::High, high), (Field::Low, low), (Field::Close, close), (Field::Volume, volume)];
        for (field, value) in fields {
            if !value.is_input() {
                return Err(BarError::not_a_number(field, value));
            }
        }
        if high < low {
            return Err(BarError::order(Field::High, high, "below", Field::Low, low));
        }
        for (field, value) in [(Field::Open, open), (Field::Close, close)] {
            if value > high {
                return Err(BarError::order(field, value, "above", Field::High, high));
            }
            if value < low {
                return Err(BarError::order(field, value, "below", Field::Low, low));
            }
        }
        if volume < S::ZERO {
            return Err(BarError::negative_volume(volume));
        }
        Ok(Bar { time: time_ns, open, high, low, close, volume })
    }
    /// A bar of fields that have passed [`Bar::new`] before.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn known(time: i64, open: S, high: S, low: S, close: S, volume: S) -> Self {
        Bar { time, open, high, low, close, volume }
    }
    /// The opening time in nanoseconds since 1970 UTC.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn time(&self) -> i64 {
        self.time
    }
    /// The first price.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn open(&self) -> S {
        self.open
    }
    /// The greatest price.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn high(&self) -> S {
        self.high
    }
    /// The least price.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn low(&self) -> S {
        self.low
    }
    /// The last price.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn close(&self) -> S {
        self.close
    }
    /// The amount traded.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn volume(&self) -> S {
        self.volume
    }
}

/// A field of a bar that holds a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The first price.
    Open,
    /// The greatest price.
    High,
    /// The least price.
    Low,
    /// The last price.
    Close,
    /// The amount traded.
    Volume,
}

impl Field {
    /// The name of the field in the language.
    pub fn name(self) -> &'static str {
        match self {
            Field::Open => "open",
            Field::High => "high",
            Field::Low => "low",
            Field::Close => "close",
            Field::Volume => "volume",
        }
    }
}

/// Why [`Bar::new`] refused: which field, and what is wrong with it.
#[derive(Clone, Copy, PartialEq)]
pub struct BarError {
    field: Field,
    problem: Problem,
}

#[derive(Clone, Copy, PartialEq)]
enum Problem {
    Nan,
    Infinite,
    TooLarge(Text),
    Order { value: Text, relation: &'static str, other: Field, other_value: Text },
    NegativeVolume(Text),
}

impl BarError {
    /// The field that is wrong.
    pub fn field(&self) -> Field {
        self.field
    }
    #[cold]
    fn not_a_number<S: Scalar>(field: Field, value: S) -> Self {
        let text = Text::of(value);
        let problem = match text.as_str() {
            "NaN" => Problem::Nan,
            "inf" | "-inf" => Problem::Infinite,
            _ => Problem::TooLarge(text),
        };
        BarError { field, problem }
    }
    #[cold]
    fn order<S: Scalar>(field: Field, value: S, relation: &'static str, other: Field, other_value: S) -> Self {
        let problem = Problem::Order { value: Text::of(value), relation, other, other_value: Text::of(other_value) };
        BarError { field, problem }
    }
    #[cold]
    fn negative_volume<S: Scalar>(value: S) -> Self {
        BarError { field: Field::Volume, problem: Problem::NegativeVolume(Text::of(value)) }
    }
}

impl fmt::Display for BarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.field.name();
        match &self.problem {
            Problem::Nan => write!(f, "`{name}` is NaN, a bar holds finite numbers only"),
            Problem::Infinite => write!(f, "`{name}` is infinite, a bar holds finite numbers only"),
            Problem::TooLarge(value) => {
                write!(f, "`{name}` is {}, beyond the largest number a bar may hold, {INPUT_MAX:e}", value.as_str())
            }
            Problem::Order { value, relation, other, other_value } => {
                write!(f, "`{name}` {} is {relation} `{}` {}", value.as_str(), other.name(), other_value.as_str())
            }
            Problem::NegativeVolume(value) => write!(f, "`volume` is negative: {}", value.as_str()),
        }
    }
}

impl fmt::Debug for BarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BarError({self})")
    }
}

impl core::error::Error for BarError {}

/// A short text held in place, so that errors need no allocator.
#[derive(Clone, Copy, PartialEq)]
struct Text {
    bytes: [u8; 40],
    len: u8,
}

impl Text {
    fn of(value: impl fmt::Debug) -> Self {
        let mut text = Text { bytes: [0; 40], len: 0 };
        // A number longer than the buffer is cut: the message stays readable.
        let _ = fmt::Write::write_fmt(&mut text, format_args!("{value:?}"));
        text
    }
    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or("a number")
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        for byte in s.bytes() {
            let at = usize::from(self.len);
            if at == self.bytes.len() {
                return Err(fmt::Error);
            }
            self.bytes[at] = byte;
            self.len += 1;
        }
        Ok(())
    }
}
