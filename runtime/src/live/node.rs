//! The state of a node as data, written from a strategy.

use super::Live;
use crate::state::{Label, Visitor};
use crate::value::{Num, Scalar, Tri};
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What one node of a plan remembers, and where it stands.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "session", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "session", serde(bound = ""))]
pub struct NodeState<S: Scalar = f64> {
    /// The number of the node in the plan.
    pub node: u32,
    /// Its operation, as in the text of the plan.
    pub kernel: String,
    /// The last bar it took; none before the first.
    pub last: Option<Last>,
    /// Its way to the first value.
    pub warmup: Warmup,
    /// Whether there is a value: of a past, whether the newest is not null; of a kernel, whether its warm-up has passed.
    pub available: bool,
    /// Its values, by name: the kernel's own fields and its `memory`, or the `past` that delays and feedback look at, the newest first.
    pub payload: BTreeMap<String, Content<S>>,
    /// How many replays it went through.
    pub epoch: u64,
}

/// The last bar that a node took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "session", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Last {
    /// Its number, from 0.
    pub bar: u64,
    /// Its time in nanoseconds since 1970 UTC, where the state knows it: strategies by themselves keep no time.
    pub time: Option<i64>,
}

/// The bars before a node's first value, when nothing else is null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "session", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Warmup {
    /// How many there are; none where it depends on the data.
    pub needed: Option<u64>,
    /// How many of them have passed.
    pub seen: u64,
}

/// A value that a node remembers, or a list of them.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "session", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case", bound = ""))]
pub enum Content<S: Scalar = f64> {
    /// A number or null.
    Num(Cell<S>),
    /// Numbers and nulls.
    Nums(Vec<Cell<S>>),
    /// A truth value or null.
    Truth(Option<bool>),
    /// Truth values and nulls.
    Truths(Vec<Option<bool>>),
    /// A truth value that is never null.
    Flag(bool),
    /// A whole number.
    Count(u64),
}

/// A number or null.
#[derive(Clone, Copy, Debug)]
pub struct Cell<S = f64>(pub Option<S>);

impl<S: Scalar> PartialEq for Cell<S> {
    /// The same to the last bit.
    fn eq(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Some(a), Some(b)) => a.is_same(b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }
}

impl<S: Scalar> fmt::Display for Cell<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => write!(f, "{number:?}"),
            None => f.write_str("null"),
        }
    }
}

/// Elements of a list that are shown before it is cut.
const SHOWN: usize = 6;

fn list<T: Copy>(f: &mut fmt::Formatter<'_>, items: &[T], show: impl Fn(T, &mut fmt::Formatter<'_>) -> fmt::Result) -> fmt::Result {
    f.write_str("[")?;
    for (i, &item) in items.iter().take(SHOWN).enumerate() {
        f.write_str(if i > 0 { ", " } else { "" })?;
        show(item, f)?;
    }
    if items.len() > SHOWN { write!(f, ", … {} in all]", items.len()) } else { f.write_str("]") }
}

fn truth(value: Option<bool>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Some(value) => write!(f, "{value}"),
        None => f.write_str("null"),
    }
}

impl<S: Scalar> fmt::Display for Content<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Num(cell) => cell.fmt(f),
            Content::Nums(cells) => list(f, cells, |cell, f| write!(f, "{cell}")),
            Content::Truth(value) => truth(*value, f),
            Content::Truths(values) => list(f, values, truth),
            Content::Flag(value) => value.fmt(f),
            Content::Count(value) => value.fmt(f),
        }
    }
}

