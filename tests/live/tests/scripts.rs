//! Random programs under random events: whatever happens to a history, a session says what a fresh batch over it would say.

use barlang::live::Pretty;
use barlang::session::{Change, Checkpoints, Execution, ExecutionMode, Session, SessionError, Settings, Snapshot};
use barlang::{Bar, Decimal, Interpreter, Live, Row, Strategy, Value};
use barlang_tests::random::Random;
use barlang_tests::{generate, programs};
use barlang_tests_live::{MINUTE, Number, Program, batch, compiled, interpreter, partition, random_bar, same, state};

/// A session, and the history that it should have.
struct Script<T: Live> {
    source: String,
    random: Random,
    session: Session<T>,
    strategy: T,
    bars: Vec<Bar<T::Scalar>>,
    /// The first bar that may still change.
    oldest: usize,
    /// Snapshots taken, each with the history behind it.
    kept: Vec<(Snapshot<T::Scalar>, Vec<Bar<T::Scalar>>)>,
}

impl<S: Number, T: Live<Scalar = S>> Script<T> {
    fn new(source: &str, strategy: T, seed: u64, settings: Settings) -> Self {
        let session = Session::new(strategy.clone(), partition("A"), settings);
        Script { source: source.to_owned(), random: Random::new(seed), session, strategy, bars: Vec::new(), oldest: 0, kept: Vec::new() }
    }

    fn fail(&self, what: &str) -> ! {
        panic!("{}\n{what}, {} bars, {:?}", self.source, self.bars.len(), self.session.mode())
    }

    fn next_time(&mut self) -> i64 {
        let gap = 1 + self.random.below(4) as i64;
        self.bars.last().map_or(1_000, |bar| bar.time() / MINUTE + gap) * MINUTE
    }

    /// What a batch over the history says of its last bars.
    fn expected(&self, from: usize) -> Vec<Vec<Value<S>>> {
        batch(&self.strategy, &self.bars).split_off(from)
    }

    fn check(&mut self) {
        let state = state(&self.strategy, &self.bars);
        let snapshot = self.session.snapshot();
        let found = self.session.strategy().nodes();
        if found != state.nodes() {
            self.fail(&format!("the state is\n{}it should be\n{}", Pretty(&found), Pretty(&state.nodes())));
        }
        let is_right = snapshot.header.bars == self.bars.len() as u64 && snapshot.header.last_time == self.bars.last().map(Bar::time);
        if !is_right {
            self.fail("the snapshot's place");
        }
        let kept = &self.bars[self.bars.len() - self.session.bars().len()..];
        if kept != self.session.bars() || self.session.stats().breaches > 0 {
            self.fail(&format!("the history, or a breach: {:?}", self.session.breaches()));
        }
    }

    fn append(&mut self) {
        let time = self.next_time();
        let bar = random_bar(&mut self.random, time);
        let before = self.session.snapshot().to_bytes();
        for _ in 0..self.random.below(3) {
            let other = random_bar(&mut self.random, time);
            let answer = self.session.preview(&other).unwrap_or_else(|error| panic!("{error}"));
            self.bars.push(other);
            let expected = self.expected(self.bars.len() - 1);
            self.bars.pop();
            if !same(&self.strategy.values(&answer.output), &expected[0]) {
                self.fail("a preview");
            }
        }
        if self.session.snapshot().to_bytes() != before {
            self.fail("a preview changed the state");
        }
        let answer = self.session.append(bar).unwrap_or_else(|error| panic!("{error}"));
        self.bars.push(bar);
        let expected = self.expected(self.bars.len() - 1);
        if !same(&self.strategy.values(&answer.output), &expected[0]) {
            self.fail(&format!("appended: {:?}, expected {expected:?}", self.strategy.values(&answer.output)));
        }
    }

    /// A place in the past that may change.
    fn place(&mut self) -> Option<usize> {
        let open = self.bars.len() - self.oldest;
        if open == 0 {
            return None;
        }
        // Near the end, or anywhere.
        let depth = if self.random.once_in(2) { self.random.below(open.min(5)) } else { self.random.below(open) };
        Some(self.bars.len() - 1 - depth)
    }

