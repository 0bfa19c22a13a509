//! SMA 200, standard deviation 200, maximum 200, slope of the linear regression 100 and WMA 100, all
//! of the close.
//!
//! Form: the flips of both windows fall on multiples of 100 bars, so a block of 100 bars has only
//! running sums and what is made of them. Two bars to a turn: the sums of both one after the other,
//! then each output for both, which become two-lane instructions: 5.4 ns a bar. Measured besides:
//! one bar to a turn 6.8; the sums into the columns first, then loops over 100 bars 5.9, over 10
//! bars 5.6.

use super::{block, greater, or_nan, padded};
use crate::bar::Bar;

/// The short window, and a block.
const SHORT: usize = 100;
/// The long window.
const LONG: usize = 200;
/// The first flip of the long window.
const STEADY: usize = LONG - 1;

const SHARE: f64 = 1.0 / LONG as f64;
const WEIGHT: f64 = 1.0 / (SHORT * (SHORT + 1) / 2) as f64;
const CENTRE: f64 = (SHORT + 1) as f64 / 2.0;
const SLOPE: f64 = 12.0 / (SHORT * (SHORT * SHORT - 1)) as f64;

/// The answers for one bar.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Out {
    /// The simple average of 200.
    pub sma: Option<f64>,
    /// The population's standard deviation over 200.
    pub stdev: Option<f64>,
    /// The greatest of 200.
    pub max: Option<f64>,
    /// The slope of the line through 100.
    pub slope: Option<f64>,
    /// The average of 100, the newest weighing most.
    pub wma: Option<f64>,
}

/// Sum, sum of squares and greatest of the new block.
#[derive(Clone, Copy, Debug)]
struct Long {
    len: usize,
    shift: f64,
    sum: f64,
    squares: f64,
    max: f64,
}

impl Long {
    const fn after_flip(shift: f64) -> Self {
        Self { len: 0, shift, sum: 0.0, squares: 0.0, max: f64::NEG_INFINITY }
    }

    #[inline(always)]
    fn push(&mut self, x: f64) {
        let shifted = x - self.shift;
        self.sum += shifted;
        self.squares += shifted * shifted;
        self.max = greater(self.max, x);
    }
}

/// Sum of the new block, and the sum of what its older values weigh less than the newest.
#[derive(Clone, Copy, Debug)]
struct Short {
    len: usize,
    shift: f64,
    sum: f64,
    lag: f64,
}

impl Short {
    const fn after_flip(shift: f64) -> Self {
        Self { len: 0, shift, sum: 0.0, lag: 0.0 }
    }

    #[inline(always)]
    fn push(&mut self, x: f64) {
        self.lag += self.sum;
        self.sum += x - self.shift;
    }
}

#[inline(always)]
fn deviation(sum: f64, squares: f64) -> f64 {
    (greater(squares - sum * (sum * SHARE), 0.0) * SHARE).sqrt()
}

/// The weighted sum: the new block's values weigh 100 less their lag, the tail's are summed already.
#[inline(always)]
fn weighted(tail: f64, sum: f64, lag: f64) -> f64 {
    tail + (SHORT as f64 * sum - lag)
}

#[inline(always)]
fn slope(sum: f64, weighted: f64) -> f64 {
    (weighted - CENTRE * sum) * SLOPE
}

/// For each value of the long window the sums and the greatest from there to the window's end.
#[derive(Clone, Debug)]
struct LongTail {
    sums: [f64; LONG],
    squares: [f64; LONG],
    maxima: [f64; LONG],
}

impl LongTail {
    #[cold]
    #[inline(never)]
    fn flip(&mut self, newest: f64) {
        self.fill(newest, |k, values| values[k]);
    }

    #[inline(always)]
    fn fill(&mut self, shift: f64, value: impl Fn(usize, &[f64; LONG]) -> f64) {
        let (mut sum, mut squares, mut max) = (0.0, 0.0, f64::NEG_INFINITY);
        for k in (0..LONG).rev() {
            let x = value(k, &self.sums);
            let shifted = x - shift;
            sum += shifted;
            squares += shifted * shifted;
            max = greater(max, x);
            self.sums[k] = sum;
            self.squares[k] = squares;
            self.maxima[k] = max;
        }
    }
}

