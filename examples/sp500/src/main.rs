//! Runs a strategy folder and a `ta!` strategy over 20 years of daily S&P 500 bars, prints the signals, and shows that all executors
//! agree and how fast each is.
#![allow(clippy::print_stdout, reason = "the table is what the example is for")]

use barlang::{Bar, Interpreter, Strategy, Value, ta};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::error::Error;
use std::time::Instant;

/// The strategies of `strategies/*.ta`, a module each.
mod strategies {
    barlang::include_strategies!();
}
use strategies::golden_cross::GoldenCross;
use strategies::squeeze::Squeeze;
use strategies::trend_stop::TrendStop;

/// Compiles a program where it stands and keeps its text, for the interpreter to run the same.
macro_rules! compile_and_keep {
    ($text:ident, $($program:tt)*) => {
        ta! { $($program)* }
        const $text: &str = stringify!($($program)*);
    };
}

compile_and_keep! {
    DIP,
    /// Buy a dip in a rising market: oversold for a moment, above the long average.
    pub strategy dip(oversold: const num = 30.0) {
        let momentum = rsi(close, 14);
        out long = cross_over(momentum, oversold) and close > sma(close, 200);
        out exit = cross_over(momentum, 70);
        out rsi = momentum;
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (dates, bars) = read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/sp500.csv"))?;
    println!("S&P 500, daily, {} to {}: {} bars\n", dates[0], dates[dates.len() - 1], bars.len());

    println!("{:<12} {:<14} {:<6} {:>9}  with", "date", "strategy", "signal", "close");
    let mut signals = Vec::new();
    let golden = GoldenCross::<f64>::new().batch(&bars);
    let squeeze = Squeeze::<f64>::new().batch(&bars);
    let trend = TrendStop::<f64>::new().batch(&bars);
    let dip = Dip::<f64>::new().batch(&bars);
    for i in 0..bars.len() {
        let mut signal = |strategy, is: Option<bool>, name, with: String| {
            if is == Some(true) {
                signals.push((i, strategy, name, with));
            }
        };
        let number = |label: &str, x: Option<f64>| x.map_or_else(String::new, |x| format!("{label} {x:.2}"));
        signal("golden_cross", golden.long.get(i), "enter", number("spread", golden.spread.get(i)));
        signal("golden_cross", golden.exit.get(i), "leave", number("spread", golden.spread.get(i)));
        signal("squeeze", squeeze.get(i), "enter", String::new());
        signal("trend_stop", trend.long.get(i), "enter", number("stop", trend.stop.get(i)));
        signal("trend_stop", trend.exit.get(i), "leave", number("stop", trend.stop.get(i)));
        signal("dip", dip.long.get(i), "enter", number("rsi", dip.rsi.get(i)));
        signal("dip", dip.exit.get(i), "leave", number("rsi", dip.rsi.get(i)));
    }
    for (i, strategy, name, with) in &signals {
        println!("{:<12} {strategy:<14} {name:<6} {:>9.2}  {with}", dates[*i].to_string(), bars[*i].close());
    }
    println!("\n{} signals\n", signals.len());

    println!(
        "{:<14} {:>22} {:>22} {:>22} {:>22}",
        "bars per second", "compiled batch", "compiled step", "interpreter batch", "interpreter step"
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/strategies");
    let text = |name: &str| std::fs::read_to_string(format!("{folder}/{name}.ta"));
    let mut values = 0;
    values += compare(
        "golden_cross",
        GoldenCross::new(),
        &text("golden_cross")?,
        &bars,
        |o| vec![Value::Bool(o.long), Value::Bool(o.exit), Value::Num(o.spread)],
        |c, i| vec![Value::Bool(c.long.get(i)), Value::Bool(c.exit.get(i)), Value::Num(c.spread.get(i))],
    )?;
    values += compare("squeeze", Squeeze::new(), &text("squeeze")?, &bars, |o| vec![Value::Bool(*o)], |c, i| vec![Value::Bool(c.get(i))])?;
    values += compare(
        "trend_stop",
        TrendStop::new(),
        &text("trend_stop")?,
        &bars,
        |o| vec![Value::Bool(o.long), Value::Bool(o.exit), Value::Num(o.stop)],
        |c, i| vec![Value::Bool(c.long.get(i)), Value::Bool(c.exit.get(i)), Value::Num(c.stop.get(i))],
    )?;
    values += compare(
        "dip",
        Dip::new(),
        DIP,
        &bars,
        |o| vec![Value::Bool(o.long), Value::Bool(o.exit), Value::Num(o.rsi)],
        |c, i| vec![Value::Bool(c.long.get(i)), Value::Bool(c.exit.get(i)), Value::Num(c.rsi.get(i))],
    )?;
    println!("\nAll four executors agree on all {values} values, to the last bit.");
    Ok(())
}

/// Reads dates and bars; a bar's time is the start of its day, UTC.
fn read(path: &str) -> Result<(Vec<Date>, Vec<Bar>), Box<dyn Error>> {
    let (mut dates, mut bars) = (Vec::new(), Vec::new());
    for row in csv::Reader::from_path(path)?.deserialize() {
        let (date, open, high, low, close, volume): (Date, f64, f64, f64, f64, f64) = row?;
        let time = date.to_zoned(TimeZone::UTC)?.timestamp().as_nanosecond();
        bars.push(Bar::new(i64::try_from(time)?, open, high, low, close, volume)?);
        dates.push(date);
    }
    Ok((dates, bars))
}

/// Runs a compiled strategy and its text in every executor, prints their speed, and gives the number of values compared.
fn compare<S: Strategy<Scalar = f64>>(
    name: &str,
    mut compiled: S,
    text: &str,
    bars: &[Bar],
    of_step: impl Fn(&S::Output) -> Vec<Value>,
    of_batch: impl Fn(&S::Columns, usize) -> Vec<Value>,
) -> Result<usize, Box<dyn Error>> {
    let mut interpreter = Interpreter::new(text)?;
    if compiled.fingerprint() != interpreter.fingerprint() {
        return Err(format!("`{name}`: the compiled plan is not the interpreter's").into());
    }
    let (batch_seconds, columns) = time(|| compiled.batch(bars));
    let (step_seconds, steps) = time(|| {
        compiled.reset();
        bars.iter().map(|bar| compiled.step(bar)).collect::<Vec<_>>()
    });
    let (table_seconds, table) = time(|| interpreter.batch(bars));
    let (row_seconds, rows) = time(|| {
        interpreter.reset();
        bars.iter().map(|bar| interpreter.step(bar)).collect::<Vec<_>>()
    });
    let speed = |seconds: f64| grouped(bars.len() as f64 / seconds);
    println!("{name:<14} {:>22} {:>22} {:>22} {:>22}", speed(batch_seconds), speed(step_seconds), speed(table_seconds), speed(row_seconds));

    let mut compared = 0;
    for (i, (step, row)) in steps.iter().zip(&rows).enumerate() {
        let (step, batch) = (of_step(step), of_batch(&columns, i));
        for (k, ((output, row), (_, column))) in row.iter().zip(table.iter()).enumerate() {
            let all = [batch[k], step[k], column.get(i), row];
            if all.iter().any(|value| bits(*value) != bits(all[0])) {
                return Err(format!("`{name}`, output `{output}`, bar {i}: {all:?}").into());
            }
            compared += 1;
        }
    }
    Ok(compared)
}

/// `187513977` → `187,513,977`
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut shown = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn bits(value: Value) -> Option<u64> {
    match value {
        Value::Num(x) => x.map(f64::to_bits),
        Value::Bool(x) => x.map(u64::from),
    }
}

fn time<T>(mut run: impl FnMut() -> T) -> (f64, T) {
    let mut best = f64::INFINITY;
    loop {
        let start = Instant::now();
        let result = run();
        let seconds = start.elapsed().as_secs_f64();
        if seconds > 0.8 * best {
            return (best.min(seconds), result);
        }
        best = seconds;
    }
}
