//! What the checker reports. An error inside a shipped definition is shown where the program called it.

use super::{Checker, MAX_WINDOW, Scope, Value, call::GENERIC, describe};
use crate::diag::{Diagnostic, nearest};
use crate::plan::{Builder, Input, Kind, NodeId, ValidPlan};
use crate::source::Span;
use crate::syntax::ast::{Arg, Definition, DefinitionKind, Field, Name, Param, ParamKind};
use std::ops::RangeInclusive;

const UNKNOWN: &str =
    "known are inputs such as `close`, indicators, and what a definition names: parameters and `let`; variables of Rust are not seen";

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Num => "num",
        Kind::Bool => "bool",
        Kind::Tuple => "record",
    }
}

fn value_name(value: &Value) -> String {
    match value {
        Value::Series(_) => "a series".to_owned(),
        Value::Record(_, of) if of.is_empty() => "a record".to_owned(),
        Value::Record(_, of) => format!("the record of `{of}`"),
        Value::Int(int) => format!("the whole number {int}"),
        Value::Num(num, _) => format!("the number {num}"),
        Value::Truth(truth) => format!("`{truth}`"),
        Value::Word(word) => format!("the word \"{word}\""),
        Value::Error => "something wrong".to_owned(),
    }
}

/// What is computed from literals and is no const.
const NO_CONST: &str = "what is null or differs between kinds of number";

/// A number as a program would write it.
fn written(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() >= 10_000.0 && x.abs() < 1e15 {
        let digits = format!("{:.0}", x.abs());
        let mut grouped = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                grouped.push('_');
            }
            grouped.push(digit);
        }
        return format!("{}{grouped}", if x < 0.0 { "-" } else { "" });
    }
    if x.abs() >= 1e15 { format!("{x:e}") } else { format!("{x}") }
}

