//! The mean absolute deviation of a window from its mean.

use super::sorted::{SortedState, Window};
use crate::kernel::Kernel;
use crate::value::Num;

/// The mean of `|value - mean|` over the last `period` values.
///
/// Up to 384 values every bar looks at the whole window twice. A longer one is kept in order of size, with the sum of each shelf as deviations
/// from a value of the window: only the shelf that the mean lies on is looked at value by value, the sums tell of the others. Memory: the
/// window in arrival order; for a long one its shelves and their sums besides.
#[derive(Debug)]
pub struct AverageDeviation;

/// The longest window that every bar looks at as a whole. The prelude's `memory` of this kernel says the same.
const LONG: usize = 384;

impl AverageDeviation {
    /// A window of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> Window {
        Window::up_to(LONG, period)
    }
}

impl<C: Num> Kernel<C> for AverageDeviation {
    type Params = Window;
    type State = SortedState;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: Window) -> SortedState {
        SortedState::EMPTY
    }

    fn accepts(window: Window, state: &SortedState, memory: &[C]) -> bool {
        if window.shelves() == 0 {
            return state.has_place(window);
        }
        memory.len().checked_sub(window.shelves()).is_some_and(|cells| state.accepts(window, &memory[..cells]))
    }

    #[inline]
    fn push(window: Window, state: &mut SortedState, memory: &mut [C], x: C) -> [C; 1] {
        let period = window.period();
        if window.shelves() == 0 {
            state.arrive(window, memory, x);
            if !state.is_full(window) {
                return Self::NULL;
            }
            // As deviations from the newest value, so that a flat window gives exactly zero.
            let mean = total(memory, |value| value - x).scaled(1, period as i64);
            let sum = total(memory, |value| ((value - x) - mean).abs());
            return [sum.scaled(1, period as i64)];
        }
        let (values, sums) = memory.split_at_mut(memory.len() - window.shelves());
        let changed = state.slide(window, values, x);
        let Some(sorted) = state.values(window, values) else { return Self::NULL };
        // The newest value when the ring of arrivals began anew.
        let base = values[period - 1];
        let mut add_up = |shelf: usize, values: &[C]| sums[shelf] = total(values, |value| value - base);
        match changed.filter(|_| !state.is_at_end()) {
            Some(two) => two.into_iter().for_each(|shelf| add_up(shelf, sorted.shelf(shelf))),
            None => sorted.shelves().enumerate().for_each(|(shelf, values)| add_up(shelf, values)),
        }
        let mean = total(sums, |sum| sum).scaled(1, period as i64);
        let mut deviations = C::ZERO;
        for (values, &sum) in sorted.shelves().zip(sums.iter()) {
            let (Some(&least), Some(&greatest)) = (values.first(), values.last()) else { continue };
            let as_many_means = C::int(values.len() as i64) * mean;
            deviations = deviations
                + if (greatest - base).le(mean) {
                    as_many_means - sum
                } else if mean.le(least - base) {
                    sum - as_many_means
                } else {
                    total(values, |value| ((value - base) - mean).abs())
                };
        }
        [deviations.scaled(1, period as i64)]
    }
}

/// The sum of a function of every value. Four sums side by side keep the adder busy; the order is part of the definition.
#[cfg_attr(not(debug_assertions), inline(always))]
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
