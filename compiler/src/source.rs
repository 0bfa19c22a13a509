//! Places in source text.

use std::fmt;

/// A range of bytes in one source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Which source.
    pub source: SourceId,
    /// The first byte.
    pub lo: u32,
    /// One past the last byte.
    pub hi: u32,
}

impl Span {
    /// The smallest span that covers both, which must be of one source.
    #[must_use]
    pub fn to(self, end: Span) -> Span {
        Span { source: self.source, lo: self.lo, hi: end.hi.max(self.lo) }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.source.0, self.lo, self.hi)
    }
}

/// One source among [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct SourceId(pub u32);

/// A text with the name it is reported under.
#[derive(Clone, Debug)]
pub struct Source {
    /// A path, or what stands for one: `<expression>`.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Whether it belongs to the language's own library.
    pub is_prelude: bool,
}

/// Every text that a compilation has read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Texts that every compilation may read. Their ids are the same in each, from [`SHIPPED`] on.
    shipped: &'static [Source],
    list: Vec<Source>,
}

const SHIPPED: u32 = 1 << 31;

impl Sources {
    /// Texts that were there before any was added.
    pub(crate) fn over(shipped: &'static [Source]) -> Self {
        Sources { shipped, list: Vec::new() }
    }
    /// The id of a text that was there before any was added.
    pub(crate) fn shipped(index: usize) -> SourceId {
        SourceId(u32::try_from(index).map_or(u32::MAX, |index| SHIPPED | index))
    }
    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>, is_prelude: bool) -> SourceId {
        self.list.push(Source { name: name.into(), text: text.into(), is_prelude });
        SourceId(u32::try_from(self.list.len() - 1).unwrap_or(u32::MAX))
    }
    /// The text that was added last.
    pub fn last(&self) -> SourceId {
        SourceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX).saturating_sub(1))
    }
    /// The source of an id that this collection gave.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        if id.0 < SHIPPED { self.list.get(id.0 as usize) } else { self.shipped.get((id.0 - SHIPPED) as usize) }
    }
    /// The text under a span.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).and_then(|s| s.text.get(span.lo as usize..span.hi as usize)).unwrap_or("")
    }
    /// Line and column, both from 1, the column in characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let text = self.get(span.source).map_or("", |s| s.text.as_str());
        let before = text.get(..span.lo as usize).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}
