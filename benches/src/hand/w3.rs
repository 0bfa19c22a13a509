//! Donchian 20, Williams %R 14, stochastic 14/3/3 and Aroon 25.
//!
//! Form: highs and negated lows travel as pairs, which lie side by side in a bar, so that one maximum
//! serves both. Doubling gives the windows: the maxima of 2, 4, 8 and 16 bars, each from two
//! of the one before, then 14 = 8 and 8, 20 = 16 and 16, overlapping. Aroon's ages come from the
//! two-stack form (van Herk's) on pairs of value and place, three comparisons a bar and no branch.
//! Both in one loop over 26 bars, Aroon's window; divisions and averages in loops after it: 8.0 ns
//! a bar. Measured besides: doubling and Aroon in loops of their own 9.7, as the optimiser then
//! takes two bars at a time and shuffles the pairs apart; all in one loop 11.1; columns of highs and
//! lows, two bars to an instruction, ages in integers 11.2; blocks of 52 to 208 bars no better; rings
//! with a mask and a scan for the age when the extreme leaves 15.1, and more in a trend.

use super::{block, mean_of_three, or_nan, padded, ratio};
use crate::bar::Bar;

/// Aroon's window, and a block.
const N: usize = 26;
/// The first flip.
const STEADY: usize = N - 1;
/// What one bar of age takes from Aroon's 100.
const PER_BAR: f64 = 4.0;

/// The answers for one bar.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Out {
    /// The greatest high.
    pub upper: Option<f64>,
    /// Half-way between `upper` and `lower`.
    pub middle: Option<f64>,
    /// The least low.
    pub lower: Option<f64>,
    /// Williams %R.
    pub williams_r: Option<f64>,
    /// The smoothed place of the close in the range.
    pub k: Option<f64>,
    /// The average of `k`.
    pub d: Option<f64>,
    /// How recent the least low is.
    pub down: Option<f64>,
    /// How recent the greatest high is.
    pub up: Option<f64>,
}

/// One number of the highs, one of the negated lows.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(16))]
struct Pair([f64; 2]);

impl Pair {
    const LEAST: Self = Self([f64::NEG_INFINITY; 2]);
    const ZERO: Self = Self([0.0; 2]);

    #[inline(always)]
    fn of(bar: &Bar) -> Self {
        Self([bar.high(), -bar.low()])
    }

    #[inline(always)]
    fn greater(self, other: Self) -> Self {
        Self(std::array::from_fn(|k| super::greater(self.0[k], other.0[k])))
    }

    /// Of each lane `a` where this one is at least `other`, else `b`.
    #[inline(always)]
    fn at_least(self, other: Self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|k| if self.0[k] >= other.0[k] { a.0[k] } else { b.0[k] }))
    }

    /// Of each lane `a` where this one is above `other`, else `b`.
    #[inline(always)]
    fn above(self, other: Self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|k| if self.0[k] > other.0[k] { a.0[k] } else { b.0[k] }))
    }
}

/// Williams %R and the raw stochastic, for the extremes of 14 bars.
#[inline(always)]
fn places(extremes: Pair, close: f64) -> (f64, f64) {
    let [high, low] = [extremes.0[0], -extremes.0[1]];
    let range = high - low;
    (ratio(-100.0 * (high - close), range), ratio(100.0 * (close - low), range))
}

/// For each bar of a window how it fares from there to the window's end: the extremes, and `PER_BAR`
/// times the place of the latest bar that has them.
#[derive(Clone, Debug)]
struct Tail {
    extremes: [Pair; N],
    places: [Pair; N],
}

impl Tail {
    const NONE: Self = Self { extremes: [Pair::LEAST; N], places: [Pair::ZERO; N] };

    #[inline(always)]
    fn place(k: usize) -> Pair {
        Pair([PER_BAR * k as f64; 2])
    }
}

/// What the newest bars, fewer than a window, have so far: as in `Tail`, places counted on from it.
#[derive(Clone, Copy, Debug)]
struct Front {
    extremes: Pair,
    places: Pair,
}

impl Front {
    const NONE: Self = Self { extremes: Pair::LEAST, places: Pair::ZERO };

    /// Takes the bar at `place` and gives the place of the whole window's extremes.
    #[inline(always)]
    fn push(&mut self, pair: Pair, place: Pair, tail: &Tail, k: usize) -> Pair {
        self.places = pair.at_least(self.extremes, place, self.places);
        self.extremes = pair.greater(self.extremes);
        self.extremes.at_least(tail.extremes[k], self.places, tail.places[k])
    }
}

/// Slots of a ring, a power of two: a masked index needs no bounds check.
const RING: usize = 8;

#[derive(Clone, Debug)]
struct Ring([Pair; RING]);

impl Ring {
    /// The value put there `back` bars ago.
    #[inline(always)]
    fn back(&self, at: usize, back: usize) -> Pair {
        self.0[at.wrapping_sub(back) & (RING - 1)]
    }

    #[inline(always)]
    fn put(&mut self, at: usize, pair: Pair) {
        self.0[at & (RING - 1)] = pair;
    }
}