    /// Holds an answer against the batches over the history as it was and as it is.
    fn changed(&mut self, old_bars: &[Bar<S>], change: Result<Change<T::Output>, SessionError>) {
        let change = change.unwrap_or_else(|error| panic!("{}\n{error}", self.source));
        let rows = |bars: &[Bar<S>]| -> Vec<(i64, Vec<Value<S>>)> { bars.iter().map(Bar::time).zip(batch(&self.strategy, bars)).collect() };
        let (old, new) = (rows(old_bars), rows(&self.bars));
        let is_same = |a: &(i64, Vec<Value<S>>), b: &(i64, Vec<Value<S>>)| a.0 == b.0 && same(&a.1, &b.1);
        let check = |answer: &[(i64, T::Output)], rows: &[(i64, Vec<Value<S>>)]| {
            let expected: Vec<_> = rows.iter().filter(|row| change.range.as_ref().is_some_and(|range| range.contains(&row.0))).collect();
            expected.len() == answer.len()
                && expected.iter().zip(answer).all(|(row, found)| row.0 == found.0 && same(&row.1, &self.strategy.values(&found.1)))
        };
        let outside: (Vec<_>, Vec<_>) = (
            old.iter().filter(|row| change.range.as_ref().is_none_or(|range| !range.contains(&row.0))).collect(),
            new.iter().filter(|row| change.range.as_ref().is_none_or(|range| !range.contains(&row.0))).collect(),
        );
        let rest_is_same = outside.0.len() == outside.1.len() && outside.0.iter().zip(&outside.1).all(|(a, b)| is_same(a, b));
        if !check(&change.old, &old) || !check(&change.new, &new) || !rest_is_same {
            self.fail(&format!("the answer to a change: {change:?}", change = change.range));
        }
    }

    fn change(&mut self) {
        let Some(at) = self.place() else { return };
        let old = self.bars.clone();
        let time = self.bars[at].time();
        let change = match self.random.below(4) {
            0 => {
                let before = if at == 0 { time - 3 * MINUTE } else { self.bars[at - 1].time() };
                // Room for a bar of its own.
                if at == self.oldest || time - before < 2 * MINUTE {
                    return;
                }
                let bar = random_bar(&mut self.random, before + MINUTE);
                self.bars.insert(at, bar);
                self.session.insert(bar)
            }
            1 => {
                self.bars.remove(at);
                self.session.remove(time)
            }
            2 => {
                let to = self.bars[self.bars.len() - 1].time() + 1;
                self.session.replay(time..to).map(|change| Change { range: None, old: Vec::new(), new: Vec::new(), ..change })
            }
            _ => {
                let bar = random_bar(&mut self.random, time);
                self.bars[at] = bar;
                self.session.correct(bar)
            }
        };
        self.changed(&old, change);
    }

    /// What must be refused, and change nothing.
    fn offend(&mut self) {
        let before = self.session.snapshot().to_bytes();
        let Some(last) = self.bars.last().map(Bar::time) else { return };
        let bar = random_bar(&mut self.random, last);
        let late = random_bar(&mut self.random, last - MINUTE / 2);
        let soon = random_bar(&mut self.random, last + 1);
        let session = &mut self.session;
        let is_refused = [
            matches!(session.append(bar), Err(SessionError::Duplicate { .. })),
            matches!(session.append(late), Err(SessionError::OutOfOrder { .. })),
            matches!(session.append(soon), Err(SessionError::Timeframe { .. })),
            matches!(session.insert(bar), Err(SessionError::Duplicate { .. } | SessionError::TooOld { .. })),
            matches!(session.insert(late), Err(SessionError::Timeframe { .. } | SessionError::TooOld { .. })),
            matches!(session.insert(soon), Err(SessionError::NotPast { .. })),
            matches!(session.correct(late), Err(SessionError::NoSuchBar { .. } | SessionError::TooOld { .. })),
            matches!(session.remove(last + 1), Err(SessionError::NoSuchBar { .. })),
            matches!(session.replay(last..last), Err(SessionError::EmptyRange { .. })),
            matches!(session.replay(last..last - 9), Err(SessionError::EmptyRange { .. })),
        ];
        if is_refused.contains(&false) || self.session.snapshot().to_bytes() != before {
            self.fail(&format!("a refusal: {is_refused:?}"));
        }
    }

