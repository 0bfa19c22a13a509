//! The two kinds of number that programs run over, and what their operations mean.
//!
//! `f64`: each operation rounds once, by IEEE-754. `Decimal`: each operation is computed with more digits than any result needs and then
//! rounded to the nearest number of at most 28 digits behind the point and 96 bits in all, halves to even; too large for that is null.

use crate::dd::Dd;
use barlang::{Decimal, Scalar};
use barlang_compiler::plan::{Binary, Function, Unary};
use barlang_compiler::syntax::token::Number as Literal;
use dashu_int::ops::{BitTest, SquareRoot};
use dashu_int::{IBig, UBig};
use std::f64::consts::LOG2_10;
use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Sub};
use std::sync::LazyLock;

/// The distance from 1 to the next `f64`: twice what one operation may round.
pub const ULP: f64 = f64::EPSILON;
/// Below the smallest normal number rounding is no longer relative.
pub const TINY: f64 = 1e-318;

/// What a definition gives, and how far an executor may be from it; infinite where rounding decides whether there is a value.
pub type Near<S> = (Option<S>, f64);

/// Numbers with more digits than those they say something about.
pub trait Exact: Clone + Debug + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    /// A whole number.
    fn whole(value: usize) -> Self;
    /// The magnitude.
    #[must_use]
    fn abs(&self) -> Self;
    /// The nearest `f64`.
    fn size(&self) -> f64;
}

/// A kind of number that bars are made of.
pub trait Number: Scalar {
    /// Enough digits for the sums and products of kernels.
    type Exact: Exact;
    /// A kernel takes no number beyond this.
    const KERNEL_MAX: f64;
    /// How far any number that is rounded may be off, however small.
    const LEAST: f64;
    /// The number that the shortest text of an `f64` says, or the nearest there is.
    fn near(value: f64) -> Self;
    /// The nearest `f64`.
    fn size(self) -> f64;
    /// Whether it is the zero that is not 0 to the last bit.
    fn is_minus_zero(self) -> bool;
    /// The same number.
    fn exact(self) -> Self::Exact;
    /// The nearest number; none where it is too large.
    fn rounded(exact: &Self::Exact) -> Option<Self>;
    /// A literal of a program.
    fn literal(number: &Literal) -> Self;
    /// Seconds since 1970 of a time in nanoseconds.
    fn seconds(time_ns: i64) -> Self;
    /// How far two roundings of a number of this size may be off.
    fn unit(size: f64) -> f64;
    /// Digits behind the point, of a kind of number that has a place where they end.
    fn digits(self) -> u32;
    /// How far a sum may be off that is made in so many roundings, of terms with so many digits behind the point, whose magnitudes add up to `size`.
    fn sum_error(roundings: f64, size: f64, digits: u32) -> f64;
    /// The same of a sum that keeps what it rounds off apart and adds it at the end.
    fn compensated_error(roundings: f64, sum: f64, size: f64, digits: u32) -> f64;
    /// An operation on one number.
    fn unary(unary: Unary, x: Self) -> Near<Self>;
    /// An operation on two numbers that gives one.
    fn binary(binary: Binary, x: Self, y: Self) -> Near<Self>;
}

impl Exact for Dd {
    fn whole(value: usize) -> Self {
        Dd::from(value as f64)
    }
    fn abs(&self) -> Self {
        Dd::abs(*self)
    }
    fn size(&self) -> f64 {
        self.round()
    }
}

/// So many units in the last place; anything at the edge of the range, where rounding decides whether there is a value.
fn within(value: f64, ulps: f64) -> f64 {
    if value.is_finite() && value.abs() < 1e307 {
        ulps * ULP * value.abs() + TINY
    } else if value.is_nan() {
        0.0
    } else {
        f64::INFINITY
    }
}

