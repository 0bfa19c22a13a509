//! Gives the bar that the loops read, and a seeded random walk of such bars.
//!
//! `Bar` stands in for `barlang::Bar`: the same 48 bytes, the same accessors.

/// One bar of a market: opening time in nanoseconds since 1970 UTC, four prices, and volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    time: i64,
    open: f64,
    high: f64,
    low: f64,
    close: f64,
    volume: f64,
}

impl Bar {
    /// Makes a bar; the numbers are taken as they are.
    #[must_use]
    pub const fn new(time: i64, open: f64, high: f64, low: f64, close: f64, volume: f64) -> Self {
        Self { time, open, high, low, close, volume }
    }

    /// The bar's opening, in nanoseconds since 1970 UTC.
    #[inline]
    #[must_use]
    pub const fn time(&self) -> i64 {
        self.time
    }

    /// The first price.
    #[inline]
    #[must_use]
    pub const fn open(&self) -> f64 {
        self.open
    }

    /// The greatest price.
    #[inline]
    #[must_use]
    pub const fn high(&self) -> f64 {
        self.high
    }

    /// The least price.
    #[inline]
    #[must_use]
    pub const fn low(&self) -> f64 {
        self.low
    }

    /// The last price.
    #[inline]
    #[must_use]
    pub const fn close(&self) -> f64 {
        self.close
    }

    /// The quantity traded.
    #[inline]
    #[must_use]
    pub const fn volume(&self) -> f64 {
        self.volume
    }
}

const _: () = assert!(size_of::<Bar>() == 48);

/// A generator of numbers that is the same on every machine (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts the sequence that belongs to `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// The next number in `0.0..1.0`.
    pub const fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number near a normal distribution of mean 0 and deviation 1.
    pub const fn normal(&mut self) -> f64 {
        (self.unit() + self.unit() + self.unit() + self.unit() - 2.0) * 1.732_050_807_568_877_2
    }
}

/// A random walk of `n` one-minute bars around a price of 100, in ticks of 0.01, the same for the
/// same `seed`. A weak pull towards 100 keeps a million bars within a market's range; calm and
/// nervous spells take turns, and the ticks make ties of prices, as in a real market.
#[must_use]
pub fn random_walk(n: usize, seed: u64) -> Vec<Bar> {
    const MINUTE: i64 = 60_000_000_000;
    let tick = |price: f64| (price * 100.0).round() / 100.0;
    let mut random = Random::new(seed);
    let mut close = 100.0_f64;
    let mut spell = 1.0_f64;
    (0..n as i64)
        .map(|i| {
            spell += 0.02 * (1.0 - spell) + 0.05 * random.normal();
            spell = spell.clamp(0.3, 3.0);
            let deviation = 0.004 * close * spell;
            let open = tick(close + 0.1 * deviation * random.normal());
            let pull = 2e-4 * (100.0 - close);
            close = tick((open + pull + deviation * random.normal()).max(1.0));
            let high = tick(open.max(close) + 0.6 * deviation * random.unit());
            let low = tick((open.min(close) - 0.6 * deviation * random.unit()).max(0.5));
            let volume = (1e4 * spell * (0.5 + random.unit())).round();
            Bar::new(1_600_000_000_000_000_000 + i * MINUTE, open, high, low, close, volume)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::random_walk;

    #[test]
    fn bars_are_valid() {
        for bar in random_walk(100_000, 7) {
            let body = [bar.open(), bar.close()];
            assert!(body.iter().all(|price| bar.low() <= *price && *price <= bar.high()));
            assert!(bar.low() > 1.0 && bar.high() < 10_000.0 && bar.volume() > 0.0);
        }
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(random_walk(1_000, 1), random_walk(1_000, 1));
        assert_ne!(random_walk(1_000, 1), random_walk(1_000, 2));
    }
}
