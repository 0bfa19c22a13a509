//! The last pass: what every executor may rely on is checked once, here.

use super::{Binary, Fact, Input, Kind, Node, NodeId, Op, Plan, facts};
use crate::syntax::token::Number;
use std::collections::BTreeMap;

/// A plan that every executor runs without failing, with what they all need to know of it.
///
/// Operands exist and have the right kinds; every cycle passes through a delay; only parts read kernels; there is an output.
#[derive(Clone, Debug)]
pub struct ValidPlan {
    plan: Plan,
    facts: Vec<Fact>,
    order: Vec<NodeId>,
    delays: Vec<DelayLine>,
    used: Vec<u32>,
}

/// The past of one node, as far back as some delay looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DelayLine {
    /// Whose past.
    pub source: NodeId,
    /// How many bars back.
    pub length: u32,
}

/// Checks a plan. The error is for a reader of the compiler: programs that pass the checker make valid plans.
pub fn validate(plan: Plan) -> Result<ValidPlan, String> {
    if plan.outputs.is_empty() {
        return Err("the plan has no output".to_owned());
    }
    let nodes = plan.nodes.len();
    for (i, node) in plan.nodes.iter().enumerate() {
        if let Some(bad) = node.op.operands().into_iter().find(|id| id.index() >= nodes) {
            return Err(format!("%{i} reads %{}, which does not exist", bad.0));
        }
    }
    for (i, node) in plan.nodes.iter().enumerate() {
        check_kinds(&plan, i).map_err(|problem| format!("%{i}: {problem}"))?;
        if let Op::Delay(_, 0) = node.op {
            return Err(format!("%{i} delays by nothing"));
        }
    }
    if let Some(output) = plan.outputs.iter().find(|o| o.node.index() >= nodes || plan.node(o.node).kind == Kind::Tuple) {
        return Err(format!("output `{}` is not a series", output.name));
    }
    let order = order(&plan).map_err(|cycle| format!("%{} needs itself on the same bar", cycle.first().map_or(0, |id| id.0)))?;
    let mut used = vec![0u32; nodes];
    for node in &plan.nodes {
        if let Op::Part(tuple, k) = node.op {
            used[tuple.index()] |= 1 << k;
        }
    }
    let delays = delay_lines(&plan);
    let facts = facts(&plan);
    Ok(ValidPlan { plan, facts, order, delays, used })
}

fn delay_lines(plan: &Plan) -> Vec<DelayLine> {
    let mut lengths: BTreeMap<NodeId, u32> = BTreeMap::new();
    for node in &plan.nodes {
        if let Op::Delay(source, n) = node.op {
            let length = lengths.entry(source).or_default();
            *length = n.max(*length);
        }
    }
    lengths.into_iter().map(|(source, length)| DelayLine { source, length }).collect()
}

