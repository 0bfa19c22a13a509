//! What every definition tells of itself, as data: the canonical metadata that documentation, plots, editors and other languages read.
//!
//! Takes definitions, gives [`IndicatorMeta`]s. Everything in one is derived from the definition: its text and attributes, the plan of a call
//! with defaults, and how warm-up and memory follow from the parameters. A user's definitions give the same as the shipped ones.

mod entry;
mod form;
mod json;
mod past;
mod warmup;

pub use entry::{
    Complexity, Constant, IndicatorMeta, KernelMeta, Memory, OutputMeta, Pane, ParamMeta, ParamType, Primitive, Style, WarmupMeta,
    catalog_json,
};
pub use json::Json;

use crate::check::{StandIn, check_definition, describe};
use crate::diag::Diagnostics;
use crate::library::{Library, PERIOD_ALIASES, named_args, parameter, words};
use crate::plan::{self, Op, Plan, ValidPlan, facts};
use crate::syntax::ast::{Definition, DefinitionKind, Expr, ExprKind, Param, ParamKind, Returns, UnaryOp};
use crate::syntax::print::print_expr;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The version of the contract that [`catalog_json`] follows: `docs/indicator_metadata_contract.md`.
pub const CONTRACT_VERSION: &str = "1.0";

/// The category of a definition that names none.
const CUSTOM: &str = "custom";

/// An entry for every shipped definition that a program can name, in the order of their ids.
pub fn shipped() -> Vec<IndicatorMeta> {
    let library = Library::new();
    let definitions: Vec<Rc<Definition>> = library.shipped().filter_map(|name| library.find_shipped(name)).collect();
    catalog_of(&library, &definitions)
}

/// An entry for each of some definitions, in the order of their ids. What is wrong, and strategies, have none.
///
/// ```
/// use barlang_compiler::{catalog::catalog_of, diag::Diagnostics, library::Library};
///
/// let mut library = Library::new();
/// let text = "/// How far the price is from its average.\nindicator gap(period: const int = 20) -> num { close - ema(close, period) }";
/// let (_, definitions) = library.read("gap.ta", text, &mut Diagnostics::default());
/// let gap = &catalog_of(&library, &definitions)[0];
/// assert_eq!(gap.warmup.formula.as_deref(), Some("period - 1"));
/// assert_eq!(gap.warmup.bars, Some(19));
/// ```
pub fn catalog_of(library: &Library, definitions: &[Rc<Definition>]) -> Vec<IndicatorMeta> {
    let mut entries: BTreeMap<&str, IndicatorMeta> = BTreeMap::new();
    for definition in definitions {
        let name = definition.name.text.as_str();
        if !entries.contains_key(name)
            && let Some(entry) = entry_of(library, definition)
        {
            entries.insert(name, entry);
        }
    }
    entries.into_values().collect()
}

