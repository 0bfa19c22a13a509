//! What the catalog says of how far back an indicator remembers holds: two runs that begin on different bars come to the same values.

use barlang::catalog::Memory;
use barlang::indicator_catalog;
use barlang_tests::data;
use barlang_tests::run::{Run, Value};
use barlang_tests::{interpreter, outputs};

/// How many bars later the second run begins.
const LATER: usize = 1_500;
/// On so many last bars what depends on an event is the same.
const LAST: usize = 500;

#[test]
fn a_run_that_begins_later_comes_to_the_same_values() {
    let bars = data::sp500().bars;
    let (mut compared, mut wrong) = (0, Vec::new());
    for meta in indicator_catalog() {
        let (whole, part) = (outputs(&meta.example, &bars), outputs(&meta.example, &bars[LATER..]));
        // What the example is given in place of a price has a warm-up of its own.
        let given = Run::warmup(&interpreter(&meta.example)).saturating_sub(meta.warmup.bars.unwrap_or(0) as usize);
        for (output, ((name, whole), (_, part))) in meta.outputs.iter().zip(whole.iter().zip(&part)) {
            let warmup = output.warmup.bars.unwrap_or(0) as usize;
            let from = given
                + match output.memory {
                    Memory::Window(bars) => warmup.max(bars as usize),
                    Memory::Decaying(bars) => warmup + bars as usize,
                    Memory::Event => bars.len() - LATER - LAST,
                    Memory::Unknown | Memory::Forever => continue,
                };
            let numbers = |value: Value| match value {
                Value::Num(number) => number,
                Value::Bool(truth) => truth.map(f64::from),
            };
            let pairs: Vec<_> =
                (from..bars.len() - LATER).map(|bar| (bar, numbers(whole.at(bar + LATER)), numbers(part.at(bar)))).collect();
            let level = pairs.iter().filter_map(|(_, a, _)| *a).fold(0.0f64, |level, a| level.max(a.abs()));
            // The number of a bar is counted from the first of the run.
            let agrees = |a: f64, b: f64| (a - b).abs() <= 1e-8 * level || (a - b).to_bits() == (LATER as f64).to_bits();
            let differs = pairs.iter().find(|(_, a, b)| !(a.zip(*b).map_or(a.is_none() && b.is_none(), |(a, b)| agrees(a, b))));
            compared += usize::from(!pairs.is_empty());
            wrong.extend(
                differs.map(|(bar, a, b)| format!("{}.{name}: {:?}, bar {bar} of the later run: {a:?} and {b:?}", meta.id, output.memory)),
            );
        }
    }
    println!("{compared} outputs compared");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}
