//! RSI 14, MACD 12/26/9, Bollinger 20/2 and ATR 14.

use super::{Seeding, ema_factor, greater, strength, true_range, wilder_factor};
use crate::bar::Bar;

const WILDER: f64 = wilder_factor(14.0);
const FAST: f64 = ema_factor(12.0);
const SLOW: f64 = ema_factor(26.0);
const SIGNAL: f64 = ema_factor(9.0);
const N: usize = 20;
const SHARE: f64 = 1.0 / N as f64;
/// The bar of the first flip after which every average is seeded.
const STEADY: usize = 2 * N - 1;

/// The answers for one bar.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Out {
    pub rsi: Option<f64>,
    pub macd: Option<f64>,
    pub signal: Option<f64>,
    pub histogram: Option<f64>,
    pub upper: Option<f64>,
    pub middle: Option<f64>,
    pub lower: Option<f64>,
    pub atr: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    close: f64,
    up: f64,
    down: f64,
    range: f64,
    macd: f64,
    z_up: f64,
    z_down: f64,
    z_range: f64,
    z_fast: f64,
    z_slow: f64,
    z_signal: f64,
}

struct Averages {
    gain: f64,
    loss: f64,
    macd: f64,
    signal: f64,
    atr: f64,
}

impl State {
    #[inline(always)]
    fn steady(&mut self, bar: &Bar, before: f64) -> Averages {
        let close = bar.close();
        let change = close - before;
        let up = greater(change, 0.0);
        let down = up - change;
        let range = true_range(bar.high(), bar.low(), before);
        self.z_up = WILDER * (self.z_up - (up - self.up));
        self.z_down = WILDER * (self.z_down - (down - self.down));
        self.z_range = WILDER * (self.z_range - (range - self.range));
        self.z_fast = FAST * (self.z_fast - change);
        self.z_slow = SLOW * (self.z_slow - change);
        let macd = (close + self.z_fast) - (close + self.z_slow);
        self.z_signal = SIGNAL * (self.z_signal - (macd - self.macd));
        self.up = up;
        self.down = down;
        self.range = range;
        self.macd = macd;
        Averages {
            gain: up + self.z_up,
            loss: down + self.z_down,
            macd,
            signal: macd + self.z_signal,
            atr: range + self.z_range,
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct WarmUp {
    seen: usize,
    up: Seeding<14>,
    down: Seeding<14>,
    range: Seeding<14>,
    fast: Seeding<12>,
    slow: Seeding<26>,
    signal: Seeding<9>,
}

impl WarmUp {
    #[inline(always)]
    fn push(&mut self, state: &mut State, bar: &Bar) -> Out {
        let mut out = Out::default();
        let close = bar.close();
        if self.seen > 0 {
            let change = close - state.close;
            let up = greater(change, 0.0);
            let down = up - change;
            let range = true_range(bar.high(), bar.low(), state.close);
            let gain = self.up.push(&mut state.z_up, WILDER, up, state.up);
            let loss = self.down.push(&mut state.z_down, WILDER, down, state.down);
            out.rsi = gain.zip(loss).map(|(gain, loss)| strength(gain, loss));
            out.atr = self.range.push(&mut state.z_range, WILDER, range, state.range);
            (state.up, state.down, state.range) = (up, down, range);
        }
        let slow = self.slow.push(&mut state.z_slow, SLOW, close, state.close);
        // The fast average starts late, so that both are seeded on the same bar.
        let fast = (self.seen >= 26 - 12)
            .then(|| self.fast.push(&mut state.z_fast, FAST, close, state.close))
            .flatten();
        if let Some((fast, slow)) = fast.zip(slow) {
            let macd = fast - slow;
            out.signal = self.signal.push(&mut state.z_signal, SIGNAL, macd, state.macd);
            out.macd = out.signal.map(|_| macd);
            out.histogram = out.signal.map(|signal| macd - signal);
            state.macd = macd;
        }
        state.close = close;
        self.seen += 1;
        out
    }
}

#[inline(always)]
fn bands(shift: f64, sum: f64, squares: f64) -> (f64, f64, f64) {
    let scaled = sum * SHARE;
    let middle = shift + scaled;
    let moment = greater(squares - sum * scaled, 0.0);
    let width = 2.0 * (moment * SHARE).sqrt();
    (middle + width, middle, middle - width)
}

#[derive(Clone, Copy, Debug, Default)]
struct Front { pos: usize, shift: f64, sum: f64, squares: f64 }

#[derive(Clone, Debug)]
struct Ring { sums: [f64; RING], squares: [f64; RING] }
const RING: usize = 32;

impl Ring {
    #[inline(always)]
    fn flip(&mut self) -> f64 {
        let shift = self.sums[N - 1];
        let (mut sum, mut squares) = (0.0, 0.0);
        for (s, q) in self.sums[..N].iter_mut().zip(&mut self.squares[..N]).rev() {
            let x = *s - shift;
            sum += x;
            squares += x * x;
            *s = sum;
            *q = squares;
        }
        shift
    }
}

/// The indicators, one bar at a time.
#[derive(Clone, Debug)]
pub struct Step { state: State, front: Front, warm_up: WarmUp, ring: Ring }
impl Default for Step { fn default() -> Self { Self { state: State::default(), front: Front::default(), warm_up: WarmUp::default(), ring: Ring { sums: [0.0; RING], squares: [0.0; RING] } } } }
#[cold] #[inline(always)] fn cold() {}
impl Step {
    #[inline(always)]
    fn push(&mut self, x: f64) -> (f64, f64, f64) {
        let mut front = self.front;
        self.ring.sums[front.pos & (RING - 1)] = x;
        front.pos += 1;
        let d = x - front.shift;
        front.sum += d; front.squares += d * d;
        if front.pos == N { cold(); front = Front { pos: 0, shift: self.ring.flip(), sum: 0.0, squares: 0.0 }; }
        self.front = front;
        let p = front.pos & (RING - 1);
        bands(front.shift, self.ring.sums[p] + front.sum, self.ring.squares[p] + front.squares)
    }
    #[inline(always)]
    pub fn step(&mut self, bar: &Bar) -> Out {
        if self.warm_up.seen < STEADY {
            cold();
            let o = self.warm_up.push(&mut self.state, bar);
            let (upper, middle, lower) = self.push(bar.close());
            let (upper, middle, lower) = if self.warm_up.seen >= N { (Some(upper), Some(middle), Some(lower)) } else { (None, None, None) };
            return Out { rsi: o.rsi, macd: o.macd, signal: o.signal, histogram: o.histogram, upper, middle, lower, atr: o.atr };
        }
        let (upper, middle, lower) = self.push(bar.close());
        let mut state = self.state;
        let before = state.close;
        state.close = bar.close();
        let a = state.steady(bar, before);
        self.state = state;
        Out { rsi: Some(strength(a.gain, a.loss)), macd: Some(a.macd), signal: Some(a.signal), histogram: Some(a.macd - a.signal), upper: Some(upper), middle: Some(middle), lower: Some(lower), atr: Some(a.atr) }
    }
}
