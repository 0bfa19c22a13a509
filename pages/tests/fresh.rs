//! The generated pages are those of the definitions of today, and a user's folder gives the same.
//!
//! `BLESS=1 cargo test -p barlang-pages` rewrites `docs/indicators`, `docs/kernel-catalog.md` and `docs/indicator_porting_matrix.md`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use barlang::catalog::IndicatorMeta;
use barlang::{Bar, indicator_catalog};
use barlang_pages::matrix::{Name, Row};
use barlang_pages::{History, folder, kernels, matrix, shipped};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The size that no picture exceeds.
const MAX_PICTURE: usize = 15_000;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The real history: the S&P 500, a bar a day.
fn history() -> History {
    let text = fs::read_to_string(repository("data/sp500.csv")).unwrap();
    let mut history = History { name: "S&P 500".to_owned(), dates: Vec::new(), bars: Vec::new() };
    for (day, line) in text.lines().skip(1).enumerate() {
        let (date, numbers) = line.split_once(',').unwrap();
        let numbers: Vec<f64> = numbers.split(',').map(|number| number.parse().unwrap()).collect();
        let [open, high, low, close, volume] = numbers[..] else { panic!("{line}") };
        history.dates.push(date.to_owned());
        history.bars.push(Bar::new(day as i64 * 86_400_000_000_000, open, high, low, close, volume).unwrap());
    }
    history
}

/// Compares files with what they should be, or writes them.
fn check(wanted: &BTreeMap<PathBuf, String>, folder: &Path) {
    let is_blessed = std::env::var_os("BLESS").is_some();
    let mut stale = Vec::new();
    let present: BTreeSet<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    for path in present.iter().filter(|path| !wanted.contains_key(*path)) {
        if is_blessed {
            fs::remove_file(path).unwrap();
        } else {
            stale.push(format!("{} is of no indicator", path.display()));
        }
    }
    for (path, text) in wanted {
        if fs::read_to_string(path).is_ok_and(|old| old == *text) {
            continue;
        }
        if is_blessed {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        } else {
            stale.push(format!("{} is another now", path.display()));
        }
    }
    assert!(stale.is_empty(), "run with BLESS=1:\n{}", stale.join("\n"));
}

#[test]
fn every_shipped_indicator_has_its_page() {
    let folder = repository("docs/indicators");
    let files = shipped(&history()).unwrap();
    for (name, text) in &files {
        assert!(!text.starts_with("<svg") || text.len() <= MAX_PICTURE, "{name} has {} bytes", text.len());
    }
    check(&files.into_iter().map(|(name, text)| (folder.join(name), text)).collect(), &folder);
}

fn rows() -> Vec<Row> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(repository("tests/golden/matrix")).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files.iter().flat_map(|path| matrix::rows(&fs::read_to_string(path).unwrap())).collect()
}

fn names() -> Vec<Name> {
    matrix::names(&fs::read_to_string(repository("spec/catalog/names.csv")).unwrap())
}

#[test]
fn kernels_and_matrix_are_fresh() {
    let none = repository("no folder");
    let entries = indicator_catalog();
    check(&BTreeMap::from([(repository("docs/kernel-catalog.md"), kernels::page(entries))]), &none);
    check(&BTreeMap::from([(repository("docs/indicator_porting_matrix.md"), matrix::page(entries, &names(), &rows()))]), &none);
}

/// A definition names only what exists elsewhere, and the rows name only what exists here.
#[test]
fn names_of_other_systems_exist() {
    let names = names();
    let known = |system: &str, name: &str| names.iter().any(|n| n.system == system && n.name == name);
    let entries = indicator_catalog();
    let mut wrong = Vec::new();
    for IndicatorMeta { id, talib, pine, reference, .. } in entries {
        for (system, of) in [("talib", talib), ("pine", pine), ("reference", reference)] {
            wrong.extend(of.iter().filter(|name| !known(system, name)).map(|name| format!("`{id}`: {system} has no `{name}`")));
        }
    }
    // Operators and the functions that take series of either kind have no entry.
    let is_language = |ours: &str| ["prev", "shift", "is_null", "coalesce", "with", "if"].contains(&ours);
    for Row { id, ours, .. } in rows().iter().filter(|row| !row.ours.is_empty() && !is_language(&row.ours)) {
        if barlang::find_indicator_meta(ours).is_none() {
            wrong.push(format!("the row `{id}` is said to be `{ours}`, which is not shipped"));
        }
    }
    let mut ids = BTreeSet::new();
    wrong.extend(rows().iter().filter(|row| !ids.insert(row.id.clone())).map(|row| format!("the row `{}` is there twice", row.id)));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_users_folder_gives_pages_and_pictures() {
    let files = folder(&repository("spec/indicators"), &history()).unwrap();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["README.md", "breakout.md", "breakout.svg", "distance_bands.md", "distance_bands.svg"]);
    let page = &files["distance_bands.md"];
    for part in [
        "# Distance Bands\n",
        "![Distance Bands](distance_bands.svg)",
        "`distance_bands(20, 10, 2.0)` on the S&P 500.",
        "| `atr_period` | whole number | `10` | 1 to 10,000 | How many bars the range looks back. |",
        "| `upper` | numbers | band | `max(atr_period, period - 1)` bars: 19 | The upper edge. |",
        "    let distance = multiplier * atr(atr_period);",
    ] {
        assert!(page.contains(part), "the page does not say `{part}`:\n{page}");
    }
    assert!(files["distance_bands.svg"].contains("fill-opacity=\"0.08\""), "the band is filled");
    assert!(files["breakout.svg"].contains("h16l-8-14z"), "signals are marked");
    assert!(files["README.md"].contains("| [`breakout`](breakout.md) Breakout | The close is above everything of the bars before. |"));

    let problem = folder(&repository("spec/no_such_folder"), &history()).unwrap_err();
    assert!(problem.to_string().contains("there is no such file or folder"), "{problem}");
}
