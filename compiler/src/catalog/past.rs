//! How far back an output remembers: a window, an average that forgets, the last event, or everything.
//!
//! Takes a plan, gives the [`Memory`] of each output. What a kernel remembers is said where it is declared: `#[past(window)]`,
//! `#[past(event)]`, `#[past(forever)]`, or `#[past(factor)]`, the part that is left of a value after a bar.

use super::Memory;
use super::warmup::{self, Const, Names, Value};
use crate::library::Library;
use crate::plan::{Binary, Fact, Function, Kernel, NodeId, Op, Plan, Unary, facts};
use crate::syntax::ast::{ExprKind, ParamKind};
use std::collections::{BTreeMap, VecDeque};

/// The part of a first value that no longer counts.
const NEGLIGIBLE: f64 = 1e-9;
/// The longest time to forget that is counted out.
const MAX_BARS: u64 = 10_000_000;
/// The same for feedbacks that refer to one another.
const MAX_SYSTEM_BARS: u32 = 100_000;

/// What a node remembers, from the least to the most.
#[derive(Clone, Debug)]
enum Past {
    /// So many earlier bars.
    Window(u64),
    /// Averages one over the other, what is left of each after a bar, and windows over them.
    Decays(Vec<f64>, u64),
    /// As far as the last event.
    Event,
    /// What cannot be told from the plan.
    Unknown,
    Forever,
}

impl Past {
    fn rank(&self) -> (u8, u64) {
        match self {
            Past::Window(bars) => (0, *bars),
            Past::Decays(..) => (1, self.bars().unwrap_or(u64::MAX)),
            Past::Event => (2, 0),
            Past::Unknown => (3, 0),
            Past::Forever => (4, 0),
        }
    }
    fn or(self, other: Past) -> Past {
        if other.rank() > self.rank() { other } else { self }
    }
    fn windowed(self, bars: u64) -> Past {
        match self {
            Past::Window(n) => Past::Window(n + bars),
            Past::Decays(factors, n) => Past::Decays(factors, n + bars),
            other => other,
        }
    }
    fn decayed(self, factor: f64) -> Past {
        if factor == 0.0 {
            return self;
        }
        if factor.abs() >= 1.0 {
            return Past::Forever;
        }
        match self {
            Past::Window(n) => Past::Decays(vec![factor.abs()], n),
            Past::Decays(mut factors, n) => {
                factors.push(factor.abs());
                Past::Decays(factors, n)
            }
            other => other,
        }
    }
    /// The bars after which the past counts for less than a billionth. Averages one over the other are followed bar by bar, each with a
    /// wrong first value of one.
    fn bars(&self) -> Option<u64> {
        let (factors, windows) = match self {
            Past::Window(bars) => return Some(*bars),
            Past::Decays(factors, windows) => (factors, *windows),
            Past::Event | Past::Unknown | Past::Forever => return None,
        };
        let mut errors = vec![1.0; factors.len()];
        for bars in 0..MAX_BARS {
            if errors.iter().all(|error| *error < NEGLIGIBLE) {
                return Some(bars + windows);
            }
            let mut before = 0.0;
            for (error, factor) in errors.iter_mut().zip(factors) {
                *error = factor * *error + (1.0 - factor) * before;
                before = *error;
            }
        }
        None
    }
}

/// What each output of a plan remembers.
pub(super) fn memories(library: &mut Library, plan: &Plan) -> Vec<Memory> {
    let facts = facts(plan);
    let mut walk = Walk { library, plan, facts, known: vec![None; plan.nodes.len()], open: vec![false; plan.nodes.len()], open_recs: 0 };
    plan.outputs
        .iter()
        .map(|output| {
            let past = walk.past(output.node);
            match (&past, past.bars()) {
                (Past::Window(_), Some(bars)) => Memory::Window(bars),
                (Past::Decays(..), Some(bars)) => Memory::Decaying(bars),
                (Past::Event, _) => Memory::Event,
                (Past::Forever, _) => Memory::Forever,
                _ => Memory::Unknown,
            }
        })
        .collect()
}

struct Walk<'a> {
    library: &'a mut Library,
    plan: &'a Plan,
    facts: Vec<Fact>,
    known: Vec<Option<Past>>,
    open: Vec<bool>,
    open_recs: u32,
}

