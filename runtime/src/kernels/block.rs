//! Sliding sums over the last `period` values.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// Sums over a window as a two-stack block: every `period` values the window is re-based on its newest value, the suffix
/// sums of the deviations from it are stored, and between two such flips a front sum grows.
///
/// No value is ever subtracted again, so nothing that left the window leaves a residue; the deviations of a flat window are all
/// zero, so its mean is the value itself and its variance zero, exactly. Cost: O(1) amortised, one pass over the
/// window every `period` values.
///
/// Outputs: the base, and the sums of the deviations, of their squares, and of the deviations weighted 1 (oldest) to `period`
/// (newest). `USED` has bit 2 set when the squares are wanted, bit 3 for the weighted sum; the base and the sum are always kept.
/// The slot of a value that entered since the flip holds the value itself, of an older one the suffix sums from it on. A window of up to
/// four values is summed directly, oldest first, as deviations from the newest.
#[derive(Debug)]
pub struct Block<const USED: u32>;

/// Scalars of [`Block`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    // In a short window: the values 1, 2 and 3 ago.
    base: C,
    sum: C,
    squares: C,
    /// The sum of the front, each value as often as there are newer ones.
    lag: C,
    /// Values in front, from that of the last flip on; before the first flip, values seen.
    front: u32,
    warm: bool,
}

fields!(State<C> { base, sum, squares, lag, front, warm });

impl<const USED: u32> Block<USED> {
    const SQUARES: bool = USED & 4 != 0;
    const WEIGHTED: bool = USED & 8 != 0;
    const WEIGHTED_LANE: usize = if Self::SQUARES { 2 } else { 1 };
    const LANES: usize = 1 + Self::SQUARES as usize + Self::WEIGHTED as usize;

    /// The longest window that is summed directly.
    const DIRECT: usize = 4;

    /// The sums of a short window. Its older values lie in the scalars, which serve for nothing else then: through memory, reading what was
    /// just written would cost more than the sums.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn direct<C: Num>(period: usize, state: &mut State<C>, x: C) -> [C; 4] {
        let (mut sum, mut squares, mut weighted) = (C::ZERO, C::ZERO, C::ZERO);
        let mut weight = 0;
        let mut add = |value: C, ago: usize| {
            // The newest deviates by nothing.
            if ago < period {
                weight += 1;
                let deviation = value - x;
                sum = sum + deviation;
                squares = squares + deviation * deviation;
                weighted = weighted + C::int(weight) * deviation;
            }
        };
        add(state.squares, 3);
        add(state.sum, 2);
        add(state.base, 1);
        state.squares = state.sum;
        state.sum = state.base;
        state.base = x;
        [x, sum, squares, weighted]
    }

    /// Takes the next value of a full window whose slots have `N` cells.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn slide<C: Num, const N: usize>(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 4] {
        let slots = &mut memory.as_chunks_mut::<N>().0[..=period];
        let front = state.front as usize;
        // The one test of a bar: what it says of `front` holds for both indices.
        let back = if front < period {
            slots[front][0] = x;
            Self::add(state, x);
            state.front = front as u32 + 1;
            slots[front + 1]
        } else {
            Self::flip(period, slots.as_flattened_mut(), x);
            *state = State { front: 1, ..Self::flipped(x) };
            slots[0][0] = x;
            slots[1]
        };
        Self::sums(period, state, back)
    }

    /// Adds a value to the front.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn add<C: Num>(state: &mut State<C>, x: C) {
        let deviation = x - state.base;
        if Self::WEIGHTED {
            state.lag = state.lag + state.sum;
        }
        state.sum = state.sum + deviation;
        if Self::SQUARES {
            state.squares = state.squares + deviation * deviation;
        }
    }

    /// The outputs from the front and from the slot that tells of the rest.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sums<C: Num, const N: usize>(period: usize, state: &State<C>, back: [C; N]) -> [C; 4] {
        let squares = if Self::SQUARES { back[1] + state.squares } else { C::ZERO };
        let weighted = if Self::WEIGHTED {
            // The newest counts `period` times, each one before it once less.
            back[Self::WEIGHTED_LANE] + (C::int(period as i64) * state.sum - state.lag)
        } else {
            C::ZERO
        };
        [state.base, back[0] + state.sum, squares, weighted]
    }

    /// The state after a flip on this value, which may be added to the front as any other: it does not deviate.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flipped<C: Num>(x: C) -> State<C> {
        State { base: x, sum: C::ZERO, squares: C::ZERO, lag: C::ZERO, front: 0, warm: true }
    }

    /// A window of `period` values. Memory: `period + 1` cells for each sum that is kept.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }

    /// [`Kernel::take`] where slots have `N` cells.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take_slot<C: Num, const N: usize>(period: usize, state: &mut State<C>, cells: &mut [C], at: usize, x: C) -> [C; 4] {
        let slots = cells.as_chunks_mut::<N>().0;
        slots[at][0] = x;
        Self::add(state, x);
        Self::sums(period, state, slots[at + 1])
    }

    /// Replaces the values in the slots by suffix sums of their deviations from `base`, the newest value.
    ///
    /// Slots are summed in groups, those that make no group alone and before.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flip<C: Num>(period: usize, memory: &mut [C], base: C) {
        let mut behind = [C::ZERO; 3];
        let (older, newest) = memory[Self::LANES..(period + 1) * Self::LANES].split_at_mut((period - 1) * Self::LANES);
        newest.fill(C::ZERO);
        let (groups, rest) = older.split_at_mut(if period < LONG { 0 } else { (period - 1) / GROUP * GROUP * Self::LANES });
        for slot in rest.chunks_exact_mut(Self::LANES).rev() {
            Self::flip_group::<C, 1>(slot, base, &mut behind);
        }
        for group in groups.chunks_exact_mut(GROUP * Self::LANES).rev() {
            Self::flip_group::<C, GROUP>(group, base, &mut behind);
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flip_group<C: Num, const N: usize>(group: &mut [C], base: C, behind: &mut [C; 3]) {
        let deviations: [C; N] = core::array::from_fn(|k| group[k * Self::LANES] - base);
        let sums = suffix_sums(deviations, behind[0]);
        behind[0] = sums[0];
        for k in 0..N {
            group[k * Self::LANES] = sums[k];
        }
        if Self::SQUARES {
            let squares = suffix_sums(deviations.map(|deviation| deviation * deviation), behind[1]);
            behind[1] = squares[0];
            for k in 0..N {
                group[k * Self::LANES + 1] = squares[k];
            }
        }
        if Self::WEIGHTED {
            let weighted = suffix_sums_in_pairs(sums, behind[2]);
            behind[2] = weighted[0];
            for k in 0..N {
                group[k * Self::LANES + Self::WEIGHTED_LANE] = weighted[k];
            }
        }
    }
}

