//! Kernels from their definitions: a function of all values so far, for every bar anew.

mod float;

use crate::number::{Exact, Near, Number};
use crate::random::Random;
use crate::run::{Column, Value};
use barlang::Scalar;
use barlang_compiler::plan::{Kernel, Kind};
use std::cmp::Ordering;

/// What a definition gives, and for each bar how far an executor may be from it; infinite where rounding decides whether there is
/// a value.
#[derive(Clone, Debug)]
pub(super) struct Cells<S = f64> {
    values: Vec<Value<S>>,
    pub tolerance: Vec<f64>,
}

impl<S> FromIterator<(Value<S>, f64)> for Cells<S> {
    fn from_iter<I: IntoIterator<Item = (Value<S>, f64)>>(cells: I) -> Self {
        let (values, tolerance) = cells.into_iter().unzip();
        Cells { values, tolerance }
    }
}

impl<S: Number> Cells<S> {
    /// The value on a bar.
    pub fn at(&self, bar: usize) -> Value<S> {
        self.values[bar]
    }
    /// The value and tolerance of the last bar.
    pub fn last(&self) -> (Value<S>, f64) {
        let last = self.values.len() - 1;
        (self.values[last], self.tolerance[last])
    }
    /// Whether an executor may give a value.
    pub fn allow(&self, bar: usize, found: Value<S>) -> bool {
        let tolerance = self.tolerance[bar];
        match (self.values[bar], found) {
            _ if !tolerance.is_finite() => true,
            // Operators say which of two zeros; kernels do not, and tell so by a tolerance of minus zero.
            (Value::Num(Some(expected)), Value::Num(Some(found))) if tolerance == 0.0 => {
                expected == found && (tolerance.is_sign_negative() || expected.is_minus_zero() == found.is_minus_zero())
            }
            (Value::Num(Some(expected)), Value::Num(Some(found))) => (expected.exact() - found.exact()).abs().size() <= tolerance,
            (expected, found) => expected == found,
        }
    }
}

impl Cells {
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
pub(super) enum Bases<'a, S = f64> {
    /// The executor's.
    Of(&'a [&'a Column<S>]),
    /// The newest, or with a seed one at random.
    Any(Option<u64>),
}

/// What a kernel gives, output by output. It sees only the bars where all arguments are there and within its reach. `chosen` says which bases.
pub(super) fn cells<S: Number>(kernel: &Kernel, args: &[&Column<S>], bars: usize, chosen: &Bases<'_, S>) -> Vec<Cells<S>> {
    let seen: Vec<usize> = (0..bars)
        .filter(|&bar| {
            args.iter().all(|arg| match arg.at(bar) {
                Value::Num(x) => x.is_some_and(|x| x.size().abs() <= S::KERNEL_MAX),
                Value::Bool(x) => x.is_some(),
            })
        })
        .collect();
    let nums: Vec<Vec<S>> = args
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
    let of = |columns: &[&Column<S>]| -> Vec<Vec<Option<S>>> {
        let of = |column: &&Column<S>| match column {
            Column::Num(column) => seen.iter().map(|&bar| column[bar]).collect(),
            Column::Bool(_) => Vec::new(),
        };
        columns.iter().map(of).collect()
    };
    let is_free = matches!(chosen, Bases::Any(_));
    let chosen = match chosen {
        Bases::Of(columns) => of(columns),
        // A base is chosen by its value, from the newest few.
        Bases::Any(seed) => (0..bases(kernel)).map(|k| somewhere(&nums[k], *seed, kernel.consts[0])).collect(),
    };
    let outputs = match kernel.consts[..] {
        // Over rounded averages, which are not as exact as what they lag by.
        [period, seed, inner] if kernel.name == "ema_lag" && S::NAME == f64::NAME && !is_free => {
            vec![lags(&nums, [period, seed, inner].map(|n| usize::try_from(n).unwrap_or(0)))]
        }
        _ => define(kernel, &nums, &truths, seen.len(), &chosen),
    };
    outputs
        .into_iter()
        .map(|output| {
            let mut cells = Cells { values: vec![Value::Num(None); bars], tolerance: vec![0.0; bars] };
            for (&bar, (value, tolerance)) in seen.iter().zip(output) {
                cells.values[bar] = Value::Num(value);
                cells.tolerance[bar] = tolerance;
            }
            cells
        })
        .collect()
}

/// No value.
const fn none<S>() -> Near<S> {
    (None, 0.0)
}

/// Selected or counted: the same number, of two equal ones either.
fn exactly<S>(value: S) -> Near<S> {
    (Some(value), -0.0)
}

