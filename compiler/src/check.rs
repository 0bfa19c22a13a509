//! Tree to plan: names are resolved, kinds and consts checked, definitions expanded where they are called.
//!
//! Every expression is given a [`Value`]: a series of the plan under construction, a const, a record of values. A definition is
//! checked with the arguments of each call, and once with its defaults when nothing calls it.

mod call;
mod errors;
mod operators;

pub(crate) use call::{GENERIC, is_generic};
pub(crate) use errors::{too_many_nodes, too_many_values};

use crate::diag::Diagnostics;
use crate::library::Library;
use crate::plan::{self, Binary, Builder, Input, Kind, NodeId, Op, Plan};
use crate::source::{SourceId, Span};
use crate::syntax::ast::{Block, Definition, DefinitionKind, Expr, ExprKind, Field, Name, ParamKind, Returns, Statement, UnaryOp};
use crate::syntax::token::Number;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What an expression denotes.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A series of the plan.
    Series(NodeId),
    /// Named values in order, with the name of the indicator that gave them.
    Record(Rc<Vec<(String, Value)>>, String),
    /// A whole number known at compile time.
    Int(i64),
    /// A number known at compile time, and the node that computes it.
    Num(f64, NodeId),
    /// A truth value known at compile time.
    Truth(bool),
    /// A word.
    Word(String),
    /// An error that is reported already.
    Error,
}

/// The names of a body.
#[derive(Clone, Debug)]
struct Scope {
    source: SourceId,
    names: BTreeMap<String, Value>,
    /// Whose body it is.
    definition: Option<Rc<Definition>>,
    /// The names that the body gives further down, for the message about one that is used before.
    later: BTreeSet<String>,
}

impl Scope {
    fn new(source: SourceId, names: BTreeMap<String, Value>) -> Self {
        Scope { source, names, definition: None, later: BTreeSet::new() }
    }
}

pub(crate) struct Checker<'a> {
    library: &'a Library,
    diagnostics: &'a mut Diagnostics,
    builder: Builder,
    /// Calls in progress: the definition's name, and where it was called.
    calls: Vec<Call>,
    /// Results of calls by definition and arguments.
    memo: BTreeMap<String, Value>,
    /// Feedback nodes by name, for the message about a cycle.
    recs: Vec<(NodeId, Name)>,
    depth: u32,
    /// The call whose default is being computed: where an error in that default came from.
    default_of: Option<Span>,
    /// The limits on nodes or depth were passed: nothing more is expanded.
    exhausted: bool,
}

/// A call in progress.
struct Call {
    name: String,
    /// Where it is defined: two definitions may have one name, a program's and the library's.
    definition: Span,
    /// Where it is called.
    span: Span,
}

/// The deepest chain of expressions through calls.
const MAX_DEPTH: u32 = 300;

/// A plan of `expression`; its outputs are the fields of a record, or one without a name.
pub(crate) fn check_expression(library: &Library, expression: &Expr, diagnostics: &mut Diagnostics) -> Option<Plan> {
    let mut checker = Checker::new(library, diagnostics);
    let mut scope = Scope::new(expression.span.source, BTreeMap::new());
    let value = checker.expr(expression, &mut scope);
    checker.finish(&value, expression.span)
}

/// What is passed to a parameter without a default, when a definition is checked by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandIn {
    /// The close.
    Close,
    /// A series that reads no field of a bar; it also takes the place of defaults that are series.
    #[cfg_attr(not(feature = "catalog"), allow(dead_code, reason = "asked for by the catalog"))]
    Opaque,
}

/// A plan of a definition with its defaults.
pub(crate) fn check_definition(
    library: &Library,
    definition: &Rc<Definition>,
    stand_in: StandIn,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    if definition.is_broken {
        return None;
    }
    let mut checker = Checker::new(library, diagnostics);
    let value = checker.call_with_defaults(definition, stand_in);
    checker.finish(&value, definition.name.span)
}

