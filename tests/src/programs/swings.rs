//! Shapes of a few bars, and the swings of the price.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    ("bars", &["inside_bar", "outside_bar", "narrow_range()", "narrow_range(4)"]),
    ("pivot_high", &["pivot_high()", "pivot_high(close, 2, 1)", "pivot_high(high, 0, 0)"]),
    ("pivot_low", &["pivot_low()", "pivot_low(close, 2, 1)", "pivot_low(low, 3, 0)"]),
    ("swing_points", &["swing_points()", "swing_points(1, 3, true)", "fractal()", "fractal(3, 1)"]),
    ("swing_high_at", &["swing_high_at()", "swing_high_at(3, 1, 1, true)"]),
    ("swing_low_at", &["swing_low_at()", "swing_low_at(3, 1, 1, true)"]),
    ("zigzag", &["zigzag()", "zigzag(1, 4)", "zigzag(0)"]),
    (
        "fib_legs",
        &[
            "fib_legs()",
            "fib_legs(1, 2, 3)",
            "fib_legs(1, 1, 2, \"latest_valid\", 20, 0.5, true, false)",
            "fib_legs(1, 1, 1, \"strict_alternating\", 10, 1)",
        ],
    ),
    ("fib_retracement", &["fib_retracement()", "fib_retracement(1, 1, 1, \"latest_valid\", level_3 = 0.786)"]),
    ("fib_anchor", &["fib_anchor_high()", "fib_anchor_high(1, 1, 2)", "fib_anchor_low()", "fib_anchor_low(1, 1, 2)"]),
    ("fib_level", &["fib_level_down()", "fib_level_down(0.5, 1, 1)", "fib_level_up()", "fib_level_up(0.5, 1, 1)"]),
];
