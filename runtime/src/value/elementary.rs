//! Logarithms, the exponential and hyperbolic functions without branches, so that a loop computes two bars at once.
//!
//! Method, constants and order of operations of logarithms and the exponential function are those of FreeBSD's `msun`, as in the crate `libm`: the same bits, which a test asks for. The hyperbolic
//! functions are made of the latter, here alone. What a branch decides there is
//! computed here like the rest and then chosen; whole numbers become floating ones by way of their bits, as plain x86-64 has no instruction for two of them.

/// From here on every number is whole; the last bits of one added to it are a whole number.
const WHOLE: f64 = (1u64 << 52) as f64;
/// The high and low part of ln 2: the high one times an exponent is exact.
const LN2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];

/// A number above zero as `2^exponent * (1 + f)`, with `1 + f` around one, and what `ln(1 + f)` is made of.
struct Reduced {
    exponent: f64,
    f: f64,
    /// `f²/2`
    half: f64,
    /// `ln(1 + f) = f - half + rest`
    rest: f64,
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn reduced(x: f64) -> Reduced {
    /// The root of a half, of which the fraction begins: its high word, and how far that of one is above it.
    const ROOT: u64 = 0x3fe6_a09e << 32;
    const UP: u64 = (0x3ff0_0000 << 32) - ROOT;
    /// The coefficients of even and of odd powers.
    const EVEN: [f64; 4] = [6.666_666_666_666_735e-1, 2.857_142_874_366_239e-1, 1.818_357_216_161_805e-1, 1.479_819_860_511_658_6e-1];
    const ODD: [f64; 3] = [3.999_999_999_940_942e-1, 2.222_219_843_214_978_4e-1, 1.531_383_769_920_937_3e-1];
    let is_small = x < f64::MIN_POSITIVE;
    let (x, less) = (if is_small { x * (1u64 << 54) as f64 } else { x }, if is_small { 54.0 } else { 0.0 });
    let bits = x.to_bits().wrapping_add(UP);
    let exponent = f64::from_bits(WHOLE.to_bits() | (bits >> 52)) - (WHOLE + 1023.0) - less;
    let f = f64::from_bits((bits & (u64::MAX >> 12)) + ROOT) - 1.0;
    let half = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let odd = w * (ODD[0] + w * (ODD[1] + w * ODD[2]));
    let even = z * (EVEN[0] + w * (EVEN[1] + w * (EVEN[2] + w * EVEN[3])));
    Reduced { exponent, f, half, rest: s * (half + (even + odd)) }
}

/// A logarithm where there is one: minus infinity of zero, null below.
#[cfg_attr(not(debug_assertions), inline(always))]
fn above_zero(x: f64, logarithm: f64) -> f64 {
    let others = if x == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
    if x > 0.0 { logarithm } else { others }
}

/// Natural logarithm of a finite number.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn ln(x: f64) -> f64 {
    let Reduced { exponent, f, half, rest } = reduced(x);
    above_zero(x, rest + exponent * LN2[1] - half + f + exponent * LN2[0])
}

/// Logarithm to base 10 of a finite number.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn log10(x: f64) -> f64 {
    /// The high and low parts of 1/ln 10 and of the logarithm of 2.
    const OF_E: [f64; 2] = [4.342_944_818_781_689e-1, 2.508_294_671_164_527_5e-11];
    const OF_2: [f64; 2] = [3.010_299_956_636_117_7e-1, 3.694_239_077_158_931e-13];
    let Reduced { exponent, f, half, rest } = reduced(x);
    let high = f64::from_bits((f - half).to_bits() & (u64::MAX << 32));
    let low = f - high - half + rest;
    let (of_fraction, of_exponent) = (high * OF_E[0], exponent * OF_2[0]);
    let low = exponent * OF_2[1] + (low + high) * OF_E[1] + low * OF_E[0];
    let sum = of_exponent + of_fraction;
    above_zero(x, low + ((of_exponent - sum) + of_fraction) + sum)
}

/// Two to the power of a whole number, where that is a normal number.
#[cfg_attr(not(debug_assertions), inline(always))]
fn two_to(n: f64) -> f64 {
    f64::from_bits((n + (WHOLE + 1023.0)).to_bits() << 52)
}

