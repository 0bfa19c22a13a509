//! What is special to `ta!`: the place of an error, no follow-up errors, and that its code compiles wherever it stands.
//!
//! `TRYBUILD=overwrite` rewrites the `.stderr` files. What every message says is a matter of `docs/errors` and the pages.

#[test]
fn errors_stand_under_the_very_tokens() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

#[test]
fn generated_code_compiles_anywhere() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

/// Each is checked to fail still: what compiles moves to `ui/pass`.
#[test]
fn what_does_not_compile_yet() {
    let mut held = Vec::new();
    for entry in std::fs::read_dir("ui/pending").into_iter().flatten().flatten() {
        let path = entry.path();
        let result = std::panic::catch_unwind(|| trybuild::TestCases::new().pass(&path));
        if result.is_ok() {
            held.push(path);
        }
    }
    assert!(held.is_empty(), "these compile now: move them to `ui/pass`: {held:?}");
}
