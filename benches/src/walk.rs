//! Bars that anyone can make again: of any symbol, at any place, in any revision.

use barlang::Bar;

/// A minute in nanoseconds.
pub const MINUTE: i64 = 60_000_000_000;

/// Any 64 bits, from some others (splitmix64).
#[must_use]
pub fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The bar of a symbol at a minute: waves with noise, other noise in another revision.
///
/// # Panics
///
/// Never: prices are finite and in order.
#[must_use]
pub fn bar(symbol: u64, minute: usize, revision: u64) -> Bar {
    let unit = |k: u64| (mix(mix(symbol << 20 ^ revision) ^ (minute as u64) << 3 ^ k) >> 11) as f64 / (1u64 << 53) as f64;
    let slow = 100.0 + 20.0 * (minute as f64 / (300.0 + symbol as f64)).sin() + 5.0 * (minute as f64 / 23.0).sin();
    let (open, close) = (slow + unit(0) - 0.5, slow + unit(1) - 0.5);
    let (high, low) = (open.max(close) + unit(2), open.min(close) - unit(3));
    Bar::new(minute as i64 * MINUTE, open, high, low, close, (1e4 * unit(4)).floor()).expect("a bar")
}
