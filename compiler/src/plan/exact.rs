//! Consts as decimals: what they are to an executor over decimals, where that is exact.

use super::{Binary, Function, NodeId, Op, Unary};
use std::cmp::Ordering;

/// The most digits that a decimal has, behind the point and in all.
const DIGITS: u32 = 28;

/// A number of so many units of a power of a tenth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Exact {
    units: i128,
    scale: u32,
}

impl Exact {
    /// With no more digits than it needs; nothing where it needs more than a decimal has.
    fn new(mut units: i128, mut scale: u32) -> Option<Exact> {
        while scale > 0 && units % 10 == 0 {
            (units, scale) = (units / 10, scale - 1);
        }
        (units.unsigned_abs() < 10_u128.pow(DIGITS) && scale <= DIGITS).then_some(Exact { units, scale })
    }

    /// The units of both where they are of the same size.
    fn aligned(self, other: Exact) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let units = |of: Exact| 10_i128.checked_pow(scale - of.scale)?.checked_mul(of.units);
        Some((units(self)?, units(other)?, scale))
    }

    /// The nearest `f64`, or one beside it.
    fn rounded(self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "it is rounded")]
        let units = self.units as f64;
        units / 10_f64.powf(f64::from(self.scale))
    }

    /// Which is greater.
    fn order(self, other: Exact) -> Option<Ordering> {
        match self.aligned(other) {
            Some((a, b, _)) => Some(a.cmp(&b)),
            // So far apart that rounding does not matter.
            None => self.rounded().partial_cmp(&other.rounded()),
        }
    }

    fn sum(self, other: Exact) -> Option<Exact> {
        let (a, b, scale) = self.aligned(other)?;
        Exact::new(a.checked_add(b)?, scale)
    }

    fn product(self, other: Exact) -> Option<Exact> {
        Exact::new(self.units.checked_mul(other.units)?, self.scale + other.scale)
    }

    fn quotient(self, other: Exact) -> Option<Exact> {
        let (a, b, _) = self.aligned(other)?;
        (0..=DIGITS).find_map(|scale| {
            let units = a.checked_mul(10_i128.pow(scale))?;
            (units.checked_rem(b)? == 0).then(|| Exact::new(units / b, scale))?
        })
    }

    fn negative(self) -> Exact {
        Exact { units: -self.units, ..self }
    }

    /// The whole number that a function makes of it.
    fn whole(self, function: Function) -> Option<Exact> {
        let unit = 10_i128.checked_pow(self.scale)?;
        let (below, rest) = (self.units.div_euclid(unit), self.units.rem_euclid(unit));
        let units = match function {
            Function::Floor => below,
            Function::Ceil => below + i128::from(rest > 0),
            // Away from zero where it lies between two.
            Function::Round => below + i128::from(if self.units < 0 { 2 * rest > unit } else { 2 * rest >= unit }),
            Function::Sign => self.units.signum(),
            _ => return None,
        };
        Exact::new(units, 0)
    }

    /// Of a square.
    fn root(self) -> Option<Exact> {
        let (units, scale) =
            if self.scale.is_multiple_of(2) { (self.units, self.scale) } else { (self.units.checked_mul(10)?, self.scale + 1) };
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "what is lost is found by squaring")]
        let root = (units as f64).sqrt() as i128;
        if root.checked_mul(root)? == units { Exact::new(root, scale / 2) } else { None }
    }

    fn rest(self, other: Exact) -> Option<Exact> {
        let (a, b, scale) = self.aligned(other)?;
        Exact::new(a.checked_rem(b)?, scale)
    }
}

/// What is known of a const.
#[derive(Clone, Copy, Debug)]
pub struct Const {
    /// What it is over `f64`.
    pub value: f64,
    /// How far that may be from what it is over decimals, where there may be none: infinite.
    off: f64,
    /// What it is over decimals, where nothing is rounded.
    exact: Option<Exact>,
}

impl Const {
    /// Which of two is greater, where that is the same over every kind of number.
    pub fn order(&self, other: &Const) -> Option<Ordering> {
        let floating = self.value.partial_cmp(&other.value)?;
        if let (Some(a), Some(b)) = (self.exact, other.exact) {
            return a.order(b).filter(|order| *order == floating);
        }
        ((self.value - other.value).abs() > self.off + other.off).then_some(floating)
    }
    /// Whether it is a value over every kind of number.
    pub fn is_sure(&self) -> bool {
        self.off.is_finite()
    }

