//! Published values: TA-Lib's, for every indicator of ours that it has, and other packages' for the rest.

use barlang_tests::data::{self, Data};
use barlang_tests::json::Json;
use barlang_tests::outputs;
use barlang_tests::run::{Column, Value};
use std::collections::BTreeSet;

/// A published file, our program, and for each output of theirs ours.
struct Case {
    file: String,
    source: String,
    names: Vec<(String, String)>,
    /// Our first bar, where theirs is later than the formula needs.
    first: Option<usize>,
}

/// The cases in `tests/golden/cases`, a file for each family, a line for each case.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for path in data::files("tests/golden/cases") {
        for line in data::text(&path).lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let parts: Vec<String> = line.split('|').map(|part| part.trim().to_owned()).collect();
            let [file, source, names, rest @ ..] = &parts[..] else { panic!("{path}: `{line}` has not three parts") };
            let names = names.split(',').filter_map(|pair| pair.split_once('=')).map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()));
            let first = rest.first().map(|part| {
                let bar = part.strip_prefix("first = ").and_then(|bar| bar.parse().ok());
                bar.unwrap_or_else(|| panic!("{path}: `{part}` is no first bar"))
            });
            cases.push(Case { file: file.clone(), source: source.clone(), names: names.collect(), first });
        }
    }
    cases
}

/// The values to compare with, in bar order; none where nothing can be compared. They begin at `start`, which is the first bar with a
/// value, or at `from`, before which nothing is said.
fn expected(values: &Json) -> (usize, Vec<Option<f64>>) {
    if let Some(marked) = values.find("nz") {
        let start = values.get("start").index();
        let mut list = vec![Some(0.0); values.get("n").index() - start];
        for mark in marked.list() {
            let [bar, value] = mark.list() else { panic!("a mark has two parts") };
            list[bar.index() - start] = value.num();
        }
        return (start, list);
    }
    let start = values.find("start").unwrap_or_else(|| values.get("from")).index();
    let mut list: Vec<Option<f64>> = values.get("v").list().iter().map(Json::num).collect();
    for mask in values.find("mask").map_or(&[][..], Json::list) {
        let [from, to, accurate] = mask.list() else { panic!("a mask has three parts") };
        for bar in from.index()..=to.index() {
            list[bar - start] = match accurate {
                Json::List(accurate) => accurate[bar - from.index()].num(),
                _ => None,
            };
        }
    }
    (start, list)
}

fn check(Case { file, source, names, first }: &Case, golden: &Json, data: &Data, input: &str) -> (usize, Vec<String>) {
    let ours = outputs(source, &data.bars);
    let (mut compared, mut wrong) = (0, Vec::new());
    for set in golden.get("sets").list() {
        let lookback = set.get("lookback").index();
        let Some(published) = set.find(input) else { continue };
        for (theirs, name) in names {
            let (start, values) = expected(published.get(theirs));
            let Some((_, column)) = ours.iter().find(|(n, _)| n == name) else { panic!("`{source}` has no `{name}`") };
            let mut differ = |bar: usize, problem: String| wrong.push(format!("{file}.{theirs} on {}, bar {bar}: {problem}", data.name));
            let expected_first = first.unwrap_or(start);
            if published.get(theirs).find("start").is_some() && column.first() != Some(expected_first) {
                differ(expected_first, format!("should be the first value, it is {:?}", column.first()));
            }
            for (bar, value) in values.iter().enumerate().map(|(i, value)| (start + i, value)) {
                let Some(value) = value else { continue };
                let level = data.bars[bar.saturating_sub(lookback)..=bar]
                    .iter()
                    .flat_map(|b| [b.open(), b.high(), b.low(), b.close()])
                    .fold(0.0f64, |level, price| level.max(price.abs()));
                compared += 1;
                let found = column.at(bar);
                let agrees = matches!(found, Value::Num(Some(x)) if (x - value).abs() <= 1e-9 * value.abs() + 1e-12 * level);
                if !agrees {
                    differ(bar, format!("expected {value}, found {found:?}"));
                }
            }
            assert_eq!(start + values.len(), Column::len(column), "{file}: the number of bars");
        }
    }
    (compared, wrong)
}

#[test]
fn values_are_the_published_ones() {
    let inputs = [("a", data::golden_a()), ("b", data::golden_b()), ("c", data::golden_c()), ("d", data::golden_d())];
    let (mut compared, mut wrong) = (0, Vec::new());
    let cases = cases();
    for case in &cases {
        let golden = Json::read(&data::text(&format!("tests/golden/{}.json", case.file)));
        let has = |input: &str| golden.get("sets").list().iter().all(|set| set.find(input).is_some());
        for (input, data) in inputs.iter().filter(|(input, _)| has(input)) {
            let (count, mut problems) = check(case, &golden, data, input);
            compared += count;
            let total = problems.len();
            problems.truncate(3);
            if let Some(last) = problems.last_mut() {
                *last = format!("{last} ({total} in all)");
            }
            wrong.append(&mut problems);
        }
    }
    println!("{compared} published values compared, {} indicators", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_is_used() {
    let files = data::files("tests/golden");
    let published =
        files.iter().filter_map(|path| path.strip_prefix("tests/golden/")?.strip_suffix(".json")).filter(|name| *name != "segments_b");
    let cases = cases();
    let known: BTreeSet<&str> = cases.iter().map(|case| case.file.as_str()).collect();
    assert_eq!(published.collect::<BTreeSet<_>>(), known);
}

#[test]
fn every_pattern_appears_in_each_way_on_input_d() {
    let marks = |golden: &Json, input: &str| -> BTreeSet<i64> {
        let sets = golden.get("sets").list().iter();
        let marked = sets.flat_map(|set| set.get(input).get("integer").get("nz").list());
        marked.filter_map(|mark| mark.list()[1].num()).map(|value| value as i64).collect()
    };
    let mut patterns = 0;
    for path in data::files("tests/golden").iter().filter(|path| path.starts_with("tests/golden/CDL")) {
        let golden = Json::read(&data::text(path));
        let found = marks(&golden, "d");
        assert!(!found.is_empty(), "{path}");
        for input in ["a", "b", "c"] {
            assert!(marks(&golden, input).is_subset(&found), "{path}: input {input} has more than {found:?}");
        }
        patterns += 1;
    }
    assert_eq!(patterns, 61);
}
