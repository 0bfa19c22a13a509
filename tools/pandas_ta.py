"""Regenerates tests/golden/pandas_ta_*.json and pandas_*.json: what pandas-ta-classic gives for indicators that TA-Lib
does not have, and what pandas itself gives for statistics of a window that neither has.

    python tools/pandas_ta.py --check    compares the committed files with fresh ones; exit status 1 if they differ
    python tools/pandas_ta.py --write    rewrites them

Needs tools/requirements.txt installed. Ordinary prices only (input a): on flat or tiny prices the package's own guards and running sums
would be compared, not the indicator.

To add an indicator, add a line to INDICATORS: the name of its file, the package's function, the columns it takes in
their order, its parameters, a name for each of its outputs in their order (`-` for one that is not wanted), and the
first bar to compare. That bar is 0 where every value is comparable, the first one included. Where the package starts a
recursion in another way, it is the bar from which the start no longer matters (200 for most). Then run --write, and add
the case to tests/golden/cases: `pandas_ta_NAME | our program | their output = ours, …`. A line of EXPRESSIONS is the name
of its file, the first bar to compare, and for each output an expression over the columns; `bar` is the number of the bar. What is
true is 1. CANDLES are the measures that the package's candlesticks are made of, with its settings.
"""

import argparse
import inspect
import json
import math
import sys
from pathlib import Path

import numpy
import pandas
import pandas_ta_classic
from pandas_ta_classic.candles import _cdl_math

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
VERSION = "0.8.32"

# Digits kept: far more than the tolerance of the comparison asks for.
DIGITS = 13
CHECK_RELATIVE, CHECK_ABSOLUTE = 1e-11, 1e-11

# file, function, columns, parameters, outputs, first bar to compare
INDICATORS = [
    ("BIAS", "bias", "close", {"length": 26}, "bias", 0),
    ("BRAR", "brar", "open high low close", {"length": 26}, "ar br", 0),
    ("DRAWDOWN", "drawdown", "close", {}, "drawdown percent log", 0),
    ("ENTROPY", "entropy", "close", {"length": 10}, "entropy", 0),
    ("LOG_RETURN", "log_return", "close", {"length": 1}, "log_return", 0),
    ("LRSI", "lrsi", "close", {"gamma": 0.5}, "lrsi", 0),
    ("PGO", "pgo", "high low close", {"length": 14}, "pgo", 0),
    ("PERCENT_RETURN", "percent_return", "close", {"length": 1}, "percent_return", 0),
    ("PPO", "ppo", "close", {"fast": 12, "slow": 26, "signal": 9, "mamode": "ema"}, "ppo histogram signal", 200),
    ("PSL", "psl", "close", {"length": 12}, "psl", 12),
    ("QQE", "qqe", "close", {"length": 14, "smooth": 5, "factor": 4.236}, "line rsi_ma - - - - trend", 71),
    ("QUANTILE", "quantile", "close", {"length": 30, "q": 0.5}, "quantile", 0),
    ("RSX", "rsx", "close", {"length": 14}, "rsx", 200),
    ("RVGI", "rvgi", "open high low close", {"length": 10}, "- rvgi signal", 0),
    ("SKEW", "skew", "close", {"length": 30}, "skew", 0),
    ("SMI", "smi", "close", {"fast": 5, "slow": 20, "signal": 5}, "smi signal osc", 0),
    ("STDEV", "stdev", "close", {"length": 30, "ddof": 1}, "stdev", 0),
    ("STOCH", "stoch", "high low close", {"k": 14, "d": 3, "smooth_k": 1}, "k d", 0),
    ("STDERR", "stderr", "close", {"length": 30}, "stderr", 0),
    ("TRIXH", "trixh", "close", {"length": 18, "signal": 9}, "trix - -", 0),
    ("VWMACD", "vwmacd", "close volume", {"fast": 12, "slow": 26, "signal": 9}, "macd - -", 0),
    ("VARIANCE", "variance", "close", {"length": 30, "ddof": 1}, "variance", 0),
    ("ZSCORE", "zscore", "close", {"length": 30, "std": 1}, "zscore", 0),
    ("ABERRATION", "aberration", "high low close", {"length": 5, "atr_length": 15}, "zg sg xg atr", 300),
    ("AOBV", "aobv", "close volume", {"fast": 4, "slow": 12}, "obv - - fast slow - -", 200),
    ("CE", "ce", "high low close", {"length": 22, "multiplier": 3.0}, "long short", 400),
    ("HWC", "hwc", "close", {"scalar": 1.0}, "middle upper lower", 0),
    ("INSIDE", "cdl_inside", "open high low close", {}, "inside", 1),
    ("PDIST", "pdist", "open high low close", {}, "pdist", 0),
    ("PVO", "pvo", "volume", {"fast": 12, "slow": 26, "signal": 9}, "pvo histogram signal", 0),
    ("PVOL", "pvol", "close volume", {}, "pvol", 0),
    ("PVR", "pvr", "close volume", {}, "pvr", 1),
    ("THERMO", "thermo", "high low", {"length": 20}, "thermo ma - -", 0),
    ("UI", "ui", "close", {"length": 14}, "ui", 0),
    ("EMA_FIRST", "ema", "close", {"length": 20, "sma": False}, "ema", 0),
    ("FWMA", "fwma", "close", {"length": 10}, "fwma", 0),
    ("HILO", "hilo", "high low close", {"high_length": 13, "low_length": 21}, "hilo - -", 0),
    ("HWMA", "hwma", "close", {"na": 0.2, "nb": 0.1, "nc": 0.1}, "hwma", 0),
    ("JMA", "jma", "close", {"length": 7}, "jma", 0),
    ("MSW", "msw", "close", {"period": 5, "tulipy": False}, "sine lead", 5),
    ("PWMA", "pwma", "close", {"length": 10}, "pwma", 0),
    # Wilder's factor of 14 bars is that of an exponential average of 27.
    ("RMA_FIRST", "ema", "close", {"length": 27, "sma": False}, "ema", 0),
    ("SINWMA", "sinwma", "close", {"length": 14}, "sinwma", 0),
    ("TTM_TREND", "ttm_trend", "high low close", {"length": 6}, "trend", 5),
]

