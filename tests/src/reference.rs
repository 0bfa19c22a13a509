//! The reference: what every node of a plan means, computed from its definition over the whole history. It keeps no running state and
//! shares no code with the runtime; where the runtime rounds, it computes with 106 bits.
//!
//! Two ways to hold an executor against it:
//!
//! - [`hold`] takes the columns of *every* node of an executor (a [`crate::trace`]) and holds each node against its
//!   definition over the very operands it had. Operators are fixed to the bit (language.md §7), so they must agree to the bit, comparisons
//!   and availability included, and nothing is ambiguous. Kernels that round must lie within a bound that is derived from the values
//!   in their window, a few dozen units in the last place; kernels that select or count must agree exactly.
//! - [`evaluate`] runs a plan from the bars alone. Two results then differ by what kernels may round, amplified by the program; how
//!   much is measured by evaluating again with noise of that size, see [`crate::compare`].

mod kernels;

use crate::number::Number;
use crate::run::{Column, Value};
use barlang::Bar;
use barlang_compiler::plan::{Binary, Input, Kernel, Kind, Node, NodeId, Op, Unary, ValidPlan};
use kernels::{Bases, Cells};
use std::fmt;

/// A place where an executor is not what the definition says.
#[derive(Clone, Debug)]
pub struct Mismatch<S = f64> {
    /// The node.
    pub node: NodeId,
    /// Its line of the plan text.
    pub line: String,
    /// The bar.
    pub bar: usize,
    /// What the definition gives.
    pub expected: Value<S>,
    /// How far a number may lie from it.
    pub tolerance: f64,
    /// What the executor gave.
    pub found: Value<S>,
}

impl<S: Number> fmt::Display for Mismatch<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch { line, bar, expected, tolerance, found, .. } = self;
        write!(f, "bar {bar}: `{line}`: expected {expected:?} within {tolerance:e}, found {found:?}")
    }
}

/// The columns of an executor: one for each node, none for kernels, whose parts are nodes.
pub type Trace<S = f64> = Vec<Option<Column<S>>>;

/// Completes the columns of a traced plan with inputs and literals, which no executor computes.
pub fn trace_of<S: Number>(plan: &ValidPlan, bars: &[Bar<S>], columns: Vec<Column<S>>) -> Trace<S> {
    let mut trace: Trace<S> = plan.plan().nodes.iter().map(|node| leaf(node, bars)).collect();
    for (output, column) in plan.plan().outputs.iter().zip(columns) {
        trace[output.node.index()] = Some(column);
    }
    trace
}

/// Every place where a node is not what its definition gives for the operands in the trace; the first of each node.
pub fn hold<S: Number>(plan: &ValidPlan, bars: &[Bar<S>], trace: &Trace<S>) -> Vec<Mismatch<S>> {
    let text = plan.plan().text();
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (i, node) in plan.plan().nodes.iter().enumerate() {
        let id = NodeId(u32::try_from(i).unwrap_or(u32::MAX));
        let column = |id: NodeId| trace[id.index()].as_ref().unwrap_or_else(|| panic!("%{} is not in the trace", id.0));
        let mut check = |at: NodeId, cells: &Cells<S>| {
            let mismatch = (0..bars.len()).find(|&bar| !cells.allow(bar, column(at).at(bar)));
            found.extend(mismatch.map(|bar| Mismatch {
                node: at,
                line: if at == id { lines[i].to_owned() } else { format!("{} of {}", lines[at.index()], lines[i]) },
                bar,
                expected: cells.at(bar),
                tolerance: cells.tolerance[bar],
                found: column(at).at(bar),
            }));
        };
        match &node.op {
            Op::Kernel(kernel) => {
                let parts: Vec<(NodeId, usize)> = parts(plan, id);
                let bases: Vec<&Column<S>> = (0..kernels::bases(kernel))
                    .filter_map(|k| parts.iter().find(|(_, part)| *part == k).map(|(part, _)| column(*part)))
                    .collect();
                let results = kernel_cells(kernel, &column, bars.len(), &Bases::Of(&bases));
                for (part, k) in parts {
                    check(part, &results[k]);
                }
            }
            Op::Part(..) | Op::Input(_) | Op::Num(_) | Op::Truth(_) => {}
            op => check(id, &(0..bars.len()).map(|bar| element(op, bar, &column, column(id))).collect()),
        }
    }
    found
}

