//! Operators over values: consts are computed, series join the plan.

use super::{Checker, Value};
use crate::plan::{Binary, Kind, NodeId, Op, Unary};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, UnaryOp};
use crate::syntax::token::Number;

/// Whole numbers up to here are what they are over `f64` too.
const WHOLE: u64 = 1 << 53;

impl Checker<'_> {
    pub(super) fn unary(&mut self, op: UnaryOp, value: &Value, span: Span) -> Value {
        match (op, value) {
            (_, Value::Error) => Value::Error,
            (UnaryOp::Not, Value::Truth(truth)) => Value::Truth(!truth),
            (UnaryOp::Not, _) => match self.series_of(value, Kind::Bool, span) {
                Some(node) => Value::Series(self.builder.unary(Unary::Not, node)),
                None => Value::Error,
            },
            (UnaryOp::Neg, Value::Int(int)) if *int != i64::MIN => Value::Int(-int),
            (UnaryOp::Plus, Value::Int(_) | Value::Num(..)) => value.clone(),
            (UnaryOp::Neg, Value::Num(num, node)) => {
                // A literal has no negative zero.
                let node = match self.builder.number(*node).filter(|number| number.mantissa != 0) {
                    Some(n) => self.builder.add(Op::Num(Number { value: -n.value, mantissa: -n.mantissa, ..n }), Kind::Num),
                    None => self.builder.unary(Unary::Neg, *node),
                };
                Value::Num(-num, node)
            }
            (UnaryOp::Neg | UnaryOp::Plus, _) => match self.series_of(value, Kind::Num, span) {
                Some(node) if op == UnaryOp::Neg => Value::Series(self.builder.unary(Unary::Neg, node)),
                Some(node) => Value::Series(node),
                None => Value::Error,
            },
        }
    }

    /// Whether two consts compare alike over every kind of number: `0.1 + 0.2` is `0.3` over decimals alone, and of two literals that differ in their last digit `f64` makes one. What is
    /// rounded over decimals too, and may lie on the other side there, is left to the executor.
    fn is_decided(&mut self, a: &Value, b: &Value) -> bool {
        if num(a).is_none() || num(b).is_none() {
            return true;
        }
        let [p, q] = [a, b].map(|value| match value {
            Value::Num(_, node) => *node,
            _ => self.builder.add(Op::Num(Number::int(if let Value::Int(int) = value { *int } else { 0 })), Kind::Num),
        });
        let (Some(x), Some(y)) = (self.builder.const_of(p), self.builder.const_of(q)) else { return false };
        p == q && x.is_sure() || x.order(&y).is_some()
    }

    pub(super) fn binary(&mut self, op: BinaryOp, (a, a_span): (&Value, Span), (b, b_span): (&Value, Span)) -> Value {
        let compares = matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
        if (!compares || self.is_decided(a, b))
            && let Some(known) = const_binary(op, a, b)
        {
            return known;
        }
        // Beside what is wrong already, only an operator whose operands are of one kind can tell what the other should be.
        let is_error = |value: &Value| matches!(value, Value::Error);
        if (is_error(a) && is_error(b)) || matches!(op, BinaryOp::Eq | BinaryOp::Ne) && (is_error(a) || is_error(b)) {
            return Value::Error;
        }
        let kind = match op {
            BinaryOp::Or | BinaryOp::And => Kind::Bool,
            BinaryOp::Eq | BinaryOp::Ne => {
                let first = self.series(a, a_span);
                first.map_or(Kind::Num, |node| self.builder.kind(node))
            }
            _ => Kind::Num,
        };
        let x = self.series_of(a, kind, a_span);
        let y = self.series_of(b, kind, b_span);
        let (Some(x), Some(y)) = (x, y) else {
            return Value::Error;
        };
        if op == BinaryOp::Pow
            && let Value::Int(exponent) = b
            && exponent.unsigned_abs() <= 1_000
        {
            let node = self.builder.unary(Unary::Power(*exponent), x);
            return self.const_or_series(const_num(op, a, b), node);
        }
        let equal = if kind == Kind::Bool { Binary::Same } else { Binary::Eq };
        let b_ = &mut self.builder;
        let node = match op {
            BinaryOp::Or => b_.binary(Binary::Or, x, y),
            BinaryOp::And => b_.binary(Binary::And, x, y),
            BinaryOp::Eq => b_.binary(equal, x, y),
            BinaryOp::Ne => {
                let same = b_.binary(equal, x, y);
                b_.unary(Unary::Not, same)
            }
            BinaryOp::Lt => b_.binary(Binary::Lt, x, y),
            BinaryOp::Le => b_.binary(Binary::Le, x, y),
            BinaryOp::Gt => b_.binary(Binary::Lt, y, x),
            BinaryOp::Ge => b_.binary(Binary::Le, y, x),
            BinaryOp::Add => b_.binary(Binary::Add, x, y),
            BinaryOp::Sub => b_.binary(Binary::Sub, x, y),
            BinaryOp::Mul => b_.binary(Binary::Mul, x, y),
            BinaryOp::Div => b_.binary(Binary::Div, x, y),
            BinaryOp::Rem => b_.binary(Binary::Rem, x, y),
            BinaryOp::Pow => b_.binary(Binary::Pow, x, y),
        };
        // Arithmetic of consts stays const: the value for checks, the node for the plan.
        self.const_or_series(const_num(op, a, b), node)
    }

    /// A const as executors compute it.
    fn const_or_series(&self, value: Option<f64>, node: NodeId) -> Value {
        value.map_or(Value::Series(node), |value| Value::Num(self.builder.const_value(node).unwrap_or(value), node))
    }
}

