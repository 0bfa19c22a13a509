//! Central moments of the last `period` values.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The second, third and fourth central moment of a window: the means of those powers of the deviations from the mean.
///
/// They are made of sums of powers of the deviations from a value in the window, in the same two-stack form as [`super::Block`]. That
/// value is part of the window, so the moments cannot be much smaller than the sums: little cancels. Fourth powers have the least
/// room: values beyond 10^70 count as 10^70.
#[derive(Debug)]
pub struct Moments;

/// Scalars of [`Moments`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    base: C,
    sums: [C; LANES],
    front: u32,
    warm: bool,
}

fields!(State<C> { base, sums, front, warm });

/// The powers from 1 to 4.
const LANES: usize = 4;

#[cfg_attr(not(debug_assertions), inline(always))]
fn add<C: Num>(sums: &mut [C], deviation: C) {
    let square = deviation * deviation;
    sums[0] = sums[0] + deviation;
    sums[1] = sums[1] + square;
    sums[2] = sums[2] + square * deviation;
    sums[3] = sums[3] + square * square;
}

impl Moments {
    /// A window of `period` values. Memory: four cells a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn within<C: Num>(x: C) -> C {
        let limit = C::literal(1e70, i64::MAX, 0);
        x.lesser(limit).greater(-limit)
    }
}

impl<C: Num> Kernel<C> for Moments {
    type Params = usize;
    type State = State<C>;
    type Input = C;
    type Output = [C; 3];
    const NULL: [C; 3] = [C::NULL; 3];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State<C> {
        State { base: C::ZERO, sums: [C::ZERO; LANES], front: 0, warm: false }
    }

    fn accepts(period: usize, state: &State<C>, _: &[C]) -> bool {
        (state.front as usize) < period
    }

    #[inline]
    fn push(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 3] {
        if !state.warm && (state.front as usize) + 1 < period {
            memory[state.front as usize * LANES] = Self::within(x);
            state.front += 1;
            return Self::NULL;
        }
        state.warm = true;
        Self::next(period, state, memory, x)
    }

    #[inline]
    fn next(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 3] {
        let x = Self::within(x);
        let memory = &mut memory[..period * LANES];
        memory[state.front as usize * LANES] = x;
        let front = state.front as usize + 1;
        if front == period {
            let mut suffix = [C::ZERO; LANES];
            for slot in memory.chunks_exact_mut(LANES).rev() {
                add(&mut suffix, slot[0] - x);
                slot.copy_from_slice(&suffix);
            }
            state.base = x;
            state.sums = [C::ZERO; LANES];
            state.front = 0;
        } else {
            add(&mut state.sums, x - state.base);
            state.front = front as u32;
        }
        let at = state.front as usize * LANES;
        let back = &memory[at..at + LANES];
        let mean = |power: usize| (back[power - 1] + state.sums[power - 1]).scaled(1, period as i64);
        let (m, square) = (mean(1), mean(1) * mean(1));
        let second = mean(2) - square;
        let third = mean(3) - m * (C::int(3) * mean(2) - C::int(2) * square);
        let fourth = mean(4) - m * (C::int(4) * mean(3) - m * (C::int(6) * mean(2) - C::int(3) * square));
        [C::ZERO.greater(second), third, C::ZERO.greater(fourth)]
    }
}
