//! Plan to plan: what no output needs is dropped, and windows that several lengths can share are taken apart.
//!
//! No rule changes a bit of any output, but those that are part of what an average, a sum or a short window is: see `lag`, `sums` and `MAX_WRITTEN_OUT`.

use super::{Binary, Builder, Fact, Function, Input, Kernel, Kind, Node, NodeId, Op, Output, Plan, Unary, facts};
use crate::syntax::token::Number;

/// The longest window of extremes, or sum, that is taken apart into doubled ones; beyond it the block form costs less.
const MAX_DOUBLED: i64 = 64;

/// The longest window whose sums are written out.
const MAX_SUMMED: i64 = 5;

/// The most means of halves that one is made of: of two, a decimal mean that has an exact value has it, and more cost as much as a window of its own. One of three values is written out as soon.
const MAX_MEANS: u32 = 2;

/// The longest window of which every value is looked at on every bar, and that is written out for it: its values then come from where they lie, and a batch looks
/// at two bars with an instruction. A kernel would read back what it has just written.
const MAX_WRITTEN_OUT: i64 = 32;

/// The longest window that is sorted by comparing its values two by two.
const MAX_SORTED: i64 = 16;

/// Takes a plan, gives one with the same outputs; with none, and more than [`Builder::MAX_NODES`] nodes, where that is too large.
pub fn simplify(plan: &Plan) -> Plan {
    let known = facts(plan);
    let mut builder = Builder::default();
    let mirrors = has_both(plan, &known);
    let mut to: Vec<Option<NodeId>> = vec![None; plan.nodes.len()];
    let mut recs = Vec::new();
    // Feedback is opened before anything else: every cycle passes through it.
    let mut pending: Vec<NodeId> = plan.outputs.iter().map(|o| o.node).collect();
    pending.reverse();
    while let Some(root) = pending.pop() {
        let mut stack = vec![root];
        while let Some(&at) = stack.last() {
            if builder.is_full() {
                return builder.finish();
            }
            if to[at.index()].is_some() {
                stack.pop();
                continue;
            }
            let node = plan.node(at);
            if let Op::Rec { first, next } = node.op {
                // What holds the last value of a field of the bar, which is there on every bar, is the field.
                let held = &plan.node(first).op;
                if first == next && matches!(held, Op::Input(_)) {
                    to[at.index()] = Some(builder.add(held.clone(), node.kind));
                    stack.pop();
                    continue;
                }
                to[at.index()] = Some(builder.open_rec(node.kind));
                recs.push((at, first, next));
                pending.push(next);
                pending.push(first);
                stack.pop();
                continue;
            }
            let needed = window(plan, &known, at).map_or_else(|| node.op.operands(), |window| window.operands());
            let waiting: Vec<NodeId> = needed.into_iter().filter(|id| to[id.index()].is_none()).collect();
            if waiting.is_empty() {
                let mapped = |id: NodeId| to[id.index()].unwrap_or(id);
                let new = rewrite(&mut builder, plan, &known, mirrors, at, mapped);
                to[at.index()] = Some(new);
                stack.pop();
            } else {
                stack.extend(waiting.into_iter().rev());
            }
        }
    }
    let mapped = |id: NodeId| to[id.index()].unwrap_or(id);
    for (rec, first, next) in recs {
        builder.close_rec(mapped(rec), mapped(first), mapped(next));
    }
    for output in &plan.outputs {
        builder.output(&output.name, mapped(output.node));
    }
    without_unneeded(&builder.finish())
}

