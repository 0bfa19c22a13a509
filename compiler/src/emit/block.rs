//! How a batch is cut into loops over blocks of bars.
//!
//! Each node is in one stage: what kernels need and no kernel gives (before), kernels and feedback with what lies between them
//! (sequential), and the rest (after). Where numbers between kernels are divided, the sequential stage is two, with these in a stage of their own between
//! (middle, late). Before, between and after there is nothing that one bar hands to the next, so their loops become two or more
//! bars to an instruction; the sequential loops are left with what must be so. Values that pass between loops, and the pasts that delays look
//! at, lie in small arrays that stay in the first-level cache.

use super::{Emitter, lazy};
use crate::plan::{Binary, Function, Input, KERNEL_MAX, Kind, NodeId, Op, Unary};
use crate::syntax::token::Number;

/// Bars of a block.
const BLOCK: usize = 64;

/// Bars of a block where nothing waits for the bar before, and several outputs are written. A processor writes in order; where memory is slow, what a longer
/// block writes at once holds up all that follows.
const SHORT_BLOCK: usize = 32;

/// So many outputs.
const SEVERAL: usize = 4;

/// The longest past that is kept in an array: it is moved once a block. What lies further back is in a ring, as in a step.
const MAX_PAST: u32 = 128;

/// An array's bars start at a multiple of this, 64 bytes of numbers: a write that lies across two cache lines costs double.
const LINE: usize = 8;

/// A root behind the kernels or so many divisions pay for a loop of their own; fewer hide behind the kernels.
const WAITS: usize = 2;

/// The bar before of so many computed values pays for a loop in front of the kernels.
const PASTS: usize = 3;

/// So many operations, divisions among them, pay for one in front of windows.
const BESIDE: usize = 7;

/// So many sums and products behind the kernels pay too: they would stand at the end of a path through which a processor sees only a few bars at
/// once. What looks back is not counted: it reads what was just written.
const SUMS: usize = 7;

/// From how many operations of any kind on, though none is costly, a loop of their own pays: for work behind the kernels, and for truth values.
const MANY: usize = 64;

/// A loop that is cut where windows are summed up anew runs so many bars between two cuts, in the mean, or is not cut.
const STRETCH: f64 = 16.0;

/// A loop with so many nodes is cut for a single window.
const COMPANY: usize = 12;

/// From so many bars between two cuts on, in the mean, the loops that follow run over a stretch too.
const LONG_STRETCH: f64 = 32.0;

/// A loop with roots that gives more numbers of its own gains nothing by windows beside them.
const BESIDE_ROOTS: usize = 4;

/// Which loop computes what, and what lies in arrays.
pub(super) struct Layout {
    /// Bars of a block.
    pub block: usize,
    /// The nodes of each loop, in their order.
    pub loops: Vec<Vec<NodeId>>,
    /// For each loop whether it goes from bar to bar, with kernels and feedback.
    sequential: Vec<bool>,
    loop_of: Vec<Option<usize>>,
    /// The past that the array of a node keeps, for nodes that have one.
    arrays: Vec<Option<usize>>,
    /// The small whole numbers that are computed among truth values, as wide as these.
    narrow: Vec<bool>,
    /// The loop whose stretches those behind it run over too.
    outer: Option<usize>,
    /// What windows give that is the same on all bars of these stretches.
    still: Vec<bool>,
    /// Windows of these stretches that are taken in the loop behind.
    beside: Vec<NodeId>,
    /// Two numbers in one array.
    pairs: Vec<[NodeId; 2]>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stage {
    Before,
    Sequential,
    /// Between kernels.
    Middle,
    /// The kernels behind it.
    Late,
    After,
}

impl Stage {
    const ALL: [Stage; 5] = [Stage::Before, Stage::Sequential, Stage::Middle, Stage::Late, Stage::After];

