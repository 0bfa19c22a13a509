//! A plan made ready to walk: in what order, and how much of the past each column keeps.

use super::{Column, Field, field, kernels};
use crate::series::{BoolSeries, NumSeries};
use crate::value::{Num, Scalar};
use barlang_compiler::plan::{Binary, Function, Kernel, Kind, NodeId, Op, Remembered, Unary, ValidPlan};
use std::sync::Arc;

/// A plan and what walking it needs.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) plan: ValidPlan,
    /// Nodes that need one another in a circle (through their pasts) are walked together bar by bar, all others chunk by chunk. Only nodes
    /// that have something to compute are there.
    pub(super) tasks: Vec<Task>,
    /// The same once the program is steady: what then only hands on the values of another node is not there.
    pub(super) steady_tasks: Vec<Task>,
    /// The nodes made of literals alone, in their order: their columns are filled once.
    pub(super) consts: Vec<NodeId>,
    /// What walking needs to know of each node.
    pub(super) nodes: Vec<Node>,
    /// The columns that keep a past, and how much.
    pub(super) histories: Vec<(NodeId, usize)>,
    /// The kernels, those together that are run at once when all is steady.
    pub(super) groups: Vec<Vec<NodeId>>,
    /// The parts of each kernel: the node, and which output it is.
    pub(super) parts: Vec<Vec<(NodeId, usize)>>,
    /// The first bar from which on what the plan proves holds.
    pub(super) steady: u64,
    /// The nodes of the state.
    pub(super) remembered: Vec<Remembered>,
    pub(super) names: Arc<[String]>,
    pub(super) fields: Vec<Field>,
    pub(super) fingerprint: u128,
    pub(super) text: String,
}

/// The column of a node, so many bars back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) source: NodeId,
    pub(super) back: usize,
}

/// What walking needs to know of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Where its values are: those of a delay in the column of its source.
    pub(super) place: Place,
    /// The same once the program is steady.
    pub(super) steady: Place,
    /// Whether it has a column of its own.
    pub(super) is_column: bool,
    /// How many bars of its past the column keeps.
    pub(super) history: usize,
    /// Whether the plan cannot exclude an overflow.
    pub(super) is_raw: bool,
    /// Whether there is a value on every bar once the program is steady.
    pub(super) is_sure: bool,
    /// Which group of kernels it belongs to, and its place there.
    pub(super) group: usize,
    pub(super) lane: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Task {
    /// A node over a whole chunk.
    Chunk(NodeId),
    /// Nodes in their order, for one bar after the other.
    Cycle(Vec<NodeId>),
    /// Kernels that are run at once, over a whole chunk.
    Group(usize),
}

