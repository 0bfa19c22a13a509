//! Quotients that are bounded because what is divided is a part of what it is divided by.
//!
//! ```text
//! a / (a + b)                               0 to 1, where neither is below zero
//! ((close - low) - (high - close)) / (high - low)     -1 to 1: both differences are from zero to the whole
//! (close - open) / (high - low)             -1 to 1: no price of a bar is outside its range
//! x / ema(abs(x), n)                        bounded, where the average is not zero: the newest size counts for some n-th in it
//! ```
//!
//! Such a quotient has a value wherever the whole is not zero, and definitions ask for that: `if height > 0 then … else 0` has one on every bar.

use super::facts::{Fact, KERNEL_MAX};
use super::ordered::{MAX_CHOICES, is_at_least};
use super::{Binary, Function, NodeId, Op, Plan, Unary};

/// How far rounding may lead past the end of a share that is made of a sum or a factor.
const ROUNDED: f64 = 1.000_001;

/// Larger factors of a share are not looked at.
const MAX_FACTOR: f64 = 1e6;

/// How deep what is made of a share is looked into.
const MAX_DEPTH: u32 = 12;

/// The least and the most that a quotient can be, where it is `factor * part / whole`, or an average of Wilder's over one of numbers that are no less.
pub(super) fn share(plan: &Plan, op: &Op, known: &impl Fn(NodeId) -> Fact) -> Option<(f64, f64)> {
    let Op::Binary(Binary::Div, part, whole) = *op else { return None };
    if are_averages_in_order(plan, part, whole, known) {
        return Some((0.0, MOST_OF_AVERAGES));
    }
    if let Op::Rec { first, next } = plan.node(whole).op {
        // A sum that feeds itself, on its first bar and on later ones, where no bar keeps the one before.
        if known(next).warmup > known(first).warmup.saturating_add(1) {
            return None;
        }
        let [first, next] = [first, next].map(|whole| share(plan, &Op::Binary(Binary::Div, part, whole), known));
        return first.zip(next).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
    }
    let (most, part) = without_factor(plan, part)?;
    of_sum(plan, part, whole, known)
        .map(|low| (low * most * ROUNDED, most * ROUNDED))
        .or_else(|| in_order(plan, part, whole, known).map(|low| (low * most, most)))
}

/// A number without the factor that multiplies it, and that factor with what it rounds, which among the least numbers is up to half of one; nothing where the factor is none of the usual ones.
fn without_factor(plan: &Plan, id: NodeId) -> Option<(f64, NodeId)> {
    match plan.node(id).op {
        Op::Binary(Binary::Mul, factor, of) => match plan.node(factor).op {
            Op::Num(number) if number.value > 0.0 && number.value < MAX_FACTOR => Some((number.value * ROUNDED + 0.5, of)),
            _ => None,
        },
        _ => Some((1.0, id)),
    }
}

/// What two numbers differ by, and whether the sign counts.
fn difference(plan: &Plan, id: NodeId) -> Option<(NodeId, NodeId, bool)> {
    match plan.node(id).op {
        Op::Binary(Binary::Sub, p, q) => Some((p, q, true)),
        Op::Unary(Unary::Function(Function::Abs), of) => difference(plan, of).map(|(p, q, _)| (p, q, false)),
        _ => None,
    }
}

/// The sign of the least share of a sum of two that are not below zero, of one of them or of their difference.
fn of_sum(plan: &Plan, part: NodeId, whole: NodeId, known: &impl Fn(NodeId) -> Fact) -> Option<f64> {
    let Op::Binary(Binary::Add, a, b) = plan.node(whole).op else { return None };
    let is_small = |id: NodeId| known(id).low >= 0.0 && known(id).is_dense && known(id).high <= KERNEL_MAX;
    if !is_small(a) || !is_small(b) {
        return None;
    }
    // Where there is a value, `with` gives that of its first.
    let same = |id: NodeId| if let Op::Binary(Binary::With, of, _) = plan.node(id).op { of == part } else { id == part };
    if same(a) || same(b) {
        return Some(0.0);
    }
    let (p, q, is_signed) = difference(plan, part)?;
    ([p, q] == [a, b] || [q, p] == [a, b]).then_some(if is_signed { -1.0 } else { 0.0 })
}

