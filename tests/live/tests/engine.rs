//! Many partitions side by side: the same answers on any number of threads, and no error that spreads.

use barlang::session::{
    AnyStrategy, Engine, Event, Execution, ExecutionMode, Info, Outcome, Partition, Reply, SessionError, Set, Settings, Snapshot,
};
use barlang::state::Visitor;
use barlang::{Bar, Interpreter, Row, Scalar, Value, ta};
use barlang_tests::random::Random;
use barlang_tests_live::{And as _, MINUTE, batch, interpreter, partition, random_bar, same, state};
use std::collections::BTreeMap;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn set() -> Set {
    Set::default()
        .and("cross", ta!(cross_over(ema(close, 5), ema(close, 13))))
        .and("bands", interpreter::<f64>("strategy b() { let b = bbands(close, 12); out upper = b.upper; out lower = b.lower; }"))
        .and("top", ta!(highest(high, 30)))
}

fn partitions(count: usize) -> Vec<Partition> {
    (0..count).map(|i| partition(&format!("S{i:03}"))).collect()
}

fn engine(partitions: &[Partition]) -> Engine {
    let execution = Execution::new(ExecutionMode::Incremental).shadowed(0.1);
    let mut engine = Engine::default();
    for partition in partitions {
        engine.add(partition.clone(), set(), Settings { execution, ..Settings::default() });
    }
    engine
}

/// Bars for all, and corrections; histories as they should be in the end.
fn script(partitions: &[Partition]) -> (Vec<(&Partition, Event)>, BTreeMap<&Partition, Vec<Bar>>) {
    let mut random = Random::new(3);
    let mut histories: BTreeMap<&Partition, Vec<Bar>> = BTreeMap::new();
    let mut events = Vec::new();
    for i in 0..80 {
        for partition in partitions {
            let history = histories.entry(partition).or_default();
            let bar = random_bar(&mut random, 2 * i * MINUTE);
            history.push(bar);
            events.push((partition, Event::Append(bar)));
            if random.once_in(10) {
                let at = random.below(history.len());
                let bar = random_bar(&mut random, history[at].time());
                history[at] = bar;
                events.push((partition, Event::Correct(bar)));
            }
        }
    }
    (events, histories)
}

fn outputs(outcomes: &[Outcome<f64>]) -> Vec<String> {
    outcomes.iter().map(|outcome| format!("{outcome:?}")).collect()
}

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let partitions = partitions(23);
    let (events, histories) = script(&partitions);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap_or_else(|error| panic!("{error}"));
        let mut engine = engine(&partitions);
        let outcomes = pool.install(|| engine.run(&events));
        (outputs(&outcomes), engine)
    };
    let (one, engine) = run(1);
    for threads in [2, 5] {
        assert!(run(threads).0 == one, "{threads} threads");
    }
    for (partition, bars) in histories {
        let session = engine.session(partition).unwrap_or_else(|| panic!("{partition} is gone"));
        assert!(session.strategy().nodes_of(&state(&set(), &bars)), "{partition}");
    }
    let total = engine.total();
    assert_eq!((total.events as usize, total.errors, total.stopped, total.stats.breaches), (events.len(), 0, 0, 0));
    assert_eq!(total.stats.bars, 23 * 80);
    assert_eq!(engine.metrics().map(|(_, metrics)| metrics.events).sum::<u64>(), total.events);
    assert!(total.stats.checks > 100 && total.stats.replays > 100);
}

/// Whether two strategies are in the same state.
trait NodesOf {
    fn nodes_of(&self, other: &Self) -> bool;
}

impl<T: barlang::Live> NodesOf for T {
    fn nodes_of(&self, other: &Self) -> bool {
        self.nodes() == other.nodes()
    }
}

#[test]
fn an_error_stops_its_partition_alone() {
    let partitions = partitions(3);
    let (mut events, _) = script(&partitions);
    let clean = engine(&partitions).run(&events);
    let late = random_bar(&mut Random::new(1), 3 * MINUTE);
    events.insert(100, (&partitions[1], Event::Append(late)));
    let mut engine = engine(&partitions);
    let mut outcomes = engine.run(&events);
    let refused = outcomes.remove(100);
    assert!(matches!(refused, Err(SessionError::OutOfOrder { .. })), "{refused:?}");
    events.remove(100);
    for (i, ((partition, _), (outcome, clean))) in events.iter().zip(outcomes.iter().zip(&clean)).enumerate() {
        if *partition == &partitions[1] && i >= 100 {
            assert!(matches!(outcome, Err(SessionError::Stopped { .. })), "{outcome:?}");
        } else {
            assert_eq!(format!("{outcome:?}"), format!("{clean:?}"));
        }
    }
    assert_eq!((engine.total().stopped, engine.total().errors), (1, 1));
    let because = engine.resume(&partitions[1]).unwrap_or_default();
    assert!(because.contains("does not come after the last"), "{because}");
    let next = random_bar(&mut Random::new(1), 1_000 * MINUTE);
    let outcomes = engine.run(&[(&partitions[1], Event::Append(next)), (&partition("unknown"), Event::Append(next))]);
    assert!(outcomes[0].is_ok() && matches!(outcomes[1], Err(SessionError::NoSuchPartition { .. })), "{outcomes:?}");
}