/// The nodes that outputs need, in their order: taking apart leaves some behind.
fn without_unneeded(plan: &Plan) -> Plan {
    let mut is_needed = vec![false; plan.nodes.len()];
    let mut waiting: Vec<NodeId> = plan.outputs.iter().map(|output| output.node).collect();
    while let Some(id) = waiting.pop() {
        if !std::mem::replace(&mut is_needed[id.index()], true) {
            waiting.extend(plan.node(id).op.operands());
        }
    }
    let mut next = 0;
    let to: Vec<NodeId> = is_needed
        .iter()
        .map(|&is_needed| {
            next += u32::from(is_needed);
            NodeId(next.saturating_sub(1))
        })
        .collect();
    let kept = plan.nodes.iter().zip(&is_needed).filter(|(_, is_needed)| **is_needed);
    Plan {
        nodes: kept.map(|(node, _)| Node { op: node.op.map(|id| to[id.index()]), ..node.clone() }).collect(),
        outputs: plan.outputs.iter().map(|output| Output { node: to[output.node.index()], ..output.clone() }).collect(),
    }
}

/// Whether a plan takes apart windows of greatest and of least values. The least are mirrored then, as the greatest of the values with the other sign: the same
/// operations on both, which the optimiser does in pairs.
fn has_both(plan: &Plan, known: &[Fact]) -> bool {
    let all: Vec<Binary> = (0..plan.nodes.len())
        .filter_map(|at| match window(plan, known, NodeId(at as u32))?.of {
            Of::Extreme(binary) | Of::Age(binary) | Of::Place(binary) => Some(binary),
            Of::Whole | Of::Mean | Of::Sum(_) | Of::Rank(_) | Of::AverageDeviation | Of::Gaussian(_) => None,
        })
        .collect();
    [Binary::Max2, Binary::Min2].iter().all(|binary| all.contains(binary))
}

fn rewrite(builder: &mut Builder, plan: &Plan, known: &[Fact], mirrors: bool, at: NodeId, to: impl Fn(NodeId) -> NodeId) -> NodeId {
    let node = plan.node(at);
    match window(plan, known, at) {
        Some(Window { of: Of::Extreme(Binary::Min2), x, period }) if mirrors => {
            let mirrored = builder.unary(Unary::Neg, to(x));
            let greatest = doubled(builder, Binary::Max2, mirrored, period);
            builder.unary(Unary::Neg, greatest)
        }
        Some(Window { of: Of::Extreme(binary), x, period }) => doubled(builder, binary, to(x), period),
        Some(Window { of: Of::Age(Binary::Min2), x, period }) if mirrors => {
            let mirrored = builder.unary(Unary::Neg, to(x));
            age(builder, Binary::Max2, mirrored, period)
        }
        Some(Window { of: Of::Age(binary), x, period }) => age(builder, binary, to(x), period),
        Some(Window { of: Of::Place(Binary::Min2), x, period }) if mirrors => {
            let mirrored = builder.unary(Unary::Neg, to(x));
            doubled_place(builder, Binary::Max2, mirrored, period)
        }
        Some(Window { of: Of::Place(binary), x, period }) => doubled_place(builder, binary, to(x), period),
        Some(Window { of: Of::Whole, x, period }) => whole(builder, to(x), period),
        Some(Window { of: Of::Mean, x, period }) => mean(builder, to(x), period),
        Some(Window { of: Of::Sum(part), x, period }) => summed(builder, part, to(x), period),
        Some(Window { of: Of::Rank(rank), x, period }) => ranked(builder, to(x), period, rank),
        Some(Window { of: Of::AverageDeviation, x, period }) => average_deviation(builder, to(x), period),
        Some(Window { of: Of::Gaussian(curve), x, period }) => gaussian(builder, to(x), curve.map(to), period),
        None => match node.op.map(to) {
            Op::Binary(binary @ (Binary::Lt | Binary::Le), a, b) => compared(builder, binary, a, b),
            Op::Binary(Binary::Mul, one, x) | Op::Binary(Binary::Mul, x, one) if is_one(builder.op(one)) => x,
            Op::Binary(binary @ (Binary::Add | Binary::Sub), a, b) => added(builder, binary, a, b),
            Op::Unary(Unary::Function(Function::Abs), x) => {
                let x = if let &Op::Unary(Unary::Neg, x) = builder.op(x) { x } else { x };
                builder.unary(Unary::Function(Function::Abs), x)
            }
            Op::Kernel(kernel) if kernel.rust == "Ema<false>" && node.op.operands().iter().all(|&x| counts_bars(known, x)) => {
                let kernel = lag(builder, *kernel);
                builder.add(Op::Kernel(Box::new(kernel)), node.kind)
            }
            Op::Part(tuple, part) => {
                let op = builder.add(Op::Part(tuple, part), node.kind);
                match builder.op(tuple) {
                    Op::Kernel(kernel) if kernel.rust.starts_with("LagOf") => builder.binary(Binary::Add, kernel.args[0], op),
                    _ => op,
                }
            }
            op => builder.add(op, node.kind),
        },
    }
}

