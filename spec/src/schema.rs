//! Checks a value against a JSON Schema: the words that `spec/catalog/schema.json` uses, each an error where it is unknown.

use barlang_compiler::catalog::Json;
use std::collections::BTreeMap;

/// Everything in which a value does not follow a schema.
pub fn check(schema: &Json, value: &Json) -> Vec<String> {
    let mut checker = Checker { root: schema, problems: Vec::new() };
    checker.check(schema, value, "");
    checker.problems
}

struct Checker<'a> {
    root: &'a Json,
    problems: Vec<String>,
}

fn members(json: &Json) -> &BTreeMap<String, Json> {
    static NONE: BTreeMap<String, Json> = BTreeMap::new();
    if let Json::Map(members) = json { members } else { &NONE }
}

fn list(json: &Json) -> &[Json] {
    if let Json::List(list) = json { list } else { &[] }
}

fn is_of_type(value: &Json, name: &str) -> bool {
    match value {
        Json::Null => name == "null",
        Json::Truth(_) => name == "boolean",
        Json::Int(_) => name == "integer" || name == "number",
        Json::Num(_) => name == "number",
        Json::Text(_) => name == "string",
        Json::List(_) => name == "array",
        Json::Map(_) => name == "object",
    }
}

impl<'a> Checker<'a> {
    fn wrong(&mut self, place: &str, problem: &str) {
        self.problems.push(format!("{}: {problem}", if place.is_empty() { "/" } else { place }));
    }

    fn check(&mut self, schema: &'a Json, value: &Json, place: &str) {
        for (word, wanted) in members(schema) {
            match (word.as_str(), wanted) {
                ("$schema" | "$id" | "$defs" | "title" | "description", _) => {}
                ("$ref", Json::Text(path)) => {
                    let target = path.trim_start_matches("#/").split('/').try_fold(self.root, |json, name| members(json).get(name));
                    match target {
                        Some(target) => self.check(target, value, place),
                        None => self.wrong(place, &format!("the schema has no `{path}`")),
                    }
                }
                ("type", Json::Text(name)) => {
                    if !is_of_type(value, name) {
                        self.wrong(place, &format!("should be of type {name}"));
                    }
                }
                ("enum", Json::List(values)) => {
                    if !values.contains(value) {
                        self.wrong(place, &format!("{value:?} is none of the values allowed"));
                    }
                }
                ("const", wanted) => {
                    if value != wanted {
                        self.wrong(place, &format!("should be {wanted:?}"));
                    }
                }
                ("minimum", Json::Int(least)) => {
                    if matches!(value, Json::Int(int) if int < least) {
                        self.wrong(place, &format!("should be at least {least}"));
                    }
                }
                ("minLength", Json::Int(least)) => {
                    if matches!(value, Json::Text(text) if (text.len() as i64) < *least) {
                        self.wrong(place, "should not be empty");
                    }
                }
                ("minItems", Json::Int(least)) => {
                    if matches!(value, Json::List(list) if (list.len() as i64) < *least) {
                        self.wrong(place, "has too few elements");
                    }
                }
                ("anyOf", Json::List(choices)) => {
                    let fits = choices.iter().any(|choice| {
                        let mut checker = Checker { root: self.root, problems: Vec::new() };
                        checker.check(choice, value, place);
                        checker.problems.is_empty()
                    });
                    if !fits {
                        self.wrong(place, "fits none of the forms allowed");
                    }
                }
                ("required", Json::List(names)) => {
                    for name in names {
                        if matches!(name, Json::Text(name) if !members(value).contains_key(name)) {
                            self.wrong(place, &format!("has no {name:?}"));
                        }
                    }
                }
                ("properties", properties) => {
                    for (name, schema) in members(properties) {
                        if let Some(value) = members(value).get(name) {
                            self.check(schema, value, &format!("{place}/{name}"));
                        }
                    }
                }
                ("additionalProperties", others) => {
                    let known = members(members(schema).get("properties").unwrap_or(&Json::Null));
                    for (name, value) in members(value).iter().filter(|(name, _)| !known.contains_key(*name)) {
                        match others {
                            Json::Truth(false) => self.wrong(place, &format!("`{name}` is not part of the contract")),
                            others => self.check(others, value, &format!("{place}/{name}")),
                        }
                    }
                }
                ("items", items) => {
                    for (i, value) in list(value).iter().enumerate() {
                        self.check(items, value, &format!("{place}/{i}"));
                    }
                }
                (word, _) => self.wrong(place, &format!("the schema uses `{word}`, which is not known here")),
            }
        }
    }
}
