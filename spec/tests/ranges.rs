//! Every indicator can be called with each parameter at the ends of its declared range.

use barlang::catalog::{Constant, IndicatorMeta, ParamMeta, ParamType};
use barlang::indicator_catalog;

/// A number as it is written in a call.
fn written(constant: &Constant) -> Option<String> {
    match constant {
        Constant::Int(value) => Some(value.to_string()),
        Constant::Num(value) => Some(format!("{value:?}")),
        Constant::Truth(_) | Constant::Word(_) | Constant::Expression(_) => None,
    }
}

/// An end of a range, where it is a number that belongs to it; of whole numbers without one, a very large one.
fn end(param: &ParamMeta, is_least: bool) -> Option<String> {
    match if is_least { &param.min } else { &param.max } {
        None if param.kind == ParamType::Int && !is_least => Some("1000000000000".to_owned()),
        Some(_) if !is_least && param.is_max_excluded => None,
        end => end.as_ref().and_then(written),
    }
}

/// A call with these arguments, and others where there is no default.
fn call(meta: &IndicatorMeta, given: &[(&str, &str)]) -> String {
    let argument = |param: &ParamMeta| {
        let given = given.iter().find(|(name, _)| *name == param.name).map(|(_, value)| (*value).to_owned());
        given.or_else(|| match (param.kind, &param.default) {
            (_, Some(_)) => None,
            (ParamType::Series, None) => Some("close".to_owned()),
            (ParamType::BoolSeries, None) => Some("close > open".to_owned()),
            (ParamType::Choice, None) => param.choices.first().map(|word| format!("{word:?}")),
            (_, None) => Some(param.min.as_ref().and_then(written).unwrap_or_else(|| "1".to_owned())),
        })
    };
    let args: Vec<String> = meta.params.iter().filter_map(|param| Some(format!("{} = {}", param.name, argument(param)?))).collect();
    if meta.params.is_empty() { meta.id.clone() } else { format!("{}({})", meta.id, args.join(", ")) }
}

/// Whether a refusal is of a parameter whose range depends on another: `right` is from 0 to `99999 - left`.
fn is_of_a_relation(meta: &IndicatorMeta, message: &str) -> bool {
    let depends = |end: &Option<Constant>| matches!(end, Some(Constant::Expression(_)));
    let names = |param: &ParamMeta| message.starts_with(&format!("`{}` of `{}` is ", param.name, meta.id));
    meta.params.iter().any(|param| (depends(&param.min) || depends(&param.max)) && names(param))
}

/// These arguments alone, and with each word of each choice.
fn with_choices(meta: &IndicatorMeta, given: &[(&str, &str)]) -> Vec<String> {
    let mut calls = vec![call(meta, given)];
    for choice in &meta.params {
        for word in choice.choices.iter().map(|word| format!("{word:?}")) {
            calls.push(call(meta, &[given, &[(&choice.name, &word)]].concat()));
        }
    }
    calls
}

/// The calls with one parameter at an end of its range, and those with all at the same end.
fn calls_at_ends(meta: &IndicatorMeta) -> Vec<String> {
    let ends = [true, false].map(|is_least| {
        let all = meta.params.iter().filter_map(|param| Some((param.name.clone(), end(param, is_least)?)));
        all.collect::<Vec<(String, String)>>()
    });
    let mut calls = Vec::new();
    for all in &ends {
        let all: Vec<(&str, &str)> = all.iter().map(|(name, end)| (name.as_str(), end.as_str())).collect();
        calls.extend(all.iter().flat_map(|one| with_choices(meta, &[*one])));
        calls.extend(with_choices(meta, &all));
    }
    calls
}

#[test]
fn the_ends_of_every_range_can_be_used() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for meta in indicator_catalog() {
        for call in calls_at_ends(meta) {
            tried += 1;
            let compiled = barlang_compiler::compile("<call>", &call);
            let problem = compiled.diagnostics.first().filter(|problem| !is_of_a_relation(meta, &problem.message));
            wrong.extend(problem.map(|problem| format!("{call}: {}", problem.message)));
        }
    }
    assert!(tried > 3_000, "{tried} calls");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
