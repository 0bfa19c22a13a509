//! What the language and the pages of the indicators say of gaps, ranges, exact moves and small decimals, each by its smallest case.

use barlang::{Bar, Decimal, Interpreter, Strategy};
use barlang_tests::data;
use barlang_tests::outputs;
use barlang_tests::run::Column;

const GAPPED: &str = "(if bar_index % 5 > 1 then close else close / 0)";

fn numbers(source: &str, bars: &[Bar]) -> Vec<Option<f64>> {
    match outputs(source, bars).swap_remove(0).1 {
        Column::Num(column) => column,
        Column::Bool(_) => panic!("{source} is no number"),
    }
}

fn truths(source: &str, bars: &[Bar]) -> Vec<Option<bool>> {
    match outputs(source, bars).swap_remove(0).1 {
        Column::Bool(column) => column,
        Column::Num(_) => panic!("{source} is no truth value"),
    }
}

fn bar(i: usize, [open, high, low, close, volume]: [f64; 5]) -> Bar {
    Bar::new(i as i64 * 1_000_000_000, open, high, low, close, volume).unwrap_or_else(|error| panic!("{error}"))
}

fn bars(of: &[[f64; 5]]) -> Vec<Bar> {
    of.iter().enumerate().map(|(i, prices)| bar(i, *prices)).collect()
}

fn closes(of: &[f64]) -> Vec<Bar> {
    of.iter().enumerate().map(|(i, &close)| bar(i, [close, close, close, close, 1.0])).collect()
}

