//! Sliding sums over the last `period` pairs of values.

use super::stacks::{Stacks, Sums};
use crate::fields;
use crate::value::Num;

/// Sums over a window of pairs.
///
/// Outputs: the two bases, the sums of the deviations from them, and the sums of their product and squares.
pub type PairBlock = Stacks<PairSums>;

/// What [`PairBlock`] adds up.
#[derive(Debug)]
pub struct PairSums;

/// The front of [`PairBlock`].
#[derive(Clone, Copy, Debug)]
pub struct Front<C> {
    base: [C; 2],
    sums: [C; LANES],
}

fields!(Front<C> { base, sums });

/// x, y, x·y, x², y².
const LANES: usize = 5;

#[cfg_attr(not(debug_assertions), inline(always))]
fn add<C: Num>(sums: &mut [C; LANES], x: C, y: C) {
    sums[0] = sums[0] + x;
    sums[1] = sums[1] + y;
    sums[2] = sums[2] + x * y;
    sums[3] = sums[3] + x * x;
    sums[4] = sums[4] + y * y;
}

impl<C: Num> Sums<C> for PairSums {
    type Input = (C, C);
    type Output = [C; 7];
    const NULL: [C; 7] = [C::NULL; 7];
    type Front = Front<C>;
    const CELLS: usize = LANES;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn empty() -> Front<C> {
        Front { base: [C::ZERO; 2], sums: [C::ZERO; LANES] }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(slot: &mut [C], (x, y): (C, C)) {
        slot[0] = x;
        slot[1] = y;
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flip(slots: &mut [C], (x, y): (C, C)) -> Front<C> {
        let (slots, _) = slots.as_chunks_mut::<LANES>();
        if let Some(slot) = slots.last_mut() {
            Self::put(slot, (x, y));
        }
        let mut sums = [C::ZERO; LANES];
        for slot in slots.iter_mut().rev() {
            add(&mut sums, slot[0] - x, slot[1] - y);
            *slot = sums;
        }
        Front { base: [x, y], sums: [C::ZERO; LANES] }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn add(_: usize, front: &mut Front<C>, _: usize, (x, y): (C, C)) {
        add(&mut front.sums, x - front.base[0], y - front.base[1]);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn output(_: usize, front: &Front<C>, _: usize, back: &[C]) -> [C; 7] {
        let [x, y] = front.base;
        let [a, b, c, d, e] = front.sums;
        [x, y, back[0] + a, back[1] + b, back[2] + c, back[3] + d, back[4] + e]
    }
}
