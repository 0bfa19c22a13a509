//! Consts as decimals: what they are to an executor over decimals, where that is exact.

use super::{Binary, Function, NodeId, Op, Unary};
use std::cmp::Ordering;

/// The most digits that a decimal has, behind the point and in all.
const DIGITS: u32 = 28;

/// A number of so many units of a power of a tenth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exact {
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

    /// Which is greater.
    pub fn order(self, other: Exact) -> Option<Ordering> {
        self.aligned(other).map(|(a, b, _)| a.cmp(&b))
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

    /// Of a square of a whole number.
    fn root(self) -> Option<Exact> {
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "what is lost is found by squaring")]
        let root = (self.units as f64).sqrt() as i128;
        (self.scale == 0 && root.checked_mul(root)? == self.units).then_some(Exact { units: root, scale: 0 })
    }
}

/// The whole number that a function makes of one that is rounded, and no further from its value than `off`: the same whichever it is.
fn whole(function: Function, value: f64, off: f64) -> Option<Exact> {
    let of = |value: f64| match function {
        Function::Floor => Some(value.floor()),
        Function::Ceil => Some(value.ceil()),
        Function::Round => Some(value.round()),
        _ => None,
    };
    let (low, high) = (of(value - off)?, of(value + off)?);
    #[allow(clippy::cast_possible_truncation, clippy::float_cmp, reason = "both are whole and small")]
    (low == high && low.abs() < 1e15).then(|| Exact::new(low as i128, 0))?
}

impl Op {
    /// The value over decimals, where it rests on consts alone and is not rounded. `rounded` gives what is, and how far it may be off.
    pub(super) fn exact(&self, known: impl Fn(NodeId) -> Option<Exact>, rounded: impl Fn(NodeId) -> Option<(f64, f64)>) -> Option<Exact> {
        match self {
            Op::Num(number) => Exact::new(number.mantissa.into(), number.scale),
            Op::Unary(Unary::Neg, a) => known(*a).map(Exact::negative),
            Op::Unary(Unary::Function(function), a) => match known(*a) {
                Some(a) if *function == Function::Sqrt => a.root(),
                Some(a) if *function == Function::Abs => Some(if a.units < 0 { a.negative() } else { a }),
                Some(a) => a.whole(*function),
                None => rounded(*a).and_then(|(value, off)| whole(*function, value, off)),
            },
            Op::Binary(binary, a, b) => {
                let (a, b) = (known(*a)?, known(*b)?);
                match binary {
                    Binary::Add => a.sum(b),
                    Binary::Sub => a.sum(b.negative()),
                    Binary::Mul => a.product(b),
                    Binary::Div => a.quotient(b),
                    Binary::Max2 => Some(if a.order(b)? == Ordering::Less { b } else { a }),
                    Binary::Min2 => Some(if a.order(b)? == Ordering::Greater { b } else { a }),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Exact, Function, whole};

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
        assert_eq!(whole(Function::Floor, 1.414, 1e-9), Exact::new(1, 0));
        assert_eq!(whole(Function::Floor, 2.999_999_999_999, 1e-9), None);
        assert_eq!(exact(100, 3).order(exact(1, 1)), Some(std::cmp::Ordering::Equal));
    }
}