impl<'a> Checker<'a> {
    fn new(library: &'a Library, diagnostics: &'a mut Diagnostics) -> Self {
        Checker {
            library,
            diagnostics,
            builder: Builder::default(),
            calls: Vec::new(),
            memo: BTreeMap::new(),
            recs: Vec::new(),
            depth: 0,
            default_of: None,
            exhausted: false,
        }
    }

    fn finish(mut self, value: &Value, span: Span) -> Option<Plan> {
        match value {
            Value::Record(fields, _) => {
                for (name, field) in fields.iter() {
                    if let Some(node) = self.series(field, span) {
                        self.builder.output(name, node);
                    }
                }
            }
            other => {
                if let Some(node) = self.series(other, span) {
                    self.builder.output("", node);
                }
            }
        }
        if !self.diagnostics.is_empty() {
            return None;
        }
        let plan = std::mem::take(&mut self.builder).finish();
        // What could not be read has left a feedback open; its error is reported already.
        if plan.nodes.iter().any(|node| node.op.operands().iter().any(|id| id.index() >= plan.nodes.len())) {
            return None;
        }
        if let Err(cycle) = plan::order(&plan) {
            self.unguarded(&cycle);
            return None;
        }
        Some(plan)
    }

    /// The node of a value that is a series or can be taken as one.
    fn series(&mut self, value: &Value, span: Span) -> Option<NodeId> {
        match value {
            Value::Series(node) | Value::Num(_, node) => Some(*node),
            Value::Int(value) => Some(self.builder.add(Op::Num(Number::int(*value)), Kind::Num)),
            Value::Truth(value) => Some(self.builder.add(Op::Truth(*value), Kind::Bool)),
            Value::Record(fields, of) => {
                self.unprojected(span, fields, of);
                None
            }
            Value::Word(word) => {
                self.word_as_series(span, word);
                None
            }
            Value::Error => None,
        }
    }

    /// The node of a value that should be a series of a kind.
    fn series_of(&mut self, value: &Value, kind: Kind, span: Span) -> Option<NodeId> {
        let node = self.series(value, span)?;
        let found = self.builder.kind(node);
        if found != kind {
            self.wrong_kind(span, kind, found);
            return None;
        }
        Some(node)
    }

