//! Kernels, operators, feedback, names, and the indicators of the first release: each with its defaults and with other parameters.

use super::Family;

pub(super) const PROGRAMS: Family = &[
    // Loops that are cut where their windows are summed up anew: at the end of a block of 64 bars and elsewhere, several at once and one alone.
    (
        "cut_loops",
        &[
            "strategy sums() { out mean = sma(close, 100); out spread = stdev(close, 100); out weighted = wma(close, 200); \
             out top = max(close, 150); out least = min(volume, 150); }",
            "strategy lanes() { out old = highest_age(high, 300) - lowest_age(low, 150); out tails = kurtosis(close, 64); \
             out both = correl(high, low, 128); }",
            "strategy inner() { out mean = sma(ema(close, 3), 100) + sma(close, 100); out top = max(close, 70); }",
            // What runs over the stretches too: quotients and roots, what looks back over cuts, truth values.
            "strategy behind() { let m = sma(close, 90); let s = stdev(close, 90); out z = (close - m) / s; out back = m[3] + s[70] / s[1]; \
             out both = correl(close, volume, 120) + beta(high, low, 120); out is_wide = s > s[1] and close > m; \
             out root = sqrt(stdev(high, 200) + max(high, 200)); }",
            // Windows that are taken beside roots, greatest and least ones, of an odd length too.
            "strategy roots() { out spread = stdev(close, 100); out weighted = wma(close, 90); out top = max(high, 100); out bottom = min(low, 71); \
             out age = highest_age(close, 150); }",
        ],
    ),
    // Least values mirrored beside greatest ones: of fields and of what is computed, with other pasts of both, feedback, and few bars.
    (
        "twins",
        &[
            "strategy channel() { let c = donchian(20); out upper = c.upper; out lower = c.lower; out r = williams_r(14); let a = aroon(25); \
             out down = a.down; out up = a.up; out before = c.lower[3] - low[7]; }",
            "strategy mirror() { out zero = highest(-low, 7) + lowest(low, 7); out old = lowest_age(low, 14) - highest_age(high, 14); \
             out past = (-low)[1] + (-low)[5]; out sign = abs(lowest(close - open, 9)) - lowest(close - open, 9); }",
            "highest(close, 33) - lowest(close, 33) + lowest(volume, 6) - highest(volume, 6)",
            "strategy loose() { rec stop = lowest(low, 5) -> max2(prev(stop), lowest(low, 5)); out stop = stop; \
             out is_above = highest(high, 12)[1] < close and lowest(low, 12)[1] > stop; out age = highest_age(close, 8); }",
            "(highest(open, 40) - lowest(open, 40)) * (highest_age(volume, 3) + lowest_age(volume, 64))",
        ],
    ),
    (
        "delay",
        &[
            "close[1]",
            "shift(volume, 7)",
            "(high - low)[3]",
            "prev(close) > prev(open, 5)",
            // On both sides of what a block keeps in arrays.
            "close[128] - close[129] + close[3]",
            "ema(close, 5)[140] < (close - open)[129]",
            "((high - low) / close)[200] + ((high - low) / close)[2]",
            "(close > open)[300] or (close > sma(close, 5))[130] and (close / open > 1)[131]",
            "strategy far() { rec level = close -> prev(level) + 0.1 * (close - prev(level)); out far = level[135]; out near = level[2]; }",
            "sma(close, 5)[256] / sma(close, 5) - 1",
        ],
    ),
    (
        "points",
        &[
            // Small whole numbers by truth values, their sums, and what is not one.
            "strategy points() { let m = sma(close, 5); let a = close > m; let b = open > m; let c = high > m[1]; let d = low < m; \
             let e = low < m[2]; let f = high - m > m - low; let g = close - m > open - m[1]; let h = m > m[1]; let i = m > m[2]; let \
             j = close > m[3]; let k = open < m[1]; let l = m[1] > m[2]; let most = (if a and b then 1 else 0) + (if a and c then 1 \
             else 0) + (if a and d then 1 else 0) + (if a and e then 1 else 0) + (if a and f then 1 else 0) + (if a and g then 1 else \
             0) + (if a and h then 1 else 0) + (if a and i then 1 else 0) + (if a and j then 1 else 0) + (if a and k then 1 else 0) + \
             (if a and l then 1 else 0) + (if b and c then 1 else 0) + (if b and d then 1 else 0) + (if b and e then 1 else 0) + (if \
             b and f then 1 else 0) + (if b and g then 1 else 0) + (if b and h then 1 else 0) + (if b and i then 1 else 0) + (if b \
             and j then 1 else 0) + (if b and k then 1 else 0) + (if b and l then 1 else 0) + (if c and d then 1 else 0) + (if c and \
             e then 1 else 0) + (if c and f then 1 else 0) + (if c and g then 1 else 0) + (if c and h then 1 else 0) + (if c and i \
             then 1 else 0) + (if c and j then 1 else 0) + (if c and k then 1 else 0) + (if c and l then 1 else 0) + (if d and e then \
             1 else 0) + (if d and f then 1 else 0) + (if d and g then 1 else 0) + (if d and h then 1 else 0) + (if d and i then 1 \
             else 0) + (if d and j then 1 else 0) + (if d and k then 1 else 0) + (if d and l then 1 else 0) + (if e and f then 1 else \
             0) + (if e and g then 1 else 0) + (if e and h then 1 else 0) + (if e and i then 1 else 0) + (if e and j then 1 else 0) + \
             (if e and k then 1 else 0) + (if e and l then 1 else 0) + (if f and g then 1 else 0) + (if f and h then 1 else 0) + (if \
             f and i then 1 else 0) + (if f and j then 1 else 0) + (if f and k then 1 else 0) + (if f and l then 1 else 0) + (if g \
             and h then 1 else 0) + (if g and i then 1 else 0) + (if g and j then 1 else 0) + (if g and k then 1 else 0) + (if g and \
             l then 1 else 0) + (if h and i then 1 else 0) + (if h and j then 1 else 0) + (if h and k then 1 else 0) + (if h and l \
             then 1 else 0) + (if i and j then 1 else 0) + (if i and k then 1 else 0) + (if i and l then 1 else 0) + (if j and k then \
             1 else 0) + (if j and l then 1 else 0) + (if k and l then 1 else 0); out most = most; out few = 0 - (if a or not b then \
             1 else 0) - (if a or not c then 1 else 0) - (if a or not d then 1 else 0) - (if a or not e then 1 else 0) - (if a or not \
             f then 1 else 0) - (if a or not g then 1 else 0) - (if a or not h then 1 else 0) - (if a or not i then 1 else 0) - (if a \
             or not j then 1 else 0) - (if a or not k then 1 else 0) - (if a or not l then 1 else 0) - (if b or not c then 1 else 0) \
             - (if b or not d then 1 else 0) - (if b or not e then 1 else 0) - (if b or not f then 1 else 0) - (if b or not g then 1 \
             else 0) - (if b or not h then 1 else 0) - (if b or not i then 1 else 0) - (if b or not j then 1 else 0) - (if b or not k \
             then 1 else 0) - (if b or not l then 1 else 0) - (if c or not d then 1 else 0) - (if c or not e then 1 else 0) - (if c \
             or not f then 1 else 0) - (if c or not g then 1 else 0) - (if c or not h then 1 else 0) - (if c or not i then 1 else 0) \
             - (if c or not j then 1 else 0) - (if c or not k then 1 else 0) - (if c or not l then 1 else 0) - (if d or not e then 1 \
             else 0) - (if d or not f then 1 else 0) - (if d or not g then 1 else 0) - (if d or not h then 1 else 0) - (if d or not i \
             then 1 else 0) - (if d or not j then 1 else 0) - (if d or not k then 1 else 0) - (if d or not l then 1 else 0) - (if e \
             or not f then 1 else 0) - (if e or not g then 1 else 0) - (if e or not h then 1 else 0) - (if e or not i then 1 else 0) \
             - (if e or not j then 1 else 0) - (if e or not k then 1 else 0) - (if e or not l then 1 else 0) - (if f or not g then 1 \
             else 0) - (if f or not h then 1 else 0) - (if f or not i then 1 else 0) - (if f or not j then 1 else 0) - (if f or not k \
             then 1 else 0) - (if f or not l then 1 else 0) - (if g or not h then 1 else 0) - (if g or not i then 1 else 0) - (if g \
             or not j then 1 else 0) - (if g or not k then 1 else 0) - (if g or not l then 1 else 0) - (if h or not i then 1 else 0) \
             - (if h or not j then 1 else 0) - (if h or not k then 1 else 0) - (if h or not l then 1 else 0) - (if i or not j then 1 \
             else 0) - (if i or not k then 1 else 0) - (if i or not l then 1 else 0) - (if j or not k then 1 else 0) - (if j or not l \
             then 1 else 0) - (if k or not l then 1 else 0); out many = 5 * (if a and l then 3 else 1); out loss = -(if a and c then \
             3 else if b or d then 2 else 1); out none = -(if a and e then 0 else 1); out half = if a and b then 0.5 else 0; let kept \
             = if c and d then 7 else -7; out kept = kept[1]; out gone = with(if b and c then 1 else 0, ema(close, 9)); }",
        ],
    ),
    (
        "between",
        &[
            // Quotients between kernels, which a block computes in a loop of their own: before feedback, within it, and pasts on both sides.
            "ema(close / sma(close, 5), 3)",
            "ema(ema(close / ema(close, 5), 3) / stdev(close, 4), 7)",
            "strategy on() { rec level = close -> prev(level) + 0.1 * (close / sma(close, 4) - prev(level)); out level = level; }",
            "strategy within() { rec level = close -> prev(level) + (close - prev(level)) / (1 + stdev(close, 5)); out level = ema(level, 3); }",
            "strategy pasts() { let q = sma(close, 3) / sma(volume + 1, 4); let late = ema(q, 3); out a = late[1] + close[1] + q[5]; \
             out b = ema(close, 3)[1] - q[2]; out c = highest(q[1] - close[1], 70) + late[9]; out d = (q > 1)[3] and cross_over(ema(q, 4), q); }",
            "ema(sma(close, 3) / sma(volume + 1, 3), 3) + close[200]",
            "ema(if close > sma(close, 5) and cross(close, sma(close, 3) / sma(open, 4)) then 1 else sma(close, 3) / sma(open, 4), 5)",
        ],
    ),
    ("sum", &["sum(close, 30)", "sum(volume, 1)", "sum(close - open, 3)"]),
    ("highest", &["highest(high, 30)", "highest(close, 1)", "highest(close - open, 65)", "max(volume, 100)"]),
    ("lowest", &["lowest(low, 30)", "lowest(close, 2)", "lowest(close - open, 66)", "min(volume, 7)"]),
    ("highest_age", &["highest_age(high, 30)", "highest_age(close, 1)", "highest_age(volume, 5)"]),
    ("lowest_age", &["lowest_age(low, 30)", "lowest_age(close, 2)", "lowest_age(volume, 7)"]),
    (
        "at_highest",
        &["at_highest(close, volume, 30)", "at_highest(close - open, low, 1)", "at_highest(sma(volume, 3), bar_index, 70)", "at_highest(close, bar_index, 5)"],
    ),
    (
        "at_lowest",
        &["at_lowest(close, volume, 30)", "at_lowest(close - open, low, 2)", "at_lowest(60 / (close - open), bar_index, 7)", "at_lowest(close, bar_index, 5)"],
    ),
    ("cum_sum", &["cum_sum(close)", "cum_sum(close - close[1])", "cum_sum(volume)"]),
    ("cum_max", &["cum_max(high)", "cum_max(close - open)"]),
    ("cum_min", &["cum_min(low)", "cum_min(close - open)"]),
    ("sum_since", &["sum_since(volume, close > open)", "sum_since(close, cross_over(close, sma(close, 5)))"]),
    ("max_since", &["max_since(high, close < open)", "max_since(close - open, rising(close, 2))"]),
    ("min_since", &["min_since(low, close > open)", "min_since(close - open, falling(close, 2))"]),
    ("hold", &["hold(close / volume)", "hold(if close > open then close else 1 / (close - close))"]),
    ("valuewhen", &["valuewhen(close > open, close)", "valuewhen(cross(close, sma(close, 10)), volume, 2)"]),
    ("barssince", &["barssince(close > open)", "barssince(close > highest(close, 20)[1])"]),
    ("skip", &["skip(close, 5)", "ema(skip(close, 3), 4)"]),
    (
        "ema_var",
        &[
            "ema_var(close, close, 0.1)",
            "ema_var(open, close, 1 / (1 + abs(close - open)))",
            "is_null(ema_var(open, close, 100))",
            "coalesce(ema_var(close, open, -50) > 1, true)",
        ],
    ),
    ("sma", &["sma(close)", "sma(close, 1)", "sma(volume, 7)", "sma(close, 200)"]),
    ("ema", &["ema(close)", "ema(close, 1)", "ema(volume, 7)", "ema(close, 12, seed = \"first\")", "ema(ema(close, 5), 3)"]),
    ("rma", &["rma(close)", "rma(close, 1)", "rma(volume, 7)", "rma(close, 12, seed = \"first\")"]),
    ("wma", &["wma(close)", "wma(close, 1)", "wma(volume, 7)"]),
    ("hma", &["hma(close)", "hma(close, 1)", "hma(close, 9)"]),
    ("dema", &["dema(close)", "dema(close, 7)", "dema(close, 1)"]),
    ("tema", &["tema(close)", "tema(close, 7)"]),
    ("ma", &["ma(close, 9, \"wma\")", "ma(close, 9, \"rma\")", "ma(close, 9)"]),
    ("adx", &["adx()", "adx(2)", "adx(5)"]),
    ("aroon", &["aroon()", "aroon(2)", "aroon(25)"]),
    ("supertrend", &["supertrend()", "supertrend(4, 1.5)"]),
    ("sar", &["sar()", "sar(0.1, 0.3)", "sar(0.5, 0.2)"]),
    (
        "names",
        &[
            "strategy t() { out s = close; out c = open[2]; out i = ema(close, 3); out j = low; out core = close; out memory = 1; out bars = 2; out now = 3; }",
            "strategy c() { out v0 = 4; out o0 = 5; out state = high[1]; out b = 2; out buffers = 3; out output = 4; out index = sma(close, 2); out bar = 6; }",
            "strategy self() { out self = close; out self_ = low; out self__ = volume; out super = open; out crate = high[1]; out type = 2; out a = 3; out p = 4; }",
        ],
    ),
    (
        "operators",
        &[
            "close % 7 - -open ** 2 / 3",
            "2 ** (close - open) + close ** 0.5",
            "not (close > open) and volume >= 1 or close != open",
            "is_null(1 / (close - open)) == (close <= open)",
            "coalesce(1 / (close - open), volume[3], 0)",
            "if close > open then close else if close == open then 0 else -open",
            "sin(close) + cos(close) * tan(open) - atan(close)",
            "asin(close / high) + acos(low / high) + sqrt(close - open)",
            "ln(close) + log10(volume) + exp(close / high)",
            "sinh(open / high) + cosh(close / high) + tanh(close)",
            "floor(close) + ceil(open) - round(high) + abs(low) * sign(close - open)",
            "close ** -3 + close ** 17",
            "close[3] ** 0 + 0 ** 0",
            "(9e15 + close * 0) ** 20 - (9e15 + close * 0) ** 20 != close",
            "scaled((9e15 + volume) ** 20, 0, 3) + ((9e15 + volume) ** 20 - (9e15 + volume) ** 21) == close",
            "with(close, close[3] > open[3])",
            "(close > open)[2] and coalesce((close > open)[4], true)",
        ],
    ),
    (
        "early",
        &[
            "strategy early() {
                let x = if bar_index == 0 then close else close[4];
                out sum = sum(x, 3); out long = sum(x, 40); out mean = sma(x, 3); out volumes = sma(with(volume, x), 8); out total = cum_sum(sum(x, 3));
                out high = highest(x, 9); out low = lowest(x, 20); out age = highest_age(x, 5); out least = lowest_age(x, 33);
            }",
            "strategy early() {
                let x = if bar_index == 0 then close else close[4];
                out spread = avg_dev(x, 5); out curve = alma(x, 9); out middle = median(x, 5); out share = percentile(x, 16, 25); out weights = wma(x, 4); out deviation = stdev(x, 5);
                out average = ema(x, 2); out first = ema(x, 5, seed = \"first\"); out again = ema(ema(x, 2), 3); out mode = mode(x, 3);
            }",
            "strategy early() {
                let x = if close > open and close > sma(close, 5) then 1 else 0;
                let y = if bar_index < 6 then close else close[30];
                out sum = sum(x, 3); out high = highest(x, 3); out average = ema(y, 3); out both = sum(coalesce(y, close[50]), 8); out feed = rsi(y, 4);
                out joined = barssince(close[9] > open or close > open[3]); out macd = macd(y, 3, 6, 4).histogram;
            }",
        ],
    ),
    (
        "chains",
        &[
            "close == open and ((close == open) == (close > 3) and sqrt(close) / high < 3)",
            "strategy chains() {
                let cross = cross_over(ema(close, 3), ema(close, 8));
                out all = cross and rsi(close, 14) < 70 and close > sma(close, 20) and (atr(14) / close < 0.05 or cross) and volume / sma(volume, 5) > 0.7;
                out none = not cross or (not cross) == (close > open) or close / open > 1.001 or sqrt(high - low) < 0.1 or ln(close / open) > 0.0;
                out gaps = close[2] == close and 1 / (close - open) > 2 and volume / (high - low) > 5 and (close > open)[3];
                out within = cross and (close == open or volume / open > 2 and close / open < 1.1 and high / low < 1.2) and low / high > 0.9;
                out twice = cross and sqrt(close) > 3 and sqrt(close) * 2 > sqrt(open) * 2 + 0.001 and sqrt(open) > 2;
            }",
        ],
    ),
    (
        "feedback",
        &[
            "strategy fed() { rec total = close -> prev(total) * 0.9 + close * 0.1; out total2 = total; }",
            "strategy fed() {
                rec a = close -> 0.5 * prev(a) + 0.25 * prev(b) + 0.25 * close;
                rec b = open -> 0.5 * prev(b) + 0.5 * prev(a, 2);
                out x = a; out y = b; out up = a > b;
            }",
            "strategy fed() { rec on = close > open -> if prev(on) then close >= low[1] else close > high[1]; out signal = on; out n = barssince(on); }",
            "strategy fed() { rec y = close -> ema(prev(y), 3) * 0.5 + close * 0.5; out x = y; }",
            "strategy fed() { rec n = 1 -> prev(n) * 2; out x = n; out y = 1 / (n - 8); }",
            "strategy fed() { rec r = 94.74 -> williams_r(9); out x = avg_dev(r, 2); }",
            "strategy fed() {
                rec held = close[3] -> if close > open then -high else prev(held, 2);
                rec n = 0 -> if close > open then 0 else prev(n) + 1;
                rec big = 1 -> if close > open then close * close * close * close else max2(prev(big), volume);
                out x = sma(big, 3); out y = ema(n, 4) + held; out z = big * big; out up = highest(held, 3) < n;
            }",
            "strategy fed() { rec kept = close -> prev(kept); rec odd = close > open -> not prev(odd); out x = prev(kept, 3); out y = odd; }",
        ],
    ),
];
