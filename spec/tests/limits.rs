//! Programs without measure: none panics, none takes long, and each limit is named.

use barlang_compiler::catalog::catalog_of;
use barlang_compiler::compile;
use barlang_compiler::diag::Diagnostics;
use barlang_compiler::library::Library;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Compiles a program on a small stack, gives the codes and the first message.
fn errors(program: &str) -> (Vec<&'static str>, String) {
    let text = program.to_owned();
    let start = Instant::now();
    let compiled = std::thread::spawn(move || {
        let compiled = compile("limits.ta", &text);
        compiled.diagnostics.iter().map(|d| (d.code, d.message.clone())).collect::<Vec<_>>()
    });
    let joined = compiled.join();
    assert!(joined.is_ok(), "it panics: {}", &program[..program.len().min(200)]);
    let found = joined.unwrap_or_default();
    assert!(start.elapsed() < Duration::from_secs(20), "it takes {:?}: {}", start.elapsed(), &program[..program.len().min(200)]);
    (found.iter().map(|(code, _)| *code).collect(), found.first().map(|(_, message)| message.clone()).unwrap_or_default())
}

#[test]
fn nesting_is_limited() {
    let around = |open: &str, close: &str, n: usize| format!("{}close{}", open.repeat(n), close.repeat(n));
    let deep = [
        around("(", ")", 10_000),
        around("-", "", 100_000),
        around("!", "", 100_000),
        around("not ", "", 100_000),
        around("sma(", ", 2)", 10_000),
        around("close[", "]", 10_000),
        around("if close > 1 then ", " else 1", 10_000),
        around("if ", " then 1 else 2", 10_000),
        around("", " + close", 100_000),
        around("", "[1]", 100_000),
        around("", " ** 2", 100_000),
        around("", " and close > 1", 10_000),
        around("macd(", ").macd", 10_000),
        around("if close > 1 then 1 else ", "", 10_000),
        around("{ a: ", " }", 10_000),
        around("(", "", 100_000),
        around("[", "", 100_000),
        around("strategy s() { out x = ", "; }", 10_000),
    ];
    for program in deep {
        let (codes, message) = errors(&program);
        assert!(!codes.is_empty(), "{}", &program[..200]);
        if codes[0] == "B1105" {
            assert_eq!(message, "this expression is nested more than 100 deep");
        }
    }
}

#[test]
fn what_is_within_the_limits_compiles() {
    let fits = [
        format!("{}close{}", "(".repeat(90), ")".repeat(90)),
        format!("{}close", "- ".repeat(90)),
        format!("{}close{}", "sma(".repeat(90), ", 2)".repeat(90)),
        format!("close{}", " + close".repeat(90)),
        format!("if close > 1 then 1 else {}2", "if close > 2 then 1 else ".repeat(90)),
    ];
    for program in fits {
        assert_eq!(errors(&program).0, Vec::<&str>::new(), "{}", &program[..100]);
    }
}

/// Short windows are written out, value by value.
#[test]
fn windows_that_are_written_out_count_too() {
    let program = |windows: usize| {
        let outputs: Vec<String> = (0..windows).map(|k| format!("out a{k} = avg_dev(close + {k}, 32);")).collect();
        format!("strategy s() {{ {} }}", outputs.join(" "))
    };
    assert_eq!(errors(&program(40)).0, Vec::<&str>::new());
    assert_eq!(errors(&program(120)).0, ["B3303"]);
}

/// A feedback is looked into once for each of its nodes, not for each of the ways that lead there: 2 to the 30 of them would take hours.
#[test]
fn feedback_that_shares_its_terms_is_looked_into_once() {
    for (term, first) in [("NEXT + NEXT", "prev(y) * 0.1"), ("if close > open then NEXT else max2(NEXT, open)", "prev(y)")] {
        let mut program = format!("strategy s() {{ let a0 = {first};\n");
        for k in 1..=30 {
            let _ = writeln!(program, "let a{k} = {};", term.replace("NEXT", &format!("a{}", k - 1)));
        }
        program.push_str("rec y = close -> a30 * 1 + close; out x = y; }");
        assert_eq!(errors(&program).0, Vec::<&str>::new(), "{term}");
    }
}