impl Number for f64 {
    type Exact = Dd;
    const KERNEL_MAX: f64 = 1e150;
    const LEAST: f64 = TINY;
    fn near(value: f64) -> Self {
        value
    }
    fn size(self) -> f64 {
        self
    }
    fn is_minus_zero(self) -> bool {
        self == 0.0 && self.is_sign_negative()
    }
    fn exact(self) -> Dd {
        Dd::from(self)
    }
    fn rounded(exact: &Dd) -> Option<f64> {
        Some(exact.round())
    }
    fn literal(number: &Literal) -> Self {
        number.value
    }
    fn seconds(time_ns: i64) -> Self {
        let second = time_ns.div_euclid(1_000_000_000);
        let seconds = second as f64 + time_ns.rem_euclid(1_000_000_000) as f64 / 1e9;
        if seconds.floor() as i64 > second { seconds.next_down() } else { seconds }
    }
    fn unit(size: f64) -> f64 {
        ULP * size
    }
    fn digits(self) -> u32 {
        0
    }
    fn sum_error(roundings: f64, size: f64, _: u32) -> f64 {
        if size == 0.0 { 0.0 } else { roundings * (ULP * size + TINY) }
    }
    fn compensated_error(roundings: f64, sum: f64, size: f64, _: u32) -> f64 {
        2.0 * ULP * sum + 4.0 * roundings * ULP * ULP * size + TINY
    }
    fn unary(unary: Unary, x: f64) -> Near<f64> {
        let near = |value: f64| (value, within(value, 4.0));
        let exact = |value: f64| (value, 0.0);
        let (result, tolerance) = match unary {
            Unary::Neg => exact(-x),
            Unary::Not | Unary::IsNull => panic!("a truth value"),
            Unary::Scaled(numerator, denominator) => exact(x * (numerator as f64 / denominator as f64)),
            Unary::Power(exponent) => power(x, exponent),
            Unary::Function(function) => match function {
                Function::Abs => exact(x.abs()),
                Function::Sign => exact(f64::from(i8::from(x > 0.0) - i8::from(x < 0.0))),
                Function::Sqrt => exact(x.sqrt()),
                Function::Floor => exact(x.floor()),
                Function::Ceil => exact(x.ceil()),
                Function::Round => exact(x.round()),
                other => near(transcendental(other, x)),
            },
        };
        (Some(result).filter(|x| x.is_finite()), tolerance)
    }
    fn binary(binary: Binary, x: f64, y: f64) -> Near<f64> {
        let result = match binary {
            Binary::Add => x + y,
            Binary::Sub => x - y,
            Binary::Mul => x * y,
            Binary::Div => x / y,
            Binary::Rem => x % y,
            Binary::Pow => x.powf(y),
            other => panic!("`{}` gives no number", other.name()),
        };
        (Some(result).filter(|x| x.is_finite()), if binary == Binary::Pow { within(result, 4.0) } else { 0.0 })
    }
}

fn power(x: f64, exponent: i64) -> (f64, f64) {
    let power = (0..exponent.unsigned_abs()).fold(1.0, |power, _| power * x);
    let exact = Dd::from(x).power(exponent.unsigned_abs()).round();
    let exact = if exact.is_finite() { exact } else { power };
    // Close to the ends of the range rounding decides whether there is a value.
    let is_edge = exponent != 0 && x != 0.0 && !(1e-290..1e300).contains(&power.abs());
    let result = if exponent < 0 { 1.0 / exact } else { exact };
    let tolerance = match exponent {
        _ if is_edge => f64::INFINITY,
        0 => 0.0,
        exponent => within(result, 2.0 + exponent.unsigned_abs() as f64),
    };
    (result, tolerance)
}

/// Functions that no executor computes to the last bit.
fn transcendental(function: Function, x: f64) -> f64 {
    match function {
        Function::Ln => x.ln(),
        Function::Log10 => x.log10(),
        Function::Exp => x.exp(),
        Function::Sin => x.sin(),
        Function::Cos => x.cos(),
        Function::Tan => x.tan(),
        Function::Asin => x.asin(),
        Function::Acos => x.acos(),
        Function::Atan => x.atan(),
        Function::Sinh => x.sinh(),
        Function::Cosh => x.cosh(),
        Function::Tanh => x.tanh(),
        other => panic!("`{}` is exact", other.name()),
    }
}

