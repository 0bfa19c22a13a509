//! Snapshots that were tampered with and sealed again: taken or refused, but never a panic, and never a change without being taken.

use barlang::live::{Cell, Content, NodeState};
use barlang::session::Snapshot;
use barlang::{Bar, Decimal, Interpreter, Live, Strategy};
use barlang_tests::random::Random;
use barlang_tests::{data, programs};
use barlang_tests_live::{Number, bar_of, interpreter, state};

/// Whole numbers that end ranges.
fn count(random: &mut Random) -> u64 {
    *random.pick(&[0, 1, 2, 3, 5, 8, 13, 14, 20, 99, 100, 101, 1 << 20, u32::MAX as u64, 1 << 32, 1 << 53, 1 << 63, u64::MAX])
}

fn cell<S: Number>(random: &mut Random) -> Cell<S> {
    if random.once_in(4) {
        return Cell(None);
    }
    Cell(Some(S::of(*random.pick(&[0.0, -0.0, 1.0, -1.0, 0.5, 100.0, 3.0, 1e9, -1e9]))))
}

fn tamper<S: Number>(random: &mut Random, node: &mut NodeState<S>) {
    let names: Vec<String> = node.payload.keys().cloned().collect();
    if names.is_empty() || random.once_in(30) {
        match random.below(4) {
            0 => node.node = count(random) as u32,
            1 => node.kernel.push('x'),
            2 => node.available = !node.available,
            _ => node.warmup.seen = count(random),
        }
        return;
    }
    let name = random.pick(&names).clone();
    if random.once_in(30) {
        node.payload.remove(&name);
        return;
    }
    let Some(content) = node.payload.get_mut(&name) else { return };
    match content {
        Content::Num(number) => *number = cell(random),
        Content::Nums(list) => match random.below(6) {
            0 => list.truncate(random.below(list.len() + 1)),
            1 => list.push(cell(random)),
            _ => {
                for _ in 0..1 + random.below(4) {
                    let at = random.below(list.len().max(1));
                    if let Some(number) = list.get_mut(at) {
                        *number = cell(random);
                    }
                }
            }
        },
        Content::Truth(value) => *value = *random.pick(&[None, Some(true), Some(false)]),
        Content::Truths(list) => match random.below(3) {
            0 => list.truncate(random.below(list.len() + 1)),
            _ => list.iter_mut().for_each(|value| *value = *random.pick(&[None, Some(true), Some(false)])),
        },
        Content::Flag(value) => *value = !*value,
        Content::Count(value) => *value = count(random),
    }
    if random.once_in(40) {
        *content = Content::Count(count(random));
    }
}

/// Tampers so many times; gives how many were taken.
fn tampered<S: Number>(source: &str, bars: &[Bar<S>], seed: u64, times: usize) -> usize {
    let mut random = Random::new(seed);
    let mut taken = 0;
    for _ in 0..times {
        let at = random.below(bars.len());
        let mut live: Interpreter<S> = state(&interpreter(source), &bars[..at]);
        let honest = live.snapshot(Some(1));
        let mut snapshot = honest.clone();
        for _ in 0..1 + random.below(3) {
            match random.below(12) {
                0 => snapshot.header.bars = count(&mut random),
                1 if !snapshot.nodes.is_empty() => {
                    let at = random.below(snapshot.nodes.len());
                    snapshot.nodes.remove(at);
                }
                _ => {
                    let at = random.below(snapshot.nodes.len().max(1));
                    if let Some(node) = snapshot.nodes.get_mut(at) {
                        tamper(&mut random, node);
                    }
                }
            }
        }
        let read = Snapshot::from_bytes(&snapshot.to_bytes());
        let before = live.nodes();
        match read.and_then(|read| live.restore(&read)) {
            Ok(()) => {
                taken += 1;
                // What was taken is what was given, and runs on.
                assert!(live.snapshot(Some(1)).nodes == snapshot.nodes, "{source}");
                for bar in bars {
                    let output = live.step(bar);
                    live.values(&output);
                }
            }
            Err(_) => assert!(live.nodes() == before, "{source}: a refusal changed the state"),
        }
    }
    taken
}

#[test]
fn no_tampered_snapshot_brings_anything_down() {
    let bars = data::walk(8, 230, 100.0, 2.0);
    let exact: Vec<Bar<Decimal>> = bars.iter().map(bar_of).collect();
    let (mut all, mut taken) = (0, 0);
    for (i, program) in programs::written().into_iter().enumerate() {
        let seed = i as u64;
        if interpreter::<f64>(&program.source).nodes().is_empty() {
            continue;
        }
        taken += tampered(&program.source, &bars, seed, 12) + tampered(&program.source, &exact, seed, 3);
        all += 15;
    }
    println!("{taken} of {all} tampered snapshots hold together and were taken");
    assert!(all >= 1_000 && taken > 0);
}
