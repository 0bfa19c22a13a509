//! Kernels from their definitions: a function of all values so far, for every bar anew.

use crate::dd::Dd;
use crate::random::Random;
use crate::run::{Column, Value};
use barlang_compiler::plan::{Kernel, Kind};

/// The distance from 1 to the next `f64`: twice what one operation may round.
pub(super) const ULP: f64 = f64::EPSILON;
/// Below the smallest normal number rounding is no longer relative.
pub(super) const TINY: f64 = 1e-318;
/// A kernel takes no number beyond this.
const KERNEL_MAX: f64 = 1e150;

/// What a definition gives, and for each bar how far an executor may be from it; infinite where rounding decides whether there is
/// a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    values: Vec<Value>,
    pub tolerance: Vec<f64>,
}

impl FromIterator<(Value, f64)> for Cells {
    fn from_iter<I: IntoIterator<Item = (Value, f64)>>(cells: I) -> Self {
        let (values, tolerance) = cells.into_iter().unzip();
        Cells { values, tolerance }
    }
}

impl Cells {
    /// The value on a bar.
    pub fn at(&self, bar: usize) -> Value {
        self.values[bar]
    }
    /// The value and tolerance of the last bar.
    pub fn last(&self) -> (Value, f64) {
        let last = self.values.len() - 1;
        (self.values[last], self.tolerance[last])
    }
    /// Whether an executor may give a value.
    pub fn allow(&self, bar: usize, found: Value) -> bool {
        let tolerance = self.tolerance[bar];
        match (self.values[bar], found) {
            _ if tolerance == f64::INFINITY => true,
            (Value::Num(Some(expected)), Value::Num(Some(found))) if tolerance == 0.0 => {
                expected.to_bits() == found.to_bits() || (expected == 0.0 && found == 0.0 && self.signs_of_zero_are_free(bar))
            }
            (Value::Num(Some(expected)), Value::Num(Some(found))) => (expected - found).abs() <= tolerance,
            (expected, found) => expected == found,
        }
    }
    /// Only kernels leave open which of two equal zeros they give; they say so by a tolerance of minus zero.
    fn signs_of_zero_are_free(&self, bar: usize) -> bool {
        self.tolerance[bar].is_sign_negative()
    }
    /// As a column, every number moved by `noise` (from -1 to 1) times its tolerance; sometimes to zero, where that is within it, and
    /// sometimes null, where rounding decides whether there is a value.
    pub fn column(&self, kind: Kind, noise: impl Fn(usize) -> f64) -> Column {
        let mut column = if kind == Kind::Bool { Column::Bool(Vec::new()) } else { Column::Num(Vec::new()) };
        for (bar, (&value, &tolerance)) in self.values.iter().zip(&self.tolerance).enumerate() {
            column.push(match value {
                Value::Num(Some(_)) if tolerance == f64::INFINITY && noise(bar) > 0.0 => Value::Num(None),
                Value::Num(Some(x)) if tolerance != 0.0 && tolerance < f64::INFINITY => {
                    let noise = noise(bar);
                    Value::Num(Some(if x.abs() <= tolerance && noise > 0.5 { 0.0 } else { x + noise * tolerance }))
                }
                value => value,
            });
        }
        column
    }
}

/// How many of its first outputs a kernel may choose within its window.
pub(super) fn bases(kernel: &Kernel) -> usize {
    match kernel.name.as_str() {
        "block" => 1,
        "pair_block" => 2,
        _ => 0,
    }
}

/// Which value of a window is the base of its sums: any may be.
pub(super) enum Bases<'a> {
    /// The executor's.
    Of(&'a [&'a Column]),
    /// The newest, or with a seed one at random.
    Any(Option<u64>),
}

/// A number and how far an executor may be from it.
type Near = Option<(f64, f64)>;

