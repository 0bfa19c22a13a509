//! Every program behind one face: bars in, lists of values out.

use crate::number::Number;
use barlang::live::NodeState;
use barlang::{Bar, BarColumns, BufferError, Interpreter, Live, Strategy};

/// What one output gives on one bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<S = f64> {
    /// A number or null.
    Num(Option<S>),
    /// A truth value or null.
    Bool(Option<bool>),
}

/// What one output gives over a history.
#[derive(Clone, Debug)]
pub enum Column<S = f64> {
    /// Numbers and nulls.
    Num(Vec<Option<S>>),
    /// Truth values and nulls.
    Bool(Vec<Option<bool>>),
}

impl<S: Number> Column<S> {
    /// A column as long as another, of the kind of a value.
    pub fn like(value: Value<S>) -> Self {
        match value {
            Value::Num(_) => Column::Num(Vec::new()),
            Value::Bool(_) => Column::Bool(Vec::new()),
        }
    }
    /// Adds the value of another bar. Panics when the kind is another.
    pub fn push(&mut self, value: Value<S>) {
        match (self, value) {
            (Column::Num(column), Value::Num(value)) => column.push(value),
            (Column::Bool(column), Value::Bool(value)) => column.push(value),
            (Column::Num(_), Value::Bool(_)) | (Column::Bool(_), Value::Num(_)) => panic!("an output changed its kind"),
        }
    }
    /// The number of bars.
    pub fn len(&self) -> usize {
        match self {
            Column::Num(column) => column.len(),
            Column::Bool(column) => column.len(),
        }
    }
    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The value on a bar.
    pub fn at(&self, bar: usize) -> Value<S> {
        match self {
            Column::Num(column) => Value::Num(column[bar]),
            Column::Bool(column) => Value::Bool(column[bar]),
        }
    }
    /// The first bar with a value.
    pub fn first(&self) -> Option<usize> {
        (0..self.len()).find(|&bar| !self.at(bar).is_null())
    }
}

impl<S: Number> Value<S> {
    /// Whether it is null.
    pub fn is_null(self) -> bool {
        matches!(self, Value::Num(None) | Value::Bool(None))
    }
    /// Whether both are the same to the last bit.
    pub fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Value::Num(Some(a)), Value::Num(Some(b))) => a.is_same(b),
            _ => self == other,
        }
    }
}

/// How the outputs of a strategy become a list.
pub trait Shape: Live + Strategy {
    /// The outputs of one bar, in order.
    fn values(output: Self::Output) -> Vec<Value<Self::Scalar>>;
    /// The outputs of a history, in order.
    fn columns(columns: Self::Columns) -> Vec<Column<Self::Scalar>>;
    /// `batch_into` the columns of another history.
    fn write_into(&self, bars: &[Bar<Self::Scalar>], columns: &mut Self::Columns) -> Result<(), BufferError>;
}

impl<S: Number> Shape for Interpreter<S> {
    fn values(output: Self::Output) -> Vec<Value<S>> {
        output.iter().map(|(_, value)| Value::from(value)).collect()
    }
    fn columns(columns: Self::Columns) -> Vec<Column<S>> {
        let list = |column: &barlang::Column<S>| match column {
            barlang::Column::Num(series) => Column::Num(series.iter().collect()),
            barlang::Column::Bool(series) => Column::Bool(series.iter().collect()),
        };
        columns.iter().map(|(_, column)| list(column)).collect()
    }
    fn write_into(&self, bars: &[Bar<S>], columns: &mut Self::Columns) -> Result<(), BufferError> {
        Strategy::batch_into(self, bars, columns)
    }
}

impl<S: Number> From<barlang::Value<S>> for Value<S> {
    fn from(value: barlang::Value<S>) -> Self {
        match value {
            barlang::Value::Num(number) => Value::Num(number),
            barlang::Value::Bool(truth) => Value::Bool(truth),
        }
    }
}

/// A program that runs, however it was made.
pub trait Run<S: Number = f64> {
    /// Takes a closed bar.
    fn step(&mut self, bar: &Bar<S>) -> Vec<Value<S>>;
    /// Answers for a bar that is forming.
    fn peek(&self, bar: &Bar<S>) -> Vec<Value<S>>;
    /// Runs over a history.
    fn batch(&self, bars: &[Bar<S>]) -> Vec<Column<S>>;
    /// Runs over a history as columns.
    fn batch_columns(&self, bars: &[Bar<S>]) -> Vec<Column<S>>;
    /// Runs over a history into buffers that hold the outputs of another; none when a buffer has the wrong length.
    fn batch_over(&self, bars: &[Bar<S>], other: &[Bar<S>]) -> Option<Vec<Column<S>>>;
    /// Forgets every bar.
    fn reset(&mut self);
    /// The reported warm-up.
    fn warmup(&self) -> usize;
    /// The fingerprint of the plan.
    fn fingerprint(&self) -> u128;
    /// All that is remembered.
    fn nodes(&self) -> Vec<NodeState<S>>;
}

impl<S: Number, T: Shape<Scalar = S>> Run<S> for T {
    fn step(&mut self, bar: &Bar<S>) -> Vec<Value<S>> {
        <T as Shape>::values(Strategy::step(self, bar))
    }
    fn peek(&self, bar: &Bar<S>) -> Vec<Value<S>> {
        <T as Shape>::values(Strategy::peek(self, bar))
    }
    fn batch(&self, bars: &[Bar<S>]) -> Vec<Column<S>> {
        T::columns(Strategy::batch(self, bars))
    }
    fn batch_columns(&self, bars: &[Bar<S>]) -> Vec<Column<S>> {
        let times: Vec<i64> = bars.iter().map(Bar::time).collect();
        let fields: [fn(&Bar<S>) -> S; 5] = [Bar::open, Bar::high, Bar::low, Bar::close, Bar::volume];
        let [open, high, low, close, volume] = fields.map(|field| bars.iter().map(field).collect::<Vec<S>>());
        let history = BarColumns::new(&times, &open, &high, &low, &close, &volume).unwrap_or_else(|error| panic!("{error}"));
        T::columns(Strategy::batch_columns(self, history))
    }
    fn batch_over(&self, bars: &[Bar<S>], other: &[Bar<S>]) -> Option<Vec<Column<S>>> {
        let mut columns = Strategy::batch(self, other);
        T::write_into(self, bars, &mut columns).ok()?;
        Some(T::columns(columns))
    }
    fn reset(&mut self) {
        Strategy::reset(self);
    }
    fn warmup(&self) -> usize {
        Strategy::warmup(self)
    }
    fn fingerprint(&self) -> u128 {
        Strategy::fingerprint(self)
    }
    fn nodes(&self) -> Vec<NodeState<S>> {
        Live::nodes(self)
    }
}

/// The outputs of stepping through a history, each bar peeked at `peeks` times before.
pub fn stepped<S: Number>(run: &mut dyn Run<S>, bars: &[Bar<S>], peeks: usize) -> Vec<Column<S>> {
    let mut columns: Vec<Column<S>> = Vec::new();
    for (i, bar) in bars.iter().enumerate() {
        let peeked: Vec<Vec<Value<S>>> = (0..peeks).map(|_| run.peek(bar)).collect();
        let values = run.step(bar);
        for peek in peeked {
            assert!(peek.iter().zip(&values).all(|(a, b)| a.is_same(*b)), "bar {i}: peek gave {peek:?}, step {values:?}");
        }
        if columns.is_empty() {
            columns = values.iter().map(|&value| Column::like(value)).collect();
        }
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    columns
}
