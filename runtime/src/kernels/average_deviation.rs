//! The mean absolute deviation of a window from its mean.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The mean of `|value - mean|` over the last `period` values.
///
/// Every bar looks at the whole window twice: there is no form of constant cost. Memory: the window.
#[derive(Debug)]
pub struct AverageDeviation;

/// Scalars of [`AverageDeviation`].
#[derive(Clone, Copy, Debug)]
pub struct State {
    oldest: u32,
    seen: u32,
}

fields!(State { oldest, seen });

impl AverageDeviation {
    /// A window of `period` values.
    #[inline(always)]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }
}

impl<C: Num> Kernel<C> for AverageDeviation {
    type Params = usize;
    type State = State;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[inline(always)]
    fn start(_: usize) -> State {
        State { oldest: 0, seen: 0 }
    }

    fn accepts(period: usize, state: &State, _: &[C]) -> bool {
        (state.oldest as usize) < period && state.seen as usize <= period
    }

    #[inline]
    fn push(period: usize, state: &mut State, memory: &mut [C], x: C) -> [C; 1] {
        let memory = &mut memory[..period];
        let slot = state.oldest as usize;
        memory[slot] = x;
        state.oldest = if slot + 1 == period { 0 } else { slot as u32 + 1 };
        if (state.seen as usize) < period {
            state.seen += 1;
            if (state.seen as usize) < period {
                return Self::NULL;
            }
        }
        // As deviations from the newest value, so that a flat window gives exactly zero.
        let mean = total(memory, |value| value - x).scaled(1, period as i64);
        let sum = total(memory, |value| ((value - x) - mean).abs());
        [sum.scaled(1, period as i64)]
    }
}

/// The sum of a function of every value. Four sums side by side keep the adder busy; the order is part of the definition.
#[inline(always)]
fn total<C: Num>(values: &[C], of: impl Fn(C) -> C) -> C {
    let mut lanes = [C::ZERO; 4];
    let chunks = values.chunks_exact(4);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = *lane + of(value);
        }
    }
    let sum = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    rest.iter().fold(sum, |sum, &value| sum + of(value))
}
