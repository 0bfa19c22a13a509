//! The shipped indicators as data.

use barlang_compiler::catalog;
pub use barlang_compiler::catalog::{
    CONTRACT_VERSION, Complexity, Constant, IndicatorMeta, KernelMeta, Memory, OutputMeta, Pane, ParamMeta, ParamType, Primitive, Style,
    WarmupMeta, catalog_json,
};
use std::collections::BTreeMap;
use std::sync::OnceLock;

struct Catalog {
    entries: Vec<IndicatorMeta>,
    /// The place of each id and alias.
    names: BTreeMap<String, usize>,
}

/// Derived from the definitions on the first call.
fn shipped() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| {
        let entries = catalog::shipped();
        let mut names = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            names.extend(std::iter::once(&entry.id).chain(&entry.aliases).map(|name| (name.clone(), place)));
        }
        Catalog { entries, names }
    })
}

/// Every shipped indicator, in the order of the ids.
///
/// ```
/// let volume = barlang::indicator_catalog().iter().filter(|meta| meta.category == "volume");
/// assert!(volume.map(|meta| meta.id.as_str()).any(|id| id == "obv"));
/// ```
///
/// [`catalog_json`] writes it in the form of `docs/indicator_metadata_contract.md`.
pub fn indicator_catalog() -> &'static [IndicatorMeta] {
    &shipped().entries
}

/// The shipped indicator of an id or an alias.
///
/// ```
/// let bands = barlang::find_indicator_meta("bb").unwrap();
/// assert_eq!(bands.id, "bbands");
/// assert_eq!(bands.warmup.formula.as_deref(), Some("period - 1"));
/// assert_eq!(barlang::find_indicator_meta("no_such"), None);
/// ```
pub fn find_indicator_meta(id_or_alias: &str) -> Option<&'static IndicatorMeta> {
    let Catalog { entries, names } = shipped();
    names.get(id_or_alias).and_then(|&place| entries.get(place))
}
