//! Windows of greatest values, and of least ones that are mirrored: the same operations on different fields. Where such twins stand side by side, in
//! the text and in memory, the optimiser does two in one.

use crate::plan::{DelayLine, Input, NodeId, Op, Plan, Unary, ValidPlan, write_op};
use std::collections::BTreeMap;

/// Which nodes are twins.
pub(super) struct Twins {
    /// Of each node the class of what it does; twins have the same.
    classes: Vec<usize>,
    /// Of each node whether a mirrored field is behind it.
    is_behind: Vec<bool>,
    /// Whether one is behind some node of a class.
    is_mirrored: Vec<bool>,
}

impl Twins {
    /// None where no past of a mirrored field is kept.
    pub(super) fn of(plan: &ValidPlan) -> Option<Self> {
        let mirrored: Vec<NodeId> =
            plan.delays().iter().map(|line| line.source).filter(|&id| mirrored(plan.plan(), id).is_some()).collect();
        if mirrored.is_empty() {
            return None;
        }
        let nodes = plan.plan().nodes.len();
        let mut known = BTreeMap::new();
        // What closes a circle has no class before its turn, and then no twin.
        let mut classes: Vec<usize> = (nodes..2 * nodes).collect();
        let mut is_behind = vec![false; nodes];
        let mut is_mirrored = vec![false; 2 * nodes];
        for &id in plan.order() {
            let op = &plan.plan().node(id).op;
            let mut key = String::new();
            let is_field = matches!(op, Op::Input(input) if !matches!(input, Input::Time | Input::BarIndex));
            if !is_field && !mirrored.contains(&id) {
                write_op(&mut key, &op.map(|of| NodeId(classes[of.index()] as u32)));
            }
            let next = known.len();
            let class = *known.entry(key).or_insert(next);
            is_behind[id.index()] = mirrored.contains(&id) || op.operands().iter().any(|of| is_behind[of.index()]);
            is_mirrored[class] |= is_behind[id.index()];
            classes[id.index()] = class;
        }
        Some(Twins { classes, is_behind, is_mirrored })
    }
    /// Whether two nodes do the same to a field and a mirrored one.
    pub(super) fn are(&self, a: NodeId, b: NodeId) -> bool {
        let class = self.classes[a.index()];
        self.is_mirrored[class] && self.classes[b.index()] == class
    }
    /// The nodes in an order in which they can be computed, twins one after the other.
    pub(super) fn order(&self, plan: &ValidPlan) -> Vec<NodeId> {
        let mut twins: BTreeMap<usize, Vec<NodeId>> = BTreeMap::new();
        for &id in plan.order().iter().filter(|&&id| self.are(id, id)) {
            twins.entry(self.classes[id.index()]).or_default().push(id);
        }
        let mut order = Vec::with_capacity(plan.order().len());
        let mut is_done = vec![false; plan.plan().nodes.len()];
        let mut put =
            |ids: &mut dyn Iterator<Item = NodeId>| order.extend(ids.filter(|id| !std::mem::replace(&mut is_done[id.index()], true)));
        for &id in plan.order() {
            put(&mut [id].into_iter());
            // The first of them brings the others, with all that they need.
            if let Some(twins) = twins.remove(&self.classes[id.index()]) {
                let is_needed = plan.plan().behind(&twins);
                put(&mut plan.order().iter().copied().filter(|id| is_needed[id.index()]));
            }
        }
        order
    }
    /// The pasts that are kept, twins side by side, always in the same order: a pair that is compared chooses between two that lie as it does.
    pub(super) fn lines(&self, plan: &ValidPlan) -> Vec<DelayLine> {
        let class = |line: &DelayLine| self.classes[line.source.index()];
        let mut lines = plan.delays().to_vec();
        lines.sort_by_key(|line| (plan.delays().iter().position(|first| class(first) == class(line)), self.is_behind[line.source.index()]));
        lines
    }
}

/// The field that a node is with the other sign.
pub(super) fn mirrored(plan: &Plan, id: NodeId) -> Option<Input> {
    let Op::Unary(Unary::Neg, of) = plan.node(id).op else { return None };
    let Op::Input(input) = plan.node(of).op else { return None };
    Some(input)
}