/// A strategy of a user's own that panics on bars of this volume, for as long as it is broken: after it took the bar, as if a later line of
/// its step had failed.
#[derive(Clone)]
struct Fragile {
    inner: Interpreter,
    is_broken: Arc<AtomicBool>,
}

const BAD_VOLUME: f64 = 666.0;

impl Fragile {
    fn new() -> Self {
        Fragile { inner: interpreter("ema(close, 4) + sma(open, 6)"), is_broken: Arc::new(AtomicBool::new(true)) }
    }
    fn meet(&self, bar: &Bar) {
        if bar.volume() == BAD_VOLUME && self.is_broken.load(Ordering::Relaxed) {
            panic!("no bar of {BAD_VOLUME} lots was foreseen");
        }
    }
}

impl AnyStrategy<f64> for Fragile {
    fn step_any(&mut self, bar: &Bar, put: &mut dyn FnMut(Value)) {
        self.inner.step_any(bar, put);
        self.meet(bar);
    }
    fn batch_any(&self, bars: &[Bar], put: &mut dyn FnMut(usize, usize, Value)) {
        bars.iter().for_each(|bar| self.meet(bar));
        self.inner.batch_any(bars, put);
    }
    fn reset_any(&mut self) {
        self.inner.reset_any();
    }
    fn nulls(&self) -> Vec<Value> {
        self.inner.nulls()
    }
    fn info(&self) -> Info<'_> {
        AnyStrategy::info(&self.inner)
    }
    fn visit_any(&mut self, v: &mut dyn Visitor<<f64 as Scalar>::Cell>) {
        self.inner.visit_any(v);
    }
    fn copy(&self) -> Box<dyn AnyStrategy<f64>> {
        Box::new(self.clone())
    }
}

/// Runs without the panics being printed.
fn quietly<R>(run: impl FnOnce() -> R) -> R {
    let told = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = run();
    panic::set_hook(told);
    result
}

#[test]
fn a_panic_of_a_strategy_stops_its_partition_alone() {
    let partitions = partitions(5);
    let (mut events, histories) = script(&partitions);
    let clean = fragile(&partitions, ExecutionMode::Incremental).0.run(&events);
    // From the 100th event on, one of them meets a bar that its strategy cannot take.
    let last = &events[..100].iter().rev().find_map(|(partition, event)| match event {
        Event::Append(bar) if *partition == &partitions[2] => Some(*bar),
        _ => None,
    });
    let Some(last) = last else { panic!("no bar came") };
    let bad = Bar::new(last.time() + MINUTE, 1.0, 1.0, 1.0, 1.0, BAD_VOLUME).unwrap_or_else(|error| panic!("{error}"));
    events.insert(100, (&partitions[2], Event::Append(bad)));
    for mode in [ExecutionMode::Incremental, ExecutionMode::Batch] {
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap_or_else(|error| panic!("{error}"));
            let (mut engine, is_broken) = fragile(&partitions, mode);
            let mut outcomes = quietly(|| pool.install(|| engine.run(&events)));
            let panicked = outcomes.remove(100).expect_err("the strategy panicked").to_string();
            let expected = "the partition `S002/1m/tests` has stopped: a strategy panicked: no bar of 666 lots was foreseen; initialize it \
                            with bars that the strategy can take, then `Engine::resume`";
            assert_eq!(panicked, expected);
            let rest = events.iter().enumerate().filter(|(i, _)| *i != 100).map(|(i, event)| (i, event.0));
            let mut skipped = 0;
            for (((i, partition), outcome), clean) in rest.zip(&outcomes).zip(&clean) {
                if partition == &partitions[2] && i > 100 {
                    assert!(matches!(outcome, Err(SessionError::Stopped { .. })), "{outcome:?}");
                    skipped += 1;
                } else {
                    assert!(answers(outcome) == answers(clean), "{partition}: {outcome:?}, not {clean:?}");
                }
            }
            // The others stand where their histories lead.
            for (partition, bars) in histories.iter().filter(|(partition, _)| **partition != &partitions[2]) {
                let session = engine.session(partition).unwrap_or_else(|| panic!("{partition} is gone"));
                assert!(session.strategy().nodes_of(&state(&set().and("fragile", Fragile::new()), bars)), "{partition}");
            }
            let total = engine.total();
            assert_eq!((total.stopped, total.errors, total.events as usize), (1, 1, events.len() - skipped));
            for (partition, metrics) in engine.metrics() {
                let is_stopped = usize::from(partition == &partitions[2]);
                assert_eq!((metrics.stopped, metrics.errors as usize), (is_stopped, is_stopped), "{partition}");
            }
            mended(&mut engine, &partitions[2], &is_broken, mode);
        }
    }
}

