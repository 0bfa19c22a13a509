//! Moving averages.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("fir", &["fir(close, 9, \"sine\")", "fir(volume, 1, \"pascal\")", "fir(close - open, 70, \"fibonacci\")"]),
    (
        "gaussian",
        &["gaussian(close, 3, 1.5, 7)", "gaussian(high, 0, 0.01, 3)", "gaussian(close, 20, 6, 40)", "gaussian(close, open, 2, 20)"],
    ),
    ("variable_mean", &["variable_mean(close, 2 + 3 * bar_index % 7, 9)", "variable_mean(open, close - 99.5, 30)"]),
    ("trima", &["trima(close)", "trima(close, 1)", "trima(volume, 7)"]),
    ("t3", &["t3(close)", "t3(close, 12, 0.2)", "t3(close, 1)"]),
    ("zlema", &["zlema(close)", "zlema(volume, 4)", "zlema(close, 1)"]),
    ("kama", &["kama(close)", "kama(close, 7)", "kama(close, 1)"]),
    ("vidya", &["vidya(close)", "vidya(close, 5, 20)", "vidya(volume - volume[3], 3)"]),
    ("alma", &["alma(close)", "alma(close, 31, 3.5, 0.3)", "alma(close, 1)"]),
    ("vwma", &["vwma(close)", "vwma(close, 5)", "vwma(high, 1)"]),
    ("evwma", &["evwma(close)", "evwma(close, 3)"]),
    ("swma", &["swma(close)", "swma(volume)"]),
    ("fwma", &["fwma(close)", "fwma(close, 200)"]),
    ("pwma", &["pwma(close)", "pwma(close, 5)"]),
    ("sinwma", &["sinwma(close)", "sinwma(volume, 2)"]),
    ("ema_first", &["ema_first(close)", "ema_first(volume, 3)"]),
    ("rma_first", &["rma_first(close)", "rma_first(volume, 3)"]),
    ("mcginley", &["mcginley(close)", "mcginley(close, 3)"]),
    ("hwma", &["hwma(close)", "hwma(close, 0.5, 0.3, 0.7)"]),
    ("jma", &["jma(close)", "jma(close, 20, 50)", "jma(close, 1)"]),
    ("frama", &["frama()", "frama(7)"]),
    ("midpoint", &["midpoint(close)", "midpoint(volume, 3)"]),
    ("midprice", &["midprice()", "midprice(3)"]),
    ("ma_envelopes", &["ma_envelopes(close)", "ma_envelopes(close, 7, 0.5, \"t3\")"]),
    (
        "ma_type",
        &[
            "ma(close, 7, \"sma\") + ma(close, 7, \"ema\")",
            "ma(close, 7, \"dema\") - ma(close, 7, \"tema\")",
            "ma(close, 7, \"trima\") - ma(close, 7, \"kama\")",
            "ma(close, 7, \"mama\")",
            "ma(close, 7, \"t3\") - ma(close, 7, \"hma\")",
            "ma(close, 7, \"zlema\") - ma(close, 7, \"vidya\")",
            "ma(close, 7, \"alma\") - ma(close, 1, \"alma\")",
        ],
    ),
];
