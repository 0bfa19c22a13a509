//! The build-script API over real folders.
#![cfg(feature = "render")]

use barlang_compiler::build::Config;
use std::fs;
use std::path::{Path, PathBuf};

/// A fresh folder with these files.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder can be made");
    for (file, contents) in files {
        fs::write(path.join(file), contents).expect("a file can be written");
    }
    path
}

fn run(name: &str, files: &[(&str, &[u8])]) -> Result<String, String> {
    let path = folder(name, files);
    let output = path.join("out.rs");
    match Config::new(&path).output(&output).run() {
        Ok(done) => Ok(fs::read_to_string(done.output).expect("the output was written")),
        Err(error) => {
            assert!(!output.exists(), "nothing is written when anything is wrong");
            Err(error.to_string())
        }
    }
}

fn fails(name: &str, files: &[(&str, &[u8])], parts: &[&str]) {
    let error = run(name, files).expect_err("this folder is wrong");
    for part in parts {
        assert!(error.contains(part), "{part:?} is missing in:\n{error}");
    }
}

#[test]
fn a_folder_becomes_modules() {
    let code = run(
        "modules",
        &[
            ("b.ta", b"strategy one() { out x = middle(); } strategy two() { out x = a_rule(); }"),
            ("a_rule.ta", b"// a bare expression\nclose > sma(close, 20)"),
            ("shared.ta", b"indicator middle() -> num { hl2 }"),
        ],
    )
    .expect("this folder is right");
    for part in ["pub mod a_rule", "pub mod b", "struct ARule", "struct One", "struct Two"] {
        assert!(code.contains(part), "{part}");
    }
}

#[test]
fn a_wrapped_expression_is_a_program() {
    assert!(run("wrapped", &[("w.ta", b"ta!< close > open >")]).is_ok());
}

#[test]
fn every_error_names_its_place() {
    let wrong = b"strategy s() {\n    out x = emma(close, 12);\n    out y = rsi(close, 1);\n}\n";
    fails("errors", &[("s.ta", wrong)], &["error[B2102]", "s.ta:2:13", "did you mean `ema`?", "error[B3106]", "s.ta:3:24"]);
}

#[test]
fn an_empty_folder_is_an_error() {
    fails("empty", &[], &["holds no `.ta` file"]);
    fails("other_files", &[("notes.txt", b"close")], &["holds no `.ta` file"]);
    fails("empty_file", &[("a.ta", b"// nothing\n")], &["there is no program here", "a.ta"]);
}

#[test]
fn a_missing_folder_is_an_error() {
    let error =
        Config::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join("nowhere")).output("unused.rs").run().expect_err("it does not exist");
    assert!(error.to_string().contains("cannot read"), "{error}");
}

#[test]
fn two_strategies_of_one_name_are_an_error() {
    let twice: &[(&str, &[u8])] = &[("a.ta", b"strategy s() { out x = close; }"), ("b.ta", b"\nstrategy s() { out x = open; }")];
    fails("twice", twice, &["error[B2001]", "`s` is defined twice", "a.ta, line 1", "b.ta:2:10"]);
    fails("file_and_strategy", &[("a.ta", b"close > open"), ("b.ta", b"strategy a() { out x = open; }")], &["`a` is defined twice"]);
}

#[test]
fn what_is_no_text_is_an_error() {
    fails("binary", &[("a.ta", b"close > \xff\xfe")], &["is not UTF-8 text", "byte 8"]);
}

#[test]
fn a_bad_file_name_is_an_error() {
    fails("bad_name", &[("2nd try.ta", b"close")], &["cannot name a strategy"]);
    fails("keyword", &[("strategy.ta", b"close")], &["cannot name a strategy"]);
}

#[test]
fn an_unchanged_folder_leaves_its_output_alone() {
    let path = folder("unchanged", &[("a.ta", b"close > open")]);
    let config = Config::new(&path).output(path.join("out.rs"));
    let written = || fs::metadata(path.join("out.rs")).and_then(|m| m.modified()).expect("it was written");
    config.run().expect("right");
    let first = written();
    std::thread::sleep(std::time::Duration::from_millis(20));
    config.run().expect("right");
    assert_eq!(first, written());
}
