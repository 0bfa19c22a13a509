//! Several numbers as one, so that one program computes several parts of a history at once.

use super::{Num, Scalar, Truth};
use core::array;
use core::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Rem, Sub};

/// A number of each part. What is done to it is done to each, with the bits that it has alone; a comparison holds where it holds for all, and it is null where one is.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Lanes<const L: usize>(pub [f64; L]);

impl<const L: usize> Lanes<L> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn map(self, of: impl Fn(f64) -> f64) -> Self {
        Lanes(self.0.map(of))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn with(self, other: Self, of: impl Fn(f64, f64) -> f64) -> Self {
        Lanes(array::from_fn(|lane| of(self.0[lane], other.0[lane])))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn holds(self, other: Self, of: impl Fn(f64, f64) -> bool) -> Mask<L> {
        Mask(array::from_fn(|lane| if of(self.0[lane], other.0[lane]) { u64::MAX } else { 0 }))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn all(self, other: Self, holds: impl Fn(f64, f64) -> bool) -> bool {
        self.0.iter().zip(other.0).all(|(a, b)| holds(*a, b))
    }
}

macro_rules! operators {
    ($of:ident: $($trait:ident $method:ident)*) => {$(
        impl<const L: usize> $trait for $of<L> {
            type Output = Self;
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn $method(self, other: Self) -> Self {
                self.with(other, $trait::$method)
            }
        }
    )*};
}

operators! { Lanes: Add add  Sub sub  Mul mul  Div div  Rem rem }
operators! { Mask: BitAnd bitand  BitOr bitor }

impl<const L: usize> Neg for Lanes<L> {
    type Output = Self;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn neg(self) -> Self {
        self.map(Neg::neg)
    }
}

#[diagnostic::do_not_recommend]
impl<const L: usize> Scalar for Lanes<L> {
    type Cell = Self;
    const NAME: &'static str = "f64s";
    const ZERO: Self = Lanes([0.0; L]);
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn cell(self) -> Self {
        self
    }
    fn is_input(self) -> bool {
        self.0.iter().all(|value| value.is_input())
    }
    fn is_same(self, other: Self) -> bool {
        self.all(other, Scalar::is_same)
    }
}

/// Functions of one number, of two, and those made of whole numbers.
macro_rules! each {
    ($($one:ident)*; $($two:ident)*; $($made:ident($($arg:ident: $type:ty),*))*) => {
        $(
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn $one(self) -> Self {
                self.map(Num::$one)
            }
        )*
        $(
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn $two(self, other: Self) -> Self {
                self.with(other, Num::$two)
            }
        )*
        $(
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn $made($($arg: $type),*) -> Self {
                Lanes([<f64 as Num>::$made($($arg),*); L])
            }
        )*
    };
}

impl<const L: usize> Num for Lanes<L> {
    type Scalar = Self;
    type Truth = Mask<L>;
    const NULL: Self = Lanes([f64::NULL; L]);
    const ZERO: Self = Lanes([0.0; L]);
    const OVERFLOWS: bool = false;

    each! {
        settle bound abs sign sqrt ln log10 exp sin cos tan asin acos atan sinh cosh tanh floor ceil round ln_abreast log10_abreast exp_abreast sinh_abreast;
        pow greater lesser max2 min2;
        int(value: i64) literal(value: f64, mantissa: i64, scale: u32) ratio(numerator: i64, denominator: i64) seconds(time_ns: i64)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn scaled(self, numerator: i64, denominator: i64) -> Self {
        self.map(|value| value.scaled(numerator, denominator))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn below(self, other: Self) -> Mask<L> {
        self.holds(other, Num::lt)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn at_most(self, other: Self) -> Mask<L> {
        self.holds(other, Num::le)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn equals(self, other: Self) -> Mask<L> {
        self.holds(other, Num::eq)
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn has_number(self) -> Mask<L> {
        self.holds(self, |value, _| value.is_number())
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn where_true(self, c: Mask<L>, other: Self) -> Self {
        Lanes(array::from_fn(|lane| f64::from_bits(self.0[lane].to_bits() & c.0[lane] | other.0[lane].to_bits() & !c.0[lane])))
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn or_kept(self, before: Self) -> Self {
        self.where_true(self.has_number(), before)
    }
    /// There is no such column.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn tell(_: &[Mask<L>], _: &mut [Option<bool>]) {}
    #[inline]
    fn powi(self, exponent: i64) -> Self {
        self.map(|value| Num::powi(value, exponent))
    }
    fn is_null(self) -> bool {
        self.0.iter().any(|value| value.is_null())
    }
    /// That of the first.
    fn float(self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }
    fn of_float(value: f64) -> Self {
        Lanes([value; L])
    }
    fn get(self) -> Option<Self> {
        (!self.is_null()).then_some(self)
    }
    /// That of the first.
    fn index(self) -> usize {
        self.0.first().map_or(0, |value| value.index())
    }
    fn lt(self, other: Self) -> bool {
        self.all(other, Num::lt)
    }
    fn le(self, other: Self) -> bool {
        self.all(other, Num::le)
    }
    fn eq(self, other: Self) -> bool {
        self.all(other, Num::eq)
    }
}

/// A truth value of each number: all bits of it, or none.
#[derive(Clone, Copy, Debug)]
pub struct Mask<const L: usize>([u64; L]);

impl<const L: usize> Mask<L> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn with(self, other: Self, of: impl Fn(u64, u64) -> u64) -> Self {
        Mask(array::from_fn(|lane| of(self.0[lane], other.0[lane])))
    }
}

impl<const L: usize> Not for Mask<L> {
    type Output = Self;
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn not(self) -> Self {
        Mask(self.0.map(Not::not))
    }
}

impl<const L: usize> Truth for Mask<L> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn known(value: bool) -> Self {
        Mask([if value { u64::MAX } else { 0 }; L])
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn lane(self, lane: usize) -> bool {
        self.0[lane] != 0
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pick(self, a: Self, b: Self) -> Self {
        self & a | !self & b
    }
}