fn check_kinds(plan: &Plan, at: usize) -> Result<(), String> {
    use super::{Binary, Unary};
    let node = &plan.nodes[at];
    let kind = |id: NodeId| plan.node(id).kind;
    let series = |id: NodeId| {
        if kind(id) == Kind::Tuple { Err(format!("%{} is a kernel, not a series", id.0)) } else { Ok(()) }
    };
    let want = |id: NodeId, wanted: Kind| {
        if kind(id) == wanted { Ok(()) } else { Err(format!("%{} should be {wanted:?}", id.0)) }
    };
    match &node.op {
        Op::Input(_) | Op::Num(_) | Op::Truth(_) => Ok(()),
        Op::Unary(unary, a) => match unary {
            Unary::Not => want(*a, Kind::Bool),
            Unary::IsNull => series(*a),
            Unary::Neg | Unary::Power(_) | Unary::Scaled(..) | Unary::Function(_) => want(*a, Kind::Num),
        },
        Op::Binary(binary, a, b) => match binary {
            Binary::And | Binary::Or | Binary::Same => want(*a, Kind::Bool).and(want(*b, Kind::Bool)),
            Binary::Coalesce => series(*a).and(want(*b, kind(*a))),
            Binary::With => series(*a).and(series(*b)),
            Binary::Add
            | Binary::Sub
            | Binary::Mul
            | Binary::Div
            | Binary::Rem
            | Binary::Pow
            | Binary::Max2
            | Binary::Min2
            | Binary::Lt
            | Binary::Le
            | Binary::Eq => want(*a, Kind::Num).and(want(*b, Kind::Num)),
        },
        Op::Pick(c, a, b) => want(*c, Kind::Bool).and(series(*a)).and(want(*b, kind(*a))),
        Op::Delay(a, _) => series(*a),
        Op::Kernel(kernel) => kernel.args.iter().try_for_each(|&a| series(a)),
        Op::Part(a, k) => match &plan.node(*a).op {
            Op::Kernel(kernel) if *k < kernel.outputs && *k < 32 => Ok(()),
            _ => Err("only a kernel has parts".to_owned()),
        },
        Op::Rec { first, next } => want(*first, node.kind).and(want(*next, node.kind)),
    }
}

/// The operands that must be computed before the node on the same bar: a delay needs none.
fn same_bar(op: &Op) -> Vec<NodeId> {
    if let Op::Delay(..) = op { Vec::new() } else { op.operands() }
}

/// An order in which every node stands behind what it needs on the same bar, or the nodes of a cycle.
pub(crate) fn order(plan: &Plan) -> Result<Vec<NodeId>, Vec<NodeId>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        /// On the path from the start to the node at hand.
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; plan.nodes.len()];
    let mut order = Vec::with_capacity(plan.nodes.len());
    for start in 0..plan.nodes.len() {
        let mut stack = vec![NodeId(u32::try_from(start).unwrap_or(u32::MAX))];
        while let Some(&at) = stack.last() {
            match marks[at.index()] {
                Mark::Done => {
                    stack.pop();
                }
                Mark::Open => {
                    marks[at.index()] = Mark::Done;
                    order.push(at);
                    stack.pop();
                }
                Mark::New => {
                    marks[at.index()] = Mark::Open;
                    for operand in same_bar(&plan.node(at).op).into_iter().rev() {
                        match marks[operand.index()] {
                            Mark::New => stack.push(operand),
                            Mark::Open => {
                                let path: Vec<NodeId> = stack.iter().copied().filter(|id| marks[id.index()] == Mark::Open).collect();
                                let from = path.iter().position(|&id| id == operand).unwrap_or(0);
                                return Err(path[from..].to_vec());
                            }
                            Mark::Done => {}
                        }
                    }
                }
            }
        }
    }
    Ok(order)
}

