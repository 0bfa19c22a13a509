//! What a plan promises before any bar: when values begin, that they then never stop, and how large they can be.

use barlang::Interpreter;
use barlang_compiler::plan::{NodeId, ValidPlan};
use barlang_tests::programs;
use barlang_tests::reference::trace_of;
use barlang_tests::run::{Column, Run, Value};
use barlang_tests::{data, interpreter, plan_of, trace};

/// Whether the output that is waited for longest may have a value before: `false and null` is false.
fn may_be_early(plan: &ValidPlan) -> bool {
    plan.plan().outputs.iter().map(|output| plan.fact(output.node)).any(|fact| fact.warmup == plan.warmup() && !fact.is_null_before())
}

#[test]
fn the_reported_warmup_is_the_measured_one() {
    let bars = data::sp500().bars;
    let mut wrong = Vec::new();
    let mut measured = 0;
    for program in programs::written() {
        let plan = plan_of(&program.source);
        let outputs = &plan.plan().outputs;
        if !outputs.iter().all(|output| plan.is_dense(output.node)) {
            continue;
        }
        measured += 1;
        let interpreter = interpreter(&program.source);
        let columns = Run::batch(&interpreter, &bars);
        let last = columns.iter().filter_map(|column| column.first()).max();
        let reported = Run::warmup(&interpreter);
        let is_right = last.is_some_and(|last| if may_be_early(&plan) { last <= reported } else { last == reported });
        if !is_right {
            wrong.push(format!("{}: reported {reported}, measured {last:?}", program.source));
        }
    }
    println!("{measured} programs measured");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A node that the plan calls dense has a value on every bar after its warm-up, none before there can be one, and none is beyond its bounds, whatever the history: generated code
/// rests on it.
#[test]
fn dense_nodes_are_never_null_after_their_warmup() {
    let mut wrong = Vec::new();
    let mut proved = 0;
    let programs = programs::all();
    let histories = data::all().into_iter().map(|data| (data.name.to_owned(), data.bars));
    for (name, bars) in histories.chain(data::of_every_scale(700).map(|(scale, bars)| (format!("multiples of {scale:e}"), bars))) {
        for program in &programs {
            let Some(inside) = trace::traced(&plan_of(&program.source)) else { continue };
            let Ok(tracer) = Interpreter::<f64>::from_plan(inside.clone()) else { continue };
            let trace = trace_of(&inside, &bars, Run::batch(&tracer, &bars));
            for (i, column) in trace.iter().enumerate() {
                let id = NodeId(u32::try_from(i).unwrap_or(0));
                let Some(column) = column else { continue };
                let fact = inside.fact(id).settled();
                let is_beyond = |value| matches!(value, Value::Num(Some(x)) if !(fact.low..=fact.high).contains(&x));
                if let Some(bar) = (0..column.len()).find(|&bar| is_beyond(column.at(bar))) {
                    let text = inside.plan().text();
                    let line = text.lines().nth(i).unwrap_or("");
                    wrong.push(format!("{} over `{}`: `{line}` is {:?} on bar {bar}, beyond {fact:?}", program.name, name, column.at(bar)));
                    break;
                }
                let silent = usize::try_from(inside.fact(id).silent).unwrap_or(usize::MAX);
                if let Some(bar) = (0..column.len().min(silent)).find(|&bar| !column.at(bar).is_null()) {
                    let text = inside.plan().text();
                    let line = text.lines().nth(i).unwrap_or("");
                    wrong.push(format!("{} over `{}`: `{line}` has a value on bar {bar}, before {silent}", program.name, name));
                    break;
                }
                let from = usize::try_from(inside.fact(id).warmup).unwrap_or(usize::MAX);
                if !inside.is_dense(id) {
                    continue;
                }
                proved += 1;
                if let Some(bar) = (from..column.len()).find(|&bar| column.at(bar).is_null()) {
                    let text = inside.plan().text();
                    let line = text.lines().nth(i).unwrap_or("");
                    wrong.push(format!("{} over `{}`: `{line}` is null on bar {bar}", program.name, name));
                    break;
                }
            }
        }
    }
    println!("{proved} columns of dense nodes");
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n"));
}

/// The history that drives a filter furthest brings it close to the bound that the plan knows of it, and not beyond.
#[test]
fn a_filter_stays_within_its_bound() {
    let most = 1e50;
    for (one, two) in [(0.7, 0.0), (-0.9, 0.0), (1.0, -0.5), (1.8, -0.81), (1.2, -0.72), (0.3, 0.6), (-1.5, -0.6)] {
        let source =
            format!("strategy s() {{ rec y = 0 * close -> {one} * prev(y) + ({two} * coalesce(prev(y, 2), 0) + close); out y = y; }}");
        // The answer to a single 1, backwards: every close has the sign with which it counts on the last bar.
        let mut response = vec![1.0, one];
        while response.len() < 400 {
            let n = response.len();
            response.push(one * response[n - 1] + two * response[n - 2]);
        }
        let closes: Vec<f64> = response.iter().rev().map(|share| most * f64::signum(*share)).collect();
        let bars = data::from_closes(&closes, |_| 0.0, |_| 1.0);
        let plan = plan_of(&source);
        let output = plan.plan().outputs[0].node;
        let Column::Num(column) = &Run::batch(&interpreter(&source), &bars)[0] else { panic!("{source} is no number") };
        let last = column.last().copied().flatten().unwrap_or(f64::NAN).abs();
        let high = plan.fact(output).high;
        assert!(last <= high && high <= 1.1 * last, "{source}: {last:e} of {high:e}");
    }
    // What multiplies itself for ever has no bound but the largest number.
    for next in ["1.01 * prev(y) + close", "2 * prev(y) + close", "1.8 * prev(y) - 0.82 * prev(y, 2) + close"] {
        let plan = plan_of(&format!("strategy s() {{ rec y = 0 * close -> {next}; out y = y; }}"));
        assert!(plan.fact(plan.plan().outputs[0].node).high >= f64::MAX, "{next}");
    }
}

/// A feedback that chooses is as large as what it chooses from, one that counts as many steps as there can be bars.
#[test]
fn what_is_chosen_or_counted_has_a_bound() {
    let bars = 2f64.powi(64);
    for (next, most) in [
        ("if close > open then close else prev(y)", 1e50),
        ("if close > open then -2 * close else prev(y, 3)", 2e50),
        ("max2(prev(y), min2(close, open))", 1e50),
        ("coalesce(with(prev(y), close[5]), high - low)", 2e50),
        ("if close > open then 0 else prev(y) + 1", bars),
        ("if close > open then 7 else 3 - prev(y)", 3.0 * bars),
        ("prev(y) + close", 1e50 * bars),
    ] {
        let plan = plan_of(&format!("strategy s() {{ rec y = close[1] - close[1] -> {next}; out y = y; }}"));
        let fact = plan.fact(plan.plan().outputs[0].node);
        let first = 2e50;
        let high = fact.high.max(-fact.low);
        assert!(most <= high && high <= 1.2 * (most + first), "{next}: {high:e}");
    }
}
