//! The interpreter computes what the definitions say: every node of every program of the tests. The compiled executors are held against
//! the interpreter by the package `compiled`.
//!
//! `ONLY=name` looks at the programs whose name contains it.

use barlang::{Bar, Interpreter, indicator_catalog};
use barlang_tests::compare::{agreement, first_difference, over_all};
use barlang_tests::data::{self, Data};
use barlang_tests::number::Number;
use barlang_tests::programs::{self, Program};
use barlang_tests::reference::{hold, is_costly, trace_of};
use barlang_tests::run::{Column, Run, Value, stepped};
use barlang_tests::{generate, interpreter, interpreter_of, outputs, plan_of, trace, written_plan_of};

fn all_programs() -> Vec<Program> {
    let only = std::env::var("ONLY").unwrap_or_default();
    programs::all().into_iter().filter(|program| program.name.contains(&only)).collect()
}

fn named(programs: &[Program]) -> impl Iterator<Item = (&str, &str)> {
    programs.iter().map(|program| (program.name.as_str(), program.source.as_str()))
}

/// Holds every node of a program, as the interpreter computes it, against its definition; and the outputs of the trace against those of
/// the program, whose inside it shows.
fn inside<S: Number>(source: &str, bars: &[Bar<S>]) -> Vec<String> {
    let plan = plan_of(source);
    let Some(inside) = trace::traced(&plan) else {
        return vec!["no trace".to_owned()];
    };
    let tracer: Interpreter<S> = match Interpreter::from_plan(inside.clone()) {
        Ok(tracer) => tracer,
        Err(error) => return vec![error.to_string()],
    };
    let trace = trace_of(&inside, bars, Run::batch(&tracer, bars));
    let mut problems: Vec<String> = hold(&inside, bars, &trace).iter().map(ToString::to_string).collect();
    let outputs: Vec<Column<S>> = plan.plan().outputs.iter().filter_map(|output| trace[output.node.index()].clone()).collect();
    problems.extend(first_difference(&outputs, &Run::batch(&interpreter_of::<S>(source), bars)).map(|d| format!("trace and program: {d}")));
    problems
}

#[test]
fn every_node_is_what_its_definition_says() {
    over_all(named(&all_programs()), &data::all(), inside);
}

/// Over decimals, where a definition is exact, or rounded once.
#[test]
fn every_node_over_decimals_is_what_its_definition_says() {
    let programs: Vec<Program> = all_programs().into_iter().filter(|program| program.over_decimals).collect();
    over_all(named(&programs), &data::decimals(100), inside);
}

/// More random programs, which only the interpreter runs.
#[test]
fn every_node_of_more_random_programs_is_what_its_definition_says() {
    let programs: Vec<(String, String)> = (100_000..100_300).map(|seed| (format!("seed {seed}"), generate::program(seed))).collect();
    let fitting = programs.iter().filter(|(_, source)| barlang_compiler::compile("<program>", source).diagnostics.is_empty());
    over_all(fitting.map(|(name, source)| (name.as_str(), source.as_str())), &data::hard(), |source, bars| {
        let mut problems = inside(source, bars);
        let batch = Run::batch(&interpreter(source), bars);
        if !bars.is_empty() {
            problems.extend(first_difference(&batch, &stepped(&mut interpreter(source), bars, 1)).map(|d| format!("batch and step: {d}")));
        }
        problems
    });
}

#[test]
fn outputs_agree_with_a_free_evaluation() {
    let (mut cells, mut ambiguous) = (0, 0);
    let mut by_program = Vec::new();
    let mut histories = data::hard();
    histories.push(Data { name: "sp500, the first bars", bars: data::sp500().bars[..500].to_vec() });
    over_all(named(&all_programs()), &histories, |source, bars| {
        let plan = plan_of(source);
        // The sums that windows are made of depend on the base, which is free: they have no value of their own to be compared.
        if source.contains("block(") {
            return Vec::new();
        }
        let bars = &bars[..bars.len().min(if is_costly(&plan) { 150 } else { 500 })];
        let found = Run::batch(&interpreter(source), bars);
        let mut wrong = Vec::new();
        // What makes a plan faster is held against what is written. After a jump of 10^9 a sum of halves rounds otherwise than a window of deviations, which is allowed and decides comparisons.
        let jumps = bars.iter().any(|bar| bar.close() > 1e8);
        for plan in std::iter::once(plan).chain((!jumps).then(|| written_plan_of(source))) {
            let agreement = agreement(&plan, bars, &found);
            cells += agreement.cells;
            ambiguous += agreement.ambiguous;
            by_program.push((agreement.ambiguous, source.to_owned()));
            wrong.extend(agreement.wrong);
        }
        wrong
    });
    by_program.sort();
    println!("{ambiguous} of {cells} cells are ambiguous; most in");
    by_program.iter().rev().take(10).for_each(|(count, source)| println!("{count}: {source}"));
    assert!(ambiguous * 50 < cells, "{ambiguous} of {cells} cells are ambiguous");
}

