//! The procedural half of `ta!`: tokens in, tokens out. Everything it knows is in `barlang-compiler`.

mod report;
mod text;

use barlang_compiler::diag::Diagnostics;
use barlang_compiler::emit::{Paths, emit, pascal};
use barlang_compiler::library::Library;
use barlang_compiler::{files, strategies};
use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use text::Text;

/// What `barlang::ta!` forwards to: the path of the crate in brackets, then a program.
#[proc_macro]
pub fn ta_impl(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let barlang = match tokens.next() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    };
    let text = Text::new(tokens.collect());
    expand(&text, &barlang)
}

fn expand(text: &Text, barlang: &TokenStream) -> TokenStream {
    let mut library = Library::new();
    let mut diagnostics = Diagnostics::default();
    let (file, definitions) = library.read("ta!", &text.program, &mut diagnostics);
    let is_expression = file.expression.is_some() || definitions.is_empty();
    let names: Vec<String> = definitions
        .iter()
        .filter(|d| d.kind == barlang_compiler::syntax::ast::DefinitionKind::Strategy && !d.name.text.is_empty())
        .map(|d| pascal(&d.name.text))
        .collect();
    let mut used = Vec::new();
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    for path in &file.uses {
        match files::read(&mut library, &root, Path::new(&path.text), &mut diagnostics) {
            Ok(read) => used.extend(read.into_iter().map(|f| f.path)),
            Err(error) => {
                return report::message(&error.to_string(), path.span, text, is_expression, &names);
            }
        }
    }
    let made = strategies(&library, &file, &definitions, &mut diagnostics);
    let diagnostics = diagnostics.sorted();
    if !diagnostics.is_empty() {
        return report::diagnostics(&diagnostics, &library.sources, text, is_expression, &names);
    }
    let mut code = String::new();
    // A change of a file that was used compiles the crate again.
    for path in used {
        let _ = writeln!(code, "const _: &[::core::primitive::u8] = ::core::include_bytes!({:?});", path.display().to_string());
    }
    let paths = Paths { barlang: CRATE.to_owned() };
    for strategy in &made {
        code.push_str(&emit(strategy, &paths));
    }
    let value = format!("{CRATE}::__private::start::<Expression<_>, _>(0)");
    let (Ok(items), Ok(value)) = (code.parse::<TokenStream>(), value.parse::<TokenStream>()) else {
        return report::message(
            "this program made Rust that cannot be read, which is a defect of barlang",
            barlang_compiler::source::Span::default(),
            text,
            is_expression,
            &names,
        );
    };
    let barlang: Vec<TokenTree> = barlang.clone().into_iter().collect();
    let named: Vec<(String, Span)> = made.iter().filter(|s| !s.name.is_empty()).map(|s| (pascal(&s.name), text.first(s.span))).collect();
    let mut stream = replace(items, &barlang, &named, 1);
    if is_expression {
        stream.extend(replace(value, &barlang, &named, 0));
        stream = TokenTree::from(Group::new(Delimiter::Brace, stream)).into();
    }
    stream
}

/// Stands for the path of the crate `barlang` in generated text.
const CRATE: &str = "__barlang_crate";

/// Puts the real path of the crate in, and gives the names of strategies the place where the user wrote them, in groups down to this depth: the
/// bodies of implementations name neither. A group is handed to rustc whole: token by token it took most of the time of a call.
fn replace(stream: TokenStream, barlang: &[TokenTree], named: &[(String, Span)], depth: u32) -> TokenStream {
    let mut out = Vec::new();
    for token in stream {
        match token {
            TokenTree::Group(group) if depth > 0 => {
                out.push(Group::new(group.delimiter(), replace(group.stream(), barlang, named, depth - 1)).into());
            }
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if name == CRATE {
                    out.extend_from_slice(barlang);
                } else if let Some((_, place)) = named.iter().find(|(strategy, _)| *strategy == name) {
                    out.push(Ident::new(&name, place.resolved_at(ident.span())).into());
                } else {
                    out.push(ident.into());
                }
            }
            other @ (TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => out.push(other),
        }
    }
    out.into_iter().collect()
}
