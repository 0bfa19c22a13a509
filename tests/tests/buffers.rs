//! A table that is not one of the program's outputs over the bars at hand is refused, and nothing is written.

use barlang::{Bar, BarColumns, Interpreter, Strategy};
use barlang_tests::{data, interpreter};

/// The output and the text of the error of a table made by another program, over so many bars less.
fn refused(program: &str, other: &str, less: usize) -> (String, String) {
    let bars = &data::sp500().bars[..40];
    let program: Interpreter = interpreter(program);
    let mut table = interpreter(other).batch(&bars[less..]);
    let before = format!("{table:?}");
    let error = program.batch_into(bars, &mut table).expect_err("a wrong table");
    let time: Vec<i64> = bars.iter().map(|bar| bar.time()).collect();
    let column = |of: fn(&Bar) -> f64| bars.iter().map(of).collect::<Vec<f64>>();
    let (open, high, low, close, volume) =
        (column(Bar::open), column(Bar::high), column(Bar::low), column(Bar::close), column(Bar::volume));
    let columns = BarColumns::new(&time, &open, &high, &low, &close, &volume).expect("columns of bars");
    assert_eq!(program.batch_columns_into(columns, &mut table), Err(error.clone()));
    assert_eq!(format!("{table:?}"), before, "something was written");
    (error.output().to_owned(), error.to_string())
}

#[test]
fn a_table_of_other_outputs_is_refused() {
    let cases = [
        ("close > 1", "close + 1", 0, "result", "the buffer of `result` is one of numbers, its values are truth values"),
        ("close + 1", "close > 1", 0, "result", "the buffer of `result` is one of truth values, its values are numbers"),
        (
            "close + 1",
            "close + 2",
            1,
            "result",
            "the buffer of `result` has 39 elements, the history 40 bars: give it one element for each bar",
        ),
        (
            "macd(close)",
            "close",
            0,
            "macd",
            "a buffer of `macd` is expected where one of `result` is given: give the outputs of this strategy",
        ),
        (
            "macd(close)",
            "bbands(close)",
            0,
            "macd",
            "a buffer of `macd` is expected where one of `upper` is given: give the outputs of this strategy",
        ),
        (
            "strategy s() { out a = close; out b = open; }",
            "strategy s() { out a = close; }",
            0,
            "b",
            "there is no buffer of `b`: give one for each output of this strategy",
        ),
        (
            "strategy s() { out a = close; }",
            "strategy s() { out a = close; out b = open; }",
            0,
            "b",
            "a buffer of `b` is given, which is no output of this strategy",
        ),
        (
            "strategy s() { out a = close; out b = open; }",
            "strategy s() { out a = close; out b = open > 1; }",
            0,
            "b",
            "the buffer of `b` is one of truth values, its values are numbers",
        ),
    ];
    for (program, other, less, output, text) in cases {
        assert_eq!(refused(program, other, less), (output.to_owned(), text.to_owned()), "{program} into a table of {other}");
    }
}
