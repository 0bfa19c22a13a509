//! What generated code gives, and what follows from it: state, [`Strategy`], and outputs as columns.
//!
//! ```text
//! struct Expression<S>;   impl Machine for Expression<S> { … }      the value of `ta!(…)` is a `Compiled<Expression<S>>`
//! struct GoldenCross<S> { state: Compiled<Self> }                   a named strategy holds one: `impl Instance for GoldenCross<S>`
//! ```

use crate::bar::{Bar, Field};
use crate::columns::{BarBlock, BarColumns, History};
use crate::row::Value;
use crate::series::{BoolSeries, NumSeries};
use crate::state::Visitor;
use crate::strategy::{BufferError, Strategy};
use crate::value::{Num, Scalar};
use core::fmt;

/// A program as Rust.
#[doc(hidden)]
pub trait Machine: Sized + 'static {
    type Scalar: Scalar;
    /// What changes from bar to bar, apart from windows.
    type Core: Copy + Send + Sync;
    /// What windows remember.
    type Memory: Copy + Send + Sync;
    type Output: Outputs<Self::Scalar>;
    const FACTS: Facts;

    /// The state before the first bar.
    fn start() -> Compiled<Self>;
    /// The bar of this number, on which some node may not be warm.
    fn warm(seen: u64, core: &mut Self::Core, memory: &mut Self::Memory, bar: &Bar<Self::Scalar>) -> Self::Output;
    /// A bar after [`Facts::warm`]: what the plan proves is not tested any more, where that is compiled.
    fn next(seen: u64, core: &mut Self::Core, memory: &mut Self::Memory, bar: &Bar<Self::Scalar>) -> Self::Output {
        Self::warm(seen, core, memory, bar)
    }
    /// A copy of what changes from bar to bar: number by number, where that is compiled. Copied several at once they would be waited for until what was
    /// just written has arrived in the cache.
    fn copied(core: &Self::Core) -> Self::Core {
        *core
    }
    /// The bars from this number on, all after [`Facts::warm`]: [`in_blocks`], where that is compiled.
    fn rest<H: History<Self::Scalar>>(
        core: &mut Self::Core,
        memory: &mut Self::Memory,
        bars: H,
        from: usize,
        slices: &mut Slices<'_, Self>,
    ) {
        for i in from..bars.bars() {
            Self::next(i as u64, core, memory, &bars.bar(i)).elements().put(slices, i);
        }
    }
    /// Shows all that the strategy remembers, in the order of the plan.
    fn visit(seen: u64, core: &mut Self::Core, memory: &mut Self::Memory, v: &mut dyn Visitor<<Self::Scalar as Scalar>::Cell>);
}

/// A program as loops over blocks of so many bars.
#[doc(hidden)]
pub trait InBlocks<const N: usize>: Machine {
    /// What loops over a block hand to one another.
    type Arrays;

    /// The arrays between the loops of a block, with what the bars before this one left.
    fn arrays(core: &Self::Core, memory: &Self::Memory, from: usize) -> Lines<Self::Arrays>;
    /// The bars of a block, the first of this number, all after [`Facts::warm`]. Where they are fewer than `N`, the others are filled up, and loops around kernels
    /// leave them out: it is the last block.
    fn block<B: BarBlock<Self::Scalar, N>>(
        core: &mut Self::Core,
        memory: &mut Self::Memory,
        arrays: &mut Lines<Self::Arrays>,
        bars: B,
        count: usize,
        from: usize,
        outputs: Blocks<'_, Self, N>,
    );
    /// The other way round, where a batch goes on from the state: what the arrays hold of the bars before this one. Numbers into the state, truth values to who asks, the newest of a
    /// node first.
    fn keep(
        _core: &mut Self::Core,
        _memory: &mut Self::Memory,
        _arrays: &Lines<Self::Arrays>,
        _until: usize,
        _truths: &mut dyn FnMut(TruthOf<Self>),
    ) {
    }
}

/// What is known of a program.
#[doc(hidden)]
#[derive(Debug)]
pub struct Facts {
    /// Its type.
    pub name: &'static str,
    /// Bars before any output can have a value, at most `warm`.
    pub silent: usize,
    /// The first bar on which every node that can be is warm.
    pub warm: usize,
    /// The greatest warm-up of an output.
    pub warmup: usize,
    pub fields: &'static [Field],
    pub fingerprint: u128,
    pub plan: &'static str,
}

