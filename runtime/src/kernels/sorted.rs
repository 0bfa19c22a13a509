//! A window kept in order of size.

use crate::fields;
use crate::value::Num;

/// Where the oldest value of a window lies, and how many it has seen. The memory of such a kernel is the window in arrival order, then in order of
/// size: up to [`LONG`] values side by side, more on shelves, before which stand their counts.
///
/// The value that leaves is found by bisection, and what lies between it and the newcomer moves by one place. On shelves only what lies on the two
/// shelves moves: a bar costs about the same however long the window is.
#[derive(Clone, Copy, Debug)]
pub struct SortedState {
    oldest: u32,
    seen: u32,
}

fields!(SortedState { oldest, seen });

/// The longest window whose values lie side by side.
pub(super) const LONG: usize = 128;
/// The room of a shelf. Shelves are filled to one half, so that the same shelf takes many values before all are spread anew.
const ROOM: usize = 128;

/// How many shelves hold a window.
pub(super) const fn shelves(period: usize) -> usize {
    if period <= LONG { 0 } else { period.div_ceil(ROOM / 2) }
}

/// A window in order of size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sorted<'a, C> {
    counts: &'a [C],
    cells: &'a [C],
}

impl<'a, C: Num> Sorted<'a, C> {
    /// Runs of values that follow one another, some of them perhaps empty.
    #[inline(always)]
    pub(super) fn runs(self) -> impl Iterator<Item = &'a [C]> {
        core::iter::once(if self.counts.is_empty() { self.cells } else { &[] }).chain(self.shelves())
    }
    /// The values of each shelf of a long window.
    #[inline(always)]
    pub(super) fn shelves(self) -> impl Iterator<Item = &'a [C]> {
        (0..self.counts.len()).map(move |shelf| self.shelf(shelf))
    }
    /// The values of one shelf.
    #[inline(always)]
    pub(super) fn shelf(self, shelf: usize) -> &'a [C] {
        &self.cells[shelf * ROOM..][..self.counts[shelf].index()]
    }
    /// The value of a rank, from 0.
    #[inline(always)]
    pub(super) fn nth(self, mut rank: usize) -> C {
        for run in self.runs() {
            if let Some(&value) = run.get(rank) {
                return value;
            }
            rank -= run.len().min(rank);
        }
        C::NULL
    }
    /// How many values from the least on fulfil a condition, which none does behind one that does not.
    #[inline(always)]
    pub(super) fn count(self, is_before: impl Fn(C) -> bool) -> usize {
        let mut count = 0;
        for run in self.runs() {
            count += match run.last() {
                Some(&last) if is_before(last) => run.len(),
                _ => run.partition_point(|&value| is_before(value)),
            };
        }
        count
    }
}

impl SortedState {
    pub(super) const EMPTY: Self = SortedState { oldest: 0, seen: 0 };

