//! How far back an output remembers: a window, an average that forgets, the last event, or everything.
//!
//! Takes a plan, gives the [`Memory`] of each output. What a kernel remembers is said where it is declared: `#[past(window)]`,
//! `#[past(event)]`, `#[past(forever)]`, or `#[past(factor)]`, the part that is left of a value after a bar. What feedback remembers is
//! read off the plan: where it is a sum of shares of its own past, they are counted out, and where a share depends on the data, with the
//! greatest it may be; where a choice makes it anew, it is remembered until that is taken.

use super::Memory;
use super::warmup::{self, Const, Names, Value};
use crate::library::Library;
use crate::plan::{Binary, Fact, Function, Input, Kernel, NodeId, Op, Plan, Unary, facts};
use crate::syntax::ast::{Definition, Expr, ExprKind, ParamKind};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
        // An average that no event begins anew, or what one does, whichever is longer ago.
        if matches!((&self, &other), (Past::Event, Past::Decays(..)) | (Past::Decays(..), Past::Event)) {
            return Past::Unknown;
        }
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
            Past::Event => Past::Unknown,
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
pub(super) fn memories(library: &Library, plan: &Plan) -> Vec<Memory> {
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
    library: &'a Library,
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
            Op::Rec { .. } => match factor(plan, &self.facts, at) {
                Some(Factor::Of(factor)) => operands.decayed(factor),
                Some(Factor::UntilReset) => operands.or(Past::Event),
                None if is_made_anew(plan, at) => operands.or(Past::Event),
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
        // A series between two numbers: the more is left with one of the two.
        let factors: Vec<Option<f64>> =
            [Range::least, Range::most].iter().map(|end| self.kernel_factor(kernel, &definition, &said.value, *end)).collect();
        match factors[..] {
            [Some(a), Some(b)] if a.to_bits() == b.to_bits() => args.decayed(a),
            [Some(a), Some(b)] if a.abs().max(b.abs()) < 1.0 => args.decayed(a.abs().max(b.abs())),
            _ => args.or(Past::Unknown),
        }
    }

    /// The part that a kernel keeps, with one end of what each series may be.
    fn kernel_factor(&mut self, kernel: &Kernel, definition: &Definition, said: &Expr, end: fn(&Range) -> f64) -> Option<f64> {
        let mut names = Names::new();
        let (mut series, mut consts) = (kernel.args.iter(), kernel.consts.iter());
        for param in &definition.params {
            let value = match &param.kind {
                ParamKind::Num | ParamKind::Bool => series.next().and_then(|&arg| {
                    let number = least_const(self.plan, arg).or_else(|| {
                        let end = end(&range(self.plan, &self.facts, arg, &[]));
                        end.is_finite().then_some(end)
                    });
                    number.map(Const::number).map(Value::Const)
                }),
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
        warmup::number(self.library, definition, said, names)
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

/// The numbers between two ends.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Range {
    low: f64,
    high: f64,
}

impl Range {
    const NOTHING: Range = Range { low: 0.0, high: 0.0 };

    fn exactly(value: f64) -> Range {
        Range { low: value, high: value }
    }
    fn least(&self) -> f64 {
        self.low
    }
    fn most(&self) -> f64 {
        self.high
    }
    fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }
    fn is_exact(self) -> bool {
        self.low.to_bits() == self.high.to_bits()
    }
    fn plus(self, other: Range) -> Range {
        Range { low: self.low + other.low, high: self.high + other.high }
    }
    fn times(self, other: Range) -> Range {
        let ends = [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high];
        // Nothing of what may be infinite is nothing.
        let ends = ends.map(|end| if end.is_nan() { 0.0 } else { end });
        Range { low: ends.into_iter().fold(f64::INFINITY, f64::min), high: ends.into_iter().fold(f64::NEG_INFINITY, f64::max) }
    }
    fn hull(self, other: Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }
}

/// Between which numbers a node lies where it is not null; `positive` are nodes known to be above zero.
fn range(plan: &Plan, facts: &[Fact], at: NodeId, positive: &[NodeId]) -> Range {
    if let Some(value) = constant(plan, at) {
        return Range::exactly(value);
    }
    let of = |id: NodeId| range(plan, facts, id, positive);
    let known = Range { low: facts[at.index()].low, high: facts[at.index()].high };
    let found = match &plan.node(at).op {
        Op::Unary(Unary::Neg, a) => of(*a).times(Range::exactly(-1.0)),
        Op::Unary(Unary::Scaled(n, d), a) => of(*a).times(Range::exactly(*n as f64 / *d as f64)),
        Op::Unary(Unary::Power(n), a) => match (i32::try_from(*n), of(*a)) {
            (Ok(n), a) if n >= 0 && a.low >= 0.0 => Range { low: a.low.powi(n), high: a.high.powi(n) },
            _ => known,
        },
        Op::Binary(Binary::Add, a, b) => of(*a).plus(of(*b)),
        Op::Binary(Binary::Sub, a, b) => of(*a).plus(of(*b).times(Range::exactly(-1.0))),
        Op::Binary(Binary::Mul, a, b) => of(*a).times(of(*b)),
        Op::Binary(Binary::Div, a, b) => match (of(*a), of(*b)) {
            (a, b) if a.low >= 0.0 && b.low > 0.0 => Range { low: a.low / b.high, high: a.high / b.low },
            (a, _) if a.low >= 0.0 && positive.contains(b) => Range { low: 0.0, high: f64::INFINITY },
            _ => known,
        },
        Op::Binary(Binary::Max2, a, b) => {
            let (a, b) = (of(*a), of(*b));
            Range { low: a.low.max(b.low), high: a.high.max(b.high) }
        }
        Op::Binary(Binary::Min2, a, b) => {
            let (a, b) = (of(*a), of(*b));
            Range { low: a.low.min(b.low), high: a.high.min(b.high) }
        }
        Op::Binary(Binary::With, a, _) => of(*a),
        // What stands in for a series matters only until that is there.
        Op::Binary(Binary::Coalesce, a, b) => {
            if facts[a.index()].settled().warmup < u64::MAX && constant(plan, *b).is_some() {
                of(*a)
            } else {
                of(*a).hull(of(*b))
            }
        }
        Op::Pick(condition, a, b) => {
            let mut positive = positive.to_vec();
            above_zero(plan, *condition, &mut positive);
            of(*a).hull(range(plan, facts, *b, &positive))
        }
        _ => known,
    };
    let both = Range { low: found.low.max(known.low), high: found.high.min(known.high) };
    if both.low.is_nan() || both.high.is_nan() { known } else { both }
}

/// The nodes that are above zero where a condition is false.
fn above_zero(plan: &Plan, condition: NodeId, positive: &mut Vec<NodeId>) {
    match plan.node(condition).op {
        Op::Binary(Binary::Or, a, b) => {
            above_zero(plan, a, positive);
            above_zero(plan, b, positive);
        }
        Op::Binary(Binary::Le, a, b) if constant(plan, b).is_some_and(|b| b >= 0.0) => positive.push(a),
        _ => {}
    }
}

/// How a node depends on what feedbacks had on earlier bars: between so many times each, by feedback and number of bars.
type Shares = BTreeMap<(NodeId, u32), Range>;

/// What a feedback takes over from the past.
enum Kept {
    /// A sum of shares.
    Shares(Shares),
    /// On some bars nothing, on others something.
    UntilReset,
}

/// How a node depends on feedback; none where that is not proportional. `feeds` says which nodes go round at all, `open` are the feedbacks
/// that are being followed.
fn kept(plan: &Plan, facts: &[Fact], at: NodeId, feeds: &[bool], open: &mut Vec<NodeId>) -> Option<Kept> {
    if !feeds[at.index()] {
        return Some(Kept::Shares(Shares::new()));
    }
    let mut follow = |id: NodeId| kept(plan, facts, id, feeds, open);
    let mut part = |id: NodeId| match follow(id) {
        Some(Kept::Shares(shares)) => Some(shares),
        _ => None,
    };
    let plus = |mut a: Shares, b: Shares, times: Range| {
        for (of, share) in b {
            let sum = a.entry(of).or_insert(Range::NOTHING);
            *sum = sum.plus(share.times(times));
        }
        a
    };
    let once = Range::exactly(1.0);
    Some(Kept::Shares(match &plan.node(at).op {
        Op::Delay(of, bars) if matches!(plan.node(*of).op, Op::Rec { .. }) => Shares::from([((*of, *bars), once)]),
        Op::Delay(of, bars) => part(*of)?.into_iter().map(|((of, ago), share)| ((of, ago + bars), share)).collect(),
        Op::Rec { next, .. } => {
            // Another feedback on the same bar is what it takes over itself.
            if open.contains(&at) {
                return None;
            }
            open.push(at);
            let shares = kept(plan, facts, *next, feeds, open);
            open.pop();
            return shares;
        }
        Op::Unary(Unary::Neg, a) => plus(Shares::new(), part(*a)?, Range::exactly(-1.0)),
        Op::Unary(Unary::Scaled(n, d), a) => plus(Shares::new(), part(*a)?, Range::exactly(*n as f64 / *d as f64)),
        Op::Binary(Binary::Add, a, b) => plus(part(*a)?, part(*b)?, once),
        Op::Binary(Binary::Sub, a, b) => plus(part(*a)?, part(*b)?, Range::exactly(-1.0)),
        Op::Binary(Binary::Mul, a, b) => match (feeds[a.index()], feeds[b.index()]) {
            (false, _) => plus(Shares::new(), part(*b)?, range(plan, facts, *a, &[])),
            (_, false) => plus(Shares::new(), part(*a)?, range(plan, facts, *b, &[])),
            (true, true) => return None,
        },
        Op::Binary(Binary::Div, a, b) => plus(Shares::new(), part(*a)?, Range::exactly(1.0 / constant(plan, *b)?)),
        // Of two the greater or the lesser: some share of either.
        Op::Binary(Binary::Max2 | Binary::Min2, a, b) => either(&part(*a)?, &part(*b)?),
        // What stands in for a past that is not there yet matters only at the beginning.
        Op::Binary(Binary::Coalesce | Binary::With, a, b) if feeds[a.index()] || !feeds[b.index()] => part(*a)?,
        Op::Pick(c, a, b) if !feeds[c.index()] => match (follow(*a)?, follow(*b)?) {
            (Kept::Shares(x), Kept::Shares(y)) if x == y => x,
            (Kept::Shares(x), Kept::Shares(y)) if !x.is_empty() && !y.is_empty() => either(&x, &y),
            _ => return Some(Kept::UntilReset),
        },
        _ => return None,
    }))
}

/// The shares of one or the other.
fn either(a: &Shares, b: &Shares) -> Shares {
    let mut all: Shares = a.iter().chain(b).map(|(of, _)| (*of, Range::NOTHING)).collect();
    for (of, share) in &mut all {
        let (x, y) = (a.get(of).copied().unwrap_or(Range::NOTHING), b.get(of).copied().unwrap_or(Range::NOTHING));
        *share = x.hull(y);
    }
    all
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
fn factor(plan: &Plan, facts: &[Fact], rec: NodeId) -> Option<Factor> {
    let feeds = depending(plan, rec);
    let mut system: BTreeMap<NodeId, Shares> = BTreeMap::new();
    let mut pending = vec![rec];
    while let Some(rec) = pending.pop() {
        let Op::Rec { next, .. } = plan.node(rec).op else { return None };
        if system.contains_key(&rec) {
            continue;
        }
        match kept(plan, facts, next, &feeds, &mut vec![rec])? {
            Kept::Shares(shares) => {
                pending.extend(shares.keys().map(|(of, _)| *of));
                system.insert(rec, shares);
            }
            Kept::UntilReset => return Some(Factor::UntilReset),
        }
    }
    // With shares that depend on the data only what holds for the greatest of them is sure.
    let is_exact = system.values().flat_map(Shares::values).all(|share| share.is_exact());
    let sure = |factor: f64| (is_exact || factor < 1.0).then_some(Factor::Of(factor));
    let own = system.get(&rec)?;
    match (system.len(), own.len(), own.get(&(rec, 1))) {
        (1, 0, _) => return Some(Factor::Of(0.0)),
        (1, 1, Some(share)) => return sure(share.magnitude()),
        _ => {}
    }
    // Every feedback begins wrong by one; counted until none is wrong by more than a billionth.
    let reach = system.values().flat_map(Shares::keys).map(|(_, ago)| *ago as usize).max().unwrap_or(1);
    let mut past: BTreeMap<NodeId, VecDeque<f64>> = system.keys().map(|&rec| (rec, VecDeque::from(vec![1.0; reach]))).collect();
    for bars in 1..=MAX_SYSTEM_BARS {
        let value = |shares: &Shares| -> f64 {
            let times = |share: &Range| if is_exact { share.low } else { share.magnitude() };
            let before = |of: &NodeId, ago: &u32| past.get(of).and_then(|past| past.get(*ago as usize - 1)).copied().unwrap_or(0.0);
            shares.iter().map(|((of, ago), share)| times(share) * before(of, ago)).sum()
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
        if past.values().flatten().any(|value| !value.is_finite()) {
            break;
        }
    }
    sure(1.0)
}

enum Factor {
    Of(f64),
    UntilReset,
}

/// The most choices of which all ways are tried.
const MAX_CHOICES: usize = 10;

/// Whether there is a way for the choices in a feedback, and in those that it goes round with, to take nothing over from any of them.
/// What a choice goes by may look at them too, as a stop does that reverses where the price crosses it, but it must look at the bars.
fn is_made_anew(plan: &Plan, rec: NodeId) -> bool {
    let loops = going_round(plan);
    let mut choices = Vec::new();
    let Some(found) = taken_over(plan, &loops, rec, &mut choices, None) else { return false };
    // Those that take over from one another.
    let mut round = found.clone();
    let mut pending: Vec<NodeId> = found.into_iter().collect();
    while let Some(other) = pending.pop() {
        let Some(found) = taken_over(plan, &loops, other, &mut choices, None) else { return false };
        pending.extend(found.into_iter().filter(|id| round.insert(*id)));
    }
    let reaches = |from: NodeId| {
        let (mut seen, mut pending) = (BTreeSet::from([from]), vec![from]);
        while let Some(at) = pending.pop() {
            let found = taken_over(plan, &loops, at, &mut Vec::new(), None).unwrap_or_default();
            pending.extend(found.iter().copied().filter(|id| seen.insert(*id)));
            if found.contains(&rec) {
                return true;
            }
        }
        false
    };
    let round: BTreeSet<NodeId> = round.into_iter().filter(|&other| reaches(other)).chain([rec]).collect();
    let mut choices = Vec::new();
    for &other in &round {
        if taken_over(plan, &loops, other, &mut choices, None).is_none() {
            return false;
        }
    }
    choices.len() <= MAX_CHOICES
        && (0..1_u32 << choices.len()).any(|ways| {
            round.iter().all(|&other| {
                let found = taken_over(plan, &loops, other, &mut choices.clone(), Some(ways));
                found.is_some_and(|found| found.is_disjoint(&round))
            })
        })
}

/// The feedbacks that one takes values over from, itself included; none where a kernel goes round. Collects what its choices go by; with
/// `ways`, a bit for each of these, only what those branches take over.
fn taken_over(plan: &Plan, loops: &[bool], rec: NodeId, choices: &mut Vec<NodeId>, ways: Option<u32>) -> Option<BTreeSet<NodeId>> {
    let Op::Rec { next, .. } = plan.node(rec).op else { return None };
    let mut found = BTreeSet::new();
    let mut pending = vec![next];
    let mut seen = BTreeSet::new();
    while let Some(at) = pending.pop() {
        if !loops[at.index()] || !seen.insert(at) {
            continue;
        }
        let mut choose = |by: NodeId, a: NodeId, b: NodeId, pending: &mut Vec<NodeId>| {
            let place = choices.iter().position(|known| *known == by).unwrap_or_else(|| {
                choices.push(by);
                choices.len() - 1
            });
            match ways.map(|ways| ways >> place & 1) {
                None => pending.extend([a, b]),
                Some(1) => pending.push(a),
                Some(_) => pending.push(b),
            }
        };
        match &plan.node(at).op {
            Op::Delay(of, _) if matches!(plan.node(*of).op, Op::Rec { .. }) => {
                found.insert(*of);
            }
            Op::Delay(of, _) => pending.push(*of),
            Op::Rec { next, .. } => pending.push(*next),
            Op::Pick(condition, a, b) if reads_bars(plan, *condition) => choose(*condition, *a, *b, &mut pending),
            // The greater or lesser of the past and something of this bar.
            Op::Binary(Binary::Max2 | Binary::Min2, a, b)
                if loops[a.index()] != loops[b.index()] && (reads_bars(plan, *a) && reads_bars(plan, *b)) =>
            {
                choose(at, *a, *b, &mut pending);
            }
            // What is true of the bars and the past.
            Op::Binary(Binary::Lt | Binary::Le | Binary::Eq, ..) if reads_bars(plan, at) => {}
            Op::Binary(Binary::Coalesce | Binary::With, a, b) if loops[a.index()] || !loops[b.index()] => pending.push(*a),
            Op::Kernel(_) | Op::Part(..) => return None,
            op => pending.extend(op.operands()),
        }
    }
    Some(found)
}

/// Which nodes depend on any feedback's past.
fn going_round(plan: &Plan) -> Vec<bool> {
    let mut depends = vec![false; plan.nodes.len()];
    for (at, node) in plan.nodes.iter().enumerate() {
        if matches!(node.op, Op::Rec { .. }) && !depends[at] {
            let more = depending(plan, NodeId(at as u32));
            depends.iter_mut().zip(more).for_each(|(depends, more)| *depends |= more);
        }
    }
    depends
}

/// Whether a node depends on prices or volume.
fn reads_bars(plan: &Plan, at: NodeId) -> bool {
    let (mut seen, mut pending) = (BTreeSet::from([at]), vec![at]);
    while let Some(at) = pending.pop() {
        match plan.node(at).op {
            Op::Input(Input::Time | Input::BarIndex) => {}
            Op::Input(_) => return true,
            ref op => pending.extend(op.operands().into_iter().filter(|id| seen.insert(*id))),
        }
    }
    false
}
