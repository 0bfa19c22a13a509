//! A broken strategy leaves types behind, so that nothing that uses them is reported.
use barlang::{Bar, Strategy, ta};

ta! {
    /// Enter on a golden cross.
    pub strategy golden_cross(fast: const int = 12, slow: const int = 26) {
        out long = cross_over(emma(close, fast), ema(close, slow));
        out spread = ema(close, fast) - ema(close, slow);
    }
    strategy other() {
        out up = close > close[1];
    }
}

struct Desk {
    golden: GoldenCross,
    last: Option<GoldenCrossOutput>,
}

fn main() {
    let bar = Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap();
    let mut desk = Desk { golden: GoldenCross::new(), last: None };
    let out: GoldenCrossOutput = desk.golden.step(&bar);
    if out.long == Some(true) && out.spread.unwrap_or(0.0) > 1.0 {
        desk.last = Some(out);
    }
    let columns = GoldenCross::new().batch(&[bar]);
    let first: Option<bool> = columns.long.get(0);
    assert_eq!(first, None);
    assert_eq!(GoldenCross::<f64>::WARMUP, 25);
    let up: Option<bool> = Other::new().step(&bar).up;
    assert_eq!(up, None);
}