/// An indicator gives the same, whether or not it is known that its series has a value on every bar: gaps before that are gaps.
#[test]
fn what_is_known_of_a_series_changes_no_value() {
    let bars = &data::sp500().bars[..600];
    let (mut compared, mut wrong) = (0, Vec::new());
    for meta in indicator_catalog().iter().filter(|meta| meta.example.contains("(close")) {
        for series in [
            "(if bar_index == 0 then close else close[4])",
            "(if close > open and close > sma(close, 5) then close else open)",
            "(if bar_index < 7 then close else close[25])",
        ] {
            // That is there on every bar, which nothing proves.
            let unknown = format!("with({series}, 1 / (close - 0.123))");
            let [known, unknown] = [series, &unknown].map(|series| outputs(&meta.example.replace("(close", &format!("({series}")), bars));
            for ((name, known), (_, unknown)) in known.iter().zip(&unknown) {
                compared += 1;
                let numbers = |column: &Column| (0..column.len()).map(|bar| column.at(bar)).collect::<Vec<_>>();
                let (known, unknown) = (numbers(known), numbers(unknown));
                let level =
                    known.iter().fold(0.0f64, |level, value| if let Value::Num(Some(x)) = value { level.max(x.abs()) } else { level });
                let is_same = |(a, b): &(&Value, &Value)| match (a, b) {
                    (Value::Num(Some(a)), Value::Num(Some(b))) => (a - b).abs() <= 1e-9 * level,
                    (a, b) => a == b,
                };
                if let Some((bar, pair)) = known.iter().zip(&unknown).enumerate().find(|(_, pair)| !is_same(pair)) {
                    wrong.push(format!("{}.{name} of {series}, bar {bar}: {pair:?}", meta.example));
                }
            }
        }
    }
    println!("{compared} columns compared");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What stands beside an indicator changes no bit of it: they share windows and what these are made of.
#[test]
fn what_stands_beside_an_indicator_changes_no_bit_of_it() {
    let bars = &data::sp500().bars[..800];
    let mut entries = Vec::new();
    for meta in indicator_catalog() {
        for (name, column) in outputs(&meta.example, bars) {
            let series = if name == "result" { meta.example.clone() } else { format!("{}.{name}", meta.example) };
            entries.push((series, column));
        }
    }
    // Windows of common lengths, of which all is asked.
    let windows = |n: u32| format!("let w{n} = block(close, {n}); out of{n} = w{n}.base + w{n}.sum + w{n}.squares + w{n}.weighted;");
    let windows: String = [7, 10, 14, 20, 30, 100].map(windows).concat();
    let (mut compared, mut wrong) = (0, Vec::new());
    for group in entries.chunks(80) {
        let outs: String = group.iter().enumerate().map(|(i, (series, _))| format!("out o{i} = {series};\n")).collect();
        for ((series, alone), (_, beside)) in group.iter().zip(outputs(&format!("strategy s() {{ {outs} {windows} }}"), bars)) {
            compared += 1;
            wrong.extend(
                first_difference(std::slice::from_ref(alone), &[beside]).map(|d| format!("{series}, alone and beside others: {d}")),
            );
        }
    }
    println!("{compared} columns compared");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Averages weighted by volume over a series with gaps are those over the history without the bars that have no value.
#[test]
fn a_gap_leaves_nothing_behind_in_an_average_by_volume() {
    let has_value = |bar: usize| bar % 5 > 1;
    let bars = data::sp500().bars;
    let kept: Vec<Bar> = bars.iter().enumerate().filter(|(bar, _)| has_value(*bar)).map(|(_, bar)| *bar).collect();
    for (name, period) in [("vwma", 20), ("vwma", 100), ("evwma", 20)] {
        let column = |series: &str, bars: &[Bar]| {
            let Column::Num(column) = outputs(&format!("{name}({series}, {period})"), bars).swap_remove(0).1 else {
                panic!("{name} is no number")
            };
            column
        };
        let with_gaps = column("if bar_index % 5 > 1 then close else close / 0", &bars);
        let without = column("close", &kept);
        let found = with_gaps.iter().enumerate().filter(|(bar, _)| has_value(*bar)).map(|(_, value)| *value);
        for (bar, (found, right)) in found.zip(&without).enumerate() {
            let agree = match (found, *right) {
                (Some(found), Some(right)) => (found - right).abs() <= 1e-11 * right,
                (found, right) => found == right,
            };
            assert!(agree, "{name} over {period}: {found:?}, not {right:?}, at value {bar}");
        }
        assert!(without.iter().flatten().count() > 2_000 && with_gaps.iter().flatten().count() == without.iter().flatten().count());
    }
}