/// What a kernel gives, output by output. It sees only the bars where all arguments are there and within its reach. `chosen` says which bases.
pub(super) fn cells(kernel: &Kernel, args: &[&Column], bars: usize, chosen: &Bases<'_>) -> Vec<Cells> {
    let seen: Vec<usize> = (0..bars)
        .filter(|&bar| {
            args.iter().all(|arg| match arg.at(bar) {
                Value::Num(x) => x.is_some_and(|x| x.abs() <= KERNEL_MAX),
                Value::Bool(x) => x.is_some(),
            })
        })
        .collect();
    let nums: Vec<Vec<f64>> = args
        .iter()
        .map(|arg| match arg {
            Column::Num(column) => seen.iter().filter_map(|&bar| column[bar]).collect(),
            Column::Bool(_) => Vec::new(),
        })
        .collect();
    let truths: Vec<Vec<bool>> = args
        .iter()
        .map(|arg| match arg {
            Column::Bool(column) => seen.iter().filter_map(|&bar| column[bar]).collect(),
            Column::Num(_) => Vec::new(),
        })
        .collect();
    let of = |columns: &[&Column]| -> Vec<Vec<Option<f64>>> {
        let of = |column: &&Column| match column {
            Column::Num(column) => seen.iter().map(|&bar| column[bar]).collect(),
            Column::Bool(_) => Vec::new(),
        };
        columns.iter().map(of).collect()
    };
    let chosen = match chosen {
        Bases::Of(columns) => of(columns),
        // A base is chosen by its value, from the newest few.
        Bases::Any(seed) => (0..bases(kernel)).map(|k| somewhere(&nums[k], *seed, kernel.consts[0])).collect(),
    };
    let outputs = define(kernel, &nums, &truths, seen.len(), &chosen);
    outputs
        .into_iter()
        .map(|output| {
            let mut cells = Cells { values: vec![Value::Num(None); bars], tolerance: vec![0.0; bars] };
            for (&bar, near) in seen.iter().zip(output) {
                if let Some((value, tolerance)) = near {
                    cells.values[bar] = Value::Num(Some(value));
                    cells.tolerance[bar] = tolerance;
                }
            }
            cells
        })
        .collect()
}

/// Selected or counted: the same number, of two equal zeros either.
fn exactly(value: f64) -> Near {
    Some((value, -0.0))
}

