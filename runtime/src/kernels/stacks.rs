//! Windows that nothing is ever taken out of.

use crate::kernel::{Input, Kernel};
use crate::state::{Fields, Visitor, field};
use crate::value::Num;
use core::fmt::Debug;
use core::marker::PhantomData;

/// A window of `period` values as two stacks. The front holds what entered since the last flip, added up. The back has a slot for each older
/// value, which tells of all from that value to the flip. An output is made of the front and of one slot; when the back is used up, the window
/// is flipped: its values, which the slots keep besides, are added up from the newest to the oldest.
///
/// Cost: one pass over the window every `period` values. Memory: `period + 1` slots. The first is for the value on which the window is flipped, so
/// that it is taken as any other: it stands in front and back, which must not matter.
#[derive(Debug)]
pub struct Stacks<T>(PhantomData<T>);

/// What is added up over a window of [`Stacks`].
pub trait Sums<C: Num>: 'static {
    /// One value.
    type Input: Input<C>;
    /// As of [`Kernel`].
    type Output: Copy + AsRef<[C]> + 'static;
    /// The output before the first value.
    const NULL: Self::Output;
    /// The front, added up.
    type Front: Fields<C> + Copy + Send + Sync + Debug + 'static;
    /// Cells of a slot.
    const CELLS: usize;

    /// The front before the first value.
    fn empty() -> Self::Front;
    /// Keeps a value in its slot.
    fn put(slot: &mut [C], x: Self::Input);
    /// Replaces the values in the slots by what is added up from each to `x`, the newest, whose slot is the last. Gives a front which may hold `x`, added
    /// up so that adding it once more changes nothing.
    fn flip(slots: &mut [C], x: Self::Input) -> Self::Front;
    /// Adds a value to the front, the one after so many others.
    fn add(period: usize, front: &mut Self::Front, place: usize, x: Self::Input);
    /// The output from the front, whose newest value is at this place, and the slot that tells of the rest.
    fn output(period: usize, front: &Self::Front, place: usize, back: &[C]) -> Self::Output;
}

/// Scalars of [`Stacks`].
#[derive(Clone, Copy, Debug)]
pub struct State<F> {
    sums: F,
    /// Values in front; before the first flip, values seen.
    front: u32,
    warm: bool,
}

impl<C: Num, F: Fields<C>> Fields<C> for State<F> {
    fn visit(&mut self, v: &mut dyn Visitor<C>) {
        self.sums.visit(v);
        field(v, "front", &mut self.front);
        field(v, "warm", &mut self.warm);
    }
}

impl<T> Stacks<T> {
    /// A window of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }
}

impl<C: Num, T: Sums<C>> Kernel<C> for Stacks<T> {
    type Params = usize;
    type State = State<T::Front>;
    type Input = T::Input;
    type Output = T::Output;
    const NULL: T::Output = T::NULL;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> Self::State {
        State { sums: T::empty(), front: 0, warm: false }
    }

    fn accepts(period: usize, state: &Self::State, _: &[C]) -> bool {
        state.front as usize <= period
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(period: usize, state: &mut Self::State, memory: &mut [C], x: T::Input) -> T::Output {
        if !state.warm {
            state.front += 1;
            let slot = state.front as usize;
            if slot < period {
                T::put(&mut memory[slot * T::CELLS..][..T::CELLS], x);
                return T::NULL;
            }
            state.warm = true;
        }
        Self::next(period, state, memory, x)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(period: usize, state: &mut Self::State, memory: &mut [C], x: T::Input) -> T::Output {
        let memory = &mut memory[..(period + 1) * T::CELLS];
        let front = state.front as usize;
        // The one test of a bar: what it says of `front` holds for both slots.
        if front < period {
            let output = Self::take(period, state, &mut memory[front * T::CELLS..], 0, x);
            state.front = front as u32 + 1;
            return output;
        }
        Self::stretch(period, state, memory, x);
        state.front = 1;
        T::put(&mut memory[..T::CELLS], x);
        T::output(period, &state.sums, 0, &memory[T::CELLS..])
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn stretch(period: usize, state: &mut Self::State, memory: &mut [C], x: T::Input) -> usize {
        let front = state.front as usize;
        if front < period {
            return period - front;
        }
        let sums = T::flip(&mut memory[T::CELLS..(period + 1) * T::CELLS], x);
        *state = State { sums, front: 0, warm: true };
        period
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn cells<'a>(_: usize, state: &Self::State, memory: &'a mut [C], bars: usize) -> &'a mut [C] {
        &mut memory[state.front as usize * T::CELLS..][..(bars + 1) * T::CELLS]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(period: usize, state: &mut Self::State, cells: &mut [C], bar: usize, x: T::Input) -> T::Output {
        let place = state.front as usize + bar;
        let slots = &mut cells[bar * T::CELLS..][..2 * T::CELLS];
        T::put(slots, x);
        T::add(period, &mut state.sums, place, x);
        T::output(period, &state.sums, place, &slots[T::CELLS..])
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn advance(_: usize, state: &mut Self::State, bars: usize) {
        state.front += bars as u32;
    }
}
