//! Consts as decimals: what they are to an executor over decimals, where that is exact.

use super::{Binary, Op, Unary};
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
}

impl Op {
    /// The value over decimals, where it rests on consts alone and nothing is rounded.
    pub(super) fn exact(&self, known: impl Fn(super::NodeId) -> Option<Exact>) -> Option<Exact> {
        match self {
            Op::Num(number) => Exact::new(number.mantissa.into(), number.scale),
            Op::Unary(Unary::Neg, a) => known(*a).map(Exact::negative),
            Op::Binary(binary, a, b) => {
                let (a, b) = (known(*a)?, known(*b)?);
                match binary {
                    Binary::Add => a.sum(b),
                    Binary::Sub => a.sum(b.negative()),
                    Binary::Mul => a.product(b),
                    Binary::Div => a.quotient(b),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exact;

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
        assert_eq!(exact(100, 3).order(exact(1, 1)), Some(std::cmp::Ordering::Equal));
    }
}
