//! The five workloads as an expert writes them by hand: `batch`, one pass over a history, and
//! `Step`, one bar at a time. Both give the same bits.
//!
//! Numeric policy, the compiler's own: exponential averages carry their distance from the input
//! (`z = b * (z - (x - x_before))`, `y = x + z`), which leaves a flat input alone to the last bit and
//! has two operations between one bar and the next; window sums are two-stack sums of values
//! shifted by the newest one at each flip; extremes are exact, the latest of equal ones wins; no
//! `mul_add`. A sum over three bars is taken directly, shifted by the newest.
//!
//! The shape of every loop here; figures in the workloads' own pages are the best of many rounds on a
//! quiet Zen 3 at 3.2 GHz, base build, 10,000 bars:
//!
//! - Columns come in as separate arguments of one inner function, so that the optimiser knows them
//!   apart; a struct or an array of slices costs it that knowledge.
//! - The steady loop works on blocks of a constant length, as `&[Bar; N]` and `&mut [f64; N]`: one
//!   bounds check a column and block, and inner loops that vectorise without a remainder. A last,
//!   shorter block is padded and goes through the same code.
//! - A block is a flip, then one loop for all that depends on the bar before, then loops for what
//!   does not (divisions, roots, bands), which become two bars to an instruction.
//! - In a step, warm-up is a call that takes the scalars by value and field by field: a reference,
//!   or a copy of the whole struct, makes the optimiser keep them in memory.

pub mod w1;
pub mod w2;
pub mod w3;
pub mod w4;
pub mod w5;

/// What Rust's `f64::max` would be without its rule for NaN: one instruction instead of four.
#[inline(always)]
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The lesser of two numbers, neither of them NaN.
#[inline(always)]
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// Wilder's true range. With `low <= high` it has the bits of
/// `max(high - low, |high - before|, |low - before|)`, as rounding is monotone.
#[inline(always)]
fn true_range(high: f64, low: f64, before: f64) -> f64 {
    greater(high, before) - lesser(low, before)
}

/// `a / b`, and 0 where `b` is 0.
#[inline(always)]
fn ratio(a: f64, b: f64) -> f64 {
    let quotient = a / b;
    if b == 0.0 { 0.0 } else { quotient }
}

/// The relative strength index of an average gain and an average loss.
#[inline(always)]
fn strength(gain: f64, loss: f64) -> f64 {
    let both = gain + loss;
    let quotient = 100.0 * gain / both;
    if both == 0.0 { 50.0 } else { quotient }
}

/// The mean of three values, exact where they are equal.
#[inline(always)]
fn mean_of_three(a: f64, b: f64, c: f64) -> f64 {
    c + ((a - c) + (b - c)) * (1.0 / 3.0)
}

/// The factor of an exponential average over `n` bars.
const fn ema_factor(n: f64) -> f64 {
    (n - 1.0) / (n + 1.0)
}

/// The factor of Wilder's average over `n` bars.
const fn wilder_factor(n: f64) -> f64 {
    (n - 1.0) / n
}

/// The bits of a number that may be missing, as a column holds it.
#[inline(always)]
#[must_use]
pub fn or_nan(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

/// An exponential average on its way to its seed, the simple mean of the first `N` values. From then
/// on `z` is all its state.
#[derive(Clone, Copy, Debug, Default)]
struct Seeding<const N: u32> {
    seen: u32,
    first: f64,
    sum: f64,
}

impl<const N: u32> Seeding<N> {
    /// Takes the next value `x`, which followed `before`; gives the average once it has a seed.
    fn push(&mut self, z: &mut f64, factor: f64, x: f64, before: f64) -> Option<f64> {
        if self.seen == N {
            *z = factor * (*z - (x - before));
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

/// Assigns the named fields one by one. A whole struct would be assigned by a block copy, and a
/// block copy anywhere in a loop keeps the struct in memory throughout it.
macro_rules! assign_fields {
    ($to:expr, $from:expr, $($field:ident)*) => { $( $to.$field = $from.$field; )* };
}
use assign_fields;

/// The array of `N` that starts at `start` of a slice.
macro_rules! block {
    ($slice:expr, $start:expr, $n:expr) => {
        $slice[$start..][..$n].as_array::<{ $n }>().expect("a slice of that length")
    };
    (mut $slice:expr, $start:expr, $n:expr) => {
        $slice[$start..][..$n].as_mut_array::<{ $n }>().expect("a slice of that length")
    };
}
use block;

/// `N` bars from `start` on, the last one repeated where the history ends before.
fn padded<const N: usize>(bars: &[crate::bar::Bar], start: usize) -> [crate::bar::Bar; N] {
    std::array::from_fn(|k| bars[(start + k).min(bars.len() - 1)])
}