    /// Whether bars follow one another, with kernels and feedback.
    fn is_sequential(self) -> bool {
        matches!(self, Stage::Sequential | Stage::Late)
    }
}

impl Layout {
    pub(super) fn new(e: &Emitter<'_>) -> Self {
        let plan = e.plan;
        let nodes = plan.plan().nodes.len();
        let stages = stages(e);
        let (logic, narrow) = logic(e, &stages);
        let sub = loops_within(e, &stages, &logic);
        let tails = tails(e, &stages);
        let key = |id: NodeId| {
            let id = e.outermost(id);
            (stages[id.index()], tails[id.index()], 2 * sub[id.index()] + usize::from(logic[id.index()]))
        };
        let mut keys: Vec<(Stage, bool, usize)> = Vec::new();
        for &id in plan.order() {
            if !e.is_leaf(id) && !keys.contains(&key(id)) {
                keys.push(key(id));
            }
        }
        keys.sort_unstable();
        if keys.is_empty() {
            keys.push((Stage::After, false, 0));
        }
        let mut loops = vec![Vec::new(); keys.len()];
        let mut loop_of = vec![None; nodes];
        for &id in plan.order() {
            if e.is_leaf(id) {
                continue;
            }
            if let Some(at) = keys.iter().position(|k| *k == key(id)) {
                loops[at].push(id);
                loop_of[id.index()] = Some(at);
            }
        }
        let sequential: Vec<bool> = keys.iter().map(|(stage, ..)| stage.is_sequential()).collect();
        let outputs = &plan.plan().outputs;
        let (arrays, still) = (vec![None; nodes], vec![false; nodes]);
        let is_short = outputs.len() >= SEVERAL && !sequential.contains(&true) && !narrow.contains(&true);
        let block = if is_short { SHORT_BLOCK } else { BLOCK };
        let mut layout =
            Layout { block, loops, sequential, loop_of, arrays, narrow, outer: None, still, beside: Vec::new(), pairs: Vec::new() };
        layout.outer = layout.sequential.iter().rposition(|is| *is).filter(|&at| layout.is_cut_seldom(e, at));
        for &id in plan.order() {
            if let Op::Delay(source, n) = *e.op(id) {
                let past = if layout.is_in_array(e, id) { n as usize } else { 0 };
                let crosses = layout.loop_of[source.index()].is_some_and(|at| Some(at) != layout.loop_of[id.index()]);
                if past > 0 || crosses {
                    let kept = &mut layout.arrays[source.index()];
                    *kept = Some(kept.unwrap_or(0).max(past));
                }
                continue;
            }
            if e.is_leaf(id) {
                continue;
            }
            for operand in e.op(id).operands() {
                let crosses = layout.loop_of[operand.index()].is_some_and(|at| Some(at) != layout.loop_of[id.index()]);
                let is_field = matches!(e.op(operand), Op::Input(_)) || e.mirrored(operand).is_some();
                let is_vector_input = is_field && !layout.is_in_sequential(id);
                if crosses || is_vector_input {
                    layout.arrays[operand.index()].get_or_insert(0);
                }
            }
        }
        for id in plan.plan().outputs.iter().map(|output| output.node) {
            if layout.is_narrow(id) || e.is_truth_of_parts(id) {
                layout.arrays[id.index()].get_or_insert(0);
            }
        }
        layout.join(e);
        layout.beside = layout.beside_roots(e);
        layout
    }