/// The outputs of a bar: one, or a struct with a field for each.
#[doc(hidden)]
pub trait Outputs<S: Scalar>: Copy + Send {
    type Columns;
    type Buffers<'a>;
    /// The outputs as cells.
    type Elements: Elements<S>;
    const NAMES: &'static [&'static str];

    /// Columns for so many bars.
    fn columns(bars: usize) -> Self::Columns;
    fn buffers(columns: &mut Self::Columns) -> Self::Buffers<'_>;
    fn slices(buffers: Self::Buffers<'_>) -> <Self::Elements as Elements<S>>::Slices<'_>;
    /// The outputs of one bar of a history.
    fn row(columns: &Self::Columns, index: usize) -> Self;
    fn elements(self) -> Self::Elements;
}

impl<S: Scalar> Outputs<S> for Option<S> {
    type Columns = NumSeries<S>;
    type Buffers<'a> = &'a mut [S::Cell];
    type Elements = (S::Cell,);
    const NAMES: &'static [&'static str] = &["result"];

    fn columns(bars: usize) -> NumSeries<S> {
        NumSeries::nulls(bars)
    }
    fn buffers(columns: &mut NumSeries<S>) -> &mut [S::Cell] {
        columns.as_mut_slice()
    }
    fn slices(buffer: Self::Buffers<'_>) -> <Self::Elements as Elements<S>>::Slices<'_> {
        (buffer,)
    }
    fn row(columns: &NumSeries<S>, index: usize) -> Self {
        columns.get(index)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn elements(self) -> Self::Elements {
        (cell(self),)
    }
}

impl<S: Scalar> Outputs<S> for Option<bool> {
    type Columns = BoolSeries;
    type Buffers<'a> = &'a mut [Option<bool>];
    type Elements = (Option<bool>,);
    const NAMES: &'static [&'static str] = &["result"];

    fn columns(bars: usize) -> BoolSeries {
        BoolSeries::nulls(bars)
    }
    fn buffers(columns: &mut BoolSeries) -> &mut [Option<bool>] {
        columns.as_mut_slice()
    }
    fn slices(buffer: Self::Buffers<'_>) -> <Self::Elements as Elements<S>>::Slices<'_> {
        (buffer,)
    }
    fn row(columns: &BoolSeries, index: usize) -> Self {
        columns.get(index)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn elements(self) -> Self::Elements {
        (self,)
    }
}

/// A number as a column holds it.
#[doc(hidden)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn cell<S: Scalar>(value: Option<S>) -> S::Cell {
    value.map_or(Num::NULL, Scalar::cell)
}

/// What a column holds of a bar.
#[doc(hidden)]
pub trait Element<S>: Copy + 'static {
    const NULL: Self;
    fn value(self) -> Value<S>;
}

impl<S: Scalar<Cell = C>, C: Num<Scalar = S>> Element<S> for C {
    const NULL: Self = <C as Num>::NULL;
    fn value(self) -> Value<S> {
        Value::Num(self.get())
    }
}

impl<S> Element<S> for Option<bool> {
    const NULL: Self = None;
    fn value(self) -> Value<S> {
        Value::Bool(self)
    }
}

