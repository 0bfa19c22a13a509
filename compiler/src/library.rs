//! Every definition that a program can name: its own, those of the files it uses, and the shipped prelude.

pub(crate) mod attributes;

use crate::check::{GENERIC, describe, is_generic};
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::Input;
use crate::source::{Source, SourceId, Sources, Span};
use crate::syntax::ast::{Attribute, Definition, DefinitionKind, Expr, ExprKind, File, Returns};
use crate::syntax::{lex, parse};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::OnceLock;

/// The files of the prelude, a family each.
pub const PRELUDE: &[(&str, &str)] = &[
    ("kernels.ta", include_str!("../prelude/kernels.ta")),
    ("inputs.ta", include_str!("../prelude/inputs.ta")),
    ("windows.ta", include_str!("../prelude/windows.ta")),
    ("primitives.ta", include_str!("../prelude/primitives.ta")),
    ("statistics.ta", include_str!("../prelude/statistics.ta")),
    ("averages.ta", include_str!("../prelude/averages.ta")),
    ("cycle.ta", include_str!("../prelude/cycle.ta")),
    ("convergence.ta", include_str!("../prelude/convergence.ta")),
    ("oscillators.ta", include_str!("../prelude/oscillators.ta")),
    ("momentum.ta", include_str!("../prelude/momentum.ta")),
    ("trend.ta", include_str!("../prelude/trend.ta")),
    ("stops.ta", include_str!("../prelude/stops.ta")),
    ("volatility.ta", include_str!("../prelude/volatility.ta")),
    ("volume.ta", include_str!("../prelude/volume.ta")),
    ("events.ta", include_str!("../prelude/events.ta")),
    ("pivots.ta", include_str!("../prelude/pivots.ta")),
    ("swings.ta", include_str!("../prelude/swings.ta")),
    ("candles.ta", include_str!("../prelude/candles.ta")),
    ("candles_single.ta", include_str!("../prelude/candles_single.ta")),
    ("candles_pairs.ta", include_str!("../prelude/candles_pairs.ta")),
    ("candles_triples.ta", include_str!("../prelude/candles_triples.ta")),
    ("candles_series.ta", include_str!("../prelude/candles_series.ta")),
];

/// The series of a bar that the prelude makes of its fields: inputs as those are.
const DERIVED: [&str; 10] =
    ["hl2", "hlc3", "hlcc4", "lower_wick", "median_price", "ohlc4", "range", "typical_price", "upper_wick", "weighted_close"];

/// Names that mean the same in every program.
fn is_of_language(name: &str) -> bool {
    Input::named(name).is_some() || DERIVED.contains(&name) || is_generic(name)
}

/// Definitions by name. The prelude is parsed on demand, a definition at a time, once a thread: a process that compiles many programs, as rustc
/// with the macro, reads what they share once.
#[derive(Clone, Debug)]
pub struct Library {
    /// Every text read so far, and those of the prelude.
    pub sources: Sources,
    own: BTreeMap<String, Rc<Definition>>,
}

/// The texts of the prelude, one of each definition.
struct Shipped {
    sources: Vec<Source>,
    /// Where each name and alias is defined.
    index: BTreeMap<&'static str, Chunk>,
}

#[derive(Clone, Copy, Debug)]
struct Chunk {
    /// The place of its text.
    source: usize,
    /// A helper of the prelude, which programs cannot name.
    is_hidden: bool,
}

/// The prelude, whose files are looked through once a process.
fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let mut shipped = Shipped { sources: Vec::new(), index: BTreeMap::new() };
        for (file, text) in PRELUDE {
            for (names, text) in chunks(text) {
                let chunk = Chunk { source: shipped.sources.len(), is_hidden: text.contains("#[hidden]") };
                shipped.index.extend(names.into_iter().map(|name| (name, chunk)));
                shipped.sources.push(Source { name: format!("prelude/{file}"), text: text.to_owned(), is_prelude: true });
            }
        }
        shipped
    })
}

thread_local! {
    /// The definitions of the prelude that were read, by the place of their text.
    static READ: RefCell<BTreeMap<usize, Rc<Definition>>> = const { RefCell::new(BTreeMap::new()) };
}

impl Default for Library {
    fn default() -> Self {
        Self::new()
    }
}

impl Library {
    /// The prelude alone.
    pub fn new() -> Self {
        Library { sources: Sources::over(&shipped().sources), own: BTreeMap::new() }
    }

