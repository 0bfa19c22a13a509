//! Takes CSV files of bars as arguments and calls on standard input, a line each: `FUNCTION parameter parameter …`. Gives one JSON
//! object on standard output with what the TA-Lib Rust crate computes:
//! `{"<path>": {"<FUNCTION>": {"start": first bar, "v": [[values of an output], …]}}}`.
//!
//! Run by `tools/golden.py`, which asks it for the functions that TA-Lib's C library does not have or gets wrong.

use std::io::Read;
use std::{env, error::Error, fs};

use ta_lib::abstract_api::{get_func_handle, InputType, OptInputType, OutputType};
use ta_lib::{Core, RetCode};

type Failed = Box<dyn Error>;

fn main() -> Result<(), Failed> {
    let mut calls = String::new();
    std::io::stdin().read_to_string(&mut calls)?;
    let files = env::args()
        .skip(1)
        .map(|path| Ok(format!("{path:?}:{{{}}}", functions(&calls, &Bars::read(&path)?)?)))
        .collect::<Result<Vec<_>, Failed>>()?;
    println!("{{{}}}", files.join(","));
    Ok(())
}

/// The columns of an input.
struct Bars {
    columns: [Vec<f64>; 5],
}

impl Bars {
    /// Reads a CSV file without quoting.
    fn read(path: &str) -> Result<Self, Failed> {
        let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let mut columns: [Vec<f64>; 5] = Default::default();
        for line in text.lines().skip(1) {
            for (column, field) in columns.iter_mut().zip(line.split(',').skip(1)) {
                column.push(field.parse()?);
            }
        }
        Ok(Bars { columns })
    }
}

fn functions(calls: &str, bars: &Bars) -> Result<String, Failed> {
    let members = calls.lines().map(|line| function(line, bars)).collect::<Result<Vec<_>, Failed>>()?;
    Ok(members.join(","))
}

/// One `"FUNCTION":{"start":…,"v":[…]}`.
fn function(line: &str, bars: &Bars) -> Result<String, Failed> {
    let mut words = line.split_whitespace();
    let name = words.next().ok_or("no function")?;
    let handle = get_func_handle(name).ok_or_else(|| format!("the crate has no {name}"))?;
    let info = handle.info();
    let core = Core::new();
    let [open, high, low, close, volume] = &bars.columns;
    let mut numbers = vec![vec![0.0; close.len()]; info.outputs.len()];
    let mut integers = vec![vec![0; close.len()]; info.outputs.len()];
    let mut call = handle.new_call(&core);
    let failed = |code: RetCode| format!("{line}: {code:?}");
    for (slot, input) in info.inputs.iter().enumerate() {
        match input.kind {
            InputType::Price => call
                .set_price_input(slot, Some(open), Some(high), Some(low), Some(close), Some(volume), None)
                .map_err(failed)?,
            InputType::Real => call.set_input(slot, close).map_err(failed)?,
            InputType::Integer => return Err(format!("{name} takes integers").into()),
        };
    }
    for (k, (word, input)) in words.zip(info.opt_inputs).enumerate() {
        let value: f64 = word.parse()?;
        match input.kind {
            OptInputType::RealRange { .. } | OptInputType::RealList { .. } => call.set_opt_input(k, value).map_err(failed)?,
            OptInputType::IntegerRange { .. } | OptInputType::IntegerList { .. } => call.set_opt_input(k, value as i32).map_err(failed)?,
        };
    }
    for (k, (output, (number, integer))) in info.outputs.iter().zip(numbers.iter_mut().zip(&mut integers)).enumerate() {
        match output.kind {
            OutputType::Real => call.set_output(k, number).map_err(failed)?,
            OutputType::Integer => call.set_int_output(k, integer).map_err(failed)?,
        };
    }
    let range = call.call(0, close.len() - 1).map_err(failed)?;
    let outputs: Vec<String> = info
        .outputs
        .iter()
        .zip(numbers.iter().zip(&integers))
        .map(|(output, (number, integer))| match output.kind {
            OutputType::Real => list(&number[..range.count]),
            OutputType::Integer => list(&integer[..range.count].iter().map(|&value| f64::from(value)).collect::<Vec<_>>()),
        })
        .collect();
    Ok(format!("{name:?}:{{\"start\":{},\"v\":[{}]}}", range.beg_idx, outputs.join(",")))
}

/// `Display` of an `f64` is the shortest text that reads back to the same bits; what is not finite is null.
fn list(values: &[f64]) -> String {
    let words: Vec<String> =
        values.iter().map(|value| if value.is_finite() { value.to_string() } else { "null".to_owned() }).collect();
    format!("[{}]", words.join(","))
}