/// The outputs of a kernel on each bar that it sees.
fn define(kernel: &Kernel, nums: &[Vec<f64>], truths: &[Vec<bool>], len: usize, chosen: &[Vec<Option<f64>>]) -> Vec<Vec<Near>> {
    let consts: Vec<usize> = kernel.consts.iter().map(|&c| usize::try_from(c).unwrap_or(0)).collect();
    let single = |of: &dyn Fn(usize) -> Near| vec![(0..len).map(of).collect::<Vec<Near>>()];
    let window = |of: &dyn Fn(&[f64]) -> Near| {
        let n = consts[0];
        single(&|at| if at + 1 < n { None } else { of(&nums[0][at + 1 - n..=at]) })
    };
    match kernel.name.as_str() {
        "block" => block(&nums[0], consts[0], &chosen[0]),
        "pair_block" => pair_block(&nums[0], &nums[1], consts[0], [&chosen[0], &chosen[1]]),
        "highest" => window(&|values| exactly(values.iter().copied().fold(f64::NEG_INFINITY, f64::max))),
        "lowest" => window(&|values| exactly(values.iter().copied().fold(f64::INFINITY, f64::min))),
        "highest_age" => window(&|values| age(values, |a, b| a > b)),
        "lowest_age" => window(&|values| age(values, |a, b| a < b)),
        "order" => {
            let rank = |rank: usize| {
                window(&|values| {
                    let mut sorted = values.to_vec();
                    sorted.sort_by(f64::total_cmp);
                    exactly(sorted[rank - 1])
                })
            };
            vec![rank(consts[1]).swap_remove(0), rank(consts[2]).swap_remove(0)]
        }
        "avg_dev" => window(&average_deviation),
        "rank" => {
            let count = |of: fn(f64, f64) -> bool| {
                single(&|at| {
                    let before = &nums[0][at.checked_sub(consts[0])?..at];
                    exactly(before.iter().filter(|&&value| of(value, nums[0][at])).count() as f64)
                })
            };
            vec![count(|a, b| a < b).swap_remove(0), count(|a, b| a == b).swap_remove(0)]
        }
        "mode" => window(&|values| {
            let often = |value: f64| values.iter().filter(|&&other| other == value).count();
            let most = values.iter().map(|&value| often(value)).max()?;
            exactly(values.iter().copied().filter(|&value| often(value) == most).fold(f64::INFINITY, f64::min))
        }),
        "median_abs_dev" => window(&|values| {
            let middle = median(values.to_vec());
            exactly(median(values.iter().map(|&value| (value - middle).abs()).collect()))
        }),
        "moments" => [2, 3, 4].into_iter().map(|power| window(&|values| moment(values, power)).swap_remove(0)).collect(),
        "rank_agreement" => {
            let sum = |of: fn(i64, i64) -> i64| {
                window(&|values| {
                    let ranks = values.iter().enumerate().map(|(at, &value)| {
                        let count = |of: fn(f64, f64) -> bool| values.iter().filter(|&&other| of(other, value)).count() as i64;
                        // Twice the mean rank of equal values, and twice the rank in time, both around 0.
                        (count(|a, b| a < b) - count(|a, b| a > b), 2 * at as i64 + 1 - values.len() as i64)
                    });
                    exactly(ranks.map(|(size, time)| of(size, time)).sum::<i64>() as f64)
                })
            };
            vec![sum(|size, time| size * time).swap_remove(0), sum(|size, _| size * size).swap_remove(0)]
        }
        "rescaled_range" => window(&rescaled_range),
        "ema" => vec![ema(&nums[0], consts[0], consts[1], Dd::from(2.0) / Dd::from(consts[0] as f64 + 1.0))],
        "rma" => vec![ema(&nums[0], consts[0], consts[1], Dd::from(1.0) / Dd::from(consts[0] as f64))],
        "fir" => window(&|values| weighted_mean(values, &weights(consts[1], values.len()))),
        "gaussian" => {
            let (peak, width) = (nums[1].first().copied().unwrap_or(0.0), nums[2].first().copied().unwrap_or(1.0));
            let weight = |at: usize| (-0.5 * ((at as f64 - peak) / width).powi(2)).exp().max(0.0);
            let mut weights: Vec<f64> = (0..consts[0]).map(weight).collect();
            if weights.iter().all(|&weight| weight == 0.0) {
                weights.fill(1.0);
            }
            window(&|values| weighted_mean(values, &weights))
        }
        "variable_mean" => single(&|at| {
            let window = last(&nums[0][..=at], nums[1][at], consts[0]);
            if at + 1 < consts[0] { None } else { weighted_mean(window, &vec![1.0; window.len()]) }
        }),
        "harmonic" => harmonic(&nums[0], &nums[1], consts[0]),
        "ema_var" => vec![ema_var(&nums[0], &nums[1], &nums[2])],
        "cum_sum" => single(&|_| None).into_iter().map(|_| sums(&nums[0], None)).collect(),
        "sum_since" => vec![sums(&nums[0], Some(&truths[1]))],
        "cum_max" => single(&|at| exactly(nums[0][..=at].iter().copied().fold(f64::NEG_INFINITY, f64::max))),
        "cum_min" => single(&|at| exactly(nums[0][..=at].iter().copied().fold(f64::INFINITY, f64::min))),
        "max_since" => single(&|at| exactly(since(&nums[0], &truths[1], at).iter().copied().fold(f64::NEG_INFINITY, f64::max))),
        "min_since" => single(&|at| exactly(since(&nums[0], &truths[1], at).iter().copied().fold(f64::INFINITY, f64::min))),
        "valuewhen" => single(&|at| {
            let mut true_bars = (0..=at).rev().filter(|&bar| truths[0][bar]);
            true_bars.nth(consts[0]).and_then(|bar| exactly(nums[1][bar]))
        }),
        "barssince" => single(&|at| truths[0][..=at].iter().rev().position(|&truth| truth).and_then(|ago| exactly(ago as f64))),
        "skip" => single(&|at| if at < consts[0] { None } else { exactly(nums[0][at]) }),
        other => panic!("the reference does not define the kernel `{other}`"),
    }
}