impl<S: Scalar> fmt::Display for NodeState<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{} {}", self.node, self.kernel)?;
        match self.last {
            Some(Last { bar, time: Some(time) }) => write!(f, " · bar {bar} at {time}")?,
            Some(Last { bar, time: None }) => write!(f, " · bar {bar}")?,
            None => f.write_str(" · no bar")?,
        }
        match self.warmup.needed {
            Some(needed) => write!(f, " · warm-up {}/{needed}", self.warmup.seen)?,
            None => write!(f, " · warm-up {}", self.warmup.seen)?,
        }
        f.write_str(if self.available { " · available" } else { " · null" })?;
        if self.epoch > 0 {
            write!(f, " · epoch {}", self.epoch)?;
        }
        for (i, (name, content)) in self.payload.iter().enumerate() {
            write!(f, "{} {name} = {content}", if i == 0 { " ·" } else { "," })?;
        }
        Ok(())
    }
}

/// The nodes of a state, a line each.
#[derive(Clone, Copy, Debug)]
pub struct Pretty<'a, S: Scalar = f64>(pub &'a [NodeState<S>]);

impl<S: Scalar> fmt::Display for Pretty<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|node| writeln!(f, "{node}"))
    }
}

/// The bars a strategy has taken, and its nodes. Showing takes a copy: a visitor may change what it sees. Boxed, as it may be more than a stack holds several of.
pub(crate) fn write<T: Live>(strategy: &T, time: Option<i64>, epoch: u64) -> (u64, Vec<NodeState<T::Scalar>>) {
    let mut writer = Writer { bars: 0, time, epoch, nodes: Vec::new(), name: "", list: None };
    let mut shown = Box::new(strategy.clone());
    shown.visit(&mut writer);
    for node in &mut writer.nodes {
        node.available = match node.payload.get("past") {
            Some(Content::Nums(past)) => past.first().is_some_and(|cell| cell.0.is_some()),
            Some(Content::Truths(past)) => past.first().is_some_and(Option::is_some),
            _ => node.warmup.needed.is_some_and(|needed| writer.bars > needed),
        };
    }
    (writer.bars, writer.nodes)
}

struct Writer<S: Scalar> {
    bars: u64,
    time: Option<i64>,
    epoch: u64,
    nodes: Vec<NodeState<S>>,
    name: &'static str,
    list: Option<usize>,
}

impl<S: Scalar> Writer<S> {
    fn put(&mut self, content: Content<S>) {
        let Some(node) = self.nodes.last_mut() else { return };
        match (self.list, node.payload.get_mut(self.name), content) {
            (Some(_), Some(Content::Nums(list)), Content::Num(cell)) => list.push(cell),
            (Some(_), Some(Content::Truths(list)), Content::Truth(value)) => list.push(value),
            (list, _, content) => {
                let content = match (list, content) {
                    (Some(_), Content::Num(cell)) => Content::Nums(alloc::vec![cell]),
                    (Some(_), Content::Truth(value)) => Content::Truths(alloc::vec![value]),
                    (_, content) => content,
                };
                node.payload.insert(self.name.to_owned(), content);
            }
        }
    }
}

impl<S: Scalar> Visitor<S::Cell> for Writer<S> {
    fn bars(&mut self, bars: &mut u64) {
        self.bars = *bars;
    }
    fn node(&mut self, (node, kernel, warmup): Label<'_>) {
        let needed = (warmup < u64::MAX).then_some(warmup);
        self.nodes.push(NodeState {
            node,
            kernel: kernel.to_owned(),
            last: self.bars.checked_sub(1).map(|bar| Last { bar, time: self.time }),
            warmup: Warmup { needed, seen: self.bars.min(warmup) },
            available: false,
            payload: BTreeMap::new(),
            epoch: self.epoch,
        });
    }
    fn field(&mut self, name: &'static str, list: Option<usize>) {
        (self.name, self.list) = (name, list);
    }
    fn num(&mut self, value: &mut S::Cell) {
        self.put(Content::Num(Cell(value.number())));
    }
    fn truth(&mut self, value: &mut Tri) {
        self.put(Content::Truth(value.get()));
    }
    fn flag(&mut self, value: &mut bool) {
        self.put(Content::Flag(*value));
    }
    fn count(&mut self, value: &mut u64) {
        self.put(Content::Count(*value));
    }
    fn replaces(&self) -> bool {
        false
    }
    fn refuse(&mut self) {}
}
