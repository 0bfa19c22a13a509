//! One grammar reads text and Rust tokens: every program of the pages is also a run of Rust tokens, and means the same when it comes as such.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use barlang_compiler::compile;
use barlang_spec::{file_name, markdown_files, page, repository};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::fmt::Write as _;

#[test]
fn every_program_is_rust_tokens() {
    let mut pages = markdown_files(&repository("spec/pages")).unwrap();
    pages.extend(markdown_files(&repository("docs/errors")).unwrap());
    let mut count = 0;
    for (path, text) in pages {
        for (line, program) in page::run(&file_name(&path), &text).valid {
            let place = format!("{}:{line}: {program}", file_name(&path));
            let tokens: TokenStream = program.parse().unwrap_or_else(|error| panic!("no Rust tokens: {error}: {place}"));
            let (written, spelt) = (plans(&program, &place), plans(&text_of(tokens), &place));
            assert_eq!(written, spelt, "{place}");
            count += 1;
        }
    }
    assert!(count > 400, "only {count} programs");
}

fn plans(program: &str, place: &str) -> String {
    let compiled = compile("tokens.ta", program);
    assert!(compiled.diagnostics.is_empty(), "{:?}: {place}", compiled.diagnostics);
    compiled.strategies.iter().fold(String::new(), |mut all, strategy| {
        let _ = write!(all, "{} {:?}\n{}", strategy.name, strategy.docs, strategy.plan.plan().text());
        all
    })
}

/// Tokens as the macro hands them on: a blank behind each, except where Rust says that the next joins.
fn text_of(tokens: TokenStream) -> String {
    tokens.into_iter().fold(String::new(), |text, token| {
        text + &match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis | Delimiter::None => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                };
                format!("{open}{}{close} ", text_of(group.stream()))
            }
            TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint => punct.as_char().to_string(),
            other @ (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => format!("{other} "),
        }
    })
}
