//! A history that may change, and a strategy that follows it.
//!
//! Takes bars as they come, late and corrected ones too; gives outputs that are those of a fresh batch over the history as it stands.

mod backend;
#[cfg(feature = "engine")]
mod engine;
mod file;
mod history;
mod mode;
mod partition;
mod read;
mod report;
mod set;
mod snapshot;

pub use backend::{Backend, BarOf, Batch, Checkpoints, Edit, Incremental, OutputOf, Replay, ScalarOf};
#[cfg(feature = "engine")]
pub use engine::{Engine, Event, Metrics, Outcome, Reply};
pub use history::SessionError;
pub use mode::{EnvError, Execution, ExecutionMode};
pub use partition::{Partition, Timeframe, TimeframeError};
pub use report::{Answer, Baseline, Breach, Change, Meta, Stats};
pub use set::{AnyStrategy, Info, Rows, Set, SetError};
pub use snapshot::{Header, Portable, Snapshot, SnapshotError, VERSION};

use crate::bar::Bar;
use crate::live::Live;
use crate::row::Value;
use history::History;
use std::ops::Range;
use std::path::Path;

/// What a session keeps and how it runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The mode, and whether the other is compared with it.
    pub execution: Execution,
    /// How often the state is kept to come back to.
    pub checkpoints: Checkpoints,
    /// At least so many bars are kept; all of them, if none. Older ones cannot be corrected any more, and a batch begins with the state
    /// behind them.
    pub keep: Option<usize>,
}

/// A strategy over one history: symbol, timeframe and source of their own.
///
/// ```
/// use barlang::session::{Execution, ExecutionMode, Partition, Session, Settings};
/// use barlang::{ta, Bar};
///
/// let bar = |minute: i64, price: f64| Bar::new(minute * 60_000_000_000, price, price, price, price, 1.0);
/// let settings = Settings { execution: Execution::new(ExecutionMode::Incremental), ..Settings::default() };
/// let mut session = Session::new(ta!(sma(close, 2)), Partition::new("EURUSD", "1m".parse()?, "feed"), settings);
///
/// let baseline = session.initialize(vec![bar(0, 10.0)?, bar(1, 20.0)?])?;
/// assert_eq!(baseline.columns.get(1), Some(15.0));
/// assert_eq!(session.preview(&bar(2, 50.0)?)?.output, Some(35.0));
/// assert_eq!(session.append(bar(2, 40.0)?)?.output, Some(30.0));
///
/// let change = session.correct(bar(1, 22.0)?)?;
/// assert_eq!(change.old, [(60_000_000_000, Some(15.0)), (120_000_000_000, Some(30.0))]);
/// assert_eq!(change.new, [(60_000_000_000, Some(16.0)), (120_000_000_000, Some(31.0))]);
///
/// let late = session.append(bar(1, 21.0)?).unwrap_err();
/// assert!(late.to_string().contains("put a late bar in with `insert`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Session<T: Live> {
    partition: Partition,
    settings: Settings,
    history: History<T::Scalar>,
    batch: Batch<T>,
    /// None in batch mode without a shadow.
    incremental: Option<Incremental<T>>,
    /// The batch is served, though another mode was chosen: that one was found wrong.
    is_fallen: bool,
    /// So many bars are kept at most before the oldest go.
    longest: usize,
    /// What the strategy says of itself, once and for all.
    warmup: usize,
    backend: &'static str,
    epoch: u64,
    stats: Stats,
    breaches: Vec<Breach<T::Scalar>>,
}

/// A bar's time and outputs, before a change and after it.
type Pair<'a, O> = (&'a (i64, O), &'a (i64, O));

/// Breaches whose reports are kept.
const BREACHES: usize = 16;

impl<T: Live> Session<T> {
    /// A session without a bar. What the strategy has taken so far is forgotten.
    pub fn new(strategy: T, partition: Partition, settings: Settings) -> Self {
        let execution = settings.execution;
        let is_live = execution.mode() == ExecutionMode::Incremental || execution.is_shadowed();
        let batch = Batch::new(strategy);
        let strategy = batch.fresh();
        let incremental = is_live.then(|| Incremental::new(strategy.clone(), settings.checkpoints));
        let history = History::new(partition.timeframe);
        let spacing = settings.checkpoints.spacing(strategy);
        let longest = settings.keep.map_or(usize::MAX, |keep| keep.saturating_mul(2).saturating_add(spacing));
        let stats = Stats::default();
        Session {
            partition,
            history,
            longest,
            warmup: strategy.warmup(),
            backend: strategy.backend(),
            batch,
            incremental,
            is_fallen: false,
            epoch: 0,
            stats,
            breaches: Vec::new(),
            settings,
        }
    }