    /// The windows whose values go nowhere but out, where the last loop behind has roots and nothing but arithmetic: a processor waits for roots, and the
    /// loop with the other windows for its additions.
    fn beside_roots(&self, e: &Emitter<'_>) -> Vec<NodeId> {
        let is_arithmetic = |id: &NodeId| e.kind(*id) == Kind::Num && matches!(e.op(*id), Op::Unary(..) | Op::Binary(..));
        let is_root = |id: &NodeId| matches!(e.op(*id), Op::Unary(Unary::Function(Function::Sqrt), _));
        let Some(outer) = self.outer.filter(|at| at + 2 == self.loops.len()) else { return Vec::new() };
        let behind = &self.loops[outer + 1];
        let given = e.plan.plan().outputs.iter().filter(|output| behind.contains(&output.node)).count();
        if given > BESIDE_ROOTS || !behind.iter().any(is_root) || !behind.iter().all(is_arithmetic) {
            return Vec::new();
        }
        let goes_out = |window: &NodeId| {
            let parts: Vec<NodeId> =
                e.plan.order().iter().copied().filter(|id| matches!(e.op(*id), Op::Part(of, _) if of == window)).collect();
            let is_taken = |part: NodeId| e.plan.order().iter().any(|user| e.op(*user).operands().contains(&part));
            let is_output = |part: NodeId| e.plan.plan().outputs.iter().any(|output| output.node == part);
            matches!(parts[..], [part] if is_output(part) && !is_taken(part))
        };
        let windows = self.windows(e, outer);
        let beside: Vec<NodeId> = windows.iter().copied().filter(goes_out).collect();
        if beside.len() < windows.len() { beside } else { Vec::new() }
    }
    /// Whether a window is taken in the loop behind, or a number is what such a window gives.
    pub(super) fn is_beside_roots(&self, e: &Emitter<'_>, id: NodeId) -> bool {
        let window = match e.op(id) {
            Op::Part(window, _) => *window,
            _ => id,
        };
        self.beside.contains(&window)
    }
    /// The windows that are taken in the loop behind.
    pub(super) fn beside(&self) -> &[NodeId] {
        &self.beside
    }

    /// Writing is what the loops around windows wait for, one number on each turn of the processor's clock: what is the same on all bars of a stretch
    /// is not written, and of what else a kernel gives two numbers are written at once.
    fn join(&mut self, e: &Emitter<'_>) {
        let outer = self.outer.map(|at| self.windows(e, at)).unwrap_or_default();
        let mut parts = Vec::new();
        for (id, _) in self.arrays().filter(|&(_, past)| past == 0) {
            if let Op::Part(tuple, k) = *e.op(id)
                && let Op::Kernel(kernel) = e.op(tuple)
            {
                parts.push((tuple, k, k < kernel.still, id));
            }
        }
        parts.sort_unstable();
        let mut parts = parts.into_iter().peekable();
        while let Some((tuple, _, is_still, id)) = parts.next() {
            if is_still {
                self.still[id.index()] = outer.contains(&tuple);
                continue;
            }
            if let Some((.., second)) = parts.next_if(|&(of, ..)| of == tuple) {
                self.pairs.push([id, second]);
            }
        }
        for (array, still) in self.arrays.iter_mut().zip(&self.still) {
            array.take_if(|_| *still);
        }
    }

