//! The two ways to run a strategy over a history that somebody else keeps.

use super::{ExecutionMode, Snapshot, SnapshotError};
use crate::bar::Bar;
use crate::live::Live;
use crate::value::Scalar;

/// A way to run one strategy. The history belongs to the caller, who gives the bars kept, in order, with every call.
///
/// ```
/// use barlang::session::{Backend, Batch, Checkpoints, Incremental};
/// use barlang::{ta, Bar};
/// let bars: Vec<Bar> = [5.0, 4.0, 3.0, 2.0, 6.0].iter().enumerate()
///     .map(|(i, &price)| Bar::new(i as i64, price, price, price, price, 0.0))
///     .collect::<Result<_, _>>()?;
/// let mut batch = Batch::new(ta!(ema(close, 2)));
/// let mut incremental = Incremental::new(ta!(ema(close, 2)), Checkpoints::default());
/// batch.initialize(&bars[..4]);
/// incremental.initialize(&bars[..4]);
/// assert_eq!(batch.step(&bars), incremental.step(&bars));
/// assert_eq!(batch.snapshot(&bars, None), incremental.snapshot(&bars, None));
/// # Ok::<(), barlang::BarError>(())
/// ```
pub trait Backend {
    /// The strategy that is run.
    type Strategy: Live;

    /// Which mode this is.
    fn mode(&self) -> ExecutionMode;
    /// The outputs of every bar of a history, from a fresh state. Nothing is kept and nothing changed.
    fn evaluate(&self, bars: &[BarOf<Self>]) -> <Self::Strategy as crate::Strategy>::Columns;
    /// Begins anew with a history, and gives its outputs.
    fn initialize(&mut self, bars: &[BarOf<Self>]) -> <Self::Strategy as crate::Strategy>::Columns;
    /// Takes the last of the bars, which is new.
    fn step(&mut self, bars: &[BarOf<Self>]) -> OutputOf<Self>;
    /// What [`Backend::step`] would give for a bar that may still change.
    fn preview(&self, bars: &[BarOf<Self>], bar: &BarOf<Self>) -> OutputOf<Self>;
    /// Takes a past that has changed, and gives the outputs from the change on, as they were and as they are. A change
    /// whose new bars end past the bars panics, as the range of a slice.
    fn replay(&mut self, bars: &[BarOf<Self>], change: &Edit<ScalarOf<Self>>) -> Replay<OutputOf<Self>>;
    /// The state behind the last bar.
    fn state(&self, bars: &[BarOf<Self>]) -> Self::Strategy;
    /// The state behind the last bar as a document; `last_time` is its time.
    fn snapshot(&self, bars: &[BarOf<Self>], last_time: Option<i64>) -> Snapshot<ScalarOf<Self>> {
        self.state(bars).snapshot(last_time)
    }
    /// Goes on from a snapshot; the bars kept begin behind it. On an error nothing has changed.
    fn restore(&mut self, snapshot: &Snapshot<ScalarOf<Self>>) -> Result<(), SnapshotError>;
    /// Takes the state behind some of the bars as the one to begin with: the bars before are no longer kept. More dropped than
    /// there are panics, as the range of a slice.
    fn rebase(&mut self, kept: &[BarOf<Self>], dropped: usize);
    /// Lets go of all that only saves time.
    fn clear_cache(&mut self);
}

/// The scalar of a backend.
pub type ScalarOf<B> = <<B as Backend>::Strategy as crate::Strategy>::Scalar;
/// The bar of a backend.
pub type BarOf<B> = Bar<ScalarOf<B>>;
/// The outputs of one bar of a backend.
pub type OutputOf<B> = <<B as Backend>::Strategy as crate::Strategy>::Output;

/// How a past has changed: at one place, some bars stand where others stood.
#[derive(Clone, Debug)]
pub struct Edit<S: Scalar> {
    /// The first bar that changed.
    pub at: usize,
    /// The bars that stood there before.
    pub old: Vec<Bar<S>>,
    /// How many stand there now.
    pub new: usize,
}

