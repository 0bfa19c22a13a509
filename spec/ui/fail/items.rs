//! Items that are broken, private and public, beside code that does not use them.
use barlang::ta;

ta! {
    pub strategy golden_cross(fast: const int = 12) {
        out long = cross_over(emma(close, fast), ema(close, 26));
    }
}

mod inner {
    barlang::ta! {
        strategy s() {
            rec y = 1 -> y + 1;
            out y = y;
        }
    }
}

fn main() {}
