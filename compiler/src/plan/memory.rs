//! What a plan remembers from bar to bar: the nodes of its state, the same for every executor.

use super::text::write_op;
use super::{NodeId, Op, ValidPlan};

/// A node that remembers something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// The node.
    pub node: NodeId,
    /// Its operation, as in the text of the plan.
    pub name: String,
    /// Bars before its first value, when nothing else is null; none when that depends on the data.
    pub warmup: u64,
    /// How many bars of its own past it keeps; zero for a kernel, whose memory is its own affair.
    pub past: usize,
}

impl ValidPlan {
    /// The nodes that remember something, in the order of the plan: kernels, feedback, and what delays look back at.
    pub fn remembered(&self) -> Vec<Remembered> {
        let mut all = Vec::new();
        for (i, node) in self.plan().nodes.iter().enumerate() {
            let id = NodeId(i as u32);
            let delay = self.delays().iter().find(|line| line.source == id).map_or(0, |line| line.length as usize);
            let past = if matches!(node.op, Op::Rec { .. }) { delay.max(1) } else { delay };
            if past == 0 && !matches!(node.op, Op::Kernel(_)) {
                continue;
            }
            let mut name = String::new();
            write_op(&mut name, &node.op);
            let name = name.split(" %").next().unwrap_or_default().to_owned();
            all.push(Remembered { node: id, name, warmup: self.fact(id).warmup, past });
        }
        all
    }
}