/// So many bars ago.
fn count<S: Number>(bars: usize) -> Near<S> {
    exactly(S::near(bars as f64))
}

/// A number computed exactly, and how far an executor may be from it.
fn near<S: Number>(value: &S::Exact, tolerance: f64) -> Near<S> {
    (S::rounded(value), if tolerance == 0.0 { -0.0 } else { tolerance })
}

fn greatest<S: Number>(values: &[S]) -> Near<S> {
    values.iter().copied().reduce(|a, b| if a < b { b } else { a }).map_or(none(), exactly)
}

fn least<S: Number>(values: &[S]) -> Near<S> {
    values.iter().copied().reduce(|a, b| if b < a { b } else { a }).map_or(none(), exactly)
}

/// What is defined over `f64`: for another kind of number it says nothing.
fn of_float<S: Number>(near: float::Near) -> Near<S> {
    let free = if S::NAME == f64::NAME { 0.0 } else { f64::INFINITY };
    near.map_or((None, free), |(value, tolerance)| (Some(S::near(value)), if free > 0.0 { free } else { tolerance }))
}

/// The outputs of a kernel on each bar that it sees.
fn define<S: Number>(kernel: &Kernel, nums: &[Vec<S>], truths: &[Vec<bool>], len: usize, chosen: &[Vec<Option<S>>]) -> Vec<Vec<Near<S>>> {
    let consts: Vec<usize> = kernel.consts.iter().map(|&c| usize::try_from(c).unwrap_or(0)).collect();
    let single = |of: &dyn Fn(usize) -> Near<S>| vec![(0..len).map(of).collect::<Vec<Near<S>>>()];
    let window = |of: &dyn Fn(&[S]) -> Near<S>| {
        let n = consts[0];
        single(&|at| if at + 1 < n { none() } else { of(&nums[0][at + 1 - n..=at]) })
    };
    let whole = S::Exact::whole;
    match kernel.name.as_str() {
        "block" => block(&nums[0], consts[0], &chosen[0]),
        "pair_block" => pair_block(&nums[0], &nums[1], consts[0], [&chosen[0], &chosen[1]]),
        "highest" => window(&greatest),
        "lowest" => window(&least),
        "highest_age" => window(&|values| age(values, |a, b| a > b)),
        "lowest_age" => window(&|values| age(values, |a, b| a < b)),
        "at_highest" => at_extreme(nums, consts[0], |a, b| a > b),
        "at_lowest" => at_extreme(nums, consts[0], |a, b| a < b),
        "order" => {
            let rank = |rank: usize| {
                window(&|values| {
                    let mut sorted = values.to_vec();
                    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
                    exactly(sorted[rank - 1])
                })
            };
            vec![rank(consts[1]).swap_remove(0), rank(consts[2]).swap_remove(0)]
        }
        "avg_dev" => window(&average_deviation),
        "ema" => vec![averages(&ema(&nums[0], &consts, &(whole(2) / whole(consts[0] + 1)), false))],
        "ema_lag" => {
            let average = ema(&nums[0], &consts, &(whole(2) / whole(consts[0] + 1)), false);
            let lag = |(average, value): (&Option<(S::Exact, f64)>, &S)| {
                average.as_ref().map(|(average, error)| (average.clone() - value.exact(), *error))
            };
            vec![averages(&average.iter().zip(&nums[0]).map(lag).collect::<Vec<_>>())]
        }
        "rma" => vec![averages(&ema(&nums[0], &consts, &(whole(1) / whole(consts[0])), true))],
        "ema_var" => vec![ema_var(&nums[0], &nums[1], &nums[2])],
        "cum_sum" => vec![sums(&nums[0], None)],
        "sum_since" => vec![sums(&nums[0], Some(&truths[1]))],
        "cum_max" => single(&|at| greatest(&nums[0][..=at])),
        "cum_min" => single(&|at| least(&nums[0][..=at])),
        "max_since" => single(&|at| greatest(since(&nums[0], &truths[1], at))),
        "min_since" => single(&|at| least(since(&nums[0], &truths[1], at))),
        "valuewhen" => single(&|at| {
            let mut true_bars = (0..=at).rev().filter(|&bar| truths[0][bar]);
            true_bars.nth(consts[0]).map_or(none(), |bar| exactly(nums[1][bar]))
        }),
        "barssince" => single(&|at| truths[0][..=at].iter().rev().position(|&truth| truth).map_or(none(), count)),
        "skip" => single(&|at| if at < consts[0] { none() } else { exactly(nums[0][at]) }),
        other => {
            let floats: Vec<Vec<f64>> = nums.iter().map(|values| values.iter().map(|value| value.size()).collect()).collect();
            let outputs = float::define(other, &consts, &floats, len);
            let outputs = outputs.unwrap_or_else(|| panic!("the reference does not define the kernel `{other}`"));
            outputs.into_iter().map(|output| output.into_iter().map(of_float).collect()).collect()
        }
    }
}

