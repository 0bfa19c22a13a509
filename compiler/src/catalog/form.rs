//! Whole numbers as formulas of parameters: the greatest of some sums, such as `max(fast, slow) + signal - 2`.
//!
//! Sums and maxima of such formulas are again such formulas (max-plus algebra). What is neither, a quotient or a root, is an atom with a
//! text of its own.

use std::collections::BTreeMap;
use std::fmt;

/// `count * atom + … + constant`
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Sum {
    terms: BTreeMap<String, i64>,
    constant: i64,
}

impl Sum {
    fn plus(&self, other: &Sum, times: i64) -> Sum {
        let mut sum = self.clone();
        for (atom, count) in &other.terms {
            *sum.terms.entry(atom.clone()).or_default() += times * count;
        }
        sum.terms.retain(|_, count| *count != 0);
        sum.constant += times * other.constant;
        sum
    }
    /// What the sum is at least, as far as the bounds tell.
    fn least(&self, bounds: &Bounds) -> i64 {
        let mut sum = self.clone();
        for (atom, count) in self.terms.iter().filter(|(_, count)| **count < 0) {
            if let Some((_, Some(most))) = bounds.get(atom)
                && let [most] = &most.sums[..]
            {
                sum.terms.remove(atom);
                sum = sum.plus(most, *count);
            }
        }
        let part = |(atom, count): (&String, &i64)| match bounds.get(atom) {
            Some((least, _)) if *count > 0 => count.saturating_mul(*least),
            _ => NEVER,
        };
        sum.terms.iter().map(part).fold(sum.constant, |all, part| (all + part).max(NEVER))
    }
}

/// Below everything.
const NEVER: i64 = i64::MIN / 4;

/// What is known of atoms: the least that each may be, and a formula that it does not exceed.
pub(super) type Bounds = BTreeMap<String, (i64, Option<Form>)>;

/// The greatest of some sums; never none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Form {
    sums: Vec<Sum>,
}

impl Form {
    pub(super) fn constant(constant: i64) -> Form {
        Form { sums: vec![Sum { terms: BTreeMap::new(), constant }] }
    }
    /// A parameter, or a text for what is neither a sum nor a maximum.
    pub(super) fn atom(text: impl Into<String>) -> Form {
        Form { sums: vec![Sum { terms: BTreeMap::from([(text.into(), 1)]), constant: 0 }] }
    }
    /// The number, where it depends on nothing.
    pub(super) fn as_constant(&self) -> Option<i64> {
        match &self.sums[..] {
            [sum] if sum.terms.is_empty() => Some(sum.constant),
            _ => None,
        }
    }
    /// The greatest of both. A sum that another is never below is left out.
    pub(super) fn max(&self, other: &Form, bounds: &Bounds) -> Form {
        let mut sums: Vec<Sum> = self.sums.iter().chain(&other.sums).cloned().collect();
        sums.sort();
        sums.dedup();
        let is_never_below = |high: &Sum, low: &Sum| high.plus(low, -1).least(bounds) >= 0;
        let kept = (0..sums.len()).filter(|&i| (0..sums.len()).all(|j| i == j || !is_never_below(&sums[j], &sums[i])));
        Form { sums: kept.map(|i| sums[i].clone()).collect() }
    }
    /// What the form is at least.
    pub(super) fn least(&self, bounds: &Bounds) -> i64 {
        self.sums.iter().map(|sum| sum.least(bounds)).max().unwrap_or(NEVER)
    }
    pub(super) fn plus(&self, other: &Form) -> Form {
        let mut sums: Vec<Sum> = self.sums.iter().flat_map(|a| other.sums.iter().map(|b| a.plus(b, 1))).collect();
        sums.sort();
        sums.dedup();
        Form { sums }
    }
    /// None where a maximum would have to be subtracted.
    pub(super) fn minus(&self, other: &Form) -> Option<Form> {
        let [subtrahend] = &other.sums[..] else { return None };
        Some(Form { sums: self.sums.iter().map(|sum| sum.plus(subtrahend, -1)).collect() })
    }
    /// None where a maximum would have to be turned into a minimum.
    pub(super) fn times(&self, factor: i64) -> Option<Form> {
        if factor < 0 && self.sums.len() > 1 {
            return None;
        }
        Some(Form { sums: self.sums.iter().map(|sum| Sum::default().plus(sum, factor)).collect() })
    }
    /// Whether the form is `other` times some positive number.
    pub(super) fn is_positive_multiple(&self, other: &Form) -> bool {
        (1..=4).any(|factor| other.times(factor).is_some_and(|form| form == *self))
    }
    /// The atoms in it, each once.
    pub(super) fn atoms(&self) -> impl Iterator<Item = &str> {
        self.sums.iter().flat_map(|sum| sum.terms.keys()).map(String::as_str)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, others @ ..] = &self.sums[..] else { return f.write_str("0") };
        if others.is_empty() {
            return write_sum(f, "", first);
        }
        // What all sums share stands behind the maximum.
        let mut shared = first.clone();
        shared.terms.retain(|atom, count| others.iter().all(|sum| sum.terms.get(atom) == Some(count)));
        if self.sums.iter().any(|sum| sum.constant != first.constant) {
            shared.constant = 0;
        }
        let parts: Vec<String> = self.sums.iter().map(|sum| Form { sums: vec![sum.plus(&shared, -1)] }.to_string()).collect();
        write_sum(f, &format!("max({})", parts.join(", ")), &shared)
    }
}

fn write_sum(f: &mut fmt::Formatter<'_>, head: &str, sum: &Sum) -> fmt::Result {
    let mut is_first = head.is_empty();
    f.write_str(head)?;
    let mut part = |f: &mut fmt::Formatter<'_>, is_negative: bool, text: &str| {
        let sign = match (is_first, is_negative) {
            (true, true) => "-",
            (true, false) => "",
            (false, true) => " - ",
            (false, false) => " + ",
        };
        is_first = false;
        write!(f, "{sign}{text}")
    };
    // What is added stands before what is taken away.
    let (added, taken): (Vec<_>, Vec<_>) = sum.terms.iter().partition(|(_, count)| **count > 0);
    for (atom, count) in added.into_iter().chain(taken) {
        let text = if count.abs() == 1 { atom.clone() } else { format!("{} * {atom}", count.abs()) };
        part(f, *count < 0, &text)?;
    }
    if sum.constant != 0 || (head.is_empty() && sum.terms.is_empty()) {
        part(f, sum.constant < 0, &sum.constant.abs().to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn maxima_of_sums_are_written_shortly() {
        let bounds = ["fast", "slow", "signal"].map(|name| (name.to_owned(), (1, None))).into();
        let (fast, slow, signal) = (Form::atom("fast"), Form::atom("slow"), Form::atom("signal"));
        let both = fast.max(&slow, &bounds).plus(&signal).plus(&Form::constant(-2));
        assert_eq!(both.to_string(), "max(fast, slow) + signal - 2");
        assert_eq!(both.max(&signal.plus(&Form::constant(-1)), &bounds), both);
        assert_eq!(fast.max(&fast.plus(&Form::constant(3)), &bounds).to_string(), "fast + 3");
        assert_eq!(fast.max(&Form::constant(1), &bounds).to_string(), "fast");
        assert_eq!(slow.minus(&fast).map(|form| form.to_string()).as_deref(), Some("slow - fast"));
        assert_eq!(Form::constant(0).to_string(), "0");
    }
}
