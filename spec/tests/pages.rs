//! Every page of the language holds.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use barlang_spec::{file_name, markdown_files, page, repository};

#[test]
fn every_page_holds() {
    let pages = markdown_files(&repository("spec/pages")).unwrap();
    assert!(!pages.is_empty());
    let mut failures = Vec::new();
    for (path, text) in &pages {
        let report = page::run(&file_name(path), text);
        if report.programs == 0 {
            failures.push(format!("{}: the page has no program", file_name(path)));
        }
        failures.extend(report.failures);
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn what_does_not_hold_yet_still_fails() {
    let mut held = Vec::new();
    for (path, text) in markdown_files(&repository("spec/pages/pending")).unwrap() {
        let (title, sections) = text.split_once("\n## ").unwrap();
        for section in sections.split("\n## ") {
            let page = format!("{title}\n## {section}");
            // A panic is a failure too.
            let result = std::panic::catch_unwind(|| page::run(&file_name(&path), &page));
            if result.is_ok_and(|report| report.failures.is_empty()) {
                held.push(format!("{}: {}", file_name(&path), section.lines().next().unwrap_or("")));
            }
        }
    }
    assert!(held.is_empty(), "these hold now: move them to the pages of their topics\n{}", held.join("\n"));
}
