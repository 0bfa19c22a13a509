//! Prints how long one expression takes from text to Rust: the first of a process, and the next ones.
//!
//! `ta!` runs in a compiler that is built without optimisation where a user's crate is: `CARGO_PROFILE_DEV_OPT_LEVEL=0 cargo run --example cost`.
#![allow(clippy::print_stdout, reason = "an example")]

use barlang_compiler::emit::{Paths, emit};
use std::time::Instant;

fn main() {
    let program = std::env::args().nth(1).unwrap_or_else(|| "cross_over(ema(close, 12), ema(close, 26))".to_owned());
    for call in 0..5 {
        let start = Instant::now();
        let compiled = barlang_compiler::compile("<expression>", &program);
        let planned = start.elapsed();
        let bytes: usize = compiled.strategies.iter().map(|strategy| emit(strategy, &Paths::default()).len()).sum();
        println!("call {call}: plan {planned:?}, Rust {:?}, {bytes} bytes", start.elapsed().saturating_sub(planned));
    }
}