    fn expr(&mut self, expr: &Expr, scope: &mut Scope) -> Value {
        if self.exhausted {
            return Value::Error;
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH || self.builder.is_full() {
            self.exhausted = true;
            self.limit(expr.span, self.depth > MAX_DEPTH);
            self.depth -= 1;
            return Value::Error;
        }
        let value = self.expr_inner(expr, scope);
        self.depth -= 1;
        value
    }

    fn expr_inner(&mut self, expr: &Expr, scope: &mut Scope) -> Value {
        match &expr.kind {
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Num(number) => Value::Num(number.value, self.builder.add(Op::Num(*number), Kind::Num)),
            ExprKind::Truth(value) => Value::Truth(*value),
            ExprKind::Text(word) => Value::Word(word.clone()),
            ExprKind::Name(name) => self.name(name, expr.span, scope),
            ExprKind::Field(inner, field) => {
                let value = self.expr(inner, scope);
                self.field(&value, inner.span, field)
            }
            ExprKind::Index(inner, index) => {
                let value = self.expr(inner, scope);
                let bars = self.expr(index, scope);
                self.delay(&value, inner.span, &bars, index.span)
            }
            ExprKind::Call(name, args) => self.call(name, args, expr.span, scope),
            ExprKind::Unary(op, inner) => {
                let value = self.expr(inner, scope);
                self.unary(*op, &value, inner.span)
            }
            ExprKind::Binary(op, left, right) => {
                let a = self.expr(left, scope);
                let b = self.expr(right, scope);
                self.check_words(scope, left, right);
                self.check_words(scope, right, left);
                self.binary(*op, (&a, left.span), (&b, right.span))
            }
            ExprKind::If(condition, a, b) => self.if_expr(condition, a, b, scope),
            ExprKind::Record(fields) => {
                self.refuse_repeated(fields.iter().map(|(name, _)| name));
                let fields = fields.iter().map(|(name, value)| (name.text.clone(), self.expr(value, scope))).collect();
                Value::Record(Rc::new(fields), String::new())
            }
            ExprKind::Missing => Value::Error,
        }
    }

    fn refuse_repeated<'n>(&mut self, names: impl Iterator<Item = &'n Name>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name.text.as_str()) {
                self.named_twice(name);
            }
        }
    }

    /// A word that a parameter is compared with is one of its words.
    fn check_words(&mut self, scope: &Scope, name: &Expr, word: &Expr) {
        if let (ExprKind::Name(name), ExprKind::Text(text)) = (&name.kind, &word.kind)
            && let Some(definition) = &scope.definition
            && let Some(param) = definition.params.iter().find(|p| p.name.text == *name)
            && let ParamKind::Words(words) = &param.kind
            && !words.contains(text)
        {
            self.unknown_word(definition, param, words, text, word.span);
        }
    }

    /// The names in a branch that is not taken are known all the same: else a misspelt one would be found by the first who takes it.
    fn check_names(&mut self, branch: &Expr, scope: &Scope) {
        if self.library.sources.get(branch.span.source).is_some_and(|source| source.is_prelude) {
            return;
        }
        let mut pending = vec![branch];
        while let Some(expr) = pending.pop() {
            match &expr.kind {
                ExprKind::Name(name)
                    if !scope.names.contains_key(name)
                        && Input::named(name).is_none()
                        && self.library.find(name, scope.source).is_none() =>
                {
                    self.unknown_name(expr.span, name, scope);
                }
                ExprKind::Call(name, _) if !is_generic(&name.text) && self.library.find(&name.text, scope.source).is_none() => {
                    self.unknown_function(name, scope);
                }
                _ => {}
            }
            pending.extend(expr.parts().into_iter().rev());
        }
    }

    /// A local name, a field of the bar, or an indicator without parameters.
    fn name(&mut self, name: &str, span: Span, scope: &Scope) -> Value {
        if let Some(value) = scope.names.get(name) {
            return value.clone();
        }
        if let Some(input) = Input::named(name) {
            return Value::Series(self.builder.add(Op::Input(input), Kind::Num));
        }
        if let Some(definition) = self.library.find(name, scope.source) {
            if definition.params.is_empty() && definition.kind != DefinitionKind::Kernel {
                return self.expand(&definition, span, BTreeMap::new());
            }
            self.not_called(span, &definition);
            return Value::Error;
        }
        self.unknown_name(span, name, scope);
        Value::Error
    }

    fn field(&mut self, value: &Value, span: Span, field: &Name) -> Value {
        match value {
            Value::Record(fields, of) => {
                if let Some((_, value)) = fields.iter().find(|(name, _)| *name == field.text) {
                    return value.clone();
                }
                self.unknown_field(field, fields, of);
                Value::Error
            }
            Value::Error => Value::Error,
            Value::Series(_) | Value::Int(_) | Value::Num(..) | Value::Truth(_) | Value::Word(_) => {
                self.no_fields(span.to(field.span), field);
                Value::Error
            }
        }
    }

    fn delay(&mut self, value: &Value, span: Span, bars: &Value, bars_span: Span) -> Value {
        // Keep checking the series when the index is wrong, and the other way round.
        let source = self.series(value, span);
        let Some(bars) = self.const_int(bars, bars_span, "the number of bars") else {
            return Value::Error;
        };
        let Some(source) = source else {
            return Value::Error;
        };
        if !(0..=MAX_WINDOW).contains(&bars) {
            self.bars_out_of_range(bars_span, bars);
            return Value::Error;
        }
        match u32::try_from(bars) {
            Ok(0) | Err(_) => Value::Series(source),
            Ok(n) => {
                let kind = self.builder.kind(source);
                Value::Series(self.builder.add(Op::Delay(source, n), kind))
            }
        }
    }

    fn const_int(&mut self, value: &Value, span: Span, what: &str) -> Option<i64> {
        match value {
            Value::Int(value) => Some(*value),
            // A computed const may turn out whole: `floor(period / 2)`.
            Value::Num(num, _) if num.fract() == 0.0 && num.abs() < 1e15 => Some(*num as i64),
            Value::Error => None,
            other => {
                self.not_const(span, what, "a whole number", other);
                None
            }
        }
    }

    fn if_expr(&mut self, condition: &Expr, a: &Expr, b: &Expr, scope: &mut Scope) -> Value {
        let value = self.expr(condition, scope);
        // A choice that is made at compile time leaves only its branch.
        if let Value::Truth(truth) = value {
            let (taken, other) = if truth { (a, b) } else { (b, a) };
            self.check_names(other, scope);
            return self.expr(taken, scope);
        }
        let c = self.series_of(&value, Kind::Bool, condition.span);
        let (x, y) = (self.expr(a, scope), self.expr(b, scope));
        let (x, y) = (self.series(&x, a.span), self.series(&y, b.span));
        let (Some(c), Some(x), Some(y)) = (c, x, y) else {
            return Value::Error;
        };
        let kind = self.builder.kind(x);
        if self.builder.kind(y) != kind {
            self.branches_differ(a.span, b.span, kind);
            return Value::Error;
        }
        Value::Series(self.builder.add(Op::Pick(c, x, y), kind))
    }

    /// The value of a body: its result, or the record of its `out`s.
    fn block(&mut self, definition: &Definition, block: &Block, scope: &mut Scope) -> Value {
        scope.later.extend(block.statements.iter().map(|statement| match statement {
            Statement::Let(name, _) | Statement::Rec(name, ..) | Statement::Out(name, _) => name.text.clone(),
        }));
        for statement in &block.statements {
            if let Statement::Rec(name, first, _) = statement {
                let kind = if self.looks_bool(first, scope) { Kind::Bool } else { Kind::Num };
                let rec = self.builder.open_rec(kind);
                self.recs.push((rec, name.clone()));
                if scope.names.insert(name.text.clone(), Value::Series(rec)).is_some() {
                    self.named_twice(name);
                }
            }
        }
        let mut outs: Vec<(String, Value)> = Vec::new();
        self.refuse_repeated(
            block.statements.iter().filter_map(|statement| if let Statement::Out(name, _) = statement { Some(name) } else { None }),
        );
        for statement in &block.statements {
            match statement {
                Statement::Let(name, value) => {
                    scope.later.remove(&name.text);
                    let value = self.expr(value, scope);
                    if scope.names.contains_key(&name.text) && is_taken(definition, block, name) {
                        self.named_twice(name);
                    } else {
                        scope.names.insert(name.text.clone(), value);
                    }
                }
                Statement::Rec(name, first, next) => self.rec(name, first, next, scope),
                Statement::Out(name, value) => {
                    scope.later.remove(&name.text);
                    let span = value.span;
                    let value = self.expr(value, scope);
                    if definition.kind != DefinitionKind::Strategy {
                        self.out_in_indicator(name);
                    }
                    let value = self.series(&value, span).map_or(Value::Error, Value::Series);
                    scope.names.entry(name.text.clone()).or_insert_with(|| value.clone());
                    outs.push((name.text.clone(), value));
                }
            }
        }
        match (&block.result, definition.kind) {
            (None, DefinitionKind::Strategy) => {
                if outs.is_empty() {
                    self.no_outputs(definition);
                    return Value::Error;
                }
                Value::Record(Rc::new(outs), definition.name.text.clone())
            }
            // A file that is one expression has no `out`s and no statements.
            (Some(result), DefinitionKind::Strategy) if block.statements.is_empty() && definition.span == result.span => {
                self.expr(result, scope)
            }
            (Some(Expr { kind: ExprKind::Missing, .. }), DefinitionKind::Strategy) => Value::Error,
            (Some(result), DefinitionKind::Strategy) => {
                self.result_in_strategy(result.span);
                Value::Error
            }
            (None, DefinitionKind::Indicator | DefinitionKind::Kernel) => {
                self.no_result(definition);
                Value::Error
            }
            (Some(result), DefinitionKind::Indicator | DefinitionKind::Kernel) => {
                let value = self.expr(result, scope);
                self.returned(definition, value, result)
            }
        }
    }

    fn rec(&mut self, name: &Name, first: &Expr, next: &Expr, scope: &mut Scope) {
        let open = self.recs.iter().rev().find(|(_, other)| other.span == name.span).map(|(rec, _)| *rec);
        let (Some(rec), Some(Value::Series(known))) = (open, scope.names.get(&name.text)) else { return };
        if *known != rec {
            return;
        }
        let kind = self.builder.kind(rec);
        let value = self.expr(first, scope);
        let first_node = self.series(&value, first.span);
        let kind = match first_node {
            Some(node) if self.builder.kind(node) != kind => {
                self.builder.set_kind(rec, self.builder.kind(node));
                self.builder.kind(node)
            }
            _ => kind,
        };
        let value = self.expr(next, scope);
        let next_node = self.series_of(&value, kind, next.span);
        let (Some(first_node), Some(next_node)) = (first_node, next_node) else {
            scope.names.insert(name.text.clone(), Value::Error);
            return;
        };
        self.builder.close_rec(rec, first_node, next_node);
    }

    /// Whether an expression is a truth value by its form: a feedback is named before it is computed.
    fn looks_bool(&mut self, expr: &Expr, scope: &Scope) -> bool {
        match &expr.kind {
            ExprKind::Truth(_) | ExprKind::Unary(UnaryOp::Not, _) => true,
            ExprKind::Binary(op, ..) => op.level() <= 4,
            ExprKind::If(_, a, _) => self.looks_bool(a, scope),
            ExprKind::Call(name, _) | ExprKind::Field(_, name) if name.text == "is_null" => true,
            ExprKind::Call(name, _) => self.library.find(&name.text, scope.source).is_some_and(|d| matches!(d.returns, Returns::Bool)),
            _ => false,
        }
    }

    /// Checks a result against what the definition says it gives.
    fn returned(&mut self, definition: &Definition, value: Value, expr: &Expr) -> Value {
        let span = expr.span;
        let given = if let ExprKind::Record(fields) = &expr.kind { &fields[..] } else { &[] };
        match &definition.returns {
            Returns::Unsaid => {
                self.returns_unsaid(definition);
                Value::Error
            }
            Returns::Num => self.series_of(&value, Kind::Num, span).map_or(Value::Error, |node| keep_const(value, node)),
            Returns::Bool => self.series_of(&value, Kind::Bool, span).map_or(Value::Error, |node| keep_const(value, node)),
            Returns::Record(declared) => {
                let Value::Record(fields, _) = &value else {
                    if !matches!(value, Value::Error) {
                        self.record_wanted(definition, declared, span);
                    }
                    return Value::Error;
                };
                let by_name: BTreeMap<&str, &Value> = fields.iter().map(|(name, value)| (name.as_str(), value)).collect();
                let places: BTreeMap<&str, &Expr> = given.iter().map(|(name, value)| (name.text.as_str(), value)).collect();
                let mut result = Vec::new();
                for Field { name, is_bool, .. } in declared {
                    let Some(field) = by_name.get(name.text.as_str()) else {
                        self.field_missing(name, span);
                        continue;
                    };
                    let kind = if *is_bool { Kind::Bool } else { Kind::Num };
                    let place = places.get(name.text.as_str()).map_or(span, |value| value.span);
                    let node = self.series_of(field, kind, place);
                    result.push((name.text.clone(), node.map_or(Value::Error, Value::Series)));
                }
                let known: BTreeSet<&str> = declared.iter().map(|of| of.name.text.as_str()).collect();
                for (field, _) in fields.iter() {
                    if !known.contains(field.as_str()) {
                        let place = given.iter().find(|(other, _)| other.text == *field).map_or(span, |(other, _)| other.span);
                        self.field_undeclared(field, definition, place);
                    }
                }
                Value::Record(Rc::new(result), definition.name.text.clone())
            }
        }
    }

    fn expand(&mut self, definition: &Rc<Definition>, span: Span, args: BTreeMap<String, Value>) -> Value {
        let name = &definition.name.text;
        if definition.is_broken {
            return Value::Error;
        }
        let key = format!("{:?}:{name}({args:?})", definition.name.span);
        if let Some(known) = self.memo.get(&key) {
            return known.clone();
        }
        if !self.enter(definition, span) {
            return Value::Error;
        }
        let mut scope = Scope::new(definition.name.span.source, args);
        scope.definition = Some(Rc::clone(definition));
        let value = self.block(definition, &definition.body, &mut scope);
        self.calls.pop();
        self.memo.insert(key, value.clone());
        value
    }

    /// Begins a call, unless it is in progress already: then the circle is reported.
    fn enter(&mut self, definition: &Definition, span: Span) -> bool {
        if let Some(from) = self.calls.iter().position(|call| call.definition == definition.name.span) {
            self.recursion(span, from);
            return false;
        }
        self.calls.push(Call { name: definition.name.text.clone(), definition: definition.name.span, span });
        true
    }

    fn coalesce(&mut self, parts: &[(Value, Span)]) -> Value {
        let nodes: Vec<Option<NodeId>> = parts.iter().map(|(value, span)| self.series(value, *span)).collect();
        let Some(nodes) = nodes.into_iter().collect::<Option<Vec<NodeId>>>() else {
            return Value::Error;
        };
        let Some((&last, rest)) = nodes.split_last() else {
            return Value::Error;
        };
        let kind = self.builder.kind(last);
        if let Some(i) = rest.iter().position(|&node| self.builder.kind(node) != kind) {
            self.branches_differ(parts[i].1, parts[parts.len() - 1].1, self.builder.kind(rest[i]));
            return Value::Error;
        }
        Value::Series(rest.iter().rev().fold(last, |filled, &node| self.builder.binary(Binary::Coalesce, node, filled)))
    }
}

