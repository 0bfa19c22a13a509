//! What the tests of live running share: bars of both scalars, programs, and the ways to compare.

#![allow(clippy::panic, reason = "a test stops at what it did not expect")]

use barlang::session::{AnyStrategy, Partition, Set};
use barlang::{Bar, Decimal, Interpreter, Live, Scalar, Value, ta};
use barlang_tests::random::Random;

/// What operators read: its program runs.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/operations.md")]
pub mod operations {}

/// A scalar of the tests.
pub trait Number: Scalar {
    /// The number nearest to another, to four digits.
    fn of(value: f64) -> Self;
}

impl Number for f64 {
    fn of(value: f64) -> f64 {
        value
    }
}

impl Number for Decimal {
    fn of(value: f64) -> Decimal {
        Decimal::new((value * 10_000.0).round() as i64, 4)
    }
}

/// A bar of another scalar.
pub fn bar_of<S: Number>(bar: &Bar) -> Bar<S> {
    let [open, high, low, close, volume] = [bar.open(), bar.high(), bar.low(), bar.close(), bar.volume()].map(S::of);
    Bar::new(bar.time(), open, high, low, close, volume).unwrap_or_else(|error| panic!("{error}"))
}

/// A random bar of a time: now and then flat, on a grid, or far away.
pub fn random_bar<S: Number>(random: &mut Random, time: i64) -> Bar<S> {
    let base = if random.once_in(40) { 1e6 } else { 100.0 };
    let mut price = || {
        let price = base * (1.0 + 0.05 * random.sign_unit());
        if random.once_in(3) { price.round() } else { price }
    };
    let (a, b, c, d) = (price(), price(), price(), price());
    let (low, high) = (a.min(b).min(c).min(d), a.max(b).max(c).max(d));
    let volume = if random.once_in(5) { 0.0 } else { (1e4 * random.unit()).floor() };
    let bar = Bar::new(time, a, high, low, b, volume).unwrap_or_else(|error| panic!("{error}"));
    let bar = if random.once_in(6) { Bar::new(time, a, a, a, a, volume).unwrap_or(bar) } else { bar };
    bar_of(&bar)
}

/// The partition of the tests.
pub fn partition(symbol: &str) -> Partition {
    Partition::new(symbol, "1m".parse().unwrap_or_else(|error| panic!("{error}")), "tests")
}

/// A minute in nanoseconds.
pub const MINUTE: i64 = 60_000_000_000;

/// The interpreter of a program.
pub fn interpreter<S: Scalar>(source: &str) -> Interpreter<S> {
    Interpreter::new(source).unwrap_or_else(|error| panic!("{source}\n{error}"))
}

/// Whether two lists of values are the same to the last bit.
pub fn same<S: Scalar>(a: &[Value<S>], b: &[Value<S>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(*b))
}

/// The outputs of a history bar by bar, from a batch.
pub fn batch<T: Live>(strategy: &T, bars: &[Bar<T::Scalar>]) -> Vec<Vec<Value<T::Scalar>>> {
    let columns = strategy.batch(bars);
    (0..bars.len()).map(|i| strategy.values(&strategy.row(&columns, i))).collect()
}

/// The state behind a history, from a fresh strategy.
pub fn state<T: Live>(strategy: &T, bars: &[Bar<T::Scalar>]) -> T {
    let mut fresh = strategy.clone();
    fresh.reset();
    for bar in bars {
        fresh.step(bar);
    }
    fresh
}

/// A program compiled for both scalars.
pub struct Program {
    /// Its text.
    pub source: &'static str,
    /// Over binary numbers.
    pub binary: Set,
    /// Over decimal numbers.
    pub decimal: Set<Decimal>,
}

/// A strategy of a program.
macro_rules! made {
    (strategy $name:ident $($rest:tt)*) => {{
        ta! { strategy made $($rest)* }
        Made::new()
    }};
    ($($program:tt)*) => { ta!($($program)*) };
}

macro_rules! programs {
    ($([$($program:tt)*])*) => {
        vec![$(Program {
            source: stringify!($($program)*),
            binary: alone(made!($($program)*)),
            decimal: alone(made!($($program)*)),
        }),*]
    };
}

/// Sets of names of their own.
pub trait And<S: Scalar> {
    /// The same with one more.
    #[must_use]
    fn and(self, name: &str, strategy: impl AnyStrategy<S> + 'static) -> Self;
}

impl<S: Scalar> And<S> for Set<S> {
    fn and(self, name: &str, strategy: impl AnyStrategy<S> + 'static) -> Self {
        self.with(name, strategy).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// A strategy as the only one of a set.
pub fn alone<T: Live>(strategy: T) -> Set<T::Scalar> {
    Set::default().and("it", strategy)
}

/// Programs compiled in the tests: every kernel, every kind of state.
pub fn compiled() -> Vec<Program> {
    programs! {
        [close] [bar_index + time] [close[3] > open[1]] [cross_over(ema(close, 5), ema(close, 13))] [ema(close, 8, seed = "first")]
        [rsi(close, 7)] [rma(close, 6)] [macd(close, 5, 9, 4).signal] [bbands(close, 12, 2.0).lower] [sma(close, 3)] [wma(close, 25)]
        [covariance(open, close, 9)] [linreg_slope(close, 14)] [highest(high, 90)] [lowest(low, 7)] [highest_age(high, 11)]
        [lowest_age(low, 100)] [percentile(close, 9, 30)] [average_deviation(close, 6)] [ema_var(close, open, 0.3)]
        [cum_sum(close)] [cum_max(high)] [cum_min(low)] [sum_since(volume, close > open)] [max_since(close, volume == 0)]
        [min_since(close, volume == 0)] [valuewhen(close > open, high, 3)] [barssince(volume == 0)] [skip(close, 20)] [adx(5)]
        [supertrend(7, 2).direction] [sar().sar] [vwap] [stochastic(9).d] [coalesce(rsi(close, 30), 50)] [(close > open)[5]]
        [strategy recs(n: const int = 4) {
            rec level = close -> if close > prev(level) then prev(level, 3) + 0.5 else close;
            rec up = close > open -> if prev(up) then close > low[2] else volume == 0;
            out level = level;
            out up = up and level > sma(close, n);
        }]
    }
}
