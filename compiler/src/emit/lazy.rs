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
        let chain = rare_chain(plan.plan(), &users, id);
        let mut own = only_for(plan.plan(), &users, &chain);
        // What is the same on every bar is computed apart anyway.
        own.retain(|(id, _)| !consts[id.index()]);
        let saved: u32 = own.iter().map(|(id, _)| cost(&nodes[id.index()].op)).sum();
        if saved >= WORTH {
            for (node, owner) in own {
                // The innermost owner: it comes first in the plan's order.
                owners[node.index()].get_or_insert(owner);
            }
            for link in &chain[1..] {
                owners[link.index()] = Some(id);
            }
        }
    }
    owners
}

/// The joined truth values that end in one, from it down, as far as what stands left of them is rarely in need of what stands right: `a and b`, then `… and c`, then
/// `… and d`, where `a` is rare. None where another joins it the same way, as the chain goes on there.
fn rare_chain(plan: &Plan, users: &[Vec<Option<NodeId>>], id: NodeId) -> Vec<NodeId> {
    let continues = |above: NodeId, id: NodeId| match (&plan.node(above).op, &plan.node(id).op) {
        (&Op::Binary(Binary::And, left, _), Op::Binary(Binary::And, ..))
        | (&Op::Binary(Binary::Or, left, _), Op::Binary(Binary::Or, ..)) => left == id && users[id.index()] == [Some(above)],
        _ => false,
    };
    if users[id.index()].iter().flatten().any(|&user| continues(user, id)) {
        return Vec::new();
    }
    let (mut chain, mut rare, mut at) = (Vec::new(), 0, id);
    while let Op::Binary(binary @ (Binary::And | Binary::Or), left, _) = plan.node(at).op {
        chain.push(at);
        let chance = chance(plan, left, 8);
        if (if binary == Binary::And { chance } else { 1.0 - chance }) <= RARE {
            rare = chain.len();
        }
        if !continues(at, left) {
            break;
        }
        at = left;
    }
    chain.truncate(rare);
    chain
}

/// Whether a truth value is made of others.
pub(super) fn is_joined(node: &Node) -> bool {
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

/// The nodes without memory that nothing needs but the right sides of a chain, each with the first of the chain that needs it.
fn only_for(plan: &Plan, users: &[Vec<Option<NodeId>>], chain: &[NodeId]) -> Vec<(NodeId, NodeId)> {
    let mut own: Vec<(NodeId, NodeId)> = Vec::new();
    // What decides is needed always.
    let head = chain.last().and_then(|link| plan.node(*link).op.operands().first().copied());
    // From the last on, as what two need is there when the first of them is computed.
    for &link in chain {
        let mut waiting: Vec<NodeId> = plan.node(link).op.operands().into_iter().skip(1).collect();
        while let Some(id) = waiting.pop() {
            let op = &plan.node(id).op;
            let is_free = !matches!(op, Op::Kernel(_) | Op::Part(..) | Op::Rec { .. } | Op::Input(_) | Op::Num(_) | Op::Truth(_));
            let is_known = |of: NodeId| chain.contains(&of) || own.iter().any(|&(own, _)| own == of);
            let is_own = |user: &Option<NodeId>| user.is_some_and(is_known);
            if is_free && Some(id) != head && !chain.contains(&id) && users[id.index()].iter().all(is_own) {
                match own.iter_mut().find(|(own, _)| *own == id) {
                    Some((_, owner)) if *owner == link => continue,
                    Some((_, owner)) => *owner = link,
                    None => own.push((id, link)),
                }
                // A node whose other users are found to be own only later is looked at again through each of them.
                waiting.extend(op.operands());
            }
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
