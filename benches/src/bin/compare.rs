//! Takes a part of a workload's or contender's name, or nothing, and prints what a bar costs each
//! contender that has it, as a Markdown table for 10,000 and for 1,000,000 bars.
//!
//! All run in one process in rounds, each once a round, so that whatever the machine does besides
//! falls on all of them; the least of a contender's rounds is its figure, in time that the thread had a processor.

use std::process::ExitCode;
use std::time::Duration;

use barlang_benches::clock::processor_time;
use barlang_benches::contender::{self, BY_HAND, Contender, Kind};
use barlang_benches::hand::{w1, w2, w3, w4, w5};
use barlang_benches::ours;

struct Size {
    bars: usize,
    rounds: usize,
}

const SIZES: [Size; 2] = [Size { bars: 10_000, rounds: 41 }, Size { bars: 1_000_000, rounds: 9 }];
/// How long a contender runs in a round, at least.
const SLICE: Duration = Duration::from_millis(2);

const STATES: [(&str, usize); 5] = [
    ("W1", size_of::<w1::Step>()),
    ("W2", size_of::<w2::Step>()),
    ("W3", size_of::<w3::Step>()),
    ("W4", size_of::<w4::Step>()),
    ("W5", size_of::<w5::Step>()),
];

fn main() -> ExitCode {
    let filter = std::env::args().nth(1).unwrap_or_default();
    for size in SIZES {
        let mut contenders = contender::all(size.bars);
        contenders.retain(|c| c.workload.contains(&filter) || c.name.contains(&filter) || c.name == BY_HAND);
        let any = contenders.iter().any(|c| c.workload.contains(&filter) || c.name.contains(&filter));
        if !any {
            eprintln!("no workload and no contender has `{filter}` in its name");
            return ExitCode::FAILURE;
        }
        let least = measure(&mut contenders, &size);
        print(&contenders, &least, &size);
    }
    println!("\n| state, bytes | by hand | barlang | barlang, interpreted |\n| --- | ---: | ---: | ---: |");
    for (((workload, bytes), ours), interpreted) in STATES.iter().zip(ours::STATES).zip(ours::interpreted_states()) {
        println!("| {workload} | {bytes} | {ours} | {interpreted} |");
    }
    ExitCode::SUCCESS
}

/// Nanoseconds a bar, for each contender.
fn measure(contenders: &mut [Contender], size: &Size) -> Vec<f64> {
    let repeats: Vec<u32> = contenders.iter_mut().map(repeats).collect();
    let mut least = vec![f64::INFINITY; contenders.len()];
    for _ in 0..size.rounds {
        for ((contender, &repeats), least) in contenders.iter_mut().zip(&repeats).zip(&mut least) {
            let start = processor_time();
            for _ in 0..repeats {
                (contender.run)();
            }
            let each = (processor_time() - start).as_secs_f64() / f64::from(repeats);
            *least = least.min(each * 1e9 / size.bars as f64);
        }
    }
    least
}

/// How often a contender runs in a round. Its first run, which warms memory up, does not count.
fn repeats(contender: &mut Contender) -> u32 {
    (contender.run)();
    let start = processor_time();
    (contender.run)();
    let once = (processor_time() - start).max(Duration::from_nanos(1));
    SLICE.as_nanos().div_ceil(once.as_nanos()) as u32
}

fn print(contenders: &[Contender], least: &[f64], size: &Size) {
    println!("\n{} bars, the least of {} rounds\n", size.bars, size.rounds);
    println!("| workload | kind | contender | ns a bar | × by hand |");
    println!("| --- | --- | --- | ---: | ---: |");
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    order.sort_by_key(|&i| (contenders[i].workload, contenders[i].kind == Kind::Step));
    for i in order {
        let Contender { workload, name, kind, .. } = &contenders[i];
        let by_hand = contenders.iter().zip(least).find(|(c, _)| c.name == BY_HAND && c.workload == *workload && c.kind == *kind);
        let ratio = by_hand.map_or(f64::NAN, |(_, by_hand)| least[i] / by_hand);
        println!("| {workload} | {kind:?} | {name} | {:.2} | {ratio:.2} |", least[i]);
    }
}
