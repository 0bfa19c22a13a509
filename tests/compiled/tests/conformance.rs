//! All executors agree, to the bit.
//!
//! `ONLY=name` compiles and looks at the programs whose name contains it.

use barlang::Bar;
use barlang_tests::compare::{first_difference, over_all};
use barlang_tests::data::{self, Data, converted};
use barlang_tests::number::Number;
use barlang_tests::run::{Column, Run, stepped};
use barlang_tests::{interpreter_of, plan_of};
use barlang_tests_compiled::{PROGRAMS, Program};
use std::collections::BTreeMap;

#[test]
fn the_compiled_plan_is_the_plan() {
    for program in PROGRAMS {
        let plan = plan_of(program.source);
        assert_eq!((program.make)().fingerprint(), plan.fingerprint(), "{}", program.name);
        assert_eq!((program.make)().warmup() as u64, plan.warmup(), "{}", program.name);
    }
}

#[test]
fn all_executors_agree_to_the_bit() {
    agree(&data::all(), |program| Some(program.make));
}

#[test]
fn all_executors_agree_over_decimals() {
    agree(&data::decimals(130), |program| program.decimal);
}

fn agree<S: Number>(histories: &[Data<S>], make: impl Fn(&Program) -> Option<fn() -> Box<dyn Run<S>>>) {
    let makers: BTreeMap<&str, fn() -> Box<dyn Run<S>>> =
        PROGRAMS.iter().filter_map(|program| Some((program.source, make(program)?))).collect();
    let programs = PROGRAMS.iter().filter(|program| makers.contains_key(program.source));
    let other = |bars| data::walk(3, bars, 5.0, 1.0).iter().map(converted).collect::<Vec<Bar<S>>>();
    over_all(programs.map(|program| (program.name, program.source)), histories, |source, bars| {
        let mut compiled = makers[source]();
        let batch = compiled.batch(bars);
        let mut problems = Vec::new();
        let mut same = |what: &str, columns: &[Column<S>]| {
            problems.extend(first_difference(&batch, columns).map(|d| format!("compiled batch and {what}: {d}")))
        };
        let mut interpreted = interpreter_of::<S>(source);
        same("interpreter batch", &Run::batch(&interpreted, bars));
        same("compiled batch over columns", &compiled.batch_columns(bars));
        same("interpreter batch over columns", &Run::batch_columns(&interpreted, bars));
        // Buffers are overwritten whole, and refused when they are of another length.
        let (same_length, longer) = (other(bars.len()), other(bars.len() + 1));
        for (what, run) in [("compiled batch_into", &*compiled), ("interpreter batch_into", &interpreted as &dyn Run<S>)] {
            same(what, &run.batch_over(bars, &same_length).unwrap_or_default());
            assert!(run.batch_over(bars, &longer).is_none(), "{what} took a buffer of another length");
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