    fn snapshot(&mut self) {
        let snapshot = self.session.snapshot();
        let read =
            if self.random.once_in(2) { Snapshot::from_bytes(&snapshot.to_bytes()) } else { Snapshot::from_json(&snapshot.to_json()) };
        let read = read.unwrap_or_else(|error| panic!("{error}"));
        assert!(read == snapshot, "{}", self.source);
        self.kept.push((read, self.bars.clone()));
    }

    fn restore(&mut self) {
        if self.kept.is_empty() {
            return;
        }
        let at = self.random.below(self.kept.len());
        let (snapshot, bars) = self.kept[at].clone();
        self.session.restore(&snapshot).unwrap_or_else(|error| panic!("{}\n{error}", self.source));
        // What is still kept led to the same state, though it may have been corrected since.
        if self.session.bars().is_empty() {
            self.bars = bars;
        } else {
            self.bars.truncate(bars.len());
        }
    }

    fn run(&mut self, events: usize) {
        for _ in 0..events {
            match self.random.below(20) {
                0..=10 => self.append(),
                11..=15 => self.change(),
                16 => self.offend(),
                17 => self.snapshot(),
                18 if self.random.once_in(3) => self.restore(),
                19 if self.random.once_in(4) => self.session.clear_cache(),
                _ => self.append(),
            }
            self.oldest = self.bars.len() - self.session.bars().len();
            self.check();
        }
    }
}

/// Every way to run: modes with and without a shadow, checkpoints near and far, histories kept whole and in part.
fn settings(k: usize) -> Settings {
    let mode = if k % 3 == 2 { ExecutionMode::Batch } else { ExecutionMode::Incremental };
    let execution = Execution::new(mode);
    let execution = if k % 5 == 1 { execution.shadowed([1.0, 0.3][k % 2]) } else { execution };
    let checkpoints = Checkpoints { every: [Some(1), Some(3), Some(10), None][k % 4], most: [3, 8, 1, 24, 0][k % 5] };
    let keep = (k % 7 == 3).then_some(20);
    Settings { execution, checkpoints, keep }
}

fn random_programs<S: Number>(seeds: std::ops::Range<u64>, events: usize) {
    for seed in seeds {
        let source = generate::program(seed);
        if programs::strategy_of(&source).is_some_and(|strategy| strategy.plan.plan().nodes.len() <= 120) {
            let strategy: Interpreter<S> = interpreter(&source);
            Script::new(&source, strategy, seed, settings(seed as usize)).run(events);
        }
    }
}

#[test]
fn random_programs_under_random_events() {
    random_programs::<f64>(0..220, 90);
}

#[test]
fn random_programs_under_random_events_in_decimal() {
    random_programs::<Decimal>(220..290, 60);
}

#[test]
fn long_scripts_reach_far_back() {
    random_programs::<f64>(300..312, 600);
}

#[test]
fn compiled_programs_under_random_events() {
    for Program { source, binary, decimal } in compiled() {
        for k in 0..6 {
            Script::new(source, binary.clone(), k, settings(k as usize)).run(60);
        }
        Script::new(source, decimal, 9, settings(1)).run(40);
    }
}

/// The prefix law: what a session has said of a bar stays so, whatever follows.
#[test]
fn a_longer_history_says_the_same_of_its_beginning() {
    for seed in 400..440 {
        let source = generate::program(seed);
        let strategy: Interpreter = interpreter(&source);
        let mut random = Random::new(seed);
        let bars: Vec<Bar> = (0..150).map(|i| random_bar(&mut random, i * MINUTE)).collect();
        let whole = batch(&strategy, &bars);
        let mut session = Session::new(strategy.clone(), partition("A"), settings(0));
        let head = session.initialize(bars[..60].to_vec()).unwrap_or_else(|error| panic!("{error}"));
        let rows: Vec<Row> = (0..60).map(|i| strategy.row(&head.columns, i)).collect();
        let rest = bars[60..].iter().map(|bar| session.append(*bar).map(|answer| answer.output));
        let rest: Result<Vec<Row>, _> = rest.collect();
        let rows = [rows, rest.unwrap_or_else(|error| panic!("{error}"))].concat();
        assert!(rows.iter().zip(&whole).all(|(row, expected)| same(&strategy.values(row), expected)), "{source}");
        assert_eq!(head.meta.warmup, strategy.warmup().min(60));
    }
}
