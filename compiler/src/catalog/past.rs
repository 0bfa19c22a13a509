//! How far back an output remembers: a window, an average that forgets, the last event, or everything.
//!
//! Takes a plan, gives the [`Memory`] of each output. What a kernel remembers is said where it is declared: `#[past(window)]`,
//! `#[past(event)]`, `#[past(forever)]`, or `#[past(factor)]`, the part that is left of a value after a bar.

use super::Memory;
use super::warmup::{self, Const, Names, Value};
use crate::library::Library;
use crate::plan::{Binary, Kernel, NodeId, Op, Plan, Unary};
use crate::syntax::ast::{ExprKind, ParamKind};

/// The part of a first value that no longer counts.
const NEGLIGIBLE: f64 = 1e-9;
/// The longest time to forget that is counted out.
const MAX_BARS: u64 = 10_000_000;

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
    let mut walk = Walk { library, plan, known: vec![None; plan.nodes.len()], open: vec![false; plan.nodes.len()], open_recs: 0 };
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
        let operands = op.operands().into_iter().fold(Past::Window(0), |past, operand| past.or(self.past(operand)));
        let past = match op {
            Op::Delay(_, bars) => operands.windowed(u64::from(*bars)),
            Op::Kernel(kernel) => self.kernel(kernel, operands),
            Op::Rec { next, .. } => match kept(plan, *next, at) {
                Some(Kept::Part(factor)) => operands.decayed(factor),
                Some(Kept::UntilReset) => operands.or(Past::Event),
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
    plan.const_value(id)
}

/// What the next value of a feedback takes over from the one before.
#[derive(Clone, Copy, PartialEq)]
enum Kept {
    /// So many times it.
    Part(f64),
    /// On some bars nothing, on others something.
    UntilReset,
}

/// How a node depends on the value that a feedback had one bar before; none where that is not proportional.
fn kept(plan: &Plan, at: NodeId, rec: NodeId) -> Option<Kept> {
    let none = Some(Kept::Part(0.0));
    let op = &plan.node(at).op;
    match op {
        Op::Delay(of, 1) if *of == rec => return Some(Kept::Part(1.0)),
        Op::Rec { .. } if at == rec => return None,
        Op::Input(_) | Op::Num(_) | Op::Truth(_) => return none,
        _ => {}
    }
    if !depends(plan, at, rec) {
        return none;
    }
    let part = |id: NodeId| match kept(plan, id, rec) {
        Some(Kept::Part(factor)) => Some(factor),
        _ => None,
    };
    Some(Kept::Part(match op {
        Op::Unary(Unary::Neg, a) => -part(*a)?,
        Op::Unary(Unary::Scaled(n, d), a) => part(*a)? * (*n as f64 / *d as f64),
        Op::Binary(Binary::Add, a, b) => part(*a)? + part(*b)?,
        Op::Binary(Binary::Sub, a, b) => part(*a)? - part(*b)?,
        Op::Binary(Binary::Mul, a, b) => match (plan.const_value(*a), plan.const_value(*b)) {
            (Some(factor), _) => factor * part(*b)?,
            (_, Some(factor)) => factor * part(*a)?,
            (None, None) => return None,
        },
        Op::Binary(Binary::Div, a, b) => part(*a)? / plan.const_value(*b)?,
        Op::Pick(c, a, b) if !depends(plan, *c, rec) => match (kept(plan, *a, rec)?, kept(plan, *b, rec)?) {
            (x, y) if x == y => return Some(x),
            (Kept::Part(0.0), _) | (_, Kept::Part(0.0)) => return Some(Kept::UntilReset),
            _ => return None,
        },
        _ => return None,
    }))
}

/// Whether a node depends on another.
fn depends(plan: &Plan, at: NodeId, on: NodeId) -> bool {
    let mut seen = vec![false; plan.nodes.len()];
    let mut stack = vec![at];
    while let Some(at) = stack.pop() {
        if at == on {
            return true;
        }
        if !std::mem::replace(&mut seen[at.index()], true) {
            stack.extend(plan.node(at).op.operands());
        }
    }
    false
}
