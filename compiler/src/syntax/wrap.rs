//! `ta!( … )` and `< … >` around a program of a file or a string.

use super::token::{Tok, Token};
use crate::diag::{Diagnostic, Diagnostics};
use std::borrow::Cow;

/// A program without the `< … >` or `ta!( … )` around it.
pub(super) fn unwrapped<'a>(tokens: &'a [Token], diagnostics: &mut Diagnostics) -> Cow<'a, [Token]> {
    let is_use =
        |t: &&[Token]| matches!(t, [a, b, c] if a.kind.is_word("use") && matches!(b.kind, Tok::Text(_)) && c.kind == Tok::Sym(";"));
    let start = 3 * tokens.chunks(3).take_while(is_use).count();
    let is_macro = tokens[start..].len() > 2 && tokens[start].kind.is_word("ta") && tokens[start + 1].kind == Tok::Sym("!");
    let inside = start + if is_macro { 3 } else { 1 };
    let Some(opening) = tokens.get(inside - 1) else { return Cow::Borrowed(tokens) };
    let closing = match opening.kind {
        Tok::Sym("<") => ">",
        Tok::Sym("(") if is_macro => ")",
        Tok::Sym("[") if is_macro => "]",
        Tok::Sym("{") if is_macro => "}",
        _ => return Cow::Borrowed(tokens),
    };
    let mut end = tokens.len().saturating_sub(2);
    if tokens.get(end).is_some_and(|t| t.kind == Tok::Sym(";")) {
        end -= 1;
    }
    let mut program = tokens[..start].to_vec();
    match tokens.get(end) {
        Some(token) if end >= inside && token.kind == Tok::Sym(closing) => {
            program.extend_from_slice(&tokens[inside..end]);
            program.push(Token { kind: Tok::End, span: token.span });
        }
        _ => {
            let shown = if let Tok::Sym(symbol) = opening.kind { symbol } else { "" };
            diagnostics.push(
                Diagnostic::new("B1103", opening.span, format!("`{shown}` is never closed"))
                    .help(format!("write `ta!{shown} expression {closing}`")),
            );
            program.extend(tokens.last().cloned());
        }
    }
    Cow::Owned(program)
}
