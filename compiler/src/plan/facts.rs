//! What is known of every node before any bar: when it can first have a value, whether it then always has one, how large it can be.

use super::{Binary, Function, Gaps, Input, Kernel, Node, NodeId, Op, Plan, Unary, feedback, ordered, shares};

/// What is known of a node.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fact {
    /// Bars before there surely is a value, when nothing else is null; `u64::MAX` when there never is one.
    pub warmup: u64,
    /// Whether there is a value on every bar after the warm-up.
    pub is_dense: bool,
    /// Bars before there can be one, whatever the bars. Where one operand is all that an operation needs, now and then, that is earlier than the warm-up.
    pub silent: u64,
    /// No value is less. Infinite when a sum or product may overflow: the cell may then be raw.
    pub low: f64,
    /// No value is greater.
    pub high: f64,
}

impl Fact {
    const fn new(warmup: u64, is_dense: bool, low: f64, high: f64) -> Self {
        // An infinite end less an infinite end says nothing.
        let low = if low.is_nan() { f64::NEG_INFINITY } else { low };
        let high = if high.is_nan() { f64::INFINITY } else { high };
        Fact { warmup, is_dense, silent: 0, low, high }
    }
    /// The greatest magnitude.
    pub fn magnitude(&self) -> f64 {
        self.low.abs().max(self.high.abs())
    }
    /// Whether a cell that holds the result of this node may hold a null that is not the one null.
    pub fn is_raw(&self) -> bool {
        self.magnitude() > f64::MAX
    }
    /// Whether there is no value before the warm-up.
    pub fn is_null_before(&self) -> bool {
        self.silent >= self.warmup
    }
    /// What holds once the cell is settled.
    #[must_use]
    pub fn settled(self) -> Self {
        let is_dense = self.is_dense && !self.is_raw();
        Fact { is_dense, low: self.low.max(-f64::MAX), high: self.high.min(f64::MAX), ..self }
    }
}

/// The largest magnitude of a price or volume, as `Bar::new` grants it.
const INPUT_MAX: f64 = 1e50;

/// The largest magnitude that a kernel takes.
pub(crate) const KERNEL_MAX: f64 = 1e150;

const UNKNOWN: Fact = Fact::new(u64::MAX, false, -f64::MAX, f64::MAX);

/// What is known of every node of a plan.
pub fn facts(plan: &Plan) -> Vec<Fact> {
    let mut facts: Vec<Option<Fact>> = vec![None; plan.nodes.len()];
    let mut open = vec![false; plan.nodes.len()];
    let mut is_cyclic = false;
    // Depth first without recursion: a node is taken up again when its operands are known.
    for start in 0..plan.nodes.len() {
        let mut stack = vec![start];
        while let Some(&at) = stack.last() {
            if facts[at].is_some() {
                stack.pop();
                continue;
            }
            let waiting: Vec<usize> =
                depends(&plan.nodes[at]).into_iter().map(NodeId::index).filter(|&id| facts[id].is_none() && !open[id]).collect();
            if waiting.is_empty() || open[at] {
                let known = |id: NodeId| facts[id.index()].unwrap_or(UNKNOWN);
                is_cyclic |= plan.nodes[at].op.operands().into_iter().any(|id| facts[id.index()].is_none());
                let fact = fact(plan, NodeId(at as u32), known);
                facts[at] = Some(fact);
                stack.pop();
            } else {
                open[at] = true;
                stack.extend(waiting);
            }
        }
    }
    let mut facts: Vec<Fact> = facts.into_iter().map(|fact| fact.unwrap_or(UNKNOWN)).collect();
    // On the way round a feedback something was taken as unknown. What holds of the operands by now holds of the node.
    for _ in 0..MAX_ROUNDS {
        if !is_cyclic {
            break;
        }
        is_cyclic = false;
        for at in 0..plan.nodes.len() {
            let better = fact(plan, NodeId(at as u32), |id| facts[id.index()]);
            is_cyclic |= better != facts[at];
            facts[at] = better;
        }
    }
    facts
}

/// How often facts are looked at again: each time they say more, and any of them is right.
const MAX_ROUNDS: u32 = 16;

/// The operands whose facts the node's facts rest on.
fn depends(node: &Node) -> Vec<NodeId> {
    match &node.op {
        // What `next` gives changes neither when the feedback starts nor whether it goes on.
        Op::Rec { first, .. } => vec![*first],
        op => op.operands(),
    }
}

fn fact(plan: &Plan, at: NodeId, known: impl Fn(NodeId) -> Fact) -> Fact {
    let fact = fact_of(plan, at, &known);
    // What rounds in an average of numbers from zero on is less than what the newest counts for.
    let is_never_below = shares::averaged(plan, at).is_some_and(|(of, is_exact)| is_exact && known(of).is_dense && known(of).low >= 0.0);
    let low = if is_never_below { fact.low.max(0.0) } else { fact.low };
    Fact { low, silent: silent(&plan.node(at).op, known), ..fact }
}

