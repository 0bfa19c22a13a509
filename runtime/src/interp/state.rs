//! The columns and kernels of a running program.

use super::Column;
use super::kernels::{self, ArgColumn, Runner};
use super::schedule::{Program, Task};
use crate::bar::Bar;
use crate::row::Value;
use crate::state::{Label, Visitor};
use crate::value::{Num, Scalar, Tri};
use barlang_compiler::plan::{Binary, Function, Input, Kind, NodeId, Op, Remembered, Unary};

/// Bars a column holds in a batch: every column of a usual program stays in the first-level cache.
pub(super) const BATCH_CHUNK: usize = 256;
/// Bars a column holds in live running; when they are full, the past that is needed moves to the front.
pub(super) const LIVE_CHUNK: usize = 32;

/// The values of one node: the past it keeps, then the bars of the chunk.
#[derive(Clone, Debug)]
enum Cells<C> {
    Num(Vec<C>),
    Bool(Vec<Tri>),
    /// None: a kernel writes into the columns of its parts.
    Tuple,
}

/// What changes from bar to bar.
#[derive(Debug)]
pub(super) struct State<C: Num> {
    columns: Vec<Cells<C>>,
    runners: Vec<Option<Box<dyn Runner<C>>>>,
    chunk: usize,
    /// Bars of the chunk that are done.
    at: usize,
    /// Bars done in all.
    seen: u64,
}

impl<C: Num> Clone for State<C> {
    fn clone(&self) -> Self {
        let runners = self.runners.iter().map(|runner| runner.as_ref().map(|r| r.copy())).collect();
        State { columns: self.columns.clone(), runners, chunk: self.chunk, at: self.at, seen: self.seen }
    }
}

impl<C: Num> State<C> {
    pub(super) fn new(program: &Program, chunk: usize) -> Self {
        let plan = &program.plan;
        let column = |(i, node): (usize, &barlang_compiler::plan::Node)| {
            let len = program.history[i] + chunk;
            match (node.kind, &node.op) {
                (Kind::Bool, _) => Cells::Bool(vec![Tri::NULL; len]),
                (Kind::Num, _) => Cells::Num(vec![C::NULL; len]),
                (Kind::Tuple, _) => Cells::Tuple,
            }
        };
        let columns = plan.plan().nodes.iter().enumerate().map(column).collect();
        let runner = |(i, node): (usize, &barlang_compiler::plan::Node)| match &node.op {
            Op::Kernel(kernel) => {
                let id = NodeId(u32::try_from(i).unwrap_or(u32::MAX));
                kernels::make(kernel, plan.used(id), usize::try_from(plan.memory(id)).unwrap_or(0))
            }
            _ => None,
        };
        let runners = plan.plan().nodes.iter().enumerate().map(runner).collect();
        State { columns, runners, chunk, at: 0, seen: 0 }
    }

    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    pub(super) fn bytes(&self) -> usize {
        let columns: usize = self
            .columns
            .iter()
            .map(|cells| match cells {
                Cells::Num(cells) => size_of_val(&cells[..]),
                Cells::Bool(cells) => size_of_val(&cells[..]),
                Cells::Tuple => 0,
            })
            .sum();
        columns + self.runners.iter().flatten().map(|r| r.bytes()).sum::<usize>()
    }

    /// Shows all that is remembered, in the order of the plan.
    pub(super) fn visit(&mut self, program: &Program, v: &mut dyn Visitor<C>) {
        v.bars(&mut self.seen);
        for Remembered { node, name, warmup, past } in &program.remembered {
            let label = (node.0, name.as_str(), *warmup);
            if let Some(runner) = &mut self.runners[node.index()] {
                runner.visit(v, label);
                continue;
            }
            match &mut self.columns[node.index()] {
                Cells::Num(cells) => visit_column(v, label, &mut cells[..], self.chunk - self.at, *past),
                Cells::Bool(cells) => visit_column(v, label, &mut cells[..], self.chunk - self.at, *past),
                Cells::Tuple => {}
            }
        }
    }

    pub(super) fn step(&mut self, program: &Program, bar: &Bar<C::Scalar>) {
        self.run(program, core::slice::from_ref(bar));
    }

    /// Computes the next bars, at most as many as the chunk has room for.
    pub(super) fn run(&mut self, program: &Program, bars: &[Bar<C::Scalar>]) {
        for task in &program.tasks {
            match task {
                Task::Chunk(id) => self.node(program, *id, bars, 0, bars.len()),
                Task::Cycle(ids) => {
                    for t in 0..bars.len() {
                        for &id in ids {
                            self.node(program, id, bars, t, t + 1);
                        }
                    }
                }
            }
        }
    }

