//! A strategy that never sees a bar has the default kind of number.
use barlang::{Strategy, ta};

ta! {
    strategy mean(n: const int = 5) {
        out mean = sma(close, n);
    }
}

fn main() {
    let _ = ta!(close > open);
    assert_eq!(ta!(sma(close, 5)).warmup(), 4);
    assert_eq!(Mean::new().warmup(), 4);
}
