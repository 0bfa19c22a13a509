//! What was traded.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("obv", &["obv", "obv - obv[5]", "aobv()", "aobv(2, 5)"]),
    ("ad", &["ad", "ad - ad[5]", "adosc()", "adosc(5, 2)"]),
    ("cmf", &["cmf()", "cmf(3)"]),
    ("efi", &["efi()", "efi(1)", "efi(5)"]),
    ("emv", &["emv()", "emv(5, 100)"]),
    ("iii", &["iii", "wvad", "iii + wvad"]),
    ("kvo", &["kvo()", "kvo(5, 9, 12)", "kvo_vf", "klinger_vf"]),
    ("market_fi", &["market_fi", "market_fi > market_fi[1]"]),
    ("nvi", &["nvi", "pvi", "nvi > pvi"]),
    ("pvt", &["pvt", "pvt - pvt[5]"]),
    ("pvo", &["pvo()", "pvo(9, 4, \"sma\")", "pvo_ext()", "pvo_ext(3, 7, 4)"]),
    ("vosc", &["vosc()", "vosc(3, 4)"]),
    ("pvol", &["pvol()", "pvol(hl2)", "pvr"]),
    ("rvol", &["rvol()", "rvol(3)"]),
    ("vfi", &["vfi()", "vfi(10, 0.5, 1.5, 1)"]),
    ("vzo", &["vzo()", "vzo(5)"]),
    ("vwap", &["vwap", "close > vwap", "vwap_anchored()", "vwap_anchored(bar_index % 21 == 0, 2)"]),
    ("vwap_rolling", &["vwap_rolling()", "vwap_rolling(1)", "vwap_rolling(5)"]),
    ("twap", &["twap()", "twap(close > open)"]),
];