/// The same for the short window: the sums, and the sums weighted 1, 2, 3 … from there.
#[derive(Clone, Debug)]
struct ShortTail {
    sums: [f64; SHORT],
    weighted: [f64; SHORT],
}

impl ShortTail {
    #[cold]
    #[inline(never)]
    fn flip(&mut self, newest: f64) {
        self.fill(newest, |k, values| values[k]);
    }

    #[inline(always)]
    fn fill(&mut self, shift: f64, value: impl Fn(usize, &[f64; SHORT]) -> f64) {
        let (mut sum, mut weighted) = (0.0, 0.0);
        for k in (0..SHORT).rev() {
            sum += value(k, &self.sums) - shift;
            weighted += sum;
            self.sums[k] = sum;
            self.weighted[k] = weighted;
        }
    }
}

/// The indicators, one bar at a time. The first `len` slots of a tail's sums hold the values of the
/// new block.
#[derive(Clone, Debug)]
pub struct Step {
    seen: usize,
    long: Long,
    short: Short,
    long_tail: LongTail,
    short_tail: ShortTail,
}

impl Default for Step {
    fn default() -> Self {
        Self {
            seen: 0,
            long: Long::after_flip(0.0),
            short: Short::after_flip(0.0),
            long_tail: LongTail { sums: [0.0; LONG], squares: [0.0; LONG], maxima: [0.0; LONG] },
            short_tail: ShortTail { sums: [0.0; SHORT], weighted: [0.0; SHORT] },
        }
    }
}

impl Step {
    /// Takes a closed bar and answers for it.
    #[inline(always)]
    pub fn step(&mut self, bar: &Bar) -> Out {
        let x = bar.close();
        let mut long = self.long;
        self.long_tail.sums[long.len] = x;
        long.len += 1;
        if long.len == LONG {
            self.long_tail.flip(x);
            long = Long::after_flip(x);
        }
        // On a flip the newest value adds nothing, as it is in the tail and is the shift.
        long.push(x);
        self.long = long;
        let mut short = self.short;
        self.short_tail.sums[short.len] = x;
        short.len += 1;
        if short.len == SHORT {
            self.short_tail.flip(x);
            short = Short::after_flip(x);
        }
        short.push(x);
        self.short = short;

        let sum = self.long_tail.sums[long.len] + long.sum;
        let squares = self.long_tail.squares[long.len] + long.squares;
        let max = greater(long.max, self.long_tail.maxima[long.len]);
        let short_sum = self.short_tail.sums[short.len] + short.sum;
        let weighted = weighted(self.short_tail.weighted[short.len], short.sum, short.lag);
        let sma = long.shift + sum * SHARE;
        let stdev = deviation(sum, squares);
        let slope = slope(short_sum, weighted);
        let wma = short.shift + weighted * WEIGHT;
        if self.seen >= STEADY {
            return Out { sma: Some(sma), stdev: Some(stdev), max: Some(max), slope: Some(slope), wma: Some(wma) };
        }
        self.seen += 1;
        let full = self.seen >= SHORT;
        Out { slope: full.then_some(slope), wma: full.then_some(wma), ..Out::default() }
    }
}

/// The columns of `Out`, in its order.
type Columns<'a, T> = [&'a mut T; 5];

/// The indicators over a history: a number for each bar in each column, NaN before the first.
pub fn batch(bars: &[Bar], columns: Columns<'_, [f64]>) {
    let [sma, stdev, max, slope, wma] = columns;
    let warm = STEADY.min(bars.len());
    let mut step = Step::default();
    for (i, bar) in bars[..warm].iter().enumerate() {
        let out = step.step(bar);
        sma[i] = or_nan(out.sma);
        stdev[i] = or_nan(out.stdev);
        max[i] = or_nan(out.max);
        slope[i] = or_nan(out.slope);
        wma[i] = or_nan(out.wma);
    }
    steady(bars, sma, stdev, max, slope, wma);
}

struct Work {
    long: Long,
    long_tail: LongTail,
    short_tail: ShortTail,
}

