//! Random programs: well typed, within every range, over all of the language.

use crate::random::Random;

/// The form of a call: `@n` a number, `@y` one that is no const (a const in its place would be taken for the next parameter), `@b` a truth value, `@p` a period from 1, `@q` from 2, `@k` a small count, `@f` a factor,
/// `@c` a percentage, `@m` the name of an average, `@s` the name of a seed.
const NUMS: &[&str] = &[
    "sma(@y, @p)",
    "ema(@y, @p)",
    "ema(@y, @p, seed = @s)",
    "rma(@y, @p)",
    "rma(x = @n, period = @p, seed = @s)",
    "wma(@y, @p)",
    "hma(@y, @p)",
    "dema(@y, @p)",
    "tema(@y, @p)",
    "ma(@y, @p, @m)",
    "sum(@y, @p)",
    "variance(@y, @p)",
    "stdev(@y, @q)",
    "stdev(@y, @q, @f)",
    "covariance(@n, @n, @q)",
    "correlation(@y, @y, @p)",
    "linreg_slope(@y, @q)",
    "linreg_intercept(@y, @q)",
    "linreg(@y, @q, @k)",
    "median(@y, @q)",
    "percentile(@y, @q, @c)",
    "percentile_linear(@y, @p, @c)",
    "highest(@y, @p)",
    "lowest(@y, @p)",
    "highest_age(@y, @p)",
    "at_highest(@n, @n, @p)",
    "at_lowest(@n, bar_index, @p)",
    "lowest_age(@y, @p)",
    "avg_dev(@y, @q)",
    "median_abs_dev(@y, @p)",
    "mode(@y, @p)",
    "percentrank(@y, @q)",
    "moments(@n, @p).third",
    "rank_agreement(@n, @p).products",
    "ema_var(@n, @n, @n)",
    "ema_var(@n, @n, @f)",
    "cum_sum(@n)",
    "cum_max(@n)",
    "cum_min(@n)",
    "sum_since(@n, @b)",
    "max_since(@n, @b)",
    "min_since(@n, @b)",
    "valuewhen(@b, @n)",
    "valuewhen(@b, @n, @k)",
    "barssince(@b)",
    "streak(@b)",
    "hold(@n)",
    "skip(@n, @p)",
    "wilder_sum(@n, @q)",
    "rsi(@y, @q)",
    "roc(@y, @p)",
    "macd(@y, @q, @q, @p).macd",
    "macd(@y, @q, @q, @p).signal",
    "macd(@y, @q, @q, @p).histogram",
    "bbands(@y, @q).upper",
    "bbands(@y, @q, @f, @f, @m).lower",
    "bbands(@y, @q, std_dev = @f).middle",
    "stochastic(@p, @p, @m, @p, @m).k",
    "stochastic(@p).d",
    "true_range",
    "atr(@p)",
    "adx(@q)",
    "obv",
    "vwap",
    "donchian(@q).upper",
    "donchian(@q).middle",
    "keltner(@q, @p, @f).upper",
    "keltner(@q, @p).lower",
    "williams_r(@q)",
    "cci(@q)",
    "mfi(@q)",
    "aroon(@q).up",
    "aroon(period = @q).down",
    "supertrend(@q, @f).supertrend",
    "supertrend(@q).direction",
    "sar().sar",
    "sar(0.1, 0.5).direction",
    "directional_movement().plus",
    "order(@n, 7, 2, 6).upper",
    "block(@n, @p).sum",
    "block(@n, @p).weighted",
    "pair_block(@n, @n, @p).products",
    "scaled(@n, 3, 7)",
];

/// Functions of one bar; of consts they are consts.
const FUNCTIONS: &[&str] = &[
    "abs(@n)",
    "sign(@n)",
    "sqrt(@n)",
    "ln(@n)",
    "log10(@n)",
    "exp(@n)",
    "sin(@n)",
    "cos(@n)",
    "tan(@n)",
    "asin(@n)",
    "acos(@n)",
    "atan(@n)",
    "sinh(@n)",
    "cosh(@n)",
    "tanh(@n)",
    "floor(@n)",
    "ceil(@n)",
    "round(@n)",
    "pow(@n, @f)",
    "max2(@n, @n)",
    "min2(@n, @n)",
];

const BOOLS: &[&str] = &[
    "cross_over(@n, @n)",
    "cross_under(@n, @n)",
    "cross(@n, @n)",
    "in_channel(@n, @n, @n)",
    "out_channel(@n, @n, @n)",
    "enter_channel(@n, @n, @n)",
    "exit_channel(@n, upper = @n, lower = @n)",
    "rising(@y, @p)",
    "rising(@y)",
    "falling(@y, 2)",
    "rising_pct(@y, @f)",
    "falling_pct(@y, @f)",
    "is_null(@n)",
    "is_null(@b)",
];

