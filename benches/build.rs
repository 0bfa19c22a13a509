//! Takes the published cases of the tests and `wide.txt`, gives `library.rs`: each program compiled, with the TA-Lib call that gives the
//! same, and all candlestick patterns as one strategy.

use barlang_compiler::compile;
use barlang_compiler::emit::{Paths, emit, pascal};
use barlang_compiler::render::render_all;
use barlang_tests::data;
use barlang_tests::json::Json;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    for path in ["build.rs", "wide.txt", "../tests/golden/cases"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let (mut modules, mut table, mut patterns) = (String::new(), String::new(), String::new());
    let mut add = |name: &str, function: &str, params: &[f64], program: &str| {
        let module = name.to_lowercase().replace([' ', '('], "_").replace(')', "");
        let type_name = write_module(&mut modules, &module, program);
        let _ = writeln!(
            table,
            "Case {{ name: {name:?}, function: {function:?}, params: &{params:?}, ours: batch::<{module}::{type_name}<f64>> }},"
        );
    };
    for path in data::files("tests/golden/cases") {
        let text = data::text(&path);
        let cases: Vec<[String; 3]> = lines(&text).collect();
        // Where several programs are held against one file, that with the most of its outputs.
        let outputs = |case: &[String; 3]| case[2].split(',').count();
        let is_best = |at: usize| {
            let alike = |other: &usize| cases[*other][0] == cases[at][0];
            (0..cases.len()).rev().filter(alike).max_by_key(|&other| outputs(&cases[other])) == Some(at)
        };
        for ([file, program, _], _) in cases.iter().zip(0..).filter(|(_, at)| is_best(*at)) {
            let golden = Json::read(&data::text(&format!("tests/golden/{file}.json")));
            if !matches!(golden.find("talib"), Some(Json::Text(_))) {
                continue;
            }
            let Json::Map(params) = golden.get("sets").list()[0].get("params") else { continue };
            let params: Vec<f64> = params.iter().filter_map(|(_, value)| value.num()).collect();
            let function = file.trim_start_matches("x083_");
            // What is published of these is for made-up series; here all take the close. Without one that fits, there is nothing to compare.
            let program = &program.replace("5 * sin(0.37 * bar_index)", "close");
            if program.contains("sin(0.37") || program.contains("% 33") {
                continue;
            }
            add(function, function, &params, program);
            if function.starts_with("CDL") {
                let output = function.to_lowercase();
                let _ = writeln!(patterns, "out {output} = {program};");
            }
        }
    }
    let wide = fs::read_to_string("wide.txt").unwrap_or_default();
    for [function, params, program] in lines(&wide) {
        let params: Vec<f64> = params.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let longest = params.iter().copied().fold(0.0, f64::max);
        add(&format!("{function}({longest})"), &function, &params, &program);
    }
    write_module(&mut modules, "patterns", &format!("strategy patterns() {{\n{patterns}}}"));
    let text = format!("{modules}\n/// Every case.\npub const CASES: &[Case] = &[\n{table}];\n");
    let out = env::var_os("OUT_DIR").expect("a build script has a folder for its output");
    fs::write(Path::new(&out).join("library.rs"), text).expect("the folder can be written to");
}

/// The first columns of a table.
fn lines<const N: usize>(text: &str) -> impl Iterator<Item = [String; N]> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let mut parts = line.split('|').map(|part| part.trim().to_owned());
        std::array::from_fn(|_| parts.next().unwrap_or_else(|| panic!("`{line}` has not {N} parts")))
    })
}

/// Writes a program as a module, gives the name of its type.
fn write_module(modules: &mut String, name: &str, program: &str) -> String {
    let mut compiled = compile("<case>", program);
    assert!(compiled.diagnostics.is_empty(), "{}", render_all(&compiled.sources, &compiled.diagnostics));
    let mut strategy = compiled.strategies.pop().unwrap_or_else(|| panic!("`{program}` is no strategy"));
    strategy.is_public = true;
    let _ = writeln!(modules, "#[allow(missing_docs, reason = \"generated\")]\nmod {name} {{\n{}}}", emit(&strategy, &Paths::default()));
    if strategy.name.is_empty() { "Expression".to_owned() } else { pascal(&strategy.name) }
}
