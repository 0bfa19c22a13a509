//! Modes, their shadow, and what is said when they differ.

use barlang::session::{
    Backend, Batch, Checkpoints, Edit, Execution, ExecutionMode, Incremental, Meta, Partition, Session, SessionError, Set, Settings,
    Snapshot, SnapshotError,
};
use barlang::{Bar, Interpreter, Live, Strategy, Value, ta};
use barlang_tests::data;
use barlang_tests_live::{And as _, MINUTE, alone, batch, interpreter, partition, same, state};
use std::env;
use std::fmt::Debug;
use std::process::Command;
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

/// A fault that went into checkpoints, and through them into the state before the first bar kept, before the shadow met it.
#[test]
fn a_state_made_anew_after_a_breach_has_nothing_of_the_fault() {
    let strategy = interpreter::<f64>("cum_sum(close)");
    let bars = bars(1_500);
    let execution = Execution::new(LIVE).shadowed(0.01);
    let sampled: Vec<usize> = (0..bars.len()).filter(|&i| execution.samples(bars[i].time())).collect();
    let Some(&[before, met]) = sampled.windows(2).filter_map(|pair| pair.first_chunk()).find(|[a, b]| b - a > 100) else {
        panic!("{sampled:?}")
    };
    for mode in [ExecutionMode::Batch, LIVE] {
        let execution = Execution::new(mode).shadowed(0.01);
        let settings = Settings { execution, checkpoints: Checkpoints { every: Some(5), most: 6 }, keep: Some(20) };
        let mut session = Session::new(strategy.clone(), partition("A"), settings);
        for (i, bar) in bars.iter().take(met + 200).enumerate() {
            if i == before + 1 {
                session.drill(|live| live.reset());
            }
            let answer = session.append(*bar).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(answer.meta.breaches, usize::from(i == met), "bar {i}");
            if i == met {
                session.clear_cache();
                assert!(session.strategy().nodes() == state(&strategy, &bars[..=i]).nodes(), "{mode}");
            }
        }
        assert_eq!(session.mode(), mode);
        assert!(session.strategy().nodes() == state(&strategy, &bars[..bars.len().min(met + 200)]).nodes());
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
    assert_eq!(execution.shadowed(f64::NAN), execution.shadowed(1.0));
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

/// Says to this file's own program that it is the one to read its environment.
const READER: &str = "BARLANG_TESTS_READER";

/// Not a test when run by itself: says what its environment chooses.
#[test]
fn reader() {
    if env::var_os(READER).is_some() {
        println!("{:?}", Execution::from_env().map_err(|error| error.to_string()));
    }
}

#[test]
fn the_environment_of_the_process_is_read() {
    let of = |vars: &[(&str, &str)]| {
        let mut command = Command::new(env::current_exe().unwrap_or_default());
        for name in [Execution::MODE, Execution::SHADOW, Execution::SAMPLE_RATE] {
            command.env_remove(name);
        }
        command.args(["reader", "--exact", "--nocapture"]).env(READER, "").envs(vars.iter().copied());
        String::from_utf8(command.output().unwrap_or_else(|error| panic!("{error}")).stdout).unwrap_or_default()
    };
    let says = |vars: &[(&str, &str)], wanted: Result<Execution, String>| {
        let said = of(vars);
        assert!(said.contains(&format!("{wanted:?}")), "{vars:?}: {said}, not {wanted:?}");
    };
    says(&[], Ok(Execution::default()));
    let all = [("TA_EXECUTION_MODE", "incremental"), ("TA_PARITY_SHADOW", "true"), ("TA_PARITY_SAMPLE_RATE", "0.25")];
    says(&all, Ok(Execution::new(LIVE).shadowed(0.25)));
    let wanted = "`TA_EXECUTION_MODE` is `live`: set it to `batch` or `incremental`, or leave it out";
    says(&[("TA_EXECUTION_MODE", "live")], Err(wanted.to_owned()));
}

/// What a backend says in a life with all that can happen.
fn told(mut backend: impl Backend<Strategy = Set>, bars: &[Bar], other: Bar) -> Vec<String> {
    let mut told = Vec::new();
    let columns = backend.initialize(&bars[..50]);
    let evaluated = backend.evaluate(&bars[..50]);
    told.extend((0..50).map(|i| format!("{:?}", columns.row(i))));
    assert!((0..50).all(|i| told[i] == format!("{:?}", evaluated.row(i))));
    for i in 50..80 {
        let forming = backend.preview(&bars[..i], &bars[i]);
        let closed = backend.step(&bars[..=i]);
        assert_eq!(format!("{forming:?}"), format!("{closed:?}"));
        told.push(format!("{closed:?}"));
    }
    let snapshot = backend.snapshot(&bars[..80], Some(bars[79].time()));
    told.push(snapshot.to_json());
    let mut corrected = bars.to_vec();
    corrected[60] = other;
    let replay = backend.replay(&corrected[..80], &Edit { at: 60, old: vec![bars[60]], new: 1 });
    told.push(format!("{:?} {:?}", replay.old, replay.new));
    backend.clear_cache();
    told.push(format!("{:?} {:?}", backend.step(&corrected[..81]), backend.state(&corrected[..81]).nodes()));
    // A state that is not its own leaves what it has.
    let alien = alone(interpreter::<f64>("close > 1")).snapshot(None);
    assert!(matches!(backend.restore(&alien), Err(SnapshotError::Plan { .. })));
    told.push(format!("{:?}", backend.step(&corrected[..82])));
    backend.restore(&snapshot).unwrap_or_else(|error| panic!("{error}"));
    // The bars kept begin behind the snapshot.
    told.push(format!("{:?} {:?}", backend.step(&bars[80..81]), backend.state(&bars[80..81]).nodes()));
    told
}

#[test]
fn backends_of_both_modes_and_both_makes_say_the_same() {
    let (bars, other) = (bars(90), Bar::new(60 * MINUTE, 90.0, 120.0, 80.0, 110.0, 1.0).unwrap_or_else(|error| panic!("{error}")));
    let (compiled, interpreted) = (alone(ta!(macd(close, 5, 9, 4).signal)), alone(interpreter("macd(close, 5, 9, 4).signal")));
    let checkpoints = Checkpoints { every: Some(7), most: 5 };
    let wanted = told(Batch::new(compiled.clone()), &bars, other);
    assert_eq!(told(Batch::new(interpreted.clone()), &bars, other), wanted);
    assert_eq!(told(Incremental::new(compiled, checkpoints), &bars, other), wanted);
    assert_eq!(told(Incremental::new(interpreted, checkpoints), &bars, other), wanted);
}

/// Mode, make, warm-up, replay, checkpoints and checks, on every answer.
fn accounts<T: Live<Scalar = f64>>(strategy: T, backend: &'static str) {
    let bars = bars(100);
    let checkpoints = Checkpoints { every: Some(10), most: 24 };
    for (execution, checks) in [(Execution::new(LIVE), 0), (Execution::new(LIVE).shadowed(1.0), 1), (Execution::default(), 0)] {
        let mode = execution.mode();
        let plain = Meta { mode, backend, warmup: 0, replayed: 0, is_hit: None, checks, breaches: 0 };
        let mut session = Session::new(strategy.clone(), partition("A"), Settings { execution, checkpoints, keep: None });
        for (i, bar) in bars.iter().enumerate() {
            let warmup = usize::from(i < strategy.warmup());
            let answer = session.preview(bar).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(answer.meta, Meta { warmup, checks: 0, ..plain });
            let answer = session.append(*bar).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(answer.meta, Meta { warmup, ..plain });
        }
        // From the checkpoint behind 90 bars, and from the first bar of all; batches know no checkpoints.
        let near = if mode == LIVE { (10, Some(true)) } else { (100, Some(false)) };
        for (at, (replayed, is_hit)) in [(95, near), (3, (100, Some(false)))] {
            let b = bars[at];
            let other = Bar::new(b.time(), b.open(), b.high() + 3.0, b.low(), b.high() + 3.0, b.volume());
            let change = session.correct(other.unwrap_or_else(|error| panic!("{error}"))).unwrap_or_else(|error| panic!("{error}"));
            let checks = checks * (100 - at);
            assert_eq!(change.meta, Meta { warmup: strategy.warmup().saturating_sub(at), replayed, is_hit, checks, ..plain });
        }
        let stats = session.stats();
        let hits = u64::from(mode == LIVE);
        assert_eq!((stats.mode, stats.bars, stats.replays, stats.epoch), (mode, 100, 2, 2));
        assert_eq!((stats.bars_replayed, stats.hits, stats.misses), (100 + near.0 as u64, hits, 2 - hits));
        assert_eq!((stats.checks, stats.breaches, stats.refusals), (checks as u64 * (100 + 5 + 97), 0, 0));
        let begun = session.initialize(bars[..10].to_vec()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(begun.meta, Meta { mode: ExecutionMode::Batch, warmup: 10, checks: 0, ..plain });
    }
}

#[test]
fn every_answer_says_how_it_came_about() {
    accounts(interpreter::<f64>(PROGRAM), "interpreted");
    accounts(ta!(sma(close, 20)), "compiled");
    accounts(Set::default().and("a", ta!(sma(close, 20))).and("b", interpreter::<f64>("close")), "compiled and interpreted");
}

#[test]
fn rows_of_another_set_are_refused() {
    let set = Set::default().and("a", ta!(close > open)).and("b", ta!(close + 1));
    let mut rows = set.batch(&bars(9));
    let error = set.batch_into(&bars(10), &mut rows).expect_err("a bar is missing");
    assert_eq!(error.to_string(), "the buffer of `a` has 9 elements, the history 10 bars: give it one element for each bar");
    let mut rows = Set::default().and("a", ta!(close > open)).and("c", ta!(close + 1)).batch(&bars(10));
    assert_eq!(set.batch_into(&bars(10), &mut rows).expect_err("another output").output(), "b");
}

/// What has run before it came into a set would count bars of its own, which no snapshot of the set has.
#[test]
fn a_set_begins_with_no_bar() {
    let bars = bars(60);
    let set = |bars: &[Bar]| Set::default().and("index", state(&ta!(bar_index), bars));
    let fresh = set(&[]).and("mean", ta!(ema(close, 9)));
    for mut run in [set(&bars[..20]).and("mean", ta!(ema(close, 9))), state(&set(&[]), &bars[..20]).and("mean", ta!(ema(close, 9)))] {
        let mut other = fresh.clone();
        for bar in &bars[..30] {
            run.step(bar);
        }
        other.restore(&run.snapshot(None)).unwrap_or_else(|error| panic!("{error}"));
        for (i, expected) in batch(&fresh, &bars).iter().enumerate().skip(30) {
            let (a, b) = (run.step(&bars[i]), other.step(&bars[i]));
            assert!(same(&fresh.values(&a), expected) && same(&fresh.values(&b), expected), "bar {i}");
        }
    }
}

#[test]
fn a_name_that_a_set_has_is_refused() {
    let two = || interpreter::<f64>("strategy s() { out result = close; out b = open; }");
    // Of several outputs each has its own name, whatever it is.
    let set = Set::default().and("a", two()).and("c", ta!(close));
    assert_eq!(set.names(), ["a.result", "a.b", "c"]);
    assert_eq!(set.clone().with("a", ta!(high)).expect_err("a member").name(), "a");
    assert_eq!(set.clone().with("a.b", ta!(high)).expect_err("an output").name(), "a.b");
    assert_eq!(Set::default().and("a.b", ta!(high)).with("a", two()).expect_err("an output").name(), "a.b");
}

#[test]
fn a_bar_that_is_not_there_has_nulls_of_the_right_kind() {
    let set = Set::default().and("up", ta!(close > open)).and("all", interpreter("strategy s() { out a = close; out b = high > low; }"));
    let rows = set.batch(&bars(3));
    for index in [3, usize::MAX / 3, usize::MAX / 3 + 1, usize::MAX] {
        assert_eq!(set.values(&rows.row(index)), [Value::Bool(None), Value::Num(None), Value::Bool(None)], "{index}");
    }
    assert_eq!(Set::<f64>::default().batch(&bars(3)).row(usize::MAX).iter().len(), 0);
}

#[test]
fn a_set_of_other_names_is_another_plan() {
    let set = |a: &str, b: &str| Set::default().and(a, ta!(ema(close, 5))).and(b, ta!(ema(close, 9)));
    let snapshot = state(&set("a", "b"), &bars(20)).snapshot(None);
    for mut other in [set("a", "c"), set("b", "a"), set("ab", "")] {
        let Err(SnapshotError::Plan { diff }) = other.restore(&snapshot) else { panic!("it has other names") };
        assert!(diff.contains("- [b]"), "{diff}");
    }
    set("a", "b").restore(&snapshot).unwrap_or_else(|error| panic!("{error}"));
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

/// As `docs/operations.md` says.
#[test]
fn bars_are_a_timeframe_apart_and_an_hour_less_of_longer_ones() {
    let (hour, day) = (60 * MINUTE, 24 * 60 * MINUTE);
    let is_taken = |timeframe: &str, times: &[i64]| {
        let timeframe = timeframe.parse().unwrap_or_else(|error| panic!("{error}"));
        let mut session = Session::new(interpreter::<f64>("close"), Partition::new("A", timeframe, "tests"), Settings::default());
        let bar = |&time: &i64| Bar::new(time, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap_or_else(|error| panic!("{error}"));
        session.initialize(times.iter().map(bar).collect()).is_ok()
    };
    let opening = [9 * hour + 30 * MINUTE, 10 * hour, 11 * hour];
    assert!(!is_taken("1h", &opening) && is_taken("30m", &opening));
    // The first of January, February, March and April, when the clock was put forward.
    let months = [0, 31 * day, 59 * day, 90 * day - hour];
    assert!(
        !is_taken("30d", &months) && is_taken("4w", &months) && is_taken("1d", &[0, day - hour]) && !is_taken("1d", &[0, day - hour - 1])
    );
}

#[test]
fn no_two_partitions_have_the_same_text() {
    let minute = partition("A").timeframe;
    let of =
        |symbol: &str, source: &str| Session::new(interpreter::<f64>(PROGRAM), Partition::new(symbol, minute, source), Settings::default());
    let mut session = of("A/1m/x", "y");
    session.initialize(bars(30)).unwrap_or_else(|error| panic!("{error}"));
    for (symbol, source) in [("A", "x/1m/y"), ("A\\/1m/x", "y"), ("A\\", "1m/x/1m/y")] {
        let error = of(symbol, source).restore(&session.snapshot()).expect_err("it is another partition");
        assert!(matches!(error, SessionError::Snapshot(SnapshotError::Partition { .. })), "{error}");
    }
    of("A/1m/x", "y").restore(&session.snapshot()).unwrap_or_else(|error| panic!("{error}"));
}

/// Without it a session could not tell what may follow.
#[test]
fn a_snapshot_without_the_time_of_its_last_bar_is_refused() {
    let bars = bars(30);
    let (fresh, strategy) = (interpreter::<f64>(PROGRAM), state(&interpreter(PROGRAM), &bars[..20]));
    let mut session = session(Execution::new(LIVE));
    session.initialize(bars[..20].to_vec()).unwrap_or_else(|error| panic!("{error}"));
    let before = session.snapshot();
    let error = session.restore(&strategy.snapshot(None)).expect_err("it has no time").to_string();
    assert!(error.contains("counts bars (20), but not the time of the last") && error.contains("`Live::snapshot(Some(time))`"), "{error}");
    assert!(session.snapshot() == before && session.bars().len() == 20 && session.stats().refusals == 1);
    session.restore(&strategy.snapshot(Some(bars[19].time()))).unwrap_or_else(|error| panic!("{error}"));
    assert!(session.bars().len() == 20 && session.append(bars[19]).is_err() && session.append(bars[20]).is_ok());
    session.restore(&fresh.snapshot(None)).unwrap_or_else(|error| panic!("{error}"));
    assert!(session.last_time().is_none());
    // A set of nothing counts no bars.
    let partition = Partition::new("A", "1m".parse().unwrap_or_else(|error| panic!("{error}")), "x");
    let mut empty = Session::new(Set::<f64>::default(), partition, Settings::default());
    empty.initialize(bars).unwrap_or_else(|error| panic!("{error}"));
    let snapshot = empty.snapshot();
    empty.restore(&snapshot).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_range_that_ends_before_it_begins_is_named() {
    let mut session = session(Execution::new(LIVE));
    session.initialize(bars(5)).unwrap_or_else(|error| panic!("{error}"));
    let (later, earlier) = (3 * MINUTE, 2 * MINUTE);
    let error = session.replay(later..earlier).expect_err("it is reversed").to_string();
    assert!(error.contains("ends before it begins") && error.contains("bars are kept from 1970-01-01T00:00:00Z"), "{error}");
    let error = session.replay(later..later).expect_err("it is empty").to_string();
    assert!(error.contains("which is empty, as its end does not belong to it") && !error.contains("ends before"), "{error}");
    let error = session.replay(MINUTE + 1..MINUTE + 2).expect_err("there is none").to_string();
    assert!(error.starts_with("no bar lies in the range") && !error.contains("ends before"), "{error}");
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
