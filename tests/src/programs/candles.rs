//! Candles: their measures and every pattern, each alone, and all patterns as one strategy.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("candle_body_long", &["candle_body_long()", "candle_body_long(3, 0.5)"]),
    ("candle_body_very_long", &["candle_body_very_long()", "candle_body_very_long(1, 2)"]),
    ("candle_body_short", &["candle_body_short()", "candle_body_short(4, 0.7)"]),
    ("candle_body_doji", &["candle_body_doji()", "candle_body_doji(3, 0.2)"]),
    ("candle_shadow_long", &["candle_shadow_long()", "candle_shadow_long(3)"]),
    ("candle_shadow_very_long", &["candle_shadow_very_long()", "candle_shadow_very_long(1.5)"]),
    ("candle_shadow_short", &["candle_shadow_short()", "candle_shadow_short(5, 0.5)"]),
    ("candle_shadow_very_short", &["candle_shadow_very_short()", "candle_shadow_very_short(2, 0.3)"]),
    ("candle_near", &["candle_near()", "candle_near(10, 0.1)"]),
    ("candle_far", &["candle_far()", "candle_far(10, 1)"]),
    ("candle_equal", &["candle_equal()", "candle_equal(1, 0.01)"]),
    ("candle", &["body + body_top - body_bottom", "color * candle_range + upper_shadow - lower_shadow"]),
    ("cdl_abandoned_baby", &["cdl_abandoned_baby()", "cdl_abandoned_baby(0)", "cdl_abandoned_baby(1)"]),
    ("cdl_advance_block", &["cdl_advance_block"]),
    ("cdl_belt_hold", &["cdl_belt_hold"]),
    ("cdl_breakaway", &["cdl_breakaway"]),
    ("cdl_closing_marubozu", &["cdl_closing_marubozu"]),
    ("cdl_concealing_baby_swallow", &["cdl_concealing_baby_swallow"]),
    ("cdl_counterattack", &["cdl_counterattack"]),
    ("cdl_dark_cloud_cover", &["cdl_dark_cloud_cover()", "cdl_dark_cloud_cover(0)", "cdl_dark_cloud_cover(1)"]),
    ("cdl_doji", &["cdl_doji"]),
    ("cdl_doji_star", &["cdl_doji_star"]),
    ("cdl_dragonfly_doji", &["cdl_dragonfly_doji"]),
    ("cdl_engulfing", &["cdl_engulfing"]),
    ("cdl_evening_doji_star", &["cdl_evening_doji_star()", "cdl_evening_doji_star(0)", "cdl_evening_doji_star(1)"]),
    ("cdl_evening_star", &["cdl_evening_star()", "cdl_evening_star(0)", "cdl_evening_star(1)"]),
    ("cdl_gravestone_doji", &["cdl_gravestone_doji"]),
    ("cdl_hammer", &["cdl_hammer"]),
    ("cdl_hanging_man", &["cdl_hanging_man"]),
    ("cdl_harami", &["cdl_harami"]),
    ("cdl_harami_cross", &["cdl_harami_cross"]),
    ("cdl_high_wave_candle", &["cdl_high_wave_candle"]),
    ("cdl_hikkake", &["cdl_hikkake"]),
    ("cdl_homing_pigeon", &["cdl_homing_pigeon"]),
    ("cdl_identical_three_crows", &["cdl_identical_three_crows"]),
    ("cdl_in_neck", &["cdl_in_neck"]),
    ("cdl_inverted_hammer", &["cdl_inverted_hammer"]),
    ("cdl_kicking", &["cdl_kicking"]),
    ("cdl_kicking_by_length", &["cdl_kicking_by_length"]),
    ("cdl_ladder_bottom", &["cdl_ladder_bottom"]),
    ("cdl_long_legged_doji", &["cdl_long_legged_doji"]),
    ("cdl_long_line_candle", &["cdl_long_line_candle"]),
    ("cdl_marubozu", &["cdl_marubozu"]),
    ("cdl_mat_hold", &["cdl_mat_hold()", "cdl_mat_hold(0)", "cdl_mat_hold(1)"]),
    ("cdl_matching_low", &["cdl_matching_low"]),
    ("cdl_modified_hikkake", &["cdl_modified_hikkake"]),
    ("cdl_morning_doji_star", &["cdl_morning_doji_star()", "cdl_morning_doji_star(0)", "cdl_morning_doji_star(1)"]),
    ("cdl_morning_star", &["cdl_morning_star()", "cdl_morning_star(0)", "cdl_morning_star(1)"]),
    ("cdl_on_neck", &["cdl_on_neck"]),
    ("cdl_piercing", &["cdl_piercing"]),
    ("cdl_rickshaw_man", &["cdl_rickshaw_man"]),
    ("cdl_rising_falling_three_methods", &["cdl_rising_falling_three_methods"]),
    ("cdl_separating_lines", &["cdl_separating_lines"]),
    ("cdl_shooting_star", &["cdl_shooting_star"]),
    ("cdl_short_line_candle", &["cdl_short_line_candle"]),
    ("cdl_spinning_top", &["cdl_spinning_top"]),
    ("cdl_stalled_pattern", &["cdl_stalled_pattern"]),
    ("cdl_stick_sandwich", &["cdl_stick_sandwich"]),
    ("cdl_takuri", &["cdl_takuri"]),
    ("cdl_tasuki_gap", &["cdl_tasuki_gap"]),
    ("cdl_three_advancing_white_soldiers", &["cdl_three_advancing_white_soldiers"]),
    ("cdl_three_black_crows", &["cdl_three_black_crows"]),
    ("cdl_three_inside_up_down", &["cdl_three_inside_up_down"]),
    ("cdl_three_line_strike", &["cdl_three_line_strike"]),
    ("cdl_three_outside_up_down", &["cdl_three_outside_up_down"]),
    ("cdl_three_stars_in_the_south", &["cdl_three_stars_in_the_south"]),
    ("cdl_thrusting", &["cdl_thrusting"]),
    ("cdl_tristar", &["cdl_tristar"]),
    ("cdl_two_crows", &["cdl_two_crows"]),
    ("cdl_unique_3_river", &["cdl_unique_3_river"]),
    ("cdl_up_down_gap_side_by_side_white_lines", &["cdl_up_down_gap_side_by_side_white_lines"]),
    ("cdl_upside_downside_gap_three_methods", &["cdl_upside_downside_gap_three_methods"]),
    ("cdl_upside_gap_two_crows", &["cdl_upside_gap_two_crows"]),
    (
        "all_candlesticks",
        &["strategy all() {
            out abandoned_baby = cdl_abandoned_baby();
            out advance_block = cdl_advance_block;
            out belt_hold = cdl_belt_hold;
            out breakaway = cdl_breakaway;
            out closing_marubozu = cdl_closing_marubozu;
            out concealing_baby_swallow = cdl_concealing_baby_swallow;
            out counterattack = cdl_counterattack;
            out dark_cloud_cover = cdl_dark_cloud_cover();
            out doji = cdl_doji;
            out doji_star = cdl_doji_star;
            out dragonfly_doji = cdl_dragonfly_doji;
            out engulfing = cdl_engulfing;
            out evening_doji_star = cdl_evening_doji_star();
            out evening_star = cdl_evening_star();
            out gravestone_doji = cdl_gravestone_doji;
            out hammer = cdl_hammer;
            out hanging_man = cdl_hanging_man;
            out harami = cdl_harami;
            out harami_cross = cdl_harami_cross;
            out high_wave_candle = cdl_high_wave_candle;
            out hikkake = cdl_hikkake;
            out homing_pigeon = cdl_homing_pigeon;
            out identical_three_crows = cdl_identical_three_crows;
            out in_neck = cdl_in_neck;
            out inverted_hammer = cdl_inverted_hammer;
            out kicking = cdl_kicking;
            out kicking_by_length = cdl_kicking_by_length;
            out ladder_bottom = cdl_ladder_bottom;
            out long_legged_doji = cdl_long_legged_doji;
            out long_line_candle = cdl_long_line_candle;
            out marubozu = cdl_marubozu;
            out mat_hold = cdl_mat_hold();
            out matching_low = cdl_matching_low;
            out modified_hikkake = cdl_modified_hikkake;
            out morning_doji_star = cdl_morning_doji_star();
            out morning_star = cdl_morning_star();
            out on_neck = cdl_on_neck;
            out piercing = cdl_piercing;
            out rickshaw_man = cdl_rickshaw_man;
            out rising_falling_three_methods = cdl_rising_falling_three_methods;
            out separating_lines = cdl_separating_lines;
            out shooting_star = cdl_shooting_star;
            out short_line_candle = cdl_short_line_candle;
            out spinning_top = cdl_spinning_top;
            out stalled_pattern = cdl_stalled_pattern;
            out stick_sandwich = cdl_stick_sandwich;
            out takuri = cdl_takuri;
            out tasuki_gap = cdl_tasuki_gap;
            out three_advancing_white_soldiers = cdl_three_advancing_white_soldiers;
            out three_black_crows = cdl_three_black_crows;
            out three_inside_up_down = cdl_three_inside_up_down;
            out three_line_strike = cdl_three_line_strike;
            out three_outside_up_down = cdl_three_outside_up_down;
            out three_stars_in_the_south = cdl_three_stars_in_the_south;
            out thrusting = cdl_thrusting;
            out tristar = cdl_tristar;
            out two_crows = cdl_two_crows;
            out unique_3_river = cdl_unique_3_river;
            out up_down_gap_side_by_side_white_lines = cdl_up_down_gap_side_by_side_white_lines;
            out upside_downside_gap_three_methods = cdl_upside_downside_gap_three_methods;
            out upside_gap_two_crows = cdl_upside_gap_two_crows;
        }"],
    ),
];
