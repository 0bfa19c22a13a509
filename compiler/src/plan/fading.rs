//! After how many bars nothing is left of what a plan remembered.
//!
//! Two states of an average that take the same bars come nearer to each other with each, and as numbers are rounded they are the same in the end. How soon can be guessed from what a
//! bar leaves of the past; whoever relies on it must look.

use super::{Binary, Fact, Gaps, Input, KERNEL_MAX, Kind, NodeId, Op, ValidPlan, feedback};

/// So many bars over the part that a bar takes away of a difference are enough: it is then less than the last bit of a number, and rounding has had time to make an end of that bit too.
/// Measured, of averages of any length over prices in ticks and finer: 35 to 37.5.
const ENOUGH: f64 = 44.0;

/// Of two averages one over the other the longer counts, and this part of the shorter. Measured: up to six averages take 1.07 times as long for each.
const BESIDE: u64 = 8;

/// Where the data decide how soon: averages with a factor of every bar's own, feedback that chooses. Measured on one walk: KAMA 1,400, VIDYA 800, a zigzag of 5 % 450, SAR 100.
const GUESS: u64 = 4_000;

/// How far back truth values are looked at.
const NEAR: u32 = 64;

impl ValidPlan {
    /// After about how many bars two states of the plan that took the same bars are the same, whatever they were; nothing where that is not to be expected, or where what is done on a bar is
    /// anything but arithmetic.
    pub fn fades(&self) -> Option<u64> {
        let nodes = &self.plan().nodes;
        let ids = || (0..nodes.len()).map(|i| NodeId(i as u32));
        let mut own = Vec::new();
        for id in ids() {
            own.push(self.own(id)?);
        }
        // A feedback and all that it goes round with fade together.
        let mut with: Vec<NodeId> = ids().collect();
        for rec in ids().filter(|id| matches!(nodes[id.index()].op, Op::Rec { .. })) {
            let (moved, behind) = (feedback::moved(self.plan(), rec), self.plan().behind(&[rec]));
            for id in ids().filter(|id| moved[id.index()] && behind[id.index()]) {
                with[id.index()] = rec;
            }
        }
        let mut fades = vec![0; nodes.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for id in ids() {
                let group = with[id.index()];
                let others = nodes[id.index()].op.operands().into_iter().map(|of| with[of.index()]).filter(|of| *of != group);
                let (own, others) = (own[group.index()], others.map(|of| fades[of.index()]).max().unwrap_or(0));
                let bars =
                    if let Op::Delay(..) = nodes[group.index()].op { own + others } else { own.max(others) + own.min(others) / BESIDE };
                changed |= fades[group.index()] < bars;
                fades[group.index()] = fades[group.index()].max(bars);
            }
        }
        fades.into_iter().max().filter(|&bars| bars > 0)
    }

    /// What a node adds to that of its operands.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of bars")]
    fn own(&self, id: NodeId) -> Option<u64> {
        let node = self.plan().node(id);
        let dense = |id: NodeId| self.is_dense(id);
        match &node.op {
            // Where there is a truth value on every bar, it is made of such numbers.
            _ if node.kind == Kind::Bool && !dense(id) => None,
            Op::Input(input) => (*input != Input::Time).then_some(0),
            Op::Num(_) | Op::Truth(_) | Op::Part(..) | Op::Unary(..) | Op::Binary(Binary::Coalesce, ..) => Some(0),
            Op::Binary(Binary::With, _, of) => dense(*of).then_some(0),
            Op::Binary(..) => Some(0),
            Op::Pick(c, ..) => dense(*c).then_some(0),
            Op::Delay(_, n) => (node.kind == Kind::Num || *n <= NEAR).then_some(u64::from(*n)),
            Op::Kernel(kernel) => {
                let is_taken = |&arg: &NodeId| dense(arg) && self.fact(arg).settled().magnitude() <= KERNEL_MAX;
                let (left, most) = match (kernel.gaps, kernel.args.last()) {
                    // What is left is the rest of the last argument.
                    (Gaps::BeyondMeans, Some(&part)) => (1.0 - self.fact(part).low, GUESS),
                    _ => (kernel.left?, u64::MAX),
                };
                let is_sure = dense(id) && kernel.args.iter().all(is_taken);
                is_sure.then(|| if left > 0.0 { ((ENOUGH / (1.0 - left)).ceil() as u64).min(most) } else { 0 })
            }
            Op::Rec { next, .. } => {
                let known = |id: NodeId| -> Fact { self.fact(id) };
                let length = || {
                    feedback::length(self.plan(), id, *next, &known).or_else(|| feedback::forgets(self.plan(), id, *next).then_some(GUESS))
                };
                (node.kind == Kind::Num).then(length).flatten()
            }
        }
    }
}
