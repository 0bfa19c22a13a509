//! The state of a strategy is its nodes: all of it, the same however it is run, and the same after it was written down.

use barlang::live::Pretty;
use barlang::session::{Snapshot, SnapshotError, Stats};
use barlang::{Bar, Decimal, Interpreter, Live, Scalar, Strategy};
use barlang_tests::{data, generate, programs};
use barlang_tests_live::{Number, Program, alone, bar_of, batch, compiled, interpreter, same, state};
use std::sync::LazyLock;

/// Hands the state over from one strategy to the other on every bar, now as bytes, now as text.
fn relay<A: Live, B: Live<Scalar = A::Scalar>>(source: &str, mut a: A, mut b: B, bars: &[Bar<A::Scalar>]) {
    let mut alone = a.clone();
    let expected = batch(&b, bars);
    for (i, bar) in bars.iter().enumerate() {
        let wanted = alone.step(bar);
        let (found, nodes) = if i % 2 == 0 {
            let text = b.snapshot(None).to_json();
            let read = Snapshot::from_json(&text).and_then(|read| a.restore(&read));
            read.unwrap_or_else(|error| panic!("{source}, bar {i}: {error}\n{text}"));
            let output = a.step(bar);
            (a.values(&output), a.nodes())
        } else {
            let bytes = a.snapshot(None).to_bytes();
            let read = Snapshot::from_bytes(&bytes).and_then(|read| b.restore(&read));
            read.unwrap_or_else(|error| panic!("{source}, bar {i}: {error}"));
            let output = b.step(bar);
            (b.values(&output), b.nodes())
        };
        assert!(same(&found, &alone.values(&wanted)), "{source}, bar {i}: {found:?}");
        assert!(same(&found, &expected[i]), "{source}, bar {i}: {found:?}, batch {:?}", expected[i]);
        assert!(nodes == alone.nodes(), "{source}, bar {i}:\n{}\nalone\n{}", Pretty(&nodes), Pretty(&alone.nodes()));
    }
}

static GOLDEN: LazyLock<Vec<Bar>> = LazyLock::new(|| data::golden_a().bars);
static EXACT: LazyLock<Vec<Bar<Decimal>>> = LazyLock::new(|| GOLDEN.iter().take(260).map(bar_of).collect());
static WIDE: LazyLock<Vec<Bar>> =
    LazyLock::new(|| data::hard().into_iter().filter(|data| data.name == "at the limits").flat_map(|d| d.bars).collect());

#[test]
fn compiled_and_interpreted_hand_over_to_one_another_at_every_bar() {
    for Program { source, binary, decimal } in compiled() {
        relay(source, binary.clone(), alone(interpreter::<f64>(source)), &GOLDEN);
        relay(source, binary, alone(interpreter::<f64>(source)), &WIDE);
        relay(source, decimal, alone(interpreter::<Decimal>(source)), &EXACT);
    }
}

/// Restores at random places and goes on: outputs and states are those of one that never stopped.
fn goes_on<S: Number>(source: &str, bars: &[Bar<S>]) {
    let strategy = interpreter::<S>(source);
    let expected = batch(&strategy, bars);
    let end = state(&strategy, bars).nodes();
    for at in [0, 1, 2, bars.len() / 3, bars.len() / 2, bars.len() - 1] {
        let snapshot = state(&strategy, &bars[..at]).snapshot(None);
        let mut other = state(&strategy, &bars[..7]);
        let read = Snapshot::from_json(&snapshot.to_json()).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert!(read == snapshot && Snapshot::from_bytes(&snapshot.to_bytes()).is_ok_and(|read| read == snapshot), "{source}");
        other.restore(&read).unwrap_or_else(|error| panic!("{source}, {at} bars: {error}"));
        for (i, bar) in bars.iter().enumerate().skip(at) {
            let output = other.step(bar);
            assert!(same(&other.values(&output), &expected[i]), "{source}, restored at {at}, bar {i}");
        }
        assert!(other.nodes() == end, "{source}, restored at {at}");
    }
}

#[test]
fn random_programs_go_on_from_their_nodes() {
    let bars = data::walk(31, 260, 100.0, 1.5);
    let exact: Vec<Bar<Decimal>> = bars.iter().take(150).map(bar_of).collect();
    for seed in 0..150 {
        let source = generate::program(seed);
        if programs::strategy_of(&source).is_some_and(|strategy| strategy.plan.plan().nodes.len() <= 150) {
            goes_on(&source, &bars);
            goes_on(&source, &exact);
        }
    }
}

/// Every program of the tests over data that has ever made one go wrong.
#[test]
fn written_programs_go_on_over_hard_data() {
    let hard = data::hard();
    for (i, program) in programs::written().iter().enumerate() {
        // Each over some of it, all of it over all programs.
        for data in hard.iter().filter(|data| data.bars.len() > 100).cycle().skip(5 * i).take(5) {
            goes_on(&program.source, &data.bars[..120]);
        }
    }
}

