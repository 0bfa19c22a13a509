"""What the scripts share that keep a package's values in tests/golden: how a file spells them, --check and --write."""

import argparse
import json
import math
import sys
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"

# Digits kept: far more than the tolerance of the comparison asks for.
DIGITS = 13
CHECK_RELATIVE, CHECK_ABSOLUTE = 1e-11, 1e-11


class Failure(Exception):
    """A package is missing, is another version, or a function gives nothing."""


def main(doc, prefixes, regenerate):
    """The command line of a script that answers for all files with one of the prefixes: `regenerate` gives {name: content}."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    try:
        fresh = regenerate()
    except Failure as failure:
        sys.exit(f"error: {failure}")
    if arguments.write:
        for name, content in fresh.items():
            (GOLDEN / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")
        print(f"{len(fresh)} files written")
        return
    differences = check(fresh, prefixes)
    print("\n".join([*differences, f"{len(fresh)} files, {len(differences)} differences"]))
    sys.exit(1 if differences else 0)


def content(func, package, columns, first=None):
    """A file: `columns` are {input: {output: values}}. Without `first`, the first bar to compare, every value is comparable."""
    starts = [start_of(values) for values in columns["a"].values()]
    one_set = {"params": {}, "lookback": max(starts) if first is None else first}
    for key, outputs in columns.items():
        one_set[key] = {output: series(values, first) for output, values in outputs.items()}
    return {"func": func, "package": package, "outputs": list(columns["a"]), "sets": [one_set]}


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


def check(fresh, prefixes):
    """A line for each difference between the fresh files and those that stand in the folder."""
    stand = {path.name for path in GOLDEN.glob("*.json") if path.name.startswith(prefixes)}
    differences = [f"{name}: no function of this script" for name in sorted(stand - fresh.keys())]
    for name, made in fresh.items():
        if name not in stand:
            differences.append(f"{name}: missing")
        elif not is_same(json.loads((GOLDEN / name).read_text()), made):
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
