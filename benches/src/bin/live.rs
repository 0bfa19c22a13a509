//! Takes nothing, prints what live running costs: sessions against bare steps and batches, replays, memory, snapshots, the engine.
//!
//! What is compared runs in the same rounds of one process, each once a round, in pieces too short to be interrupted often. A figure is the sum
//! of the least times of its pieces: what else the machine does only adds to them.

use std::hint::black_box;
use std::time::Instant;

use barlang::session::{Engine, Event, Execution, ExecutionMode, Partition, Session, Set, SetError, Settings, Snapshot};
use barlang::{Bar, Interpreter, Live};
use barlang_benches::ours::{W1, W2, W3, W4, W5};
use barlang_benches::walk::{self, MINUTE};

const BARS: usize = 100_000;
const ROUNDS: usize = 25;

fn settings() -> Settings {
    Settings { execution: Execution::new(ExecutionMode::Incremental), ..Settings::default() }
}

fn partition(symbol: &str) -> Partition {
    Partition::new(symbol, "1m".parse().expect("a timeframe"), "bench")
}

fn session<T: Live<Scalar = f64>>(strategy: T, keep: Option<usize>) -> Session<T> {
    Session::new(strategy, partition("A"), Settings { keep, ..settings() })
}

fn seconds(mut run: impl FnMut()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

/// The least of some measurements, taken in turn.
fn least<const N: usize>(rounds: usize, mut measure: impl FnMut() -> [f64; N]) -> [f64; N] {
    (0..rounds).map(|_| measure()).fold([f64::MAX; N], |least, now| std::array::from_fn(|k| least[k].min(now[k])))
}

/// The sum of the least times that each piece of some work took.
fn pieces(rounds: &[Vec<f64>]) -> f64 {
    let pieces = rounds.first().map_or(0, Vec::len);
    (0..pieces).map(|i| rounds.iter().map(|round| round[i]).fold(f64::MAX, f64::min)).sum()
}

/// A step as another part of a program has it, that hands over a bar and takes the outputs: the state stays in memory.
#[inline(never)]
fn called<T: Live<Scalar = f64>>(strategy: &mut T, bar: &Bar) -> T::Output {
    strategy.step(bar)
}

fn append<T: Live<Scalar = f64>>(name: &str, strategy: &T, bars: &[Bar]) {
    let timed = |take: &mut dyn FnMut(&[Bar])| bars.chunks(1_000).map(|bars| seconds(|| take(bars))).collect::<Vec<f64>>();
    let mut rounds: [Vec<Vec<f64>>; 4] = Default::default();
    let [batch] = least(ROUNDS, || {
        let mut bare = strategy.clone();
        rounds[0].push(timed(&mut |bars| {
            for bar in bars {
                black_box(bare.step(black_box(bar)));
            }
        }));
        let mut apart = strategy.clone();
        rounds[1].push(timed(&mut |bars| {
            for bar in bars {
                black_box(called(&mut apart, black_box(bar)));
            }
        }));
        for (k, keep) in [None, Some(1_000)].into_iter().enumerate() {
            let mut session = session(strategy.clone(), keep);
            rounds[k + 2].push(timed(&mut |bars| {
                for bar in bars {
                    black_box(session.append(*black_box(bar)).expect("a bar in order").output);
                }
            }));
        }
        [seconds(|| drop(black_box(strategy.batch(black_box(bars)))))]
    });
    let [step, called, append, bounded] = rounds.map(|rounds| pieces(&rounds));
    let each = |seconds: f64| seconds * 1e9 / bars.len() as f64;
    println!(
        "| {name} | {:.1} | {:.1} | {:.1} | {:.2} | {:.1} | {:.2} | {:.0} | {:.0} |",
        each(step),
        each(called),
        each(append),
        append / step,
        each(bounded),
        bounded / step,
        batch * 1e6,
        batch / (append / bars.len() as f64)
    );
}

fn replay<T: Live<Scalar = f64>>(name: &str, strategy: &T, bars: &[Bar]) {
    let mut session = session(strategy.clone(), None);
    session.initialize(bars.to_vec()).expect("bars in order");
    print!("| {name} |");
    for depth in [1, 10, 100, 1_000, 10_000] {
        let at = bars.len() - depth;
        let mut replayed = 0;
        let [one] = least(31, || {
            let b = &bars[at];
            let other = Bar::new(b.time(), b.open(), b.high(), b.low(), b.open(), b.volume() + 1.0).expect("a bar");
            let time = seconds(|| replayed = session.correct(other).expect("a bar of the past").meta.replayed);
            session.correct(*b).expect("a bar of the past");
            [time]
        });
        print!(" {:.1} ({replayed}) |", one * 1e6);
    }
    println!();
}

fn memory<T: Live<Scalar = f64>>(name: &str, strategy: &T, bars: &[Bar]) {
    let mut session = session(strategy.clone(), None);
    session.initialize(bars.to_vec()).expect("bars in order");
    let stats = session.stats();
    let [taken, bytes, text, read, put] = least(101, || {
        let mut snapshot = session.snapshot();
        let taken = seconds(|| snapshot = session.snapshot());
        let (mut bytes, mut text) = (Vec::new(), String::new());
        let to_bytes = seconds(|| bytes = snapshot.to_bytes());
        let to_text = seconds(|| text = snapshot.to_json());
        let read = seconds(|| snapshot = Snapshot::from_bytes(&bytes).expect("a snapshot"));
        let mut other = strategy.clone();
        let put = seconds(|| other.restore(&snapshot).expect("a snapshot of it"));
        [taken, to_bytes, to_text, read, put]
    });
    let snapshot = session.snapshot();
    println!(
        "| {name} | {} | {} ({}) | {} | {} | {} | {:.0} + {:.0} / {:.0} | {:.0} + {:.0} |",
        stats.state_bytes,
        stats.checkpoint_bytes,
        stats.checkpoints,
        stats.history_bytes,
        snapshot.to_bytes().len(),
        snapshot.to_json().len(),
        taken * 1e6,
        bytes * 1e6,
        text * 1e6,
        read * 1e6,
        put * 1e6,
    );
}

/// Bars a second that an engine takes.
fn engine(set: &Set, symbols: usize, ticks: usize, threads: usize) -> f64 {
    let partitions: Vec<Partition> = (0..symbols).map(|i| partition(&format!("S{i:04}"))).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let mut rounds = Vec::new();
    for _ in 0..5 {
        let mut engine = Engine::default();
        for partition in &partitions {
            engine.add(partition.clone(), set.clone(), Settings { keep: Some(500), ..settings() });
        }
        // What a feed brings at once: some bars of every symbol.
        let turns: Vec<Vec<(&Partition, Event)>> = (0..ticks)
            .step_by(8)
            .map(|from| {
                let bars = |(s, partition)| (from..from + 8).map(move |i| (partition, Event::Append(walk::bar(s as u64, i, 0))));
                partitions.iter().enumerate().flat_map(bars).collect()
            })
            .collect();
        rounds.push(pool.install(|| turns.iter().map(|events| seconds(|| drop(black_box(engine.run(events))))).collect()));
        assert_eq!(engine.total().errors, 0);
    }
    (symbols * ticks.next_multiple_of(8)) as f64 / pieces(&rounds)
}

/// Compiled strategies, and programs of events that are interpreted.
fn sets() -> Result<(Set, Set), SetError> {
    let common = Set::default().with("w1", W1::new())?.with("w2", W2::new())?.with("w5", W5::new())?;
    let events = Set::default()
        .with("a", Interpreter::<f64>::new("barssince(cross(close, sma(close, 9)))").expect("right"))?
        .with("b", Interpreter::<f64>::new("valuewhen(close > highest(high, 20)[1], high, 2)").expect("right"))?
        .with(
            "c",
            Interpreter::<f64>::new("enter_channel(close, sma(high, 9), sma(low, 9)) or streak(close > open) > 3").expect("right"),
        )?;
    Ok((common, events))
}

fn main() {
    let bars: Vec<Bar> = (0..BARS).map(|i| walk::bar(1, i, 0)).collect();
    assert!(bars.is_sorted_by_key(Bar::time) && bars[1].time() == MINUTE);
    let interpreted: Interpreter = Interpreter::new("cross_over(ema(close, 12), ema(close, 26))").expect("the program is right");

    println!("\nAppend, {BARS} bars: nanoseconds a bar; a batch over all of them in microseconds, and how many appends it costs\n");
    println!("| strategy | step | called step | append, all bars kept | × | append, 1,000 kept | × | batch, µs | appends a batch |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    append("W1", &W1::new(), &bars);
    append("W2", &W2::new(), &bars);
    append("W3", &W3::new(), &bars);
    append("W4", &W4::new(), &bars);
    append("W5", &W5::new(), &bars);
    append("W1 interpreted", &interpreted, &bars);

    println!("\nCorrection so many bars back, of {BARS}: microseconds (bars stepped again)\n");
    println!("| strategy | 1 | 10 | 100 | 1,000 | 10,000 |\n| --- | ---: | ---: | ---: | ---: | ---: |");
    replay("W1", &W1::new(), &bars);
    replay("W2", &W2::new(), &bars);
    replay("W5", &W5::new(), &bars);
    replay("W1 interpreted", &interpreted, &bars);

    println!("\nMemory, {BARS} bars: bytes; snapshots in bytes, and microseconds to take, write (bytes / JSON), read, and put back\n");
    println!("| strategy | state | checkpoints | history | binary | JSON | take + write | read + put |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    memory("W1: two averages", &W1::new(), &bars);
    memory("W2: four indicators", &W2::new(), &bars);
    memory("W3: extremes to 25", &W3::new(), &bars);
    memory("W4: windows to 200", &W4::new(), &bars);
    memory("W5: a strategy", &W5::new(), &bars);

    println!("\nEngine: bars a second\n\n| what | 1 thread | 2 threads | × |\n| --- | ---: | ---: | ---: |");
    let (common, events) = sets().expect("names of their own");
    for (name, set, symbols, ticks) in [
        ("one symbol, W1 + W2 + W5", &common, 1, 40_000),
        ("1,000 symbols, W1 + W2 + W5", &common, 1_000, 400),
        ("1,000 symbols, three event programs, interpreted", &events, 1_000, 200),
    ] {
        let (one, two) = (engine(set, symbols, ticks, 1), engine(set, symbols, ticks, 2));
        println!("| {name} | {one:.0} | {two:.0} | {:.2} |", two / one);
    }
}
