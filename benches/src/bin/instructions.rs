//! Counts the instructions that a bar costs barlang and the loops by hand, under valgrind's callgrind, and holds them against
//! `instructions.csv`: fails where a count grew by more than three percent. `BLESS=1` writes the file anew.
//!
//! Unlike a time, a count is the same on a busy machine. It knows nothing of pipelines, so it finds what became slower by accident and is no
//! measure of speed. It depends on the compiler: the file names the one it was made with.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::process::{Command, ExitCode};
use std::{env, fs};

use barlang_benches::contender::{self, BY_HAND, Kind};

/// Long enough that a warm-up is less than a percent of it, for all but the windows of 200.
const BARS: usize = 20_000;
const GROWTH: f64 = 1.03;
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.csv");
const HEAD: &str = "workload,kind,contender,instructions_per_bar";

type Counts = BTreeMap<(String, String, String), f64>;

/// All that is counted: callgrind is told to look at what happens in functions of this name.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match &arguments[..] {
        [] => compare(),
        [workload, kind, name] => work(workload, kind, name),
        _ => Err("it takes no arguments".into()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Does one workload, under callgrind.
fn work(workload: &str, kind: &str, name: &str) -> Result<bool, Box<dyn Error>> {
    let mut contenders = contender::all(BARS);
    let is_wanted = |c: &&mut contender::Contender| (c.workload, c.name) == (workload, name) && self::kind(c.kind) == kind;
    let contender = contenders.iter_mut().find(is_wanted).ok_or("there is no such contender")?;
    // Buffers are made on the first run.
    (contender.run)();
    counted(&mut contender.run);
    Ok(true)
}

fn count(workload: &str, kind: &str, name: &str) -> Result<f64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*::counted*"])
        .arg(env::current_exe()?)
        .args([workload, kind, name])
        .output()
        .map_err(|error| format!("cannot run `valgrind`, which counts: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = text.lines().find_map(|line| line.split_once("Collected :")).and_then(|(_, count)| count.trim().parse::<f64>().ok());
    let collected = collected.filter(|&count| output.status.success() && count > 0.0).ok_or(text)?;
    Ok(collected / BARS as f64)
}

fn compare() -> Result<bool, Box<dyn Error>> {
    let rustc = Command::new("rustc").arg("--version").output()?;
    let rustc = String::from_utf8_lossy(&rustc.stdout).trim().to_owned();
    let made_with = format!("# {rustc}, {}", env::consts::ARCH);
    let text = fs::read_to_string(FILE).unwrap_or_default();
    let before = read(&text);
    let is_blessing = env::var_os("BLESS").is_some();
    if !is_blessing && !text.starts_with(&made_with) {
        println!("another compiler made the file, so the counts may differ:\n{}\n{made_with}", text.lines().next().unwrap_or("no file"));
    }
    let (mut written, mut holds) = (format!("{made_with}\n{HEAD}\n"), true);
    for contender in contender::all(1) {
        if contender.name != BY_HAND && !contender.name.starts_with("barlang") {
            continue;
        }
        let key = (contender.workload.to_owned(), kind(contender.kind), contender.name.to_owned());
        let now = count(&key.0, &key.1, &key.2)?;
        let (grown, verdict) = match before.get(&key) {
            None => (true, "is new".to_owned()),
            Some(&before) => (now > before * GROWTH, format!("was {before:.2}, {:+.1} %", 100.0 * (now / before - 1.0))),
        };
        holds &= !grown;
        println!("{} {} {}: {now:.2}, {verdict}{}", key.0, key.1, key.2, if grown { " <-" } else { "" });
        writeln!(written, "{},{},\"{}\",{now:.2}", key.0, key.1, key.2)?;
    }
    if is_blessing {
        fs::write(FILE, written)?;
        return Ok(true);
    }
    Ok(holds)
}

fn kind(kind: Kind) -> String {
    format!("{kind:?}")
}

fn read(text: &str) -> Counts {
    let row = |line: &str| {
        let (key, count) = line.rsplit_once(',')?;
        let mut key = key.splitn(3, ',').map(|part| part.trim_matches('"').to_owned());
        Some(((key.next()?, key.next()?, key.next()?), count.parse().ok()?))
    };
    text.lines().filter_map(row).collect()
}