    /// Whether a number is computed and kept as an `i8`. Only others like it read it, and outputs, in a loop of their own.
    pub(super) fn is_narrow(&self, id: NodeId) -> bool {
        self.narrow[id.index()]
    }
    /// Whether a truth value of each of several parts is looked at on the next bar in the loop that computes it.
    pub(super) fn is_carried(&self, e: &Emitter<'_>, id: NodeId) -> bool {
        let is_next = |user: &NodeId| matches!(*e.op(*user), Op::Delay(of, 1) if of == id) && self.loop_of(*user) == self.loop_of(id);
        e.is_truth_of_parts(id) && self.is_in_sequential(id) && e.plan.order().iter().any(is_next)
    }
    /// Whether all that looks at such a truth value does so there, on its bar and the next: its array then holds that of the last bar of a block alone.
    pub(super) fn is_only_carried(&self, e: &Emitter<'_>, id: NodeId) -> bool {
        let is_read_here = |user: NodeId| {
            let reads = e.op(user).operands().contains(&id);
            !reads || self.loop_of(user) == self.loop_of(id) && !matches!(*e.op(user), Op::Delay(_, n) if n > 1)
        };
        let is_output = e.plan.plan().outputs.iter().any(|output| output.node == id);
        self.is_carried(e, id) && !is_output && e.plan.order().iter().all(|&user| is_read_here(user))
    }
    /// Whether a delay reads an array: not where its source is computed in the sequential loop with it.
    pub(super) fn is_in_array(&self, e: &Emitter<'_>, delay: NodeId) -> bool {
        let Op::Delay(source, n) = *e.op(delay) else { return false };
        if is_far(e.op(delay)) {
            return false;
        }
        if e.is_truth_of_parts(source) {
            return true;
        }
        let is_in_sequential = self.is_in_sequential(delay);
        if e.is_leaf(source) {
            return n > 1 || !is_in_sequential || !e.needs_register(source);
        }
        !is_in_sequential || self.loop_of[source.index()] != self.loop_of[delay.index()]
    }
    /// Whether a loop goes from bar to bar.
    pub(super) fn is_sequential(&self, at: usize) -> bool {
        self.sequential[at]
    }
    fn is_in_sequential(&self, id: NodeId) -> bool {
        self.loop_of[id.index()].is_some_and(|at| self.sequential[at])
    }
    /// Where the first bar of the block lies in a node's array; its past is before.
    pub(super) fn origin(&self, id: NodeId) -> Option<usize> {
        self.arrays[id.index()].map(|past| past.next_multiple_of(LINE))
    }
    /// Whether loops read a field of the bars where it lies, or from an array of scalars: no past of it is looked at.
    pub(super) fn is_read_in_place(&self, e: &Emitter<'_>, id: NodeId) -> bool {
        let is_field = matches!(e.op(id), Op::Input(input) if !matches!(input, Input::Time | Input::BarIndex));
        is_field && self.origin(id) == Some(0)
    }
    /// The arrays: the nodes that they are named after, and how far back each is looked at.
    pub(super) fn arrays(&self) -> impl Iterator<Item = (NodeId, usize)> + '_ {
        let all = self.arrays.iter().enumerate().filter_map(|(i, past)| past.map(|past| (NodeId(i as u32), past)));
        all.filter(|&(id, _)| self.pair(id).is_none_or(|[first, _]| first == id))
    }
    /// The pair that a number lies in one array with; the array is named after the first.
    pub(super) fn pair(&self, id: NodeId) -> Option<[NodeId; 2]> {
        self.pairs.iter().copied().find(|pair| pair.contains(&id))
    }
    /// Whether a loop is cut, and those behind it run over its stretches.
    pub(super) fn is_outer(&self, at: usize) -> bool {
        self.outer == Some(at)
    }
    /// Whether they take a number of a window that is the same on all bars of a stretch.
    pub(super) fn has_still(&self, e: &Emitter<'_>, window: NodeId) -> bool {
        (0..self.still.len()).map(|i| NodeId(i as u32)).any(|id| self.is_still(id) && matches!(e.op(id), Op::Part(of, _) if *of == window))
    }
    /// Whether the loops behind the outer one take a number from its window as it is on all bars of a stretch.
    pub(super) fn is_still(&self, id: NodeId) -> bool {
        self.still[id.index()]
    }
    /// The windows by which a loop is cut: what each takes is known before it. A loop around little else is as fast when it asks on every bar, and
    /// one with many short windows would be cut too often.
    pub(super) fn windows(&self, e: &Emitter<'_>, at: usize) -> Vec<NodeId> {
        let (mut windows, cuts) = self.cuts(e, at);
        if cuts * STRETCH > 1.0 || windows.len() < 2 && self.loops[at].len() < COMPANY {
            windows.clear();
        }
        windows
    }
    fn is_cut_seldom(&self, e: &Emitter<'_>, at: usize) -> bool {
        !self.windows(e, at).is_empty() && self.cuts(e, at).1 * LONG_STRETCH <= 1.0
    }
    /// The windows of which a loop knows before what they take, and how often it would be cut for them.
    fn cuts(&self, e: &Emitter<'_>, at: usize) -> (Vec<NodeId>, f64) {
        let is_known = |id: &NodeId| {
            let fact = e.plan.fact(*id).settled();
            self.loop_of(*id) != Some(at) && e.kind(*id) == Kind::Num && fact.is_dense && fact.magnitude() <= KERNEL_MAX
        };
        let mut windows = Vec::new();
        let mut lengths = Vec::new();
        for &id in &self.loops[at] {
            if let Op::Kernel(kernel) = e.op(id)
                && kernel.stretch > 0
                && e.plan.is_dense(id)
                && kernel.args.iter().all(is_known)
            {
                windows.push(id);
                if !lengths.contains(&kernel.stretch) {
                    lengths.push(kernel.stretch);
                }
            }
        }
        (windows, lengths.iter().map(|&length| 1.0 / length as f64).sum())
    }
    /// The loop that computes a node.
    pub(super) fn loop_of(&self, id: NodeId) -> Option<usize> {
        self.loop_of[id.index()]
    }
}

