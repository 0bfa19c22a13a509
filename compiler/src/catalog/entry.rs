//! An entry of the catalog, and its form in JSON.

use super::{CONTRACT_VERSION, Json};
use crate::library::attributes::{PANES, PRIMITIVES};
use std::collections::BTreeMap;

/// What a definition tells of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct IndicatorMeta {
    /// The name in programs.
    pub id: String,
    /// The name for people.
    pub display: String,
    /// `trend`, `momentum`, `volatility`, `volume`, `cycle`, `statistic`, `price`, `pattern`, `event` or `primitive`; `custom` where nothing is said.
    pub category: String,
    /// What it tells a trader, in a sentence.
    pub summary: String,
    /// What else its doc comment says.
    pub description: String,
    /// Who published it, and the convention chosen.
    pub source: Option<String>,
    /// Other names that resolve to it.
    pub aliases: Vec<String>,
    /// Other names of parameters, with the parameter each means.
    pub parameter_aliases: BTreeMap<String, String>,
    /// Its names in TA-Lib.
    pub talib: Vec<String>,
    /// Its names in Pine Script.
    pub pine: Vec<String>,
    /// Its names in the reference system.
    pub reference: Vec<String>,
    /// Parameters in the order of the signature.
    pub params: Vec<ParamMeta>,
    /// Outputs in the order of the signature.
    pub outputs: Vec<OutputMeta>,
    /// How it is called.
    pub signature: String,
    /// Its formula: the text of the definition, and of the hidden helpers that it is made with.
    pub definition: String,
    /// A call that can be drawn; where series are required, others stand in for them.
    pub example: String,
    /// The fields of a bar that it reads whatever series it is given.
    pub required_fields: Vec<String>,
    /// The fields of a bar that it reads where no series are given.
    pub optional_fields: Vec<String>,
    /// The parameters that the warm-up depends on.
    pub lookback: Vec<String>,
    /// The longest warm-up of its outputs.
    pub warmup: WarmupMeta,
    /// Whether every output surely has a value on every bar after its warm-up, if no series it is given is null there.
    pub is_dense: bool,
    /// How far back its outputs remember: the longest of them.
    pub memory: Memory,
    /// Where it is drawn.
    pub pane: Pane,
    /// The kernels of the runtime that it is computed with at its defaults.
    pub kernels: Vec<KernelMeta>,
    /// What a bar costs at its defaults.
    pub complexity: Complexity,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamMeta {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub kind: ParamType,
    /// What it takes, as it is declared.
    pub declared: String,
    /// What is taken when nothing is given; a parameter without is required.
    pub default: Option<Constant>,
    /// What its doc comment says.
    pub description: String,
    /// The least value.
    pub min: Option<Constant>,
    /// The greatest value.
    pub max: Option<Constant>,
    /// Whether `max` itself is not allowed.
    pub is_max_excluded: bool,
    /// The words allowed.
    pub choices: Vec<String>,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamType {
    /// A series of numbers.
    Series,
    /// A series of truth values.
    BoolSeries,
    /// A whole number known at compile time.
    Int,
    /// A number known at compile time.
    Num,
    /// A truth value known at compile time.
    Bool,
    /// One of some words.
    Choice,
}

/// A default, or the end of a range.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// A whole number.
    Int(i64),
    /// A number.
    Num(f64),
    /// A truth value.
    Truth(bool),
    /// A word.
    Word(String),
    /// A series, or what follows from parameters before.
    Expression(String),
}

/// An output.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputMeta {
    /// Its name; that of the indicator where it gives one series.
    pub name: String,
    /// Whether its values are truth values.
    pub is_bool: bool,
    /// What it is to the indicator: `value` or `event` where there is one; `upper`, `middle`, `lower`, `signal`, `histogram`, `direction` by
    /// name; else `primary` for the first and `secondary` for others.
    pub role: String,
    /// What its doc comment says.
    pub description: String,
    /// When it has its first value.
    pub warmup: WarmupMeta,
    /// How far back it remembers.
    pub memory: Memory,
    /// How it is drawn.
    pub style: Style,
}

/// How many bars pass before the first value, when no series that is given is null.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct WarmupMeta {
    /// How it follows from the parameters; none where that is not known.
    pub formula: Option<String>,
    /// At the defaults; none where it depends on the history, as on an event.
    pub bars: Option<u64>,
    /// The parameters in the formula.
    pub parameters: Vec<String>,
}

