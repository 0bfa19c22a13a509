//! Which numbers are never below which others: prices of a bar, extremes of windows, and differences of these.

use super::facts::Fact;
use super::{Binary, Input, NodeId, Op, Plan, Unary};
use crate::syntax::token::Number;

/// How many choices one in another are looked into for what is at least something.
pub(super) const MAX_CHOICES: u32 = 6;

/// Whether a number is never below another, on bars where both are: no price of a bar is above its high or below its low, and so on for the greater and the lesser of them, for the greatest and
/// the least of a window, which the bar itself is in, and for their pasts.
/// A difference is no less than another of something that is no greater and something that is no less; rounding keeps that order.
pub(super) fn is_at_least(plan: &Plan, a: NodeId, b: NodeId, known: &impl Fn(NodeId) -> Fact, choices: u32) -> bool {
    let is_price = |id: NodeId| matches!(plan.node(id).op, Op::Input(Input::Open | Input::High | Input::Low | Input::Close));
    let is = |id: NodeId, input: Input| plan.node(id).op == Op::Input(input);
    let is_zero = |id: NodeId| matches!(plan.node(id).op, Op::Num(Number { mantissa: 0, .. }));
    if a == b || is(a, Input::High) && is_price(b) || is(b, Input::Low) && is_price(a) || is_zero(b) && known(a).low >= 0.0 {
        return true;
    }
    let Some(left) = choices.checked_sub(1) else { return false };
    let is_at_least = |a: NodeId, b: NodeId| is_at_least(plan, a, b, known, left);
    let chosen = |id: NodeId, by: Binary| match plan.node(id).op {
        Op::Binary(binary, p, q) if binary == by => Some((p, q)),
        _ => None,
    };
    let past = match (&plan.node(a).op, &plan.node(b).op) {
        (&Op::Delay(a, n), &Op::Delay(b, m)) if n == m => Some((a, b)),
        _ => None,
    };
    // Both are there on the same bars, and the same stands in for them on others.
    let are_together = |a: NodeId, b: NodeId| known(a).is_dense && known(b).is_dense && known(a).warmup == known(b).warmup;
    let stands_in = chosen(a, Binary::Coalesce).zip(chosen(b, Binary::Coalesce));
    let picked = if let Op::Pick(_, p, q) = plan.node(b).op { Some((p, q)) } else { None };
    past.is_some_and(|(a, b)| is_at_least(a, b))
        || differences(plan, a).any(|whole| differences(plan, b).any(|part| is_wider(plan, whole, part, &is_at_least)))
        || stands_in.is_some_and(|((a, p), (b, q))| p == q && are_together(a, b) && is_at_least(a, b))
        || picked.is_some_and(|(p, q)| is_at_least(a, p) && is_at_least(a, q))
        || newest(plan, a).is_some_and(|newest| is_at_least(newest, b))
        || of_window(plan, b, "lowest").is_some_and(|newest| is_at_least(a, newest))
        || negated(plan, b).and_then(|greatest| least(plan, greatest)).is_some_and(|newest| is_at_least(a, newest))
        || chosen(a, Binary::Min2).is_some_and(|(p, q)| is_at_least(p, b) && is_at_least(q, b))
        || chosen(a, Binary::Max2).is_some_and(|(p, q)| is_at_least(p, b) || is_at_least(q, b))
        || chosen(b, Binary::Max2).is_some_and(|(p, q)| is_at_least(a, p) && is_at_least(a, q))
        || chosen(b, Binary::Min2).is_some_and(|(p, q)| is_at_least(a, p) || is_at_least(a, q))
}

/// Whether a difference is never below zero, on bars where there is one.
pub(super) fn is_in_order(plan: &Plan, op: &Op, known: &impl Fn(NodeId) -> Fact) -> bool {
    of_op(op).into_iter().flatten().any(|(a, less)| match less {
        Less::Of(b) => is_at_least(plan, a, b, known, MAX_CHOICES),
        Less::Negated(greatest) => least(plan, greatest).is_some_and(|newest| is_at_least(plan, a, newest, known, MAX_CHOICES)),
    })
}

/// What is taken from a number: another, or one whose negative is added.
#[derive(Clone, Copy)]
enum Less {
    Of(NodeId),
    Negated(NodeId),
}

type Difference = (NodeId, Less);

/// A sum is a difference too, of either and the negative of the other: the least of a window may be written as the greatest of negatives, and is then added.
fn of_op(op: &Op) -> [Option<Difference>; 2] {
    match *op {
        Op::Binary(Binary::Sub, a, b) => [Some((a, Less::Of(b))), None],
        Op::Binary(Binary::Add, a, b) => [Some((a, Less::Negated(b))), Some((b, Less::Negated(a)))],
        _ => [None; 2],
    }
}

fn differences(plan: &Plan, id: NodeId) -> impl Iterator<Item = Difference> {
    of_op(&plan.node(id).op).into_iter().flatten()
}

fn is_wider(plan: &Plan, (a, less): Difference, (b, more): Difference, is_at_least: &impl Fn(NodeId, NodeId) -> bool) -> bool {
    is_at_least(a, b)
        && match (more, less) {
            (Less::Of(more), Less::Of(less)) | (Less::Negated(less), Less::Negated(more)) => is_at_least(more, less),
            (Less::Of(more), Less::Negated(greatest)) => least(plan, greatest).is_some_and(|newest| is_at_least(more, newest)),
            (Less::Negated(_), Less::Of(_)) => false,
        }
}

fn negated(plan: &Plan, id: NodeId) -> Option<NodeId> {
    if let Op::Unary(Unary::Neg, of) = plan.node(id).op { Some(of) } else { None }
}

fn of_window(plan: &Plan, id: NodeId, name: &str) -> Option<NodeId> {
    plan.kernel_of(id).filter(|kernel| kernel.name == name).and_then(|kernel| kernel.args.first().copied())
}

/// The newest value of a window whose greatest this is, also where that is made of the greatest of its halves.
fn newest(plan: &Plan, mut id: NodeId) -> Option<NodeId> {
    if let Some(newest) = of_window(plan, id, "highest") {
        return Some(newest);
    }
    let from = id;
    while let Op::Binary(Binary::Max2, older, newer) = plan.node(id).op
        && let Op::Delay(..) = plan.node(older).op
    {
        id = newer;
    }
    (id != from).then_some(id)
}

/// The newest value of a window the greatest of whose negatives this is: no less than the least of it.
fn least(plan: &Plan, greatest: NodeId) -> Option<NodeId> {
    negated(plan, newest(plan, greatest).unwrap_or(greatest))
}
