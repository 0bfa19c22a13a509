//! The tokens of the language. Every one is also a token, or a run of tokens, of Rust.

use crate::source::Span;

/// A token and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Tok,
    /// Where it stands.
    pub span: Span,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum Tok {
    /// A name or a keyword: keywords are words in their place.
    Word(String),
    /// A whole number.
    Int(i64),
    /// A number with a point or an exponent.
    Num(Number),
    /// A word in double quotes.
    Text(String),
    /// `/// …`, without the slashes.
    Doc(String),
    /// Punctuation.
    Sym(&'static str),
    /// The end of the text.
    End,
}

impl Tok {
    /// Whether it is this word.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Tok::Word(w) if w == word)
    }
}

/// A number as written: its nearest `f64` and its exact value `mantissa / 10^scale`.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// The nearest `f64`.
    pub value: f64,
    /// The digits without the point.
    pub mantissa: i64,
    /// How many of them follow the point.
    pub scale: u32,
}

impl Number {
    /// A whole number.
    pub fn int(value: i64) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "whole numbers in programs are lengths and factors")]
        Number { value: value as f64, mantissa: value, scale: 0 }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.value.to_bits() == other.value.to_bits() && self.mantissa == other.mantissa && self.scale == other.scale
    }
}

/// The words that cannot be names.
pub const KEYWORDS: &[&str] = &[
    "and",
    "bool",
    "const",
    "else",
    "extern",
    "false",
    "if",
    "in",
    "indicator",
    "kernel",
    "let",
    "not",
    "num",
    "or",
    "out",
    "pub",
    "rec",
    "strategy",
    "then",
    "true",
    "use",
];

/// All punctuation, longest first.
pub const SYMBOLS: &[&str] = &[
    "..=", "**", "==", "!=", "<=", ">=", "&&", "||", "->", "..", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "+", "-", "*", "/", "%",
    "<", ">", "=", "!", "#", "|", "@",
];
