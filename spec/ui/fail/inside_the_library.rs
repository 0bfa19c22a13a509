//! What a shipped definition runs into is shown under the call that the program wrote.
use barlang::ta;

fn main() {
    let _ = ta!(close > macd_ordered(close, 5, 3, 2).signal);
}
