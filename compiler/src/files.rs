//! Reads `.ta` files: the one place where the compiler touches a disk.

use crate::diag::{Diagnostic, Diagnostics};
use crate::library::Library;
use crate::source::Span;
use crate::syntax::ast::{Definition, Expr, File, Name};
use crate::syntax::token::KEYWORDS;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Why files could not be read.
#[derive(Debug)]
pub enum FilesError {
    /// The path cannot be opened.
    Unreadable(PathBuf, std::io::Error),
    /// The folder holds no `.ta` file.
    Empty(PathBuf),
    /// The file is not UTF-8; the byte where it stops being.
    NotUtf8(PathBuf, usize),
    /// The path is neither a folder nor a `.ta` file.
    NotTa(PathBuf),
    /// The name of a file cannot name a module and a strategy.
    BadName(PathBuf),
    /// Several files, each with its own reason.
    Several(Vec<FilesError>),
}

impl fmt::Display for FilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FilesError::Unreadable(path, error) if error.kind() == std::io::ErrorKind::NotFound => {
                write!(f, "cannot read `{}`: there is no such file or folder; a path begins beside `Cargo.toml`", path.display())
            }
            FilesError::Unreadable(path, error) => {
                write!(f, "cannot read `{}`: {error}", path.display())
            }
            FilesError::Empty(path) => {
                write!(f, "the folder `{}` holds no `.ta` file; write one, such as `golden_cross.ta`", path.display())
            }
            FilesError::NotUtf8(path, at) => {
                write!(f, "`{}` is not UTF-8 text: byte {at} is the first that is not; save it as UTF-8", path.display())
            }
            FilesError::NotTa(path) => write!(f, "`{}` is neither a folder nor a `.ta` file; let its name end in `.ta`", path.display()),
            FilesError::BadName(path) if path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| KEYWORDS.contains(&stem)) => {
                write!(f, "the name of `{}` cannot name a strategy: it is a word of the language; choose another", path.display())
            }
            FilesError::BadName(path) => {
                write!(f, "the name of `{}` cannot name a strategy; use lower-case letters, digits and `_`, a letter first", path.display())
            }
            FilesError::Several(errors) => {
                let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
                f.write_str(&all.join("\nerror: "))
            }
        }
    }
}

impl std::error::Error for FilesError {}

/// A file that was read: its module, what it holds, its place.
#[derive(Debug)]
pub struct ReadFile {
    /// The name of the file without `.ta`.
    pub stem: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub file: File,
    /// Its definitions, a bare expression made a strategy named after the file.
    pub definitions: Vec<Rc<Definition>>,
}

/// A path as messages give it: from the root where it lies under it.
fn shown(root: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix(root) {
        Ok(inside) if inside.as_os_str().is_empty() => PathBuf::from("."),
        Ok(inside) => inside.to_owned(),
        Err(_) => path.to_owned(),
    }
}

/// The `.ta` files of a path, a folder's in the order of their names. Names that begin with a dot are an editor's or the system's.
fn list(root: &Path, path: &Path) -> Result<Vec<PathBuf>, FilesError> {
    let unreadable = |error| FilesError::Unreadable(shown(root, path), error);
    if fs::metadata(path).map_err(unreadable)?.is_file() {
        return if path.extension().is_some_and(|e| e == "ta") {
            Ok(vec![path.to_owned()])
        } else {
            Err(FilesError::NotTa(shown(root, path)))
        };
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let is_hidden = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !is_hidden && file.extension().is_some_and(|e| e == "ta") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() { Err(FilesError::Empty(shown(root, path))) } else { Ok(files) }
}

/// Reads every file of a path, absolute or from the root, into the library. Errors name files from the root.
pub fn read(library: &mut Library, root: &Path, path: &Path, diagnostics: &mut Diagnostics) -> Result<Vec<ReadFile>, FilesError> {
    let mut all = Vec::new();
    let mut unread = Vec::new();
    for path in list(root, &root.join(path))? {
        let shown = shown(root, &path);
        let (stem, text) = match read_one(&path, &shown) {
            Ok(read) => read,
            Err(error) => {
                unread.push(error);
                continue;
            }
        };
        let before = diagnostics.len();
        let (mut file, mut definitions) = library.read(&shown.display().to_string(), &text, diagnostics);
        refuse_uses(&file, diagnostics);
        if let Some(expression) = file.expression.take() {
            let strategy = Rc::new(bare(&stem, expression));
            library.define(&strategy, diagnostics);
            definitions.push(strategy);
        } else if definitions.is_empty() && diagnostics.len() == before {
            let source = library.sources.last();
            diagnostics.push(
                Diagnostic::new("B1006", Span { source, ..Span::default() }, "there is no program here")
                    .help("write an expression, such as `close > sma(close, 20)`"),
            );
        }
        all.push(ReadFile { stem, path, file, definitions });
    }
    match unread.len() {
        0 => Ok(all),
        1 => Err(unread.remove(0)),
        _ => Err(FilesError::Several(unread)),
    }
}

/// The name of a file without `.ta`, and what it holds.
fn read_one(path: &Path, shown: &Path) -> Result<(String, String), FilesError> {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("").to_owned();
    let mut letters = stem.chars();
    let is_name = letters.next().is_some_and(|c| c.is_ascii_lowercase())
        && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !KEYWORDS.contains(&stem.as_str());
    if !is_name {
        return Err(FilesError::BadName(shown.to_owned()));
    }
    let bytes = fs::read(path).map_err(|error| FilesError::Unreadable(shown.to_owned(), error))?;
    let text = String::from_utf8(bytes).map_err(|error| FilesError::NotUtf8(shown.to_owned(), error.utf8_error().valid_up_to()))?;
    Ok((stem, text))
}

/// Only `ta!` reads other files; a folder's files know one another.
pub(crate) fn refuse_uses(file: &File, diagnostics: &mut Diagnostics) {
    for path in &file.uses {
        diagnostics.push(
            Diagnostic::new("B2004", path.span, "`use` stands only in `ta!`")
                .label("not read")
                .help("the files of a strategy folder know one another's definitions without it"),
        );
    }
}

/// A strategy that is one expression, named after its file.
fn bare(stem: &str, expression: Expr) -> Definition {
    use crate::syntax::ast::{Block, DefinitionKind, Returns};
    let span = expression.span;
    Definition {
        kind: DefinitionKind::Strategy,
        is_public: true,
        docs: Vec::new(),
        attributes: Vec::new(),
        name: Name { text: stem.to_owned(), span },
        params: Vec::new(),
        returns: Returns::Unsaid,
        body: Block { statements: Vec::new(), result: Some(expression) },
        is_broken: false,
        span,
    }
}