impl ValidPlan {
    /// What is computed once all is warm: of two where the second stands in for the first, or holds it back until it is there itself, the first alone. What only the beginning needs is a number
    /// that nothing reads. Nodes keep their places and what is known of them.
    pub(crate) fn once_warm(&self) -> ValidPlan {
        let mut warm = self.clone();
        for i in 0..self.plan.nodes.len() {
            let id = NodeId(i as u32);
            match &mut warm.plan.nodes[i].op {
                Op::Binary(Binary::Coalesce, a, b) if self.is_dense(*a) => *b = *a,
                Op::Binary(Binary::With, a, b) if self.is_dense(*a) && self.is_dense(*b) => *b = *a,
                Op::Rec { first, next } if self.is_dense(id) => *first = *next,
                _ => {}
            }
        }
        let outputs: Vec<NodeId> = warm.plan.outputs.iter().map(|output| output.node).collect();
        let is_needed = warm.plan.behind(&outputs);
        for (node, is_needed) in warm.plan.nodes.iter_mut().zip(is_needed) {
            if !is_needed {
                *node = Node { op: Op::Num(Number::int(0)), kind: Kind::Num, ..*node };
            }
        }
        warm.delays = delay_lines(&warm.plan);
        warm
    }
    /// The graph.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    /// What is known of a node, its cell settled or not.
    pub fn fact(&self, id: NodeId) -> Fact {
        self.facts[id.index()]
    }
    /// All nodes, each behind what it needs on the same bar.
    pub fn order(&self) -> &[NodeId] {
        &self.order
    }
    /// The pasts that delays look into, by source.
    pub fn delays(&self) -> &[DelayLine] {
        &self.delays
    }
    /// Which outputs of a kernel are read: bit k for part k.
    pub fn used(&self, id: NodeId) -> u32 {
        self.used[id.index()]
    }
    /// The cells of memory of a kernel. One that takes the used outputs keeps its first sum always, the others when they are read; its
    /// first output, the base, needs none.
    pub fn memory(&self, id: NodeId) -> u64 {
        match &self.plan.node(id).op {
            Op::Kernel(kernel) if kernel.takes_used => kernel.memory * u64::from(((self.used(id) | 0b10) >> 1).count_ones()),
            Op::Kernel(kernel) => kernel.memory,
            _ => 0,
        }
    }
    /// The most values that a plan keeps.
    pub const MAX_KEPT: u64 = 10_000_000;
    /// The values that windows and delays keep.
    pub fn values_kept(&self) -> u64 {
        let windows = self.order.iter().map(|&id| self.memory(id));
        windows.chain(self.delays.iter().map(|line| u64::from(line.length))).fold(0, u64::saturating_add)
    }
    /// Whether there is a value on every bar once all that can be warm is.
    pub fn is_dense(&self, id: NodeId) -> bool {
        let fact = self.fact(id).settled();
        fact.is_dense && fact.warmup < u64::MAX
    }
    /// The numbers that are the same on every bar: made of literals alone. A batch computes them once a block, not on every bar, and the optimiser once for all, but for
    /// those that the state keeps.
    pub(crate) fn consts(&self) -> Vec<bool> {
        let mut consts = vec![false; self.plan.nodes.len()];
        for &id in self.order() {
            let node = self.plan.node(id);
            consts[id.index()] = node.kind == Kind::Num
                && match &node.op {
                    Op::Num(_) => true,
                    Op::Unary(..) | Op::Binary(..) => node.op.operands().iter().all(|of| consts[of.index()]),
                    _ => false,
                };
        }
        consts
    }
    /// Bars before every output surely has a value, as far as that is known.
    pub fn warmup(&self) -> u64 {
        self.plan.outputs.iter().map(|o| self.fact(o.node).warmup).filter(|&w| w < u64::MAX).max().unwrap_or(0)
    }
    /// Bars before any output can have a value, whatever the bars.
    pub fn silent(&self) -> u64 {
        self.plan.outputs.iter().map(|o| self.fact(o.node).silent).min().unwrap_or(0)
    }
    /// The first bar on which every kernel that can be proved warm has been.
    pub fn steady(&self) -> u64 {
        let ids = (0..self.plan.nodes.len()).map(|i| NodeId(u32::try_from(i).unwrap_or(u32::MAX)));
        ids.filter(|&id| self.is_dense(id)).map(|id| self.fact(id).warmup + 1).max().unwrap_or(0)
    }
    /// The fields of a bar that are read, each once, in the order of a bar.
    pub fn fields(&self) -> Vec<Input> {
        Input::ALL
            .iter()
            .map(|(_, input)| *input)
            .filter(|input| !matches!(input, Input::Time | Input::BarIndex))
            .filter(|input| self.plan.nodes.iter().any(|node| node.op == Op::Input(*input)))
            .collect()
    }
    /// A 128-bit digest (FNV-1a) of the plan's text.
    pub fn fingerprint(&self) -> u128 {
        let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        for byte in self.plan.text().bytes() {
            hash ^= u128::from(byte);
            hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
        hash
    }
}
