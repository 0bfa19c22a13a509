//! Takes nodes as data, puts them into a strategy of the same plan.

use crate::live::{Content, Live, NodeState};
use crate::state::{Label, Visitor};
use crate::value::{Num, Scalar, Tri};

/// Puts nodes into a strategy of the same plan. On an error, which says what does not fit, the strategy must not be used.
pub(super) fn read<T: Live>(strategy: &mut T, bars: u64, nodes: &[NodeState<T::Scalar>]) -> Result<(), String> {
    let mut reader = Reader { bars, nodes: nodes.iter(), node: None, name: "", fields: 0, at: 0, list: None, problem: None };
    strategy.visit(&mut reader);
    reader.close();
    if let Some(extra) = reader.nodes.next() {
        reader.say(format!("the plan remembers nothing for %{}", extra.node));
    }
    match reader.problem {
        Some(problem) => Err(problem),
        None => Ok(()),
    }
}

struct Reader<'a, S: Scalar> {
    bars: u64,
    nodes: std::slice::Iter<'a, NodeState<S>>,
    node: Option<&'a NodeState<S>>,
    name: &'static str,
    /// Fields of the node that were asked for.
    fields: usize,
    /// The place in a list.
    at: usize,
    list: Option<usize>,
    problem: Option<String>,
}

impl<'a, S: Scalar> Reader<'a, S> {
    fn say(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
    fn wrong(&mut self) {
        let node = self.node.map_or(0, |node| node.node);
        self.say(format!("%{node}: `{}` is not what its operation keeps there", self.name));
    }
    fn close(&mut self) {
        if let Some(node) = self.node.take()
            && node.payload.len() != self.fields
        {
            self.say(format!("%{}: {} fields, {} expected", node.node, node.payload.len(), self.fields));
        }
    }
    /// What stands under the name at hand; of a list, its next element.
    fn next<T>(&mut self, of: impl Fn(&'a Content<S>, Option<usize>) -> Option<T>) -> Option<T> {
        let at = self.list.map(|_| self.at);
        let value = self.node.and_then(|node| node.payload.get(self.name)).and_then(|content| of(content, at));
        self.at += 1;
        if value.is_none() {
            self.wrong();
        }
        value
    }
}

impl<S: Scalar> Visitor<S::Cell> for Reader<'_, S> {
    fn bars(&mut self, bars: &mut u64) {
        *bars = self.bars;
    }
    fn node(&mut self, (id, kernel, _): Label<'_>) {
        self.close();
        self.node = self.nodes.next();
        self.fields = 0;
        match self.node {
            Some(node) if node.node == id && node.kernel == kernel => {}
            Some(node) => {
                let found = format!("%{} {}", node.node, node.kernel);
                self.say(format!("%{id} {kernel} was expected, {found} found"));
            }
            None => self.say(format!("%{id} {kernel} is missing")),
        }
    }
    fn field(&mut self, name: &'static str, list: Option<usize>) {
        (self.name, self.at, self.list) = (name, 0, list);
        self.fields += 1;
        let len = match self.node.and_then(|node| node.payload.get(name)) {
            Some(Content::Nums(list)) => Some(list.len()),
            Some(Content::Truths(list)) => Some(list.len()),
            _ => None,
        };
        if len != list {
            self.wrong();
        }
    }
    fn num(&mut self, value: &mut S::Cell) {
        let found = self.next(|content, at| match (content, at) {
            (Content::Num(cell), None) => Some(cell),
            (Content::Nums(cells), Some(at)) => cells.get(at),
            _ => None,
        });
        let Some(cell) = found else { return };
        *value = cell.0.map_or(S::Cell::NULL, S::cell).settle();
        if value.is_null() != cell.0.is_none() {
            self.wrong();
        }
    }
    fn truth(&mut self, value: &mut Tri) {
        let found = self.next(|content, at| match (content, at) {
            (Content::Truth(value), None) => Some(*value),
            (Content::Truths(values), Some(at)) => values.get(at).copied(),
            _ => None,
        });
        *value = found.flatten().map_or(Tri::NULL, Tri::known);
    }
    fn flag(&mut self, value: &mut bool) {
        let found = self.next(|content, _| if let Content::Flag(value) = content { Some(*value) } else { None });
        *value = found.unwrap_or_default();
    }
    fn count(&mut self, value: &mut u64) {
        let found = self.next(|content, _| if let Content::Count(value) = content { Some(*value) } else { None });
        *value = found.unwrap_or_default();
    }
    fn replaces(&self) -> bool {
        true
    }
    fn refuse(&mut self) {
        let node = self.node.map_or(0, |node| node.node);
        self.say(format!("%{node}: no such state can come about"));
    }
}