# file, first bar to compare, {output: expression}
EXPRESSIONS = [
    ("AUTOCORR", 0, {"autocorr": "close.rolling(30).corr(close.shift(1))"}),
    (
        "BETA_UP",
        50,
        # Bars on which the market does not rise are missing to both.
        {"beta": "move(open).where(move(close) > 0).rolling(50, 2).cov(move(close)) / move(close).where(move(close) > 0).rolling(50, 2).var()"},
    ),
    (
        "CHANNEL",
        2,
        {
            "inside": "close.between(low.shift(1), high.shift(1))",
            "enters": "close.between(low.shift(1), high.shift(1)).diff() & close.between(low.shift(1), high.shift(1))",
            "exits": "close.between(low.shift(1), high.shift(1)).diff() & ~close.between(low.shift(1), high.shift(1))",
        },
    ),
    ("COVARIANCE", 0, {"covariance": "close.rolling(30).cov(open, ddof=0)"}),
    ("CUMPROD", 0, {"product": "(close / open).cumprod()"}),
    ("DSP", 400, {"dsp": "close.ewm(span=14 / 4, adjust=False).mean() - close.ewm(span=14 / 2, adjust=False).mean()"}),
    ("LINREG_ERROR", 0, {"error": "close.rolling(14).apply(lambda w: (polyfit(bar[:14], w, 1, full=True)[1][0] / 12) ** 0.5)"}),
    ("MEDIAN_ABS_DEV", 0, {"deviation": "close.rolling(30).apply(lambda w: (w - w.median()).abs().median())"}),
    ("MOVES", 1, {"rises": "close.pct_change() >= 0.01", "falls": "close.pct_change() <= -0.01"}),
    ("RSQUARED", 0, {"rsquared": "close.rolling(14).corr(bar) ** 2"}),
    ("TWAP", 0, {"twap": "((open + high + low + close) / 4).groupby((bar // 21).values).expanding().mean()"}),
]

# output, setting of the package
CANDLES = [
    ("body_doji", "BodyDoji"),
    ("body_long", "BodyLong"),
    ("body_short", "BodyShort"),
    ("body_very_long", "BodyVeryLong"),
    ("equal", "Equal"),
    ("far", "Far"),
    ("near", "Near"),
    ("shadow_long", "ShadowLong"),
    ("shadow_short", "ShadowShort"),
    ("shadow_very_long", "ShadowVeryLong"),
    ("shadow_very_short", "ShadowVeryShort"),
]


