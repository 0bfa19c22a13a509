//! Many partitions, each with its own strategies, run side by side.

use super::set::Rows;
use super::{Answer, Baseline, Change, Partition, Session, SessionError, Set, Settings, Stats};
use crate::bar::Bar;
use crate::row::Row;
use crate::value::Scalar;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Something that happened in a partition.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<S: Scalar = f64> {
    /// A bar has closed.
    Append(Bar<S>),
    /// A bar of the past was other than it seemed.
    Correct(Bar<S>),
    /// A bar of the past came late.
    Insert(Bar<S>),
    /// There was no bar of this time.
    Remove(i64),
    /// These times are to be computed again.
    Replay(Range<i64>),
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply<S: Scalar = f64> {
    /// The outputs of a new bar.
    Bar(Answer<Row<S>>),
    /// What a change of the past did.
    Change(Change<Row<S>>),
}

/// Sessions by partition.
///
/// Events of one partition are taken in their order, partitions side by side: on as many threads as the current `rayon` pool has. The
/// replies stand in the order of the events, and are the same whatever the number of threads. An error stops its partition, and no other, until
/// [`Engine::resume`]: its history lacks what was refused.
///
/// ```
/// use barlang::session::{Engine, Event, Partition, Reply, Set, Settings};
/// use barlang::{ta, Bar, Value};
/// let mut engine = Engine::default();
/// let [euro, yen] = ["EURUSD", "USDJPY"].map(|symbol| Partition::new(symbol, "1m".parse().unwrap(), "feed"));
/// for partition in [&euro, &yen] {
///     engine.add(partition.clone(), Set::default().with("up", ta!(close > open)), Settings::default());
/// }
/// let bar = |close: f64| Bar::new(0, 1.0, close, 1.0, close, 0.0);
/// let replies = engine.run(&[(&euro, Event::Append(bar(2.0)?)), (&yen, Event::Append(bar(1.0)?)), (&yen, Event::Append(bar(1.0)?))]);
/// let up = |i: usize| match &replies[i] {
///     Ok(Reply::Bar(answer)) => answer.output.get("up"),
///     _ => None,
/// };
/// assert_eq!((up(0), up(1)), (Some(Value::Bool(Some(true))), Some(Value::Bool(Some(false)))));
/// assert!(replies[2].as_ref().unwrap_err().to_string().contains("there is a bar of"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Engine<S: Scalar = f64> {
    slots: BTreeMap<Partition, Slot<S>>,
}

impl<S: Scalar> Default for Engine<S> {
    fn default() -> Self {
        Engine { slots: BTreeMap::new() }
    }
}

#[derive(Debug)]
struct Slot<S: Scalar> {
    session: Session<Set<S>>,
    stopped: Option<String>,
    metrics: Metrics,
}

/// What a partition did, or all of them together.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Metrics {
    /// Events taken.
    pub events: u64,
    /// Events that were refused.
    pub errors: u64,
    /// Partitions that have stopped.
    pub stopped: usize,
    /// The time that events took.
    pub busy: Duration,
    /// Counts and sizes of the sessions.
    pub stats: Stats,
}

/// Things with their places among all that were given.
type Placed<T> = Vec<(usize, T)>;

/// What one event gave.
pub type Outcome<S> = Result<Reply<S>, SessionError>;

impl<S: Scalar> Slot<S> {
    fn take(&mut self, partition: &Partition, event: &Event<S>) -> Outcome<S> {
        if let Some(because) = self.stopped.clone() {
            return Err(SessionError::Stopped { partition: partition.clone(), because });
        }
        let session = &mut self.session;
        let reply = match event {
            Event::Append(bar) => session.append(*bar).map(Reply::Bar),
            Event::Correct(bar) => session.correct(*bar).map(Reply::Change),
            Event::Insert(bar) => session.insert(*bar).map(Reply::Change),
            Event::Remove(time) => session.remove(*time).map(Reply::Change),
            Event::Replay(range) => session.replay(range.clone()).map(Reply::Change),
        };
        self.metrics.events += 1;
        if let Err(error) = &reply {
            self.metrics.errors += 1;
            self.stopped = Some(error.to_string());
        }
        reply
    }

    /// Takes events in order. A strategy of the caller's own may panic: that too stops this partition alone.
    fn run(&mut self, partition: &Partition, events: &[(usize, &Event<S>)]) -> Placed<Outcome<S>> {
        let start = Instant::now();
        let outcomes = events.iter().map(|(at, event)| {
            let outcome = catch_unwind(AssertUnwindSafe(|| self.take(partition, event))).unwrap_or_else(|_| {
                let because = "a strategy panicked".to_owned();
                tracing::error!(%partition, because, "stopped");
                self.stopped = Some(because.clone());
                Err(SessionError::Stopped { partition: partition.clone(), because })
            });
            (*at, outcome)
        });
        let outcomes = outcomes.collect();
        self.metrics.busy += start.elapsed();
        outcomes
    }

