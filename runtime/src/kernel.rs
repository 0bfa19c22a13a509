//! What a kernel is: an operation with memory, one state machine shared by every executor.

use crate::state::Fields;
use crate::value::{Num, Packed};

/// An operation with memory.
///
/// A kernel is called only on bars where all its inputs are available. Its state is split in three: parameters fixed at
/// compile time, a few scalars (kept in registers by generated code), and a slice of cells for what a window
/// remembers. Executors decide where these live; the arithmetic is here and nowhere else.
pub trait Kernel<C: Num> {
    /// What is fixed when the program is compiled.
    type Params: Copy + Send + Sync + 'static;
    /// The scalars that change from bar to bar.
    type State: Fields<C> + Copy + Send + Sync + core::fmt::Debug + 'static;
    /// What one bar brings: a number, a truth value, or a tuple of these in the order of the declaration.
    type Input: Input<C>;
    /// What one bar gives: a number for each declared output.
    type Output: Copy + AsRef<[C]> + 'static;
    /// The output before the first value.
    const NULL: Self::Output;

    /// Whether a bar has little to do but to wait for the bar before, so that an executor does well to run several at once.
    const WAITS: bool = false;

    /// The state before the first bar.
    fn start(params: Self::Params) -> Self::State;
    /// Whether a state that was read from outside may be gone on with: no bar that follows may lead out of the memory. Whatever comes
    /// from outside may hold anything that its types allow.
    fn accepts(params: Self::Params, state: &Self::State, memory: &[C]) -> bool;
    /// Takes one bar's input. Gives nulls until warm.
    fn push(params: Self::Params, state: &mut Self::State, memory: &mut [C], input: Self::Input) -> Self::Output;
    /// The same as [`Kernel::push`] for a kernel that is warm: the caller has proved it, and no warm-up test is made.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(params: Self::Params, state: &mut Self::State, memory: &mut [C], input: Self::Input) -> Self::Output {
        Self::push(params, state, memory, input)
    }

    /// How many bars, from the one at hand on and at least that one, are taken alike.
    ///
    /// A window is summed up anew every so many bars. [`Kernel::next`] asks on each whether it is time; this asks once, and does it where it is
    /// time. The bars of the stretch, or the first of them, are then [`Kernel::take`]n without asking, from [`Kernel::cells`] of the memory, and
    /// [`Kernel::advance`] says how many they were. All of it together is what `next` does on each. Kernels without such windows take any number of bars alike.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn stretch(_params: Self::Params, _state: &mut Self::State, _memory: &mut [C], _input: Self::Input) -> usize {
        usize::MAX
    }
    /// What a stretch of so many bars needs of the memory.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn cells<'a>(_params: Self::Params, _state: &Self::State, memory: &'a mut [C], _bars: usize) -> &'a mut [C] {
        memory
    }
    /// [`Kernel::next`] for a bar of a stretch, of this number in it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(params: Self::Params, state: &mut Self::State, cells: &mut [C], _bar: usize, input: Self::Input) -> Self::Output {
        Self::next(params, state, cells, input)
    }
    /// Ends a stretch of so many bars.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn advance(_params: Self::Params, _state: &mut Self::State, _bars: usize) {}
}

/// One argument of a kernel over consecutive bars.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a, C> {
    /// Settled numbers or nulls.
    Num(&'a [C]),
    /// Truth values or nulls.
    Bool(&'a [Packed]),
}

/// What a kernel takes on one bar.
pub trait Input<C: Num>: Copy {
    /// The arguments over consecutive bars, of kinds that are known: a loop over them asks for none.
    type Columns<'a>: Copy;
    /// The arguments over so many bars; `None` when one is missing, too short or of another kind.
    fn columns<'a>(args: &[Argument<'a, C>], bars: usize) -> Option<Self::Columns<'a>>;
    /// The input of a bar, or `None` when an argument is null or too large for a kernel.
    fn read(columns: Self::Columns<'_>, bar: usize) -> Option<Self>;
    /// The input of a bar on which every argument is proved to be available.
    fn sure(columns: Self::Columns<'_>, bar: usize) -> Self;
}

impl<C: Num> Input<C> for C {
    type Columns<'a> = &'a [C];
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn columns<'a>(args: &[Argument<'a, C>], bars: usize) -> Option<&'a [C]> {
        match args.first()? {
            Argument::Num(cells) => cells.get(..bars),
            Argument::Bool(_) => None,
        }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read(cells: &[C], bar: usize) -> Option<C> {
        let x = cells[bar].bound();
        if x.is_null() { None } else { Some(x) }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sure(cells: &[C], bar: usize) -> C {
        cells[bar]
    }
}

impl<C: Num> Input<C> for bool {
    type Columns<'a> = &'a [Packed];
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn columns<'a>(args: &[Argument<'a, C>], bars: usize) -> Option<&'a [Packed]> {
        match args.first()? {
            Argument::Num(_) => None,
            Argument::Bool(cells) => cells.get(..bars),
        }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read(cells: &[Packed], bar: usize) -> Option<bool> {
        cells[bar].tri().get()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sure(cells: &[Packed], bar: usize) -> bool {
        cells[bar].tri().t
    }
}

impl<C: Num, X: Input<C>, Y: Input<C>> Input<C> for (X, Y) {
    type Columns<'a> = (X::Columns<'a>, Y::Columns<'a>);
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn columns<'a>(args: &[Argument<'a, C>], bars: usize) -> Option<Self::Columns<'a>> {
        Some((X::columns(args, bars)?, Y::columns(args.get(1..)?, bars)?))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read((x, y): Self::Columns<'_>, bar: usize) -> Option<(X, Y)> {
        Some((X::read(x, bar)?, Y::read(y, bar)?))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sure((x, y): Self::Columns<'_>, bar: usize) -> (X, Y) {
        (X::sure(x, bar), Y::sure(y, bar))
    }
}

impl<C: Num, X: Input<C>, Y: Input<C>, Z: Input<C>> Input<C> for (X, Y, Z) {
    type Columns<'a> = (X::Columns<'a>, Y::Columns<'a>, Z::Columns<'a>);
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn columns<'a>(args: &[Argument<'a, C>], bars: usize) -> Option<Self::Columns<'a>> {
        Some((X::columns(args, bars)?, Y::columns(args.get(1..)?, bars)?, Z::columns(args.get(2..)?, bars)?))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read((x, y, z): Self::Columns<'_>, bar: usize) -> Option<(X, Y, Z)> {
        Some((X::read(x, bar)?, Y::read(y, bar)?, Z::read(z, bar)?))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sure((x, y, z): Self::Columns<'_>, bar: usize) -> (X, Y, Z) {
        (X::sure(x, bar), Y::sure(y, bar), Z::sure(z, bar))
    }
}
