//! What was, and how long ago, when a condition was last true.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The value on the bar where the condition was true for the `occurrence`-th last time, 0 being the last.
///
/// Null before there was one. Memory: `occurrence + 1` cells.
#[derive(Debug)]
pub struct ValueWhen;

/// Scalars of [`ValueWhen`].
#[derive(Clone, Copy, Debug)]
pub struct State {
    next: u32,
    seen: u32,
}

fields!(State { next, seen });

impl ValueWhen {
    /// The `occurrence`-th last time.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(occurrence: i64) -> usize {
        usize::try_from(occurrence).unwrap_or(0) + 1
    }
}

impl<C: Num> Kernel<C> for ValueWhen {
    type Params = usize;
    type State = State;
    type Input = (bool, C);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State {
        State { next: 0, seen: 0 }
    }

    fn accepts(kept: usize, state: &State, _: &[C]) -> bool {
        (state.next as usize) < kept && state.seen as usize <= kept
    }

    #[inline]
    fn push(kept: usize, state: &mut State, memory: &mut [C], (condition, x): (bool, C)) -> [C; 1] {
        let memory = &mut memory[..kept];
        if condition {
            let slot = state.next as usize;
            memory[slot] = x;
            state.next = if slot + 1 == kept { 0 } else { slot as u32 + 1 };
            if (state.seen as usize) < kept {
                state.seen += 1;
            }
        }
        // The next slot to be written holds the oldest value kept.
        if (state.seen as usize) < kept { Self::NULL } else { [memory[state.next as usize]] }
    }
}

/// How many bars ago the condition was last true: 0 on such a bar, null before the first.
#[derive(Debug)]
pub struct BarsSince;

impl BarsSince {
    /// No parameters.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params() {}
}

impl<C: Num> Kernel<C> for BarsSince {
    type Params = ();
    /// Bars since, plus one; 0 before the first.
    type State = u64;
    type Input = bool;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start((): ()) -> u64 {
        0
    }

    fn accepts((): (), since: &u64, _: &[C]) -> bool {
        *since < 1 << 53
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push((): (), state: &mut u64, _: &mut [C], condition: bool) -> [C; 1] {
        if condition {
            *state = 1;
        } else if *state > 0 {
            *state += 1;
        }
        if *state == 0 { Self::NULL } else { [C::int(state.cast_signed() - 1)] }
    }
}