    /// A result of an operation, which what it rests on moves by so much over decimals.
    fn new(value: f64, moved: Option<f64>, exact: Option<Exact>) -> Option<Const> {
        let moved = exact.map_or(moved, |exact| Some((value - exact.rounded()).abs()));
        let off = moved.filter(|off| !off.is_nan()).unwrap_or(f64::INFINITY) + value.abs() * PART + UNIT;
        value.is_finite().then_some(Const { value, off: if value.abs() < MOST { off } else { f64::INFINITY }, exact })
    }

    fn times(self, other: Const) -> Option<Const> {
        let is_zero = |of: Const| of.exact.is_some_and(|exact| exact.units == 0);
        let exact = match (self.exact, other.exact) {
            (Some(a), Some(b)) => a.product(b),
            _ if is_zero(self) && other.is_sure() || is_zero(other) && self.is_sure() => Exact::new(0, 0),
            _ => None,
        };
        let moved = self.value.abs() * other.off + other.value.abs() * self.off + self.off * other.off;
        Const::new(self.value * other.value, Some(moved), exact)
    }

    fn over(self, other: Const) -> Option<Const> {
        let exact = self.exact.zip(other.exact).and_then(|(a, b)| a.quotient(b));
        let value = self.value / other.value;
        let is_far = other.value.abs() > other.off;
        let moved = is_far.then(|| (self.off + value.abs() * other.off) / (other.value.abs() - other.off));
        Const::new(value, moved, exact)
    }

    /// A whole power, as executors compute it.
    fn power(self, exponent: i64) -> Option<Const> {
        let one = Const::new(1.0, Some(if self.is_sure() { 0.0 } else { f64::INFINITY }), Exact::new(1, 0).filter(|_| self.is_sure()))?;
        let (mut base, mut left, mut result) = (self, exponent.unsigned_abs(), one);
        while left > 0 {
            if left & 1 == 1 {
                result = result.times(base)?;
            }
            left >>= 1;
            if left > 0 {
                base = base.times(base)?;
            }
        }
        if exponent < 0 { one.over(result) } else { Some(result) }
    }

    /// The furthest that a function of two goes from its value where they are moved.
    fn furthest(value: f64, a: Const, b: Const, of: impl Fn(f64, f64) -> f64) -> f64 {
        let corners = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)];
        let off = |(x, y): (f64, f64)| (of(a.value + x * a.off, b.value + y * b.off) - value).abs();
        corners.map(off).into_iter().fold(0.0, |most, off| if off.is_nan() { f64::INFINITY } else { off.max(most) })
    }
}

/// What an operation rounds at most, as a part of its result, and beyond that: the last digit of a decimal.
const PART: f64 = 1e-15;
const UNIT: f64 = 1e-28;
/// Decimals end before this.
const MOST: f64 = 7e28;

impl Op {
    /// What is known of a node that rests on consts alone.
    pub(super) fn consts(&self, known: impl Fn(NodeId) -> Option<Const>) -> Option<Const> {
        match self {
            Op::Unary(Unary::Power(n), a) => known(*a)?.power(*n),
            Op::Binary(Binary::Pow, a, b) => {
                let (a, b) = (known(*a)?, known(*b)?);
                let value = a.value.powf(b.value);
                Const::new(value, Some(Const::furthest(value, a, b, f64::powf) + value.abs() * 1e-9), None)
            }
            Op::Binary(Binary::Mul, a, b) => known(*a)?.times(known(*b)?),
            // Of a number that is rounded, but the same.
            Op::Binary(Binary::Div, a, b) if a != b => known(*a)?.over(known(*b)?),
            _ => {
                let value = self.const_value(|of| known(of).map(|of| of.value))?;
                Const::new(value, self.moved(&known), self.exact(&known))
            }
        }
    }

