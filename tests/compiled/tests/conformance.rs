//! All executors agree, to the bit.
//!
//! `ONLY=name` looks at the programs whose name contains it.

use barlang_tests::compare::{first_difference, over_all};
use barlang_tests::data;
use barlang_tests::run::{Column, Run, stepped};
use barlang_tests::{interpreter, plan_of};
use barlang_tests_compiled::{PROGRAMS, Program};

fn programs() -> impl Iterator<Item = &'static Program> {
    let only = std::env::var("ONLY").unwrap_or_default();
    PROGRAMS.iter().filter(move |program| program.name.contains(&only))
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
    over_all(programs().map(|program| (program.name, program.source)), &data::all(), |source, bars| {
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
