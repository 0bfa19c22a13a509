//! JSON to read and to compare: names in the order of the alphabet, two blanks a level, one form of every number.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Truth(bool),
    /// A whole number.
    Int(i64),
    /// A number; always written with a point or an exponent.
    Num(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Values by name.
    Map(BTreeMap<String, Json>),
}

/// The longest list or map that is written in one line.
const MAX_LINE: usize = 110;

impl Json {
    /// Values by name.
    pub fn map<N: Into<String>>(members: impl IntoIterator<Item = (N, Json)>) -> Json {
        Json::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
    /// A list of texts.
    pub fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Json {
        Json::List(texts.into_iter().map(|text| Json::Text(text.into())).collect())
    }
    /// The text, with a line end behind it.
    pub fn print(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.push('\n');
        out
    }

    /// The text in one line, where it is a short one without maps and lists in it.
    fn line(&self) -> Option<String> {
        let is_plain = |value: &Json| !matches!(value, Json::List(_) | Json::Map(_));
        let mut out = String::new();
        match self {
            Json::List(list) if list.iter().all(is_plain) => {
                out.push('[');
                for (i, value) in list.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    value.write(&mut out, 0);
                }
                out.push(']');
            }
            Json::Map(members) if members.values().all(is_plain) => {
                out.push('{');
                for (i, (name, value)) in members.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { " " });
                    quote(&mut out, name);
                    out.push_str(": ");
                    value.write(&mut out, 0);
                }
                out.push_str(if members.is_empty() { "}" } else { " }" });
            }
            _ => return None,
        }
        (out.len() <= MAX_LINE).then_some(out)
    }

    fn write(&self, out: &mut String, level: usize) {
        if let Some(line) = self.line() {
            out.push_str(&line);
            return;
        }
        match self {
            Json::Null => out.push_str("null"),
            Json::Truth(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Json::Int(int) => {
                let _ = write!(out, "{int}");
            }
            Json::Num(num) => {
                let _ = write!(out, "{num:?}");
            }
            Json::Text(text) => quote(out, text),
            Json::List(list) => lines(out, level, ('[', ']'), list.iter().map(|value| (None, value))),
            Json::Map(members) => lines(out, level, ('{', '}'), members.iter().map(|(name, value)| (Some(name.as_str()), value))),
        }
    }
}

fn lines<'a>(out: &mut String, level: usize, (open, close): (char, char), members: impl Iterator<Item = (Option<&'a str>, &'a Json)>) {
    out.push(open);
    let mut is_empty = true;
    for (name, value) in members {
        let _ = write!(out, "{}\n{:width$}", if is_empty { "" } else { "," }, "", width = 2 * level + 2);
        if let Some(name) = name {
            quote(out, name);
            out.push_str(": ");
        }
        value.write(out, level + 1);
        is_empty = false;
    }
    if !is_empty {
        let _ = write!(out, "\n{:width$}", "", width = 2 * level);
    }
    out.push(close);
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