impl Program {
    pub(super) fn new<C: Num>(plan: ValidPlan) -> Result<Self, String> {
        let nodes = &plan.plan().nodes;
        let mut history = vec![0; nodes.len()];
        for line in plan.delays() {
            history[line.source.index()] = line.length as usize;
        }
        for (i, node) in nodes.iter().enumerate() {
            if matches!(node.op, Op::Rec { .. }) {
                history[i] = history[i].max(1);
            }
            if let Op::Kernel(kernel) = &node.op
                && kernels::make::<C>(kernel, 0).is_none()
            {
                return Err(format!("the interpreter has no kernel `{}`, which is a defect of barlang", kernel.rust));
            }
        }
        let mut parts = vec![Vec::new(); nodes.len()];
        for (i, node) in nodes.iter().enumerate() {
            if let Op::Part(kernel, k) = node.op {
                parts[kernel.index()].push((NodeId(i as u32), k as usize));
            }
        }
        let is_read = read(&plan, &history);
        let is_const = consts(&plan, &history);
        let all = tasks(&plan);
        let mut is_in_circle = vec![false; nodes.len()];
        for task in &all {
            if let Task::Cycle(ids) = task {
                for id in ids {
                    is_in_circle[id.index()] = true;
                }
            }
        }
        let mut known: Vec<Node> = Vec::with_capacity(nodes.len());
        for (i, node) in nodes.iter().enumerate() {
            let id = NodeId(i as u32);
            let place = match node.op {
                // In a circle its source may be what reads it, which cannot be read while it is written.
                Op::Delay(source, n) if history[i] == 0 && !is_in_circle[i] => Place { source, back: n as usize },
                _ => Place { source: id, back: 0 },
            };
            known.push(Node {
                place,
                steady: place,
                is_column: place.source == id && (is_read[i] || matches!(node.op, Op::Part(..))),
                history: history[i],
                is_raw: C::OVERFLOWS || plan.fact(id).is_raw(),
                is_sure: plan.is_dense(id),
                group: 0,
                lane: 0,
            });
        }
        for &id in plan.order() {
            if let Some(same) = handed_on(&plan, id)
                && history[id.index()] == 0
            {
                known[id.index()].steady = known[same.index()].steady;
            }
        }
        let is_computed = |id: &NodeId| known[id.index()].is_column && !is_const[id.index()];
        let is_own = |id: &NodeId| known[id.index()].steady == known[id.index()].place;
        // A part is written by its kernel.
        let has_work = |id: &NodeId| match nodes[id.index()].op {
            Op::Part(..) => false,
            Op::Kernel(_) => true,
            _ => is_computed(id),
        };
        let has_steady_work = |id: &NodeId| match &nodes[id.index()].op {
            Op::Kernel(kernel) => !passes(kernel) || parts[id.index()].iter().any(|(part, _)| is_own(part)),
            _ => has_work(id) && is_own(id),
        };
        let tasks = some(&all, has_work);
        let steady_tasks = some(&all, has_steady_work);
        let (groups, steady_tasks) = grouped::<C>(&plan, &parts, &known, &tasks, steady_tasks);
        for (group, ids) in groups.iter().enumerate() {
            for (lane, id) in ids.iter().enumerate() {
                known[id.index()].group = group;
                known[id.index()].lane = lane;
            }
        }
        let histories = (0..nodes.len()).filter(|&i| history[i] > 0).map(|i| (NodeId(i as u32), history[i])).collect();
        let consts = plan.order().iter().copied().filter(|id| is_const[id.index()] && known[id.index()].is_column).collect();
        let outputs = &plan.plan().outputs;
        let names = outputs.iter().map(|o| if o.name.is_empty() { "result".to_owned() } else { o.name.clone() }).collect();
        let fields = plan.fields().into_iter().filter_map(field).collect();
        Ok(Program {
            tasks,
            steady_tasks,
            histories,
            groups,
            consts,
            nodes: known,
            parts,
            steady: plan.steady(),
            remembered: plan.remembered(),
            names,
            fields,
            fingerprint: plan.fingerprint(),
            text: plan.plan().text(),
            plan,
        })
    }

    pub(super) fn columns<S: Scalar>(&self, bars: usize) -> Vec<Column<S>> {
        let outputs = &self.plan.plan().outputs;
        let column = |node| match self.plan.plan().node(node).kind {
            Kind::Bool => Column::Bool(BoolSeries::nulls(bars)),
            Kind::Num | Kind::Tuple => Column::Num(NumSeries::nulls(bars)),
        };
        outputs.iter().map(|output| column(output.node)).collect()
    }
}

/// The comparison that a choice between numbers rests on, when it compares numbers: the choice compares them itself, which takes fewer
/// instructions than to read a truth value.
pub(super) fn comparison(plan: &ValidPlan, condition: NodeId) -> Option<(Binary, NodeId, NodeId)> {
    match plan.plan().node(condition).op {
        Op::Binary(binary @ (Binary::Lt | Binary::Le | Binary::Eq), a, b) => Some((binary, a, b)),
        _ => None,
    }
}

/// The fraction that a root is taken of or that is added or subtracted, and of which number: who takes it multiplies itself, where the product cannot
/// overflow, which needs no column on the way.
pub(super) fn fraction(plan: &ValidPlan, of: NodeId) -> Option<(NodeId, i64, i64)> {
    match plan.plan().node(of).op {
        Op::Unary(Unary::Scaled(numerator, denominator), x) if !plan.fact(of).is_raw() => Some((x, numerator, denominator)),
        _ => None,
    }
}

/// Whether a kernel, once warm, gives what it takes and remembers nothing.
fn passes(kernel: &Kernel) -> bool {
    kernel.rust == "Skip"
}