/// The factor that changes nothing, not even a null.
fn is_one(op: &Op) -> bool {
    matches!(op, Op::Num(Number { mantissa, scale, .. }) if 10_i64.checked_pow(*scale) == Some(*mantissa))
}

/// A sum or a difference; of what has the other sign, a difference or a sum of what it was.
fn added(builder: &mut Builder, binary: Binary, a: NodeId, b: NodeId) -> NodeId {
    match (binary, builder.op(a), builder.op(b)) {
        (Binary::Add, _, &Op::Unary(Unary::Neg, b)) => builder.binary(Binary::Sub, a, b),
        (Binary::Add, &Op::Unary(Unary::Neg, a), _) => builder.binary(Binary::Sub, b, a),
        (Binary::Sub, _, &Op::Unary(Unary::Neg, b)) => builder.binary(Binary::Add, a, b),
        _ => builder.binary(binary, a, b),
    }
}

/// A comparison; of two pasts, the past of the comparison. `a <= b` of pasts is `not b < a`, so that a crossing compares once a bar.
fn compared(builder: &mut Builder, binary: Binary, a: NodeId, b: NodeId) -> NodeId {
    match (builder.op(a), builder.op(b)) {
        (&Op::Delay(x, n), &Op::Delay(y, m)) if n == m => {
            let (less, more) = if binary == Binary::Lt { (x, y) } else { (y, x) };
            let now = builder.binary(Binary::Lt, less, more);
            let before = builder.add(Op::Delay(now, n), Kind::Bool);
            if binary == Binary::Lt { before } else { builder.unary(Unary::Not, before) }
        }
        _ => builder.binary(binary, a, b),
    }
}

/// A window that is taken apart.
struct Window {
    of: Of,
    x: NodeId,
    period: i64,
}

/// What is wanted of a window.
enum Of {
    Extreme(Binary),
    /// How many bars ago the extreme was.
    Age(Binary),
    /// The number of the bar of the extreme.
    Place(Binary),
    /// The sum of the values.
    Whole,
    /// The mean of values from zero on.
    Mean,
    /// One of the sums of `block`.
    Sum(u32),
    /// The value of this rank, 1 for the least.
    Rank(i64),
    /// The mean distance from the mean.
    AverageDeviation,
    /// The mean under a Gaussian curve, by its peak and its width, which are the same on every bar.
    Gaussian([NodeId; 2]),
}

impl Window {
    /// The nodes of the plan that it is made of.
    fn operands(&self) -> Vec<NodeId> {
        match self.of {
            Of::Gaussian([peak, width]) => vec![self.x, peak, width],
            _ => vec![self.x],
        }
    }
}

