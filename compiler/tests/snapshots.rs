//! Plans and generated Rust, reviewed as a diff: `INSTA_UPDATE=always cargo test -p barlang-compiler` accepts new ones.

use barlang_compiler::emit::{Paths, emit};
use barlang_compiler::{Strategy, compile};

fn one(program: &str) -> Strategy {
    let mut compiled = compile("<test>", program);
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    compiled.strategies.remove(0)
}

/// The plan of a program with what is known of each output.
fn plan(program: &str) -> String {
    let plan = one(program).plan;
    format!("{program}\n\n{}warm-up {}, steady from {}\n", plan.plan().text(), plan.warmup(), plan.steady())
}

const GOLDEN: &str = "strategy golden_cross(fast: const int = 12, slow: const int = 26) {
    let f = ema(close, fast);
    let s = ema(close, slow);
    out long = cross_over(f, s) and rsi(close, 14) < 70;
    out exit = cross_under(f, s);
    out spread = f - s;
}";

#[test]
fn plans() {
    insta::assert_snapshot!("golden_cross", plan(GOLDEN));
    // One window serves the mean and the deviation.
    insta::assert_snapshot!("bbands", plan("bbands(close, 20)"));
    // Windows of 14 and 20 share the doubled maxima.
    insta::assert_snapshot!("doubled", plan("max(high, 20) - max(high, 14)"));
    insta::assert_snapshot!("supertrend", plan("supertrend(10, 3.0)"));
    insta::assert_snapshot!("macd", plan("macd(close)"));
    insta::assert_snapshot!("dot", one("close > sma(close, 3)[1]").plan.dot());
}

fn pretty(program: &str) -> String {
    let code = emit(&one(program), &Paths::default());
    prettyplease::unparse(&syn::parse_file(&code).expect("generated code is Rust"))
}

#[test]
fn rust() {
    insta::assert_snapshot!("rust_cross_over", pretty("cross_over(ema(close, 12), ema(close, 26))"));
    insta::assert_snapshot!(
        "rust_stages",
        pretty("strategy s { out share = (close - lowest(low, 4)) / range; out mean = sma(close, 20); }".replace("s {", "s() {").as_str())
    );
}

/// A loop that is cut where its windows flip, with one behind it that runs over the same stretches and may take windows itself, and a coefficient that the
/// state keeps from the start.
#[test]
fn cut_and_kept() {
    insta::assert_snapshot!("rust_cut", pretty("sma(close, 50) - sma(close, 200)"));
    insta::assert_snapshot!("rust_behind", pretty("bbands(close, 100).upper / highest(close, 200)"));
    insta::assert_snapshot!("rust_beside", pretty("strategy s() { out spread = stdev(close, 100); out top = max(close, 200); }"));
    insta::assert_snapshot!("rust_kept", pretty("ema_var(close, close, exp(-1 / 5))"));
}

/// Conditions behind one that is rarely true: what only they need is computed where all before them hold.
#[test]
fn rare_chain() {
    insta::assert_snapshot!("rust_chain", pretty("cross_over(close, open) and high < 70 and sqrt(low) > 3 and volume / high < 5"));
}

/// Least values mirrored beside greatest ones, in the text and in memory.
#[test]
fn twins() {
    insta::assert_snapshot!("rust_twins", pretty("highest(high, 6) - lowest(low, 6)"));
}

/// Constants, statics and unit structs that a user has are looked up in patterns: no binding may have their name.
#[test]
fn every_binding_ends_in_an_underscore() {
    struct Bindings(Vec<String>);
    impl<'a> syn::visit::Visit<'a> for Bindings {
        fn visit_pat_ident(&mut self, pattern: &'a syn::PatIdent) {
            self.0.push(pattern.ident.to_string());
        }
    }
    let everything = "strategy s() {
        rec count = 0 -> prev(count) + 1;
        rec above = close > open -> if high > close ** 60 then prev(above) else count > 3;
        let far = coalesce(ema(close ** 9, 3), (close / open)[200]);
        out up = cross_over(ema(close, 2), close[5]) or (close / open > 1)[2] or above;
        out down = not is_null(far) and barssince(close > open) < 3;
        out depth = count + sma(high, 4) % 3 + donchian(20).upper + (close / volume)[1] + bar_index;
    }";
    let mut bindings = Bindings(Vec::new());
    let in_parts = "strategy s() { out up = cross_over(ema(close, 2), close); out pivot = zigzag().pivot_index; }";
    for program in [GOLDEN, everything, in_parts, "close[1] + open[500]", "close > open[5]", "sma(close, 50) * exp(1) - sma(close, 200)"] {
        let code = emit(&one(program), &Paths::default());
        syn::visit::visit_file(&mut bindings, &syn::parse_file(&code).expect("generated code is Rust"));
    }
    let plain: Vec<&String> = bindings.0.iter().filter(|name| !name.ends_with('_')).collect();
    assert!(plain.is_empty() && bindings.0.len() > 100, "{plain:?} of {}", bindings.0.len());
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let make = || emit(&one(GOLDEN), &Paths::default());
    assert_eq!(make(), make());
    assert_eq!(one("close+open").plan.fingerprint(), one(" close\n + open // the same").plan.fingerprint());
    assert_ne!(one("close + open").plan.fingerprint(), one("open + close").plan.fingerprint());
}