fn stages(e: &Emitter<'_>) -> Vec<Stage> {
    let nodes = &e.plan.plan().nodes;
    let is_kernel = |id: NodeId| match &nodes[id.index()].op {
        Op::Kernel(_) | Op::Part(..) | Op::Rec { .. } => true,
        op => is_far(op),
    };
    let mut needs_kernel = vec![false; nodes.len()];
    let mut feeds_kernel = vec![false; nodes.len()];
    for (i, node) in nodes.iter().enumerate() {
        needs_kernel[i] = is_kernel(NodeId(i as u32)) || node.kind == Kind::Tuple;
    }
    // Until nothing changes: pasts may close circles.
    let mut changed = true;
    while changed {
        changed = false;
        for (i, node) in nodes.iter().enumerate() {
            for operand in node.op.operands() {
                let at = operand.index();
                if needs_kernel[at] && !needs_kernel[i] {
                    needs_kernel[i] = true;
                    changed = true;
                }
                if (feeds_kernel[i] || is_kernel(NodeId(i as u32))) && !feeds_kernel[at] {
                    feeds_kernel[at] = true;
                    changed = true;
                }
            }
        }
    }
    let pays = pays(e, &needs_kernel);
    let after = || (0..nodes.len()).filter(|&i| needs_kernel[i] && !feeds_kernel[i] && e.owner(NodeId(i as u32)).is_none());
    let waits = |i: usize| match nodes[i].op {
        Op::Unary(Unary::Function(Function::Sqrt), _) => 2,
        ref op => usize::from(is_costly(op)),
    };
    let chooses = |i: usize| lazy::chooses_by_joined(e.plan.plan(), &nodes[i]);
    let adds = |i: &usize| nodes[*i].kind == Kind::Num && !matches!(nodes[*i].op, Op::Part(..) | Op::Delay(..) | Op::Num(_));
    let after_pays = after().map(waits).sum::<usize>() >= WAITS
        || after().filter(adds).count() >= SUMS
        || after().count() >= MANY
        || after().any(chooses);
    let any_kernel = (0..nodes.len()).any(|i| is_kernel(NodeId(i as u32)));
    let mut stages: Vec<Stage> = (0..nodes.len())
        .map(|i| {
            let is_sequential = feeds_kernel[i] || is_kernel(NodeId(i as u32));
            match needs_kernel[i] {
                false if pays[i] || !any_kernel => Stage::Before,
                // One loop costs less than two where nothing is won by the second.
                _ if is_sequential || !after_pays => Stage::Sequential,
                _ => Stage::After,
            }
        })
        .collect();
    let waits = |i: usize| needs_kernel[i] && feeds_kernel[i] && is_costly(&nodes[i].op) && e.owner(NodeId(i as u32)).is_none();
    // A ring that two loops look at would have to be longer than the past.
    if !nodes.iter().any(|node| is_far(&node.op)) {
        split(e, &mut stages, is_kernel, waits);
    }
    stages
}

