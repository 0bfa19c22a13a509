//! The columns and kernels of a running program.

use super::Column;
use super::kernels::{self, Arguments, MAX_ARGUMENTS, MAX_LANES, Outputs, Runner};
use super::schedule::{self, Node, Place, Program, Task};
use crate::bar::Bar;
use crate::columns::BarColumns;
use crate::kernel::Argument;
use crate::row::Value;
use crate::state::{Label, Visitor};
use crate::value::{Num, Packed, Scalar, Tri};
use barlang_compiler::plan::{Binary, Function, Input, Kind, NodeId, Op, Remembered, Unary};

/// Bars a column holds in a batch: enough that to go from node to node costs little, few enough that the columns of a usual program stay in
/// the second-level cache.
pub(super) const BATCH_CHUNK: usize = 256;
/// Bars a column holds in live running; when they are full, the past that is needed moves to the front.
pub(super) const LIVE_CHUNK: usize = 32;

/// What changes from bar to bar.
#[derive(Debug)]
pub(super) struct State<C: Num> {
    /// The values of each node, at the end of [`column`]: the past it keeps, then the bars of the chunk. Empty for a node that has no column of
    /// its own, or one of truth values.
    nums: Vec<Vec<C>>,
    /// The same of truth values.
    truths: Vec<Vec<Packed>>,
    runners: Vec<Option<Box<dyn Runner<C>>>>,
    /// The columns that a kernel is writing, while it does.
    written: Vec<Vec<C>>,
    chunk: usize,
    /// Bars of the chunk that are done.
    at: usize,
    /// Bars done in all.
    seen: u64,
    /// Whether what the plan proves holds on the bars at hand.
    is_steady: bool,
}

impl<C: Num> Clone for State<C> {
    fn clone(&self) -> Self {
        let runners = self.runners.iter().map(|runner| runner.as_ref().map(|r| r.copy())).collect();
        State { nums: self.nums.clone(), truths: self.truths.clone(), runners, written: Vec::new(), ..*self }
    }
}

impl<C: Num> State<C> {
    pub(super) fn new(program: &Program, chunk: usize) -> Self {
        let plan = &program.plan;
        let is_column = |i: usize, kind: Kind| program.nodes[i].is_column && plan.plan().nodes[i].kind == kind;
        let history = |i: usize| program.nodes[i].history;
        let nodes = 0..program.nodes.len();
        let nums = nodes.clone().map(|i| if is_column(i, Kind::Num) { column(C::NULL, history(i), chunk) } else { Vec::new() });
        let truths = nodes.map(|i| if is_column(i, Kind::Bool) { column(Packed::NULL, history(i), chunk) } else { Vec::new() });
        let (nums, truths) = (nums.collect(), truths.collect());
        let runner = |ids: &Vec<NodeId>| {
            let mut runner = None;
            for &id in ids {
                let Op::Kernel(kernel) = &plan.plan().node(id).op else { continue };
                runner = runner.or_else(|| kernels::make(kernel, plan.used(id)).map(|(runner, _)| runner));
                if let Some(runner) = &mut runner {
                    runner.add(kernel, usize::try_from(plan.memory(id)).unwrap_or(0));
                }
            }
            runner
        };
        let runners = program.groups.iter().map(runner).collect();
        let mut state = State { nums, truths, runners, written: Vec::new(), chunk, at: 0, seen: 0, is_steady: false };
        for &id in &program.consts {
            state.node(program, id, Source::Bars(&[]), 0, chunk);
        }
        state
    }

    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    pub(super) fn bytes(&self, program: &Program) -> usize {
        let cell = |id: usize| match program.plan.plan().nodes[id].kind {
            Kind::Bool => size_of::<Packed>(),
            Kind::Num => size_of::<C>(),
            Kind::Tuple => 0,
        };
        let columns = program.nodes.iter().enumerate().filter(|(_, node)| node.is_column);
        let columns: usize = columns.map(|(id, node)| (node.history + self.chunk) * cell(id)).sum();
        columns + self.runners.iter().flatten().map(|r| r.bytes()).sum::<usize>()
    }

