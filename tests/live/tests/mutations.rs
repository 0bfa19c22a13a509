//! Snapshots that were tampered with and sealed again: taken or refused, but never a panic, and never a change without being taken.

use barlang::live::{Cell, Content, NodeState};
use barlang::session::{Set, Snapshot};
use barlang::{Bar, Decimal, Live, Strategy};
use barlang_tests::random::Random;
use barlang_tests::{data, programs};
use barlang_tests_live::{Number, Program, alone, bar_of, compiled, interpreter, state};

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
fn tampered<S: Number>(source: &str, strategy: &Set<S>, bars: &[Bar<S>], seed: u64, times: usize) -> usize {
    let mut random = Random::new(seed);
    let mut taken = 0;
    for _ in 0..times {
        let at = random.below(bars.len());
        let mut live = state(strategy, &bars[..at]);
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
    let mut check = |source: &str, binary: Set, decimal: Set<Decimal>| {
        if !binary.nodes().is_empty() {
            all += 15;
            taken += tampered(source, &binary, &bars, all as u64, 12) + tampered(source, &decimal, &exact, all as u64, 3);
        }
    };
    for Program { source, binary, decimal } in compiled() {
        check(source, binary, decimal);
    }
    for program in programs::written() {
        check(&program.source, alone(interpreter(&program.source)), alone(interpreter(&program.source)));
    }
    println!("{taken} of {all} tampered snapshots hold together and were taken");
    assert!(all >= 1_000 && taken > 0);
}

/// Cuts, doubles, swaps and overwrites parts of a document.
fn mangled(random: &mut Random, document: &[u8]) -> Vec<u8> {
    let mut bytes = document.to_vec();
    for _ in 0..1 + random.below(3) {
        let (a, b) = (random.below(bytes.len()), random.below(bytes.len()));
        let (from, to) = (a.min(b), (a.max(b) + 1).min(a.min(b) + 40));
        match random.below(4) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let part = bytes[from..to].to_vec();
                bytes.splice(b..b, part);
            }
            2 => bytes.swap(a, b),
            _ => bytes[from..to].iter_mut().for_each(|byte| *byte = random.bits() as u8),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

#[test]
fn no_mangled_document_is_read() {
    let bars = data::walk(9, 50, 100.0, 2.0);
    let strategy = state(&interpreter::<f64>("ema(close, 5) > sma(close[2], 6) and median(close, 5) > low"), &bars);
    let snapshot = strategy.snapshot(Some(9));
    let (bytes, text) = (snapshot.to_bytes(), snapshot.to_json());
    let mut random = Random::new(6);
    let mut count = 0;
    while count < 4_000 {
        let mangled_bytes = mangled(&mut random, &bytes);
        assert!(mangled_bytes == bytes || Snapshot::<f64>::from_bytes(&mangled_bytes).is_err());
        let mangled_text = String::from_utf8_lossy(&mangled(&mut random, text.as_bytes())).into_owned();
        assert!(mangled_text == text || Snapshot::<f64>::from_json(&mangled_text).is_err(), "{mangled_text}");
        count += 2;
    }
}
