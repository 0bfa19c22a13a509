//! Many partitions, each with its own strategies, run side by side.

use super::set::Rows;
use super::{Answer, Baseline, Change, Partition, Session, SessionError, Set, Settings, Stats};
use crate::bar::Bar;
use crate::row::Row;
use crate::value::Scalar;
use rayon::prelude::*;
use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
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
/// replies stand in the order of the events, and are the same whatever the number of threads. An error, or a panic of a strategy, stops its
/// partition, and no other, until [`Engine::resume`]: its history lacks what was refused.
///
/// ```
/// use barlang::session::{Engine, Event, Partition, Reply, Set, Settings};
/// use barlang::{ta, Bar, Value};
/// let mut engine = Engine::default();
/// let [euro, yen] = ["EURUSD", "USDJPY"].map(|symbol| Partition::new(symbol, "1m".parse().unwrap(), "feed"));
/// for partition in [&euro, &yen] {
///     engine.add(partition.clone(), Set::default().with("up", ta!(close > open))?, Settings::default());
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
    /// A strategy panicked: the state may be half way between two bars.
    is_torn: bool,
    metrics: Metrics,
}

/// What a partition did, or all of them together.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Metrics {
    /// Events taken, those not counted that came after their partition had stopped.
    pub events: u64,
    /// Those of them that were refused, or in which a strategy panicked.
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

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a strategy panicked: {}", text.unwrap_or("it did not say why"))
}

impl<S: Scalar> Slot<S> {
    /// What a session answers, unless a strategy panics: a strategy of the caller's own may, and that stops this partition alone.
    fn guard<R>(
        &mut self,
        partition: &Partition,
        run: impl FnOnce(&mut Session<Set<S>>) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        // The session is not used again before its state was made anew.
        panic::catch_unwind(AssertUnwindSafe(|| run(&mut self.session))).unwrap_or_else(|panic| {
            let because = message(&*panic);
            self.is_torn = true;
            self.stop(partition, because.clone());
            Err(SessionError::Stopped { partition: partition.clone(), because, has_panicked: true })
        })
    }

    fn stop(&mut self, partition: &Partition, because: String) {
        tracing::error!(%partition, because, "stopped");
        self.stopped = Some(because);
    }

    fn take(&mut self, partition: &Partition, event: &Event<S>) -> Outcome<S> {
        if let Some(because) = self.stopped.clone() {
            return Err(SessionError::Stopped { partition: partition.clone(), because, has_panicked: self.is_torn });
        }
        self.metrics.events += 1;
        let reply = self.guard(partition, |session| match event {
            Event::Append(bar) => session.append(*bar).map(Reply::Bar),
            Event::Correct(bar) => session.correct(*bar).map(Reply::Change),
            Event::Insert(bar) => session.insert(*bar).map(Reply::Change),
            Event::Remove(time) => session.remove(*time).map(Reply::Change),
            Event::Replay(range) => session.replay(range.clone()).map(Reply::Change),
        });
        if let Err(error) = &reply {
            self.metrics.errors += 1;
            if self.stopped.is_none() {
                self.stop(partition, error.to_string());
            }
        }
        reply
    }

    /// Takes events in order.
    fn run(&mut self, partition: &Partition, events: &[(usize, &Event<S>)]) -> Placed<Outcome<S>> {
        let start = Instant::now();
        let outcomes = events.iter().map(|(at, event)| (*at, self.take(partition, event))).collect();
        self.metrics.busy += start.elapsed();
        outcomes
    }

    /// Begins anew with a history. A state that was torn is whole again.
    fn initialize(&mut self, partition: &Partition, bars: Vec<Bar<S>>) -> Result<Baseline<Rows<S>>, SessionError> {
        let baseline = self.guard(partition, |session| session.initialize(bars))?;
        self.is_torn = false;
        Ok(baseline)
    }

    fn resume(&mut self, partition: &Partition) -> Option<String> {
        let because = self.stopped.take()?;
        if self.is_torn {
            let rebuilt = self.guard(partition, |session| {
                session.rebuild();
                Ok(())
            });
            self.is_torn = rebuilt.is_err();
        }
        Some(because)
    }

    fn metrics(&self) -> Metrics {
        Metrics { stopped: usize::from(self.stopped.is_some()), stats: self.session.stats(), ..self.metrics.clone() }
    }
}

impl<S: Scalar> Engine<S> {
    /// Adds a partition, or puts another session in its place.
    pub fn add(&mut self, partition: Partition, strategies: Set<S>, settings: Settings) {
        let session = Session::new(strategies, partition.clone(), settings);
        self.slots.insert(partition, Slot { session, stopped: None, is_torn: false, metrics: Metrics::default() });
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
    /// The session of a partition, to be mended or restored. After a panic of a strategy its state may be half way between two bars, and a
    /// change of a bar steps the one that the strategy could not take once more, and panics again, here where nothing catches it: use
    /// [`Engine::initialize`] or [`Session::initialize`] then.
    pub fn session_mut(&mut self, partition: &Partition) -> Option<&mut Session<Set<S>>> {
        self.slots.get_mut(partition).map(|slot| &mut slot.session)
    }
    /// Lets a partition that has stopped go on; says why it had stopped. After a panic its state is made anew from the bars kept; should a
    /// strategy panic over these too, the partition stays stopped, until it is initialized with others.
    pub fn resume(&mut self, partition: &Partition) -> Option<String> {
        self.slots.get_mut(partition)?.resume(partition)
    }
    /// Begins anew with histories, side by side; answers stand in the order of the histories. One that does not fit leaves its partition as it
    /// was; a partition that has stopped waits for [`Engine::resume`] all the same.
    pub fn initialize(&mut self, histories: Vec<(Partition, Vec<Bar<S>>)>) -> Vec<Result<Baseline<Rows<S>>, SessionError>> {
        let mut work: BTreeMap<Partition, Placed<Vec<Bar<S>>>> = BTreeMap::new();
        let mut answers: Vec<Option<Result<Baseline<Rows<S>>, SessionError>>> = Vec::new();
        for (at, (partition, bars)) in histories.into_iter().enumerate() {
            let is_known = self.slots.contains_key(&partition);
            answers.push((!is_known).then(|| Err(SessionError::NoSuchPartition { partition: partition.clone() })));
            work.entry(partition).or_default().push((at, bars));
        }
        let slots: Vec<_> =
            self.slots.iter_mut().filter_map(|(partition, slot)| Some((partition, slot, work.remove(partition)?))).collect();
        let begin = |(partition, slot, histories): (&Partition, &mut Slot<S>, Placed<Vec<Bar<S>>>)| {
            histories.into_iter().map(|(at, bars)| (at, slot.initialize(partition, bars))).collect::<Placed<_>>()
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
        let mut at = 0;
        // Feeds bring several bars of a symbol at once: to find its partition costs more than to step it.
        for run in events.chunk_by(|(a, _), (b, _)| std::ptr::eq(*a, *b)) {
            let placed = run.iter().enumerate().map(|(i, (_, event))| (at + i, event));
            work.entry(run[0].0).or_default().extend(placed);
            at += run.len();
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
