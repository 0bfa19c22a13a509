//! The programs of the tests as compiled Rust, made by `build.rs`.

use barlang::Decimal;
use barlang_tests::run::Run;

/// A compiled program of the tests.
#[derive(Clone, Copy)]
pub struct Program {
    /// What it is called in messages.
    pub name: &'static str,
    /// Its text.
    pub source: &'static str,
    /// Its compiled form in the state before the first bar.
    pub make: fn() -> Box<dyn Run>,
    /// The same over decimals, if it is run over these.
    pub decimal: Option<fn() -> Box<dyn Run<Decimal>>>,
}

include!(concat!(env!("OUT_DIR"), "/programs.rs"));
