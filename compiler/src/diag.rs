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
        let is_size = matches!(diagnostic.code, "B3302" | "B3303");
        let same = |d: &Diagnostic| d.code == diagnostic.code && (is_size || d.span == diagnostic.span && d.message == diagnostic.message);
        let is_known = self.list.iter().any(same);
        if self.list.len() < Self::LIMIT && !is_known {
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

/// The nearest of `known` to a misspelt `name`: at most a third of its letters away, whatever their case; else the one that it begins.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let mut begun = known.iter().filter(|candidate| name.len() >= 3 && candidate.starts_with(&name.to_lowercase()));
    let only = begun.next().filter(|_| begun.next().is_none());
    misspelt(name, known.iter().copied()).or(only.copied())
}

fn misspelt<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let letters = name.chars().count();
    // One letter of two is no misspelling, and a long text no name.
    let limit = match letters {
        0..3 => 0,
        3..=64 => letters / 3,
        _ => return None,
    };
    let name = name.to_lowercase();
    known
        .filter(|candidate| candidate.chars().count().abs_diff(letters) <= limit)
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, candidate)| (distance, candidate.len(), candidate))
        .map(|(_, candidate)| candidate)
}
