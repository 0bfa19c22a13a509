//! How large a feedback can become.
//!
//! One that chooses, `y = if c then x else y[1]`, is never larger than what it chooses from, and one that counts grows by so much a bar.
//!
//! One that is a sum of multiples of its own past and of something else, `y = 0.3 * x + 0.7 * y[1]`, is a filter: it multiplies what goes in by at most the sum of its
//! response to a single 1. Where that is finite, so is every value, there is one on every bar, and no executor need ask. By induction: with bounded values
//! before, the next is there and is bounded.

use super::{Binary, Fact, NodeId, Op, Plan, Unary};
use crate::syntax::token::Number;
use std::collections::BTreeMap;

/// The furthest past that is looked at.
const PAST: usize = 8;
/// How deep a sum is looked into, and how long a response.
const DEPTH: u32 = 32;
const LONGEST: usize = 20_000;

/// `share[n - 1]` times the value `n` bars ago, for every `n`, and a rest.
#[derive(Clone, Copy)]
struct Sum {
    share: [f64; PAST],
    /// How far the shares may be off, all together.
    error: f64,
    /// The greatest magnitude of the rest.
    rest: f64,
}

impl Sum {
    const NOTHING: Sum = Sum { share: [0.0; PAST], error: 0.0, rest: 0.0 };

    fn times(mut self, low: f64, high: f64) -> Sum {
        let (middle, off) = (f64::midpoint(low, high), (high - low) / 2.0);
        let all: f64 = self.share.iter().map(|share| share.abs()).sum();
        self.error = self.error * low.abs().max(high.abs()) + all * off;
        self.share = self.share.map(|share| share * middle);
        self.rest *= low.abs().max(high.abs());
        self
    }
    fn plus(mut self, other: &Sum) -> Sum {
        for (share, more) in self.share.iter_mut().zip(other.share) {
            *share += more;
        }
        Sum { error: self.error + other.error, rest: self.rest + other.rest, ..self }
    }
}

/// The greatest magnitude of a feedback that begins with `first` and goes on with `next`; nothing when none is known.
pub(super) fn bound(plan: &Plan, rec: NodeId, first: NodeId, next: NodeId, known: &impl Fn(NodeId) -> Fact) -> Option<f64> {
    let begins = known(first).settled();
    // Where there is no value, the last one is kept: only how large values are counts.
    let chosen = choice(plan, rec, next, known, &mut Seen::new(), DEPTH)
        .map(|Choice { most, step, .. }| 1.01 * (begins.magnitude().max(most) + BARS * step));
    let bounds = [chosen, filter(plan, rec, begins, next, known)];
    bounds.into_iter().flatten().reduce(f64::min).filter(|&bound| bound <= f64::MAX)
}

fn filter(plan: &Plan, rec: NodeId, begins: Fact, next: NodeId, known: &impl Fn(NodeId) -> Fact) -> Option<f64> {
    if !begins.is_dense || begins.warmup > 0 {
        return None;
    }
    let Sum { share, error, rest } = sum(plan, rec, next, &moved(plan, rec), known, &mut Seen::new(), DEPTH)?;
    // What is rounded is far below the margin.
    let error = error + 1e-12 * (1.0 + share.iter().map(|share| share.abs()).sum::<f64>());
    let gain = gain(share)?;
    let slack = 1.0 - gain * error;
    (slack > 0.5).then(|| 1.01 * gain * begins.magnitude().max(rest) / slack)
}

/// More bars than there are.
const BARS: f64 = 2e19;

/// What a feedback chooses: something of at most this magnitude, or an own past, moved by at most a step.
#[derive(Clone, Copy)]
struct Choice {
    most: f64,
    step: f64,
    is_own: bool,
}

impl Choice {
    const PAST: Choice = Choice { most: 0.0, step: 0.0, is_own: true };

    fn or(self, other: &Choice) -> Choice {
        Choice { most: self.most.max(other.most), step: self.step.max(other.step), is_own: self.is_own || other.is_own }
    }
    /// Moved by the other, which has no own past in it.
    fn moved(self, other: &Choice) -> Option<Choice> {
        let step = if self.is_own { self.step + other.most } else { 0.0 };
        (!other.is_own).then_some(Choice { most: self.most + other.most, step, ..self })
    }
}