/// Elements in pairs of pairs, as even as can be: `(((a,), (b,)), (c,))`. A list in one line would be deeper than rustc goes.
#[doc(hidden)]
pub trait Elements<S> {
    /// Columns of them.
    type Slices<'a>;
    /// Blocks of columns.
    type Blocks<'a, const N: usize>;
    /// Blocks of their own, for bars that do not fill one.
    type Last<const N: usize>;
    const COUNT: usize;
    /// Checks that every column has an element for each bar.
    fn check(slices: &Self::Slices<'_>, names: &[&'static str], bars: usize) -> Result<(), BufferError>;
    fn put(self, slices: &mut Self::Slices<'_>, index: usize);
    /// Nulls for so many bars, from the first on.
    fn nulls(slices: &mut Self::Slices<'_>, bars: usize);
    /// The blocks that start at `at`, which must be whole.
    fn blocks<'a, const N: usize>(slices: &'a mut Self::Slices<'_>, at: usize) -> Self::Blocks<'a, N>;
    fn last<const N: usize>() -> Self::Last<N>;
    fn blocks_of<const N: usize>(last: &mut Self::Last<N>) -> Self::Blocks<'_, N>;
    fn put_last<const N: usize>(last: &Self::Last<N>, slices: &mut Self::Slices<'_>, at: usize);
    /// Gives them away in order.
    fn values(self, put: &mut dyn FnMut(Value<S>));
}

impl<S, T: Element<S>> Elements<S> for (T,) {
    type Slices<'a> = (&'a mut [T],);
    type Blocks<'a, const N: usize> = (&'a mut [T; N],);
    type Last<const N: usize> = [T; N];
    const COUNT: usize = 1;
    fn check((slice,): &Self::Slices<'_>, names: &[&'static str], bars: usize) -> Result<(), BufferError> {
        BufferError::check(names.first().copied().unwrap_or_default(), slice.len(), bars)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(self, (slice,): &mut Self::Slices<'_>, index: usize) {
        slice[index] = self.0;
    }
    fn nulls((slice,): &mut Self::Slices<'_>, bars: usize) {
        slice[..bars].fill(T::NULL);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn blocks<'a, const N: usize>((slice,): &'a mut Self::Slices<'_>, at: usize) -> Self::Blocks<'a, N> {
        (&mut slice[at..].as_chunks_mut().0[0],)
    }
    fn last<const N: usize>() -> [T; N] {
        [T::NULL; N]
    }
    fn blocks_of<const N: usize>(last: &mut [T; N]) -> Self::Blocks<'_, N> {
        (last,)
    }
    fn put_last<const N: usize>(last: &[T; N], (slice,): &mut Self::Slices<'_>, at: usize) {
        let left = &mut slice[at..];
        left.copy_from_slice(&last[..left.len()]);
    }
    fn values(self, put: &mut dyn FnMut(Value<S>)) {
        put(self.0.value());
    }
}

impl<S, A: Elements<S>, B: Elements<S>> Elements<S> for (A, B) {
    type Slices<'a> = (A::Slices<'a>, B::Slices<'a>);
    type Blocks<'a, const N: usize> = (A::Blocks<'a, N>, B::Blocks<'a, N>);
    type Last<const N: usize> = (A::Last<N>, B::Last<N>);
    const COUNT: usize = A::COUNT + B::COUNT;
    fn check((a, b): &Self::Slices<'_>, names: &[&'static str], bars: usize) -> Result<(), BufferError> {
        A::check(a, names, bars)?;
        B::check(b, names.get(A::COUNT..).unwrap_or_default(), bars)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(self, (a, b): &mut Self::Slices<'_>, index: usize) {
        self.0.put(a, index);
        self.1.put(b, index);
    }
    fn nulls((a, b): &mut Self::Slices<'_>, bars: usize) {
        A::nulls(a, bars);
        B::nulls(b, bars);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn blocks<'a, const N: usize>((a, b): &'a mut Self::Slices<'_>, at: usize) -> Self::Blocks<'a, N> {
        (A::blocks(a, at), B::blocks(b, at))
    }
    fn last<const N: usize>() -> Self::Last<N> {
        (A::last(), B::last())
    }
    fn blocks_of<const N: usize>((a, b): &mut Self::Last<N>) -> Self::Blocks<'_, N> {
        (A::blocks_of(a), B::blocks_of(b))
    }
    fn put_last<const N: usize>((last_a, last_b): &Self::Last<N>, (a, b): &mut Self::Slices<'_>, at: usize) {
        A::put_last(last_a, a, at);
        B::put_last(last_b, b, at);
    }
    fn values(self, put: &mut dyn FnMut(Value<S>)) {
        self.0.values(put);
        self.1.values(put);
    }
}

type ElementsOf<M> = <<M as Machine>::Output as Outputs<<M as Machine>::Scalar>>::Elements;
/// The columns of outputs.
#[doc(hidden)]
pub type Slices<'a, M> = <ElementsOf<M> as Elements<<M as Machine>::Scalar>>::Slices<'a>;
/// Where the outputs of a block go.
#[doc(hidden)]
pub type Blocks<'a, M, const N: usize> = <ElementsOf<M> as Elements<<M as Machine>::Scalar>>::Blocks<'a, N>;

