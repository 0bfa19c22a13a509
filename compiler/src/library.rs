//! Every definition that a program can name: its own, those of the files it uses, and the shipped prelude.

use crate::check::GENERIC;
use crate::diag::{Diagnostic, Diagnostics, nearest};
use crate::plan::Input;
use crate::source::{SourceId, Sources};
use crate::syntax::ast::{Definition, DefinitionKind, ExprKind, File};
use crate::syntax::{lex, parse};
use std::collections::BTreeMap;
use std::rc::Rc;

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

/// What may stand in `#[…]` before a definition of a program.
const ATTRIBUTES: [&str; 11] =
    ["aliases", "category", "display", "hidden", "params", "pine", "plot", "reference", "source", "style", "talib"];

/// Definitions by name. The prelude is parsed on demand, a definition at a time.
#[derive(Debug)]
pub struct Library {
    /// Every text read so far.
    pub sources: Sources,
    own: BTreeMap<String, Rc<Definition>>,
    prelude: BTreeMap<String, Rc<Definition>>,
    /// Where in the prelude each name and alias is defined.
    index: BTreeMap<String, Chunk>,
}

#[derive(Clone, Copy, Debug)]
struct Chunk {
    file: usize,
    lo: usize,
    hi: usize,
    /// A helper of the prelude, which programs cannot name.
    is_hidden: bool,
}

impl Default for Library {
    fn default() -> Self {
        Self::new()
    }
}

impl Library {
    /// The prelude alone.
    pub fn new() -> Self {
        let mut index = BTreeMap::new();
        for (file, (_, text)) in PRELUDE.iter().enumerate() {
            for (names, lo, hi) in chunks(text) {
                let is_hidden = text.get(lo..hi).is_some_and(|text| text.contains("#[hidden]"));
                for name in names {
                    index.insert(name.to_owned(), Chunk { file, lo, hi, is_hidden });
                }
            }
        }
        Library { sources: Sources::default(), own: BTreeMap::new(), prelude: BTreeMap::new(), index }
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
            for attribute in &definition.attributes {
                let name = &attribute.name;
                if !ATTRIBUTES.contains(&name.text.as_str()) {
                    let mut diagnostic =
                        Diagnostic::new("B2207", name.span, format!("unknown attribute `{}`", name.text)).label("means nothing");
                    diagnostic.help = Some(match nearest(&name.text, ATTRIBUTES.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the attributes are {}", ATTRIBUTES.map(|a| format!("`{a}`")).join(", ")),
                    });
                    diagnostics.push(diagnostic);
                }
            }
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
            if name == "price" || Input::ALL.iter().any(|(n, _)| *n == name) || GENERIC.iter().any(|(n, _)| *n == name) {
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
    pub fn find(&mut self, name: &str, from: SourceId) -> Option<Rc<Definition>> {
        let from_prelude = self.sources.get(from).is_some_and(|s| s.is_prelude);
        if !from_prelude && let Some(own) = self.own.get(name) {
            return Some(Rc::clone(own));
        }
        if !from_prelude && self.index.get(name).is_some_and(|chunk| chunk.is_hidden) {
            return None;
        }
        self.find_shipped(name)
    }

    /// The shipped definition of a name or an alias.
    pub fn find_shipped(&mut self, name: &str) -> Option<Rc<Definition>> {
        if let Some(known) = self.prelude.get(name) {
            return Some(Rc::clone(known));
        }
        let chunk = *self.index.get(name)?;
        let (file, text) = PRELUDE.get(chunk.file)?;
        let source = self.sources.add(format!("prelude/{file}"), text.get(chunk.lo..chunk.hi)?, true);
        // The prelude is tested to be free of errors.
        let parsed = parse_source(&self.sources, source, &mut Diagnostics::default());
        let definition = Rc::new(parsed.items.into_iter().next()?);
        for name in std::iter::once(definition.name.text.clone()).chain(words(&definition, "aliases")) {
            self.prelude.insert(name, Rc::clone(&definition));
        }
        Some(definition)
    }

    /// Every name and alias that a call may use.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let shipped = self.index.iter().filter(|(_, chunk)| !chunk.is_hidden).map(|(name, _)| name);
        self.own.keys().chain(shipped).map(String::as_str)
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

/// The definitions of a prelude file: names and aliases, and the bytes from the first doc line to the end. It relies on how the prelude is
/// laid out: a definition ends with a line `}`, or, for a kernel, with a line that ends in `;`.
fn chunks(text: &str) -> Vec<(Vec<&str>, usize, usize)> {
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
            found.push((std::mem::take(&mut names), lo, at));
            lo = at;
            is_kernel = false;
        }
    }
    found
}
