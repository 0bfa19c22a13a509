//! What every strategy can do, however it was made.

use crate::bar::{Bar, Field};
use crate::columns::{BarColumns, History};
use crate::row::Value;
use crate::state::Visitor;
use crate::value::{Num, Scalar};
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

/// What generated code implements; [`Strategy`] follows from it.
#[doc(hidden)]
pub trait Machine: Clone + Send + Sync + 'static {
    type Scalar: Scalar;
    type Core: Copy;
    type Memory;
    type Output;
    type Columns;
    type Buffers<'a>;
    /// The first bar on which every node that can be is warm.
    const WARM: usize;
    /// The greatest warm-up of an output.
    const WARMUP: usize;
    const FIELDS: &'static [Field];
    const FINGERPRINT: u128;
    const PLAN: &'static str;
    /// The names of the outputs.
    const OUTPUTS: &'static [&'static str];

    fn start() -> Self;
    fn parts(&mut self) -> (&mut Self::Core, &mut Self::Memory);
    fn seen(core: &Self::Core) -> u64;
    fn check(buffers: &Self::Buffers<'_>, bars: usize) -> Result<(), BufferError>;
    fn put(buffers: &mut Self::Buffers<'_>, index: usize, output: Self::Output);
    /// A bar on which some node may not be warm.
    fn warm(core: &mut Self::Core, memory: &mut Self::Memory, bar: &Bar<Self::Scalar>) -> Self::Output;
    /// A bar after [`Machine::WARM`].
    fn next(core: &mut Self::Core, memory: &mut Self::Memory, bar: &Bar<Self::Scalar>) -> Self::Output;
    /// The bars `from..`, all after [`Machine::WARM`].
    fn run<H: History<Self::Scalar>>(core: Self::Core, memory: &mut Self::Memory, bars: H, from: usize, buffers: Self::Buffers<'_>);
    fn columns(bars: usize) -> Self::Columns;
    fn buffers(columns: &mut Self::Columns) -> Self::Buffers<'_>;
    /// Shows all that the strategy remembers, in the order of the plan.
    fn visit(core: &mut Self::Core, memory: &mut Self::Memory, v: &mut dyn Visitor<<Self::Scalar as Scalar>::Cell>);
    /// Gives away the outputs of a bar, in the order of their names.
    fn values(output: &Self::Output, put: &mut dyn FnMut(Value<Self::Scalar>));
    /// The outputs of one bar of a history.
    fn row(columns: &Self::Columns, index: usize) -> Self::Output;
}

/// Says which kinds of number a type of integers stands for, so that an expression which meets no bar has one.
///
/// Defaults of type parameters do not count in expressions, but an integer literal that nothing decides is an `i32`, and that stands for `f64`
/// alone. Where a bar has decided on another kind, only `u32` fits.
#[doc(hidden)]
pub trait StandsFor<S> {}

impl StandsFor<f64> for i32 {}
impl<S: Scalar> StandsFor<S> for u32 {}

/// The same strategy, over `f64` where nothing else decides. Besides it takes an integer literal without a suffix.
#[doc(hidden)]
#[inline(always)]
pub fn or_f64<M: Machine, I: StandsFor<M::Scalar>>(strategy: M, _: I) -> M {
    strategy
}

/// Whether the plan's proofs hold: they rest on arithmetic that cannot overflow.
#[inline(always)]
fn is_proved<M: Machine>() -> bool {
    !<<M::Scalar as Scalar>::Cell as Num>::OVERFLOWS
}

fn run<M: Machine, H: History<M::Scalar>>(bars: H, mut buffers: M::Buffers<'_>) {
    let mut fresh = M::start();
    let (core, memory) = fresh.parts();
    let mut core = *core;
    let warm = if is_proved::<M>() { bars.bars().min(M::WARM) } else { bars.bars() };
    for i in 0..warm {
        let output = M::warm(&mut core, memory, &bars.bar(i));
        M::put(&mut buffers, i, output);
    }
    M::run(core, memory, bars, warm, buffers);
}

impl<M: Machine> Strategy for M {
    type Scalar = M::Scalar;
    type Output = M::Output;
    type Columns = M::Columns;
    type Buffers<'a> = M::Buffers<'a>;

    #[inline(always)]
    fn step(&mut self, bar: &Bar<M::Scalar>) -> M::Output {
        let (core, memory) = self.parts();
        if !is_proved::<M>() || M::seen(core) < M::WARM as u64 { M::warm(core, memory, bar) } else { M::next(core, memory, bar) }
    }
    #[inline]
    fn peek(&self, bar: &Bar<M::Scalar>) -> M::Output {
        self.clone().step(bar)
    }
    #[cfg(feature = "alloc")]
    fn batch(&self, bars: &[Bar<M::Scalar>]) -> M::Columns {
        let mut columns = M::columns(bars.len());
        run::<M, _>(bars, M::buffers(&mut columns));
        columns
    }
    fn batch_into(&self, bars: &[Bar<M::Scalar>], buffers: M::Buffers<'_>) -> Result<(), BufferError> {
        M::check(&buffers, bars.len())?;
        run::<M, _>(bars, buffers);
        Ok(())
    }
    #[cfg(feature = "alloc")]
    fn batch_columns(&self, bars: BarColumns<'_, M::Scalar>) -> M::Columns {
        let mut columns = M::columns(bars.len());
        run::<M, _>(bars, M::buffers(&mut columns));
        columns
    }
    fn batch_columns_into(&self, bars: BarColumns<'_, M::Scalar>, buffers: M::Buffers<'_>) -> Result<(), BufferError> {
        M::check(&buffers, bars.len())?;
        run::<M, _>(bars, buffers);
        Ok(())
    }
    fn reset(&mut self) {
        *self = M::start();
    }
    fn warmup(&self) -> usize {
        M::WARMUP
    }
    fn fields(&self) -> &[Field] {
        M::FIELDS
    }
    fn fingerprint(&self) -> u128 {
        M::FINGERPRINT
    }
    fn plan(&self) -> &str {
        M::PLAN
    }
    fn state_bytes(&self) -> usize {
        size_of::<M>()
    }
}

/// Bars of a block of a generated batch.
pub(crate) const BLOCK: usize = 64;

/// The bars of a block, counted.
#[doc(hidden)]
pub const BAR: [i32; BLOCK] = {
    let mut bars = [0; BLOCK];
    let mut bar = 0;
    while bar < BLOCK {
        bars[bar] = bar as i32;
        bar += 1;
    }
    bars
};

/// The block that starts at `at`, when it is whole.
#[doc(hidden)]
#[inline(always)]
pub fn chunk_mut<T>(slice: &mut [T], at: usize) -> Option<&mut [T; BLOCK]> {
    slice.get_mut(at..).and_then(|rest| rest.first_chunk_mut())
}
