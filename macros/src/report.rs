//! Diagnostics as `compile_error!` under the very tokens, with a skeleton so that nothing else is reported.

use crate::text::Text;
use barlang_compiler::diag::Diagnostic;
use barlang_compiler::source::{Sources, Span};
use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, TokenStream, TokenTree};
use std::collections::BTreeSet;

/// Reports every diagnostic.
pub(crate) fn diagnostics(list: &[Diagnostic], sources: &Sources, text: &Text, is_expression: bool, names: &[String]) -> TokenStream {
    let errors = list
        .iter()
        .map(|d| {
            let mut message = d.message.clone();
            // What stands in another file is named; what stands in the macro is underlined.
            let is_here = sources.get(d.span.source).is_some_and(|s| s.name == "ta!");
            if !is_here && let Some(source) = sources.get(d.span.source) {
                let (line, column) = sources.position(d.span);
                message = format!("{message}\n  --> {}:{line}:{column}", source.name);
            }
            for (_, note) in &d.notes {
                message = format!("{message}\nnote: {note}");
            }
            if let Some(help) = &d.help {
                message = format!("{message}\nhelp: {help}");
            }
            compile_error(&format!("{message} [{}]", d.code), if is_here { d.span } else { Span::default() }, text)
        })
        .collect();
    skeleton(errors, is_expression, names)
}

/// Reports one message.
pub(crate) fn message(message: &str, span: Span, text: &Text, is_expression: bool, names: &[String]) -> TokenStream {
    skeleton(vec![compile_error(message, span, text)], is_expression, names)
}

/// In an expression the last error has rustc's error type, in items the names of the strategies have it: rustc reports nothing about what
/// uses them.
///
/// ```text
/// { ::core::compile_error!{ "…" } ::core::compile_error!{ "…" } }
/// pub type GoldenCross<__S = f64> = [__S; ::core::compile_error!{ "…" }];
/// ```
fn skeleton(mut errors: Vec<TokenStream>, is_expression: bool, names: &[String]) -> TokenStream {
    let last = errors.pop().unwrap_or_default();
    let mut out = TokenStream::new();
    for error in errors {
        out.extend(error);
        if is_expression {
            out.extend([TokenTree::Punct(Punct::new(';', Spacing::Alone))]);
        }
    }
    if is_expression {
        out.extend(last);
        return TokenStream::from(TokenTree::Group(Group::new(Delimiter::Brace, out)));
    }
    let Some((first, others)) = names.split_first() else {
        out.extend(last);
        return out;
    };
    out.extend(alias(first, last));
    let parts = names.iter().flat_map(|n| [format!("{n}Output"), format!("{n}Columns"), format!("{n}Buffers")]);
    // Two strategies of one name are reported; that their types have one name is no news.
    let mut seen = BTreeSet::from([first.clone()]);
    for name in others.iter().cloned().chain(parts).filter(|name| seen.insert(name.clone())) {
        let of_first = format!(
            "#[allow(unused, unreachable_pub, missing_docs, reason = \"generated\")] pub type {name}<__S = ::core::primitive::f64> = {first}<__S>;"
        );
        out.extend(of_first.parse::<TokenStream>().unwrap_or_default());
    }
    out
}

fn alias(name: &str, length: TokenStream) -> TokenStream {
    let mut out: TokenStream =
        format!("#[allow(unused, unreachable_pub, missing_docs, reason = \"generated\")] pub type {name}<__S = ::core::primitive::f64> =")
            .parse()
            .unwrap_or_default();
    let mut array: TokenStream = "__S ;".parse().unwrap_or_default();
    array.extend(length);
    out.extend([TokenTree::Group(Group::new(Delimiter::Bracket, array)), TokenTree::Punct(Punct::new(';', Spacing::Alone))]);
    out
}

/// `::core::compile_error!{ "message" }`. rustc underlines from the first token of the path to the braces, so the path takes the place of
/// the first token and the braces that of the last.
fn compile_error(message: &str, span: Span, text: &Text) -> TokenStream {
    let (first, last) = (text.first(span), text.last(span));
    let punct = |c, spacing| {
        let mut punct = Punct::new(c, spacing);
        punct.set_span(first);
        TokenTree::Punct(punct)
    };
    let mut group = Group::new(Delimiter::Brace, TokenStream::from(TokenTree::Literal(Literal::string(message))));
    group.set_span(last);
    let path = [
        punct(':', Spacing::Joint),
        punct(':', Spacing::Alone),
        TokenTree::Ident(Ident::new("core", first)),
        punct(':', Spacing::Joint),
        punct(':', Spacing::Alone),
        TokenTree::Ident(Ident::new("compile_error", first)),
        punct('!', Spacing::Alone),
        TokenTree::Group(group),
    ];
    path.into_iter().collect()
}
