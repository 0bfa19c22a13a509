//! A market that does not move: averages keep the price to the last bit, deviations are zero, nothing happens.

use barlang::Bar;
use barlang_tests::data::from_closes;
use barlang_tests::outputs;
use barlang_tests::run::{Column, Value};

const PRICES: &[f64] = &[0.1, 1.0 / 3.0, 100.0, 1e8 + 0.1, 1e-8, -7.3, 123_456.789, 0.0, 1e50, 2.0 / 7.0];

/// Averages that look at a window, and how many bars they look back at.
const WINDOWS: &[(&str, usize)] = &[
    ("sma(close, 7)", 7),
    ("sma(close, 30)", 30),
    ("sma(close, 1)", 1),
    ("wma(close, 9)", 9),
    ("wma(close, 30)", 30),
    ("hma(close, 20)", 24),
    ("hma(close, 7)", 9),
    ("median(close, 8)", 8),
    ("quantile(close, 10, 0.33)", 10),
    ("linreg(close, 14)", 14),
    ("linreg(close, 6, 2)", 6),
    ("linreg_intercept(close, 11)", 11),
    ("tsf(close, 9)", 9),
    ("linreg_channel(close, 9).upper", 9),
    ("mode(close, 9)", 9),
    ("percentile_linear(close, 9, 70)", 9),
    ("highest(close, 70)", 70),
    ("lowest(close, 3)", 3),
    ("bbands(close, 20).upper", 20),
    ("bbands(close, 20).middle", 20),
    ("bbands(close, 20).lower", 20),
    ("donchian(13).upper", 13),
    ("accbands(9).upper", 9),
    ("accbands(9).lower", 9),
    ("twap(bar_index % 50 == 0)", 50),
    ("hold(close)", 1),
    ("sma(sma(close, 5), 6)", 11),
    ("trima(close, 8)", 9),
    ("alma(close)", 9),
    ("vwma(close, 2)", 2),
    ("vwma(close, 9)", 9),
    ("vwma(close, 64)", 64),
    ("vwma(close, 65)", 65),
    ("hold(vwma(if bar_index % 5 > 1 then close else close / 0, 20))", 60),
    ("swma(close)", 4),
    ("fwma(close, 12)", 12),
    ("pwma(close, 7)", 7),
    ("sinwma(close, 7)", 7),
    ("midpoint(close, 9)", 9),
    ("midprice(9)", 9),
    ("ht_trendline(close)", 67),
];

/// Averages that never quite forget.
const ENDLESS: &[&str] = &[
    "ema(close, 12)",
    "ema(close, 26)",
    "ema(close, 5, seed = \"first\")",
    "rma(close, 14)",
    "dema(close, 10)",
    "tema(close, 10)",
    "ema_var(close, close, 0.3)",
    "ema(ema(close, 9), 9)",
    "t3(close)",
    "zlema(close, 12)",
    "kama(close, 10)",
    "vidya(close)",
    "evwma(close, 10)",
    "ema_first(close, 9)",
    "frama(8)",
];

/// Windows that measure movement.
const DEVIATIONS: &[(&str, usize)] = &[
    ("stdev(close, 20)", 20),
    ("variance(close, 7)", 7),
    ("avg_dev(close, 9)", 9),
    ("linreg_slope(close, 14)", 14),
    ("stdev_sample(close, 9)", 9),
    ("stderr(close, 9)", 9),
    ("zscore(close, 9)", 9),
    ("median_abs_dev(close, 9)", 9),
    ("linreg_stderr(close, 9)", 9),
    ("linreg_angle(close, 9)", 9),
    ("rsquared(close, 9)", 9),
    ("rolling_range(close, 9)", 9),
    ("moments(close, 9).second", 9),
    ("moments(close, 9).third", 9),
    ("moments(close, 9).fourth", 9),
    ("percentrank(close, 9)", 10),
    ("mom(close, 9)", 10),
    ("cmou(close, 9)", 10),
    ("er(close, 9) - 1", 10),
    ("imi(9) - 50", 9),
    ("dpo(close, 9)", 14),
    ("ao(5, 9)", 9),
    ("qstick(9)", 9),
    ("stoch_k(5, 3) - 50", 7),
    ("squeeze(9, 2, 9).momentum", 18),
    ("covariance(close, high, 8)", 8),
    ("correlation(close, low, 8)", 8),
    ("bbands(close, 20).upper - bbands(close, 20).lower", 20),
    ("cci(14)", 14),
    ("williams_r(14)", 14),
    ("stochastic(5, 3).k", 12),
    ("close - close[1]", 2),
    ("roc(close, 10)", 11),
    ("mfi(10)", 11),
    ("adr(14)", 14),
    ("bbw(close, 20)", 20),
    ("percent_b(close, 20) - 0.5", 20),
    ("cmf(20)", 20),
    ("emv(14)", 15),
    ("pdist", 2),
    ("market_fi", 1),
    ("ibs - 0.5", 1),
    // Null until something was traded.
    ("coalesce(vwap_anchored(bar_index % 50 == 0).upper - vwap_anchored(bar_index % 50 == 0).lower, 0)", 50),
];

