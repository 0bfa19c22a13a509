//! An unknown indicator and an unknown name, each under its own token.
use barlang::ta;

fn main() {
    let _ = ta!(cross_over(emma(close, 12), ema(clsoe, 26)));
}