impl Walk<'_> {
    fn past(&mut self, at: NodeId) -> Past {
        if let Some(known) = &self.known[at.index()] {
            return known.clone();
        }
        // The way back to a feedback adds nothing: the feedback itself says what it keeps.
        if std::mem::replace(&mut self.open[at.index()], true) {
            return Past::Window(0);
        }
        let plan = self.plan;
        let op = &plan.node(at).op;
        let is_rec = matches!(op, Op::Rec { .. });
        let before = (is_rec && self.open_recs == 0).then(|| self.known.clone());
        self.open_recs += u32::from(is_rec);
        let needed = match op {
            // What stands in for a series matters only until that is there.
            Op::Binary(Binary::Coalesce, a, _) if self.facts[a.index()].settled().is_dense => vec![*a],
            op => op.operands(),
        };
        let operands = needed.into_iter().fold(Past::Window(0), |past, operand| past.or(self.past(operand)));
        let past = match op {
            Op::Delay(_, bars) => operands.windowed(u64::from(*bars)),
            Op::Kernel(kernel) => self.kernel(kernel, operands),
            Op::Rec { .. } => match factor(plan, at) {
                Some(Factor::Of(factor)) => operands.decayed(factor),
                Some(Factor::UntilReset) => operands.or(Past::Event),
                None => operands.or(Past::Unknown),
            },
            Op::Input(_) | Op::Num(_) | Op::Truth(_) | Op::Unary(..) | Op::Binary(..) | Op::Pick(..) | Op::Part(..) => operands,
        };
        self.open[at.index()] = false;
        self.open_recs -= u32::from(is_rec);
        // What lies on the way back was found without what the feedback keeps.
        if let Some(before) = before {
            self.known = before;
        }
        self.known[at.index()] = Some(past.clone());
        past
    }

    fn kernel(&mut self, kernel: &Kernel, args: Past) -> Past {
        let Some(definition) = self.library.find_shipped(&kernel.name) else { return Past::Unknown };
        let Some(said) = definition.attribute("past").and_then(|attribute| attribute.args.first()) else {
            return args.or(Past::Unknown);
        };
        if let ExprKind::Name(word) = &said.value.kind {
            match word.as_str() {
                "window" => return args.windowed(kernel.warmup),
                "event" => return args.or(Past::Event),
                "forever" => return Past::Forever,
                _ => {}
            }
        }
        let mut names = Names::new();
        let (mut series, mut consts) = (kernel.args.iter(), kernel.consts.iter());
        for param in &definition.params {
            let value = match &param.kind {
                ParamKind::Num | ParamKind::Bool => {
                    series.next().and_then(|&arg| least_const(self.plan, arg)).map(Const::number).map(Value::Const)
                }
                ParamKind::Words(words) => {
                    consts.next().and_then(|&at| words.get(usize::try_from(at).unwrap_or(0))).cloned().map(Value::Word)
                }
                ParamKind::ConstInt | ParamKind::ConstNum | ParamKind::ConstBool => {
                    consts.next().map(|&value| Value::Const(Const::number(value as f64)))
                }
            };
            if let Some(value) = value {
                names.insert(&param.name.text, value);
            }
        }
        match warmup::number(self.library, &definition, &said.value, names) {
            Some(factor) => args.decayed(factor),
            None => args.or(Past::Unknown),
        }
    }
}

/// The value of a series that is a const, or a choice of consts: the least that is not zero.
fn least_const(plan: &Plan, id: NodeId) -> Option<f64> {
    if let Op::Pick(_, a, b) = plan.node(id).op {
        let (a, b) = (least_const(plan, a)?, least_const(plan, b)?);
        return Some(if a == 0.0 || b == 0.0 { a + b } else { a.min(b) });
    }
    constant(plan, id)
}