    /// Shows all that is remembered, in the order of the plan.
    pub(super) fn visit(&mut self, program: &Program, v: &mut dyn Visitor<C>) {
        v.bars(&mut self.seen);
        for Remembered { node, name, warmup, past } in &program.remembered {
            let label = (node.0, name.as_str(), *warmup);
            if let Op::Kernel(_) = program.plan.plan().node(*node).op {
                let Node { group, lane, .. } = program.nodes[node.index()];
                if let Some(runner) = &mut self.runners[group] {
                    runner.visit(lane, v, label);
                }
                continue;
            }
            let left = self.chunk - self.at;
            match program.plan.plan().node(*node).kind {
                Kind::Bool => visit_column(v, label, &mut self.truths[node.index()], left, *past),
                Kind::Num | Kind::Tuple => visit_column(v, label, &mut self.nums[node.index()], left, *past),
            }
        }
    }

    pub(super) fn step(&mut self, program: &Program, bar: &Bar<C::Scalar>) {
        self.run(program, Source::Bars(core::slice::from_ref(bar)));
    }

    /// Computes the next bars, at most as many as the chunk has room for.
    pub(super) fn run(&mut self, program: &Program, bars: Source<'_, C::Scalar>) {
        // The proofs rest on arithmetic that cannot overflow.
        self.is_steady = !C::OVERFLOWS && self.seen >= program.steady;
        let tasks = if self.is_steady { &program.steady_tasks } else { &program.tasks };
        for task in tasks {
            match task {
                Task::Chunk(id) => self.node(program, *id, bars, 0, bars.len()),
                Task::Group(group) => self.group(program, *group, bars.len()),
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
        for &(id, history) in &program.histories {
            match program.plan.plan().node(id).kind {
                Kind::Bool => begin_again(&mut self.truths[id.index()], history, self.chunk),
                Kind::Num | Kind::Tuple => begin_again(&mut self.nums[id.index()], history, self.chunk),
            }
        }
        self.at = 0;
    }

    /// The value of a node on the first of the bars just computed.
    pub(super) fn value(&self, program: &Program, id: NodeId) -> Value<C::Scalar> {
        match program.plan.plan().node(id).kind {
            Kind::Bool => Value::Bool(self.bools(program, id, 0, 1).first().and_then(|cell| cell.tri().get())),
            Kind::Num | Kind::Tuple => Value::Num(self.nums(program, id, 0, 1).first().and_then(|cell| cell.get())),
        }
    }

    /// Copies the bars just computed of a node into a series.
    pub(super) fn copy(&self, program: &Program, id: NodeId, bars: usize, to: usize, column: &mut Column<C::Scalar>) {
        match column {
            Column::Num(series) => series.as_mut_slice()[to..][..bars].copy_from_slice(self.nums(program, id, 0, bars)),
            Column::Bool(series) => {
                map(&mut series.as_mut_slice()[to..][..bars], self.bools(program, id, 0, bars), |cell| cell.tri().get());
            }
        }
    }

    /// The cells of a node at the bars `lo..hi`.
    fn nums(&self, program: &Program, id: NodeId, lo: usize, hi: usize) -> &[C] {
        let Place { source, back } = self.place(program, id);
        self.past_nums(source, back, lo, hi)
    }
    fn bools(&self, program: &Program, id: NodeId, lo: usize, hi: usize) -> &[Packed] {
        let Place { source, back } = self.place(program, id);
        self.past_bools(source, back, lo, hi)
    }
    /// The cells of a column so many bars before the bars `lo..hi`.
    fn past_nums(&self, source: NodeId, back: usize, lo: usize, hi: usize) -> &[C] {
        let cells = &self.nums[source.index()];
        let base = cells.len() - self.chunk + self.at - back;
        &cells[base + lo..base + hi]
    }
    fn past_bools(&self, source: NodeId, back: usize, lo: usize, hi: usize) -> &[Packed] {
        let cells = &self.truths[source.index()];
        let base = cells.len() - self.chunk + self.at - back;
        &cells[base + lo..base + hi]
    }
    fn place(&self, program: &Program, id: NodeId) -> Place {
        let node = &program.nodes[id.index()];
        if self.is_steady { node.steady } else { node.place }
    }

    /// Computes the bars `lo..hi` of a node; what it needs of them is there.
    fn node(&mut self, program: &Program, id: NodeId, bars: Source<'_, C::Scalar>, lo: usize, hi: usize) {
        let node = program.plan.plan().node(id);
        // The column is taken out while the others are read.
        match (&node.op, node.kind) {
            (Op::Kernel(kernel), _) => self.kernel_node(program, id, &kernel.args, lo, hi),
            (_, Kind::Bool) => {
                let mut own = std::mem::take(&mut self.truths[id.index()]);
                let base = own.len() - self.chunk + self.at;
                let (past, now) = own.split_at_mut(base + lo);
                self.bool_node(program, id, lo, hi, past, &mut now[..hi - lo]);
                self.truths[id.index()] = own;
            }
            (_, Kind::Num | Kind::Tuple) => {
                let mut own = std::mem::take(&mut self.nums[id.index()]);
                let base = own.len() - self.chunk + self.at;
                let (past, now) = own.split_at_mut(base + lo);
                self.num_node(program, id, bars, lo, hi, past, &mut now[..hi - lo]);
                self.nums[id.index()] = own;
            }
        }
    }

    fn kernel_node(&mut self, program: &Program, id: NodeId, args: &[NodeId], lo: usize, hi: usize) {
        let Node { is_sure, group, lane, .. } = program.nodes[id.index()];
        let Some(mut runner) = self.runners[group].take() else { return };
        let parts = &program.parts[id.index()];
        let mut written = std::mem::take(&mut self.written);
        written.extend(parts.iter().map(|(part, _)| std::mem::take(&mut self.nums[part.index()])));
        let outputs = Outputs { parts, columns: &mut written, left: self.chunk - self.at - lo };
        runner.run(lane, &self.arguments(program, args, lo, hi), hi - lo, self.is_steady && is_sure, outputs);
        for ((part, _), cells) in parts.iter().zip(written.drain(..)) {
            self.nums[part.index()] = cells;
        }
        self.written = written;
        self.runners[group] = Some(runner);
    }

    /// Kernels of one output that are run at once.
    fn group(&mut self, program: &Program, group: usize, bars: usize) {
        let Some(mut runner) = self.runners[group].take() else { return };
        let ids = &program.groups[group];
        let mut written = std::mem::take(&mut self.written);
        let parts = || ids.iter().filter_map(|id| program.parts[id.index()].first());
        written.extend(parts().map(|(part, _)| std::mem::take(&mut self.nums[part.index()])));
        let mut args = [[Argument::Num(&[][..]); MAX_ARGUMENTS]; MAX_LANES];
        for (args, id) in args.iter_mut().zip(ids) {
            if let Op::Kernel(kernel) = &program.plan.plan().node(*id).op {
                *args = self.arguments(program, &kernel.args, 0, bars);
            }
        }
        runner.run_all(&args, bars, &mut written, self.chunk - self.at);
        for ((part, _), cells) in parts().zip(written.drain(..)) {
            self.nums[part.index()] = cells;
        }
        self.written = written;
        self.runners[group] = Some(runner);
    }

    fn arguments(&self, program: &Program, args: &[NodeId], lo: usize, hi: usize) -> Arguments<'_, C> {
        let mut columns = [Argument::Num(&[][..]); MAX_ARGUMENTS];
        for (column, &arg) in columns.iter_mut().zip(args) {
            *column = match program.plan.plan().node(arg).kind {
                Kind::Bool => Argument::Bool(self.bools(program, arg, lo, hi)),
                Kind::Num | Kind::Tuple => Argument::Num(self.nums(program, arg, lo, hi)),
            };
        }
        columns
    }

    #[allow(clippy::too_many_arguments, reason = "a place in a column is three of them")]
    fn num_node(&self, program: &Program, id: NodeId, bars: Source<'_, C::Scalar>, lo: usize, hi: usize, past: &[C], out: &mut [C]) {
        // Overflow is null: settled at once where the plan cannot exclude it.
        let is_raw = program.nodes[id.index()].is_raw;
        let is_sure = |id: NodeId| self.is_steady && program.nodes[id.index()].is_sure;
        let nums = |id| self.nums(program, id, lo, hi);
        match &program.plan.plan().node(id).op {
            Op::Input(input) => self.input(*input, bars.part(lo, hi), lo, out),
            Op::Num(number) => {
                let value =
                    if number.scale == 0 { C::int(number.mantissa) } else { C::literal(number.value, number.mantissa, number.scale) };
                out.fill(value);
            }
            Op::Unary(unary, a) => match unary {
                Unary::Neg => map(out, nums(*a), |&x| -x),
                Unary::Scaled(n, d) => map_settled(is_raw, out, nums(*a), |x| x.scaled(*n, *d)),
                Unary::Power(n) => map_settled(is_raw, out, nums(*a), |x| x.powi(*n)),
                Unary::Function(Function::Abs) => map_settled(is_raw, out, nums(*a), C::abs),
                Unary::Function(Function::Sqrt) => match schedule::fraction(&program.plan, *a) {
                    Some((x, n, d)) => map_settled(is_raw, out, nums(x), |x| x.scaled(n, d).sqrt()),
                    None => map_settled(is_raw, out, nums(*a), C::sqrt),
                },
                Unary::Function(Function::Ln) => map_settled(is_raw, out, nums(*a), C::ln_abreast),
                Unary::Function(Function::Exp) => map_settled(is_raw, out, nums(*a), C::exp_abreast),
                Unary::Function(Function::Sinh) => map_settled(is_raw, out, nums(*a), C::sinh_abreast),
                Unary::Function(Function::Log10) => map_settled(is_raw, out, nums(*a), C::log10_abreast),
                Unary::Function(function) => {
                    let apply = function_of::<C>(*function);
                    map_settled(is_raw, out, nums(*a), apply);
                }
                Unary::Not | Unary::IsNull => {}
            },
            Op::Binary(binary, x, y) => self.num_binary(program, is_raw, (*binary, *x, *y), lo, hi, out),
            Op::Pick(c, a, b) => {
                let (a, b) = (nums(*a), nums(*b));
                match schedule::comparison(&program.plan, *c) {
                    Some((binary, x, y)) if is_sure(x) && is_sure(y) => {
                        let (x, y) = (nums(x), nums(y));
                        match binary {
                            Binary::Lt => pick(out, x, y, a, b, |x, y, a, b| if x.lt(y) { a } else { b }),
                            Binary::Le => pick(out, x, y, a, b, |x, y, a, b| if x.le(y) { a } else { b }),
                            _ => pick(out, x, y, a, b, |x, y, a, b| if x.eq(y) { a } else { b }),
                        }
                    }
                    Some((binary, x, y)) => {
                        let (x, y) = (nums(x), nums(y));
                        match binary {
                            Binary::Lt => pick(out, x, y, a, b, |x, y, a, b| Tri::lt(x, y).pick(a, b)),
                            Binary::Le => pick(out, x, y, a, b, |x, y, a, b| Tri::le(x, y).pick(a, b)),
                            _ => pick(out, x, y, a, b, |x, y, a, b| Tri::eq(x, y).pick(a, b)),
                        }
                    }
                    None => {
                        let c = self.bools(program, *c, lo, hi);
                        for (((out, c), &a), &b) in out.iter_mut().zip(c).zip(a).zip(b) {
                            *out = c.tri().pick(a, b);
                        }
                    }
                }
            }
            // A delay that is looked back at itself.
            Op::Delay(source, n) => out.copy_from_slice(self.past_nums(*source, *n as usize, lo, hi)),
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

    fn num_binary(&self, program: &Program, is_raw: bool, (binary, x, y): (Binary, NodeId, NodeId), lo: usize, hi: usize, out: &mut [C]) {
        let is_sure = self.is_steady && program.nodes[x.index()].is_sure && program.nodes[y.index()].is_sure;
        let a = self.nums(program, x, lo, hi);
        let b = || self.nums(program, y, lo, hi);
        match (binary, schedule::fraction(&program.plan, y)) {
            (Binary::Add, Some((y, n, d))) => zip_settled(is_raw, out, a, self.nums(program, y, lo, hi), |x, y| x + y.scaled(n, d)),
            (Binary::Sub, Some((y, n, d))) => zip_settled(is_raw, out, a, self.nums(program, y, lo, hi), |x, y| x - y.scaled(n, d)),
            (Binary::Add, None) => zip_settled(is_raw, out, a, b(), |x, y| x + y),
            (Binary::Sub, None) => zip_settled(is_raw, out, a, b(), |x, y| x - y),
            (Binary::Mul, _) => zip_settled(is_raw, out, a, b(), |x, y| x * y),
            (Binary::Div, _) => zip_settled(is_raw, out, a, b(), |x, y| x / y),
            (Binary::Rem, _) => zip_settled(is_raw, out, a, b(), |x, y| x % y),
            (Binary::Pow, _) => zip_settled(is_raw, out, a, b(), C::pow),
            (Binary::Max2, _) if is_sure => zip(out, a, b(), C::greater),
            (Binary::Min2, _) if is_sure => zip(out, a, b(), C::lesser),
            (Binary::Max2, _) => zip(out, a, b(), C::max2),
            (Binary::Min2, _) => zip(out, a, b(), C::min2),
            (Binary::Coalesce, _) => zip(out, a, b(), |x, y| if x.is_null() { y } else { x }),
            (Binary::With, _) => self.with(program, y, lo, hi, a, out),
            (Binary::Lt | Binary::Le | Binary::Eq | Binary::Same | Binary::And | Binary::Or, _) => {}
        }
    }

    fn bool_node(&self, program: &Program, id: NodeId, lo: usize, hi: usize, past: &[Packed], out: &mut [Packed]) {
        let is_sure = |id: NodeId| self.is_steady && program.nodes[id.index()].is_sure;
        let nums = |id| self.nums(program, id, lo, hi);
        let bools = |id| self.bools(program, id, lo, hi);
        match &program.plan.plan().node(id).op {
            Op::Truth(value) => out.fill(Tri::known(*value).into()),
            Op::Unary(Unary::Not, a) => map(out, bools(*a), |x| x.tri().not().into()),
            Op::Unary(Unary::IsNull, a) => match program.plan.plan().node(*a).kind {
                Kind::Bool => map(out, bools(*a), |x| Tri::known(x.tri().is_null()).into()),
                Kind::Num | Kind::Tuple => map(out, nums(*a), |x| Tri::known(x.is_null()).into()),
            },
            Op::Binary(binary @ (Binary::Lt | Binary::Le | Binary::Eq), x, y) => {
                let (a, b) = (nums(*x), nums(*y));
                match (binary, is_sure(*x) && is_sure(*y)) {
                    (Binary::Lt, true) => zip(out, a, b, |x, y| Tri::known(x.lt(y)).into()),
                    (Binary::Le, true) => zip(out, a, b, |x, y| Tri::known(x.le(y)).into()),
                    (_, true) => zip(out, a, b, |x, y| Tri::known(x.eq(y)).into()),
                    (Binary::Lt, false) => zip(out, a, b, |x, y| Tri::lt(x, y).into()),
                    (Binary::Le, false) => zip(out, a, b, |x, y| Tri::le(x, y).into()),
                    (_, false) => zip(out, a, b, |x, y| Tri::eq(x, y).into()),
                }
            }
            Op::Binary(Binary::With, a, b) => self.with(program, *b, lo, hi, bools(*a), out),
            Op::Binary(binary, a, b) => {
                let (a, b) = (bools(*a), bools(*b));
                match binary {
                    Binary::Same => zip(out, a, b, |x, y| x.tri().same(y.tri()).into()),
                    Binary::And => zip(out, a, b, |x, y| x.tri().and(y.tri()).into()),
                    Binary::Or => zip(out, a, b, |x, y| x.tri().or(y.tri()).into()),
                    _ => zip(out, a, b, |x, y| if x.tri().is_null() { y } else { x }),
                }
            }
            Op::Pick(c, a, b) => {
                let (c, a, b) = (bools(*c), bools(*a), bools(*b));
                for (t, out) in out.iter_mut().enumerate() {
                    *out = c[t].tri().pick_tri(a[t].tri(), b[t].tri()).into();
                }
            }
            Op::Delay(source, n) => out.copy_from_slice(self.past_bools(*source, *n as usize, lo, hi)),
            Op::Rec { first, next } => {
                let (first, next) = (bools(*first), bools(*next));
                let mut held = past.last().copied().unwrap_or(Packed::NULL);
                for (t, out) in out.iter_mut().enumerate() {
                    let value = if held.tri().is_null() { first[t] } else { next[t] };
                    held = if value.tri().is_null() { held } else { value };
                    *out = held;
                }
            }
            Op::Input(_) | Op::Num(_) | Op::Unary(..) | Op::Kernel(_) | Op::Part(..) => {}
        }
    }

    /// The values where the condition node is available, null elsewhere.
    fn with<T: Copy + Nullable>(&self, program: &Program, condition: NodeId, lo: usize, hi: usize, values: &[T], out: &mut [T]) {
        match program.plan.plan().node(condition).kind {
            Kind::Bool => zip(out, values, self.bools(program, condition, lo, hi), |x, c| if c.tri().is_null() { T::NULL } else { x }),
            Kind::Num | Kind::Tuple => {
                zip(out, values, self.nums(program, condition, lo, hi), |x, c| if c.is_null() { T::NULL } else { x });
            }
        }
    }

    fn input(&self, input: Input, bars: Source<'_, C::Scalar>, lo: usize, out: &mut [C]) {
        macro_rules! read {
            ($field:ident, $cell:expr) => {
                match bars {
                    Source::Bars(bars) => map(out, bars, |bar| $cell(bar.$field())),
                    Source::Columns(columns) => map(out, columns.$field(), |&value| $cell(value)),
                }
            };
        }
        match input {
            Input::Open => read!(open, Scalar::cell),
            Input::High => read!(high, Scalar::cell),
            Input::Low => read!(low, Scalar::cell),
            Input::Close => read!(close, Scalar::cell),
            Input::Volume => read!(volume, Scalar::cell),
            Input::Time => read!(time, C::seconds),
            Input::BarIndex => {
                for (t, out) in out.iter_mut().enumerate() {
                    *out = C::int((self.seen + (lo + t) as u64).cast_signed());
                }
            }
        }
    }
}

/// The bars at hand, as they lie in memory.
#[derive(Clone, Copy)]
pub(super) enum Source<'a, S> {
    Bars(&'a [Bar<S>]),
    Columns(BarColumns<'a, S>),
}

impl<S: Scalar> Source<'_, S> {
    pub(super) fn len(self) -> usize {
        match self {
            Source::Bars(bars) => bars.len(),
            Source::Columns(columns) => columns.len(),
        }
    }
    /// The bars `lo..hi`.
    pub(super) fn part(self, lo: usize, hi: usize) -> Self {
        match self {
            Source::Bars(bars) => Source::Bars(&bars[lo..hi]),
            Source::Columns(columns) => Source::Columns(columns.part(lo, hi)),
        }
    }
}

/// Shows the past of a column of which the last `left` cells are still to come.
fn visit_column<C: Num, T: crate::state::Value<C>>(v: &mut dyn Visitor<C>, node: Label<'_>, cells: &mut [T], left: usize, past: usize) {
    v.node(node);
    v.field("past", Some(past));
    cells.iter_mut().rev().skip(left).take(past).for_each(|cell| cell.show(v));
}

/// The past and the chunk of a column, at the end of cells which begin so that the chunk begins with a cache line: values that lie across two cost
/// double.
fn column<T: Copy>(null: T, history: usize, chunk: usize) -> Vec<T> {
    const LINE: usize = 64;
    let most = LINE / size_of::<T>();
    let mut cells: Vec<T> = Vec::with_capacity(most + history + chunk);
    let before = cells.as_ptr().wrapping_add(history).align_offset(LINE).min(most);
    cells.resize(before + history + chunk, null);
    cells
}

/// Moves the past of the bars after a full chunk before the next.
fn begin_again<T: Copy>(cells: &mut [T], history: usize, chunk: usize) {
    let end = cells.len();
    cells.copy_within(end - history.., end - chunk - history);
}

trait Nullable {
    const NULL: Self;
}

impl Nullable for Packed {
    const NULL: Packed = Packed::NULL;
}

impl<C: Num> Nullable for C {
    const NULL: C = C::NULL;
}

// Each loop is a function of its own, since the optimiser knows that a function's slices are apart: it makes one loop, of two or more bars
// to an instruction, and no tests.

#[inline(never)]
fn map<T, U>(out: &mut [U], a: &[T], of: impl Fn(&T) -> U) {
    for (out, x) in out.iter_mut().zip(a) {
        *out = of(x);
    }
}

#[inline(never)]
fn zip<T: Copy, V: Copy, U>(out: &mut [U], a: &[T], b: &[V], of: impl Fn(T, V) -> U) {
    for ((out, &x), &y) in out.iter_mut().zip(a).zip(b) {
        *out = of(x, y);
    }
}

#[inline(never)]
fn pick<C: Num>(out: &mut [C], x: &[C], y: &[C], a: &[C], b: &[C], of: impl Fn(C, C, C, C) -> C) {
    for ((((out, &x), &y), &a), &b) in out.iter_mut().zip(x).zip(y).zip(a).zip(b) {
        *out = of(x, y, a, b);
    }
}

fn map_settled<C: Num>(is_raw: bool, out: &mut [C], a: &[C], of: impl Fn(C) -> C) {
    if is_raw { map(out, a, |&x| of(x).settle()) } else { map(out, a, |&x| of(x)) }
}

fn zip_settled<C: Num>(is_raw: bool, out: &mut [C], a: &[C], b: &[C], of: impl Fn(C, C) -> C) {
    if is_raw { zip(out, a, b, |x, y| of(x, y).settle()) } else { zip(out, a, b, of) }
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