    /// Goes on behind the bars just computed.
    pub(super) fn advance(&mut self, program: &Program, bars: usize) {
        self.seen += bars as u64;
        self.at += bars;
        if self.at < self.chunk {
            return;
        }
        for (cells, &history) in self.columns.iter_mut().zip(&program.history) {
            match cells {
                Cells::Num(cells) => cells.copy_within(self.at..self.at + history, 0),
                Cells::Bool(cells) => cells.copy_within(self.at..self.at + history, 0),
                Cells::Tuple => {}
            }
        }
        self.at = 0;
    }

    /// The value of a node at bar `t` of those just computed.
    pub(super) fn value(&self, id: NodeId, t: usize) -> Value<C::Scalar> {
        match &self.columns[id.index()] {
            Cells::Bool(cells) => Value::Bool(cells[cells.len() - self.chunk + self.at + t].get()),
            Cells::Num(cells) => Value::Num(cells[cells.len() - self.chunk + self.at + t].get()),
            Cells::Tuple => Value::Num(None),
        }
    }

    /// Copies the bars just computed of a node into a series.
    pub(super) fn copy(&self, id: NodeId, bars: usize, to: usize, column: &mut Column<C::Scalar>) {
        match (&self.columns[id.index()], column) {
            (Cells::Num(cells), Column::Num(series)) => {
                let from = cells.len() - self.chunk + self.at;
                series.as_mut_slice()[to..to + bars].copy_from_slice(&cells[from..from + bars]);
            }
            (Cells::Bool(cells), Column::Bool(series)) => {
                let from = cells.len() - self.chunk + self.at;
                for (value, cell) in series.as_mut_slice()[to..to + bars].iter_mut().zip(&cells[from..]) {
                    *value = cell.get();
                }
            }
            _ => {}
        }
    }

    fn nums(&self, id: NodeId, lo: usize, hi: usize, back: usize) -> &[C] {
        match &self.columns[id.index()] {
            Cells::Num(cells) => {
                let base = cells.len() - self.chunk + self.at - back;
                &cells[base + lo..base + hi]
            }
            Cells::Bool(_) | Cells::Tuple => &[],
        }
    }
    fn bools(&self, id: NodeId, lo: usize, hi: usize, back: usize) -> &[Tri] {
        match &self.columns[id.index()] {
            Cells::Bool(cells) => {
                let base = cells.len() - self.chunk + self.at - back;
                &cells[base + lo..base + hi]
            }
            Cells::Num(_) | Cells::Tuple => &[],
        }
    }

    /// Computes the bars `lo..hi` of a node; what it needs of them is there.
    fn node(&mut self, program: &Program, id: NodeId, bars: &[Bar<C::Scalar>], lo: usize, hi: usize) {
        match program.plan.plan().node(id).op {
            Op::Kernel(_) => return self.kernel_node(program, id, lo, hi),
            // Written by its kernel.
            Op::Part(..) => return,
            _ => {}
        }
        // The column is taken out while the others are read.
        let mut own = std::mem::replace(&mut self.columns[id.index()], Cells::Tuple);
        match &mut own {
            Cells::Num(cells) => {
                let base = cells.len() - self.chunk + self.at;
                let (past, now) = cells.split_at_mut(base + lo);
                self.num_node(program, id, bars, lo, hi, past, &mut now[..hi - lo]);
            }
            Cells::Bool(cells) => {
                let base = cells.len() - self.chunk + self.at;
                let (past, now) = cells.split_at_mut(base + lo);
                self.bool_node(program, id, lo, hi, past, &mut now[..hi - lo]);
            }
            Cells::Tuple => {}
        }
        self.columns[id.index()] = own;
    }

    fn kernel_node(&mut self, program: &Program, id: NodeId, lo: usize, hi: usize) {
        let Op::Kernel(kernel) = &program.plan.plan().node(id).op else { return };
        let Some(mut runner) = self.runners[id.index()].take() else { return };
        let take = |(part, _): &(NodeId, usize)| match std::mem::replace(&mut self.columns[part.index()], Cells::Tuple) {
            Cells::Num(cells) => cells,
            Cells::Bool(_) | Cells::Tuple => Vec::new(),
        };
        let mut own: Vec<Vec<C>> = program.parts[id.index()].iter().map(take).collect();
        let args: Vec<ArgColumn<'_, C>> = kernel
            .args
            .iter()
            .map(|&arg| match program.plan.plan().node(arg).kind {
                Kind::Bool => ArgColumn::Bool(self.bools(arg, lo, hi, 0)),
                Kind::Num | Kind::Tuple => ArgColumn::Num(self.nums(arg, lo, hi, 0)),
            })
            .collect();
        let parts = &program.parts[id.index()];
        let place = |cells: &Vec<C>| cells.len() - self.chunk + self.at;
        let mut outputs: Vec<(usize, &mut [C])> = Vec::with_capacity(parts.len());
        for ((_, k), cells) in parts.iter().zip(own.iter_mut()) {
            let base = place(cells);
            outputs.push((*k, &mut cells[base + lo..base + hi]));
        }
        runner.run(&args, hi - lo, &mut outputs);
        drop((args, outputs));
        for ((part, _), cells) in parts.iter().zip(own) {
            self.columns[part.index()] = Cells::Num(cells);
        }
        self.runners[id.index()] = Some(runner);
    }

