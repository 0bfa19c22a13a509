//! Histories to run over: real ones, published ones, and hard ones.

use crate::number::Number;
use crate::random::Random;
use barlang::{Bar, Decimal};
use std::fs;
use std::path::{Path, PathBuf};

/// A history with a name.
#[derive(Clone, Debug)]
pub struct Data<S = f64> {
    /// What it is called in messages.
    pub name: &'static str,
    /// The bars in order.
    pub bars: Vec<Bar<S>>,
}

const HOUR: i64 = 3_600_000_000_000;

fn bar(hour: usize, [open, high, low, close, volume]: [f64; 5]) -> Bar {
    let time = i64::try_from(hour).unwrap_or(0) * HOUR;
    Bar::new(time, open, high, low, close, volume).unwrap_or_else(|error| panic!("bar {hour}: {error}"))
}

/// Bars whose open is the close before, that reach `reach` beyond both.
pub fn from_closes(closes: &[f64], reach: impl Fn(usize) -> f64, volume: impl Fn(usize) -> f64) -> Vec<Bar> {
    let mut before = closes.first().copied().unwrap_or(0.0);
    closes
        .iter()
        .enumerate()
        .map(|(i, &close)| {
            let open = std::mem::replace(&mut before, close);
            let (top, bottom) = (open.max(close), open.min(close));
            bar(i, [open, top + reach(i).abs(), bottom - reach(i).abs(), close, volume(i)])
        })
        .collect()
}

/// The place of a file of the repository.
pub fn path(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(inside)
}

/// The text of a file of the repository.
pub fn text(inside: &str) -> String {
    fs::read_to_string(path(inside)).unwrap_or_else(|error| panic!("cannot read `{inside}`: {error}"))
}

/// The files in a folder of the repository, in order.
pub fn files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(path(folder)).unwrap_or_else(|error| panic!("cannot read `{folder}`: {error}"));
    let is_file = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_file());
    let mut files: Vec<String> =
        entries.flatten().filter(is_file).filter_map(|entry| Some(format!("{folder}/{}", entry.file_name().into_string().ok()?))).collect();
    files.sort();
    files
}

/// The bars of a csv file: a first column, then open, high, low, close, volume. The hour of a bar is its line.
fn csv(inside: &str) -> Vec<Bar> {
    let text = text(inside);
    let rows = text.lines().skip(1);
    rows.enumerate()
        .map(|(hour, line)| {
            let mut fields = line.split(',').skip(1).map(|field| field.parse().unwrap_or_else(|_| panic!("`{line}` is no bar")));
            bar(hour, std::array::from_fn(|_| fields.next().unwrap_or_else(|| panic!("`{line}` is too short"))))
        })
        .collect()
}

/// The S&P 500, 1999 to 2018, daily.
pub fn sp500() -> Data {
    Data { name: "sp500", bars: csv("data/sp500.csv") }
}

/// The ordinary prices that the published values belong to.
pub fn golden_a() -> Data {
    Data { name: "golden a", bars: csv("tests/golden/input_a.csv") }
}

/// The hard prices that the published values belong to.
pub fn golden_b() -> Data {
    Data { name: "golden b", bars: csv("tests/golden/input_b.csv") }
}

/// The candles that the published values of candlestick patterns belong to.
pub fn golden_c() -> Data {
    Data { name: "golden c", bars: csv("tests/golden/input_c.csv") }
}

/// Few candles, among which every candlestick pattern appears in each direction that it has.
pub fn golden_d() -> Data {
    Data { name: "golden d", bars: csv("tests/golden/input_d.csv") }
}

/// A random walk.
pub fn walk(seed: u64, len: usize, start: f64, step: f64) -> Vec<Bar> {
    let mut random = Random::new(seed);
    let mut price = start;
    let closes: Vec<f64> = (0..len)
        .map(|_| {
            price += step * random.sign_unit();
            price
        })
        .collect();
    let reach: Vec<f64> = (0..len).map(|_| step * random.unit()).collect();
    let volume: Vec<f64> = (0..len).map(|_| (1e6 * random.unit()).floor()).collect();
    from_closes(&closes, |i| reach[i], |i| volume[i])
}