/// So is what the head of a definition says: 2 to the 60 calls would never end.
#[test]
fn what_a_head_says_is_computed_once() {
    for (first, next) in [
        ("(x: num = close) -> num { x }", "(x: num = NEXT() + NEXT()) -> num { x }"),
        ("(x: num = close, y: num = open) -> num { y }", "(x: num = close, y: num = NEXT(x) + NEXT(x)) -> num { y }"),
        ("() -> num { 1 }", "(n: const num = 1 in 0..=NEXT() + NEXT()) -> num { n }"),
        ("(x: num = close) -> num { x }", "(x: num = close) -> num { NEXT(x) + NEXT(x) }"),
    ] {
        let mut program = format!("indicator f0{first}\n");
        for k in 1..60 {
            let _ = writeln!(program, "indicator f{k}{}", next.replace("NEXT", &format!("f{}", k - 1)));
        }
        let mut library = Library::new();
        let mut diagnostics = Diagnostics::default();
        let (_, definitions) = library.read("indicators", &program, &mut diagnostics);
        assert_eq!(catalog_of(&library, &definitions).len(), 60, "{next}");
        program.push_str("strategy s() { out x = f59(); }");
        assert_eq!(errors(&program).0, Vec::<&str>::new(), "{next}");
    }
}

#[test]
fn expansion_is_limited() {
    // Each definition calls the one before twice, with other arguments.
    for body in ["NEXT(x[1]) + NEXT(x[2] * 2)", "NEXT(x + 1) * NEXT(x * 2)", "if NEXT(x + 1) > 0 then NEXT(x - 1) else x"] {
        let mut program = "indicator f0(x: num) -> num { x + 1 }\n".to_owned();
        for k in 1..40 {
            let _ = writeln!(program, "indicator f{k}(x: num) -> num {{ {} }}", body.replace("NEXT", &format!("f{}", k - 1)));
        }
        program.push_str("strategy s() { out x = f39(close); }");
        assert!(errors(&program).0.contains(&"B3303"), "{body}");
    }
    let mut consts = "indicator f0(n: const int) -> num { n }\n".to_owned();
    for k in 1..40 {
        let _ = writeln!(consts, "indicator f{k}(n: const int) -> num {{ f{0}(2 * n) + f{0}(2 * n + 1) }}", k - 1);
    }
    consts.push_str("strategy s() { out x = f39(1); }");
    assert!(!errors(&consts).0.is_empty());
    let mut chain = "indicator f0(x: num) -> num { x + 1 }\n".to_owned();
    for k in 1..2_000 {
        let _ = writeln!(chain, "indicator f{k}(x: num) -> num {{ f{}(x) + 1 }}", k - 1);
    }
    assert!(errors(&chain).0.contains(&"B3302"));
}

#[test]
fn long_is_not_deep() {
    let mut program = "strategy s() {\n    let x0 = close;\n".to_owned();
    for k in 1..3_000 {
        let _ = writeln!(program, "    let x{k} = x{} * 2 + {k};", k - 1);
    }
    program.push_str("    out x = x2999;\n}");
    assert_eq!(errors(&program).0, Vec::<&str>::new());
    let lines = "indicator f() -> num { clsoe }\n".repeat(500);
    let (codes, _) = errors(&lines);
    assert!(codes.len() <= 50, "{} diagnostics", codes.len());
    assert_eq!(errors(&format!("close{}", "\n".repeat(1 << 20))).0, Vec::<&str>::new());
    assert_eq!(errors(&format!("close > {}", "9".repeat(1 << 20))).0, ["B1005"]);
    assert_eq!(errors(&"x".repeat((4 << 20) + 1)).0, ["B1007"]);
}

#[test]
fn a_long_name_is_looked_up_at_once() {
    assert_eq!(errors(&format!("close + {}", "x".repeat(1 << 20))).0, ["B2101"]);
}

#[test]
fn any_cut_of_a_program_is_read() {
    let program = "#[aliases(a, b)] /// Doc.\npub indicator f(x: num = close, n: const int = 3 in 1..=9, w: const \"a\" | \"b\" = \"a\") -> { u, v: bool } {\n    \
                   let e = ema(x, n)[1] ** -2.5e1; rec r = 0 -> prev(r) + 1; /* c */\n    { u: if e > r then 1 else 0, v: not (e >= 1) and x != 2 }\n}\n\
                   strategy s() { out l = f(close, n = 4).u; out m = ta; }";
    for cut in (0..program.len()).filter(|&at| program.is_char_boundary(at)) {
        errors(&program[..cut]);
        errors(&program[cut..]);
        let mut holed = program.to_owned();
        holed.replace_range(cut..cut, " ) ");
        errors(&holed);
        holed.replace_range(cut..cut, " } ; < ");
        errors(&holed);
    }
}