/// How far back an output remembers, at the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Memory {
    /// A value depends on so many earlier bars, and on no others.
    Window(u64),
    /// It depends on all bars; after so many the first value of every average counts for less than a billionth.
    Decaying(u64),
    /// It depends on all bars since an event.
    Event,
    /// It cannot be told from the definition.
    Unknown,
    /// It depends on all bars alike.
    Forever,
}

/// Where an indicator is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// Over the prices, on their scale.
    Overlay,
    /// In a pane of its own, on a scale of its own.
    Separate,
    /// In the pane of the volume, on its scale.
    Volume,
}

/// What an output is drawn as; what comes first lies below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Primitive {
    /// A line, filled down to zero.
    Area,
    /// An edge of a band; what lies between its edges is filled.
    Band,
    /// Columns from zero.
    Histogram,
    /// A level: a line in steps.
    Level,
    /// A line.
    Line,
    /// A point a bar.
    Points,
    /// A mark on the bars where it is true.
    Signal,
}

/// How an output is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// As what.
    pub primitive: Primitive,
    /// Its place among the outputs, for themes: `series_1`, `series_2`, …
    pub slot: String,
    /// Its colour where there is no theme.
    pub color: &'static str,
    /// What is drawn later lies above: what covers much lies below.
    pub z_order: u32,
}

/// A kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelMeta {
    /// Its name in the language.
    pub name: String,
    /// Its type in the runtime.
    pub rust: String,
}

/// What a bar costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Complexity {
    /// The bytes of windows, delays and feedback; the few scalars of each kernel come on top.
    pub state_bytes: u64,
    /// Operations of the plan that each bar brings anew: arithmetic, comparisons and choices count one each, as does a step of a kernel.
    pub operations: u64,
}

impl ParamType {
    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            ParamType::Series => "series",
            ParamType::BoolSeries => "bool_series",
            ParamType::Int => "int",
            ParamType::Num => "num",
            ParamType::Bool => "bool",
            ParamType::Choice => "choice",
        }
    }
}

impl Pane {
    /// The name in the contract and in `#[plot(…)]`.
    pub fn name(self) -> &'static str {
        PANES[self as usize]
    }
    /// The pane of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Pane::Overlay, Pane::Separate, Pane::Volume].into_iter().find(|pane| pane.name() == name)
    }
    /// What shares its scale: `price`, `volume`, or nothing else.
    pub fn scale_group(self) -> &'static str {
        match self {
            Pane::Overlay => "price",
            Pane::Separate => "own",
            Pane::Volume => "volume",
        }
    }
}

impl Primitive {
    /// All of them, from what lies below to what lies above.
    pub const ALL: [Primitive; 7] =
        [Primitive::Area, Primitive::Band, Primitive::Histogram, Primitive::Level, Primitive::Line, Primitive::Points, Primitive::Signal];
    /// The name in the contract and in `#[style(output = …)]`.
    pub fn name(self) -> &'static str {
        PRIMITIVES[self as usize]
    }
    /// The primitive of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|primitive| primitive.name() == name)
    }
}

/// Colours that are told apart, also without red and green (Okabe and Ito), a darker yellow for white paper.
const COLORS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"];

impl Style {
    /// The style of the output in a place.
    pub(super) fn of(primitive: Primitive, place: usize) -> Self {
        let layer = primitive as usize;
        Style {
            primitive,
            slot: format!("series_{}", place + 1),
            color: COLORS[place % COLORS.len()],
            z_order: u32::try_from(100 * layer + place).unwrap_or(u32::MAX),
        }
    }
}

impl Memory {
    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Memory::Window(_) => "window",
            Memory::Decaying(_) => "decaying",
            Memory::Event => "event",
            Memory::Unknown => "unknown",
            Memory::Forever => "forever",
        }
    }
    /// The bars of a window, or until what came before no longer counts.
    pub fn bars(self) -> Option<u64> {
        match self {
            Memory::Window(bars) | Memory::Decaying(bars) => Some(bars),
            Memory::Event | Memory::Unknown | Memory::Forever => None,
        }
    }
    fn json(self) -> Json {
        let bars = self.bars().map_or(Json::Null, count);
        Json::map([
            ("bars", bars),
            ("infinite", Json::Truth(!matches!(self, Memory::Window(_)))),
            ("kind", Json::Text(self.name().to_owned())),
        ])
    }
}

