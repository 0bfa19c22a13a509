//! Follows the S&P 500 with one strategy: history in, live bars, a forming bar, a late correction, a crash and a restore, and a fault that
//! the shadow finds.
#![allow(clippy::print_stdout, reason = "the account is what the example is for")]

use barlang::live::Pretty;
use barlang::session::{Execution, ExecutionMode, Partition, Session, Settings};
use barlang::{Bar, Live, Strategy, ta};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::error::Error;

ta! {
    /// Above the long average, and not overbought.
    strategy trend() {
        out long = close > sma(close, 200) and rsi(close, 14) < 70;
        out rsi = rsi(close, 14);
    }
}

fn session(execution: Execution) -> Result<Session<Trend>, Box<dyn Error>> {
    let partition = Partition::new("SPX", "1d".parse()?, "file");
    Ok(Session::new(Trend::new(), partition, Settings { execution, ..Settings::default() }))
}

fn main() -> Result<(), Box<dyn Error>> {
    let bars = read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/sp500.csv"))?;
    let (history, live) = bars.split_at(4_000);
    let truth = Trend::<f64>::new().batch(&bars);

    // The environment chooses the mode (`TA_EXECUTION_MODE`, `TA_PARITY_SHADOW`, `TA_PARITY_SAMPLE_RATE`); here it is incremental unless it says so.
    let chosen = Execution::from_env()?;
    let execution = if chosen == Execution::default() { Execution::new(ExecutionMode::Incremental) } else { chosen };
    let mut session = session(execution)?;

    println!("1. history");
    let baseline = session.initialize(history.to_vec())?;
    let signals = baseline.columns.long.iter().flatten().filter(|long| *long).count();
    println!("   {} bars, of which {} of warm-up; long on {signals} of them", history.len(), baseline.meta.warmup);

    println!("2. live bars");
    for (i, bar) in live[..500].iter().enumerate() {
        let answer = session.append(*bar)?;
        assert_eq!(answer.output.long, truth.long.get(4_000 + i));
    }
    println!("   500 more, each as the batch has it");

    println!("3. a bar that is still forming");
    let forming = &live[500];
    let low = Bar::new(forming.time(), forming.open(), forming.high(), forming.low(), forming.low(), forming.volume() / 2.0)?;
    println!("   at its low {:.2}: {:?}", low.close(), session.preview(&low)?.output);
    println!("   at its end {:.2}: {:?}", forming.close(), session.preview(forming)?.output);
    session.append(*forming)?;

    println!("4. a late correction");
    let at = live[470];
    let corrected = Bar::new(at.time(), at.open(), at.high() * 1.01, at.low(), at.high() * 1.005, at.volume())?;
    let change = session.correct(corrected)?;
    let flips = change.old.iter().zip(&change.new).filter(|(old, new)| old.1.long != new.1.long).count();
    println!(
        "   {} bars of outputs changed, `long` on {flips} of them, after {} bars stepped again",
        change.new.len(),
        change.meta.replayed
    );
    session.correct(at)?;

    println!("5. a crash and a restore");
    let file = std::env::temp_dir().join(format!("barlang-live-session-{}", std::process::id()));
    session.save(&file)?;
    let mut after = self::session(execution)?;
    drop(session);
    after.load(&file)?;
    std::fs::remove_file(&file)?;
    let last = after.last_time();
    let missed = live.iter().filter(|bar| Some(bar.time()) > last);
    for bar in missed.take(100) {
        after.append(*bar)?;
    }
    assert_eq!(after.append(live[601])?.output.rsi, truth.rsi.get(4_601));
    println!("   back after {} bars; the state behind the last:", after.stats().bars);
    print!("{}", indented(&Pretty(&after.strategy().nodes()).to_string()));

    println!("6. a shadow, and a fault");
    let mut shadowed = self::session(Execution::new(ExecutionMode::Incremental).shadowed(1.0))?;
    shadowed.initialize(history.to_vec())?;
    for (i, bar) in live[..50].iter().enumerate() {
        if i == 20 {
            // As if a bit in memory had flipped.
            shadowed.drill(|strategy| {
                strategy.step(&live[900]);
            });
        }
        let answer = shadowed.append(*bar)?;
        assert_eq!(answer.output.rsi, truth.rsi.get(4_000 + i), "the batch is served, whatever the state says");
    }
    for breach in shadowed.breaches() {
        print!("{}", indented(&breach.to_string()));
    }
    let stats = shadowed.stats();
    println!("   {} checks, {} breach, served since: {}", stats.checks, stats.breaches, stats.mode);
    shadowed.clear_cache();
    println!("   the state made anew from the history: {} again", shadowed.mode());
    Ok(())
}

fn indented(text: &str) -> String {
    let line = |line: &str| line.chars().take(150).collect::<String>();
    text.lines().fold(String::new(), |all, text| format!("{all}   {}\n", line(text)))
}

fn read(path: &str) -> Result<Vec<Bar>, Box<dyn Error>> {
    let mut bars = Vec::new();
    for row in csv::Reader::from_path(path)?.deserialize() {
        let (date, open, high, low, close, volume): (Date, f64, f64, f64, f64, f64) = row?;
        let midnight = date.to_zoned(TimeZone::UTC)?.timestamp().as_nanosecond();
        bars.push(Bar::new(i64::try_from(midnight)?, open, high, low, close, volume)?);
    }
    Ok(bars)
}
