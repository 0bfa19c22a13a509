//! What a session answers, and what it says of itself.

use super::{ExecutionMode, Partition, Snapshot};
use crate::row::Value;
use crate::value::Scalar;
use std::fmt;
use std::ops::RangeInclusive;

/// How an answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The mode that made it.
    pub mode: ExecutionMode,
    /// What ran the strategy: `compiled` or `interpreted`.
    pub backend: &'static str,
    /// How many of its bars lie in the warm-up, where outputs are null for want of a past.
    pub warmup: usize,
    /// Bars that were stepped again for it.
    pub replayed: usize,
    /// Whether a checkpoint saved some of the way; none where nothing was replayed.
    pub is_hit: Option<bool>,
    /// Bars on which batch and state were compared for it.
    pub checks: usize,
    /// Whether they differed: 0 or 1, since the first difference ends the comparison.
    pub breaches: usize,
}

/// The outputs of one bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<O> {
    /// The outputs.
    pub output: O,
    /// How they came about.
    pub meta: Meta,
}

/// The outputs of a whole history.
#[derive(Clone, Debug)]
pub struct Baseline<C> {
    /// A series for each output.
    pub columns: C,
    /// How they came about.
    pub meta: Meta,
}

/// What a change of the past did to the outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<O> {
    /// The times of the first and the last bar whose outputs changed; none where none did.
    pub range: Option<RangeInclusive<i64>>,
    /// The outputs in the range as they were, by time.
    pub old: Vec<(i64, O)>,
    /// The outputs in the range as they are.
    pub new: Vec<(i64, O)>,
    /// How they came about.
    pub meta: Meta,
}

/// Counts and sizes of a session.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Stats {
    /// The mode that is served.
    pub mode: ExecutionMode,
    /// Bars taken.
    pub bars: u64,
    /// Bars still kept.
    pub bars_kept: usize,
    /// Changes of the past, and replays asked for.
    pub replays: u64,
    /// Bars stepped again for them.
    pub bars_replayed: u64,
    /// Replays that began at a checkpoint.
    pub hits: u64,
    /// Replays that began at the first bar kept.
    pub misses: u64,
    /// Bars and snapshots that were refused.
    pub refusals: u64,
    /// States kept to come back to.
    pub checkpoints: usize,
    /// The bytes of the live state.
    pub state_bytes: usize,
    /// The bytes of all checkpoints.
    pub checkpoint_bytes: usize,
    /// The bytes of the bars kept.
    pub history_bytes: usize,
    /// Bars on which batch and state were compared.
    pub checks: u64,
    /// Bars on which they differed.
    pub breaches: u64,
    /// Replays that the state has gone through.
    pub epoch: u64,
}

impl Stats {
    /// Adds the counts and sizes of another session; what is too large to count stays at the largest.
    pub fn add(&mut self, other: &Stats) {
        self.bars = self.bars.saturating_add(other.bars);
        self.bars_kept = self.bars_kept.saturating_add(other.bars_kept);
        self.replays = self.replays.saturating_add(other.replays);
        self.bars_replayed = self.bars_replayed.saturating_add(other.bars_replayed);
        self.hits = self.hits.saturating_add(other.hits);
        self.misses = self.misses.saturating_add(other.misses);
        self.refusals = self.refusals.saturating_add(other.refusals);
        self.checkpoints = self.checkpoints.saturating_add(other.checkpoints);
        self.state_bytes = self.state_bytes.saturating_add(other.state_bytes);
        self.checkpoint_bytes = self.checkpoint_bytes.saturating_add(other.checkpoint_bytes);
        self.history_bytes = self.history_bytes.saturating_add(other.history_bytes);
        self.checks = self.checks.saturating_add(other.checks);
        self.breaches = self.breaches.saturating_add(other.breaches);
        self.epoch = self.epoch.saturating_add(other.epoch);
    }
}

/// An output in which batch and state differed.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach<S: Scalar = f64> {
    /// Where the bar came from.
    pub partition: Partition,
    /// The number of the bar, from 0.
    pub bar: u64,
    /// Its time.
    pub time: i64,
    /// The first output that differed.
    pub output: String,
    /// What the batch gave, which was served.
    pub batch: Value<S>,
    /// What the state gave.
    pub incremental: Value<S>,
    /// The state just before the bar.
    pub before: Snapshot<S>,
}

impl<S: Scalar> fmt::Display for Breach<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Breach { partition, bar, time, output, batch, incremental, before } = self;
        writeln!(
            f,
            "parity breach in {partition} at bar {bar} (time {time}), output `{output}`: batch {batch:?}, incremental {incremental:?}"
        )?;
        writeln!(f, "state before the bar, after {} bars:", before.header.bars)?;
        crate::live::Pretty(&before.nodes).fmt(f)
    }
}
