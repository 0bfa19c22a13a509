//! Takes CSV files with a `close` column, gives one JSON object on standard output with what the TA-Lib Rust crate
//! computes from it: `{"<path>": {"<FUNCTION>": {"start": first bar, "v": [values]}}}`.
//!
//! Run by `tools/golden.py`, which asks it for the functions that TA-Lib's C library does not have or gets wrong.

use std::{env, error::Error, fmt::Display, fs};

use ta_lib::{Core, OutRange, RetCode};

/// The default period of every function called here.
const PERIOD: i32 = 30;

fn main() -> Result<(), Box<dyn Error>> {
    let files = env::args()
        .skip(1)
        .map(|path| Ok(format!("{path:?}:{}", functions(&column(&path, "close")?)?)))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    println!("{{{}}}", files.join(","));
    Ok(())
}

/// The JSON object with every function's values for one input.
fn functions(close: &[f64]) -> Result<String, Box<dyn Error>> {
    let core = Core::new();
    let last = close.len().checked_sub(1).ok_or("no bars")?;
    Ok(format!(
        "{{{},{},{}}}",
        member("MEDIAN", close.len(), |out| core
            .median(0, last, close, PERIOD, out))?,
        member("MAXINDEX", close.len(), |out| core
            .maxindex(0, last, close, PERIOD, out))?,
        member("MININDEX", close.len(), |out| core
            .minindex(0, last, close, PERIOD, out))?,
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
