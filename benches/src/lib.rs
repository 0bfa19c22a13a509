//! What barlang's speed is measured against: loops written by hand, and other crates.

pub mod bar;
pub mod hand;
