//! Every page of the language holds.

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
        println!("{}: {} programs, {} bars", file_name(path), report.programs, report.bars);
        failures.extend(report.failures);
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn what_does_not_hold_yet_still_fails() {
    let text = std::fs::read_to_string(repository("spec/pages/pending/defects.md")).unwrap();
    let (title, sections) = text.split_once("\n## ").unwrap();
    let mut held = Vec::new();
    for section in sections.split("\n## ") {
        let page = format!("{title}\n## {section}");
        // A panic is a failure too.
        let result = std::panic::catch_unwind(|| page::run("defects.md", &page));
        if result.is_ok_and(|report| report.failures.is_empty()) {
            held.push(section.lines().next().unwrap_or(""));
        }
    }
    assert!(held.is_empty(), "these hold now: move them to the pages of their topics\n{}", held.join("\n"));
}
