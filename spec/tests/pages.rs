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
