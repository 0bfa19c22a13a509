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
