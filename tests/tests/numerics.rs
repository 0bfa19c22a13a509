//! Sums neither cancel nor drift.

use barlang::{Bar, Decimal, Interpreter, Strategy, Value};
use barlang_tests::data::{self, from_closes};
use barlang_tests::dd::Dd;
use barlang_tests::random::Random;
use barlang_tests::reference::{hold, trace_of};
use barlang_tests::run::{Column, Run};
use barlang_tests::{outputs, plan_of, trace};
use std::ops::RangeInclusive;

/// What left the window is gone: prices of 1e8, then of 1e-8.
#[test]
fn a_fall_of_sixteen_orders_leaves_no_residue() {
    let mut random = Random::new(4);
    let closes: Vec<f64> =
        (0..600).map(|i| if i < 300 { 1e8 * (1.0 + 0.1 * random.unit()) } else { 1e-8 * (1.0 + 0.1 * random.unit()) }).collect();
    let bars = from_closes(&closes, |_| 0.0, |_| 1.0);
    for n in [2, 5, 20, 50, 200] {
        let window = |bar: usize| &closes[bar + 1 - n..=bar];
        let mean = |bar: usize| window(bar).iter().fold(Dd::ZERO, |sum, &x| sum + Dd::from(x)) / Dd::from(n as f64);
        let weighted = |bar: usize| {
            let sum = window(bar).iter().enumerate().fold(Dd::ZERO, |sum, (i, &x)| sum + Dd::from(i as f64 + 1.0) * Dd::from(x));
            sum / Dd::from((n * (n + 1) / 2) as f64)
        };
        let variance = |bar: usize| {
            let m = mean(bar);
            window(bar).iter().fold(Dd::ZERO, |sum, &x| sum + (Dd::from(x) - m) * (Dd::from(x) - m)) / Dd::from(n as f64)
        };
        let sum = |bar: usize| mean(bar) * Dd::from(n as f64);
        let check = |source: String, exact: &dyn Fn(usize) -> Dd, tolerance: f64| {
            let Column::Num(column) = outputs(&source, &bars).swap_remove(0).1 else { panic!("{source} is no number") };
            for bar in 300 + n..600 {
                let (found, exact) = (column[bar].unwrap_or(f64::NAN), exact(bar).round());
                assert!((found - exact).abs() <= tolerance * exact.abs(), "{source}, bar {bar}: {found:e}, exactly {exact:e}");
            }
        };
        check(format!("sma(close, {n})"), &mean, 1e-14);
        check(format!("sum(close, {n})"), &sum, 1e-14);
        check(format!("wma(close, {n})"), &weighted, 1e-14);
        check(format!("variance(close, {n})"), &variance, 1e-12);
    }
}

fn inside(source: &str, bars: &[Bar]) -> Option<String> {
    let inside = trace::traced(&plan_of(source))?;
    let tracer: Interpreter = Interpreter::from_plan(inside.clone()).ok()?;
    let trace = trace_of(&inside, bars, Run::batch(&tracer, bars));
    hold(&inside, bars, &trace).first().map(|mismatch| format!("{source}: {mismatch}"))
}

