//! A record where a series is wanted: the whole call is underlined.
use barlang::ta;

fn main() {
    let _ = ta!(macd(close, 12, 26, 9) > 0);
    let _ = ta!(macd(close).sgnal > 0);
}
