//! Over random texts: the compiler answers, never panics, and what it prints reads back as the same program.

use barlang::Interpreter;
use barlang_compiler::diag::Diagnostics;
use barlang_compiler::library::parse_source;
use barlang_compiler::source::Sources;
use barlang_compiler::syntax::ast::Expr;
use barlang_compiler::syntax::print::print_expr;
use barlang_compiler::syntax::token::{KEYWORDS, SYMBOLS};
use barlang_compiler::{compile, render::render_all};
use barlang_tests::generate;
use barlang_tests::programs;
use barlang_tests::random::Random;

/// The text of the errors.
fn errors(text: &str) -> String {
    let compiled = compile("<program>", text);
    render_all(&compiled.sources, &compiled.diagnostics)
}

/// Compiles, draws what is wrong, and makes an interpreter of what is not.
fn answers(text: &str) {
    let compiled = compile("<program>", text);
    let _ = render_all(&compiled.sources, &compiled.diagnostics);
    let _ = Interpreter::<f64>::new(text);
}

#[test]
fn any_bytes_are_answered() {
    let mut random = Random::new(1);
    for _ in 0..3_000 {
        let len = random.below(60);
        let bytes: Vec<u8> = (0..len).map(|_| u8::try_from(random.below(256)).unwrap_or(0)).collect();
        answers(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn any_tokens_are_answered() {
    const WORDS: &[&str] = &[
        "close",
        "ema",
        "x",
        "macd",
        "signal",
        "1",
        "2.5",
        "\"sma\"",
        "///doc\n",
        "#[a(b)]",
        "prev",
        "1e400",
        "99999999999999999999",
        "\u{fc}",
        "ta!<",
    ];
    let mut random = Random::new(2);
    for _ in 0..6_000 {
        let len = 1 + random.below(40);
        let words = (0..len).map(|_| match random.below(3) {
            0 => *random.pick(WORDS),
            1 => *random.pick(SYMBOLS),
            _ => *random.pick(KEYWORDS),
        });
        let text: Vec<&str> = words.collect();
        answers(&text.join(" "));
    }
}

#[test]
fn cut_and_patched_programs_are_answered() {
    let mut random = Random::new(3);
    for seed in 0..150 {
        let text = generate::program(seed);
        for _ in 0..12 {
            let at = |random: &mut Random| (0..).map(|_| random.below(text.len() + 1)).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            let (a, b) = (at(&mut random), at(&mut random));
            answers(&text[..a]);
            answers(&text[a..]);
            answers(&format!("{}{}", &text[..a], &text[b..]));
        }
    }
}

#[test]
fn what_is_too_much_is_said() {
    let deep = |open: &str, close: &str, n: usize| format!("{}close{}", open.repeat(n), close.repeat(n));
    let too_much = [
        deep("(", ")", 10_000),
        deep("-", "", 10_000),
        deep("not ", "", 10_000),
        deep("", "[1]", 10_000),
        deep("", ".a", 10_000),
        deep("sma(", ", 2)", 10_000),
        deep("if close > 1 then ", " else 1", 10_000),
        deep("close + (", ")", 10_000),
        deep("2 ** ", "", 10_000),
        "(".repeat(10_000),
        "[".repeat(10_000),
        "{".repeat(10_000),
        "ta!<".repeat(1_000),
        "ema(close, 1000000000000000000)".to_owned(),
        "ema(close, 99999999999999999999999999)".to_owned(),
        "close[1000000000000000000]".to_owned(),
        "close[-1]".to_owned(),
        "sma(close, 0)".to_owned(),
        "order(close, 10000000000, 1, 1)".to_owned(),
        "close + 1e999".to_owned(),
    ];
    for text in &too_much {
        let errors = errors(text);
        assert!(errors.contains("error[B"), "{}: {errors}", &text[..text.len().min(60)]);
        assert!(Interpreter::<f64>::new(text).is_err());
    }
    // Long is not deep.
    for text in
        [vec!["close"; 3_000].join(" + "), vec!["close > 1"; 2_000].join(" and "), format!("coalesce({})", vec!["close"; 50].join(", "))]
    {
        answers(&text);
    }
    let lets: String = (0..5_000).map(|i| format!("let x{i} = close + {i};")).collect();
    answers(&format!("strategy long() {{ {lets} out o = x1; }}"));
    let doubling: String = (1..60).map(|i| format!("indicator f{i}(x: num) -> num {{ f{}(x + 1) + f{}(x + 2) }}", i - 1, i - 1)).collect();
    answers(&format!("indicator f0(x: num) -> num {{ x * 2 }} {doubling} strategy s() {{ out o = f59(close); }}"));
}

fn parse(text: &str) -> Option<Expr> {
    let mut sources = Sources::default();
    let source = sources.add("<expression>", text, false);
    let mut diagnostics = Diagnostics::default();
    let file = parse_source(&sources, source, &mut diagnostics);
    file.expression.filter(|_| diagnostics.is_empty())
}

#[test]
fn what_is_printed_reads_back() {
    let mut expressions: Vec<String> = (0..2_000).map(generate::program).filter(|text| !text.contains("strategy")).collect();
    expressions.extend(programs::written().into_iter().map(|program| program.source));
    expressions.extend(
        [
            "-close ** 2",
            "(-close) ** 2",
            "2 ** -close",
            "2 ** 3 ** 2",
            "(2 ** 3) ** 2",
            "close - (open - low)",
            "close - open - low",
            "close / (open * low)",
            "not (close > open) == true",
            "not close > open and volume > 1 or low < 1",
            "(if close > 1 then 2 else 3) + 1",
            "if close > 1 then 2 else 3 + 1",
            "if close > 1 then (if open > 1 then 1 else 2) else 3",
            "macd(close).signal[3]",
            "(-close)[2]",
            "-close[2]",
            "- -close",
            "+close",
            "1.50 + 1e-3 + 1e5",
            "(close > 1) == (open > 2)",
            "close && open > 1 || !(low > 1)",
            "ma(close, period = 3, ma_type = \"wma\")",
            "ta!< close > open >",
        ]
        .map(str::to_owned),
    );
    let mut count = 0;
    for text in expressions {
        let Some(tree) = parse(&text) else { continue };
        count += 1;
        let printed = print_expr(&tree);
        let again = parse(&printed).unwrap_or_else(|| panic!("`{text}` is printed as `{printed}`, which cannot be read"));
        assert_eq!(printed, print_expr(&again), "of `{text}`");
        let (a, b) = (compile("a", &text), compile("b", &printed));
        let plans = |compiled: &barlang_compiler::Compilation| compiled.strategies.iter().map(|s| s.plan.plan().text()).collect::<Vec<_>>();
        assert_eq!(plans(&a), plans(&b), "`{text}` and `{printed}`");
    }
    println!("{count} expressions");
    assert!(count > 500);
}
