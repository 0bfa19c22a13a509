//! Many partitions side by side: the same answers on any number of threads, and no error that spreads.

use barlang::session::{Engine, Event, Execution, ExecutionMode, Outcome, Partition, Reply, SessionError, Set, Settings};
use barlang::{Bar, Row, ta};
use barlang_tests::random::Random;
use barlang_tests_live::{MINUTE, batch, interpreter, partition, random_bar, same, state};
use std::collections::BTreeMap;

fn set() -> Set {
    Set::default()
        .with("cross", ta!(cross_over(ema(close, 5), ema(close, 13))))
        .with("bands", interpreter::<f64>("strategy b() { let b = bbands(close, 12); out upper = b.upper; out lower = b.lower; }"))
        .with("top", ta!(highest(high, 30)))
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
