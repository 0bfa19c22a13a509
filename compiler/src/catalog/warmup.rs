//! Warm-ups as formulas: a definition is followed as the checker follows it, but a length stays the parameter that it is.
//!
//! Takes a definition, gives the warm-up of each output. Which branch an `if` over parameters takes is decided by the defaults, unless both
//! branches together are a maximum. What cannot be followed has no formula; what can is tested to be the plan's warm-up.

use super::form::{Bounds, Form};
use crate::library::{Library, parameter};
use crate::plan::{Function, Input};
use crate::source::SourceId;
use crate::syntax::ast::{Arg, BinaryOp, Definition, DefinitionKind, Expr, ExprKind, Param, ParamKind, Returns, Statement, UnaryOp};
use std::collections::BTreeMap;
use std::rc::Rc;

/// When a series has its first value.
#[derive(Clone, Debug)]
pub(super) struct Warm {
    /// None where it never surely has one.
    bars: Option<Form>,
    /// The same with the defaults; `u64::MAX` for never.
    at: u64,
    /// Whether it has a value on every bar from then on.
    is_dense: bool,
}

impl Warm {
    fn start() -> Self {
        Warm { bars: Some(Form::constant(0)), at: 0, is_dense: true }
    }
    fn never() -> Self {
        Warm { bars: None, at: u64::MAX, is_dense: false }
    }
    fn later(&self, by: &Const) -> Self {
        #[allow(clippy::cast_sign_loss, reason = "lengths are not negative")]
        let at = self.at.saturating_add(by.value as u64);
        Warm { bars: self.bars.as_ref().map(|bars| bars.plus(&by.form)), at, ..*self }
    }
}

/// A number known at compile time: its value with the defaults, and how it follows from the parameters.
#[derive(Clone, Debug)]
pub(super) struct Const {
    value: f64,
    form: Form,
}

impl Const {
    pub(super) fn number(value: f64) -> Self {
        let is_whole = value.fract() == 0.0 && value.abs() < 1e15;
        let form = if is_whole { Form::constant(value as i64) } else { Form::atom(value.to_string()) };
        Const { value, form }
    }
    fn atom(value: f64, text: impl Into<String>) -> Self {
        Const { value, form: Form::atom(text) }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Series(Warm),
    Record(Vec<(String, Value)>),
    Const(Const),
    /// What a condition over parameters is with the defaults; for `a > b` also both sides.
    Truth(bool, Option<Sides>),
    Word(String),
}

/// The sides of a comparison that holds where the first is the greater one.
#[derive(Clone, Debug)]
pub(super) struct Sides {
    high: Form,
    low: Form,
}

impl Sides {
    fn of(high: &Const, low: &Const) -> Sides {
        Sides { high: high.form.clone(), low: low.form.clone() }
    }
    fn turned(self) -> Sides {
        Sides { high: self.low, low: self.high }
    }
    fn are_constant(&self) -> bool {
        self.high.as_constant().is_some() && self.low.as_constant().is_some()
    }
    /// Whether `a` is not below `b` where the first side is not below the second.
    fn order(&self, a: &Form, b: &Form) -> bool {
        let rest = a.minus(b).zip(self.high.minus(&self.low));
        (*a == self.high && *b == self.low) || rest.is_some_and(|(rest, difference)| rest.is_positive_multiple(&difference))
    }
}

impl Value {
    fn warm(self) -> Option<Warm> {
        match self {
            Value::Series(warm) => Some(warm),
            Value::Const(_) | Value::Truth(..) => Some(Warm::start()),
            Value::Record(_) | Value::Word(_) => None,
        }
    }
}

/// A name of a body.
enum Slot<'a> {
    Known(Value),
    Let(&'a Expr),
    /// The first value of a feedback.
    Rec(&'a Expr),
    /// Being followed.
    Open,
}

pub(super) type Names<'a> = BTreeMap<&'a str, Value>;

struct Scope<'a> {
    source: SourceId,
    names: BTreeMap<&'a str, Slot<'a>>,
    /// What the names were found to be before, for those that are being followed.
    before: BTreeMap<&'a str, Value>,
    is_cyclic: bool,
}

impl<'a> Scope<'a> {
    fn new(definition: &'a Definition, names: Names<'a>) -> Self {
        let names = names.into_iter().map(|(name, value)| (name, Slot::Known(value))).collect();
        Scope { source: definition.name.span.source, names, before: BTreeMap::new(), is_cyclic: false }
    }
}

/// The warm-up of each output, as far as it can be followed, and the parameters with the least they may be.
pub(super) fn formulas(library: &Library, definition: &Rc<Definition>) -> Option<Vec<(String, Option<Form>)>> {
    let mut follower = Follower { library, bounds: Bounds::new(), known: BTreeMap::new() };
    let value = follower.with_defaults(definition)?;
    let bars = |value: Value| value.warm().and_then(|warm| warm.bars);
    Some(match value {
        Value::Record(fields) => fields.into_iter().map(|(name, value)| (name, bars(value))).collect(),
        value @ (Value::Series(_) | Value::Const(_) | Value::Truth(..) | Value::Word(_)) => vec![(String::new(), bars(value))],
    })
}

/// The number that an attribute of a kernel says, for arguments of a call.
pub(super) fn number(library: &Library, definition: &Definition, expr: &Expr, names: Names<'_>) -> Option<f64> {
    let mut follower = Follower { library, bounds: Bounds::new(), known: BTreeMap::new() };
    match follower.expr(expr, &mut Scope::new(definition, names))? {
        Value::Const(number) => Some(number.value),
        Value::Series(_) | Value::Record(_) | Value::Truth(..) | Value::Word(_) => None,
    }
}

struct Follower<'a> {
    library: &'a Library,
    bounds: Bounds,
    /// Results of calls, and of defaults, by place and arguments: each is followed once.
    known: BTreeMap<String, Option<Value>>,
}