    /// How far what it rests on moves the result.
    fn moved(&self, known: impl Fn(NodeId) -> Option<Const>) -> Option<f64> {
        match self {
            Op::Unary(unary, a) => {
                let a = known(*a)?;
                match unary {
                    Unary::Neg | Unary::Function(Function::Abs) => Some(a.off),
                    Unary::Function(Function::Sqrt) => Some((a.value + a.off).sqrt() - (a.value - a.off).max(0.0).sqrt()),
                    _ => None,
                }
            }
            Op::Binary(binary, a, b) => {
                let (a, b) = (known(*a)?, known(*b)?);
                match binary {
                    Binary::Add | Binary::Sub => Some(a.off + b.off),
                    Binary::Max2 | Binary::Min2 => Some(a.off.max(b.off)),
                    Binary::Rem => {
                        let times = (a.value / b.value).trunc();
                        let is_one = b.value.abs() > b.off && Const::furthest(times, a, b, |a, b| (a / b).trunc()) == 0.0;
                        is_one.then(|| a.off + times.abs() * b.off)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The value over decimals, where nothing is rounded.
    fn exact(&self, known: impl Fn(NodeId) -> Option<Const>) -> Option<Exact> {
        let exact = |id: NodeId| known(id).and_then(|of| of.exact);
        match self {
            Op::Num(number) => Exact::new(number.mantissa.into(), number.scale),
            Op::Unary(Unary::Neg, a) => exact(*a).map(Exact::negative),
            Op::Unary(Unary::Function(function), a) => match exact(*a) {
                Some(a) if *function == Function::Sqrt => a.root(),
                Some(a) if *function == Function::Abs => Some(if a.units < 0 { a.negative() } else { a }),
                Some(a) => a.whole(*function),
                None => whole(*function, &known(*a)?),
            },
            // Of a number that is rounded, but the same.
            Op::Binary(Binary::Sub | Binary::Div, a, b) if a == b => {
                let is_quotient = matches!(self, Op::Binary(Binary::Div, ..));
                known(*a).filter(|of| of.is_sure() && (!is_quotient || of.value.abs() > of.off))?;
                Exact::new(i128::from(is_quotient), 0)
            }
            Op::Binary(binary @ (Binary::Max2 | Binary::Min2), a, b) => {
                let (a, b) = (known(*a)?, known(*b)?);
                let loser = if *binary == Binary::Max2 { Ordering::Less } else { Ordering::Greater };
                if a.order(&b)? == loser { b.exact } else { a.exact }
            }
            Op::Binary(binary, a, b) => {
                let (a, b) = (exact(*a)?, exact(*b)?);
                match binary {
                    Binary::Add => a.sum(b),
                    Binary::Sub => a.sum(b.negative()),
                    Binary::Rem => a.rest(b),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The whole number that a function makes of one that is rounded, where it is the same whatever was rounded.
fn whole(function: Function, of: &Const) -> Option<Exact> {
    let made = |value: f64| match function {
        Function::Floor => Some(value.floor()),
        Function::Ceil => Some(value.ceil()),
        Function::Round => Some(value.round()),
        Function::Sign => Some(if value == 0.0 { 0.0 } else { value.signum() }),
        _ => None,
    };
    let (low, high) = (made(of.value - of.off)?, made(of.value + of.off)?);
    #[allow(clippy::cast_possible_truncation, clippy::float_cmp, reason = "both are whole and small")]
    (low == high && low.abs() < 1e15).then(|| Exact::new(low as i128, 0))?
}

#[cfg(test)]
mod tests {
    use super::{Const, Exact, Function, whole};

    #[test]
    fn what_decimals_hold_is_exact_and_what_they_round_is_not() {
        let exact = |units, scale| Exact::new(units, scale).expect("a decimal");
        assert_eq!(exact(1, 1).sum(exact(2, 1)), Exact::new(3, 1));
        assert_eq!(exact(29, 2).product(exact(100, 0)), Exact::new(29, 0));
        assert_eq!(exact(3, 1).product(exact(0, 0)), Exact::new(0, 0));
        assert_eq!(exact(1, 0).quotient(exact(8, 0)), Exact::new(125, 3));
        assert_eq!(exact(1, 0).quotient(exact(3, 0)), None);
        assert_eq!(exact(1, 0).quotient(exact(0, 0)), None);
        assert_eq!(exact(1, 28).product(exact(1, 1)), None);
        assert_eq!(exact(10_i128.pow(27), 0).product(exact(100, 0)), None);
        assert_eq!(exact(-25, 1).whole(Function::Round), Exact::new(-3, 0));
        assert_eq!(exact(-25, 1).whole(Function::Floor), Exact::new(-3, 0));
        assert_eq!(exact(-25, 1).whole(Function::Ceil), Exact::new(-2, 0));
        assert_eq!(exact(25, 1).whole(Function::Round), Exact::new(3, 0));
        assert_eq!(exact(144, 0).root(), Exact::new(12, 0));
        assert_eq!(exact(145, 0).root(), None);
        assert_eq!(exact(225, 2).root(), Exact::new(15, 1));
        assert_eq!(exact(55, 1).rest(exact(5, 1)), Exact::new(0, 0));
        let rounded = |value| Const { value, off: 1e-9, exact: None };
        assert_eq!(whole(Function::Floor, &rounded(1.414)), Exact::new(1, 0));
        assert_eq!(whole(Function::Floor, &rounded(2.999_999_999_999)), None);
        assert_eq!(rounded(1.0).order(&rounded(1.0 + 1e-9)), None);
        assert_eq!(rounded(1.0).order(&rounded(1.1)), Some(std::cmp::Ordering::Less));
        assert_eq!(exact(100, 3).order(exact(1, 1)), Some(std::cmp::Ordering::Equal));
    }
}
