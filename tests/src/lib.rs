//! What the tests share: programs, data, the reference and the ways to compare.

pub mod compare;
pub mod data;
pub mod dd;
pub mod generate;
pub mod indicators;
pub mod random;
pub mod reference;
pub mod run;
pub mod trace;

/// The compiled programs, made by `build.rs`.
pub mod programs {
    include!(concat!(env!("OUT_DIR"), "/programs.rs"));
}

/// The plan of a program of the tests.
pub fn plan_of(source: &str) -> barlang_compiler::plan::ValidPlan {
    let mut compiled = barlang_compiler::compile("<program>", source);
    match compiled.strategies.pop() {
        Some(strategy) if compiled.diagnostics.is_empty() => strategy.plan,
        _ => panic!("{source}\n{}", barlang_compiler::render::render_all(&compiled.sources, &compiled.diagnostics)),
    }
}