/// Everything that has ever made an indicator go wrong, a few hundred bars each.
pub fn hard() -> Vec<Data> {
    let flat = |price: f64| move |len: usize| from_closes(&vec![price; len], |_| 0.0, |_| 100.0);
    let mut all = vec![
        Data { name: "no bar", bars: Vec::new() },
        Data { name: "one bar", bars: flat(3.5)(1) },
        Data { name: "two bars", bars: walk(5, 2, 10.0, 1.0) },
        Data { name: "flat", bars: flat(0.1)(250) },
        Data { name: "flat at zero", bars: from_closes(&[0.0; 120], |_| 0.0, |_| 0.0) },
        Data {
            name: "alternating",
            bars: from_closes(&(0..260).map(|i| if i % 2 == 0 { 10.0 } else { 11.0 }).collect::<Vec<_>>(), |_| 0.0, |i| (i % 3) as f64),
        },
        Data { name: "rising", bars: from_closes(&(0..260).map(|i| 50.0 + 0.1 * f64::from(i)).collect::<Vec<_>>(), |_| 0.05, |_| 10.0) },
        Data { name: "falling", bars: from_closes(&(0..260).map(|i| 50.0 - 0.3 * f64::from(i)).collect::<Vec<_>>(), |_| 0.05, |_| 10.0) },
        Data { name: "negative prices", bars: walk(11, 260, -40.0, 3.0) },
        Data { name: "about zero", bars: walk(12, 260, 0.0, 1.0) },
        Data { name: "tiny prices", bars: walk(13, 260, 1e-8, 1e-10) },
    ];
    let mut random = Random::new(77);
    // Prices on a coarse grid: ties everywhere, stretches without a move, bars without volume.
    let ties: Vec<f64> = (0..300).map(|_| (random.unit() * 4.0).floor()).collect();
    all.push(Data { name: "ties", bars: from_closes(&ties, |i| f64::from(u8::from(i % 3 == 0)), |i| if i % 5 < 2 { 0.0 } else { 7.0 }) });
    let moves_then_rests: Vec<f64> = (0..400).map(|i| if i < 120 { 100.0 + (f64::from(i) * 0.7).sin() * 9.0 } else { 100.1 }).collect();
    all.push(Data {
        name: "moves, then rests",
        bars: from_closes(&moves_then_rests, |i| if i < 119 { 0.5 } else { 0.0 }, |i| if i < 200 { 5.0 } else { 0.0 }),
    });
    let shifts: Vec<f64> = (0..360).map(|i| [100.0, 1e9, 1e9 + 100.0, 100.0, 1e-9, 100.0][i / 60] + random.unit()).collect();
    all.push(Data { name: "level shifts", bars: from_closes(&shifts, |_| 0.25, |_| 3.0) });
    let gaps: Vec<f64> = (0..300).map(|i| 100.0 * if (i / 17) % 2 == 0 { 1.0 } else { 1.8 } + random.sign_unit()).collect();
    all.push(Data { name: "gaps", bars: gaps.iter().enumerate().map(|(i, &p)| bar(i, [p, p + 0.5, p - 0.5, p + 0.25, 1e3])).collect() });
    let ends = [1e50, -1e50, 0.0, 1e50, 1e-50, 1e50, 1e50, -1e50, 5e-324, 1.0];
    let limit: Vec<Bar> = (0..200)
        .map(|i| {
            let (a, b) = (*random.pick(&ends), *random.pick(&ends));
            bar(i, [a, a.max(b), a.min(b), b, random.pick(&ends).abs()])
        })
        .collect();
    all.push(Data { name: "at the limits", bars: limit });
    all
}

/// All of them.
pub fn all() -> Vec<Data> {
    let mut all = hard();
    all.extend([golden_a(), golden_b(), golden_d(), sp500()]);
    all
}

/// A bar in another kind of number.
pub fn converted<S: Number>(b: &Bar) -> Bar<S> {
    let [open, high, low, close, volume] = [b.open(), b.high(), b.low(), b.close(), b.volume()].map(S::near);
    Bar::new(b.time(), open, high, low, close, volume).unwrap_or_else(|error| panic!("{b:?}: {error}"))
}

/// Histories whose prices say something about decimals too.
const DECIMAL: &[&str] =
    &["no bar", "two bars", "flat", "negative prices", "ties", "moves, then rests", "level shifts", "at the limits", "golden a"];

/// Bars of decimals, whose prices are those of others as they are written, or what decimals can just hold.
pub fn decimals(len: usize) -> Vec<Data<Decimal>> {
    let bar = |time: i64, fields: [Decimal; 5]| {
        let [open, high, low, close, volume] = fields;
        Bar::new(time, open, high, low, close, volume).unwrap_or_else(|error| panic!("{fields:?}: {error}"))
    };
    let converted = |data: Data| Data { name: data.name, bars: data.bars.iter().take(len).map(converted).collect() };
    let mut all: Vec<Data<Decimal>> = all().into_iter().filter(|data| DECIMAL.contains(&data.name)).map(converted).collect();
    // A walk on whole multiples of a unit, around a level.
    let mut walk = |name, seed, level: Decimal, unit: Decimal| {
        let mut random = Random::new(seed);
        let mut price = || level + unit * Decimal::from(random.below(2_000_001)) - unit * Decimal::from(1_000_000);
        let bars = (0..len).map(|i| {
            let (a, b, open, close) = (price(), price(), price(), price());
            let (high, low) = (a.max(b).max(open).max(close), a.min(b).min(open).min(close));
            bar(i64::try_from(i).unwrap_or(0) * HOUR, [open, high, low, close, (close - low) * Decimal::from(3)])
        });
        all.push(Data { name, bars: bars.collect() });
    };
    walk("all digits behind the point", 21, Decimal::ONE, Decimal::new(123_456_789_123_457, 21));
    walk("last digits", 22, Decimal::ZERO, Decimal::new(1, 28));
    walk("all 28 digits", 23, Decimal::from(40_000_000_000u64), Decimal::from_i128_with_scale(1_234_567_891_234_567_891_239, 18));
    walk("as large as can be", 24, Decimal::ZERO, Decimal::from_i128_with_scale(10_000_000_000_000_000_000_000, 0));
    all
}

/// Histories among the least numbers there are, where every operation rounds by as much as it gives, and among large ones, each with its scale: whole multiples of that, with flat stretches
/// and jumps.
pub fn of_every_scale(len: usize) -> impl Iterator<Item = (f64, Vec<Bar>)> {
    let mut random = Random::new(21);
    [f64::from_bits(1), f64::from_bits(40), 1e-320, 1e-300, 1.0, 1e48].into_iter().map(move |scale| {
        let mut closes = vec![0.0; len];
        let mut price = 0.0;
        for (i, close) in closes.iter_mut().enumerate() {
            if i % 700 < 500 {
                price += (8.0 * random.sign_unit()).round() * if i % 97 == 0 { 100.0 } else { 1.0 };
            }
            *close = price.clamp(-10.0, 10.0) * scale;
        }
        (scale, from_closes(&closes, |i| (i % 3) as f64 * scale, |i| (i % 5) as f64))
    })
}