/// The columns of the outputs, from the bars alone. `noise` moves what every kernel rounds, by no more than it may round; each seed
/// in its own way.
pub fn evaluate(plan: &ValidPlan, bars: &[Bar], noise: Option<u64>) -> Vec<Column> {
    let nodes = &plan.plan().nodes;
    let mut columns: Trace = nodes.iter().map(|node| leaf(node, bars)).collect();
    let mut parts_of: Vec<Vec<Cells>> = vec![Vec::new(); nodes.len()];
    for group in groups(plan) {
        let is_cycle = group.iter().any(|&id| matches!(plan.plan().node(id).op, Op::Rec { .. }));
        if is_cycle {
            cycle(plan, bars, &group, noise, &mut columns);
            continue;
        }
        for id in group {
            let column = |id: NodeId| columns[id.index()].as_ref().unwrap_or_else(|| panic!("%{} comes too late", id.0));
            match &plan.plan().node(id).op {
                Op::Input(_) | Op::Num(_) | Op::Truth(_) => {}
                Op::Kernel(kernel) => parts_of[id.index()] = kernel_cells(kernel, &column, bars.len(), &Bases::Any(noise)),
                Op::Part(tuple, k) => {
                    // One on the way round a feedback has been evaluated bar by bar, with the parts that go round.
                    if let (true, Op::Kernel(kernel)) = (parts_of[tuple.index()].is_empty(), &plan.plan().node(*tuple).op) {
                        parts_of[tuple.index()] = kernel_cells(kernel, &column, bars.len(), &Bases::Any(noise));
                    }
                    let cells = &parts_of[tuple.index()][*k as usize];
                    columns[id.index()] = Some(cells.column(Kind::Num, |bar| noise_of(noise, id, bar)));
                }
                op => {
                    let cells: Cells = (0..bars.len()).map(|bar| element(op, bar, &column, &Column::Num(Vec::new()))).collect();
                    columns[id.index()] = Some(cells.column(plan.plan().node(id).kind, |bar| noise_of(noise, id, bar)));
                }
            }
        }
    }
    let output = |id: NodeId| columns[id.index()].clone().unwrap_or_else(|| panic!("%{} has no column", id.0));
    plan.plan().outputs.iter().map(|output_| output(output_.node)).collect()
}

/// Whether feedback passes through a kernel: such a program is evaluated anew for every bar.
pub fn is_costly(plan: &ValidPlan) -> bool {
    groups(plan).iter().any(|group| group.len() > 1 && group.iter().any(|&id| matches!(plan.plan().node(id).op, Op::Kernel(_))))
}

/// The nodes of a cycle, bar by bar; a kernel from all the bars before, each time.
fn cycle(plan: &ValidPlan, bars: &[Bar], group: &[NodeId], noise: Option<u64>, columns: &mut Trace) {
    let inside: Vec<NodeId> = plan.order().iter().copied().filter(|id| group.contains(id)).collect();
    for &id in &inside {
        columns[id.index()] = Some(match plan.plan().node(id).kind {
            Kind::Bool => Column::Bool(Vec::new()),
            Kind::Num | Kind::Tuple => Column::Num(Vec::new()),
        });
    }
    for bar in 0..bars.len() {
        for &id in &inside {
            let column = |id: NodeId| columns[id.index()].as_ref().unwrap_or_else(|| panic!("%{} comes too late", id.0));
            let cells: Cells = match &plan.plan().node(id).op {
                Op::Kernel(_) => continue,
                Op::Part(tuple, k) => match &plan.plan().node(*tuple).op {
                    Op::Kernel(kernel) => {
                        let last = kernel_cells(kernel, &column, bar + 1, &Bases::Any(noise)).swap_remove(*k as usize).last();
                        std::iter::once(last).collect()
                    }
                    _ => continue,
                },
                op => std::iter::once(element(op, bar, &column, column(id))).collect(),
            };
            let value = cells.column(plan.plan().node(id).kind, |_| noise_of(noise, id, bar)).at(0);
            if let Some(column) = &mut columns[id.index()] {
                column.push(value);
            }
        }
    }
}

