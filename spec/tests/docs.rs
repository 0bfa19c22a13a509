//! The programs of the language's description compile, and give what it says.

use barlang_spec::{page, repository};
use std::fs;

#[test]
fn the_description_of_the_language_holds() {
    let text = fs::read_to_string(repository("docs/language.md")).unwrap();
    let report = page::run("language.md", &text);
    assert!(report.programs > 20, "only {} programs", report.programs);
    assert!(report.failures.is_empty(), "\n{}", report.failures.join("\n"));
}
