//! What the tests share.

pub mod generate;
pub mod indicators;
pub mod random;
pub mod run;
pub mod trace;

/// The compiled programs, made by `build.rs`.
pub mod programs {
    include!(concat!(env!("OUT_DIR"), "/programs.rs"));
}
