//! What a plan promises before any bar: when values begin, and that they then never stop.

use barlang::Interpreter;
use barlang_compiler::plan::{Binary, NodeId, Op, ValidPlan};
use barlang_tests::programs;
use barlang_tests::reference::trace_of;
use barlang_tests::run::Run;
use barlang_tests::{data, interpreter, plan_of, trace};

/// Whether a value may be there though an operand is not: `false and null` is false.
fn may_be_early(plan: &ValidPlan) -> bool {
    plan.plan().nodes.iter().any(|node| matches!(node.op, Op::Binary(Binary::And | Binary::Or | Binary::Coalesce, ..)))
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

/// A node that the plan calls dense has a value on every bar after its warm-up, whatever the history: generated code rests on it.
#[test]
fn dense_nodes_are_never_null_after_their_warmup() {
    let mut wrong = Vec::new();
    let mut proved = 0;
    let programs = programs::all();
    for data in data::all() {
        for program in &programs {
            let Some(inside) = trace::traced(&plan_of(&program.source)) else { continue };
            let Ok(tracer) = Interpreter::<f64>::from_plan(inside.clone()) else { continue };
            let trace = trace_of(&inside, &data.bars, Run::batch(&tracer, &data.bars));
            for (i, column) in trace.iter().enumerate() {
                let id = NodeId(u32::try_from(i).unwrap_or(0));
                let (Some(column), true) = (column, inside.is_dense(id)) else { continue };
                proved += 1;
                let from = usize::try_from(inside.fact(id).warmup).unwrap_or(usize::MAX);
                if let Some(bar) = (from..column.len()).find(|&bar| column.at(bar).is_null()) {
                    let text = inside.plan().text();
                    let line = text.lines().nth(i).unwrap_or("");
                    wrong.push(format!("{} over `{}`: `{line}` is null on bar {bar}", program.name, data.name));
                    break;
                }
            }
        }
    }
    println!("{proved} columns of dense nodes");
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n"));
}
