//! Too few arguments under the name, too many under the first that is one too many.
use barlang::ta;

fn main() {
    let _ = ta!(cross_over(ema(close, 12)));
    let _ = ta!(rsi(close, 14, 30 + 40, 5) > 50);
    let _ = ta!(rsi(close, perod = 14));
}
