//! A batch in several parts at once.
//!
//! An average waits on every bar for that of the bar before, and a processor that could do several times as much waits with it. So a long history is cut into parts, which one loop
//! computes abreast, a lane each ([`Lanes`]). Each part but the first begins some bars early and with nothing, as if these were the first of all. What it
//! remembers then comes nearer to what it would remember, and since numbers are rounded, the two are the same in the end, to the last bit.
//!
//! ```text
//! bars    |--------------------------------------------|
//! lane 0  |-------------------|
//! lane 1                  |===|---------------|             === is as long as the past is remembered, about
//! lane 2                                  |===|--------|
//! ```
//!
//! That is not taken for granted: where a lane ends, its state is held against the one that the next lane had there. Where one bit differs, the lane is the last that counts,
//! and the bars behind it are computed one after the other. So the result is that of one pass in any case.

use crate::columns::{BarBlock, Fields, History};
use crate::machine::{Elements, InBlocks, Lines, Machine, Outputs, Slices, in_blocks};
use crate::state::{Label, Visitor};
use crate::value::{Lanes, Mask, Num, Scalar, Tri, Truth};
use core::array;
use core::marker::PhantomData;

/// A program that does the same arithmetic on every bar, and forgets.
#[doc(hidden)]
pub trait InParts<const N: usize, const L: usize>: InBlocks<N> {
    /// The same program, a lane for each part.
    type Abreast: InBlocks<N, Scalar = Lanes<L>>;
    /// After about so many bars nothing is left of what a state was.
    const FADES: usize;
    /// The nodes whose state is looked at once all is warm, in order, and how many values of each, the first ones.
    const LIVES: &'static [(u32, usize)];
    /// Whether fields of the bars of a block are read ahead of its loops.
    const FILLS: bool;

    /// Gives the outputs of a block away: those of each part to its bars, the first of which have these numbers.
    fn part(
        block: &Last<Self::Abreast, N>,
        arrays: &Lines<<Self::Abreast as InBlocks<N>>::Arrays>,
        slices: &mut Slices<'_, Self>,
        at: [usize; L],
    );
}

type ElementsOf<M> = <<M as Machine>::Output as Outputs<<M as Machine>::Scalar>>::Elements;
/// The outputs of a block.
#[doc(hidden)]
pub type Last<M, const N: usize> = <ElementsOf<M> as Elements<<M as Machine>::Scalar>>::Last<N>;

/// The lanes of one output of a block, each to its bars.
#[doc(hidden)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn part<C: Num, const N: usize, const L: usize>(from: &[Lanes<L>; N], to: &mut [C], at: [usize; L]) {
    for (lane, at) in at.into_iter().enumerate() {
        for (to, from) in to[at..].as_chunks_mut::<N>().0[0].iter_mut().zip(from) {
            *to = C::of_float(from.0[lane]);
        }
    }
}

/// The same of truth values.
#[doc(hidden)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn part_truths<const N: usize, const L: usize>(from: &[Mask<L>], to: &mut [Option<bool>], at: [usize; L]) {
    for (lane, at) in at.into_iter().enumerate() {
        for (to, from) in to[at..].as_chunks_mut::<N>().0[0].iter_mut().zip(from) {
            *to = Some(from.lane(lane));
        }
    }
}

/// Bars of several parts as one, a field of each in its lane.
struct Bars<S, B, const L: usize> {
    parts: [B; L],
    /// The numbers of the first of them.
    from: [usize; L],
    scalar: PhantomData<S>,
}

impl<S, B: Copy, const L: usize> Clone for Bars<S, B, L> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clone(&self) -> Self {
        *self
    }
}
impl<S, B: Copy, const L: usize> Copy for Bars<S, B, L> {}

macro_rules! fields {
    ($($field:ident)*) => { $(
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn $field(self, index: usize) -> Lanes<L> {
            Lanes(self.parts.map(|bars| bars.$field(index).cell().float()))
        }
    )* };
}

