"""Takes bars and an indicator's name, gives its accurate values, computed from the formula alone.

Written for checking, not for speed: every window is evaluated afresh, in decimal arithmetic of `PRECISION` digits, so
sums and variances of the inputs' doubles are exact and nothing can drift or cancel. Only the typical price is rounded
to f64, as an f64 program must: a difference then lies in the window or the recursion, not in its input. The Hilbert
functions, which need angles, are evaluated by mpmath with as many bits as `BITS` says.

A series is a list with `None` where there is no value. `values(name, bars, params)` gives {output: series};
`undecided(name, bars, params, is_close)` the bars on which no program in f64 can have them.
"""

import random
from decimal import Decimal, getcontext, localcontext

import mpmath
import numpy

# The square of a double of 1e8 and one of 1e-8 in the same window span about 180 digits.
PRECISION = 300
getcontext().prec = PRECISION
BITS = 500
mpmath.mp.prec = BITS

ZERO = Decimal(0)

# ---- series -----------------------------------------------------------------------------------------------------


def each(function, *series):
    """function(values) bar by bar, where all are defined."""
    return [None if None in values else function(*values) for values in zip(*series)]


def previous(x, n=1):
    return [None] * n + x[:-n]


def rolling(function, n, *series):
    """function(windows of n bars), where they are all defined."""
    out = []
    for end in range(1, len(series[0]) + 1):
        windows = [x[max(0, end - n) : end] for x in series]
        defined = end >= n and not any(None in w for w in windows)
        out.append(function(*windows) if defined else None)
    return out


def recursive(x, n, seed, step):
    """seed(the first n defined values), then step(own last value, x)."""
    out, state, first = [], None, []
    for value in x:
        if value is None:
            out.append(None)
            continue
        if state is not None:
            state = step(state, value)
        else:
            first.append(value)
            if len(first) == n:
                state = seed(first)
        out.append(state)
    return out


def skip(x, n):
    """x without its first n defined values: moves the seed of the next recursion."""
    start = next(i for i, value in enumerate(x) if value is not None) + n
    return [None] * start + x[start:]


def minus(x, y):
    return each(lambda a, b: a - b, x, y)


def where(x, y):
    """x on the bars where y is defined too."""
    return each(lambda a, _: a, x, y)


# ---- windows and recursions -------------------------------------------------------------------------------------


def mean(w):
    return sum(w) / len(w)


def covariance(a, b):
    """Of the population; in the form that is exact in exact arithmetic, so 0 on a constant."""
    n = len(a)
    return (n * sum(p * q for p, q in zip(a, b)) - sum(a) * sum(b)) / (n * n)


def variance(w):
    return covariance(w, w)


def slope(w):
    n = len(w)
    return sum((2 * i - n + 1) * v for i, v in enumerate(w)) * 6 / Decimal(n * (n * n - 1))


def average_deviation(w):
    m = mean(w)
    return sum(abs(v - m) for v in w) / len(w)


def bars_since(pick, w):
    """Bars since the latest bar with the window's greatest (least) value."""
    return list(reversed(w)).index(pick(w))


def sma(x, n):
    return rolling(mean, n, x)


