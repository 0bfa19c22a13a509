//! Tree to text: one canonical form, which parses to the same tree.

use super::ast::{Arg, BinaryOp, Expr, ExprKind, NEG_LEVEL, NOT_LEVEL, UnaryOp};
use super::token::Number;

/// An expression in canonical form.
pub fn print_expr(expr: &Expr) -> String {
    let mut out = String::new();
    write(&mut out, expr, 0);
    out
}

/// A number in the form that reads back as itself.
pub fn print_number(number: Number) -> String {
    let digits = number.mantissa.unsigned_abs().to_string();
    let sign = if number.mantissa < 0 { "-" } else { "" };
    let scale = number.scale as usize;
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{part}")
}

/// Writes `expr`, in parentheses where its operator binds more loosely than `level`.
fn write(out: &mut String, expr: &Expr, level: u8) {
    let own = match &expr.kind {
        ExprKind::If(..) => 0,
        ExprKind::Binary(op, ..) => op.level(),
        ExprKind::Unary(UnaryOp::Not, _) => NOT_LEVEL,
        ExprKind::Unary(..) => NEG_LEVEL,
        _ => 10,
    };
    if own < level {
        out.push('(');
    }
    match &expr.kind {
        ExprKind::Int(value) => out.push_str(&value.to_string()),
        ExprKind::Num(number) => {
            let text = print_number(*number);
            out.push_str(&text);
            if !text.contains('.') {
                out.push_str(".0");
            }
        }
        ExprKind::Truth(value) => out.push_str(if *value { "true" } else { "false" }),
        ExprKind::Text(text) => {
            out.push('"');
            out.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
            out.push('"');
        }
        ExprKind::Name(name) => out.push_str(name),
        ExprKind::Field(inner, name) => {
            write(out, inner, 9);
            out.push('.');
            out.push_str(&name.text);
        }
        ExprKind::Index(inner, index) => {
            write(out, inner, 9);
            out.push('[');
            write(out, index, 0);
            out.push(']');
        }
        ExprKind::Call(name, args) => {
            out.push_str(&name.text);
            out.push('(');
            write_args(out, args);
            out.push(')');
        }
        ExprKind::Unary(op, inner) => {
            let (symbol, level) = match op {
                UnaryOp::Neg => ("-", NEG_LEVEL),
                UnaryOp::Plus => ("+", NEG_LEVEL),
                UnaryOp::Not => ("not ", NOT_LEVEL),
            };
            out.push_str(symbol);
            write(out, inner, level);
        }
        ExprKind::Binary(op, left, right) => {
            let (to_left, to_right) = match op {
                BinaryOp::Pow => (op.level() + 1, NEG_LEVEL),
                _ if op.is_comparison() => (op.level() + 1, op.level() + 1),
                _ => (op.level(), op.level() + 1),
            };
            write(out, left, to_left);
            out.push(' ');
            out.push_str(op.symbol());
            out.push(' ');
            write(out, right, to_right);
        }
        ExprKind::If(condition, a, b) => {
            out.push_str("if ");
            write(out, condition, 1);
            out.push_str(" then ");
            write(out, a, 1);
            out.push_str(" else ");
            write(out, b, 0);
        }
        ExprKind::Record(fields) => {
            out.push_str("{ ");
            for (i, (name, value)) in fields.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                out.push_str(&name.text);
                out.push_str(": ");
                write(out, value, 0);
            }
            out.push_str(" }");
        }
        ExprKind::Missing => out.push_str("missing"),
    }
    if own < level {
        out.push(')');
    }
}

fn write_args(out: &mut String, args: &[Arg]) {
    for (i, arg) in args.iter().enumerate() {
        out.push_str(if i > 0 { ", " } else { "" });
        if let Some(name) = &arg.name {
            out.push_str(&name.text);
            out.push_str(" = ");
        }
        write(out, &arg.value, 0);
    }
}