#[test]
fn common_subexpressions_are_one_node() {
    let plan = one("strategy s() { out a = ema(close, 12) - ema(close, 26); out b = ema(close, 12); out c = supertrend().direction + supertrend().supertrend; }").plan;
    let text = plan.plan().text();
    assert_eq!(text.matches("ema_lag(12").count(), 1, "{text}");
    assert_eq!(text.matches("rma(10").count(), 1, "{text}");
}

/// A mean is made of means of halves where no value can be negative, and the prices of a bar lie between its low and its high.
#[test]
fn what_is_never_negative_is_known_from_the_order_of_prices() {
    let has_window = |series: &str| one(&format!("sma({series}, 10)")).plan.plan().text().contains("block(10)");
    for series in [
        "volume",
        "high - low",
        "high[2] - close[2]",
        "high - max2(open, close)",
        "min2(open, close) - low",
        "true_range",
        "max2(open, close) - min2(close, open)",
        "max2(high, low[1]) - min2(low, high[1])",
    ] {
        assert!(!has_window(series), "{series}");
    }
    for series in ["close", "low - high", "close - open", "high - low[1]", "min2(high, close[1]) - low", "open - min2(high, low[1])"] {
        assert!(has_window(series), "{series}");
    }
}

/// Ranges are no less than movements, so their averages are not either, and a quotient of them is no larger than a kernel takes.
#[test]
fn directional_lines_are_known_to_have_values() {
    for program in ["plus_di(14)", "minus_di(14)", "dx(14)", "adx(14)", "adxr(14)"] {
        let plan = one(program).plan;
        assert!(plan.is_dense(plan.plan().outputs[0].node), "{program}");
    }
    // The movement of two bars may be more than the range of one.
    let plan = one("skip(if rma(high - low, 5) == 0 then 0 else rma(max2(high - high[2], 0), 5) / rma(high - low, 5), 1)").plan;
    assert!(!plan.is_dense(plan.plan().outputs[0].node));
}

/// What stands in for the first values is computed by a step, which keeps its state, and not by a batch.
#[test]
fn a_batch_leaves_out_what_only_its_beginning_needs() {
    let code = emit(&one("coalesce(sum(volume, 9), cum_sum(volume))"), &Paths::default());
    let (bars, blocks) = code.split_once("InBlocks").expect("a batch in blocks");
    assert!(bars.contains("CumSum as") && !blocks.contains("CumSum"), "{blocks}");
}

/// A batch is cut into parts where a state is forgotten: an average, a filter, feedback that chooses; not where it is kept, or where a window is summed up anew at bars of its own.
#[test]
fn a_batch_is_cut_into_parts_where_its_state_is_forgotten() {
    let lanes = |program: &str| {
        emit(&one(program), &Paths::default()).split_once("in_parts::<Self, H_, 64, ").map(|(_, lanes)| lanes[..1].to_owned())
    };
    for program in ["ema(close, 12)", "rsi(close, 14)", "cross_over(ema(close, 12), ema(close, 26))", "swak_hp(close)", "ppo(close)"] {
        assert_eq!(lanes(program).as_deref(), Some("4"), "{program}");
    }
    for program in ["atr(14)", "macd(close)", "adx(14)", "sar().sar", "kama(close)", "zigzag().pivot_index"] {
        assert_eq!(lanes(program).as_deref(), Some("2"), "{program}");
    }
    for program in ["close", "sma(close, 20)", "cum_sum(volume)", "ema(close, 12) + sma(close, 200)", GOLDEN, "keltner()", "ema(time, 5)"] {
        assert_eq!(lanes(program), None, "{program}");
    }
}