def wma(x, n):
    return rolling(lambda w: sum((i + 1) * v for i, v in enumerate(w)) / (n * (n + 1) // 2), n, x)


def smoothed(x, n, numerator, denominator):
    return recursive(x, n, mean, lambda s, v: s + (v - s) * numerator / denominator)


def ema(x, n):
    return smoothed(x, n, 2, n + 1)


def rma(x, n):
    return smoothed(x, n, 1, n)


def wilder_sum(x, n):
    """Seeded with n-1 values; the first bar with a decayed step is the first that counts."""
    return skip(recursive(x, n - 1, sum, lambda s, v: s - s / n + v), 1)


def highest(x, n):
    return rolling(max, n, x)


def lowest(x, n):
    return rolling(min, n, x)


def rate_of_change(x, n):
    return each(lambda a, b: 100 * (a / b - 1) if b != 0 else ZERO, x, previous(x, n))


# ---- bars -------------------------------------------------------------------------------------------------------


class Bars:
    """The columns of an input as exact decimals, and the typical price as an f64 program computes it."""

    def __init__(self, columns):
        for name in ("high", "low", "close", "volume", "periods"):
            setattr(self, name, [Decimal(v) for v in columns[name]])
        self.typical = [
            Decimal((h + l + c) / 3.0) for h, l, c in zip(columns["high"], columns["low"], columns["close"])
        ]

    def true_range(self):
        return each(
            lambda h, l, c: max(h - l, abs(h - c), abs(l - c)), self.high, self.low, previous(self.close)
        )

    def directional_moves(self):
        up = each(lambda a, b: a - b, self.high, previous(self.high))
        down = each(lambda a, b: b - a, self.low, previous(self.low))
        return (
            each(lambda u, d: u if u > d and u > 0 else ZERO, up, down),
            each(lambda u, d: d if d > u and d > 0 else ZERO, up, down),
        )

    def directional_indicators(self, n):
        total = wilder_sum(self.true_range(), n)
        return [
            each(lambda m, t: 100 * m / t if t != 0 else ZERO, wilder_sum(move, n), total)
            for move in self.directional_moves()
        ]


# ---- indicators: TA-Lib's names, parameters and outputs ---------------------------------------------------------

INDICATORS = {}


def indicator(name, *outputs):
    def register(function):
        INDICATORS[name] = (outputs or ("real",), function)
        return function

    return register


def values(name, columns, params):
    outputs, function = INDICATORS[name]
    result = function(Bars(columns), **params)
    return dict(zip(outputs, [result] if len(outputs) == 1 else result, strict=True))


# How often the prices are moved, by how many units of their last digit at most, and the digits of arithmetic about that of an f64.
TRIALS, UNITS, DIGITS = 4, 1, (15, 16, 17)


def undecided(name, columns, params, is_close):
    """{output: bars} on which rounding decides: the same formula gives something else for prices with another last digit, or in
    arithmetic of 15 to 17 digits. No program in f64 can be held to a value there.

    `is_close(value, truth, bar)` says what counts as the same. Equal prices move alike, so what is flat stays flat; the moves are the
    same on every run.
    """
    accurate = values(name, columns, params)
    bars = {output: set() for output in accurate}

    def compare(found):
        for output, series in found.items():
            for bar, (value, truth) in enumerate(zip(series, accurate[output])):
                if truth is not None and (value is None or not is_close(float(value), float(truth), bar)):
                    bars[output].add(bar)

    for trial in range(TRIALS):
        moved = {key: numpy.array([shifted(v, trial) for v in column]) for key, column in columns.items() if key != "periods"}
        compare(values(name, columns | moved, params))
    for digits in DIGITS:
        with localcontext() as context, mpmath.workdps(digits):
            context.prec = digits
            compare(values(name, columns, params))
    return bars


def shifted(value, trial):
    steps = random.Random(f"{trial} {float(value)!r}").randint(-UNITS, UNITS)
    return value + steps * numpy.spacing(abs(value))


def of_close(name, function, *outputs):
    indicator(name, *outputs)(lambda b, timeperiod: function(b.close, timeperiod))


of_close("SMA", sma)
of_close("EMA", ema)
of_close("RMA", rma)
of_close("WMA", wma)
of_close("MAX", highest)
of_close("MIN", lowest)
of_close("SUM", lambda x, n: rolling(sum, n, x))
of_close("TRIMA", lambda x, n: sma(sma(x, (n + 1) // 2), n // 2 + 1))
of_close("AVGDEV", lambda x, n: rolling(average_deviation, n, x))
of_close("LINEARREG_SLOPE", lambda x, n: rolling(slope, n, x))
of_close("LINEARREG", lambda x, n: rolling(lambda w: mean(w) + slope(w) * (n - 1) / 2, n, x))
of_close("LINEARREG_INTERCEPT", lambda x, n: rolling(lambda w: mean(w) - slope(w) * (n - 1) / 2, n, x))
of_close("ROC", rate_of_change)


@indicator("HMA")
def _(b, timeperiod):
    fast, slow = wma(b.close, timeperiod // 2), wma(b.close, timeperiod)
    return wma(each(lambda f, s: 2 * f - s, fast, slow), int(timeperiod**0.5))


@indicator("MA")
def _(b, timeperiod, matype):
    assert matype == 0, "only the simple average is written here"
    return sma(b.close, timeperiod)


@indicator("MAVP")
def _(b, minperiod, maxperiod, matype):
    assert matype == 0, "only the simple average is written here"
    periods = [min(max(int(n), minperiod), maxperiod) for n in b.periods]
    full = [None] * (maxperiod - 1) + periods[maxperiod - 1 :]
    return [n and mean(b.close[bar - n + 1 : bar + 1]) for bar, n in enumerate(full)]


@indicator("VWMA")
def _(b, timeperiod):
    # Without volume there is no value.
    weighed = lambda x, v: sum(p * q for p, q in zip(x, v)) / sum(v) if sum(v) != 0 else None
    return rolling(weighed, timeperiod, b.close, b.volume)


@indicator("DEMA")
def _(b, timeperiod):
    first = ema(b.close, timeperiod)
    return each(lambda p, q: 2 * p - q, first, ema(first, timeperiod))


@indicator("TEMA")
def _(b, timeperiod):
    first = ema(b.close, timeperiod)
    second = ema(first, timeperiod)
    return each(lambda p, q, r: 3 * p - 3 * q + r, first, second, ema(second, timeperiod))


@indicator("MACD", "macd", "macdsignal", "macdhist")
def _(b, fastperiod, slowperiod, signalperiod):
    # Both averages start on the same bar: the fast one is seeded late.
    fast = ema(skip(b.close, slowperiod - fastperiod), fastperiod)
    line = each(lambda f, s: f - s, fast, ema(b.close, slowperiod))
    signal = ema(line, signalperiod)
    return where(line, signal), signal, each(lambda l, s: l - s, line, signal)


@indicator("BBANDS", "upperband", "middleband", "lowerband")
def _(b, timeperiod, nbdevup, nbdevdn, matype):
    assert matype == 0, "only the simple average is written here"
    middle = sma(b.close, timeperiod)
    deviation = rolling(lambda w: variance(w).sqrt(), timeperiod, b.close)
    upper = each(lambda m, d: m + Decimal(nbdevup) * d, middle, deviation)
    lower = each(lambda m, d: m - Decimal(nbdevdn) * d, middle, deviation)
    return upper, middle, lower


@indicator("MACDEXT", "macd", "macdsignal", "macdhist")
def _(b, fastperiod, fastmatype, slowperiod, slowmatype, signalperiod, signalmatype):
    assert fastmatype == slowmatype == signalmatype == 0, "only the simple average is written here"
    line = minus(sma(b.close, fastperiod), sma(b.close, slowperiod))
    signal = sma(line, signalperiod)
    return where(line, signal), signal, minus(line, signal)


@indicator("AO")
def _(b, fastperiod, slowperiod):
    middle = each(lambda h, l: (h + l) / 2, b.high, b.low)
    return minus(sma(middle, fastperiod), sma(middle, slowperiod))


@indicator("AC")
def _(b, fastperiod, slowperiod, signalperiod):
    middle = each(lambda h, l: (h + l) / 2, b.high, b.low)
    line = minus(sma(middle, fastperiod), sma(middle, slowperiod))
    return minus(line, sma(line, signalperiod))


@indicator("DPO")
def _(b, timeperiod):
    return minus(previous(b.close, timeperiod // 2 + 1), sma(b.close, timeperiod))


def rsi(x, n):
    change = minus(x, previous(x))
    gain = rma(each(lambda d: max(d, ZERO), change), n)
    loss = rma(each(lambda d: max(-d, ZERO), change), n)
    return each(lambda g, l: 100 * g / (g + l) if g + l != 0 else Decimal(50), gain, loss)


of_close("RSI", rsi)


@indicator("DOSC", "dosc")
def _(b, period, first_period, second_period, signal_period):
    line = ema(ema(rsi(b.close, period), first_period), second_period)
    return minus(line, sma(line, signal_period))


def know_sure_thing(b, parts, signal_period):
    smooth = [sma(rate_of_change(b.close, roc), n) for roc, n in parts]
    line = each(lambda p, q, r, s: p + 2 * q + 3 * r + 4 * s, *smooth)
    signal = sma(line, signal_period)
    return where(line, signal), signal


@indicator("KST", "kst", "signal")
def _(b, signal_period, **periods):
    parts = [(periods[f"roc{k}_period"], periods[f"sma{k}_period"]) for k in range(1, 5)]
    return know_sure_thing(b, parts, signal_period)


@indicator("KSTEXT", "kst", "signal")
def _(b, signal_period, roc_ma, signal_ma, **periods):
    assert roc_ma == signal_ma == 0, "only the simple average is written here"
    parts = [(periods[f"roc{k}_period"], periods[f"ma{k}_period"]) for k in range(1, 5)]
    return know_sure_thing(b, parts, signal_period)


@indicator("SQZMOM", "momentum", "squeeze")
def _(b, bb_period, nb_dev, kc_period, factor_wide, factor_normal, factor_narrow):
    basis, middle = sma(b.close, bb_period), sma(b.close, kc_period)
    deviation = rolling(lambda w: Decimal(nb_dev) * variance(w).sqrt(), bb_period, b.close)
    unit = sma(b.true_range(), kc_period)
    center = lambda c, t, l, m: c - ((t + l) / 2 + m) / 2
    distance = each(center, b.close, highest(b.high, kc_period), lowest(b.low, kc_period), middle)
    momentum = rolling(lambda w: mean(w) + slope(w) * (kc_period - 1) / 2, kc_period, distance)

    def level(basis, deviation, middle, unit):
        upper, lower = basis + deviation, basis - deviation
        for value, factor in ((3, factor_narrow), (2, factor_normal), (1, factor_wide)):
            if lower > middle - Decimal(factor) * unit and upper < middle + Decimal(factor) * unit:
                return Decimal(value)
        wide = Decimal(factor_wide) * unit
        return Decimal(-1) if lower < middle - wide and upper > middle + wide else ZERO

    squeeze = each(level, basis, deviation, middle, unit)
    return where(momentum, squeeze), where(squeeze, momentum)


@indicator("WAVETREND", "wt1", "wt2")
def _(b, channel_period, average_period, signal_period):
    distance = minus(b.typical, ema(b.typical, channel_period))
    spread = each(lambda v: v * Decimal("0.015"), ema(each(abs, distance), channel_period))
    line = ema(each(lambda d, s: d / s if s != 0 else ZERO, distance, spread), average_period)
    signal = sma(line, signal_period)
    return where(line, signal), signal


@indicator("STOCH", "slowk", "slowd")
def _(b, fastk_period, slowk_period, slowk_matype, slowd_period, slowd_matype):
    assert slowk_matype == slowd_matype == 0, "only the simple average is written here"
    top, bottom = highest(b.high, fastk_period), lowest(b.low, fastk_period)
    fast = each(lambda c, t, l: 100 * (c - l) / (t - l) if t != l else ZERO, b.close, top, bottom)
    k = sma(fast, slowk_period)
    d = sma(k, slowd_period)
    return where(k, d), d


@indicator("STOCHRSI", "fastk", "fastd")
def _(b, timeperiod, fastk_period, fastd_period, fastd_matype):
    assert fastd_matype == 0, "only the simple average is written here"
    index = rsi(b.close, timeperiod)
    top, bottom = highest(index, fastk_period), lowest(index, fastk_period)
    # A range of the index within rounding is none.
    place = lambda q, t, l: 100 * (q - l) / (t - l) if t - l > Decimal("1e-14") * (t + l) else ZERO
    k = each(place, index, top, bottom)
    d = sma(k, fastd_period)
    return where(k, d), d


@indicator("WILLR")
def _(b, timeperiod):
    top, bottom = highest(b.high, timeperiod), lowest(b.low, timeperiod)
    return each(lambda c, t, l: -100 * (t - c) / (t - l) if t != l else ZERO, b.close, top, bottom)


@indicator("TRANGE")
def _(b):
    return b.true_range()


@indicator("ATR")
def _(b, timeperiod):
    return rma(b.true_range(), timeperiod)


@indicator("PLUS_DI")
def _(b, timeperiod):
    return b.directional_indicators(timeperiod)[0]


@indicator("MINUS_DI")
def _(b, timeperiod):
    return b.directional_indicators(timeperiod)[1]


@indicator("ADX")
def _(b, timeperiod):
    # Without any directional movement the bar counts 0 in the seed and is passed over later.
    index = each(
        lambda p, m: (100 * abs(p - m) / (p + m), True) if p + m != 0 else (ZERO, False),
        *b.directional_indicators(timeperiod),
    )
    seed = lambda first: mean([value for value, _ in first])
    step = lambda s, x: s + (x[0] - s) / timeperiod if x[1] else s
    return recursive(index, timeperiod, seed, step)


@indicator("OBV")
def _(b):
    total, out = b.volume[0], [b.volume[0]]
    for now, before, volume in zip(b.close[1:], b.close, b.volume[1:]):
        total += volume * ((now > before) - (now < before))
        out.append(total)
    return out


@indicator("VWAP")
def _(b):
    traded, volume, last, out = ZERO, ZERO, ZERO, []
    for typical, v in zip(b.typical, b.volume):
        traded, volume = traded + typical * v, volume + v
        last = traded / volume if volume != 0 else last
        out.append(last)
    return out


@indicator("DONCHIAN", "upperband", "middleband", "lowerband")
def _(b, timeperiod):
    upper, lower = highest(b.high, timeperiod), lowest(b.low, timeperiod)
    return upper, each(lambda u, l: (u + l) / 2, upper, lower), lower


@indicator("ACCBANDS", "upperband", "middleband", "lowerband")
def _(b, timeperiod):
    factor = each(lambda h, l: 4 * (h - l) / (h + l) if h + l != 0 else ZERO, b.high, b.low)
    upper = each(lambda h, f: h * (1 + f), b.high, factor)
    lower = each(lambda l, f: l * (1 - f), b.low, factor)
    return sma(upper, timeperiod), sma(b.close, timeperiod), sma(lower, timeperiod)


@indicator("EMV", "emv")
def _(b, period, volume_divisor):
    middle = each(lambda h, l: (h + l) / 2, b.high, b.low)
    ease = lambda m, before, h, l, v: (m - before) * (h - l) / (v / Decimal(volume_divisor)) if v != 0 else ZERO
    return sma(each(ease, middle, previous(middle), b.high, b.low, b.volume), period)


@indicator("PERCENTB", "percent_b")
def _(b, period, nb_dev_up, nb_dev_dn, ma_type):
    upper, _, lower = INDICATORS["BBANDS"][1](b, period, nb_dev_up, nb_dev_dn, ma_type)
    return each(lambda x, u, l: (x - l) / (u - l) if u != l else Decimal(0.5), b.close, upper, lower)


@indicator("ADOSC")
def _(b, fastperiod, slowperiod):
    # Both averages start with the first value of the line.
    line, out = ZERO, []
    for h, l, c, v in zip(b.high, b.low, b.close, b.volume):
        line += ((c - l) - (h - c)) / (h - l) * v if h > l else ZERO
        out.append(line)
    average = lambda n: recursive(out, 1, mean, lambda s, v: s + (v - s) * 2 / (n + 1))
    return skip(each(lambda f, s: f - s, average(fastperiod), average(slowperiod)), max(fastperiod, slowperiod) - 1)


@indicator("PVI")
def _(b):
    index, out = Decimal(1000), [Decimal(1000)]
    for now, before, more, less in zip(b.close[1:], b.close, b.volume[1:], b.volume):
        index *= now / before if more > less and before != 0 else 1
        out.append(index)
    return out


@indicator("KC", "upperband", "middleband", "lowerband")
def _(b, timeperiod, atrperiod, nbdev):
    # Both parts start on the same bar: the one with the shorter warm-up is seeded late.
    late = timeperiod - 1 - atrperiod
    middle = ema(skip(b.typical, max(-late, 0)), timeperiod)
    width = rma(skip(b.true_range(), max(late, 0)), atrperiod)
    upper = each(lambda m, w: m + Decimal(nbdev) * w, middle, width)
    lower = each(lambda m, w: m - Decimal(nbdev) * w, middle, width)
    return upper, middle, lower


@indicator("CCI")
def _(b, timeperiod):
    def index(w):
        distance, deviation = w[-1] - mean(w), average_deviation(w)
        return distance / (Decimal("0.015") * deviation) if distance != 0 and deviation != 0 else ZERO

    return rolling(index, timeperiod, b.typical)


@indicator("MFI")
def _(b, timeperiod):
    # A change of the typical price within rounding is none. No clamp: TA-Lib's to 0..100 acts on negative prices only.
    def flow(sign):
        def of(now, before, volume):
            noise = Decimal("1e-14") * (abs(now) + abs(before))
            return now * volume if sign * (now - before) > noise else ZERO

        flows = each(of, b.typical, previous(b.typical), b.volume)
        return rolling(sum, timeperiod, flows)

    return each(lambda u, d: 100 * u / (u + d) if u + d > 0 else ZERO, flow(1), flow(-1))


@indicator("AROON", "aroondown", "aroonup")
def _(b, timeperiod):
    def line(pick, x):
        since = rolling(lambda w: bars_since(pick, w), timeperiod + 1, x)
        return each(lambda k: Decimal(100 * (timeperiod - k)) / timeperiod, since)

    return line(min, b.low), line(max, b.high)


@indicator("VORTEX", "plusvi", "minusvi")
def _(b, timeperiod):
    ranges = rolling(sum, timeperiod, b.true_range())

    def line(x, y):
        moves = rolling(sum, timeperiod, each(lambda p, q: abs(p - q), x, previous(y)))
        return each(lambda m, r: m / r if r != 0 else ZERO, moves, ranges)

    return line(b.high, b.low), line(b.low, b.high)


@indicator("STDDEV")
def _(b, timeperiod, nbdev):
    return rolling(lambda w: variance(w).sqrt() * Decimal(nbdev), timeperiod, b.close)


@indicator("VAR")
def _(b, timeperiod, nbdev):
    del nbdev  # TA-Lib takes it and leaves it unused.
    return rolling(variance, timeperiod, b.close)


@indicator("CORREL")
def _(b, timeperiod):
    def correlation(x, y):
        spread = variance(x) * variance(y)
        return covariance(x, y) / spread.sqrt() if spread != 0 else ZERO

    return rolling(correlation, timeperiod, b.high, b.low)


@indicator("BETA")
def _(b, timeperiod):
    def beta(market, security):
        spread = variance(market)
        return covariance(market, security) / spread if spread != 0 else ZERO

    change = lambda x: each(lambda p, q: p / q - 1 if q != 0 else ZERO, x, previous(x))
    return rolling(beta, timeperiod, change(b.high), change(b.low))


@indicator("MAXINDEX", "integer")
def _(b, timeperiod):
    return bar_of(max, b.close, timeperiod)


@indicator("MININDEX", "integer")
def _(b, timeperiod):
    return bar_of(min, b.close, timeperiod)


def bar_of(pick, x, n):
    since = rolling(lambda w: bars_since(pick, w), n, x)
    return [None if k is None else Decimal(bar - k) for bar, k in enumerate(since)]


@indicator("MINMAXINDEX", "minidx", "maxidx")
def _(b, timeperiod):
    return bar_of(min, b.close, timeperiod), bar_of(max, b.close, timeperiod)


def share(u, d):
    """By how much, of all, one exceeds the other."""
    return (u - d) / (u + d) if u + d != 0 else ZERO


def gains_and_losses(x):
    change = minus(x, previous(x))
    return [each(lambda d: max(sign * d, ZERO), change) for sign in (1, -1)]


@indicator("CMOU")
def _(b, timeperiod):
    up, down = (rolling(sum, timeperiod, part) for part in gains_and_losses(b.close))
    return each(lambda u, d: 100 * share(u, d), up, down)


@indicator("VIDYA", "vidya")
def _(b, period, cmo_period):
    # The average begins with the first price; until its window is full the index takes what there is.
    up, down = gains_and_losses(b.close)
    average, out = b.close[0], [None]
    for bar in range(1, len(b.close)):
        window = slice(max(bar - cmo_period + 1, 1), bar + 1)
        average += abs(share(sum(up[window]), sum(down[window]))) * 2 / (period + 1) * (b.close[bar] - average)
        out.append(average if bar >= cmo_period else None)
    return out


@indicator("COPPOCK")
def _(b, wmaperiod, roc1period, roc2period):
    rates = each(lambda p, q: p + q, rate_of_change(b.close, roc1period), rate_of_change(b.close, roc2period))
    return wma(rates, wmaperiod)


def efficiency(x, n):
    path = rolling(sum, n, each(abs, minus(x, previous(x))))
    return each(lambda d, p: min(abs(d / p), Decimal(1)) if p > 0 and p > d else Decimal(1), minus(x, previous(x, n)), path)


of_close("ER", efficiency)


@indicator("KAMA")
def _(b, timeperiod):
    average, out = b.close[timeperiod - 1], []
    fast, slow = Decimal(2) / 3, Decimal(2) / 31
    for x, share_of_path in zip(b.close, efficiency(b.close, timeperiod)):
        if share_of_path is not None:
            average += (share_of_path * (fast - slow) + slow) ** 2 * (x - average)
        out.append(None if share_of_path is None else average)
    return out


@indicator("ULTOSC")
def _(b, timeperiod1, timeperiod2, timeperiod3):
    pressure = each(lambda c, l, before: c - min(l, before), b.close, b.low, previous(b.close))
    total = lambda x, n: rolling(sum, n, x)
    parts = [
        each(lambda p, t: p / t if t != 0 else ZERO, total(pressure, n), total(b.true_range(), n))
        for n in sorted((timeperiod1, timeperiod2, timeperiod3))
    ]
    return each(lambda p, q, r: (4 * p + 2 * q + r) * 100 / 7, *parts)


@indicator("BBW", "bbw")
def _(b, period, nb_dev_up, nb_dev_dn, ma_type):
    upper, middle, lower = INDICATORS["BBANDS"][1](b, period, nb_dev_up, nb_dev_dn, ma_type)
    return each(lambda u, m, l: 100 * (u - l) / m if m != 0 else ZERO, upper, middle, lower)


@indicator("CRSI", "crsi")
def _(b, period, streak_period, rank_period):
    change = minus(b.close, previous(b.close))
    run, streak = 0, []
    for d in change:
        side = 0 if not d else 1 if d > 0 else -1
        run = side if run * side <= 0 else run + side
        streak.append(Decimal(run))
    returns = each(lambda d, before: d / before if before != 0 else None, change, previous(b.close))
    rank = rolling(lambda w: Decimal(100 * sum(v < w[-1] for v in w[:-1])) / rank_period, rank_period + 1, returns)
    return each(lambda p, q, r: (p + q + r) / 3, rsi(b.close, period), rsi(streak, streak_period), rank)


@indicator("MEDIAN", "median")
def _(b, period):
    return rolling(lambda w: (sorted(w)[(period - 1) // 2] + sorted(w)[period // 2]) / 2, period, b.close)


@indicator("PERCENTILE")
def _(b, timeperiod, percentile):
    rank = min(max(-(-int(percentile * timeperiod) // 100), 1), timeperiod)
    return rolling(lambda w: sorted(w)[rank - 1], timeperiod, b.close)


@indicator("SUPERTREND", "supertrend", "trend")
def _(b, timeperiod, multiplier):
    bands, line, trend = None, [], []
    for bar, width in enumerate(rma(b.true_range(), timeperiod)):
        if width is None:
            line.append(None)
            trend.append(None)
            continue
        middle, width = (b.high[bar] + b.low[bar]) / 2, Decimal(multiplier) * width
        if bands is None:
            bands, direction = (middle + width, middle - width), 1
        else:
            close, before, (upper, lower) = b.close[bar], b.close[bar - 1], bands
            upper = middle + width if middle + width < upper or before > upper else upper
            lower = middle - width if middle - width > lower or before < lower else lower
            bands = (upper, lower)
            if direction > 0:
                direction = 1 if close >= lower else -1
            else:
                direction = 1 if close > upper else -1
        line.append(bands[1] if direction > 0 else bands[0])
        trend.append(Decimal(direction))
    return line, trend


@indicator("SAR")
def _(b, acceleration, maximum):
    limit = Decimal(maximum)
    first = step = min(Decimal(acceleration), limit)
    high, low = b.high, b.low
    is_long = not (low[0] > low[1] and high[1] - high[0] < low[0] - low[1])
    sar, extreme = (low[0], high[1]) if is_long else (high[0], low[1])
    out = [None]
    for bar in range(1, len(high)):
        # The first bar is its own predecessor.
        lows = (low[max(bar - 1, 1)], low[bar])
        highs = (high[max(bar - 1, 1)], high[bar])
        if low[bar] <= sar if is_long else high[bar] >= sar:
            is_long = not is_long
            sar = min(extreme, *lows) if is_long else max(extreme, *highs)
            step, extreme = first, high[bar] if is_long else low[bar]
        elif high[bar] > extreme if is_long else low[bar] < extreme:
            step, extreme = min(step + first, limit), high[bar] if is_long else low[bar]
        out.append(sar)
        sar += step * (extreme - sar)
        sar = min(sar, *lows) if is_long else max(sar, *highs)
    return out


# ---- Ehlers' cycles ---------------------------------------------------------------------------------------------


def real(value):
    return mpmath.mpf(float(value))


def decimals(series):
    return [None if v is None else Decimal(mpmath.nstr(v, 50, min_fixed=1, max_fixed=0)) for v in series]


class Cycle:
    """The dominant cycle by the homodyne discriminator, with filters that begin on bar `start`."""

    def __init__(self, prices, start):
        self.x = [real(price) for price in prices]
        self.start, n = start, len(prices)
        self.smooth, detrended, self.quadrature, self.in_phase = ([None] * n for _ in range(4))
        self.period = [None] * n
        length = i2 = q2 = along = across = period = mpmath.mpf(0)

        def before(series, bar, ago):
            return series[bar - ago] if bar - ago >= start else mpmath.mpf(0)

        def turned(series, bar):
            outer = series[bar] - before(series, bar, 6)
            inner = before(series, bar, 2) - before(series, bar, 4)
            return (real(0.0962) * outer + real(0.5769) * inner) * (real(0.075) * length + real(0.54))

        for bar in range(start, n):
            self.smooth[bar] = sum((4 - ago) * self.x[bar - ago] for ago in range(4)) / 10
            detrended[bar] = turned(self.smooth, bar)
            self.quadrature[bar] = turned(detrended, bar)
            self.in_phase[bar] = before(detrended, bar, 3)
            i2_before, q2_before = i2, q2
            i2 = real(0.2) * (self.in_phase[bar] - turned(self.quadrature, bar)) + real(0.8) * i2
            q2 = real(0.2) * (self.quadrature[bar] + turned(self.in_phase, bar)) + real(0.8) * q2
            along = real(0.2) * (i2 * i2_before + q2 * q2_before) + real(0.8) * along
            across = real(0.2) * (i2 * q2_before - q2 * i2_before) + real(0.8) * across
            turn = 2 * mpmath.pi / mpmath.atan(across / along) if along != 0 and across != 0 else length
            near = max(min(turn, real(1.5) * length), real(0.67) * length)
            length = real(0.2) * max(min(near, 50), 6) + real(0.8) * length
            period = real(0.33) * length + real(0.67) * period
            self.period[bar] = period

    def known(self, series):
        """From the first bar that the library gives."""
        first = {12: 32, 37: 63}[self.start]
        return [v if bar >= first else None for bar, v in enumerate(series)]

    def phase(self):
        phase, out = mpmath.mpf(0), [None] * len(self.x)
        for bar in range(self.start, len(self.x)):
            period = self.period[bar]
            n = int(period + real(0.5))
            values = [before if before is not None else 0 for before in (self.smooth[bar - j] if bar >= j else None for j in range(n))]
            # What does not move has no wave: its sums are nothing but for the rounding of sines.
            noise = mpmath.mpf(10) ** (3 - mpmath.mp.dps) * n * max(map(abs, values), default=0)
            sine, cosine = (total if abs(total) > noise else mpmath.mpf(0) for total in harmonic(values))
            angle = mpmath.degrees(mpmath.atan(sine / cosine)) if cosine != 0 else phase + 90 * mpmath.sign(sine)
            phase = angle + 90 + 360 / period + (180 if cosine < 0 else 0)
            phase -= 360 if phase > 315 else 0
            out[bar] = phase
        return out

    def trendline(self):
        zero = mpmath.mpf(0)
        lengths = [zero if period is None else int(period + real(0.5)) for period in self.period]
        means = [sum(self.x[bar - n + 1 : bar + 1]) / n if n else zero for bar, n in enumerate(lengths)]
        return [sum((4 - ago) * means[bar - ago] for ago in range(4)) / 10 if bar >= 3 else zero for bar in range(len(means))]


def harmonic(values):
    turn = circle(len(values))
    return sum(v * s for v, (s, _) in zip(values, turn)), sum(v * c for v, (_, c) in zip(values, turn))


CIRCLES = {}


def circle(n):
    """The sines and cosines of a turn in n parts."""
    key = (n, mpmath.mp.prec)
    if key not in CIRCLES:
        CIRCLES[key] = [(mpmath.sin(2 * mpmath.pi * j / n), mpmath.cos(2 * mpmath.pi * j / n)) for j in range(n)]
    return CIRCLES[key]


def sines(phase):
    return [None if v is None else mpmath.sin(mpmath.radians(v)) for v in phase]


def lead_sines(phase):
    return sines([None if v is None else v + 45 for v in phase])


@indicator("HT_DCPERIOD")
def _(b):
    cycle = Cycle(b.close, 12)
    return decimals(cycle.known(cycle.period))


@indicator("HT_PHASOR", "inphase", "quadrature")
def _(b):
    cycle = Cycle(b.close, 12)
    return decimals(cycle.known(cycle.in_phase)), decimals(cycle.known(cycle.quadrature))


@indicator("HT_DCPHASE")
def _(b):
    cycle = Cycle(b.close, 37)
    return decimals(cycle.known(cycle.phase()))


@indicator("HT_SINE", "sine", "leadsine")
def _(b):
    cycle = Cycle(b.close, 37)
    phase = cycle.known(cycle.phase())
    return decimals(sines(phase)), decimals(lead_sines(phase))


@indicator("HT_TRENDLINE")
def _(b):
    cycle = Cycle(b.close, 37)
    return decimals(cycle.known(cycle.trendline()))


@indicator("HT_TRENDMODE", "integer")
def _(b):
    cycle = Cycle(b.close, 37)
    phase, line = cycle.phase(), cycle.trendline()
    sine, lead = sines(phase), lead_sines(phase)
    out, days, last, last_lead = [None] * len(phase), 0, mpmath.mpf(0), mpmath.mpf(0)
    for bar in range(cycle.start, len(phase)):
        period, difference = cycle.period[bar], lead[bar] - sine[bar]
        crosses = (difference < 0 and last_lead >= 0) or (difference > 0 and last_lead <= 0)
        days = 1 if crosses else days + 1
        step = phase[bar] - last
        turns = real(0.67) * 360 / period < step < real(1.5) * 360 / period
        is_far = line[bar] != 0 and abs((cycle.smooth[bar] - line[bar]) / line[bar]) >= real(0.015)
        out[bar] = Decimal(int(is_far or not (crosses or days < real(0.5) * period or turns)))
        last, last_lead = phase[bar], difference
    return cycle.known(out)


@indicator("MAMA", "mama", "fama")
def _(b, fastlimit, slowlimit):
    cycle = Cycle(b.close, 12)
    mama, fama = [None] * len(b.close), [None] * len(b.close)
    slow = fast = last = mpmath.mpf(0)
    for bar in range(cycle.start, len(b.close)):
        along, across = cycle.in_phase[bar], cycle.quadrature[bar]
        phase = mpmath.degrees(mpmath.atan(across / along)) if along != 0 else mpmath.mpf(0)
        turned, last = max(last - phase, 1), phase
        factor = max(real(fastlimit) / turned, real(slowlimit)) if turned > 1 else real(fastlimit)
        fast += factor * (cycle.x[bar] - fast)
        slow += factor / 2 * (fast - slow)
        mama[bar], fama[bar] = fast, slow
    return decimals(cycle.known(mama)), decimals(cycle.known(fama))