/// Takes the sequential stage apart where numbers between kernels are divided: what rests on a quotient waits for it on every bar, and a processor sees
/// only two or three bars at once. In a loop of their own the quotients of many bars are under way together, two to an instruction.
fn split(e: &Emitter<'_>, stages: &mut [Stage], is_kernel: impl Fn(NodeId) -> bool, waits: impl Fn(usize) -> bool) {
    let nodes = &e.plan.plan().nodes;
    let users: Vec<Vec<usize>> = lazy::users(e.plan).iter().map(|of| of.iter().flatten().map(|id| id.index()).collect()).collect();
    let is_sequential = |stages: &[Stage], i: usize| stages[i] == Stage::Sequential;
    // A feedback and all that it goes round with stay together.
    let mut is_stuck: Vec<bool> = (0..nodes.len()).map(|i| is_kernel(NodeId(i as u32))).collect();
    for rec in e.recs() {
        let ahead = reached(rec.index(), |i| users[i].clone(), nodes.len());
        let behind = reached(rec.index(), |i| nodes[i].op.operands().into_iter().map(NodeId::index).collect(), nodes.len());
        for (stuck, (ahead, behind)) in is_stuck.iter_mut().zip(ahead.iter().zip(&behind)) {
            *stuck |= ahead & behind;
        }
    }
    let is_quotient: Vec<bool> = (0..nodes.len()).map(|i| is_sequential(stages, i) && !is_stuck[i] && waits(i)).collect();
    // What rests on a quotient, and what on a kernel that does.
    let mut rests = is_quotient;
    let mut is_late = vec![false; nodes.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for (i, node) in nodes.iter().enumerate().filter(|(i, _)| is_sequential(stages, *i)) {
            let operands = node.op.operands();
            let now = rests[i] || operands.iter().any(|of| rests[of.index()]);
            let late = now && is_stuck[i] || operands.iter().any(|of| is_late[of.index()]);
            changed |= now != rests[i] || late != is_late[i];
            (rests[i], is_late[i]) = (now, late);
        }
    }
    for i in 0..nodes.len() {
        if is_sequential(stages, i) && rests[i] {
            stages[i] = if is_late[i] { Stage::Late } else { Stage::Middle };
        }
    }
    // What only numbers between the kernels need is computed beside them.
    let mut changed = true;
    while changed {
        changed = false;
        for i in 0..nodes.len() {
            let is_between = |user: &usize| stages[*user] == Stage::Middle;
            if is_sequential(stages, i) && !is_stuck[i] && !users[i].is_empty() && users[i].iter().all(is_between) {
                stages[i] = Stage::Middle;
                changed = true;
            }
        }
    }
}

/// All that steps lead to from a node, with at least one step.
fn reached(from: usize, steps: impl Fn(usize) -> Vec<usize>, nodes: usize) -> Vec<bool> {
    let mut reached = vec![false; nodes];
    let mut waiting = steps(from);
    while let Some(at) = waiting.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            waiting.extend(steps(at));
        }
    }
    reached
}

/// Whether a delay looks further back than arrays keep.
fn is_far(op: &Op) -> bool {
    matches!(op, Op::Delay(_, n) if *n > MAX_PAST)
}

/// Whether an operation costs so much that doing it for several bars at once pays for a loop of its own.
fn is_costly(op: &Op) -> bool {
    use Function::{Exp, Ln, Log10, Sqrt};
    matches!(op, Op::Binary(Binary::Div | Binary::Rem, ..) | Op::Unary(Unary::Function(Exp | Ln | Log10 | Sqrt), _))
}

