//! Plan to Rust: a struct of state, a `step`, and a `batch` that is its own loop.
//!
//! ```text
//! strategy s { out x = sma(close, 3)[1]; }   =>   struct S { state: Compiled<S> }
//!                                                 impl Machine for S {
//!                                                     type Core, Memory   …  tuples: scalars apart from windows
//!                                                     fn warm   …  every value may be null
//!                                                     fn next   …  what the plan proves is not tested
//!                                                 }
//!                                                 impl InBlocks for S {
//!                                                     fn block  …  the same over a block of bars, in several loops
//!                                                 }
//! ```
//!
//! Where debug assertions are on, only `warm` is compiled, for all bars: it gives the same, and the rest would be half of what rustc works on.
//!
//! The text names only `core` and the runtime's `__private`, by absolute paths, so it compiles anywhere; implementations stand in a
//! `const _` of their own with short names for both. What the text binds ends in `_`: a user's `const bar` would turn `let bar` from a
//! binding into a pattern to be matched, and no kind of span prevents that.

mod block;
mod body;
mod items;
mod lazy;
mod loops;
mod parts;
mod state;
mod twins;

use crate::plan::{Binary, DelayLine, Function, Input, Kind, NodeId, Op, Unary, ValidPlan};
use crate::{Strategy, plan::Kernel};
use body::Mode;
use parts::Parts;
use twins::Twins;

/// How generated code reaches the runtime.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The path of the crate `barlang`.
    pub barlang: String,
}

impl Default for Paths {
    fn default() -> Self {
        Paths { barlang: "::barlang".to_owned() }
    }
}

/// The items of a strategy: its type and those of its outputs.
pub fn emit(strategy: &Strategy, paths: &Paths) -> String {
    let type_name = if strategy.name.is_empty() { "Expression".to_owned() } else { pascal(&strategy.name) };
    let plan = &strategy.plan;
    let consts = plan.consts();
    let kept = Kept::new(plan, &consts);
    let twins = Twins::of(plan);
    let lines = twins.as_ref().map_or_else(|| plan.delays().to_vec(), |twins| twins.lines(plan));
    let runtime = format!("{}::__private", paths.barlang);
    let owners = lazy::owners_in_steps(plan, &consts);
    let bars = Emitter {
        strategy,
        plan,
        runtime: &runtime,
        type_name: &type_name,
        owners,
        consts,
        kept: &kept,
        twins: twins.as_ref(),
        lines: &lines,
        parts: None,
    };
    // A batch forgets its state, so it need not keep what nothing reads any more.
    let plan = &plan.once_warm();
    let consts = plan.consts();
    let owners = lazy::owners_in_blocks(plan, &consts);
    let parts = Parts::of(plan, &owners);
    let blocks = Emitter { plan, owners, consts, parts, ..bars };
    bars.items(&blocks)
}

/// What implementations call the runtime's `__private`.
const RUNTIME: &str = "b_";
/// What implementations call `core::option::Option`.
const OPTION: &str = "Option_";

/// What is put behind the name of a strategy's type to name the types that come with it.
pub(crate) const TYPES: [&str; 4] = ["", "Output", "Columns", "Buffers"];