/// The window that a node is, where it can be taken apart: over a series that always has a value, and so counts the same bars as the
/// kernel would.
fn window(plan: &Plan, known: &[Fact], at: NodeId) -> Option<Window> {
    if let Some(window) = over_block(plan, known, at) {
        return Some(window).filter(|of| (2..=MAX_DOUBLED).contains(&of.period) && counts_bars(known, of.x));
    }
    let Op::Part(tuple, part) = plan.node(at).op else { return None };
    let Op::Kernel(kernel) = &plan.node(tuple).op else { return None };
    let Kernel { name, args, consts, .. } = &**kernel;
    let (&[x, ref others @ ..], &[period, ref ranks @ ..]) = (&args[..], &consts[..]) else { return None };
    let (of, longest) = match name.as_str() {
        "highest" => (Of::Extreme(Binary::Max2), MAX_DOUBLED),
        "lowest" => (Of::Extreme(Binary::Min2), MAX_DOUBLED),
        "highest_age" => (Of::Age(Binary::Max2), MAX_DOUBLED),
        "lowest_age" => (Of::Age(Binary::Min2), MAX_DOUBLED),
        "at_highest" | "at_lowest" => {
            matches!(plan.node(*others.first()?).op, Op::Input(Input::BarIndex)).then_some(())?;
            (Of::Place(if name == "at_highest" { Binary::Max2 } else { Binary::Min2 }), MAX_DOUBLED)
        }
        "block" => (Of::Sum(part), MAX_SUMMED),
        "avg_dev" => (Of::AverageDeviation, MAX_WRITTEN_OUT),
        "order" => (Of::Rank(*ranks.get(part as usize)?), MAX_SORTED),
        "gaussian" => {
            let curve = <[NodeId; 2]>::try_from(others).ok()?;
            curve.iter().all(|&of| plan.const_value(of).is_some()).then_some(())?;
            (Of::Gaussian(curve), MAX_WRITTEN_OUT)
        }
        _ => return None,
    };
    (2..=longest).contains(&period).then_some(Window { of, x, period }).filter(|_| counts_bars(known, x))
}

/// The window of which a node is the sum or the mean: so many times its base, or the base, and the deviations from it. A mean of values of either sign stays as it is: it is
/// exact to the last bits however far the values are from zero.
fn over_block(plan: &Plan, known: &[Fact], at: NodeId) -> Option<Window> {
    let Op::Binary(Binary::Add, bases, deviations) = plan.node(at).op else { return None };
    let (of, base, deviations, count) = match (&plan.node(bases).op, &plan.node(deviations).op) {
        (&Op::Binary(Binary::Mul, base, count), Op::Part(..)) => match plan.node(count).op {
            Op::Num(Number { mantissa, scale: 0, .. }) => (Of::Whole, base, deviations, mantissa),
            _ => return None,
        },
        (Op::Part(..), &Op::Unary(Unary::Scaled(1, count), deviations)) => (Of::Mean, bases, deviations, count),
        _ => return None,
    };
    let (Op::Part(window, 0), Op::Part(same, 1)) = (&plan.node(base).op, &plan.node(deviations).op) else { return None };
    let Op::Kernel(kernel) = &plan.node(*window).op else { return None };
    let (&[x], &[period]) = (&kernel.args[..], &kernel.consts[..]) else { return None };
    let is_it = kernel.name == "block" && window == same && count == period;
    let pays = match of {
        Of::Mean => known[x.index()].settled().low >= 0.0 && period != 3 && period.count_ones() <= MAX_MEANS,
        _ => true,
    };
    (is_it && pays).then_some(Window { of, x, period })
}

/// Whether a series has a value that a kernel takes on every bar from its first on: so many values are so many bars.
fn counts_bars(known: &[Fact], x: NodeId) -> bool {
    let fact = known[x.index()].settled();
    fact.is_dense && fact.is_null_before() && fact.magnitude() <= facts::KERNEL_MAX / 2.0
}

