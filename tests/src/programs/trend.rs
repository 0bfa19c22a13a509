//! Trends, and stops that follow the price.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("wilder_sum", &["wilder_sum(close)", "wilder_sum(volume, 1)", "wilder_sum(close - open, 2)"]),
    ("directional_movement", &["directional_movement()", "directional_movement().plus[2] - directional_movement().minus"]),
    ("plus_dm", &["plus_dm()", "plus_dm(1)", "plus_dm(2)"]),
    ("minus_dm", &["minus_dm()", "minus_dm(1)", "minus_dm(2)"]),
    ("plus_di", &["plus_di()", "plus_di(1)", "plus_di(2)"]),
    ("minus_di", &["minus_di()", "minus_di(1)", "minus_di(2)"]),
    ("dx", &["dx()", "dx(2)"]),
    ("adxr", &["adxr()", "adxr(3)"]),
    ("dmi", &["dmi()", "dmi(3, 5)"]),
    ("aroon_osc", &["aroon_osc()", "aroon_osc(3)"]),
    ("vortex", &["vortex()", "vortex(1)"]),
    ("vhf", &["vhf(close)", "vhf(volume, 5)"]),
    ("chop", &["chop()", "chop(2)"]),
    ("chop_tr", &["chop_tr()", "chop_tr(2)"]),
    ("ichimoku", &["ichimoku()", "ichimoku(5, 2, 3)"]),
    ("alligator", &["alligator()", "alligator(8, 5, 5, 0, 3, 1)"]),
    ("gator", &["gator()", "gator().upper - gator().lower"]),
    ("ttm_trend", &["ttm_trend()", "ttm_trend(20)"]),
    ("stc", &["stc(close)", "stc(close, 10, 5, 3)"]),
    ("decay", &["decay(close)", "decay(close - open, 3)"]),
    ("edecay", &["edecay(close)", "edecay(close - open, 3)"]),
    ("atr_stop", &["atr_stop()", "atr_stop(5, 1.5)"]),
    ("pmax", &["pmax()", "pmax(4, 1)"]),
    ("volatility_stop", &["volatility_stop()", "volatility_stop(3, 1.5)"]),
    ("cksp", &["cksp()", "cksp(5, 2.5, 1)"]),
    (
        "sar_ext",
        &[
            "sar_ext()",
            "sar_ext(0, 0.1, 0.01, 0.03, 0.3, 0.5, 0.05, 0.2)",
            "sar_ext(start_value = 100)",
            "sar_ext(start_value = -100, offset_on_reverse = 0.05)",
        ],
    ),
    ("hilo", &["hilo()", "hilo(5, 3)"]),
    ("price_channel", &["price_channel()", "price_channel(3, 0.5)"]),
    ("fcb", &["fcb()", "fcb(1)"]),
];