impl Checker<'_> {
    fn report(&mut self, mut diagnostic: Diagnostic) {
        if let Some(call) = self.default_of {
            diagnostic.notes.push((call, "for this call".to_owned()));
        }
        let in_prelude = |checker: &Self, span: Span| checker.library.sources.get(span.source).is_some_and(|s| s.is_prelude);
        if in_prelude(self, diagnostic.span) {
            let call = self.calls.iter().rev().find(|call| !in_prelude(self, call.span));
            if let Some(call) = call {
                diagnostic.message = format!("in `{}`: {}", call.name, diagnostic.message);
                diagnostic.span = call.span;
                diagnostic.notes.clear();
            }
        }
        self.diagnostics.push(diagnostic);
    }

    /// The nearest name. Help that no one sees is not looked for: a program may have ten thousands of names, all wrong.
    fn near<'n>(&self, name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        if self.diagnostics.is_full() { None } else { nearest(name, known) }
    }

    /// `ema(x: num = close, period: const int = 30 in 1..=100_000, …) -> num`
    fn signature_help(&self, definition: &Definition) -> String {
        format!("the signature is `{}`", self.library.signature(definition))
    }

    pub(super) fn unknown_name(&mut self, span: Span, name: &str, scope: &Scope) {
        let known = scope.names.keys().map(String::as_str).chain(Input::ALL.iter().map(|(n, _)| *n)).chain(["price"]);
        // What is not called is rather a series.
        let suggestion = self.near(name, known).or_else(|| self.near(name, self.library.names())).map(str::to_owned);
        let mut diagnostic = Diagnostic::new("B2101", span, format!("unknown name `{name}`")).label("not known here");
        diagnostic.help = match name {
            "null" | "na" | "nan" | "none" => Some("null is not written; `is_null(x)` tests for it, `coalesce(x, y)` fills it".to_owned()),
            _ if scope.later.contains(name) => Some(format!("move the line that names `{name}` up, before this one")),
            _ => Some(suggestion.map_or_else(|| UNKNOWN.to_owned(), |s| format!("did you mean `{s}`?"))),
        };
        if scope.later.contains(name) {
            diagnostic.message = format!("`{name}` is named further down");
            diagnostic = diagnostic.label("not known yet");
        }
        self.report(diagnostic);
    }

    /// A name like `first`, where an argument could be the word "first".
    pub(super) fn unquoted(&mut self, span: Span, word: &str) {
        self.report(
            Diagnostic::new("B2101", span, format!("unknown name `{word}`"))
                .label("not known here")
                .help(format!("words stand in double quotes: `\"{word}\"`")),
        );
    }

    pub(super) fn unknown_function(&mut self, name: &Name, scope: &Scope) {
        let known = self.library.names().chain(GENERIC.iter().map(|(n, _)| *n));
        let suggestion = self.near(&name.text, known).map(str::to_owned);
        let mut diagnostic = Diagnostic::new("B2102", name.span, format!("unknown indicator `{}`", name.text)).label("not known here");
        let own = || format!("an indicator of your own is written `indicator {}(x: num = close) -> num {{ … }}`", name.text);
        diagnostic.help = Some(suggestion.map_or_else(own, |s| format!("did you mean `{s}`?")));
        if scope.names.contains_key(&name.text) || Input::named(&name.text).is_some() {
            diagnostic.message = format!("`{}` is a series, not an indicator", name.text);
            diagnostic = diagnostic.label("called");
            diagnostic.help = Some(format!("write `{0}` without parentheses; its value some bars ago is `{0}[1]`", name.text));
        }
        self.report(diagnostic);
    }

    pub(super) fn not_called(&mut self, span: Span, definition: &Definition) {
        let what = if definition.kind == DefinitionKind::Strategy { "a strategy" } else { "an indicator" };
        let help = format!("call it: `{}`", self.library.signature(definition));
        self.report(
            Diagnostic::new("B2103", span, format!("`{}` is {what}, not a series", definition.name.text)).label("not called").help(help),
        );
    }

    pub(super) fn unknown_field(&mut self, field: &Name, fields: &[(String, Value)], of: &str) {
        let names: Vec<&str> = fields.iter().map(|(n, _)| n.as_str()).collect();
        let help = match self.near(&field.text, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its fields are {}", list(&names)),
        };
        self.report(
            Diagnostic::new("B2104", field.span, format!("`{of}` has no field `{}`", field.text)).label("no such field").help(help),
        );
    }

    pub(super) fn no_fields(&mut self, span: Span, field: &Name) {
        self.report(
            Diagnostic::new("B2105", span, format!("a series has no field `{}`", field.text))
                .help("only what gives several series has fields, such as `macd(close).signal`"),
        );
    }

    pub(super) fn unprojected(&mut self, span: Span, fields: &[(String, Value)], of: &str) {
        let names: Vec<&str> = fields.iter().map(|(n, _)| n.as_str()).collect();
        let text = self.library.sources.text(span).to_owned();
        let of = if of.is_empty() { "a record".to_owned() } else { format!("`{of}`") };
        let help = match names.first() {
            Some(_) if text.starts_with('{') => "give one of its values, without the braces".to_owned(),
            Some(first) => format!("choose one of its fields {}, such as `{text}.{first}`", list(&names)),
            None => "choose one of its fields".to_owned(),
        };
        self.report(Diagnostic::new("B3001", span, format!("{of} gives several series, one is wanted here")).label("a record").help(help));
    }

    pub(super) fn word_as_series(&mut self, span: Span, word: &str) {
        self.report(
            Diagnostic::new("B3002", span, format!("the word \"{word}\" is not a series"))
                .label("a word")
                .help("words are arguments of parameters that offer a choice"),
        );
    }

    pub(super) fn wrong_kind(&mut self, span: Span, wanted: Kind, found: Kind) {
        let mut diagnostic =
            Diagnostic::new("B3003", span, format!("expected a series of {}, found {}", kind_name(wanted), kind_name(found)))
                .label(format!("this is {}", kind_name(found)));
        diagnostic.help = self.conversion(wanted, span);
        self.report(diagnostic);
    }

    /// How a series of the other kind is made of one.
    fn conversion(&self, wanted: Kind, span: Span) -> Option<String> {
        let source = self.library.sources.get(span.source);
        let text = self.library.sources.text(span);
        let is_short = source.is_some_and(|s| !s.is_prelude) && text.len() <= 30 && !text.contains('\n') && !text.starts_with("if");
        let shown = if is_short { text } else { "x" };
        match wanted {
            Kind::Bool => Some(format!("compare it, such as `{shown} > 0`")),
            Kind::Num => Some(format!("make numbers of it: `if {shown} then 1 else 0`")),
            Kind::Tuple => None,
        }
    }

    pub(super) fn branches_differ(&mut self, a: Span, b: Span, first: Kind) {
        let second = if first == Kind::Num { Kind::Bool } else { Kind::Num };
        let mut diagnostic =
            Diagnostic::new("B3004", b, format!("expected a series of {}, as before, found {}", kind_name(first), kind_name(second)))
                .label(format!("this is {}", kind_name(second)))
                .note(a, format!("this is {}", kind_name(first)));
        diagnostic.help = self.conversion(first, b);
        self.report(diagnostic);
    }

    pub(super) fn not_const(&mut self, span: Span, what: &str, wanted: &str, found: &Value) {
        if !matches!(found, Value::Series(_) | Value::Record(..)) {
            let message = format!("{what} must be {wanted}, found {}", value_name(found));
            self.report(
                Diagnostic::new("B3101", span, message).label(format!("not {wanted}")).help("write `floor(…)` around it, or a literal"),
            );
            return;
        }
        let found = match found {
            Value::Series(node) if self.builder.is_of_literals(*node) => NO_CONST.to_owned(),
            _ => value_name(found),
        };
        self.report(
            Diagnostic::new("B3101", span, format!("{what} must be {wanted} known at compile time, found {found}"))
                .label("not known at compile time")
                .help("write a literal, or a `const` parameter of the definition"),
        );
    }

    pub(super) fn bars_out_of_range(&mut self, span: Span, bars: i64) {
        let diagnostic = if bars < 0 {
            let back = bars.unsigned_abs();
            let ago = if back == 1 { "one bar ago".to_owned() } else { format!("{back} bars ago") };
            Diagnostic::new("B3102", span, "a later bar cannot be looked at")
                .label("a later bar")
                .help(format!("the value {ago} is `x[{back}]`"))
        } else {
            Diagnostic::new("B3103", span, format!("{} bars ago is further back than the limit", written_int(bars)))
                .label("too far back")
                .help(format!("at most {} bars are kept", written_int(MAX_WINDOW)))
        };
        self.report(diagnostic);
    }

    pub(super) fn wrong_argument(&mut self, definition: &Definition, param: &Param, value: &Value, span: Span) {
        let wanted = describe(&param.kind);
        let is_const_wanted = !matches!(param.kind, ParamKind::Num | ParamKind::Bool);
        let callee = match definition.name.text.as_str() {
            "highest" => "`highest` (`max`)".to_owned(),
            "lowest" => "`lowest` (`min`)".to_owned(),
            name => format!("`{name}`"),
        };
        let name = &param.name.text;
        let message = match value {
            Value::Series(node) if is_const_wanted && self.builder.is_of_literals(*node) => {
                format!("`{name}` of {callee} is a const, found {NO_CONST}")
            }
            Value::Series(_) | Value::Record(..) if is_const_wanted => {
                format!("`{name}` of {callee} is a const, but {} was given", value_name(value))
            }
            _ => format!("`{name}` of {callee} takes {wanted}, found {}", value_name(value)),
        };
        let help = match definition.name.text.as_str() {
            "highest" if matches!(value, Value::Series(_)) => "the greater of two series is `max2(x, y)`".to_owned(),
            "lowest" if matches!(value, Value::Series(_)) => "the lesser of two series is `min2(x, y)`".to_owned(),
            _ => self.signature_help(definition),
        };
        self.report(Diagnostic::new("B3104", span, message).label(format!("expected {wanted}")).help(help));
    }

    pub(super) fn unknown_word(&mut self, definition: &Definition, param: &Param, words: &[String], word: &str, span: Span) {
        let names: Vec<&str> = words.iter().map(String::as_str).collect();
        let help = match self.near(word, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("the words are {}", names.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", ")),
        };
        self.report(
            Diagnostic::new("B3105", span, format!("`{}` of `{}` has no choice \"{word}\"", param.name.text, definition.name.text))
                .label("not a choice")
                .help(help),
        );
    }

    #[allow(clippy::too_many_arguments, reason = "a range is three values")]
    pub(super) fn out_of_range(
        &mut self,
        definition: &Definition,
        param: &Param,
        x: f64,
        low: Option<f64>,
        high: Option<f64>,
        inclusive: bool,
        span: Span,
    ) {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            let range = param.range.as_ref().and_then(|r| r.low.as_ref().zip(r.high.as_ref())).map(|(low, high)| low.span.to(high.span));
            let message = format!("the range of `{}` is empty: {} is above {}", param.name.text, written(low), written(high));
            let diagnostic = Diagnostic::new("B3106", range.unwrap_or(span), message);
            self.report(diagnostic.label("holds no number").help("write the lower end first"));
            return;
        }
        let range = match (low, high) {
            (Some(low), Some(high)) if inclusive => {
                format!("from {} to {}", written(low), written(high))
            }
            (Some(low), Some(high)) => format!("from {} to below {}", written(low), written(high)),
            (Some(low), None) => format!("at least {}", written(low)),
            (None, Some(high)) if inclusive => format!("at most {}", written(high)),
            (None, Some(high)) => format!("below {}", written(high)),
            (None, None) => "any number".to_owned(),
        };
        self.report(
            Diagnostic::new(
                "B3106",
                span,
                format!("`{}` of `{}` is {}, it must be {range}", param.name.text, definition.name.text, written(x)),
            )
            .label(format!("must be {range}"))
            .help(self.signature_help(definition)),
        );
    }

    pub(super) fn idle_range(&mut self, param: &Param, span: Span) {
        let name = &param.name.text;
        let (message, help) = match param.kind {
            ParamKind::ConstInt | ParamKind::ConstNum => {
                (format!("the range of `{name}` has no end"), "give it one, such as `1..=100`, or remove it")
            }
            _ => (
                format!("`{name}` is {}, which no range bounds", describe(&param.kind)),
                "remove it: only `const int` and `const num` have ranges",
            ),
        };
        self.diagnostics.push(Diagnostic::new("B2209", span, message).label("bounds nothing").help(help));
    }

    pub(super) fn no_end(&mut self, param: &Param, span: Span, value: &Value, has_no_value: bool) {
        let name = &param.name.text;
        let diagnostic = if has_no_value {
            Diagnostic::new("B3106", span, format!("this end of the range of `{name}` has no value")).label("null")
        } else {
            Diagnostic::new("B2209", span, format!("the range of `{name}` ends in {}, not in a number", value_name(value)))
                .label("bounds nothing")
        };
        self.diagnostics.push(diagnostic.help("write a number, or compute it from numbers and from `const` parameters before it"));
    }

    pub(super) fn unknown_parameter(&mut self, definition: &Definition, name: &Name) {
        let names: Vec<&str> = definition.params.iter().map(|p| p.name.text.as_str()).collect();
        let help = match self.near(&name.text, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => self.signature_help(definition),
        };
        self.report(
            Diagnostic::new("B3201", name.span, format!("`{}` has no parameter `{}`", definition.name.text, name.text))
                .label("no such parameter")
                .help(help),
        );
    }

    pub(super) fn too_many_arguments(&mut self, definition: &Definition, span: Span, given: usize) {
        let takes = definition.params.len();
        let help = self.signature_help(definition);
        self.report(
            Diagnostic::new("B3202", span, format!("`{}` takes {}, not {given}", definition.name.text, plural(takes, "argument")))
                .label("one too many")
                .help(help),
        );
    }

    /// A const in the place of a series with a default, and one argument more than the other parameters are.
    pub(super) fn series_left_out(&mut self, definition: &Definition, span: Span, first: Span) {
        let name = &definition.name.text;
        let (Some(series), Some(second)) = (definition.params.first(), definition.params.get(1)) else { return };
        let (series, second, value) = (&series.name.text, &second.name.text, self.library.sources.text(first));
        let help = format!(
            "write `{name}(close, {value})`, or `{name}({series} = {value}, {second} = …)` for a series that is {value} on every bar; {}",
            self.signature_help(definition)
        );
        self.report(
            Diagnostic::new("B3202", span, format!("`{name}` has one argument too many: without `{series}`, {value} is its `{second}`"))
                .label("one too many")
                .note(first, format!("a const, so `{series}` is left out"))
                .help(help),
        );
    }

    pub(super) fn missing_arguments(&mut self, definition: &Definition, name: &Name, missing: &[&str]) {
        let help = self.signature_help(definition);
        self.report(
            Diagnostic::new("B3203", name.span, format!("`{}` needs {}", definition.name.text, list(missing)))
                .label(format!("{} missing", list(missing)))
                .help(help),
        );
    }

    pub(super) fn given_twice(&mut self, arg: &Arg, param: &str) {
        let span = arg.name.as_ref().map_or(arg.value.span, |n| n.span);
        self.report(
            Diagnostic::new("B3204", span, format!("`{param}` is given twice")).label("the second time").help("remove one of them"),
        );
    }

    pub(super) fn positional_after_named(&mut self, span: Span) {
        self.report(
            Diagnostic::new("B3205", span, "an argument without a name stands after one with a name")
                .label("no name")
                .help("put arguments without a name first"),
        );
    }

    pub(super) fn generic_arguments(&mut self, name: &Name, counts: &RangeInclusive<usize>, given: usize) {
        let (least, most) = (*counts.start(), *counts.end());
        let takes = if least == most { plural(most, "argument") } else { format!("{least} to {}", plural(most, "argument")) };
        let message = format!("`{}` takes {takes}, not {given}", name.text);
        let label = if given < least { "too few" } else { "too many" };
        let help = format!("the signature is `{}`", generic_signature(name));
        self.report(Diagnostic::new("B3206", name.span, message).label(label).help(help));
    }

    /// A name before an argument of what takes its arguments by place.
    pub(super) fn generic_name(&mut self, name: &Name, bad: &Name) {
        self.report(
            Diagnostic::new("B3206", bad.span, format!("`{}` takes its arguments by place, `{}` is not in its place", name.text, bad.text))
                .label("by name")
                .help(format!("write them in the order of the signature, without names: `{}`", generic_signature(name))),
        );
    }

    pub(super) fn recursion(&mut self, span: Span, from: usize) {
        // The circle begins with the definition that stands first, wherever it was entered: so it is reported once.
        let circle = &self.calls[from..];
        let first = circle.iter().enumerate().min_by_key(|(_, call)| call.definition).map_or(0, |(i, _)| i);
        let place = if first == 0 { span } else { circle[first].span };
        let names = circle[first..].iter().chain(&circle[..=first]).map(|call| format!("`{}`", call.name));
        let shown = names.collect::<Vec<_>>().join(" → ");
        self.report(
            Diagnostic::new("B3301", place, format!("definitions call one another in a circle: {shown}"))
                .label("closes the circle")
                .help("a series that depends on its own past is written `rec y = first -> next;`"),
        );
    }

    pub(super) fn unguarded(&mut self, cycle: &[NodeId]) {
        let names: Vec<(NodeId, Name)> = cycle.iter().filter_map(|id| self.recs.iter().find(|(rec, _)| rec == id).cloned()).collect();
        let Some((_, first)) = names.first().cloned() else {
            return;
        };
        let mut shown: Vec<String> = names.iter().map(|(_, n)| format!("`{}`", n.text)).collect();
        shown.push(format!("`{}`", first.text));
        self.report(
            Diagnostic::new("B4001", first.span, format!("`{}` needs its own value of the same bar: {}", first.text, shown.join(" → ")))
                .label("needs itself")
                .help(format!("look at an earlier bar: `prev({})`", first.text)),
        );
    }

    pub(super) fn named_twice(&mut self, name: &Name) {
        self.report(
            Diagnostic::new("B2002", name.span, format!("`{}` is named twice in one definition", name.text))
                .label("the second time")
                .help("give it another name"),
        );
    }

    pub(super) fn out_in_indicator(&mut self, name: &Name) {
        self.report(
            Diagnostic::new("B2201", name.span, "an indicator has no `out`")
                .help("its last expression is what it gives; only a strategy has `out`s"),
        );
    }

    pub(super) fn no_default(&mut self, definition: &Definition, param: &Param) {
        self.report(
            Diagnostic::new(
                "B2206",
                param.name.span,
                format!("the parameter `{}` of the strategy `{}` has no default", param.name.text, definition.name.text),
            )
            .label("no default")
            .help(format!("give it one: `{}: {} = …`", param.name.text, describe(&param.kind))),
        );
    }

    pub(super) fn no_outputs(&mut self, definition: &Definition) {
        self.report(
            Diagnostic::new("B2202", definition.name.span, format!("the strategy `{}` has no output", definition.name.text))
                .help("add one: `out long = …;`"),
        );
    }

    pub(super) fn result_in_strategy(&mut self, span: Span) {
        self.report(Diagnostic::new("B2203", span, "a strategy gives its `out`s, not an expression").help("write `out name = …;`"));
    }

    pub(super) fn no_result(&mut self, definition: &Definition) {
        self.report(
            Diagnostic::new("B2204", definition.name.span, format!("the indicator `{}` gives nothing", definition.name.text))
                .help("end its body in an expression without `;`"),
        );
    }

    pub(super) fn returns_unsaid(&mut self, definition: &Definition) {
        self.report(
            Diagnostic::new("B2205", definition.name.span, format!("the indicator `{}` does not say what it gives", definition.name.text))
                .help("write `-> num`, `-> bool` or `-> { name, name }` before its body"),
        );
    }

    pub(super) fn record_wanted(&mut self, definition: &Definition, declared: &[Field], span: Span) {
        let fields: Vec<String> = declared.iter().map(|f| format!("{}: …", f.name.text)).collect();
        self.report(
            Diagnostic::new("B3005", span, format!("`{}` says it gives a record, this is one series", definition.name.text))
                .label("one series")
                .help(format!("write `{{ {} }}`", fields.join(", "))),
        );
    }

    pub(super) fn field_missing(&mut self, name: &Name, span: Span) {
        self.report(
            Diagnostic::new("B3006", span, format!("the field `{}` is declared but not given", name.text))
                .note(name.span, "declared here")
                .help(format!("add `{}: …`, or remove it behind `->`", name.text)),
        );
    }

    pub(super) fn field_undeclared(&mut self, field: &str, definition: &Definition, span: Span) {
        self.report(
            Diagnostic::new("B3007", span, format!("the field `{field}` is not declared by `{}`", definition.name.text))
                .help("add it after `->`, or remove it here"),
        );
    }

    pub(super) fn limit(&mut self, span: Span, is_depth: bool) {
        let diagnostic = if is_depth {
            Diagnostic::new("B3302", span, format!("definitions and expressions are nested more than {} deep", super::MAX_DEPTH))
                .help("give parts of it names with `let`, or let fewer definitions call one another")
        } else {
            too_many_nodes(span)
        };
        self.report(diagnostic);
    }
}

pub(crate) fn too_many_nodes(span: Span) -> Diagnostic {
    Diagnostic::new("B3303", span, format!("the program has more than {} nodes", written_int(Builder::MAX_NODES as i64)))
        .help("make several strategies of it; a node is an operation on one series, and a short window may be one for each of its values")
}

pub(crate) fn too_many_values(span: Span) -> Diagnostic {
    let most = written_int(ValidPlan::MAX_KEPT as i64);
    Diagnostic::new("B3304", span, format!("the windows of the program keep more than {most} values")).help(
        "shorten some, or make several strategies of it; a window keeps each of its values once to three times, a delay each of its bars",
    )
}

fn generic_signature(name: &Name) -> &'static str {
    GENERIC.iter().find(|(generic, _)| *generic == name.text).map_or("", |(_, signature)| *signature)
}

fn written_int(value: i64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "for a message")]
    written(value as f64)
}

fn plural(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