/// How far an exponential average lies from its series, from what the series has changed by, which averages of one series share; or, where the series is
/// such an average itself, from how far that one lies from its own. What decides is the series alone, so the same expression has the same bits wherever it stands.
fn lag(builder: &mut Builder, mut kernel: Kernel) -> Kernel {
    let x = kernel.args[0];
    // Once a skipping of values has begun, it gives the series itself.
    let series = match builder.op(x) {
        &Op::Part(tuple, _) => match builder.op(tuple) {
            Op::Kernel(skip) if skip.name == "skip" => skip.args[0],
            _ => x,
        },
        _ => x,
    };
    "ema_lag".clone_into(&mut kernel.name);
    if let Some((lag, period)) = lag_of(builder, series) {
        kernel.args.push(lag);
        kernel.consts.push(period);
        kernel.bounds = vec![(2.0, 1)];
        "LagOfLag".clone_into(&mut kernel.rust);
        return kernel;
    }
    let before = builder.add(Op::Delay(series, 1), Kind::Num);
    let change = builder.binary(Binary::Sub, series, before);
    // The first value has no change, and needs none.
    let zero = builder.add(Op::Num(Number::int(0)), Kind::Num);
    kernel.args.push(builder.binary(Binary::Coalesce, change, zero));
    // Less than what the series can change by.
    kernel.bounds = vec![(1.0, 1)];
    "LagOfChange".clone_into(&mut kernel.rust);
    kernel
}

/// How far an exponential average lies from its series, and its period; nothing when the node is no such average or has no lag.
fn lag_of(builder: &Builder, average: NodeId) -> Option<(NodeId, i64)> {
    let &Op::Binary(Binary::Add, series, lag) = builder.op(average) else { return None };
    let &Op::Part(tuple, _) = builder.op(lag) else { return None };
    let Op::Kernel(kernel) = builder.op(tuple) else { return None };
    let period = *kernel.consts.first()?;
    (kernel.rust.starts_with("LagOf") && kernel.args[0] == series && period > 1).then_some((lag, period))
}

/// The extreme of a window from extremes of half its length: `m2 = max2(x[1], x)`, `m4 = max2(m2[2], m2)`, …, and at the end two that
/// overlap. Windows of any length share the doubled ones. The newer of two equal values wins, as in the kernels.
fn doubled(builder: &mut Builder, binary: Binary, x: NodeId, period: i64) -> NodeId {
    steps(period).fold(x, |best, step| {
        let older = builder.add(Op::Delay(best, step), Kind::Num);
        builder.binary(binary, older, best)
    })
}

/// How many bars ago the extreme of a window was.
fn age(builder: &mut Builder, binary: Binary, x: NodeId, period: i64) -> NodeId {
    let now = builder.add(Op::Input(Input::BarIndex), Kind::Num);
    let place = doubled_place(builder, binary, x, period);
    builder.binary(Binary::Sub, now, place)
}

/// Sums that make up a window, the newest values first, and over how many values each goes: all from sums of half their length, `s2 = x[1] + x`, `s4 = s2[2] + s2`, …. Each is made
/// anew of what is in the window, and windows of any length share the doubled ones.
fn sums(builder: &mut Builder, x: NodeId, period: i64) -> Vec<(NodeId, i64)> {
    let (mut doubled, mut length, mut sums, mut newer) = (x, 1, Vec::new(), 0);
    while length <= period {
        if period & length != 0 {
            sums.push((if newer == 0 { doubled } else { older(builder, doubled, newer) }, length));
            newer += length;
        }
        if 2 * length <= period {
            let before = older(builder, doubled, length);
            doubled = builder.binary(Binary::Add, before, doubled);
        }
        length *= 2;
    }
    sums
}

/// The sum of a window.
fn whole(builder: &mut Builder, x: NodeId, period: i64) -> NodeId {
    let sums = sums(builder, x, period);
    sums.into_iter().map(|(sum, _)| sum).reduce(|newer, older| builder.binary(Binary::Add, older, newer)).unwrap_or(x)
}

