//! The crate `kand` 0.2: its batch functions, and its increments, whose state the caller keeps. It has
//! no slope, and increments of neither windows' extremes nor Aroon that need no scan.

use ::kand::KandError;
use ::kand::ohlcv::{aroon, atr, bbands, ema, macd, rsi, sma, stoch, willr, wma};
use ::kand::stats::{max, min, stddev};

use super::{Before, Parts, crosses, signal, signals};
use crate::contender::{Buffers, Contenders, History, Kind};

const OPEN: usize = 64;
const OPEN_LONG: usize = 200;

/// Adds this crate's contenders.
pub fn add_to(contenders: &mut Contenders) {
    type Work = fn(&History, &mut Buffers) -> Result<(), KandError>;
    let works: [(&str, Kind, &str, Work); 6] = [
        ("W1", Kind::Batch, "kand", w1),
        ("W2", Kind::Batch, "kand", w2),
        ("W4", Kind::Batch, "kand, without slope", w4),
        ("W5", Kind::Batch, "kand", w5),
        ("W1", Kind::Step, "kand", step_w1),
        ("W2", Kind::Step, "kand", step_w2),
    ];
    for (workload, kind, name, work) in works {
        contenders.add(workload, kind, name, move |history, buffers| {
            work(history, buffers).expect("the periods are valid");
        });
    }
    let (mut since_high, mut since_low) = (Vec::new(), Vec::new());
    contenders.add("W3", Kind::Batch, "kand", move |history, buffers| {
        since_high.resize(history.len(), 0);
        since_low.resize(history.len(), 0);
        w3(history, buffers, &mut since_high, &mut since_low).expect("the periods are valid");
    });
    contenders.add("W5", Kind::Step, "kand", |history, buffers| {
        step_w5(history, buffers).expect("the periods are valid");
    });
}

fn w1(history: &History, buffers: &mut Buffers) -> Result<(), KandError> {
    let [fast, slow, ..] = &mut buffers.scratch;
    ema::ema(&history.close, 12, None, fast)?;
    ema::ema(&history.close, 26, None, slow)?;
    crosses(fast, slow, &mut buffers.signals[0]);
    Ok(())
}

fn w2(history: &History, buffers: &mut Buffers) -> Result<(), KandError> {
    let History { high, low, close, .. } = history;
    let [rsi_, macd_, signal, histogram, upper, middle, lower, atr_] = &mut buffers.numbers;
    let [a, b, c, d, ..] = &mut buffers.scratch;
    rsi::rsi(close, 14, rsi_, a, b)?;
    macd::macd(close, 12, 26, 9, macd_, signal, histogram, a, b)?;
    bbands::bbands(close, 20, 2.0, 2.0, upper, middle, lower, a, b, c, d)?;
    atr::atr(high, low, close, 14, atr_)
}

fn w3(history: &History, buffers: &mut Buffers, since_high: &mut [usize], since_low: &mut [usize]) -> Result<(), KandError> {
    let History { high, low, close, .. } = history;
    let [upper, middle, lower, williams_r, k, d, down, up] = &mut buffers.numbers;
    let [a, b, ..] = &mut buffers.scratch;
    max::max(high, 20, upper)?;
    min::min(low, 20, lower)?;
    for ((middle, upper), lower) in middle.iter_mut().zip(&*upper).zip(&*lower) {
        *middle = (upper + lower) * 0.5;
    }
    willr::willr(high, low, close, 14, williams_r, a, b)?;
    stoch::stoch(high, low, close, 14, 3, 3, a, k, d)?;
    aroon::aroon(high, low, 25, up, down, a, b, since_high, since_low)
}

fn w4(history: &History, buffers: &mut Buffers) -> Result<(), KandError> {
    let close = &history.close;
    let [sma_, stdev, max_, _, wma_, ..] = &mut buffers.numbers;
    let [a, b, ..] = &mut buffers.scratch;
    sma::sma(close, 200, sma_)?;
    stddev::stddev(close, 200, stdev, a, b)?;
    max::max(close, 200, max_)?;
    wma::wma(close, 100, wma_)
}

fn w5(history: &History, buffers: &mut Buffers) -> Result<(), KandError> {
    let History { high, low, close, .. } = history;
    let [fast, slow, rsi_, sma_, atr_, a, b, _] = &mut buffers.scratch;
    ema::ema(close, 12, None, fast)?;
    ema::ema(close, 26, None, slow)?;
    rsi::rsi(close, 14, rsi_, a, b)?;
    sma::sma(close, 200, sma_)?;
    atr::atr(high, low, close, 14, atr_)?;
    let [long, exit] = &mut buffers.signals;
    signals(Parts { close, fast, slow, rsi: rsi_, sma: sma_, atr: atr_ }, long, exit);
    Ok(())
}