/// A power of e as `y * 2^exponent`.
struct Power {
    y: f64,
    exponent: f64,
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn power(x: f64) -> Power {
    const PER_LN2: f64 = core::f64::consts::LOG2_E;
    const P: [f64; 5] = [
        1.666_666_666_666_660_2e-1,
        -2.777_777_777_701_559_3e-3,
        6.613_756_321_437_934e-5,
        -1.653_390_220_546_525_2e-6,
        4.138_136_797_057_238_5e-8,
    ];
    /// Half of ln 2, told by its high word.
    const HALF_LN2: f64 = f64::from_bits(0x3fd6_2e43 << 32);
    let size = x.abs();
    let scaled = size * PER_LN2 + 0.5;
    let nearest = (scaled + WHOLE) - WHOLE;
    let floor = nearest - if nearest > scaled { 1.0 } else { 0.0 };
    let exponent = if size < HALF_LN2 { 0.0 } else { floor.copysign(x) };
    let (high, low) = (x - exponent * LN2[0], exponent * LN2[1]);
    let rest = high - low;
    let square = rest * rest;
    let c = rest - square * (P[0] + square * (P[1] + square * (P[2] + square * (P[3] + square * P[4]))));
    let y = 1.0 + (rest * c / (2.0 - c) - low + high);
    Power { y, exponent }
}

/// The exponential function of a finite number; infinite where it is too large.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn exp(x: f64) -> f64 {
    /// Where nothing but `1 + x` is left, told by its high word.
    const LITTLE: f64 = f64::from_bits(0x3e30_0001 << 32);
    const ENDS: [f64; 2] = [-7.451_332_191_019_411e2, 7.097_827_128_933_84e2];
    let Power { y, exponent } = power(x);
    // In two steps, as neither the power nor what comes of one step need be a normal number.
    let half = (0.5 * exponent + 1.5 * WHOLE) - 1.5 * WHOLE;
    let y = y * two_to(half) * two_to(exponent - half);
    let y = if x.abs() < LITTLE { 1.0 + x } else { y };
    let y = if x > ENDS[1] { f64::INFINITY } else { y };
    if x < ENDS[0] { 0.0 } else { y }
}

/// Half of e to the power of a size; infinite where the hyperbolic functions are too large, which is beyond where that power is.
#[cfg_attr(not(debug_assertions), inline(always))]
fn half_power(size: f64) -> f64 {
    const END: f64 = 7.104_758_600_739_439e2;
    let Power { y, exponent } = power(size);
    // In two steps, as the last power is two to the 1024, which is no number.
    let half = y * two_to(exponent - 2.0) * 2.0;
    if size > END { f64::INFINITY } else { half }
}

/// What the hyperbolic sine of a number near zero has more than one, each times the number.
#[cfg_attr(not(debug_assertions), inline(always))]
fn series(near: f64) -> f64 {
    /// One by the factorials of 3, 5, and so on.
    const COEFFICIENTS: [f64; 8] = {
        let (mut all, mut n, mut factorial) = ([0.0; 8], 0, 1.0);
        while n < all.len() {
            let of = (2 * n + 2) as f64;
            factorial *= of * (of + 1.0);
            all[n] = 1.0 / factorial;
            n += 1;
        }
        all
    };
    let square = near * near;
    square * COEFFICIENTS.iter().rev().fold(0.0, |rest, coefficient| coefficient + square * rest)
}

/// Hyperbolic sine of a finite number: its series up to one, from there on halves of powers of e.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn sinh(x: f64) -> f64 {
    let size = x.abs();
    let half = half_power(size);
    // Both sums are computed and one of them is zero: an optimiser makes a branch of a choice between them.
    let (sum, near, far) = if size < 1.0 { (size, size, 0.0) } else { (half, 0.0, 0.25) };
    (sum + (near * series(near) - far / half)).copysign(x)
}

/// The same with that branch, for one bar.
pub(super) fn sinh_alone(x: f64) -> f64 {
    let size = x.abs();
    let sum = if size < 1.0 {
        size + size * series(size)
    } else {
        let half = half_power(size);
        half - 0.25 / half
    };
    sum.copysign(x)
}

/// Hyperbolic cosine of a finite number.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn cosh(x: f64) -> f64 {
    let half = half_power(x.abs());
    half + 0.25 / half
}
