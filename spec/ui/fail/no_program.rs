//! Nothing between the brackets, and something unfinished.
use barlang::ta;

fn main() {
    let _ = ta!();
    let _ = ta!(close > );
    let _ = ta!(sma(close, 20) >);
    let _ = ta!(if close > open then 1);
}