/// The node whose values a node hands on, once the program is steady.
fn handed_on(plan: &ValidPlan, id: NodeId) -> Option<NodeId> {
    match plan.plan().node(id).op {
        Op::Binary(Binary::With, x, condition) if plan.is_dense(condition) => Some(x),
        Op::Binary(Binary::Coalesce, x, _) if plan.is_dense(x) => Some(x),
        Op::Part(tuple, _) if plan.is_dense(tuple) => match &plan.plan().node(tuple).op {
            Op::Kernel(kernel) if passes(kernel) => kernel.args.first().copied(),
            _ => None,
        },
        _ => None,
    }
}

/// The kernels in groups, and the steady tasks with the groups of several kernels as one task each.
///
/// Tasks are put in the order of their depth: how many kernels lie between them and the bar. A task needs none of greater depth, and kernels
/// of one depth do not need one another.
fn grouped<C: Num>(
    plan: &ValidPlan,
    parts: &[Vec<(NodeId, usize)>],
    known: &[Node],
    tasks: &[Task],
    steady: Vec<Task>,
) -> (Vec<Vec<NodeId>>, Vec<Task>) {
    let node = |id: NodeId| &plan.plan().node(id).op;
    let mut depths = vec![0; known.len()];
    let mut placed: Vec<(usize, bool, Task)> = Vec::new();
    for task in steady {
        let ids = match &task {
            Task::Chunk(id) => std::slice::from_ref(id),
            Task::Cycle(ids) => &ids[..],
            Task::Group(_) => &[],
        };
        let is_kernel = matches!((&task, ids), (Task::Chunk(_), [id]) if matches!(node(*id), Op::Kernel(_)));
        let depth_of = |id: NodeId| depths[known[id.index()].steady.source.index()];
        let needed = ids.iter().flat_map(|id| read_by(plan, *id)).map(depth_of).max().unwrap_or(0);
        let depth = needed + usize::from(is_kernel);
        for id in ids {
            depths[id.index()] = depth;
            for (part, _) in &parts[id.index()] {
                depths[part.index()] = depth;
            }
        }
        placed.push((depth, !is_kernel, task));
    }
    placed.sort_by_key(|(depth, is_other, _)| (*depth, *is_other));
    let mut groups: Vec<Vec<NodeId>> = Vec::new();
    let mut open: Vec<(usize, &str, usize)> = Vec::new();
    let mut steady = Vec::new();
    for (depth, _, task) in placed {
        if let Task::Chunk(id) = task
            && let Op::Kernel(kernel) = node(id)
        {
            let may_wait = known[id.index()].is_sure && kernel.outputs == 1 && parts[id.index()].len() == 1;
            if may_wait && kernels::make::<C>(kernel, 0).is_some_and(|(_, waits)| waits) {
                let name = kernel.rust.as_str();
                if let Some(&(_, _, group)) =
                    open.iter().find(|&&(d, n, g)| d == depth && n == name && groups[g].len() < kernels::MAX_LANES)
                {
                    groups[group].push(id);
                    continue;
                }
                open.push((depth, name, groups.len()));
            }
            steady.push(Task::Group(groups.len()));
            groups.push(vec![id]);
            continue;
        }
        steady.push(task);
    }
    // Kernels in circles, and those that have nothing to do once all is steady.
    for task in tasks {
        let ids = match task {
            Task::Chunk(id) => std::slice::from_ref(id),
            Task::Cycle(ids) => &ids[..],
            Task::Group(_) => &[],
        };
        let kernels = ids.iter().filter(|id| matches!(node(**id), Op::Kernel(_)));
        let left: Vec<NodeId> = kernels.copied().filter(|id| !groups.iter().any(|group| group.contains(id))).collect();
        groups.extend(left.into_iter().map(|id| vec![id]));
    }
    let task = |task| match task {
        Task::Group(group) if groups[group].len() == 1 => Task::Chunk(groups[group][0]),
        task => task,
    };
    let steady = steady.into_iter().map(task).collect();
    (groups, steady)
}

/// The tasks that remain of some nodes.
fn some(tasks: &[Task], has_work: impl Fn(&NodeId) -> bool) -> Vec<Task> {
    let keep = |task: &Task| match task {
        Task::Chunk(id) => has_work(id).then_some(Task::Chunk(*id)),
        Task::Cycle(ids) => Some(Task::Cycle(ids.iter().copied().filter(&has_work).collect())),
        Task::Group(group) => Some(Task::Group(*group)),
    };
    tasks.iter().filter_map(keep).collect()
}

