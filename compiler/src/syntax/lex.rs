//! Text to tokens. Rust tokens come here too: the macro hands them over as text with a map back to their spans.

use super::token::{Number, SYMBOLS, Tok, Token};
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{SourceId, Span};

/// Takes a text, gives its tokens, ending in [`Tok::End`]. What is no token is reported and left out.
pub fn lex(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Vec<Token> {
    let mut lexer = Lexer { source, text, at: 0, tokens: Vec::new(), diagnostics };
    if text.len() > MAX_TEXT {
        let span = lexer.span(0);
        lexer.diagnostics.push(
            Diagnostic::new("B1007", span, format!("the text is {} bytes long, the limit is {MAX_TEXT}", text.len()))
                .help("split it into several files"),
        );
    } else {
        // Some editors begin a file with a byte order mark.
        lexer.at = text.len() - text.trim_start_matches('\u{feff}').len();
        while lexer.token() {}
    }
    let end = lexer.span(lexer.at);
    lexer.tokens.push(Token { kind: Tok::End, span: end });
    lexer.tokens
}

/// The longest text that is read.
pub const MAX_TEXT: usize = 4 << 20;

struct Lexer<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    diagnostics: &'a mut Diagnostics,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }
    fn span(&self, lo: usize) -> Span {
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span { source: self.source, lo: place(lo), hi: place(self.at) }
    }
    fn push(&mut self, kind: Tok, lo: usize) {
        let span = self.span(lo);
        self.tokens.push(Token { kind, span });
    }
    fn take_while(&mut self, keep: impl Fn(char) -> bool) {
        let rest = self.rest();
        let len = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += len;
    }

    /// Reads one token or one stretch of blank; false at the end.
    fn token(&mut self) -> bool {
        let lo = self.at;
        let Some(first) = self.rest().chars().next() else {
            return false;
        };
        match first {
            _ if first.is_whitespace() => self.take_while(char::is_whitespace),
            'r' if let Some(hashes) = raw_text_hashes(self.rest()) => {
                self.at += 2 + hashes;
                self.text_literal(lo, &format!("\"{}", "#".repeat(hashes)), false);
            }
            '/' if self.rest().starts_with("///") && !self.rest().starts_with("////") => {
                self.at += 3;
                let line = self.rest().lines().next().unwrap_or("").to_owned();
                self.at += line.len();
                self.push(Tok::Doc(line.trim().to_owned()), lo);
            }
            '/' if self.rest().starts_with("//") => self.take_while(|c| c != '\n'),
            '/' if self.rest().starts_with("/*") => self.block_comment(lo),
            '"' => {
                self.at += 1;
                self.text_literal(lo, "\"", true);
            }
            '\'' | '‘' | '“' if self.quoted(lo) => {}
            _ if first.is_ascii_digit() => self.number(lo),
            _ if first == '_' || first.is_alphabetic() => self.word(lo),
            '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) && !self.joins(lo) => {
                self.take_while(|c| c == '.' || c == '_' || c.is_ascii_digit());
                let shown = self.text[lo..self.at].to_owned();
                self.no_number(lo, &shown, &format!("0{shown}"));
            }
            _ => self.symbol(first, lo),
        }
        true
    }

    fn symbol(&mut self, first: char, lo: usize) {
        if let Some(symbol) = SYMBOLS.iter().find(|s| s.starts_with(first) && self.rest().starts_with(**s)) {
            self.at += symbol.len();
            self.push(Tok::Sym(symbol), lo);
            return;
        }
        self.at += first.len_utf8();
        let span = self.span(lo);
        let is_seen = !first.is_control() && !is_invisible(first);
        let shown = if is_seen { format!("`{first}`") } else { format!("U+{:04X}", first as u32) };
        let mut diagnostic = Diagnostic::new("B1001", span, format!("{shown} is not part of the language"));
        diagnostic.help = Some(instead(first).unwrap_or(if is_seen { "remove it" } else { "remove it: it cannot be seen" }).to_owned());
        self.diagnostics.push(diagnostic);
    }

    fn word(&mut self, lo: usize) {
        if let Some(rest) = self.rest().strip_prefix("r#").filter(|rest| rest.starts_with(|c: char| c == '_' || c.is_alphabetic())) {
            let len = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
            let help = format!("write `{}`: what is a keyword of Rust can be a name here", &rest[..len]);
            self.at += 2 + len;
            let span = self.span(lo);
            self.diagnostics.push(Diagnostic::new("B1001", span, "`r#` is not part of the language").help(help));
            return;
        }
        self.take_while(|c| c == '_' || c.is_alphanumeric());
        let word = self.text[lo..self.at].to_owned();
        if word.is_ascii() {
            self.push(Tok::Word(word), lo);
            return;
        }
        let span = self.span(lo);
        let help = if word == "π" { "write `3.141592653589793`" } else { "names are written with the letters a to z, digits and `_`" };
        self.diagnostics.push(Diagnostic::new("B1001", span, format!("`{word}` is not part of the language")).help(help));
    }

    fn block_comment(&mut self, lo: usize) {
        let mut depth = 0usize;
        while !self.rest().is_empty() {
            if self.rest().starts_with("/*") {
                depth += 1;
                self.at += 2;
            } else if self.rest().starts_with("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            }
        }
        let span = self.span(lo);
        let opening = Span { hi: span.lo + 2, ..span };
        self.diagnostics.push(Diagnostic::new("B1002", opening, "this comment is never closed").help("close it with `*/`"));
    }

    fn text_literal(&mut self, lo: usize, closing: &str, escapes: bool) {
        let mut value = String::new();
        loop {
            if self.rest().starts_with(closing) {
                self.at += closing.len();
                self.push(Tok::Text(value), lo);
                return;
            }
            let Some(mut c) = self.rest().chars().next() else {
                break;
            };
            self.at += c.len_utf8();
            if escapes && c == '\\' {
                let Some(escaped) = self.rest().chars().next() else {
                    break;
                };
                self.at += escaped.len_utf8();
                c = match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                };
            }
            value.push(c);
        }
        let span = self.span(lo);
        let opening = Span { hi: span.lo + 1, ..span };
        self.diagnostics.push(Diagnostic::new("B1003", opening, "this text is never closed").help("close it with `\"`"));
    }

    fn no_number(&mut self, lo: usize, shown: &str, mended: &str) {
        let span = self.span(lo);
        self.diagnostics.push(Diagnostic::new("B1004", span, format!("`{shown}` is not a number")).help(format!("write `{mended}`")));
        self.push(Tok::Int(1), lo);
    }

    /// Whether a value stands right before a place.
    fn joins(&self, lo: usize) -> bool {
        self.tokens.last().is_some_and(|t| t.span.hi as usize == lo && !matches!(t.kind, Tok::Sym(s) if s != ")" && s != "]"))
    }

    /// Reads a word in single quotes, as other languages write it; false where no second one follows.
    fn quoted(&mut self, lo: usize) -> bool {
        let mut rest = self.rest().chars();
        let opening = rest.next().unwrap_or('\'');
        let rest = rest.as_str();
        let closing = match opening {
            '“' => '”',
            '‘' => '’',
            same => same,
        };
        let Some(len) = rest.find([closing, '\n', '"', ',', ')']).filter(|&len| rest[len..].starts_with(closing)) else {
            return false;
        };
        let help = format!("words stand in double quotes: `\"{}\"`", &rest[..len]);
        self.at += opening.len_utf8() + len + closing.len_utf8();
        let span = self.span(lo);
        self.diagnostics.push(Diagnostic::new("B1001", span, format!("`{opening}` is not part of the language")).help(help));
        true
    }

    fn number(&mut self, lo: usize) {
        self.take_while(|c| c == '_' || c.is_ascii_digit());
        let mut is_int = true;
        let mut after = self.rest().chars();
        if after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()) {
            is_int = false;
            self.at += 1;
            self.take_while(|c| c == '_' || c.is_ascii_digit());
        }
        let mut after = self.rest().chars();
        if matches!(after.next(), Some('e' | 'E')) {
            let mut next = after.next();
            if matches!(next, Some('+' | '-')) {
                next = after.next();
            }
            if next.is_some_and(|c| c.is_ascii_digit()) {
                is_int = false;
                self.at += 2;
                self.take_while(|c| c == '_' || c.is_ascii_digit());
            }
        }
        let digits: String = self.text[lo..self.at].chars().filter(|&c| c != '_').collect();
        let mut after = self.rest().chars();
        if after.next() == Some('.') && is_int && !after.next().is_some_and(|c| c == '.' || c == '_' || c.is_ascii_alphabetic()) {
            self.at += 1;
            self.no_number(lo, &format!("{digits}."), &format!("{digits}.0"));
            return;
        }
        let suffix = self.at;
        self.take_while(|c| c == '_' || c.is_ascii_alphanumeric());
        if self.at > suffix {
            let shown = self.text[lo..self.at].to_owned();
            let mended = other_base(&shown).map_or(digits, |value| value.to_string());
            self.no_number(lo, &shown, &mended);
            return;
        }
        match exact(&digits) {
            Ok(number) if is_int => self.push(Tok::Int(number.mantissa), lo),
            Ok(number) => self.push(Tok::Num(number), lo),
            Err(limit) => {
                let span = self.span(lo);
                let (is, help) = match limit {
                    Limit::Digits => (format!("has more than {MAX_DIGITS} digits"), format!("a number has at most {MAX_DIGITS} digits")),
                    Limit::Size => (
                        format!("is too large: without the exponent it has more than {MAX_DIGITS} digits"),
                        format!("a number has at most {MAX_DIGITS} digits, so it is below 1e{MAX_DIGITS}"),
                    ),
                    Limit::Places => (
                        format!("has more than {MAX_PLACES} digits after the point"),
                        format!("a number has at most {MAX_PLACES} digits after the point: the least is 1e-{MAX_PLACES}"),
                    ),
                };
                self.diagnostics.push(Diagnostic::new("B1005", span, format!("`{digits}` {is}")).help(help));
                self.push(Tok::Int(1), lo);
            }
        }
    }
}

