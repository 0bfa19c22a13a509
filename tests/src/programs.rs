//! The programs of the tests: those that are written out, a file for each family, those of the language's pages, and random ones from fixed
//! seeds.

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

use crate::data::{path, text};
use crate::generate;
use barlang_compiler::plan::{NodeId, ValidPlan};
use barlang_compiler::{Strategy, compile, render::render_all};
use barlang_spec::{markdown_files, page};
use std::collections::BTreeSet;

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

/// Cells of memory of a program of a page.
const MAX_CELLS: u64 = 5_000;

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

/// The programs of the language's pages, each plan once. The pages say what they give, and are held to it by the interpreter. The longest
/// windows are left out: a compiled strategy holds them in place, and a test has little stack.
pub fn of_pages() -> Vec<Program> {
    let mut pages = markdown_files(&path("spec/pages")).unwrap_or_else(|error| panic!("{error}"));
    pages.push((path("docs/language.md"), text("docs/language.md")));
    let mut seen = BTreeSet::new();
    let mut programs = Vec::new();
    let is_small = |plan: &ValidPlan| {
        let nodes = (0..).map(NodeId).take(plan.plan().nodes.len());
        nodes.map(|id| plan.memory(id)).sum::<u64>() + plan.delays().iter().map(|line| u64::from(line.length)).sum::<u64>() < MAX_CELLS
    };
    for (path, text) in &pages {
        let page = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        for (line, source) in page::run(&page, text).valid {
            let strategies = compile("<page>", &source).strategies;
            if let [strategy] = &strategies[..]
                && is_small(&strategy.plan)
                && seen.insert(strategy.plan.fingerprint())
            {
                programs.push(Program { name: format!("page_{page}_{line}"), source, over_decimals: false });
            }
        }
    }
    programs
}

/// All of them.
pub fn all() -> Vec<Program> {
    written().into_iter().chain(of_pages()).chain(random()).collect()
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
