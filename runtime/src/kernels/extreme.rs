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
        state.front as usize <= period
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        if !state.warm {
            state.front += 1;
            if (state.front as usize) < period {
                memory[state.front as usize] = x;
                return Self::NULL;
            }
            state.warm = true;
        }
        Self::next(period, state, memory, x)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        let memory = &mut memory[..=period];
        let front = state.front as usize;
        // The one test of a bar: what it says of `front` holds for both indices.
        if front < period {
            state.front = front as u32 + 1;
            return Self::take(period, state, memory, front, x);
        }
        Self::stretch(period, state, memory, x);
        state.front = 1;
        [Self::better(memory[1], x)]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn stretch(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> usize {
        let front = state.front as usize;
        if front < period {
            return period - front;
        }
        memory[period] = x;
        let mut best = x;
        for value in memory[1..period].iter_mut().rev() {
            best = Self::better(*value, best);
            *value = best;
        }
        *state = State { best: x, front: 0, warm: true };
        period
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn cells<'a>(_: usize, state: &State<C>, memory: &'a mut [C], bars: usize) -> &'a mut [C] {
        &mut memory[state.front as usize..][..=bars]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(_: usize, state: &mut State<C>, cells: &mut [C], bar: usize, x: C) -> [C; 1] {
        cells[bar] = x;
        state.best = Self::better(state.best, x);
        [Self::better(cells[bar + 1], state.best)]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn advance(_: usize, state: &mut State<C>, bars: usize) {
        state.front += bars as u32;
    }
}