#[derive(Clone, Copy, Debug)]
struct State {
    seen: usize,
    len: usize,
    pair: Pair,
    front: Front,
    raw: [f64; 2],
    k: [f64; 2],
}

/// The indicators, one bar at a time.
#[derive(Clone, Debug)]
pub struct Step {
    state: State,
    two: Ring,
    four: Ring,
    eight: Ring,
    sixteen: Ring,
    tail: Tail,
}

impl Default for Step {
    fn default() -> Self {
        let ring = || Ring([Pair::LEAST; RING]);
        Self {
            state: State { seen: 0, len: 0, pair: Pair::LEAST, front: Front::NONE, raw: [0.0; 2], k: [0.0; 2] },
            two: ring(),
            four: ring(),
            eight: ring(),
            sixteen: ring(),
            tail: Tail::NONE,
        }
    }
}

impl Step {
    /// Takes a closed bar and answers for it.
    #[inline(always)]
    pub fn step(&mut self, bar: &Bar) -> Out {
        let mut state = self.state;
        let at = state.seen;
        let pair = Pair::of(bar);
        let two = pair.greater(state.pair);
        let four = two.greater(self.two.back(at, 2));
        let eight = four.greater(self.four.back(at, 4));
        let sixteen = eight.greater(self.eight.back(at, 8));
        let fourteen = eight.greater(self.eight.back(at, 6));
        let twenty = sixteen.greater(self.sixteen.back(at, 4));
        self.two.put(at, two);
        self.four.put(at, four);
        self.eight.put(at, eight);
        self.sixteen.put(at, sixteen);
        state.pair = pair;

        let (williams_r, raw) = places(fourteen, bar.close());
        let k = mean_of_three(state.raw[0], state.raw[1], raw);
        let d = mean_of_three(state.k[0], state.k[1], k);
        state.raw = [state.raw[1], raw];
        state.k = [state.k[1], k];

        self.tail.extremes[state.len] = pair;
        state.len += 1;
        let (place, newest) = if state.len == N {
            let mut extremes = pair;
            let mut places = Tail::place(N - 1);
            self.tail.places[N - 1] = places;
            for k in (0..N - 1).rev() {
                let pair = self.tail.extremes[k];
                places = pair.above(extremes, Tail::place(k), places);
                extremes = pair.greater(extremes);
                self.tail.extremes[k] = extremes;
                self.tail.places[k] = places;
            }
            state.len = 0;
            state.front = Front::NONE;
            (places, Tail::place(N - 1))
        } else {
            let newest = Tail::place(N - 1 + state.len);
            (state.front.push(pair, newest, &self.tail, state.len), newest)
        };
        state.seen += 1;
        self.state = state;

        let full = |n: usize, value: f64| (state.seen >= n).then_some(value);
        let rest = 100.0 - newest.0[0];
        let steady = Out {
            upper: Some(twenty.0[0]),
            middle: Some((twenty.0[0] - twenty.0[1]) * 0.5),
            lower: Some(-twenty.0[1]),
            williams_r: Some(williams_r),
            k: Some(k),
            d: Some(d),
            down: Some(rest + place.0[1]),
            up: Some(rest + place.0[0]),
        };
        if state.seen > STEADY {
            return steady;
        }
        Out {
            upper: full(20, twenty.0[0]),
            middle: full(20, (twenty.0[0] - twenty.0[1]) * 0.5),
            lower: full(20, -twenty.0[1]),
            williams_r: full(14, williams_r),
            k: full(18, k),
            d: full(18, d),
            down: None,
            up: None,
        }
    }
}

/// The columns of `Out`, in its order.
type Columns<'a, T> = [&'a mut T; 8];

/// The indicators over a history: a number for each bar in each column, NaN before the first.
pub fn batch(bars: &[Bar], columns: Columns<'_, [f64]>) {
    let [upper, middle, lower, williams_r, k, d, down, up] = columns;
    let warm = STEADY.min(bars.len());
    let mut step = Step::default();
    for (i, bar) in bars[..warm].iter().enumerate() {
        let out = step.step(bar);
        upper[i] = or_nan(out.upper);
        middle[i] = or_nan(out.middle);
        lower[i] = or_nan(out.lower);
        williams_r[i] = or_nan(out.williams_r);
        k[i] = or_nan(out.k);
        d[i] = or_nan(out.d);
        down[i] = or_nan(out.down);
        up[i] = or_nan(out.up);
    }
    steady(&step, bars, upper, middle, lower, williams_r, k, d, down, up);
}

/// The columns of a block, each after the last values of the block before.
struct Work {
    two: [Pair; N + 2],
    four: [Pair; N + 4],
    eight: [Pair; N + 8],
    sixteen: [Pair; N + 4],
    raw: [f64; N + 2],
    k: [f64; N + 2],
    last: Pair,
    tail: Tail,
    fourteen: [Pair; N],
}

