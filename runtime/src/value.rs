//! The numeric contract: what a number is, when it is null, and how each operation rounds.
//!
//! A program runs over a [`Scalar`], `f64` or `Decimal`. Inside a plan its values are [`Num`] cells: a number or null in
//! one word. Every arithmetic operation that any executor performs is written here or in a kernel, so
//! executors cannot differ.

#[cfg(feature = "decimal")]
mod decimal;
mod elementary;
mod lanes;

#[cfg(feature = "decimal")]
pub use decimal::DecimalCell;
pub use lanes::{Lanes, Mask};

use core::fmt::Debug;
use core::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Rem, Sub};

/// The largest magnitude a bar may carry. Products of a few inputs then stay far from overflow, which lets a plan prove
/// most null tests away.
pub const INPUT_MAX: f64 = 1e50;

/// The largest magnitude that a kernel with memory takes; a larger number counts as not available to it, so that its
/// sums of squares cannot overflow.
pub const KERNEL_MAX: f64 = 1e150;

#[cfg(feature = "session")]
use crate::session::Portable;

/// What snapshots ask of a scalar: nothing, without them.
#[cfg(not(feature = "session"))]
#[doc(hidden)]
pub trait Portable {}
#[cfg(not(feature = "session"))]
impl<S> Portable for S {}

/// A kind of number that bars are made of: `f64` by default, `Decimal` with the feature `decimal`.
pub trait Scalar: Portable + Copy + Debug + PartialOrd + Send + Sync + 'static {
    /// The number-or-null form used inside a strategy and in output columns. For `f64` it is `f64` itself, NaN for null.
    type Cell: Num<Scalar = Self>;
    /// The name of the scalar, as written in snapshots and messages.
    const NAME: &'static str;
    /// The cell that holds this number, which must be finite.
    fn cell(self) -> Self::Cell;
    /// Whether a bar may carry this number: finite and at most [`INPUT_MAX`] in magnitude.
    fn is_input(self) -> bool;
    /// Zero, for the check of volumes.
    const ZERO: Self;
    /// Whether both are the same to the last bit.
    fn is_same(self, other: Self) -> bool;
}

