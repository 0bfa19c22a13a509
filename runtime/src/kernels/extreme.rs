//! The greatest or least of the last `period` values.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The greatest (`MAX`) or least value of a window, as suffix extremes of the last block and a running extreme of the values since.
///
/// Exact, O(1) amortised, and free of branches between flips. On a tie the newer value wins, which only tells 0 from -0.
#[derive(Debug)]
pub struct Extreme<const MAX: bool>;

/// Scalars of [`Extreme`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    best: C,
    /// Values since the last flip; before the first flip, values seen.
    front: u32,
    warm: bool,
}

fields!(State<C> { best, front, warm });

impl<const MAX: bool> Extreme<MAX> {
    /// A window of `period` values. Memory: `period` cells.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn better<C: Num>(older: C, newer: C) -> C {
        if MAX { older.greater(newer) } else { older.lesser(newer) }
    }
}

impl<C: Num, const MAX: bool> Kernel<C> for Extreme<MAX> {
    type Params = usize;
    type State = State<C>;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State<C> {
        State { best: C::NULL, front: 0, warm: false }
    }

    fn accepts(period: usize, state: &State<C>, _: &[C]) -> bool {
        (state.front as usize) < period
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        if !state.warm && (state.front as usize) + 1 < period {
            memory[state.front as usize] = x;
            state.front += 1;
            return Self::NULL;
        }
        state.warm = true;
        Self::next(period, state, memory, x)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        let memory = &mut memory[..period];
        let front = state.front as usize;
        // The one test of a bar: what it says of `front` holds for both indices.
        if front + 1 < period {
            memory[front] = x;
            state.best = Self::better(state.best, x);
            state.front = front as u32 + 1;
            return [Self::better(memory[front + 1], state.best)];
        }
        memory[period - 1] = x;
        let mut best = x;
        for value in memory[..period - 1].iter_mut().rev() {
            best = Self::better(*value, best);
            *value = best;
        }
        // Any value is better than none.
        state.best = C::NULL;
        state.front = 0;
        [best]
    }
}