    /// The values in order, once there are `period` of them.
    #[inline(always)]
    pub(super) fn values<C>(self, period: usize, memory: &[C]) -> Option<Sorted<'_, C>> {
        let (counts, cells) = memory[period..].split_at(shelves(period));
        self.is_full(period).then_some(Sorted { counts, cells: if counts.is_empty() { &cells[..period] } else { cells } })
    }
    /// Whether there are `period` values.
    #[inline(always)]
    pub(super) fn is_full(self, period: usize) -> bool {
        self.seen as usize == period
    }
    /// Whether the newest value lies in the last cell of the arrival order.
    #[inline(always)]
    pub(super) fn is_at_end(self) -> bool {
        self.oldest == 0
    }
    /// Whether both numbers are such as the kernel makes them.
    pub(super) fn has_place(self, period: usize) -> bool {
        let seen = self.seen as usize;
        (self.oldest as usize) < period && seen <= period && (seen == period || self.oldest == self.seen)
    }

    /// Whether a value that leaves will be found: each must stand among the sorted as often as it arrived.
    pub(super) fn accepts<C: Num>(self, period: usize, memory: &[C]) -> bool {
        let Some((arrival, rest)) = memory.split_at_checked(period) else { return false };
        let Some((counts, cells)) = rest.split_at_checked(shelves(period)) else { return false };
        if !self.has_place(period) {
            return false;
        }
        let seen = self.seen as usize;
        let sorted = if seen < period || counts.is_empty() {
            let Some(cells) = cells.get(..seen) else { return false };
            Sorted { counts: &[], cells }
        } else {
            // The first cell of a shelf divides its values from those before, even when it is empty.
            let mut before: Option<C> = None;
            for (count, shelf) in counts.iter().zip(cells.chunks(ROOM)) {
                let values = count.index();
                let (Some(first), Some(inside)) = (shelf.first(), shelf.get(..values)) else { return false };
                if !C::int(values as i64).eq(*count) || before.is_some_and(|before| !before.le(*first)) {
                    return false;
                }
                before = inside.last().or(before.map(|_| first)).copied();
            }
            Sorted { counts, cells }
        };
        let among = |x: C| sorted.count(|value| value.le(x)).saturating_sub(sorted.count(|value| value.lt(x)));
        let is_there = |&x: &C| !x.is_null() && among(x) == arrival[..seen].iter().filter(|value| value.eq(x)).count();
        sorted.runs().map(<[C]>::len).sum::<usize>() == seen
            && sorted.runs().all(|run| run.is_sorted_by(|a, b| a.le(*b)))
            && arrival[..seen].iter().all(is_there)
    }

    /// Takes a value into the arrival order; gives the one that leaves.
    #[inline(always)]
    pub(super) fn arrive<C: Num>(&mut self, period: usize, arrival: &mut [C], x: C) -> Option<C> {
        let slot = self.oldest as usize;
        let leaving = arrival[slot];
        arrival[slot] = x;
        self.oldest = if slot + 1 == period { 0 } else { slot as u32 + 1 };
        if self.is_full(period) {
            return Some(leaving);
        }
        self.seen += 1;
        None
    }

    /// Takes a value in, and out the one that is `period` values older. Gives the shelves whose values are others now, nothing when that may be all.
    #[inline(always)]
    pub(super) fn slide<C: Num>(&mut self, period: usize, memory: &mut [C], x: C) -> Option<[usize; 2]> {
        let (arrival, rest) = memory.split_at_mut(period);
        let (counts, cells) = rest.split_at_mut(shelves(period));
        let seen = self.seen as usize;
        let Some(leaving) = self.arrive(period, arrival, x) else {
            let at = cells[..seen].partition_point(|&value| value.le(x));
            cells.copy_within(at..seen, at + 1);
            cells[at] = x;
            if seen + 1 == period && !counts.is_empty() {
                Shelves { counts, cells }.fill(period);
            }
            return None;
        };
        if !counts.is_empty() {
            let mut shelves = Shelves { counts, cells };
            let from = shelves.remove(leaving);
            return shelves.insert(x).map(|to| [from, to]);
        }
        let cells = &mut cells[..period];
        let from = cells.partition_point(|&value| value.lt(leaving));
        let to = cells.partition_point(|&value| value.le(x));
        if from < to {
            cells.copy_within(from + 1..to, from);
            cells[to - 1] = x;
        } else {
            cells.copy_within(to..from, to + 1);
            cells[to] = x;
        }
        None
    }
}

/// The shelves of a long window, to be changed.
struct Shelves<'a, C> {
    counts: &'a mut [C],
    cells: &'a mut [C],
}

impl<C: Num> Shelves<'_, C> {
    /// The last shelf whose first value is not above, else the first.
    #[inline(always)]
    fn find(&self, x: C) -> usize {
        self.cells.chunks(ROOM).skip(1).map(|shelf| usize::from(shelf[0].le(x))).sum()
    }
    /// Takes a value out and gives its shelf.
    fn remove(&mut self, x: C) -> usize {
        let mut at = self.find(x);
        // Of equal values, those of the last shelf may all have left before.
        while at > 0 && self.counts[at].le(C::ZERO) {
            at -= 1;
        }
        let count = self.counts[at].index();
        let shelf = &mut self.cells[at * ROOM..][..count];
        let place = shelf.partition_point(|&value| value.lt(x));
        if place < count {
            shelf.copy_within(place + 1.., place);
            self.counts[at] = C::int(count as i64 - 1);
        }
        at
    }
    /// Puts a value in and gives its shelf; nothing when the values had to be spread anew.
    fn insert(&mut self, x: C) -> Option<usize> {
        let at = self.find(x);
        let count = self.counts[at].index();
        if count < ROOM {
            self.put(at, count, x);
            return Some(at);
        }
        let mut all = 0;
        for shelf in 0..self.counts.len() {
            let count = self.counts[shelf].index();
            self.cells.copy_within(shelf * ROOM..shelf * ROOM + count, all);
            all += count;
        }
        self.fill(all);
        let at = self.find(x);
        self.put(at, self.counts[at].index(), x);
        None
    }
    #[inline(always)]
    fn put(&mut self, at: usize, count: usize, x: C) {
        let shelf = &mut self.cells[at * ROOM..][..=count];
        let place = shelf[..count].partition_point(|&value| value.le(x));
        shelf.copy_within(place..count, place + 1);
        shelf[place] = x;
        self.counts[at] = C::int(count as i64 + 1);
    }
    /// Puts the first so many cells, which are in order, evenly on the shelves.
    fn fill(&mut self, values: usize) {
        let shelves = self.counts.len();
        for shelf in (0..shelves).rev() {
            let (from, to) = (shelf * values / shelves, (shelf + 1) * values / shelves);
            self.cells.copy_within(from..to, shelf * ROOM);
            self.counts[shelf] = C::int((to - from) as i64);
        }
    }
}
