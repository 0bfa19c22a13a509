//! Several strategies over the same bars as one.

use crate::bar::{Bar, Field};
use crate::live::Live;
use crate::row::{Row, Value};
use crate::state::{Label, Visitor};
use crate::strategy::{BufferError, Strategy};
use crate::value::{Scalar, Tri};
use std::fmt;
use std::sync::Arc;

/// A strategy of any type, compiled or interpreted, over one kind of number.
pub trait AnyStrategy<S: Scalar>: Send + Sync {
    /// As [`Strategy::step`]: gives away the outputs in order.
    fn step_any(&mut self, bar: &Bar<S>, put: &mut dyn FnMut(Value<S>));
    /// As [`Strategy::batch`]: gives away the outputs of each bar in order, bar by bar, each with its place in the bar.
    fn batch_any(&self, bars: &[Bar<S>], put: &mut dyn FnMut(usize, usize, Value<S>));
    /// As [`Strategy::reset`].
    fn reset_any(&mut self);
    /// The outputs of a bar that is not there, in order: a null of the kind of each.
    fn nulls(&self) -> Vec<Value<S>>;
    /// The strategy itself, for what needs no outputs.
    fn info(&self) -> Info<'_>;
    /// As [`Live::visit`].
    #[doc(hidden)]
    fn visit_any(&mut self, v: &mut dyn Visitor<S::Cell>);
    /// A copy.
    fn copy(&self) -> Box<dyn AnyStrategy<S>>;
}

/// What is known of a strategy without running it.
#[derive(Clone, Debug)]
pub struct Info<'a> {
    names: Vec<&'a str>,
    backend: &'static str,
    warmup: usize,
    fields: &'a [Field],
    fingerprint: u128,
    plan: &'a str,
    state_bytes: usize,
}

impl<T: Live> AnyStrategy<T::Scalar> for T {
    fn step_any(&mut self, bar: &Bar<T::Scalar>, put: &mut dyn FnMut(Value<T::Scalar>)) {
        let output = self.step(bar);
        self.each_value(&output, put);
    }
    fn batch_any(&self, bars: &[Bar<T::Scalar>], put: &mut dyn FnMut(usize, usize, Value<T::Scalar>)) {
        let columns = self.batch(bars);
        for i in 0..bars.len() {
            let mut k = 0;
            self.each_value(&self.row(&columns, i), &mut |value| {
                put(i, k, value);
                k += 1;
            });
        }
    }
    fn reset_any(&mut self) {
        self.reset();
    }
    fn nulls(&self) -> Vec<Value<T::Scalar>> {
        self.values(&self.row(&self.batch(&[]), 0))
    }
    fn info(&self) -> Info<'_> {
        Info {
            names: self.names(),
            backend: self.backend(),
            warmup: self.warmup(),
            fields: self.fields(),
            fingerprint: self.fingerprint(),
            plan: self.plan(),
            state_bytes: self.state_bytes(),
        }
    }
    fn visit_any(&mut self, v: &mut dyn Visitor<<T::Scalar as Scalar>::Cell>) {
        self.visit(v);
    }
    fn copy(&self) -> Box<dyn AnyStrategy<T::Scalar>> {
        Box::new(self.clone())
    }
}

/// Strategies that share bars, checkpoints and snapshots.
///
/// ```
/// use barlang::session::Set;
/// use barlang::{ta, Bar, Interpreter, Strategy, Value};
/// let mut set = Set::default().with("up", ta!(close > open))?.with("mean", Interpreter::<f64>::new("sma(close, 1)")?)?;
/// let row = set.step(&Bar::new(0, 1.0, 2.0, 1.0, 2.0, 0.0)?);
/// assert_eq!(row.get("up"), Some(Value::Bool(Some(true))));
/// assert_eq!(row.get("mean"), Some(Value::Num(Some(2.0))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Set<S: Scalar = f64> {
    members: Vec<(String, Box<dyn AnyStrategy<S>>)>,
    names: Arc<[String]>,
    /// Of the kind of each output.
    nulls: Arc<[Value<S>]>,
    fields: Vec<Field>,
    plan: Arc<str>,
    fingerprint: u128,
}

