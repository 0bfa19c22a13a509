//! The most frequent value of a window.

use super::sorted::{SortedState, Window};
use crate::kernel::Kernel;
use crate::value::Num;

/// The most frequent of the last `period` values, the least of several.
///
/// Up to 256 values every bar looks at the whole window. A longer one is kept on shelves, with a tally of each: only the shelves whose values have changed
/// are looked at value by value. Memory: the window in arrival order and in order of size; for a long one its shelves and their tallies.
#[derive(Debug)]
pub struct Mode;

/// The longest window that every bar looks at as a whole. The prelude's `memory` of this kernel says the same.
const LONG: usize = 256;

/// The cells of a tally.
const TALLY: usize = 4;

/// How often values in order of size follow one another.
#[derive(Clone, Copy)]
struct Tally<C> {
    /// The least of the most frequent.
    best: C,
    most: i64,
    /// How often the least value is there, and the greatest.
    first: i64,
    last: i64,
}

impl<C: Num> Tally<C> {
    const EMPTY: Self = Tally { best: C::NULL, most: 0, first: 0, last: 0 };

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn of(values: &[C]) -> Self {
        let mut tally = Self::EMPTY;
        let (mut before, mut run) = (C::NULL, 0);
        for (at, &value) in values.iter().enumerate() {
            run = if value.eq(before) { run + 1 } else { 1 };
            before = value;
            if run > tally.most {
                (tally.best, tally.most) = (value, run);
            }
            if run == at as i64 + 1 {
                tally.first = run;
            }
        }
        Tally { last: run, ..tally }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read(cells: [C; TALLY]) -> Self {
        let [best, most, first, last] = cells;
        let count = |cell: C| cell.index() as i64;
        Tally { best, most: count(most), first: count(first), last: count(last) }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn cells(self) -> [C; TALLY] {
        [self.best, C::int(self.most), C::int(self.first), C::int(self.last)]
    }
}

impl Mode {
    /// A window of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> Window {
        Window::up_to(LONG, period)
    }
}

impl<C: Num> Kernel<C> for Mode {
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
        let Some(cells) = memory.len().checked_sub(TALLY * window.shelves()) else { return false };
        let (values, tallies) = memory.split_at(cells);
        // No count of values is greater.
        let is_count = |cell: &C| cell.index() <= window.period();
        state.accepts(window, values) && tallies.chunks(TALLY).all(|cells| cells[1..].iter().all(is_count))
    }

    #[inline]
    fn push(window: Window, state: &mut SortedState, memory: &mut [C], x: C) -> [C; 1] {
        let (values, tallies) = memory.split_at_mut(memory.len() - TALLY * window.shelves());
        let changed = state.slide(window, values, x);
        let Some(sorted) = state.values(window, values) else { return Self::NULL };
        if window.shelves() == 0 {
            return sorted.runs().next().map_or(Self::NULL, |values| [Tally::of(values).best]);
        }
        let tallies = tallies.as_chunks_mut::<TALLY>().0;
        let mut count = |shelf: usize, values: &[C]| tallies[shelf] = Tally::of(values).cells();
        match changed {
            Some(two) => two.into_iter().for_each(|shelf| count(shelf, sorted.shelf(shelf))),
            None => sorted.shelves().enumerate().for_each(|(shelf, values)| count(shelf, values)),
        }
        // A value may lie at the end of a shelf and on those behind it.
        let mut all = Tally::<C>::EMPTY;
        let mut greatest = C::NULL;
        for (values, &cells) in sorted.shelves().zip(tallies.iter()) {
            let (Some(&least), Some(&last)) = (values.first(), values.last()) else { continue };
            let tally = Tally::read(cells);
            let across = if least.eq(greatest) { all.last + tally.first } else { 0 };
            for (value, times) in [(least, across), (tally.best, tally.most)] {
                if times > all.most {
                    (all.best, all.most) = (value, times);
                }
            }
            all.last = if across > 0 && least.eq(last) { across } else { tally.last };
            greatest = last;
        }
        [all.best]
    }
}