/// What a replay gave.
#[derive(Clone, Debug)]
pub struct Replay<O> {
    /// The outputs from the change on, before it.
    pub old: Vec<O>,
    /// The outputs from the change on, after it.
    pub new: Vec<O>,
    /// Bars stepped again over the new history.
    pub bars: usize,
    /// Whether a checkpoint saved some of the way; a replay from the beginning is a miss.
    pub is_hit: bool,
}

fn run<T: Live>(strategy: &mut T, bars: &[Bar<T::Scalar>]) -> Vec<T::Output> {
    bars.iter().map(|bar| strategy.step(bar)).collect()
}

/// Every answer from all bars kept: [`crate::Strategy::batch`], or steps from where the bars begin, when earlier ones are no longer kept.
#[derive(Clone, Debug)]
pub struct Batch<T> {
    /// Boxed, as all states that are kept: a long window is more than some stacks hold several of.
    fresh: Box<T>,
    /// The state before the first bar kept, where that is not the first of all.
    base: Option<Box<T>>,
}

impl<T: Live> Batch<T> {
    /// Runs this strategy; what it has taken so far is forgotten.
    pub fn new(mut strategy: T) -> Self {
        strategy.reset();
        Batch { fresh: Box::new(strategy), base: None }
    }
    /// The strategy before any bar.
    pub fn fresh(&self) -> &T {
        &self.fresh
    }
    fn outputs(&self, bars: &[Bar<T::Scalar>], from: usize) -> Vec<T::Output> {
        match &self.base {
            None => {
                let columns = self.fresh.batch(bars);
                (from..bars.len()).map(|i| self.fresh.row(&columns, i)).collect()
            }
            Some(base) => run(&mut *base.clone(), bars).split_off(from),
        }
    }
}

impl<T: Live> Backend for Batch<T> {
    type Strategy = T;

    fn mode(&self) -> ExecutionMode {
        ExecutionMode::Batch
    }
    fn evaluate(&self, bars: &[Bar<T::Scalar>]) -> T::Columns {
        self.fresh.batch(bars)
    }
    fn initialize(&mut self, bars: &[Bar<T::Scalar>]) -> T::Columns {
        self.base = None;
        self.evaluate(bars)
    }
    fn step(&mut self, bars: &[Bar<T::Scalar>]) -> T::Output {
        let Some((last, before)) = bars.split_last() else { return self.fresh.row(&self.fresh.batch(bars), 0) };
        match &self.base {
            None => self.fresh.row(&self.fresh.batch(bars), before.len()),
            Some(_) => self.state(before).step(last),
        }
    }
    fn preview(&self, bars: &[Bar<T::Scalar>], bar: &Bar<T::Scalar>) -> T::Output {
        match &self.base {
            None => self.fresh.row(&self.fresh.batch(&[bars, std::slice::from_ref(bar)].concat()), bars.len()),
            Some(_) => self.state(bars).step(bar),
        }
    }
    fn replay(&mut self, bars: &[Bar<T::Scalar>], change: &Edit<T::Scalar>) -> Replay<T::Output> {
        let before = [&bars[..change.at], &change.old, &bars[change.at + change.new..]].concat();
        Replay { old: self.outputs(&before, change.at), new: self.outputs(bars, change.at), bars: bars.len(), is_hit: false }
    }
    fn state(&self, bars: &[Bar<T::Scalar>]) -> T {
        let mut state = T::clone(self.base.as_ref().unwrap_or(&self.fresh));
        for bar in bars {
            state.step(bar);
        }
        state
    }
    fn restore(&mut self, snapshot: &Snapshot<T::Scalar>) -> Result<(), SnapshotError> {
        let state = snapshot.put(&*self.fresh)?;
        self.base = (snapshot.header.bars > 0).then_some(state);
        Ok(())
    }
    fn rebase(&mut self, kept: &[Bar<T::Scalar>], dropped: usize) {
        if dropped > 0 {
            self.base = Some(Box::new(self.state(&kept[..dropped])));
        }
    }
    fn clear_cache(&mut self) {}
}