/// Resumes what stopped: in vain while the strategy is broken, and with the right state once it is not.
fn mended(engine: &mut Engine, partition: &Partition, is_broken: &AtomicBool, mode: ExecutionMode) {
    let because = quietly(|| engine.resume(partition)).unwrap_or_default();
    assert_eq!(because, "a strategy panicked: no bar of 666 lots was foreseen");
    let next = random_bar(&mut Random::new(1), 1_000 * MINUTE);
    let again = quietly(|| engine.run(&[(partition, Event::Append(next))]));
    assert!(matches!(again[0], Err(SessionError::Stopped { .. })), "{mode}: the state was torn, {again:?}");
    is_broken.store(false, Ordering::Relaxed);
    assert!(engine.resume(partition).is_some_and(|because| because.contains("666")));
    let after = random_bar(&mut Random::new(1), 1_001 * MINUTE);
    let outcomes = engine.run(&[(partition, Event::Append(after))]);
    let session = engine.session(partition).unwrap_or_else(|| panic!("it is gone"));
    let bars = session.bars();
    assert!(bars.iter().any(|bar| bar.volume() == BAD_VOLUME) && bars.last() == Some(&after));
    let mut fragile = Fragile::new();
    fragile.is_broken = Arc::new(AtomicBool::new(false));
    let strategy = set().and("fragile", fragile);
    assert!(session.strategy().nodes_of(&state(&strategy, bars)), "{mode}: the state is not that of its bars");
    let Ok(Reply::Bar(answer)) = &outcomes[0] else { panic!("{outcomes:?}") };
    let values: Vec<Value> = answer.output.iter().map(|(_, value)| value).collect();
    assert!(batch(&strategy, bars).last().is_some_and(|expected| same(expected, &values)));
    is_broken.store(true, Ordering::Relaxed);
}

/// Outputs, whatever their account says of the mode.
fn answers(outcome: &Outcome<f64>) -> String {
    match outcome {
        Ok(Reply::Bar(answer)) => format!("{:?}", answer.output),
        Ok(Reply::Change(change)) => format!("{:?} {:?} {:?}", change.range, change.old, change.new),
        Err(error) => error.to_string(),
    }
}

fn fragile(partitions: &[Partition], mode: ExecutionMode) -> (Engine, Arc<AtomicBool>) {
    let (mut engine, strategy) = (Engine::default(), Fragile::new());
    for partition in partitions {
        let settings = Settings { execution: Execution::new(mode), ..Settings::default() };
        engine.add(partition.clone(), set().and("fragile", strategy.clone()), settings);
    }
    (engine, strategy.is_broken)
}

/// What the errors say is what helps.
#[test]
fn what_stopped_goes_on_as_its_error_says() {
    let partition = partition("A");
    let mut random = Random::new(4);
    let bars: Vec<Bar> = (0..40).map(|i| random_bar(&mut random, i * MINUTE)).collect();
    let bad = Bar::new(20 * MINUTE, 1.0, 1.0, 1.0, 1.0, BAD_VOLUME).unwrap_or_else(|error| panic!("{error}"));
    for mode in [ExecutionMode::Incremental, ExecutionMode::Batch] {
        let (mut engine, _) = fragile(std::slice::from_ref(&partition), mode);
        let take = |engine: &mut Engine, bar: Bar| quietly(|| engine.run(&[(&partition, Event::Append(bar))])).remove(0);
        assert!(bars[..20].iter().all(|bar| take(&mut engine, *bar).is_ok()));
        for _ in 0..2 {
            // The panic itself, and what comes behind it.
            let error = take(&mut engine, bad).expect_err("it panicked").to_string();
            assert!(error.contains("initialize it with bars that the strategy can take, then `Engine::resume`"), "{error}");
        }
        assert!(engine.initialize(vec![(partition.clone(), bars[..30].to_vec())])[0].is_ok());
        assert!(engine.resume(&partition).is_some() && take(&mut engine, bars[30]).is_ok());
        let late = take(&mut engine, bars[30]);
        assert!(late.is_err());
        let error = take(&mut engine, bars[31]).expect_err("it has stopped").to_string();
        assert!(error.contains("mend it with `Engine::session_mut`, then `Engine::resume`"), "{error}");
        assert!(engine.resume(&partition).is_some() && take(&mut engine, bars[31]).is_ok());
        let session = engine.session(&partition).unwrap_or_else(|| panic!("it is gone"));
        assert!(session.strategy().nodes_of(&state(&set().and("fragile", Fragile::new()), &bars[..32])), "{mode}");
    }
}

