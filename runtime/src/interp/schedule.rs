//! A plan made ready to walk: in what order, and how much of the past each column keeps.

use super::{Column, Field, field, kernels};
use crate::series::{BoolSeries, NumSeries};
use crate::value::{Num, Scalar};
use barlang_compiler::plan::{Kind, NodeId, Op, Remembered, ValidPlan};
use std::sync::Arc;

/// A plan and what walking it needs.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) plan: ValidPlan,
    /// Nodes that need one another in a circle (through their pasts) are walked together bar by bar, all others chunk by chunk.
    pub(super) tasks: Vec<Task>,
    /// How many bars of its past each node's column keeps.
    pub(super) history: Vec<usize>,
    /// The parts of each kernel: the node, and which output it is.
    pub(super) parts: Vec<Vec<(NodeId, usize)>>,
    /// The nodes of the state.
    pub(super) remembered: Vec<Remembered>,
    pub(super) names: Arc<[String]>,
    pub(super) fields: Vec<Field>,
    pub(super) fingerprint: u128,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) enum Task {
    /// A node over a whole chunk.
    Chunk(NodeId),
    /// Nodes in their order, for one bar after the other.
    Cycle(Vec<NodeId>),
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
                && kernels::make::<C>(kernel, 0, 0).is_none()
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
        let outputs = &plan.plan().outputs;
        let names = outputs.iter().map(|o| if o.name.is_empty() { "result".to_owned() } else { o.name.clone() }).collect();
        let fields = plan.fields().into_iter().filter_map(field).collect();
        Ok(Program {
            tasks: tasks(&plan),
            history,
            parts,
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
