//! A plan that shows its inside: every series is an output, which the interpreter then gives.

use barlang_compiler::plan::{Kind, Node, NodeId, Op, Output, ValidPlan, validate};

/// The same plan with every series as an output, `n` and its number, so that a test can hold each node against its definition with the
/// very operands it had. Bases of windows are added where nothing reads them.
pub fn traced(plan: &ValidPlan) -> Option<ValidPlan> {
    let mut inside = plan.plan().clone();
    for i in 0..inside.nodes.len() {
        let bases = match &inside.nodes[i].op {
            Op::Kernel(kernel) if kernel.name == "block" => 1,
            Op::Kernel(kernel) if kernel.name == "pair_block" => 2,
            _ => 0,
        };
        for base in 0..bases {
            let part = Op::Part(NodeId(u32::try_from(i).ok()?), base);
            if inside.nodes.iter().all(|node| node.op != part) {
                inside.nodes.push(Node { op: part, kind: Kind::Num, clock: inside.nodes[i].clock });
            }
        }
    }
    let outputs = std::mem::take(&mut inside.outputs);
    for (i, node) in inside.nodes.iter().enumerate() {
        if !matches!(node.op, Op::Num(_) | Op::Truth(_) | Op::Input(_)) && node.kind != Kind::Tuple {
            inside.outputs.push(Output { name: format!("n{i}"), node: NodeId(u32::try_from(i).ok()?) });
        }
    }
    if inside.outputs.is_empty() {
        // An output that is an input or a literal: there is nothing inside.
        inside.outputs.extend(outputs.into_iter().map(|o| Output { name: format!("n{}", o.node.0), ..o }));
    }
    validate(inside).ok()
}
