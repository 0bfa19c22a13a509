//! Kernels that are defined over `f64` alone: weights and orders that no exact number makes clearer. What they give over another kind of
//! number is not held against them.

use crate::dd::Dd;
use crate::number::{TINY, ULP};

/// A number and how far an executor may be from it.
pub(super) type Near = Option<(f64, f64)>;

/// Selected or counted: the same number, of two equal zeros either.
fn exactly(value: f64) -> Near {
    Some((value, -0.0))
}

/// The outputs of a kernel on each bar that it sees; nothing for a name that is not known here.
pub(super) fn define(name: &str, consts: &[usize], nums: &[Vec<f64>], len: usize) -> Option<Vec<Vec<Near>>> {
    let single = |of: &dyn Fn(usize) -> Near| vec![(0..len).map(of).collect::<Vec<Near>>()];
    let window = |of: &dyn Fn(&[f64]) -> Near| {
        let n = consts[0];
        single(&|at| if at + 1 < n { None } else { of(&nums[0][at + 1 - n..=at]) })
    };
    Some(match name {
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
        _ => return None,
    })
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
