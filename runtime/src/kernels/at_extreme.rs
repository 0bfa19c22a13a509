//! What another series was where the greatest or least of the last `period` values was.

use super::extreme_age::older_wins;
use super::stacks::{Stacks, Sums};
use crate::fields;
use crate::value::Num;

/// The value of a second series on the bar of the greatest (`MAX`) or least value of a window; the latest wins a tie.
///
/// Each extreme is kept with what the second series was there.
pub type AtExtreme<const MAX: bool> = Stacks<BestOf<MAX>>;

/// What [`AtExtreme`] adds up.
#[derive(Debug)]
pub struct BestOf<const MAX: bool>;

/// The front of [`AtExtreme`].
#[derive(Clone, Copy, Debug)]
pub struct Front<C> {
    best: C,
    there: C,
}

fields!(Front<C> { best, there });

impl<C: Num, const MAX: bool> Sums<C> for BestOf<MAX> {
    /// What is compared, what is given.
    type Input = (C, C);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];
    type Front = Front<C>;
    const CELLS: usize = 2;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn empty() -> Front<C> {
        Front { best: C::ZERO, there: C::ZERO }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(slot: &mut [C], (x, y): (C, C)) {
        slot[0] = x;
        slot[1] = y;
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flip(slots: &mut [C], (x, y): (C, C)) -> Front<C> {
        let (mut best, mut there) = (x, y);
        let (slots, _) = slots.as_chunks_mut::<2>();
        if let Some(slot) = slots.last_mut() {
            *slot = [x, y];
        }
        for slot in slots.iter_mut().rev() {
            let wins = older_wins::<C, MAX>(slot[0], best);
            there = if wins { slot[1] } else { there };
            best = if wins { slot[0] } else { best };
            *slot = [best, there];
        }
        Front { best: x, there: y }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn add(_: usize, front: &mut Front<C>, _: usize, (x, y): (C, C)) {
        let stays = older_wins::<C, MAX>(front.best, x);
        front.best = if stays { front.best } else { x };
        front.there = if stays { front.there } else { y };
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn output(_: usize, front: &Front<C>, _: usize, back: &[C]) -> [C; 1] {
        [if older_wins::<C, MAX>(back[0], front.best) { back[1] } else { front.there }]
    }
}
