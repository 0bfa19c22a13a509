"""Regenerates the published values of TA-Lib in tests/golden.

    python tools/golden.py --check    compares the committed files with what the library gives; exit status 1 if they differ
    python tools/golden.py --write    rewrites them

Needs tools/requirements.txt installed and, for the functions that only TA-Lib's Rust crate has, `cargo`. The files that
stand in the folder say which functions are called, with which parameters and over which inputs. Files of other
packages, whose names begin in lower case, have scripts of their own.

tests/golden/README.md says what the files mean. tools/exact.py computes the accurate values that masks carry, and on which
bars rounding decides the value, so that there is none; where it has no formula for a function, nothing is masked.
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

COLUMNS = ("open", "high", "low", "close", "volume")
PRICES = ("open", "high", "low", "close")

TALIB_WHEEL, TALIB_C, TALIB_CRATE = "0.8.2", "0.8.1", "0.8.3"
LIBRARY = f"TA-Lib C {TALIB_C} (python {TALIB_WHEEL}), unstable period 0"
RUST_CRATE = f"ta-lib Rust crate {TALIB_CRATE}"

# The names of files with values of the crate begin so.
OF_CRATE = "x083_"

# Functions that ordinary prices lead out of their domain or to infinity read a wave of so much amplitude for the close.
WAVES = {"ACOS": 1.0, "ASIN": 1.0, "COSH": 5.0, "EXP": 5.0, "SINH": 5.0}

# In both, with the crate's answer the right one: every accurate value must be the crate's.
CRATE_CORRECTS = ("MAXINDEX", "MININDEX")

# Functions with quotients of what may be rounding: bars on which that decides are masked, and the mask has no value.
ROUNDING_DECIDES = (
    "DOSC", "HT_DCPERIOD", "HT_DCPHASE", "HT_PHASOR", "HT_SINE", "HT_TRENDLINE", "HT_TRENDMODE", "MAMA", "STOCHRSI", "WAVETREND"
)  # fmt: skip

# The stated tolerance. A bar on which the library misses the accurate value by more is masked.
RELATIVE, OF_LEVEL = 1e-9, 1e-12

# Rounding decides where one unit of the last digit already makes so much of the tolerance: a program rounds more than once.
MARGIN = 0.1

# How far a fresh value may be from the committed one: files keep 13 digits, and TA-Lib's last bits depend on the processor.
DIGITS, CHECK_RELATIVE = 13, 2e-12


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
        committed = {path.stem: json.loads(path.read_text()) for path in sorted(GOLDEN.glob("*.json")) if is_ours(path)}
        inputs = {path.stem[-1]: read_input(path) for path in sorted(GOLDEN.glob("input_?.csv"))}
        fresh = regenerate(committed, inputs)
    except Failure as failure:
        sys.exit(f"error: {failure}")
    if arguments.write:
        for name, content in fresh.items():
            (GOLDEN / f"{name}.json").write_text(json.dumps(compact(content), separators=(",", ":")) + "\n")
        print(f"{len(fresh)} files written")
        return
    differences = [f"{name}: {line}" for name in fresh for line in compare(committed[name], fresh[name], inputs)]
    print("\n".join([*differences, f"{len(fresh)} files, {len(differences)} differences"]))
    sys.exit(1 if differences else 0)


def is_ours(path):
    return path.stem.startswith(OF_CRATE) or path.stem[0].isupper()


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
    # What MAVP is asked for: windows of 2 to 34 bars in turn.
    columns["periods"] = numpy.array([2.0 + bar % 33 for bar in range(len(rows))])
    return columns


# ---- regenerate -------------------------------------------------------------------------------------------------


def regenerate(committed, inputs):
    """{name of the file: its content}"""
    crate = run_crate(committed, inputs)
    fresh = {}
    for name, content in committed.items():
        about, results = (of_crate if name.startswith(OF_CRATE) else of_library)(name, content, inputs, crate)
        sets = [one_set(name, old, *result, inputs) for old, result in zip(content["sets"], results)]
        fresh[name] = {**about, "sets": sets}
    for name in CRATE_CORRECTS:
        if name in fresh:
            confirm(name, fresh[name]["sets"][0], crate)
    return fresh


def of_library(name, content, inputs, _):
    """What a file says of a function of the C library; for each set its lookback and {input: {output: values}}."""
    function = abstract.Function(name)
    outputs = list(function.output_names)
    about = {"func": name, "inputs": dict(function.input_names), "outputs": outputs, "talib": LIBRARY}
    results = []
    for one in content["sets"]:
        kinds = {parameter: type(default) for parameter, default in function.parameters.items()}
        function.set_parameters({parameter: kinds[parameter](value) for parameter, value in one["params"].items()})
        of_input = {}
        for key in one.keys() & inputs.keys():
            columns = inputs[key]
            if name in WAVES:
                columns = columns | {"close": WAVES[name] * numpy.sin(0.37 * numpy.arange(len(columns["close"])))}
            result = function(columns)
            of_input[key] = dict(zip(outputs, result if len(outputs) > 1 else [result], strict=True))
        results.append((function.lookback, of_input))
    return about, results


def of_crate(name, content, _, crate):
    """As `of_library`, of a function of the crate. Its names are the project's; the crate knows the order alone."""
    about = {key: content[key] for key in ("func", "id", "inputs", "outputs")}
    (one,) = content["sets"]
    starts, of_input = set(), {}
    for key in one.keys() & crate.keys():
        theirs = crate[key][name.removeprefix(OF_CRATE)]
        starts.add(theirs["start"])
        series = [numpy.array([math.nan] * theirs["start"] + [math.nan if v is None else v for v in out]) for out in theirs["v"]]
        of_input[key] = dict(zip(content["outputs"], series, strict=True))
    (lookback,) = starts
    return {**about, "talib": RUST_CRATE}, [(lookback, of_input)]