/// The same where the order of prices says that the part is no greater than the whole.
fn in_order(plan: &Plan, part: NodeId, whole: NodeId, known: &impl Fn(NodeId) -> Fact) -> Option<f64> {
    let is_there = |id: NodeId| known(id).is_dense && known(id).magnitude() <= KERNEL_MAX;
    if !is_there(part) || !is_there(whole) {
        return None;
    }
    let is_at_least = |a: NodeId, b: NodeId| is_at_least(plan, a, b, known, MAX_CHOICES);
    let is_in_whole = |id: NodeId| known(id).low >= 0.0 && is_at_least(whole, id);
    if is_in_whole(part) {
        return Some(0.0);
    }
    let (p, q, is_signed) = difference(plan, part)?;
    let is_in_range = match plan.node(whole).op {
        Op::Binary(Binary::Sub, top, bottom) => [p, q].into_iter().all(|id| is_at_least(top, id) && is_at_least(id, bottom)),
        _ => false,
    };
    (is_in_range || is_in_whole(p) && is_in_whole(q)).then_some(if is_signed { -1.0 } else { 0.0 })
}

/// Of two averages of Wilder's one that is of lesser numbers is lesser: the sum and the products that make it keep the order when they round. Their first values are means, which may be off by a
/// millionth part; among the least numbers there are, an average may be off by as many of them as it counts bars.
///
/// What an average is of is no more either, in units of that average: some times as often as it counts bars, and of an average of an average among the least numbers that squared.
const MOST_OF_AVERAGES: f64 = 1e12;

/// Whether the size of a number is a part of an exponential average of these sizes, or of a multiple of it. An average over `n` bars is at least some `n`-th of its newest value, where that is not
/// below zero: what rounds is far less than that part; among the least numbers there are, an average may be off by as many of them as it counts bars.
fn is_in_average(plan: &Plan, part: NodeId, whole: NodeId, known: &impl Fn(NodeId) -> Fact) -> bool {
    let average = match plan.node(whole).op {
        Op::Binary(Binary::Mul, factor, average) if plan.const_value(factor).is_some_and(|factor| factor > 1.0 / MAX_FACTOR) => average,
        _ => whole,
    };
    averaged(plan, average).is_some_and(|(of, _)| {
        let is_size = of == part || plan.node(of).op == Op::Unary(Unary::Function(Function::Abs), part);
        is_size && known(of).is_dense && known(of).low >= 0.0 && known(of).high <= KERNEL_MAX
    })
}

/// What an exponential average is of, also where it is written as its newest value and how far it lags behind; and whether it is made of that alone, not of how far that lags behind something.
pub(super) fn averaged(plan: &Plan, average: NodeId) -> Option<(NodeId, bool)> {
    match plan.node(average).op {
        Op::Binary(Binary::Add, newest, lag) => plan
            .kernel_of(lag)
            .filter(|kernel| kernel.name == "ema_lag" && kernel.args[0] == newest)
            .map(|kernel| (newest, kernel.rust == "LagOfChange")),
        _ => plan.kernel_of(average).filter(|kernel| matches!(kernel.name.as_str(), "ema" | "rma")).map(|kernel| (kernel.args[0], true)),
    }
}

/// Whether two averages of Wilder's of one length are of numbers from zero on, and those of the first are never greater.
fn are_averages_in_order(plan: &Plan, lesser: NodeId, greater: NodeId, known: &impl Fn(NodeId) -> Fact) -> bool {
    let average = |id: NodeId| plan.kernel_of(id).filter(|kernel| kernel.name == "rma");
    average(lesser).zip(average(greater)).is_some_and(|(lesser, greater)| {
        let (a, b) = (lesser.args[0], greater.args[0]);
        let are_there = [a, b].into_iter().all(|id| known(id).is_dense && known(id).low >= 0.0 && known(id).high <= KERNEL_MAX);
        lesser.consts == greater.consts && are_there && known(a).warmup == known(b).warmup && is_at_least(plan, b, a, known, MAX_CHOICES)
    })
}

