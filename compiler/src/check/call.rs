//! Calls: arguments are bound to parameters, then the definition is expanded, or the kernel joins the plan.

use super::operators::num;
use super::{Checker, Scope, StandIn, Value};
use crate::library::{parameter, words};
use crate::plan::{Binary, Function, Gaps, Kernel, Kind, NodeId, Op, Unary};
use crate::source::Span;
use crate::syntax::ast::{Arg, Definition, DefinitionKind, Expr, ExprKind, Name, Param, ParamKind, Returns};
use crate::syntax::token::Number;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Functions that take series of either kind, which no declaration can say: signatures for messages.
pub(crate) const GENERIC: &[(&str, &str)] = &[
    ("prev", "prev(x, n: const int = 1 in 0..=100_000)"),
    ("shift", "shift(x, n: const int = 1 in 0..=100_000)"),
    ("is_null", "is_null(x) -> bool"),
    ("coalesce", "coalesce(x, y, …)"),
    ("with", "with(x, y)"),
];

/// Whether a name is that of one of them.
pub(crate) fn is_generic(name: &str) -> bool {
    GENERIC.iter().any(|(generic, _)| *generic == name)
}

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &Name, args: &[Arg], span: Span, scope: &mut Scope) -> Value {
        if is_generic(&name.text) {
            return self.generic(name, args, span, scope);
        }
        let Some(definition) = self.library.find(&name.text, scope.source) else {
            for arg in args {
                self.expr(&arg.value, scope);
            }
            self.unknown_function(name, scope);
            return Value::Error;
        };
        // Arguments are checked even when the call is wrong: their errors are shown together.
        let values: Vec<Value> = args.iter().map(|arg| self.argument(&definition, arg, scope)).collect();
        if definition.is_broken {
            return Value::Error;
        }
        match self.bind(&definition, name, args, &values, span) {
            Some(bound) if definition.kind == DefinitionKind::Kernel => self.kernel(&definition, &bound),
            Some(bound) => self.expand(&definition, span, bound),
            None => Value::Error,
        }
    }

    fn argument(&mut self, definition: &Definition, Arg { name, value }: &Arg, scope: &mut Scope) -> Value {
        if let ExprKind::Name(word) = &value.kind
            && !scope.names.contains_key(word)
            && definition.params.iter().any(|p| {
                let is_meant = name.as_ref().is_none_or(|name| parameter(definition, &name.text) == Some(&p.name.text));
                is_meant && matches!(&p.kind, ParamKind::Words(words) if words.contains(word))
            })
        {
            self.unquoted(value.span, word);
            return Value::Error;
        }
        self.expr(value, scope)
    }

    pub(super) fn call_with_defaults(&mut self, definition: &Rc<Definition>, stand_in: StandIn) -> Value {
        if let Returns::Record(fields) = &definition.returns {
            self.refuse_repeated(fields.iter().map(|field| &field.name));
        }
        self.refuse_repeated(definition.params.iter().map(|param| &param.name));
        let mut bound = BTreeMap::new();
        for param in &definition.params {
            if param.default.is_none() && definition.kind == DefinitionKind::Strategy {
                self.no_default(definition, param);
            }
            let (low, _) = self.ends(definition, param, &bound, definition.name.span).unwrap_or_default();
            let is_replaced = stand_in == StandIn::Opaque && matches!(param.kind, ParamKind::Num | ParamKind::Bool);
            let (value, span) = match &param.default {
                Some(default) if !is_replaced => (self.default(definition, param, &bound, definition.name.span), default.span),
                _ => (self.stand_in(param, low, stand_in), param.name.span),
            };
            let value = self.fit(definition, param, &value, span, &bound);
            bound.insert(param.name.text.clone(), value.unwrap_or(Value::Error));
        }
        if definition.kind == DefinitionKind::Kernel {
            return self.kernel(definition, &bound);
        }
        self.expand(definition, definition.name.span, bound)
    }

    /// A value to check a definition with, for a parameter without a default.
    fn stand_in(&mut self, param: &Param, low: Option<Value>, stand_in: StandIn) -> Value {
        match &param.kind {
            ParamKind::Num if stand_in == StandIn::Opaque => {
                Value::Series(self.builder.add(Op::Input(crate::plan::Input::BarIndex), Kind::Num))
            }
            ParamKind::Bool if stand_in == StandIn::Opaque => Value::Truth(true),
            ParamKind::Num => Value::Series(self.builder.add(Op::Input(crate::plan::Input::Close), Kind::Num)),
            ParamKind::Bool => {
                let close = self.builder.add(Op::Input(crate::plan::Input::Close), Kind::Num);
                let open = self.builder.add(Op::Input(crate::plan::Input::Open), Kind::Num);
                Value::Series(self.builder.binary(Binary::Lt, open, close))
            }
            ParamKind::ConstInt => low.unwrap_or(Value::Int(10)),
            ParamKind::ConstNum => low.unwrap_or(Value::Int(1)),
            ParamKind::ConstBool => Value::Truth(true),
            ParamKind::Words(words) => Value::Word(words.first().cloned().unwrap_or_default()),
        }
    }

    /// What a parameter is where a call leaves it out.
    fn default(&mut self, definition: &Definition, param: &Param, bound: &BTreeMap<String, Value>, call: Span) -> Value {
        param.default.as_ref().map_or(Value::Error, |default| self.of_head(definition, default, bound, call))
    }

    /// An expression in the head of a definition, which sees the parameters before it. As a body, it is computed once for the same arguments, and does not come
    /// back to its own definition.
    fn of_head(&mut self, definition: &Definition, expr: &Expr, bound: &BTreeMap<String, Value>, call: Span) -> Value {
        let key = format!("{:?}={bound:?}", expr.span);
        if let Some(known) = self.memo.get(&key) {
            return known.clone();
        }
        if !self.enter(definition, call) {
            return Value::Error;
        }
        let value = self.expr(expr, &mut Scope::new(definition.name.span.source, bound.clone()));
        self.calls.pop();
        self.memo.insert(key, value.clone());
        value
    }

    /// A value for every parameter, or nothing when something is wrong and reported.
    fn bind(
        &mut self,
        definition: &Rc<Definition>,
        name: &Name,
        args: &[Arg],
        values: &[Value],
        span: Span,
    ) -> Option<BTreeMap<String, Value>> {
        let params = &definition.params;
        let positional = args.iter().take_while(|arg| arg.name.is_none()).count();
        // `ema(12)` is `ema(close, 12)`: a const cannot be meant as the series, unless nothing else could be meant.
        let skips_first = positional > 0
            && params.len() > 1
            && match values.first() {
                Some(Value::Int(_) | Value::Num(..) | Value::Word(_)) => true,
                Some(Value::Truth(_)) => !matches!(params[1].kind, ParamKind::ConstInt | ParamKind::ConstNum),
                _ => false,
            }
            && params.first().is_some_and(|p| matches!(p.kind, ParamKind::Num | ParamKind::Bool) && p.default.is_some())
            && !args.iter().any(|arg| arg.name.as_ref().is_some_and(|n| n.text == params[0].name.text));
        let mut given: Vec<Option<usize>> = vec![None; params.len()];
        let mut is_right = true;
        let mut is_misnamed = false;
        for (i, arg) in args.iter().enumerate() {
            let slot = match &arg.name {
                None if i >= positional => {
                    self.positional_after_named(arg.value.span);
                    is_right = false;
                    continue;
                }
                None => i + usize::from(skips_first),
                Some(arg_name) => {
                    let Some(slot) = self.param_named(definition, arg_name) else {
                        is_right = false;
                        is_misnamed = true;
                        continue;
                    };
                    slot
                }
            };
            if slot >= params.len() {
                if skips_first && positional <= params.len() {
                    self.series_left_out(definition, arg.value.span, args[0].value.span);
                } else {
                    self.too_many_arguments(definition, arg.value.span, args.len());
                }
                is_right = false;
                break;
            }
            if given[slot].replace(i).is_some() {
                self.given_twice(arg, &params[slot].name.text);
                is_right = false;
            }
        }
        let mut bound = BTreeMap::new();
        let mut missing = Vec::new();
        for (slot, param) in params.iter().enumerate() {
            let (value, value_span) = match (given[slot], &param.default) {
                (Some(i), _) => (values[i].clone(), args[i].value.span),
                (None, Some(default)) => {
                    // A wrong default is mended where it stands, not at the calls that leave it to stand.
                    let value = self.default(definition, param, &bound, span);
                    let is_shipped = self.library.sources.get(default.span.source).is_some_and(|s| s.is_prelude);
                    self.default_of = (!is_shipped).then_some(span);
                    (value, if is_shipped { span } else { default.span })
                }
                (None, None) => {
                    missing.push(param.name.text.as_str());
                    (Value::Error, span)
                }
            };
            let value = if given[slot].is_none() && matches!(value, Value::Error) {
                is_right = false;
                None
            } else {
                self.fit(definition, param, &value, value_span, &bound)
            };
            self.default_of = None;
            is_right &= value.is_some();
            bound.insert(param.name.text.clone(), value.unwrap_or(Value::Error));
        }
        // What was given under a wrong name is not missing besides.
        if !missing.is_empty() && !is_misnamed && is_right_but_missing(&given, params) {
            self.missing_arguments(definition, name, &missing);
        }
        is_right.then_some(bound)
    }

    fn param_named(&mut self, definition: &Definition, name: &Name) -> Option<usize> {
        let slot = parameter(definition, &name.text).and_then(|target| definition.params.iter().position(|p| p.name.text == target));
        if slot.is_none() {
            self.unknown_parameter(definition, name);
        }
        slot
    }

    /// The value as the parameter takes it: of its kind and in its range.
    fn fit(&mut self, definition: &Definition, param: &Param, value: &Value, span: Span, bound: &BTreeMap<String, Value>) -> Option<Value> {
        let fitted = match (&param.kind, value) {
            (_, Value::Error) => return None,
            (ParamKind::Num, _) => Value::Series(self.series_of(value, Kind::Num, span)?),
            (ParamKind::Bool, _) => Value::Series(self.series_of(value, Kind::Bool, span)?),
            (ParamKind::ConstInt, Value::Int(_)) | (ParamKind::ConstNum, Value::Num(..)) | (ParamKind::ConstBool, Value::Truth(_)) => {
                value.clone()
            }
            // A computed const may turn out whole: `floor(period / 2)`.
            #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
            (ParamKind::ConstInt, Value::Num(num, _)) if num.fract() == 0.0 && num.abs() < 1e15 => Value::Int(*num as i64),
            #[allow(clippy::cast_precision_loss, reason = "consts of programs are lengths and factors")]
            (ParamKind::ConstNum, Value::Int(int)) => {
                let node = self.builder.add(Op::Num(Number::int(*int)), Kind::Num);
                Value::Num(*int as f64, node)
            }
            (ParamKind::Words(words), Value::Word(word)) => {
                if !words.contains(word) {
                    self.unknown_word(definition, param, words, word, span);
                    return None;
                }
                value.clone()
            }
            _ => {
                self.wrong_argument(definition, param, value, span);
                return None;
            }
        };
        self.in_range(definition, param, &fitted, span, bound).then_some(fitted)
    }

    fn in_range(&mut self, definition: &Definition, param: &Param, value: &Value, span: Span, bound: &BTreeMap<String, Value>) -> bool {
        let Some((low, high)) = self.ends(definition, param, bound, span) else { return false };
        let (low, high) = (low.as_ref().and_then(num), high.as_ref().and_then(num));
        let (Some(x), Some(range)) = (num(value), &param.range) else { return true };
        let is_in = low.is_none_or(|low| x >= low) && high.is_none_or(|high| if range.inclusive { x <= high } else { x < high });
        if !is_in {
            self.out_of_range(definition, param, x, low, high, range.inclusive, span);
        }
        is_in
    }

    /// The numbers between which a parameter lies; nothing where its range bounds nothing, which is reported.
    fn ends(
        &mut self,
        definition: &Definition,
        param: &Param,
        bound: &BTreeMap<String, Value>,
        call: Span,
    ) -> Option<(Option<Value>, Option<Value>)> {
        let Some(range) = &param.range else { return Some((None, None)) };
        if !matches!(param.kind, ParamKind::ConstInt | ParamKind::ConstNum) || (range.low.is_none() && range.high.is_none()) {
            self.idle_range(param, range.span);
            return None;
        }
        let mut value = |end: &Option<Expr>| end.as_ref().map(|end| (end.span, self.of_head(definition, end, bound, call)));
        let (low, high) = (value(&range.low), value(&range.high));
        let (low, high) = (self.end(param, low), self.end(param, high));
        Some((low?, high?))
    }

    /// One end of a range, if there is one; nothing where it is no number.
    #[allow(clippy::option_option, reason = "an end that is missing is right, one that is no number is wrong")]
    fn end(&mut self, param: &Param, end: Option<(Span, Value)>) -> Option<Option<Value>> {
        let Some((span, value)) = end else { return Some(None) };
        if num(&value).is_some() {
            return Some(Some(value));
        }
        if !matches!(value, Value::Error) {
            let has_no_value = matches!(value, Value::Series(node) if self.builder.is_of_literals(node));
            self.no_end(param, span, &value, has_no_value);
        }
        None
    }

    fn generic(&mut self, name: &Name, args: &[Arg], span: Span, scope: &mut Scope) -> Value {
        let values: Vec<(Value, Span)> = args.iter().map(|arg| (self.expr(&arg.value, scope), arg.value.span)).collect();
        let counts = match name.text.as_str() {
            "prev" | "shift" => 1..=2,
            "is_null" => 1..=1,
            "coalesce" => 2..=100,
            _ => 2..=2,
        };
        let takes_bars = matches!(name.text.as_str(), "prev" | "shift");
        for (i, arg) in args.iter().enumerate() {
            let place = arg.name.as_ref().map(|arg_name| (arg_name, usize::from(takes_bars && arg_name.text == "n")));
            match place {
                Some((arg_name, place)) if i > place && (place == 1 || arg_name.text == "x") => self.given_twice(arg, &arg_name.text),
                Some((arg_name, place)) if i != place || (place == 0 && arg_name.text != "x") => self.generic_name(name, arg_name),
                _ => continue,
            }
            return Value::Error;
        }
        if !counts.contains(&args.len()) {
            self.generic_arguments(name, &counts, args.len());
            return Value::Error;
        }
        match name.text.as_str() {
            "prev" | "shift" => {
                let (bars, bars_span) = values.get(1).cloned().unwrap_or((Value::Int(1), span));
                self.delay(&values[0].0, values[0].1, &bars, bars_span)
            }
            "is_null" => match self.series(&values[0].0, values[0].1) {
                Some(node) => Value::Series(self.builder.unary(Unary::IsNull, node)),
                None => Value::Error,
            },
            "coalesce" => self.coalesce(&values),
            _ => {
                let (x, y) = (self.series(&values[0].0, values[0].1), self.series(&values[1].0, values[1].1));
                let (Some(x), Some(y)) = (x, y) else {
                    return Value::Error;
                };
                Value::Series(self.builder.binary(Binary::With, x, y))
            }
        }
    }

    /// A kernel over bound arguments.
    fn kernel(&mut self, definition: &Definition, bound: &BTreeMap<String, Value>) -> Value {
        let mut nodes = Vec::new();
        let mut consts = Vec::new();
        for param in &definition.params {
            match bound.get(&param.name.text) {
                Some(Value::Series(node)) => nodes.push(*node),
                Some(Value::Int(int)) => consts.push(*int),
                Some(Value::Word(word)) => {
                    let ParamKind::Words(words) = &param.kind else {
                        return Value::Error;
                    };
                    consts.push(words.iter().position(|w| w == word).and_then(|at| i64::try_from(at).ok()).unwrap_or(0));
                }
                _ => return Value::Error,
            }
        }
        if definition.attribute("elementwise").is_some() {
            return self.elementwise(definition, &nodes, &consts);
        }
        let number = |checker: &mut Self, attribute: &str, m: i64| -> Vec<f64> {
            let Some(attribute) = definition.attribute(attribute) else {
                return Vec::new();
            };
            let mut names = bound.clone();
            names.insert("m".to_owned(), Value::Int(m));
            let mut scope = Scope::new(definition.name.span.source, names);
            let values: Vec<Value> = attribute.args.iter().map(|arg| checker.expr(&arg.value, &mut scope)).collect();
            #[allow(clippy::cast_precision_loss, reason = "lengths and bounds")]
            values
                .iter()
                .map(|value| match value {
                    Value::Int(int) => *int as f64,
                    Value::Num(num, _) => *num,
                    Value::Series(_) | Value::Record(..) | Value::Truth(_) | Value::Word(_) | Value::Error => 0.0,
                })
                .collect()
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths are whole and at most a few hundred thousand")]
        let length = |values: Vec<f64>| values.first().map_or(0, |&v| v as u64);
        let warmup = length(number(self, "warmup", 1));
        let memory = length(number(self, "memory", 1));
        let stretch = length(number(self, "stretch", 1));
        let still = u32::try_from(length(number(self, "still", 1))).unwrap_or(0);
        let (at_one, at_two) = (number(self, "bounds", 1), number(self, "bounds", 2));
        #[allow(clippy::cast_possible_truncation, reason = "the power of a bound is at most 4")]
        let bounds = at_one.iter().zip(&at_two).map(|(&one, &two)| (one, (two / one).log2().round() as i32)).collect();
        let left = number(self, "left", 1).first().copied();
        let fields: Vec<String> = match &definition.returns {
            Returns::Record(fields) => fields.iter().map(|field| field.name.text.clone()).collect(),
            Returns::Num | Returns::Bool | Returns::Unsaid => Vec::new(),
        };
        let outputs = u32::try_from(fields.len().max(1)).unwrap_or(1);
        let gaps = match (definition.attribute("sparse"), definition.attribute("mixes")) {
            (_, Some(_)) => Gaps::BeyondMeans,
            (Some(_), None) => Gaps::Some,
            (None, None) => Gaps::None,
        };
        let kernel = Kernel {
            name: definition.name.text.clone(),
            rust: words(definition, "rust").first().cloned().unwrap_or_default(),
            takes_used: definition.attribute("takes_used").is_some(),
            args: nodes,
            consts,
            warmup,
            memory,
            stretch,
            still,
            bounds,
            gaps,
            keeps_sign: definition.attribute("keeps_sign").is_some(),
            left,
            outputs,
        };
        let tuple = self.builder.add(Op::Kernel(Box::new(kernel)), Kind::Tuple);
        let parts: Vec<NodeId> = (0..outputs).map(|k| self.builder.add(Op::Part(tuple, k), Kind::Num)).collect();
        if fields.is_empty() {
            return Value::Series(parts[0]);
        }
        let fields = fields.into_iter().zip(parts.into_iter().map(Value::Series)).collect();
        Value::Record(Rc::new(fields), definition.name.text.clone())
    }

    fn elementwise(&mut self, definition: &Definition, nodes: &[NodeId], consts: &[i64]) -> Value {
        let name = definition.name.text.as_str();
        let binary = match name {
            "max2" => Some(Binary::Max2),
            "min2" => Some(Binary::Min2),
            "pow" => Some(Binary::Pow),
            _ => None,
        };
        let node = if let (Some(binary), [a, b]) = (binary, nodes) {
            return self.of_two(binary, *a, *b);
        } else if let ("scaled", [x], [numerator, denominator]) = (name, nodes, consts) {
            self.builder.unary(Unary::Scaled(*numerator, *denominator), *x)
        } else if let (Some((_, function)), [x]) = (Function::ALL.iter().find(|(n, _)| *n == name), nodes) {
            return self.function(*function, *x);
        } else {
            return Value::Error;
        };
        Value::Series(node)
    }

    /// The greater or the lesser of two consts is a const, and so is a whole power.
    fn of_two(&mut self, binary: Binary, a: NodeId, b: NodeId) -> Value {
        let whole = |number: Number| if number.scale == 0 { Some(number.mantissa) } else { None };
        let node = match self.builder.number(b).and_then(whole).filter(|exponent| binary == Binary::Pow && exponent.abs() <= 1_000) {
            Some(exponent) => self.builder.unary(Unary::Power(exponent), a),
            None => self.builder.binary(binary, a, b),
        };
        self.builder.const_value(node).map_or(Value::Series(node), |value| Value::Num(value, node))
    }

    /// A function of a const is a const where compile time computes it exactly.
    fn function(&mut self, function: Function, x: NodeId) -> Value {
        let node = self.builder.unary(Unary::Function(function), x);
        self.builder.const_value(node).map_or(Value::Series(node), |value| Value::Num(value, node))
    }
}

fn is_right_but_missing(given: &[Option<usize>], params: &[Param]) -> bool {
    given.iter().zip(params).any(|(given, param)| given.is_none() && param.default.is_none())
}
