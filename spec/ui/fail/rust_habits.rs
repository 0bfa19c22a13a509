//! What a Rust programmer writes first.
use barlang::ta;

fn main() {
    let _ = ta!(ema(close, 12u32));
    let _ = ta!(if close > open { 1.0 } else { 0.0 });
    let _ = ta!(close as f64);
    let _ = ta!(close.max(open));
    let _ = ta!(ema(&close, 12));
    let _ = ta!('a');
}