fn entry_of(library: &Library, definition: &Rc<Definition>) -> Option<IndicatorMeta> {
    if definition.kind == DefinitionKind::Strategy || definition.attribute("hidden").is_some() {
        return None;
    }
    let plan = check_definition(library, definition, StandIn::Close, &mut Diagnostics::default())?;
    let valid = plan::validate(plan::simplify(&plan)).ok()?;
    let opaque = check_definition(library, definition, StandIn::Opaque, &mut Diagnostics::default());
    let required = opaque.and_then(|plan| plan::validate(plan::simplify(&plan)).ok()).map(|plan| plan.fields()).unwrap_or_default();
    let (required, mut optional): (Vec<_>, Vec<_>) = valid.fields().into_iter().partition(|field| required.contains(field));
    // What stands in for a series that must be given is not read.
    if !definition.params.iter().any(|param| matches!(param.kind, ParamKind::Num | ParamKind::Bool) && param.default.is_some()) {
        optional.clear();
    }
    let names = |fields: Vec<plan::Input>| fields.into_iter().map(|field| field.name().to_owned()).collect();
    let first_word = |attribute: &str| words(definition, attribute).into_iter().next();
    let category = first_word("category").unwrap_or_else(|| CUSTOM.to_owned());
    let pane = first_word("plot").and_then(|word| Pane::named(&word)).unwrap_or(match category.as_str() {
        "trend" | "price" => Pane::Overlay,
        _ => Pane::Separate,
    });
    let outputs = outputs(library, definition, &plan);
    let lookback = lookback(definition, &outputs);
    let warmup =
        outputs.iter().map(|output| &output.warmup).max_by_key(|warmup| warmup.bars.unwrap_or(u64::MAX)).cloned().unwrap_or_default();
    let memory = outputs.iter().map(|output| output.memory).max().unwrap_or(Memory::Unknown);
    let (summary, description) = definition
        .docs
        .split_first()
        .map_or((String::new(), String::new()), |(first, rest)| (first.clone(), rest.join("\n").trim().to_owned()));
    let id = definition.name.text.clone();
    let mut parameter_aliases: BTreeMap<String, String> =
        named_args(definition.attribute("params")).map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
    for alias in PERIOD_ALIASES {
        if parameter(definition, alias) == Some("period") && !parameter_aliases.contains_key(alias) {
            parameter_aliases.insert(alias.to_owned(), "period".to_owned());
        }
    }
    Some(IndicatorMeta {
        display: first_word("display").unwrap_or_else(|| title(&id)),
        category,
        summary,
        description,
        source: first_word("source"),
        aliases: words(definition, "aliases"),
        parameter_aliases,
        talib: words(definition, "talib"),
        pine: words(definition, "pine"),
        reference: words(definition, "reference"),
        params: definition.params.iter().map(param).collect(),
        outputs,
        signature: library.signature(definition),
        definition: text(library, definition),
        example: example(definition),
        required_fields: names(required),
        optional_fields: names(optional),
        lookback,
        warmup,
        is_dense: valid.plan().outputs.iter().all(|output| valid.is_dense(output.node)),
        memory,
        pane,
        kernels: kernels(&plan),
        complexity: complexity(&valid),
        id,
    })
}

/// `williams_r` as `Williams R`.
fn title(id: &str) -> String {
    let words = id.split('_').filter(|word| !word.is_empty()).map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}

fn constant(expr: &Expr) -> Constant {
    match &expr.kind {
        ExprKind::Int(value) => Constant::Int(*value),
        ExprKind::Num(number) => Constant::Num(number.value),
        ExprKind::Truth(truth) => Constant::Truth(*truth),
        ExprKind::Text(word) => Constant::Word(word.clone()),
        ExprKind::Unary(UnaryOp::Neg, inner) => match constant(inner) {
            Constant::Int(value) => Constant::Int(-value),
            Constant::Num(value) => Constant::Num(-value),
            Constant::Truth(_) | Constant::Word(_) | Constant::Expression(_) => Constant::Expression(print_expr(expr)),
        },
        _ => Constant::Expression(print_expr(expr)),
    }
}

fn param(param: &Param) -> ParamMeta {
    let (kind, choices) = match &param.kind {
        ParamKind::Num => (ParamType::Series, Vec::new()),
        ParamKind::Bool => (ParamType::BoolSeries, Vec::new()),
        ParamKind::ConstInt => (ParamType::Int, Vec::new()),
        ParamKind::ConstNum => (ParamType::Num, Vec::new()),
        ParamKind::ConstBool => (ParamType::Bool, Vec::new()),
        ParamKind::Words(words) => (ParamType::Choice, words.clone()),
    };
    // Both ends of a range, and the default, are of the parameter's kind: `2` for a number is `2.0`.
    let of_kind = |expr: &Expr| match (constant(expr), kind) {
        (Constant::Int(value), ParamType::Num) => Constant::Num(value as f64),
        (constant, _) => constant,
    };
    let end = |expr: Option<&Expr>| expr.map(of_kind);
    ParamMeta {
        name: param.name.text.clone(),
        kind,
        declared: describe(&param.kind),
        default: param.default.as_ref().map(of_kind),
        description: param.docs.join(" "),
        min: end(param.range.as_ref().and_then(|range| range.low.as_ref())),
        max: end(param.range.as_ref().and_then(|range| range.high.as_ref())),
        is_max_excluded: param.range.as_ref().is_some_and(|range| range.high.is_some() && !range.inclusive),
        choices,
    }
}

