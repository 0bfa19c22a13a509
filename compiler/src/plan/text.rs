//! Plans as text and as a dot graph, stable to the byte.

use super::{Input, NodeId, Op, Plan, Unary, ValidPlan};
use crate::syntax::print::print_number;
use std::fmt::Write as _;

/// An operation with its operands by number: the key of hash-consing and the line of a plan text.
pub(crate) fn write_op(out: &mut String, op: &Op) {
    let list = |out: &mut String, ids: &[NodeId]| {
        for id in ids {
            let _ = write!(out, " %{}", id.0);
        }
    };
    match op {
        Op::Input(input) => out.push_str(Input::name(*input)),
        Op::Num(number) => out.push_str(&print_number(*number)),
        Op::Truth(value) => out.push_str(if *value { "true" } else { "false" }),
        Op::Unary(unary, a) => {
            match unary {
                Unary::Neg => out.push_str("neg"),
                Unary::Not => out.push_str("not"),
                Unary::IsNull => out.push_str("is_null"),
                Unary::Power(n) => {
                    let _ = write!(out, "power({n})");
                }
                Unary::Scaled(n, d) => {
                    let _ = write!(out, "scaled({n}, {d})");
                }
                Unary::Function(function) => out.push_str(function.name()),
            }
            list(out, &[*a]);
        }
        Op::Binary(binary, a, b) => {
            out.push_str(binary.name());
            list(out, &[*a, *b]);
        }
        Op::Pick(a, b, c) => {
            out.push_str("pick");
            list(out, &[*a, *b, *c]);
        }
        Op::Delay(a, n) => {
            let _ = write!(out, "delay({n})");
            list(out, &[*a]);
        }
        Op::Kernel(kernel) => {
            out.push_str(&kernel.name);
            let consts: Vec<String> = kernel.consts.iter().map(i64::to_string).collect();
            let _ = write!(out, "({})", consts.join(", "));
            list(out, &kernel.args);
        }
        Op::Part(a, k) => {
            let _ = write!(out, "part({k})");
            list(out, &[*a]);
        }
        Op::Rec { first, next } => {
            out.push_str("rec");
            list(out, &[*first, *next]);
        }
    }
}

impl Plan {
    /// One line a node, then one an output.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (i, node) in self.nodes.iter().enumerate() {
            let _ = write!(out, "%{i} = ");
            write_op(&mut out, &node.op);
            out.push('\n');
        }
        for output in &self.outputs {
            let _ = writeln!(out, "out {} %{}", if output.name.is_empty() { "_" } else { &output.name }, output.node.0);
        }
        out
    }
}

impl ValidPlan {
    /// The plan as a graph for Graphviz.
    pub fn dot(&self) -> String {
        let mut out = String::from("digraph plan {\n  rankdir = BT;\n  node [shape = box];\n");
        for (i, node) in self.plan().nodes.iter().enumerate() {
            let mut label = String::new();
            write_op(&mut label, &node.op);
            let label = label.split(" %").next().unwrap_or("").to_owned();
            let _ = writeln!(out, "  n{i} [label = \"%{i} {label}\"];");
            for operand in node.op.operands() {
                let style = if matches!(node.op, Op::Delay(..)) { " [style = dashed]" } else { "" };
                let _ = writeln!(out, "  n{} -> n{i}{style};", operand.0);
            }
        }
        for output in &self.plan().outputs {
            let name = if output.name.is_empty() { "result" } else { &output.name };
            let _ = writeln!(out, "  out_{name} [shape = plain, label = \"{name}\"];\n  n{} -> out_{name};", output.node.0);
        }
        out.push_str("}\n");
        out
    }
}