/// What is known of both numbers that a condition chooses from, where each is chosen: the first where it holds, the second where it does not.
pub(super) fn where_chosen(plan: &Plan, condition: NodeId, of: [NodeId; 2], known: &impl Fn(NodeId) -> Fact) -> [Fact; 2] {
    let mut facts = of.map(known);
    let Op::Binary(binary, p, q) = plan.node(condition).op else { return facts };
    // The one, and the negative of the other.
    let is_negative = |p: NodeId, a: NodeId, b: NodeId| a == p && plan.node(q).op == Op::Unary(Unary::Neg, b);
    // Two numbers that are not equal have a difference that is not zero.
    let is_whole = |by: NodeId| match plan.node(by).op {
        Op::Binary(Binary::Sub, a, b) if [a, b] == [p, q] || [b, a] == [p, q] => true,
        Op::Binary(Binary::Add, a, b) if is_negative(p, a, b) || is_negative(p, b, a) => true,
        _ => by == p && plan.const_value(q) == Some(0.0) || by == q && plan.const_value(p) == Some(0.0),
    };
    let is_unequal = |of: NodeId| is_there(plan, &is_whole, of, known, MAX_DEPTH);
    let of_average = |of: NodeId| match plan.node(of).op {
        Op::Binary(Binary::Div, part, by) if is_whole(by) => without_factor(plan, part)
            .filter(|&(_, part)| is_in_average(plan, part, by, known))
            .map(|(factor, _)| factor * MOST_OF_AVERAGES),
        _ => None,
    };
    let is_less = |of: NodeId, part: NodeId, whole: NodeId| {
        let are_there = [part, whole].into_iter().all(|id| known(id).is_dense && !known(id).is_raw());
        are_there && known(part).low >= 0.0 && plan.node(of).op == Op::Binary(Binary::Div, part, whole)
    };
    // `if whole > 0 then …` and `if whole == 0 then … else …` with something made of a share; `if whole <= part then … else part / whole`.
    let (chosen, is_guarded, is_share) = match binary {
        Binary::Lt => (0, true, is_less(of[0], p, q)),
        Binary::Le => (1, false, is_less(of[1], q, p)),
        Binary::Eq => (1, true, false),
        _ => return facts,
    };
    let fact = &mut facts[chosen];
    if is_share {
        *fact = Fact { is_dense: true, low: 0.0, high: 1.0, ..*fact };
    } else if let Some(most) = of_average(of[chosen]).filter(|_| is_guarded) {
        *fact = Fact { is_dense: true, low: fact.low.max(-most), high: fact.high.min(most), ..*fact };
    } else {
        fact.is_dense |= is_guarded && is_unequal(of[chosen]);
    }
    facts
}

/// Whether only a share of a whole that is zero could make a number missing.
fn is_there(plan: &Plan, is_whole: &impl Fn(NodeId) -> bool, of: NodeId, known: &impl Fn(NodeId) -> Fact, depth: u32) -> bool {
    if known(of).is_dense {
        return true;
    }
    let Some(left) = depth.checked_sub(1) else { return false };
    let is = |of: NodeId| is_there(plan, is_whole, of, known, left);
    match plan.node(of).op {
        Op::Binary(Binary::Div, _, by) => is_whole(by) && share(plan, &plan.node(of).op, known).is_some(),
        Op::Binary(Binary::Add | Binary::Sub | Binary::Mul, a, b) => is(a) && is(b),
        // What is too large for a number is none to these.
        Op::Binary(Binary::Min2 | Binary::Max2, a, b) => [a, b].into_iter().all(|of| is(of) && !known(of).is_raw()),
        Op::Unary(Unary::Neg | Unary::Scaled(..) | Unary::Function(Function::Abs), a) => is(a),
        _ => false,
    }
}
