//! Rust tokens as text, with a map from the text back to them.

use proc_macro::{Delimiter, Spacing, Span, TokenStream, TokenTree};

/// A program as text, and the tokens it came from.
pub(crate) struct Text {
    pub(crate) program: String,
    /// Where each token stands in the text, in order.
    tokens: Vec<(usize, usize, Span)>,
    last: Last,
}

/// What was written last: where two tokens would run together, a space goes between.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Word,
    /// A sign that is not one with the next.
    Sign,
    Other,
}

impl Text {
    pub(crate) fn new(stream: TokenStream) -> Self {
        let mut text = Text { program: String::new(), tokens: Vec::new(), last: Last::Other };
        text.add(stream);
        text
    }

    fn push(&mut self, written: &str, span: Span, kind: Last, is_word: bool, is_sign: bool) {
        if (self.last == Last::Word && (is_word || is_sign && written != ",")) || (self.last == Last::Sign && (is_word || is_sign)) {
            self.program.push(' ');
        }
        let lo = self.program.len();
        self.program.push_str(written);
        self.tokens.push((lo, self.program.len(), span));
        self.last = kind;
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
                    self.push(open, group.span_open(), Last::Other, false, false);
                    self.add(group.stream());
                    self.push(close, group.span_close(), Last::Word, false, false);
                }
                TokenTree::Ident(ident) => self.push(&ident.to_string(), ident.span(), Last::Word, true, false),
                TokenTree::Punct(punct) => {
                    let kind = if punct.spacing() == Spacing::Joint || punct.as_char() == '.' { Last::Other } else { Last::Sign };
                    self.push(punct.as_char().encode_utf8(&mut [0; 4]), punct.span(), kind, false, punct.as_char() != '.');
                }
                TokenTree::Literal(literal) => self.push(&literal.to_string(), literal.span(), Last::Word, true, false),
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
