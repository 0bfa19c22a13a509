//! A strategy: `long = cross_over(ema 12, ema 26) and rsi 14 < 70 and close > sma 200 and atr 14 /
//! close < 0.05`, `exit = cross_under(ema 12, ema 26) or rsi 14 > 80`.
//!
//! Form: one loop between two flips of the long window, and no more of it than an answer needs.
//! What keeps no state is worked out only where it decides: the conditions of `long` after its
//! rarest, the cross; the RSI's division for `exit` only where `100 * gain > 79.99 * (gain +
//! loss)`, as without that the quotient cannot round to more than 80. The close before is read
//! from its bar instead of being carried. In a trial, alone: everything always 7.5 ns a bar, lazily
//! 7.4, guarded besides 6.5, the close read 5.9; comparisons multiplied out 7.2, pairs by hand 6.2,
//! the averages in a loop of their own over 5 bars 6.0, over 10 to 200 bars 6.9, divisions in a
//! loop of their own 8.3. Here, after the same source, the optimiser allots registers less happily:
//! 6.4 to 6.9, with the order of the state's fields, which also decides the step: 7.7 with this
//! one, up to 22 where it stores two numbers one by one and loads them as a pair. Wilder's averages
//! as `y = x + b * (y - x)` 5.4.

use super::{Seeding, assign_fields, block, ema_factor, greater, strength, true_range, wilder_factor};
use crate::bar::Bar;

const WILDER: f64 = wilder_factor(14.0);
const FAST: f64 = ema_factor(12.0);
const SLOW: f64 = ema_factor(26.0);
/// The long window, and a block.
const N: usize = 200;
const SHARE: f64 = 1.0 / N as f64;
/// The first flip.
const STEADY: usize = N - 1;

/// The answers for one bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Out {
    /// Enter.
    pub long: Option<bool>,
    /// Leave.
    pub exit: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    z_up: f64,
    up: f64,
    z_down: f64,
    z_range: f64,
    down: f64,
    range: f64,
    z_fast: f64,
    z_slow: f64,
    above: bool,
    below: bool,
}

impl State {
    /// `sma` gives the long average when it is asked for.
    #[inline(always)]
    fn steady(&mut self, bar: &Bar, before: f64, sma: impl FnOnce() -> f64) -> (bool, bool) {
        let close = bar.close();
        let change = close - before;
        let up = greater(change, 0.0);
        let down = up - change;
        self.z_up = WILDER * (self.z_up - (up - self.up));
        self.up = up;
        self.z_down = WILDER * (self.z_down - (down - self.down));
        self.down = down;
        let range = true_range(bar.high(), bar.low(), before);
        self.z_range = WILDER * (self.z_range - (range - self.range));
        self.range = range;
        self.z_fast = FAST * (self.z_fast - change);
        self.z_slow = SLOW * (self.z_slow - change);
        let (fast, slow) = (close + self.z_fast, close + self.z_slow);
        let (above, below) = (fast > slow, fast < slow);
        let over = above & !self.above;
        let under = below & !self.below;
        (self.above, self.below) = (above, below);
        let (gain, loss) = (up + self.z_up, down + self.z_down);
        let long = over && strength(gain, loss) < 70.0 && close > sma() && (range + self.z_range) / close < 0.05;
        let exit = under | (100.0 * gain > 79.99 * (gain + loss) && strength(gain, loss) > 80.0);
        (long, exit)
    }
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        (None, _) | (_, None) => None,
    }
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    and(a.map(|a| !a), b.map(|b| !b)).map(|neither| !neither)
}

#[derive(Clone, Copy, Debug, Default)]
struct WarmUp {
    seen: usize,
    up: Seeding<14>,
    down: Seeding<14>,
    range: Seeding<14>,
    fast: Seeding<12>,
    slow: Seeding<26>,
}

