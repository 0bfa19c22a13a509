//! Diagnostics as data. They are drawn in one place for text ([`crate::render`]) and in one for Rust tokens (the macro).

use crate::source::Span;

/// What is wrong, where, and how to mend it.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The code, `B` and four digits; `docs/errors/` has a page for each.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// The smallest text to edit.
    pub span: Span,
    /// What stands there.
    pub label: String,
    /// Other places that matter, each with what it is.
    pub notes: Vec<(Span, String)>,
    /// The mend.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without label, notes or help.
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Diagnostic { code, message: message.into(), span, label: String::new(), notes: Vec::new(), help: None }
    }
    /// Says what stands at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
    /// Adds another place.
    #[must_use]
    pub fn note(mut self, span: Span, text: impl Into<String>) -> Self {
        self.notes.push((span, text.into()));
        self
    }
}

/// Diagnostics in the order they were found, each once.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// More would not help anyone.
    pub const LIMIT: usize = 50;

    /// Adds one, unless it is there already. That a program is too large is said once, wherever it was noticed.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            return;
        }
        let is_size = matches!(diagnostic.code, "B3302" | "B3303");
        let same = |d: &Diagnostic| d.code == diagnostic.code && (is_size || d.span == diagnostic.span && d.message == diagnostic.message);
        let is_known = self.list.iter().any(same);
        if !is_known {
            self.list.push(diagnostic);
        }
    }
    /// Keeps those that a test holds for.
    pub fn retain(&mut self, keep: impl Fn(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }
    /// Adds all of another list.
    pub fn extend(&mut self, other: Diagnostics) {
        for diagnostic in other.list {
            self.push(diagnostic);
        }
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
    /// Whether no other is kept, so that none need be made.
    pub fn is_full(&self) -> bool {
        self.list.len() >= Self::LIMIT
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }
    /// In the order of the text.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| d.span);
        self.list
    }
}

/// The nearest of `known` to a misspelt `name`: at most a third of its letters away, and at most eight, whatever their case; else the only one
/// that it begins.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let letters: Vec<char> = name.chars().collect();
    // One letter of two is no misspelling, and a long text no name.
    let mut limit = match letters.len() {
        0..3 => 0,
        3..=64 => (letters.len() / 3).min(8),
        _ => return None,
    };
    let mut best: Option<(usize, usize, &str)> = None;
    let mut begun = Vec::new();
    for candidate in known {
        if letters.len() >= 3 && begun.len() < 2 && candidate.starts_with(&name) {
            begun.push(candidate);
        }
        let Some(away) = distance(&letters, candidate, limit) else { continue };
        limit = away;
        let found = (away, candidate.len(), candidate);
        best = Some(best.map_or(found, |best| best.min(found)));
    }
    let only = if let [only] = begun[..] { Some(only) } else { None };
    best.map(|(_, _, candidate)| candidate).or(only)
}

/// How many letters are added, left out, changed or swapped with the next one, if no more than `limit`. What is further away costs little.
fn distance(name: &[char], candidate: &str, limit: usize) -> Option<usize> {
    if candidate.chars().count().abs_diff(name.len()) > limit {
        return None;
    }
    let other: Vec<char> = candidate.chars().map(|c| c.to_ascii_lowercase()).collect();
    let far = limit + 1;
    // Of the letter before the last, of the last, and of this one: the distances to the beginnings of the other text.
    let mut rows = [vec![far; other.len() + 1], (0..=other.len()).collect(), vec![far; other.len() + 1]];
    for (i, &letter) in name.iter().enumerate() {
        let [before, last, row] = &mut rows;
        row.fill(far);
        row[0] = (i + 1).min(far);
        for j in i.saturating_sub(limit)..(i + 1 + limit).min(other.len()) {
            let changed = last[j] + usize::from(letter != other[j]);
            let mut away = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && letter == other[j - 1] && name[i - 1] == other[j] {
                away = away.min(before[j - 1] + 1);
            }
            row[j + 1] = away.min(far);
        }
        if row.iter().all(|&away| away > limit) {
            return None;
        }
        rows.rotate_left(1);
    }
    rows[1].last().copied().filter(|&away| away <= limit)
}
