//! The workloads with other crates, where they have the indicators. Buffers are outside the timing
//! wherever a crate lets the caller bring them.

pub mod kand;
pub mod ta_lib;
pub mod wickra;
pub mod yata;

/// Crosses of two columns from index 1 on, above and below, as each crate's user would write it.
fn crossed(a: &[f64], b: &[f64], i: usize) -> (bool, bool) {
    let over = (a[i] > b[i]) & (a[i - 1] <= b[i - 1]);
    let under = (a[i] < b[i]) & (a[i - 1] >= b[i - 1]);
    (over, under)
}

/// W1's answers from its two averages, the first of which is at bar 25.
fn crosses(fast: &[f64], slow: &[f64], cross: &mut [Option<bool>]) {
    let n = cross.len();
    let (fast, slow) = (&fast[..n], &slow[..n]);
    cross[..26.min(n)].fill(None);
    for i in 26..n {
        cross[i] = Some((fast[i] > slow[i]) & (fast[i - 1] <= slow[i - 1]));
    }
}

/// What W5 is made of, as columns.
#[derive(Clone, Copy)]
struct Parts<'a> {
    close: &'a [f64],
    fast: &'a [f64],
    slow: &'a [f64],
    rsi: &'a [f64],
    sma: &'a [f64],
    atr: &'a [f64],
}

/// W5's answers from its parts. A comparison with a missing part is missing; before bar 199, where the
/// long average is, `long` can only be false or missing, and `exit` only where it has parts.
fn signals(parts: Parts<'_>, long: &mut [Option<bool>], exit: &mut [Option<bool>]) {
    let n = parts.close.len();
    let warm = 199.min(n);
    for i in 0..warm {
        let cross = (i >= 26).then(|| crossed(parts.fast, parts.slow, i));
        let rsi = (i >= 14).then(|| parts.rsi[i]);
        let atr = (i >= 14).then(|| parts.atr[i]);
        let refuted = cross.is_some_and(|(over, _)| !over)
            || rsi.is_some_and(|rsi| rsi >= 70.0)
            || atr.is_some_and(|atr| atr / parts.close[i] >= 0.05);
        long[i] = refuted.then_some(false);
        exit[i] = match (cross, rsi) {
            (_, Some(rsi)) if rsi > 80.0 => Some(true),
            (Some((_, under)), Some(_)) => Some(under),
            (None, _) | (_, None) => None,
        };
    }
    let Parts { close, fast, slow, rsi, sma, atr } = parts;
    let (fast, slow, rsi, sma, atr) = (&fast[..n], &slow[..n], &rsi[..n], &sma[..n], &atr[..n]);
    let (long, exit) = (&mut long[..n], &mut exit[..n]);
    for i in warm.max(1)..n {
        let over = (fast[i] > slow[i]) & (fast[i - 1] <= slow[i - 1]);
        let under = (fast[i] < slow[i]) & (fast[i - 1] >= slow[i - 1]);
        let calm = (rsi[i] < 70.0) & (close[i] > sma[i]) & (atr[i] / close[i] < 0.05);
        long[i] = Some(over & calm);
        exit[i] = Some(under | (rsi[i] > 80.0));
    }
}

/// The last averages of W5's cross, for the peers that step.
#[derive(Clone, Copy, Default)]
struct Before {
    above: bool,
    below: bool,
}

impl Before {
    /// Whether the averages crossed, above and below.
    #[inline]
    fn crossed(&mut self, fast: f64, slow: f64) -> (bool, bool) {
        let (above, below) = (fast > slow, fast < slow);
        let crossed = (above & !self.above, below & !self.below);
        *self = Self { above, below };
        crossed
    }
}

/// W5's answer for one bar after the warm-up.
#[inline]
fn signal(crossed: (bool, bool), close: f64, rsi: f64, sma: f64, atr: f64) -> [Option<bool>; 2] {
    let (over, under) = crossed;
    let long = over && rsi < 70.0 && close > sma && atr / close < 0.05;
    [Some(long), Some(under || rsi > 80.0)]
}