def run_crate(committed, inputs):
    """{input: {FUNCTION: {"start", "v": [values of each output]}}}"""
    calls = {name.removeprefix(OF_CRATE): content for name, content in committed.items() if name.startswith(OF_CRATE)}
    calls |= {name: committed[name] for name in CRATE_CORRECTS if name in committed}
    lines = [" ".join([name, *map(str, content["sets"][0]["params"].values())]) for name, content in calls.items()]
    paths = {key: str(GOLDEN / f"input_{key}.csv") for key in inputs}
    command = ["cargo", "run", "--quiet", "--locked", "--manifest-path", str(CRATE), "--", *paths.values()]
    try:
        run = subprocess.run(command, check=True, input="\n".join(lines), stdout=subprocess.PIPE, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"the crate in tools/golden-crate did not run: {error}") from error
    result = json.loads(run.stdout)
    return {key: result[path] for key, path in paths.items()}


def one_set(name, old, lookback, results, inputs):
    content = {"params": old["params"], "lookback": lookback}
    for key in sorted(results):
        formula = name.removeprefix(OF_CRATE)
        accurate = exact.values(formula, inputs[key], old["params"]) if formula in exact.INDICATORS else {}
        level = levels(inputs[key], lookback)
        agrees = lambda value, truth, bar: is_close(value, truth, RELATIVE, OF_LEVEL * level[bar])
        barely = lambda value, truth, bar: is_close(value, truth, MARGIN * RELATIVE, MARGIN * OF_LEVEL * level[bar])
        lost = exact.undecided(formula, inputs[key], old["params"], barely) if formula in ROUNDING_DECIDES else {}
        content[key] = {}
        for output, values in results[key].items():
            if "nz" in old[key][output]:
                content[key][output] = pattern(values, lookback)
            elif output in accurate:
                content[key][output] = one_output(values, lookback, accurate[output], lost.get(output, ()), agrees)
            else:
                content[key][output] = listed(values, lookback)
            if key == "a" and output in accurate and "mask" in content[key][output]:
                raise Failure(f"{name} {output}: the library and tools/exact.py differ on ordinary prices")
    return content


def listed(values, lookback):
    return {"start": lookback, "n": len(values), "v": [plain(value) for value in values[lookback:]]}


def pattern(values, lookback):
    """A series that is mostly zero, by what is not."""
    marked = [[bar, int(value)] for bar, value in enumerate(values) if bar >= lookback and value != 0]
    return {"start": lookback, "n": len(values), "nz": marked}