/// How often a state is kept, and how many are.
///
/// When there are too many, those go whose loss costs least: far back they stand far apart, so that a change `k` bars back costs at most a
/// fixed part of `k` more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoints {
    /// Bars from one to the next. If none is given: 256, or a quarter of the bytes of a compiled state where that is more, up to 1,024. What it
    /// costs to keep a large state is so spread over more bars; an interpreted step costs more than its part of a copy.
    pub every: Option<usize>,
    /// How many are kept at most.
    pub most: usize,
}

impl Default for Checkpoints {
    /// 24, as far apart as the size of the state asks.
    fn default() -> Self {
        Checkpoints { every: None, most: 24 }
    }
}

impl Checkpoints {
    /// Bars from one to the next, for the states of a strategy.
    pub(super) fn spacing(self, strategy: &impl Live) -> usize {
        let by_size = || if strategy.backend() == "compiled" { (strategy.state_bytes() / 4).clamp(256, 1_024) } else { 256 };
        self.every.unwrap_or_else(by_size).max(1)
    }
}

/// Every answer from a state that lives on, with states of the past to come back to.
#[derive(Clone, Debug)]
pub struct Incremental<T> {
    live: Box<T>,
    /// The state before the first bar kept.
    base: Box<T>,
    /// The states behind so many bars, in order. Boxed: the list is moved when one of them goes.
    checkpoints: Vec<(usize, Box<T>)>,
    /// Bars from one to the next.
    spacing: usize,
    /// How many are kept at most.
    most: usize,
    /// Bars until the next checkpoint. It is taken when the bar behind it comes, so that nothing is left to do once the outputs are there.
    left: usize,
}

/// The nearest of some states at or before a place, else the first of all, and how many bars it has taken.
fn nearest<'s, T>(checkpoints: &'s [(usize, Box<T>)], base: &'s T, place: usize) -> (usize, &'s T) {
    let found = checkpoints.iter().rev().find(|(at, _)| *at <= place);
    found.map_or((0, base), |(at, state)| (*at, &**state))
}

impl<T: Live> Incremental<T> {
    /// Runs this strategy; what it has taken so far is forgotten.
    pub fn new(mut strategy: T, policy: Checkpoints) -> Self {
        strategy.reset();
        let spacing = policy.spacing(&strategy);
        let base = Box::new(strategy);
        Incremental { live: base.clone(), base, checkpoints: Vec::new(), spacing, most: policy.most, left: spacing }
    }
    /// The live state.
    pub fn live(&self) -> &T {
        &self.live
    }
    pub(super) fn live_mut(&mut self) -> &mut T {
        &mut self.live
    }
    /// The number of checkpoints.
    pub fn checkpoints(&self) -> usize {
        self.checkpoints.len()
    }
    /// How many bars may go so that at least so many stay: up to a checkpoint, if one is near.
    pub(super) fn droppable(&self, bars: usize, keep: usize) -> usize {
        let most = bars.saturating_sub(keep);
        let places = self.checkpoints.iter().rev().map(|(at, _)| *at);
        places.filter(|at| (most / 2..=most).contains(at)).max().unwrap_or(most)
    }
    /// Takes the bar behind the first so many.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn take(&mut self, bar: &Bar<T::Scalar>, behind: usize) -> T::Output {
        if self.left == 0 {
            self.keep(behind);
        }
        self.left -= 1;
        self.live.step(bar)
    }
    /// Keeps the live state.
    #[cold]
    #[inline(never)]
    fn keep(&mut self, now: usize) {
        self.left = self.spacing;
        if self.checkpoints.len() < self.most {
            self.checkpoints.push((now, self.live.clone()));
            return;
        }
        // The new state goes where the one lay that is missed least.
        let Some(worst) = self.dispensable(now) else { return };
        let (_, mut place) = self.checkpoints.remove(worst);
        T::clone_from(&mut place, &self.live);
        self.checkpoints.push((now, place));
    }
    /// The checkpoint between whose neighbours the shortest way, seen from now, would be left without a state.
    fn dispensable(&self, now: usize) -> Option<usize> {
        let (mut before, mut worst) = (0, (f64::INFINITY, None));
        for (i, (at, _)) in self.checkpoints.iter().enumerate() {
            let next = self.checkpoints.get(i + 1).map_or(now, |(at, _)| *at);
            let gap = (next - before) as f64 / (now - before).max(1) as f64;
            if gap < worst.0 {
                worst = (gap, Some(i));
            }
            before = *at;
        }
        worst.1
    }
    /// The nearest state at or before a place, and how many bars it has taken.
    fn nearest(&self, place: usize) -> (usize, &T) {
        nearest(&self.checkpoints, &self.base, place)
    }
    /// The state behind the first so many of the bars.
    pub(super) fn state_at(&self, bars: &[Bar<T::Scalar>], place: usize) -> T {
        let (at, state) = self.nearest(place);
        let mut state = state.clone();
        for bar in &bars[at..place] {
            state.step(bar);
        }
        state
    }
    /// Steps the live state over the bars from a place on, where it stands.
    fn run_on(&mut self, bars: &[Bar<T::Scalar>], from: usize, mut put: impl FnMut(T::Output)) {
        for (i, bar) in bars.iter().enumerate().skip(from) {
            put(self.take(bar, i));
        }
    }
    /// Goes back to a place: later states are forgotten.
    pub(super) fn go_back(&mut self, bars: &[Bar<T::Scalar>], place: usize) {
        self.checkpoints.retain(|(at, _)| *at <= place);
        let (at, state) = nearest(&self.checkpoints, &self.base, place);
        T::clone_from(&mut self.live, state);
        self.left = self.spacing - (place - at) % self.spacing;
        for bar in &bars[at..place] {
            self.live.step(bar);
        }
    }
    pub(super) fn begin_at(&mut self, state: Box<T>) {
        self.base = state;
        self.rebuild(&[]);
    }
    /// Makes the live state anew from the oldest one.
    pub(super) fn rebuild(&mut self, bars: &[Bar<T::Scalar>]) {
        self.clear_cache();
        T::clone_from(&mut self.live, &self.base);
        self.left = self.spacing;
        self.run_on(bars, 0, drop);
    }
}

