//! Modes, their shadow, and what is said when they differ.

use barlang::session::{Execution, ExecutionMode, Session, SessionError, Settings, Snapshot, SnapshotError};
use barlang::{Bar, Interpreter, Live, Strategy, Value};
use barlang_tests::data;
use barlang_tests_live::{MINUTE, batch, interpreter, partition, same, state};
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const PROGRAM: &str = "strategy s() { out long = close > ema(close, 9); out mean = sma(close, 20); }";

fn bars(len: i64) -> Vec<Bar> {
    let walk = data::walk(21, len as usize, 100.0, 1.0);
    let at = |(i, bar): (usize, &Bar)| Bar::new(i as i64 * MINUTE, bar.open(), bar.high(), bar.low(), bar.close(), bar.volume());
    walk.iter().enumerate().map(at).collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}"))
}

fn session(execution: Execution) -> Session<Interpreter> {
    Session::new(interpreter(PROGRAM), partition("A"), Settings { execution, ..Settings::default() })
}

const LIVE: ExecutionMode = ExecutionMode::Incremental;

#[test]
fn a_fault_is_found_reported_and_not_served() {
    let bars = bars(300);
    let strategy = interpreter::<f64>(PROGRAM);
    let expected = batch(&strategy, &bars);
    for mode in [ExecutionMode::Batch, LIVE] {
        let mut session = session(Execution::new(mode).shadowed(1.0));
        session.initialize(bars[..200].to_vec()).unwrap_or_else(|error| panic!("{error}"));
        for (i, bar) in bars.iter().enumerate().skip(200) {
            if i == 240 {
                session.drill(|live| live.reset());
            }
            let answer = session.append(*bar).unwrap_or_else(|error| panic!("{error}"));
            assert!(same(&strategy.values(&answer.output), &expected[i]), "{mode}, bar {i}");
            assert_eq!(answer.meta.breaches, usize::from(i == 240));
            assert_eq!(answer.meta.mode, if i < 240 { mode } else { ExecutionMode::Batch });
        }
        let [breach] = session.breaches() else { panic!("{} breaches", session.breaches().len()) };
        assert_eq!((breach.bar, breach.time, breach.output.as_str()), (240, 240 * MINUTE, "long"));
        assert_eq!((&Value::Bool(None), &expected[240][0]), (&breach.incremental, &breach.batch));
        // The snapshot is the state that was at fault, just before the bar.
        let mut again = strategy.clone();
        again.restore(&breach.before).unwrap_or_else(|error| panic!("{error}"));
        let output = again.step(&bars[240]);
        assert!(strategy.values(&output)[0].is_same(breach.incremental));
        let report = breach.to_string();
        assert!(report.contains("A/1m/tests at bar 240") && report.contains("output `long`"), "{report}");
        let stats = session.stats();
        assert_eq!((stats.checks, stats.breaches, stats.mode), (41, 1, ExecutionMode::Batch));
        // Made anew from the history, the state serves again.
        session.clear_cache();
        assert!(session.mode() == mode && session.strategy().nodes() == state(&strategy, &bars).nodes());
    }
}

#[test]
fn a_replay_is_compared_too() {
    let bars = bars(120);
    let strategy = interpreter::<f64>(PROGRAM);
    let mut session = session(Execution::new(LIVE).shadowed(1.0));
    session.initialize(bars.clone()).unwrap_or_else(|error| panic!("{error}"));
    let other = Bar::new(50 * MINUTE, 100.0, 130.0, 90.0, 120.0, 1.0).unwrap_or_else(|error| panic!("{error}"));
    let change = session.correct(other).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((change.meta.checks, change.meta.breaches, change.meta.mode, change.meta.replayed), (70, 0, LIVE, 120));
    // As far as the mean of 20 reaches.
    assert_eq!(change.range, Some(50 * MINUTE..=69 * MINUTE));
    let mut corrected = bars;
    corrected[50] = other;
    let expected = batch(&strategy, &corrected);
    assert!(change.new.iter().zip(&expected[50..]).all(|((_, output), expected)| same(&strategy.values(output), expected)));
}

#[test]
fn the_sample_is_chosen_by_the_time_alone() {
    let execution = Execution::new(LIVE).shadowed(0.25);
    let chosen: Vec<i64> = (0..40_000).map(|i| i * MINUTE).filter(|&time| execution.samples(time)).collect();
    assert!((9_500..10_500).contains(&chosen.len()), "{}", chosen.len());
    assert!(chosen.iter().all(|&time| Execution::new(ExecutionMode::Batch).shadowed(0.3).samples(time)), "a larger rate compares more");
    assert!((0..999).all(|time| !execution.shadowed(0.0).samples(time) && execution.shadowed(1.0).samples(time)));
    let bars = bars(400);
    let mut session = session(execution);
    for bar in &bars {
        let answer = session.append(*bar).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(answer.meta.checks, usize::from(execution.samples(bar.time())));
    }
}

