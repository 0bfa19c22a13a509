//! A window kept in order of size.

use crate::fields;
use crate::value::Num;

/// Where the oldest value of a window lies, and how many it has seen. The memory of such a kernel is the window in arrival order, then in order of
/// size: side by side, or if they are many on shelves, before which stand their fences and counts.
///
/// What lies between the value that leaves and the newcomer moves by one place. On shelves only what lies on the two shelves moves; what still grows
/// with the window is a look at each shelf's fence and count.
#[derive(Clone, Copy, Debug)]
pub struct SortedState {
    oldest: u32,
    seen: u32,
}

fields!(SortedState { oldest, seen });

/// How a window is kept.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    period: usize,
    /// How many shelves its values lie on; none when they lie side by side.
    shelves: usize,
}

/// The room of a shelf. Shelves are filled to one half, so that the same shelf takes many values before all are spread anew.
const ROOM: usize = 128;

/// The longest window whose values lie side by side, where order is all that is wanted of them: up to here their moving costs less than shelves do.
/// The prelude's `memory` of these kernels says the same.
const LONG: usize = 1_024;
/// The most values of which each is asked where some begin; of more they are found by bisection, whose every step waits for the one before.
const FEW: usize = 64;
/// The longest window in which each value is looked at when one takes the place of another; in longer ones what lies between the two is moved.
const SHORT: usize = 128;

impl Window {
    /// A window of `period` values, on shelves when it is longer than `longest`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn up_to(longest: usize, period: i64) -> Self {
        let period = usize::try_from(period).unwrap_or(1).max(1);
        Window { period, shelves: if period <= longest { 0 } else { period.div_ceil(ROOM / 2) } }
    }
    /// A window of which only the order is wanted.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn new(period: i64) -> Self {
        Self::up_to(LONG, period)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn period(self) -> usize {
        self.period
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn shelves(self) -> usize {
        self.shelves
    }
}

/// A window in order of size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sorted<'a, C> {
    counts: &'a [C],
    cells: &'a [C],
}

impl<'a, C: Num> Sorted<'a, C> {
    /// Runs of values that follow one another, some of them perhaps empty.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn runs(self) -> impl Iterator<Item = &'a [C]> {
        core::iter::once(if self.counts.is_empty() { self.cells } else { &[] }).chain(self.shelves())
    }
    /// The values of each shelf of a long window.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn shelves(self) -> impl Iterator<Item = &'a [C]> {
        (0..self.counts.len()).map(move |shelf| self.shelf(shelf))
    }
    /// The values of one shelf.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn shelf(self, shelf: usize) -> &'a [C] {
        &self.cells[shelf * ROOM..][..self.counts[shelf].index()]
    }
    /// The value of a rank, from 0.
    #[cfg_attr(not(debug_assertions), inline(always))]
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
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn count(self, is_before: impl Fn(C) -> bool) -> usize {
        let mut count = 0;
        for run in self.runs() {
            count += match run.last() {
                Some(&last) if is_before(last) => run.len(),
                _ => leading(run, &is_before),
            };
        }
        count
    }
}

/// How many values from the first on fulfil a condition, which none does behind one that does not.
#[cfg_attr(not(debug_assertions), inline(always))]
fn leading<C: Num>(values: &[C], is_before: impl Fn(C) -> bool) -> usize {
    if values.len() > FEW {
        return values.partition_point(|&value| is_before(value));
    }
    values.iter().map(|&value| usize::from(is_before(value))).sum()
}

/// Takes a value in and another out, which is among those in order. Without a branch: which values move differs from bar to bar, and a guess would be wrong on most.
#[cfg_attr(not(debug_assertions), inline(always))]
fn replace<C: Num>(cells: &mut [C], leaving: C, x: C) {
    let last = cells.len() - 1;
    let stays = |value: C, next: C| if value.lt(leaving) { value } else { next };
    let first = stays(cells[0], if last == 0 { x } else { cells[1] });
    let mut before = first;
    for i in 1..last {
        let value = stays(cells[i], cells[i + 1]);
        cells[i] = before.greater(x.lesser(value));
        before = value;
    }
    if last > 0 {
        cells[last] = before.greater(x);
    }
    cells[0] = x.lesser(first);
}

impl SortedState {
    pub(super) const EMPTY: Self = SortedState { oldest: 0, seen: 0 };

