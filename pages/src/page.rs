//! An entry as a page, and all entries as an index.

use barlang_compiler::catalog::{Constant, IndicatorMeta, Memory, OutputMeta, ParamMeta, ParamType};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The categories in the order of the index, with what each is about.
const CATEGORIES: &[(&str, &str)] = &[
    ("trend", "whether there is a trend, and where it turns"),
    ("momentum", "how fast the price moves, and how far in its range"),
    ("volatility", "how much the price moves, and channels around it"),
    ("volume", "what was traded, and at what price"),
    ("cycle", "periods in the price, and filters that pick them out"),
    ("pattern", "shapes of candles and swings"),
    ("price", "series made of one bar"),
    ("statistic", "what is measured over a window"),
    ("event", "what is true on the bar where something happens"),
    ("primitive", "the parts that the others are made of"),
    ("custom", "without a category"),
];

/// Whole numbers, from here on in groups of three digits.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn codes<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn bars(count: u64) -> String {
    if count == 1 { "1 bar".to_owned() } else { format!("{} bars", grouped(count)) }
}

/// The page of an indicator; its picture lies beside it.
pub fn page(meta: &IndicatorMeta, history: &str) -> String {
    let mut text = format!("# {}\n\n`{}` · {}", meta.display, meta.id, meta.category);
    if !meta.aliases.is_empty() {
        let _ = write!(text, " · also {}", codes(&meta.aliases));
    }
    let _ = write!(text, "\n\n{}\n", meta.summary);
    if !meta.description.is_empty() {
        let _ = write!(text, "\n{}\n", meta.description);
    }
    let _ = write!(text, "\n![{0}]({1}.svg)\n\n`{2}` on the {history}.\n", meta.display, meta.id, meta.example);
    let _ = write!(text, "\n## Formula\n\n```ta\n{}\n```\n", meta.definition.trim_end());
    parameters(&mut text, meta);
    outputs(&mut text, meta);
    behaviour(&mut text, meta);
    elsewhere(&mut text, meta);
    text
}

fn parameters(text: &mut String, meta: &IndicatorMeta) {
    if meta.params.is_empty() {
        return;
    }
    text.push_str("\n## Parameters\n\n| name | takes | default | range | |\n| --- | --- | --- | --- | --- |\n");
    for param in &meta.params {
        let default = param.default.as_ref().map_or("required".to_owned(), |default| format!("`{}`", default.shown()));
        let takes = match param.kind {
            ParamType::Series => "series".to_owned(),
            ParamType::BoolSeries => "series of truth values".to_owned(),
            ParamType::Int => "whole number".to_owned(),
            ParamType::Num => "number".to_owned(),
            ParamType::Bool => "`true` or `false`".to_owned(),
            ParamType::Choice => param.choices.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(" "),
        };
        let _ = writeln!(text, "| `{}` | {takes} | {default} | {} | {} |", param.name, range(param), cell(&param.description));
    }
    if !meta.parameter_aliases.is_empty() {
        let pairs = meta.parameter_aliases.iter().map(|(alias, target)| format!("`{alias}` for `{target}`"));
        let _ = write!(text, "\nOther names: {}.\n", pairs.collect::<Vec<_>>().join(", "));
    }
}

fn range(param: &ParamMeta) -> String {
    let end = |end: &Option<Constant>, none: &str| match end {
        None => none.to_owned(),
        Some(Constant::Int(value)) => u64::try_from(*value).map_or_else(|_| value.to_string(), grouped),
        Some(end) => end.shown(),
    };
    match (&param.min, &param.max) {
        (None, None) => String::new(),
        (Some(_), None) => format!("from {}", end(&param.min, "")),
        (None, Some(_)) if param.is_max_excluded => format!("below {}", end(&param.max, "")),
        (None, Some(_)) => format!("to {}", end(&param.max, "")),
        (Some(_), Some(_)) if param.is_max_excluded => format!("from {}, below {}", end(&param.min, ""), end(&param.max, "")),
        (Some(_), Some(_)) => format!("{} to {}", end(&param.min, ""), end(&param.max, "")),
    }
}

fn outputs(text: &mut String, meta: &IndicatorMeta) {
    text.push_str("\n## Outputs\n\n| name | gives | drawn as | first value after | |\n| --- | --- | --- | --- | --- |\n");
    for output in &meta.outputs {
        let OutputMeta { name, is_bool, warmup, style, .. } = output;
        let gives = if *is_bool { "truth values" } else { "numbers" };
        let after = match (&warmup.formula, warmup.bars) {
            (_, None) => "when the history gives one".to_owned(),
            (Some(formula), Some(count)) if *formula != count.to_string() => format!("`{formula}` bars: {}", grouped(count)),
            (_, Some(count)) => bars(count),
        };
        // Of a single series the first sentence says it all.
        let said = if meta.outputs.len() == 1 { "" } else { &output.description };
        let _ = writeln!(text, "| `{name}` | {gives} | {} | {after} | {} |", style.primitive.name(), cell(said));
    }
}

