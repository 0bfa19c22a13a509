//! The catalog keeps its contract: its form is that of the schema, its text is the one committed, what it derives is so.
//!
//! `BLESS=1` rewrites `spec/catalog/indicator_catalog_v1.json`. What may change in it without a new version is said in
//! `docs/indicator_metadata_contract.md`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use barlang::catalog::{CONTRACT_VERSION, Constant, IndicatorMeta, ParamType, catalog_json};
use barlang::{find_indicator_meta, indicator_catalog};
use barlang_compiler::catalog::{self, catalog_of};
use barlang_compiler::diag::Diagnostics;
use barlang_compiler::library::Library;
use barlang_spec::{formula, json, repository, schema};
use std::collections::BTreeMap;
use std::fs;

#[test]
fn the_catalog_is_the_committed_one() {
    let path = repository("spec/catalog/indicator_catalog_v1.json");
    let text = catalog_json(indicator_catalog());
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let line = text.lines().zip(committed.lines()).position(|(new, old)| new != old).unwrap_or(0) + 1;
    assert!(
        text == committed,
        "the catalog is another from line {line} on; run with BLESS=1, read the diff, and see the contract for what is a breaking change"
    );
}

#[test]
fn the_catalog_follows_the_schema() {
    let schema = json::read(&fs::read_to_string(repository("spec/catalog/schema.json")).unwrap()).unwrap();
    let text = catalog_json(indicator_catalog());
    let value = json::read(&text).unwrap();
    assert_eq!(value.print(), text, "reading and writing gives the same text");
    let problems = schema::check(&schema, &value);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    // The check itself finds what is wrong.
    let wrong = json::read(&text.replace("\"null_policy\": \"dense\"", "\"null_policy\": 3")).unwrap();
    assert!(!schema::check(&schema, &wrong).is_empty());
    assert!(CONTRACT_VERSION.starts_with("1."), "version 2 gets a golden file and a schema of its own");
}

#[test]
fn ids_and_aliases_are_unique_and_found() {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for meta in indicator_catalog() {
        for name in std::iter::once(&meta.id).chain(&meta.aliases) {
            if let Some(other) = names.insert(name, &meta.id) {
                panic!("`{name}` is a name of `{other}` and of `{}`", meta.id);
            }
            assert_eq!(find_indicator_meta(name), Some(meta));
        }
        let parameters: Vec<&String> = meta.params.iter().map(|p| &p.name).collect();
        for (alias, target) in &meta.parameter_aliases {
            assert!(parameters.contains(&target), "`{}`: `{alias}` means `{target}`, which is no parameter", meta.id);
            assert!(!parameters.contains(&alias), "`{}`: `{alias}` is a parameter itself", meta.id);
        }
    }
    assert!(indicator_catalog().is_sorted_by(|a, b| a.id < b.id));
}

/// A call with every length changed a little, or `only` one, as far as its range allows, and what each then is.
fn varied(meta: &IndicatorMeta, by: i64, only: Option<usize>) -> (String, BTreeMap<String, f64>) {
    let mut values = BTreeMap::new();
    let mut args = Vec::new();
    for (i, param) in meta.params.iter().enumerate() {
        let number = |constant: &Option<Constant>| match constant {
            Some(Constant::Int(value)) => Some(*value as f64),
            Some(Constant::Num(value)) => Some(*value),
            _ => None,
        };
        match (param.kind, &param.default) {
            (ParamType::Int, default) => {
                let least = number(&param.min);
                let start = number(default).or(least).unwrap_or(10.0);
                let by = if only.is_none_or(|only| only == i) { by * (i as i64 + 1) } else { 0 };
                let value = (start + by as f64).max(least.unwrap_or(start)).min(number(&param.max).unwrap_or(f64::MAX));
                values.insert(param.name.clone(), value);
                args.push(format!("{} = {value}", param.name));
            }
            (ParamType::Num, default) => {
                if let Some(value) = number(default) {
                    values.insert(param.name.clone(), value);
                }
            }
            (ParamType::Series, None) => args.push(format!("{} = close", param.name)),
            (ParamType::BoolSeries, None) => args.push(format!("{} = close > open", param.name)),
            _ => {}
        }
    }
    (if meta.params.is_empty() { meta.id.clone() } else { format!("{}({})", meta.id, args.join(", ")) }, values)
}

