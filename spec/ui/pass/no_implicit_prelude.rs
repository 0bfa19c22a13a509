//! No name of the prelude is in scope.
#![no_implicit_prelude]

::barlang::ta! {
    /// Enter on a golden cross.
    pub strategy golden_cross(fast: const int = 2, slow: const int = 3) {
        let m = macd(close, 2, 4, 2);
        rec count = 0 -> prev(count) + 1;
        out long = cross_over(ema(close, fast), ema(close, slow)) and close[3] > close[1];
        out histogram = m.histogram;
        out count = count;
        out top = highest(close, 500) - lowest(low, 20) + median(close, 9);
    }
    strategy one() {
        out up = close > close[1];
    }
    strategy in_parts() {
        out up = cross_over(ema(close, 2), close);
        out pivot = zigzag().pivot_index;
    }
}

fn main() {
    use ::barlang::Strategy as _;
    let bar: ::barlang::Bar = match ::barlang::Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0) {
        ::core::result::Result::Ok(bar) => bar,
        ::core::result::Result::Err(_) => return,
    };
    let mut up = ::barlang::ta!(close > sma(close, 2));
    ::core::assert_eq!(up.step(&bar), ::core::option::Option::None);
    let out = GoldenCross::new().step(&bar);
    ::core::assert_eq!(out.count, ::core::option::Option::Some(0.0));
    ::core::assert_eq!(InParts::new().batch(&[bar]).pivot.get(0), ::core::option::Option::None);
    ::core::assert_eq!(One::new().batch(&[bar]).up.get(0), ::core::option::Option::None);
}