/// The nodes without kernels behind them that are worth a loop before the sequential one: elementary functions, pasts of what is computed (doubled
/// windows), what these need, and what needs them. The bar before alone is in a register of the sequential loop sooner, where that is asked once or twice.
///
/// A division hides behind what waits for the bar before, and behind a window when little stands beside it; a sum of all bars does not wait, it adds. Where parts of a history are computed
/// at once, so are two bars in any loop.
fn pays(e: &Emitter<'_>, needs_kernel: &[bool]) -> Vec<bool> {
    let nodes = &e.plan.plan().nodes;
    if e.is_in_parts() {
        return vec![false; nodes.len()];
    }
    let is_leaf: Vec<bool> = (0..nodes.len()).map(|i| e.is_leaf(NodeId(i as u32))).collect();
    let is_free = |i: usize| !needs_kernel[i] && !is_leaf[i] && e.owner(NodeId(i as u32)).is_none();
    let past = |i: usize| match nodes[i].op {
        Op::Delay(source, n) if is_free(i) && !is_leaf[source.index()] => n,
        _ => 0,
    };
    let many = (0..nodes.len()).filter(|&i| past(i) == 1).count() >= PASTS;
    // With what they need, and what needs them.
    let with_others = |costs: &dyn Fn(&Op) -> bool| {
        let mut pays: Vec<bool> =
            (0..nodes.len()).map(|i| is_free(i) && costs(&nodes[i].op) || past(i) > 1 || many && past(i) == 1).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for (i, node) in nodes.iter().enumerate() {
                for operand in node.op.operands() {
                    let at = operand.index();
                    if pays[at] != pays[i] && !needs_kernel[i] && !is_leaf[i] && !is_leaf[at] {
                        pays[at] = true;
                        pays[i] = true;
                        changed = true;
                    }
                }
            }
        }
        pays
    };
    let divided = with_others(&is_costly);
    let sums_all = e.kernels().any(|(_, kernel)| kernel.name == "cum_sum");
    let waits = e.recs().next().is_some() || e.kernels().any(|(_, kernel)| kernel.left.is_some_and(|left| left > 0.0));
    let beside = (0..nodes.len()).filter(|&i| divided[i] && !matches!(nodes[i].op, Op::Delay(..))).count();
    if sums_all || !waits && beside >= BESIDE { divided } else { with_others(&|op| is_costly(op) && !matches!(op, Op::Binary(..))) }
}

/// The truth values that no number of their stage rests on, where that stage divides: a loop of numbers alone is what the optimiser turns
/// into two divisions to an instruction.
fn tails(e: &Emitter<'_>, stages: &[Stage]) -> Vec<bool> {
    let nodes = &e.plan.plan().nodes;
    let has_costly = |stage: Stage| nodes.iter().zip(stages).any(|(node, &of)| of == stage && is_costly(&node.op));
    let splits = Stage::ALL.map(|stage| (stage, !stage.is_sequential() && has_costly(stage)));
    let mut tails: Vec<bool> =
        nodes.iter().zip(stages).map(|(node, stage)| node.kind == Kind::Bool && splits.contains(&(*stage, true))).collect();
    // Until nothing changes: a delay may stand before its source in the plan's order.
    let mut changed = true;
    while changed {
        changed = false;
        for (i, node) in nodes.iter().enumerate().filter(|(i, _)| !tails[*i]).collect::<Vec<_>>() {
            for operand in node.op.operands() {
                let at = operand.index();
                if stages[at] == stages[i] && tails[at] {
                    tails[at] = false;
                    changed = true;
                }
            }
        }
    }
    tails
}

/// The operations on truth values alone, where their stage has many: apart from numbers, a loop does sixteen of them to an instruction. Beside
/// them, which small whole numbers are chosen and added there.
fn logic(e: &Emitter<'_>, stages: &[Stage]) -> (Vec<bool>, Vec<bool>) {
    let nodes = &e.plan.plan().nodes;
    let is_bool = |id: &NodeId| nodes[id.index()].kind == Kind::Bool;
    let mut logic: Vec<bool> = nodes.iter().map(|node| node.kind == Kind::Bool && node.op.operands().iter().all(is_bool)).collect();
    let mut has_many = |stage: Stage| {
        let of_stage: Vec<usize> = (0..nodes.len()).filter(|&i| stages[i] == stage && logic[i]).collect();
        let has_many = !stage.is_sequential() && of_stage.len() >= MANY;
        if !has_many {
            for i in of_stage {
                logic[i] = false;
            }
        }
        has_many
    };
    let with_logic = Stage::ALL.map(|stage| (stage, has_many(stage)));
    let narrow = narrow(e, |i| with_logic.contains(&(stages[i], true)));
    for (logic, narrow) in logic.iter_mut().zip(&narrow) {
        *logic |= *narrow;
    }
    (logic, narrow)
}

