//! Cycles.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("harmonic", &["harmonic(close, 7, 7)", "harmonic(close - open, 3 + bar_index % 20, 30)"]),
    ("mama", &["mama(close)", "mama(volume, 0.8, 0.2)"]),
    ("ht_trendline", &["ht_trendline(close)", "ht_trendline(hl2)"]),
];