/// The values since the anchor was last true, that one included.
fn since<'a, S>(values: &'a [S], anchor: &[bool], at: usize) -> &'a [S] {
    let from = (0..=at).rev().find(|&bar| anchor[bar]).unwrap_or(0);
    &values[from..=at]
}

/// How many values ago the extreme was; the latest wins a tie.
fn age<S: Number>(values: &[S], better: fn(S, S) -> bool) -> Near<S> {
    let newest_first = values.iter().rev();
    let is_best = |value: S| values.iter().all(|&other| !better(other, value));
    newest_first.clone().position(|&value| is_best(value)).map_or(none(), count)
}

/// What the second series was where the extreme of a window of the first was; the latest wins a tie.
fn at_extreme<S: Number>(nums: &[Vec<S>], n: usize, better: fn(S, S) -> bool) -> Vec<Vec<Near<S>>> {
    let there = |at: usize| {
        let first = (at + 1).checked_sub(n)?;
        let is_best = |bar: &usize| (first..=at).all(|other| !better(nums[0][other], nums[0][*bar]));
        (first..=at).rev().find(is_best).map(|bar| nums[1][bar])
    };
    vec![(0..nums[0].len()).map(|at| there(at).map_or(none(), exactly)).collect()]
}

/// A sum and the sum of the magnitudes that made it.
struct Sum<S: Number> {
    value: S::Exact,
    size: S::Exact,
}

impl<S: Number> Sum<S> {
    fn zero() -> Self {
        Sum { value: S::Exact::whole(0), size: S::Exact::whole(0) }
    }
    fn add(&mut self, term: S::Exact) {
        self.size = self.size.clone() + term.abs();
        self.value = self.value.clone() + term;
    }
    /// Each addition of up to `2n` rounds by half a unit of a sum of magnitudes, and so do the deviations. `size` where it is not that of the terms.
    fn near(&self, n: usize, size: Option<f64>, digits: u32) -> Near<S> {
        near(&self.value, S::sum_error(n as f64 + 8.0, size.unwrap_or_else(|| self.size.size()), digits))
    }
}

fn digits<S: Number>(values: &[S]) -> u32 {
    values.iter().map(|value| value.digits()).max().unwrap_or(0)
}

/// Sums of the deviations from a base in the window: plain, of squares, weighted 1 (oldest) to `n` (newest).
fn block<S: Number>(values: &[S], n: usize, chosen: &[Option<S>]) -> Vec<Vec<Near<S>>> {
    let mut outputs = vec![Vec::new(); 4];
    for at in 0..values.len() {
        if at + 1 < n {
            outputs.iter_mut().for_each(|output| output.push(none()));
            continue;
        }
        let window = &values[at + 1 - n..=at];
        let base = base(window, chosen[at]);
        let mut sums: [Sum<S>; 3] = std::array::from_fn(|_| Sum::zero());
        for (i, value) in window.iter().enumerate() {
            let deviation = value.exact() - base.exact();
            sums[0].add(deviation.clone());
            sums[1].add(deviation.clone() * deviation.clone());
            sums[2].add(S::Exact::whole(i + 1) * deviation);
        }
        let digits = digits(window);
        outputs[0].push(exactly(base));
        outputs[1].push(sums[0].near(n, None, digits));
        outputs[2].push(sums[1].near(n, None, 2 * digits));
        // The weighted sum adds a multiple of the plain one, whose error then counts as often.
        outputs[3].push(sums[2].near(n, Some(n as f64 * sums[0].size.size()), digits));
    }
    outputs
}

/// The executor's base where it lies in the window, else the newest value, with which the executor will disagree.
fn base<S: Number>(window: &[S], chosen: Option<S>) -> S {
    let newest = window[window.len() - 1];
    chosen.filter(|chosen| window.contains(chosen)).unwrap_or(newest)
}

/// For each bar a value of its window: the newest, or with a seed one at random.
fn somewhere<S: Number>(values: &[S], seed: Option<u64>, n: i64) -> Vec<Option<S>> {
    let n = usize::try_from(n).unwrap_or(1);
    let ago = |at: usize| seed.map_or(0, |seed| Random::new(seed ^ at as u64).below(n.min(at + 1)));
    (0..values.len()).map(|at| Some(values[at - ago(at)])).collect()
}