const LEAVES: &[&str] = &[
    "open",
    "high",
    "low",
    "close",
    "close",
    "close",
    "volume",
    "price",
    "hl2",
    "hlc3",
    "ohlc4",
    "hlcc4",
    "range",
    "upper_wick",
    "lower_wick",
    "time",
    "bar_index",
    "0",
    "1",
    "2",
    "100",
    "0.5",
    "1e-3",
    "true_range",
];

const AVERAGES: &[&str] = &["\"sma\"", "\"ema\"", "\"wma\"", "\"dema\"", "\"tema\"", "\"hma\"", "\"rma\""];

/// A program: one expression, or a strategy with definitions, feedback and several outputs.
pub fn program(seed: u64) -> String {
    let mut writer = Writer { random: Random::new(seed), nums: Vec::new(), bools: Vec::new(), indicators: Vec::new() };
    match writer.random.below(3) {
        0 => writer.num(3),
        1 => writer.bool(3),
        _ => writer.strategy(),
    }
}

struct Writer {
    random: Random,
    /// Names of numbers in scope.
    nums: Vec<String>,
    bools: Vec<String>,
    /// Definitions of the program itself, as forms of a call.
    indicators: Vec<String>,
}

impl Writer {
    fn strategy(&mut self) -> String {
        let mut out = String::new();
        if self.random.once_in(2) {
            self.nums = vec!["x".to_owned()];
            let body = self.num(2);
            self.nums.clear();
            out.push_str(&format!(
                "indicator mine(x: num = close, n: const int = 3 in 1..=200) -> num {{\n    let y = {body};\n    y - sma(x = y, period = n)\n}}\n"
            ));
            self.indicators.push("mine(@y, @p)".to_owned());
            self.indicators.push("mine(n = @p)".to_owned());
        }
        if self.random.once_in(3) {
            let (a, b) = (self.num(1), self.bool(1));
            out.push_str(&format!("indicator pair() -> {{ level, flag: bool }} {{ {{ level: {a}, flag: {b} }} }}\n"));
            self.indicators.push("pair().level".to_owned());
            self.bools.push("pair().flag".to_owned());
        }
        out.push_str("strategy made(period: const int = 5 in 1..=50, factor: const num = 1.5) {\n");
        self.nums.extend(["factor".to_owned(), "period".to_owned()]);
        let recs = if self.random.once_in(2) { 1 + self.random.below(3) } else { 0 };
        let mut feedback = Vec::new();
        for i in 0..recs {
            feedback.push((format!("r{i}"), self.random.once_in(3)));
        }
        for i in 0..1 + self.random.below(3) {
            if self.random.once_in(3) {
                let value = self.bool(2);
                out.push_str(&format!("    let b{i} = {value};\n"));
                self.bools.push(format!("b{i}"));
            } else {
                let value = self.num(2);
                out.push_str(&format!("    let x{i} = {value};\n"));
                self.nums.push(format!("x{i}"));
            }
        }
        let outside = (self.nums.clone(), self.bools.clone());
        for (name, is_bool) in &feedback {
            if *is_bool {
                self.bools.push(format!("prev({name})"));
                self.bools.push(format!("{name}[2]"));
            } else {
                self.nums.push(format!("prev({name})"));
                self.nums.push(format!("prev({name}, 2)"));
            }
        }
        for (name, is_bool) in &feedback {
            let inside = std::mem::replace(&mut self.nums, outside.0.clone());
            let inside_bools = std::mem::replace(&mut self.bools, outside.1.clone());
            // The kind of a feedback must show in its form.
            let first = if *is_bool { format!("({} > {})", self.num(1), self.num(1)) } else { self.num(1) };
            self.nums = inside;
            self.bools = inside_bools;
            let next = if *is_bool {
                format!("if prev({name}) then {} else {}", self.bool(1), self.bool(1))
            } else {
                match self.random.below(3) {
                    0 => format!("prev({name}) + 0.1 * ({} - prev({name}))", self.num(1)),
                    1 => format!("if {} then prev({name}) else {}", self.bool(1), self.num(1)),
                    _ => self.num(2),
                }
            };
            out.push_str(&format!("    rec {name} = {first} -> {next};\n"));
        }
        for (name, is_bool) in feedback {
            if is_bool { self.bools.push(name) } else { self.nums.push(name) }
        }
        for i in 0..1 + self.random.below(3) {
            let value = if self.random.once_in(2) { self.bool(2) } else { self.num(2) };
            out.push_str(&format!("    out o{i} = {value};\n"));
        }
        out.push_str("}\n");
        out
    }

