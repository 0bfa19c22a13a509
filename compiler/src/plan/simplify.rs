//! Plan to plan: what no output needs is dropped, and windows that several lengths can share are taken apart.
//!
//! No rule changes a bit of any output.

use super::{Binary, Builder, Fact, Kind, NodeId, Op, Plan, facts};

/// The longest window that is taken apart into doubled ones; beyond it the block form costs less.
const MAX_DOUBLED: i64 = 64;

/// Takes a plan, gives one with the same outputs.
pub fn simplify(plan: &Plan) -> Plan {
    let known = facts(plan);
    let mut builder = Builder::default();
    let mut to: Vec<Option<NodeId>> = vec![None; plan.nodes.len()];
    let mut recs = Vec::new();
    // Feedback is opened before anything else: every cycle passes through it.
    let mut pending: Vec<NodeId> = plan.outputs.iter().map(|o| o.node).collect();
    pending.reverse();
    while let Some(root) = pending.pop() {
        let mut stack = vec![root];
        while let Some(&at) = stack.last() {
            if to[at.index()].is_some() {
                stack.pop();
                continue;
            }
            let node = plan.node(at);
            if let Op::Rec { first, next } = node.op {
                to[at.index()] = Some(builder.open_rec(node.kind));
                recs.push((at, first, next));
                pending.push(next);
                pending.push(first);
                stack.pop();
                continue;
            }
            let needed = shared_window(plan, &known, at).map_or_else(|| node.op.operands(), |(_, x, _)| vec![x]);
            let waiting: Vec<NodeId> = needed.into_iter().filter(|id| to[id.index()].is_none()).collect();
            if waiting.is_empty() {
                let mapped = |id: NodeId| to[id.index()].unwrap_or(id);
                let new = rewrite(&mut builder, plan, &known, at, mapped);
                to[at.index()] = Some(new);
                stack.pop();
            } else {
                stack.extend(waiting.into_iter().rev());
            }
        }
    }
    let mapped = |id: NodeId| to[id.index()].unwrap_or(id);
    for (rec, first, next) in recs {
        builder.close_rec(mapped(rec), mapped(first), mapped(next));
    }
    for output in &plan.outputs {
        builder.output(&output.name, mapped(output.node));
    }
    builder.finish()
}

fn rewrite(builder: &mut Builder, plan: &Plan, known: &[Fact], at: NodeId, to: impl Fn(NodeId) -> NodeId) -> NodeId {
    let node = plan.node(at);
    match shared_window(plan, known, at) {
        Some((binary, x, period)) => doubled(builder, binary, to(x), period),
        None => builder.add(node.op.map(to), node.kind),
    }
}

/// The extreme of a window that is taken apart: which, of what, how long.
fn shared_window(plan: &Plan, known: &[Fact], at: NodeId) -> Option<(Binary, NodeId, i64)> {
    let Op::Part(tuple, 0) = plan.node(at).op else { return None };
    let Op::Kernel(kernel) = &plan.node(tuple).op else { return None };
    let (Some(binary), [x], [period]) = (extreme(&kernel.name), &kernel.args[..], &kernel.consts[..]) else { return None };
    let is_counted_in_bars = known[x.index()].settled().is_dense && known[x.index()].magnitude() <= facts::KERNEL_MAX;
    (*period <= MAX_DOUBLED && is_counted_in_bars).then_some((binary, *x, *period))
}

fn extreme(kernel: &str) -> Option<Binary> {
    match kernel {
        "highest" => Some(Binary::Max2),
        "lowest" => Some(Binary::Min2),
        _ => None,
    }
}

/// The extreme of a window from extremes of half its length: `m2 = max2(x[1], x)`, `m4 = max2(m2[2], m2)`, …, and at the end two that
/// overlap. Windows of any length share the doubled ones. A series that always has a value counts the same bars as the kernel would,
/// and the newer of two equal values wins in both.
fn doubled(builder: &mut Builder, binary: Binary, x: NodeId, period: i64) -> NodeId {
    let (mut best, mut length) = (x, 1i64);
    while length < period {
        let step = length.min(period - length);
        let older = builder.add(Op::Delay(best, u32::try_from(step).unwrap_or(1)), Kind::Num);
        best = builder.binary(binary, older, best);
        length += step;
    }
    best
}