fn noise_of(seed: Option<u64>, node: NodeId, bar: usize) -> f64 {
    let Some(seed) = seed else { return 0.0 };
    let mut random = crate::random::Random::new(seed ^ (u64::from(node.0) << 40) ^ bar as u64);
    random.bits();
    random.sign_unit()
}

/// The nodes in an order in which each stands behind all it reads, those of a cycle together (R. Tarjan, 1972).
fn groups(plan: &ValidPlan) -> Vec<Vec<NodeId>> {
    struct Search<'a> {
        plan: &'a ValidPlan,
        number: Vec<usize>,
        low: Vec<usize>,
        on_stack: Vec<bool>,
        stack: Vec<NodeId>,
        count: usize,
        groups: Vec<Vec<NodeId>>,
    }
    impl Search<'_> {
        fn visit(&mut self, id: NodeId) {
            let at = id.index();
            self.count += 1;
            self.number[at] = self.count;
            self.low[at] = self.count;
            self.stack.push(id);
            self.on_stack[at] = true;
            for next in self.plan.plan().node(id).op.operands() {
                if self.number[next.index()] == 0 {
                    self.visit(next);
                    self.low[at] = self.low[at].min(self.low[next.index()]);
                } else if self.on_stack[next.index()] {
                    self.low[at] = self.low[at].min(self.number[next.index()]);
                }
            }
            if self.low[at] == self.number[at] {
                let mut group = Vec::new();
                while let Some(member) = self.stack.pop() {
                    self.on_stack[member.index()] = false;
                    group.push(member);
                    if member == id {
                        break;
                    }
                }
                self.groups.push(group);
            }
        }
    }
    let nodes = plan.plan().nodes.len();
    let mut search = Search {
        plan,
        number: vec![0; nodes],
        low: vec![0; nodes],
        on_stack: vec![false; nodes],
        stack: Vec::new(),
        count: 0,
        groups: Vec::new(),
    };
    for i in 0..nodes {
        if search.number[i] == 0 {
            search.visit(NodeId(u32::try_from(i).unwrap_or(u32::MAX)));
        }
    }
    search.groups
}

fn parts(plan: &ValidPlan, kernel: NodeId) -> Vec<(NodeId, usize)> {
    let nodes = plan.plan().nodes.iter().enumerate();
    nodes
        .filter_map(|(i, node)| match node.op {
            Op::Part(of, k) if of == kernel => Some((NodeId(u32::try_from(i).ok()?), k as usize)),
            _ => None,
        })
        .collect()
}

fn kernel_cells<'a, S: Number>(
    kernel: &Kernel,
    column: &impl Fn(NodeId) -> &'a Column<S>,
    bars: usize,
    bases: &Bases<'_, S>,
) -> Vec<Cells<S>> {
    let args: Vec<&Column<S>> = kernel.args.iter().map(|&arg| column(arg)).collect();
    kernels::cells(kernel, &args, bars, bases)
}

/// The column of a node that reads no other.
fn leaf<S: Number>(node: &Node, bars: &[Bar<S>]) -> Option<Column<S>> {
    let nums = |of: &dyn Fn(usize, &Bar<S>) -> S| Some(Column::Num(bars.iter().enumerate().map(|(i, bar)| Some(of(i, bar))).collect()));
    match &node.op {
        Op::Input(input) => nums(&|i, bar| match input {
            Input::Open => bar.open(),
            Input::High => bar.high(),
            Input::Low => bar.low(),
            Input::Close => bar.close(),
            Input::Volume => bar.volume(),
            Input::Time => S::seconds(bar.time()),
            Input::BarIndex => S::near(i as f64),
        }),
        Op::Num(number) => nums(&|_, _| S::literal(number)),
        Op::Truth(truth) => Some(Column::Bool(vec![Some(*truth); bars.len()])),
        _ => None,
    }
}