/// A number in units of 10^-84: sums, and products of up to three decimals, are exact; a quotient is cut 56 digits behind the last that a
/// decimal can hold.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub struct Digits(IBig);

const PLACES: usize = 84;
/// The digits behind the point of a `Decimal`, and the first mantissa that is too large for one.
const SCALE_MAX: u32 = Decimal::MAX_SCALE;
const MANTISSA_END: u128 = 1 << 96;

static TENS: LazyLock<Vec<IBig>> = LazyLock::new(|| (0..=2 * PLACES).map(|power| IBig::from(10).pow(power)).collect());

fn ten(power: usize) -> &'static IBig {
    &TENS[power]
}

impl Add for Digits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Digits(self.0 + other.0)
    }
}

impl Sub for Digits {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Digits(self.0 - other.0)
    }
}

impl Mul for Digits {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Digits(self.0 * other.0 / ten(PLACES))
    }
}

impl Div for Digits {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Digits(self.0 * ten(PLACES) / other.0)
    }
}

impl Exact for Digits {
    fn whole(value: usize) -> Self {
        Digits(IBig::from(value) * ten(PLACES))
    }
    fn abs(&self) -> Self {
        if self.0 < IBig::ZERO { Digits(-self.0.clone()) } else { self.clone() }
    }
    fn size(&self) -> f64 {
        self.0.to_f64().value() / 1e84
    }
}

/// The place of the last digit of a decimal of this size.
fn scale_of(size: f64) -> Option<u32> {
    // A little below 2^96: what is so near counts as too large for its scale.
    (0..=SCALE_MAX).rev().find(|&scale| size * 10f64.powi(scale.cast_signed()) < 7.9228e28)
}

/// The decimal nearest to the value of a function.
fn function(value: &Digits) -> Near<Decimal> {
    (Decimal::rounded(value), if scale_of(value.size().abs()).is_none() { f64::INFINITY } else { 0.0 })
}

impl Digits {
    /// To sixteen digits behind the point; the number is at most 100.
    fn near(value: f64) -> Self {
        Digits(IBig::from((value * 1e16) as i64) * ten(PLACES - 16))
    }
    fn sqrt(&self) -> Self {
        let units = UBig::try_from(&self.0 * ten(PLACES)).unwrap_or(UBig::ZERO);
        Digits(IBig::from(units.sqrt()))
    }
    /// By its series, for a part of the argument so small that few terms are needed, then squared.
    fn exp(&self) -> Self {
        const HALVINGS: usize = 40;
        let part = Digits(&self.0 >> HALVINGS);
        let (mut sum, mut term) = (Digits::whole(1), Digits::whole(1));
        for n in 1..9 {
            term = Digits((term * part.clone()).0 / IBig::from(n));
            sum = sum + term.clone();
        }
        (0..HALVINGS).fold(sum, |power, _| power.clone() * power)
    }
    /// By steps of Halley's, each of which triples the digits.
    fn ln(&self) -> Self {
        let mut ln = Digits::near(self.size().ln());
        for _ in 0..2 {
            let exp = ln.exp();
            ln = ln + Digits::whole(2) * (self.clone() - exp.clone()) / (self.clone() + exp);
        }
        ln
    }
}