fn pair_block<S: Number>(x: &[S], y: &[S], n: usize, chosen: [&[Option<S>]; 2]) -> Vec<Vec<Near<S>>> {
    let mut outputs = vec![Vec::new(); 7];
    for at in 0..x.len() {
        if at + 1 < n {
            outputs.iter_mut().for_each(|output| output.push(none()));
            continue;
        }
        let (x, y) = (&x[at + 1 - n..=at], &y[at + 1 - n..=at]);
        let bases = [base(x, chosen[0][at]), base(y, chosen[1][at])];
        let mut sums: [Sum<S>; 5] = std::array::from_fn(|_| Sum::zero());
        for (x, y) in x.iter().zip(y) {
            let (x, y) = (x.exact() - bases[0].exact(), y.exact() - bases[1].exact());
            let terms = [x.clone(), y.clone(), x.clone() * y.clone(), x.clone() * x, y.clone() * y];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| sum.add(term));
        }
        let (dx, dy) = (digits(x), digits(y));
        outputs[0].push(exactly(bases[0]));
        outputs[1].push(exactly(bases[1]));
        // A deviation that is too large makes nulls of products that are not.
        let is_beyond = sums[..2].iter().any(|sum| S::unit(sum.size.size()) == f64::INFINITY);
        for (k, digits) in [dx, dy, dx + dy, 2 * dx, 2 * dy].into_iter().enumerate() {
            outputs[k + 2].push(sums[k].near(n, is_beyond.then_some(f64::MAX), digits));
        }
    }
    outputs
}

fn average_deviation<S: Number>(window: &[S]) -> Near<S> {
    let n = S::Exact::whole(window.len());
    let newest = window[window.len() - 1].exact();
    let mut moves: Sum<S> = Sum::zero();
    window.iter().for_each(|value| moves.add(value.exact() - newest.clone()));
    let mean = newest + moves.value / n.clone();
    let mut spread: Sum<S> = Sum::zero();
    window.iter().for_each(|value| spread.add((value.exact() - mean.clone()).abs()));
    let size = moves.size.size().max(spread.value.size());
    let tolerance = if size == 0.0 { 0.0 } else { (3.0 + 8.0 / window.len() as f64) * S::unit(size) + S::LEAST };
    near(&(spread.value / n), tolerance)
}

/// `s + factor * (x - s)`, from the mean of the first values, or the first alone. A step rounds by a unit of the average and a few of its
/// distance from the value, or, where the parts of both are added, by units of both; of that a part `1 - factor` remains on the next: after many bars up to
/// `1 / factor` units.
///
/// The constants are the period and the seed.
fn ema<S: Number>(values: &[S], consts: &[usize], factor: &S::Exact, adds_parts: bool) -> Vec<Option<(S::Exact, f64)>> {
    let period = consts[0];
    let seed = if consts[1] == 0 { period } else { 1 };
    let keep = 1.0 - factor.size();
    let mut output = Vec::new();
    let mut average = S::Exact::whole(0);
    let mut error = 0.0;
    for (at, value) in values.iter().enumerate() {
        let x = value.exact();
        if at + 1 < seed {
            output.push(None);
            continue;
        }
        let distance = |average: &S::Exact| (average.clone() - x.clone()).abs().size();
        let unit = |exact: &S::Exact| S::unit(exact.clone().abs().size());
        let rounded = |average: &S::Exact| {
            if adds_parts { unit(&x) + 2.0 * unit(average) } else { 2.0 * S::unit(distance(average)) + unit(average) }
        };
        if at + 1 == seed {
            let first = values[0].exact();
            let mut moves: Sum<S> = Sum::zero();
            values[..seed].iter().for_each(|value| moves.add(value.exact() - first.clone()));
            average = first + moves.value / S::Exact::whole(seed);
            let size = moves.size.size();
            error = if size == 0.0 { 0.0 } else { (1.0 + 4.0 / seed as f64) * S::unit(size) + rounded(&average) };
        } else {
            average = average.clone() + factor.clone() * (x.clone() - average);
            let moved = (x.clone() - values[at - 1].exact()).abs().size();
            // What has never moved is kept exactly.
            let is_flat = error == 0.0 && moved == 0.0 && distance(&average) == 0.0;
            error = if is_flat { 0.0 } else { keep * error + S::unit(moved) + rounded(&average) };
            // A distance is multiplied by the period before it is divided: at the end of the range that decides whether there is a value.
            if S::unit(2.0 * period as f64 * (moved + distance(&average))).is_infinite() {
                error = f64::INFINITY;
            }
        }
        output.push(Some((average.clone(), error)));
    }
    output
}

