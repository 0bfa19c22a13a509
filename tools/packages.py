"""Regenerates tests/golden/{tulip,wickra,yata,technical,jesse}_*.json: what other packages give for indicators that nobody else publishes.

    python tools/packages.py --check    compares the committed files with fresh ones; exit status 1 if they differ
    python tools/packages.py --write    rewrites them

Needs tools/requirements.txt installed and, for the crates wickra and yata, `cargo`. Ordinary prices only (input a).

To add a function of Tulip Indicators, add a line to TULIP: the name of its file, the function, the columns it takes, its
parameters. Those of the crates are in tools/packages-crate; `FROM` says where a package starts an average in another way,
and from which bar on that no longer matters. Then run --write, and add the case to tests/golden/cases.
"""

import csv
import json
import math
import subprocess
from importlib.metadata import version
from pathlib import Path

import jesse_rust
import numpy
import pandas
import technical.indicators
import tulipy

import published

# The packages of the files that begin with their names.
WHEELS = {"tulipy": "0.4.0", "technical": "1.7.0", "jesse-rust": "1.3.1"}
CRATES = {"wickra": "wickra-core 2.1.1", "yata": "yata 0.7.0"}
INPUT = published.GOLDEN / "input_a.csv"
CRATE = Path(__file__).resolve().parent / "packages-crate" / "Cargo.toml"

# file, function, columns, parameters
TULIP = [
    ("DECAY", tulipy.decay, ("close",), (5,)),
    ("EDECAY", tulipy.edecay, ("close",), (5,)),
    ("VOLATILITY", tulipy.volatility, ("close",), (20,)),
    ("VOSC", tulipy.vosc, ("volume",), (5, 10)),
]

# The alligator and the chaos bands say nothing before all lines are there. The fast average of the impulse is seeded
# with its own first bars, those of the price momentum oscillator with the first value. The ratio of two series waits
# for an average of it. STARC bands: the true range of the first bar counts. The first two bars pass through the
# smoother as they are. A filter that begins at nothing is compared once it has forgotten that; so is a stop that takes
# another side at first, and sums in which what is not known counts as nothing. The price channel's window is filled with the first bar.
FROM = {
    "ALLIGATOR": 12,
    "DECYCLER": 400,
    "ENVELOPE_ATR": 300,
    "ELDER_IMPULSE": 100,
    "EVEN_BETTER_SINEWAVE": 100,
    "FRACTAL_CHAOS_BANDS": 9,
    "GATOR": 20,
    "PMAX": 200,
    "PMO": 700,
    "PRICE_CHANNEL": 19,
    "PRS": 2,
    "STARC_BANDS": 300,
    "SUPER_SMOOTHER": 100,
    "VFI": 400,
}


def regenerate():
    for package, expected in WHEELS.items():
        if version(package) != expected:
            raise published.Failure(f"this is {package} {version(package)}; install tools/requirements.txt for {expected}")
    rows = list(csv.DictReader(INPUT.open(newline="")))
    columns = {name: numpy.array([float(row[name]) for row in rows]) for name in ("open", "high", "low", "close", "volume")}
    return {**of_tulip(columns), **of_technical(columns), **of_jesse(columns), **of_crates()}


def one_file(prefix, name, function, package, outputs):
    columns = {output: [float(value) for value in values] for output, values in outputs.items()}
    return {f"{prefix}_{name}.json": published.content(function, package, {"a": columns}, FROM.get(name))}


def of_tulip(columns):
    fresh = {}
    for name, function, names, parameters in TULIP:
        values = function(*(columns[column] for column in names), *parameters)
        whole = [math.nan] * (len(columns["close"]) - len(values)) + list(values)
        fresh |= one_file("tulip", name, f"{function.__name__}{parameters}", f"tulipy {WHEELS['tulipy']}", {"value": whole})
    return fresh


def of_technical(columns):
    package = f"technical {WHEELS['technical']}"
    bars = pandas.DataFrame(columns)
    _, smooth, _ = technical.indicators.vfi(bars.copy(), 130, 0.2, 2.5, 5)
    stop = technical.indicators.PMAX(bars, period=10, multiplier=3, length=10, MAtype=1, src=2)["pm_10_3_10_1"]
    return {
        **one_file("technical", "VFI", "vfi(130, 0.2, 2.5, 5)", package, {"value": smooth}),
        **one_file("technical", "PMAX", "PMAX(10, 3, 10, MAtype=1, src=2)", package, {"value": stop}),
    }


def of_jesse(columns):
    package, close = f"jesse-rust {WHEELS['jesse-rust']}", columns["close"]
    return one_file("jesse", "DECYCLER", "close - high_pass(close, 60)", package, {"value": close - jesse_rust.high_pass(close, 60)})


def of_crates():
    command = ["cargo", "run", "--quiet", "--locked", "--manifest-path", str(CRATE), "--", str(INPUT)]
    try:
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise published.Failure(f"the crate in tools/packages-crate did not run: {error}") from error
    fresh = {}
    for prefix, functions in json.loads(run.stdout).items():
        for name, outputs in functions.items():
            columns = {output: [math.nan if v is None else v for v in values] for output, values in outputs.items()}
            fresh |= one_file(prefix, name, name.lower(), CRATES[prefix], columns)
    return fresh


if __name__ == "__main__":
    published.main(__doc__, ("tulip_", "wickra_", "yata_", "technical_", "jesse_"), regenerate)
