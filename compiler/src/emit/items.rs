//! The items around the statements: types, and the implementation of the runtime's `Machine`.

use super::block::Layout;
use super::body::{Mode, write_start};
use super::loops::write_block;
use super::{Emitter, OPTION, RUNTIME, Ring, ident};
use crate::plan::{Kernel, Kind, NodeId, Op, Output};
use std::fmt::{Display, Write as _};

/// Lints that generated code does not answer to; none of them is about correctness.
const ALLOW: &str = "#[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction, reason = \"generated\")]";

/// What rustc sees where speed is asked for: elsewhere it would be half of its work.
pub(super) const FAST: &str = "#[cfg(not(debug_assertions))]";

impl Emitter<'_> {
    /// The items; `blocks` writes what runs over blocks of bars.
    pub(super) fn items(&self, blocks: &Emitter<'_>) -> String {
        let mut out = String::new();
        self.types(&mut out);
        let _ = writeln!(
            out,
            "{ALLOW}\nconst _: () = {{\nuse {} as {RUNTIME};\nuse ::core::primitive::{{bool, i8, i64, str, u32, u64, usize}};\n\
             use ::core::option::Option as {OPTION};",
            self.runtime
        );
        if !self.strategy.name.is_empty() {
            self.named(&mut out);
        }
        if self.is_record() {
            self.fields(&mut out);
        }
        self.machine(&mut out, blocks);
        out.push_str("};\n");
        out
    }

    pub(super) fn is_record(&self) -> bool {
        self.outputs().iter().any(|o| !o.name.is_empty())
    }
    pub(super) fn outputs(&self) -> &[Output] {
        &self.plan.plan().outputs
    }
    pub(super) fn is_bool(&self, output: &Output) -> bool {
        self.kind(output.node) == Kind::Bool
    }
    pub(super) fn has_num(&self) -> bool {
        self.outputs().iter().any(|o| !self.is_bool(o))
    }
    fn visibility(&self) -> &'static str {
        if self.strategy.is_public { "pub " } else { "" }
    }

    /// The type, which an expression is called by or which holds the state of a strategy, and those of its outputs.
    fn types(&self, out: &mut String) {
        let (p, t, v) = (&self.runtime, &self.type_name, self.visibility());
        if self.strategy.name.is_empty() {
            let _ = writeln!(out, "{ALLOW}\n{v}struct {t}<S_: {p}::Scalar>(::core::marker::PhantomData<S_>);");
        } else {
            for doc in &self.strategy.docs {
                let _ = writeln!(out, "#[doc = {doc:?}]");
            }
            if self.strategy.docs.is_empty() {
                let _ = writeln!(out, "#[doc = \"A compiled strategy.\"]");
            }
            let _ = writeln!(out, "{ALLOW}\n{v}struct {t}<S_: {p}::Scalar = ::core::primitive::f64> {{ state: {p}::Compiled<Self> }}");
        }
        if self.is_record() {
            self.records(out);
        }
    }

    /// What a strategy with a name has besides.
    fn named(&self, out: &mut String) {
        let (p, t, v) = (RUNTIME, &self.type_name, self.visibility());
        let _ = writeln!(
            out,
            "impl<S_: {p}::Scalar> {p}::Instance for {t}<S_> {{\n\
             type Machine = Self;\n\
             #[inline]\nfn state(&mut self) -> &mut {p}::Compiled<Self> {{ &mut self.state }}\n}}\n\
             impl<S_: {p}::Scalar> ::core::clone::Clone for {t}<S_> {{\n\
             #[inline]\nfn clone(&self) -> Self {{ Self {{ state: ::core::clone::Clone::clone(&self.state) }} }}\n\
             #[inline]\nfn clone_from(&mut self, other_: &Self) {{ ::core::clone::Clone::clone_from(&mut self.state, &other_.state) }}\n}}\n\
             impl<S_: {p}::Scalar> {t}<S_> {{\n#[doc = \"The state before the first bar.\"]\n\
             #[inline]\n{v}fn new() -> Self {{ Self {{ state: <Self as {p}::Machine>::start() }} }}\n}}\n\
             impl<S_: {p}::Scalar> ::core::default::Default for {t}<S_> {{ #[inline] fn default() -> Self {{ Self::new() }} }}\n\
             impl<S_: {p}::Scalar> ::core::fmt::Debug for {t}<S_> {{\n\
             fn fmt(&self, f_: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {{ ::core::fmt::Debug::fmt(&self.state, f_) }}\n}}\n\
             impl {t} {{\n#[doc = \"Bars before every output has its first value, when nothing else is null.\"]\n\
             {v}const WARMUP: usize = {};\n}}",
            self.plan.warmup()
        );
    }

    /// What changes from bar to bar, apart from windows.
    pub(super) fn core(&self) -> Cells {
        let p = RUNTIME;
        let mut cells = Cells::default();
        // Kernels of one kind that read the same kind of node are probably computed in pairs: side by side they are read and written so too.
        let kernels: Vec<(NodeId, &Kernel)> = self.kernels().collect();
        let first = |is_like: &dyn Fn(&Kernel) -> bool| kernels.iter().position(|&(_, other)| is_like(other));
        let mut in_pairs = kernels.clone();
        in_pairs.sort_by_key(|&(_, kernel)| {
            let is_like = |other: &Kernel| other.rust == kernel.rust && other.consts == kernel.consts;
            let op = |of: &Kernel| of.args.first().map(|&arg| std::mem::discriminant(self.op(arg)));
            (first(&is_like), first(&|other| is_like(other) && op(other) == op(kernel)))
        });
        for (id, kernel) in in_pairs {
            let rust = self.kernel_type(id, kernel);
            let consts: Vec<String> = kernel.consts.iter().map(i64::to_string).collect();
            let start = format!("<{rust} as {p}::Kernel<S_::Cell>>::start(<{rust}>::params({}))", consts.join(", "));
            cells.add('k', id.0, &format!("<{rust} as {p}::Kernel<S_::Cell>>::State"), &start);
        }
        for id in self.recs() {
            cells.add('r', id.0, &self.cell_type(id), &self.null(id));
            if self.kind(id) == Kind::Num {
                cells.gap('g', id.0, &self.cell_type(id), &self.null(id));
            }
        }
        for id in self.lines.iter().map(|line| line.source).filter(|&id| self.needs_register(id)) {
            cells.add('d', id.0, &self.cell_type(id), &self.null(id));
            if self.kind(id) == Kind::Num {
                cells.gap('g', id.0, &self.cell_type(id), &self.null(id));
            }
        }
        for &id in &self.kept.nodes {
            cells.add('c', id.0, "S_::Cell", &format!("v{}_", id.0));
        }
        cells.end();
        cells
    }
    /// What windows remember.
    pub(super) fn memory(&self) -> Cells {
        let mut cells = Cells::default();
        for (id, _) in self.kernels() {
            let len = self.plan.memory(id);
            if len > 0 {
                cells.add('m', id.0, &format!("[S_::Cell; {len}]"), &format!("[{RUNTIME}::Num::ZERO; {len}]"));
            }
        }
        for (id, length) in self.rings() {
            if let Some(Ring { lane: 0, lanes, .. }) = self.ring(id) {
                let of = |cell: String| format!("[[{cell}; {lanes}]; {length}]");
                cells.add(self.table(id), length, &of(self.cell_type(id)), &of(self.null(id)));
            }
        }
        cells
    }

    /// `SOutput`, `SColumns`, `SBuffers`: a field for each output.
    fn records(&self, out: &mut String) {
        let (p, t, v) = (&self.runtime, &self.type_name, self.visibility());
        let generics = if self.has_num() { format!("<S_: {p}::Scalar = ::core::primitive::f64>") } else { String::new() };
        let mut record = |docs: &str, derive: &str, name: &str, generics: &str, types: [&str; 2]| {
            let _ = writeln!(out, "#[doc = {docs:?}]\n{ALLOW}\n#[derive({derive})]\n{v}struct {t}{name}{generics} {{");
            for output in self.outputs() {
                let ty = types[usize::from(!self.is_bool(output))];
                let _ = writeln!(out, "#[doc = \"The output `{}`.\"]\npub {}: {ty},", output.name, ident(&output.name));
            }
            out.push_str("}\n");
        };
        let option_num = "::core::option::Option<S_>";
        let option_bool = "::core::option::Option<::core::primitive::bool>";
        let copy = "::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq";
        record("What one bar gives.", copy, "Output", &generics, [option_bool, option_num]);
        let (bools, nums) = (format!("{p}::BoolSeries"), format!("{p}::NumSeries<S_>"));
        record("What a history gives.", "::core::clone::Clone, ::core::fmt::Debug", "Columns", &generics, [&bools, &nums]);
        let buffers = if self.has_num() { format!("<'a, S_: {p}::Scalar = ::core::primitive::f64>") } else { "<'a>".to_owned() };
        let (bools, nums) = (format!("&'a mut [{option_bool}]"), "&'a mut [S_::Cell]".to_owned());
        record("Where a batch is written: one element a bar.", "::core::fmt::Debug", "Buffers", &buffers, [&bools, &nums]);
    }

    /// The record of outputs as columns, field by field.
    fn fields(&self, out: &mut String) {
        let (p, t) = (RUNTIME, &self.type_name);
        let (num, lifetime) = if self.has_num() { ("<S_>", "<'a, S_>") } else { ("", "<'a>") };
        let outputs = self.outputs();
        let nested = |of: &dyn Fn(&Output) -> String| pairs(&outputs.iter().map(of).collect::<Vec<_>>());
        let each = |of: &dyn Fn(&Output, &str) -> String| {
            outputs.iter().fold(String::new(), |all, o| {
                let name = ident(&o.name);
                format!("{all}{name}: {},\n", of(o, &name))
            })
        };
        let series = |o: &Output| {
            if self.is_bool(o) { format!("{p}::BoolSeries") } else { format!("{p}::NumSeries::<S_>") }
        };
        let cell = |o: &Output| {
            let name = ident(&o.name);
            if self.is_bool(o) { format!("self.{name}") } else { format!("{p}::cell(self.{name})") }
        };
        let elements = nested(&|o| self.element(o));
        let names = outputs.iter().fold(String::new(), |all, o| format!("{all}{:?}, ", o.name));
        let _ = writeln!(
            out,
            "impl<S_: {p}::Scalar> {p}::Outputs<S_> for {t}Output{num} {{\n\
             type Columns = {t}Columns{num};\ntype Buffers<'a> = {t}Buffers{lifetime};\ntype Elements = {elements};\n\
             const NAMES: &'static [&'static str] = &[{names}];\n\
             fn columns(bars_: usize) -> Self::Columns {{ {t}Columns {{\n{}}} }}\n\
             fn buffers(columns_: &mut Self::Columns) -> Self::Buffers<'_> {{ {t}Buffers {{\n{}}} }}\n\
             fn slices(buffers_: Self::Buffers<'_>) -> <Self::Elements as {p}::Elements<S_>>::Slices<'_> {{ {} }}\n\
             fn row(columns_: &Self::Columns, index_: usize) -> Self {{ {t}Output {{\n{}}} }}\n\
             #[inline]\nfn elements(self) -> Self::Elements {{ {} }}\n}}",
            each(&|o, _| format!("{}::nulls(bars_)", series(o))),
            each(&|_, name| format!("columns_.{name}.as_mut_slice()")),
            nested(&|o| format!("buffers_.{}", ident(&o.name))),
            each(&|_, name| format!("columns_.{name}.get(index_)")),
            nested(&cell),
        );
    }

    fn machine(&self, out: &mut String, blocks: &Emitter<'_>) {
        let (p, t) = (RUNTIME, &self.type_name);
        let outputs = self.outputs();
        let num = if self.has_num() { "<S_>" } else { "" };
        let output = if self.is_record() {
            format!("{t}Output{num}")
        } else if self.is_bool(&outputs[0]) {
            format!("{OPTION}<bool>")
        } else {
            format!("{OPTION}<S_>")
        };
        let layout = Layout::new(blocks);
        let (core, memory, arrays) = (self.core(), self.memory(), blocks.arrays(&layout));
        let _ = writeln!(out, "impl<S_: {p}::Scalar> {p}::Machine for {t}<S_> {{");
        let _ =
            writeln!(out, "type Scalar = S_;\ntype Core = ({});\ntype Memory = ({});\ntype Output = {output};", core.types, memory.types);
        let fields: Vec<String> = self.plan.fields().iter().map(|f| format!("{p}::Field::{f:?}")).collect();
        let _ = writeln!(
            out,
            "const FACTS: {p}::Facts = {p}::Facts {{ name: {t:?}, silent: {}, warm: {}, warmup: {}, fields: &[{}], fingerprint: {:#x}, plan: {:?} }};",
            self.plan.silent().min(self.plan.steady()),
            self.plan.steady(),
            self.plan.warmup(),
            fields.join(", "),
            self.plan.fingerprint(),
            self.plan.plan().text()
        );
        let _ = writeln!(
            out,
            "#[inline]\nfn start() -> {p}::Compiled<Self> {{\n{}{p}::Compiled {{ seen: 0, core: ({}), memory: ({}) }}\n}}",
            write_start(self),
            core.starts,
            memory.starts
        );
        // With one register the copy of the rest takes as long.
        if core.gaps > 1 {
            let (names, values) = (&core.names, &core.values);
            let _ = writeln!(
                out,
                "{FAST}\n#[inline(always)]\nfn copied(core_: &Self::Core) -> Self::Core {{\nlet ({names}) = *core_;\n({values})\n}}"
            );
        }
        self.visit(out);
        let state = "seen_: u64, core_: &mut Self::Core, memory_: &mut Self::Memory";
        let names = [core.names, memory.names];
        let [core, memory] = &names;
        // Where nothing is optimised, every copy of a body costs the compiler time.
        let inline = "#[cfg_attr(not(debug_assertions), inline(always))]".to_owned();
        for (name, mode, attributes) in [("warm", Mode::Warm, inline), ("next", Mode::Step, format!("{FAST}\n#[inline(always)]"))] {
            let code = self.body(mode);
            let result: Vec<String> = outputs
                .iter()
                .zip(&code.outputs)
                .map(|(o, value)| if o.name.is_empty() { value.clone() } else { format!("{}: {value}", ident(&o.name)) })
                .collect();
            let result = if self.is_record() { format!("{t}Output {{ {} }}", result.join(", ")) } else { result.concat() };
            let _ = writeln!(
                out,
                "{attributes}\nfn {name}({state}, bar_: &{p}::Bar<S_>) -> Self::Output {{\nlet (({core}), ({memory})) = (core_, memory_);\n\
                 let now_ = seen_ as usize;\n{}{result}\n}}",
                code.statements
            );
        }
        let rest = match &blocks.parts {
            None => format!("in_blocks::<Self, H_, {}>", layout.block),
            Some(parts) => format!("in_parts::<Self, H_, {}, {}>", layout.block, parts.lanes),
        };
        let _ = writeln!(
            out,
            "{FAST}\nfn rest<H_: {p}::History<S_>>(core_: &mut Self::Core, memory_: &mut Self::Memory, bars_: H_, from_: usize, \
             slices_: &mut {p}::Slices<'_, Self>) {{ {p}::{rest}(core_, memory_, bars_, from_, slices_) }}\n}}",
        );
        blocks.batch(out, &layout, &arrays, &names);
        blocks.parts(out, &layout, &arrays);
    }

    /// The arrays between the loops of a block: names, types and what they hold before the first.
    fn arrays(&self, layout: &Layout) -> Cells {
        let p = RUNTIME;
        let mut arrays = Cells::default();
        for (id, _) in layout.arrays() {
            let len = layout.origin(id).unwrap_or(0) + layout.block;
            let (ty, start) = if layout.is_read_in_place(self, id) {
                ("S_".to_owned(), "<S_ as ".to_owned() + p + "::Scalar>::ZERO")
            } else if layout.is_narrow(id) {
                ("i8".to_owned(), "0".to_owned())
            } else if self.kind(id) == Kind::Bool && self.is_in_parts() {
                (format!("<S_::Cell as {p}::Num>::Truth"), format!("{p}::Truth::known(false)"))
            } else if self.kind(id) == Kind::Bool && self.plan.is_dense(id) {
                ("bool".to_owned(), "false".to_owned())
            } else {
                (self.cell_type(id), self.null(id))
            };
            let (ty, start) = match layout.pair(id) {
                Some(_) => (format!("[{ty}; 2]"), format!("[{start}; 2]")),
                None => (ty, start),
            };
            arrays.add('a', id.0, &format!("[{ty}; {len}]"), &format!("[{start}; {len}]"));
        }
        arrays
    }

    /// What a batch runs after the warm-up: the arrays as they are before the first block, and the loops over a block. Several outputs are
    /// arguments of a function of their own, so that the optimiser knows them apart.
    ///
    /// ```text
    /// fn arrays(core_, memory_, from_) { let mut arrays_ = …; a5_[71] = *d5_; … arrays_ }
    /// fn block(core_, memory_, arrays_, bars_, count_, i_, ((o0_,), (o1_,))) {
    ///     fn block<S_, B_>(core_, memory_, arrays_, bars_, count_, i_, o0_: &mut [S_::Cell; 64], …) { … }
    ///     block::<S_, B_>(core_, memory_, arrays_, bars_, count_, i_, o0_, o1_);
    /// }
    /// ```
    fn batch(&self, out: &mut String, layout: &Layout, arrays: &Cells, [core, memory]: &[String; 2]) {
        let (p, t, block) = (RUNTIME, &self.type_name, layout.block);
        let (mut past_start, mut kept, mut shift) = (String::new(), String::new(), String::new());
        for (id, past) in layout.arrays() {
            let (n, origin) = (id.0, layout.origin(id).unwrap_or(0));
            let len = origin + layout.block;
            if past > 0 {
                let _ = writeln!(shift, "a{n}_.copy_within({}.., {});", len - past, origin - past);
            }
            let is_truth = self.kind(id) == Kind::Bool;
            for k in 1..=past {
                let from = match self.ring(id) {
                    Some(ring) => ring.at(&format!("from_.wrapping_sub({k})")),
                    None if matches!(self.op(id), Op::Rec { .. }) => format!("(*r{n}_)"),
                    None => format!("(*d{n}_)"),
                };
                let place = format!("a{n}_[{}]", len - k);
                let _ = if is_truth && self.is_in_parts() {
                    writeln!(past_start, "{place} = {p}::Truth::known({from}.t);").and(writeln!(kept, "truths_({place});"))
                } else {
                    let known = if is_truth && self.plan.is_dense(id) { ".t" } else { "" };
                    writeln!(past_start, "{place} = {from}{known};").and(writeln!(kept, "{from} = {place};"))
                };
            }
        }
        let start = format!("{p}::Lines(({}))", arrays.starts);
        let start = if past_start.is_empty() {
            start
        } else {
            format!(
                "let mut arrays_ = {start};\nlet (({core}), ({memory}), ({})) = (core_, memory_, &mut arrays_.0);\n{past_start}arrays_",
                arrays.names
            )
        };
        let state = |of: &str, blocks: &str| {
            format!(
                "core_: &mut {of}::Core, memory_: &mut {of}::Memory, arrays_: &mut {p}::Lines<{blocks}::Arrays>, bars_: B_, count_: usize, i_: usize"
            )
        };
        let outputs = self.outputs();
        let list = |of: &dyn Fn(usize) -> String| (0..outputs.len()).fold(String::new(), |list, k| format!("{list}, {}", of(k)));
        let nested = pairs(&(0..outputs.len()).map(|k| format!("o{k}_")).collect::<Vec<_>>());
        let _ = writeln!(
            out,
            "{FAST}\nimpl<S_: {p}::Scalar> {p}::InBlocks<{block}> for {t}<S_> {{\ntype Arrays = ({});\n\
             fn arrays(core_: &Self::Core, memory_: &Self::Memory, from_: usize) -> {p}::Lines<Self::Arrays> {{\n{start}\n}}",
            arrays.types
        );
        if self.is_in_parts() && !kept.is_empty() {
            let _ = writeln!(
                out,
                "fn keep(core_: &mut Self::Core, memory_: &mut Self::Memory, arrays_: &{p}::Lines<Self::Arrays>, from_: usize, \
                 truths_: &mut dyn ::core::ops::FnMut({p}::TruthOf<Self>)) {{\n\
                 let (({core}), ({memory}), ({})) = (core_, memory_, &arrays_.0);\n{kept}}}",
                arrays.names
            );
        }
        let loops = format!(
            "let mut copy_ = *core_;\nlet (({core}), ({memory}), ({})) = (&mut copy_, memory_, &mut arrays_.0);\n{shift}{}*core_ = copy_;",
            arrays.names,
            write_block(self, layout)
        );
        let signature =
            format!("fn block<B_: {p}::BarBlock<S_, {block}>>({}, {nested}: {p}::Blocks<'_, Self, {block}>) {{", state("Self", "Self"));
        let _ = if outputs.len() == 1 {
            writeln!(out, "#[inline(never)]\n{signature}\n{loops}\n}}\n}}")
        } else {
            writeln!(
                out,
                "{signature}\n\
                 #[inline(never)]\nfn block<S_: {p}::Scalar, B_: {p}::BarBlock<S_, {block}>>({}{}) {{\n{loops}\n}}\n\
                 block::<S_, B_>(core_, memory_, arrays_, bars_, count_, i_{});\n}}\n}}",
                state(&format!("<{t}<S_> as {p}::Machine>"), &format!("<{t}<S_> as {p}::InBlocks<{block}>>")),
                list(&|k| format!("o{k}_: &mut [{}; {block}]", self.element(&outputs[k]))),
                list(&|k| format!("o{k}_")),
            )
        };
    }

    /// What a column holds of a bar.
    fn element(&self, output: &Output) -> String {
        if self.is_bool(output) { format!("{OPTION}<bool>") } else { "S_::Cell".to_owned() }
    }
}

