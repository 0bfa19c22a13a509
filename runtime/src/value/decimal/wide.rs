//! Roots, logarithms and powers of a `Decimal`, right to the last digit. Takes whole numbers of up to 96 bits and their scale; inside, a
//! fixed-point number has 120 bits behind the point and a product 256 bits; gives the nearest `Decimal`.

use rust_decimal::Decimal;

/// Bits behind the point of a fixed-point number; seven are left before it.
const POINT: u32 = 120;
const ONE: u128 = 1 << POINT;
const LN_2: u128 = 921_350_637_599_661_305_226_344_307_672_478_455;
const LN_10: u128 = 3_060_660_568_284_699_479_708_353_448_060_341_289;
const LOG10_E: u128 = 577_276_383_760_707_843_209_193_199_299_369_454;
/// Beyond this an exponential has no `Decimal`, and below its negative it is nearer to zero than to any other.
const EXP_MAX: u128 = 67 << POINT;
const DIGITS_MAX: u32 = Decimal::MAX_SCALE;
const MANTISSA_MAX: u128 = (1 << 96) - 1;

/// A whole number of 256 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wide {
    high: u128,
    low: u128,
}

impl Wide {
    fn product(a: u128, b: u128) -> Self {
        let (low, high) = a.carrying_mul(b, 0);
        Wide { high, low }
    }
    /// Times a number, if that fits.
    fn times(self, factor: u128) -> Option<Self> {
        let (low, carry) = self.low.carrying_mul(factor, 0);
        Some(Wide { high: self.high.checked_mul(factor)?.checked_add(carry)?, low })
    }
    /// Divided by a number that is less than `2^127`, rounded down, if that fits 128 bits.
    fn over(self, divisor: u128) -> Option<u128> {
        if self.high >= divisor {
            return None;
        }
        // Long division, a bit at a time.
        let (mut rest, mut quotient) = (self.high, 0u128);
        for bit in (0..128).rev() {
            rest = (rest << 1) | ((self.low >> bit) & 1);
            quotient <<= 1;
            if rest >= divisor {
                rest -= divisor;
                quotient |= 1;
            }
        }
        Some(quotient)
    }
    /// Divided by `2^bits`, from 1 to 255, to the nearest whole number, if that fits 128 bits.
    fn shifted(self, bits: u32) -> Option<u128> {
        let (value, last) = match bits.checked_sub(128) {
            Some(0) => (self.high, self.low >> 127),
            Some(more) => (self.high >> more, self.high >> (more - 1)),
            None if self.high >> bits > 0 => return None,
            None => ((self.high << 1) << (127 - bits) | self.low >> bits, self.low >> (bits - 1)),
        };
        value.checked_add(last & 1)
    }
}

/// The product of two fixed-point numbers, less than 128.
fn times(a: u128, b: u128) -> u128 {
    Wide::product(a, b).shifted(POINT).unwrap_or(u128::MAX)
}

/// The decimal nearest to `value / 2^point`, with as many digits as it can hold.
fn nearest(is_negative: bool, value: u128, point: u32) -> Option<Decimal> {
    let digits = |scale: u32| Some((Wide::product(value, 10u128.pow(scale)).shifted(point).filter(|&m| m <= MANTISSA_MAX)?, scale));
    let (mantissa, scale) = (0..=DIGITS_MAX).rev().find_map(digits)?;
    decimal(is_negative, mantissa, scale)
}

fn decimal(is_negative: bool, mantissa: u128, scale: u32) -> Option<Decimal> {
    let mut result = Decimal::try_from_i128_with_scale(mantissa.cast_signed(), scale).ok()?.normalize();
    result.set_sign_negative(is_negative && !result.is_zero());
    Some(result)
}

