//! TA-Lib's values, for every indicator of ours that it has.

use barlang_tests::data::{self, Data};
use barlang_tests::json::Json;
use barlang_tests::outputs;
use barlang_tests::run::{Column, Value};

/// File, program, and for each output of TA-Lib ours.
const TABLE: &[(&str, &str, &[(&str, &str)])] = &[
    ("ADX", "adx()", &[("real", "result")]),
    ("AROON", "aroon()", &[("aroondown", "down"), ("aroonup", "up")]),
    ("ATR", "atr()", &[("real", "result")]),
    ("AVGDEV", "average_deviation(close)", &[("real", "result")]),
    ("BBANDS", "bbands(close)", &[("upperband", "upper"), ("middleband", "middle"), ("lowerband", "lower")]),
    ("CCI", "cci()", &[("real", "result")]),
    ("CORREL", "correlation()", &[("real", "result")]),
    ("DEMA", "dema(close)", &[("real", "result")]),
    ("DONCHIAN", "donchian()", &[("upperband", "upper"), ("middleband", "middle"), ("lowerband", "lower")]),
    ("EMA", "ema(close)", &[("real", "result")]),
    ("HMA", "hma(close)", &[("real", "result")]),
    ("KC", "keltner()", &[("upperband", "upper"), ("middleband", "middle"), ("lowerband", "lower")]),
    ("LINEARREG", "linreg(close)", &[("real", "result")]),
    ("LINEARREG_INTERCEPT", "linreg_intercept(close)", &[("real", "result")]),
    ("LINEARREG_SLOPE", "linreg_slope(close)", &[("real", "result")]),
    ("MACD", "macd(close)", &[("macd", "macd"), ("macdsignal", "signal"), ("macdhist", "histogram")]),
    ("MAX", "max(close, 30)", &[("real", "result")]),
    ("MAXINDEX", "bar_index - highest_age(close, 30)", &[("integer", "result")]),
    ("MFI", "mfi()", &[("real", "result")]),
    ("MIN", "min(close, 30)", &[("real", "result")]),
    ("MININDEX", "bar_index - lowest_age(close, 30)", &[("integer", "result")]),
    ("OBV", "obv", &[("real", "result")]),
    ("PERCENTILE", "percentile(close)", &[("real", "result")]),
    ("RMA", "rma(close)", &[("real", "result")]),
    ("ROC", "roc(close)", &[("real", "result")]),
    ("RSI", "rsi(close)", &[("real", "result")]),
    ("SAR", "sar()", &[("real", "sar")]),
    ("SMA", "sma(close)", &[("real", "result")]),
    ("STDDEV", "stdev(close)", &[("real", "result")]),
    ("STOCH", "stochastic()", &[("slowk", "k"), ("slowd", "d")]),
    ("SUM", "sum(close)", &[("real", "result")]),
    ("SUPERTREND", "supertrend()", &[("supertrend", "supertrend"), ("trend", "direction")]),
    ("TEMA", "tema(close)", &[("real", "result")]),
    ("TRANGE", "true_range", &[("real", "result")]),
    ("VAR", "variance(close)", &[("real", "result")]),
    ("VWAP", "vwap", &[("real", "result")]),
    ("WILLR", "williams_r()", &[("real", "result")]),
    ("WMA", "wma(close)", &[("real", "result")]),
    ("x083_MEDIAN", "median(close)", &[("median", "result")]),
];

/// Files that belong to no indicator of ours yet.
const UNUSED: &[&str] = &["BETA", "MINUS_DI", "PLUS_DI"];

/// The values to compare with, in bar order; none where nothing can be compared. They begin at `start`.
fn expected(values: &Json) -> (usize, Vec<Option<f64>>) {
    let start = values.get("start").index();
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

fn check(file: &str, source: &str, names: &[(&str, &str)], data: &Data, input: &str) -> (usize, Vec<String>) {
    let golden = Json::read(&data::text(&format!("tests/golden/{file}.json")));
    let ours = outputs(source, &data.bars);
    let (mut compared, mut wrong) = (0, Vec::new());
    for set in golden.get("sets").list() {
        let lookback = set.get("lookback").index();
        for (theirs, name) in names {
            let (start, values) = expected(set.get(input).get(theirs));
            let Some((_, column)) = ours.iter().find(|(n, _)| n == name) else { panic!("`{source}` has no `{name}`") };
            let mut differ = |bar: usize, problem: String| wrong.push(format!("{file}.{theirs} on {}, bar {bar}: {problem}", data.name));
            if column.first() != Some(start) {
                differ(start, format!("should be the first value, it is {:?}", column.first()));
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
fn values_are_those_of_ta_lib() {
    let inputs = [("a", data::golden_a()), ("b", data::golden_b())];
    let (mut compared, mut wrong) = (0, Vec::new());
    for (file, source, names) in TABLE {
        for (input, data) in &inputs {
            let (count, mut problems) = check(file, source, names, data, input);
            compared += count;
            let total = problems.len();
            problems.truncate(3);
            if let Some(last) = problems.last_mut() {
                *last = format!("{last} ({total} in all)");
            }
            wrong.append(&mut problems);
        }
    }
    println!("{compared} published values compared, {} indicators", TABLE.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_is_used() {
    let folder = std::fs::read_dir(data::path("tests/golden")).unwrap_or_else(|error| panic!("{error}"));
    let mut files: Vec<String> = folder
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok()?.strip_suffix(".json").map(str::to_owned))
        .filter(|name| name != "segments_b")
        .collect();
    files.sort();
    let mut known: Vec<&str> = TABLE.iter().map(|(file, ..)| *file).chain(UNUSED.iter().copied()).collect();
    known.sort_unstable();
    assert_eq!(files, known);
}