fn choice(plan: &Plan, rec: NodeId, at: NodeId, known: &impl Fn(NodeId) -> Fact, seen: &mut Seen<Choice>, depth: u32) -> Option<Choice> {
    if past(plan, rec, at).is_some_and(|bars| bars > 0) {
        return Some(Choice::PAST);
    }
    if let Some(&choice) = seen.get(&at) {
        return choice;
    }
    let depth = depth.checked_sub(1)?;
    let mut of = |id: NodeId| choice(plan, rec, id, known, seen, depth);
    let found = match plan.node(at).op {
        Op::Pick(_, a, b) | Op::Binary(Binary::Coalesce | Binary::Max2 | Binary::Min2, a, b) => of(a).and_then(|a| Some(a.or(&of(b)?))),
        Op::Binary(Binary::With, a, _) | Op::Unary(Unary::Neg, a) => of(a),
        Op::Binary(Binary::Add | Binary::Sub, a, b) => of(a).zip(of(b)).and_then(|(a, b)| if b.is_own { b.moved(&a) } else { a.moved(&b) }),
        _ => {
            let most = known(at).settled().magnitude();
            (most < f64::MAX).then_some(Choice { most, step: 0.0, is_own: false })
        }
    };
    seen.insert(at, found);
    found
}

/// After about how many bars a filter has forgotten, to the last bit: three times and a half as many as are needed until nothing is left of its response to a single 1 beside that 1, as rounding
/// keeps waking it (measured: up to two and a half times in a narrow band-pass). Nothing for what is no filter.
pub(super) fn length(plan: &Plan, rec: NodeId, next: NodeId, known: &impl Fn(NodeId) -> Fact) -> Option<u64> {
    let Sum { share, error, .. } = sum(plan, rec, next, &moved(plan, rec), known, &mut Seen::new(), DEPTH)?;
    let mut bars = 0;
    for Response { left, .. } in response(share).take(LONGEST) {
        bars += 1;
        if left < f64::EPSILON / 16.0 {
            return (error < 1e-6).then_some(3 * bars + bars / 2);
        }
    }
    None
}

/// Whether a feedback is now and then anything but its own past, or a multiple of it, or that and something it has no part in: a sum of all bars keeps its beginning for ever.
pub(super) fn forgets(plan: &Plan, rec: NodeId, next: NodeId) -> bool {
    let moved = moved(plan, rec);
    let mut waiting = vec![next];
    let mut seen = vec![false; plan.nodes.len()];
    while let Some(at) = waiting.pop() {
        if std::mem::replace(&mut seen[at.index()], true) || past(plan, rec, at).is_some_and(|bars| bars > 0) {
            continue;
        }
        let is_moved = |id: NodeId| moved[id.index()];
        match plan.node(at).op {
            Op::Pick(_, a, b) | Op::Binary(Binary::Coalesce | Binary::Max2 | Binary::Min2, a, b) => waiting.extend([a, b]),
            Op::Binary(Binary::With, a, _) | Op::Unary(Unary::Neg | Unary::Scaled(..), a) => waiting.push(a),
            Op::Binary(Binary::Add | Binary::Sub | Binary::Mul | Binary::Div, a, b) if is_moved(a) != is_moved(b) => {
                waiting.push(if is_moved(a) { a } else { b });
            }
            _ => return true,
        }
    }
    false
}

/// The nodes that a node moves.
pub(super) fn moved(plan: &Plan, from: NodeId) -> Vec<bool> {
    // The users of each node, one after the other: those of node `k` end where those of the next begin.
    let operands: Vec<Vec<NodeId>> = plan.nodes.iter().map(|node| node.op.operands()).collect();
    let mut ends = vec![0; plan.nodes.len() + 1];
    operands.iter().flatten().for_each(|of| ends[of.index()] += 1);
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut users = vec![0; operands.iter().map(Vec::len).sum()];
    for (at, of) in operands.iter().enumerate().flat_map(|(at, operands)| operands.iter().map(move |of| (at, of))) {
        ends[of.index()] -= 1;
        users[ends[of.index()]] = at;
    }
    let mut moved = vec![false; plan.nodes.len()];
    moved[from.index()] = true;
    let mut waiting = vec![from.index()];
    while let Some(at) = waiting.pop() {
        for &user in &users[ends[at]..ends[at + 1]] {
            if !std::mem::replace(&mut moved[user], true) {
                waiting.push(user);
            }
        }
    }
    moved
}

