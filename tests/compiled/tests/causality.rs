//! Nothing looks ahead: later bars change no earlier output.

use barlang::Bar;
use barlang_tests::compare::first_difference;
use barlang_tests::data;
use barlang_tests::interpreter;
use barlang_tests::run::{Column, Run};
use barlang_tests_compiled::PROGRAMS;

fn prefix(columns: Vec<Column>, len: usize) -> Vec<Column> {
    let cut = |column| match column {
        Column::Num(column) => Column::Num(column[..len].to_vec()),
        Column::Bool(column) => Column::Bool(column[..len].to_vec()),
    };
    columns.into_iter().map(cut).collect()
}

/// The same bars up to `len`, others after.
fn forked(bars: &[Bar], len: usize) -> Vec<Bar> {
    let other = data::walk(99, bars.len() - len, 7.0, 2.0);
    bars[..len].iter().chain(&other).copied().collect()
}

#[test]
fn a_batch_of_a_prefix_is_a_prefix_of_the_batch() {
    let mut wrong = Vec::new();
    let mut histories = data::hard();
    histories.push(data::golden_b());
    for data in histories.iter().filter(|data| data.bars.len() > 2) {
        let bars = &data.bars;
        let all = bars.len();
        for program in PROGRAMS {
            let mut check = |what: &str, run: &dyn Run| {
                let whole = run.batch(bars);
                let warm = run.warmup();
                // Around the warm-up, and around the blocks of a batch.
                let lens = [1, all / 3, all - 1, 64, 128, 129, warm, warm + 1, warm + 2, warm + 63, warm + 64, warm + 65, warm + 66];
                for len in lens.into_iter().filter(|&len| len > 0 && len < all) {
                    let short = run.batch(&bars[..len]);
                    let other = prefix(run.batch(&forked(bars, len)), len);
                    let difference = first_difference(&prefix(whole.clone(), len), &short).or_else(|| first_difference(&short, &other));
                    wrong.extend(difference.map(|d| format!("{} ({what}) over `{}`, {len} bars: {d}", program.name, data.name)));
                }
            };
            check("compiled", &*(program.make)());
            check("interpreter", &interpreter(program.source));
        }
    }
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}
