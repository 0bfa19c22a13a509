//! The compiler of barlang, on one page:
//!
//! ```text
//! text or Rust tokens ─lex→ Token ─parse→ ast ─check→ Plan ─simplify, validate→ ValidPlan ─┬ emit → Rust
//!                                                                                          └ interpreter (runtime)
//! ```
//!
//! Every stage before `validate` gives a value and diagnostics, many in one run, and panics on no input.

#[cfg(feature = "render")]
pub mod build;
#[cfg(feature = "catalog")]
pub mod catalog;
pub mod diag;
pub mod emit;
pub mod files;
pub mod library;
pub mod plan;
#[cfg(feature = "render")]
pub mod render;
pub mod source;
pub mod syntax;

mod check;

use diag::{Diagnostic, Diagnostics};
use library::Library;
use plan::{Plan, ValidPlan};
use source::{Sources, Span};
use std::collections::BTreeMap;
use std::rc::Rc;
use syntax::ast::{Definition, DefinitionKind, File};

/// A strategy, ready for an executor.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// Its name; empty for an expression.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Its doc lines.
    pub docs: Vec<String>,
    /// Whether it was written with `pub`.
    pub is_public: bool,
    /// What it means: its plan as it is written.
    pub written: Plan,
    /// What it computes.
    pub plan: ValidPlan,
}

/// What a compilation gives: everything that is right, and everything that is wrong.
#[derive(Debug, Default)]
pub struct Compilation {
    /// The strategies, in the order of the text.
    pub strategies: Vec<Strategy>,
    /// In the order of the text; empty when all is right.
    pub diagnostics: Vec<Diagnostic>,
    /// Every text that was read.
    pub sources: Sources,
}

impl Compilation {
    /// The strategy of a name, or the only one. Nothing where anything is wrong, which the diagnostics then say.
    pub fn choose(&mut self, name: Option<&str>) -> Option<Strategy> {
        if !self.diagnostics.is_empty() {
            return None;
        }
        let place = self.strategies.iter().position(|strategy| name.is_none_or(|name| strategy.name == name));
        let is_one = name.is_some() || self.strategies.len() == 1;
        if let Some(place) = place.filter(|_| is_one) {
            return Some(self.strategies.swap_remove(place));
        }
        let names: Vec<&str> = self.strategies.iter().map(|strategy| strategy.name.as_str()).filter(|name| !name.is_empty()).collect();
        let listed = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let near = name.and_then(|name| diag::nearest(name, names.iter().copied()));
        let help = match (near, names.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, false) => format!("choose one by its name: {listed}"),
            (None, true) => "add one: `strategy name() { out long = …; }`, or give an expression alone".to_owned(),
        };
        let second = self.strategies.get(1).filter(|_| name.is_none());
        let message = match (name, second) {
            (Some(name), _) => format!("the program defines no strategy `{name}`"),
            (None, Some(_)) => format!("the program defines {} strategies, and only one is run", names.len()),
            (None, None) => "the program defines no strategy".to_owned(),
        };
        let mut diagnostic = Diagnostic::new("B1008", second.map_or_else(Span::default, |second| second.span), message).help(help);
        if second.is_some() {
            diagnostic = diagnostic.label("the second strategy").note(self.strategies[0].span, "the first strategy");
        }
        self.diagnostics.push(diagnostic);
        None
    }
}

/// Compiles a text: an expression, or definitions. Each strategy of it becomes a plan; indicators are checked.
///
/// ```
/// let compiled = barlang_compiler::compile("<expression>", "cross_over(ema(close, 12), ema(close, 26))");
/// assert!(compiled.diagnostics.is_empty());
/// assert_eq!(compiled.strategies[0].plan.warmup(), 26);
///
/// let wrong = barlang_compiler::compile("<expression>", "emma(close, 12)");
/// assert_eq!(wrong.diagnostics[0].help.as_deref(), Some("did you mean `ema`?"));
/// ```
pub fn compile(name: &str, text: &str) -> Compilation {
    compile_with(Library::new(), name, text)
}

