//! For build scripts: compiles a folder of strategies to Rust.

use crate::diag::Diagnostics;
use crate::emit::{Paths, emit};
use crate::files::{self, FilesError};
use crate::library::Library;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// Compiles the `.ta` files of a folder beside `Cargo.toml`, for `barlang::include_strategies!()`. Call it from `build.rs`:
///
/// ```no_run
/// barlang_compiler::build::compile("strategies");
/// ```
///
/// Errors are printed with file (from the folder of `Cargo.toml`), line and column, and end the build.
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a build script talks to cargo and to whoever builds")]
pub fn compile(folder: impl AsRef<Path>) {
    match Config::new(folder).run() {
        Ok(done) => {
            for path in done.inputs {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
        Err(error) => {
            println!("cargo::rerun-if-changed=build.rs");
            eprintln!("\n{error}");
            process::exit(1);
        }
    }
}

/// What to compile, and where to.
#[derive(Clone, Debug)]
pub struct Config {
    folder: PathBuf,
    output: Option<PathBuf>,
    paths: Paths,
}

/// What a compilation read and wrote.
#[derive(Clone, Debug)]
pub struct Done {
    /// The folder and its files: a change of any asks for another run.
    pub inputs: Vec<PathBuf>,
    /// The file that was written.
    pub output: PathBuf,
}

/// Why a folder could not be compiled.
#[derive(Debug)]
pub enum BuildError {
    /// A file cannot be read.
    Files(FilesError),
    /// The programs are wrong: the rendered diagnostics.
    Programs(String),
    /// The output cannot be written, or nothing says where to.
    Output(String),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Files(error) => write!(f, "error: {error}"),
            BuildError::Programs(rendered) => f.write_str(rendered),
            BuildError::Output(problem) => write!(f, "error: {problem}"),
        }
    }
}

impl std::error::Error for BuildError {}

impl Config {
    /// A folder beside `Cargo.toml`, or an absolute one.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Config { folder: folder.as_ref().to_owned(), output: None, paths: Paths::default() }
    }
    /// The file to write; `barlang_strategies.rs` in `OUT_DIR` when it is not set.
    #[must_use]
    pub fn output(mut self, file: impl AsRef<Path>) -> Self {
        self.output = Some(file.as_ref().to_owned());
        self
    }
    /// The path of the crate `barlang` where it has another name: `::my_barlang`.
    #[must_use]
    pub fn barlang(mut self, path: impl Into<String>) -> Self {
        self.paths.barlang = path.into();
        self
    }

    /// Compiles. Nothing is written when anything is wrong.
    pub fn run(&self) -> Result<Done, BuildError> {
        let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
        let output = match (&self.output, env::var_os("OUT_DIR")) {
            (Some(output), _) => output.clone(),
            (None, Some(dir)) => Path::new(&dir).join("barlang_strategies.rs"),
            (None, None) => {
                return Err(BuildError::Output(
                    "`OUT_DIR` is not set: this is not a build script; say where to write with `Config::output`".to_owned(),
                ));
            }
        };
        let mut library = Library::new();
        let mut diagnostics = Diagnostics::default();
        let files = files::read(&mut library, &root, &self.folder, &mut diagnostics).map_err(BuildError::Files)?;
        let mut text = String::from("// Made by barlang from the strategy folder. Do not edit.\n");
        for file in &files {
            let strategies = crate::strategies(&library, &file.file, &file.definitions, &mut diagnostics);
            let _ = writeln!(
                text,
                "#[doc = \"Strategies of `{}.ta`.\"]\n#[allow(unreachable_pub, reason = \"generated\")]\npub mod {} {{",
                file.stem,
                crate::emit::ident(&file.stem)
            );
            for mut strategy in strategies {
                strategy.is_public = true;
                text.push_str(&emit(&strategy, &self.paths));
            }
            text.push_str("}\n");
        }
        if !diagnostics.is_empty() {
            return Err(BuildError::Programs(crate::render::render_all(&library.sources, &diagnostics.sorted())));
        }
        // An unchanged file keeps its time, so nothing that includes it is built again.
        if fs::read_to_string(&output).map_or(true, |old| old != text) {
            fs::write(&output, text).map_err(|error| BuildError::Output(format!("cannot write `{}`: {error}", output.display())))?;
        }
        let inputs = std::iter::once(root.join(&self.folder)).chain(files.into_iter().map(|f| f.path)).collect();
        Ok(Done { inputs, output })
    }
}