    fn num(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.once_in(6) {
            return if !self.nums.is_empty() && self.random.once_in(2) {
                let nums = self.nums.clone();
                self.random.pick(&nums).clone()
            } else if self.random.once_in(8) {
                format!("{}.{:02}", self.random.below(120), self.random.below(100))
            } else {
                (*self.random.pick(LEAVES)).to_owned()
            };
        }
        let d = depth - 1;
        match self.random.below(16) {
            0..=3 => {
                let op = *self.random.pick(&["+", "-", "*", "/", "%", "-", "+", "*"]);
                format!("({} {op} {})", self.num(d), self.num(d))
            }
            4 => format!("-{}", self.num(d)),
            5 => format!("({}) ** {}", self.num(d), self.random.pick(&["2", "3", "-1", "0.5", "0", "11"])),
            6 => format!("(if {} then {} else {})", self.bool(d), self.num(d), self.num(d)),
            7 => format!("coalesce({}, {})", self.num(d), self.num(d)),
            8 => {
                let n = self.random.below(8);
                if self.random.once_in(2) { format!("({})[{n}]", self.num(d)) } else { format!("shift({}, {n})", self.num(d)) }
            }
            9 => {
                if self.random.once_in(2) {
                    format!("with({}, {})", self.num(d), self.bool(d))
                } else {
                    format!("coalesce({}, {}, 0)", self.num(d), self.num(d))
                }
            }
            10 if !self.indicators.is_empty() => {
                let own = self.indicators.clone();
                let form = self.random.pick(&own).clone();
                self.fill(&form, d)
            }
            _ => {
                let form = if self.random.once_in(5) { *self.random.pick(FUNCTIONS) } else { *self.random.pick(NUMS) };
                self.fill(form, d)
            }
        }
    }

    /// A number that is no const: `x[0]` is always a series.
    fn series(&mut self, depth: usize) -> String {
        let text = self.num(depth);
        let head = |form: &&&str| text.starts_with(form.split('@').next().unwrap_or(form));
        let is_series = NUMS.iter().any(|form| head(&form)) || matches!(text.as_str(), "open" | "high" | "low" | "close" | "volume");
        if is_series { text } else { format!("({text})[0]") }
    }

    fn bool(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.once_in(8) {
            return if !self.bools.is_empty() && self.random.once_in(2) {
                let bools = self.bools.clone();
                self.random.pick(&bools).clone()
            } else {
                (*self.random.pick(&["close > open", "close >= close[1]", "low < low[2]", "volume == 0", "true", "high != close"]))
                    .to_owned()
            };
        }
        let d = depth - 1;
        match self.random.below(12) {
            0..=3 => {
                let op = *self.random.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("({} {op} {})", self.num(d), self.num(d))
            }
            4 => self.chain("and", d),
            5 => self.chain("or", d),
            6 => format!("not ({})", self.bool(d)),
            7 => match self.random.below(4) {
                0 => format!("(if {} then {} else {})", self.bool(d), self.bool(d), self.bool(d)),
                1 => format!("coalesce({}, {})", self.bool(d), self.bool(d)),
                2 => format!("(({}) == ({}))", self.bool(d), self.bool(d)),
                _ => format!("with({}, {})", self.bool(d), self.num(d)),
            },
            8 => format!("({})[{}]", self.bool(d), self.random.below(4)),
            _ => {
                let form = *self.random.pick(BOOLS);
                self.fill(form, d)
            }
        }
    }

    /// Truth values joined one after the other, some of them made of one before: which of them are computed rests on those to their left.
    fn chain(&mut self, op: &str, depth: usize) -> String {
        let mut terms = vec![self.bool(depth)];
        for _ in 0..1 + self.random.below(3) {
            let term = self.bool(depth);
            let before = self.random.pick(&terms).clone();
            terms.push(match self.random.below(6) {
                0 => format!("(({before}) == ({term}))"),
                1 => format!("(not ({before}) or {term})"),
                _ => term,
            });
        }
        let terms: Vec<String> = terms.iter().map(|term| format!("({term})")).collect();
        format!("({})", terms.join(&format!(" {op} ")))
    }

    fn fill(&mut self, form: &str, depth: usize) -> String {
        let mut out = String::new();
        let mut chars = form.chars();
        while let Some(c) = chars.next() {
            if c != '@' {
                out.push(c);
                continue;
            }
            let text = match chars.next() {
                Some('n') => self.num(depth),
                Some('y') => self.series(depth),
                Some('b') => self.bool(depth),
                Some('p') => self.period(1),
                Some('q') => self.period(2),
                Some('k') => self.random.below(6).to_string(),
                Some('f') => (*self.random.pick(&["0.5", "1", "1.5", "2", "2.0", "0.25", "3"])).to_owned(),
                Some('c') => (*self.random.pick(&["0", "10", "25.5", "50", "99", "100"])).to_owned(),
                Some('m') => (*self.random.pick(AVERAGES)).to_owned(),
                Some('s') => (*self.random.pick(&["\"sma\"", "\"first\""])).to_owned(),
                other => format!("@{}", other.map_or(String::new(), |c| c.to_string())),
            };
            out.push_str(&text);
        }
        out
    }

    fn period(&mut self, least: usize) -> String {
        let n = match self.random.below(10) {
            0 => 100,
            1 => 30 + self.random.below(40),
            2..=5 => least + self.random.below(6),
            _ => least + self.random.below(29),
        };
        n.to_string()
    }
}
