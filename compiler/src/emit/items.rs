//! The items around the statements: types, and the implementation of the runtime's `Machine`.

use super::block::{BLOCK, Layout};
use super::body::{Mode, write_block};
use super::{Emitter, ident};
use crate::plan::{Kind, Output};
use std::fmt::Write as _;

/// Lints that generated code does not answer to; none of them is about correctness.
const ALLOW: &str = "#[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction, reason = \"generated\")]";

impl Emitter<'_> {
    pub(super) fn items(&self) -> String {
        let mut out = String::new();
        self.state(&mut out);
        if self.is_record() {
            self.records(&mut out);
        }
        self.machine(&mut out);
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

    /// `struct S { core, memory }` and its two parts.
    fn state(&self, out: &mut String) {
        let (p, t, v) = (&self.private, &self.type_name, self.visibility());
        for doc in &self.strategy.docs {
            let _ = writeln!(out, "#[doc = {doc:?}]");
        }
        if self.strategy.docs.is_empty() {
            let _ = writeln!(out, "#[doc = \"A compiled strategy.\"]");
        }
        let _ = writeln!(
            out,
            "{ALLOW}\n{v}struct {t}<S_: {p}::Scalar = ::core::primitive::f64> {{ core: {t}Core<S_::Cell>, memory: {t}Memory<S_::Cell> }}"
        );
        let _ = writeln!(out, "#[doc(hidden)]\n{ALLOW}\n#[derive(::core::clone::Clone, ::core::marker::Copy)]");
        let _ = writeln!(out, "{v}struct {t}Core<C: {p}::Num> {{ seen: ::core::primitive::u64, cell: ::core::marker::PhantomData<C>,");
        let mut start = String::from("seen: 0, cell: ::core::marker::PhantomData,\n");
        let mut memory = String::new();
        let mut memory_start = String::new();
        for (id, kernel) in self.kernels() {
            let rust = self.kernel_type(id, kernel);
            let _ = writeln!(out, "k{}: <{rust} as {p}::Kernel<C>>::State,", id.0);
            let consts: Vec<String> = kernel.consts.iter().map(i64::to_string).collect();
            let _ = writeln!(start, "k{}: <{rust} as {p}::Kernel<S_::Cell>>::start(<{rust}>::params({})),", id.0, consts.join(", "));
            let cells = self.plan.memory(id);
            if cells > 0 {
                let _ = writeln!(memory, "m{}: [C; {cells}],", id.0);
                let _ = writeln!(memory_start, "m{}: [{p}::Num::ZERO; {cells}],", id.0);
            }
        }
        let null = |id| {
            if self.kind(id) == Kind::Bool { format!("{p}::Tri::NULL") } else { format!("{p}::Num::NULL") }
        };
        for id in self.recs() {
            let _ = writeln!(out, "r{}: {},", id.0, self.cell_type(id));
            let _ = writeln!(start, "r{}: {},", id.0, null(id));
        }
        for line in self.plan.delays() {
            let (id, n) = (line.source, line.source.0);
            if self.needs_register(id) {
                let _ = writeln!(out, "d{n}: {},", self.cell_type(id));
                let _ = writeln!(start, "d{n}: {},", null(id));
            }
            if let Some(ring) = self.ring(id) {
                let _ = writeln!(memory, "h{n}: [{}; {ring}],", self.cell_type(id));
                let _ = writeln!(memory_start, "h{n}: [{}; {ring}],", null(id));
            }
        }
        out.push_str("}\n");
        let _ =
            writeln!(out, "#[doc(hidden)]\n{ALLOW}\n{v}struct {t}Memory<C: {p}::Num> {{ cell: ::core::marker::PhantomData<C>,\n{memory}}}");
        // Written out, a copy of the state is one move of bytes; derived, it is made field by field, in up to three places.
        let _ = writeln!(
            out,
            "{ALLOW}\nimpl<C: {p}::Num> ::core::clone::Clone for {t}Memory<C> {{ #[inline] fn clone(&self) -> Self {{ *self }} }}\n\
             {ALLOW}\nimpl<C: {p}::Num> ::core::marker::Copy for {t}Memory<C> {{}}\n\
             {ALLOW}\nimpl<S_: {p}::Scalar> ::core::clone::Clone for {t}<S_> {{\n\
             #[inline]\nfn clone(&self) -> Self {{ Self {{ core: self.core, memory: self.memory }} }}\n\
             #[inline]\nfn clone_from(&mut self, other_: &Self) {{ self.core = other_.core; self.memory = other_.memory; }}\n}}"
        );
        let _ = writeln!(out, "{ALLOW}\nimpl<S_: {p}::Scalar> {t}<S_> {{\n#[doc = \"The state before the first bar.\"]\n#[inline]");
        let _ = writeln!(
            out,
            "{v}fn new() -> Self {{ Self {{ core: {t}Core {{ {start} }}, memory: {t}Memory {{ cell: ::core::marker::PhantomData,\n{memory_start} }} }} }}\n}}"
        );
        let _ = writeln!(
            out,
            "{ALLOW}\nimpl<S_: {p}::Scalar> ::core::default::Default for {t}<S_> {{ #[inline] fn default() -> Self {{ Self::new() }} }}"
        );
        let _ = writeln!(
            out,
            "{ALLOW}\nimpl<S_: {p}::Scalar> ::core::fmt::Debug for {t}<S_> {{\nfn fmt(&self, f_: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {{ \
             f_.debug_struct({t:?}).field(\"bars\", &self.core.seen).finish_non_exhaustive() }}\n}}"
        );
        let _ = writeln!(
            out,
            "{ALLOW}\nimpl {t} {{\n#[doc = \"Bars before every output has its first value, when nothing else is null.\"]\n{v}const WARMUP: \
             ::core::primitive::usize = {};\n}}",
            self.plan.warmup()
        );
    }

    /// `SOutput`, `SColumns`, `SBuffers`: a field for each output.
    fn records(&self, out: &mut String) {
        let (p, t, v) = (&self.private, &self.type_name, self.visibility());
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

    fn machine(&self, out: &mut String) {
        let (p, t) = (&self.private, &self.type_name);
        let outputs = self.outputs();
        let num = if self.has_num() { "<S_>" } else { "" };
        let (output, columns, buffers) = if self.is_record() {
            let buffers = if self.has_num() { "<'a, S_>" } else { "<'a>" };
            (format!("{t}Output{num}"), format!("{t}Columns{num}"), format!("{t}Buffers{buffers}"))
        } else if self.is_bool(&outputs[0]) {
            let option = "::core::option::Option<::core::primitive::bool>";
            (option.to_owned(), format!("{p}::BoolSeries"), format!("&'a mut [{option}]"))
        } else {
            ("::core::option::Option<S_>".to_owned(), format!("{p}::NumSeries<S_>"), "&'a mut [S_::Cell]".to_owned())
        };
        let _ = writeln!(out, "{ALLOW}\nimpl<S_: {p}::Scalar> {p}::Machine for {t}<S_> {{");
        let _ = writeln!(
            out,
            "type Scalar = S_;\ntype Core = {t}Core<S_::Cell>;\ntype Memory = {t}Memory<S_::Cell>;\ntype Output = {output};\ntype Columns = \
             {columns};\ntype Buffers<'a> = {buffers};"
        );
        let fields: Vec<String> = self.plan.fields().iter().map(|f| format!("{p}::Field::{f:?}")).collect();
        let _ = writeln!(
            out,
            "const WARM: ::core::primitive::usize = {};\nconst WARMUP: ::core::primitive::usize = {};\nconst FIELDS: &'static [{p}::Field] = \
             &[{}];\nconst FINGERPRINT: ::core::primitive::u128 = {:#x};\nconst PLAN: &'static ::core::primitive::str = {:?};",
            self.plan.steady(),
            self.plan.warmup(),
            fields.join(", "),
            self.plan.fingerprint(),
            self.plan.plan().text()
        );
        let _ = writeln!(out, "#[inline]\nfn start() -> Self {{ Self::new() }}");
        let _ = writeln!(
            out,
            "#[inline(always)]\nfn parts(&mut self) -> (&mut Self::Core, &mut Self::Memory) {{ (&mut self.core, &mut self.memory) }}"
        );
        let _ = writeln!(out, "#[inline(always)]\nfn seen(core_: &Self::Core) -> ::core::primitive::u64 {{ core_.seen }}");
        self.columns(out);
        self.live(out);
        let signature = format!("core_: &mut Self::Core, memory_: &mut Self::Memory, bar_: &{p}::Bar<S_>) -> Self::Output");
        for (name, mode, inline) in [("warm", Mode::Warm, "#[inline(always)]"), ("next", Mode::Step, "#[inline(always)]")] {
            let code = self.body(mode);
            let result: Vec<String> = outputs
                .iter()
                .zip(&code.outputs)
                .map(|(o, value)| {
                    let is_sure = mode == Mode::Step && self.plan.is_dense(o.node);
                    let get = if is_sure { "sure" } else { "get" };
                    let value = if self.is_bool(o) { value.clone() } else { format!("{p}::Num::{get}({value})") };
                    if o.name.is_empty() { value } else { format!("{}: {value}", ident(&o.name)) }
                })
                .collect();
            let result = if self.is_record() { format!("{t}Output {{ {} }}", result.join(", ")) } else { result.concat() };
            let _ = writeln!(
                out,
                "{inline}\nfn {name}({signature} {{\nlet now_ = core_.seen as ::core::primitive::usize;\n{}{result}\n}}",
                code.statements
            );
        }
        self.run(out);
        out.push_str("}\n");
    }

    /// The loop over a history. The columns are arguments of their own, so that the optimiser knows them apart.
    ///
    /// ```text
    /// fn run(core_, memory_, bars_, from_, buffers_) {
    ///     fn steady<S_>(core_, memory_, bars_, from_, o0_: &mut [S_::Cell], …) { for every bar … }
    ///     steady(core_, memory_, bars_, from_, buffers_.spread, …);
    /// }
    /// ```
    fn run(&self, out: &mut String) {
        let (p, t) = (&self.private, &self.type_name);
        let outputs = self.outputs();
        let types: Vec<&str> =
            outputs.iter().map(|o| if self.is_bool(o) { "::core::option::Option<::core::primitive::bool>" } else { "S_::Cell" }).collect();
        let list = |of: &dyn Fn(usize) -> String| each(outputs.len(), of);
        let buffer =
            |k: usize| if outputs[k].name.is_empty() { "buffers_".to_owned() } else { format!("buffers_.{}", ident(&outputs[k].name)) };
        let usize_ = "::core::primitive::usize";
        let state = format!("core_: {t}Core<S_::Cell>, memory_: &mut {t}Memory<S_::Cell>");
        let params = list(&|k| format!("o{k}_: &mut [{}]", types[k]));
        let _ = writeln!(
            out,
            "fn run<H_: {p}::History<S_>>(core_: Self::Core, memory_: &mut Self::Memory, bars_: H_, from_: {usize_}, buffers_: \
             Self::Buffers<'_>) {{"
        );
        let loops = if let Some(layout) = Layout::new(self) {
            self.blocks(out, &layout, &types)
        } else {
            let code = self.body(Mode::Batch);
            let writes = code.outputs.iter().enumerate().fold(String::new(), |all, (k, value)| format!("{all}o{k}_[i_] = {value};\n"));
            format!("let mut core_ = core_;\nwhile i_ < len_ {{\nlet now_ = i_;\n{}{writes}i_ += 1;\n}}", code.statements)
        };
        let slices = (0..outputs.len()).fold(String::new(), |all, k| format!("{all}let o{k}_ = &mut o{k}_[..len_];\n"));
        let _ = writeln!(
            out,
            "fn steady<S_: {p}::Scalar, H_: {p}::History<S_>>({state}, bars_: H_, from_: {usize_}{params}) {{\nlet len_ = \
             {p}::History::bars(&bars_);\n{slices}let mut i_ = from_;\n{loops}\n}}\nsteady::<S_, H_>(core_, memory_, bars_, from_{});\n}}",
            list(&|k| buffer(k))
        );
    }

    /// Writes the arrays and the loops over a block, gives the loop over blocks. The last, shorter block is filled up with its last bar.
    fn blocks(&self, out: &mut String, layout: &Layout, types: &[&str]) -> String {
        let (p, t) = (&self.private, &self.type_name);
        let outputs = types.len();
        let list = |of: &dyn Fn(usize) -> String| each(outputs, of);
        let usize_ = "::core::primitive::usize";
        let (mut fields, mut start, mut shift) = (String::new(), String::new(), String::new());
        let mut past_start = String::new();
        for (id, past) in layout.arrays() {
            let (n, origin) = (id.0, layout.origin(id).unwrap_or(0));
            let len = origin + BLOCK;
            if layout.is_read_in_place(self, id) {
                let _ = writeln!(fields, "a{n}: [<C as {p}::Num>::Scalar; {BLOCK}],");
                let _ = writeln!(start, "a{n}: [<S_ as {p}::Scalar>::ZERO; {BLOCK}],");
                continue;
            }
            let is_proved = self.plan.is_dense(id);
            let (ty, null) = match self.kind(id) {
                Kind::Bool if is_proved => ("::core::primitive::bool".to_owned(), "false".to_owned()),
                Kind::Bool => (format!("{p}::Tri"), format!("{p}::Tri::NULL")),
                Kind::Num | Kind::Tuple => ("C".to_owned(), format!("{p}::Num::NULL")),
            };
            let _ = writeln!(fields, "a{n}: [{ty}; {len}],");
            let _ = writeln!(start, "a{n}: [{null}; {len}],");
            if past > 0 {
                let _ = writeln!(shift, "b_.a{n}.copy_within({}.., {});", len - past, origin - past);
                let known = if self.kind(id) == Kind::Bool && is_proved { ".t" } else { "" };
                for k in 1..=past {
                    let from = match self.ring(id) {
                        Some(ring) => format!("memory_.h{n}[from_.wrapping_sub({k}) & {}]", ring - 1),
                        None if matches!(self.op(id), crate::plan::Op::Rec { .. }) => format!("core_.r{n}"),
                        None => format!("core_.d{n}"),
                    };
                    let _ = writeln!(past_start, "b_.a{n}[{}] = {from}{known};", len - k);
                }
            }
        }
        let arrays = |k: usize| format!("o{k}_: &mut [{}; {BLOCK}]", types[k]);
        let _ = writeln!(
            out,
            "#[repr(align(64))]\nstruct Arrays<C: {p}::Num> {{ cell: ::core::marker::PhantomData<C>,\n{fields}}}\n#[inline(never)]\nfn block<S_: {p}::Scalar, B_: {p}::BarBlock<S_>>(state_: &mut \
             {t}Core<S_::Cell>, memory_: &mut {t}Memory<S_::Cell>, b_: &mut Arrays<S_::Cell>, bars_: B_, i_: {usize_}{}) \
             {{\nlet mut core_ = *state_;\n{shift}{}*state_ = core_;\n}}",
            list(&arrays),
            write_block(self, layout)
        );
        let full = list(&|k| format!("{p}::chunk_mut(o{k}_, i_)"));
        let some = list(&|k| format!("::core::option::Option::Some(o{k}_)"));
        let (mut temporary, mut copies) = (String::new(), String::new());
        for (k, ty) in types.iter().enumerate() {
            let null = if *ty == "S_::Cell" { format!("{p}::Num::NULL") } else { "::core::option::Option::None".to_owned() };
            let _ = writeln!(temporary, "let mut t{k}_: [{ty}; {BLOCK}] = [{null}; {BLOCK}];");
            let _ = writeln!(copies, "o{k}_[i_..].copy_from_slice(&t{k}_[..len_ - i_]);");
        }
        format!(
            "let mut core_ = core_;\nlet mut arrays_ = Arrays::<S_::Cell> {{ cell: ::core::marker::PhantomData,\n{start}}};\nlet b_ = &mut \
             arrays_;\n{past_start}while let (::core::option::Option::Some(bars_){some}) = ({p}::History::block(bars_, i_){full}) {{\nblock::<S_, H_::Block>(&mut core_, \
             memory_, b_, bars_, i_{args});\ni_ += {BLOCK};\n}}\nif let ::core::option::Option::Some(last_) = {p}::History::rest(bars_, i_) \
             {{\n{temporary}block(&mut core_, memory_, b_, <H_ as {p}::History<S_>>::of_rest(&last_), i_{rest});\n{copies}}}",
            args = list(&|k| format!("o{k}_")),
            rest = list(&|k| format!("&mut t{k}_")),
        )
    }

    fn columns(&self, out: &mut String) {
        let p = &self.private;
        let outputs = self.outputs();
        let series = |o: &Output| {
            if self.is_bool(o) { format!("{p}::BoolSeries") } else { format!("{p}::NumSeries::<S_>") }
        };
        let (mut check, mut put, mut make, mut borrow) = (String::new(), String::new(), String::new(), String::new());
        for o in outputs {
            let name = ident(&o.name);
            let (at, value, shown) = if o.name.is_empty() {
                ("buffers_".to_owned(), "output_".to_owned(), "result")
            } else {
                (format!("buffers_.{name}"), format!("output_.{name}"), o.name.as_str())
            };
            let _ = writeln!(check, "{p}::BufferError::check({shown:?}, {at}.len(), bars_)?;");
            let value = if self.is_bool(o) {
                value
            } else {
                format!("match {value} {{ ::core::option::Option::Some(x_) => {p}::Scalar::cell(x_), _ => {p}::Num::NULL }}")
            };
            let _ = writeln!(put, "{at}[index_] = {value};");
            let (made, borrowed) = (format!("{}::nulls(bars_)", series(o)), |of: &str| format!("{}::as_mut_slice(&mut {of})", series(o)));
            if o.name.is_empty() {
                make.push_str(&made);
                let _ = write!(borrow, "{}::as_mut_slice(columns_)", series(o));
            } else {
                let _ = write!(make, "{name}: {made}, ");
                let _ = write!(borrow, "{name}: {}, ", borrowed(&format!("columns_.{name}")));
            }
        }
        if self.is_record() {
            make = format!("{}Columns {{ {make} }}", self.type_name);
            borrow = format!("{}Buffers {{ {borrow} }}", self.type_name);
        }
        let _ = writeln!(
            out,
            "fn check(buffers_: &Self::Buffers<'_>, bars_: ::core::primitive::usize) -> ::core::result::Result<(), {p}::BufferError> \
             {{\n{check}::core::result::Result::Ok(())\n}}"
        );
        let _ = writeln!(
            out,
            "#[inline]\nfn put(buffers_: &mut Self::Buffers<'_>, index_: ::core::primitive::usize, output_: Self::Output) {{\n{put}}}"
        );
        let _ = writeln!(out, "fn columns(bars_: ::core::primitive::usize) -> Self::Columns {{ {make} }}");
        let _ = writeln!(out, "fn buffers(columns_: &mut Self::Columns) -> Self::Buffers<'_> {{ {borrow} }}");
    }
}

/// `, a, b, c`: a text for each of so many outputs.
fn each(outputs: usize, of: &dyn Fn(usize) -> String) -> String {
    (0..outputs).fold(String::new(), |list, k| format!("{list}, {}", of(k)))
}