#[test]
fn the_environment_chooses() {
    let of = |vars: &[(&str, &str)]| {
        Execution::from_vars(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())).map_err(|e| e.to_string())
    };
    assert_eq!(of(&[]), Ok(Execution::default()));
    assert_eq!(of(&[("TA_EXECUTION_MODE", "batch")]), Ok(Execution::new(ExecutionMode::Batch)));
    let all = [("TA_EXECUTION_MODE", "incremental"), ("TA_PARITY_SHADOW", "true"), ("TA_PARITY_SAMPLE_RATE", "0.5")];
    assert_eq!(of(&all), Ok(Execution::new(LIVE).shadowed(0.5)));
    for (name, value, accepted) in [
        ("TA_EXECUTION_MODE", "fast", "`batch` or `incremental`"),
        ("TA_EXECUTION_MODE", "", "`batch` or `incremental`"),
        ("TA_PARITY_SHADOW", "yes", "`true` or `false`"),
        ("TA_PARITY_SAMPLE_RATE", "1.5", "a number from 0 to 1"),
        ("TA_PARITY_SAMPLE_RATE", "-0.1", "a number from 0 to 1"),
        ("TA_PARITY_SAMPLE_RATE", "NaN", "a number from 0 to 1"),
        ("TA_PARITY_SAMPLE_RATE", "often", "a number from 0 to 1"),
    ] {
        assert_eq!(of(&[(name, value)]), Err(format!("`{name}` is `{value}`: set it to {accepted}, or leave it out")));
    }
}

#[test]
fn a_snapshot_of_another_partition_is_refused() {
    let mut session = session(Execution::new(LIVE));
    session.initialize(bars(50)).unwrap_or_else(|error| panic!("{error}"));
    let before = session.snapshot();
    let mut other = Session::new(interpreter::<f64>(PROGRAM), partition("B"), Settings::default());
    let error = other.restore(&before).expect_err("it is another partition");
    assert!(matches!(&error, SessionError::Snapshot(SnapshotError::Partition { .. })), "{error}");
    assert!(error.to_string().contains("belongs to `A/1m/tests`, the session to `B/1m/tests`"), "{error}");
    assert_eq!(other.stats().refusals, 1);
    let strategy = interpreter::<f64>("close > 1");
    let alien: Snapshot = strategy.snapshot(None);
    assert!(matches!(session.restore(&alien), Err(SessionError::Snapshot(SnapshotError::Plan { .. }))));
    assert!(session.snapshot() == before);
}

#[test]
fn what_is_no_longer_kept_is_named() {
    let settings = Settings { keep: Some(100), ..Settings { execution: Execution::new(LIVE), ..Settings::default() } };
    let mut session = Session::new(interpreter::<f64>(PROGRAM), partition("A"), settings);
    let bars = bars(2_000);
    for bar in &bars {
        session.append(*bar).unwrap_or_else(|error| panic!("{error}"));
        assert!(session.bars().len() <= 100 * 2 + 256 + 1);
    }
    assert!(session.bars().len() >= 100);
    let oldest = session.bars()[0].time();
    let error = session.correct(bars[3]).expect_err("it is too old");
    assert!(matches!(error, SessionError::TooOld { oldest: Some(time), .. } if time == oldest), "{error}");
    assert!(error.to_string().contains("begins at 1970-01-0"), "{error}");
}

/// Keeps what is said, a line an event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {field}={value:?}"));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap_or_else(|error| panic!("{error}")).push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn what_happens_is_told() {
    let log = Log::default();
    let bars = bars(60);
    tracing::subscriber::with_default(log.clone(), || {
        let mut session = session(Execution::new(LIVE).shadowed(1.0));
        session.initialize(bars[..50].to_vec()).unwrap_or_else(|error| panic!("{error}"));
        session.replay(40 * MINUTE..50 * MINUTE).unwrap_or_else(|error| panic!("{error}"));
        session.append(bars[3]).expect_err("it is late");
        session.drill(|live| live.reset());
        session.append(bars[50]).unwrap_or_else(|error| panic!("{error}"));
    });
    let lines = log.0.lock().unwrap_or_else(|error| panic!("{error}")).clone();
    let [replay, refused, breach] = &lines[..] else { panic!("{lines:#?}") };
    assert!(replay.starts_with("INFO message=replay partition=A/1m/tests time=2400000000000 bars=50 hit=false epoch=1"), "{replay}");
    assert!(refused.starts_with("WARN message=refused partition=A/1m/tests error=the bar of 1970-01-01T00:03:00Z"), "{refused}");
    assert!(
        breach.starts_with("ERROR message=parity breach") && breach.contains("bar=50") && breach.contains("output=\"long\""),
        "{breach}"
    );
}
