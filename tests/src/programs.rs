//! The programs of the tests: those that are written out, a file for each family, and random ones from fixed seeds.

mod averages;
mod candles;
mod cycle;
mod events;
mod general;
mod momentum;
mod primitives;
mod statistics;
mod swings;
mod trend;
mod volatility;
mod volume;

use crate::generate;
use barlang_compiler::{Strategy, compile, render::render_all};

/// Programs by what they test: expressions, or whole strategies.
pub type Family = &'static [(&'static str, &'static [&'static str])];

/// Every family of programs.
pub const FAMILIES: &[Family] = &[
    averages::PROGRAMS,
    candles::PROGRAMS,
    cycle::PROGRAMS,
    events::PROGRAMS,
    general::PROGRAMS,
    momentum::PROGRAMS,
    primitives::PROGRAMS,
    statistics::PROGRAMS,
    swings::PROGRAMS,
    trend::PROGRAMS,
    volatility::PROGRAMS,
    volume::PROGRAMS,
];

/// How many random programs are compiled.
const RANDOM: usize = 320;
/// Larger random plans cost more to compile than they find.
const MAX_NODES: usize = 150;

/// A program and what it is called in messages.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name, fit for a module of Rust.
    pub name: String,
    /// Its text.
    pub source: String,
    /// Whether it runs over decimals too, which takes time: all that are written out, and of the random ones every third.
    pub over_decimals: bool,
}

/// The programs that are written out.
pub fn written() -> Vec<Program> {
    let topics = FAMILIES.iter().copied().flatten();
    topics
        .flat_map(|(topic, sources)| {
            sources.iter().enumerate().map(move |(k, source)| Program {
                name: format!("{topic}_{k}"),
                source: (*source).to_owned(),
                over_decimals: true,
            })
        })
        .collect()
}

/// The random programs.
pub fn random() -> Vec<Program> {
    let fits = |program: &Program| strategy_of(&program.source).is_some_and(|strategy| strategy.plan.plan().nodes.len() <= MAX_NODES);
    let program = |seed| Program { name: format!("random_{seed}"), source: generate::program(seed), over_decimals: seed % 3 == 0 };
    (0..).map(program).filter(fits).take(RANDOM).collect()
}

/// All of them.
pub fn all() -> Vec<Program> {
    written().into_iter().chain(random()).collect()
}

/// The one strategy of a program; none when it is too large. Panics when the compiler refuses it for anything else.
pub fn strategy_of(source: &str) -> Option<Strategy> {
    let mut compiled = compile("<program>", source);
    if let Some(first) = compiled.diagnostics.first() {
        let is_limit = first.message.contains("nodes") || first.message.contains("deep") || first.message.contains("large");
        assert!(is_limit, "{source}\n{}", render_all(&compiled.sources, &compiled.diagnostics));
        return None;
    }
    compiled.strategies.pop()
}
