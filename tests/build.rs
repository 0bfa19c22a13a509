//! Compiles the programs of the tests: those of `src/indicators.rs`, and random ones from fixed seeds.

#[path = "src/generate.rs"]
mod generate;
#[path = "src/indicators.rs"]
mod indicators;
#[path = "src/random.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod random;

use barlang_compiler::emit::{Paths, emit, pascal};
use barlang_compiler::plan::{Kind, ValidPlan};
use barlang_compiler::{Strategy, compile};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// How many random programs.
const RANDOM: usize = 320;
/// Larger plans cost more to compile than they find.
const MAX_NODES: usize = 150;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    let mut made = Made::default();
    for (topic, programs) in indicators::PROGRAMS {
        for (k, source) in programs.iter().enumerate() {
            made.add(&format!("{topic}_{k}"), source);
        }
    }
    let mut seed = 0;
    let mut random = 0;
    while random < RANDOM {
        let source = generate::program(seed);
        if plan_of(&source).is_some_and(|strategy| strategy.plan.plan().nodes.len() <= MAX_NODES) {
            made.add(&format!("random_{seed}"), &source);
            random += 1;
        }
        seed += 1;
    }
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    let text = format!("{}\n/// Every program.\npub static PROGRAMS: &[crate::run::Program] = &[\n{}];\n", made.modules, made.table);
    fs::write(Path::new(&out).join("programs.rs"), text).unwrap_or_else(|error| panic!("cannot write the programs: {error}"));
}

/// The one strategy of a program. A program that the compiler refuses, other than for its size, stops the build.
fn plan_of(source: &str) -> Option<Strategy> {
    let mut compiled = compile("<program>", source);
    if let Some(first) = compiled.diagnostics.first() {
        let is_limit = first.message.contains("nodes") || first.message.contains("deep") || first.message.contains("large");
        assert!(is_limit, "{source}\n{}", barlang_compiler::render::render_all(&compiled.sources, &compiled.diagnostics));
        return None;
    }
    compiled.strategies.pop()
}

#[derive(Default)]
struct Made {
    modules: String,
    table: String,
}

impl Made {
    fn add(&mut self, name: &str, source: &str) {
        let Some(mut strategy) = plan_of(source) else {
            panic!("no plan of `{name}`");
        };
        strategy.is_public = true;
        let type_name = if strategy.name.is_empty() { "Expression".to_owned() } else { pascal(&strategy.name) };
        self.module(name, &strategy);
        let shape = format!("{name}::{type_name}");
        self.shape(&shape, &strategy.plan);
        let _ = writeln!(
            self.table,
            "crate::run::Program {{ name: {name:?}, source: {source:?}, make: || ::std::boxed::Box::new({shape}::<f64>::new()) }},"
        );
    }

    fn module(&mut self, name: &str, strategy: &Strategy) {
        let _ = writeln!(self.modules, "mod {name} {{\n{}}}", emit(strategy, &Paths::default()));
    }

    /// How outputs and columns become lists.
    fn shape(&mut self, path: &str, plan: &ValidPlan) {
        let (mut values, mut columns) = (String::new(), String::new());
        for output in &plan.plan().outputs {
            let kind = if plan.plan().node(output.node).kind == Kind::Bool { "Bool" } else { "Num" };
            let field = match output.name.as_str() {
                "" => String::new(),
                "self" | "super" | "crate" => format!(".{}_", output.name),
                name => format!(".r#{name}"),
            };
            let _ = write!(values, "crate::run::Value::{kind}(output{field}), ");
            let _ = write!(columns, "crate::run::Column::{kind}(columns{field}.iter().collect()), ");
        }
        let _ = writeln!(
            self.modules,
            "impl crate::run::Shape for {path}<f64> {{\n\
             fn values(output: Self::Output) -> ::std::vec::Vec<crate::run::Value> {{ ::std::vec![{values}] }}\n\
             fn columns(columns: Self::Columns) -> ::std::vec::Vec<crate::run::Column> {{ ::std::vec![{columns}] }}\n\
             fn write_into(&self, bars: &[::barlang::Bar], columns: &mut Self::Columns) -> ::std::result::Result<(), ::barlang::BufferError> {{ \
             ::barlang::Strategy::batch_into(self, bars, <Self as ::barlang::__private::Machine>::buffers(columns)) }}\n}}"
        );
    }
}