    #[allow(clippy::too_many_arguments, reason = "a place in a column is three of them")]
    fn num_node(&self, program: &Program, id: NodeId, bars: &[Bar<C::Scalar>], lo: usize, hi: usize, past: &[C], out: &mut [C]) {
        // Overflow is null: settled at once where the plan cannot exclude it.
        let is_raw = C::OVERFLOWS || program.plan.fact(id).is_raw();
        let settle = |x: C| if is_raw { x.settle() } else { x };
        let nums = |id| self.nums(id, lo, hi, 0);
        match &program.plan.plan().node(id).op {
            Op::Input(input) => self.input(*input, &bars[lo..hi], lo, out),
            Op::Num(number) => {
                let value =
                    if number.scale == 0 { C::int(number.mantissa) } else { C::literal(number.value, number.mantissa, number.scale) };
                out.fill(value);
            }
            Op::Unary(unary, a) => match unary {
                Unary::Neg => map(out, nums(*a), |x| -x),
                Unary::Scaled(n, d) => map(out, nums(*a), |x| settle(x.scaled(*n, *d))),
                Unary::Power(n) => map(out, nums(*a), |x| settle(x.powi(*n))),
                Unary::Function(function) => {
                    let apply = function_of::<C>(*function);
                    map(out, nums(*a), |x| settle(apply(x)));
                }
                Unary::Not | Unary::IsNull => {}
            },
            Op::Binary(binary, a, b) => {
                if *binary == Binary::With {
                    return self.with(program, *b, lo, hi, nums(*a), out);
                }
                let (a, b) = (nums(*a), nums(*b));
                match binary {
                    Binary::Add => zip(out, a, b, |x, y| settle(x + y)),
                    Binary::Sub => zip(out, a, b, |x, y| settle(x - y)),
                    Binary::Mul => zip(out, a, b, |x, y| settle(x * y)),
                    Binary::Div => zip(out, a, b, |x, y| settle(x / y)),
                    Binary::Rem => zip(out, a, b, |x, y| settle(x % y)),
                    Binary::Pow => zip(out, a, b, |x, y| settle(x.pow(y))),
                    Binary::Max2 => zip(out, a, b, C::max2),
                    Binary::Min2 => zip(out, a, b, C::min2),
                    Binary::Coalesce => zip(out, a, b, |x, y| if x.is_null() { y } else { x }),
                    Binary::Lt | Binary::Le | Binary::Eq | Binary::Same | Binary::And | Binary::Or | Binary::With => {}
                }
            }
            Op::Pick(c, a, b) => {
                let (c, a, b) = (self.bools(*c, lo, hi, 0), nums(*a), nums(*b));
                for (t, out) in out.iter_mut().enumerate() {
                    *out = c[t].pick(a[t], b[t]);
                }
            }
            Op::Delay(source, n) => out.copy_from_slice(self.nums(*source, lo, hi, *n as usize)),
            Op::Rec { first, next } => {
                let (first, next) = (nums(*first), nums(*next));
                let mut held = past.last().copied().unwrap_or(C::NULL);
                for (t, out) in out.iter_mut().enumerate() {
                    let value = if held.is_null() { first[t] } else { next[t] };
                    held = if value.is_null() { held } else { value };
                    *out = held;
                }
            }
            Op::Truth(_) | Op::Kernel(_) | Op::Part(..) => {}
        }
    }

