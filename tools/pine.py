"""Regenerates tests/golden/pine_*.json: what Pine Script gives for the functions of its `ta` that TA-Lib does not have.

    python tools/pine.py --check    compares the committed files with fresh ones; exit status 1 if they differ
    python tools/pine.py --write    rewrites them

Needs tools/requirements.txt installed: PyneCore runs Pine programs, and its `ta` is measured against TradingView's.

To add a function, add a line to FUNCTIONS: the name of its file, the inputs (`a`, or `ab` for the hard one as well), the
first bar to compare (none where the first value of all is comparable), and for each output an expression in Pine's
names. Then run --write, and add the case to tests/golden/cases: `pine_NAME | our program | their output = ours, …`.
"""

import argparse
import csv
import json
import math
import sys
import tempfile
from datetime import time
from importlib.metadata import version
from pathlib import Path

from pynecore.core.script_runner import ScriptRunner
from pynecore.core.syminfo import SymInfo, SymInfoInterval, SymInfoSession
from pynecore.types.ohlcv import OHLCV

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
PACKAGE, VERSION = "pynesys-pynecore", "6.11.0"
HOUR = 3600 * 1000

# Digits kept: far more than the tolerance of the comparison asks for.
DIGITS = 13
CHECK_RELATIVE, CHECK_ABSOLUTE = 1e-11, 1e-11

EVERY_21 = "bar_index % 21 == 0"


def levels(kind, names):
    """Those of ta.pivot_point_levels, in its order."""
    return {name: f"ta.pivot_point_levels({kind!r}, {EVERY_21})[{i}]" for i, name in enumerate(names.split())}


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
    ("PERCENTRANK", "ab", None, {"percentrank": "ta.percentrank(close, 100)"}),
    (
        "PERCENTILE_LINEAR_INTERPOLATION",
        "ab",
        None,
        {f"percentile_{p}": f"ta.percentile_linear_interpolation(close, 14, {p})" for p in (5, 50, 80)},
    ),
    ("STDEV", "a", None, {"stdev": "ta.stdev(close, 30, False)"}),
    ("VARIANCE", "a", None, {"variance": "ta.variance(close, 30, False)"}),
    ("SWMA", "ab", None, {"swma": "ta.swma(close)"}),
    ("RCI", "ab", None, {"rci": "ta.rci(close, 10)"}),
    ("DMI", "a", None, {name: f"ta.dmi(14, 14)[{i}]" for i, name in enumerate(("plus", "minus", "adx"))}),
]


class Failure(Exception):
    """The package is another version, or a function gives nothing."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    try:
        if version(PACKAGE) != VERSION:
            raise Failure(f"this is PyneCore {version(PACKAGE)}; install tools/requirements.txt for {VERSION}")
        computed = {key: run(key) for key in "ab"}
        fresh = {f"pine_{row[0]}.json": published(computed, *row) for row in FUNCTIONS}
    except Failure as failure:
        sys.exit(f"error: {failure}")
    if arguments.write:
        for name, content in fresh.items():
            (GOLDEN / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")
        print(f"{len(fresh)} files written")
        return
    differences = check(fresh)
    print("\n".join([*differences, f"{len(fresh)} files, {len(differences)} differences"]))
    sys.exit(1 if differences else 0)


# ---- regenerate -------------------------------------------------------------------------------------------------


def run(key):
    """{"FUNCTION.output": its values, bar by bar} for one input, from one Pine program of all the functions."""
    rows = list(csv.DictReader((GOLDEN / f"input_{key}.csv").open(newline="")))
    bars = [OHLCV(i * HOUR, *(float(row[name]) for name in OHLCV._fields[1:6])) for i, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_text(program(key))
        runner = ScriptRunner(
            path, iter(bars), symbol(), last_bar_index=len(bars) - 1, lossless_volume=True, lossless_prices=True
        )
        results = [plots for _, plots in runner.run_iter()]
    return {title: [float(plots[title]) for plots in results] for title in results[0]}


def program(key):
    plots = [
        f"    plot({expression}, {f'{name}.{output}'!r})"
        for name, inputs, _, outputs in FUNCTIONS
        if key in inputs
        for output, expression in outputs.items()
    ]
    names = "bar_index, close, high, hlc3, low, open, plot, script, ta"
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


def published(computed, name, inputs, first, outputs):
    content = {"func": ", ".join(outputs.values()), "package": f"{PACKAGE} {VERSION}", "outputs": list(outputs)}
    columns = {key: {output: computed[key][f"{name}.{output}"] for output in outputs} for key in inputs}
    starts = [start_of(values) for values in columns["a"].values()]
    return {
        **content,
        "sets": [
            {
                "params": {},
                "lookback": max(starts) if first is None else first,
                **{key: {o: series(v, first) for o, v in values.items()} for key, values in columns.items()},
            }
        ],
    }


def start_of(values):
    start = next((bar for bar, value in enumerate(values) if not math.isnan(value)), None)
    if start is None:
        raise Failure("a function gives no value")
    return start


def series(values, first):
    """`start` is the first bar with a value; where a function says something else at first, `from` is the first to compare."""
    start = start_of(values) if first is None else first
    return {"start" if first is None else "from": start, "n": len(values), "v": [plain(v) for v in values[start:]]}


def plain(value):
    """A number as the files spell it; null where there is none."""
    if not math.isfinite(value):
        return None
    short = float(f"%.{DIGITS}g" % value)
    return int(short) if short == int(short) and abs(short) < 1e15 else short


# ---- check ------------------------------------------------------------------------------------------------------


def check(fresh):
    """A line for each difference between the fresh files and those that stand in the folder."""
    stand = {path.name for path in GOLDEN.glob("pine_*.json")}
    differences = [f"{name}: no function of this script" for name in sorted(stand - fresh.keys())]
    for name, content in fresh.items():
        if name not in stand:
            differences.append(f"{name}: missing")
        elif not is_same(json.loads((GOLDEN / name).read_text()), content):
            differences.append(f"{name}: differs")
    return differences


def is_same(old, new):
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(is_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(is_same, old, new))
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return abs(old - new) <= CHECK_RELATIVE * abs(new) + CHECK_ABSOLUTE
    return old == new


if __name__ == "__main__":
    main()
