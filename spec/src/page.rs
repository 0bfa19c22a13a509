//! A page of the language: its sections are tests.

use crate::markdown::{Block, Piece, pieces};
use barlang::{Bar, Interpreter, Strategy, Value};
use barlang_compiler::Compilation;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a page has shown.
#[derive(Debug, Default)]
pub struct Report {
    /// Programs that were compiled.
    pub programs: usize,
    /// Bars whose values were compared.
    pub bars: usize,
    /// The programs that compiled, and where they stand: other tests read them.
    pub valid: Vec<(usize, String)>,
    /// What does not hold: line, heading, problem.
    pub failures: Vec<String>,
}

/// Runs every section of a page.
pub fn run(name: &str, text: &str) -> Report {
    let mut report = Report::default();
    let pieces = match pieces(text) {
        Ok(pieces) => pieces,
        Err(problem) => {
            report.failures.push(format!("{name}: {problem}"));
            return report;
        }
    };
    let mut section = Section { page: name, heading: "", report: &mut report, page_bars: None, bars: None, program: None };
    for piece in pieces {
        match piece {
            Piece::Heading(level, heading) => section.open(level, heading),
            Piece::Block(block) => section.block(&block),
        }
    }
    section.close_program();
    report
}

struct Section<'a> {
    page: &'a str,
    heading: &'a str,
    report: &'a mut Report,
    page_bars: Option<Vec<Bar>>,
    bars: Option<Vec<Bar>>,
    /// The last `ta` block.
    program: Option<Block<'a>>,
}

impl<'a> Section<'a> {
    fn open(&mut self, level: usize, heading: &'a str) {
        self.close_program();
        // Bars under the title hold for the page.
        if self.page_bars.is_none() && level > 1 {
            self.page_bars = self.bars.take();
        }
        self.bars = None;
        self.heading = heading;
    }
    fn close_program(&mut self) {
        self.program = None;
    }
    fn fail(&mut self, line: usize, problem: &str) {
        let Section { page, heading, .. } = self;
        self.report.failures.push(format!("{page}:{line}: {heading}: {problem}"));
    }
    fn keep(&mut self, line: usize, result: Result<(), String>) {
        if let Err(problem) = result {
            self.fail(line, &problem);
        }
    }
    fn bars(&self) -> Result<&[Bar], String> {
        self.bars.as_deref().or(self.page_bars.as_deref()).ok_or_else(|| "there is no `bars` block".to_owned())
    }

