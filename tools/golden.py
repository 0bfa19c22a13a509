"""Regenerates tests/golden: what TA-Lib gives for the indicators of the first release.

    python tools/golden.py --check    compares the committed files with fresh ones; exit status 1 if they differ
    python tools/golden.py --write    rewrites them

Needs tools/requirements.txt installed and, for the functions that only TA-Lib's Rust crate has, `cargo`.
tests/golden/README.md says what the files mean; tools/exact.py computes the accurate values that masks carry.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy
import talib
from talib import abstract

import exact

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
CRATE = ROOT / "tools" / "golden-crate" / "Cargo.toml"

INPUTS = ("a", "b")
COLUMNS = ("open", "high", "low", "close", "volume")
PRICES = ("open", "high", "low", "close")

TALIB_WHEEL, TALIB_C, TALIB_CRATE = "0.8.2", "0.8.1", "0.8.3"

# In TA-Lib's C library, called with TA-Lib's default parameters.
FUNCTIONS = """
    SMA EMA RMA WMA HMA DEMA TEMA MACD BBANDS RSI STOCH ATR TRANGE ADX PLUS_DI MINUS_DI OBV VWAP DONCHIAN KC WILLR CCI
    MFI ROC AROON STDDEV VAR LINEARREG LINEARREG_SLOPE LINEARREG_INTERCEPT SUPERTREND SAR MAX MIN MAXINDEX MININDEX SUM
    CORREL BETA AVGDEV PERCENTILE ACCBANDS ADOSC PVI MA MAVP TRIMA VORTEX VWMA
""".split()

# In the Rust crate only. Its file is named x083_<FUNCTION>.json.
CRATE_FUNCTIONS = {
    "MEDIAN": {"id": "median", "inputs": ["x"], "outputs": ["median"], "params": {"period": 30}},
    "EMV": {
        "id": "emv",
        "inputs": ["high", "low", "volume"],
        "outputs": ["emv"],
        "params": {"period": 14, "volume_divisor": 10000.0},
    },
    "PERCENTB": {
        "id": "percent_b",
        "inputs": ["x"],
        "outputs": ["percent_b"],
        "params": {"period": 20, "nb_dev_up": 2.0, "nb_dev_dn": 2.0, "ma_type": 0},
    },
}

# In both, with the crate's answer the right one: every accurate value must be the crate's.
CRATE_CORRECTS = ("MAXINDEX", "MININDEX")

# The stated tolerance. A bar on which the library misses the accurate value by more is masked.
RELATIVE, OF_LEVEL = 1e-9, 1e-12

# How far a fresh value may be from the committed one: TA-Lib's last bits depend on the processor.
CHECK_RELATIVE = 1e-12


class Failure(Exception):
    """A tool is missing, or the library, the formula and the crate contradict one another where they must not."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    try:
        require_versions()
        inputs = {key: read_input(GOLDEN / f"input_{key}.csv") for key in INPUTS}
        fresh = regenerate(inputs)
    except Failure as failure:
        sys.exit(f"error: {failure}")
    if arguments.write:
        for name, content in fresh.items():
            (GOLDEN / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")
        print(f"{len(fresh)} files written")
        return
    differences = check(fresh, inputs)
    print("\n".join([*differences, f"{len(fresh)} files, {len(differences)} differences"]))
    sys.exit(1 if differences else 0)


def require_versions():
    wheel, library = talib.__version__, talib.__ta_version__.decode().split()[0]
    if (wheel, library) != (TALIB_WHEEL, TALIB_C):
        raise Failure(
            f"this is TA-Lib {wheel} with the C library {library}; "
            f"install tools/requirements.txt for {TALIB_WHEEL} with {TALIB_C}"
        )


def read_input(path):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {name: numpy.array([float(row[name]) for row in rows]) for name in COLUMNS}
    # What MAVP takes beside the close.
    return columns | {"periods": 2.0 + numpy.arange(len(rows)) % 33}


# ---- regenerate -------------------------------------------------------------------------------------------------


def regenerate(inputs):
    """{file name: its content}"""
    crate = run_crate()
    fresh = {f"{name}.json": of_library(name, inputs) for name in FUNCTIONS}
    for name, about in CRATE_FUNCTIONS.items():
        fresh[f"x083_{name}.json"] = of_crate(name, about, crate, inputs)
    for name in CRATE_CORRECTS:
        confirm(name, fresh[f"{name}.json"]["sets"][0], crate)
    return fresh


def run_crate():
    """{input: {FUNCTION: {"start", "v"}}}"""
    paths = {key: str(GOLDEN / f"input_{key}.csv") for key in INPUTS}
    command = ["cargo", "run", "--quiet", "--locked", "--manifest-path", str(CRATE), "--", *paths.values()]
    try:
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"the crate in tools/golden-crate did not run: {error}") from error
    result = json.loads(run.stdout)
    return {key: result[path] for key, path in paths.items()}


def of_library(name, inputs):
    function = abstract.Function(name)
    params, outputs = dict(function.parameters), list(function.output_names)
    results = {}
    for key, columns in inputs.items():
        result = function(columns)
        results[key] = dict(zip(outputs, result if len(outputs) > 1 else [result], strict=True))
    return {
        "func": name,
        "group": function.info["group"],
        "inputs": dict(function.input_names),
        "outputs": outputs,
        "flags": function.function_flags,
        "talib": f"TA-Lib C {TALIB_C} (python {TALIB_WHEEL}), unstable period 0",
        "sets": [one_set(name, params, function.lookback, results, inputs)],
    }