/// Movement that is never quite forgotten: zero where there never was any.
const ENDLESS_DEVIATIONS: &[&str] = &[
    "ppo(close)",
    "apo(close)",
    "trix(close, 9)",
    "tsi(close)",
    "cmo(close, 9)",
    "macd_ext(close, 12, \"ema\", 26, \"ema\").macd",
    "macd(close).macd",
    "macd(close).signal",
    "macd(close).histogram",
    "atr(14)",
    "rsi(close) - 50",
    "true_range",
    "adx(7)",
];

/// Of every size, and none.
fn volume(bar: usize) -> f64 {
    [100.0, 0.37, 1e9, 0.0, 3e-8, 12_345.678, 1.0 / 3.0][bar * bar % 23 % 7]
}

fn flat(price: f64, len: usize) -> Vec<Bar> {
    from_closes(&vec![price; len], |_| 0.0, volume)
}

/// 150 bars of movement, then 600 without.
fn resting(price: f64, scale: f64) -> Vec<Bar> {
    let closes: Vec<f64> =
        (0..150).map(|i| scale * (3.0 + (f64::from(i) * 0.9).sin() + 0.1 * f64::from(i % 7))).chain(vec![price; 600]).collect();
    from_closes(&closes, |i| if i < 150 { scale * 0.1 } else { 0.0 }, volume)
}

/// The first bar from `from` on that is not exactly `wanted`.
fn first_other(source: &str, bars: &[Bar], from: usize, wanted: f64) -> Option<String> {
    let column = &outputs(source, bars)[0].1;
    let bar = (from..bars.len())
        .find(|&bar| !matches!(column.at(bar), Value::Num(Some(x)) if x.to_bits() == wanted.to_bits() || (x == 0.0 && wanted == 0.0)))?;
    Some(format!("{source}: bar {bar}: {:?}, not {wanted:?}", column.at(bar)))
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn averages_of_a_flat_market_are_the_price() {
    let mut wrong = Vec::new();
    for &price in PRICES {
        let bars = flat(price, 300);
        for source in WINDOWS.iter().map(|(source, _)| source).chain(ENDLESS) {
            wrong.extend(first_other(source, &bars, 100, price));
        }
        for source in DEVIATIONS.iter().map(|(source, _)| source).chain(ENDLESS_DEVIATIONS) {
            wrong.extend(first_other(source, &bars, 100, 0.0));
        }
    }
    report(&wrong);
}

/// They start at zero, as in TA-Lib; their pages say so.
#[test]
fn mama_comes_to_a_flat_price() {
    let bars = flat(0.1, 300);
    for (source, first) in
        [("mama(close).mama", 0.099_999_67), ("mama(close).fama", 0.099_214_04), ("ma(close, 9, \"mama\")", 0.099_999_67)]
    {
        let column = &outputs(source, &bars)[0].1;
        let values: Vec<f64> = (0..bars.len()).filter_map(|bar| if let Value::Num(x) = column.at(bar) { x } else { None }).collect();
        assert!((values[0] - first).abs() < 1e-8, "{source} begins with {}", values[0]);
        assert!(values.is_sorted() && (values[100] - 0.1).abs() < 1e-12, "{source} does not come to the price");
    }
}

#[test]
fn windows_forget_what_moved_before() {
    let mut wrong = Vec::new();
    for &price in &PRICES[..PRICES.len() - 2] {
        for scale in [price.abs() + 1e-9, 1e9, 1e-7] {
            let bars = resting(price, scale);
            for (source, len) in WINDOWS {
                wrong.extend(first_other(source, &bars, 150 + len, price));
            }
            for (source, len) in DEVIATIONS {
                wrong.extend(first_other(source, &bars, 150 + len, 0.0));
            }
        }
    }
    report(&wrong);
}

/// Truth values that must never be true from a bar on.
fn happens(source: &str, bars: &[Bar], from: usize) -> Option<String> {
    let Column::Bool(column) = outputs(source, bars).swap_remove(0).1 else { panic!("{source} is no event") };
    let bar = (from..bars.len()).find(|&bar| column[bar] == Some(true))?;
    Some(format!("{source}: true on bar {bar}"))
}

#[test]
fn nothing_happens_in_a_flat_market() {
    let mut wrong = Vec::new();
    for &price in PRICES {
        // After movement an endless average may still cross once, while it follows; not later.
        let scale = price.abs().min(1e49) + 1e-9;
        for (bars, from) in [(flat(price, 400), 0), (resting(price, scale), 400), (resting(price, 1e9), 400)] {
            let averages = WINDOWS.iter().map(|(source, _)| *source).chain(ENDLESS.iter().copied());
            for average in averages {
                for event in ["cross", "cross_over", "cross_under"] {
                    wrong.extend(happens(&format!("{event}(close, {average})"), &bars, from));
                    wrong.extend(happens(&format!("{event}({average}, sma(close, 9))"), &bars, from));
                }
                wrong.extend(happens(&format!("enter_channel(close, {average}, {average})"), &bars, from.max(700)));
                wrong.extend(happens(&format!("exit_channel(close, {average}, {average})"), &bars, from.max(1)));
            }
            for (deviation, _) in DEVIATIONS {
                for event in ["rising", "falling"] {
                    wrong.extend(happens(&format!("{event}({deviation})"), &bars, from));
                }
            }
            wrong.extend(happens("cross_over(ema(close, 12), ema(close, 26))", &bars, from));
            wrong.extend(happens("cross(macd(close).macd, macd(close).signal)", &bars, from));
            wrong.extend(happens("rising_pct(close, 0.01) and close > 0", &bars, from));
        }
    }
    report(&wrong);
}