/// The longest window or delay.
pub(crate) const MAX_WINDOW: i64 = 100_000;

/// A const stays one through an indicator that only passes it on.
fn keep_const(value: Value, node: NodeId) -> Value {
    match value {
        Value::Int(_) | Value::Num(..) | Value::Truth(_) => value,
        Value::Series(_) | Value::Record(..) | Value::Word(_) | Value::Error => Value::Series(node),
    }
}

/// What a parameter takes, in words.
pub(crate) fn describe(kind: &ParamKind) -> String {
    match kind {
        ParamKind::Num => "num".to_owned(),
        ParamKind::Bool => "bool".to_owned(),
        ParamKind::ConstInt => "const int".to_owned(),
        ParamKind::ConstNum => "const num".to_owned(),
        ParamKind::ConstBool => "const bool".to_owned(),
        ParamKind::Words(words) => format!("const {}", words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(" | ")),
    }
}

/// Whether a name of a body is a parameter's, or was given before.
fn is_taken(definition: &Definition, block: &Block, name: &Name) -> bool {
    let earlier = block.statements.iter().any(|statement| match statement {
        // A feedback is known in the whole body.
        Statement::Rec(other, ..) => other.text == name.text,
        Statement::Let(other, _) | Statement::Out(other, _) => other.text == name.text && other.span.lo < name.span.lo,
    });
    earlier || definition.params.iter().any(|p| p.name.text == name.text)
}
