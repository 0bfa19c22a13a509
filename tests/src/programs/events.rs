//! Events, series of one bar, and levels from periods that are over.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("cross_over", &["cross_over(ema(close, 12), ema(close, 26))", "cross_over(close, 100)"]),
    ("cross_under", &["cross_under(ema(close, 12), ema(close, 26))", "cross_under(close, open[1])"]),
    ("cross", &["cross(close, sma(close, 10))", "cross(close, open)"]),
    ("in_channel", &["in_channel(close, high[1], low[1])", "in_channel(close, sma(close, 5) * 1.01, sma(close, 5) * 0.99)"]),
    ("out_channel", &["out_channel(close, high[1], low[1])", "out_channel(open, high[2], low[1])"]),
    ("enter_channel", &["enter_channel(close, high[1], low[1])", "enter_channel(close, 110, 90)"]),
    ("exit_channel", &["exit_channel(close, high[1], low[1])", "exit_channel(close, 110, 90)"]),
    ("rising", &["rising(close)", "rising(close, 3)"]),
    ("falling", &["falling(close)", "falling(close, 3)"]),
    ("rising_pct", &["rising_pct(close)", "rising_pct(close, 0.5)"]),
    ("falling_pct", &["falling_pct(close)", "falling_pct(close, 0.5)"]),
    ("new_period", &["new_period()", "new_period(\"week\")", "new_period(\"month\")", "new_period(\"year\")"]),
    ("session_bar", &["session_bar()", "session_bar(new_period(\"week\"))", "session_bar(bar_index % 21 == 5)"]),
    (
        "prices",
        &["hl2 + hlc3 + ohlc4 + hlcc4", "range + upper_wick - lower_wick", "median_price > typical_price", "time / 86400 + bar_index"],
    ),
    ("ibs", &["ibs", "gap", "ibs > gap"]),
    ("heikin_ashi", &["heikin_ashi()", "heikin_ashi().ha_close > heikin_ashi().ha_open"]),
    ("prev_period_ohlc", &["prev_period_ohlc()", "prev_period_ohlc(bar_index % 21 == 5)"]),
    ("cpr", &["cpr()", "cpr(bar_index % 21 == 0)"]),
    ("pivots_traditional", &["pivots_traditional()", "pivots_traditional(bar_index % 21 == 0)"]),
    ("pivots_woodie", &["pivots_woodie()", "pivots_woodie(bar_index % 21 == 0)"]),
    ("pivots_fibonacci", &["pivots_fibonacci()", "pivots_fibonacci(bar_index % 21 == 0)"]),
    ("pivots_camarilla", &["pivots_camarilla()", "pivots_camarilla(bar_index % 21 == 0)"]),
    ("pivots_demark", &["pivots_demark()", "pivots_demark(bar_index % 21 == 0)"]),
    ("rolling_pivots", &["rolling_pivots()", "rolling_pivots(5, 3)"]),
];
