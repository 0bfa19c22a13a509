//! Central moments of the last `period` values.

use super::stacks::{Stacks, Sums};
use crate::fields;
use crate::value::Num;

/// The second, third and fourth central moment of a window: the means of those powers of the deviations from the mean.
///
/// They are made of sums of powers of the deviations from the value of the last flip. That value is part of the window, so the moments cannot
/// be much smaller than the sums: little cancels. Fourth powers have the least room: values beyond 10^70 count as 10^70.
pub type Moments = Stacks<Powers>;

/// What [`Moments`] adds up.
#[derive(Debug)]
pub struct Powers;

/// The front of [`Moments`].
#[derive(Clone, Copy, Debug)]
pub struct Front<C> {
    base: C,
    sums: [C; LANES],
}

fields!(Front<C> { base, sums });

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

/// Within the reach of a fourth power.
#[cfg_attr(not(debug_assertions), inline(always))]
fn within<C: Num>(x: C) -> C {
    let limit = C::literal(1e70, i64::MAX, 0);
    x.lesser(limit).greater(-limit)
}

impl<C: Num> Sums<C> for Powers {
    type Input = C;
    type Output = [C; 3];
    const NULL: [C; 3] = [C::NULL; 3];
    type Front = Front<C>;
    const CELLS: usize = LANES;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn empty() -> Front<C> {
        Front { base: C::ZERO, sums: [C::ZERO; LANES] }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(slot: &mut [C], x: C) {
        slot[0] = within(x);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flip(slots: &mut [C], x: C) -> Front<C> {
        let base = within(x);
        let (slots, _) = slots.as_chunks_mut::<LANES>();
        if let Some(slot) = slots.last_mut() {
            slot[0] = base;
        }
        let mut sums = [C::ZERO; LANES];
        for slot in slots.iter_mut().rev() {
            add(&mut sums, slot[0] - base);
            *slot = sums;
        }
        Front { base, sums: [C::ZERO; LANES] }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn add(_: usize, front: &mut Front<C>, _: usize, x: C) {
        add(&mut front.sums, within(x) - front.base);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn output(period: usize, front: &Front<C>, _: usize, back: &[C]) -> [C; 3] {
        let mean = |power: usize| (back[power - 1] + front.sums[power - 1]).scaled(1, period as i64);
        let (m, square) = (mean(1), mean(1) * mean(1));
        let second = mean(2) - square;
        let third = mean(3) - m * (C::int(3) * mean(2) - C::int(2) * square);
        let fourth = mean(4) - m * (C::int(4) * mean(3) - m * (C::int(6) * mean(2) - C::int(3) * square));
        [C::ZERO.greater(second), third, C::ZERO.greater(fourth)]
    }
}