/// The mean of a window: of the means of its parts, each of as many values as a power of two has, so that equal values are their mean to the last bit.
fn mean(builder: &mut Builder, x: NodeId, period: i64) -> NodeId {
    let sums = sums(builder, x, period);
    let means: Vec<(NodeId, i64)> =
        sums.into_iter().map(|(sum, n)| (if n == 1 { sum } else { builder.unary(Unary::Scaled(1, n), sum) }, n)).collect();
    let all = means.into_iter().reduce(|(mean, count), (older, n)| {
        let apart = builder.binary(Binary::Sub, older, mean);
        let part = builder.unary(Unary::Scaled(n, count + n), apart);
        (builder.binary(Binary::Add, mean, part), count + n)
    });
    all.map_or(x, |(mean, _)| mean)
}

/// The number of the bar of the extreme of a window, in the same way; of two bars by an age of one or none, which takes no past.
fn doubled_place(builder: &mut Builder, binary: Binary, x: NodeId, period: i64) -> NodeId {
    let (mut place, mut length) = (builder.add(Op::Input(Input::BarIndex), Kind::Num), 1);
    for step in steps(period) {
        let best = doubled(builder, binary, x, length);
        let older = builder.add(Op::Delay(best, step), Kind::Num);
        let (less, more) = if binary == Binary::Max2 { (best, older) } else { (older, best) };
        let older_wins = builder.binary(Binary::Lt, less, more);
        place = if length == 1 {
            let [one, none] = [1, 0].map(|age| builder.add(Op::Num(Number::int(age)), Kind::Num));
            let age = builder.add(Op::Pick(older_wins, one, none), Kind::Num);
            builder.binary(Binary::Sub, place, age)
        } else {
            let older_place = builder.add(Op::Delay(place, step), Kind::Num);
            builder.add(Op::Pick(older_wins, older_place, place), Kind::Num)
        };
        length += i64::from(step);
    }
    place
}

/// By how much a window grows from one bar to so many.
fn steps(period: i64) -> impl Iterator<Item = u32> {
    let mut length = 1;
    std::iter::from_fn(move || {
        let step = length.min(period - length);
        length += step;
        u32::try_from(step).ok().filter(|&step| step > 0)
    })
}

/// A sum of `block` over a few values: the deviations from the newest, the oldest first.
fn summed(builder: &mut Builder, part: u32, x: NodeId, period: i64) -> NodeId {
    let mut sum = None;
    for (ago, weight) in (1..period).rev().zip(1i64..) {
        let deviation = deviation(builder, x, ago);
        let term = match part {
            2 => builder.binary(Binary::Mul, deviation, deviation),
            3 if weight > 1 => {
                let weight = builder.add(Op::Num(Number::int(weight)), Kind::Num);
                builder.binary(Binary::Mul, weight, deviation)
            }
            _ => deviation,
        };
        sum = Some(sum.map_or(term, |sum| builder.binary(Binary::Add, sum, term)));
    }
    match part {
        // Not before the window is full.
        0 => {
            let oldest = older(builder, x, period - 1);
            builder.binary(Binary::With, x, oldest)
        }
        _ => sum.unwrap_or(x),
    }
}

/// The value of so many bars ago, at least one.
fn older(builder: &mut Builder, x: NodeId, ago: i64) -> NodeId {
    builder.add(Op::Delay(x, u32::try_from(ago).unwrap_or(1)), Kind::Num)
}

/// How far it lies from the newest.
fn deviation(builder: &mut Builder, x: NodeId, ago: i64) -> NodeId {
    let older = older(builder, x, ago);
    builder.binary(Binary::Sub, older, x)
}

/// How far the older values of a window lie from the newest, the oldest first.
fn deviations(builder: &mut Builder, x: NodeId, period: i64) -> Vec<NodeId> {
    (1..period).rev().map(|ago| deviation(builder, x, ago)).collect()
}

/// A sum in which no term waits for all before it: neighbours first, then neighbouring sums.
fn sum(builder: &mut Builder, terms: &[NodeId]) -> Option<NodeId> {
    match *terms {
        [] => None,
        [term] => Some(term),
        _ => {
            let (first, second) = terms.split_at(terms.len().next_power_of_two() / 2);
            let (first, second) = (sum(builder, first)?, sum(builder, second)?);
            Some(builder.binary(Binary::Add, first, second))
        }
    }
}