def one_output(values, lookback, accurate, lost, agrees):
    starts = (lookback, next(bar for bar, value in enumerate(accurate) if value is not None))
    if starts[0] != starts[1]:
        raise Failure(f"first value on bar {starts[0]} by the library, {starts[1]} by tools/exact.py")
    content = listed(values, lookback)
    # Where the formula has no value, what the library writes means nothing.
    content["v"] = [None if truth is None else value for value, truth in zip(content["v"], accurate[lookback:])]
    mask = []
    for bar, value in enumerate(content["v"], start=lookback):
        if value is None or (bar not in lost and agrees(value, float(accurate[bar]), bar)):
            continue
        truth = None if bar in lost else float(accurate[bar])
        if mask and mask[-1][1] == bar - 1:
            mask[-1][1] = bar
            mask[-1][2].append(truth)
        else:
            mask.append([bar, bar, [truth]])
    if mask:
        content["mask"] = [[first, last, truth if any(v is not None for v in truth) else None] for first, last, truth in mask]
    return content


def levels(columns, lookback):
    """The largest price, bar by bar, among those that a window of lookback + 1 bars can see."""
    largest = numpy.max([abs(columns[name]) for name in PRICES], axis=0)
    return [float(largest[max(0, bar - lookback) : bar + 1].max()) for bar in range(len(largest))]


def plain(value):
    """A number as the files spell it; null where there is none."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return int(value) if isinstance(value, numpy.integer) else float(value)


def compact(content):
    """The same with numbers of 13 digits, whole ones without a point."""
    if isinstance(content, float):
        rounded = float(f"%.{DIGITS}g" % content)
        return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e15 else rounded
    if isinstance(content, list):
        return [compact(value) for value in content]
    if isinstance(content, dict):
        return {key: compact(value) for key, value in content.items()}
    return content


def is_close(value, truth, relative, absolute):
    numbers = [isinstance(x, (int, float)) for x in (value, truth)]
    # One kind of no number is as good as another.
    return abs(value - truth) <= relative * abs(truth) + absolute if all(numbers) else not any(numbers)


def confirm(name, content, crate):
    """Fails unless the accurate values of a function are those of the crate."""
    for key in content.keys() & crate.keys():
        ((_, output),) = content[key].items()
        theirs = crate[key][name]
        if (output["start"], corrected(output)) != (theirs["start"], theirs["v"][0]):
            raise Failure(f"{name}, input {key}: the accurate values are not the crate's")


def corrected(output):
    """The values of an output with the mask's in place of the library's; null where the mask has none."""
    values = list(output["v"])
    for first, last, accurate in output.get("mask", []):
        at = slice(first - output["start"], last - output["start"] + 1)
        values[at] = [None] * (last - first + 1) if accurate is None else accurate
    return values


# ---- check ------------------------------------------------------------------------------------------------------


def compare(committed, fresh, inputs):
    """A line for each difference between a file that stands in the folder and a fresh one."""
    about = lambda content: {key: value for key, value in content.items() if key != "sets"}
    if about(committed) != about(fresh):
        return [f"what it says of the function differs: {about(committed)}, now {about(fresh)}"]
    differences = []
    for old, new in zip(committed["sets"], fresh["sets"], strict=True):
        if old.keys() != new.keys() or old["lookback"] != new["lookback"]:
            differences.append(f"inputs or lookback differ: {old.keys()}, {old['lookback']}, now {new.keys()}, {new['lookback']}")
            continue
        for key in new.keys() & inputs.keys():
            level = levels(inputs[key], new["lookback"])
            if old[key].keys() != new[key].keys():
                differences.append(f"{key}: the outputs differ")
                continue
            for output in new[key]:
                found = compare_output(old[key][output], new[key][output], level)
                differences += [f"{key} {output}: {difference}" for difference in found]
    return differences


def compare_output(old, new, level):
    """Compares the corrected values: those of the library on a masked bar are noise."""
    if "nz" in new:
        return [] if old == new else ["the marked bars differ"]
    extent = lambda output: (output["start"], output["n"], [part[:2] for part in output.get("mask", [])])
    if extent(old) != extent(new):
        return [f"first bar, length or mask differ: {extent(old)}, now {extent(new)}"]
    pairs = list(enumerate(zip(corrected(old), corrected(new), strict=True), start=new["start"]))
    # A difference of large prices keeps their rounding, so the level's own last bits are allowed.
    off = [(bar, x, y) for bar, (x, y) in pairs if not is_close(x, y, CHECK_RELATIVE, CHECK_RELATIVE / 100 * level[bar])]
    if not off:
        return []
    bar, x, y = off[0]
    return [f"{len(off)} values differ, first on bar {bar}: {x!r}, now {y!r}"]


if __name__ == "__main__":
    main()