#[inline(never)]
fn steady(bars: &[Bar], sma: &mut [f64], stdev: &mut [f64], max: &mut [f64], slope: &mut [f64], wma: &mut [f64]) {
    let mut work = Work {
        long: Long { len: LONG, ..Long::after_flip(0.0) },
        long_tail: LongTail { sums: [0.0; LONG], squares: [0.0; LONG], maxima: [0.0; LONG] },
        short_tail: ShortTail { sums: [0.0; SHORT], weighted: [0.0; SHORT] },
    };
    let mut at = STEADY;
    while at + SHORT <= bars.len() {
        let out = [
            block!(mut sma, at, SHORT),
            block!(mut stdev, at, SHORT),
            block!(mut max, at, SHORT),
            block!(mut slope, at, SHORT),
            block!(mut wma, at, SHORT),
        ];
        block(&mut work, block!(bars, at + 1 - LONG, LONG), block!(bars, at, SHORT), out);
        at += SHORT;
    }
    if at < bars.len() {
        rest(work, bars, at, [sma, stdev, max, slope, wma]);
    }
}

/// The last bars, fewer than a block.
#[cold]
#[inline(never)]
fn rest(mut work: Work, bars: &[Bar], at: usize, columns: Columns<'_, [f64]>) {
    let mut out = [[0.0; SHORT]; 5];
    block(&mut work, block!(bars, at + 1 - LONG, LONG), &padded(bars, at), out.each_mut());
    for (column, out) in columns.into_iter().zip(&out) {
        column[at..bars.len()].copy_from_slice(&out[..bars.len() - at]);
    }
}

/// A flip on the last bar of `window`, which is the first of `bars`, and all of `bars`.
#[inline(always)]
fn block(work: &mut Work, window: &[Bar; LONG], bars: &[Bar; SHORT], out: Columns<'_, [f64; SHORT]>) {
    let [sma, stdev, max, slope_, wma] = out;
    let newest = window[LONG - 1].close();
    let half: &[Bar; SHORT] = block!(window, LONG - SHORT, SHORT);
    work.short_tail.fill(newest, |k, _| half[k].close());
    let mut short = Short::after_flip(newest);
    if work.long.len == LONG {
        work.long_tail.fill(newest, |k, _| window[k].close());
        work.long = Long::after_flip(newest);
    }
    let mut long = work.long;
    let start = long.len;
    let (tail_sums, _) = block!(work.long_tail.sums, start, SHORT).as_chunks::<2>();
    let (tail_squares, _) = block!(work.long_tail.squares, start, SHORT).as_chunks::<2>();
    let (tail_maxima, _) = block!(work.long_tail.maxima, start, SHORT).as_chunks::<2>();
    let (short_sums, _) = work.short_tail.sums.as_chunks::<2>();
    let (short_weighted, _) = work.short_tail.weighted.as_chunks::<2>();
    let (bars, _) = bars.as_chunks::<2>();
    let (sma, _) = sma.as_chunks_mut::<2>();
    let (stdev, _) = stdev.as_chunks_mut::<2>();
    let (max, _) = max.as_chunks_mut::<2>();
    let (slope_, _) = slope_.as_chunks_mut::<2>();
    let (wma, _) = wma.as_chunks_mut::<2>();
    for k in 0..SHORT / 2 {
        let mut long_fronts = [long; 2];
        let mut short_fronts = [short; 2];
        for j in 0..2 {
            let x = bars[k][j].close();
            long.push(x);
            short.push(x);
            long_fronts[j] = long;
            short_fronts[j] = short;
        }
        for j in 0..2 {
            let sum = tail_sums[k][j] + long_fronts[j].sum;
            let squares = tail_squares[k][j] + long_fronts[j].squares;
            sma[k][j] = long.shift + sum * SHARE;
            stdev[k][j] = deviation(sum, squares);
        }
        for j in 0..2 {
            max[k][j] = greater(long_fronts[j].max, tail_maxima[k][j]);
        }
        for j in 0..2 {
            let Short { sum, lag, .. } = short_fronts[j];
            let weighted = weighted(short_weighted[k][j], sum, lag);
            slope_[k][j] = slope(short_sums[k][j] + sum, weighted);
            wma[k][j] = short.shift + weighted * WEIGHT;
        }
    }
    long.len += SHORT;
    work.long = long;
}
