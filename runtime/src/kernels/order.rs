//! Order statistics: the i-th smallest of the last `period` values.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// Two order statistics of one window, from a sorted copy of it.
///
/// The value that leaves is found by bisection and the block between it and the newcomer moves by one: O(log n) comparisons and one short
/// memory move, faster than trees up to about a thousand values. Memory: the window in arrival order, then sorted.
#[derive(Debug)]
pub struct Order;

/// Scalars of [`Order`].
#[derive(Clone, Copy, Debug)]
pub struct State {
    oldest: u32,
    seen: u32,
}

fields!(State { oldest, seen });

/// Parameters of [`Order`].
#[derive(Clone, Copy, Debug)]
pub struct Params {
    period: usize,
    lower: usize,
    upper: usize,
}

impl Order {
    /// The `lower`-th and `upper`-th smallest (from 1) of `period` values.
    #[inline(always)]
    pub fn params(period: i64, lower: i64, upper: i64) -> Params {
        let period = usize::try_from(period).unwrap_or(1).max(1);
        let rank = |r: i64| usize::try_from(r).unwrap_or(1).clamp(1, period) - 1;
        Params { period, lower: rank(lower), upper: rank(upper) }
    }
}

impl<C: Num> Kernel<C> for Order {
    type Params = Params;
    type State = State;
    type Input = C;
    type Output = [C; 2];
    const NULL: [C; 2] = [C::NULL; 2];

    #[inline(always)]
    fn start(_: Params) -> State {
        State { oldest: 0, seen: 0 }
    }

    fn accepts(params: Params, state: &State, memory: &[C]) -> bool {
        let (oldest, seen) = (state.oldest as usize, state.seen as usize);
        let Some((arrival, sorted)) = memory.split_at_checked(params.period) else { return false };
        let (Some(arrival), Some(sorted)) = (arrival.get(..seen), sorted.get(..seen)) else { return false };
        // A value that leaves must be found among the sorted: each stands there as often as it arrived.
        let is_there = |&x: &C| {
            let among = sorted.partition_point(|value| value.le(x)) - sorted.partition_point(|value| value.lt(x));
            among == arrival.iter().filter(|value| value.eq(x)).count()
        };
        oldest < params.period && sorted.is_sorted_by(|a, b| a.le(*b)) && arrival.iter().all(is_there)
    }

    #[inline]
    fn push(params: Params, state: &mut State, memory: &mut [C], x: C) -> [C; 2] {
        let (arrival, sorted) = memory.split_at_mut(params.period);
        let seen = state.seen as usize;
        if seen < params.period {
            arrival[seen] = x;
            let at = sorted[..seen].partition_point(|&value| value.le(x));
            sorted.copy_within(at..seen, at + 1);
            sorted[at] = x;
            state.seen += 1;
            if seen + 1 < params.period {
                return [C::NULL; 2];
            }
        } else {
            let slot = state.oldest as usize;
            let leaving = arrival[slot];
            arrival[slot] = x;
            state.oldest = if slot + 1 == params.period { 0 } else { slot as u32 + 1 };
            let from = sorted.partition_point(|&value| value.lt(leaving));
            let to = sorted.partition_point(|&value| value.le(x));
            if from < to {
                sorted.copy_within(from + 1..to, from);
                sorted[to - 1] = x;
            } else {
                sorted.copy_within(to..from, to + 1);
                sorted[to] = x;
            }
        }
        [sorted[params.lower], sorted[params.upper]]
    }
}