    fn metrics(&self) -> Metrics {
        Metrics { stopped: usize::from(self.stopped.is_some()), stats: self.session.stats(), ..self.metrics.clone() }
    }
}

impl<S: Scalar> Engine<S> {
    /// Adds a partition, or puts another session in its place.
    pub fn add(&mut self, partition: Partition, strategies: Set<S>, settings: Settings) {
        let session = Session::new(strategies, partition.clone(), settings);
        self.slots.insert(partition, Slot { session, stopped: None, metrics: Metrics::default() });
    }
    /// Takes a partition away.
    pub fn remove(&mut self, partition: &Partition) -> Option<Session<Set<S>>> {
        self.slots.remove(partition).map(|slot| slot.session)
    }
    /// The partitions in order.
    pub fn partitions(&self) -> impl ExactSizeIterator<Item = &Partition> {
        self.slots.keys()
    }
    /// The session of a partition.
    pub fn session(&self, partition: &Partition) -> Option<&Session<Set<S>>> {
        self.slots.get(partition).map(|slot| &slot.session)
    }
    /// The session of a partition, to be mended or restored.
    pub fn session_mut(&mut self, partition: &Partition) -> Option<&mut Session<Set<S>>> {
        self.slots.get_mut(partition).map(|slot| &mut slot.session)
    }
    /// Lets a partition that has stopped go on; says why it had stopped.
    pub fn resume(&mut self, partition: &Partition) -> Option<String> {
        self.slots.get_mut(partition)?.stopped.take()
    }
    /// Begins anew with histories, side by side; answers stand in the order of the histories. One that does not fit leaves its partition as it
    /// was.
    pub fn initialize(&mut self, histories: Vec<(Partition, Vec<Bar<S>>)>) -> Vec<Result<Baseline<Rows<S>>, SessionError>> {
        let mut work: BTreeMap<Partition, Placed<Vec<Bar<S>>>> = BTreeMap::new();
        let mut answers: Vec<Option<Result<Baseline<Rows<S>>, SessionError>>> = Vec::new();
        for (at, (partition, bars)) in histories.into_iter().enumerate() {
            let is_known = self.slots.contains_key(&partition);
            answers.push((!is_known).then(|| Err(SessionError::NoSuchPartition { partition: partition.clone() })));
            work.entry(partition).or_default().push((at, bars));
        }
        let slots: Vec<_> = self.slots.iter_mut().filter_map(|(partition, slot)| Some((slot, work.remove(partition)?))).collect();
        let begin = |(slot, histories): (&mut Slot<S>, Placed<Vec<Bar<S>>>)| {
            histories.into_iter().map(|(at, bars)| (at, slot.session.initialize(bars))).collect::<Placed<_>>()
        };
        let begun: Vec<_> = slots.into_par_iter().map(begin).collect();
        for (at, answer) in begun.into_iter().flatten() {
            answers[at] = Some(answer);
        }
        answers.into_iter().flatten().collect()
    }
    /// Takes events, those of one partition in their order. One outcome for each, in the order given.
    pub fn run(&mut self, events: &[(&Partition, Event<S>)]) -> Vec<Outcome<S>> {
        let mut work: BTreeMap<&Partition, Placed<&Event<S>>> = BTreeMap::new();
        for (at, (partition, event)) in events.iter().enumerate() {
            work.entry(partition).or_default().push((at, event));
        }
        let slots: Vec<_> =
            self.slots.iter_mut().filter_map(|(partition, slot)| Some((partition, slot, work.remove(partition)?))).collect();
        let taken: Vec<_> = slots.into_par_iter().map(|(partition, slot, events)| slot.run(partition, &events)).collect();
        let mut outcomes: Vec<Option<Outcome<S>>> = events.iter().map(|_| None).collect();
        for (at, outcome) in taken.into_iter().flatten() {
            outcomes[at] = Some(outcome);
        }
        let unknown = |partition: &Partition| Err(SessionError::NoSuchPartition { partition: partition.clone() });
        outcomes.into_iter().zip(events).map(|(outcome, (partition, _))| outcome.unwrap_or_else(|| unknown(partition))).collect()
    }
    /// What each partition did.
    pub fn metrics(&self) -> impl ExactSizeIterator<Item = (&Partition, Metrics)> {
        self.slots.iter().map(|(partition, slot)| (partition, slot.metrics()))
    }
    /// What all partitions did together.
    pub fn total(&self) -> Metrics {
        let mut total = Metrics::default();
        for (_, metrics) in self.metrics() {
            total.events += metrics.events;
            total.errors += metrics.errors;
            total.stopped += metrics.stopped;
            total.busy += metrics.busy;
            total.stats.add(&metrics.stats);
        }
        total
    }
}
