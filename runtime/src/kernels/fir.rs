//! Weighted means of a window, by weights that depend on age alone.

use crate::fields;
use crate::kernel::Kernel;
use crate::value::Num;

/// A weighted mean whose weights have a fixed shape: 0 Fibonacci's numbers, 1 a row of Pascal's triangle, 2 half a sine wave.
///
/// No value but the window's own enters a mean, and a window that does not move has that value for its mean, to the last bit. Memory: the weights,
/// oldest first, of sum 1; then the window as a ring. Costs one multiplication a value of the window on every bar: no shorter form forgets exactly.
#[derive(Debug)]
pub struct Fir;

/// A mean weighted by a Gaussian curve, which is highest `peak` values after the oldest and falls within `width` values; by equal weights
/// where it is nowhere near the window.
#[derive(Debug)]
pub struct Gaussian;

/// Scalars of [`Fir`] and [`Gaussian`].
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Where the next value goes: over the oldest.
    next: u32,
    seen: u32,
}

fields!(State { next, seen });

impl State {
    #[inline]
    fn fits(self, period: usize) -> bool {
        (self.next as usize) < period && self.seen as usize <= period
    }
}

/// Parameters of [`Fir`].
#[derive(Clone, Copy, Debug)]
pub struct Params {
    period: usize,
    shape: i64,
}

impl Fir {
    /// A window of `period` values under weights of a shape.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64, shape: i64) -> Params {
        Params { period: length(period), shape }
    }
}

impl Gaussian {
    /// A window of `period` values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn params(period: i64) -> usize {
        length(period)
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn length(period: i64) -> usize {
    usize::try_from(period).unwrap_or(1).max(1)
}

impl<C: Num> Kernel<C> for Fir {
    type Params = Params;
    type State = State;
    type Input = C;
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: Params) -> State {
        State { next: 0, seen: 0 }
    }

    fn accepts(params: Params, state: &State, _: &[C]) -> bool {
        state.fits(params.period)
    }

    #[inline]
    fn push(Params { period, shape }: Params, state: &mut State, memory: &mut [C], x: C) -> [C; 1] {
        if state.seen == 0 {
            let weights = &mut memory[..period];
            match shape {
                0 => fibonacci(weights),
                1 => pascal(weights),
                _ => half_wave(weights),
            }
            normalise(weights);
        }
        [mean(period, state, memory, x)]
    }
}

impl<C: Num> Kernel<C> for Gaussian {
    type Params = usize;
    type State = State;
    /// The value; the peak and the width, of which the first count.
    type Input = (C, C, C);
    type Output = [C; 1];
    const NULL: [C; 1] = [C::NULL];

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn start(_: usize) -> State {
        State { next: 0, seen: 0 }
    }

    fn accepts(period: usize, state: &State, _: &[C]) -> bool {
        state.fits(period)
    }

    #[inline]
    fn push(period: usize, state: &mut State, memory: &mut [C], (x, peak, width): (C, C, C)) -> [C; 1] {
        if state.seen == 0 {
            let weights = &mut memory[..period];
            for (age, weight) in weights.iter_mut().enumerate() {
                let distance = (C::int(age as i64) - peak) / width;
                let curve = (-(distance * distance) / C::int(2)).exp();
                // What a decimal cannot hold is as good as nothing.
                *weight = if curve.is_null() { C::ZERO } else { curve };
            }
            normalise(weights);
        }
        [mean(period, state, memory, x)]
    }
}

/// Takes a value, gives the weighted mean of the window: the newest value plus the weighted deviations from it.
#[cfg_attr(not(debug_assertions), inline(always))]
fn mean<C: Num>(period: usize, state: &mut State, memory: &mut [C], x: C) -> C {
    let (weights, ring) = memory.split_at_mut(period);
    let slot = state.next as usize;
    ring[slot] = x;
    state.next = if slot + 1 == period { 0 } else { slot as u32 + 1 };
    if (state.seen as usize) < period {
        state.seen += 1;
        if (state.seen as usize) < period {
            return C::NULL;
        }
    }
    let (newer, older) = ring.split_at(state.next as usize);
    let (old_weights, new_weights) = weights.split_at(older.len());
    x + (weighted(old_weights, older, x) + weighted(new_weights, newer, x))
}

/// The weighted sum of deviations from a base, in four sums that do not wait for one another.
#[cfg_attr(not(debug_assertions), inline(always))]
fn weighted<C: Num>(weights: &[C], values: &[C], base: C) -> C {
    let mut sums = [C::ZERO; 4];
    let (fours, rest) = weights.as_chunks::<4>();
    let (value_fours, value_rest) = values.as_chunks::<4>();
    for (weights, values) in fours.iter().zip(value_fours) {
        for (sum, (&weight, &value)) in sums.iter_mut().zip(weights.iter().zip(values)) {
            *sum = *sum + weight * (value - base);
        }
    }
    let rest = rest.iter().zip(value_rest).fold(C::ZERO, |sum, (&weight, &value)| sum + weight * (value - base));
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// Weights of sum 1; equal ones where all are zero.
fn normalise<C: Num>(weights: &mut [C]) {
    let total = weights.iter().fold(C::ZERO, |total, &weight| total + weight);
    let count = C::int(weights.len() as i64);
    for weight in weights {
        *weight = if C::ZERO.lt(total) { *weight / total } else { C::int(1) / count };
    }
}

/// 1, 1, 2, 3, 5, …, the newest being 1 and the others fractions of it, so that none is too large.
fn fibonacci<C: Num>(weights: &mut [C]) {
    // At each place first the ratio of the number before to the number here, 0 / 1 at the oldest.
    let mut ratio = C::ZERO;
    for place in &mut *weights {
        *place = ratio;
        ratio = C::int(1) / (C::int(1) + ratio);
    }
    let mut weight = C::int(1);
    for place in weights.iter_mut().rev() {
        weight = core::mem::replace(place, weight) * weight;
    }
}

/// Binomial coefficients, as fractions of the middle one.
fn pascal<C: Num>(weights: &mut [C]) {
    let n = weights.len();
    let mut weight = C::int(1);
    for at in (n - 1) / 2..n {
        weights[at] = weight;
        weights[n - 1 - at] = weight;
        weight = weight * C::int((n - 1 - at) as i64) / C::int(at as i64 + 1);
    }
}

/// The sine from 0 to half a turn, both ends left out.
fn half_wave<C: Num>(weights: &mut [C]) {
    let step = pi::<C>() / C::int(weights.len() as i64 + 1);
    for (at, weight) in weights.iter_mut().enumerate() {
        *weight = (C::int(at as i64 + 1) * step).sin();
    }
}

pub(super) fn pi<C: Num>() -> C {
    C::literal(core::f64::consts::PI, 3_141_592_653_589_793_238, 18)
}
