"""Regenerates tests/golden/tulip_*.json and wickra_*.json: what other packages give for indicators that nobody else publishes.

    python tools/packages.py --check    compares the committed files with fresh ones; exit status 1 if they differ
    python tools/packages.py --write    rewrites them

Needs tools/requirements.txt installed and, for the crate wickra, `cargo`. Ordinary prices only (input a).

To add a function of Tulip Indicators, add a line to TULIP: the name of its file, the function, the columns it takes, its
parameters. Those of wickra are in tools/wickra-crate; `FROM` says where it starts an average in another way, and from
which bar on that no longer matters. Then run --write, and add the case to tests/golden/cases.
"""

import csv
import json
import math
import subprocess
from importlib.metadata import version
from pathlib import Path

import numpy
import tulipy

import published

TULIPY, WICKRA = "0.4.0", "2.1.1"
INPUT = published.GOLDEN / "input_a.csv"
CRATE = Path(__file__).resolve().parent / "wickra-crate" / "Cargo.toml"

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
# smoother as they are.
FROM = {
    "ALLIGATOR": 12,
    "ELDER_IMPULSE": 100,
    "EVEN_BETTER_SINEWAVE": 100,
    "FRACTAL_CHAOS_BANDS": 9,
    "PMO": 700,
    "PRS": 2,
    "STARC_BANDS": 300,
    "SUPER_SMOOTHER": 100,
}


def regenerate():
    return {**of_tulip(), **of_wickra()}


def of_tulip():
    if version("tulipy") != TULIPY:
        raise published.Failure(f"this is tulipy {version('tulipy')}; install tools/requirements.txt for {TULIPY}")
    rows = list(csv.DictReader(INPUT.open(newline="")))
    fresh = {}
    for name, function, columns, parameters in TULIP:
        values = function(*(numpy.array([float(row[column]) for row in rows]) for column in columns), *parameters)
        whole = [math.nan] * (len(rows) - len(values)) + [float(value) for value in values]
        fresh[f"tulip_{name}.json"] = published.content(
            f"{function.__name__}{parameters}", f"tulipy {TULIPY}", {"a": {"value": whole}}
        )
    return fresh


def of_wickra():
    command = ["cargo", "run", "--quiet", "--locked", "--manifest-path", str(CRATE), "--", str(INPUT)]
    try:
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise published.Failure(f"the crate in tools/wickra-crate did not run: {error}") from error
    fresh = {}
    for name, outputs in json.loads(run.stdout).items():
        columns = {output: [math.nan if v is None else v for v in values] for output, values in outputs.items()}
        package = f"wickra-core {WICKRA}"
        fresh[f"wickra_{name}.json"] = published.content(name.lower(), package, {"a": columns}, FROM.get(name))
    return fresh


if __name__ == "__main__":
    published.main(__doc__, ("tulip_", "wickra_"), regenerate)
