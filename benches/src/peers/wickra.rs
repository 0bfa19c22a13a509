//! The crate `wickra` 2: its indicators bar by bar, and its own batch of one indicator over numbers. It
//! has no maximum of a column, so W4 takes the upper line of a Donchian channel over closes.

use ::wickra::{
    Aroon, Atr, BollingerBands, Candle, Donchian, Ema, Error, Indicator, LinRegSlope, MacdIndicator, Rsi, Sma, StdDev, Stochastic,
    WilliamsR, Wma,
};

use super::{Before, crosses, signal};
use crate::bar::Bar;
use crate::contender::{Buffers, Contenders, History, Kind};
use crate::hand::or_nan;

/// Adds this crate's contenders.
pub fn add_to(contenders: &mut Contenders) {
    type Work = fn(&History, &mut Buffers) -> Result<(), Error>;
    let works: [(&str, Kind, &str, Work); 6] = [
        ("W1", Kind::Batch, "wickra", batch_w1),
        ("W1", Kind::Step, "wickra", w1),
        ("W2", Kind::Step, "wickra", w2),
        ("W3", Kind::Step, "wickra", w3),
        ("W4", Kind::Step, "wickra", w4),
        ("W5", Kind::Step, "wickra", w5),
    ];
    for (workload, kind, name, work) in works {
        contenders.add(workload, kind, name, move |history, buffers| {
            work(history, buffers).expect("the periods are valid");
        });
    }
}

/// A crate's candle of a bar, which is valid already.
fn candle(bar: &Bar) -> Candle {
    Candle::new_unchecked(bar.open(), bar.high(), bar.low(), bar.close(), bar.volume(), bar.time())
}

fn batch_w1(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let [fast, slow, ..] = &mut buffers.scratch;
    Ema::new(12)?.batch_nan_into(&history.close, fast);
    Ema::new(26)?.batch_nan_into(&history.close, slow);
    crosses(fast, slow, &mut buffers.signals[0]);
    Ok(())
}

fn w1(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let (mut fast, mut slow) = (Ema::new(12)?, Ema::new(26)?);
    let mut above: Option<bool> = None;
    for (bar, cross) in history.bars.iter().zip(&mut buffers.signals[0]) {
        let now = fast.update(bar.close()).zip(slow.update(bar.close())).map(|(f, s)| f > s);
        *cross = now.zip(above).map(|(now, above)| now & !above);
        above = now;
    }
    Ok(())
}

fn w2(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let mut rsi_ = Rsi::new(14)?;
    let mut macd_ = MacdIndicator::new(12, 26, 9)?;
    let mut bands = BollingerBands::new(20, 2.0)?;
    let mut atr_ = Atr::new(14)?;
    let n = history.len();
    let [rsi, macd, signal, histogram, upper, middle, lower, atr] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for (i, bar) in history.bars.iter().enumerate() {
        let close = bar.close();
        rsi[i] = or_nan(rsi_.update(close));
        let out = macd_.update(close);
        macd[i] = or_nan(out.map(|out| out.macd));
        signal[i] = or_nan(out.map(|out| out.signal));
        histogram[i] = or_nan(out.map(|out| out.histogram));
        let out = bands.update(close);
        upper[i] = or_nan(out.map(|out| out.upper));
        middle[i] = or_nan(out.map(|out| out.middle));
        lower[i] = or_nan(out.map(|out| out.lower));
        atr[i] = or_nan(atr_.update(candle(bar)));
    }
    Ok(())
}

fn w3(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let mut donchian = Donchian::new(20)?;
    let mut williams_r_ = WilliamsR::new(14)?;
    let mut stochastic = Stochastic::new(14, 3)?;
    let mut smooth = Sma::new(3)?;
    let mut aroon = Aroon::new(25)?;
    let n = history.len();
    let [upper, middle, lower, williams_r, k, d, down, up] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for (i, bar) in history.bars.iter().enumerate() {
        let candle = candle(bar);
        let out = donchian.update(candle);
        upper[i] = or_nan(out.map(|out| out.upper));
        middle[i] = or_nan(out.map(|out| out.middle));
        lower[i] = or_nan(out.map(|out| out.lower));
        williams_r[i] = or_nan(williams_r_.update(candle));
        let out = stochastic.update(candle).map(|out| out.d);
        k[i] = or_nan(out);
        d[i] = or_nan(out.and_then(|k| smooth.update(k)));
        let out = aroon.update(candle);
        down[i] = or_nan(out.map(|out| out.down));
        up[i] = or_nan(out.map(|out| out.up));
    }
    Ok(())
}

fn w4(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let (mut sma_, mut stdev_) = (Sma::new(200)?, StdDev::new(200)?);
    let mut max_ = Donchian::new(200)?;
    let (mut slope_, mut wma_) = (LinRegSlope::new(100)?, Wma::new(100)?);
    let n = history.len();
    let [sma, stdev, max, slope, wma, ..] = buffers.numbers.each_mut().map(|column| &mut column[..n]);
    for (i, bar) in history.bars.iter().enumerate() {
        let close = bar.close();
        sma[i] = or_nan(sma_.update(close));
        stdev[i] = or_nan(stdev_.update(close));
        let flat = Candle::new_unchecked(close, close, close, close, bar.volume(), bar.time());
        max[i] = or_nan(max_.update(flat).map(|out| out.upper));
        slope[i] = or_nan(slope_.update(close));
        wma[i] = or_nan(wma_.update(close));
    }
    Ok(())
}

fn w5(history: &History, buffers: &mut Buffers) -> Result<(), Error> {
    let (mut fast, mut slow) = (Ema::new(12)?, Ema::new(26)?);
    let (mut rsi, mut sma, mut atr) = (Rsi::new(14)?, Sma::new(200)?, Atr::new(14)?);
    let mut before = Before::default();
    let n = history.len();
    let [long, exit] = buffers.signals.each_mut().map(|column| &mut column[..n]);
    for (i, bar) in history.bars.iter().enumerate() {
        let close = bar.close();
        let averages = fast.update(close).zip(slow.update(close));
        let (rsi, sma, atr) = (rsi.update(close), sma.update(close), atr.update(candle(bar)));
        let crossed = averages.map(|(fast, slow)| before.crossed(fast, slow));
        [long[i], exit[i]] = match (crossed, rsi, sma, atr) {
            (Some(crossed), Some(rsi), Some(sma), Some(atr)) => signal(crossed, close, rsi, sma, atr),
            _ => [None, None],
        };
    }
    Ok(())
}
