//! Cycles.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("harmonic", &["harmonic(close, 7, 7)", "harmonic(close - open, 3 + bar_index % 20, 30)"]),
    ("mama", &["mama(close)", "mama(volume, 0.8, 0.2)"]),
    ("ht_dcperiod", &["ht_dcperiod(close)", "ht_dcperiod(volume)"]),
    ("ht_phasor", &["ht_phasor(close)", "ht_phasor(hl2)"]),
    ("ht_dcphase", &["ht_dcphase(close)", "ht_dcphase(hl2)"]),
    ("ht_sine", &["ht_sine(close)", "ht_sine(volume)"]),
    ("ht_trendmode", &["ht_trendmode(close)", "ht_trendmode(hl2)"]),
    ("msw", &["msw(close)", "msw(volume, 2)", "msw(close, 30)"]),
    ("cg", &["cg(close)", "cg(close - open, 2)"]),
    ("cti", &["cti(close)", "cti(volume, 2)"]),
    ("dsp", &["dsp(close)", "dsp(close, 2)"]),
    ("swak_hp", &["swak_hp(close)", "swak_hp(volume, 5)"]),
    ("swak_2php", &["swak_2php(close)", "swak_2php(close, 200)"]),
    ("swak_bp", &["swak_bp(close)", "swak_bp(close, 60, 0.3)"]),
    ("swak_butter", &["swak_butter(close)", "swak_butter(volume, 4)"]),
    ("swak_gauss", &["swak_gauss(close)", "swak_gauss(volume, 4)"]),
    ("super_smoother", &["super_smoother(close)", "super_smoother(volume, 3)"]),
    ("decycler", &["decycler(close)", "decycler(close, 5)"]),
    ("roofing_filter", &["roofing_filter(close)", "roofing_filter(close, 20, 3)"]),
    ("ebsw", &["ebsw(close)", "ebsw(close, 10, 3)"]),
    ("ht_trendline", &["ht_trendline(close)", "ht_trendline(hl2)"]),
];
