//! Pages and pictures of indicators, made from what their definitions tell of them.
//!
//! Takes the catalog entries of a library and a history to draw them on, gives files by name: a page and a picture for each indicator, and an
//! index by category. The shipped indicators and a user's go the same way. [`kernels`] and [`matrix`] make the two pages that only the
//! shipped ones have.

pub mod kernels;
pub mod matrix;
mod page;
mod plot;

pub use page::{index, page};
pub use plot::plot;

use barlang::{Bar, Interpreter, Strategy, Table};
use barlang_compiler::catalog::{self, IndicatorMeta, catalog_of};
use barlang_compiler::diag::Diagnostics;
use barlang_compiler::files::{self, FilesError};
use barlang_compiler::library::Library;
use barlang_compiler::render::render_all;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// A history to draw on.
#[derive(Clone, Debug)]
pub struct History {
    /// What it is called under a picture.
    pub name: String,
    /// The date of each bar.
    pub dates: Vec<String>,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// Why there are no pages.
#[derive(Debug)]
pub enum PagesError {
    /// The folder cannot be read.
    Files(FilesError),
    /// Definitions are wrong: the rendered diagnostics.
    Programs(String),
    /// An indicator cannot be drawn: its call, and why.
    Example(String, String),
}

impl fmt::Display for PagesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PagesError::Files(error) => write!(f, "error: {error}"),
            PagesError::Programs(rendered) => f.write_str(rendered),
            PagesError::Example(call, problem) => write!(f, "`{call}` cannot be drawn\n{problem}"),
        }
    }
}

impl std::error::Error for PagesError {}

/// The files of the shipped indicators, by name.
pub fn shipped(history: &History) -> Result<BTreeMap<String, String>, PagesError> {
    files_of(&Library::new(), &catalog::shipped(), history)
}

/// The files of the indicators that a folder of `.ta` files defines, by name.
pub fn folder(path: &Path, history: &History) -> Result<BTreeMap<String, String>, PagesError> {
    let mut library = Library::new();
    let mut diagnostics = Diagnostics::default();
    let read = files::read(&mut library, Path::new(""), path, &mut diagnostics).map_err(PagesError::Files)?;
    for file in &read {
        barlang_compiler::strategies(&library, &file.file, &file.definitions, &mut diagnostics);
    }
    if !diagnostics.is_empty() {
        return Err(PagesError::Programs(render_all(&library.sources, &diagnostics.sorted())));
    }
    let definitions: Vec<_> = read.into_iter().flat_map(|file| file.definitions).collect();
    let entries = catalog_of(&library, &definitions);
    files_of(&library, &entries, history)
}

fn files_of(library: &Library, entries: &[IndicatorMeta], history: &History) -> Result<BTreeMap<String, String>, PagesError> {
    let mut files = BTreeMap::from([("README.md".to_owned(), index(entries))]);
    for meta in entries {
        let table = run(library, meta, &history.bars)?;
        files.insert(format!("{}.svg", meta.id), plot(meta, &table, history));
        files.insert(format!("{}.md", meta.id), page(meta, &history.name));
    }
    Ok(files)
}

/// The outputs of an indicator's example over bars.
fn run(library: &Library, meta: &IndicatorMeta, bars: &[Bar]) -> Result<Table, PagesError> {
    let wrong = |problem: String| PagesError::Example(meta.example.clone(), problem);
    let mut compiled = barlang_compiler::compile_with(library.clone(), "<example>", &meta.example);
    if !compiled.diagnostics.is_empty() {
        return Err(wrong(render_all(&compiled.sources, &compiled.diagnostics)));
    }
    let strategy = compiled.strategies.pop().ok_or_else(|| wrong("it gives no series".to_owned()))?;
    let interpreter = Interpreter::<f64>::from_plan(strategy.plan).map_err(|error| wrong(error.to_string()))?;
    Ok(interpreter.batch(bars))
}
