//! A range error inside a nested call, under the argument; one of several tokens under all of them.
use barlang::ta;

fn main() {
    let _ = ta!(cross_over(sma(ema(close, 0), 20), sma(close, 10 - 10)));
    let _ = ta!(close[-1] > close);
}
