//! A window kept in order of size.

use crate::fields;
use crate::value::Num;

/// Where the oldest value of a window lies, and how many it has seen. The memory of such a kernel is the window in arrival order, then
/// sorted.
///
/// The value that leaves is found by bisection and the block between it and the newcomer moves by one: O(log n) comparisons and one short
/// memory move, faster than trees up to about a thousand values.
#[derive(Clone, Copy, Debug)]
pub struct SortedState {
    oldest: u32,
    seen: u32,
}

fields!(SortedState { oldest, seen });

impl SortedState {
    pub(super) const EMPTY: Self = SortedState { oldest: 0, seen: 0 };

    /// The sorted values, once there are `period` of them.
    #[inline(always)]
    pub(super) fn values<C>(self, period: usize, memory: &[C]) -> Option<&[C]> {
        (self.seen as usize == period).then(|| &memory[period..])
    }

    /// Whether a value that leaves will be found among the sorted: each must stand there as often as it arrived.
    pub(super) fn accepts<C: Num>(self, period: usize, memory: &[C]) -> bool {
        let (oldest, seen) = (self.oldest as usize, self.seen as usize);
        let Some((arrival, sorted)) = memory.split_at_checked(period) else { return false };
        let (Some(arrival), Some(sorted)) = (arrival.get(..seen), sorted.get(..seen)) else { return false };
        let is_there = |&x: &C| {
            let among = sorted.partition_point(|value| value.le(x)) - sorted.partition_point(|value| value.lt(x));
            among == arrival.iter().filter(|value| value.eq(x)).count()
        };
        oldest < period && sorted.is_sorted_by(|a, b| a.le(*b)) && arrival.iter().all(is_there)
    }

    /// Takes a value in, and out the one that is `period` values older.
    #[inline(always)]
    pub(super) fn slide<C: Num>(&mut self, period: usize, memory: &mut [C], x: C) {
        let (arrival, sorted) = memory.split_at_mut(period);
        let seen = self.seen as usize;
        if seen < period {
            arrival[seen] = x;
            let at = sorted[..seen].partition_point(|&value| value.le(x));
            sorted.copy_within(at..seen, at + 1);
            sorted[at] = x;
            self.seen += 1;
            return;
        }
        let slot = self.oldest as usize;
        let leaving = arrival[slot];
        arrival[slot] = x;
        self.oldest = if slot + 1 == period { 0 } else { slot as u32 + 1 };
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
}
