//! Rust tokens as text, with a map from the text back to them.

use proc_macro::{Delimiter, Spacing, Span, TokenStream, TokenTree};

/// A program as text, and the tokens it came from.
pub(crate) struct Text {
    pub(crate) text: String,
    /// Where each token stands in the text, in order.
    tokens: Vec<(usize, usize, Span)>,
}

impl Text {
    pub(crate) fn new(stream: TokenStream) -> Self {
        let mut text = Text { text: String::new(), tokens: Vec::new() };
        text.add(stream);
        text
    }

    fn push(&mut self, written: &str, span: Span, joint: bool) {
        let lo = self.text.len();
        self.text.push_str(written);
        self.tokens.push((lo, self.text.len(), span));
        if !joint {
            self.text.push(' ');
        }
    }

    fn add(&mut self, stream: TokenStream) {
        for token in stream {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        // What another macro passed on as one piece.
                        Delimiter::None => ("(", ")"),
                    };
                    self.push(open, group.span_open(), true);
                    self.add(group.stream());
                    self.push(close, group.span_close(), false);
                }
                TokenTree::Ident(ident) => self.push(&ident.to_string(), ident.span(), false),
                TokenTree::Punct(punct) => {
                    self.push(punct.as_char().encode_utf8(&mut [0; 4]), punct.span(), punct.spacing() == Spacing::Joint);
                }
                TokenTree::Literal(literal) => self.push(&literal.to_string(), literal.span(), false),
            }
        }
    }

    fn covered(&self, span: barlang_compiler::source::Span) -> impl Iterator<Item = Span> + '_ {
        let (lo, hi) = (span.lo as usize, (span.hi as usize).max(span.lo as usize + 1));
        self.tokens.iter().filter(move |(from, to, _)| *from < hi && *to > lo).map(|(_, _, span)| *span)
    }
    /// The first token under a span of the text; the last of all behind the end.
    pub(crate) fn first(&self, span: barlang_compiler::source::Span) -> Span {
        let found = self.covered(span).next();
        found.or(self.tokens.last().map(|t| t.2)).unwrap_or_else(Span::call_site)
    }
    /// The last token under a span of the text.
    pub(crate) fn last(&self, span: barlang_compiler::source::Span) -> Span {
        self.covered(span).last().unwrap_or_else(|| self.first(span))
    }
}
