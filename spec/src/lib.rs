//! The language as literate tests: Markdown pages whose blocks are programs, and what the programs must give.
//!
//! [`markdown`] takes a page apart, [`page`] reads its sections as tests and runs them. How a page is written is described in `pages/README.md`.

pub mod formula;
pub mod json;
pub mod markdown;
pub mod page;
pub mod schema;

use std::fs;
use std::path::{Path, PathBuf};

/// A folder or file of the repository, from its root.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The Markdown files of a folder in the order of their names, each with its text.
pub fn markdown_files(folder: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let unreadable = |error| format!("cannot read `{}`: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|e| e == "md") && path.file_stem().is_some_and(|s| s != "README") {
            let text = fs::read_to_string(&path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
            files.push((path, text));
        }
    }
    files.sort();
    Ok(files)
}

/// The name of a file without its folder.
pub fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
