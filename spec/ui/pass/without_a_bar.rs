//! An expression that never sees a bar has the default kind of number; one that does has that of the bar.
use barlang::{Bar, Scalar, Strategy, ta};

fn over<S: Scalar>(bar: &Bar<S>) -> Option<S> {
    let mut price = ta!(close);
    price.step(bar)
}

fn made<S: Scalar>() -> impl Strategy<Scalar = S, Output = Option<bool>> {
    ta!(close > open)
}

fn main() {
    let _ = ta!(close > open);
    let mean = ta!(sma(close, 5));
    assert_eq!((mean.warmup(), mean.fingerprint()), (4, mean.clone().fingerprint()));
    assert_eq!(mean.batch(&[]).len(), 0);
    let make = || ta!(ema(close, 12));
    assert_eq!(make().state_bytes(), make().state_bytes());
    let bar = Bar::new(0, 1.0, 1.0, 1.0, 1.0, 1.0).unwrap();
    assert_eq!((over(&bar), made().step(&bar)), (Some(1.0), Some(false)));
}