/// The value of a node that is made of literals, also by functions whose last bit depends on the machine.
fn constant(plan: &Plan, id: NodeId) -> Option<f64> {
    let value = match &plan.node(id).op {
        Op::Num(number) => number.value,
        Op::Unary(Unary::Neg, a) => -constant(plan, *a)?,
        Op::Unary(Unary::Power(n), a) => constant(plan, *a)?.powi(i32::try_from(*n).ok()?),
        Op::Unary(Unary::Scaled(n, d), a) => constant(plan, *a)? * (*n as f64 / *d as f64),
        Op::Unary(Unary::Function(function), a) => {
            let a = constant(plan, *a)?;
            match function {
                Function::Sqrt => a.sqrt(),
                Function::Exp => a.exp(),
                Function::Ln => a.ln(),
                Function::Sin => a.sin(),
                Function::Cos => a.cos(),
                Function::Tan => a.tan(),
                Function::Abs => a.abs(),
                Function::Floor => a.floor(),
                _ => return None,
            }
        }
        Op::Binary(binary, a, b) => {
            let (a, b) = (constant(plan, *a)?, constant(plan, *b)?);
            match binary {
                Binary::Add => a + b,
                Binary::Sub => a - b,
                Binary::Mul => a * b,
                Binary::Div => a / b,
                _ => return None,
            }
        }
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// How a node depends on what feedbacks had on earlier bars: so many times each, by feedback and number of bars.
type Shares = BTreeMap<(NodeId, u32), f64>;

/// What a feedback takes over from the past.
enum Kept {
    /// A sum of shares.
    Shares(Shares),
    /// On some bars nothing, on others something.
    UntilReset,
}

/// How a node depends on feedback; none where that is not proportional. `feeds` says which nodes go round at all, `open` are the feedbacks
/// that are being followed.
fn kept(plan: &Plan, at: NodeId, feeds: &[bool], open: &mut Vec<NodeId>) -> Option<Kept> {
    if !feeds[at.index()] {
        return Some(Kept::Shares(Shares::new()));
    }
    let mut part = |id: NodeId| match kept(plan, id, feeds, open) {
        Some(Kept::Shares(shares)) => Some(shares),
        _ => None,
    };
    let plus = |mut a: Shares, b: Shares, times: f64| {
        for (of, share) in b {
            *a.entry(of).or_default() += times * share;
        }
        a
    };
    Some(Kept::Shares(match &plan.node(at).op {
        Op::Delay(of, bars) if matches!(plan.node(*of).op, Op::Rec { .. }) => Shares::from([((*of, *bars), 1.0)]),
        Op::Delay(of, bars) => part(*of)?.into_iter().map(|((of, ago), share)| ((of, ago + bars), share)).collect(),
        Op::Rec { next, .. } => {
            // Another feedback on the same bar is what it takes over itself.
            if open.contains(&at) {
                return None;
            }
            open.push(at);
            let shares = kept(plan, *next, feeds, open);
            open.pop();
            return shares;
        }
        Op::Unary(Unary::Neg, a) => plus(Shares::new(), part(*a)?, -1.0),
        Op::Unary(Unary::Scaled(n, d), a) => plus(Shares::new(), part(*a)?, *n as f64 / *d as f64),
        Op::Binary(Binary::Add, a, b) => plus(part(*a)?, part(*b)?, 1.0),
        Op::Binary(Binary::Sub, a, b) => plus(part(*a)?, part(*b)?, -1.0),
        Op::Binary(Binary::Mul, a, b) => match (constant(plan, *a), constant(plan, *b)) {
            (Some(factor), _) => plus(Shares::new(), part(*b)?, factor),
            (_, Some(factor)) => plus(Shares::new(), part(*a)?, factor),
            (None, None) => return None,
        },
        Op::Binary(Binary::Div, a, b) => plus(Shares::new(), part(*a)?, 1.0 / constant(plan, *b)?),
        // What stands in for a past that is not there yet matters only at the beginning.
        Op::Binary(Binary::Coalesce | Binary::With, a, b) if feeds[a.index()] || !feeds[b.index()] => part(*a)?,
        Op::Pick(c, a, b) if !feeds[c.index()] => match (part(*a)?, part(*b)?) {
            (x, y) if x == y => x,
            (x, y) if x.is_empty() || y.is_empty() => return Some(Kept::UntilReset),
            _ => return None,
        },
        _ => return None,
    }))
}

/// Which nodes depend on another.
fn depending(plan: &Plan, on: NodeId) -> Vec<bool> {
    let mut depends = vec![false; plan.nodes.len()];
    depends[on.index()] = true;
    loop {
        let mut has_changed = false;
        for (at, node) in plan.nodes.iter().enumerate() {
            if !depends[at] && node.op.operands().iter().any(|operand| depends[operand.index()]) {
                depends[at] = true;
                has_changed = true;
            }
        }
        if !has_changed {
            return depends;
        }
    }
}

/// By which factor feedbacks forget with every bar, together: 1 where they do not.
fn factor(plan: &Plan, rec: NodeId) -> Option<Factor> {
    let feeds = depending(plan, rec);
    let mut system: BTreeMap<NodeId, Shares> = BTreeMap::new();
    let mut pending = vec![rec];
    while let Some(rec) = pending.pop() {
        let Op::Rec { next, .. } = plan.node(rec).op else { return None };
        if system.contains_key(&rec) {
            continue;
        }
        match kept(plan, next, &feeds, &mut vec![rec])? {
            Kept::Shares(shares) => {
                pending.extend(shares.keys().map(|(of, _)| *of));
                system.insert(rec, shares);
            }
            Kept::UntilReset => return Some(Factor::UntilReset),
        }
    }
    let own = system.get(&rec)?;
    match (system.len(), own.len(), own.get(&(rec, 1))) {
        (1, 0, _) => return Some(Factor::Of(0.0)),
        (1, 1, Some(share)) => return Some(Factor::Of(share.abs())),
        _ => {}
    }
    // Every feedback begins wrong by one; counted until none is wrong by more than a billionth.
    let reach = system.values().flat_map(Shares::keys).map(|(_, ago)| *ago as usize).max().unwrap_or(1);
    let mut past: BTreeMap<NodeId, VecDeque<f64>> = system.keys().map(|&rec| (rec, VecDeque::from(vec![1.0; reach]))).collect();
    for bars in 1..=MAX_SYSTEM_BARS {
        let value = |shares: &Shares| -> f64 {
            shares.iter().map(|((of, ago), share)| share * past.get(of).and_then(|past| past.get(*ago as usize - 1)).unwrap_or(&0.0)).sum()
        };
        let now: Vec<(NodeId, f64)> = system.iter().map(|(&rec, shares)| (rec, value(shares))).collect();
        for (rec, value) in now {
            if let Some(past) = past.get_mut(&rec) {
                past.pop_back();
                past.push_front(value);
            }
        }
        if past.values().flatten().all(|value| value.abs() < NEGLIGIBLE) {
            return Some(Factor::Of(NEGLIGIBLE.powf(1.0 / f64::from(bars))));
        }
    }
    Some(Factor::Of(1.0))
}

enum Factor {
    Of(f64),
    UntilReset,
}