/// What the language has instead of a character.
fn instead(c: char) -> Option<&'static str> {
    Some(match c {
        '\'' | '‘' | '’' | '“' | '”' => "words stand in double quotes",
        '^' => "a power is written `x ** 2`",
        '?' => "a choice is written `if condition then a else b`",
        '&' => "write `and`; before a name, remove it",
        '~' => "write `not`",
        '–' | '−' => "write the minus sign `-`",
        '×' | '·' => "write `*`",
        '÷' => "write `/`",
        '≤' => "write `<=`",
        '≥' => "write `>=`",
        '≠' => "write `!=`",
        '→' => "write `->`",
        '…' => "write `..`",
        _ => return None,
    })
}

/// What takes no place on a screen, or none of its own.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The number of `#` of `r"` or `r#"`, when the text begins so.
fn raw_text_hashes(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// The value of `0x10`, `0b10` or `0o10`, which Rust knows and the language does not.
fn other_base(text: &str) -> Option<i64> {
    let base = match text.get(..2)? {
        "0x" => 16,
        "0b" => 2,
        "0o" => 8,
        _ => return None,
    };
    i64::from_str_radix(&text[2..].replace('_', ""), base).ok()
}

/// The most digits of a number, without zeros before and behind it that change nothing.
const MAX_DIGITS: u32 = 18;
/// The most of them behind the point.
const MAX_PLACES: i64 = 28;

/// What a number is too much for.
enum Limit {
    Digits,
    /// Zeros that an exponent stands for are digits too.
    Size,
    Places,
}

/// The exact value of digits, perhaps with a point and an exponent.
fn exact(digits: &str) -> Result<Number, Limit> {
    let (base, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, part) = base.split_once('.').unwrap_or((base, ""));
    let part = part.trim_end_matches('0');
    let fits = |mantissa: &i64| *mantissa < 10_i64.pow(MAX_DIGITS);
    let mut mantissa = format!("{whole}{part}").parse::<i64>().ok().filter(fits).ok_or(Limit::Digits)?;
    let is_small = exponent.starts_with('-');
    // An exponent that is no number is beyond all limits.
    let exponent = exponent.parse::<i64>().unwrap_or(if is_small { -1_000 } else { 1_000 }).clamp(-1_000, 1_000);
    let mut scale = i64::try_from(part.len()).unwrap_or(i64::MAX).saturating_sub(exponent);
    if mantissa == 0 {
        scale = 0;
    }
    while scale < 0 {
        mantissa = mantissa.checked_mul(10).filter(fits).ok_or(Limit::Size)?;
        scale += 1;
    }
    let scale = u32::try_from(scale).ok().filter(|_| scale <= MAX_PLACES).ok_or(Limit::Places)?;
    let value = digits.parse().map_err(|_| Limit::Size)?;
    Ok(Number { value, mantissa, scale })
}