/// The values since the anchor was last true, that one included.
fn since<'a>(values: &'a [f64], anchor: &[bool], at: usize) -> &'a [f64] {
    let from = (0..=at).rev().find(|&bar| anchor[bar]).unwrap_or(0);
    &values[from..=at]
}

/// How many values ago the extreme was; the latest wins a tie.
fn age(values: &[f64], better: fn(f64, f64) -> bool) -> Near {
    let newest_first = values.iter().rev();
    let is_best = |value: f64| values.iter().all(|&other| !better(other, value));
    newest_first.clone().position(|&value| is_best(value)).and_then(|ago| exactly(ago as f64))
}

/// Sums of the deviations from a base in the window: plain, of squares, weighted 1 (oldest) to `n` (newest). Each addition of up to `2n`
/// rounds by half a unit of a sum of magnitudes, and so do the deviations.
fn block(values: &[f64], n: usize, chosen: &[Option<f64>]) -> Vec<Vec<Near>> {
    let mut outputs = vec![Vec::new(); 4];
    for at in 0..values.len() {
        if at + 1 < n {
            outputs.iter_mut().for_each(|output| output.push(None));
            continue;
        }
        let window = &values[at + 1 - n..=at];
        let base = base(window, chosen[at]);
        let mut sums = [Dd::ZERO; 3];
        let mut sizes = [Dd::ZERO; 3];
        for (i, &value) in window.iter().enumerate() {
            let deviation = Dd::from(value) - Dd::from(base);
            let weighted = Dd::from(i as f64 + 1.0) * deviation;
            for (k, term) in [deviation, deviation * deviation, weighted].into_iter().enumerate() {
                sums[k] = sums[k] + term;
                sizes[k] = sizes[k] + term.abs();
            }
        }
        outputs[0].push(exactly(base));
        for k in 0..3 {
            // The weighted sum adds a multiple of the plain one, whose error then counts as often.
            let size = if k == 2 { Dd::from(n as f64) * sizes[0] } else { sizes[k] };
            outputs[k + 1].push(near_sum(sums[k], size, n));
        }
    }
    outputs
}

fn near_sum(sum: Dd, size: Dd, n: usize) -> Near {
    Some((sum.round(), if size.round() == 0.0 { -0.0 } else { (n as f64 + 8.0) * ULP * size.round() + n as f64 * TINY }))
}

/// The executor's base where it lies in the window, else the newest value, with which the executor will disagree.
fn base(window: &[f64], chosen: Option<f64>) -> f64 {
    let newest = window[window.len() - 1];
    chosen.filter(|chosen| window.contains(chosen)).unwrap_or(newest)
}

/// For each bar a value of its window: the newest, or with a seed one at random.
fn somewhere(values: &[f64], seed: Option<u64>, n: i64) -> Vec<Option<f64>> {
    let n = usize::try_from(n).unwrap_or(1);
    let ago = |at: usize| seed.map_or(0, |seed| Random::new(seed ^ at as u64).below(n.min(at + 1)));
    (0..values.len()).map(|at| Some(values[at - ago(at)])).collect()
}

fn pair_block(x: &[f64], y: &[f64], n: usize, chosen: [&[Option<f64>]; 2]) -> Vec<Vec<Near>> {
    let mut outputs = vec![Vec::new(); 7];
    for at in 0..x.len() {
        if at + 1 < n {
            outputs.iter_mut().for_each(|output| output.push(None));
            continue;
        }
        let (x, y) = (&x[at + 1 - n..=at], &y[at + 1 - n..=at]);
        let bases = [base(x, chosen[0][at]), base(y, chosen[1][at])];
        let mut sums = [Dd::ZERO; 5];
        let mut sizes = [Dd::ZERO; 5];
        for (&x, &y) in x.iter().zip(y) {
            let (x, y) = (Dd::from(x) - Dd::from(bases[0]), Dd::from(y) - Dd::from(bases[1]));
            for (k, term) in [x, y, x * y, x * x, y * y].into_iter().enumerate() {
                sums[k] = sums[k] + term;
                sizes[k] = sizes[k] + term.abs();
            }
        }
        outputs[0].push(exactly(bases[0]));
        outputs[1].push(exactly(bases[1]));
        for k in 0..5 {
            outputs[k + 2].push(near_sum(sums[k], sizes[k], n));
        }
    }
    outputs
}