fn outputs(library: &Library, definition: &Rc<Definition>, plan: &Plan) -> Vec<OutputMeta> {
    let formulas = warmup::formulas(library, definition).unwrap_or_default();
    let memories = past::memories(library, plan);
    let known = facts(plan);
    let id = &definition.name.text;
    let described = |name: &str| match &definition.returns {
        Returns::Record(fields) => fields.iter().find(|f| f.name.text == name).map(|f| f.docs.join(" ")).unwrap_or_default(),
        Returns::Num | Returns::Bool | Returns::Unsaid => definition.docs.first().cloned().unwrap_or_default(),
    };
    let styles: BTreeMap<&str, &str> = named_args(definition.attribute("style")).collect();
    let is_band = |name: &str| {
        let has = |name: &str| plan.outputs.iter().any(|output| output.name == name);
        matches!(name, "upper" | "lower") && has("upper") && has("lower")
    };
    let each = plan.outputs.iter().zip(memories).enumerate().map(|(slot, (output, memory))| {
        let name = if output.name.is_empty() { id } else { &output.name };
        let is_bool = plan.node(output.node).kind == plan::Kind::Bool;
        let primitive = styles.get(name.as_str()).and_then(|word| Primitive::named(word)).unwrap_or_else(|| {
            if is_bool {
                Primitive::Signal
            } else if is_band(&output.name) {
                Primitive::Band
            } else {
                Primitive::Line
            }
        });
        let role = match output.name.as_str() {
            "" if is_bool => "event",
            "" => "value",
            "upper" | "middle" | "lower" | "signal" | "histogram" | "direction" => &output.name,
            _ if slot == 0 => "primary",
            _ => "secondary",
        };
        let warmup = known[output.node.index()].warmup;
        let formula = formulas.iter().find(|(of, _)| *of == output.name).and_then(|(_, form)| form.as_ref());
        OutputMeta {
            name: name.clone(),
            is_bool,
            role: role.to_owned(),
            description: described(&output.name),
            warmup: WarmupMeta {
                formula: formula.map(ToString::to_string),
                bars: (warmup < u64::MAX).then_some(warmup),
                parameters: formula.map(form_parameters(definition)).unwrap_or_default(),
            },
            memory,
            style: Style::of(primitive, slot),
        }
    });
    each.collect()
}

/// The parameters that a formula depends on, also inside a quotient or a root.
fn form_parameters(definition: &Definition) -> impl Fn(&form::Form) -> Vec<String> {
    |form| {
        let is_in = |name: &str| {
            let is_letter = |c: char| c.is_alphanumeric() || c == '_';
            form.atoms().any(|atom| atom.split(|c| !is_letter(c)).any(|word| word == name))
        };
        definition.params.iter().map(|p| &p.name.text).filter(|name| is_in(name)).cloned().collect()
    }
}

/// The parameters that say how far back the outputs look.
fn lookback(definition: &Definition, outputs: &[OutputMeta]) -> Vec<String> {
    let named: BTreeSet<&String> = outputs.iter().flat_map(|output| &output.warmup.parameters).collect();
    definition.params.iter().map(|p| p.name.text.clone()).filter(|name| named.contains(name)).collect()
}