    /// The mode that is served: that of the settings, or batch after a breach.
    #[inline]
    pub fn mode(&self) -> ExecutionMode {
        if self.is_fallen { ExecutionMode::Batch } else { self.settings.execution.mode() }
    }
    /// Where the bars come from.
    pub fn partition(&self) -> &Partition {
        &self.partition
    }
    /// The bars kept, in order.
    pub fn bars(&self) -> &[Bar<T::Scalar>] {
        &self.history.bars
    }
    /// The time of the last bar.
    pub fn last_time(&self) -> Option<i64> {
        self.history.last()
    }
    /// The latest reports of outputs in which batch and state differed, the newest last.
    pub fn breaches(&self) -> &[Breach<T::Scalar>] {
        &self.breaches
    }
    /// The state behind the last bar.
    pub fn strategy(&self) -> T {
        match &self.incremental {
            Some(incremental) if !self.is_fallen => incremental.live().clone(),
            _ => self.batch.state(&self.history.bars),
        }
    }
    /// Counts and sizes.
    pub fn stats(&self) -> Stats {
        let checkpoints = self.incremental.as_ref().map_or(0, Incremental::checkpoints);
        let state_bytes = self.incremental.as_ref().map_or(0, |incremental| incremental.live().state_bytes());
        Stats {
            mode: self.mode(),
            bars: self.history.dropped + self.history.bars.len() as u64,
            bars_kept: self.history.bars.len(),
            checkpoints,
            state_bytes,
            checkpoint_bytes: checkpoints * state_bytes,
            history_bytes: self.history.bars.capacity() * size_of::<Bar<T::Scalar>>(),
            epoch: self.epoch,
            ..self.stats.clone()
        }
    }

    /// Begins anew with a history. An error names the first bar that does not fit, and nothing has changed.
    pub fn initialize(&mut self, bars: Vec<Bar<T::Scalar>>) -> Result<Baseline<T::Columns>, SessionError> {
        let mut history = History::new(self.partition.timeframe);
        history.bars.reserve(bars.len());
        for bar in bars {
            history.check_next(bar.time()).map_err(|error| self.refused(error))?;
            history.bars.push(bar);
        }
        // Should the strategy panic over these bars, the session is what it was.
        let mut batch = self.batch.clone();
        let columns = batch.initialize(&history.bars);
        if self.incremental.is_some() {
            let mut incremental = Incremental::new(batch.fresh().clone(), self.settings.checkpoints);
            incremental.rebuild(&history.bars);
            self.incremental = Some(incremental);
        }
        (self.batch, self.history) = (batch, history);
        self.is_fallen = false;
        self.epoch = 0;
        let warmup = self.history.bars.len().min(self.warmup);
        let baseline = Baseline { columns, meta: Meta { warmup, mode: ExecutionMode::Batch, ..self.meta() } };
        self.trim();
        Ok(baseline)
    }