/// A compiled expression: all that it remembers, on the stack. What it can do is in [`Strategy`].
pub struct Compiled<M: Machine> {
    /// The bars taken so far.
    #[doc(hidden)]
    pub seen: u64,
    #[doc(hidden)]
    pub core: M::Core,
    #[doc(hidden)]
    pub memory: M::Memory,
}

impl<M: Machine> Clone for Compiled<M> {
    #[inline]
    fn clone(&self) -> Self {
        // Windows are one move of bytes: cloned field by field, they are copied in up to three places.
        Compiled { seen: self.seen, core: M::copied(&self.core), memory: self.memory }
    }
    #[inline]
    fn clone_from(&mut self, other: &Self) {
        (self.seen, self.core, self.memory) = (other.seen, M::copied(&other.core), other.memory);
    }
}

impl<M: Machine> fmt::Debug for Compiled<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(M::FACTS.name).field("bars", &self.seen).finish_non_exhaustive()
    }
}

/// The state before the first bar, over `f64` where nothing else decides. Besides it takes an integer literal without a suffix.
#[doc(hidden)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn start<M: Machine, I: StandsFor<M::Scalar>>(_: I) -> Compiled<M> {
    M::start()
}

/// Says which kinds of number a type of integers stands for, so that an expression which meets no bar has one.
///
/// Defaults of type parameters do not count in expressions, but an integer literal that nothing decides is an `i32`, and that stands for `f64`
/// alone. Where a bar has decided on another kind, only `u32` fits.
#[doc(hidden)]
pub trait StandsFor<S> {}

impl StandsFor<f64> for i32 {}
impl<S: Scalar> StandsFor<S> for u32 {}

/// What holds the state of a program: [`Compiled`] itself, or a strategy with a name.
#[doc(hidden)]
pub trait Instance: Clone + Send + Sync + 'static {
    type Machine: Machine;
    fn state(&mut self) -> &mut Compiled<Self::Machine>;
}

impl<M: Machine> Instance for Compiled<M> {
    type Machine = M;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn state(&mut self) -> &mut Self {
        self
    }
}

type CellOf<M> = <<M as Machine>::Scalar as Scalar>::Cell;
/// What its comparisons give.
#[doc(hidden)]
pub type TruthOf<M> = <CellOf<M> as Num>::Truth;
type ScalarOf<I> = <<I as Instance>::Machine as Machine>::Scalar;
type OutputOf<I> = <<I as Instance>::Machine as Machine>::Output;

impl<I: Instance> Strategy for I {
    type Scalar = ScalarOf<I>;
    type Output = OutputOf<I>;
    type Columns = <OutputOf<I> as Outputs<ScalarOf<I>>>::Columns;
    type Buffers<'a> = <OutputOf<I> as Outputs<ScalarOf<I>>>::Buffers<'a>;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn step(&mut self, bar: &Bar<ScalarOf<I>>) -> OutputOf<I> {
        let Compiled { seen, core, memory } = self.state();
        // The plan's proofs rest on arithmetic that cannot overflow.
        let output = if <CellOf<I::Machine> as Num>::OVERFLOWS || *seen < I::Machine::FACTS.warm as u64 {
            I::Machine::warm(*seen, core, memory, bar)
        } else {
            I::Machine::next(*seen, core, memory, bar)
        };
        *seen += 1;
        output
    }
    #[inline]
    fn peek(&self, bar: &Bar<ScalarOf<I>>) -> OutputOf<I> {
        self.clone().step(bar)
    }
    #[cfg(feature = "alloc")]
    fn batch(&self, bars: &[Bar<ScalarOf<I>>]) -> Self::Columns {
        let mut columns = OutputOf::<I>::columns(bars.len());
        run::<I::Machine, _>(bars, OutputOf::<I>::slices(OutputOf::<I>::buffers(&mut columns)));
        columns
    }
    fn batch_into(&self, bars: &[Bar<ScalarOf<I>>], buffers: Self::Buffers<'_>) -> Result<(), BufferError> {
        let slices = OutputOf::<I>::slices(buffers);
        ElementsOf::<I::Machine>::check(&slices, OutputOf::<I>::NAMES, bars.len())?;
        run::<I::Machine, _>(bars, slices);
        Ok(())
    }
    #[cfg(feature = "alloc")]
    fn batch_columns(&self, bars: BarColumns<'_, ScalarOf<I>>) -> Self::Columns {
        let mut columns = OutputOf::<I>::columns(bars.len());
        run::<I::Machine, _>(bars, OutputOf::<I>::slices(OutputOf::<I>::buffers(&mut columns)));
        columns
    }
    fn batch_columns_into(&self, bars: BarColumns<'_, ScalarOf<I>>, buffers: Self::Buffers<'_>) -> Result<(), BufferError> {
        let slices = OutputOf::<I>::slices(buffers);
        ElementsOf::<I::Machine>::check(&slices, OutputOf::<I>::NAMES, bars.len())?;
        run::<I::Machine, _>(bars, slices);
        Ok(())
    }
    fn reset(&mut self) {
        *self.state() = I::Machine::start();
    }
    fn warmup(&self) -> usize {
        I::Machine::FACTS.warmup
    }
    fn fields(&self) -> &[Field] {
        I::Machine::FACTS.fields
    }
    fn fingerprint(&self) -> u128 {
        I::Machine::FACTS.fingerprint
    }
    fn plan(&self) -> &str {
        I::Machine::FACTS.plan
    }
    fn state_bytes(&self) -> usize {
        size_of::<I>()
    }
}