/// `avg_dev`: as deviations from the newest value, which has none itself.
fn average_deviation(builder: &mut Builder, x: NodeId, period: i64) -> NodeId {
    let abs = Unary::Function(Function::Abs);
    let deviations = deviations(builder, x, period);
    let Some(moved) = sum(builder, &deviations) else { return x };
    let mean = builder.unary(Unary::Scaled(1, period), moved);
    let mut distances: Vec<NodeId> = deviations
        .into_iter()
        .map(|deviation| {
            let distance = builder.binary(Binary::Sub, deviation, mean);
            builder.unary(abs, distance)
        })
        .collect();
    distances.push(builder.unary(abs, mean));
    let Some(distance) = sum(builder, &distances) else { return x };
    builder.unary(Unary::Scaled(1, period), distance)
}

/// `gaussian`: the newest value plus the weighted deviations from it, by weights that are known before the first bar.
fn gaussian(builder: &mut Builder, x: NodeId, [peak, width]: [NodeId; 2], period: i64) -> NodeId {
    let [zero, one, two, count] = [0, 1, 2, period].map(|number| builder.add(Op::Num(Number::int(number)), Kind::Num));
    let curve: Vec<NodeId> = (0..period)
        .map(|age| {
            let age = builder.add(Op::Num(Number::int(age)), Kind::Num);
            let distance = builder.binary(Binary::Sub, age, peak);
            let distance = builder.binary(Binary::Div, distance, width);
            let square = builder.binary(Binary::Mul, distance, distance);
            let mirrored = builder.unary(Unary::Neg, square);
            let half = builder.binary(Binary::Div, mirrored, two);
            let weight = builder.unary(Unary::Function(Function::Exp), half);
            // What a decimal cannot hold is as good as nothing.
            builder.binary(Binary::Coalesce, weight, zero)
        })
        .collect();
    let Some(total) = curve.iter().copied().reduce(|sum, weight| builder.binary(Binary::Add, sum, weight)) else { return x };
    // Where the curve is nowhere near the window, all are zero, and the quotients null.
    let equal = builder.binary(Binary::Div, one, count);
    let terms: Vec<NodeId> = deviations(builder, x, period)
        .into_iter()
        .zip(curve)
        .map(|(deviation, weight)| {
            let part = builder.binary(Binary::Div, weight, total);
            let weight = builder.binary(Binary::Coalesce, part, equal);
            builder.binary(Binary::Mul, weight, deviation)
        })
        .collect();
    let Some(moved) = sum(builder, &terms) else { return x };
    builder.binary(Binary::Add, x, moved)
}

/// `order`: the value of a rank, by a network that merges sorted parts (K. E. Batcher, 1968). What this rank does not need of it no output needs.
fn ranked(builder: &mut Builder, x: NodeId, period: i64, rank: i64) -> NodeId {
    let mut values: Vec<NodeId> = (1..period).rev().map(|ago| older(builder, x, ago)).collect();
    values.push(x);
    let n = values.len();
    let halves = |from: usize| std::iter::successors(Some(from), |&step| (step > 1).then_some(step / 2));
    for part in std::iter::successors(Some(1), |&part| Some(2 * part)).take_while(|&part| part < n) {
        for step in halves(part) {
            for start in (step % part..n - step).step_by(2 * step) {
                for at in start..(start + step).min(n - step) {
                    if at / (2 * part) == (at + step) / (2 * part) {
                        let [less, more] = [Binary::Min2, Binary::Max2].map(|binary| builder.binary(binary, values[at], values[at + step]));
                        (values[at], values[at + step]) = (less, more);
                    }
                }
            }
        }
    }
    usize::try_from(rank - 1).ok().and_then(|at| values.get(at).copied()).unwrap_or(x)
}