/// A number or null: the cell in which a plan computes.
///
/// `f64` cells may be *raw* after arithmetic: any value that is not finite stands for null and stays so through
/// `+ - *`, negation and division by a settled value. [`Num::settle`] turns every raw null into the one null, NaN, and is required before a
/// comparison, a function, a kernel or an output reads the value.
pub trait Num:
    Copy
    + Debug
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Neg<Output = Self>
{
    /// The scalar this cell holds.
    type Scalar: Scalar<Cell = Self>;
    /// What a comparison gives where several numbers may be compared at once.
    type Truth: Truth;
    /// Null.
    const NULL: Self;
    /// Zero.
    const ZERO: Self;
    /// Whether arithmetic on numbers that a kernel accepts can overflow to null.
    const OVERFLOWS: bool;
    /// Whether a settled cell is null.
    fn is_null(self) -> bool;
    /// Null unless finite.
    #[must_use]
    fn settle(self) -> Self;
    /// Null unless at most [`KERNEL_MAX`] in magnitude.
    #[must_use]
    fn bound(self) -> Self;
    /// Whether a cell, raw or not, holds a number.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_number(self) -> bool {
        !self.settle().is_null()
    }
    /// Whether a cell, raw or not, holds a number that a kernel takes: at most [`KERNEL_MAX`] in magnitude.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_in_reach(self) -> bool {
        !self.bound().is_null()
    }
    /// The number, or `None` for null. The cell must be settled.
    fn get(self) -> Option<Self::Scalar>;
    /// The number of a cell, raw or not, or `None` for null.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn number(self) -> Option<Self::Scalar> {
        self.settle().get()
    }
    /// The number of a cell that is proved not to be null.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sure(self) -> Option<Self::Scalar> {
        self.get()
    }
    /// The number as `f64`, null as NaN; for `f64` the same bits.
    fn float(self) -> f64;
    /// The number that an `f64` is, null for NaN; for `f64` the same bits.
    fn of_float(value: f64) -> Self;
    /// A whole number.
    fn int(value: i64) -> Self;
    /// The whole number from zero on that the cell holds, the nearest one to what it holds else, zero for null.
    fn index(self) -> usize;
    /// A literal: its nearest `f64`, and its exact value `mantissa / 10^scale`.
    fn literal(value: f64, mantissa: i64, scale: u32) -> Self;
    /// `numerator / denominator` of two whole numbers.
    fn ratio(numerator: i64, denominator: i64) -> Self;
    /// This times `numerator / denominator`. `f64` multiplies by the rounded quotient; `Decimal` multiplies, then divides, so that it
    /// stays exact where the result is.
    #[must_use]
    fn scaled(self, numerator: i64, denominator: i64) -> Self;
    /// Seconds since 1970 of a time in nanoseconds.
    fn seconds(time_ns: i64) -> Self;
    /// Settled operands only: false when either is null.
    fn lt(self, other: Self) -> bool;
    /// Settled operands only: false when either is null.
    fn le(self, other: Self) -> bool;
    /// Settled operands only: false when either is null.
    fn eq(self, other: Self) -> bool;
    /// [`Num::lt`] of each number.
    fn below(self, other: Self) -> Self::Truth;
    /// [`Num::le`] of each number.
    fn at_most(self, other: Self) -> Self::Truth;
    /// [`Num::eq`] of each number.
    fn equals(self, other: Self) -> Self::Truth;
    /// [`Num::is_number`] of each number.
    fn has_number(self) -> Self::Truth;
    /// `if c then self else other`.
    #[must_use]
    fn where_true(self, c: Self::Truth, other: Self) -> Self;
    /// Truth values as a column holds them, where there is one of each bar.
    fn tell(from: &[Self::Truth], to: &mut [Option<bool>]);
    /// Absolute value.
    #[must_use]
    fn abs(self) -> Self;
    /// -1, 0 or 1.
    #[must_use]
    fn sign(self) -> Self;
    /// Square root; null below zero.
    #[must_use]
    fn sqrt(self) -> Self;
    /// Natural logarithm; null at and below zero.
    #[must_use]
    fn ln(self) -> Self;
    /// Logarithm to base 10; null at and below zero.
    #[must_use]
    fn log10(self) -> Self;
    /// The exponential function.
    #[must_use]
    fn exp(self) -> Self;
    /// Sine of radians.
    #[must_use]
    fn sin(self) -> Self;
    /// Cosine of radians.
    #[must_use]
    fn cos(self) -> Self;
    /// Tangent of radians.
    #[must_use]
    fn tan(self) -> Self;
    /// Arc sine in radians.
    #[must_use]
    fn asin(self) -> Self;
    /// Arc cosine in radians.
    #[must_use]
    fn acos(self) -> Self;
    /// Arc tangent in radians.
    #[must_use]
    fn atan(self) -> Self;
    /// Hyperbolic sine.
    #[must_use]
    fn sinh(self) -> Self;
    /// Hyperbolic cosine.
    #[must_use]
    fn cosh(self) -> Self;
    /// Hyperbolic tangent.
    #[must_use]
    fn tanh(self) -> Self;
    /// The greatest whole number not above.
    #[must_use]
    fn floor(self) -> Self;
    /// The least whole number not below.
    #[must_use]
    fn ceil(self) -> Self;
    /// The nearest whole number, halves away from zero.
    #[must_use]
    fn round(self) -> Self;
    /// This to the power of `exponent`.
    #[must_use]
    fn pow(self, exponent: Self) -> Self;

    /// [`Num::ln`] in a loop that computes several bars at once: the same bits, without branches.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn ln_abreast(self) -> Self {
        self.ln()
    }
    /// [`Num::log10`] in such a loop.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn log10_abreast(self) -> Self {
        self.log10()
    }
    /// [`Num::exp`] in such a loop.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn exp_abreast(self) -> Self {
        self.exp()
    }
    /// [`Num::sinh`] in such a loop.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sinh_abreast(self) -> Self {
        self.sinh()
    }
    /// This where it is a number, else `before`: what feedback keeps. That is rare, and said to be, so that the test is a branch beside the
    /// path from bar to bar and not a choice on it.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn or_kept(self, before: Self) -> Self {
        if self.is_number() { self } else { rarely(before) }
    }
    /// The greater of two numbers, neither null; `newer` on a tie.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn greater(self, newer: Self) -> Self {
        if newer.lt(self) { self } else { newer }
    }
    /// The lesser of two numbers, neither null; `newer` on a tie.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn lesser(self, newer: Self) -> Self {
        if self.lt(newer) { self } else { newer }
    }
    /// The greater of two settled numbers, `newer` on a tie; null when either is null.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn max2(self, newer: Self) -> Self {
        if self.is_null() { self } else { self.greater(newer) }
    }
    /// The lesser of two settled numbers, `newer` on a tie; null when either is null.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn min2(self, newer: Self) -> Self {
        if self.is_null() { self } else { self.lesser(newer) }
    }
    /// This to a whole power, by repeated squaring.
    #[must_use]
    #[inline]
    fn powi(self, exponent: i64) -> Self {
        if self.is_null() {
            return self;
        }
        let mut base = self;
        let mut left = exponent.unsigned_abs();
        let mut result = Self::int(1);
        while left > 0 {
            if left & 1 == 1 {
                result = result * base;
            }
            left >>= 1;
            if left > 0 {
                base = base * base;
            }
        }
        if exponent < 0 { Self::int(1) / result.settle() } else { result }
    }
}

