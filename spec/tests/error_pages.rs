//! Every diagnostic code has a page; its wrong program raises exactly that code, its mended program none.
//!
//! `BLESS=1` rewrites the rendered messages.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use barlang_compiler::{compile, render};
use barlang_spec::markdown::{Block, Piece, pieces};
use barlang_spec::{file_name, markdown_files, repository};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_page_shows_its_error() {
    let mut failures = Vec::new();
    for (path, text) in markdown_files(&repository("docs/errors")).unwrap() {
        let name = file_name(&path);
        let code = name.trim_end_matches(".md");
        match check(code, &text) {
            Ok(blessed) if blessed != text && std::env::var_os("BLESS").is_some() => fs::write(&path, blessed).unwrap(),
            Ok(blessed) if blessed != text => {
                failures.push(format!("{name}: the message is another now; run with BLESS=1 and read the diff"));
            }
            Ok(_) => {}
            Err(problem) => failures.push(format!("{name}: {problem}")),
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// A program that is not only compiled: one strategy of it is to be run.
const CHOSEN: &str = "ta error chosen";

/// The page with the message that the compiler gives today.
fn check(code: &str, text: &str) -> Result<String, String> {
    let pieces = pieces(text)?;
    match pieces.first() {
        Some(Piece::Heading(1, title)) if title.starts_with(&format!("{code}: ")) && text.starts_with("# ") => {}
        _ => return Err(format!("the page does not begin with `# {code}: …`")),
    }
    let blocks: Vec<Block<'_>> = pieces
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Block(block) => Some(block),
            Piece::Heading(..) => None,
        })
        .collect();
    let [wrong, message, mended @ ..] = &blocks[..] else {
        return Err("a page needs the blocks `ta error`, `text` and `ta`".to_owned());
    };
    if !wrong.info.starts_with("ta error") || message.info != "text" || mended.is_empty() || mended.iter().any(|b| b.info != "ta") {
        return Err("the blocks of a page are `ta error`, `text` and `ta`".to_owned());
    }
    let mut compiled = compile("example.ta", &padded(wrong)?);
    if wrong.info == CHOSEN {
        compiled.choose(None);
    }
    if compiled.diagnostics.is_empty() {
        return Err("the wrong program raises nothing".to_owned());
    }
    let rendered = render::render_all(&compiled.sources, &compiled.diagnostics);
    if compiled.diagnostics.iter().any(|d| d.help.is_none()) {
        return Err(format!("a message without a mend:\n{rendered}"));
    }
    if compiled.diagnostics.iter().any(|d| d.code != code) {
        return Err(format!("the wrong program raises something else:\n{rendered}"));
    }
    for block in mended {
        let compiled = compile("example.ta", block.text);
        if !compiled.diagnostics.is_empty() {
            return Err(format!("the mended program is wrong:\n{}", render::render_all(&compiled.sources, &compiled.diagnostics)));
        }
    }
    let rendered = rendered.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n");
    Ok(format!("{}{rendered}{}", &text[..message.at], &text[message.at + message.text.len()..]))
}

/// The program of a block; behind ```` ```ta error padded N ```` so many line ends follow, for limits too long to print.
fn padded(block: &Block<'_>) -> Result<String, String> {
    match block.info.strip_prefix("ta error padded ") {
        Some(count) => Ok(format!("{}{}", block.text, "\n".repeat(count.parse().map_err(|_| "`padded` needs a number")?))),
        None if matches!(block.info, "ta error" | CHOSEN) => Ok(block.text.to_owned()),
        None => Err(format!("unknown block ```{}", block.info)),
    }
}

#[test]
fn codes_and_pages_are_the_same() {
    let mut codes = BTreeSet::new();
    collect(&repository("compiler/src"), &mut codes);
    let pages: BTreeSet<String> = markdown_files(&repository("docs/errors"))
        .unwrap()
        .iter()
        .map(|(path, _)| file_name(path).trim_end_matches(".md").to_owned())
        .collect();
    let missing: Vec<&String> = codes.difference(&pages).collect();
    let stale: Vec<&String> = pages.difference(&codes).collect();
    assert!(missing.is_empty() && stale.is_empty(), "codes without a page: {missing:?}; pages without a code: {stale:?}");
}

/// The texts `"B1234"` in the sources under a folder.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let is_code = |word: &str| word.len() == 5 && word.starts_with('B') && word[1..].bytes().all(|b| b.is_ascii_digit());
            codes.extend(text.split('"').filter(|word| is_code(word)).map(str::to_owned));
        }
    }
}