    /// Reads a text. Its definitions join the library; two of one name are reported.
    pub fn read(&mut self, name: &str, text: &str, diagnostics: &mut Diagnostics) -> (File, Vec<Rc<Definition>>) {
        let source = self.sources.add(name, text, false);
        let mut file = parse_source(&self.sources, source, diagnostics);
        let mut added = Vec::new();
        for definition in std::mem::take(&mut file.items) {
            let definition = Rc::new(definition);
            if definition.kind == DefinitionKind::Kernel {
                diagnostics.push(
                    Diagnostic::new("B2003", definition.name.span, "a kernel can be declared only by the language's own library")
                        .help("define an `indicator`; a recursion is written with `rec`"),
                );
                continue;
            }
            attributes::check(&definition, diagnostics);
            self.define(&definition, diagnostics);
            added.push(definition);
        }
        (file, added)
    }

    /// Adds a definition under its name and its aliases.
    pub fn define(&mut self, definition: &Rc<Definition>, diagnostics: &mut Diagnostics) {
        let aliases = words(definition, "aliases");
        for name in std::iter::once(definition.name.text.clone()).chain(aliases) {
            if name.is_empty() {
                continue;
            }
            if is_of_language(&name) {
                diagnostics.push(
                    Diagnostic::new("B2005", definition.name.span, format!("`{name}` is defined by the language"))
                        .label("this definition could not be named")
                        .help("give it another name"),
                );
            } else if let Some(other) = self.own.get(&name) {
                let place = self.sources.get(other.name.span.source).map_or("", |s| s.name.as_str());
                let here = self.sources.get(definition.name.span.source).map_or("", |s| s.name.as_str());
                let mut diagnostic = Diagnostic::new("B2001", definition.name.span, format!("`{name}` is defined twice"))
                    .label("the second definition")
                    .help("give one of them another name");
                if place == here {
                    diagnostic = diagnostic.note(other.name.span, "the first definition");
                } else {
                    let (line, _) = self.sources.position(other.name.span);
                    diagnostic = diagnostic.label(format!("the first is in {place}, line {line}"));
                }
                diagnostics.push(diagnostic);
            } else {
                self.own.insert(name, Rc::clone(definition));
            }
        }
    }

    /// The definition of a name, as seen from a source: the prelude sees only itself.
    pub fn find(&self, name: &str, from: SourceId) -> Option<Rc<Definition>> {
        let from_prelude = self.sources.get(from).is_some_and(|s| s.is_prelude);
        if !from_prelude && let Some(own) = self.own.get(name) {
            return Some(Rc::clone(own));
        }
        if !from_prelude && shipped().index.get(name).is_some_and(|chunk| chunk.is_hidden) {
            return None;
        }
        self.find_shipped(name)
    }

    /// The shipped definition of a name or an alias.
    pub fn find_shipped(&self, name: &str) -> Option<Rc<Definition>> {
        let place = shipped().index.get(name)?.source;
        if let Some(known) = READ.with_borrow(|read| read.get(&place).cloned()) {
            return Some(known);
        }
        // The prelude is tested to be free of errors.
        let parsed = parse_source(&self.sources, Sources::shipped(place), &mut Diagnostics::default());
        let definition = Rc::new(parsed.items.into_iter().next()?);
        READ.with_borrow_mut(|read| read.insert(place, Rc::clone(&definition)));
        Some(definition)
    }

    /// Every name and alias that a call may use.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.own.keys().map(String::as_str).chain(self.shipped().map(|name| -> &str { name }))
    }

    /// Every shipped name and alias, in the order of the alphabet.
    pub fn shipped(&self) -> impl Iterator<Item = &'static str> + use<> {
        shipped().index.iter().filter(|(_, chunk)| !chunk.is_hidden).map(|(name, _)| *name)
    }

    /// How a definition is called: `rsi(x: num = close, period: const int = 14 in 2..=100_000) -> num`.
    pub fn signature(&self, definition: &Definition) -> String {
        let text = |span: Span| self.sources.text(span);
        let params: Vec<String> = definition
            .params
            .iter()
            .map(|p| {
                let mut shown = format!("{}: {}", p.name.text, describe(&p.kind));
                if let Some(default) = &p.default {
                    shown.push_str(" = ");
                    shown.push_str(text(default.span));
                }
                if let Some(range) = &p.range {
                    let end = |e: &Option<Expr>| e.as_ref().map_or("", |e| text(e.span)).to_owned();
                    let inclusive = if range.inclusive { "=" } else { "" };
                    shown = format!("{shown} in {}..{inclusive}{}", end(&range.low), end(&range.high));
                }
                shown
            })
            .collect();
        let returns = match &definition.returns {
            Returns::Unsaid => String::new(),
            Returns::Num => " -> num".to_owned(),
            Returns::Bool => " -> bool".to_owned(),
            Returns::Record(fields) => {
                format!(" -> {{ {} }}", fields.iter().map(|f| f.name.text.as_str()).collect::<Vec<_>>().join(", "))
            }
        };
        format!("{}({}){returns}", definition.name.text, params.join(", "))
    }

    /// What an editor shows of a name: how it is called, what it tells, its parameters and outputs. A program sees its own
    /// definitions first, then the shipped ones.
    ///
    /// ```
    /// let library = barlang_compiler::library::Library::new();
    /// assert!(library.hover("rsi").unwrap().starts_with("rsi(x: num = close, period: const int = 14"));
    /// assert_eq!(library.hover("emma"), None);
    /// ```
    pub fn hover(&self, name: &str) -> Option<String> {
        if let Some((_, signature)) = GENERIC.iter().find(|(generic, _)| *generic == name) {
            return Some((*signature).to_owned());
        }
        let visible = self.own.get(name).cloned();
        let is_hidden = shipped().index.get(name).is_some_and(|chunk| chunk.is_hidden);
        let definition = visible.or_else(|| if is_hidden { None } else { self.find_shipped(name) })?;
        let mut text = self.signature(&definition);
        if !definition.docs.is_empty() {
            text = format!("{text}\n\n{}", definition.docs.join("\n"));
        }
        let fields = if let Returns::Record(fields) = &definition.returns { &fields[..] } else { &[] };
        let params = definition.params.iter().map(|p| (&p.name.text, &p.docs));
        let said: Vec<String> = params
            .chain(fields.iter().map(|f| (&f.name.text, &f.docs)))
            .filter(|(_, docs)| !docs.is_empty())
            .map(|(name, docs)| format!("- {name}: {}", docs.join(" ")))
            .collect();
        if !said.is_empty() {
            text = format!("{text}\n\n{}", said.join("\n"));
        }
        Some(text)
    }
}