    /// The values in order, once there are `period` of them.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn values<C>(self, window: Window, memory: &[C]) -> Option<Sorted<'_, C>> {
        let Window { period, shelves } = window;
        let (counts, cells) = memory[period + shelves..].split_at(shelves);
        self.is_full(window).then_some(Sorted { counts, cells: if counts.is_empty() { &cells[..period] } else { cells } })
    }
    /// Whether there are `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn is_full(self, window: Window) -> bool {
        self.seen as usize == window.period
    }
    /// Whether the newest value lies in the last cell of the arrival order.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn is_at_end(self) -> bool {
        self.oldest == 0
    }
    /// Whether both numbers are such as the kernel makes them.
    #[inline]
    pub(super) fn has_place(self, Window { period, .. }: Window) -> bool {
        let seen = self.seen as usize;
        (self.oldest as usize) < period && seen <= period && (seen == period || self.oldest == self.seen)
    }

    /// Whether a value that leaves will be found: each must stand among the sorted as often as it arrived.
    pub(super) fn accepts<C: Num>(self, window: Window, memory: &[C]) -> bool {
        let Window { period, shelves } = window;
        let Some((arrival, rest)) = memory.split_at_checked(period) else { return false };
        let Some((fences, rest)) = rest.split_at_checked(shelves) else { return false };
        let Some((counts, cells)) = rest.split_at_checked(fences.len()) else { return false };
        if !self.has_place(window) {
            return false;
        }
        let seen = self.seen as usize;
        let sorted = if seen < period || counts.is_empty() {
            let Some(cells) = cells.get(..seen) else { return false };
            Sorted { counts: &[], cells }
        } else {
            // What lies below the first fence is on the first shelf too.
            let mut before: Option<C> = None;
            for ((&fence, count), shelf) in fences.iter().zip(counts).zip(cells.chunks(ROOM)) {
                let Some(inside) = shelf.get(..count.index()) else { return false };
                let divides = before.is_none_or(|before| before.le(fence) && inside.first().is_none_or(|first| fence.le(*first)));
                if !C::int(inside.len() as i64).eq(*count) || !divides {
                    return false;
                }
                before = Some(inside.last().copied().unwrap_or(fence));
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
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn arrive<C: Num>(&mut self, window: Window, arrival: &mut [C], x: C) -> Option<C> {
        let slot = self.oldest as usize;
        let leaving = arrival[slot];
        arrival[slot] = x;
        self.oldest = if slot + 1 == window.period { 0 } else { slot as u32 + 1 };
        if self.is_full(window) {
            return Some(leaving);
        }
        self.seen += 1;
        None
    }

    /// Takes a value in, and out the one that is `period` values older. Gives the shelves whose values are others now, nothing when that may be all.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn slide<C: Num>(&mut self, window: Window, memory: &mut [C], x: C) -> Option<[usize; 2]> {
        let Window { period, shelves } = window;
        let (arrival, rest) = memory.split_at_mut(period);
        let seen = self.seen as usize;
        let Some(leaving) = self.arrive(window, arrival, x) else {
            let mut shelves = Shelves::of(shelves, rest);
            let cells = &mut shelves.cells[..];
            let at = cells[..seen].partition_point(|&value| value.le(x));
            cells.copy_within(at..seen, at + 1);
            cells[at] = x;
            if seen + 1 == period {
                shelves.fill(period);
            }
            return None;
        };
        if shelves > 0 {
            let mut shelves = Shelves::of(shelves, rest);
            let from = shelves.remove(leaving);
            return shelves.insert(x).map(|to| [from, to]);
        }
        let cells = &mut rest[..period];
        if period <= SHORT {
            replace(cells, leaving, x);
            return None;
        }
        let from = leading(cells, |value| value.lt(leaving));
        let to = leading(cells, |value| value.le(x));
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
    /// What divides the values of each shelf from those before: its first value when they were spread.
    fences: &'a mut [C],
    counts: &'a mut [C],
    cells: &'a mut [C],
}

impl<'a, C: Num> Shelves<'a, C> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn of(shelves: usize, memory: &'a mut [C]) -> Self {
        let (fences, rest) = memory.split_at_mut(shelves);
        let (counts, cells) = rest.split_at_mut(shelves);
        Shelves { fences, counts, cells }
    }
    /// The last shelf whose fence is not above, else the first.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn find(&self, x: C) -> usize {
        leading(&self.fences[1..], |fence| fence.le(x))
    }
    /// Takes a value out and gives its shelf.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn remove(&mut self, x: C) -> usize {
        let mut at = self.find(x);
        loop {
            let count = self.counts[at].index();
            let shelf = &mut self.cells[at * ROOM..][..count];
            let place = leading(shelf, |value| value.lt(x));
            if shelf.get(place).is_some_and(|value| value.le(x)) {
                shelf.copy_within(place + 1.., place);
                self.counts[at] = C::int(count as i64 - 1);
                return at;
            }
            // Of values that equal a fence, those behind it may all have left before.
            if at == 0 {
                return 0;
            }
            at -= 1;
        }
    }
    /// Puts a value in and gives its shelf; nothing when the values had to be spread anew.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn insert(&mut self, x: C) -> Option<usize> {
        let at = self.find(x);
        let count = self.counts[at].index();
        if count < ROOM {
            self.put(at, count, x);
            return Some(at);
        }
        self.spread();
        let at = self.find(x);
        self.put(at, self.counts[at].index(), x);
        None
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(&mut self, at: usize, count: usize, x: C) {
        let shelf = &mut self.cells[at * ROOM..][..=count];
        let place = leading(&shelf[..count], |value| value.le(x));
        shelf.copy_within(place..count, place + 1);
        shelf[place] = x;
        self.counts[at] = C::int(count as i64 + 1);
    }
    /// Makes the shelves equally full.
    #[cold]
    fn spread(&mut self) {
        let mut all = 0;
        for shelf in 0..self.counts.len() {
            let count = self.counts[shelf].index();
            self.cells.copy_within(shelf * ROOM..shelf * ROOM + count, all);
            all += count;
        }
        self.fill(all);
    }
    /// Puts the first so many cells, which are in order, evenly on the shelves.
    fn fill(&mut self, values: usize) {
        let shelves = self.counts.len();
        for shelf in (0..shelves).rev() {
            let (from, to) = (shelf * values / shelves, (shelf + 1) * values / shelves);
            self.cells.copy_within(from..to, shelf * ROOM);
            self.counts[shelf] = C::int((to - from) as i64);
            self.fences[shelf] = self.cells[shelf * ROOM];
        }
    }
}