/// A whole power: a product is rounded at every step.
fn decimal_power(x: Decimal, exponent: i64) -> Near<Decimal> {
    let steps = exponent.unsigned_abs();
    if steps > 1_000 && x.abs() != Decimal::ONE {
        // Too large for most numbers, and so many roundings for the rest that nothing can be said.
        return (None, f64::INFINITY);
    }
    let steps = if x.abs() == Decimal::ONE { steps % 2 } else { steps };
    let mut product = Digits::whole(1);
    for _ in 0..steps {
        product = product * x.exact();
        if scale_of(product.size().abs()).is_none() {
            // The product is null, and so is its reciprocal.
            return (None, if product.size().abs() > 7.93e28 { 0.0 } else { f64::INFINITY });
        }
    }
    let error = if i64::from(x.scale()).saturating_mul(steps.cast_signed()) <= 28 && product.size().abs() < 1.0 {
        0.0
    } else {
        // Each product rounds by so much of itself, or of 1 where it is smaller.
        steps as f64 * 1.3e-28 * product.size().abs().max(1.0)
    };
    if exponent >= 0 {
        return (Decimal::rounded(&product), error);
    }
    let size = product.size().abs();
    if Decimal::rounded(&product).is_none_or(|product| product.is_zero()) {
        // Rounded to zero, which has no reciprocal.
        return (None, if size < 1e-30 { 0.0 } else { f64::INFINITY });
    }
    let result = Digits::whole(1) / product;
    let error = if size > 4.0 * error { 2.0 * error / (size * size) } else { f64::INFINITY };
    (Decimal::rounded(&result), error + Decimal::unit(result.size().abs()))
}