#[test]
fn a_panic_over_a_history_leaves_what_was_there() {
    let partitions = partitions(3);
    let mut random = Random::new(9);
    let bars: Vec<Bar> = (0..60).map(|i| random_bar(&mut random, i * MINUTE)).collect();
    let mut bad = bars.clone();
    bad[30] = Bar::new(bars[30].time(), 1.0, 1.0, 1.0, 1.0, BAD_VOLUME).unwrap_or_else(|error| panic!("{error}"));
    for mode in [ExecutionMode::Incremental, ExecutionMode::Batch] {
        let (mut engine, _) = fragile(&partitions, mode);
        let first = engine.initialize(partitions.iter().map(|partition| (partition.clone(), bars.clone())).collect());
        assert!(first.iter().all(Result::is_ok));
        let snapshots: Vec<Snapshot> = snapshots(&engine, &partitions);
        let histories =
            vec![(partitions[0].clone(), bars.clone()), (partitions[1].clone(), bad.clone()), (partitions[2].clone(), bars.clone())];
        let begun = quietly(|| engine.initialize(histories));
        assert!(begun[0].is_ok() && begun[2].is_ok() && matches!(begun[1], Err(SessionError::Stopped { .. })), "{begun:?}");
        assert_eq!(engine.total().stopped, 1);
        assert!(self::snapshots(&engine, &partitions) == snapshots);
        // What it had is whole, so that it may go on.
        assert!(engine.resume(&partitions[1]).is_some());
        let next = random_bar(&mut random, 100 * MINUTE);
        let outcomes = engine.run(&partitions.iter().map(|partition| (partition, Event::Append(next))).collect::<Vec<_>>());
        assert!(outcomes.iter().all(|outcome| answers(outcome) == answers(&outcomes[0])) && outcomes[0].is_ok());
    }
}

fn snapshots(engine: &Engine, partitions: &[Partition]) -> Vec<Snapshot> {
    let of = |partition| engine.session(partition).map(barlang::session::Session::snapshot);
    partitions.iter().filter_map(of).collect()
}

#[test]
fn histories_begin_and_snapshots_pass_between_engines() {
    let partitions = partitions(4);
    let mut random = Random::new(9);
    let bars: Vec<Bar> = (0..120).map(|i| random_bar(&mut random, i * MINUTE)).collect();
    let mut engine = engine(&partitions);
    let mut histories: Vec<_> = partitions.iter().map(|partition| (partition.clone(), bars[..100].to_vec())).collect();
    histories.push((partition("unknown"), Vec::new()));
    histories.push((partitions[0].clone(), vec![bars[1], bars[0]]));
    let begun = engine.initialize(histories);
    assert!(matches!(begun[4], Err(SessionError::NoSuchPartition { .. })));
    assert!(matches!(begun[5], Err(SessionError::OutOfOrder { .. })));
    let expected = batch(&set(), &bars);
    let row = |row: &Row| row.iter().map(|(_, value)| value).collect::<Vec<_>>();
    for baseline in &begun[1..4] {
        let Ok(baseline) = baseline else { panic!("{baseline:?}") };
        assert!((0..100).all(|i| same(&row(&baseline.columns.row(i)), &expected[i])));
    }
    let snapshot = engine.session(&partitions[2]).map(barlang::session::Session::snapshot).unwrap_or_else(|| panic!("it is gone"));
    let mut other = self::engine(&partitions);
    let session = other.session_mut(&partitions[2]).unwrap_or_else(|| panic!("it is gone"));
    session.restore(&snapshot).unwrap_or_else(|error| panic!("{error}"));
    let outcomes = other.run(&bars[100..].iter().map(|bar| (&partitions[2], Event::Append(*bar))).collect::<Vec<_>>());
    for (outcome, expected) in outcomes.iter().zip(&expected[100..]) {
        let Ok(Reply::Bar(answer)) = outcome else { panic!("{outcome:?}") };
        assert!(same(&row(&answer.output), expected));
    }
}
