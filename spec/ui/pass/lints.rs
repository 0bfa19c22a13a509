//! No lint of rustc speaks up. What clippy says is a matter of `hygiene/lints`.
#![deny(warnings, missing_docs, unused, unreachable_pub, nonstandard_style, future_incompatible, rust_2018_idioms, let_underscore)]
#![forbid(unsafe_code)]

use barlang::{Bar, Strategy, ta};

ta! {
    /// Enter on a golden cross.
    pub strategy golden_cross(fast: const int = 2) {
        rec count = 0 -> prev(count) + 1;
        let unused = sma(volume, 30);
        out long = cross_over(ema(close, fast), wma(close, 3));
        out depth = count + close[5] + sma(high, 4);
    }
    strategy never_used() {
        out up = close > open;
    }
}

fn main() {
    let bar = Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap();
    assert_eq!(GoldenCross::new().step(&bar).long, None);
    assert_eq!(ta!(close > sma(close, 4)).step(&bar), None);
}
