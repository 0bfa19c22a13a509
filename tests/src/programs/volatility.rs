//! How much the price moves, and channels around it.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("bbands", &["bbands(close)", "bbands(close, 5, 1.5, 3, \"ema\")", "bbands(close, 2)"]),
    ("bb_upper", &["bb_upper()", "bb_upper(close, 5, 1.5)", "bb_lower()", "bb_lower(volume, 5, 1.5)"]),
    ("bbw", &["bbw()", "bbw(close, 5, 1, 2, \"wma\")", "bbw(close - open, 3)"]),
    ("percent_b", &["percent_b()", "percent_b(close, 5, 1, 2, \"ema\")", "percent_b(volume, 2)"]),
    ("true_range", &["true_range", "true_range[2]", "true_range0"]),
    ("atr", &["atr()", "atr(1)", "atr(5)", "atr_pine()", "atr_pine(5)", "natr()", "natr(3)", "adr()", "adr(3)"]),
    ("donchian", &["donchian()", "donchian(2)", "donchian(70)"]),
    ("keltner", &["keltner()", "keltner(5, 14, 1.5)", "keltner(10, 1)", "kcw()", "kcw(5, 14, 1.5)"]),
    ("accbands", &["accbands()", "accbands(3)"]),
    ("aberration", &["aberration()", "aberration(3, 4)"]),
    ("envelope_atr", &["envelope_atr()", "envelope_atr(5, 1.5)"]),
    ("starc_bands", &["starc_bands()", "starc_bands(9, 1.5, 4)"]),
    ("chandelier_exit", &["chandelier_exit()", "chandelier_exit(5, 2)"]),
    ("cvi", &["cvi()", "cvi(5, 3)"]),
    ("mass_index", &["mass_index()", "mass_index(3, 7)"]),
    ("rvi", &["rvi()", "rvi(volume, 3, 5)", "rvi_refined()", "rvi_refined(3, 5)"]),
    ("ulcer_index", &["ulcer_index()", "ulcer_index(close, 5)"]),
    ("vix_fix", &["vix_fix()", "vix_fix(5)"]),
    ("thermo", &["thermo()", "thermo(5)"]),
    ("pdist", &["pdist", "pdist > range"]),
    ("hist_vol", &["hist_vol()", "hist_vol(volume, 5, 365)", "avolume()", "avolume(close, 5)"]),
    ("hwc", &["hwc()", "hwc(volume, 2)"]),
    ("parkinson", &["parkinson()", "parkinson(5, 365)"]),
    ("garman_klass", &["garman_klass()", "garman_klass(5, 365)"]),
    ("rogers_satchell", &["rogers_satchell()", "rogers_satchell(5, 365)"]),
    ("yang_zhang", &["yang_zhang()", "yang_zhang(5, 365)"]),
];