/// The warm-ups of the outputs of a call; none where the compiler refuses it.
fn warmups(call: &str) -> Option<Vec<u64>> {
    let compiled = barlang_compiler::compile("<call>", call);
    let plan = &compiled.strategies.first()?.plan;
    Some(plan.plan().outputs.iter().map(|output| plan.fact(output.node).warmup).collect())
}

#[test]
fn warmup_formulas_give_the_warmups_of_plans() {
    let (mut without, mut compared, mut wrong) = (Vec::new(), 0, Vec::new());
    for meta in indicator_catalog() {
        let all = [0, 1, 2, 5, 16].map(|by| (by, None));
        // One that is longer than all others together.
        let one = (0..meta.params.len()).map(|only| (100, Some(only)));
        for (by, only) in all.into_iter().chain(one) {
            let (call, values) = varied(meta, by, only);
            let Some(warmups) = warmups(&call) else { continue };
            for (output, plan) in meta.outputs.iter().zip(warmups) {
                let Some(formula) = &output.warmup.formula else {
                    without.extend(output.warmup.bars.map(|_| format!("{}.{}", meta.id, output.name)));
                    continue;
                };
                compared += 1;
                let value = formula::value(formula, &values).unwrap_or_else(|problem| panic!("{}: `{formula}`: {problem}", meta.id));
                if value.to_bits() != (plan as f64).to_bits() {
                    wrong.push(format!("{call}, `{}`: {formula} is {value}, the plan's warm-up {plan}", output.name));
                }
            }
        }
    }
    without.dedup();
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(without.is_empty(), "no formula: {}", without.join(", "));
}

#[test]
fn a_users_indicators_give_entries_as_the_shipped_ones() {
    let mut library = Library::new();
    let mut diagnostics = Diagnostics::default();
    let files = barlang_compiler::files::read(&mut library, &repository("spec"), "indicators".as_ref(), &mut diagnostics).unwrap();
    let definitions: Vec<_> = files.into_iter().flat_map(|file| file.definitions).collect();
    let entries = catalog_of(&library, &definitions);
    assert!(diagnostics.is_empty());
    let ids: Vec<&str> = entries.iter().map(|meta| meta.id.as_str()).collect();
    assert_eq!(ids, ["breakout", "distance_bands"]);
    let [breakout, bands] = &entries[..] else { panic!() };
    assert_eq!((breakout.category.as_str(), breakout.display.as_str()), ("custom", "Breakout"));
    assert_eq!(breakout.warmup.formula.as_deref(), Some("period"));
    assert_eq!(bands.warmup.formula.as_deref(), Some("max(atr_period, period - 1)"));
    assert_eq!(bands.outputs.iter().map(|o| o.style.primitive.name()).collect::<Vec<_>>(), ["band", "line", "band"]);
    assert_eq!(bands.parameter_aliases.get("length").map(String::as_str), Some("period"));
    let schema = json::read(&fs::read_to_string(repository("spec/catalog/schema.json")).unwrap()).unwrap();
    assert_eq!(schema::check(&schema, &json::read(&catalog::catalog_json(&entries)).unwrap()), Vec::<String>::new());
    let hover = library.hover("distance_bands").unwrap();
    assert!(
        hover.contains("multiplier: const num = 2.0 in 0..")
            && hover.contains("- middle: The average.")
            && hover.contains("- multiplier: "),
        "{hover}"
    );
    assert!(library.hover("adx").unwrap().contains("Average directional index"));
    assert_eq!(library.hover("keltner_from"), None);
}
