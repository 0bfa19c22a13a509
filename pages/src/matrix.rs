//! The porting matrix: what every name of TA-Lib, Pine Script and the reference system is here, and what it has been checked against.

use barlang_compiler::catalog::IndicatorMeta;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A row of the inventory: an indicator that some library has.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id in the inventory.
    pub id: String,
    /// The id of our definition, or the operator; empty where there is none.
    pub ours: String,
    /// The published source that ours is checked against; `definition` where there is none but its definition.
    pub evidence: String,
    /// What differs, or why there is none.
    pub notes: String,
}

/// A name in another system, with the row of the inventory that it stands for.
#[derive(Clone, Debug)]
pub struct Name {
    /// `talib`, `pine` or `reference`.
    pub system: String,
    /// The name there.
    pub name: String,
    /// The row.
    pub id: String,
}

/// The rows of a csv text `id,ours,evidence,notes`; only the last field may hold commas, in quotes or not.
pub fn rows(csv: &str) -> Vec<Row> {
    let field = |text: Option<&str>| text.unwrap_or("").trim().trim_matches('"').to_owned();
    csv.lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let mut fields = line.splitn(4, ',');
            let mut next = || field(fields.next());
            Row { id: next(), ours: next(), evidence: next(), notes: next() }
        })
        .collect()
}

/// The names of a csv text `system,name,id`.
pub fn names(csv: &str) -> Vec<Name> {
    csv.lines()
        .skip(1)
        .filter_map(|line| {
            let (system, rest) = line.split_once(',')?;
            let (name, id) = rest.rsplit_once(',')?;
            Some(Name { system: system.to_owned(), name: name.to_owned(), id: id.to_owned() })
        })
        .collect()
}

const SYSTEMS: [(&str, &str); 3] = [("talib", "TA-Lib"), ("pine", "Pine Script"), ("reference", "The reference system")];

const KINDS: [(&str, &str); 11] = [
    ("definition", "nobody's published values are at hand: held against its own definition, evaluated a second way"),
    ("jesse", "jesse-rust, from PyPI"),
    ("pandas", "functions of pandas; `func` in the file says how they are put together"),
    ("pandas-ta", "pandas-ta-classic, from PyPI"),
    ("pine", "Pine's functions, run by PyneCore; `func` in the file says how they are put together"),
    ("talib", "TA-Lib's C library"),
    ("talib-crate", "TA-Lib's own Rust crate, for what the C library does not have"),
    ("technical", "technical, of freqtrade, from PyPI"),
    ("tulip", "Tulip Indicators, through tulipy"),
    ("wickra", "the crate wickra-core"),
    ("yata", "the crate yata"),
];

/// The page. `names` are all names there are, `rows` what has been done.
pub fn page(entries: &[IndicatorMeta], names: &[Name], rows: &[Row]) -> String {
    let rows: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let known = Known::new(entries);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows.values().filter(|row| !row.ours.is_empty()) {
        *kinds.entry(row.evidence.as_str()).or_default() += 1;
    }
    let mut text = String::from(
        "# Where indicators of other libraries are\n\nEvery name of TA-Lib (C 0.8.1 and its Rust crate 0.8.3), of Pine Script's `ta.*` and what \
         belongs to it, and of the reference system, with the definition that is the same here and the published values that it is checked \
         against. Made from the definitions and from `tests/golden/matrix`; [the values](../tests/golden/README.md) are kept with the scripts that make \
         them.\n\n| checked against | rows | |\n| --- | --- | --- |\n",
    );
    for (kind, count) in &kinds {
        let about = KINDS.iter().find(|(name, _)| name == kind).map_or("", |(_, about)| about);
        let _ = writeln!(text, "| {kind} | {count} | {about} |");
    }
    for (system, title) in SYSTEMS {
        let mut of_system: BTreeMap<&str, Vec<&Name>> = BTreeMap::new();
        for name in names.iter().filter(|name| name.system == system) {
            of_system.entry(&name.name).or_default().push(name);
        }
        let found = of_system.values().filter(|names| !known.ours(system, names, &rows).is_empty()).count();
        let _ = write!(
            text,
            "\n## {title}: {found} of {}\n\n| name | here | checked against | |\n| --- | --- | --- | --- |\n",
            of_system.len()
        );
        for (name, stands_for) in &of_system {
            let ours = known.ours(system, stands_for, &rows);
            let links: Vec<String> = ours.iter().map(|id| known.link(id)).collect();
            let rows: Vec<&Row> = stands_for.iter().filter_map(|name| rows.get(name.id.as_str()).copied()).collect();
            let join = |part: fn(&Row) -> &str| {
                let mut parts: Vec<&str> = rows.iter().map(|row| part(row)).filter(|part| !part.is_empty()).collect();
                parts.dedup();
                parts.join("; ").replace('|', "\\|")
            };
            let here = if links.is_empty() { "left".to_owned() } else { links.join(", ") };
            let _ = writeln!(text, "| `{name}` | {here} | {} | {} |", join(|row| &row.evidence), join(|row| &row.notes));
        }
    }
    let others: Vec<&&Row> = rows.values().filter(|row| !names.iter().any(|name| name.id == row.id)).collect();
    if !others.is_empty() {
        text.push_str("\n## Known from elsewhere\n\n| | here | checked against | |\n| --- | --- | --- | --- |\n");
        for row in others {
            let here = if row.ours.is_empty() { "left".to_owned() } else { known.link(&row.ours) };
            let _ = writeln!(text, "| `{}` | {here} | {} | {} |", row.id, row.evidence, row.notes.replace('|', "\\|"));
        }
    }
    text
}

/// Ids by the names that definitions say of themselves.
struct Known<'a> {
    by_name: BTreeMap<(&'static str, &'a str), Vec<&'a str>>,
    /// The id that each id and alias resolves to.
    ids: BTreeMap<&'a str, &'a str>,
}

impl<'a> Known<'a> {
    fn new(entries: &'a [IndicatorMeta]) -> Self {
        let mut by_name: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for meta in entries {
            for (system, names) in [("talib", &meta.talib), ("pine", &meta.pine), ("reference", &meta.reference)] {
                for name in names {
                    by_name.entry((system, name.as_str())).or_default().push(&meta.id);
                }
            }
        }
        let ids =
            entries.iter().flat_map(|meta| std::iter::once(&meta.id).chain(&meta.aliases).map(|name| (name.as_str(), meta.id.as_str())));
        Known { by_name, ids: ids.collect() }
    }

    /// What a name of a system is here: what definitions say of themselves, else what the rows say.
    fn ours(&self, system: &'static str, names: &[&Name], rows: &BTreeMap<&str, &'a Row>) -> Vec<&'a str> {
        let said = names.first().and_then(|name| self.by_name.iter().find(|((of, n), _)| *of == system && *n == name.name));
        let mut ours: Vec<&str> = said.map(|(_, ids)| ids.clone()).unwrap_or_default();
        for name in names {
            match rows.get(name.id.as_str()) {
                Some(row) if !row.ours.is_empty() => ours.push(self.ids.get(row.ours.as_str()).copied().unwrap_or(row.ours.as_str())),
                _ => {}
            }
        }
        ours.sort_unstable();
        ours.dedup();
        ours
    }

    /// An id as a link to its page; what has no page is part of the language.
    fn link(&self, id: &str) -> String {
        match self.ids.get(id) {
            Some(id) => format!("[`{id}`](indicators/{id}.md)"),
            None => format!("`{id}`"),
        }
    }
}
