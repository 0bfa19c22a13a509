//! What came through another macro is still found.
use barlang::ta;

macro_rules! smooth {
    ($price:ident, $period:literal) => {
        ta!(ema($price, $period))
    };
}

fn main() {
    let _ = smooth!(clsoe, 12);
    let _ = smooth!(close, 0);
}