    fn block(&mut self, block: &Block<'a>) {
        match block.info {
            "bars" => match bars(block.text) {
                Ok(bars) => self.bars = Some(bars),
                Err(problem) => self.fail(block.line, &problem),
            },
            "ta" => {
                let result = self.program(block.line, block.text);
                self.keep(block.line, result);
                self.program = Some(*block);
            }
            "ta each" => {
                for (i, line) in block.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                    let result = self.one_line(block.line + i, line);
                    self.keep(block.line + i, result);
                }
            }
            "ta same" => {
                let result = self.same(block);
                self.keep(block.line, result);
            }
            "values" => {
                let result = self.values(block);
                self.keep(block.line, result);
            }
            "facts" => {
                let result = self.facts(block);
                self.keep(block.line, result);
            }
            _ if block.info.starts_with("ta") => self.fail(block.line, &format!("unknown block ```{}", block.info)),
            _ => {}
        }
    }

    /// Compiles a program and compares what is reported with its comments.
    fn program(&mut self, line: usize, text: &str) -> Result<(), String> {
        let compiled = barlang_compiler::compile("page.ta", text);
        self.report.programs += 1;
        if compiled.diagnostics.is_empty() {
            self.report.valid.push((line, text.to_owned()));
        }
        let mut expected = Vec::new();
        for (i, line) in text.lines().enumerate() {
            for comment in line.split("// error ").skip(1) {
                expected.push((i + 1, Expected::read(comment)));
            }
        }
        compare_errors(&compiled, expected)
    }

    fn one_line(&mut self, at: usize, line: &str) -> Result<(), String> {
        let (program, comment) = line.split_once("// ").ok_or("a line needs a comment that says what it gives")?;
        if comment.starts_with("error ") {
            return self.program(at, line);
        }
        self.program(at, program.trim_end())?;
        let cells: Vec<&str> = comment.split_whitespace().collect();
        let bars = self.bars()?;
        let cells = if let [every] = cells[..] { vec![every; bars.len()] } else { cells };
        let count = compare_values(program, bars, &[(String::new(), cells)])?;
        self.report.bars += count;
        Ok(())
    }

    fn same(&mut self, block: &Block<'a>) -> Result<(), String> {
        let mut first: Option<(&str, String)> = None;
        for line in block.text.lines().map(|line| line.split("//").next().unwrap_or("").trim()).filter(|line| !line.is_empty()) {
            self.program(block.line, line)?;
            let compiled = barlang_compiler::compile("page.ta", line);
            let [strategy] = &compiled.strategies[..] else {
                return Err(format!("`{line}` is not one strategy"));
            };
            let plan = strategy.plan.plan().text();
            match &first {
                None => first = Some((line, plan)),
                Some((other, known)) if *known != plan => {
                    return Err(format!("`{other}` and `{line}` differ:\n{known}--\n{plan}"));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn values(&mut self, block: &Block<'a>) -> Result<(), String> {
        let program = self.program.ok_or("there is no program above these values")?;
        let mut expected = Vec::new();
        for line in block.text.lines().filter(|line| !line.trim().is_empty()) {
            let (name, cells) = line.split_once(':').unwrap_or(("", line));
            expected.push((name.trim().to_owned(), cells.split_whitespace().collect()));
        }
        let count = compare_values(program.text, self.bars()?, &expected)?;
        self.report.bars += count;
        Ok(())
    }

    fn facts(&mut self, block: &Block<'a>) -> Result<(), String> {
        let program = self.program.ok_or("there is no program above these facts")?;
        let interpreter = Interpreter::<f64>::new(program.text).map_err(|error| error.to_string())?;
        for line in block.text.lines() {
            let (fact, expected) = line.split_once(' ').unwrap_or((line, ""));
            let found = match fact {
                "warmup" => interpreter.warmup().to_string(),
                "fields" => interpreter.fields().iter().map(|f| f.name()).collect::<Vec<_>>().join(" "),
                "outputs" => interpreter.outputs().join(" "),
                _ => return Err(format!("unknown fact `{fact}`")),
            };
            if found != expected.trim() {
                return Err(format!("`{fact}` is `{found}`, not `{expected}`"));
            }
        }
        Ok(())
    }
}

/// `B3106 at "text": message`
struct Expected<'a> {
    code: &'a str,
    under: Option<&'a str>,
    message: &'a str,
}

impl<'a> Expected<'a> {
    fn read(comment: &'a str) -> Self {
        let (code, under, message) = match comment.split_once(" at `") {
            Some((code, rest)) if !code.contains(':') => {
                let (under, message) = rest.split_once("`: ").unwrap_or((rest.trim_end().trim_end_matches('`'), ""));
                (code, Some(under), message)
            }
            _ => {
                let (code, message) = comment.split_once(": ").unwrap_or((comment, ""));
                (code, None, message)
            }
        };
        Expected { code: code.trim(), under, message: message.trim() }
    }
}

fn compare_errors(compiled: &Compilation, expected: Vec<(usize, Expected<'_>)>) -> Result<(), String> {
    let mut problems = String::new();
    let mut open = expected;
    for diagnostic in &compiled.diagnostics {
        let (line, _) = compiled.sources.position(diagnostic.span);
        let under = compiled.sources.text(diagnostic.span);
        let place = open.iter().position(|(at, expected)| {
            *at == line
                && expected.code == diagnostic.code
                && expected.under.is_none_or(|text| text == under)
                && diagnostic.message.contains(expected.message)
        });
        match place {
            Some(place) => {
                open.remove(place);
            }
            None => {
                let _ = write!(problems, "\n  not expected on line {line}: {} at `{under}`: {}", diagnostic.code, diagnostic.message);
            }
        }
    }
    for (line, expected) in open {
        let _ = write!(problems, "\n  expected on line {line}: {} {}", expected.code, expected.message);
        if let Some(under) = expected.under {
            let _ = write!(problems, " (at `{under}`)");
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(format!("the diagnostics differ:{problems}")) }
}

/// Compares the outputs of a program, by every way of running it. An output without a name is the only one.
fn compare_values(program: &str, bars: &[Bar], expected: &[(String, Vec<&str>)]) -> Result<usize, String> {
    let mut interpreter = Interpreter::<f64>::new(program).map_err(|error| error.to_string())?;
    let table = interpreter.batch(bars);
    let mut problems = String::new();
    let mut columns: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, column) in table.iter() {
        columns.insert(name, (0..bars.len()).map(|i| column.get(i)).collect());
    }
    for (name, cells) in expected {
        let found = match columns.iter().next() {
            Some((_, only)) if name.is_empty() && columns.len() == 1 => only,
            _ => columns.get(name.as_str()).ok_or_else(|| format!("there is no output `{name}`"))?,
        };
        let wanted = cells.iter().map(|cell| value(cell)).collect::<Result<Vec<Value>, String>>()?;
        let is_equal = wanted.len() == found.len() && wanted.iter().zip(found).all(|(a, b)| same(*a, *b));
        if !is_equal {
            let shown: Vec<String> = found.iter().map(|value| shown(*value)).collect();
            let _ = write!(problems, "\n  {name} expected: {}\n  {name} found:    {}", cells.join(" "), shown.join(" "));
        }
    }
    if expected.len() != columns.len() {
        let names: Vec<&str> = columns.keys().copied().collect();
        let _ = write!(problems, "\n  {} outputs are expected, the program has {}", expected.len(), names.join(", "));
    }
    for (i, bar) in bars.iter().enumerate() {
        let (peeked, stepped) = (interpreter.peek(bar), interpreter.step(bar));
        for ((name, peeked), (_, stepped)) in peeked.iter().zip(stepped.iter()) {
            let batch = columns.get(name).and_then(|column| column.get(i)).copied();
            if !batch.is_some_and(|batch| same(batch, stepped) && same(batch, peeked)) {
                let batch = batch.map(shown).unwrap_or_default();
                let _ = write!(problems, "\n  bar {i}: batch {batch}, step {}, peek {}", shown(stepped), shown(peeked));
            }
        }
    }
    if problems.is_empty() { Ok(bars.len()) } else { Err(format!("`{}` gives other values:{problems}", program.trim())) }
}

fn same(a: Value, b: Value) -> bool {
    let nothing = |value| matches!(value, Value::Num(None) | Value::Bool(None));
    match (a, b) {
        (Value::Num(Some(a)), Value::Num(Some(b))) => a.to_bits() == b.to_bits(),
        (Value::Bool(Some(a)), Value::Bool(Some(b))) => a == b,
        _ => nothing(a) && nothing(b),
    }
}

fn shown(value: Value) -> String {
    match value {
        Value::Num(None) | Value::Bool(None) => "_".to_owned(),
        Value::Num(Some(num)) => format!("{num}"),
        Value::Bool(Some(truth)) => format!("{truth}"),
    }
}

fn value(cell: &str) -> Result<Value, String> {
    Ok(match cell {
        "_" => Value::Num(None),
        "true" => Value::Bool(Some(true)),
        "false" => Value::Bool(Some(false)),
        _ => Value::Num(Some(cell.parse().map_err(|_| format!("`{cell}` is not a value"))?)),
    })
}

/// Closes, or a line of column names and a line for each bar.
fn bars(text: &str) -> Result<Vec<Bar>, String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    let has_names = lines.peek().is_some_and(|line| line.trim_start().starts_with(|c: char| c.is_ascii_alphabetic()));
    let names: Vec<&str> = if has_names { lines.next().unwrap_or("").split_whitespace().collect() } else { vec!["close"] };
    let number = |cell: &str| cell.parse::<f64>().map_err(|_| format!("`{cell}` is not a number"));
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for line in lines {
        let row = line.split_whitespace().map(number).collect::<Result<Vec<f64>, String>>()?;
        if has_names {
            rows.push(row);
        } else {
            rows.extend(row.into_iter().map(|close| vec![close]));
        }
    }
    let mut made = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        if row.len() != names.len() {
            return Err(format!("bar {i} has {} values, {} are named", row.len(), names.len()));
        }
        let column = |name: &str| names.iter().position(|n| *n == name || name.starts_with(*n)).map(|at| row[at]);
        let close = column("close").ok_or("the bars have no close")?;
        let open = column("open").unwrap_or(close);
        let high = column("high").unwrap_or(open.max(close));
        let low = column("low").unwrap_or(open.min(close));
        #[allow(clippy::cast_precision_loss, reason = "a page has few bars")]
        let time = column("time").unwrap_or(60.0 * i as f64);
        #[allow(clippy::cast_possible_truncation, reason = "whole nanoseconds")]
        let bar = Bar::new((time * 1e9) as i64, open, high, low, close, column("volume").unwrap_or(0.0));
        made.push(bar.map_err(|error| format!("bar {i}: {error}"))?);
    }
    Ok(made)
}