/// How far the average of an average is from that one, which has its own period and is itself so far from what it averages: by that it moves.
fn lags<S: Number>(args: &[Vec<S>], [period, seed, inner]: [usize; 3]) -> Vec<Near<S>> {
    let whole = |n: usize| S::Exact::whole(n);
    let seeds = if seed == 0 { period } else { 1 };
    let start = ema(&args[0][..seeds.min(args[0].len())], &[period, seed], &(whole(2) / whole(period + 1)), false);
    let keep = whole(period - 1) / whole(period + 1);
    // The inner average moves by `2 / (inner - 1)` of its lag.
    let share = keep.clone() * whole(2) / whole(inner - 1);
    let mut lag = None;
    let all: Vec<Option<(S::Exact, f64)>> = (0..args[0].len())
        .map(|at| {
            let next = match lag.take() {
                None => start.get(at)?.clone().map(|(average, error)| (average - args[0][at].exact(), error))?,
                Some((lag, error)) => {
                    let (kept, added): (S::Exact, S::Exact) = (keep.clone() * lag, share.clone() * args[1][at].exact());
                    let next = kept.clone() + added.clone();
                    let rounded = 2.0 * S::unit(kept.abs().size()) + 2.0 * S::unit(added.abs().size()) + S::unit(next.clone().abs().size());
                    (next, keep.size() * error + rounded)
                }
            };
            lag = Some(next.clone());
            Some(next)
        })
        .collect();
    averages(&all)
}

/// What executors may give for averages so exact.
fn averages<S: Number>(averages: &[Option<(S::Exact, f64)>]) -> Vec<Near<S>> {
    let number = |(average, error): &(S::Exact, f64)| near(average, if *error == 0.0 { 0.0 } else { error + S::LEAST });
    averages.iter().map(|average| average.as_ref().map_or(none(), number)).collect()
}

/// `s + factor * (x - s)` with a factor for every bar, from `first`; a result beyond reach is null and changes nothing.
fn ema_var<S: Number>(first: &[S], values: &[S], factors: &[S]) -> Vec<Near<S>> {
    let mut output = Vec::new();
    let mut average: Option<S::Exact> = None;
    let mut error = 0.0;
    for ((first, value), factor) in first.iter().zip(values).zip(factors) {
        let mut fits = true;
        let next = match &average {
            None => first.exact(),
            Some(average) => {
                let step = value.exact() - average.clone();
                let size = factor.size().abs();
                let next = average.clone() + factor.exact() * step.clone();
                fits = [step.clone(), factor.exact() * step.clone(), next.clone()].iter().all(|part| S::rounded(part).is_some());
                let rounded = size * S::unit(step.abs().size()) + S::unit(size * step.abs().size()) + S::unit(next.abs().size());
                error = (1.0 - factor.size()).abs() * error + rounded;
                // Beyond all reach, or a factor of zero and infinity.
                error = if error.is_nan() { f64::INFINITY } else { error };
                next
            }
        };
        let size = next.abs().size();
        let limit = S::KERNEL_MAX;
        if size > limit * (1.0 + 1e-9) || size.is_nan() || !fits {
            output.push(none());
            if average.is_some() && error > 1e-9 * limit {
                error = f64::INFINITY;
            }
            continue;
        }
        if (size - limit).abs() <= 1e-9 * limit + error {
            error = f64::INFINITY;
        }
        output.push(near(&next, if error == 0.0 { 0.0 } else { error + S::LEAST }));
        average = Some(next);
    }
    output
}

/// Sums from the last anchor on, or from the first value: a compensated sum rounds once, and its compensation a little. A sum that is too
/// large is null and changes nothing.
fn sums<S: Number>(values: &[S], anchor: Option<&[bool]>) -> Vec<Near<S>> {
    let mut output = Vec::new();
    let mut sum: Sum<S> = Sum::zero();
    let (mut terms, mut digits) = (0.0, 0);
    for (at, value) in values.iter().enumerate() {
        if anchor.is_some_and(|anchor| anchor[at]) {
            (sum, terms, digits) = (Sum::zero(), 0.0, 0);
        }
        let before = sum.value.clone();
        sum.add(value.exact());
        terms += 1.0;
        digits = digits.max(value.digits());
        if S::rounded(&sum.value).is_none() {
            sum.value = before;
            output.push(none());
            continue;
        }
        output.push(near(&sum.value, S::compensated_error(terms, sum.value.abs().size(), sum.size.size(), digits)));
    }
    output
}