fn average_deviation(window: &[f64]) -> Near {
    let n = Dd::from(window.len() as f64);
    let newest = Dd::from(window[window.len() - 1]);
    let sum = window.iter().fold(Dd::ZERO, |sum, &value| sum + (Dd::from(value) - newest));
    let mean = newest + sum / n;
    let spread = window.iter().fold(Dd::ZERO, |sum, &value| sum + (Dd::from(value) - mean).abs()) / n;
    let size = window.iter().fold(Dd::ZERO, |sum, &value| sum + (Dd::from(value) - newest).abs()) / n;
    if size.round() == 0.0 { exactly(0.0) } else { Some((spread.round(), (3.0 * window.len() as f64 + 8.0) * ULP * size.round() + TINY)) }
}

/// The middle value, or the mean of the two middle ones.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (a, b) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    if values.len() % 2 == 1 { a } else { (a + b) * 0.5 }
}

/// The mean of a power of the deviations from the mean. The kernel adds up to `n` powers of deviations of at most the range, and a few dozen
/// such sums, each of which rounds by half a unit an addition.
fn moment(window: &[f64], power: u64) -> Near {
    let values: Vec<f64> = window.iter().map(|value| value.clamp(-1e70, 1e70)).collect();
    let n = Dd::from(values.len() as f64);
    let deviations: Vec<Dd> = values.iter().map(|&value| Dd::from(value) - Dd::from(values[0])).collect();
    let mean = deviations.iter().fold(Dd::ZERO, |sum, &deviation| sum + deviation) / n;
    let moment = deviations.iter().fold(Dd::ZERO, |sum, &deviation| sum + (deviation - mean).power(power)) / n;
    let range = values.iter().copied().fold(f64::NEG_INFINITY, f64::max) - values.iter().copied().fold(f64::INFINITY, f64::min);
    if range == 0.0 {
        return exactly(0.0);
    }
    let size = Dd::from(range).power(power).round();
    Some((moment.round(), 32.0 * (values.len() as f64 + 8.0) * ULP * size + TINY))
}

/// The least-squares slope of the logarithm of the mean rescaled range over that of the length of the parts.
fn rescaled_range(window: &[f64]) -> Near {
    let mut points = Vec::new();
    let mut is_edge = false;
    for parts in [1, 2, 4, 8, 16, 32].into_iter().filter(|parts| window.len() / parts >= 8) {
        let size = window.len() / parts;
        let mut sum = 0.0;
        for part in window[window.len() - size * parts..].chunks(size) {
            let n = Dd::from(size as f64);
            let deviations: Vec<Dd> = part.iter().map(|&value| Dd::from(value) - Dd::from(part[0])).collect();
            let mean = deviations.iter().fold(Dd::ZERO, |sum, &deviation| sum + deviation) / n;
            let mut walk = Dd::ZERO;
            let walked: Vec<f64> = deviations
                .iter()
                .map(|&deviation| {
                    walk = walk + (deviation - mean);
                    walk.round()
                })
                .collect();
            let squares = deviations.iter().fold(Dd::ZERO, |sum, &d| sum + (d - mean) * (d - mean)).round();
            let is_flat = part.iter().all(|value| *value == part[0]);
            is_edge |= !is_flat && squares < 1e-280;
            let range = walked.iter().copied().fold(f64::NEG_INFINITY, f64::max) - walked.iter().copied().fold(f64::INFINITY, f64::min);
            sum += if is_flat { 0.0 } else { range / (squares / size as f64).sqrt() };
        }
        points.push(((size as f64).log10(), (sum / parts as f64).log10()));
    }
    if is_edge {
        return Some((0.0, f64::INFINITY));
    }
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
    let slope = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum::<f64>();
    // A range may be as small as a deviation, so the rounding of sums over the whole window counts as often as there are values.
    slope.is_finite().then_some((slope, 64.0 * (window.len() * window.len()) as f64 * ULP))
}

