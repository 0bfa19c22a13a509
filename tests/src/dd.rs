//! Numbers of 106 bits: an unevaluated sum of two `f64` (T. Dekker, 1971).

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `hi + lo`, with `lo` at most half a unit in the last place of `hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dd {
    hi: f64,
    lo: f64,
}

fn two_sum(a: f64, b: f64) -> Dd {
    let sum = a + b;
    let part = sum - a;
    Dd { hi: sum, lo: (a - (sum - part)) + (b - part) }
}

fn quick_two_sum(a: f64, b: f64) -> Dd {
    let sum = a + b;
    Dd { hi: sum, lo: b - (sum - a) }
}

fn split(a: f64) -> (f64, f64) {
    let c = 134_217_729.0 * a;
    let high = c - (c - a);
    (high, a - high)
}

fn two_product(a: f64, b: f64) -> Dd {
    let product = a * b;
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    Dd { hi: product, lo: ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low }
}

impl Dd {
    /// Zero.
    pub const ZERO: Dd = Dd { hi: 0.0, lo: 0.0 };

    /// The nearest `f64`.
    pub fn round(self) -> f64 {
        self.hi + self.lo
    }
    /// The magnitude.
    #[must_use]
    pub fn abs(self) -> Dd {
        if self.hi < 0.0 || (self.hi == 0.0 && self.lo < 0.0) { -self } else { self }
    }
    /// A whole power that is not negative.
    #[must_use]
    pub fn power(self, exponent: u64) -> Dd {
        (0..exponent).fold(Dd::from(1.0), |product, _| product * self)
    }
}

impl From<f64> for Dd {
    fn from(value: f64) -> Dd {
        Dd { hi: value, lo: 0.0 }
    }
}

impl Add for Dd {
    type Output = Dd;
    fn add(self, other: Dd) -> Dd {
        let high = two_sum(self.hi, other.hi);
        let low = two_sum(self.lo, other.lo);
        let first = quick_two_sum(high.hi, high.lo + low.hi);
        quick_two_sum(first.hi, first.lo + low.lo)
    }
}

impl Neg for Dd {
    type Output = Dd;
    fn neg(self) -> Dd {
        Dd { hi: -self.hi, lo: -self.lo }
    }
}

impl Sub for Dd {
    type Output = Dd;
    fn sub(self, other: Dd) -> Dd {
        self + -other
    }
}

impl Mul for Dd {
    type Output = Dd;
    fn mul(self, other: Dd) -> Dd {
        let product = two_product(self.hi, other.hi);
        quick_two_sum(product.hi, product.lo + (self.hi * other.lo + self.lo * other.hi))
    }
}

impl Div for Dd {
    type Output = Dd;
    fn div(self, other: Dd) -> Dd {
        let first = self.hi / other.hi;
        let rest = self - other * Dd::from(first);
        let second = rest.hi / other.hi;
        let rest = rest - other * Dd::from(second);
        quick_two_sum(first, second) + Dd::from(rest.hi / other.hi)
    }
}