impl<S: Scalar, B: Fields<S>, const L: usize> Fields<Lanes<L>> for Bars<S, B, L> {
    /// That of the first.
    fn time(self, index: usize) -> i64 {
        self.parts.first().map_or(0, |bars| bars.time(index))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn number(self, _: usize) -> Lanes<L> {
        Lanes(self.from.map(|from| Num::int((from as u64).cast_signed())))
    }
    fields! { open high low close volume }
}

macro_rules! blocks {
    ($($fields:ident $field:ident)*) => { $(
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn $fields<'a>(&'a self, array: &'a mut [Lanes<L>; N]) -> &'a [Lanes<L>; N] {
            for (index, value) in array.iter_mut().enumerate() {
                *value = self.$field(index);
            }
            array
        }
    )* };
}

impl<S: Scalar, B: Fields<S>, const N: usize, const L: usize> BarBlock<Lanes<L>, N> for Bars<S, B, L> {
    blocks! { opens open  highs high  lows low  closes close  volumes volume }
}

/// The most numbers of a state that is cut into parts, and the most of what is none.
const MOST: usize = 96;

/// A walk through a state: what to do with each number, truth value, and count that lives, given its place among these.
struct Walk<F, T, G> {
    lives: &'static [(u32, usize)],
    num: F,
    truth: T,
    count: G,
    /// The values of the node at hand that are still to come.
    left: usize,
    seen: [usize; 3],
}

impl<F, T, G> Walk<F, T, G> {
    fn new(lives: &'static [(u32, usize)], num: F, truth: T, count: G) -> Self {
        Walk { lives, num, truth, count, left: 0, seen: [0; 3] }
    }
    /// The place of the next value of its kind, where it lives.
    fn place(&mut self, kind: usize) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        self.seen[kind] += 1;
        Some(self.seen[kind] - 1)
    }
}

