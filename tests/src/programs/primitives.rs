//! The words that other definitions are made of.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("arithmetic", &["add(high, low) - sub(high, low)", "mult(close, volume)", "div(close, volume)", "div(high, low) + mul(open, close)"]),
    (
        "numbers",
        &[
            "max2(open, close) - min2(high[1], close)",
            "pow(close / open, 2)",
            "pow(close / open, 0.5)",
            "scaled(close - open, 2, 3)",
            "scaled(volume, 1, 7)",
        ],
    ),
    (
        "block",
        &[
            "block(close, 5)",
            "block(volume, 70)",
            "pair_block(open, close, 5)",
            "pair_block(close, volume, 70)",
            "rank_agreement(volume, 30)",
            "rank_agreement(round(close), 257)",
            "rescaled_range(close / open - 1, 50)",
        ],
    ),
    ("change", &["change(close)", "diff(volume, 5)"]),
    ("sign_change", &["sign_change(close)", "sign_change(volume)"]),
    ("lag", &["lag(close)", "ref(close, 0) - lag(close, 3)"]),
    ("nz", &["nz(close[3])", "nz(1 / (close - open), -1)"]),
    ("parts", &["positive_values(close - open)", "negative_values(close - open)", "pos(volume) + neg(close)"]),
    ("cum_prod", &["cum_prod(close / open)", "cum_prod(close - open)"]),
    ("streak", &["streak(close > open)", "streak(close[2] > open)"]),
    ("max_index", &["max_index(close)", "max_index(volume, 3)"]),
    ("min_index", &["min_index(close)", "min_index(volume, 3)"]),
    ("min_max", &["min_max(close)", "min_max(volume, 2)"]),
    ("min_max_index", &["min_max_index(close)", "min_max_index(volume, 2)"]),
    ("mavp", &["mavp(close, 2 + bar_index % 33)", "mavp(close, volume, 3, 9)", "mavp(close, close - open, 1, 100)"]),
];
