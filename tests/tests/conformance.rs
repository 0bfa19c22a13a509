//! All executors agree: to the bit with one another, and with the definitions.
//!
//! `ONLY=name` looks at the programs whose name contains it.

use barlang::{Bar, Interpreter};
use barlang_tests::compare::{agreement, first_difference};
use barlang_tests::data::{self, Data};
use barlang_tests::generate;
use barlang_tests::programs::PROGRAMS;
use barlang_tests::reference::{hold, is_costly, trace_of};
use barlang_tests::run::{Column, Program, Run, stepped};
use barlang_tests::{interpreter, plan_of, trace};

fn programs() -> impl Iterator<Item = &'static Program> {
    let only = std::env::var("ONLY").unwrap_or_default();
    PROGRAMS.iter().filter(move |program| program.name.contains(&only))
}

/// Runs a check over programs and histories, and reports everything that fails at once: of each program the first.
fn over_all<'a>(
    programs: impl Iterator<Item = (&'a str, &'a str)>,
    histories: &[Data],
    mut check: impl FnMut(&str, &[Bar]) -> Vec<String>,
) {
    let mut wrong = Vec::new();
    for (name, source) in programs {
        let mut problems = Vec::new();
        for Data { name, bars } in histories {
            problems.extend(check(source, bars).into_iter().map(|problem| format!("over `{name}`: {problem}")));
        }
        if let Some(first) = problems.first() {
            wrong.push(format!("{name} ({} problems) {first}\n    {source}", problems.len()));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}

fn sources() -> impl Iterator<Item = (&'static str, &'static str)> {
    programs().map(|program| (program.name, program.source))
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
fn all_executors_agree_to_the_bit() {
    let mut programs_left = programs();
    let mut current: Option<&Program> = None;
    over_all(sources(), &data::all(), |source, bars| {
        if current.is_none_or(|program| program.source != source) {
            current = programs_left.next();
        }
        let Some(program) = current else { return Vec::new() };
        let mut compiled = (program.make)();
        let batch = compiled.batch(bars);
        let mut problems = Vec::new();
        let mut same = |what: &str, columns: &[Column]| {
            problems.extend(first_difference(&batch, columns).map(|d| format!("compiled batch and {what}: {d}")))
        };
        let mut interpreted = interpreter(source);
        same("interpreter batch", &Run::batch(&interpreted, bars));
        // Buffers are overwritten whole, and refused when they are of another length.
        let other = data::walk(3, bars.len(), 5.0, 1.0);
        for (what, run) in [("compiled batch_into", &*compiled), ("interpreter batch_into", &interpreted as &dyn Run)] {
            same(what, &run.batch_over(bars, &other).unwrap_or_default());
            assert!(run.batch_over(bars, &data::walk(3, bars.len() + 1, 5.0, 1.0)).is_none(), "{what} took a buffer of another length");
        }
        if bars.is_empty() {
            return problems;
        }
        let peeks = usize::from(bars.len() < 1_000);
        same("compiled step", &stepped(&mut *compiled, bars, peeks));
        same("interpreter step", &stepped(&mut interpreted, bars, peeks));
        // A batch neither uses nor changes a live state; a reset forgets it.
        same("batch of a live state", &compiled.batch(bars));
        let first = &bars[..bars.len().min(300)];
        compiled.reset();
        Run::reset(&mut interpreted);
        problems.extend(
            first_difference(&stepped(&mut *compiled, first, 0), &stepped(&mut interpreted, first, 0)).map(|d| format!("after reset: {d}")),
        );
        problems
    });
}

/// Holds every node of a program, as the interpreter computes it, against its definition; and the outputs of the trace against those of
/// the program, whose inside it shows.
fn inside(source: &str, bars: &[Bar]) -> Vec<String> {
    let plan = plan_of(source);
    let Some(inside) = trace::traced(&plan) else {
        return vec!["no trace".to_owned()];
    };
    let tracer: Interpreter = match Interpreter::from_plan(inside.clone()) {
        Ok(tracer) => tracer,
        Err(error) => return vec![error.to_string()],
    };
    let trace = trace_of(&inside, bars, Run::batch(&tracer, bars));
    let mut problems: Vec<String> = hold(&inside, bars, &trace).iter().map(ToString::to_string).collect();
    let outputs: Vec<Column> = plan.plan().outputs.iter().filter_map(|output| trace[output.node.index()].clone()).collect();
    problems.extend(first_difference(&outputs, &Run::batch(&interpreter(source), bars)).map(|d| format!("trace and program: {d}")));
    problems
}

#[test]
fn every_node_is_what_its_definition_says() {
    over_all(sources(), &data::all(), inside);
}

/// More random programs, which only the interpreter runs.
#[test]
fn every_node_of_more_random_programs_is_what_its_definition_says() {
    let programs: Vec<(String, String)> = (100_000..100_300).map(|seed| (format!("seed {seed}"), generate::program(seed))).collect();
    let fitting = programs.iter().filter(|(_, source)| barlang_compiler::compile("<program>", source).diagnostics.is_empty());
    over_all(fitting.map(|(name, source)| (name.as_str(), source.as_str())), &data::hard(), |source, bars| {
        let mut problems = inside(source, bars);
        let batch = Run::batch(&interpreter(source), bars);
        if !bars.is_empty() {
            problems.extend(first_difference(&batch, &stepped(&mut interpreter(source), bars, 1)).map(|d| format!("batch and step: {d}")));
        }
        problems
    });
}

#[test]
fn outputs_agree_with_a_free_evaluation() {
    let (mut cells, mut ambiguous) = (0, 0);
    let mut by_program = Vec::new();
    let mut histories = data::hard();
    histories.push(Data { name: "sp500, the first bars", bars: data::sp500().bars[..500].to_vec() });
    over_all(sources(), &histories, |source, bars| {
        let plan = plan_of(source);
        // The sums that windows are made of depend on the base, which is free: they have no value of their own to be compared.
        if source.contains("block(") {
            return Vec::new();
        }
        let bars = &bars[..bars.len().min(if is_costly(&plan) { 150 } else { 500 })];
        let agreement = agreement(&plan, bars, &Run::batch(&interpreter(source), bars));
        cells += agreement.cells;
        ambiguous += agreement.ambiguous;
        by_program.push((agreement.ambiguous, source.to_owned()));
        agreement.wrong.into_iter().collect()
    });
    by_program.sort();
    println!("{ambiguous} of {cells} cells are ambiguous; most in");
    by_program.iter().rev().take(10).for_each(|(count, source)| println!("{count}: {source}"));
    assert!(ambiguous * 50 < cells, "{ambiguous} of {cells} cells are ambiguous");
}
