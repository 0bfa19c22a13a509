//! Takes symbols, bars and threads (1,000, 10,000 and 2 if not given); runs ten strategies over each symbol in one engine, corrects one bar in a
//! hundred, and holds outputs and states against fresh ones over the corrected histories. Prints the memory on the way.

use std::fs;
use std::time::Instant;

use barlang::session::{Checkpoints, Engine, Event, Execution, ExecutionMode, Partition, Reply, Set, SetError, Settings};
use barlang::{Bar, Live, Strategy, ta};
use barlang_benches::ours::{W1, W2, W3, W4, W5};
use barlang_benches::walk::{MINUTE, bar, mix};
use rayon::prelude::*;

/// How far back corrections reach, at most.
const DEPTH: u64 = 1_000;

fn set() -> Result<Set, SetError> {
    Set::default()
        .with("w1", W1::new())?
        .with("w2", W2::new())?
        .with("w3", W3::new())?
        .with("w4", W4::new())?
        .with("w5", W5::new())?
        .with("trend", ta!(supertrend(10, 3).direction))?
        .with("strength", ta!(adx(14)))?
        .with("flow", ta!(mfi(14)))?
        .with("since", ta!(barssince(cross(close, sma(close, 50)))))?
        .with("median", ta!(median(close, 30)))
}

/// Resident memory in MB, where the system tells.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

fn main() {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse().expect("a number"));
    let (symbols, bars) = (args.next().unwrap_or(1_000), args.next().unwrap_or(10_000));
    let threads = args.next().unwrap_or(2);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| soak(symbols, bars));
}

fn soak(symbols: usize, bars: usize) {
    let settings = Settings {
        execution: Execution::new(ExecutionMode::Incremental),
        checkpoints: Checkpoints { every: Some(128), most: 8 },
        keep: Some(DEPTH as usize),
    };
    let partitions: Vec<Partition> =
        (0..symbols).map(|i| Partition::new(format!("S{i:04}"), "1m".parse().expect("a timeframe"), "soak")).collect();
    let strategies = set().expect("names of their own");
    let mut engine = Engine::default();
    for partition in &partitions {
        engine.add(partition.clone(), strategies.clone(), settings.clone());
    }
    // The revision of each bar that was corrected, by symbol.
    let mut revised: Vec<Vec<(usize, u64)>> = vec![Vec::new(); symbols];
    let mut last = Vec::new();
    let start = Instant::now();
    println!("| bars | seconds | resident, MB | state, MB | checkpoints, MB | history, MB |\n| ---: | ---: | ---: | ---: | ---: | ---: |");
    for i in 0..bars {
        let mut events = Vec::with_capacity(symbols + symbols / 50);
        for (s, partition) in partitions.iter().enumerate() {
            let dice = mix((s as u64) << 32 ^ i as u64);
            if dice.is_multiple_of(100) && i > 0 {
                // Near corrections are more frequent than far ones.
                let reach = 1 << (mix(dice) % 10);
                let at = i - (1 + mix(dice + 1) % reach.min(i as u64)) as usize;
                let revision = i as u64;
                revised[s].push((at, revision));
                events.push((partition, Event::Correct(bar(s as u64, at, revision))));
            }
            events.push((partition, Event::Append(bar(s as u64, i, 0))));
        }
        let outcomes = engine.run(&events);
        if i + 1 == bars {
            last = outcomes
                .into_iter()
                .filter_map(|outcome| match outcome.expect("an event in order") {
                    Reply::Bar(answer) => Some(answer.output),
                    Reply::Change(_) => None,
                })
                .collect();
        }
        if (i + 1) % (bars / 10).max(1) == 0 {
            let stats = engine.total().stats;
            let mb = |bytes: usize| bytes >> 20;
            let [state, checkpoints, history] = [stats.state_bytes, stats.checkpoint_bytes, stats.history_bytes].map(mb);
            println!("| {} | {:.1} | {} | {state} | {checkpoints} | {history} |", i + 1, start.elapsed().as_secs_f64(), resident());
        }
    }
    let total = engine.total();
    println!(
        "\n{} bars and {} corrections in {:.1} s; {} bars stepped again; {} replays from a checkpoint, {} from the first bar kept; {} errors",
        total.stats.bars,
        total.stats.replays,
        start.elapsed().as_secs_f64(),
        total.stats.bars_replayed,
        total.stats.hits,
        total.stats.misses,
        total.errors
    );
    let start = Instant::now();
    let drifted: usize = (0..symbols)
        .into_par_iter()
        .filter(|&s| {
            let mut history: Vec<Bar> = (0..bars).map(|i| bar(s as u64, i, 0)).collect();
            for &(at, revision) in &revised[s] {
                history[at] = bar(s as u64, at, revision);
            }
            assert!(history.len() < 2 || history[1].time() == MINUTE);
            let mut fresh = strategies.clone();
            let batch = fresh.row(&fresh.batch(&history), bars - 1);
            for bar in &history {
                fresh.step(bar);
            }
            let session = engine.session(&partitions[s]).expect("it is there");
            let is_same = fresh.values(&batch).iter().zip(fresh.values(&last[s])).all(|(a, b)| a.is_same(b));
            !is_same || session.strategy().nodes() != fresh.nodes()
        })
        .count();
    println!(
        "{drifted} of {symbols} symbols differ from a fresh batch in an output or from fresh steps in a state ({:.1} s)",
        start.elapsed().as_secs_f64()
    );
    assert_eq!(drifted, 0);
}
