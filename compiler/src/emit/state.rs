//! The part of `Machine` that shows a strategy from outside: what it remembers, and its outputs as values.

use super::{Emitter, ident};
use crate::plan::{Op, Remembered};
use std::fmt::Write as _;

impl Emitter<'_> {
    /// ```text
    /// fn visit(core_, memory_, v_) {
    ///     v_.bars(&mut core_.seen);
    ///     visit_kernel::<S_::Cell, Ema<false>>(v_, (1, "ema(26, 0)", 25), <Ema<false>>::params(26, 0), &mut core_.k1, &mut []);
    ///     visit_past(v_, (2, "part(0)", 25), core_.seen, 1, &mut [&mut core_.d2], &mut []);
    /// }
    /// ```
    pub(super) fn live(&self, out: &mut String) {
        let p = &self.private;
        let mut nodes = String::new();
        for Remembered { node, name, warmup, past } in self.plan.remembered() {
            let n = node.0;
            let label = format!("({n}, {name:?}, {warmup})");
            let _ = if let Op::Kernel(kernel) = self.op(node) {
                let rust = self.kernel_type(node, kernel);
                let consts: Vec<String> = kernel.consts.iter().map(i64::to_string).collect();
                let cells = if self.plan.memory(node) > 0 { format!("memory_.m{n}") } else { "[]".to_owned() };
                let params = format!("<{rust}>::params({})", consts.join(", "));
                writeln!(nodes, "{p}::visit_kernel::<S_::Cell, {rust}>(v_, {label}, {params}, &mut core_.k{n}, &mut {cells});")
            } else {
                let register = match self.op(node) {
                    Op::Rec { .. } => format!("&mut core_.r{n}"),
                    _ if self.needs_register(node) => format!("&mut core_.d{n}"),
                    _ => String::new(),
                };
                let ring = self.ring(node).map_or("[]".to_owned(), |_| format!("memory_.h{n}"));
                writeln!(nodes, "{p}::visit_past(v_, {label}, core_.seen, {past}, &mut [{register}], &mut {ring});")
            };
        }
        let _ = writeln!(
            out,
            "fn visit(core_: &mut Self::Core, memory_: &mut Self::Memory, v_: &mut dyn {p}::Visitor<S_::Cell>) {{\nv_.bars(&mut \
             core_.seen);\n{nodes}}}"
        );
        let (mut names, mut values, mut row) = (String::new(), String::new(), String::new());
        for output in self.outputs() {
            let kind = if self.is_bool(output) { "Bool" } else { "Num" };
            let field = ident(&output.name);
            let (shown, value) = if output.name.is_empty() {
                row.push_str("columns_.get(index_)");
                ("result", "*output_".to_owned())
            } else {
                let _ = write!(row, "{field}: columns_.{field}.get(index_), ");
                (output.name.as_str(), format!("output_.{field}"))
            };
            let _ = write!(names, "{shown:?}, ");
            let _ = write!(values, "put_({p}::Value::{kind}({value})); ");
        }
        if self.is_record() {
            row = format!("{}Output {{ {row} }}", self.type_name);
        }
        let _ = writeln!(
            out,
            "const OUTPUTS: &'static [&'static ::core::primitive::str] = &[{names}];\nfn values(output_: &Self::Output, put_: &mut dyn \
             ::core::ops::FnMut({p}::Value<S_>)) {{ {values} }}\nfn row(columns_: &Self::Columns, index_: ::core::primitive::usize) -> \
             Self::Output {{ {row} }}"
        );
    }
}
