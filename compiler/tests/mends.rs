//! What could not be read is told with what to write instead.
#![allow(missing_docs, reason = "a test")]

/// The only diagnostic of a program says how to mend it.
fn check(program: &str, mend: &str) {
    let found = barlang_compiler::compile("test.ta", program).diagnostics;
    let helps: Vec<&str> = found.iter().map(|d| d.help.as_deref().unwrap_or("nothing")).collect();
    assert!(helps.len() == 1 && helps[0].contains(mend), "`{program}` is mended by {helps:?}, not by `{mend}`");
}

#[test]
fn what_could_not_be_read_is_mended() {
    let cases = [
        ("close = open", "`==`"),
        ("close =< open", "write `<=`"),
        ("close => open", "write `>=`"),
        ("close === open", "`==`"),
        ("close <> open", "`!=`"),
        ("close | open", "write `or`"),
        ("close not open", "`a and not b`"),
        ("close as f64", "nothing is converted"),
        ("close in 1..2", "`low <= x and x <= high`"),
        ("if close > open then 1", "`if condition then a else b`"),
        ("if close > open { 1 } else { 2 }", "`if condition then a else b`"),
        ("close)", "nothing opens this `)`"),
        ("ema(close", "`)`"),
        ("ema(close, period: 3)", "`period = …`"),
        ("ema(close,, 3)", "remove the `,`"),
        ("ema close 3", "`ema(…)`"),
        ("sma(close, 3)(2)", "only a name is called"),
        ("close[]", "`x[1]`"),
        ("close[1", "`]`"),
        ("close, open", "`strategy name()"),
        ("let a = close; a", "inside a definition"),
        ("fn f() { close }", "`indicator` or `strategy`"),
        ("use x; close", "write `use \"strategies\";`"),
        ("strategy s { out a = close; }", "`name()`"),
        ("strategy s() { out a = close }", "`;`"),
        ("strategy s() { out a == close; }", "one `=`"),
        ("strategy s() -> bool { out a = close > open; }", "`out name = …;`"),
        ("out(close, high, low)", "`out_channel(x, upper, lower)`"),
        ("close > open and in(close, high, low)", "`in_channel(x, upper, lower)`"),
        ("strategy s() { out(close, high, low); }", "`out_channel(x, upper, lower)`"),
        ("ta.sma(close, 3)", "write `sma(close, 3)`"),
        ("ta.atr()", "write `atr()`"),
        ("math.max(close, (open))", "write `max2(close, (open))`"),
        ("ta.highest(high, length = (3))[1]", "write `highest(high, length = (3))`"),
        ("close.max(open)", "write `max2(close, open)`"),
        ("with(close, y = open)", "without names: `with(x, y)`"),
        ("strategy s() { return close; }", "without `return`"),
        ("strategy s() { rec a = close; out b = a; }", "`rec name = first -> next;`"),
        ("strategy s() { out a = close;", "`}`"),
        ("strategy s(n: int = 3) { out a = sma(close, n); }", "`const int`"),
        ("strategy s(n = 3) { out a = sma(close, n); }", "`period: const int = 14`"),
        ("indicator f(x: num) num { x }", "`->`"),
        ("indicator f(x: num) -> num { x } f(close)", "`out name = …;`"),
        ("#![allow]", "`#[name(…)]`"),
        ("pub close", "stand before `indicator` or `strategy`"),
    ];
    for (program, mend) in cases {
        check(program, mend);
    }
}

#[test]
fn signs_from_elsewhere_are_mended() {
    let cases = [
        ("close × 2", "`*`"),
        ("close ÷ 2", "`/`"),
        ("close ≠ 2", "`!=`"),
        ("clôse", "a to z"),
        ("“close”", "`\"close\"`"),
        ("close\u{200b}", "cannot be seen"),
        ("0x10", "`16`"),
        ("r#type", "`type`"),
    ];
    for (program, mend) in cases {
        check(program, mend);
    }
}

#[test]
fn what_has_no_meaning_is_mended() {
    let cases = [
        ("close()", "without parentheses"),
        ("ema(close, 3, seed = first)", "`\"first\"`"),
        ("low < open == true", "write `(low < open) == true`"),
        ("close[-1]", "one bar ago is `x[1]`"),
        ("close[1.5]", "`floor(…)`"),
        ("macd(close).hist", "`histogram`"),
        ("frobnicate", "variables of Rust are not seen"),
        ("sinh(clos)", "did you mean `close`?"),
        ("atrr + close", "did you mean `atr`?"),
        ("frobnicate(close)", "`indicator frobnicate("),
        ("if close > open then 1 else true", "`if true then 1 else 0`"),
        ("max(close, open)", "`max2(x, y)`"),
    ];
    for (program, mend) in cases {
        check(program, mend);
    }
}

/// Help is made for the errors that are shown, and looks no further than a misspelling reaches: this took minutes.
#[test]
fn many_mistakes_are_found_in_no_time() {
    let many = |line: &dyn Fn(usize) -> String| (0..20_000).map(line).collect::<String>();
    let program = |line: &dyn Fn(usize) -> String| format!("strategy s() {{ {} }}", many(line));
    let programs = [
        program(&|i| format!("out a{i} = clse{i};")),
        program(&|i| format!("out {0}{i} = {0}b{i};", "a".repeat(58))),
        program(&|i| format!("out a{i} = ema(close, perod{i} = 3);")),
        many(&|i| format!("strategy s{i}() {{ out x = clse{i}; }}")),
    ];
    let start = std::time::Instant::now();
    for program in programs {
        assert_eq!(barlang_compiler::compile("test.ta", &program).diagnostics.len(), 50);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_strategy_that_cannot_be_chosen_is_reported() {
    let cases = [
        ("indicator f() -> num { close }", None, "`strategy name()"),
        ("strategy a() { out x = close; } strategy b() { out x = open; }", None, "`a`, `b`"),
        ("strategy golden() { out x = close; }", Some("goldn"), "did you mean `golden`?"),
        ("strategy golden() { out x = close; }", Some("silver"), "choose one by its name: `golden`"),
        ("close", Some("silver"), "`strategy name()"),
    ];
    for (program, name, mend) in cases {
        let mut compiled = barlang_compiler::compile("test.ta", program);
        assert!(compiled.choose(name).is_none(), "`{program}` has `{name:?}`");
        let found = &compiled.diagnostics[0];
        let is_mended = found.help.as_deref().is_some_and(|help| help.contains(mend));
        assert!(compiled.diagnostics.len() == 1 && found.code == "B1008" && is_mended, "{found:?}");
    }
    assert!(barlang_compiler::compile("test.ta", "close").choose(None).is_some());
    assert!(barlang_compiler::compile("test.ta", "strategy a() { out x = 1; } strategy b() { out x = 2; }").choose(Some("b")).is_some());
}