/// A truth value, or one of each of several numbers.
pub trait Truth: Copy + Debug + Send + Sync + 'static + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self> {
    /// The same for each.
    fn known(value: bool) -> Self;
    /// That of one number.
    fn lane(self, lane: usize) -> bool;
    /// `if self then a else b`.
    #[must_use]
    fn pick(self, a: Self, b: Self) -> Self;
}

impl Truth for bool {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn known(value: bool) -> bool {
        value
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn lane(self, _: usize) -> bool {
        self
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pick(self, a: bool, b: bool) -> bool {
        if self { a } else { b }
    }
}

/// The comparisons of numbers that come one by one.
macro_rules! one_by_one {
    () => {
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn below(self, other: Self) -> bool {
            self.lt(other)
        }
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn at_most(self, other: Self) -> bool {
            self.le(other)
        }
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn equals(self, other: Self) -> bool {
            Num::eq(self, other)
        }
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn has_number(self) -> bool {
            self.is_number()
        }
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn where_true(self, c: bool, other: Self) -> Self {
            if c { self } else { other }
        }
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn tell(from: &[bool], to: &mut [Option<bool>]) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = Some(*from);
            }
        }
    };
}
#[cfg(feature = "decimal")]
use one_by_one;

/// A whole number next to `x`, made of the nearest one, with the sign of `x`. Without branches, so that several are computed at once: plain
/// x86-64 has no instruction for it, and a call is taken one by one.
#[cfg_attr(not(debug_assertions), inline(always))]
fn whole(x: f64, of_nearest: impl Fn(f64) -> f64) -> f64 {
    /// From here on every number is whole.
    const WHOLE: f64 = (1u64 << 52) as f64;
    let sign = x.to_bits() & (1 << 63);
    let signed = |x: f64| f64::from_bits(x.to_bits() | sign);
    // What is lost on the way there is rounded to the nearest; where nothing is to be lost, there is no way.
    let up = signed(if x.abs() < WHOLE { WHOLE } else { 0.0 });
    signed(of_nearest((x + up) - up))
}

/// A value on a path that is seldom taken.
#[cold]
#[inline(never)]
pub(crate) fn rarely<C>(value: C) -> C {
    value
}

impl Scalar for f64 {
    type Cell = f64;
    const NAME: &'static str = "f64";
    const ZERO: f64 = 0.0;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn cell(self) -> f64 {
        self
    }
    #[inline]
    fn is_input(self) -> bool {
        f64::abs(self) <= INPUT_MAX
    }
    #[inline]
    fn is_same(self, other: f64) -> bool {
        self.to_bits() == other.to_bits()
    }
}