#[test]
fn a_state_can_be_read() {
    let bars = data::walk(3, 30, 100.0, 1.0);
    let strategy = state(&interpreter::<f64>("cross_over(ema(close, 3), sma(close, 20)) and (close > open)[2]"), &bars);
    let text = Pretty(&strategy.nodes()).to_string();
    assert_eq!(text.lines().count(), strategy.nodes().len());
    for part in ["ema_lag(3, 0) · bar 29 · warm-up 2/2 · available · ", "block(20) · bar 29 · warm-up 19/19", "past = [true, true]"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let json = strategy.snapshot(Some(7)).to_json();
    for part in ["\"kernel\": \"ema_lag(3, 0)\"", "\"last_time\": 7", "\"available\": true", "\"payload\": {"] {
        assert!(json.contains(part), "{part} in\n{json}");
    }
}

fn refused<S: Scalar>(result: Result<Snapshot<S>, SnapshotError>, strategy: &mut Interpreter<S>) -> SnapshotError {
    let before = strategy.nodes();
    let error = match result.and_then(|snapshot| strategy.restore(&snapshot)) {
        Ok(()) => panic!("accepted"),
        Err(error) => error,
    };
    assert!(strategy.nodes() == before, "a refusal changed the state");
    error
}

#[test]
fn what_does_not_fit_is_refused() {
    let bars = data::walk(4, 60, 100.0, 1.0);
    let source = "strategy s() { out a = ema(close, 5); out b = order(close, 17, 2, 6).upper; out c = (close > open)[3]; }";
    let mut strategy = state(&interpreter::<f64>(source), &bars);
    let snapshot = strategy.snapshot(Some(9));
    let (bytes, text) = (snapshot.to_bytes(), snapshot.to_json());

    let mut other = interpreter::<f64>("strategy s() { out a = ema(close, 6); out b = close; }");
    let SnapshotError::Plan { diff } = refused(Snapshot::from_bytes(&bytes), &mut other) else { panic!("another error") };
    let differs = |mark: char, what: &str| diff.lines().any(|line| line.starts_with(mark) && line.contains(what));
    assert!(
        differs('-', "= ema_lag(5, 0) ") && differs('+', "= ema_lag(6, 0) ") && !differs('-', "ema_lag(6") && diff.contains("- out c"),
        "{diff}"
    );

    let mut exact = interpreter::<Decimal>(source);
    for result in [Snapshot::from_bytes(&bytes), Snapshot::from_json(&text)] {
        let error = refused(result, &mut exact);
        assert!(matches!(&error, SnapshotError::Scalar { expected: "Decimal", found } if found == "f64"), "{error}");
    }

    let mut newer = snapshot.clone();
    newer.header.version += 1;
    for result in [Snapshot::from_bytes(&newer.to_bytes()), Snapshot::from_json(&newer.to_json())] {
        let error = refused(result, &mut strategy);
        assert!(matches!(error, SnapshotError::Version { found: 2 }), "{error}");
    }

    for len in 0..bytes.len() {
        let error = refused(Snapshot::from_bytes(&bytes[..len]), &mut strategy);
        assert!(matches!(error, SnapshotError::Truncated { .. }), "{len} bytes: {error}");
    }
    for len in (0..text.len()).filter(|&len| text.is_char_boundary(len)) {
        let error = refused(Snapshot::from_json(&text[..len]), &mut strategy);
        assert!(matches!(error, SnapshotError::Truncated { .. }), "{len} of {} bytes: {error}", text.len());
    }
}

/// Only what is a beginning of a snapshot is called cut off.
#[test]
fn what_never_was_a_snapshot_is_not_called_truncated() {
    for text in ["hello", "[1, 2]", "{}", "{\"checksum\": 5", "null"] {
        let error = Snapshot::<f64>::from_json(text).expect_err("it is foreign");
        assert!(matches!(error, SnapshotError::Damaged { .. }), "{text}: {error}");
        let error = Snapshot::<f64>::from_bytes(text.as_bytes()).expect_err("it is foreign");
        assert!(matches!(error, SnapshotError::Damaged { .. }), "{text}: {error}");
    }
    let error = Snapshot::<f64>::from_json("{\"checksum\":").expect_err("it is cut off").to_string();
    assert!(error.contains("ends too early, after 12 bytes"), "{error}");
}

#[test]
fn counts_that_no_history_reaches_are_refused() {
    let mut strategy = state(&interpreter::<f64>("ema(close, 5)"), &data::walk(4, 20, 100.0, 1.0));
    let honest = strategy.snapshot(Some(9));
    for epoch in [1 << 53, u64::MAX] {
        let mut snapshot = honest.clone();
        snapshot.header.epoch = epoch;
        snapshot.nodes.iter_mut().for_each(|node| node.epoch = epoch);
        let error = refused(Ok(snapshot), &mut strategy).to_string();
        assert!(error.contains(&format!("{epoch} replays")), "{error}");
    }
    let mut total = Stats { epoch: u64::MAX - 1, ..Stats::default() };
    total.add(&Stats { epoch: 5, bars: 7, ..Stats::default() });
    assert_eq!((total.epoch, total.bars), (u64::MAX, 7));
}

#[test]
fn a_single_changed_byte_is_refused() {
    let bars = data::walk(4, 40, 100.0, 1.0);
    let mut strategy = state(&interpreter::<f64>("ema(close, 5) > sma(close[2], 6)"), &bars);
    let snapshot = strategy.snapshot(Some(9));
    let (bytes, text) = (snapshot.to_bytes(), snapshot.to_json());
    for at in 0..bytes.len() {
        for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            refused(Snapshot::from_bytes(&changed), &mut strategy);
        }
    }
    for at in 0..text.len() {
        for change in [1, 2, 4, 8, 16, 32, 64] {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= change;
            // What is no text any more cannot be given.
            if let Ok(changed) = String::from_utf8(changed) {
                refused(Snapshot::from_json(&changed), &mut strategy);
            }
        }
    }
}
