//! Exact decimal numbers: 28 digits, null on overflow.

mod wide;

use super::{Num, Scalar};
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

impl Scalar for Decimal {
    type Cell = DecimalCell;
    const NAME: &'static str = "Decimal";
    const ZERO: Decimal = Decimal::ZERO;
    #[inline]
    fn cell(self) -> DecimalCell {
        DecimalCell(Some(self))
    }
    #[inline]
    fn is_input(self) -> bool {
        true
    }
    #[inline]
    fn is_same(self, other: Decimal) -> bool {
        self.serialize() == other.serialize()
    }
}

/// A `Decimal` or null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct DecimalCell(pub Option<Decimal>);

impl DecimalCell {
    #[inline]
    fn with(self, other: Self, of: impl FnOnce(Decimal, Decimal) -> Option<Decimal>) -> Self {
        match (self.0, other.0) {
            (Some(a), Some(b)) => DecimalCell(of(a, b)),
            _ => DecimalCell(None),
        }
    }
    #[inline]
    fn map(self, of: impl FnOnce(Decimal) -> Option<Decimal>) -> Self {
        DecimalCell(self.0.and_then(of))
    }
    /// Functions that have no decimal form are computed in `f64`.
    fn by_f64(self, of: impl FnOnce(f64) -> f64) -> Self {
        self.map(|x| Decimal::from_f64(of(x.to_f64()?)))
    }
}

macro_rules! operator {
    ($($trait:ident $method:ident $checked:ident)*) => {$(
        impl $trait for DecimalCell {
            type Output = Self;
            #[inline]
            fn $method(self, other: Self) -> Self {
                self.with(other, Decimal::$checked)
            }
        }
    )*};
}

operator! { Add add checked_add  Sub sub checked_sub  Mul mul checked_mul  Div div checked_div  Rem rem checked_rem }

impl Neg for DecimalCell {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        self.map(|x| Some(-x))
    }
}

impl Num for DecimalCell {
    type Scalar = Decimal;
    type Truth = bool;
    const NULL: Self = DecimalCell(None);
    const ZERO: Self = DecimalCell(Some(Decimal::ZERO));
    const OVERFLOWS: bool = true;
    #[inline]
    fn is_null(self) -> bool {
        self.0.is_none()
    }
    #[inline]
    fn settle(self) -> Self {
        self
    }
    #[inline]
    fn bound(self) -> Self {
        self
    }
    #[inline]
    fn get(self) -> Option<Decimal> {
        self.0
    }
    super::one_by_one! {}
    fn float(self) -> f64 {
        self.0.and_then(|value| value.to_f64()).unwrap_or(f64::NAN)
    }
    fn of_float(value: f64) -> Self {
        DecimalCell(Decimal::from_f64(value))
    }
    #[inline]
    fn int(value: i64) -> Self {
        DecimalCell(Some(Decimal::from(value)))
    }
    #[inline]
    fn index(self) -> usize {
        self.0.and_then(|value| usize::try_from(value.round()).ok()).unwrap_or(0)
    }
    #[inline]
    fn literal(_value: f64, mantissa: i64, scale: u32) -> Self {
        DecimalCell(Decimal::try_from_i128_with_scale(i128::from(mantissa), scale).ok())
    }
    #[inline]
    fn ratio(numerator: i64, denominator: i64) -> Self {
        Self::int(numerator) / Self::int(denominator)
    }
    #[inline]
    fn scaled(self, numerator: i64, denominator: i64) -> Self {
        let product = self * Self::int(numerator);
        // Too large only on the way.
        if product.is_null() { self / Self::int(denominator) * Self::int(numerator) } else { product / Self::int(denominator) }
    }
    #[inline]
    fn seconds(time_ns: i64) -> Self {
        DecimalCell(Decimal::try_from_i128_with_scale(i128::from(time_ns), 9).ok())
    }
    #[inline]
    fn lt(self, other: Self) -> bool {
        matches!((self.0, other.0), (Some(a), Some(b)) if a < b)
    }
    #[inline]
    fn le(self, other: Self) -> bool {
        matches!((self.0, other.0), (Some(a), Some(b)) if a <= b)
    }
    #[inline]
    fn eq(self, other: Self) -> bool {
        matches!((self.0, other.0), (Some(a), Some(b)) if a == b)
    }
    #[inline]
    fn abs(self) -> Self {
        self.map(|x| Some(x.abs()))
    }
    #[inline]
    fn sign(self) -> Self {
        self.map(|x| {
            Some(if x.is_zero() {
                Decimal::ZERO
            } else if x.is_sign_negative() {
                Decimal::NEGATIVE_ONE
            } else {
                Decimal::ONE
            })
        })
    }
    fn sqrt(self) -> Self {
        self.map(wide::sqrt)
    }
    fn ln(self) -> Self {
        self.map(wide::ln)
    }
    fn log10(self) -> Self {
        self.map(wide::log10)
    }
    fn exp(self) -> Self {
        self.map(wide::exp)
    }
    fn sin(self) -> Self {
        self.by_f64(libm::sin)
    }
    fn cos(self) -> Self {
        self.by_f64(libm::cos)
    }
    fn tan(self) -> Self {
        self.by_f64(libm::tan)
    }
    fn asin(self) -> Self {
        self.by_f64(libm::asin)
    }
    fn acos(self) -> Self {
        self.by_f64(libm::acos)
    }
    fn atan(self) -> Self {
        self.by_f64(libm::atan)
    }
    fn sinh(self) -> Self {
        self.by_f64(libm::sinh)
    }
    fn cosh(self) -> Self {
        self.by_f64(libm::cosh)
    }
    fn tanh(self) -> Self {
        self.by_f64(libm::tanh)
    }
    fn floor(self) -> Self {
        self.map(|x| Some(x.floor()))
    }
    fn ceil(self) -> Self {
        self.map(|x| Some(x.ceil()))
    }
    fn round(self) -> Self {
        self.map(|x| Some(x.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)))
    }
    fn pow(self, exponent: Self) -> Self {
        match (self.0, exponent.0) {
            (Some(_), Some(y)) if y.is_integer() => y.to_i64().map_or(Self::NULL, |y| self.powi(y)),
            (Some(x), Some(y)) if x.is_zero() && y.is_sign_positive() => Self::ZERO,
            (Some(x), Some(y)) => DecimalCell(wide::pow(x, y)),
            _ => Self::NULL,
        }
    }
}
