//! The dependency is called `ta_lang` here, and `barlang` is something else.

/// The user's own.
pub mod barlang {}

use ta_lang::{Bar, Strategy, ta};

ta! {
    /// Enter on a golden cross.
    pub strategy golden_cross(fast: const int = 2) {
        rec count = 0 -> prev(count) + 1;
        out long = cross_over(ema(close, fast), wma(close, 3));
        out count = count;
    }
}

/// Whether the price rises.
pub fn is_up(bars: &[Bar]) -> Option<bool> {
    let series = ta!(close > close[1]).batch(bars);
    series.iter().last().flatten()
}
