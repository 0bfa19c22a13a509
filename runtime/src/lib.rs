//! barlang compiles technical-analysis expressions.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

mod abreast;
pub mod bar;
#[cfg(feature = "interp")]
pub mod catalog;
pub mod columns;
#[cfg(feature = "interp")]
mod interp;
mod kernel;
mod kernels;
#[cfg(feature = "alloc")]
pub mod live;
mod machine;
mod row;
pub mod series;
#[cfg(feature = "session")]
pub mod session;
#[doc(hidden)]
pub mod state;
pub mod strategy;
pub mod value;

pub use bar::{Bar, BarError, Field};
#[cfg(feature = "interp")]
pub use catalog::{IndicatorMeta, find_indicator_meta, indicator_catalog};
pub use columns::{BarColumns, ColumnsError};
#[cfg(feature = "interp")]
pub use interp::{Column, Interpreter, ProgramError, Table};
#[cfg(feature = "alloc")]
pub use live::Live;
pub use machine::Compiled;
#[cfg(feature = "alloc")]
pub use row::Row;
pub use row::Value;
#[cfg(feature = "decimal")]
pub use rust_decimal::Decimal;
pub use series::{BoolSeries, NumSeries};
pub use strategy::{BufferError, Strategy};
pub use value::Scalar;

/// All that generated code may name.
#[doc(hidden)]
pub mod __private {
    pub use crate::abreast::{InParts, Last, in_parts, part, part_truths};
    pub use crate::bar::{Bar, Field};
    pub use crate::columns::{BarBlock, Fields, History};
    pub use crate::kernel::Kernel;
    pub use crate::kernels::*;
    pub use crate::machine::{
        BAR, Blocks, Compiled, Elements, Facts, InBlocks, Instance, Lines, Machine, Outputs, Slices, TruthOf, cell, in_blocks, start, widen,
    };
    pub use crate::row::Value;
    pub use crate::series::{BoolSeries, NumSeries};
    pub use crate::state::{Visitor, visit_kernel, visit_past};
    pub use crate::strategy::{BufferError, Strategy};
    pub use crate::value::{Lanes, Mask, Num, Scalar, Tri, Truth};
}

#[cfg(feature = "macros")]
#[doc(hidden)]
pub use barlang_macros::ta_impl;

/// Compiles an expression or definitions where it stands.
///
/// An expression gives a value of a type of its own, which implements [`Strategy`]; definitions give named types.
///
/// ```
/// use barlang::{ta, Bar, Strategy};
///
/// let mut golden = ta!(cross_over(ema(close, 12), ema(close, 26)));
/// let bar = Bar::new(0, 10.0, 12.0, 9.0, 11.0, 100.0)?;
/// assert_eq!(golden.step(&bar), None);
///
/// ta! {
///     /// Enter on a golden cross that is not overbought.
///     pub strategy golden_cross(fast: const int = 12, slow: const int = 26) {
///         let f = ema(close, fast);
///         let s = ema(close, slow);
///         out long = cross_over(f, s) and rsi(close, 14) < 70;
///         out spread = f - s;
///     }
/// }
/// let out: GoldenCrossOutput = GoldenCross::new().step(&bar);
/// assert_eq!(out.spread, None);
/// # Ok::<(), barlang::BarError>(())
/// ```
///
/// The bars decide the kind of number, so the same expression runs over `Bar<Decimal>`. An expression that meets no bar is one over `f64`; a named
/// strategy that meets none says its kind, as Rust asks for it (E0283):
///
/// ```
/// # use barlang::{ta, Strategy};
/// assert_eq!(ta!(sma(close, 5)).warmup(), 4);
///
/// ta! { strategy mean() { out mean = sma(close, 5); } }
/// assert_eq!((Mean::<f64>::new().warmup(), Mean::WARMUP), (4, 4));
/// ```
///
/// `use "strategies";` before a program names a folder or file of definitions, from the folder of `Cargo.toml`:
/// `ta!(use "strategies"; golden_cross(fast = 10))`. A change of a file that was read compiles the crate again; a file that is new in the folder
/// is noticed with the next change, as a macro cannot ask to be told of it (a build script can, and does).
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! ta {
    ($($program:tt)*) => { $crate::ta_impl! { [$crate] $($program)* } };
}

/// Includes the strategies that the crate's build script compiled with `barlang_compiler::build::compile`: one module a file.
#[macro_export]
macro_rules! include_strategies {
    () => {
        include!(concat!(env!("OUT_DIR"), "/barlang_strategies.rs"));
    };
}
