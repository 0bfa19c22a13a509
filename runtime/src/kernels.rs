//! The kernels: one state machine a file. `compiler/prelude/kernels.ta` declares each to the language.

mod average_deviation;
mod block;
mod cumulative;
mod ema;
mod extreme;
mod extreme_age;
mod fir;
mod mode;
mod moments;
mod order;
mod pair_block;
mod rank_agreement;
mod rescaled_range;
mod since;
mod skip;
mod sorted;
mod stacks;
mod variable;
mod when;

pub use average_deviation::AverageDeviation;
pub use block::Block;
pub use cumulative::{CumExtreme, CumSum};
pub use ema::{Ema, EmaVar, LagOfChange, LagOfLag};
pub use extreme::Extreme;
pub use extreme_age::ExtremeAge;
pub use fir::{Fir, Gaussian};
pub use mode::Mode;
pub use moments::Moments;
pub use order::{MedianDeviation, Order, Rank};
pub use pair_block::PairBlock;
pub use rank_agreement::RankAgreement;
pub use rescaled_range::RescaledRange;
pub use since::{ExtremeSince, SumSince};
pub use skip::Skip;
pub use variable::{Harmonic, VariableMean};
pub use when::{BarsSince, ValueWhen};