/// What is known by now of nodes: each is looked into once, however often it is used.
type Seen<T> = BTreeMap<NodeId, Option<T>>;

fn sum(
    plan: &Plan,
    rec: NodeId,
    at: NodeId,
    moved: &[bool],
    known: &impl Fn(NodeId) -> Fact,
    seen: &mut Seen<Sum>,
    depth: u32,
) -> Option<Sum> {
    if !moved[at.index()] {
        let fact = known(at).settled();
        return (fact.is_dense && fact.warmup <= 1).then_some(Sum { rest: fact.magnitude(), ..Sum::NOTHING });
    }
    if let Some(&sum) = seen.get(&at) {
        return sum;
    }
    let depth = depth.checked_sub(1)?;
    let mut of = |id: NodeId| sum(plan, rec, id, moved, known, seen, depth);
    let is_zero = |id: NodeId| matches!(plan.node(id).op, Op::Num(Number { mantissa: 0, .. }));
    let found = match plan.node(at).op {
        // Its second bar has no value of two bars ago.
        Op::Delay(..) => past(plan, rec, at).filter(|&bars| bars == 1).and_then(ago),
        Op::Binary(Binary::Coalesce, value, zero) if is_zero(zero) || value == zero => past(plan, rec, value).and_then(ago),
        Op::Binary(Binary::Add, a, b) => of(a).and_then(|a| Some(a.plus(&of(b)?))),
        Op::Binary(Binary::Sub, a, b) => of(a).and_then(|a| Some(a.plus(&of(b)?.times(-1.0, -1.0)))),
        Op::Binary(Binary::Mul, a, b) => {
            let (factor, term) = if moved[a.index()] { (b, a) } else { (a, b) };
            let factor = (!moved[factor.index()]).then(|| known(factor).settled()).filter(|fact| fact.is_dense && fact.warmup <= 1);
            factor.and_then(|factor| Some(of(term)?.times(factor.low, factor.high)))
        }
        Op::Unary(Unary::Neg, a) => of(a).map(|sum| sum.times(-1.0, -1.0)),
        #[allow(clippy::cast_precision_loss, reason = "a bound needs no exactness")]
        Op::Unary(Unary::Scaled(n, d), a) => of(a).map(|sum| sum.times(n as f64 / d as f64, n as f64 / d as f64)),
        _ => None,
    };
    seen.insert(at, found);
    found
}

/// How many bars ago a feedback had the value that a node has.
fn past(plan: &Plan, rec: NodeId, mut at: NodeId) -> Option<usize> {
    let mut bars = 0;
    while at != rec {
        let Op::Delay(source, n) = plan.node(at).op else { return None };
        (at, bars) = (source, bars + n as usize);
        if bars > PAST {
            return None;
        }
    }
    Some(bars)
}

/// The value so many bars ago.
fn ago(bars: usize) -> Option<Sum> {
    let mut sum = Sum::NOTHING;
    *sum.share.get_mut(bars.checked_sub(1)?)? = 1.0;
    Some(sum)
}

/// The sum of the magnitudes of the response to a single 1; nothing when it does not die away soon.
fn gain(share: [f64; PAST]) -> Option<f64> {
    if share[1..].iter().all(|&share| share == 0.0) {
        let left = 1.0 - share[0].abs();
        return (left > 0.0).then(|| 1.0 / left);
    }
    let mut gain = 1.0;
    for Response { now, left } in response(share).take(LONGEST) {
        gain += now.abs();
        if left < 1e-9 {
            return Some(gain);
        }
        if left > 1e9 {
            return None;
        }
    }
    None
}

/// The response to a single 1 on a bar behind it.
struct Response {
    now: f64,
    /// The magnitudes of what later bars look back at.
    left: f64,
}

fn response(share: [f64; PAST]) -> impl Iterator<Item = Response> {
    let length = share.iter().rposition(|&share| share != 0.0).map_or(1, |last| last + 1);
    let mut last = [0.0; PAST];
    last[0] = 1.0;
    std::iter::repeat_with(move || {
        let now: f64 = share.iter().zip(&last).map(|(share, value)| share * value).sum();
        last.copy_within(..PAST - 1, 1);
        last[0] = now;
        Response { now, left: last[..length].iter().map(|value| value.abs()).sum() }
    })
}