/// The last value of a batch over the first bars.
fn last(n: usize, fill: impl FnOnce(&mut [f64]) -> Result<(), KandError>) -> Result<f64, KandError> {
    let mut column = [0.0; OPEN_LONG];
    fill(&mut column[..n])?;
    Ok(column[n - 1])
}

fn step_w1(history: &History, buffers: &mut Buffers) -> Result<(), KandError> {
    let (first, rest) = history.close.split_at(OPEN);
    let mut fast = last(OPEN, |to| ema::ema(first, 12, None, to))?;
    let mut slow = last(OPEN, |to| ema::ema(first, 26, None, to))?;
    let mut above = fast > slow;
    for (&close, cross) in rest.iter().zip(&mut buffers.signals[0][OPEN..]) {
        fast = ema::ema_inc(close, fast, 12, None)?;
        slow = ema::ema_inc(close, slow, 26, None)?;
        let now = fast > slow;
        *cross = Some(now & !above);
        above = now;
    }
    Ok(())
}

fn step_w2(history: &History, buffers: &mut Buffers) -> Result<(), KandError> {
    let History { high, low, close, .. } = history;
    let n = close.len();
    let first = &close[..OPEN];
    let mut rows = [[0.0; OPEN]; 12];
    let [a, b, c, d, e, f, g, h, i, j, k, l] = &mut rows;
    rsi::rsi(first, 14, a, b, c)?;
    let (mut gain, mut loss) = (b[OPEN - 1], c[OPEN - 1]);
    macd::macd(first, 12, 26, 9, d, e, f, g, h)?;
    let (mut signal_, mut fast, mut slow) = (e[OPEN - 1], g[OPEN - 1], h[OPEN - 1]);
    bbands::bbands(first, 20, 2.0, 2.0, d, e, f, i, j, k, l)?;
    let (mut mean, mut sum, mut squares) = (i[OPEN - 1], k[OPEN - 1], l[OPEN - 1]);
    let mut range = last(OPEN, |to| atr::atr(&high[..OPEN], &low[..OPEN], first, 14, to))?;
    let (high, low) = (&high[..n], &low[..n]);
    let [rsi_, macd_, signal, histogram, upper, middle, lower, atr_] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for i in OPEN..n {
        let (x, before) = (close[i], close[i - 1]);
        (rsi_[i], gain, loss) = rsi::rsi_inc(x, before, gain, loss, 14)?;
        let now;
        (macd_[i], now, histogram[i]) = macd::macd_inc(x, fast, slow, signal_, 12, 26, 9)?;
        fast = ema::ema_inc(x, fast, 12, None)?;
        slow = ema::ema_inc(x, slow, 26, None)?;
        signal_ = now;
        signal[i] = now;
        (upper[i], middle[i], lower[i], mean, sum, squares) = bbands::bbands_inc(x, mean, sum, squares, close[i - 20], 20, 2.0, 2.0)?;
        range = atr::atr_inc(high[i], low[i], before, range, 14)?;
        atr_[i] = range;
    }
    Ok(())
}

fn step_w5(history: &History, buffers: &mut Buffers) -> Result<(), KandError> {
    let History { high, low, close, .. } = history;
    let n = close.len();
    let first = &close[..OPEN_LONG];
    let mut fast = last(OPEN_LONG, |to| ema::ema(first, 12, None, to))?;
    let mut slow = last(OPEN_LONG, |to| ema::ema(first, 26, None, to))?;
    let mut rows = [[0.0; OPEN_LONG]; 3];
    let [a, b, c] = &mut rows;
    rsi::rsi(first, 14, a, b, c)?;
    let (mut gain, mut loss) = (b[OPEN_LONG - 1], c[OPEN_LONG - 1]);
    let mut mean = last(OPEN_LONG, |to| sma::sma(first, 200, to))?;
    let (h, l) = (&high[..OPEN_LONG], &low[..OPEN_LONG]);
    let mut range = last(OPEN_LONG, |to| atr::atr(h, l, first, 14, to))?;
    let mut before = Before::default();
    before.crossed(fast, slow);
    let (high, low) = (&high[..n], &low[..n]);
    let [long, exit] = buffers.signals.each_mut().map(|column| &mut column[..n]);
    for i in OPEN_LONG..n {
        let x = close[i];
        fast = ema::ema_inc(x, fast, 12, None)?;
        slow = ema::ema_inc(x, slow, 26, None)?;
        let strength;
        (strength, gain, loss) = rsi::rsi_inc(x, close[i - 1], gain, loss, 14)?;
        mean = sma::sma_inc(mean, x, close[i - 200], 200)?;
        range = atr::atr_inc(high[i], low[i], close[i - 1], range, 14)?;
        let crossed = before.crossed(fast, slow);
        [long[i], exit[i]] = signal(crossed, x, strength, mean, range);
    }
    Ok(())
}