fn behaviour(text: &mut String, meta: &IndicatorMeta) {
    text.push_str("\n## On a history\n\n");
    let fields = match (&meta.required_fields[..], &meta.optional_fields[..]) {
        ([], []) if meta.params.iter().any(|param| matches!(param.kind, ParamType::Series | ParamType::BoolSeries)) => {
            "It reads only the series that it is given.".to_owned()
        }
        ([], []) => "It reads no field of a bar.".to_owned(),
        ([], optional) => format!("It reads only the series that it is given; by default {}.", codes(optional)),
        (required, []) => format!("It reads {}.", codes(required)),
        (required, optional) => format!("It reads {}, and where it is given no series {}.", codes(required), codes(optional)),
    };
    let memory = match meta.memory {
        Memory::Window(0) => "A value depends on its own bar alone.".to_owned(),
        Memory::Window(count) => format!("A value depends on its own bar and the {} before.", bars(count)),
        Memory::Decaying(count) => format!(
            "A value depends on all bars before; with these parameters, {} after its beginning a first value counts for less than a billionth.",
            bars(count)
        ),
        Memory::Event => {
            "A value depends on the bars since something happened that began it anew; how long ago that was, the prices decide.".to_owned()
        }
        Memory::Unknown => "A value may depend on all bars before; how fast it forgets them, the prices decide.".to_owned(),
        Memory::Forever => "A value depends on all bars before alike.".to_owned(),
    };
    let nulls = if meta.is_dense {
        "After the warm-up there is a value on every bar, as long as what it is given has one on it and on the bars it looks back to."
    } else {
        "After the warm-up a value may still be null where the formula has none, as where a divisor is zero."
    };
    let kernels = match &meta.kernels[..] {
        [] => String::new(),
        [kernel] => format!(" on the kernel `{}`", kernel.name),
        kernels => format!(" on the kernels {}", codes(kernels.iter().map(|kernel| &kernel.name))),
    };
    let operations = match meta.complexity.operations {
        1 => "1 operation".to_owned(),
        count => format!("{} operations", grouped(count)),
    };
    let kept = match meta.complexity.state_bytes {
        0 => "nothing is kept in windows, delays or feedback".to_owned(),
        count => format!("windows, delays and feedback hold {} bytes", grouped(count)),
    };
    let _ = write!(text, "{fields} {memory} {nulls}\n\nA bar costs {operations}{kernels}; {kept}.\n");
}

fn elsewhere(text: &mut String, meta: &IndicatorMeta) {
    let systems = [("TA-Lib", &meta.talib), ("Pine Script", &meta.pine), ("the reference system", &meta.reference)];
    let names: Vec<String> =
        systems.iter().filter(|(_, names)| !names.is_empty()).map(|(of, names)| format!("{} in {of}", codes(*names))).collect();
    if meta.source.is_none() && names.is_empty() {
        return;
    }
    text.push_str("\n## Source\n");
    if let Some(source) = &meta.source {
        let _ = write!(text, "\n{}.\n", capital(source.trim_end_matches('.')));
    }
    if !names.is_empty() {
        let _ = write!(text, "\nIt is {}.\n", names.join(", "));
    }
}

/// Every entry by category.
pub fn index(entries: &[IndicatorMeta]) -> String {
    let mut groups: BTreeMap<usize, Vec<&IndicatorMeta>> = BTreeMap::new();
    for meta in entries {
        let place = CATEGORIES.iter().position(|(name, _)| *name == meta.category).unwrap_or(CATEGORIES.len());
        groups.entry(place).or_default().push(meta);
    }
    let mut text =
        format!("# Indicators\n\n{} definitions, each with its formula, on a page of its own. Made from the definitions.\n", entries.len());
    for (place, entries) in groups {
        let (name, about) = CATEGORIES.get(place).copied().unwrap_or(("other", "other categories"));
        let _ = write!(text, "\n## {}: {about}\n\n| | |\n| --- | --- |\n", capital(name));
        for meta in entries {
            let _ = writeln!(text, "| [`{0}`]({0}.md) {1} | {2} |", meta.id, cell(&meta.display), cell(&meta.summary));
        }
    }
    text
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
    first.to_uppercase() + rest
}
