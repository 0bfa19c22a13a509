//! The bars decide the kind of number; where there is none, it is `f64`.

use barlang::{Bar, BarError, Decimal, NumSeries, Scalar, Strategy, ta};

ta! {
    /// The middle of the bar, and whether the price rises.
    pub strategy middle() {
        out middle = (high + low) / 2;
        out up = close > close[1];
    }
}

/// The mean of three closes, exactly.
pub fn mean(bars: &[Bar<Decimal>]) -> NumSeries<Decimal> {
    ta!(sma(close, 3)).batch(bars)
}

/// The mean of three closes, over what the caller has.
pub fn mean_of<S: Scalar>() -> impl Strategy<Scalar = S, Output = Option<S>> {
    ta!(sma(close, 3))
}

/// The bytes of two strategies: one that meets decimal bars and one that meets none.
pub fn sizes(bar: &Bar<Decimal>) -> [usize; 2] {
    let mut exact = ta!(sma(close, 3));
    let _ = exact.step(bar);
    [exact.state_bytes(), ta!(sma(close, 3)).state_bytes()]
}

/// A bar at one price, in tenths.
pub fn bar(tenths: i64) -> Result<Bar<Decimal>, BarError> {
    let price = Decimal::new(tenths, 1);
    Bar::new(0, price, price, price, price, Decimal::ZERO)
}

#[test]
fn decimals_are_exact() -> Result<(), BarError> {
    let bars = [bar(1)?, bar(2)?, bar(6)?];
    assert_eq!(mean(&bars).get(2), Some(Decimal::new(3, 1)));
    let mut mean = mean_of();
    assert_eq!(bars.map(|bar| mean.step(&bar)), [None, None, Some(Decimal::new(3, 1))]);
    let mut middle = Middle::new();
    assert_eq!(bars.map(|bar| middle.step(&bar).middle), [1, 2, 6].map(|tenths| Some(Decimal::new(tenths, 1))));
    assert_eq!(Middle::<Decimal>::new().batch(&bars).up.get(1), Some(true));
    let [exact, default] = sizes(&bars[0]);
    assert!(default < exact);
    Ok(())
}