/// Square root; nothing below zero.
pub(super) fn sqrt(x: Decimal) -> Option<Decimal> {
    if x.is_sign_negative() && !x.is_zero() {
        return None;
    }
    // The root of `mantissa * 10^(2 * scale - x.scale())` is that of `x` in units of its last digit.
    let limit = Wide::product(MANTISSA_MAX, MANTISSA_MAX);
    let odd = x.scale() % 2;
    let mut scale = x.scale().div_ceil(2);
    let mut radicand = Wide::product(x.mantissa().unsigned_abs(), 10u128.pow(odd));
    while scale < DIGITS_MAX
        && let Some(next) = radicand.times(100)
        && next < limit
    {
        radicand = next;
        scale += 1;
    }
    let root = (0..96).rev().fold(0, |root, bit| {
        let larger = root | 1 << bit;
        if Wide::product(larger, larger) <= radicand { larger } else { root }
    });
    // Nearer to the next: above `(root + 1/2)^2`.
    let is_above = Wide::product(root, root + 1) < radicand;
    decimal(false, root + u128::from(is_above), scale)
}

/// The natural logarithm as a fixed-point number; nothing at and below zero.
fn ln_fixed(x: Decimal) -> Option<i128> {
    let mantissa = x.mantissa();
    let doublings = mantissa.unsigned_abs().checked_ilog2().filter(|_| mantissa > 0)?;
    // x = part * 2^doublings / 10^scale with a part from 1 to 2, and ln part = 2 artanh((part - 1) / (part + 1)).
    let part = mantissa.unsigned_abs() << (POINT - doublings);
    let ratio = Wide::product(part - ONE, ONE).over(part + ONE)?;
    let square = times(ratio, ratio);
    let (mut power, mut sum) = (ratio, 0);
    for odd in (1..).step_by(2) {
        if power == 0 {
            break;
        }
        sum += power / odd;
        power = times(power, square);
    }
    Some((2 * sum + u128::from(doublings) * LN_2).cast_signed() - (u128::from(x.scale()) * LN_10).cast_signed())
}

/// The exponential of a fixed-point number.
fn exp_fixed(is_negative: bool, x: u128) -> Option<Decimal> {
    if x > EXP_MAX {
        return if is_negative { Some(Decimal::ZERO) } else { None };
    }
    // e^x = 2^halvings * e^rest with a rest from 0 to ln 2.
    let (doublings, rest) = if is_negative { (x / LN_2 + 1, LN_2 - x % LN_2) } else { (x / LN_2, x % LN_2) };
    let (mut term, mut sum) = (ONE, 0);
    for n in 1.. {
        if term == 0 {
            break;
        }
        sum += term;
        term = times(term, rest) / n;
    }
    let doublings = doublings as u32;
    nearest(false, sum, if is_negative { POINT + doublings } else { POINT - doublings })
}

/// Natural logarithm; nothing at and below zero.
pub(super) fn ln(x: Decimal) -> Option<Decimal> {
    let ln = ln_fixed(x)?;
    nearest(ln < 0, ln.unsigned_abs(), POINT)
}

/// Logarithm to base 10; nothing at and below zero.
pub(super) fn log10(x: Decimal) -> Option<Decimal> {
    let ln = ln_fixed(x)?;
    nearest(ln < 0, times(ln.unsigned_abs(), LOG10_E), POINT)
}

/// The exponential; nothing where it is too large.
pub(super) fn exp(x: Decimal) -> Option<Decimal> {
    let is_negative = x.is_sign_negative();
    match Wide::product(x.mantissa().unsigned_abs(), ONE).over(10u128.pow(x.scale())) {
        Some(x) => exp_fixed(is_negative, x),
        None => exp_fixed(is_negative, u128::MAX),
    }
}

/// A power that is not whole of a number above zero.
pub(super) fn pow(x: Decimal, exponent: Decimal) -> Option<Decimal> {
    let ln = ln_fixed(x)?;
    let is_negative = (ln < 0) != exponent.is_sign_negative();
    let product = Wide::product(ln.unsigned_abs(), exponent.mantissa().unsigned_abs()).over(10u128.pow(exponent.scale()));
    exp_fixed(is_negative, product.unwrap_or(u128::MAX))
}