/// `s + factor * (x - s)`, from the mean of the first values, or the first alone. A step rounds by a unit of the average and a few of its
/// distance from the value, of which a part `1 - factor` remains on the next: after many bars up to `1 / factor` units.
fn ema(values: &[f64], period: usize, seed: usize, factor: Dd) -> Vec<Near> {
    let seed = if seed == 0 { period } else { 1 };
    let keep = 1.0 - factor.round();
    let mut output = Vec::new();
    let mut average = Dd::ZERO;
    let mut error = 0.0;
    for (at, &value) in values.iter().enumerate() {
        let x = Dd::from(value);
        if at + 1 < seed {
            output.push(None);
            continue;
        }
        let rounded = |average: Dd| ULP * (2.0 * (average - x).abs().round() + average.abs().round());
        if at + 1 == seed {
            let first = Dd::from(values[0]);
            let (sum, size) = values[..seed].iter().fold((Dd::ZERO, Dd::ZERO), |(sum, size), &value| {
                let deviation = Dd::from(value) - first;
                (sum + deviation, size + deviation.abs())
            });
            average = first + sum / Dd::from(seed as f64);
            let spread = size.round() / seed as f64;
            error = if spread == 0.0 { 0.0 } else { (seed as f64 + 4.0) * ULP * spread + rounded(average) };
        } else {
            average = average + factor * (x - average);
            let moved = (x - Dd::from(values[at - 1])).abs().round();
            // What has never moved is kept exactly.
            let is_flat = error == 0.0 && moved == 0.0 && (average - x).abs().round() == 0.0;
            error = if is_flat { 0.0 } else { keep * error + ULP * moved + rounded(average) };
        }
        output.push(Some((average.round(), if error == 0.0 { -0.0 } else { error + TINY })));
    }
    output
}

/// `s + factor * (x - s)` with a factor for every bar, from `first`; a result beyond reach is null and changes nothing.
fn ema_var(first: &[f64], values: &[f64], factors: &[f64]) -> Vec<Near> {
    let mut output = Vec::new();
    let mut average: Option<Dd> = None;
    let mut error = 0.0;
    for ((&first, &value), &factor) in first.iter().zip(values).zip(factors) {
        let next = match average {
            None => Dd::from(first),
            Some(average) => {
                let (x, f) = (Dd::from(value), Dd::from(factor));
                let distance = (x - average).abs().round();
                let next = average + f * (x - average);
                let rounded = ULP * (2.0 * factor.abs() * distance + next.abs().round());
                error = (1.0 - factor).abs() * error + rounded;
                // Beyond all reach, or a factor of zero and infinity.
                error = if error.is_nan() { f64::INFINITY } else { error };
                next
            }
        };
        let size = next.abs().round();
        if size > KERNEL_MAX * (1.0 + 1e-9) || size.is_nan() {
            output.push(None);
            if average.is_some() && error > 1e-9 * KERNEL_MAX {
                error = f64::INFINITY;
            }
            continue;
        }
        if (size - KERNEL_MAX).abs() <= 1e-9 * KERNEL_MAX + error {
            error = f64::INFINITY;
        }
        average = Some(next);
        output.push(Some((next.round(), if error == 0.0 { -0.0 } else { error + TINY })));
    }
    output
}

