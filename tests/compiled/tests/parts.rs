//! A batch computes parts of a long history abreast, where a plan forgets. Over bars of any kind that is what one bar after the other gives, also where the parts do not fit.

use barlang::Bar;
use barlang_tests::compare::first_difference;
use barlang_tests::data;
use barlang_tests::plan_of;
use barlang_tests::run::stepped;
use barlang_tests_compiled::PROGRAMS;

/// A walk of this length, and the same with stretches of it that make two states stay apart: without any change, so that what is left of a difference does not meet a last bit to vanish in;
/// a shift by 10^9, which leaves another last bit to each; prices near zero.
fn histories(bars: usize) -> Vec<(&'static str, Vec<Bar>)> {
    let walk = data::walk(11, bars, 100.0, 1.0);
    let changed = |from: usize, to: usize, of: &dyn Fn(f64) -> f64| -> Vec<Bar> {
        let change = |(i, bar): (usize, &Bar)| {
            if i < from || i >= to {
                return *bar;
            }
            let [open, high, low, close] = [bar.open(), bar.high(), bar.low(), bar.close()].map(of);
            Bar::new(bar.time(), open, high, low, close, bar.volume()).unwrap_or(*bar)
        };
        walk.iter().enumerate().map(change).collect()
    };
    let (third, half) = (bars / 3, bars / 2);
    vec![
        ("a walk", walk.clone()),
        ("flat from the first third on", changed(third, bars, &|_| 100.0)),
        ("flat around the middle", changed(half.saturating_sub(3_000), half + 3_000, &|_| 77.7)),
        ("flat", changed(0, bars, &|_| 100.1)),
        ("shifted in the middle", changed(half, bars, &|price| price + 1e9)),
        ("tiny behind the middle", changed(half + 10, bars, &|price| price * 1e-12)),
    ]
}

#[test]
fn parts_of_a_history_give_what_the_whole_gives() {
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for program in PROGRAMS {
        let Some(fades) = plan_of(program.source).fades().filter(|&fades| fades > 16 && fades < 5_000) else { continue };
        looked_at += 1;
        let fades = fades as usize;
        // Around the least length that is worth it, and around the ends of blocks.
        let lengths: &[usize] = if fades < 1_500 { &[8 * fades - 70, 8 * fades + 1_025, 20_000] } else { &[8 * fades + 200] };
        for &bars in lengths {
            for (name, bars) in histories(bars) {
                let mut run = (program.make)();
                let columns = stepped(&mut *run, &bars, 0);
                for (what, batch) in [("batch", run.batch(&bars)), ("batch over columns", run.batch_columns(&bars))] {
                    let difference = first_difference(&columns, &batch);
                    wrong.extend(difference.map(|d| format!("{} ({what}) over {} bars, {name}: {d}", program.name, bars.len())));
                }
            }
        }
    }
    assert!(looked_at > 20 || option_env!("ONLY").is_some(), "only {looked_at} programs forget");
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}
