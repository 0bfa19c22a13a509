//! How many bars ago the greatest or least of the last `period` values was.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The age of the greatest (`MAX`) or least value of a window, 0 for the newest; the latest wins a tie.
///
/// The form of [`super::Extreme`], each extreme with its place, a number like the values so that both are chosen without a branch:
/// `0..period` for the slots of the last block, `period..` for the values since the flip.
#[derive(Debug)]
pub struct ExtremeAge<const MAX: bool>;

/// Scalars of [`ExtremeAge`].
#[derive(Clone, Copy, Debug)]
pub struct State<C> {
    best: C,
    place: C,
    front: u32,
    warm: bool,
}

fields!(State<C> { best, place, front, warm });

impl<const MAX: bool> ExtremeAge<MAX> {
    /// A window of `period` values. Memory: two cells a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        usize::try_from(period).unwrap_or(1).max(1)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn older_wins<C: Num>(older: C, newer: C) -> bool {
        if MAX { newer.lt(older) } else { older.lt(newer) }
    }
}

impl<C: Num, const MAX: bool> Kernel<C> for ExtremeAge<MAX> {
    type Params = usize;
    type State = State<C>;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State<C> {
        State { best: C::ZERO, place: C::ZERO, front: 0, warm: false }
    }

    fn accepts(period: usize, state: &State<C>, _: &[C]) -> bool {
        (state.front as usize) < period
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        if !state.warm && (state.front as usize) + 1 < period {
            memory[2 * state.front as usize] = x;
            state.front += 1;
            return Self::NULL;
        }
        state.warm = true;
        Self::next(period, state, memory, x)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(period: usize, state: &mut State<C>, memory: &mut [C], x: C) -> [C; 1] {
        let memory = &mut memory[..2 * period];
        let slot = state.front as usize;
        memory[2 * slot] = x;
        if slot + 1 == period {
            let (mut best, mut place) = (x, C::int(slot as i64));
            for (slot, pair) in memory.chunks_exact_mut(2).enumerate().rev() {
                let wins = Self::older_wins(pair[0], best);
                place = if wins { C::int(slot as i64) } else { place };
                best = if wins { pair[0] } else { best };
                pair[0] = best;
                pair[1] = place;
            }
            state.front = 0;
            return [C::int(slot as i64) - place];
        }
        let here = C::int((period + slot) as i64);
        let stays = slot > 0 && Self::older_wins(state.best, x);
        state.best = if stays { state.best } else { x };
        state.place = if stays { state.place } else { here };
        state.front = slot as u32 + 1;
        let back = &memory[2 * slot + 2..2 * slot + 4];
        let is_old = Self::older_wins(back[0], state.best);
        [here - if is_old { back[1] } else { state.place }]
    }
}
