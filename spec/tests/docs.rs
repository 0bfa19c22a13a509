//! The programs of the language's description compile, and give what it says.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use barlang_spec::{page, repository};
use std::fs;

#[test]
fn the_description_of_the_language_holds() {
    let text = fs::read_to_string(repository("docs/language.md")).unwrap();
    let report = page::run("language.md", &text);
    assert!(report.programs > 20, "only {} programs", report.programs);
    assert!(report.failures.is_empty(), "\n{}", report.failures.join("\n"));
}

#[test]
fn the_message_it_shows_is_the_one_of_today() {
    let text = fs::read_to_string(repository("docs/language.md")).unwrap();
    let compiled = barlang_compiler::compile("golden_cross.ta", "cross_over(ema(close, 12), ema(close, 0))");
    let rendered = barlang_compiler::render::render_all(&compiled.sources, &compiled.diagnostics);
    assert!(text.contains(&rendered), "{rendered}");
}
