//! The crate `ta-lib` 0.8, TA-Lib's own port to Rust: its batch functions, the same with the columns
//! gathered from bars first, and its streaming handles.

use ::ta_lib::{Core, MAType, RetCode};

use super::{Before, Parts, crosses, signal, signals};
use crate::contender::{Buffers, Contenders, History, Kind};

const GATHERED: &str = "ta-lib, columns gathered";
/// A handle opens on bars that already give a value.
const OPEN: usize = 34;
const OPEN_LONG: usize = 200;

/// Adds this crate's contenders.
pub fn add_to(contenders: &mut Contenders) {
    type Work = fn(&Core, &History, &mut Buffers) -> Result<(), RetCode>;
    let batches: [(&str, Work); 5] = [("W1", w1), ("W2", w2), ("W3", w3), ("W4", w4), ("W5", w5)];
    for (workload, work) in batches {
        let core = Core::new();
        contenders.add(workload, Kind::Batch, "ta-lib", move |history, buffers| {
            work(&core, history, buffers).expect("the periods are valid");
        });
        let core = Core::new();
        let mut columns = History::new(0);
        contenders.add(workload, Kind::Batch, GATHERED, move |history, buffers| {
            gather(history, &mut columns, matches!(workload, "W1" | "W4"));
            work(&core, &columns, buffers).expect("the periods are valid");
        });
    }
    let streams: [(&str, Work); 5] = [("W1", stream_w1), ("W2", stream_w2), ("W3", stream_w3), ("W4", stream_w4), ("W5", stream_w5)];
    for (workload, work) in streams {
        let core = Core::new();
        contenders.add(workload, Kind::Step, "ta-lib", move |history, buffers| {
            work(&core, history, buffers).expect("the periods and bars are valid");
        });
    }
}

fn gather(history: &History, columns: &mut History, only_close: bool) {
    let n = history.len();
    columns.close.resize(n, 0.0);
    if only_close {
        for (bar, close) in history.bars.iter().zip(&mut columns.close) {
            *close = bar.close();
        }
        return;
    }
    columns.high.resize(n, 0.0);
    columns.low.resize(n, 0.0);
    let to = columns.high.iter_mut().zip(&mut columns.low).zip(&mut columns.close);
    for (bar, ((high, low), close)) in history.bars.iter().zip(to) {
        (*high, *low, *close) = (bar.high(), bar.low(), bar.close());
    }
}

/// EMA cross.
///
/// # Errors
///
/// The crate's own, for periods out of range.
pub fn w1(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let (close, last) = (&history.close, history.close.len() - 1);
    let [fast, slow, ..] = &mut buffers.scratch;
    core.ema(0, last, close, 12, &mut fast[11..])?;
    core.ema(0, last, close, 26, &mut slow[25..])?;
    crosses(fast, slow, &mut buffers.signals[0]);
    Ok(())
}

/// RSI, MACD, Bollinger, ATR.
///
/// # Errors
///
/// The crate's own, for periods out of range.
pub fn w2(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let History { high, low, close, .. } = history;
    let last = close.len() - 1;
    let [rsi, macd, signal, histogram, upper, middle, lower, atr] = &mut buffers.numbers;
    core.rsi(0, last, close, 14, &mut rsi[14..])?;
    let (macd, signal, histogram) = (&mut macd[33..], &mut signal[33..], &mut histogram[33..]);
    core.macd(0, last, close, 12, 26, 9, macd, signal, histogram)?;
    let (upper, middle, lower) = (&mut upper[19..], &mut middle[19..], &mut lower[19..]);
    core.bbands(0, last, close, 20, 2.0, 2.0, MAType::SMA, upper, middle, lower)?;
    core.atr(0, last, high, low, close, 14, &mut atr[14..])?;
    Ok(())
}

/// Donchian, Williams %R, stochastic, Aroon.
///
/// # Errors
///
/// The crate's own, for periods out of range.
pub fn w3(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let History { high, low, close, .. } = history;
    let last = close.len() - 1;
    let [upper, middle, lower, williams_r, k, d, down, up] = &mut buffers.numbers;
    let (upper, middle, lower) = (&mut upper[19..], &mut middle[19..], &mut lower[19..]);
    core.donchian(0, last, high, low, 20, upper, middle, lower)?;
    core.willr(0, last, high, low, close, 14, &mut williams_r[13..])?;
    let (k, d, sma) = (&mut k[17..], &mut d[17..], MAType::SMA);
    core.stoch(0, last, high, low, close, 14, 3, sma, 3, sma, k, d)?;
    core.aroon(0, last, high, low, 25, &mut down[25..], &mut up[25..])?;
    Ok(())
}

/// The wide windows.
///
/// # Errors
///
/// The crate's own, for periods out of range.
pub fn w4(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let (close, last) = (&history.close, history.close.len() - 1);
    let [sma, stdev, max, slope, wma, ..] = &mut buffers.numbers;
    core.sma(0, last, close, 200, &mut sma[199..])?;
    core.stddev(0, last, close, 200, 1.0, &mut stdev[199..])?;
    core.max(0, last, close, 200, &mut max[199..])?;
    core.linearreg_slope(0, last, close, 100, &mut slope[99..])?;
    core.wma(0, last, close, 100, &mut wma[99..])?;
    Ok(())
}

