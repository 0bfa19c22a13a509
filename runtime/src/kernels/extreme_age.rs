//! How many bars ago the greatest or least of the last `period` values was.

use super::stacks::{Stacks, Sums};
use crate::fields;
use crate::value::Num;

/// The age of the greatest (`MAX`) or least value of a window, 0 for the newest; the latest wins a tie.
///
/// Each extreme is kept with its place, a number like the values so that both are chosen without a branch: `1..=period` for the slots, `period..`
/// for the values since the flip, the first of which is the last of the slots too.
pub type ExtremeAge<const MAX: bool> = Stacks<BestPlace<MAX>>;

/// What [`ExtremeAge`] adds up.
#[derive(Debug)]
pub struct BestPlace<const MAX: bool>;

/// The front of [`ExtremeAge`].
#[derive(Clone, Copy, Debug)]
pub struct Front<C> {
    best: C,
    place: C,
}

fields!(Front<C> { best, place });

/// Whether an older value is the extreme: the latest wins a tie.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn older_wins<C: Num, const MAX: bool>(older: C, newer: C) -> bool {
    if MAX { newer.lt(older) } else { older.lt(newer) }
}

impl<C: Num, const MAX: bool> Sums<C> for BestPlace<MAX> {
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];
    type Front = Front<C>;
    const CELLS: usize = 2;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn empty() -> Front<C> {
        Front { best: C::ZERO, place: C::ZERO }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(slot: &mut [C], x: C) {
        slot[0] = x;
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flip(slots: &mut [C], x: C) -> Front<C> {
        let newest = C::int((slots.len() / 2) as i64);
        let (mut best, mut place) = (x, newest);
        let (slots, _) = slots.as_chunks_mut::<2>();
        if let Some(slot) = slots.last_mut() {
            slot[0] = x;
        }
        for (index, slot) in slots.iter_mut().enumerate().rev() {
            let wins = older_wins::<C, MAX>(slot[0], best);
            place = if wins { C::int(index as i64 + 1) } else { place };
            best = if wins { slot[0] } else { best };
            *slot = [best, place];
        }
        Front { best: x, place: newest }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn add(period: usize, front: &mut Front<C>, place: usize, x: C) {
        let stays = older_wins::<C, MAX>(front.best, x);
        front.best = if stays { front.best } else { x };
        front.place = if stays { front.place } else { C::int((period + place) as i64) };
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn output(period: usize, front: &Front<C>, place: usize, back: &[C]) -> [C; 1] {
        let is_old = older_wins::<C, MAX>(back[0], front.best);
        [C::int((period + place) as i64) - if is_old { back[1] } else { front.place }]
    }
}
