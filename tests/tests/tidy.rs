//! The house is in order: what is said twice is said alike.

use barlang_compiler::diag::Diagnostics;
use barlang_compiler::library::{Library, PRELUDE, parse_source, words};
use barlang_compiler::source::Sources;
use barlang_compiler::syntax::ast::{Definition, DefinitionKind, ExprKind, ParamKind, Returns};
use barlang_tests::data::{path, text};
use barlang_tests::programs;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
        let file = entry.path();
        if file.is_dir() {
            rust_files(&file, found);
        } else if file.extension().is_some_and(|e| e == "rs") {
            found.push(file);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in ["compiler/src", "runtime/src", "macros/src"] {
        rust_files(&path(folder), &mut files);
    }
    files.sort();
    files.into_iter().map(|file| (file.clone(), fs::read_to_string(&file).unwrap_or_default())).collect()
}

fn prelude(file: &str, text: &str) -> Vec<Definition> {
    let mut sources = Sources::default();
    let source = sources.add(file, text, true);
    let mut diagnostics = Diagnostics::default();
    let parsed = parse_source(&sources, source, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{file}: {:?}", diagnostics.sorted());
    parsed.items
}

#[test]
fn no_file_has_outgrown_a_reader() {
    for (file, text) in sources() {
        assert!(text.lines().count() <= 800, "{} has {} lines", file.display(), text.lines().count());
    }
}

/// A function that is not generic is compiled once, in its own crate, and unless it says so it is called from there: in the loop of a strategy, on every
/// bar.
#[test]
fn what_a_strategy_calls_can_be_inlined_into_it() {
    let is_generic = |of: &syn::Generics| of.type_params().next().is_some();
    for (file, text) in sources() {
        let parents = ["runtime/src/kernels", "runtime/src/kernel.rs", "runtime/src/machine.rs", "runtime/src/value.rs"];
        if !parents.iter().any(|of| file.starts_with(path(of))) {
            continue;
        }
        let mut functions = Vec::new();
        for item in syn::parse_file(&text).expect("it compiles").items {
            match item {
                syn::Item::Fn(of) => functions.push((of.sig, of.attrs)),
                syn::Item::Impl(of) if !is_generic(&of.generics) => {
                    functions.extend(of.items.into_iter().filter_map(|item| match item {
                        syn::ImplItem::Fn(of) => Some((of.sig, of.attrs)),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        for (signature, attributes) in functions {
            let is_inlined = attributes.iter().any(|of| match &of.meta {
                syn::Meta::List(of) => {
                    let words = of.tokens.to_string();
                    (of.path.is_ident("inline") || words.contains("inline")) && !words.contains("never")
                }
                of => of.path().is_ident("inline") || of.path().is_ident("cold"),
            });
            assert!(is_inlined || is_generic(&signature.generics), "{}: `{}` is not #[inline]", file.display(), signature.ident);
        }
    }
}

#[test]
fn every_kernel_names_a_type_of_the_runtime() {
    let types = text("runtime/src/kernels.rs");
    let num = text("runtime/src/value.rs");
    for kernel in prelude("kernels.ta", &text("compiler/prelude/kernels.ta")) {
        assert_eq!(kernel.kind, DefinitionKind::Kernel, "{}", kernel.name.text);
        let name = &kernel.name.text;
        if kernel.attribute("elementwise").is_some() {
            assert!(num.contains(&format!("fn {name}(")), "the runtime has no `{name}`");
            continue;
        }
        let rust = words(&kernel, "rust");
        let [rust] = &rust[..] else { panic!("`{name}` names {rust:?}") };
        let rust = rust.split('<').next().unwrap_or(rust);
        let is_exported = types.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == rust);
        assert!(is_exported, "`{name}` names `{rust}`, which `kernels.rs` does not export");
    }
}

/// Prints a definition without its places.
fn shape(definition: &Definition) -> String {
    let text = format!("{definition:?}");
    // Places look like `span: 0:12..15`.
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("span: ") {
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '.');
    }
    out.push_str(rest);
    out
}

#[test]
fn every_prelude_definition_is_found_and_parses_alone_as_in_its_file() {
    let library = Library::new();
    let mut names = BTreeSet::new();
    for (file, text) in PRELUDE {
        for definition in prelude(file, text) {
            let aliases = words(&definition, "aliases");
            for name in std::iter::once(&definition.name.text).chain(&aliases) {
                // Hidden helpers are found by the prelude alone.
                let is_hidden = definition.attribute("hidden").is_some();
                assert!(is_hidden || names.insert(name.clone()), "`{name}` is defined twice");
                let found = library.find_shipped(name).unwrap_or_else(|| panic!("`{name}` of {file} is not found"));
                assert_eq!(shape(&found), shape(&definition), "`{name}` of {file}");
            }
        }
    }
    let known: BTreeSet<String> = library.names().map(str::to_owned).collect();
    assert_eq!(known, names);
}

#[test]
fn every_prelude_file_is_listed() {
    let folder = fs::read_dir(path("compiler/prelude")).unwrap_or_else(|error| panic!("{error}"));
    let files: BTreeSet<String> = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    assert_eq!(files, PRELUDE.iter().map(|(file, _)| (*file).to_owned()).collect());
}

/// The categories of the shipped library.
const CATEGORIES: [&str; 10] =
    ["trend", "momentum", "volatility", "volume", "cycle", "statistic", "price", "pattern", "event", "primitive"];

#[test]
fn every_definition_says_what_it_is() {
    for (file, text) in PRELUDE {
        for definition in prelude(file, text) {
            let name = &definition.name.text;
            assert!(!definition.docs.is_empty(), "`{name}` has no doc");
            let category = words(&definition, "category");
            assert_eq!(category.len(), 1, "`{name}` has the categories {category:?}");
            for attribute in &definition.attributes {
                let known = [
                    "category",
                    "aliases",
                    "source",
                    "params",
                    "display",
                    "talib",
                    "pine",
                    "reference",
                    "plot",
                    "style",
                    "hidden",
                    "rust",
                    "warmup",
                    "memory",
                    "stretch",
                    "still",
                    "past",
                    "bounds",
                    "elementwise",
                    "sparse",
                    "mixes",
                    "keeps_sign",
                    "left",
                    "takes_used",
                ];
                assert!(known.contains(&attribute.name.text.as_str()), "`{name}` has an unknown attribute `{}`", attribute.name.text);
            }
            let is_kernel = definition.kind == DefinitionKind::Kernel && definition.attribute("elementwise").is_none();
            assert!(!is_kernel || definition.attribute("past").is_some(), "`{name}` does not say how far back it looks: `#[past(…)]`");
            if definition.attribute("hidden").is_none() {
                assert!(CATEGORIES.contains(&category[0].as_str()), "`{name}` is of the category `{}`", category[0]);
                assert_eq!(words(&definition, "display").len(), 1, "`{name}` has no name for people");
                // A sentence may end on a later line.
                assert!(
                    definition.docs.iter().take_while(|line| !line.is_empty()).any(|line| line.contains('.')),
                    "`{name}` has no sentence"
                );
                for param in &definition.params {
                    assert!(!param.docs.is_empty(), "`{name}`: `{}` has no doc", param.name.text);
                }
                let fields = if let Returns::Record(fields) = &definition.returns { &fields[..] } else { &[] };
                for field in fields {
                    assert!(!field.docs.is_empty(), "`{name}`: the output `{}` has no doc", field.name.text);
                }
            }
            // An alias of a parameter names one.
            for arg in definition.attribute("params").map_or(&[][..], |a| &a.args) {
                let ExprKind::Name(target) = &arg.value.kind else { panic!("`{name}`: a parameter's alias is a name") };
                assert!(definition.params.iter().any(|p| p.name.text == *target), "`{name}` has no parameter `{target}`");
            }
        }
    }
}

fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("\"B").filter_map(|(at, _)| text.get(at + 1..at + 6)).filter(|code| code[1..].bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn every_error_code_has_a_page_and_every_page_a_code() {
    let sources = sources();
    let used: BTreeSet<String> = sources.iter().flat_map(|(_, text)| codes(text)).map(str::to_owned).collect();
    let folder = fs::read_dir(path("docs/errors")).unwrap_or_else(|error| panic!("{error}"));
    let pages: BTreeSet<String> =
        folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok()?.strip_suffix(".md").map(str::to_owned)).collect();
    let pages: BTreeSet<String> = pages.into_iter().filter(|page| page.starts_with('B')).collect();
    assert_eq!(used, pages);
}

/// What stands behind a name wherever it is called: its arguments in brackets, or nothing.
fn calls<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    text.match_indices(name).filter_map(move |(at, _)| {
        let rest = &text[at + name.len()..];
        if text[..at].ends_with(is_part) || rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let mut depth = 0;
        let end = rest.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        Some(if rest.starts_with('(') { &rest[..=end?] } else { "" })
    })
}

/// The programs that all executors run over hard data, forwards, cut off and peeked at.
#[test]
fn every_indicator_is_among_the_programs_in_two_ways() {
    let texts: Vec<String> = programs::written().into_iter().map(|program| program.source).collect();
    let mut missing = Vec::new();
    for (file, source) in PRELUDE {
        for definition in prelude(file, source).iter().filter(|definition| definition.attribute("hidden").is_none()) {
            let names: Vec<String> = std::iter::once(definition.name.text.clone()).chain(words(definition, "aliases")).collect();
            let ways: BTreeSet<&str> = texts.iter().flat_map(|text| names.iter().flat_map(move |name| calls(text, name))).collect();
            let has_consts = definition.params.iter().any(|param| !matches!(param.kind, ParamKind::Num | ParamKind::Bool));
            if ways.len() < 1 + usize::from(has_consts) {
                missing.push(format!("{}: {ways:?}", definition.name.text));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