impl<S: Scalar> Default for Set<S> {
    fn default() -> Self {
        Set { members: Vec::new(), names: Arc::new([]), nulls: Arc::new([]), fields: Vec::new(), plan: Arc::from(""), fingerprint: 0 }
    }
}

impl<S: Scalar> Clone for Set<S> {
    fn clone(&self) -> Self {
        Set {
            members: self.members.iter().map(|(name, member)| (name.clone(), member.copy())).collect(),
            names: Arc::clone(&self.names),
            nulls: Arc::clone(&self.nulls),
            fields: self.fields.clone(),
            plan: Arc::clone(&self.plan),
            fingerprint: self.fingerprint,
        }
    }
}

impl<S: Scalar> fmt::Debug for Set<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Set").field("outputs", &self.names).finish_non_exhaustive()
    }
}

impl<S: Scalar> Set<S> {
    /// The same with one more. Its outputs are called `name.output`; the only output of an expression is called `name`. What it and the
    /// others have taken so far is forgotten: all of them count the same bars. A name that the set has already is an error.
    pub fn with(mut self, name: impl Into<String>, mut strategy: impl AnyStrategy<S> + 'static) -> Result<Self, SetError> {
        strategy.reset_any();
        self.reset();
        let name = name.into();
        let info = strategy.info();
        let outputs: Vec<String> = match info.names[..] {
            ["result"] => vec![name.clone()],
            ref outputs => outputs.iter().map(|output| format!("{name}.{output}")).collect(),
        };
        let is_member = self.members.iter().any(|(member, _)| *member == name);
        // A dot in a name can make an output that another member has.
        let double = outputs.iter().find(|output| self.names.contains(output));
        if let Some(name) = is_member.then_some(&name).or(double) {
            return Err(SetError { name: name.clone() });
        }
        self.names = self.names.iter().cloned().chain(outputs).collect();
        self.nulls = self.nulls.iter().copied().chain(strategy.nulls()).collect();
        self.plan = format!("{}[{name}]\n{}", self.plan, info.plan).into();
        // The names belong to the plan: another name, or the same two the other way round, is another set.
        self.fingerprint = mixed(self.fingerprint.rotate_left(7) ^ info.fingerprint, &name);
        let new: Vec<Field> = info.fields.iter().copied().filter(|field| !self.fields.contains(field)).collect();
        self.fields.extend(new);
        self.members.push((name, Box::new(strategy)));
        Ok(self)
    }
}

/// A name that a set has already, of a member or of one of its outputs: which of the two it means could not be told.
///
/// ```
/// use barlang::session::Set;
/// use barlang::ta;
/// let error = Set::default().with("up", ta!(close > open))?.with("up", ta!(high > low)).unwrap_err();
/// assert_eq!(error.name(), "up");
/// assert_eq!(error.to_string(), "the set has a strategy or an output `up` already: give this one another name");
/// # Ok::<(), barlang::session::SetError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetError {
    name: String,
}

impl SetError {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the set has a strategy or an output `{}` already: give this one another name", self.name)
    }
}

impl std::error::Error for SetError {}

