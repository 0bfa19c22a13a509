"""Regenerates tests/golden/pine_*.json: what Pine Script gives for the functions of its `ta` that TA-Lib does not have.

    python tools/pine.py --check    compares the committed files with fresh ones; exit status 1 if they differ
    python tools/pine.py --write    rewrites them

Needs tools/requirements.txt installed: PyneCore runs Pine programs, and its `ta` is measured against TradingView's.

To add a function, add a line to FUNCTIONS: the name of its file, the inputs (`a`, or `ab` for the hard one as well), the
first bar to compare (none where the first value of all is comparable), and for each output an expression in Pine's
names. Then run --write, and add the case to tests/golden/cases: `pine_NAME | our program | their output = ours, …`.
"""

import csv
import math
import tempfile
from datetime import time
from importlib.metadata import version
from pathlib import Path

from pynecore.core.script_runner import ScriptRunner
from pynecore.core.syminfo import SymInfo, SymInfoInterval, SymInfoSession
from pynecore.types.na import NA
from pynecore.types.ohlcv import OHLCV

import published

PACKAGE, VERSION = "pynesys-pynecore", "6.11.0"
HOUR = 3600 * 1000

EVERY_21 = "bar_index % 21 == 0"


def levels(kind, names):
    """Those of ta.pivot_point_levels, in its order."""
    return {name: f"ta.pivot_point_levels({kind!r}, {EVERY_21})[{i}]" for i, name in enumerate(names.split())}


def swings(condition, price):
    """The price of the latest turning point and of the third latest. Pine takes one that has its like on the left; the condition does not."""
    return {f"swing_{i + 1}": f"ta.valuewhen({condition}, {price}, {i})" for i in (0, 2)}


def event(condition):
    return {"event": f"1 if {condition} else 0"}


# file, inputs, first bar to compare, {output: expression}
# Pine's comparisons take numbers less than 1e-10 apart as equal, and its ta.cross forgets a touch: where that shows, only `a` is compared.
FUNCTIONS = [
    ("ATR", "ab", None, {"atr": "ta.atr(14)"}),
    ("TR", "ab", None, {"tr": "ta.tr(True)"}),
    ("III", "a", None, {"iii": "ta.iii"}),
    ("WVAD", "a", None, {"wvad": "ta.wvad"}),
    ("VWAP", "a", None, {"vwap": f"ta.vwap(hlc3, {EVERY_21})"}),
    (
        "VWAP_BANDS",
        "a",
        1,
        # On its first bar the deviation is 0, and Pine's the rounding of a difference of squares. Both operands are computed on every bar.
        {name: f"(ta.vwap(hlc3, {EVERY_21}, 2.0)[{i}], nan)[{EVERY_21}]" for i, name in enumerate(("vwap", "upper", "lower"))},
    ),
    ("PIVOTS_TRADITIONAL", "ab", None, levels("Traditional", "p r1 s1 r2 s2 r3 s3")),
    ("PIVOTS_FIBONACCI", "a", None, levels("Fibonacci", "p r1 s1 r2 s2 r3 s3")),
    ("PIVOTS_WOODIE", "a", None, levels("Woodie", "p r1 s1 r2 s2 r3 s3")),
    ("PIVOTS_CAMARILLA", "a", None, levels("Camarilla", "p r1 s1 r2 s2 r3 s3 r4 s4")),
    ("PIVOTS_DM", "a", None, levels("DM", "p r1 s1")),
    ("PIVOTHIGH", "ab", None, {"pivothigh": "ta.pivothigh(high, 5, 5)"}),
    ("PIVOTLOW", "ab", None, {"pivotlow": "ta.pivotlow(low, 5, 5)"}),
    ("SWING_HIGH", "a", None, swings("ta.pivothigh(high, 2, 2) == high[2] > max(high[3], high[4])", "high[2]")),
    ("SWING_LOW", "a", None, swings("ta.pivotlow(low, 2, 2) == low[2] < min(low[3], low[4])", "low[2]")),
    ("CROSS", "a", 1, event("ta.cross(close, open)")),
    ("CROSSOVER", "ab", 1, event("ta.crossover(close, open)")),
    ("CROSSUNDER", "ab", 1, event("ta.crossunder(close, open)")),
    ("RISING", "a", 3, event("ta.rising(close, 3)")),
    ("FALLING", "a", 3, event("ta.falling(close, 3)")),
    ("BARSSINCE", "a", None, {"barssince": "ta.barssince(close > open)"}),
    ("VALUEWHEN", "a", None, {"valuewhen": "ta.valuewhen(close > open, high, 1)"}),
    ("CHANGE", "ab", None, {"change": "ta.change(close, 3)"}),
    ("MAX", "ab", None, {"max": "ta.max(high)"}),
    ("MIN", "ab", None, {"min": "ta.min(low)"}),
    ("HIGHESTBARS", "a", None, {"highestbars": "ta.highestbars(close, 20)"}),
    ("LOWESTBARS", "a", None, {"lowestbars": "ta.lowestbars(close, 20)"}),
    ("RANGE", "ab", None, {"range": "ta.range(close, 14)"}),
    ("MODE", "ab", None, {"mode": "ta.mode(close, 14)"}),
    ("PERCENTRANK", "a", None, {"percentrank": "ta.percentrank(close, 100)"}),
    (
        "PERCENTILE_LINEAR_INTERPOLATION",
        "a",
        None,
        {f"percentile_{p}": f"ta.percentile_linear_interpolation(close, 14, {p})" for p in (5, 50, 80)},
    ),
    ("STDEV", "a", None, {"stdev": "ta.stdev(close, 30, False)"}),
    ("VARIANCE", "a", None, {"variance": "ta.variance(close, 30, False)"}),
    ("VWMA", "a", None, {"vwma": "ta.vwma(hlc3, 20)"}),
    ("SWMA", "ab", None, {"swma": "ta.swma(close)"}),
    ("RCI", "a", 10, {"rci": "ta.rci(close, 10)"}),
    ("ABS", "ab", None, {"abs": "math.abs(close - open)"}),
    ("SIGN", "a", None, {"sign": "math.sign(close - open)"}),
    ("SIGN_CHANGE", "a", None, {"sign_change": "math.sign(ta.change(close))"}),
    ("POW", "a", None, {"pow": "math.pow(close / open, 2.5)"}),
    ("ROUND", "a", None, {"round": "math.round(close)"}),
    ("MAX2", "ab", None, {"max": "math.max(open, close)"}),
    ("MIN2", "ab", None, {"min": "math.min(open, close)"}),
    ("PARTS", "ab", None, {"positive": "math.max(close - open, 0)", "negative": "math.min(close - open, 0)"}),
    ("PREVIOUS", "ab", None, {"previous": "close[5]"}),
    ("NZ", "ab", None, {"nz": "nz(close[5], -1)"}),
    ("FIXNAN", "a", None, {"fixnan": "fixnan(close if close > open else nan)"}),
    ("VIX_FIX", "a", None, {"vix_fix": "(ta.highest(close, 22) - low) / ta.highest(close, 22) * 100"}),
    ("STREAK", "a", None, {"streak": "ta.barssince(not (close > open))"}),
    ("SESSION_BAR", "ab", None, {"bars": f"ta.barssince({EVERY_21})"}),
    ("NARROW_RANGE", "a", 6, event("high - low < ta.lowest(high[1] - low[1], 6)")),
    ("OUTSIDE_BAR", "a", 1, event("high > high[1] and low < low[1]")),
    ("DMI", "a", None, {name: f"ta.dmi(14, 14)[{i}]" for i, name in enumerate(("plus", "minus", "adx"))}),
]


