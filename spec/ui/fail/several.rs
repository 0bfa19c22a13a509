//! Every mistake of the items at once, each in its place, and in the order of the text.
use barlang::ta;

ta! {
    indicator body(x: num) -> num {
        x - opne
    }
    strategy trend(fast: const int = 0 in 1..=100) {
        let f = ema(close, fast);
        let s = close +;
        out long = cross_over(f, sma(close, "20"));
        out exit = f and close > open;
    }
}

fn main() {}