fn count(value: u64) -> Json {
    Json::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

impl Constant {
    fn json(&self) -> Json {
        match self {
            Constant::Int(value) => Json::Int(*value),
            Constant::Num(value) => Json::Num(*value),
            Constant::Truth(truth) => Json::Truth(*truth),
            Constant::Word(word) => text(word),
            Constant::Expression(expression) => Json::map([("expression", text(expression))]),
        }
    }
    /// As it is written in a program.
    pub fn shown(&self) -> String {
        match self {
            Constant::Int(value) => value.to_string(),
            Constant::Num(value) => format!("{value:?}"),
            Constant::Truth(truth) => truth.to_string(),
            Constant::Word(word) => format!("\"{word}\""),
            Constant::Expression(expression) => expression.clone(),
        }
    }
}

impl WarmupMeta {
    fn json(&self) -> Json {
        Json::map([("bars", self.bars.map_or(Json::Null, count)), ("formula", self.formula.as_deref().map_or(Json::Null, text))])
    }
}

impl IndicatorMeta {
    /// The entry in the form of the contract.
    pub fn json(&self) -> Json {
        let constant = |constant: &Option<Constant>| constant.as_ref().map_or(Json::Null, Constant::json);
        let params = self.params.iter().map(|param| {
            Json::map([
                ("choices", Json::texts(&param.choices)),
                ("default", constant(&param.default)),
                ("description", text(&param.description)),
                ("kind", text(param.kind.name())),
                ("max", constant(&param.max)),
                ("max_excluded", Json::Truth(param.is_max_excluded)),
                ("min", constant(&param.min)),
                ("name", text(&param.name)),
                ("required", Json::Truth(param.default.is_none())),
            ])
        });
        let outputs = self.outputs.iter().map(|output| {
            Json::map([
                ("description", text(&output.description)),
                ("kind", text(output.style.primitive.name())),
                ("memory", output.memory.json()),
                ("name", text(&output.name)),
                ("role", text(&output.role)),
                ("type", text(if output.is_bool { "bool" } else { "num" })),
                ("warmup", output.warmup.json()),
            ])
        });
        let styles = self.outputs.iter().map(|output| {
            Json::map([
                ("color", text(output.style.color)),
                ("output", text(&output.name)),
                ("primitive", text(output.style.primitive.name())),
                ("slot", text(&output.style.slot)),
                ("z_order", Json::Int(i64::from(output.style.z_order))),
            ])
        });
        let kernels = self.kernels.iter().map(|kernel| Json::map([("name", text(&kernel.name)), ("rust", text(&kernel.rust))]));
        Json::map([
            ("aliases", Json::texts(&self.aliases)),
            ("category", text(&self.category)),
            (
                "complexity",
                Json::map([("operations", count(self.complexity.operations)), ("state_bytes", count(self.complexity.state_bytes))]),
            ),
            ("description", text(&self.description)),
            ("display", text(&self.display)),
            ("id", text(&self.id)),
            // Every plan has a step.
            ("incremental", Json::Truth(true)),
            (
                "names",
                Json::map([
                    ("pine", Json::texts(&self.pine)),
                    ("reference", Json::texts(&self.reference)),
                    ("talib", Json::texts(&self.talib)),
                ]),
            ),
            ("outputs", Json::List(outputs.collect())),
            ("parameter_aliases", Json::map(self.parameter_aliases.iter().map(|(alias, target)| (alias.as_str(), text(target))))),
            ("parameters", Json::List(params.collect())),
            ("runtime", Json::map([("kernels", Json::List(kernels.collect()))])),
            (
                "semantics",
                Json::map([
                    ("lookback_parameters", Json::texts(&self.lookback)),
                    ("memory", self.memory.json()),
                    ("null_policy", text(if self.is_dense { "dense" } else { "sparse" })),
                    ("optional_fields", Json::texts(&self.optional_fields)),
                    ("required_fields", Json::texts(&self.required_fields)),
                    ("warmup", self.warmup.json()),
                ]),
            ),
            ("signature", text(&self.signature)),
            ("source", self.source.as_deref().map_or(Json::Null, text)),
            ("summary", text(&self.summary)),
            (
                "visual",
                Json::map([
                    ("pane", text(self.pane.name())),
                    ("scale_group", text(self.pane.scale_group())),
                    ("styles", Json::List(styles.collect())),
                ]),
            ),
        ])
    }
}

/// A catalog in the form of the contract, as text.
pub fn catalog_json(entries: &[IndicatorMeta]) -> String {
    Json::map([("contract_version", text(CONTRACT_VERSION)), ("indicators", Json::List(entries.iter().map(IndicatorMeta::json).collect()))])
        .print()
}
