//! The part of `Machine` that shows what a strategy remembers.

use super::{Emitter, RUNTIME};
use crate::plan::{Op, Remembered};
use std::fmt::Write as _;

impl Emitter<'_> {
    /// ```text
    /// fn visit(seen_, core_, memory_, v_) {
    ///     let ((k1_, d2_, ), ()) = (core_, memory_);
    ///     visit_kernel::<S_::Cell, Ema<false>>(v_, (1, "ema(26, 0)", 25), <Ema<false>>::params(26, 0), k1_, &mut []);
    ///     visit_past(v_, (2, "part(0)", 25), seen_, 1, &mut [d2_], &mut [[]; 0], 0);
    /// }
    /// ```
    pub(super) fn visit(&self, out: &mut String) {
        let mut nodes = String::new();
        for Remembered { node, name, warmup, past } in self.plan.remembered() {
            let n = node.0;
            let label = format!("({n}, {name:?}, {warmup})");
            let _ = if let Op::Kernel(kernel) = self.op(node) {
                let rust = self.kernel_type(node, kernel);
                let consts: Vec<String> = kernel.consts.iter().map(i64::to_string).collect();
                let cells = if self.plan.memory(node) > 0 { format!("m{n}_") } else { "&mut []".to_owned() };
                let params = format!("<{rust}>::params({})", consts.join(", "));
                writeln!(nodes, "{RUNTIME}::visit_kernel::<S_::Cell, {rust}>(v_, {label}, {params}, k{n}_, {cells});")
            } else {
                let register = match self.op(node) {
                    Op::Rec { .. } => format!("r{n}_"),
                    _ if self.needs_register(node) => format!("d{n}_"),
                    _ => String::new(),
                };
                let ring = self.ring(node).map_or("&mut [[]; 0], 0".to_owned(), |ring| format!("{}, {}", ring.table, ring.lane));
                writeln!(nodes, "{RUNTIME}::visit_past(v_, {label}, seen_, {past}, &mut [{register}], {ring});")
            };
        }
        let _ = writeln!(
            out,
            "fn visit(seen_: u64, core_: &mut Self::Core, memory_: &mut Self::Memory, v_: &mut dyn {RUNTIME}::Visitor<S_::Cell>) \
             {{\nlet (({}), ({})) = (core_, memory_);\n{nodes}}}",
            self.core().names,
            self.memory().names
        );
    }
}
