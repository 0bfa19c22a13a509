//! What the tests share: programs, data, the reference and the ways to compare.

#![allow(clippy::panic, reason = "a test stops at what it did not expect")]

pub mod compare;
pub mod data;
pub mod dd;
pub mod generate;
pub mod json;
pub mod number;
pub mod programs;
pub mod random;
pub mod reference;
pub mod run;
pub mod trace;

/// The interpreter of a program of the tests.
pub fn interpreter(source: &str) -> barlang::Interpreter {
    interpreter_of(source)
}

/// The interpreter of a program of the tests over some kind of number.
pub fn interpreter_of<S: barlang::Scalar>(source: &str) -> barlang::Interpreter<S> {
    barlang::Interpreter::new(source).unwrap_or_else(|error| panic!("{source}\n{error}"))
}

/// The series that a program gives over a history, by name; that of an expression is called `result`.
pub fn outputs(source: &str, bars: &[barlang::Bar]) -> Vec<(String, run::Column)> {
    let interpreter = interpreter(source);
    interpreter.outputs().iter().cloned().zip(run::Run::batch(&interpreter, bars)).collect()
}

/// The plan of a program of the tests as it is written, before anything is made faster.
pub fn written_plan_of(source: &str) -> barlang_compiler::plan::ValidPlan {
    let strategy = programs::strategy_of(source).unwrap_or_else(|| panic!("too large: {source}"));
    barlang_compiler::plan::validate(strategy.written).unwrap_or_else(|error| panic!("{source}\n{error}"))
}

/// The plan of a program of the tests.
pub fn plan_of(source: &str) -> barlang_compiler::plan::ValidPlan {
    programs::strategy_of(source).unwrap_or_else(|| panic!("too large: {source}")).plan
}
