//! Constants of plain names: as a pattern such a name is no binding, so no generated binding may have one.
#![allow(dead_code, non_upper_case_globals, non_camel_case_types)]

const bar: u8 = 0;
const core: u8 = 0;
const memory: u8 = 0;
const now: u8 = 0;
const i: u8 = 0;
const n0: u8 = 0;
const o0: u8 = 0;
const x: u8 = 0;
const start: u8 = 0;
const bars: u8 = 0;
const from: u8 = 0;
const index: u8 = 0;
const output: u8 = 0;
const buffers: u8 = 0;
const columns: u8 = 0;
const f: u8 = 0;

barlang::ta! {
    strategy golden_cross(fast: const int = 2) {
        rec count = 0 -> prev(count) + 1;
        out long = cross_over(ema(close, fast), wma(close, 3));
        out depth = count + close[5] + sma(high, 4);
    }
}

fn main() {
    use barlang::{Bar, Strategy};
    let price = Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap();
    assert_eq!(GoldenCross::new().step(&price).depth, None);
    assert_eq!(barlang::ta!(close > sma(close, 4)).step(&price), None);
}