class Failure(Exception):
    """The package is another version, or gives something that the table does not describe."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    try:
        if pandas_ta_classic.version != VERSION:
            raise Failure(f"this is pandas-ta-classic {pandas_ta_classic.version}; install tools/requirements.txt for {VERSION}")
        prices = pandas.read_csv(GOLDEN / "input_a.csv", index_col="t", parse_dates=True)
        fresh = {f"pandas_ta_{row[0]}.json": published(prices, *row) for row in INDICATORS}
        fresh |= {f"pandas_{name}.json": evaluated(prices, name, first, outputs) for name, first, outputs in EXPRESSIONS}
        fresh["pandas_ta_CANDLES.json"] = candles(prices)
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


def published(prices, name, function, columns, params, names, first):
    call, names = getattr(pandas_ta_classic, function), names.split()
    # Some functions hand over to TA-Lib where it is installed.
    own = {"talib": False} if "talib" in inspect.signature(call).parameters else {}
    result = call(*[prices[column] for column in columns.split()], **params, **own)
    series = [result] if isinstance(result, pandas.Series) else [result[column] for column in result]
    if len(series) != len(names):
        raise Failure(f"{name}: the package gives {[one.name for one in series]}, the table names {names}")
    outputs = {name: one_output(name, list(one), first) for name, one in zip(names, series) if name != "-"}
    return content(function, columns.split(), f"pandas-ta-classic {VERSION}", params, outputs)


def evaluated(prices, name, first, expressions):
    names = {"polyfit": numpy.polyfit, "move": pandas.Series.pct_change}
    names["bar"] = pandas.Series(numpy.arange(float(len(prices))), prices.index)
    names |= {column: prices[column] for column in prices}
    series = {output: list(eval(text, names).astype(float)) for output, text in expressions.items()}
    outputs = {output: one_output(name, values, first) for output, values in series.items()}
    columns = [column for column in prices if any(column in text for text in expressions.values())]
    return content("; ".join(expressions.values()), columns, f"pandas {pandas.__version__}", {}, outputs)


def candles(prices):
    columns = ["open", "high", "low", "close"]
    bars = _cdl_math.CandleArrays(*(prices[column].to_numpy() for column in columns))
    series = {
        "body": bars.real_body,
        "body_top": bars.body_high,
        "body_bottom": bars.body_low,
        "upper_shadow": bars.upper_shadow,
        "lower_shadow": bars.lower_shadow,
        "range": bars.hl_range,
        "color": bars.color,
    }
    for output, name in CANDLES:
        setting = _cdl_math.CandleSetting[name]
        period, measure = _cdl_math.AVG_PERIOD[setting], pandas.Series(bars._ranges[setting])
        # The candles before the one that is measured, or that one.
        total = measure.rolling(period).sum().shift(1) if period else measure
        series[output] = _cdl_math.AVG_FACTOR[setting] * total
    outputs = {output: one_output(output, [float(v) for v in values], 0) for output, values in series.items()}
    return content("candles._cdl_math", columns, f"pandas-ta-classic {VERSION}", {}, outputs)


def content(function, columns, package, params, outputs):
    lookback = max(output.get("start", output.get("from")) for output in outputs.values())
    return {
        "func": function,
        "inputs": columns,
        "outputs": list(outputs),
        "package": package,
        "sets": [{"params": params, "lookback": lookback, "a": outputs}],
    }


def one_output(name, values, first):
    """The values from the first one on, or from the bar `first` on."""
    start = first or next(bar for bar, value in enumerate(values) if not math.isnan(value))
    kept = [plain(value) for value in values[start:]]
    if None in kept:
        raise Failure(f"{name}: no value on bar {start + kept.index(None)}")
    return {"from" if first else "start": start, "n": len(values), "v": kept}


def plain(value):
    """A number as the files spell it; none where there is none."""
    if not math.isfinite(value):
        return None
    value = float(f"{value:.{DIGITS}g}")
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def check(fresh):
    """A line for each difference between the fresh files and those that stand in the folder."""
    stand = {path.name for path in GOLDEN.glob("pandas_*.json")}
    differences = [f"{name}: no indicator of this script" for name in sorted(stand - fresh.keys())]
    for name, content in fresh.items():
        if name not in stand:
            differences.append(f"{name}: missing")
            continue
        committed = json.loads((GOLDEN / name).read_text())
        (old_shape, old), (new_shape, new) = taken_apart(committed), taken_apart(content)
        if old_shape != new_shape:
            differences.append(f"{name}: what it says about the function differs")
            continue
        pairs = enumerate(zip(old, new, strict=True))
        off = [(at, x, y) for at, (x, y) in pairs if abs(x - y) > CHECK_RELATIVE * abs(y) + CHECK_ABSOLUTE]
        if off:
            at, x, y = off[0]
            differences.append(f"{name}: {len(off)} values differ, the first at place {at}: {x!r}, now {y!r}")
    return differences


def taken_apart(content):
    """What a file says without its values, and the values of all outputs in a row."""
    values = []

    def shape(part):
        if isinstance(part, dict):
            if "v" in part:
                values.extend(part["v"])
            return {key: len(value) if key == "v" else shape(value) for key, value in part.items()}
        return [shape(item) for item in part] if isinstance(part, list) else part

    return shape(content), values


if __name__ == "__main__":
    main()