impl Num for f64 {
    type Scalar = f64;
    type Truth = bool;
    const NULL: f64 = f64::NAN;
    const ZERO: f64 = 0.0;
    const OVERFLOWS: bool = false;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_null(self) -> bool {
        self.is_nan()
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(clippy::eq_op, reason = "what is not finite less itself is NaN")]
    fn settle(self) -> f64 {
        // Nothing less nothing, signs of zero kept; NaN where there is no number. Two operations, where a comparison and a choice are five.
        self - (self - self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn bound(self) -> f64 {
        if self.is_in_reach() { self } else { f64::NAN }
    }
    // One comparison each, where to make the null first and then to look for it are four operations.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_number(self) -> bool {
        f64::abs(self) < f64::INFINITY
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_in_reach(self) -> bool {
        f64::abs(self) <= KERNEL_MAX
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn number(self) -> Option<f64> {
        if self.is_number() { Some(self) } else { None }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn get(self) -> Option<f64> {
        if self.is_nan() { None } else { Some(self) }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sure(self) -> Option<f64> {
        Some(self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn float(self) -> f64 {
        self
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn of_float(value: f64) -> f64 {
        value
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn int(value: i64) -> f64 {
        value as f64
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(clippy::cast_sign_loss, reason = "what is below zero becomes zero")]
    fn index(self) -> usize {
        self as usize
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn literal(value: f64, _mantissa: i64, _scale: u32) -> f64 {
        value
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn ratio(numerator: i64, denominator: i64) -> f64 {
        numerator as f64 / denominator as f64
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn scaled(self, numerator: i64, denominator: i64) -> f64 {
        self * (numerator as f64 / denominator as f64)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn seconds(time_ns: i64) -> f64 {
        let second = time_ns.div_euclid(1_000_000_000) as f64;
        // Rounded, but not into the next second, which may be another day.
        (second + time_ns.rem_euclid(1_000_000_000) as f64 / 1e9).min((second + 1.0).next_down())
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn lt(self, other: f64) -> bool {
        self < other
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn le(self, other: f64) -> bool {
        self <= other
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(clippy::float_cmp, reason = "equality of numbers is the language's `==`")]
    fn eq(self, other: f64) -> bool {
        self == other
    }
    one_by_one! {}
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn abs(self) -> f64 {
        f64::abs(self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sign(self) -> f64 {
        // No branch: which sign it is, the data decide.
        let sign = f64::from(u8::from(self > 0.0)) - f64::from(u8::from(self < 0.0));
        if self.is_nan() { self } else { sign }
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sqrt(self) -> f64 {
        // Square roots are rounded correctly everywhere, so both forms give the same bits.
        #[cfg(feature = "std")]
        {
            f64::sqrt(self)
        }
        #[cfg(not(feature = "std"))]
        {
            libm::sqrt(self)
        }
    }
    #[inline]
    fn ln(self) -> f64 {
        libm::log(self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn ln_abreast(self) -> f64 {
        elementary::ln(self)
    }
    #[inline]
    fn log10(self) -> f64 {
        libm::log10(self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn log10_abreast(self) -> f64 {
        elementary::log10(self)
    }
    #[inline]
    fn exp(self) -> f64 {
        libm::exp(self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn exp_abreast(self) -> f64 {
        elementary::exp(self)
    }
    #[inline]
    fn sin(self) -> f64 {
        libm::sin(self)
    }
    #[inline]
    fn cos(self) -> f64 {
        libm::cos(self)
    }
    #[inline]
    fn tan(self) -> f64 {
        libm::tan(self)
    }
    #[inline]
    fn asin(self) -> f64 {
        libm::asin(self)
    }
    #[inline]
    fn acos(self) -> f64 {
        libm::acos(self)
    }
    #[inline]
    fn atan(self) -> f64 {
        libm::atan(self)
    }
    #[inline]
    fn sinh(self) -> f64 {
        elementary::sinh_alone(self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn sinh_abreast(self) -> f64 {
        elementary::sinh(self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn cosh(self) -> f64 {
        elementary::cosh(self)
    }
    #[inline]
    fn tanh(self) -> f64 {
        libm::tanh(self)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn floor(self) -> f64 {
        whole(self, |nearest| nearest - if nearest > self { 1.0 } else { 0.0 })
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn ceil(self) -> f64 {
        whole(self, |nearest| nearest + if nearest < self { 1.0 } else { 0.0 })
    }
    #[inline]
    fn round(self) -> f64 {
        libm::round(self)
    }
    #[inline]
    fn pow(self, exponent: f64) -> f64 {
        // `pow(null, 0)` and `pow(1, null)` are numbers in IEEE-754, null here.
        if self.is_nan() || exponent.is_nan() { f64::NAN } else { libm::pow(self, exponent) }
    }
}

/// A truth value or null, as two bits: known true, known false. Kleene's `and`, `or` and `not` are then single bit
/// operations, with no test for null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tri {
    /// Known to be true.
    pub t: bool,
    /// Known to be false.
    pub f: bool,
}

impl Tri {
    /// Null.
    pub const NULL: Tri = Tri { t: false, f: false };

    /// A known truth value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn known(value: bool) -> Tri {
        Tri { t: value, f: !value }
    }
    /// Neither true nor false.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn is_null(self) -> bool {
        !(self.t | self.f)
    }
    /// Kleene's `and`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn and(self, other: Tri) -> Tri {
        Tri { t: self.t & other.t, f: self.f | other.f }
    }
    /// Kleene's `or`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn or(self, other: Tri) -> Tri {
        Tri { t: self.t | other.t, f: self.f & other.f }
    }
    /// Kleene's `not`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "generated code calls it by path, without the operator traits in scope")]
    pub fn not(self) -> Tri {
        Tri { t: self.f, f: self.t }
    }
    /// `a < b` for settled cells.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn lt<C: Num>(a: C, b: C) -> Tri {
        Tri { t: a.lt(b), f: b.le(a) }
    }
    /// `a <= b` for settled cells.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn le<C: Num>(a: C, b: C) -> Tri {
        Tri { t: a.le(b), f: b.lt(a) }
    }
    /// `a == b` for settled cells.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn eq<C: Num>(a: C, b: C) -> Tri {
        Tri { t: a.eq(b), f: a.lt(b) | b.lt(a) }
    }
    /// `a == b` for truth values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn same(self, other: Tri) -> Tri {
        Tri { t: (self.t & other.t) | (self.f & other.f), f: (self.t & other.f) | (self.f & other.t) }
    }
    /// The truth value, or `None` for null.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn get(self) -> Option<bool> {
        if self.t {
            Some(true)
        } else if self.f {
            Some(false)
        } else {
            None
        }
    }
    /// `if self then a else b` over numbers: null when the condition is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn pick<C: Num>(self, a: C, b: C) -> C {
        if self.t {
            a
        } else if self.f {
            b
        } else {
            C::NULL
        }
    }
    /// `if self then a else b` over truth values.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[must_use]
    pub fn pick_tri(self, a: Tri, b: Tri) -> Tri {
        Tri { t: (self.t & a.t) | (self.f & b.t), f: (self.t & a.f) | (self.f & b.f) }
    }
}

/// A [`Tri`] in one byte, as columns hold it: an operation is then one on bytes, of which the optimiser does sixteen to an instruction.
#[derive(Clone, Copy, Debug)]
pub struct Packed(u8);

impl Packed {
    /// Null.
    pub const NULL: Packed = Packed(0);

    /// The truth value or null.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn tri(self) -> Tri {
        Tri { t: self.0 & 1 != 0, f: self.0 & 2 != 0 }
    }
}

impl From<Tri> for Packed {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn from(value: Tri) -> Packed {
        Packed(u8::from(value.t) | u8::from(value.f) << 1)
    }
}