impl Number for Decimal {
    type Exact = Digits;
    const KERNEL_MAX: f64 = f64::MAX;
    const LEAST: f64 = 1e-28;
    fn near(value: f64) -> Self {
        value.to_string().parse().unwrap_or(if value < 0.0 { Decimal::MIN } else { Decimal::MAX })
    }
    fn size(self) -> f64 {
        f64::try_from(self).unwrap_or(f64::NAN)
    }
    fn is_minus_zero(self) -> bool {
        false
    }
    fn exact(self) -> Digits {
        Digits(IBig::from(self.mantissa()) * ten(PLACES - self.scale() as usize))
    }
    fn rounded(exact: &Digits) -> Option<Decimal> {
        let is_negative = exact.0 < IBig::ZERO;
        let digits = exact.abs().0;
        // No scale above this can hold so many bits.
        let bits_behind = (digits.bit_len().saturating_sub(96) as f64 / LOG2_10) as usize;
        let first = u32::try_from(PLACES.saturating_sub(bits_behind)).unwrap_or(0).min(SCALE_MAX);
        (0..=first).rev().find_map(|scale| {
            let unit = ten(PLACES - scale as usize);
            let (mut mantissa, rest) = (&digits / unit, &digits % unit);
            let twice = rest * IBig::from(2);
            if twice > *unit || (twice == *unit && &mantissa % IBig::from(2) == IBig::ONE) {
                mantissa += IBig::ONE;
            }
            let mantissa = u128::try_from(mantissa).ok().filter(|&mantissa| mantissa < MANTISSA_END)?.cast_signed();
            Some(Decimal::from_i128_with_scale(if is_negative { -mantissa } else { mantissa }, scale))
        })
    }
    fn literal(number: &Literal) -> Self {
        Decimal::from_i128_with_scale(i128::from(number.mantissa), number.scale)
    }
    fn seconds(time_ns: i64) -> Self {
        Decimal::from_i128_with_scale(i128::from(time_ns), 9)
    }
    fn unit(size: f64) -> f64 {
        scale_of(size).map_or(f64::INFINITY, |scale| 10f64.powi(-scale.cast_signed()))
    }
    fn digits(self) -> u32 {
        self.scale()
    }
    fn sum_error(roundings: f64, size: f64, digits: u32) -> f64 {
        match scale_of(size) {
            None => f64::INFINITY,
            Some(scale) if digits <= scale => 0.0,
            Some(scale) => roundings * 10f64.powi(-scale.cast_signed()),
        }
    }
    fn compensated_error(roundings: f64, sum: f64, size: f64, digits: u32) -> f64 {
        Self::sum_error(1.0, sum, digits).max(if size < 1e27 { 0.0 } else { Self::sum_error(roundings, size, digits) })
    }
    fn unary(unary: Unary, x: Decimal) -> Near<Decimal> {
        let exact = |value: Decimal| (Some(value), 0.0);
        match unary {
            Unary::Neg => exact(-x),
            Unary::Not | Unary::IsNull => panic!("a truth value"),
            Unary::Scaled(numerator, denominator) => {
                let whole = |value: i64| Decimal::from(value).exact();
                let product = x.exact() * whole(numerator);
                let result = product.clone() / whole(denominator);
                let is_exact = Decimal::rounded(&product).is_some_and(|rounded| rounded.exact() == product);
                // Else the product is rounded before it is divided, or the quotient before it is multiplied.
                let part = Decimal::unit(product.abs().size()) / denominator as f64;
                let part = if part.is_finite() { part } else { Decimal::unit(result.abs().size()) * numerator as f64 };
                (Decimal::rounded(&result), if is_exact { 0.0 } else { part.abs() + Decimal::unit(result.abs().size()) })
            }
            Unary::Power(exponent) => decimal_power(x, exponent),
            Unary::Function(name) => match name {
                Function::Abs => exact(x.abs()),
                Function::Sign => exact(Decimal::from(i8::from(x > Decimal::ZERO) - i8::from(x < Decimal::ZERO))),
                Function::Floor => exact(x.floor()),
                Function::Ceil => exact(x.ceil()),
                Function::Round if x.scale() == 0 => exact(x),
                Function::Round => {
                    exact(if x < Decimal::ZERO { (x - Decimal::new(5, 1)).ceil() } else { (x + Decimal::new(5, 1)).floor() })
                }
                Function::Sqrt if x < Decimal::ZERO => (None, 0.0),
                Function::Sqrt => function(&x.exact().sqrt()),
                Function::Ln | Function::Log10 if x <= Decimal::ZERO => (None, 0.0),
                Function::Ln => function(&x.exact().ln()),
                Function::Log10 => function(&(x.exact().ln() / Digits::whole(10).ln())),
                Function::Exp if x.size() > 67.0 => (None, 0.0),
                Function::Exp if x.size() < -66.0 => exact(Decimal::ZERO),
                Function::Exp => function(&x.exact().exp()),
                // Through `f64`, so to its digits.
                other => {
                    let value = transcendental(other, x.size());
                    let slope = (transcendental(other, x.size() * (1.0 + 4.0 * ULP)) - value).abs();
                    let result = if value.is_nan() || value.abs() > 7.92e28 { None } else { Some(Decimal::near(value)) };
                    (result, 1e-14 * value.abs() + 2.0 * slope + 1e-27)
                }
            },
        }
    }
    fn binary(binary: Binary, x: Decimal, y: Decimal) -> Near<Decimal> {
        let (a, b) = (x.exact(), y.exact());
        let result = match binary {
            Binary::Add => a + b,
            Binary::Sub => a - b,
            Binary::Mul => a * b,
            Binary::Div | Binary::Rem if y.is_zero() => return (None, 0.0),
            Binary::Div => a / b,
            Binary::Rem => Digits(a.0 % b.0),
            Binary::Pow if y.is_integer() => {
                return i64::try_from(y).map_or((None, f64::INFINITY), |exponent| decimal_power(x, exponent));
            }
            Binary::Pow if x.is_zero() && y > Decimal::ZERO => return (Some(Decimal::ZERO), 0.0),
            Binary::Pow if x <= Decimal::ZERO => return (None, 0.0),
            Binary::Pow => {
                let product = x.size().ln() * y.size();
                return match product {
                    67.0.. => (None, 0.0),
                    ..-66.0 => (Some(Decimal::ZERO), 0.0),
                    _ => function(&(a.ln() * b).exp()),
                };
            }
            other => panic!("`{}` gives no number", other.name()),
        };
        (Decimal::rounded(&result), 0.0)
    }
}
