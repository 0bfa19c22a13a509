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

    /// Takes a closed bar and gives its outputs. O(1) amortised in the lengths of the windows; allocates nothing.
    fn step(&mut self, bar: &Bar<Self::Scalar>) -> Self::Output;
    /// The outputs that [`Strategy::step`] would give for a bar that may still change. Nothing is changed. Costs a copy of the state.
    fn peek(&self, bar: &Bar<Self::Scalar>) -> Self::Output;
    /// The outputs of every bar of a history, from a fresh state: the strategy's own live state is neither used nor changed.
    #[cfg(feature = "alloc")]
    fn batch(&self, bars: &[Bar<Self::Scalar>]) -> Self::Columns;
    /// As [`Strategy::batch`], into the caller's buffers; allocates nothing. Every buffer must be as long as `bars`.
    fn batch_into(&self, bars: &[Bar<Self::Scalar>], buffers: Self::Buffers<'_>) -> Result<(), BufferError>;
    /// As [`Strategy::batch`], over a history that lies in columns.
    #[cfg(feature = "alloc")]
    fn batch_columns(&self, bars: BarColumns<'_, Self::Scalar>) -> Self::Columns {
        self.batch(&bars.to_bars())
    }
    /// As [`Strategy::batch_columns`], into the caller's buffers; a compiled strategy allocates nothing.
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
    /// The bytes of state.
    fn state_bytes(&self) -> usize;
}

/// A buffer given to [`Strategy::batch_into`] does not have an element for each bar. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferError {
    output: &'static str,
    len: usize,
    bars: usize,
}

impl BufferError {
    /// The output whose buffer is wrong.
    pub fn output(&self) -> &'static str {
        self.output
    }
    /// Checks one buffer.
    #[doc(hidden)]
    #[inline]
    pub fn check(output: &'static str, len: usize, bars: usize) -> Result<(), BufferError> {
        if len == bars { Ok(()) } else { Err(BufferError { output, len, bars }) }
    }
}

impl fmt::Display for BufferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BufferError { output, len, bars } = self;
        write!(f, "the buffer of `{output}` has {len} elements, the history {bars} bars: give it one element for each bar")
    }
}

impl core::error::Error for BufferError {}