#[inline(never)]
fn steady(
    step: &Step,
    bars: &[Bar],
    upper: &mut [f64],
    middle: &mut [f64],
    lower: &mut [f64],
    williams_r: &mut [f64],
    k: &mut [f64],
    d: &mut [f64],
    down: &mut [f64],
    up: &mut [f64],
) {
    let State { seen, pair, raw, k: k_before, .. } = step.state;
    let mut work = Work {
        two: [Pair::LEAST; N + 2],
        four: [Pair::LEAST; N + 4],
        eight: [Pair::LEAST; N + 8],
        sixteen: [Pair::LEAST; N + 4],
        raw: [0.0; N + 2],
        k: [0.0; N + 2],
        last: pair,
        tail: Tail::NONE,
        fourteen: [Pair::ZERO; N],
    };
    work.two[N..].copy_from_slice(&std::array::from_fn::<_, 2, _>(|j| step.two.back(seen, 2 - j)));
    work.four[N..].copy_from_slice(&std::array::from_fn::<_, 4, _>(|j| step.four.back(seen, 4 - j)));
    work.eight[N..].copy_from_slice(&std::array::from_fn::<_, 8, _>(|j| step.eight.back(seen, 8 - j)));
    work.sixteen[N..].copy_from_slice(&std::array::from_fn::<_, 4, _>(|j| step.sixteen.back(seen, 4 - j)));
    work.raw[N..].copy_from_slice(&raw);
    work.k[N..].copy_from_slice(&k_before);
    let mut at = STEADY;
    while at + N <= bars.len() {
        let out = [
            block!(mut upper, at, N),
            block!(mut middle, at, N),
            block!(mut lower, at, N),
            block!(mut williams_r, at, N),
            block!(mut k, at, N),
            block!(mut d, at, N),
            block!(mut down, at, N),
            block!(mut up, at, N),
        ];
        block(&mut work, block!(bars, at + 1 - N, N), block!(bars, at, N), out);
        at += N;
    }
    if at < bars.len() {
        rest(work, bars, at, [upper, middle, lower, williams_r, k, d, down, up]);
    }
}

/// The last bars, fewer than a block.
#[cold]
#[inline(never)]
fn rest(mut work: Work, bars: &[Bar], at: usize, columns: Columns<'_, [f64]>) {
    let mut out = [[0.0; N]; 8];
    block(&mut work, block!(bars, at + 1 - N, N), &padded(bars, at), out.each_mut());
    for (column, out) in columns.into_iter().zip(&out) {
        column[at..bars.len()].copy_from_slice(&out[..bars.len() - at]);
    }
}

/// Moves the last values to the front, a few numbers without a call.
#[inline(always)]
fn carry<T: Copy, const M: usize>(values: &mut [T; M]) {
    for j in 0..M - N {
        values[j] = values[N + j];
    }
}

/// A flip on the last bar of `window`, which is the first of `bars`, and all of `bars`.
#[inline(always)]
fn block(work: &mut Work, window: &[Bar; N], bars: &[Bar; N], out: Columns<'_, [f64; N]>) {
    let [upper, middle, lower, williams_r, k, d, down, up] = out;
    carry(&mut work.two);
    carry(&mut work.four);
    carry(&mut work.eight);
    carry(&mut work.sixteen);
    carry(&mut work.raw);
    carry(&mut work.k);

    let tail = &mut work.tail;
    let mut extremes = Pair::of(&window[N - 1]);
    let mut places_ = Tail::place(N - 1);
    tail.extremes[N - 1] = extremes;
    tail.places[N - 1] = places_;
    for j in (0..N - 1).rev() {
        let pair = Pair::of(&window[j]);
        places_ = pair.above(extremes, Tail::place(j), places_);
        extremes = pair.greater(extremes);
        tail.extremes[j] = extremes;
        tail.places[j] = places_;
    }

    let mut last = work.last;
    let mut front = Front::NONE;
    let mut newest = PER_BAR * (N - 1) as f64;
    for j in 0..N {
        let pair = Pair::of(&bars[j]);
        let two = pair.greater(last);
        last = pair;
        let four = two.greater(work.two[j]);
        let eight = four.greater(work.four[j]);
        let sixteen = eight.greater(work.eight[j]);
        let twenty = sixteen.greater(work.sixteen[j]);
        work.fourteen[j] = eight.greater(work.eight[j + 2]);
        upper[j] = twenty.0[0];
        lower[j] = -twenty.0[1];
        work.two[j + 2] = two;
        work.four[j + 4] = four;
        work.eight[j + 8] = eight;
        work.sixteen[j + 4] = sixteen;
        let place = front.push(pair, Pair([newest; 2]), &work.tail, j);
        let rest = 100.0 - newest;
        down[j] = rest + place.0[1];
        up[j] = rest + place.0[0];
        newest += PER_BAR;
    }
    work.last = last;
    for j in 0..N {
        middle[j] = (upper[j] + lower[j]) * 0.5;
    }
    for j in 0..N {
        (williams_r[j], work.raw[j + 2]) = places(work.fourteen[j], bars[j].close());
    }
    for j in 0..N {
        work.k[j + 2] = mean_of_three(work.raw[j], work.raw[j + 1], work.raw[j + 2]);
    }
    for j in 0..N {
        k[j] = work.k[j + 2];
        d[j] = mean_of_three(work.k[j], work.k[j + 1], work.k[j + 2]);
    }
}
