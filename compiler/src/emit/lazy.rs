//! What need not be computed on every bar: the right side of an `and` whose left side is rarely true, of an `or` whose left side rarely is
//! not.
//!
//! Nodes without memory have no effect, so leaving them out changes no output. A kernel takes every bar and is never left out.

use crate::plan::{Binary, Kind, Node, NodeId, Op, Plan, Unary, ValidPlan};

/// A branch that is taken as often as this costs less than what it saves.
const RARE: f64 = 0.3;

/// What a branch must save, in simple operations.
const WORTH: u32 = 3;

/// Where so many truth values are joined, a batch joins several bars' at once, and a branch would be in the way.
const MANY: usize = 64;

/// For each node the `and` or `or` that alone needs it, in its right side, one bar at a time.
pub(super) fn owners_in_steps(plan: &ValidPlan, consts: &[bool]) -> Vec<Option<NodeId>> {
    let is_crowded = plan.plan().nodes.iter().filter(|node| is_joined(node)).count() >= MANY;
    if is_crowded { vec![None; consts.len()] } else { owners(plan, consts) }
}

/// The same in a batch: none where it has a loop in which truth values choose numbers.
pub(super) fn owners_in_blocks(plan: &ValidPlan, consts: &[bool]) -> Vec<Option<NodeId>> {
    let chooses = plan.plan().nodes.iter().any(|node| chooses_by_joined(plan.plan(), node));
    if chooses { vec![None; consts.len()] } else { owners_in_steps(plan, consts) }
}

fn owners(plan: &ValidPlan, consts: &[bool]) -> Vec<Option<NodeId>> {
    let nodes = &plan.plan().nodes;
    let users = users(plan);
    let mut owners = vec![None; nodes.len()];
    for &id in plan.order() {
        let Op::Binary(binary @ (Binary::And | Binary::Or), left, right) = nodes[id.index()].op else { continue };
        let chance = chance(plan.plan(), left, 8);
        let needed = if binary == Binary::And { chance } else { 1.0 - chance };
        if needed > RARE {
            continue;
        }
        let mut own = only_for(plan, &users, id, right);
        // What is the same on every bar is computed apart anyway.
        own.retain(|id| !consts[id.index()]);
        let saved: u32 = own.iter().map(|&id| cost(&nodes[id.index()].op)).sum();
        if saved >= WORTH {
            for node in own {
                // The innermost owner: it comes first in the plan's order.
                owners[node.index()].get_or_insert(id);
            }
        }
    }
    owners
}

/// Whether a truth value is made of others.
fn is_joined(node: &Node) -> bool {
    matches!(node.op, Op::Binary(Binary::And | Binary::Or, ..))
}

/// Whether a node is one number or another, by a truth value that is made of others. One bar at a time that is a branch, which depends on the data and so is
/// often guessed wrong; by a comparison alone, or for several bars at a time, it is none.
pub(super) fn chooses_by_joined(plan: &Plan, node: &Node) -> bool {
    matches!(node.op, Op::Pick(condition, ..) if node.kind == Kind::Num && is_joined(plan.node(condition)))
}

/// Whoever reads a node: other nodes, and an output or a past, which is `None`.
pub(super) fn users(plan: &ValidPlan) -> Vec<Vec<Option<NodeId>>> {
    let mut users = vec![Vec::new(); plan.plan().nodes.len()];
    for &id in plan.order() {
        for operand in plan.plan().node(id).op.operands() {
            users[operand.index()].push(Some(id));
        }
    }
    let pasts = plan.delays().iter().map(|line| line.source);
    for id in plan.plan().outputs.iter().map(|output| output.node).chain(pasts) {
        users[id.index()].push(None);
    }
    users
}

/// The nodes without memory that nothing needs but the right side of `owner`.
fn only_for(plan: &ValidPlan, users: &[Vec<Option<NodeId>>], owner: NodeId, right: NodeId) -> Vec<NodeId> {
    let mut own = Vec::new();
    let mut waiting = vec![right];
    while let Some(id) = waiting.pop() {
        let op = &plan.plan().node(id).op;
        let is_free = !matches!(op, Op::Kernel(_) | Op::Part(..) | Op::Rec { .. } | Op::Input(_) | Op::Num(_) | Op::Truth(_));
        let is_own = |user: &Option<NodeId>| user.is_some_and(|user| user == owner || own.contains(&user));
        if is_free && !own.contains(&id) && users[id.index()].iter().all(is_own) {
            own.push(id);
            // A node whose other users are found to be own only later is looked at again through each of them.
            waiting.extend(op.operands());
        }
    }
    own
}

/// A guess at how often a truth value is true.
fn chance(plan: &Plan, id: NodeId, depth: u32) -> f64 {
    let node = plan.node(id);
    if depth == 0 || node.kind != Kind::Bool {
        return 0.5;
    }
    let of = |id| chance(plan, id, depth - 1);
    match node.op {
        Op::Binary(Binary::And, a, b) => of(a) * of(b),
        Op::Binary(Binary::Or, a, b) => 1.0 - (1.0 - of(a)) * (1.0 - of(b)),
        Op::Binary(Binary::Eq, ..) | Op::Unary(Unary::IsNull, _) => 0.1,
        Op::Unary(Unary::Not, a) => 1.0 - of(a),
        Op::Delay(a, _) => of(a),
        Op::Truth(value) => f64::from(u8::from(value)),
        _ => 0.5,
    }
}

/// About how many simple operations a node costs.
fn cost(op: &Op) -> u32 {
    match op {
        Op::Unary(Unary::Function(_) | Unary::Power(_), _) | Op::Binary(Binary::Div | Binary::Rem | Binary::Pow, ..) => 8,
        _ => 1,
    }
}
