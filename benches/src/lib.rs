//! What barlang's speed is measured against: loops written by hand, and other crates.
//!
//! `cargo run --release --bin compare` prints the table, `--bin live` what live running costs, `--bin soak` runs a thousand symbols
//! for long; `tests/agree.rs` holds that the loops compute what they claim.

pub mod bar;
pub mod clock;
pub mod contender;
pub mod hand;
pub mod ours;
pub mod peers;
pub mod walk;