/// Slots that a flip sums at once.
const GROUP: usize = 4;

/// The shortest window that is summed in groups; in shorter ones too much of it was written just before.
const LONG: usize = 24;

/// For each value the sum from it to the last, and of what is behind: of the group first, so that one addition waits for the group before.
#[cfg_attr(not(debug_assertions), inline(always))]
fn suffix_sums<C: Num, const N: usize>(mut values: [C; N], behind: C) -> [C; N] {
    for k in (1..N).rev() {
        values[k - 1] = values[k - 1] + values[k];
    }
    values.map(|sum| sum + behind)
}

/// The same with three additions for two values instead of seven for four, of which two wait for the group before: for sums of sums, which do not hold up
/// others.
#[cfg_attr(not(debug_assertions), inline(always))]
fn suffix_sums_in_pairs<C: Num, const N: usize>(mut values: [C; N], mut behind: C) -> [C; N] {
    for pair in values.rchunks_mut(2) {
        if let [older, newer] = pair {
            *older = *older + *newer;
            *newer = *newer + behind;
        }
        pair[0] = pair[0] + behind;
        behind = pair[0];
    }
    values
}

impl<C: Num, const USED: u32> Kernel<C> for Block<USED> {
    type Params = usize;
    type State = State<C>;
    type Input = C;
    type Output = [C; 4];
    const NULL: [C; 4] = [C::NULL; 4];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State<C> {
        State { base: C::ZERO, sum: C::ZERO, squares: C::ZERO, lag: C::ZERO, front: 0, warm: false }
    }

    fn accepts(period: usize, state: &State<C>, _: &[C]) -> bool {
        state.front as usize <= period
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 4] {
        if period <= Self::DIRECT {
            let sums = Self::direct(period, state, x);
            if (state.front as usize) + 1 < period {
                state.front += 1;
                return Self::NULL;
            }
            return sums;
        }
        if !state.warm {
            state.front += 1;
            if (state.front as usize) < period {
                memory[state.front as usize * Self::LANES] = x;
                return Self::NULL;
            }
            state.warm = true;
        }
        Self::next(period, state, memory, x)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 4] {
        if period <= Self::DIRECT {
            return Self::direct(period, state, x);
        }
        match Self::LANES {
            1 => Self::slide::<C, 1>(period, state, memory, x),
            2 => Self::slide::<C, 2>(period, state, memory, x),
            _ => Self::slide::<C, 3>(period, state, memory, x),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn stretch(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> usize {
        if period <= Self::DIRECT {
            return usize::MAX;
        }
        let front = state.front as usize;
        if front < period {
            return period - front;
        }
        Self::flip(period, memory, x);
        *state = Self::flipped(x);
        period
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn cells<'a>(period: usize, state: &State<C>, memory: &'a mut [C], bars: usize) -> &'a mut [C] {
        if period <= Self::DIRECT {
            return memory;
        }
        &mut memory[state.front as usize * Self::LANES..][..(bars + 1) * Self::LANES]
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(period: usize, state: &mut State<C>, cells: &mut [C], bar: usize, x: C) -> [C; 4] {
        if period <= Self::DIRECT {
            return Self::direct(period, state, x);
        }
        match Self::LANES {
            1 => Self::take_slot::<C, 1>(period, state, cells, bar, x),
            2 => Self::take_slot::<C, 2>(period, state, cells, bar, x),
            _ => Self::take_slot::<C, 3>(period, state, cells, bar, x),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn advance(period: usize, state: &mut State<C>, bars: usize) {
        if period > Self::DIRECT {
            state.front += bars as u32;
        }
    }
}