/// Which nodes are read: by an output, by the state, or by a node that is read itself.
fn read(plan: &ValidPlan, history: &[usize]) -> Vec<bool> {
    let nodes = &plan.plan().nodes;
    let mut is_read = vec![false; nodes.len()];
    let is_kept = |id: &NodeId| history[id.index()] > 0 || matches!(nodes[id.index()].op, Op::Kernel(_));
    let mut open: Vec<NodeId> = plan.order().iter().copied().filter(is_kept).collect();
    open.extend(plan.plan().outputs.iter().map(|output| output.node));
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut is_read[id.index()], true) {
            continue;
        }
        open.extend(read_by(plan, id));
    }
    is_read
}

/// The nodes that a node reads when it is walked.
fn read_by(plan: &ValidPlan, id: NodeId) -> Vec<NodeId> {
    let node = plan.plan().node(id);
    match node.op {
        Op::Pick(c, a, b) if node.kind == Kind::Num => match comparison(plan, c) {
            Some((_, x, y)) => vec![x, y, a, b],
            None => vec![c, a, b],
        },
        Op::Unary(Unary::Function(Function::Sqrt), of) => vec![fraction(plan, of).map_or(of, |(x, ..)| x)],
        Op::Binary(Binary::Add | Binary::Sub, x, of) => vec![x, fraction(plan, of).map_or(of, |(y, ..)| y)],
        ref op => op.operands(),
    }
}

/// Which nodes are made of literals alone. One whose past is kept is computed with the others: its column is part of the state.
fn consts(plan: &ValidPlan, history: &[usize]) -> Vec<bool> {
    let mut is_const = vec![false; history.len()];
    for &id in plan.order() {
        let op = &plan.plan().node(id).op;
        let is_function = matches!(op, Op::Num(_) | Op::Truth(_) | Op::Unary(..) | Op::Binary(..) | Op::Pick(..));
        is_const[id.index()] = is_function && history[id.index()] == 0 && op.operands().iter().all(|of| is_const[of.index()]);
    }
    is_const
}

/// A node that has no number yet.
const NEW: usize = usize::MAX;

/// The strongly connected components of the plan, pasts included, each behind those it needs (Tarjan).
fn tasks(plan: &ValidPlan) -> Vec<Task> {
    let nodes = &plan.plan().nodes;
    let place: Vec<usize> = {
        let mut place = vec![0; nodes.len()];
        for (at, id) in plan.order().iter().enumerate() {
            place[id.index()] = at;
        }
        place
    };
    let (mut number, mut low) = (vec![NEW; nodes.len()], vec![0; nodes.len()]);
    let mut is_open = vec![false; nodes.len()];
    let (mut count, mut open, mut tasks) = (0, Vec::new(), Vec::new());
    for &start in plan.order() {
        if number[start.index()] != NEW {
            continue;
        }
        // Each entry: a node, and how many of its operands have been taken up.
        let mut stack = vec![(start, 0)];
        while let Some(&mut (id, ref mut taken)) = stack.last_mut() {
            let at = id.index();
            if *taken == 0 {
                number[at] = count;
                low[at] = count;
                count += 1;
                open.push(id);
                is_open[at] = true;
            }
            let operands = nodes[at].op.operands();
            if let Some(&operand) = operands.get(*taken) {
                *taken += 1;
                let to = operand.index();
                if number[to] == NEW {
                    stack.push((operand, 0));
                } else if is_open[to] {
                    low[at] = low[at].min(number[to]);
                }
                // A node without operands is never marked twice: it has none left to take up.
                continue;
            }
            stack.pop();
            if let Some(&(parent, _)) = stack.last() {
                low[parent.index()] = low[parent.index()].min(low[at]);
            }
            if low[at] == number[at] {
                let mut members = Vec::new();
                while let Some(member) = open.pop() {
                    is_open[member.index()] = false;
                    members.push(member);
                    if member == id {
                        break;
                    }
                }
                let is_cycle = members.len() > 1 || nodes[at].op.operands().contains(&id);
                members.sort_by_key(|member| place[member.index()]);
                tasks.push(if is_cycle { Task::Cycle(members) } else { Task::Chunk(id) });
            }
        }
    }
    tasks
}