/// One cell of a node without memory of its own, and how far from it an executor may be. `own` is the column of the node itself up to
/// the bar before: feedback looks back at it.
fn element<'a, S: Number>(op: &Op, bar: usize, column: &impl Fn(NodeId) -> &'a Column<S>, own: &Column<S>) -> (Value<S>, f64) {
    let value = |id: NodeId| column(id).at(bar);
    let num = |id: NodeId| match value(id) {
        Value::Num(number) => number,
        Value::Bool(_) => panic!("%{} is no number", id.0),
    };
    let truth = |id: NodeId| match value(id) {
        Value::Bool(truth) => truth,
        Value::Num(_) => panic!("%{} is no truth value", id.0),
    };
    let exact = |value: Value<S>| (value, 0.0);
    match op {
        Op::Unary(Unary::Not, a) => exact(Value::Bool(truth(*a).map(|a| !a))),
        Op::Unary(Unary::IsNull, a) => exact(Value::Bool(Some(value(*a).is_null()))),
        Op::Unary(unary, a) => {
            let (result, tolerance) = num(*a).map_or((None, 0.0), |x| S::unary(*unary, x));
            (Value::Num(result), tolerance)
        }
        Op::Binary(binary, a, b) => {
            let kleene = |decides: bool| match (truth(*a), truth(*b)) {
                (Some(x), _) | (_, Some(x)) if x == decides => Some(decides),
                (Some(_), Some(_)) => Some(!decides),
                _ => None,
            };
            let compare = |holds: fn(S, S) -> bool| Value::Bool(num(*a).zip(num(*b)).map(|(x, y)| holds(x, y)));
            let choose = |of: fn(S, S) -> S| Value::Num(num(*a).zip(num(*b)).map(|(x, y)| of(x, y)));
            exact(match binary {
                Binary::Add | Binary::Sub | Binary::Mul | Binary::Div | Binary::Rem | Binary::Pow => {
                    let (result, tolerance) = num(*a).zip(num(*b)).map_or((None, 0.0), |(x, y)| S::binary(*binary, x, y));
                    return (Value::Num(result), tolerance);
                }
                Binary::Max2 => choose(|x, y| if y < x { x } else { y }),
                Binary::Min2 => choose(|x, y| if x < y { x } else { y }),
                Binary::Lt => compare(|x, y| x < y),
                Binary::Le => compare(|x, y| x <= y),
                Binary::Eq => compare(|x, y| x == y),
                Binary::Same => Value::Bool(truth(*a).zip(truth(*b)).map(|(x, y)| x == y)),
                Binary::And => Value::Bool(kleene(false)),
                Binary::Or => Value::Bool(kleene(true)),
                Binary::Coalesce => {
                    if value(*a).is_null() {
                        value(*b)
                    } else {
                        value(*a)
                    }
                }
                Binary::With => {
                    if value(*b).is_null() {
                        null_of(value(*a))
                    } else {
                        value(*a)
                    }
                }
            })
        }
        Op::Pick(condition, a, b) => exact(match truth(*condition) {
            Some(true) => value(*a),
            Some(false) => value(*b),
            None => null_of(value(*a)),
        }),
        Op::Delay(a, n) => exact(match bar.checked_sub(*n as usize) {
            Some(before) => column(*a).at(before),
            None => match column(*a) {
                Column::Num(_) => Value::Num(None),
                Column::Bool(_) => Value::Bool(None),
            },
        }),
        Op::Rec { first, next } => {
            let before = bar.checked_sub(1).map_or(null_of(value(*first)), |before| own.at(before));
            exact(if before.is_null() {
                value(*first)
            } else if value(*next).is_null() {
                before
            } else {
                value(*next)
            })
        }
        Op::Input(_) | Op::Num(_) | Op::Truth(_) => panic!("it has no operands"),
        Op::Kernel(_) | Op::Part(..) => panic!("a kernel has memory"),
    }
}

fn null_of<S>(value: Value<S>) -> Value<S> {
    match value {
        Value::Num(_) => Value::Num(None),
        Value::Bool(_) => Value::Bool(None),
    }
}