/// Bars before there can be a value.
fn silent(op: &Op, known: impl Fn(NodeId) -> Fact) -> u64 {
    let silent = |id: &NodeId| known(*id).silent;
    let all_of = |ids: &[NodeId]| ids.iter().map(silent).max().unwrap_or(0);
    match op {
        Op::Unary(Unary::IsNull, _) => 0,
        Op::Rec { first, .. } => silent(first),
        Op::Pick(condition, a, b) => silent(condition).max(silent(a).min(silent(b))),
        Op::Binary(Binary::And | Binary::Or | Binary::Coalesce, a, b) => silent(a).min(silent(b)),
        Op::Kernel(kernel) => all_of(&kernel.args).saturating_add(kernel.warmup),
        Op::Delay(a, n) => silent(a).saturating_add(u64::from(*n)),
        op => all_of(&op.operands()),
    }
}

fn fact_of(plan: &Plan, at: NodeId, known: &impl Fn(NodeId) -> Fact) -> Fact {
    let node = plan.node(at);
    match &node.op {
        Op::Input(input) => match input {
            Input::Volume => Fact::new(0, true, 0.0, INPUT_MAX),
            Input::Open | Input::High | Input::Low | Input::Close => Fact::new(0, true, -INPUT_MAX, INPUT_MAX),
            Input::Time => Fact::new(0, true, -1e10, 1e10),
            Input::BarIndex => Fact::new(0, true, 0.0, 1.9e19),
        },
        Op::Num(number) => Fact::new(0, true, number.value, number.value),
        Op::Truth(_) => Fact::new(0, true, 0.0, 1.0),
        Op::Unary(unary, a) => unary_fact(*unary, known(*a)),
        Op::Binary(binary, a, b) => {
            let mut fact = binary_fact(*binary, known(*a), known(*b));
            if ordered::is_in_order(plan, &node.op, known) {
                fact.low = 0.0;
            }
            match shares::share(plan, &node.op, known) {
                Some((low, high)) => Fact { is_dense: false, low, high, ..fact },
                None => fact,
            }
        }
        Op::Pick(c, a, b) => {
            let [mut taken, other] = shares::where_chosen(plan, *c, [*a, *b], known);
            if is_above_zero(plan, *c, *a) {
                taken.low = taken.low.max(0.0);
            }
            let (c, warmup) = (known(*c), taken.warmup.max(other.warmup));
            let is_dense = c.is_dense && taken.is_dense && other.is_dense;
            Fact::new(c.warmup.max(warmup), is_dense, taken.low.min(other.low), taken.high.max(other.high))
        }
        Op::Delay(a, n) => {
            let a = known(*a).settled();
            Fact { warmup: a.warmup.saturating_add(u64::from(*n)), ..a }
        }
        Op::Kernel(kernel) => kernel_fact(kernel, known),
        Op::Part(tuple, k) => {
            let of = known(*tuple);
            let mut keeps_sign = false;
            let bound = match &plan.node(*tuple).op {
                Op::Kernel(kernel) => {
                    keeps_sign = kernel.keeps_sign && kernel.args.iter().all(|&arg| known(arg).settled().low >= 0.0);
                    let magnitude = |args: &[NodeId]| args.iter().map(|&a| known(a).magnitude()).fold(0.0, f64::max).min(KERNEL_MAX);
                    if let Some(of) = mixed(kernel, known) {
                        // Rounding may lead past the ends, but not on from there.
                        magnitude(of) * 1.000_001
                    } else {
                        let m = magnitude(&kernel.args);
                        kernel.bounds.get(*k as usize).map_or(f64::MAX, |&(factor, power)| (factor * m.powi(power)).min(f64::MAX))
                    }
                }
                _ => f64::MAX,
            };
            Fact::new(of.warmup, of.is_dense, if keeps_sign { 0.0 } else { -bound }, bound)
        }
        Op::Rec { first, next } => {
            let bound = feedback::bound(plan, at, *first, *next, known).unwrap_or(f64::MAX);
            let is_never_below = [*first, *next].into_iter().all(|of| is_never_below_zero(plan, at, of, known, MAX_DEPTH));
            let first = known(*first).settled();
            Fact::new(first.warmup, first.is_dense, if is_never_below { 0.0 } else { -bound }, bound)
        }
    }
}

/// Whether a number is above zero, or zero, wherever a condition holds that asks for that.
fn is_above_zero(plan: &Plan, condition: NodeId, number: NodeId) -> bool {
    match plan.node(condition).op {
        Op::Binary(Binary::Lt | Binary::Le, low, of) => of == number && plan.const_value(low).is_some_and(|low| low >= 0.0),
        Op::Binary(Binary::And, a, b) => [a, b].into_iter().any(|part| is_above_zero(plan, part, number)),
        _ => false,
    }
}

