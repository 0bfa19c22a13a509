//! What a window kept in order of size tells: its ranks, the median of its deviations, and where a value stands in it.

use super::sorted::{SortedState, Window};
use crate::kernel::Kernel;
use crate::value::Num;

/// Two order statistics of one window: the `lower`-th and `upper`-th smallest of the last `period` values.
#[derive(Debug)]
pub struct Order;

/// Parameters of [`Order`].
#[derive(Clone, Copy, Debug)]
pub struct Params {
    window: Window,
    lower: usize,
    upper: usize,
}

impl Order {
    /// The `lower`-th and `upper`-th smallest (from 1) of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64, lower: i64, upper: i64) -> Params {
        let window = Window::new(period);
        let rank = |r: i64| usize::try_from(r).unwrap_or(1).clamp(1, window.period()) - 1;
        Params { window, lower: rank(lower), upper: rank(upper) }
    }
}

impl<C: Num> Kernel<C> for Order {
    type Params = Params;
    type State = SortedState;
    type Input = C;
    type Output = [C; 2];
    const NULL: [C; 2] = [C::NULL; 2];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: Params) -> SortedState {
        SortedState::EMPTY
    }

    fn accepts(params: Params, state: &SortedState, memory: &[C]) -> bool {
        state.accepts(params.window, memory)
    }

    #[inline]
    fn push(params: Params, state: &mut SortedState, memory: &mut [C], x: C) -> [C; 2] {
        state.slide(params.window, memory, x);
        match state.values(params.window, memory) {
            Some(sorted) => [sorted.nth(params.lower), sorted.nth(params.upper)],
            None => [C::NULL; 2],
        }
    }
}

/// How many of the `period` values before are less than the newest, and how many equal it.
///
/// The values of a short window lie in the order in which they came, and each is asked; those of a longer one are kept in order of size.
#[derive(Debug)]
pub struct Rank;

/// The longest window whose values are each asked: up to here that costs less than to keep them in order. The prelude's `memory` of the kernel says
/// the same.
const ASKED: usize = 256;

impl Rank {
    /// A window of `period` values, the newest not among them.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> Window {
        Window::new(period)
    }
}

impl<C: Num> Kernel<C> for Rank {
    type Params = Window;
    type State = SortedState;
    type Input = C;
    type Output = [C; 2];
    const NULL: [C; 2] = [C::NULL; 2];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: Window) -> SortedState {
        SortedState::EMPTY
    }

    fn accepts(window: Window, state: &SortedState, memory: &[C]) -> bool {
        if window.period() <= ASKED { state.has_place(window) } else { state.accepts(window, memory) }
    }

    #[inline]
    fn push(window: Window, state: &mut SortedState, memory: &mut [C], x: C) -> [C; 2] {
        if window.period() <= ASKED {
            let values = &mut memory[..window.period()];
            let count = |is: fn(C, C) -> bool| C::int(values.iter().map(|&value| i64::from(is(value, x))).sum());
            let output = if state.is_full(window) { [count(C::lt), count(C::eq)] } else { [C::NULL; 2] };
            state.arrive(window, values, x);
            return output;
        }
        let output = match state.values(window, memory) {
            Some(sorted) => {
                let below = sorted.count(|value| value.lt(x));
                let equal = sorted.count(|value| value.le(x)) - below;
                [C::int(below as i64), C::int(equal as i64)]
            }
            None => [C::NULL; 2],
        };
        state.slide(window, memory, x);
        output
    }
}

/// The median of the distances of the last `period` values from their median.
///
/// The values below the median, and those above, each lie in the order of their distance: the middle of the two together is found by
/// bisection.
#[derive(Debug)]
pub struct MedianDeviation;

impl MedianDeviation {
    /// A window of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> Window {
        Window::new(period)
    }
}

impl<C: Num> Kernel<C> for MedianDeviation {
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
        state.accepts(window, memory)
    }

    #[inline]
    fn push(window: Window, state: &mut SortedState, memory: &mut [C], x: C) -> [C; 1] {
        state.slide(window, memory, x);
        let Some(sorted) = state.values(window, memory) else { return Self::NULL };
        let (lower, upper) = ((window.period() - 1) / 2, window.period() / 2);
        let middle = |of: &dyn Fn(usize) -> C| if lower == upper { of(upper) } else { (of(lower) + of(upper)).scaled(1, 2) };
        let median = middle(&|rank| sorted.nth(rank));
        let below = sorted.count(|value| value.lt(median));
        let above = window.period() - below;
        [middle(&|rank| {
            // So many of the distances that come before the wanted one are of values below the median.
            let (mut least, mut most) = (rank.saturating_sub(above), rank.min(below));
            let left = |i: usize| median - sorted.nth(below - 1 - i);
            let right = |i: usize| sorted.nth(below + i) - median;
            while least < most {
                let taken = usize::midpoint(least, most);
                if left(taken).lt(right(rank - taken - 1)) {
                    least = taken + 1;
                } else {
                    most = taken;
                }
            }
            if least == below {
                right(rank - least)
            } else if rank - least == above {
                left(least)
            } else {
                left(least).lesser(right(rank - least))
            }
        })]
    }
}