impl<C: Num, F: FnMut(&mut C, usize), T: FnMut(&mut Tri, usize), G: FnMut(&mut u64, usize)> Visitor<C> for Walk<F, T, G> {
    fn bars(&mut self, _: &mut u64) {}
    fn node(&mut self, (node, ..): Label<'_>) {
        self.left = self.lives.iter().find(|(id, _)| *id == node).map_or(0, |(_, values)| *values);
    }
    fn field(&mut self, _: &'static str, _: Option<usize>) {}
    fn num(&mut self, value: &mut C) {
        if let Some(place) = self.place(0) {
            (self.num)(value, place);
        }
    }
    fn truth(&mut self, value: &mut Tri) {
        if let Some(place) = self.place(1) {
            (self.truth)(value, place);
        }
    }
    fn flag(&mut self, value: &mut bool) {
        let mut count = u64::from(*value);
        self.count(&mut count);
        *value = count != 0;
    }
    fn count(&mut self, value: &mut u64) {
        if let Some(place) = self.place(2) {
            (self.count)(value, place);
        }
    }
    fn replaces(&self) -> bool {
        false
    }
    fn refuse(&mut self) {}
}

/// What the lanes remember.
struct Remembered<const L: usize> {
    nums: [[f64; L]; MOST],
    truths: [[bool; L]; MOST],
    /// The same in all.
    counts: [u64; MOST],
}

impl<const L: usize> Remembered<L> {
    /// Takes over what the program remembers before a bar, and says of each lane whether that is what the lane behind it had.
    fn take<M: InBlocks<N, Scalar = Lanes<L>>, const N: usize>(
        &mut self,
        (core, memory, arrays): (&mut M::Core, &mut M::Memory, &Lines<M::Arrays>),
        lives: &'static [(u32, usize)],
        seen: usize,
    ) -> [bool; L] {
        let mut same = [true; L];
        let mut place = 0;
        M::keep(core, memory, arrays, seen, &mut |truth| {
            let now = array::from_fn(|lane| truth.lane(lane));
            for (lane, behind) in (1..L).enumerate() {
                same[lane] &= now[lane] == self.truths[place][behind];
            }
            self.truths[place] = now;
            place += 1;
        });
        let num = |value: &mut Lanes<L>, place: usize| {
            for (lane, behind) in (1..L).enumerate() {
                same[lane] &= value.0[lane].to_bits() == self.nums[place][behind].to_bits();
            }
            self.nums[place] = value.0;
        };
        M::visit(seen as u64, core, memory, &mut Walk::new(lives, num, |_: &mut Tri, _| (), |_: &mut u64, _| ()));
        same
    }
}

/// Runs the bars from this number on, all after [`Facts::warm`](crate::machine::Facts::warm), in parts where there are enough of them.
#[doc(hidden)]
#[inline]
pub fn in_parts<M: InParts<N, L>, H: History<M::Scalar>, const N: usize, const L: usize>(
    core: &mut M::Core,
    memory: &mut M::Memory,
    bars: H,
    from: usize,
    slices: &mut Slices<'_, M>,
) {
    let from = abreast::<M, H, N, L>(core, memory, bars, from, slices).unwrap_or(from);
    in_blocks::<M, H, N>(core, memory, bars, from, slices);
}

/// Fewer bars than so many times those that parts have in common are not worth it.
const WORTH: usize = 8;

/// Nor are so few.
const FEW: usize = 1024;

/// So many bytes of bars come from caches. Memory is read more slowly where several parts of it are asked for many bars at once, and nothing is computed meanwhile.
const CACHED: usize = 8 << 20;

/// Computes what can be computed in parts, and gives the number of the first bar behind it, with the state there; nothing, and the state as it was, where that is not worth it.
fn abreast<M: InParts<N, L>, H: History<M::Scalar>, const N: usize, const L: usize>(
    core: &mut M::Core,
    memory: &mut M::Memory,
    bars: H,
    from: usize,
    slices: &mut Slices<'_, M>,
) -> Option<usize> {
    let left = bars.bars().saturating_sub(from);
    let shared = M::FADES.next_multiple_of(N);
    let is_slow = M::FILLS && H::BAR.saturating_mul(left) > CACHED;
    if left < FEW || left < WORTH * shared || is_slow {
        return None;
    }
    let length = (left + (L - 1) * shared) / (L * N) * N;
    let starts: [usize; L] = array::from_fn(|lane| from + lane * (length - shared));
    let mut of = Remembered { nums: [[0.0; L]; MOST], truths: [[false; L]; MOST], counts: [0; MOST] };
    // What each lane begins with. Only that of the first counts: the others will have forgotten. So what is no number is the same in all.
    let mut truths = [Tri::NULL; MOST];
    for (lane, start) in starts.into_iter().enumerate().rev() {
        let mut state = M::start();
        for seen in 0..from {
            M::warm(seen as u64, &mut state.core, &mut state.memory, &bars.bar(start - from + seen));
        }
        let num = |value: &mut <M::Scalar as Scalar>::Cell, place: usize| of.nums[place][lane] = value.float();
        let (truth, count) =
            (|value: &mut Tri, place: usize| truths[place] = *value, |value: &mut u64, place: usize| of.counts[place] = *value);
        M::visit(from as u64, &mut state.core, &mut state.memory, &mut Walk::new(M::LIVES, num, truth, count));
    }
    let mut all = M::Abreast::start();
    let (core_all, memory_all) = (&mut all.core, &mut all.memory);
    let (num, truth) =
        (|value: &mut Lanes<L>, place: usize| value.0 = of.nums[place], |value: &mut Tri, place: usize| *value = truths[place]);
    M::Abreast::visit(
        from as u64,
        core_all,
        memory_all,
        &mut Walk::new(M::LIVES, num, truth, |value: &mut u64, place: usize| *value = of.counts[place]),
    );
    let mut arrays = M::Abreast::arrays(core_all, memory_all, from);
    let mut last = ElementsOf::<M::Abreast>::last();
    for at in (0..length).step_by(N) {
        if at == shared {
            of.take::<M::Abreast, N>((core_all, memory_all, &arrays), M::LIVES, from + at);
        }
        let mut blocks = [bars.block::<N>(from + at)?; L];
        for (block, start) in blocks.iter_mut().zip(starts) {
            *block = bars.block::<N>(start + at)?;
        }
        let places = starts.map(|start| start + at);
        let bars = Bars { parts: blocks, from: places, scalar: PhantomData::<M::Scalar> };
        M::Abreast::block(core_all, memory_all, &mut arrays, bars, N, from + at, ElementsOf::<M::Abreast>::blocks_of(&mut last));
        M::part(&last, &arrays, slices, places);
    }
    // Where a lane ended, the next one was behind the bars that they have in common.
    let same = of.take::<M::Abreast, N>((core_all, memory_all, &arrays), M::LIVES, from + length);
    let lane = same.iter().position(|same| !same).unwrap_or(L - 1);
    let end = starts[lane] + length;
    let num = |value: &mut <M::Scalar as Scalar>::Cell, place: usize| *value = Num::of_float(of.nums[place][lane]);
    let truth = |value: &mut Tri, place: usize| *value = Tri::known(of.truths[place][lane]);
    M::visit(end as u64, core, memory, &mut Walk::new(M::LIVES, num, truth, |value: &mut u64, place: usize| *value = of.counts[place]));
    Some(end)
}
