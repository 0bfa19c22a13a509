//! The five workloads as an expert writes them by hand: `batch`, one pass over a history, and
//! `Step`, one bar at a time. Both give the same bits.
//!
//! Numeric policy, the compiler's own: exponential averages carry their distance from the input
//! (`z = b * (z - (x - x_before))`, `y = x + z`), which leaves a flat input alone to the last bit and
//! has two operations between one bar and the next; window sums are two-stack sums of values
//! shifted by the newest one; extremes are exact, the latest of equal ones wins; no `mul_add`.

pub mod w1;
pub mod w2;

/// What Rust's `f64::max` would be without its rule for NaN: one instruction instead of four.
#[inline(always)]
pub(crate) fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The lesser of two numbers, neither of them NaN.
#[inline(always)]
pub(crate) fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// Wilder's true range. With `low <= high` it has the bits of
/// `max(high - low, |high - before|, |low - before|)`, as rounding is monotone.
#[inline(always)]
pub(crate) fn true_range(high: f64, low: f64, before: f64) -> f64 {
    greater(high, before) - lesser(low, before)
}

/// `a / b`, and 0 where `b` is 0.
#[inline(always)]
pub(crate) fn ratio(a: f64, b: f64) -> f64 {
    let quotient = a / b;
    if b == 0.0 { 0.0 } else { quotient }
}

/// The relative strength index of an average gain and an average loss.
#[inline(always)]
pub(crate) fn strength(gain: f64, loss: f64) -> f64 {
    let both = gain + loss;
    let quotient = 100.0 * gain / both;
    if both == 0.0 { 50.0 } else { quotient }
}

/// The mean of three values, exact where they are equal.
#[inline(always)]
pub(crate) fn mean_of_three(a: f64, b: f64, c: f64) -> f64 {
    c + ((a - c) + (b - c)) * (1.0 / 3.0)
}

/// The factor of an exponential average over `n` bars.
pub(crate) const fn ema_factor(n: f64) -> f64 {
    (n - 1.0) / (n + 1.0)
}

/// The factor of Wilder's average over `n` bars.
pub(crate) const fn wilder_factor(n: f64) -> f64 {
    (n - 1.0) / n
}

/// An exponential average on its way to its seed, the simple mean of the first `N` values. From then
/// on `z` is all its state.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seeding<const N: u32> {
    seen: u32,
    first: f64,
    sum: f64,
}

impl<const N: u32> Seeding<N> {
    /// Takes the next value. Before the seed: nothing; at the seed and after: the average, with `z`
    /// and the value before (`x_before`) as in the steady loop.
    #[inline(always)]
    pub(crate) fn push(&mut self, z: &mut f64, factor: f64, x: f64, x_before: f64) -> Option<f64> {
        if self.seen == N {
            *z = factor * (*z - (x - x_before));
            return Some(x + *z);
        }
        if self.seen == 0 {
            self.first = x;
        }
        self.sum += x - self.first;
        self.seen += 1;
        (self.seen == N).then(|| {
            let seed = self.first + self.sum / f64::from(N);
            *z = seed - x;
            seed
        })
    }
}
