//! Wherever an expression or an item may stand.
#![allow(dead_code)]

use barlang::{Bar, Strategy, ta};

mod inner {
    barlang::ta! {
        pub strategy pair() { out a = close; out b = close > open; }
    }
}

struct Desk<T> {
    strategy: T,
}

fn up() -> impl Strategy<Scalar = f64, Output = Option<bool>> {
    ta!(close > close[1])
}

fn run<T: Strategy<Scalar = f64>>(mut strategy: T, bars: &[Bar]) -> Vec<T::Output> {
    bars.iter().map(|bar| strategy.step(bar)).collect()
}

macro_rules! cross {
    ($fast:literal, $slow:expr, $price:ident) => {
        ta!(cross_over(ema($price, $fast), ema($price, $slow)))
    };
}

macro_rules! strategies {
    ($($name:ident: $period:literal),*) => {
        $(ta! { strategy $name() { out mean = sma(close, $period); } })*
    };
}

strategies!(short: 2, long: 5);

fn main() {
    let bars = [Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap(); 4];
    let first = Desk { strategy: ta!(close > open) };
    // Two expressions in one scope, one inside a closure, one inside another's argument.
    let both = (ta!(close > open), ta!(close > open));
    let make = || ta!(sma(close, 2));
    assert_eq!(run(first.strategy, &bars), [Some(false); 4]);
    assert_eq!(run(both.0, &bars).len() + run(both.1, &bars).len(), 8);
    assert_eq!(run(make(), &bars)[3], Some(1.0));
    assert_eq!(run(up(), &bars)[1], Some(false));
    assert_eq!(run(cross!(2, 1 + 2, close), &bars)[3], Some(false));
    assert_eq!(Short::new().step(&bars[0]).mean, None);
    assert_eq!(Long::<f64>::new().warmup(), 4);
    ta! {
        strategy local() { out range = high - low; }
    }
    assert_eq!(Local::new().step(&bars[0]).range, Some(0.0));
    {
        use inner::{Pair, PairOutput};
        let out: PairOutput = Pair::new().step(&bars[0]);
        assert_eq!((out.a, out.b), (Some(1.0), Some(false)));
    }
    // Brackets of every sort, and the wrapper of other places.
    let brackets = (ta![close > open], ta! { close > open }, ta!(< close > open >));
    assert_eq!(run(brackets.0, &bars), run(brackets.1, &bars));
    assert_eq!(run(brackets.2, &bars), [Some(false); 4]);
    match ta!(close).batch(&bars).get(0) {
        Some(close) if close > 0.5 => {}
        _ => unreachable!(),
    }
}
