//! Prints a program's plan and where it is not what its definitions say: `inspect name history`.
use barlang_tests::{data, plan_of, programs::PROGRAMS, reference::{hold, trace_of}, trace};
fn main() {
    let mut args = std::env::args().skip(1);
    let (name, history) = (args.next().unwrap_or_default(), args.next().unwrap_or_default());
    for program in PROGRAMS.iter().filter(|p| p.name == name) {
        let plan = plan_of(program.source);
        let Some(inside) = trace::traced(&plan) else { continue };
        println!("{}\n{}warmup {} steady {}", program.source, inside.plan().text(), plan.warmup(), plan.steady());
        for data in data::all().iter().filter(|d| d.name == history) {
            let trace = trace_of(&inside, &data.bars, (program.trace)().batch(&data.bars));
            for mismatch in hold(&inside, &data.bars, &trace) {
                println!("{mismatch}");
            }
        }
    }
}
