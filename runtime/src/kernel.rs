//! What a kernel is: an operation with memory, one state machine shared by every executor.

use crate::state::Fields;
use crate::value::{Num, Tri};

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

    /// The state before the first bar.
    fn start(params: Self::Params) -> Self::State;
    /// Whether a state that was read from outside may be gone on with: no bar that follows may lead out of the memory. Whatever comes
    /// from outside may hold anything that its types allow.
    fn accepts(params: Self::Params, state: &Self::State, memory: &[C]) -> bool;
    /// Takes one bar's input. Gives nulls until warm.
    fn push(params: Self::Params, state: &mut Self::State, memory: &mut [C], input: Self::Input) -> Self::Output;
    /// The same as [`Kernel::push`] for a kernel that is warm: the caller has proved it, and no warm-up test is made.
    #[inline(always)]
    fn next(params: Self::Params, state: &mut Self::State, memory: &mut [C], input: Self::Input) -> Self::Output {
        Self::push(params, state, memory, input)
    }
}

/// One argument of a kernel on one bar.
#[derive(Clone, Copy, Debug)]
pub enum Arg<C> {
    /// A settled number or null.
    Num(C),
    /// A truth value or null.
    Bool(Tri),
}

/// What a kernel takes on one bar.
pub trait Input<C: Num>: Copy {
    /// Whether it is one number, which executors may then pass without an [`Arg`].
    const ONE_NUM: bool = false;
    /// The input made of one number, or `None` when it is null or too large for a kernel.
    #[inline(always)]
    fn one(x: C) -> Option<Self> {
        Self::read(&[Arg::Num(x)])
    }
    /// The input, or `None` when an argument is null or too large for a kernel.
    fn read(args: &[Arg<C>]) -> Option<Self>;
}

impl<C: Num> Input<C> for C {
    const ONE_NUM: bool = true;
    #[inline(always)]
    fn read(args: &[Arg<C>]) -> Option<C> {
        args.first().and_then(|&arg| num(arg))
    }
}

impl<C: Num> Input<C> for bool {
    #[inline(always)]
    fn read(args: &[Arg<C>]) -> Option<bool> {
        args.first().and_then(|&arg| truth(arg))
    }
}

impl<C: Num> Input<C> for (C, C) {
    #[inline(always)]
    fn read(args: &[Arg<C>]) -> Option<(C, C)> {
        Some((num(*args.first()?)?, num(*args.get(1)?)?))
    }
}

impl<C: Num> Input<C> for (C, C, C) {
    #[inline(always)]
    fn read(args: &[Arg<C>]) -> Option<(C, C, C)> {
        Some((num(*args.first()?)?, num(*args.get(1)?)?, num(*args.get(2)?)?))
    }
}

impl<C: Num> Input<C> for (bool, C) {
    #[inline(always)]
    fn read(args: &[Arg<C>]) -> Option<(bool, C)> {
        Some((truth(*args.first()?)?, num(*args.get(1)?)?))
    }
}

impl<C: Num> Input<C> for (C, bool) {
    #[inline(always)]
    fn read(args: &[Arg<C>]) -> Option<(C, bool)> {
        Some((num(*args.first()?)?, truth(*args.get(1)?)?))
    }
}

#[inline(always)]
fn num<C: Num>(arg: Arg<C>) -> Option<C> {
    match arg {
        Arg::Num(x) => {
            let x = x.bound();
            if x.is_null() { None } else { Some(x) }
        }
        Arg::Bool(_) => None,
    }
}

#[inline(always)]
fn truth<C: Num>(arg: Arg<C>) -> Option<bool> {
    match arg {
        Arg::Num(_) => None,
        Arg::Bool(b) => b.get(),
    }
}