impl Follower<'_> {
    fn with_defaults(&mut self, definition: &Rc<Definition>) -> Option<Value> {
        let mut names = Names::new();
        for param in &definition.params {
            let value = self.default(definition, param, &names)?;
            names.insert(&param.name.text, value);
        }
        if definition.kind == DefinitionKind::Kernel { self.kernel(definition, names) } else { self.expand(definition, &names) }
    }

    /// What a parameter is by itself: a length stays a name.
    fn default(&mut self, definition: &Definition, param: &Param, names: &Names<'_>) -> Option<Value> {
        self.once(format!("{:?}={names:?}", param.name.span), |follower| follower.follow_default(definition, param, names))
    }

    fn once(&mut self, key: String, follow: impl FnOnce(&mut Self) -> Option<Value>) -> Option<Value> {
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let value = follow(self);
        self.known.insert(key, value.clone());
        value
    }

    fn follow_default(&mut self, definition: &Definition, param: &Param, names: &Names<'_>) -> Option<Value> {
        let name = &param.name.text;
        let mut scope = Scope::new(definition, names.clone());
        let low = param.range.as_ref().and_then(|range| range.low.as_ref()).and_then(|low| self.expr(low, &mut scope));
        let default = match &param.default {
            Some(default) => self.expr(default, &mut scope)?,
            None => match &param.kind {
                ParamKind::Num | ParamKind::Bool => Value::Series(Warm::start()),
                ParamKind::ConstInt => low.clone().unwrap_or(Value::Const(Const::number(10.0))),
                ParamKind::ConstNum => low.clone().unwrap_or(Value::Const(Const::number(1.0))),
                ParamKind::ConstBool => Value::Truth(true, None),
                ParamKind::Words(words) => Value::Word(words.first()?.clone()),
            },
        };
        Some(match (default, &param.kind) {
            (value, ParamKind::Num | ParamKind::Bool) => Value::Series(value.warm()?),
            (Value::Const(number), _) => {
                if let Some(Value::Const(low)) = low {
                    self.bounds.insert(name.clone(), (low.value as i64, None));
                }
                Value::Const(Const::atom(number.value, name))
            }
            (value, _) => value,
        })
    }

    fn max(&self, a: &Warm, b: &Warm) -> Warm {
        let is_start = |form: &Form| form.as_constant() == Some(0);
        let bars = a.bars.as_ref().zip(b.bars.as_ref()).map(|(x, y)| match (x, y) {
            // No warm-up is negative.
            (start, other) | (other, start) if is_start(start) => other.clone(),
            (x, y) => x.max(y, &self.bounds),
        });
        Warm { bars, at: a.at.max(b.at), is_dense: a.is_dense && b.is_dense }
    }

    fn all(&mut self, parts: &[&Expr], scope: &mut Scope<'_>) -> Option<Warm> {
        let mut all = Warm::start();
        for part in parts {
            let warm = self.expr(part, scope)?.warm()?;
            all = self.max(&all, &warm);
        }
        Some(all)
    }

    fn expand(&mut self, definition: &Rc<Definition>, names: &Names<'_>) -> Option<Value> {
        self.once(format!("{:?}({names:?})", definition.name.span), |follower| follower.follow(definition, names))
    }

    fn follow(&mut self, definition: &Rc<Definition>, names: &Names<'_>) -> Option<Value> {
        let result = definition.body.result.as_ref()?;
        let mut scope = Scope::new(definition, names.clone());
        let mut last = None;
        // Where feedback goes round, what was found is put in until it no longer changes: what is true of some bars stays true.
        let value = loop {
            for statement in &definition.body.statements {
                let (name, slot) = match statement {
                    Statement::Let(name, value) | Statement::Out(name, value) => (name, Slot::Let(value)),
                    Statement::Rec(name, first, _) => (name, Slot::Rec(first)),
                };
                scope.names.insert(&name.text, slot);
            }
            let value = self.expr(result, &mut scope)?;
            let found = format!("{value:?}");
            if !scope.is_cyclic || last.as_ref() == Some(&found) {
                break value;
            }
            last = Some(found);
            for (name, slot) in &mut scope.names {
                if let Slot::Known(value) = std::mem::replace(slot, Slot::Open) {
                    scope.before.insert(name, value);
                }
            }
            scope.names.extend(names.iter().map(|(name, value)| (*name, Slot::Known(value.clone()))));
        };
        // The order is that of the signature.
        let (Returns::Record(fields), Value::Record(values)) = (&definition.returns, &value) else { return Some(value) };
        let field = |name: &str| values.iter().find(|(n, _)| n == name).cloned();
        fields.iter().map(|f| field(&f.name.text)).collect::<Option<Vec<_>>>().map(Value::Record)
    }

    fn expr(&mut self, expr: &Expr, scope: &mut Scope<'_>) -> Option<Value> {
        Some(match &expr.kind {
            ExprKind::Int(value) => Value::Const(Const { value: *value as f64, form: Form::constant(*value) }),
            ExprKind::Num(number) => Value::Const(Const::number(number.value)),
            ExprKind::Truth(truth) => Value::Truth(*truth, None),
            ExprKind::Text(word) => Value::Word(word.clone()),
            ExprKind::Name(name) => return self.name(name, scope),
            ExprKind::Field(inner, field) => match self.expr(inner, scope)? {
                Value::Record(fields) => fields.into_iter().find(|(name, _)| *name == field.text)?.1,
                // A record that is being followed.
                Value::Series(warm) if warm.bars.is_none() => Value::Series(warm),
                Value::Series(_) | Value::Const(_) | Value::Truth(..) | Value::Word(_) => return None,
            },
            ExprKind::Index(inner, index) => {
                let inner = self.expr(inner, scope)?.warm()?;
                let Value::Const(bars) = self.expr(index, scope)? else { return None };
                Value::Series(inner.later(&bars))
            }
            ExprKind::Call(name, args) => return self.call(&name.text, args, scope),
            ExprKind::Unary(op, inner) => match (op, self.expr(inner, scope)?) {
                (UnaryOp::Neg, Value::Const(Const { value, form })) => {
                    let form = form.times(-1).unwrap_or_else(|| Form::atom(format!("-({form})")));
                    Value::Const(Const { value: -value, form })
                }
                (UnaryOp::Not, Value::Truth(truth, _)) => Value::Truth(!truth, None),
                (_, value) => value,
            },
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.expr(a, scope)?, self.expr(b, scope)?);
                self.binary(*op, a, b)?
            }
            ExprKind::If(condition, a, b) => match self.expr(condition, scope)? {
                Value::Truth(truth, sides) => {
                    let (taken, other) = if truth { (a, b) } else { (b, a) };
                    let taken = self.expr(taken, scope)?;
                    match sides.map(|sides| if truth { sides } else { sides.turned() }).filter(|sides| !sides.are_constant()) {
                        Some(sides) => match self.expr(other, scope) {
                            Some(other) => self.either(taken, &other, &sides),
                            None => taken,
                        },
                        None => taken,
                    }
                }
                condition => {
                    let branches = self.all(&[a, b], scope)?;
                    Value::Series(self.max(&condition.warm()?, &branches))
                }
            },
            ExprKind::Record(fields) => {
                let values = fields.iter().map(|(name, value)| Some((name.text.clone(), self.expr(value, scope)?)));
                Value::Record(values.collect::<Option<Vec<_>>>()?)
            }
            ExprKind::Missing => return None,
        })
    }

    /// The value of the branch that the defaults take, or the greater of both where the branch taken is always that.
    fn either(&self, taken: Value, other: &Value, sides: &Sides) -> Value {
        let greater = |a: &Form, b: &Form| sides.order(a, b).then(|| a.max(b, &self.bounds));
        match (taken, other) {
            (Value::Const(a), Value::Const(b)) => Value::Const(Const { form: greater(&a.form, &b.form).unwrap_or(a.form), ..a }),
            (Value::Series(a), Value::Series(b)) => {
                let bars = a.bars.as_ref().zip(b.bars.as_ref()).and_then(|(a, b)| greater(a, b));
                Value::Series(Warm { bars: bars.or(a.bars), ..a })
            }
            (Value::Record(a), Value::Record(b)) => {
                let other = |name: &str| b.iter().find(|(n, _)| n == name).map(|(_, value)| value);
                let fields = a.into_iter().map(|(name, value)| match other(&name) {
                    Some(other) => (name, self.either(value, other, sides)),
                    None => (name, value),
                });
                Value::Record(fields.collect())
            }
            (taken, _) => taken,
        }
    }

    fn name(&mut self, name: &str, scope: &mut Scope<'_>) -> Option<Value> {
        if let Some(slot) = scope.names.get_mut(name) {
            let value = match std::mem::replace(slot, Slot::Open) {
                Slot::Known(value) => value,
                Slot::Open => {
                    scope.is_cyclic = true;
                    return Some(scope.before.get(name).cloned().unwrap_or_else(|| Value::Series(Warm::never())));
                }
                Slot::Let(value) => self.expr(value, scope)?,
                Slot::Rec(first) => Value::Series(self.expr(first, scope)?.warm()?),
            };
            let slot = scope.names.get_mut(name)?;
            *slot = Slot::Known(value.clone());
            return Some(value);
        }
        if Input::named(name).is_some() {
            return Some(Value::Series(Warm::start()));
        }
        let definition = self.library.find(name, scope.source)?;
        self.expand(&definition, &Names::new())
    }

    fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Option<Value> {
        Some(match (a, b) {
            (Value::Const(a), Value::Const(b)) => self.const_binary(op, &a, &b),
            (Value::Truth(a, _), Value::Truth(b, _)) => Value::Truth(
                match op {
                    BinaryOp::And => a && b,
                    BinaryOp::Or => a || b,
                    BinaryOp::Ne => a != b,
                    _ => a == b,
                },
                None,
            ),
            (Value::Word(a), Value::Word(b)) => Value::Truth((a == b) == (op == BinaryOp::Eq), None),
            (a, b) => {
                let stays_dense = match (op, &b) {
                    (BinaryOp::Div, Value::Const(divisor)) => divisor.value != 0.0,
                    (BinaryOp::Pow, Value::Const(exponent)) => exponent.value >= 0.0 && exponent.value.fract() == 0.0,
                    (BinaryOp::Div | BinaryOp::Rem | BinaryOp::Pow, _) => false,
                    _ => true,
                };
                let both = self.max(&a.warm()?, &b.warm()?);
                Value::Series(Warm { is_dense: both.is_dense && stays_dense, ..both })
            }
        })
    }

    fn call(&mut self, name: &str, args: &[Arg], scope: &mut Scope<'_>) -> Option<Value> {
        let values = args.iter().map(|arg| self.expr(&arg.value, scope)).collect::<Option<Vec<Value>>>()?;
        match name {
            "prev" | "shift" => {
                let mut values = values.into_iter();
                let series = values.next()?.warm()?;
                let Value::Const(bars) = values.next().unwrap_or(Value::Const(Const::number(1.0))) else { return None };
                return Some(Value::Series(series.later(&bars)));
            }
            "is_null" => return Some(Value::Series(Warm::start())),
            "with" => {
                let [a, b] = <[Value; 2]>::try_from(values).ok()?;
                return Some(Value::Series(self.max(&a.warm()?, &b.warm()?)));
            }
            "coalesce" => {
                let sure = |warm: Warm| if warm.is_dense { warm } else { Warm::never() };
                let mut parts = values.into_iter().rev().map(Value::warm);
                let last = parts.next()??;
                return parts
                    .try_fold(last, |filled, part| {
                        let (part, is_dense) = (part?, filled.is_dense);
                        let is_dense = is_dense || part.is_dense;
                        let (a, b) = (sure(part), sure(filled));
                        Some(Warm { is_dense, ..if a.at < b.at { a } else { b } })
                    })
                    .map(Value::Series);
            }
            _ => {}
        }
        let definition = self.library.find(name, scope.source)?;
        let names = self.bind(&definition, args, values)?;
        if definition.kind == DefinitionKind::Kernel { self.kernel(&definition, names) } else { self.expand(&definition, &names) }
    }

    /// The value of every parameter of a call that the checker has found right.
    fn bind<'d>(&mut self, definition: &'d Rc<Definition>, args: &[Arg], values: Vec<Value>) -> Option<Names<'d>> {
        let params = &definition.params;
        let positional = args.iter().take_while(|arg| arg.name.is_none()).count();
        // `ema(12)` is `ema(close, 12)`.
        let skips_first = positional < params.len()
            && match values.first() {
                Some(Value::Const(_) | Value::Word(_)) => true,
                Some(Value::Truth(..)) => {
                    params.get(1).is_some_and(|second| !matches!(second.kind, ParamKind::ConstInt | ParamKind::ConstNum))
                }
                _ => false,
            }
            && params.first().is_some_and(|p| matches!(p.kind, ParamKind::Num | ParamKind::Bool) && p.default.is_some())
            && !args.iter().any(|arg| arg.name.as_ref().is_some_and(|n| n.text == params[0].name.text));
        let mut given: Vec<Option<Value>> = vec![None; params.len()];
        for (i, (arg, value)) in args.iter().zip(values).enumerate() {
            let slot = match &arg.name {
                None => i + usize::from(skips_first),
                Some(name) => {
                    let target = parameter(definition, &name.text)?;
                    params.iter().position(|p| p.name.text == target)?
                }
            };
            *given.get_mut(slot)? = Some(value);
        }
        let mut names = Names::new();
        for (param, given) in params.iter().zip(given) {
            let value = if let Some(value) = given {
                value
            } else {
                let default = param.default.as_ref()?;
                let scope = || Scope::new(definition, names.clone());
                self.once(format!("{:?}={names:?}", default.span), |follower| follower.expr(default, &mut scope()))?
            };
            names.insert(&param.name.text, value);
        }
        Some(names)
    }

    fn const_binary(&mut self, op: BinaryOp, a: &Const, b: &Const) -> Value {
        let (x, y) = (a.value, b.value);
        let (value, form) = match op {
            BinaryOp::Gt => return Value::Truth(x > y, Some(Sides::of(a, b))),
            BinaryOp::Ge => return Value::Truth(x >= y, Some(Sides::of(a, b))),
            BinaryOp::Lt => return Value::Truth(x < y, Some(Sides::of(b, a))),
            BinaryOp::Le => return Value::Truth(x <= y, Some(Sides::of(b, a))),
            #[allow(clippy::float_cmp, reason = "consts are compared as the checker compares them")]
            BinaryOp::Eq => return Value::Truth(x == y, None),
            #[allow(clippy::float_cmp, reason = "consts are compared as the checker compares them")]
            BinaryOp::Ne => return Value::Truth(x != y, None),
            BinaryOp::And | BinaryOp::Or => return Value::Truth(false, None),
            BinaryOp::Add => (x + y, Some(a.form.plus(&b.form))),
            BinaryOp::Sub => (x - y, a.form.minus(&b.form)),
            BinaryOp::Mul => {
                let by_a = a.form.as_constant().and_then(|factor| b.form.times(factor));
                (x * y, by_a.or_else(|| b.form.as_constant().and_then(|factor| a.form.times(factor))))
            }
            BinaryOp::Div => (x / y, None),
            BinaryOp::Rem => (x % y, None),
            BinaryOp::Pow => (x.powf(y), None),
        };
        if a.form.as_constant().is_some() && b.form.as_constant().is_some() {
            return Value::Const(Const::number(value));
        }
        let form = form.unwrap_or_else(|| {
            let text = format!("{} {} {}", grouped(&a.form), op.symbol(), grouped(&b.form));
            // A quotient by a number above one lies between its lowest and the dividend.
            let least = a.form.least(&self.bounds);
            if let (BinaryOp::Div, Some(divisor), true) = (op, b.form.as_constant().filter(|divisor| *divisor >= 1), least >= 0) {
                self.bounds.insert(text.clone(), (least / divisor, Some(a.form.clone())));
            }
            Form::atom(text)
        });
        Value::Const(Const { value, form })
    }

    /// A function that the checker computes of a const.
    fn const_function(&mut self, name: &str, x: &Const) -> Option<Const> {
        let value = match Function::ALL.iter().find(|(n, _)| *n == name)?.1 {
            Function::Floor => x.value.floor(),
            Function::Ceil => x.value.ceil(),
            Function::Round => x.value.round(),
            Function::Abs => x.value.abs(),
            Function::Sqrt => x.value.sqrt(),
            _ => return None,
        };
        if x.form.atoms().next().is_none() {
            return Some(Const::number(value));
        }
        let text = format!("{name}({})", x.form);
        let least = x.form.least(&self.bounds);
        let atom_of = self.bounds.get(&x.form.to_string()).and_then(|(_, most)| most.clone());
        let bounds = match name {
            "floor" if least >= 0 => Some((least, atom_of.or_else(|| Some(x.form.clone())))),
            "sqrt" if least >= 1 => Some(((least as f64).sqrt() as i64, Some(x.form.clone()))),
            _ => None,
        };
        self.bounds.extend(bounds.map(|bounds| (text.clone(), bounds)));
        Some(Const::atom(value, text))
    }

    fn kernel(&mut self, definition: &Definition, names: Names<'_>) -> Option<Value> {
        let name = definition.name.text.as_str();
        let is_elementwise = definition.attribute("elementwise").is_some();
        if is_elementwise
            && let [Value::Const(x)] = &names.values().collect::<Vec<_>>()[..]
            && let Some(result) = self.const_function(name, x)
        {
            return Some(Value::Const(result));
        }
        let mut all = Warm::start();
        for param in definition.params.iter().filter(|p| matches!(p.kind, ParamKind::Num | ParamKind::Bool)) {
            let warm = names.get(param.name.text.as_str())?.clone().warm()?;
            all = self.max(&all, &warm);
        }
        if is_elementwise {
            let is_total =
                matches!(name, "max2" | "min2" | "scaled" | "abs" | "sign" | "sin" | "cos" | "tanh" | "atan" | "floor" | "ceil" | "round");
            return Some(Value::Series(Warm { is_dense: all.is_dense && is_total, ..all }));
        }
        all.is_dense &= definition.attribute("sparse").is_none();
        if let Some(warmup) = definition.attribute("warmup") {
            let Value::Const(values) = self.expr(&warmup.args.first()?.value, &mut Scope::new(definition, names))? else { return None };
            all = all.later(&values);
        }
        Some(match &definition.returns {
            Returns::Record(fields) => Value::Record(fields.iter().map(|f| (f.name.text.clone(), Value::Series(all.clone()))).collect()),
            Returns::Num | Returns::Bool | Returns::Unsaid => Value::Series(all),
        })
    }
}

/// The text of a form as an operand.
fn grouped(form: &Form) -> String {
    let text = form.to_string();
    let mut depth = 0;
    let is_loose = text.chars().any(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ' ' && depth == 0
    });
    if is_loose { format!("({text})") } else { text }
}
