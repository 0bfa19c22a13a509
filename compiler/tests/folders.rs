//! The build-script API over real folders.
#![cfg(feature = "render")]

use barlang_compiler::build::Config;
use barlang_compiler::diag::Diagnostics;
use barlang_compiler::library::Library;
use barlang_compiler::render::render_all;
use barlang_compiler::{files, strategies};
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
fn what_editors_and_systems_leave_is_no_program() {
    let litter: &[(&str, &[u8])] = &[("b.ta", b"close > open"), (".#b.ta", b"\xff"), ("._b.ta", b"\0")];
    assert!(run("litter", litter).is_ok_and(|code| code.contains("pub mod b")));
}

#[test]
fn an_empty_folder_is_an_error() {
    fails("empty", &[], &["holds no `.ta` file"]);
    fails("other_files", &[("notes.txt", b"close")], &["holds no `.ta` file"]);
    let nothing: &[(&str, &[u8])] = &[("a.ta", b"// nothing\n"), ("b.ta", b"close > open"), ("c.ta", b"")];
    fails("empty_file", nothing, &["there is no program here", "a.ta:1:1", "c.ta:1:1"]);
}

#[test]
fn a_missing_folder_is_an_error() {
    let error = Config::new("nowhere").output("unused.rs").run().expect_err("it does not exist");
    assert_eq!(error.to_string(), "error: cannot read `nowhere`: there is no such file or folder; a path begins beside `Cargo.toml`");
}

#[test]
fn files_are_named_from_the_root() {
    let root = folder("root/strategies", &[("s.ta", b"emma(close, 12)"), ("t.ta", b"close > \xff")]).join("..");
    let (mut library, mut diagnostics) = (Library::new(), Diagnostics::default());
    let mut read = |path: &str| files::read(&mut library, &root, Path::new(path), &mut diagnostics).map_err(|error| error.to_string());
    for (path, message) in [
        ("strategies", "`strategies/t.ta` is not UTF-8 text"),
        ("strategies/u.ta", "`strategies/u.ta`"),
        (".", "the folder `.` holds no"),
        ("../elsewhere", "`../elsewhere`"),
    ] {
        let error = read(path).expect_err("this path is wrong");
        assert!(error.contains(message), "{error}");
    }
    let [s] = read("strategies/s.ta").expect("a file of text").try_into().expect("one file");
    assert!(s.path.starts_with(&root), "{:?}", s.path);
    strategies(&library, &s.file, &s.definitions, &mut diagnostics);
    let rendered = render_all(&library.sources, &diagnostics.sorted());
    assert!(rendered.contains("--> strategies/s.ta:1:1"), "{rendered}");
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
    fails("bad_name", &[("2nd try.ta", b"close")], &["cannot name a strategy; use lower-case letters"]);
    fails("keyword", &[("if.ta", b"close")], &["cannot name a strategy: it is a word of the language"]);
    fails(
        "several",
        &[("A.ta", b"close"), ("b.ta", b"\xff"), ("c.ta", b"close")],
        &["A.ta` cannot name", "\nerror: `", "b.ta` is not UTF-8"],
    );
}

#[test]
fn a_byte_order_mark_and_any_line_ends_are_read() {
    assert!(run("bom", &[("a.ta", b"\xef\xbb\xbfclose >\r\n open\r\n")]).is_ok());
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