impl WarmUp {
    /// Answers without the long average, which no bar of the warm-up has.
    #[cold]
    #[inline(never)]
    fn push(mut self, mut state: State, bar: &Bar, before: f64) -> (Self, State, Out) {
        let close = bar.close();
        let (mut rsi, mut atr) = (None, None);
        if self.seen > 0 {
            let change = close - before;
            let up = greater(change, 0.0);
            let down = up - change;
            let range = true_range(bar.high(), bar.low(), before);
            let gain = self.up.push(&mut state.z_up, WILDER, up, state.up);
            let loss = self.down.push(&mut state.z_down, WILDER, down, state.down);
            rsi = gain.zip(loss).map(|(gain, loss)| strength(gain, loss));
            atr = self.range.push(&mut state.z_range, WILDER, range, state.range);
            (state.up, state.down, state.range) = (up, down, range);
        }
        let fast = self.fast.push(&mut state.z_fast, FAST, close, before);
        let slow = self.slow.push(&mut state.z_slow, SLOW, close, before);
        let (mut over, mut under) = (None, None);
        if let Some((fast, slow)) = fast.zip(slow) {
            let (above, below) = (fast > slow, fast < slow);
            if self.seen >= 26 {
                over = Some(above && !state.above);
                under = Some(below && !state.below);
            }
            (state.above, state.below) = (above, below);
        }
        self.seen += 1;
        let calm = and(over, rsi.map(|rsi| rsi < 70.0));
        let long = and(and(calm, None), atr.map(|atr| atr / close < 0.05));
        let exit = or(under, rsi.map(|rsi| rsi > 80.0));
        (self, state, Out { long, exit })
    }
}

/// A power of two, so that a masked index needs no bounds check and cannot reach the scalars.
const RING: usize = 256;

#[derive(Clone, Copy, Debug, Default)]
struct Front {
    len: usize,
    shift: f64,
    sum: f64,
}

/// The strategy, one bar at a time.
#[derive(Clone, Debug)]
pub struct Step {
    close: f64,
    front: Front,
    state: State,
    warm_up: WarmUp,
    /// From `front.len` on the sums of the old block's tail, before it the new block's values.
    ring: [f64; RING],
}

impl Default for Step {
    fn default() -> Self {
        Self { close: 0.0, front: Front::default(), state: State::default(), warm_up: WarmUp::default(), ring: [0.0; RING] }
    }
}

impl Step {
    /// Takes a closed bar and answers for it.
    #[inline(always)]
    pub fn step(&mut self, bar: &Bar) -> Out {
        let close = bar.close();
        let before = self.close;
        self.close = close;
        let mut front = self.front;
        self.ring[front.len & (RING - 1)] = close;
        front.len += 1;
        front.sum += close - front.shift;
        if front.len == N {
            let mut sum = 0.0;
            for k in (0..N).rev() {
                sum += self.ring[k] - close;
                self.ring[k] = sum;
            }
            front = Front { len: 0, shift: close, sum: 0.0 };
        }
        self.front = front;
        if self.warm_up.seen < STEADY {
            let mut state = State::default();
            assign_fields!(state, self.state, z_up up z_down z_range down range z_fast z_slow above below);
            let (warm_up, state, out) = self.warm_up.push(state, bar, before);
            assign_fields!(self.state, state, z_up up z_down z_range down range z_fast z_slow above below);
            self.warm_up = warm_up;
            return out;
        }
        let mut state = self.state;
        let (long, exit) = state.steady(bar, before, || front.shift + (self.ring[front.len & (RING - 1)] + front.sum) * SHARE);
        self.state = state;
        Out { long: Some(long), exit: Some(exit) }
    }
}

/// The strategy over a history, one answer for each bar.
pub fn batch(bars: &[Bar], long: &mut [Option<bool>], exit: &mut [Option<bool>]) {
    let warm = STEADY.min(bars.len());
    let mut step = Step::default();
    for (i, bar) in bars[..warm].iter().enumerate() {
        let out = step.step(bar);
        long[i] = out.long;
        exit[i] = out.exit;
    }
    steady(step.state, bars, long, exit);
}

#[inline(never)]
fn steady(mut state: State, bars: &[Bar], long: &mut [Option<bool>], exit: &mut [Option<bool>]) {
    let mut sums = [0.0; N];
    let mut at = STEADY;
    while at < bars.len() {
        let window: &[Bar; N] = block!(bars, at + 1 - N, N);
        let shift = window[N - 1].close();
        let mut sum = 0.0;
        for k in (0..N).rev() {
            sum += window[k].close() - shift;
            sums[k] = sum;
        }
        let len = N.min(bars.len() - at);
        let outs = long[at..][..len].iter_mut().zip(&mut exit[at..][..len]);
        let pairs = bars[at - 1..][..=len].array_windows::<2>();
        let mut sum = 0.0;
        for (([before, bar], (long, exit)), tail) in pairs.zip(outs).zip(&sums[..len]) {
            sum += bar.close() - shift;
            let (enter, leave) = state.steady(bar, before.close(), || shift + (tail + sum) * SHARE);
            *long = Some(enter);
            *exit = Some(leave);
        }
        at += len;
    }
}
