//! Builds plans: every distinct node once.

use super::{Binary, Clock, Const, Kind, Node, NodeId, Op, Plan, Unary};
use crate::plan::text::write_op;
use std::collections::BTreeMap;

/// A plan under construction.
#[derive(Debug, Default)]
pub struct Builder {
    plan: Plan,
    /// Nodes by their text, which names operands by number.
    known: BTreeMap<String, NodeId>,
    /// What is known of each node that is a const.
    consts: Vec<Option<Const>>,
}

impl Builder {
    /// The most nodes of a plan.
    pub const MAX_NODES: usize = 10_000;

    /// Whether the plan has more nodes than executors take.
    pub fn is_full(&self) -> bool {
        self.plan.nodes.len() > Self::MAX_NODES
    }
    /// The kind of a node.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.plan.node(id).kind
    }
    /// What a node computes.
    pub fn op(&self, id: NodeId) -> &Op {
        &self.plan.node(id).op
    }
    /// The number that a node is, when it is a literal.
    pub fn number(&self, id: NodeId) -> Option<crate::syntax::token::Number> {
        match self.plan.node(id).op {
            Op::Num(number) => Some(number),
            _ => None,
        }
    }
    /// The value of a node that is made of literals by exact or correctly rounded operations.
    pub fn const_value(&self, id: NodeId) -> Option<f64> {
        self.const_of(id).map(|known| known.value)
    }
    /// What is known of a node that is a const.
    pub fn const_of(&self, id: NodeId) -> Option<Const> {
        self.consts.get(id.index()).copied().flatten()
    }
    /// Whether a node is computed from literals alone, be it no const: it may have no value, or another one over another kind of number.
    pub fn is_of_literals(&self, id: NodeId) -> bool {
        let is_so = |op: &Op| matches!(op, Op::Num(_) | Op::Truth(_) | Op::Unary(..) | Op::Binary(..) | Op::Pick(..));
        self.plan.nodes.iter().zip(self.plan.behind(&[id])).all(|(node, is_behind)| !is_behind || is_so(&node.op))
    }
    /// The node of an operation, made unless it exists.
    pub fn add(&mut self, op: Op, kind: Kind) -> NodeId {
        let is_rec = |id: NodeId| matches!(self.plan.node(id).op, Op::Rec { .. });
        match op {
            // A feedback's value of two bars ago is that of one bar ago, one bar ago: both are kept in registers, and memory is not on the path from bar to bar.
            Op::Delay(rec, 2) if is_rec(rec) => {
                let before = self.add(Op::Delay(rec, 1), kind);
                return self.add(Op::Delay(before, 1), kind);
            }
            // Else x[a][b] is x[a + b].
            Op::Delay(x, n) => {
                if let Op::Delay(y, m) = self.plan.node(x).op
                    && !(is_rec(y) && n == 1 && m == 1)
                    && let Some(sum) = n.checked_add(m)
                {
                    return self.add(Op::Delay(y, sum), kind);
                }
            }
            _ => {}
        }
        let mut key = String::new();
        write_op(&mut key, &op);
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        let id = self.push(op, kind);
        self.known.insert(key, id);
        id
    }
    fn push(&mut self, op: Op, kind: Kind) -> NodeId {
        let known = op.consts(|of| self.const_of(of));
        self.consts.push(known);
        self.plan.nodes.push(Node { op, kind, clock: Clock::default() });
        NodeId(u32::try_from(self.plan.nodes.len() - 1).unwrap_or(u32::MAX))
    }
    /// A feedback node whose parts are not known yet.
    pub fn open_rec(&mut self, kind: Kind) -> NodeId {
        let hole = NodeId(u32::MAX);
        self.push(Op::Rec { first: hole, next: hole }, kind)
    }
    /// Gives a feedback node its parts.
    pub fn close_rec(&mut self, rec: NodeId, first: NodeId, next: NodeId) {
        self.plan.nodes[rec.index()].op = Op::Rec { first, next };
    }
    /// Settles the kind of a feedback node that was opened before it was known.
    pub fn set_kind(&mut self, rec: NodeId, kind: Kind) {
        self.plan.nodes[rec.index()].kind = kind;
    }
    /// A function of one value.
    pub fn unary(&mut self, unary: Unary, a: NodeId) -> NodeId {
        let kind = if matches!(unary, Unary::Not | Unary::IsNull) { Kind::Bool } else { Kind::Num };
        self.add(Op::Unary(unary, a), kind)
    }
    /// A function of two values.
    pub fn binary(&mut self, binary: Binary, a: NodeId, b: NodeId) -> NodeId {
        let kind = match binary {
            Binary::Add | Binary::Sub | Binary::Mul | Binary::Div | Binary::Rem | Binary::Pow | Binary::Max2 | Binary::Min2 => Kind::Num,
            Binary::Lt | Binary::Le | Binary::Eq | Binary::Same | Binary::And | Binary::Or => Kind::Bool,
            Binary::Coalesce | Binary::With => self.kind(a),
        };
        self.add(Op::Binary(binary, a, b), kind)
    }
    /// Names what leaves the plan.
    pub fn output(&mut self, name: &str, node: NodeId) {
        self.plan.outputs.push(super::Output { name: name.to_owned(), node });
    }
    /// The plan.
    pub fn finish(self) -> Plan {
        self.plan
    }
}
