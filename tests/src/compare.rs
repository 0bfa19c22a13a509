//! What must agree, and how closely.

use crate::data::Data;
use crate::number::Number;
use crate::reference;
use crate::run::{Column, Value};
use barlang::Bar;
use barlang_compiler::plan::ValidPlan;

/// The first place where two executors differ by a bit: output, bar, and what each gave.
pub fn first_difference<S: Number>(a: &[Column<S>], b: &[Column<S>]) -> Option<String> {
    if a.len() != b.len() {
        return Some(format!("{} outputs and {}", a.len(), b.len()));
    }
    for (k, (x, y)) in a.iter().zip(b).enumerate() {
        if x.len() != y.len() {
            return Some(format!("output {k}: {} bars and {}", x.len(), y.len()));
        }
        if let Some(bar) = (0..x.len()).find(|&bar| !x.at(bar).is_same(y.at(bar))) {
            return Some(format!("output {k}, bar {bar}: {:?} and {:?}", x.at(bar), y.at(bar)));
        }
    }
    None
}

/// How a comparison with a free evaluation ended.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    /// Cells that were compared.
    pub cells: usize,
    /// Cells on which evaluations with and without noise differ in more than a number's size: a comparison of nearly equal numbers decides
    /// them, and nothing can be said.
    pub ambiguous: usize,
    /// The first cell that is wrong.
    pub wrong: Option<String>,
}

/// Holds the outputs of an executor against [`reference::evaluate`]: availability and truth values must be equal, numbers may differ by
/// 1e-12 of the value and by eight times what noise of the size of the kernels' rounding made of them. Three noises are tried; where the
/// executor seems wrong, four hundred, before it is said: that noise turns a mean into exactly zero is rare, and forty have missed it.
pub fn agreement(plan: &ValidPlan, bars: &[Bar], executor: &[Column]) -> Agreement {
    let calm = reference::evaluate(plan, bars, None);
    let noisy =
        |seeds: std::ops::Range<u64>| -> Vec<Vec<Column>> { seeds.map(|seed| reference::evaluate(plan, bars, Some(seed))).collect() };
    let first = agree(&calm, &noisy(1..4), executor);
    if first.wrong.is_none() { first } else { agree(&calm, &noisy(1..401), executor) }
}

fn agree(calm: &[Column], noisy: &[Vec<Column>], executor: &[Column]) -> Agreement {
    let mut agreement = Agreement::default();
    for (k, (expected, found)) in calm.iter().zip(executor).enumerate() {
        for bar in 0..expected.len() {
            agreement.cells += 1;
            let value = expected.at(bar);
            let mut others = noisy.iter().map(|columns| columns[k].at(bar));
            let is_right = match (value, found.at(bar)) {
                (Value::Num(Some(x)), found) => {
                    let spread = others.try_fold(0.0f64, |spread, other| match other {
                        Value::Num(Some(y)) => Some(spread.max((x - y).abs())),
                        _ => None,
                    });
                    let Some(spread) = spread else {
                        agreement.ambiguous += 1;
                        continue;
                    };
                    // So much noise that nothing of the number is left says nothing.
                    if spread > 0.1 * x.abs() && spread > 0.0 {
                        agreement.ambiguous += 1;
                    }
                    matches!(found, Value::Num(Some(y)) if (x - y).abs() <= 1e-12 * x.abs() + 8.0 * spread)
                }
                (value, found) => {
                    if others.any(|other| other != value) {
                        agreement.ambiguous += 1;
                        continue;
                    }
                    value == found
                }
            };
            if !is_right && agreement.wrong.is_none() {
                agreement.wrong = Some(format!("output {k}, bar {bar}: expected {value:?}, found {:?}", found.at(bar)));
            }
        }
    }
    agreement
}

/// Runs a check over programs (names and sources) and histories, and reports everything that fails at once: of each program the first.
pub fn over_all<'a, S: Number>(
    programs: impl Iterator<Item = (&'a str, &'a str)>,
    histories: &[Data<S>],
    mut check: impl FnMut(&str, &[Bar<S>]) -> Vec<String>,
) {
    let mut wrong = Vec::new();
    for (name, source) in programs {
        let mut problems = Vec::new();
        for Data { name, bars } in histories {
            problems.extend(check(source, bars).into_iter().map(|problem| format!("over `{name}`: {problem}")));
        }
        if let Some(first) = problems.first() {
            wrong.push(format!("{name} ({} problems) {first}\n    {source}", problems.len()));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}
