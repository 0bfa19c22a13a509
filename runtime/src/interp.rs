//! Programs given as strings: the plan, node by node, over chunks of columns that stay in cache.

mod kernels;
mod schedule;
mod state;

use crate::bar::{Bar, Field};
use crate::columns::BarColumns;
use crate::live::Live;
use crate::row::{Row, Value};
use crate::series::{BoolSeries, NumSeries};
use crate::state::Visitor;
use crate::strategy::{BufferError, Strategy};
use crate::value::Scalar;
use barlang_compiler::diag::Diagnostic;
use barlang_compiler::plan::{Input, Kind, ValidPlan};
use barlang_compiler::render;
use schedule::Program;
use state::{Source, State};
use std::fmt;
use std::sync::Arc;

/// A strategy made from a string at run time. It computes what the compiled one computes, to the last bit.
///
/// ```
/// use barlang::{Bar, Interpreter, Strategy, Value};
///
/// let mut up = Interpreter::<f64>::new("close > close[1]")?;
/// let bars: Vec<Bar> = [1.0, 2.0, 1.5].iter().enumerate()
///     .map(|(i, &price)| Bar::new(i as i64, price, price, price, price, 0.0))
///     .collect::<Result<_, _>>()?;
/// let table = up.batch(&bars);
/// assert_eq!(table.bools("result").unwrap().as_slice(), [None, Some(true), Some(false)]);
/// assert_eq!(up.step(&bars[0]).get("result"), Some(Value::Bool(None)));
///
/// let error = Interpreter::<f64>::new("emma(close, 12)").unwrap_err();
/// assert!(error.to_string().contains("did you mean `ema`?"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With `let interpreter: Interpreter = …` or `Interpreter::<Decimal>::new(…)` the kind of number is chosen.
#[derive(Clone)]
pub struct Interpreter<S: Scalar = f64> {
    program: Arc<Program>,
    state: State<S::Cell>,
}

/// The series of a history, by name; the only output of an expression is called `result`.
#[derive(Clone, Debug)]
pub struct Table<S: Scalar = f64> {
    names: Arc<[String]>,
    columns: Vec<Column<S>>,
}

/// One series of a [`Table`].
#[derive(Clone, Debug)]
pub enum Column<S: Scalar = f64> {
    /// Numbers.
    Num(NumSeries<S>),
    /// Truth values.
    Bool(BoolSeries),
}

impl<S: Scalar> Column<S> {
    /// The number of bars.
    pub fn len(&self) -> usize {
        match self {
            Column::Num(series) => series.len(),
            Column::Bool(series) => series.len(),
        }
    }
    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The value at bar `index`; null where there is no such bar.
    pub fn get(&self, index: usize) -> Value<S> {
        match self {
            Column::Num(series) => Value::Num(series.get(index)),
            Column::Bool(series) => Value::Bool(series.get(index)),
        }
    }
}

impl<S: Scalar> Table<S> {
    /// The series of a name.
    pub fn get(&self, name: &str) -> Option<&Column<S>> {
        self.iter().find(|(n, _)| *n == name).map(|(_, column)| column)
    }
    /// The series of a name, when it is one of numbers.
    pub fn nums(&self, name: &str) -> Option<&NumSeries<S>> {
        match self.get(name)? {
            Column::Num(series) => Some(series),
            Column::Bool(_) => None,
        }
    }
    /// The series of a name, when it is one of truth values.
    pub fn bools(&self, name: &str) -> Option<&BoolSeries> {
        match self.get(name)? {
            Column::Bool(series) => Some(series),
            Column::Num(_) => None,
        }
    }
    /// Names and series in the order of the program.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Column<S>)> + '_ {
        self.names.iter().map(String::as_str).zip(&self.columns)
    }
}

/// Why a program cannot be run: every error in it, drawn with its place.
pub struct ProgramError {
    diagnostics: Vec<Diagnostic>,
    rendered: String,
}

impl ProgramError {
    /// The errors as data.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
    fn plain(message: &str) -> Self {
        ProgramError { diagnostics: Vec::new(), rendered: format!("error: {message}") }
    }
}

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}

impl fmt::Debug for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProgramError:\n{}", self.rendered)
    }
}

impl std::error::Error for ProgramError {}

impl<S: Scalar> Interpreter<S> {
    /// Compiles a program: an expression, or definitions with one strategy.
    pub fn new(program: &str) -> Result<Self, ProgramError> {
        Self::chosen(program, None)
    }

    /// Compiles a program and takes the strategy of a name.
    pub fn named(program: &str, name: &str) -> Result<Self, ProgramError> {
        Self::chosen(program, Some(name))
    }

    fn chosen(program: &str, name: Option<&str>) -> Result<Self, ProgramError> {
        let mut compiled = barlang_compiler::compile("<program>", program);
        if let Some(strategy) = compiled.choose(name) {
            return Self::from_plan(strategy.plan);
        }
        let rendered = render::render_all(&compiled.sources, &compiled.diagnostics);
        Err(ProgramError { diagnostics: compiled.diagnostics, rendered })
    }

    /// Runs a plan that the compiler made.
    pub fn from_plan(plan: ValidPlan) -> Result<Self, ProgramError> {
        let program = Program::new::<S::Cell>(plan).map_err(|problem| ProgramError::plain(&problem))?;
        let state = State::new(&program, state::LIVE_CHUNK);
        Ok(Interpreter { program: Arc::new(program), state })
    }

    /// The names of the outputs, in order.
    pub fn outputs(&self) -> &[String] {
        &self.program.names
    }