/// How deep a feedback is looked into for what makes it negative.
const MAX_DEPTH: u32 = 12;

/// Whether a number is never below zero, as long as a feedback has not been.
fn is_never_below_zero(plan: &Plan, feedback: NodeId, of: NodeId, known: &impl Fn(NodeId) -> Fact, depth: u32) -> bool {
    if of == feedback || known(of).low >= 0.0 {
        return true;
    }
    let Some(left) = depth.checked_sub(1) else { return false };
    let is = |of: NodeId| is_never_below_zero(plan, feedback, of, known, left);
    match plan.node(of).op {
        Op::Delay(of, _) | Op::Binary(Binary::With, of, _) => is(of),
        Op::Binary(Binary::Add | Binary::Mul | Binary::Min2 | Binary::Coalesce, a, b) | Op::Pick(_, a, b) => is(a) && is(b),
        Op::Binary(Binary::Max2, a, b) => is(a) || is(b),
        _ => false,
    }
}

/// What a kernel gives means of, where it does: see [`Gaps::BeyondMeans`].
fn mixed<'a>(kernel: &'a Kernel, known: &impl Fn(NodeId) -> Fact) -> Option<&'a [NodeId]> {
    let (&part, of) = kernel.args.split_last().filter(|_| kernel.gaps == Gaps::BeyondMeans)?;
    let part = known(part).settled();
    (part.low >= 0.0 && part.high <= 1.0).then_some(of)
}

fn kernel_fact(kernel: &Kernel, known: &impl Fn(NodeId) -> Fact) -> Fact {
    let mut fact = Fact::new(0, kernel.gaps == Gaps::None || mixed(kernel, known).is_some(), -f64::MAX, f64::MAX);
    for &arg in &kernel.args {
        let arg = known(arg).settled();
        fact.warmup = fact.warmup.max(arg.warmup);
        fact.is_dense &= arg.is_dense && arg.magnitude() <= KERNEL_MAX;
    }
    fact.warmup = fact.warmup.saturating_add(kernel.warmup);
    fact
}

fn unary_fact(unary: Unary, raw: Fact) -> Fact {
    let a = raw.settled();
    match unary {
        Unary::Neg => Fact { low: -raw.high, high: -raw.low, ..raw },
        Unary::Not => a,
        Unary::IsNull => Fact::new(0, true, 0.0, 1.0),
        Unary::Power(n) => {
            if n < 0 {
                return Fact { is_dense: false, low: f64::NEG_INFINITY, high: f64::INFINITY, ..a };
            }
            #[allow(clippy::cast_possible_truncation, reason = "the exponent is at most 1,000")]
            let power = |of: f64| of.powi(n as i32);
            let high = power(a.magnitude().max(1.0));
            let low = if a.low > 0.0 {
                // What rounds is far below the margin, but where numbers end.
                Some(power(a.low) * (1.0 - MARGIN)).filter(|&low| low > 1e-300).unwrap_or(0.0)
            } else if n % 2 == 0 {
                0.0
            } else {
                -high
            };
            Fact { is_dense: a.is_dense, low, high, ..a }
        }
        #[allow(clippy::cast_precision_loss, reason = "a bound needs no exactness")]
        Unary::Scaled(n, d) => {
            let m = raw.magnitude() * (n as f64 / d as f64).abs() * 1.000_001;
            Fact::new(raw.warmup, raw.is_dense, if raw.low >= 0.0 && n >= 0 && d > 0 { 0.0 } else { -m }, m)
        }
        Unary::Function(function) => match function {
            Function::Abs => Fact { low: 0.0, high: raw.magnitude(), ..raw },
            Function::Sign => Fact { low: -1.0, high: 1.0, ..a },
            // Rounded correctly, and rising.
            Function::Sqrt if a.low >= 0.0 => Fact { low: a.low.sqrt(), high: a.high.sqrt(), ..a },
            // Of sizes far from the ends of the range. All rise; what rounds is far below the margin.
            Function::Exp if a.high <= 700.0 => {
                let low = if a.low < -700.0 { 0.0 } else { a.low.exp() * (1.0 - MARGIN) };
                Fact { low, high: a.high.exp() * (1.0 + MARGIN), ..a }
            }
            Function::Ln if a.low > 0.0 => Fact { low: a.low.ln() - 1e-6, high: a.high.ln() + 1e-6, ..a },
            Function::Log10 if a.low > 0.0 => Fact { low: a.low.log10() - 1e-6, high: a.high.log10() + 1e-6, ..a },
            // No steeper than their argument.
            Function::Sin if a.magnitude() < 1e3 => around(a.low.sin(), a),
            Function::Cos if a.magnitude() < 1e3 => around(a.low.cos(), a),
            Function::Sin | Function::Cos | Function::Tanh => Fact { low: -1.0, high: 1.0, ..a },
            Function::Atan => Fact { low: -2.0, high: 2.0, ..a },
            Function::Floor | Function::Ceil | Function::Round => {
                let m = a.magnitude();
                Fact { low: if a.low >= 0.0 { 0.0 } else { (-m - 1.0).max(-f64::MAX) }, high: (m + 1.0).min(f64::MAX), ..a }
            }
            // NaN outside their domain, infinite at its end or far out.
            Function::Sqrt
            | Function::Ln
            | Function::Log10
            | Function::Asin
            | Function::Acos
            | Function::Exp
            | Function::Tan
            | Function::Sinh
            | Function::Cosh => Fact { is_dense: false, low: f64::NEG_INFINITY, high: f64::INFINITY, ..a },
        },
    }
}