#[test]
fn a_bar_without_a_value_gives_none() {
    let history = &data::sp500().bars[..600];
    let mut problems = Vec::new();
    for name in [
        "decay(X)",
        "ebsw(X)",
        "edecay(X)",
        "ht_dcperiod(X)",
        "ht_dcphase(X)",
        "ht_sine(X).sine",
        "ht_trendmode(X)",
        "hwc(X).middle",
        "hwma(X)",
        "jma(X)",
        "mama(X).mama",
        "mama(X).fama",
        "mcginley(X, 2)",
        "qqe(X, 3).line",
        "qqe(X, 3).trend",
        "roofing_filter(X)",
        "super_smoother(X)",
        "swak_2php(X)",
        "swak_bp(X)",
        "swak_butter(X)",
        "swak_gauss(X)",
        "swak_hp(X)",
        "wilder_sum(X)",
    ] {
        // Rare, as some look back over dozens of bars.
        let column = numbers(&name.replace('X', "(if bar_index % 60 > 0 then close else close / 0)"), history);
        let wrong = column.iter().step_by(60).flatten().count();
        let found = column.iter().flatten().count();
        if wrong > 0 || found <= 100 {
            problems.push(format!("{name}: {found} values, {wrong} of them on bars that have none"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn nothing_is_remembered_of_a_bar_without_a_value() {
    let history = &data::sp500().bars[..600];
    let kept: Vec<Bar> = (0..600).filter(|bar| bar % 5 > 1).map(|bar| history[bar]).collect();
    for name in ["decay(X)", "edecay(X)", "hwma(X)", "jma(X, 1)", "jma(X, 2)", "jma(X, 9)", "wilder_sum(X)", "ema(X, 9)"] {
        let without = numbers(&name.replace('X', "close"), &kept);
        let found = numbers(&name.replace('X', GAPPED), history);
        let found = (0..600).filter(|bar| bar % 5 > 1).map(|bar| found[bar]);
        let mut compared = 0;
        for (found, right) in found.zip(without) {
            if let (Some(found), Some(right)) = (found, right) {
                compared += 1;
                assert!((found - right).abs() <= 1e-11 * right.abs(), "{name}: {found}, not {right}");
            }
        }
        assert!(compared > 100, "{name}: {compared} values compared");
    }
}

/// The last bar lies in the third period, and the period before has a bar whose anchor is null.
#[test]
fn a_null_anchor_begins_no_period() {
    let history = bars(&[
        [10.0, 12.0, 9.0, 11.0, 9.0],
        [11.0, 15.0, 10.0, 12.0, 1.0],
        [12.0, 13.0, 11.0, 12.0, 1.0],
        [20.0, 25.0, 19.0, 21.0, 9.0],
        [21.0, 30.0, 20.0, 22.0, 1.0],
        [22.0, 24.0, 18.0, 23.0, 0.0],
        [40.0, 45.0, 39.0, 41.0, 9.0],
        [41.0, 42.0, 40.0, 41.0, 1.0],
    ]);
    let anchor = "volume / (if volume > 0 then 1 else 0) > 5";
    let last: Vec<Option<f64>> = ["p_open", "p_high", "p_low", "p_close"]
        .iter()
        .map(|part| numbers(&format!("prev_period_ohlc({anchor}).{part}"), &history)[7])
        .collect();
    assert_eq!(last, [20.0, 30.0, 18.0, 23.0].map(Some));
}

#[test]
fn a_period_begins_at_midnight_to_the_nanosecond() {
    const DAY: i64 = 86_400_000_000_000;
    // The last nanoseconds of 29, 30 and 31 January 2024, and of 1 February.
    let history: Vec<Bar> = [19_752_i64, 19_753, 19_754, 19_755]
        .iter()
        .map(|day| Bar::new(day * DAY - 1, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap_or_else(|error| panic!("{error}")))
        .collect();
    assert_eq!(truths("new_period(\"month\")", &history), [true, false, false, true].map(Some));
}

#[test]
fn exact_moves_count_in_percent() {
    let history = closes(&[100.0, 110.0, 99.0]);
    assert_eq!(truths("rising_pct(close, 10)", &history), [None, Some(true), Some(false)]);
    assert_eq!(truths("falling_pct(close, 10)", &history), [None, Some(false), Some(true)]);
    assert_eq!(numbers("zigzag(10).trend", &history)[1..], [Some(1.0), Some(-1.0)]);
}

#[test]
fn what_rounding_does_to_a_whole_number_is_undone() {
    // 64.4 percent of 250 bars are 161, and 0.57 of 100 bars 57.
    let history: Vec<f64> = (1..=250).map(f64::from).collect();
    assert_eq!(numbers("percentile(close, 250, 64.4)", &closes(&history))[249], Some(161.0));
    let weight = |at: usize| {
        let mut bump = vec![0.0; 101];
        bump[at] = 1.0;
        numbers("alma(close, 101, 6, 0.57)", &closes(&bump))[100].unwrap_or_else(|| panic!("no value"))
    };
    assert!(weight(57) > weight(56) && weight(57) > weight(58));
}

#[test]
fn volatility_of_prices_that_are_not_positive_is_null() {
    let history = bars(&[[-2.0, -1.0, -3.0, -2.0, 1.0], [-2.0, -1.0, -4.0, -1.5, 1.0], [-2.0, -1.0, -3.0, -2.5, 1.0]]);
    for name in ["parkinson(1)", "garman_klass(1)", "yang_zhang(2)"] {
        assert_eq!(numbers(name, &history), [None; 3], "{name}");
    }
    assert_eq!(numbers("rogers_satchell(1)", &history), [Some(0.0); 3]);
}

#[test]
fn sums_of_moves_wait_for_the_moves() {
    let first = |name: &str, bars: &[Bar]| numbers(name, bars).iter().position(Option::is_some);
    assert_eq!(first("vfi()", &data::sp500().bars[..400]), Some(261));
    let mut history = vec![[1.0, 1.0, 1.0, 1.0, 5.0]];
    history.extend((1..6).map(|i| f64::from(i)).map(|i| [1.0 + i, 3.0 + i, 1.0 + i, 2.0 + i, 10.0]));
    assert_eq!(first("emv(3)", &bars(&history)), Some(3));
}

/// In a market that stands still averages of moves fade until only their rounding is left.
#[test]
fn ratios_of_fading_averages_stay_in_their_range() {
    let mut history: Vec<f64> =
        vec![100.0, 101.0, 100.0, 99.0, 98.0, 99.0, 97.0, 96.0, 97.0, 95.0, 94.0, 95.0, 93.0, 92.0, 91.0, 90.0, 91.0, 89.0, 88.0, 87.0];
    history.resize(14_000, 87.0);
    let history = closes(&history);
    let outside = [("smi().smi", 100.0), ("ebsw()", 1.0)]
        .map(|(name, most)| (name, numbers(name, &history).iter().flatten().filter(|value| value.abs() > most).count()));
    assert_eq!(outside, [("smi().smi", 0), ("ebsw()", 0)]);
}

/// Over decimals their powers leave the digits that there are, where prices are small.
#[test]
fn measures_without_a_scale_have_all_digits_of_small_prices_that_are_scaled() {
    let in_cents = |bar: &Bar| [bar.open(), bar.high(), bar.low(), bar.close(), 0.01].map(|price| (price * 100.0).round());
    let history = bars(&data::sp500().bars[..300].iter().map(in_cents).collect::<Vec<[f64; 5]>>());
    let small = |cents: f64| Decimal::new(cents as i64, 11);
    let decimals: Vec<Bar<Decimal>> = history
        .iter()
        .map(|bar| {
            let [open, high, low, close] = [bar.open(), bar.high(), bar.low(), bar.close()].map(small);
            Bar::<Decimal>::new(bar.time(), open, high, low, close, Decimal::ONE).unwrap_or_else(|error| panic!("{error}"))
        })
        .collect();
    for measure in ["kurtosis(X, 30)", "skew(X, 30)", "correlation(X, low * 1000000, 30)"] {
        let program = |of: &str| measure.replace('X', of);
        let scaled = Interpreter::<Decimal>::new(&program("close * 1000000")).unwrap_or_else(|error| panic!("{error}"));
        let scaled = scaled.batch(&decimals);
        let scaled = scaled.nums("result").unwrap_or_else(|| panic!("{measure} has a result"));
        let floats = numbers(&program("close"), &history);
        for (i, float) in floats.iter().enumerate() {
            let decimal = scaled.get(i).map(|value| value.to_string().parse::<f64>().unwrap_or(f64::NAN));
            let is_near = match (decimal, *float) {
                (Some(decimal), Some(float)) => (decimal - float).abs() < 1e-9,
                (None, None) => i < 29,
                _ => false,
            };
            assert!(is_near, "{measure} on bar {i}: {decimal:?}, over f64 {float:?}");
        }
    }
}
