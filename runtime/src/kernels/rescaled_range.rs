//! How the range of a walk grows with its length.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The slope of the logarithm of the mean rescaled range over that of the length, among parts of the last `period` values: all of them,
/// halves, quarters, … up to 32 parts of at least 8 values.
///
/// The rescaled range of a part is the range of its summed deviations from their mean, over their standard deviation; 0 where the part is flat.
/// Every bar looks at the whole window. Memory: the window.
#[derive(Debug)]
pub struct RescaledRange;

/// Scalars of [`RescaledRange`].
#[derive(Clone, Copy, Debug)]
pub struct State {
    oldest: u32,
    seen: u32,
}

fields!(State { oldest, seen });

impl RescaledRange {
    /// A window of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }

    fn of_part<C: Num>(part: impl Iterator<Item = C> + Clone, size: i64) -> C {
        let Some(first) = part.clone().next() else { return C::ZERO };
        // As deviations from the first value, so that a flat part gives exactly zero.
        let mean = part.clone().fold(C::ZERO, |sum, value| sum + (value - first)).scaled(1, size);
        let (mut walk, mut squares) = (C::ZERO, C::ZERO);
        let (mut least, mut most) = (-mean, -mean);
        for value in part {
            let deviation = (value - first) - mean;
            walk = walk + deviation;
            squares = squares + deviation * deviation;
            least = least.lesser(walk);
            most = most.greater(walk);
        }
        if squares.eq(C::ZERO) { C::ZERO } else { (most - least) / squares.scaled(1, size).sqrt() }
    }
}

impl<C: Num> Kernel<C> for RescaledRange {
    type Params = usize;
    type State = State;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State {
        State { oldest: 0, seen: 0 }
    }

    fn accepts(period: usize, state: &State, _: &[C]) -> bool {
        (state.oldest as usize) < period && state.seen as usize <= period
    }

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
        let (newer, older) = memory.split_at(state.oldest as usize);
        let window = older.iter().chain(newer).copied();
        // A least-squares line through the points (log size, log range), around the first of them.
        let (mut points, mut sums) = (0, [C::ZERO; 4]);
        let mut first = [C::ZERO; 2];
        for parts in (0..6).map(|k| 1 << k).take_while(|&parts| period / parts >= 8) {
            let size = period / parts;
            let skipped = period - size * parts;
            let ranges = (0..parts).map(|part| Self::of_part(window.clone().skip(skipped + part * size).take(size), size as i64));
            let mean = ranges.fold(C::ZERO, |sum, range| sum + range).scaled(1, parts as i64);
            let point = [C::int(size as i64).log10(), mean.settle().log10()];
            if points == 0 {
                first = point;
            }
            let (dx, dy) = (point[0] - first[0], point[1] - first[1]);
            sums = [sums[0] + dx, sums[1] + dy, sums[2] + dx * dx, sums[3] + dx * dy];
            points += 1;
        }
        let [x, y, xx, xy] = sums;
        let spread = xx - x * x.scaled(1, points);
        [((xy - x * y.scaled(1, points)) / spread).settle()]
    }
}
