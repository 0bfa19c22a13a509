//! Prints how fast each indicator is that TA-Lib has too, in a batch over a million bars of a random walk, beside the crate `ta-lib`, both over
//! the same columns: nanoseconds a bar, the least of the rounds in which the two take turns. Then the candlestick patterns, all in one strategy, beside as many
//! calls; over a short history too, as columns for a million bars are more than any cache holds.
//!
//! `cargo run --release --bin library [name] [bars]` measures the functions whose name contains `name`, over so many bars.

use barlang::__private::{Machine, Outputs as _};
use barlang::{BarColumns, Strategy};
use barlang_benches::bar::random_walk;
use barlang_benches::clock::processor_time;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;
use ta_lib::abstract_api::{FuncId, FuncInfo, InputType, OptInputType, OutputType, ParamHolder, get_func_handle};
use ta_lib::{Core, RetCode};

include!(concat!(env!("OUT_DIR"), "/library.rs"));

const BARS: usize = 1_000_000;
const ROUNDS: usize = 12;
/// How long each runs in a round, at least.
const SLICE: Duration = Duration::from_millis(15);
/// No function has more outputs of one kind.
const OUTPUTS: usize = 8;

/// A program of ours and the call of TA-Lib that gives the same.
pub struct Case {
    name: &'static str,
    function: &'static str,
    params: &'static [f64],
    ours: fn() -> Box<dyn FnMut(BarColumns<'_>)>,
}

/// The bars as columns.
struct Columns {
    time: Vec<i64>,
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
}

impl Columns {
    fn bars(&self, n: usize) -> BarColumns<'_> {
        let Columns { time, open, high, low, close, volume } = self;
        BarColumns::new(&time[..n], &open[..n], &high[..n], &low[..n], &close[..n], &volume[..n]).expect("the walk makes valid bars")
    }
}

/// What TA-Lib writes to.
struct Outputs {
    numbers: [Vec<f64>; OUTPUTS],
    integers: [Vec<i32>; OUTPUTS],
}

struct Row {
    name: &'static str,
    ours: f64,
    theirs: f64,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.ours / self.theirs
    }
}

fn main() -> ExitCode {
    let filter = std::env::args().nth(1).unwrap_or_default();
    let n = std::env::args().nth(2).map_or(BARS, |n| n.parse().expect("a number of bars"));
    let walk = random_walk(n.max(BARS), 1);
    let column = |field: fn(&barlang_benches::bar::Bar) -> f64| walk.iter().map(field).collect::<Vec<f64>>();
    use barlang_benches::bar::Bar as Walked;
    let columns = Columns {
        time: walk.iter().map(Walked::time).collect(),
        open: column(Walked::open),
        high: column(Walked::high),
        low: column(Walked::low),
        close: column(Walked::close),
        volume: column(Walked::volume),
    };
    let bars = columns.bars(n);
    let mut outputs = Outputs { numbers: std::array::from_fn(|_| vec![0.0; n]), integers: std::array::from_fn(|_| vec![0; n]) };
    let core = Core::new();
    let mut rows = Vec::new();
    for case in CASES.iter().filter(|case| case.name.contains(&filter)) {
        match measure(case, &core, bars, &columns, &mut outputs) {
            Ok(row) => rows.push(row),
            Err(code) => eprintln!("{}: the crate says {code:?}", case.name),
        }
    }
    if rows.is_empty() {
        eprintln!("no function has `{filter}` in its name");
        return ExitCode::FAILURE;
    }
    print(&mut rows, n);
    if "CDL".contains(&filter) {
        for n in [10_000, BARS] {
            patterns(&core, columns.bars(n), &columns);
        }
    }
    ExitCode::SUCCESS
}

/// A batch into columns that are made once.
fn batch<M: Machine<Scalar = f64>>() -> Box<dyn FnMut(BarColumns<'_>)> {
    let mut columns = None;
    Box::new(move |bars| {
        let columns = columns.get_or_insert_with(|| M::Output::columns(bars.len()));
        M::start().batch_columns_into(bars, M::Output::buffers(columns)).expect("the columns are as long as the bars");
        black_box(columns);
    })
}

/// Nanoseconds a bar of each, the least of the rounds in which they take turns.
fn take_turns(n: usize, mut ours: impl FnMut(), mut theirs: impl FnMut() -> Result<(), RetCode>) -> Result<(f64, f64), RetCode> {
    let mut least = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        least.0 = least.0.min(slice(|| {
            ours();
            Ok(())
        })?);
        least.1 = least.1.min(slice(&mut theirs)?);
    }
    let each = |seconds: f64| seconds * 1e9 / n as f64;
    Ok((each(least.0), each(least.1)))
}

