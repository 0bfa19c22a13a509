//! Clippy at its most severe finds nothing in generated code.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery, clippy::cargo)]
#![deny(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::float_cmp,
    clippy::as_conversions,
    clippy::missing_docs_in_private_items,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::missing_inline_in_public_items,
    clippy::single_call_fn,
    clippy::shadow_unrelated,
    clippy::default_numeric_fallback,
    clippy::min_ident_chars
)]
#![forbid(unsafe_code)]
#![allow(clippy::cargo_common_metadata, clippy::multiple_crate_versions, reason = "they are about the package, not about code")]

use barlang::{Bar, Strategy as _, ta};

ta! {
    /// Enter on a golden cross.
    pub strategy golden_cross(fast: const int = 2) {
        let unused = sma(volume, 30);
        rec count = 0 -> prev(count) + 1;
        out long = cross_over(ema(close, fast), wma(close, 3)) and close[7] < highest(high, 200);
        out depth = count + close[5] ** 2 + sma(high, 4) % 3;
        out channel = donchian(20).upper;
    }
}

/// Whether the price rises.
#[must_use]
#[inline]
pub fn is_up(bars: &[Bar]) -> Option<bool> {
    let series = ta!(close > close[1]).batch(bars);
    series.iter().last().flatten()
}