    /// Takes a closed bar. A time that does not come after the last is refused, and nothing has changed.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn append(&mut self, bar: Bar<T::Scalar>) -> Result<Answer<T::Output>, SessionError> {
        if !self.history.may_follow(bar.time()) {
            return Err(self.not_next(bar.time()));
        }
        if self.history.bars.len() >= self.longest {
            self.trim();
        }
        let at = self.history.bars.len();
        self.history.bars.push(bar);
        match &mut self.incremental {
            Some(incremental) if !self.settings.execution.is_shadowed() => {
                let output = incremental.take(&bar, at);
                Ok(Answer { output, meta: self.meta_of(at, 1) })
            }
            _ => Ok(self.append_beside(at)),
        }
    }

    /// Why a bar may not follow the last.
    #[cold]
    fn not_next(&mut self, time: i64) -> SessionError {
        let error = self.history.check_next(time).err().unwrap_or(SessionError::Duplicate { time });
        self.refused(error)
    }

    /// Takes the bar just pushed in batch mode, or in both.
    #[inline(never)]
    fn append_beside(&mut self, at: usize) -> Answer<T::Output> {
        let mut meta = self.meta_of(at, 1);
        let is_sampled = self.settings.execution.samples(self.history.bars[at].time());
        let output = match &mut self.incremental {
            Some(incremental) if !self.is_fallen && is_sampled => {
                let before = incremental.live().clone();
                let stepped = incremental.step(&self.history.bars);
                let batch = self.batch.step(&self.history.bars);
                if self.agree(at, &batch, &stepped, &before, &mut meta) { stepped } else { batch }
            }
            Some(incremental) if !self.is_fallen => {
                let stepped = incremental.step(&self.history.bars);
                if meta.mode == ExecutionMode::Incremental { stepped } else { self.batch.step(&self.history.bars) }
            }
            _ => self.batch.step(&self.history.bars),
        };
        Answer { output, meta }
    }

    /// The outputs that [`Session::append`] would give for a bar that may still change. Nothing is changed.
    #[inline]
    pub fn preview(&self, bar: &Bar<T::Scalar>) -> Result<Answer<T::Output>, SessionError> {
        self.history.check_next(bar.time())?;
        let output = match &self.incremental {
            Some(incremental) if self.mode() == ExecutionMode::Incremental => incremental.preview(&self.history.bars, bar),
            _ => self.batch.preview(&self.history.bars, bar),
        };
        Ok(Answer { output, meta: self.meta_of(self.history.bars.len(), 1) })
    }

    /// Puts another bar in the place of the one of the same time.
    pub fn correct(&mut self, bar: Bar<T::Scalar>) -> Result<Change<T::Output>, SessionError> {
        let at = self.history.place(bar.time()).map_err(|error| self.refused(error))?;
        Ok(self.splice(at..at + 1, Some(bar)))
    }
    /// Puts a bar into the past where there was none.
    pub fn insert(&mut self, bar: Bar<T::Scalar>) -> Result<Change<T::Output>, SessionError> {
        let at = self.history.gap(bar.time()).map_err(|error| self.refused(error))?;
        Ok(self.splice(at..at, Some(bar)))
    }
    /// Takes a bar out of the past.
    pub fn remove(&mut self, time: i64) -> Result<Change<T::Output>, SessionError> {
        let at = self.history.place(time).map_err(|error| self.refused(error))?;
        Ok(self.splice(at..at + 1, None))
    }
    /// Computes the bars from the first of a range of times on once more, from the nearest checkpoint before it. The answer has the outputs of
    /// the range, both as they follow from that checkpoint.
    pub fn replay(&mut self, range: Range<i64>) -> Result<Change<T::Output>, SessionError> {
        let places = self.history.range(&range).map_err(|error| self.refused(error))?;
        let (edit, times) = (Edit { at: places.start, old: Vec::new(), new: 0 }, self.times(places.start));
        let (replay, meta) = self.run(&edit);
        let outputs: Vec<(i64, T::Output)> = times.into_iter().zip(replay.new).take(places.len()).collect();
        let range = outputs.first().zip(outputs.last()).map(|(first, last)| first.0..=last.0);
        Ok(Change { range, old: outputs.clone(), new: outputs, meta })
    }

    fn times(&self, from: usize) -> Vec<i64> {
        self.history.bars[from..].iter().map(Bar::time).collect()
    }

    /// Changes the past at one place, and says what follows.
    fn splice(&mut self, places: Range<usize>, bar: Option<Bar<T::Scalar>>) -> Change<T::Output> {
        let at = places.start;
        let old_times = self.times(at);
        let new = bar.iter().len();
        let old = self.history.bars.splice(places, bar).collect();
        let (replay, meta) = self.run(&Edit { at, old, new });
        let mut old: Vec<_> = old_times.into_iter().zip(replay.old).collect();
        let mut new: Vec<_> = self.times(at).into_iter().zip(replay.new).collect();
        // What both have alike at their ends has not changed.
        let is_same = |(a, b): &Pair<'_, T::Output>| a.0 == b.0 && self.first_difference(&a.1, &b.1).is_none();
        let tail = old.iter().rev().zip(new.iter().rev()).take_while(is_same).count();
        old.truncate(old.len() - tail);
        new.truncate(new.len() - tail);
        let head = old.iter().zip(&new).take_while(is_same).count();
        old.drain(..head);
        new.drain(..head);
        let times = || old.iter().chain(&new).map(|(time, _)| *time);
        let range = times().min().zip(times().max()).map(|(first, last)| first..=last);
        Change { range, old, new, meta }
    }

    /// Follows a past that has changed.
    fn run(&mut self, edit: &Edit<T::Scalar>) -> (Replay<T::Output>, Meta) {
        self.epoch += 1;
        let len = self.history.bars.len();
        let mut meta = self.meta_of(edit.at, len - edit.at);
        let replay = match &mut self.incremental {
            Some(incremental) if !self.is_fallen => {
                let mut replay = incremental.replay(&self.history.bars, edit);
                if self.settings.execution.is_shadowed() {
                    self.compare_all(edit, &mut replay, &mut meta);
                }
                replay
            }
            _ => self.batch.replay(&self.history.bars, edit),
        };
        meta.replayed = replay.bars;
        meta.is_hit = Some(replay.is_hit);
        self.stats.replays += 1;
        self.stats.bars_replayed += replay.bars as u64;
        *(if replay.is_hit { &mut self.stats.hits } else { &mut self.stats.misses }) += 1;
        let time = self.history.bars.get(edit.at).map(Bar::time);
        tracing::info!(partition = %self.partition, time, bars = replay.bars, hit = replay.is_hit, epoch = self.epoch, "replay");
        (replay, meta)
    }

    /// Compares the outputs after a change with a batch on the bars that are sampled; the first difference is reported, and the batch served.
    fn compare_all(&mut self, edit: &Edit<T::Scalar>, replay: &mut Replay<T::Output>, meta: &mut Meta) {
        let bars = edit.at..self.history.bars.len();
        let sampled: Vec<usize> = bars.filter(|&i| self.settings.execution.samples(self.history.bars[i].time())).collect();
        if sampled.is_empty() {
            return;
        }
        let batch = self.batch.replay(&self.history.bars, edit);
        for i in sampled {
            let k = i - edit.at;
            if self.first_difference(&batch.new[k], &replay.new[k]).is_none() {
                meta.checks += 1;
                self.stats.checks += 1;
                continue;
            }
            let before = self.state_at(i);
            self.agree(i, &batch.new[k], &replay.new[k], &before, meta);
            (replay.old, replay.new) = (batch.old, batch.new);
            return;
        }
    }

    /// The first output in which two bars differ: its place, and both values.
    fn first_difference(&self, a: &T::Output, b: &T::Output) -> Option<(usize, [Value<T::Scalar>; 2])> {
        let strategy = self.batch.fresh();
        let (a, b) = (strategy.values(a), strategy.values(b));
        a.into_iter().zip(b).enumerate().find(|(_, (a, b))| !a.is_same(*b)).map(|(k, (a, b))| (k, [a, b]))
    }

    /// Whether batch and state agree on a bar. A difference is reported, with the state before the bar, and the batch is served from here on.
    fn agree(&mut self, at: usize, batch: &T::Output, stepped: &T::Output, before: &T, meta: &mut Meta) -> bool {
        meta.checks += 1;
        self.stats.checks += 1;
        let Some((k, [batch, incremental])) = self.first_difference(batch, stepped) else { return true };
        let output = self.batch.fresh().names().get(k).copied().unwrap_or_default().to_owned();
        let partition = self.partition.clone();
        let (time, bar) = (self.history.bars[at].time(), self.history.dropped + at as u64);
        tracing::error!(%partition, bar, time, output, ?batch, ?incremental, "parity breach: the batch is served from here on");
        let last_time = at.checked_sub(1).map(|at| self.history.bars[at].time()).or(self.history.before);
        let before = Snapshot::of_session(before, last_time, self.epoch, Some(partition.to_string()));
        if self.breaches.len() == BREACHES {
            self.breaches.remove(0);
        }
        self.breaches.push(Breach { partition, bar, time, output, batch, incremental, before });
        self.is_fallen = true;
        self.stats.breaches += 1;
        meta.breaches += 1;
        meta.mode = ExecutionMode::Batch;
        false
    }

    /// Lets go of all checkpoints; after a breach, makes the state anew from the history and serves the chosen mode again.
    pub fn clear_cache(&mut self) {
        if let Some(incremental) = &mut self.incremental {
            if self.is_fallen {
                // What the state began with may come from a checkpoint at fault as well; the batch has come to the same bar by itself.
                incremental.begin_at(Box::new(self.batch.state(&[])));
                incremental.rebuild(&self.history.bars);
            }
            incremental.clear_cache();
        }
        self.is_fallen = false;
    }

    /// Makes the state anew from the bars kept.
    #[cfg(feature = "engine")]
    fn rebuild(&mut self) {
        if let Some(incremental) = &mut self.incremental {
            incremental.rebuild(&self.history.bars);
        }
    }

    /// The state as a document.
    pub fn snapshot(&self) -> Snapshot<T::Scalar> {
        Snapshot::of_session(&self.strategy(), self.history.last(), self.epoch, Some(self.partition.to_string()))
    }
    /// Writes a snapshot into a file. A crash at any moment leaves the file as it was, or the new one, whole.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SessionError> {
        Ok(self.snapshot().save(path)?)
    }
    /// Goes back, or on, to a snapshot of this partition. If its last bar is among those kept and the history up to there leads to the same state,
    /// the history ends there; otherwise it begins behind the snapshot. One that a strategy took must say the time of its last bar. On an error
    /// nothing has changed.
    pub fn restore(&mut self, snapshot: &Snapshot<T::Scalar>) -> Result<(), SessionError> {
        let header = &snapshot.header;
        let own = self.partition.to_string();
        if let Some(found) = header.partition.clone().filter(|found| *found != own) {
            return Err(self.refused(SnapshotError::Partition { expected: own, found }.into()));
        }
        let state = snapshot.put(self.batch.fresh()).map_err(|error| self.refused(error.into()))?;
        if header.bars > 0 && header.last_time.is_none() {
            return Err(self.refused(SnapshotError::LastTime { bars: header.bars }.into()));
        }
        let place = header.bars.checked_sub(self.history.dropped).map(|place| place as usize);
        let leads_there = |place: &usize| {
            let before = place.checked_sub(1).and_then(|at| self.history.bars.get(at)).map(Bar::time);
            *place <= self.history.bars.len()
                && before.or(self.history.before) == header.last_time
                && self.state_at(*place).nodes() == state.nodes()
        };
        if let Some(place) = place.filter(leads_there) {
            if let Some(incremental) = &mut self.incremental {
                incremental.go_back(&self.history.bars, place);
            }
            self.history.bars.truncate(place);
        } else {
            self.history = History::new(self.partition.timeframe);
            (self.history.dropped, self.history.before) = (header.bars, header.last_time);
            self.batch.restore(snapshot)?;
            if let Some(incremental) = &mut self.incremental {
                incremental.begin_at(state);
            }
        }
        self.epoch = header.epoch;
        if self.is_fallen {
            self.clear_cache();
        }
        Ok(())
    }
    /// Reads a file that [`Session::save`] wrote, and goes on from it.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<(), SessionError> {
        let snapshot = Snapshot::load(path).map_err(|error| self.refused(error.into()))?;
        self.restore(&snapshot)
    }

    fn state_at(&self, place: usize) -> T {
        match &self.incremental {
            Some(incremental) if !self.is_fallen => incremental.state_at(&self.history.bars, place),
            _ => self.batch.state(&self.history.bars[..place]),
        }
    }

    /// Changes the live state behind the session's back: a drill, to see that a shadow finds it. Nothing in batch mode.
    pub fn drill(&mut self, disturb: impl FnOnce(&mut T)) {
        if let Some(incremental) = &mut self.incremental {
            disturb(incremental.live_mut());
        }
    }

    /// Lets go of bars that need not be kept.
    #[cold]
    #[inline(never)]
    fn trim(&mut self) {
        let Some(keep) = self.settings.keep else { return };
        let len = self.history.bars.len();
        let drop = match &mut self.incremental {
            Some(incremental) => incremental.droppable(len, keep),
            None => len.saturating_sub(keep),
        };
        if drop == 0 {
            return;
        }
        // A batch that is neither served nor compared begins nowhere.
        let is_used = self.incremental.is_none() || self.settings.execution.is_shadowed();
        let batch = is_used.then(|| {
            let mut batch = self.batch.clone();
            batch.rebase(&self.history.bars, drop);
            batch
        });
        if let Some(incremental) = &mut self.incremental {
            incremental.rebase(&self.history.bars, drop);
        }
        if let Some(batch) = batch {
            self.batch = batch;
        }
        self.history.drop_first(drop);
    }

    #[inline]
    fn meta(&self) -> Meta {
        Meta { mode: self.mode(), backend: self.backend, warmup: 0, replayed: 0, is_hit: None, checks: 0, breaches: 0 }
    }
    /// Of the outputs of so many bars from a place on.
    #[inline]
    fn meta_of(&self, at: usize, bars: usize) -> Meta {
        let seen = self.history.dropped as usize + at;
        Meta { warmup: self.warmup.saturating_sub(seen).min(bars), ..self.meta() }
    }

    #[cold]
    fn refused(&mut self, error: SessionError) -> SessionError {
        self.stats.refusals += 1;
        tracing::warn!(partition = %self.partition, %error, "refused");
        error
    }
}