/// The number that a const is.
pub(super) fn num(value: &Value) -> Option<f64> {
    match value {
        #[allow(clippy::cast_precision_loss, reason = "consts of programs are lengths and factors")]
        Value::Int(int) => Some(*int as f64),
        Value::Num(num, _) => Some(*num),
        Value::Series(_) | Value::Record(..) | Value::Truth(_) | Value::Word(_) | Value::Error => None,
    }
}

fn const_num(op: BinaryOp, a: &Value, b: &Value) -> Option<f64> {
    let (x, y) = (num(a)?, num(b)?);
    let result = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        BinaryOp::Rem => x % y,
        BinaryOp::Pow => x.powf(y),
        _ => return None,
    };
    // A const that is no number is null, which is a series.
    result.is_finite().then_some(result)
}

/// What is known at compile time without a node: whole numbers, truth values, words.
fn const_binary(op: BinaryOp, a: &Value, b: &Value) -> Option<Value> {
    use std::cmp::Ordering;
    let ordering = match (a, b) {
        (Value::Word(x), Value::Word(y)) if matches!(op, BinaryOp::Eq | BinaryOp::Ne) => Some(x.cmp(y)),
        (Value::Truth(x), Value::Truth(y)) => match op {
            BinaryOp::And => return Some(Value::Truth(*x && *y)),
            BinaryOp::Or => return Some(Value::Truth(*x || *y)),
            BinaryOp::Eq | BinaryOp::Ne => Some(x.cmp(y)),
            _ => None,
        },
        _ => num(a).zip(num(b)).and_then(|(x, y)| x.partial_cmp(&y)),
    };
    let truth = match (op, ordering) {
        (BinaryOp::Eq, Some(o)) => Some(o == Ordering::Equal),
        (BinaryOp::Ne, Some(o)) => Some(o != Ordering::Equal),
        (BinaryOp::Lt, Some(o)) => Some(o == Ordering::Less),
        (BinaryOp::Le, Some(o)) => Some(o != Ordering::Greater),
        (BinaryOp::Gt, Some(o)) => Some(o == Ordering::Greater),
        (BinaryOp::Ge, Some(o)) => Some(o != Ordering::Less),
        _ => None,
    };
    if let Some(truth) = truth {
        return Some(Value::Truth(truth));
    }
    if let (Value::Int(x), Value::Int(y)) = (a, b) {
        let int = match op {
            BinaryOp::Add => x.checked_add(*y),
            BinaryOp::Sub => x.checked_sub(*y),
            BinaryOp::Mul => x.checked_mul(*y),
            BinaryOp::Rem => x.checked_rem(*y),
            BinaryOp::Div => x.checked_rem(*y).filter(|&rest| rest == 0).and_then(|_| x.checked_div(*y)),
            BinaryOp::Pow => u32::try_from(*y).ok().and_then(|y| x.checked_pow(y)),
            _ => None,
        };
        return int.filter(|int| [x, y, int].iter().all(|of| of.unsigned_abs() <= WHOLE)).map(Value::Int);
    }
    None
}
