//! Sliding sums over the last `period` pairs of values.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// Sums over a window of pairs, in the same two-stack form as [`super::Block`].
///
/// Outputs: the two bases, the sums of the deviations from them, and the sums of their product and squares.
#[derive(Debug)]
pub struct PairBlock;

/// Scalars of [`PairBlock`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    base: [C; 2],
    sums: [C; LANES],
    front: u32,
    warm: bool,
}

fields!(State<C> { base, sums, front, warm });

/// x, y, x·y, x², y².
const LANES: usize = 5;

#[cfg_attr(not(debug_assertions), inline(always))]
fn add<C: Num>(sums: &mut [C], x: C, y: C) {
    sums[0] = sums[0] + x;
    sums[1] = sums[1] + y;
    sums[2] = sums[2] + x * y;
    sums[3] = sums[3] + x * x;
    sums[4] = sums[4] + y * y;
}

impl PairBlock {
    /// A window of `period` pairs. Memory: five cells a pair.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }
}

impl<C: Num> Kernel<C> for PairBlock {
    type Params = usize;
    type State = State<C>;
    type Input = (C, C);
    type Output = [C; 7];
    const NULL: [C; 7] = [C::NULL; 7];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State<C> {
        State { base: [C::ZERO; 2], sums: [C::ZERO; LANES], front: 0, warm: false }
    }

    fn accepts(period: usize, state: &State<C>, _: &[C]) -> bool {
        (state.front as usize) < period
    }

    #[inline]
    fn push(period: usize, state: &mut State<C>, memory: &mut [C], (x, y): (C, C)) -> [C; 7] {
        if !state.warm && (state.front as usize) + 1 < period {
            let at = state.front as usize * LANES;
            memory[at] = x;
            memory[at + 1] = y;
            state.front += 1;
            return Self::NULL;
        }
        state.warm = true;
        Self::next(period, state, memory, (x, y))
    }

    #[inline]
    fn next(period: usize, state: &mut State<C>, memory: &mut [C], (x, y): (C, C)) -> [C; 7] {
        let memory = &mut memory[..period * LANES];
        let at = state.front as usize * LANES;
        memory[at] = x;
        memory[at + 1] = y;
        let front = state.front as usize + 1;
        if front == period {
            let mut suffix = [C::ZERO; LANES];
            for slot in memory.chunks_exact_mut(LANES).rev() {
                add(&mut suffix, slot[0] - x, slot[1] - y);
                slot.copy_from_slice(&suffix);
            }
            state.base = [x, y];
            state.sums = [C::ZERO; LANES];
            state.front = 0;
        } else {
            add(&mut state.sums, x - state.base[0], y - state.base[1]);
            state.front = front as u32;
        }
        let at = state.front as usize * LANES;
        let back = &memory[at..at + LANES];
        let s = &state.sums;
        [state.base[0], state.base[1], back[0] + s[0], back[1] + s[1], back[2] + s[2], back[3] + s[3], back[4] + s[4]]
    }
}