/// Seconds of one run, in a slice of runs. Its first run, which brings memory in, does not count.
fn slice(mut run: impl FnMut() -> Result<(), RetCode>) -> Result<f64, RetCode> {
    run()?;
    let start = processor_time();
    let mut runs = 0.0;
    loop {
        run()?;
        runs += 1.0;
        let passed = processor_time().saturating_sub(start);
        if passed >= SLICE {
            return Ok(passed.as_secs_f64() / runs);
        }
    }
}

fn measure(case: &Case, core: &Core, bars: BarColumns<'_>, columns: &Columns, outputs: &mut Outputs) -> Result<Row, RetCode> {
    let function = get_func_handle(case.function).ok_or(RetCode::FuncNotFound)?;
    let mut ours = (case.ours)();
    let (ours, theirs) = take_turns(bars.len(), || ours(bars), || call(core, function, case.params, columns, outputs))?;
    Ok(Row { name: case.name, ours, theirs })
}

fn call(core: &Core, function: FuncId, params: &[f64], columns: &Columns, outputs: &mut Outputs) -> Result<(), RetCode> {
    let info = function.info();
    let mut call = function.new_call(core);
    bind(&mut call, info, params, columns)?;
    let n = outputs.numbers[0].len();
    let mut numbers = outputs.numbers.iter_mut();
    let mut integers = outputs.integers.iter_mut();
    for (k, output) in info.outputs.iter().enumerate() {
        match output.kind {
            OutputType::Real => call.set_output(k, numbers.next().ok_or(RetCode::BadParam)?)?,
            OutputType::Integer => call.set_int_output(k, integers.next().ok_or(RetCode::BadParam)?)?,
        };
    }
    call.call(0, n - 1)?;
    black_box(outputs);
    Ok(())
}

/// Inputs as the published values have them: the close, or the high and the low.
fn bind<'a>(call: &mut ParamHolder<'a>, info: &FuncInfo, params: &[f64], columns: &'a Columns) -> Result<(), RetCode> {
    let Columns { open, high, low, close, volume, .. } = columns;
    let reals = info.inputs.iter().filter(|input| input.kind == InputType::Real).count();
    for (slot, input) in info.inputs.iter().enumerate() {
        match input.kind {
            InputType::Price => {
                call.set_price_input(slot, Some(open), Some(high), Some(low), Some(close), Some(volume), None)?;
            }
            InputType::Real => {
                call.set_input(slot, if reals == 1 { close } else { [high, low][slot] })?;
            }
            InputType::Integer => return Err(RetCode::BadParam),
        }
    }
    for (k, (&value, input)) in params.iter().zip(info.opt_inputs).enumerate() {
        match input.kind {
            OptInputType::RealRange { .. } | OptInputType::RealList { .. } => call.set_opt_input(k, value)?,
            OptInputType::IntegerRange { .. } | OptInputType::IntegerList { .. } => call.set_opt_input(k, value as i32)?,
        };
    }
    Ok(())
}

fn print(rows: &mut [Row], n: usize) {
    rows.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    println!("{n} bars, the least of {ROUNDS} rounds\n");
    println!("| function | ns a bar | ta-lib | × ta-lib |\n| --- | ---: | ---: | ---: |");
    for row in &*rows {
        println!("| {} | {:.2} | {:.2} | {:.2} |", row.name, row.ours, row.theirs, row.ratio());
    }
    let slower = rows.iter().filter(|row| row.ratio() > 1.2).count();
    println!("\n{} functions: median {:.2} × ta-lib, {slower} above 1.2 ×", rows.len(), rows[rows.len() / 2].ratio());
}

/// All patterns in one pass, and the calls for them one after the other, each into a column of its own.
fn patterns(core: &Core, bars: BarColumns<'_>, columns: &Columns) {
    let functions: Vec<(FuncId, &[f64])> = CASES
        .iter()
        .filter(|case| case.name.starts_with("CDL"))
        .filter_map(|case| Some((get_func_handle(case.function)?, case.params)))
        .collect();
    let n = bars.len();
    let mut out = vec![vec![0; n]; functions.len()];
    let mut ours = batch::<patterns::Patterns<f64>>();
    let all_calls = || -> Result<(), RetCode> {
        for ((function, params), out) in functions.iter().zip(&mut out) {
            let mut call = function.new_call(core);
            bind(&mut call, function.info(), params, columns)?;
            call.set_int_output(0, out)?;
            call.call(0, n - 1)?;
        }
        black_box(&out);
        Ok(())
    };
    match take_turns(n, || ours(bars), all_calls) {
        Ok((ours, theirs)) => println!(
            "\n{} candlestick patterns, {n} bars: {ours:.1} ns a bar as one strategy, {theirs:.1} by calls of ta-lib: {:.1} × faster",
            functions.len(),
            theirs / ours
        ),
        Err(code) => eprintln!("the patterns: the crate says {code:?}"),
    }
}