/// The least and the greatest of what both ends of two ranges make; 0 · ∞ may hide in a raw one.
fn ends(of: [f64; 4]) -> (f64, f64) {
    if of.iter().any(|end| end.is_nan()) {
        return (f64::NEG_INFINITY, f64::INFINITY);
    }
    (of.iter().copied().fold(f64::INFINITY, f64::min), of.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

/// Between -1 and 1, and no further from a value at the lower end than the ends are apart.
fn around(value: f64, a: Fact) -> Fact {
    let width = a.high - a.low + MARGIN;
    Fact { low: (value - width).max(-1.0), high: (value + width).min(1.0), ..a }
}

/// How far an elementary function here may be from that of an executor, at most: a few units of the last digit are a thousandth of it.
const MARGIN: f64 = 1e-12;

fn binary_fact(binary: Binary, raw_a: Fact, raw_b: Fact) -> Fact {
    let (a, b) = (raw_a.settled(), raw_b.settled());
    let warmup = a.warmup.max(b.warmup);
    let dense = a.is_dense && b.is_dense;
    let raw_dense = raw_a.is_dense && raw_b.is_dense;
    let bool_fact = Fact::new(warmup, dense, 0.0, 1.0);
    match binary {
        Binary::Add => Fact::new(warmup, raw_dense, raw_a.low + raw_b.low, raw_a.high + raw_b.high),
        Binary::Sub => Fact::new(warmup, raw_dense, raw_a.low - raw_b.high, raw_a.high - raw_b.low),
        Binary::Mul => {
            let (low, high) = ends([raw_a.low * raw_b.low, raw_a.low * raw_b.high, raw_a.high * raw_b.low, raw_a.high * raw_b.high]);
            Fact::new(warmup, raw_dense, low, high)
        }
        Binary::Div => {
            let (low, high) = if b.low > 0.0 || b.high < 0.0 {
                ends([raw_a.low / b.low, raw_a.low / b.high, raw_a.high / b.low, raw_a.high / b.high])
            } else if raw_a.low >= 0.0 && b.low >= 0.0 {
                // Where there is a value, it is not below zero either.
                (0.0, f64::INFINITY)
            } else {
                (f64::NEG_INFINITY, f64::INFINITY)
            };
            Fact::new(warmup, raw_a.is_dense && b.is_dense, low, high)
        }
        Binary::Rem => {
            let dense = dense && (b.low > 0.0 || b.high < 0.0);
            Fact::new(warmup, dense, f64::NEG_INFINITY, f64::INFINITY)
        }
        Binary::Pow => Fact::new(warmup, false, f64::NEG_INFINITY, f64::INFINITY),
        Binary::Max2 => Fact::new(warmup, dense, a.low.max(b.low), a.high.max(b.high)),
        Binary::Min2 => Fact::new(warmup, dense, a.low.min(b.low), a.high.min(b.high)),
        Binary::Lt | Binary::Le | Binary::Eq | Binary::Same => bool_fact,
        // One side may decide before the other is warm; sure of a value one is when both are.
        Binary::And | Binary::Or => bool_fact,
        // The other is never asked.
        Binary::Coalesce if a.is_dense && a.warmup <= b.warmup => a,
        Binary::Coalesce => {
            // Where one side always has a value, the other is not waited for; where neither has, both may be there.
            let counts = |fact: Fact| fact.is_dense || !(a.is_dense || b.is_dense);
            let sure = |fact: Fact| if counts(fact) { fact.warmup } else { u64::MAX };
            Fact::new(sure(a).min(sure(b)), a.is_dense || b.is_dense, a.low.min(b.low), a.high.max(b.high))
        }
        Binary::With => Fact { warmup, is_dense: raw_a.is_dense && b.is_dense, ..raw_a },
    }
}