/// The fewest bars without outputs that are worth a loop of their own.
const SILENT: usize = 16;

/// Runs a history into columns, each of which has an element for each bar.
fn run<M: Machine, H: History<M::Scalar>>(bars: H, mut slices: Slices<'_, M>) {
    let mut fresh = M::start();
    let (mut core, memory) = (fresh.core, &mut fresh.memory);
    let warm = if <CellOf<M> as Num>::OVERFLOWS { bars.bars() } else { bars.bars().min(M::FACTS.warm) };
    // Before there can be an output it is not asked for, and the optimiser leaves out what only outputs need.
    let silent = if M::FACTS.silent < SILENT { 0 } else { warm.min(M::FACTS.silent) };
    for i in 0..silent {
        M::warm(i as u64, &mut core, memory, &bars.bar(i));
    }
    ElementsOf::<M>::nulls(&mut slices, silent);
    for i in silent..warm {
        M::warm(i as u64, &mut core, memory, &bars.bar(i)).elements().put(&mut slices, i);
    }
    M::rest(&mut core, memory, bars, warm, &mut slices);
}

/// Runs the bars from `i` on, block by block.
#[doc(hidden)]
#[inline]
pub fn in_blocks<M: InBlocks<N>, H: History<M::Scalar>, const N: usize>(
    core: &mut M::Core,
    memory: &mut M::Memory,
    bars: H,
    mut i: usize,
    slices: &mut Slices<'_, M>,
) {
    let mut arrays = M::arrays(core, memory, i);
    while let Some(block) = bars.block::<N>(i) {
        M::block(core, memory, &mut arrays, block, N, i, ElementsOf::<M>::blocks(slices, i));
        i += N;
    }
    // The last, shorter block is filled up with its last bar.
    if let Some(rest) = bars.rest::<N>(i) {
        let mut last = ElementsOf::<M>::last();
        M::block(core, memory, &mut arrays, H::of_rest(&rest), bars.bars() - i, i, ElementsOf::<M>::blocks_of(&mut last));
        ElementsOf::<M>::put_last(&last, slices, i);
    }
}

/// The most bars of a block of a generated batch.
const MOST: usize = 64;

/// The bars of a block, counted.
#[doc(hidden)]
pub const BAR: [i32; MOST] = {
    let mut bars = [0; MOST];
    let mut bar = 0;
    while bar < MOST {
        bars[bar] = bar as i32;
        bar += 1;
    }
    bars
};

/// Small whole numbers as a column of numbers. Not inlined, as strategies with such numbers have dozens of them.
#[doc(hidden)]
#[inline(never)]
pub fn widen<C: Num, const N: usize>(from: &[i8; N], to: &mut [C; N]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = C::int(i64::from(*from));
    }
}

/// The arrays between the loops of a block. Each is a multiple of a cache line long, so each begins at one.
#[doc(hidden)]
#[repr(align(64))]
#[derive(Debug)]
pub struct Lines<T>(pub T);