def of_crate(name, about, crate, inputs):
    (output,) = about["outputs"]
    lookback = crate["a"][name]["start"]
    results = {}
    for key in inputs:
        assert crate[key][name]["start"] == lookback
        results[key] = {output: numpy.array([math.nan] * lookback + crate[key][name]["v"])}
    return {
        "func": name,
        "id": about["id"],
        "inputs": about["inputs"],
        "outputs": about["outputs"],
        "talib": f"ta-lib Rust crate {TALIB_CRATE}",
        "sets": [one_set(name, about["params"], lookback, results, inputs)],
    }


def one_set(name, params, lookback, results, inputs):
    content = {"params": params, "lookback": lookback}
    for key, outputs in results.items():
        accurate = exact.values(name, inputs[key], params)
        level = levels(inputs[key], lookback)
        content[key] = {}
        for output, values in outputs.items():
            content[key][output] = one_output(values, lookback, accurate[output], level)
            if key == "a" and "mask" in content[key][output]:
                raise Failure(f"{name} {output}: the library and tools/exact.py differ on ordinary prices")
    return content


def one_output(values, lookback, accurate, level):
    starts = (lookback, next(bar for bar, value in enumerate(accurate) if value is not None))
    if starts[0] != starts[1]:
        raise Failure(f"first value on bar {starts[0]} by the library, {starts[1]} by tools/exact.py")
    values = [None if truth is None else plain(value) for value, truth in zip(values[lookback:], accurate[lookback:])]
    content = {"start": lookback, "n": lookback + len(values), "v": values}
    mask = []
    for bar, value in enumerate(values, start=lookback):
        if value is None:
            continue
        truth = float(accurate[bar])
        if is_close(value, truth, RELATIVE, OF_LEVEL * level[bar]):
            continue
        if mask and mask[-1][1] == bar - 1:
            mask[-1][1] = bar
            mask[-1][2].append(truth)
        else:
            mask.append([bar, bar, [truth]])
    if mask:
        content["mask"] = mask
    return content


def levels(columns, lookback):
    """The largest price, bar by bar, among those that a window of lookback + 1 bars can see."""
    largest = numpy.max([abs(columns[name]) for name in PRICES], axis=0)
    return [float(largest[max(0, bar - lookback) : bar + 1].max()) for bar in range(len(largest))]


def plain(value):
    """A number as the files spell it: integers and zero without a point, everything else to the last bit."""
    if not math.isfinite(value):
        raise Failure(f"the library gives {value} after its warm-up")
    return int(value) if isinstance(value, numpy.integer) or value == 0 else float(value)


def is_close(value, truth, relative, absolute):
    return abs(value - truth) <= relative * abs(truth) + absolute


def confirm(name, content, crate):
    """Fails unless the accurate values of a function are those of the crate."""
    for key in INPUTS:
        ((_, output),) = content[key].items()
        theirs = crate[key][name]
        if (output["start"], corrected(output)) != (theirs["start"], theirs["v"]):
            raise Failure(f"{name}, input {key}: the accurate values are not the crate's")


def corrected(output):
    """The values of an output with the mask's in place of the library's."""
    values = list(output["v"])
    for first, last, accurate in output.get("mask", []):
        values[first - output["start"] : last - output["start"] + 1] = accurate
    return values


# ---- check ------------------------------------------------------------------------------------------------------


def check(fresh, inputs):
    """A line for each difference between the fresh files and those that stand in the folder."""
    of_others = ("pandas_", "pine_", "segments_", "tulip_", "wickra_")
    stand = {path.name for path in GOLDEN.glob("*.json") if not path.name.startswith(of_others)}
    differences = [f"{name}: no indicator of this script" for name in sorted(stand - fresh.keys())]
    for name, content in fresh.items():
        if name not in stand:
            differences.append(f"{name}: missing")
            continue
        committed = json.loads((GOLDEN / name).read_text())
        differences += [f"{name}: {difference}" for difference in compare(committed, content, inputs)]
    return differences


def compare(committed, fresh, inputs):
    about = lambda content: {key: value for key, value in content.items() if key != "sets"}
    if about(committed) != about(fresh):
        return ["what it says about the function differs"]
    if len(committed["sets"]) != len(fresh["sets"]):
        return ["the number of parameter sets differs"]
    differences = []
    for old, new in zip(committed["sets"], fresh["sets"]):
        head = lambda content: {key: value for key, value in content.items() if key not in INPUTS}
        if head(old) != head(new):
            differences.append(f"parameters or lookback differ: {head(old)}, now {head(new)}")
            continue
        level = {key: levels(columns, new["lookback"]) for key, columns in inputs.items()}
        for key in INPUTS:
            if old[key].keys() != new[key].keys():
                differences.append(f"{key}: the outputs differ")
                continue
            for output in new[key]:
                found = compare_output(old[key][output], new[key][output], level[key])
                differences += [f"{key} {output}: {difference}" for difference in found]
    return differences


def compare_output(old, new, level):
    """Compares the corrected values: those of the library on a masked bar are noise."""
    extent = lambda output: (output["start"], output["n"], [part[:2] for part in output.get("mask", [])])
    if extent(old) != extent(new):
        return [f"first bar, length or mask differ: {extent(old)}, now {extent(new)}"]
    pairs = list(enumerate(zip(corrected(old), corrected(new), strict=True), start=new["start"]))
    # A difference of large prices keeps their rounding, so the level's own last bits are allowed.
    off = [
        (bar, x, y)
        for bar, (x, y) in pairs
        if (x is None) != (y is None) or x is not None and not is_close(x, y, CHECK_RELATIVE, CHECK_RELATIVE / 100 * level[bar])
    ]
    if not off:
        return []
    bar, x, y = off[0]
    return [f"{len(off)} values differ, first on bar {bar}: {x!r}, now {y!r}"]


if __name__ == "__main__":
    main()