/// The bounds of the reference depend on the window, not on how many bars there were before.
#[test]
fn nothing_drifts_over_200_000_bars() {
    let bars = data::walk(8, 200_000, 1e4, 3.0);
    let sources = [
        "sma(close, 20)",
        "ema(close, 26)",
        "rma(close, 14)",
        "wma(close, 30)",
        "stdev(close, 20)",
        "linreg(close, 14)",
        "correlation(high, volume, 20)",
        "avg_dev(close, 10)",
        "cum_sum(close)",
        "cum_sum(close - close[1])",
        "obv",
        "sum_since(close, close > close[1])",
    ];
    let wrong: Vec<String> = sources.iter().filter_map(|source| inside(source, &bars)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Windows whose values lie on shelves: values that crowd onto one shelf, leave another empty, are all the same, or come and go.
#[test]
fn long_windows_are_what_they_are_defined_to_be() {
    let mut random = Random::new(31);
    let history = |of: &mut dyn FnMut(usize) -> f64| from_closes(&(0..1_800).map(of).collect::<Vec<_>>(), |_| 0.5, |i| (i % 7) as f64);
    let histories = [
        ("a walk", data::walk(30, 1_800, 100.0, 1.0)),
        ("rising", history(&mut |i| 50.0 + 0.1 * i as f64)),
        ("falling", history(&mut |i| 500.0 - 0.1 * i as f64)),
        ("flat", history(&mut |_| 0.1)),
        ("steps of a year", history(&mut |i| [100.0, 1e9, 7.0, 100.0][i / 450])),
        ("ties", history(&mut |_| (random.unit() * 4.0).floor())),
        ("a saw", history(&mut |i| (i % 450) as f64)),
        ("two levels", history(&mut |i| if i % 600 < 300 { 1.0 } else { 2.0 + (i % 3) as f64 })),
    ];
    let mut wrong = Vec::new();
    for (period, bars) in [(129, 500), (385, 1_100), (1_025, 1_800)] {
        for source in [
            format!("avg_dev(close, {period})"),
            format!("order(close, {period}, 2, {})", period - 70),
            format!("rank(close, {period})"),
            format!("mode(close, {period})"),
            format!("median_abs_dev(close, {period})"),
            format!("rank_agreement(close, {period}).products"),
            format!("rank_agreement(close, {period}).squares"),
        ] {
            for (name, history) in &histories {
                wrong.extend(inside(&source, &history[..bars]).map(|problem| format!("{name}: {problem}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Short windows are written out value by value: no kernel, and so no node, of which the reference knows what it means.
#[test]
fn short_windows_are_what_they_are_defined_to_be() {
    let mut random = Random::new(77);
    let history = |of: &mut dyn FnMut(usize) -> f64| from_closes(&(0..160).map(of).collect::<Vec<_>>(), |_| 0.5, |_| 1.0);
    let histories = [
        ("a walk", data::walk(31, 160, 100.0, 1.0)),
        ("flat", history(&mut |_| 0.1)),
        ("steps of 1e9", history(&mut |i| [100.0, 1e9, 7.0][i / 60])),
        ("ties", history(&mut |_| (random.unit() * 4.0).floor() - 1.0)),
        ("tiny", history(&mut |i| 1e-300 * ((i * 7) % 11) as f64)),
    ];
    let mut programs: Vec<(String, usize, Of)> = Vec::new();
    for n in 2..=18 {
        programs.extend((1..=n).map(|rank| (format!("order(close, {n}, {rank}, 1).lower"), n, Of::Rank(rank))));
    }
    for n in 2..=34 {
        programs.push((format!("avg_dev(close, {n})"), n, Of::AverageDeviation));
        programs.push((format!("gaussian(close, {}, {}, {n})", n / 2, n as f64 / 6.0), n, Of::Gaussian));
    }
    for n in 2..=66 {
        programs.push((format!("sum(close, {n})"), n, Of::Sum));
        // Others are the mean of a window's deviations, whose error is that of the greatest value.
        if n != 3 && n.count_ones() <= 2 && n <= 64 {
            programs.push((format!("sma(abs(close), {n})"), n, Of::Mean));
        }
    }
    for (source, n, of) in programs {
        for (name, bars) in &histories {
            let closes: Vec<f64> = bars.iter().map(Bar::close).collect();
            let Column::Num(column) = outputs(&source, bars).swap_remove(0).1 else { panic!("{source} is no number") };
            for bar in 0..bars.len() {
                let Some(first) = (bar + 1).checked_sub(n) else {
                    assert_eq!(column[bar], None, "{source} over {name}, bar {bar}");
                    continue;
                };
                let window = &closes[first..=bar];
                let (exact, allowed) = of.over(window);
                let found = column[bar].unwrap_or(f64::NAN);
                assert!((found - exact).abs() <= allowed, "{source} over {name}, bar {bar}: {found:e}, exactly {exact:e}");
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Of {
    Rank(usize),
    AverageDeviation,
    Gaussian,
    Sum,
    /// Of the magnitudes.
    Mean,
}

impl Of {
    /// What it is of a window, and how far an executor may be from it.
    fn over(self, window: &[f64]) -> (f64, f64) {
        let n = window.len();
        let moved = window.iter().map(|x| (x - window[n - 1]).abs()).fold(0.0, f64::max);
        let near = |exact: f64| (exact, if moved > 0.0 { 1e-14 * moved + 1e-15 * exact.abs() + 1e-320 } else { 0.0 });
        let mean = |values: &mut dyn Iterator<Item = Dd>| values.fold(Dd::ZERO, |sum, x| sum + x) / Dd::from(n as f64);
        match self {
            Of::Rank(rank) => {
                let mut sorted = window.to_vec();
                sorted.sort_by(f64::total_cmp);
                (sorted[rank - 1], 0.0)
            }
            Of::AverageDeviation => {
                let middle = mean(&mut window.iter().map(|&x| Dd::from(x)));
                near(mean(&mut window.iter().map(|&x| (Dd::from(x) - middle).abs())).round())
            }
            Of::Gaussian => {
                let weight = |at: usize| (-((at as f64 - (n / 2) as f64) / (n as f64 / 6.0)).powi(2) / 2.0).exp();
                let total = (0..n).map(weight).sum::<f64>();
                let moved: f64 = window.iter().enumerate().map(|(at, x)| weight(at) / total * (x - window[n - 1])).sum();
                near(window[n - 1] + moved)
            }
            Of::Mean => {
                let mean = mean(&mut window.iter().map(|x| Dd::from(x.abs()))).round();
                let is_flat = window.iter().all(|x| x.abs() == window[0].abs());
                (mean, if is_flat { 0.0 } else { f64::from(4 * n.ilog2()) * f64::EPSILON / 2.0 * mean + 1e-320 })
            }
            // A value is rounded with each sum that it is in.
            Of::Sum => {
                let total = |values: &mut dyn Iterator<Item = f64>| values.fold(Dd::ZERO, |sum, x| sum + Dd::from(x)).round();
                let sums = 2 * n.ilog2();
                (total(&mut window.iter().copied()), f64::from(sums) * f64::EPSILON / 2.0 * total(&mut window.iter().map(|x| x.abs())))
            }
        }
    }
}

/// However windows are taken apart.
#[test]
fn decimal_sums_and_means_that_have_an_exact_value_have_it() {
    let mut random = Random::new(78);
    let cents: Vec<i64> = (0..150).map(|_| (random.unit() * 1e6) as i64).collect();
    let decimal = |cents: i64| Decimal::new(cents, 2);
    let price = decimal(100);
    let bars: Vec<Bar<Decimal>> =
        (0..).zip(&cents).map(|(i, &volume)| Bar::new(i, price, price, price, price, decimal(volume)).expect("a bar")).collect();
    for n in 2..=70usize {
        let columns = ["sum", "sma"].map(|of| {
            let program = Interpreter::<Decimal>::new(&format!("{of}(volume, {n})")).expect("a program");
            Strategy::batch(&program, &bars).nums("result").expect("numbers").iter().collect::<Vec<_>>()
        });
        for bar in n - 1..bars.len() {
            let sum: i64 = cents[bar + 1 - n..=bar].iter().sum();
            assert_eq!(columns[0][bar], Some(decimal(sum)), "sum({n}), bar {bar}");
            if sum * 1_000_000 % n as i64 == 0 {
                assert_eq!(columns[1][bar], Some(decimal(sum) / Decimal::from(n)), "sma({n}), bar {bar}");
            }
        }
    }
}

/// To the last bit: around every place where a branch decides in the one form, and between.
#[test]
fn functions_of_several_bars_at_once_are_those_of_one() {
    type Function = fn(f64) -> f64;
    use barlang::value::Num;
    let around = |x: f64| (0..400u64).map(move |i| f64::from_bits(x.to_bits().wrapping_add(i).wrapping_sub(200)));
    let mut random = Random::new(53);
    let whole_bits = |random: &mut Random| f64::from_bits((random.unit() * 2f64.powi(63)) as u64);
    let words =
        [0x3fe6_a09e, 0x3fe6_a09f, 0x3ff6_a09e, 0x3ff0_0000, 0x3fd6_2e42, 0x3fd6_2e43, 0x3ff0_a2b2, 0x3ff0_a2b3, 0x3e30_0000, 0x3e30_0001];
    let places = [1e-300, f64::MIN_POSITIVE, 5e-322, 708.396_418_532_264_1, 709.782_712_893_384, 745.133_219_101_941_1];
    let mut numbers: Vec<f64> = words.iter().map(|word: &u64| f64::from_bits(word << 32)).chain(places).flat_map(around).collect();
    numbers.extend((0..2_200).flat_map(|n| around(f64::from(n) * 0.5 * std::f64::consts::LN_2).step_by(40)));
    numbers.extend((-1074..=1023).flat_map(|n| [2f64.powi(n), 2f64.powi(n) * 0.5f64.sqrt()]));
    numbers.extend((0..200_000).map(|_| whole_bits(&mut random)));
    numbers.extend((0..200_000).map(|_| random.unit() * 1_500.0));
    numbers.extend([0.0, 1.0, 10.0, 100.0, 1e50, f64::MAX]);
    let functions: [(&str, Function, Function); 4] = [
        ("ln", Num::ln_abreast, Num::ln),
        ("log10", Num::log10_abreast, Num::log10),
        ("exp", Num::exp_abreast, Num::exp),
        ("sinh", Num::sinh_abreast, Num::sinh),
    ];
    for (name, abreast, alone) in functions {
        for x in numbers.iter().flat_map(|&x| [x, -x]).filter(|x| x.is_finite()) {
            let (abreast, alone) = (abreast(x), alone(x));
            assert!(
                abreast.to_bits() == alone.to_bits() || abreast.is_nan() && alone.is_nan(),
                "{name} of {x:e}: {abreast:e}, not {alone:e}"
            );
        }
    }
}

/// Within two units of the last place of what the standard library has, the sign of a zero included, and too large for a number where it is.
#[test]
fn hyperbolic_functions_are_right_to_two_units() {
    use barlang::value::Num;
    let mut random = Random::new(54);
    let mut sizes: Vec<f64> = (-1074..=9).map(|n| 2f64.powi(n)).collect();
    sizes.extend([
        0.0,
        0.999_999_999_999_999_9,
        1.0,
        709.782_712_893_384,
        710.475_860_073_943_9,
        710.475_860_073_944,
        711.0,
        1e300,
        f64::MAX,
    ]);
    sizes.extend((0..200_000).map(|_| random.unit() * 2.0));
    sizes.extend((0..200_000).map(|_| random.unit() * 711.0));
    for x in sizes.into_iter().flat_map(|x| [x, -x]) {
        for (name, found, right) in [("sinh", Num::sinh(x), x.sinh()), ("cosh", Num::cosh(x), x.cosh())] {
            let apart = found.to_bits().abs_diff(right.to_bits());
            assert!(apart <= 2, "{name} of {x:e}: {found:e}, not {right:e}");
        }
    }
}

/// To the last bit, the sign of a zero included.
#[test]
fn whole_numbers_are_those_of_the_standard_library() {
    let mut random = Random::new(52);
    let edge = (1u64 << 52) as f64;
    let mut numbers =
        vec![0.0, 5e-324, 0.3, 0.5, 0.999_999_999_999_999_9, 1.0, 1.5, 2.5, edge - 1.0, edge - 0.5, edge, edge + 1.0, 2.0 * edge, 1e50];
    numbers.extend((0..2_000).map(|i| random.unit() * 10f64.powi(i % 18 - 1)));
    let numbers: Vec<f64> = numbers.iter().flat_map(|&x| [x, -x]).collect();
    let bars = from_closes(&numbers, |_| 0.0, |_| 1.0);
    for (source, of) in [("floor(close)", f64::floor as fn(f64) -> f64), ("ceil(close)", f64::ceil), ("round(close)", f64::round)] {
        let Column::Num(column) = outputs(source, &bars).swap_remove(0).1 else { panic!("{source} is no number") };
        for (&x, found) in numbers.iter().zip(column) {
            assert_eq!(found.map(f64::to_bits), Some(of(x).to_bits()), "{source} of {x:e}");
        }
    }
}

/// A price of 1e12 that stays for one bar disturbs nothing once it has left.
#[test]
fn one_wild_print_is_forgotten() {
    let clean = data::walk(9, 600, 100.0, 1.0);
    let mut wild = clean.clone();
    let time = wild[200].time();
    wild[200] = Bar::new(time, 1e12, 1e12, 1e12, 1e12, 1e12).unwrap_or_else(|error| panic!("{error}"));
    for source in
        ["sma(close, 30)", "wma(close, 30)", "linreg(close, 14)", "avg_dev(close, 30)", "mfi(14)", "cci(20)", "bbands(close, 20).upper"]
    {
        let (a, b) = (outputs(source, &clean).swap_remove(0).1, outputs(source, &wild).swap_remove(0).1);
        let (Column::Num(a), Column::Num(b)) = (a, b) else { panic!("{source} is no number") };
        for bar in 240..600 {
            let (x, y) = (a[bar].unwrap_or(f64::NAN), b[bar].unwrap_or(f64::NAN));
            assert!((x - y).abs() <= 1e-12 * x.abs(), "{source}, bar {bar}: {x} and {y}");
        }
    }
}

/// Asks for a value within a range on every bar after the warm-up.
fn has_values(source: &str, scale: f64, bars: &[Bar], range: &RangeInclusive<f64>) {
    let plan = plan_of(source);
    assert!(plan.is_dense(plan.plan().outputs[0].node), "{source} is not proved to have values");
    let Column::Num(column) = outputs(source, bars).swap_remove(0).1 else { panic!("{source} is no number") };
    for (bar, value) in column.iter().enumerate().skip(plan.warmup() as usize) {
        let value = value.unwrap_or_else(|| panic!("{source} over multiples of {scale:e} is null on bar {bar}"));
        assert!(range.contains(&value), "{source} over multiples of {scale:e}: {value} on bar {bar}");
    }
}

/// An average of movements over one of ranges, which are no less, has a value and stays bounded, as the plan has it proved.
#[test]
fn directional_lines_have_a_value_among_the_least_numbers() {
    for (scale, bars) in data::of_every_scale(3_000) {
        for period in [2, 3, 14, 1_000] {
            for name in ["plus_di", "minus_di", "adx", "dx"] {
                has_values(&format!("{name}({period})"), scale, &bars, &(0.0..=1e11));
            }
        }
    }
}

/// So has a part of a whole that is not zero, wherever a definition asks for that.
#[test]
fn shares_have_a_value_among_the_least_numbers() {
    for (scale, bars) in data::of_every_scale(3_000) {
        for (source, range) in [
            ("bop", -1.0..=1.0),
            ("ibs", 0.0..=1.0),
            ("cmo(close, 14)", -100.001..=100.001),
            ("cmou(close, 9)", -100.001..=100.001),
            ("if high - low == 0 then 2 else 3 * abs(close - open) / (high - low)", 0.0..=3.001),
            ("if high == low then 0 else (high - close) / (high - low)", 0.0..=1.0),
            (
                "if highest(high, 70) == lowest(low, 70) then 0 else (close - lowest(low, 70)) / (highest(high, 70) - lowest(low, 70))",
                0.0..=1.0,
            ),
            ("ad", -1e4..=1e4),
            ("mass_index(9, 25)", -1e9..=1e9),
            ("mass_index(500, 2)", -1e9..=1e9),
            ("wavetrend(10, 21, 4).wt1", -1e9..=1e9),
            ("if ema(abs(close - open), 30) == 0 then 0 else (close - open) / ema(abs(close - open), 30)", -1e9..=1e9),
            ("if rma(high - low, 300) > 0 then 2 * (high - low) / rma(high - low, 300) else 0", -1e9..=1e9),
            ("adosc(3, 10)", -1e4..=1e4),
        ] {
            has_values(source, scale, &bars, &range);
        }
    }
}

/// A quotient that is no share may be too large for a number, and then it is none, whatever is chosen from it.
#[test]
fn a_quotient_that_overflows_has_no_value() {
    let bars = from_closes(&[1.0, 1e10, 3.0, 4.0], |_| 0.0, |i| [1.0, f64::from_bits(1), 0.0, 2.0][i]);
    for source in [
        "if volume > 0 then max2(min2(close / volume, 100), 0) else 50",
        "if volume == 0 then 50 else min2(abs(close / volume), 100)",
        "if volume <= close then 3 * (close / volume) else 50",
    ] {
        let plan = plan_of(source);
        assert!(!plan.is_dense(plan.plan().outputs[0].node), "{source} is proved to have values");
        let Column::Num(column) = outputs(source, &bars).swap_remove(0).1 else { panic!("{source} is no number") };
        assert_eq!(column.iter().map(Option::is_some).collect::<Vec<_>>()[..2], [true, false], "{source}");
    }
}

/// An average of numbers so small that nothing is left of them when they are multiplied is zero, though what it is of is not.
#[test]
fn what_is_divided_by_an_average_of_nothing_has_no_value() {
    let bars = from_closes(&[0.0; 60], |i| if i == 50 { f64::from_bits(1) } else { 0.0 }, |_| 1.0);
    for source in ["(high - low) / ema(high - low, 30)", "3 * ((high - low) / ema(high - low, 30))"] {
        let Column::Num(column) = outputs(source, &bars).swap_remove(0).1 else { panic!("no number") };
        assert_eq!(column.iter().position(Option::is_some), None, "{source}");
    }
}

/// What is written in numbers alone means what it would mean of series: over decimals it is exact, though a compiler that computes it has no decimals.
#[test]
fn consts_compare_as_the_numbers_of_the_bars_do() {
    let one = Decimal::from(1);
    let bar = Bar::<Decimal>::new(0, one, one, one, one, one).expect("a bar");
    let floats = from_closes(&[1.0], |_| 0.0, |_| 1.0);
    for (program, over_floats, over_decimals) in [
        ("0.1 + 0.2 == 0.3", false, true),
        ("0.29 * 100 == 29", false, true),
        ("1 / 3 * 3 == 1", true, false),
        ("0.1 + 0.2 <= 0.3", false, true),
        ("0.1 + 0.2 > 0.3", true, false),
        ("0.1 == 0.100000000000000001", true, false),
        ("1e10 + 0.1 - 1e10 < 0.1", false, false),
        ("strategy s(k: const num = 0.1) { out y = k * 3 == 0.3; }", false, true),
        ("0.1 + 0.2 < 0.4", true, true),
        ("0.3 % 0.1 == 0", false, true),
        ("sign(1 / 3 * 3 - 1) < -0.5", false, true),
        ("floor(1 / 3 * 3) > 0.5", true, false),
        ("0.9 ** 4 == 0.6561", false, true),
        ("0.3 ** 5 < 0.00243", false, false),
        ("9007199254740993 == 9007199254740992", true, false),
        ("9007199254740993 - 9007199254740992 == 1", false, true),
        ("(1 % 0.1) ** 0.5 > 0.2", true, false),
        ("0.1 == 0.1", true, true),
    ] {
        let mut floating = Interpreter::<f64>::new(program).expect("a program");
        let mut exact = Interpreter::<Decimal>::new(program).expect("a program");
        let (floating, exact) = (Strategy::step(&mut floating, &floats[0]), Strategy::step(&mut exact, &bar));
        let value = floating.iter().next().map(|(_, value)| value);
        assert_eq!(value, Some(Value::Bool(Some(over_floats))), "{program}");
        let value = exact.iter().next().map(|(_, value)| value);
        assert_eq!(value, Some(Value::Bool(Some(over_decimals))), "{program}, over decimals");
    }
}

/// What is the same over every kind of number is a const, though it was rounded on the way: the branch that is not taken is not compiled.
#[test]
fn consts_that_compare_alike_choose() {
    for condition in [
        "1/3 == 1/3",
        "1/3 - 1/3 == 0",
        "k / 3 * 0 == 0",
        "(k / 3) / (k / 3) == 1",
        "(k / 3) ** 0 == 1",
        "5.5 % 0.5 == 0",
        "k % 1 == 0",
        "0.5 ** 2 == 0.25",
        "2.0 ** -1 == 0.5",
        "sqrt(2.25) == 1.5",
        "pow(2, 3) == 8",
        "max2(1/3, 0.5) == 0.5",
        "sign(1/3) == 1",
        "k ** 0.5 > 1",
        "sqrt(2) > 1.4",
        "1/3 < 0.34",
        "floor(10 / 3) == 3",
        "k == 2",
    ] {
        let source = format!("strategy s(k: const num = 2.0) {{ out y = if {condition} then close else sma(close, 0); }}");
        assert_eq!(plan_of(&source).plan().nodes.len(), 1, "{condition}");
    }
}

/// A const that doubles forty times is looked at once for each doubling.
#[test]
fn consts_made_of_consts_are_computed_once() {
    let doublings: String = (0..40).map(|k| format!("let a{} = a{k} * 1 + a{k} * 0;\n", k + 1)).collect();
    let source = format!("strategy s() {{ let a0 = 1.5;\n{doublings} out x = floor(a40) + close; out y = a40 == a39; }}");
    assert!(plan_of(&source).plan().nodes.len() < 200);
}
