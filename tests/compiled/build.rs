//! Compiles every program of the tests, or with `ONLY=name` those whose name contains it.

use barlang_compiler::Strategy;
use barlang_compiler::emit::{Paths, emit, pascal};
use barlang_compiler::plan::{Kind, ValidPlan};
use barlang_tests::programs::{self, Program};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=ONLY");
    let only = env::var("ONLY").unwrap_or_default();
    let mut made = Made::default();
    for program in programs::all().into_iter().filter(|program| program.name.contains(&only)) {
        made.add(&program);
    }
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    let text = format!("{}\n/// Every program.\npub static PROGRAMS: &[crate::Program] = &[\n{}];\n", made.modules, made.table);
    fs::write(Path::new(&out).join("programs.rs"), text).unwrap_or_else(|error| panic!("cannot write the programs: {error}"));
}

#[derive(Default)]
struct Made {
    modules: String,
    table: String,
}

impl Made {
    fn add(&mut self, program: &Program) {
        let Program { name, source, over_decimals } = program;
        let Some(mut strategy) = programs::strategy_of(source) else {
            panic!("no plan of `{name}`");
        };
        strategy.is_public = true;
        if strategy.name.is_empty() {
            // A type of this crate, so that a trait of another can be implemented for it.
            strategy.name = "expression".to_owned();
        }
        let type_name = pascal(&strategy.name);
        self.module(name, &strategy);
        let shape = format!("{name}::{type_name}");
        self.shape(&shape, &strategy.plan);
        let make = |scalar: &str| format!("|| ::std::boxed::Box::new({shape}::<{scalar}>::new())");
        let decimal = if *over_decimals {
            format!("::core::option::Option::Some({})", make("::barlang::Decimal"))
        } else {
            "::core::option::Option::None".to_owned()
        };
        let _ = writeln!(self.table, "crate::Program {{ name: {name:?}, source: {source:?}, make: {}, decimal: {decimal} }},", make("f64"));
    }

    fn module(&mut self, name: &str, strategy: &Strategy) {
        let _ = writeln!(self.modules, "mod {name} {{\n{}}}", emit(strategy, &Paths::default()));
    }

    /// How outputs and columns become lists.
    fn shape(&mut self, path: &str, plan: &ValidPlan) {
        let (mut values, mut columns) = (String::new(), String::new());
        for output in &plan.plan().outputs {
            let kind = if plan.plan().node(output.node).kind == Kind::Bool { "Bool" } else { "Num" };
            let name = &output.name;
            let field = match name.trim_end_matches('_') {
                _ if name.is_empty() => String::new(),
                "self" | "super" | "crate" => format!(".{name}_"),
                _ => format!(".r#{name}"),
            };
            let _ = write!(values, "barlang_tests::run::Value::{kind}(output{field}), ");
            let _ = write!(columns, "barlang_tests::run::Column::{kind}(columns{field}.iter().collect()), ");
        }
        let _ = writeln!(
            self.modules,
            "impl<S: barlang_tests::number::Number> barlang_tests::run::Shape for {path}<S> {{\n\
             fn values(output: Self::Output) -> ::std::vec::Vec<barlang_tests::run::Value<S>> {{ ::std::vec![{values}] }}\n\
             fn columns(columns: Self::Columns) -> ::std::vec::Vec<barlang_tests::run::Column<S>> {{ ::std::vec![{columns}] }}\n\
             fn write_into(&self, bars: &[::barlang::Bar<S>], columns: &mut Self::Columns) -> ::std::result::Result<(), ::barlang::BufferError> {{ \
             ::barlang::Strategy::batch_into(self, bars, <Self::Output as ::barlang::__private::Outputs<S>>::buffers(columns)) }}\n}}"
        );
    }
}
