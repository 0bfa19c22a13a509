//! Windows whose length is a series.

use super::fir::pi;
use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// The mean of the last `length` values, from 1 to `limit`, a fraction counting as one more.
///
/// The newest value plus the mean deviation from it: flat input is kept to the last bit. Memory: `limit` cells, a ring.
#[derive(Debug)]
pub struct VariableMean;

/// The last `length` values against one turn of a cosine and of a sine, the newest at angle zero: sums of products of their
/// deviations from the newest. Values before the first are zeros.
///
/// Memory: `limit` cells, a ring.
#[derive(Debug)]
pub struct Harmonic;

/// Scalars of [`VariableMean`] and [`Harmonic`].
#[derive(Clone, Copy, Debug)]
pub struct State {
    next: u32,
    seen: u32,
}

fields!(State { next, seen });

const START: State = State { next: 0, seen: 0 };

#[cfg_attr(not(debug_assertions), inline(always))]
fn capacity(limit: i64) -> usize {
    usize::try_from(limit).unwrap_or(1).max(1)
}

/// Keeps a value.
#[cfg_attr(not(debug_assertions), inline(always))]
fn keep<C: Num>(limit: usize, state: &mut State, ring: &mut [C], x: C) {
    let at = state.next as usize;
    ring[at] = x;
    state.next = if at + 1 == limit { 0 } else { at as u32 + 1 };
    state.seen += u32::from((state.seen as usize) < limit);
}

/// The last `length` values as the two parts in which the ring holds them, the newer first, each with its newest last.
#[cfg_attr(not(debug_assertions), inline(always))]
fn last<C: Num>(limit: usize, state: State, ring: &[C], length: C) -> [&[C]; 2] {
    // The least number of values that is not below the length.
    let (mut low, mut high) = (1, limit);
    while low < high {
        let middle = usize::midpoint(low, high);
        if length.le(C::int(middle as i64)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let end = if state.next == 0 { limit } else { state.next as usize };
    match end.checked_sub(low) {
        Some(start) => [&ring[start..end], &[]],
        None => [&ring[..end], &ring[limit + end - low..]],
    }
}

/// The sum of deviations from a base, in four sums that do not wait for one another.
#[cfg_attr(not(debug_assertions), inline(always))]
fn deviations<C: Num>(values: &[C], base: C) -> C {
    let mut sums = [C::ZERO; 4];
    let (fours, rest) = values.as_chunks::<4>();
    for values in fours {
        for (sum, &value) in sums.iter_mut().zip(values) {
            *sum = *sum + (value - base);
        }
    }
    let rest = rest.iter().fold(C::ZERO, |sum, &value| sum + (value - base));
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

impl VariableMean {
    /// At most so many values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(limit: i64) -> usize {
        capacity(limit)
    }
}

impl<C: Num> Kernel<C> for VariableMean {
    type Params = usize;
    type State = State;
    /// Value, length.
    type Input = (C, C);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State {
        START
    }

    fn accepts(limit: usize, state: &State, _: &[C]) -> bool {
        (state.next as usize) < limit && state.seen as usize <= limit
    }

    #[inline]
    fn push(limit: usize, state: &mut State, memory: &mut [C], (x, length): (C, C)) -> [C; 1] {
        keep(limit, state, memory, x);
        if (state.seen as usize) < limit {
            return Self::NULL;
        }
        let [newer, older] = last(limit, *state, memory, length);
        let count = C::int((newer.len() + older.len()) as i64);
        [x + (deviations(newer, x) + deviations(older, x)) / count]
    }
}

impl Harmonic {
    /// At most so many values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(limit: i64) -> usize {
        capacity(limit)
    }
}

impl<C: Num> Kernel<C> for Harmonic {
    type Params = usize;
    type State = State;
    /// Value, length.
    type Input = (C, C);
    type Output = [C; 2];
    const NULL: [C; 2] = [C::NULL; 2];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State {
        START
    }

    fn accepts(limit: usize, state: &State, _: &[C]) -> bool {
        (state.next as usize) < limit && state.seen as usize <= limit
    }

    #[inline]
    fn push(limit: usize, state: &mut State, memory: &mut [C], (x, length): (C, C)) -> [C; 2] {
        let step = pi::<C>() * C::int(2) / length.max2(C::int(1));
        let (turn_cosine, turn_sine) = (step.cos(), step.sin());
        // The angle of the value at hand, turned on from value to value.
        let (mut cosine, mut sine) = (C::int(1), C::ZERO);
        let mut sums = [C::ZERO; 2];
        keep(limit, state, memory, x);
        let [newer, older] = last(limit, *state, memory, length);
        for &value in newer.iter().rev().skip(1).chain(older.iter().rev()) {
            (cosine, sine) = (cosine * turn_cosine - sine * turn_sine, sine * turn_cosine + cosine * turn_sine);
            let deviation = value - x;
            sums = [sums[0] + cosine * deviation, sums[1] + sine * deviation];
        }
        sums
    }
}
