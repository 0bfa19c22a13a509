//! The crate `yata` 0.7, by its methods, which cost less than its indicators: those also judge
//! every value and answer with signals. It has no warm-up, seeds all averages with the first value,
//! and takes the deviation of a sample: near the other crates' numbers, not equal to them.

use ::yata::core::{Error, Method};
use ::yata::methods::{EMA, Highest, HighestIndex, LinReg, Lowest, LowestIndex, RMA, SMA, StDev, WMA};

use super::{Before, signal};
use crate::contender::{Buffers, Contenders, History, Kind};

/// Adds this crate's contenders.
pub fn add_to(contenders: &mut Contenders) {
    type Work = fn(&History, &mut Buffers) -> Result<(), Error>;
    let works: [(&str, Work); 5] = [("W1", w1), ("W2", w2), ("W3", w3), ("W4", w4), ("W5", w5)];
    for (workload, work) in works {
        contenders.add(workload, Kind::Step, "yata", move |history, buffers| {
            work(history, buffers).expect("the periods are valid");
        });
    }
}

fn w1(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let first = history.close[0];
    let (mut fast, mut slow) = (EMA::new(12, &first)?, EMA::new(26, &first)?);
    let mut above = false;
    for (bar, cross) in history.bars.iter().zip(&mut buffers.signals[0]) {
        let now = fast.next(&bar.close()) > slow.next(&bar.close());
        *cross = Some(now & !above);
        above = now;
    }
    Ok(())
}

/// Gain, loss and true range of a bar.
fn changes(history: &History, i: usize) -> (f64, f64, f64) {
    let (bar, before) = (&history.bars[i], history.bars[i.saturating_sub(1)].close());
    let change = bar.close() - before;
    let range = bar.high().max(before) - bar.low().min(before);
    (change.max(0.0), (-change).max(0.0), range)
}

fn strength(gain: f64, loss: f64) -> f64 {
    let both = gain + loss;
    if both == 0.0 { 50.0 } else { 100.0 * gain / both }
}

fn w2(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let first = history.close[0];
    let (mut gains, mut losses) = (RMA::new(14, &0.0)?, RMA::new(14, &0.0)?);
    let (mut fast, mut slow) = (EMA::new(12, &first)?, EMA::new(26, &first)?);
    let mut signals = EMA::new(9, &0.0)?;
    let (mut mean, mut deviation) = (SMA::new(20, &first)?, StDev::new(20, &first)?);
    let mut ranges = RMA::new(14, &changes(history, 0).2)?;
    let n = history.len();
    let [rsi, macd, signal, histogram, upper, middle, lower, atr] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for i in 0..n {
        let close = history.bars[i].close();
        let (gain, loss, range) = changes(history, i);
        rsi[i] = strength(gains.next(&gain), losses.next(&loss));
        macd[i] = fast.next(&close) - slow.next(&close);
        signal[i] = signals.next(&macd[i]);
        histogram[i] = macd[i] - signal[i];
        let width = 2.0 * deviation.next(&close);
        middle[i] = mean.next(&close);
        upper[i] = middle[i] + width;
        lower[i] = middle[i] - width;
        atr[i] = ranges.next(&range);
    }
    Ok(())
}

fn w3(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let (high, low) = (history.high[0], history.low[0]);
    let (mut upper_, mut lower_) = (Highest::new(20, &high)?, Lowest::new(20, &low)?);
    let (mut highest, mut lowest) = (Highest::new(14, &high)?, Lowest::new(14, &low)?);
    let (mut smooth, mut smoother) = (SMA::new(3, &0.0)?, SMA::new(3, &0.0)?);
    let mut age_of_high = HighestIndex::new(26, &high)?;
    let mut age_of_low = LowestIndex::new(26, &low)?;
    let n = history.len();
    let [upper, middle, lower, williams_r, k, d, down, up] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for (i, bar) in history.bars.iter().enumerate() {
        let (high, low, close) = (bar.high(), bar.low(), bar.close());
        upper[i] = upper_.next(&high);
        lower[i] = lower_.next(&low);
        middle[i] = (upper[i] + lower[i]) * 0.5;
        let (highest, lowest) = (highest.next(&high), lowest.next(&low));
        let range = highest - lowest;
        let flat = range == 0.0;
        williams_r[i] = if flat { 0.0 } else { -100.0 * (highest - close) / range };
        let raw = if flat { 0.0 } else { 100.0 * (close - lowest) / range };
        k[i] = smooth.next(&raw);
        d[i] = smoother.next(&k[i]);
        down[i] = 4.0 * (25.0 - f64::from(age_of_low.next(&low)));
        up[i] = 4.0 * (25.0 - f64::from(age_of_high.next(&high)));
    }
    Ok(())
}

fn w4(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let first = history.close[0];
    let (mut sma_, mut stdev_) = (SMA::new(200, &first)?, StDev::new(200, &first)?);
    let mut max_ = Highest::new(200, &first)?;
    let (mut line, mut wma_) = (LinReg::new(100, &first)?, WMA::new(100, &first)?);
    let n = history.len();
    let [sma, stdev, max, slope, wma, ..] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for (i, bar) in history.bars.iter().enumerate() {
        let close = bar.close();
        sma[i] = sma_.next(&close);
        stdev[i] = stdev_.next(&close);
        max[i] = max_.next(&close);
        line.next(&close);
        slope[i] = line.tan();
        wma[i] = wma_.next(&close);
    }
    Ok(())
}

fn w5(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let first = history.close[0];
    let (mut fast, mut slow) = (EMA::new(12, &first)?, EMA::new(26, &first)?);
    let (mut gains, mut losses) = (RMA::new(14, &0.0)?, RMA::new(14, &0.0)?);
    let mut mean = SMA::new(200, &first)?;
    let mut ranges = RMA::new(14, &changes(history, 0).2)?;
    let mut before = Before::default();
    let n = history.len();
    let [long, exit] = buffers.signals.each_mut().map(|column| &mut column[..n]);
    for i in 0..n {
        let close = history.bars[i].close();
        let (gain, loss, range) = changes(history, i);
        let rsi = strength(gains.next(&gain), losses.next(&loss));
        let crossed = before.crossed(fast.next(&close), slow.next(&close));
        [long[i], exit[i]] = signal(crossed, close, rsi, mean.next(&close), ranges.next(&range));
    }
    Ok(())
}