    fn bool_node(&self, program: &Program, id: NodeId, lo: usize, hi: usize, past: &[Tri], out: &mut [Tri]) {
        let nums = |id| self.nums(id, lo, hi, 0);
        let bools = |id| self.bools(id, lo, hi, 0);
        match &program.plan.plan().node(id).op {
            Op::Truth(value) => out.fill(Tri::known(*value)),
            Op::Unary(Unary::Not, a) => map(out, bools(*a), Tri::not),
            Op::Unary(Unary::IsNull, a) => match program.plan.plan().node(*a).kind {
                Kind::Bool => map(out, bools(*a), |x| Tri::known(x.is_null())),
                Kind::Num | Kind::Tuple => map(out, nums(*a), |x| Tri::known(x.is_null())),
            },
            Op::Binary(binary, a, b) => match binary {
                Binary::Lt => zip(out, nums(*a), nums(*b), Tri::lt),
                Binary::Le => zip(out, nums(*a), nums(*b), Tri::le),
                Binary::Eq => zip(out, nums(*a), nums(*b), Tri::eq),
                Binary::Same => zip(out, bools(*a), bools(*b), Tri::same),
                Binary::And => zip(out, bools(*a), bools(*b), Tri::and),
                Binary::Or => zip(out, bools(*a), bools(*b), Tri::or),
                Binary::Coalesce => zip(out, bools(*a), bools(*b), |x, y| if x.is_null() { y } else { x }),
                Binary::With => self.with(program, *b, lo, hi, bools(*a), out),
                Binary::Add | Binary::Sub | Binary::Mul | Binary::Div | Binary::Rem | Binary::Pow | Binary::Max2 | Binary::Min2 => {}
            },
            Op::Pick(c, a, b) => {
                let (c, a, b) = (bools(*c), bools(*a), bools(*b));
                for (t, out) in out.iter_mut().enumerate() {
                    *out = c[t].pick_tri(a[t], b[t]);
                }
            }
            Op::Delay(source, n) => out.copy_from_slice(self.bools(*source, lo, hi, *n as usize)),
            Op::Rec { first, next } => {
                let (first, next) = (bools(*first), bools(*next));
                let mut held = past.last().copied().unwrap_or(Tri::NULL);
                for (t, out) in out.iter_mut().enumerate() {
                    let value = if held.is_null() { first[t] } else { next[t] };
                    held = if value.is_null() { held } else { value };
                    *out = held;
                }
            }
            Op::Input(_) | Op::Num(_) | Op::Unary(..) | Op::Kernel(_) | Op::Part(..) => {}
        }
    }

    /// The values where the condition node is available, null elsewhere.
    fn with<T: Copy + Nullable>(&self, program: &Program, condition: NodeId, lo: usize, hi: usize, values: &[T], out: &mut [T]) {
        match program.plan.plan().node(condition).kind {
            Kind::Bool => zip(out, values, self.bools(condition, lo, hi, 0), |x, c| if c.is_null() { T::NULL } else { x }),
            Kind::Num | Kind::Tuple => zip(out, values, self.nums(condition, lo, hi, 0), |x, c| if c.is_null() { T::NULL } else { x }),
        }
    }

    fn input(&self, input: Input, bars: &[Bar<C::Scalar>], lo: usize, out: &mut [C]) {
        let read = |out: &mut [C], of: fn(&Bar<C::Scalar>) -> C::Scalar| map(out, bars, |bar| of(&bar).cell());
        match input {
            Input::Open => read(out, Bar::open),
            Input::High => read(out, Bar::high),
            Input::Low => read(out, Bar::low),
            Input::Close => read(out, Bar::close),
            Input::Volume => read(out, Bar::volume),
            Input::Time => map(out, bars, |bar| C::seconds(bar.time())),
            Input::BarIndex => {
                for (t, out) in out.iter_mut().enumerate() {
                    *out = C::int((self.seen + (lo + t) as u64).cast_signed());
                }
            }
        }
    }
}

/// Shows the past of a column of which the last `left` cells are still to come.
fn visit_column<C: Num, T: crate::state::Value<C>>(v: &mut dyn Visitor<C>, node: Label<'_>, cells: &mut [T], left: usize, past: usize) {
    v.node(node);
    v.field("past", Some(past));
    cells.iter_mut().rev().skip(left).take(past).for_each(|cell| cell.show(v));
}

trait Nullable {
    const NULL: Self;
}

impl Nullable for Tri {
    const NULL: Tri = Tri::NULL;
}

impl<C: Num> Nullable for C {
    const NULL: C = C::NULL;
}

fn map<T: Copy, U>(out: &mut [U], a: &[T], of: impl Fn(T) -> U) {
    for (out, &x) in out.iter_mut().zip(a) {
        *out = of(x);
    }
}

fn zip<T: Copy, V: Copy, U>(out: &mut [U], a: &[T], b: &[V], of: impl Fn(T, V) -> U) {
    for ((out, &x), &y) in out.iter_mut().zip(a).zip(b) {
        *out = of(x, y);
    }
}

fn function_of<C: Num>(function: Function) -> fn(C) -> C {
    match function {
        Function::Abs => C::abs,
        Function::Sign => C::sign,
        Function::Sqrt => C::sqrt,
        Function::Ln => C::ln,
        Function::Log10 => C::log10,
        Function::Exp => C::exp,
        Function::Sin => C::sin,
        Function::Cos => C::cos,
        Function::Tan => C::tan,
        Function::Asin => C::asin,
        Function::Acos => C::acos,
        Function::Atan => C::atan,
        Function::Sinh => C::sinh,
        Function::Cosh => C::cosh,
        Function::Tanh => C::tanh,
        Function::Floor => C::floor,
        Function::Ceil => C::ceil,
        Function::Round => C::round,
    }
}