/// As [`compile`], with the definitions that a library holds already.
pub fn compile_with(mut library: Library, name: &str, text: &str) -> Compilation {
    let mut diagnostics = Diagnostics::default();
    let (file, definitions) = library.read(name, text, &mut diagnostics);
    files::refuse_uses(&file, &mut diagnostics);
    let strategies = strategies(&library, &file, &definitions, &mut diagnostics);
    Compilation { strategies, diagnostics: diagnostics.sorted(), sources: library.sources }
}

/// Makes plans of what a file holds, once everything that it may name has been read.
pub fn strategies(library: &Library, file: &File, definitions: &[Rc<Definition>], diagnostics: &mut Diagnostics) -> Vec<Strategy> {
    let mut made = Vec::new();
    let mut found = Diagnostics::default();
    if let Some(expression) = &file.expression {
        let mut own = Diagnostics::default();
        if let Some(written) = check::check_expression(library, expression, &mut own)
            && diagnostics.is_empty()
            && let Some(plan) = finish(&written, expression.span, &mut own)
        {
            made.push(Strategy { name: String::new(), span: expression.span, docs: Vec::new(), is_public: false, written, plan });
        }
        found.extend(own);
    }
    for definition in definitions {
        // No more errors are shown, and with errors nothing runs.
        if found.is_full() {
            break;
        }
        let mut own = Diagnostics::default();
        let plan = check::check_definition(library, definition, check::StandIn::Close, &mut own);
        // A parameter without a default was checked with a stand-in, which proves nothing about ranges.
        if definition.kind == DefinitionKind::Indicator && definition.params.iter().any(|p| p.default.is_none()) {
            own.retain(|d| !d.code.starts_with("B31"));
        }
        if definition.kind == DefinitionKind::Strategy
            && diagnostics.is_empty()
            && let Some(written) = plan
            && let Some(plan) = finish(&written, definition.name.span, &mut own)
        {
            let Definition { name, docs, is_public, .. } = &**definition;
            made.push(Strategy { name: name.text.clone(), span: name.span, docs: docs.clone(), is_public: *is_public, written, plan });
        }
        found.extend(own);
    }
    found.extend(same_types(definitions));
    if file.expression.is_none() && file.items.is_empty() && definitions.is_empty() && diagnostics.is_empty() {
        found.push(
            Diagnostic::new("B1006", Span::default(), "there is no program here")
                .help("write an expression, such as `close > sma(close, 20)`"),
        );
    }
    diagnostics.extend(found);
    made
}

/// Strategies of one file whose types in Rust would have one name, as those of `golden_cross` and `goldenCross`.
fn same_types(definitions: &[Rc<Definition>]) -> Diagnostics {
    let mut found = Diagnostics::default();
    let mut known: BTreeMap<String, Vec<&Definition>> = BTreeMap::new();
    for second in definitions.iter().filter(|d| d.kind == DefinitionKind::Strategy) {
        let own = emit::pascal(&second.name.text);
        // A strategy comes with types for what it gives: one of them may be another's, or the other way round.
        for part in emit::TYPES {
            let theirs = own.strip_suffix(part).map(|other| (other.to_owned(), own.clone()));
            let ours = (!part.is_empty()).then(|| (format!("{own}{part}"), format!("{own}{part}")));
            for (other, clash) in theirs.into_iter().chain(ours) {
                for first in known.get(&other).into_iter().flatten().filter(|first| first.name.text != second.name.text) {
                    if found.is_full() {
                        return found;
                    }
                    let message = format!("`{}` and `{}` both make a Rust type `{clash}`", first.name.text, second.name.text);
                    found.push(
                        Diagnostic::new("B2006", second.name.span, message)
                            .label("the second strategy")
                            .note(first.name.span, "the first strategy")
                            .help("give one of them another name"),
                    );
                }
            }
        }
        known.entry(own).or_default().push(second);
    }
    found
}

/// The plan that executors run; nothing, and a diagnostic, when it is too large.
fn finish(plan: &Plan, span: Span, found: &mut Diagnostics) -> Option<ValidPlan> {
    let plan = plan::simplify(plan);
    if plan.nodes.len() > plan::Builder::MAX_NODES {
        found.push(check::too_many_nodes(span));
        return None;
    }
    let plan = plan::validate(plan).ok()?;
    if plan.values_kept() > ValidPlan::MAX_KEPT {
        found.push(check::too_many_values(span));
        return None;
    }
    Some(plan)
}
