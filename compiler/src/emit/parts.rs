//! The parts of a history that a batch computes abreast.

use super::block::Layout;
use super::items::{Cells, FAST, pairs};
use super::{Emitter, RUNTIME, is_elementary};
use crate::plan::{Kind, NodeId, Op, ValidPlan};
use std::fmt::Write as _;

/// The most numbers of a state that is cut into parts; the runtime's `MOST`.
const MOST: u64 = 96;

/// With so many columns read and written, so many averages and so many pasts, registers and the cache are enough for four parts at once.
const NARROW: [usize; 3] = [2, 3, 4];

/// With more outputs, or more columns in all, two parts at once are no gain: to write to so many places takes as long as to wait.
const WIDE: [usize; 2] = [3, 4];

/// With more pasts in arrays two parts at once are no gain either: what is done with these takes as long.
const DEEP: usize = 10;

/// How many parts there are, and what they have in common.
pub(super) struct Parts {
    pub lanes: usize,
    /// After about so many bars nothing is left of what a state was.
    fades: u64,
}

impl Parts {
    /// None where a bar waits for nothing, what is remembered does not fade, or something is best not computed on every bar.
    pub(super) fn of(plan: &ValidPlan, owners: &[Option<NodeId>]) -> Option<Parts> {
        if owners.iter().any(Option::is_some) {
            return None;
        }
        let remembered = plan.remembered();
        let waits = |id: NodeId| match &plan.plan().node(id).op {
            Op::Kernel(kernel) => kernel.left != Some(0.0),
            op => matches!(op, Op::Rec { .. }),
        };
        let waiting = remembered.iter().filter(|kept| waits(kept.node)).count();
        // A kernel's scalars are four at most.
        let numbers: u64 = remembered.iter().map(|kept| kept.past as u64 + plan.memory(kept.node) + 4).sum();
        let outputs = plan.plan().outputs.len();
        let columns = plan.fields().len() + outputs;
        if waiting == 0 || numbers > MOST || outputs > WIDE[0] || columns > WIDE[1] || plan.delays().len() > DEEP {
            return None;
        }
        // Functions of several bars at once are, of several parts, taken one by one.
        let consts = plan.consts();
        if plan.plan().nodes.iter().zip(consts).any(|(node, is_const)| !is_const && is_elementary(&node.op)) {
            return None;
        }
        let fades = plan.fades()?;
        let is_narrow = [columns, waiting, plan.delays().len()].iter().zip(NARROW).all(|(has, most)| *has <= most);
        Some(Parts { lanes: if is_narrow { 4 } else { 2 }, fades })
    }
}

impl Emitter<'_> {
    /// Whether a batch may compute several parts of a history abreast: a truth value then is one of each.
    pub(super) fn is_in_parts(&self) -> bool {
        self.parts.is_some()
    }

    /// Whether a node is a truth value of each: it lies in an array until a column is made of it, and so does its past.
    pub(super) fn is_truth_of_parts(&self, id: NodeId) -> bool {
        self.is_in_parts() && self.kind(id) == Kind::Bool
    }

    /// ```text
    /// impl InParts<64, 2> for S {
    ///     type Abreast = S<Lanes<2>>;
    ///     const FADES: usize = 675;
    ///     const LIVES: &'static [(u32, usize)] = &[(0, 1), (5, usize::MAX)];
    ///     const FILLS: bool = false;
    ///     fn part(((p0_), (p1_)), arrays_, ((o0_,), (o1_,)), at_) { part(p0_, o0_, at_); part_truths(&a5_[8..], o1_, at_); }
    /// }
    /// ```
    pub(super) fn parts(&self, out: &mut String, layout: &Layout, arrays: &Cells) {
        let Some(parts) = &self.parts else { return };
        let (p, t, block, lanes) = (RUNTIME, &self.type_name, layout.block, parts.lanes);
        let nested = pairs(&(0..self.outputs().len()).map(|k| format!("o{k}_")).collect::<Vec<_>>());
        let from = nested.replace(",)", ")").replace('o', "p");
        let mut each = String::new();
        for (k, output) in self.outputs().iter().enumerate() {
            let _ = if self.is_bool(output) {
                let (n, origin) = (output.node.0, layout.origin(output.node).unwrap_or(0));
                writeln!(each, "{p}::part_truths::<{block}, {lanes}>(&a{n}_[{origin}..], o{k}_, at_);")
            } else {
                writeln!(each, "{p}::part::<S_::Cell, {block}, {lanes}>(p{k}_, o{k}_, at_);")
            };
        }
        let lives = self.plan.remembered().iter().fold(String::new(), |all, kept| {
            let is_kernel = matches!(self.op(kept.node), Op::Kernel(_));
            format!("{all}({}, {}), ", kept.node.0, if is_kernel { "usize::MAX".to_owned() } else { kept.past.to_string() })
        });
        let _ = writeln!(
            out,
            "{FAST}\nimpl<S_: {p}::Scalar> {p}::InParts<{block}, {lanes}> for {t}<S_> {{\ntype Abreast = {t}<{p}::Lanes<{lanes}>>;\n\
             const FADES: usize = {};\nconst LIVES: &'static [(u32, usize)] = &[{lives}];\nconst FILLS: bool = {};\n\
             fn part({from}: &{p}::Last<Self::Abreast, {block}>, arrays_: &{p}::Lines<<Self::Abreast as {p}::InBlocks<{block}>>::Arrays>, \
             {nested}: &mut {p}::Slices<'_, Self>, at_: [usize; {lanes}]) {{\nlet ({}) = &arrays_.0;\n{each}}}\n}}",
            parts.fades,
            layout.arrays().any(|(id, _)| layout.loop_of(id).is_none()),
            arrays.names
        );
    }
}
