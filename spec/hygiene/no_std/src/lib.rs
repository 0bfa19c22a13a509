//! Neither `std` nor `alloc`: live bars on a device.
#![no_std]

use barlang::{Bar, BarColumns, BufferError, Strategy, ta};

ta! {
    /// Enter on a golden cross that is not overbought.
    pub strategy golden_cross(fast: const int = 12, slow: const int = 26) {
        let f = ema(close, fast);
        let s = ema(close, slow);
        rec count = 0 -> prev(count) + 1;
        out long = cross_over(f, s) and rsi(close, 14) < 70;
        out spread = f - s + sqrt(highest(high, 20)) - close[30];
        out count = count;
    }
}

/// What the last bar gave.
#[derive(Debug, Default)]
pub struct Device {
    strategy: GoldenCross,
}

impl Device {
    /// Takes a bar.
    pub fn on_bar(&mut self, bar: &Bar) -> bool {
        self.strategy.step(bar).long == Some(true)
    }
}

/// A history into the caller's memory.
pub fn history(bars: &[Bar; 100], up: &mut [Option<bool>; 100]) -> Result<(), BufferError> {
    ta!(close > sma(close, 5)).batch_into(bars, up)
}

/// The same of a history in columns.
pub fn columns(bars: BarColumns<'_>, up: &mut [Option<bool>]) -> Result<(), BufferError> {
    ta!(close > sma(close, 5)).batch_columns_into(bars, up)
}