/// Pairs of pairs, as even as can be, as the runtime's `Elements` has them.
pub(super) fn pairs(of: &[String]) -> String {
    match of {
        [] => String::new(),
        [one] => format!("({one},)"),
        _ => {
            let (a, b) = of.split_at(of.len() / 2);
            format!("({}, {})", pairs(a), pairs(b))
        }
    }
}

/// The members of a tuple, named in patterns by what they are and what of: the number of a node, or the length of rings.
#[derive(Default)]
pub(super) struct Cells {
    pub names: String,
    /// The names as values.
    pub values: String,
    gaps: usize,
    pub types: String,
    pub starts: String,
}

impl Cells {
    /// What is written and never read, behind a number that is: there the step puts what the number was before. The optimiser reads 16 bytes where it wants
    /// one number in the half of a pair, if nothing else is done with that number, and such a read waits until what was just written has arrived in the cache.
    /// Nor are two such numbers neighbours then, which it would read at once.
    fn gap(&mut self, what: char, of: impl Display, ty: &str, start: &str) {
        self.gaps += 1;
        self.member(&format!("{what}{of}_"), start, ty, start);
    }
    /// A last member of no size, since the last is the only one that rustc never moves.
    fn end(&mut self) {
        self.names.push('_');
        for list in [&mut self.values, &mut self.types, &mut self.starts] {
            list.push_str("()");
        }
    }
    fn add(&mut self, what: char, of: impl Display, ty: &str, start: &str) {
        let name = format!("{what}{of}_");
        self.member(&name, &name, ty, start);
    }
    fn member(&mut self, name: &str, value: &str, ty: &str, start: &str) {
        for (list, text) in [(&mut self.names, name), (&mut self.values, value), (&mut self.types, ty), (&mut self.starts, start)] {
            let _ = write!(list, "{text}, ");
        }
    }
}