    /// A table of nulls for so many bars, for [`Strategy::batch_into`] to write to.
    ///
    /// ```
    /// use barlang::{Bar, Interpreter, Strategy};
    /// let interpreter = Interpreter::new("close > sma(close, 2)")?;
    /// let bars = [Bar::new(0, 1.0, 1.0, 1.0, 1.0, 0.0)?, Bar::new(1, 2.0, 2.0, 2.0, 2.0, 0.0)?];
    /// let mut table = interpreter.table(bars.len());
    /// interpreter.batch_into(&bars, &mut table)?;
    /// assert_eq!(table.bools("result").and_then(|series| series.get(1)), Some(true));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn table(&self, bars: usize) -> Table<S> {
        Table { names: Arc::clone(&self.program.names), columns: self.program.columns(bars) }
    }
}

impl<S: Scalar> fmt::Debug for Interpreter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interpreter").field("outputs", &self.program.names).field("bars", &self.state.seen()).finish_non_exhaustive()
    }
}

impl<S: Scalar> Strategy for Interpreter<S> {
    type Scalar = S;
    type Output = Row<S>;
    type Columns = Table<S>;
    type Buffers<'a> = &'a mut Table<S>;

    fn step(&mut self, bar: &Bar<S>) -> Row<S> {
        self.state.step(&self.program, bar);
        let values = self.program.plan.plan().outputs.iter().map(|output| self.state.value(&self.program, output.node)).collect();
        self.state.advance(&self.program, 1);
        Row { names: Arc::clone(&self.program.names), values }
    }
    fn peek(&self, bar: &Bar<S>) -> Row<S> {
        self.clone().step(bar)
    }
    fn batch(&self, bars: &[Bar<S>]) -> Table<S> {
        self.table_of(Source::Bars(bars))
    }
    fn batch_into(&self, bars: &[Bar<S>], table: &mut Table<S>) -> Result<(), BufferError> {
        self.run_into(Source::Bars(bars), table)
    }
    fn batch_columns(&self, bars: BarColumns<'_, S>) -> Table<S> {
        self.table_of(Source::Columns(bars))
    }
    fn batch_columns_into(&self, bars: BarColumns<'_, S>, table: &mut Table<S>) -> Result<(), BufferError> {
        self.run_into(Source::Columns(bars), table)
    }
    fn reset(&mut self) {
        self.state = State::new(&self.program, state::LIVE_CHUNK);
    }
    fn warmup(&self) -> usize {
        usize::try_from(self.program.plan.warmup()).unwrap_or(usize::MAX)
    }
    fn fields(&self) -> &[Field] {
        &self.program.fields
    }
    fn fingerprint(&self) -> u128 {
        self.program.fingerprint
    }
    fn plan(&self) -> &str {
        &self.program.text
    }
    fn state_bytes(&self) -> usize {
        self.state.bytes(&self.program)
    }
}

impl<S: Scalar> Live for Interpreter<S> {
    fn backend(&self) -> &'static str {
        "interpreted"
    }
    fn names(&self) -> Vec<&str> {
        self.program.names.iter().map(String::as_str).collect()
    }
    fn each_value(&self, output: &Row<S>, put: &mut dyn FnMut(Value<S>)) {
        output.values.iter().for_each(|&value| put(value));
    }
    fn row(&self, table: &Table<S>, index: usize) -> Row<S> {
        Row { names: Arc::clone(&self.program.names), values: table.columns.iter().map(|column| column.get(index)).collect() }
    }
    fn visit(&mut self, v: &mut dyn Visitor<S::Cell>) {
        self.state.visit(&self.program, v);
    }
}

impl<S: Scalar> Interpreter<S> {
    fn table_of(&self, bars: Source<'_, S>) -> Table<S> {
        let mut table = self.table(bars.len());
        self.run(bars, &mut table);
        table
    }

    fn run_into(&self, bars: Source<'_, S>, table: &mut Table<S>) -> Result<(), BufferError> {
        let (plan, names) = (self.program.plan.plan(), &self.program.names);
        BufferError::check_names(names, &table.names)?;
        for ((name, output), column) in names.iter().zip(&plan.outputs).zip(&table.columns) {
            let is_bool = plan.node(output.node).kind == Kind::Bool;
            if is_bool != matches!(column, Column::Bool(_)) {
                return Err(BufferError::kind(name.clone(), is_bool));
            }
            if column.len() != bars.len() {
                return Err(BufferError::length(name.clone(), column.len(), bars.len()));
            }
        }
        self.run(bars, table);
        Ok(())
    }

    fn run(&self, bars: Source<'_, S>, table: &mut Table<S>) {
        let mut state = State::<S::Cell>::new(&self.program, state::BATCH_CHUNK);
        let outputs = &self.program.plan.plan().outputs;
        for from in (0..bars.len()).step_by(state::BATCH_CHUNK) {
            let chunk = bars.part(from, bars.len().min(from + state::BATCH_CHUNK));
            state.run(&self.program, chunk);
            for (output, column) in outputs.iter().zip(&mut table.columns) {
                state.copy(&self.program, output.node, chunk.len(), from, column);
            }
            state.advance(&self.program, chunk.len());
        }
    }
}

/// The field of a bar that an input reads, when it reads one.
fn field(input: Input) -> Option<Field> {
    match input {
        Input::Open => Some(Field::Open),
        Input::High => Some(Field::High),
        Input::Low => Some(Field::Low),
        Input::Close => Some(Field::Close),
        Input::Volume => Some(Field::Volume),
        Input::Time | Input::BarIndex => None,
    }
}