/// Lexes and parses one source.
pub fn parse_source(sources: &Sources, source: SourceId, diagnostics: &mut Diagnostics) -> File {
    let text = sources.get(source).map_or("", |s| s.text.as_str());
    let before = diagnostics.len();
    let tokens = lex::lex(source, text, diagnostics);
    if diagnostics.len() > before {
        // What the parser would miss is what the lexer has reported.
        return parse::parse_file(&tokens, sources, &mut Diagnostics::default());
    }
    parse::parse_file(&tokens, sources, diagnostics)
}

/// What every `period` is called elsewhere.
pub(crate) const PERIOD_ALIASES: [&str; 2] = ["length", "lookback"];

/// The parameter that a name in a call means: its own, one of `#[params(alias = parameter)]`, or what every period answers to.
pub(crate) fn parameter<'d>(definition: &'d Definition, name: &'d str) -> Option<&'d str> {
    let has = |name: &str| definition.params.iter().any(|p| p.name.text == name);
    if has(name) {
        return Some(name);
    }
    let said = named_args(definition.attribute("params")).find(|(alias, _)| *alias == name).map(|(_, target)| target);
    said.or(PERIOD_ALIASES.contains(&name).then_some("period")).filter(|target| has(target))
}

/// The pairs of an attribute such as `#[params(length = period)]`.
pub(crate) fn named_args(attribute: Option<&Attribute>) -> impl Iterator<Item = (&str, &str)> {
    attribute.map_or(&[][..], |a| &a.args).iter().filter_map(|arg| match (&arg.name, &arg.value.kind) {
        (Some(name), ExprKind::Name(word) | ExprKind::Text(word)) => Some((name.text.as_str(), word.as_str())),
        _ => None,
    })
}

/// The words in an attribute such as `#[aliases(crossup, crossover)]`.
pub fn words(definition: &Definition, attribute: &str) -> Vec<String> {
    let args = definition.attribute(attribute).map_or(&[][..], |a| &a.args);
    args.iter()
        .filter_map(|arg| match &arg.value.kind {
            ExprKind::Name(word) | ExprKind::Text(word) => Some(word.clone()),
            _ => None,
        })
        .collect()
}

/// The definitions of a prelude file: names and aliases, and the text from the first doc line to the end. It relies on how the prelude is
/// laid out: a definition ends with a line `}`, or, for a kernel, with a line that ends in `;`.
fn chunks(text: &'static str) -> Vec<(Vec<&'static str>, &'static str)> {
    let mut found = Vec::new();
    let (mut lo, mut at) = (0, 0);
    let mut names = Vec::new();
    let mut is_kernel = false;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let line = line.trim_end();
        let head = line.strip_prefix("indicator ").or_else(|| line.strip_prefix("extern kernel "));
        if let Some(rest) = head {
            is_kernel = line.starts_with("extern");
            names.push(rest.split(['(', ' ']).next().unwrap_or(rest));
        }
        if let Some((_, aliases)) = line.split_once("#[aliases(") {
            names.extend(aliases.split(")]").next().unwrap_or("").split(',').map(|word| word.trim().trim_matches('"')));
        }
        if line == "}" || (is_kernel && line.ends_with(';')) {
            found.push((std::mem::take(&mut names), text.get(lo..at).unwrap_or_default()));
            lo = at;
            is_kernel = false;
        }
    }
    found
}