/// The numbers that are chosen from small whole ones, and their sums, where nothing else is made of them: they need not be numbers before they are
/// outputs. `may` says of which nodes that is asked.
fn narrow(e: &Emitter<'_>, may: impl Fn(usize) -> bool) -> Vec<bool> {
    let nodes = &e.plan.plan().nodes;
    let is_small = |id: NodeId| {
        let fact = e.plan.fact(id);
        e.plan.is_dense(id) && fact.low >= f64::from(i8::MIN) && fact.high <= f64::from(i8::MAX)
    };
    let mut narrow: Vec<bool> = (0..nodes.len())
        .map(|i| {
            !e.is_in_parts()
                && nodes[i].kind == Kind::Num
                && may(i)
                && is_small(NodeId(i as u32))
                && !e.is_const(NodeId(i as u32))
                && e.owner(NodeId(i as u32)).is_none()
        })
        .collect();
    let mut changed = true;
    while changed {
        changed = false;
        for (i, node) in nodes.iter().enumerate() {
            let fits = |id: NodeId| narrow[id.index()] || small(e, id).is_some();
            let is_narrow = narrow[i]
                && match node.op {
                    Op::Pick(_, a, b) | Op::Binary(Binary::Add | Binary::Sub, a, b) => fits(a) && fits(b),
                    // There is no negative zero among whole numbers.
                    Op::Unary(Unary::Neg, a) => fits(a) && (e.plan.fact(a).low > 0.0 || e.plan.fact(a).high < 0.0),
                    Op::Binary(Binary::With, a, b) => fits(a) && e.plan.is_dense(b),
                    _ => false,
                };
            changed |= is_narrow != narrow[i];
            narrow[i] = is_narrow;
            if !is_narrow {
                for operand in node.op.operands() {
                    changed |= std::mem::take(&mut narrow[operand.index()]);
                }
            }
        }
    }
    narrow
}

/// A whole number of few digits that is the same on every bar.
pub(super) fn small(e: &Emitter<'_>, id: NodeId) -> Option<i8> {
    match *e.op(id) {
        Op::Num(Number { mantissa, scale: 0, .. }) => i8::try_from(mantissa).ok(),
        Op::Unary(Unary::Neg, of) => small(e, of).filter(|&value| value != 0)?.checked_neg(),
        _ => None,
    }
}

/// Whether it is the sum of a series, or of sums, now and some bars before.
fn is_doubled(e: &Emitter<'_>, id: NodeId) -> bool {
    let Op::Binary(Binary::Add, older, newer) = *e.op(id) else { return false };
    matches!(*e.op(older), Op::Delay(of, _) if of == newer)
}

/// Which loop of its stage a node is in: a delay of a node of its own stage waits for the loop of that node, and so do numbers for truth values
/// and truth values for numbers where they are apart. A doubled sum an even number of bars back is not waited for: two bars at a time, it has been written. (An extreme
/// has too, but one loop of many is slower than several.) The plan's order does not help, as a delay may stand before its source in it; so until
/// nothing changes. Every circle passes through the sequential stage.
fn loops_within(e: &Emitter<'_>, stages: &[Stage], logic: &[bool]) -> Vec<usize> {
    let mut sub = vec![0usize; stages.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for &id in e.plan.order() {
            let (op, stage) = (e.op(id), stages[id.index()]);
            if e.is_leaf(id) || stage.is_sequential() {
                continue;
            }
            let waits = matches!(*op, Op::Delay(of, n) if n % 2 != 0 || !is_doubled(e, of));
            for of in op.operands() {
                let needed = sub[of.index()] + usize::from(waits || logic[of.index()] != logic[id.index()]);
                if !e.is_leaf(of) && stages[of.index()] == stage && sub[id.index()] < needed {
                    sub[id.index()] = needed;
                    changed = true;
                }
            }
        }
    }
    sub
}