impl<T: Live> Backend for Incremental<T> {
    type Strategy = T;

    fn mode(&self) -> ExecutionMode {
        ExecutionMode::Incremental
    }
    fn evaluate(&self, bars: &[Bar<T::Scalar>]) -> T::Columns {
        self.live.batch(bars)
    }
    fn initialize(&mut self, bars: &[Bar<T::Scalar>]) -> T::Columns {
        self.base.reset();
        self.rebuild(bars);
        self.evaluate(bars)
    }
    #[inline]
    fn step(&mut self, bars: &[Bar<T::Scalar>]) -> T::Output {
        let Some(bar) = bars.last() else { return self.live.row(&self.live.batch(bars), 0) };
        self.take(bar, bars.len() - 1)
    }
    #[inline]
    fn preview(&self, _: &[Bar<T::Scalar>], bar: &Bar<T::Scalar>) -> T::Output {
        self.live.peek(bar)
    }
    fn replay(&mut self, bars: &[Bar<T::Scalar>], change: &Edit<T::Scalar>) -> Replay<T::Output> {
        let (from, _) = self.nearest(change.at);
        self.go_back(bars, change.at);
        let mut before = self.live.clone();
        let mut old = run(&mut *before, &change.old);
        old.extend(run(&mut *before, &bars[change.at + change.new..]));
        let mut new = Vec::with_capacity(bars.len() - change.at);
        self.run_on(bars, change.at, |output| new.push(output));
        Replay { old, new, bars: bars.len() - from, is_hit: from > 0 }
    }
    fn state(&self, _: &[Bar<T::Scalar>]) -> T {
        T::clone(&self.live)
    }
    fn restore(&mut self, snapshot: &Snapshot<T::Scalar>) -> Result<(), SnapshotError> {
        let state = snapshot.put(&*self.live)?;
        self.begin_at(state);
        Ok(())
    }
    fn rebase(&mut self, kept: &[Bar<T::Scalar>], dropped: usize) {
        *self.base = self.state_at(kept, dropped);
        self.checkpoints.retain(|(at, _)| *at > dropped);
        for (at, _) in &mut self.checkpoints {
            *at -= dropped;
        }
    }
    fn clear_cache(&mut self) {
        self.checkpoints.clear();
    }
}
