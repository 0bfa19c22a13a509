//! Prints the plan of a program given on the command line.
#![allow(clippy::print_stdout, reason = "it is what it is for")]
fn main() {
    let text = std::env::args().nth(1).unwrap_or_default();
    let compiled = barlang_compiler::compile("<expression>", &text);
    for d in &compiled.diagnostics {
        println!("{} {:?} {} [{}] help: {:?}", d.code, compiled.sources.position(d.span), d.message, d.label, d.help);
    }
    for s in &compiled.strategies {
        println!("{}warmup {} steady {}", s.plan.plan().text(), s.plan.warmup(), s.plan.steady());
    }
}