/// `golden_cross` → `GoldenCross`
pub fn pascal(name: &str) -> String {
    let mut out = String::new();
    for word in name.split('_') {
        let mut chars = word.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    match out.as_str() {
        "" => "Strategy".to_owned(),
        "Self" => "SelfStrategy".to_owned(),
        _ if out.starts_with(|c: char| c.is_ascii_digit()) => format!("Strategy{out}"),
        _ => out,
    }
}

/// A name of the language as an identifier of Rust. What not even `r#` makes one gets an underscore, and so does what differs from it by underscores
/// alone: no two names become one.
pub(crate) fn ident(name: &str) -> String {
    const RUST: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "continue", "do", "dyn", "enum", "final", "fn", "for", "gen", "impl",
        "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "ref", "return", "static", "struct", "trait", "try", "type",
        "typeof", "unsafe", "unsized", "virtual", "where", "while", "yield",
    ];
    match name.trim_end_matches('_') {
        "self" | "super" | "crate" | "Self" | "" => format!("{name}_"),
        _ if RUST.contains(&name) => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

struct Emitter<'a> {
    strategy: &'a Strategy,
    plan: &'a ValidPlan,
    /// The path of the runtime's `__private`, for the types. Implementations call it [`RUNTIME`].
    runtime: &'a str,
    type_name: &'a str,
    /// For each node the one that alone needs it, now and then: see [`lazy`].
    owners: Vec<Option<NodeId>>,
    consts: Vec<bool>,
    kept: &'a Kept,
    twins: Option<&'a Twins>,
    /// The pasts that are kept, in the order in which they lie.
    lines: &'a [DelayLine],
    parts: Option<Parts>,
}

/// The numbers that the state keeps from the start, since the optimiser does not know what they come to: made by an elementary function, and
/// needed for something that is not the same on every bar.
struct Kept {
    nodes: Vec<NodeId>,
    /// What only they are made of, in order, and they themselves.
    behind: Vec<NodeId>,
}

impl Kept {
    fn new(plan: &ValidPlan, consts: &[bool]) -> Self {
        let op = |id: NodeId| &plan.plan().node(id).op;
        let mut costs = vec![false; consts.len()];
        for &id in plan.order() {
            costs[id.index()] = consts[id.index()] && (is_elementary(op(id)) || op(id).operands().iter().any(|of| costs[of.index()]));
        }
        let users = lazy::users(plan);
        let is_needed = |id: &NodeId| users[id.index()].iter().any(|user| user.is_none_or(|user| !consts[user.index()]));
        let needed: Vec<NodeId> = plan.order().iter().copied().filter(|id| consts[id.index()] && is_needed(id)).collect();
        let (nodes, others): (Vec<NodeId>, Vec<NodeId>) = needed.into_iter().partition(|id| costs[id.index()]);
        let (behind, elsewhere) = (plan.plan().behind(&nodes), plan.plan().behind(&others));
        let is_behind = |id: &NodeId| behind[id.index()] && !elsewhere[id.index()];
        Kept { behind: plan.order().iter().copied().filter(is_behind).collect(), nodes }
    }
}

/// Whether it takes a function that is more than a few instructions.
fn is_elementary(op: &Op) -> bool {
    match op {
        Op::Unary(Unary::Function(function), _) => {
            !matches!(function, Function::Abs | Function::Sign | Function::Sqrt | Function::Floor | Function::Ceil | Function::Round)
        }
        op => matches!(op, Op::Binary(Binary::Pow, ..)),
    }
}

/// A lane of a table of rings: those of one length lie side by side, a row a bar, so that one index serves them all and neighbours are read,
/// computed and written as pairs.
struct Ring {
    table: String,
    length: usize,
    lane: usize,
    lanes: usize,
}

impl Ring {
    /// The cell of the bar with this index.
    fn at(&self, index: &str) -> String {
        format!("{}[{index} & {}][{}]", self.table, self.length - 1, self.lane)
    }
}

impl Emitter<'_> {
    /// Whether a node is the same number on every bar.
    fn is_const(&self, id: NodeId) -> bool {
        self.consts[id.index()]
    }
    /// Whether a node belongs to no loop: a field of the bar, or known before.
    fn is_leaf(&self, id: NodeId) -> bool {
        self.is_const(id) || self.mirrored(id).is_some() || matches!(self.op(id), Op::Input(_) | Op::Truth(_))
    }
    /// The field that a node is with the other sign, where a past of it is kept, as that of the field itself would be.
    fn mirrored(&self, id: NodeId) -> Option<Input> {
        twins::mirrored(self.plan.plan(), id).filter(|_| self.lines.iter().any(|line| line.source == id))
    }
    /// The node that alone needs one, now and then: see [`lazy`].
    fn owner(&self, id: NodeId) -> Option<NodeId> {
        self.owners[id.index()]
    }
    /// The node with which one is computed: itself, or what alone needs it, now and then.
    fn outermost(&self, mut id: NodeId) -> NodeId {
        while let Some(owner) = self.owner(id) {
            id = owner;
        }
        id
    }
    fn op(&self, id: NodeId) -> &Op {
        &self.plan.plan().node(id).op
    }
    fn kind(&self, id: NodeId) -> Kind {
        self.plan.plan().node(id).kind
    }
    /// The Rust type of a kernel.
    fn kernel_type(&self, id: NodeId, kernel: &Kernel) -> String {
        if kernel.takes_used {
            format!("{RUNTIME}::{}<{}>", kernel.rust, self.plan.used(id))
        } else {
            format!("{RUNTIME}::{}", kernel.rust)
        }
    }
    /// The kernels, in the order of the plan.
    fn kernels(&self) -> impl Iterator<Item = (NodeId, &Kernel)> {
        self.plan.order().iter().filter_map(|&id| match self.op(id) {
            Op::Kernel(kernel) => Some((id, &**kernel)),
            _ => None,
        })
    }
    /// The feedback nodes, in the order of the plan.
    fn recs(&self) -> impl Iterator<Item = NodeId> {
        self.plan.order().iter().copied().filter(|&id| matches!(self.op(id), Op::Rec { .. }))
    }
    /// Whether a register keeps the node's past: where nothing looks further back than one bar, and no feedback keeps that value anyway.
    fn needs_register(&self, source: NodeId) -> bool {
        !matches!(self.op(source), Op::Rec { .. }) && self.lines.iter().any(|line| line.source == source && line.length == 1)
    }
    /// The nodes whose past is kept in rings, all of it, and the length of each, a power of two.
    fn rings(&self) -> impl Iterator<Item = (NodeId, usize)> {
        let lines = self.lines.iter().filter(|line| line.length > 1);
        lines.map(|line| (line.source, (line.length as usize).next_power_of_two()))
    }
    /// The ring that keeps a node's past; none when a register does.
    fn ring(&self, source: NodeId) -> Option<Ring> {
        let (_, length) = self.rings().find(|(id, _)| *id == source)?;
        let beside: Vec<NodeId> =
            self.rings().filter(|&(id, other)| other == length && self.kind(id) == self.kind(source)).map(|(id, _)| id).collect();
        let lane = beside.iter().position(|&id| id == source)?;
        Some(Ring { table: format!("{}{length}_", self.table(source)), length, lane, lanes: beside.len() })
    }
    /// What the name of a table of rings begins with.
    fn table(&self, source: NodeId) -> char {
        if self.kind(source) == Kind::Bool { 't' } else { 'h' }
    }
    fn cell_type(&self, id: NodeId) -> String {
        if self.kind(id) == Kind::Bool { format!("{RUNTIME}::Tri") } else { "S_::Cell".to_owned() }
    }
    fn null(&self, id: NodeId) -> String {
        format!("{RUNTIME}::{}::NULL", if self.kind(id) == Kind::Bool { "Tri" } else { "Num" })
    }
    fn body(&self, mode: Mode) -> body::Code {
        body::write(self, mode)
    }
}
