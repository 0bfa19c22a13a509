//! Packages as users have them: another name for the dependency, no standard library, decimal bars, every lint denied.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

fn cargo(command: &str, package: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO"))
        .args([command, "--quiet", "--manifest-path"])
        .arg(root.join("hygiene").join(package).join("Cargo.toml"))
        // Its own folder: the one of this test may be locked.
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("hygiene"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_dependency_may_have_another_name() {
    cargo("check", "renamed");
}

#[test]
fn a_library_needs_no_std() {
    cargo("check", "no_std");
}

#[test]
fn bars_decide_the_kind_of_number() {
    cargo("test", "decimal");
}

#[test]
fn no_lint_speaks_up() {
    cargo("clippy", "lints");
}
