//! All executors agree: to the bit with one another, and with the definitions.

use barlang::Bar;
use barlang_tests::compare::{agreement, first_difference};
use barlang_tests::data::{self, Data};
use barlang_tests::programs::PROGRAMS;
use barlang_tests::reference::{hold, is_costly, trace_of};
use barlang_tests::run::{Column, Program, stepped};
use barlang_tests::{plan_of, trace};

/// Programs that this run looks at: all, or those whose name contains `ONLY`.
fn programs() -> impl Iterator<Item = &'static Program> {
    let only = std::env::var("ONLY").unwrap_or_default();
    PROGRAMS.iter().filter(move |program| program.name.contains(&only))
}

/// Runs a check over every program and every history, and reports everything that fails at once: of each program the first.
fn over_all(histories: &[Data], mut check: impl FnMut(&Program, &[Bar]) -> Vec<String>) {
    let mut wrong = Vec::new();
    for program in programs() {
        let mut problems = Vec::new();
        for Data { name, bars } in histories {
            problems.extend(check(program, bars).into_iter().map(|problem| format!("over `{name}`: {problem}")));
        }
        if let Some(first) = problems.first() {
            wrong.push(format!("{} ({} problems) {first}\n    {}", program.name, problems.len(), program.source));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}

#[test]
fn the_compiled_plan_is_the_plan() {
    for program in programs() {
        let plan = plan_of(program.source);
        assert_eq!((program.make)().fingerprint(), plan.fingerprint(), "{}", program.name);
        assert_eq!((program.make)().warmup() as u64, plan.warmup(), "{}", program.name);
    }
}

#[test]
fn batch_step_and_peek_agree_to_the_bit() {
    over_all(&data::all(), |program, bars| {
        let batch = (program.make)().batch(bars);
        let mut live = (program.make)();
        let peeks = usize::from(bars.len() < 1_000);
        let steps = stepped(&mut *live, bars, peeks);
        let mut problems = Vec::new();
        if !bars.is_empty() {
            problems.extend(first_difference(&batch, &steps).map(|difference| format!("batch and step: {difference}")));
            // A batch neither uses nor changes a live state; a reset forgets it.
            problems.extend(first_difference(&batch, &live.batch(bars)).map(|difference| format!("batch of a live state: {difference}")));
            live.reset();
            let again = stepped(&mut *live, &bars[..bars.len().min(300)], 0);
            problems.extend(first_difference(&steps.iter().map(|c| prefix(c, again[0].len())).collect::<Vec<_>>(), &again).map(|d| format!("after reset: {d}")));
        }
        problems
    });
}

fn prefix(column: &Column, len: usize) -> Column {
    match column {
        Column::Num(column) => Column::Num(column[..len].to_vec()),
        Column::Bool(column) => Column::Bool(column[..len].to_vec()),
    }
}

#[test]
fn every_node_is_what_its_definition_says() {
    over_all(&data::all(), |program, bars| {
        let plan = plan_of(program.source);
        let Some(inside) = trace::traced(&plan) else {
            return vec!["no trace".to_owned()];
        };
        let trace = trace_of(&inside, bars, (program.trace)().batch(bars));
        let mut problems: Vec<String> = hold(&inside, bars, &trace).iter().map(ToString::to_string).collect();
        // The trace is that of the program: its outputs are the program's outputs.
        let outputs: Vec<Column> = plan.plan().outputs.iter().filter_map(|output| trace[output.node.index()].clone()).collect();
        problems.extend(first_difference(&outputs, &(program.make)().batch(bars)).map(|difference| format!("trace and program: {difference}")));
        problems
    });
}

#[test]
fn outputs_agree_with_a_free_evaluation() {
    let (mut cells, mut ambiguous) = (0, 0);
    let mut by_program = Vec::new();
    over_all(&data::all(), |program, bars| {
        let plan = plan_of(program.source);
        let bars = &bars[..bars.len().min(if is_costly(&plan) { 150 } else { 1_500 })];
        let agreement = agreement(&plan, bars, &(program.make)().batch(bars));
        cells += agreement.cells;
        ambiguous += agreement.ambiguous;
        by_program.push((agreement.ambiguous, program.name));
        agreement.wrong.into_iter().collect()
    });
    by_program.sort();
    println!("{ambiguous} of {cells} cells are ambiguous; most in {:?}", by_program.iter().rev().take(10).collect::<Vec<_>>());
    assert!(ambiguous * 50 < cells, "{ambiguous} of {cells} cells are ambiguous");
}
