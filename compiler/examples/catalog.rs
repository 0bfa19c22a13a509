//! Prints the catalog of the shipped indicators.
#![allow(clippy::print_stdout, reason = "an example")]

use barlang_compiler::catalog::{catalog_json, shipped};

fn main() {
    print!("{}", catalog_json(&shipped()));
}
