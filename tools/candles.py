"""Makes tests/golden/input_d.csv: few candles, among which every candlestick pattern appears in each direction that it has.

    python tools/candles.py --check    exit status 1 if the committed file is another one, or a pattern lacks a direction
    python tools/candles.py --write    rewrites it; then tools/golden.py makes the values

Needs TA-Lib of tools/requirements.txt. The file is made of pieces, each a history of candles and a pattern: those of PIECES
are written here, for what does not appear in input_c.csv; the others are cut out of that, as few as are enough.
"""

import argparse
import csv
import sys
from pathlib import Path

import numpy
import talib

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"
HISTORY = 18

# What each pattern can give, besides 0.
UP = ("3STARSINSOUTH 3WHITESOLDIERS CONCEALBABYSWALL DOJI DRAGONFLYDOJI GRAVESTONEDOJI HAMMER HOMINGPIGEON INVERTEDHAMMER "
      "LADDERBOTTOM LONGLEGGEDDOJI MATCHINGLOW MATHOLD MORNINGDOJISTAR MORNINGSTAR PIERCING RICKSHAWMAN STICKSANDWICH TAKURI UNIQUE3RIVER")  # fmt: skip
DOWN = ("2CROWS 3BLACKCROWS ADVANCEBLOCK DARKCLOUDCOVER EVENINGDOJISTAR EVENINGSTAR HANGINGMAN IDENTICAL3CROWS INNECK ONNECK "
        "SHOOTINGSTAR STALLEDPATTERN THRUSTING UPSIDEGAP2CROWS")  # fmt: skip
BOTH = ("3INSIDE 3LINESTRIKE 3OUTSIDE ABANDONEDBABY BELTHOLD BREAKAWAY CLOSINGMARUBOZU COUNTERATTACK DOJISTAR GAPSIDESIDEWHITE "
        "HIGHWAVE KICKING KICKINGBYLENGTH LONGLINE MARUBOZU RISEFALL3METHODS SEPARATINGLINES SHORTLINE SPINNINGTOP TASUKIGAP "
        "TRISTAR XSIDEGAP3METHODS")  # fmt: skip
GIVES = {name: {100} for name in UP.split()} | {name: {-100} for name in DOWN.split()} | {name: {100, -100} for name in BOTH.split()}
# Where one end matches, and on confirmation.
GIVES |= {name: {100, 80, -80, -100} for name in ("ENGULFING", "HARAMI", "HARAMICROSS")}
GIVES |= {name: {200, 100, -100, -200} for name in ("HIKKAKE", "HIKKAKEMOD")}

# The history of a piece that is written here: bodies of 2 and ranges of 4.
CALM = [(100, 103, 99, 102), (102, 103, 99, 100)] * 7

# Open, high, low, close. `mirrored` turns rises into falls.
PIECES = {
    "KICKING, KICKINGBYLENGTH": [(104, 104, 98, 98), (106, 114, 106, 114)],
    "MATHOLD": [(100, 110, 100, 110), (113, 113, 112, 112), (111, 111, 109, 109), (110, 110, 108, 108), (109, 116, 109, 116)],
    "COUNTERATTACK": [(110, 110, 100, 100), (90, 100, 90, 100)],
    "RISEFALL3METHODS": [(100, 110, 100, 110), (109, 109, 108, 108), (108, 108, 107, 107), (107, 107, 106, 106), (107, 114, 107, 114)],
    "TASUKIGAP": [(100, 102, 100, 102), (105, 108, 105, 108), (107, 107, 104, 104)],
    "UPSIDEGAP2CROWS": [(100, 108, 100, 108), (111, 111, 110, 110), (112, 112, 109, 109)],
    "XSIDEGAP3METHODS": [(100, 104, 100, 104), (106, 109, 106, 109), (108, 108, 103, 103)],
    "HIKKAKEMOD": [(100, 110, 90, 101), (100, 106, 94, 94.5), (100, 104, 97, 101), (100, 103, 96, 99), (100, 107, 99, 106)],
}


def mirrored(candles):
    return [(200 - o, 200 - l, 200 - h, 200 - c) for o, h, l, c in candles]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    candles = [candle for piece in PIECES.values() for way in (piece, mirrored(piece)) for candle in CALM + way]
    candles = cut(read(GOLDEN / "input_c.csv"), wanted() - shown(candles)) + candles
    lacking = sorted(wanted() - shown(candles))
    if lacking:
        sys.exit(f"error: these appear nowhere: {lacking}")
    lines = ["t,open,high,low,close,volume"]
    lines += [",".join([str(bar), *(f"{price:g}" for price in candle), "1000"]) for bar, candle in enumerate(candles)]
    text, path = "\n".join(lines) + "\n", GOLDEN / "input_d.csv"
    if arguments.write:
        path.write_text(text)
        print(f"{len(candles)} candles written")
    elif not path.exists() or path.read_text() != text:
        sys.exit(f"{path.name} differs")


def read(path):
    rows = csv.DictReader(path.open(newline=""))
    return [tuple(float(row[name]) for name in ("open", "high", "low", "close")) for row in rows]


def wanted():
    return {(name, value) for name, values in GIVES.items() for value in values}


def marks(candles):
    """Which patterns there are, bar by bar: {(name, value)}."""
    columns = [numpy.array(column, dtype=float) for column in zip(*candles)]
    found = [set() for _ in candles]
    for name in GIVES:
        for bar, value in enumerate(getattr(talib, f"CDL{name}")(*columns)):
            if value:
                found[bar].add((name, int(value)))
    return found


def shown(candles):
    return set().union(*marks(candles))


def cut(candles, open_ends):
    """Pieces with all that is wanted, greedily; each ends with a bar that shows something."""
    found, chosen, open_ends = marks(candles), [], set(open_ends)
    while True:
        # What appears within a piece was there before its first candles too, if these are behind the history.
        shows = lambda end: set().union(*found[max(end - 4, 0) : end + 1]) & open_ends
        best = max(range(HISTORY + 4, len(candles)), key=lambda end: len(shows(end)))
        piece = candles[best - HISTORY - 4 : best + 1]
        new = shown(piece) & open_ends
        if not new:
            return chosen
        chosen += piece
        open_ends -= new


if __name__ == "__main__":
    main()