/// The strategy.
///
/// # Errors
///
/// The crate's own, for periods out of range.
pub fn w5(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let History { high, low, close, .. } = history;
    let last = close.len() - 1;
    let [fast, slow, rsi, sma, atr, ..] = &mut buffers.scratch;
    core.ema(0, last, close, 12, &mut fast[11..])?;
    core.ema(0, last, close, 26, &mut slow[25..])?;
    core.rsi(0, last, close, 14, &mut rsi[14..])?;
    core.sma(0, last, close, 200, &mut sma[199..])?;
    core.atr(0, last, high, low, close, 14, &mut atr[14..])?;
    let [long, exit] = &mut buffers.signals;
    signals(Parts { close, fast, slow, rsi, sma, atr }, long, exit);
    Ok(())
}

fn stream_w1(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let (first, rest) = history.close.split_at(OPEN);
    let (mut fast, mut fast_value) = core.ema_open(first, 12)?;
    let (mut slow, mut slow_value) = core.ema_open(first, 26)?;
    let mut above = fast_value > slow_value;
    for (&close, cross) in rest.iter().zip(&mut buffers.signals[0][OPEN..]) {
        fast_value = fast.update(close)?;
        slow_value = slow.update(close)?;
        let now = fast_value > slow_value;
        *cross = Some(now & !above);
        above = now;
    }
    Ok(())
}

fn stream_w2(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let History { high, low, close, .. } = history;
    let first = &close[..OPEN];
    let (mut rsi_, _) = core.rsi_open(first, 14)?;
    let (mut macd_, _) = core.macd_open(first, 12, 26, 9)?;
    let (mut bands_, _) = core.bbands_open(first, 20, 2.0, 2.0, MAType::SMA)?;
    let (mut atr_, _) = core.atr_open(&high[..OPEN], &low[..OPEN], first, 14)?;
    let n = close.len();
    let (high, low) = (&high[..n], &low[..n]);
    let [rsi, macd, signal, histogram, upper, middle, lower, atr] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for i in OPEN..n {
        rsi[i] = rsi_.update(close[i])?;
        (macd[i], signal[i], histogram[i]) = macd_.update(close[i])?;
        (upper[i], middle[i], lower[i]) = bands_.update(close[i])?;
        atr[i] = atr_.update(high[i], low[i], close[i])?;
    }
    Ok(())
}

fn stream_w3(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let History { high, low, close, .. } = history;
    let (h, l, c) = (&high[..OPEN], &low[..OPEN], &close[..OPEN]);
    let (mut donchian, _) = core.donchian_open(h, l, 20)?;
    let (mut williams_r_, _) = core.willr_open(h, l, c, 14)?;
    let (mut stochastic, _) = core.stoch_open(h, l, c, 14, 3, MAType::SMA, 3, MAType::SMA)?;
    let (mut aroon, _) = core.aroon_open(h, l, 25)?;
    let n = close.len();
    let (high, low) = (&high[..n], &low[..n]);
    let [upper, middle, lower, williams_r, k, d, down, up] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for i in OPEN..n {
        (upper[i], middle[i], lower[i]) = donchian.update(high[i], low[i])?;
        williams_r[i] = williams_r_.update(high[i], low[i], close[i])?;
        (k[i], d[i]) = stochastic.update(high[i], low[i], close[i])?;
        (down[i], up[i]) = aroon.update(high[i], low[i])?;
    }
    Ok(())
}

fn stream_w4(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let close = &history.close;
    let first = &close[..OPEN_LONG];
    let (mut sma_, _) = core.sma_open(first, 200)?;
    let (mut stdev_, _) = core.stddev_open(first, 200, 1.0)?;
    let (mut max_, _) = core.max_open(first, 200)?;
    let (mut slope_, _) = core.linearreg_slope_open(first, 100)?;
    let (mut wma_, _) = core.wma_open(first, 100)?;
    let n = close.len();
    let [sma, stdev, max, slope, wma, ..] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for i in OPEN_LONG..n {
        sma[i] = sma_.update(close[i])?;
        stdev[i] = stdev_.update(close[i])?;
        max[i] = max_.update(close[i])?;
        slope[i] = slope_.update(close[i])?;
        wma[i] = wma_.update(close[i])?;
    }
    Ok(())
}

fn stream_w5(core: &Core, history: &History, buffers: &mut Buffers) -> Result<(), RetCode> {
    let History { high, low, close, .. } = history;
    let first = &close[..OPEN_LONG];
    let (mut fast, fast_value) = core.ema_open(first, 12)?;
    let (mut slow, slow_value) = core.ema_open(first, 26)?;
    let (mut rsi, _) = core.rsi_open(first, 14)?;
    let (mut sma, _) = core.sma_open(first, 200)?;
    let (mut atr, _) = core.atr_open(&high[..OPEN_LONG], &low[..OPEN_LONG], first, 14)?;
    let mut before = Before::default();
    before.crossed(fast_value, slow_value);
    let n = close.len();
    let (high, low) = (&high[..n], &low[..n]);
    let [long, exit] = buffers.signals.each_mut().map(|column| &mut column[..n]);
    for i in OPEN_LONG..n {
        let crossed = before.crossed(fast.update(close[i])?, slow.update(close[i])?);
        let (rsi, sma) = (rsi.update(close[i])?, sma.update(close[i])?);
        let atr = atr.update(high[i], low[i], close[i])?;
        [long[i], exit[i]] = signal(crossed, close[i], rsi, sma, atr);
    }
    Ok(())
}
