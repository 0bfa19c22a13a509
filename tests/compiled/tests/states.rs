//! Compiled and interpreted remember the same, bar after bar.

use barlang::live::Pretty;
use barlang_tests::data;
use barlang_tests::interpreter;
use barlang_tests::run::Run;
use barlang_tests_compiled::PROGRAMS;

#[test]
fn the_states_of_both_are_the_same_nodes() {
    let mut wrong = Vec::new();
    for data in data::hard() {
        let bars = &data.bars[..data.bars.len().min(160)];
        for program in PROGRAMS {
            let mut compiled = (program.make)();
            let mut interpreted: Box<dyn Run> = Box::new(interpreter(program.source));
            for (i, bar) in bars.iter().enumerate() {
                compiled.step(bar);
                interpreted.step(bar);
                // Through the first blocks and warm-ups, and where columns and rings come round.
                if i < 4 || i % 13 == 0 || i + 1 == bars.len() {
                    let (a, b) = (compiled.nodes(), interpreted.nodes());
                    if a != b {
                        wrong.push(format!("{} over `{}`, bar {i}:\n{}interpreted\n{}", program.name, data.name, Pretty(&a), Pretty(&b)));
                        break;
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong[..wrong.len().min(3)].join("\n"));
}
