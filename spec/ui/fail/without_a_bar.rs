//! A named strategy that never sees a bar: its kind of number must be said, as `Mean::<f64>::new()`; `Mean::WARMUP` needs none.
use barlang::{Strategy, ta};

ta! {
    strategy mean(n: const int = 5) {
        out mean = sma(close, n);
    }
}

fn main() {
    assert_eq!(Mean::WARMUP, 4);
    assert_eq!(Mean::<f64>::new().warmup(), 4);
    let mean = Mean::new();
    mean.warmup();
}
