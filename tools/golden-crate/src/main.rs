//! Takes CSV files with columns `high`, `low`, `close` and `volume`, gives one JSON object on standard output with what the TA-Lib Rust crate
//! computes from it: `{"<path>": {"<FUNCTION>": {"start": first bar, "v": [values]}}}`.
//!
//! Run by `tools/golden.py`, which asks it for the functions that TA-Lib's C library does not have or gets wrong.

use std::{env, error::Error, fmt::Display, fs};

use ta_lib::{Core, MAType, OutRange, RetCode};

/// The default period of the functions of one series.
const PERIOD: i32 = 30;

fn main() -> Result<(), Box<dyn Error>> {
    let files = env::args()
        .skip(1)
        .map(|path| Ok(format!("{path:?}:{}", functions(&path)?)))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    println!("{{{}}}", files.join(","));
    Ok(())
}

/// The JSON object with every function's values for one file.
fn functions(path: &str) -> Result<String, Box<dyn Error>> {
    let core = Core::new();
    let [high, low, close, volume] = ["high", "low", "close", "volume"].map(|name| column(path, name));
    let (high, low, close, volume) = (&high?, &low?, &close?, &volume?);
    let last = close.len().checked_sub(1).ok_or("no bars")?;
    Ok(format!(
        "{{{},{},{},{},{}}}",
        member("MEDIAN", close.len(), |out| core
            .median(0, last, close, PERIOD, out))?,
        member("MAXINDEX", close.len(), |out| core
            .maxindex(0, last, close, PERIOD, out))?,
        member("MININDEX", close.len(), |out| core
            .minindex(0, last, close, PERIOD, out))?,
        member("EMV", close.len(), |out| core
            .emv(0, last, high, low, volume, 14, 10_000.0, out))?,
        member("PERCENTB", close.len(), |out| core
            .percentb(0, last, close, 20, 2.0, 2.0, MAType::SMA, out))?,
    ))
}

/// One `"NAME":{"start":…,"v":[…]}`; `Display` of an `f64` is the shortest text that reads back to the same bits.
fn member<T: Default + Clone + Display>(
    name: &str,
    n_bars: usize,
    run: impl FnOnce(&mut [T]) -> Result<OutRange, RetCode>,
) -> Result<String, Box<dyn Error>> {
    let mut out = vec![T::default(); n_bars];
    let range = run(&mut out).map_err(|code| format!("{name}: {code:?}"))?;
    let values: Vec<String> = out[..range.count].iter().map(T::to_string).collect();
    Ok(format!(
        "{name:?}:{{\"start\":{},\"v\":[{}]}}",
        range.beg_idx,
        values.join(",")
    ))
}

/// One column of a CSV file without quoting.
fn column(path: &str, name: &str) -> Result<Vec<f64>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let mut lines = text.lines();
    let at = lines
        .next()
        .and_then(|header| header.split(',').position(|field| field == name))
        .ok_or_else(|| format!("{path}: no column `{name}`"))?;
    lines
        .map(|line| {
            Ok(line
                .split(',')
                .nth(at)
                .ok_or("a line is too short")?
                .parse()?)
        })
        .collect()
}
