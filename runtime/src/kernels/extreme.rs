//! The greatest or least of the last `period` values.

use super::stacks::{Stacks, Sums};
use crate::fields;
use crate::value::Num;

/// The greatest (`MAX`) or least value of a window.
///
/// Exact, O(1) amortised, and free of branches between flips. On a tie the newer value wins, which only tells 0 from -0.
pub type Extreme<const MAX: bool> = Stacks<Best<MAX>>;

/// What [`Extreme`] adds up.
#[derive(Debug)]
pub struct Best<const MAX: bool>;

/// The front of [`Extreme`].
#[derive(Clone, Copy, Debug)]
pub struct Front<C> {
    best: C,
}

fields!(Front<C> { best });

impl<const MAX: bool> Best<MAX> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn better<C: Num>(older: C, newer: C) -> C {
        if MAX { older.greater(newer) } else { older.lesser(newer) }
    }

    /// Replaces each value by the best from there on: first within the group, then with what is `behind` it, so that one comparison a group waits for the
    /// group before. Gives the best of all.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flip_group<C: Num, const N: usize>(group: &mut [C; N], behind: C) -> C {
        for k in (1..N).rev() {
            group[k - 1] = Self::better(group[k - 1], group[k]);
        }
        *group = group.map(|best| Self::better(best, behind));
        group[0]
    }
}

/// Values that a flip compares at once.
const GROUP: usize = 8;

/// The shortest window that is compared in groups; in shorter ones too much of it was written just before.
const LONG: usize = 24;

impl<C: Num, const MAX: bool> Sums<C> for Best<MAX> {
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];
    type Front = Front<C>;
    const CELLS: usize = 1;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn empty() -> Front<C> {
        Front { best: C::NULL }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(slot: &mut [C], x: C) {
        slot[0] = x;
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn flip(slots: &mut [C], x: C) -> Front<C> {
        if let Some((newest, older)) = slots.split_last_mut() {
            *newest = x;
            let groups = if older.len() < LONG { 0 } else { older.len() / GROUP };
            let (groups, rest) = older.split_at_mut(groups * GROUP);
            let mut best = x;
            for group in rest.as_chunks_mut::<1>().0.iter_mut().rev() {
                best = Self::flip_group(group, best);
            }
            for group in groups.as_chunks_mut::<GROUP>().0.iter_mut().rev() {
                best = Self::flip_group(group, best);
            }
        }
        Front { best: x }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn add(_: usize, front: &mut Front<C>, _: usize, x: C) {
        front.best = Self::better(front.best, x);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn output(_: usize, front: &Front<C>, _: usize, back: &[C]) -> [C; 1] {
        [Self::better(back[0], front.best)]
    }
}