/// The text of a definition, and of the helpers that only it can name.
fn text(library: &Library, definition: &Rc<Definition>) -> String {
    let mut texts = Vec::new();
    let mut known = BTreeSet::new();
    let mut pending = vec![Rc::clone(definition)];
    while let Some(definition) = pending.pop() {
        let all = library.sources.text(definition.span);
        let start = ["indicator ", "extern kernel ", "pub indicator "].iter().filter_map(|head| line_start(all, head)).min().unwrap_or(0);
        texts.push(all.get(start..).unwrap_or(all).trim_end().to_owned());
        for name in definition.body.names() {
            let found = library.find(name, definition.name.span.source);
            pending.extend(found.filter(|helper| helper.attribute("hidden").is_some() && known.insert(helper.name.text.clone())));
        }
    }
    texts.join("\n\n")
}

/// Where the first line begins that begins with a text.
fn line_start(all: &str, head: &str) -> Option<usize> {
    let mut at = 0;
    for line in all.split_inclusive('\n') {
        if line.trim_start().starts_with(head) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// A call that can be drawn: what is required is stood in for, then the defaults that are plain are written out.
fn example(definition: &Definition) -> String {
    let mut args = Vec::new();
    let (mut series, mut is_plain) = (0, true);
    for param in &definition.params {
        let name = param.name.text.as_str();
        match &param.default {
            None => {
                let low = || param.range.as_ref().and_then(|range| range.low.as_ref()).map(print_expr);
                args.push(match &param.kind {
                    ParamKind::Num => {
                        series += 1;
                        match name {
                            "upper" => "highest(high, 20)[1]".to_owned(),
                            "lower" => "lowest(low, 20)[1]".to_owned(),
                            _ if series == 1 => "close".to_owned(),
                            _ => "sma(close, 20)".to_owned(),
                        }
                    }
                    ParamKind::Bool => "cross(close, sma(close, 20))".to_owned(),
                    ParamKind::ConstInt => low().unwrap_or_else(|| "10".to_owned()),
                    ParamKind::ConstNum => low().unwrap_or_else(|| "1.0".to_owned()),
                    ParamKind::ConstBool => "true".to_owned(),
                    ParamKind::Words(words) => format!("\"{}\"", words.first().map_or("", String::as_str)),
                });
            }
            Some(default) => match constant(default) {
                Constant::Expression(text) if !matches!(param.kind, ParamKind::Num | ParamKind::Bool) || text.contains('(') => {
                    is_plain = false;
                }
                _ if is_plain => args.push(print_expr(default)),
                _ => {}
            },
        }
    }
    if definition.params.is_empty() { definition.name.text.clone() } else { format!("{}({})", definition.name.text, args.join(", ")) }
}

/// The kernels that the outputs are computed with, each once, in the order of their names.
fn kernels(plan: &Plan) -> Vec<KernelMeta> {
    let mut found = BTreeMap::new();
    let mut seen = vec![false; plan.nodes.len()];
    let mut stack: Vec<_> = plan.outputs.iter().map(|output| output.node).collect();
    while let Some(at) = stack.pop() {
        if std::mem::replace(&mut seen[at.index()], true) {
            continue;
        }
        if let Op::Kernel(kernel) = &plan.node(at).op {
            found.insert(kernel.name.clone(), KernelMeta { name: kernel.name.clone(), rust: kernel.rust.clone() });
        }
        stack.extend(plan.node(at).op.operands());
    }
    found.into_values().collect()
}

fn complexity(plan: &ValidPlan) -> Complexity {
    let nodes = &plan.plan().nodes;
    let is_operation = |op: &Op| match op {
        Op::Unary(..) | Op::Binary(..) | Op::Pick(..) | Op::Kernel(_) | Op::Rec { .. } => true,
        Op::Input(_) | Op::Num(_) | Op::Truth(_) | Op::Delay(..) | Op::Part(..) => false,
    };
    let cell = |id| if plan.plan().node(id).kind == plan::Kind::Bool { 1 } else { 8 };
    let state_bytes = plan.remembered().iter().map(|kept| kept.past as u64 * cell(kept.node) + 8 * plan.memory(kept.node)).sum();
    let operations = nodes.iter().zip(plan.consts()).filter(|(node, is_const)| is_operation(&node.op) && !is_const).count() as u64;
    Complexity { state_bytes, operations }
}