/// Sums from the last anchor on, or from the first value: a compensated sum rounds once, and its compensation a little.
fn sums(values: &[f64], anchor: Option<&[bool]>) -> Vec<Near> {
    let mut output = Vec::new();
    let (mut sum, mut size, mut terms) = (Dd::ZERO, 0.0, 0.0);
    for (at, &value) in values.iter().enumerate() {
        if anchor.is_some_and(|anchor| anchor[at]) {
            (sum, size, terms) = (Dd::ZERO, 0.0, 0.0);
        }
        sum = sum + Dd::from(value);
        size += value.abs();
        terms += 1.0;
        output.push(Some((sum.round(), 2.0 * ULP * sum.abs().round() + 4.0 * terms * ULP * ULP * size + TINY)));
    }
    output
}

/// The values of which there are `length`, a fraction counting as one, but at most `limit`.
fn last(values: &[f64], length: f64, limit: usize) -> &[f64] {
    let wanted = (1..limit).take_while(|&count| length > count as f64).count() + 1;
    &values[values.len().saturating_sub(wanted)..]
}

/// The weights of a shape, oldest first.
fn weights(shape: usize, n: usize) -> Vec<f64> {
    match shape {
        // Beside numbers that grow by the golden ratio, those of 400 places before are nothing.
        0 => {
            let mut numbers = vec![0.0; n.saturating_sub(400)];
            let (mut before, mut number) = (0.0, 1.0);
            while numbers.len() < n {
                numbers.push(number);
                (before, number) = (number, before + number);
            }
            numbers
        }
        1 => {
            let log_factorial = |k: usize| (1..=k).map(|i| (i as f64).ln()).sum::<f64>();
            let middle = log_factorial((n - 1) / 2) + log_factorial(n / 2);
            (0..n).map(|k| (middle - log_factorial(k) - log_factorial(n - 1 - k)).exp()).collect()
        }
        _ => (0..n).map(|k| ((k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64).sin()).collect(),
    }
}

/// The mean under weights that are known to a few hundred units, as deviations from the newest value.
fn weighted_mean(window: &[f64], weights: &[f64]) -> Near {
    let newest = Dd::from(window[window.len() - 1]);
    let total = weights.iter().fold(Dd::ZERO, |total, &weight| total + Dd::from(weight));
    let (sum, size) = window.iter().zip(weights).fold((Dd::ZERO, Dd::ZERO), |(sum, size), (&value, &weight)| {
        let term = Dd::from(weight) / total * (Dd::from(value) - newest);
        (sum + term, size + term.abs())
    });
    let mean = newest + sum;
    if size.round() == 0.0 {
        return exactly(mean.round());
    }
    let terms = window.len() as f64;
    Some((mean.round(), (terms + 300.0) * ULP * size.round() + ULP * (mean.abs().round() + newest.abs().round()) + terms * TINY))
}

/// A window of variable length against a cosine and a sine; values before the first are zeros.
fn harmonic(values: &[f64], lengths: &[f64], limit: usize) -> Vec<Vec<Near>> {
    let padded: Vec<f64> = std::iter::repeat_n(0.0, limit).chain(values.iter().copied()).collect();
    let mut outputs = vec![Vec::new(), Vec::new()];
    for (at, &length) in lengths.iter().enumerate() {
        let window = last(&padded[..=at + limit], length, limit);
        let newest = Dd::from(values[at]);
        let (mut sums, mut size) = ([Dd::ZERO; 2], Dd::ZERO);
        for (age, &value) in window.iter().rev().enumerate() {
            let angle = std::f64::consts::TAU * age as f64 / length.max(1.0);
            let deviation = Dd::from(value) - newest;
            sums = [sums[0] + Dd::from(angle.cos()) * deviation, sums[1] + Dd::from(angle.sin()) * deviation];
            size = size + deviation.abs();
        }
        // The executor turns its angle from value to value, this one multiplies: each is off by a few units a step.
        let bound = (16.0 * window.len() as f64 + 16.0) * ULP * size.round();
        for (output, sum) in outputs.iter_mut().zip(sums) {
            output.push(if size.round() == 0.0 { exactly(0.0) } else { Some((sum.round(), bound + TINY)) });
        }
    }
    outputs
}