/// A fingerprint with a name: FNV-1a over 128 bits, the end of the name marked by a byte that no text has.
fn mixed(fingerprint: u128, name: &str) -> u128 {
    const PRIME: u128 = (1 << 88) + 0x13b;
    name.bytes().chain([0xff]).fold(fingerprint, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

/// The outputs of a history.
#[derive(Clone, Debug)]
pub struct Rows<S: Scalar = f64> {
    names: Arc<[String]>,
    nulls: Arc<[Value<S>]>,
    values: Vec<Value<S>>,
}

impl<S: Scalar> Rows<S> {
    /// The outputs of a bar; nulls, each of the kind of its output, where there is no such bar.
    pub fn row(&self, index: usize) -> Row<S> {
        let width = self.names.len();
        let from = index.saturating_mul(width);
        let values = self.values.get(from..from.saturating_add(width)).unwrap_or(&self.nulls);
        Row { names: Arc::clone(&self.names), values: values.to_vec() }
    }
}

impl<S: Scalar> Strategy for Set<S> {
    type Scalar = S;
    type Output = Row<S>;
    type Columns = Rows<S>;
    type Buffers<'a> = &'a mut Rows<S>;

    fn step(&mut self, bar: &Bar<S>) -> Row<S> {
        let mut values = Vec::with_capacity(self.names.len());
        for (_, member) in &mut self.members {
            member.step_any(bar, &mut |value| values.push(value));
        }
        Row { names: Arc::clone(&self.names), values }
    }
    fn peek(&self, bar: &Bar<S>) -> Row<S> {
        self.clone().step(bar)
    }
    fn batch(&self, bars: &[Bar<S>]) -> Rows<S> {
        let (names, nulls) = (Arc::clone(&self.names), Arc::clone(&self.nulls));
        let mut rows = Rows { names, values: nulls.repeat(bars.len()), nulls };
        self.run(bars, &mut rows.values);
        rows
    }
    fn batch_into(&self, bars: &[Bar<S>], rows: &mut Rows<S>) -> Result<(), BufferError> {
        BufferError::check_names(&self.names, &rows.names)?;
        if let Some(name) = self.names.first()
            && rows.values.len() != self.names.len() * bars.len()
        {
            return Err(BufferError::length(name.clone(), rows.values.len() / self.names.len(), bars.len()));
        }
        rows.nulls = Arc::clone(&self.nulls);
        self.run(bars, &mut rows.values);
        Ok(())
    }
    fn reset(&mut self) {
        for (_, member) in &mut self.members {
            member.reset_any();
        }
    }
    fn warmup(&self) -> usize {
        self.members.iter().map(|(_, member)| member.info().warmup).max().unwrap_or(0)
    }
    fn fields(&self) -> &[Field] {
        &self.fields
    }
    fn fingerprint(&self) -> u128 {
        self.fingerprint
    }
    fn plan(&self) -> &str {
        &self.plan
    }
    fn state_bytes(&self) -> usize {
        self.members.iter().map(|(_, member)| member.info().state_bytes).sum()
    }
}

impl<S: Scalar> Set<S> {
    fn run(&self, bars: &[Bar<S>], values: &mut [Value<S>]) {
        let (width, mut from) = (self.names.len(), 0);
        for (_, member) in &self.members {
            member.batch_any(bars, &mut |i, k, value| {
                if let Some(place) = values.get_mut(i * width + from + k) {
                    *place = value;
                }
            });
            from += member.info().names.len();
        }
    }
}

impl<S: Scalar> Live for Set<S> {
    fn backend(&self) -> &'static str {
        let mut all = self.members.iter().map(|(_, member)| member.info().backend);
        let first = all.next().unwrap_or("compiled");
        if all.all(|backend| backend == first) { first } else { "compiled and interpreted" }
    }
    fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }
    fn each_value(&self, output: &Row<S>, put: &mut dyn FnMut(Value<S>)) {
        output.values.iter().for_each(|&value| put(value));
    }
    fn row(&self, rows: &Rows<S>, index: usize) -> Row<S> {
        rows.row(index)
    }
    fn visit(&mut self, v: &mut dyn Visitor<S::Cell>) {
        let mut offset = 0;
        for (name, member) in &mut self.members {
            let nodes = member.info().plan.lines().filter(|line| line.starts_with('%')).count() as u32;
            member.visit_any(&mut Member { inner: v, name, offset });
            offset += nodes;
        }
    }
}

/// Shows the nodes of one member among those of all.
struct Member<'a, C> {
    inner: &'a mut dyn Visitor<C>,
    name: &'a str,
    offset: u32,
}

impl<C> Visitor<C> for Member<'_, C> {
    fn bars(&mut self, bars: &mut u64) {
        self.inner.bars(bars);
    }
    fn node(&mut self, (id, kernel, warmup): Label<'_>) {
        self.inner.node((self.offset + id, &format!("{}: {kernel}", self.name), warmup));
    }
    fn field(&mut self, name: &'static str, list: Option<usize>) {
        self.inner.field(name, list);
    }
    fn num(&mut self, value: &mut C) {
        self.inner.num(value);
    }
    fn truth(&mut self, value: &mut Tri) {
        self.inner.truth(value);
    }
    fn flag(&mut self, value: &mut bool) {
        self.inner.flag(value);
    }
    fn count(&mut self, value: &mut u64) {
        self.inner.count(value);
    }
    fn replaces(&self) -> bool {
        self.inner.replaces()
    }
    fn refuse(&mut self) {
        self.inner.refuse();
    }
}
