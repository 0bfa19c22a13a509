//! barlang compiles technical-analysis expressions.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod bar;
mod kernel;
mod kernels;
pub mod series;
pub mod strategy;
pub mod value;

pub use bar::{Bar, BarError, Field};
pub use series::{BoolSeries, NumSeries};
pub use strategy::{BufferError, Strategy};
pub use value::Scalar;