def regenerate():
    if version(PACKAGE) != VERSION:
        raise published.Failure(f"this is PyneCore {version(PACKAGE)}; install tools/requirements.txt for {VERSION}")
    computed = {key: run(key) for key in "ab"}
    fresh = {}
    for name, inputs, first, outputs in FUNCTIONS:
        columns = {key: {output: computed[key][f"{name}.{output}"] for output in outputs} for key in inputs}
        func = ", ".join(outputs.values())
        fresh[f"pine_{name}.json"] = published.content(func, f"{PACKAGE} {VERSION}", columns, first)
    return fresh


def run(key):
    """{"FUNCTION.output": its values, bar by bar} for one input, from one Pine program of all the functions."""
    rows = list(csv.DictReader((published.GOLDEN / f"input_{key}.csv").open(newline="")))
    bars = [OHLCV(i * HOUR, *(float(row[name]) for name in OHLCV._fields[1:6])) for i, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_text(program(key))
        runner = ScriptRunner(
            path, iter(bars), symbol(), last_bar_index=len(bars) - 1, lossless_volume=True, lossless_prices=True
        )
        results = [plots for _, plots in runner.run_iter()]
    number = lambda value: math.nan if isinstance(value, NA) else float(value)
    return {title: [number(plots[title]) for plots in results] for title in results[0]}


def program(key):
    plots = [
        f"    plot({expression}, {f'{name}.{output}'!r})"
        for name, inputs, _, outputs in FUNCTIONS
        if key in inputs
        for output, expression in outputs.items()
    ]
    names = "bar_index, close, fixnan, high, hlc3, low, math, nz, open, plot, script, ta"
    imports = ["from math import nan", f"from pynecore.lib import {names}"]
    head = ['"""@pyne"""', *imports, "", '@script.indicator("values")', "def main():"]
    return "\n".join([*head, *plots]) + "\n"


def symbol():
    """A market that never closes, with prices as fine as they come."""
    week, midnight = range(7), time(0)
    sessions = [SymInfoSession(day=day, time=midnight) for day in week]
    return SymInfo(
        prefix="", description="", ticker="T", currency="USD", basecurrency=None, period="60", type="crypto",
        mintick=1e-12, pricescale=10**12, pointvalue=1.0, mincontract=1.0, timezone="UTC",
        opening_hours=[SymInfoInterval(day=day, start=midnight, end=midnight) for day in week],
        session_starts=sessions, session_ends=sessions,
    )  # fmt: skip


if __name__ == "__main__":
    published.main(__doc__, ("pine_",), regenerate)
