//! The statements that compute one bar, in three modes.

use super::block::{Layout, small};
use super::{Emitter, OPTION, RUNTIME, lazy};
use crate::plan::{Binary, Function, Input, Kernel, Kind, NodeId, Op, Unary};
use crate::syntax::token::Number;
use std::fmt::Write as _;

/// What the statements may rely on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Nothing: every value may be null.
    Warm,
    /// The same, before the first bar: numbers that are the same on every bar.
    Start,
    /// What the plan proves after the warm-up.
    Step,
    /// The same, for bar `j_` of the block `bars_`; what other loops compute is in arrays.
    Block,
}

/// Statements, and the expressions of the outputs after them.
pub(super) struct Code {
    pub statements: String,
    /// A cell for numbers, an `Option<bool>` for truth values.
    pub outputs: Vec<String>,
}

/// How a truth value is held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `bool`: proved to be there.
    Bool,
    /// `Tri`
    Tri,
}

pub(super) struct Writer<'a> {
    e: &'a Emitter<'a>,
    mode: Mode,
    pub out: String,
    settled: Vec<bool>,
    /// The loop that is written, in [`Mode::Block`].
    at: Option<(&'a Layout, usize)>,
    /// The windows of that loop that it is cut by.
    pub windows: Vec<NodeId>,
}

pub(super) fn write(e: &Emitter<'_>, mode: Mode) -> Code {
    let mut w = Writer::new(e, mode, None);
    for rec in e.recs() {
        let _ = writeln!(w.out, "let p{n}_ = *r{n}_;", n = rec.0);
        if e.kind(rec) == Kind::Num {
            let _ = writeln!(w.out, "*g{n}_ = p{n}_;", n = rec.0);
        }
    }
    // A past is written as soon as it has been read, and those of its twins have: what is held until the end is held in memory, besides.
    let order = e.twins.map_or_else(|| e.plan.order().to_vec(), |twins| twins.order(e.plan));
    let nodes: Vec<NodeId> = order.into_iter().filter(|&id| e.owner(id).is_none()).collect();
    let mut kept: Vec<Vec<NodeId>> = vec![Vec::new(); nodes.len()];
    for line in e.plan.delays() {
        let is_of = |id: NodeId| id == line.source || matches!(e.op(id), Op::Delay(source, _) if *source == line.source);
        let last =
            e.plan.order().iter().filter(|&&id| is_of(id)).filter_map(|&id| nodes.iter().position(|&node| node == e.outermost(id))).max();
        kept[last.unwrap_or(nodes.len() - 1)].push(line.source);
    }
    let mut read = Vec::new();
    for (at, (&id, kept)) in nodes.iter().zip(kept).enumerate() {
        w.node(id);
        read.extend(kept);
        let twins = |&next: &NodeId| e.twins.is_some_and(|twins| twins.are(id, next));
        if !nodes.get(at + 1).is_some_and(twins) {
            read.drain(..).for_each(|source| w.keep(source));
        }
    }
    let outputs = e.plan.plan().outputs.iter().map(|output| w.answer(output.node)).collect();
    Code { statements: w.out, outputs }
}

/// What computes the numbers that the state keeps from the start.
pub(super) fn write_start(e: &Emitter<'_>) -> String {
    let mut w = Writer::new(e, Mode::Start, None);
    let nodes = e.plan.plan().behind(&e.kept.nodes);
    for &id in e.plan.order().iter().filter(|id| nodes[id.index()]) {
        w.node(id);
    }
    w.out
}

/// What a kernel takes.
pub(super) fn input(mut args: Vec<String>) -> String {
    if args.len() == 1 { args.remove(0) } else { format!("({})", args.join(", ")) }
}

/// The parts of a call of a kernel.
pub(super) struct KernelCall {
    pub kernel: String,
    params: String,
    state: String,
    pub memory: String,
}

impl KernelCall {
    pub(super) fn new(e: &Emitter<'_>, id: NodeId, kernel: &Kernel) -> Self {
        let rust = e.kernel_type(id, kernel);
        let consts: Vec<String> = kernel.consts.iter().map(i64::to_string).collect();
        KernelCall {
            kernel: format!("<{rust} as {RUNTIME}::Kernel<S_::Cell>>"),
            params: format!("<{rust}>::params({})", consts.join(", ")),
            state: format!("k{}_", id.0),
            memory: if e.plan.memory(id) > 0 { format!("m{}_", id.0) } else { "&mut []".to_owned() },
        }
    }
    pub(super) fn of(&self, function: &str, args: &[&str]) -> String {
        format!("{}::{function}({}, {}, {})", self.kernel, self.params, self.state, args.join(", "))
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(e: &'a Emitter<'a>, mode: Mode, at: Option<(&'a Layout, usize)>) -> Self {
        Writer { e, mode, out: String::new(), settled: vec![false; e.plan.plan().nodes.len()], at, windows: Vec::new() }
    }
    /// Whether the statements are those of several parts of a history too: what one bar decides is no branch.
    fn is_abreast(&self) -> bool {
        self.mode == Mode::Block && self.e.is_in_parts()
    }
    fn truth_literal(&self, value: bool) -> String {
        if self.is_abreast() {
            format!("<<S_::Cell as {RUNTIME}::Num>::Truth as {RUNTIME}::Truth>::known({value})")
        } else {
            value.to_string()
        }
    }
    /// A field of the bar or a truth, for the bar at hand; other consts stand before the loops.
    pub(super) fn leaf(&mut self, id: NodeId) {
        let value = match (self.e.op(id), self.e.mirrored(id)) {
            (Op::Input(input), _) => self.input(*input),
            (Op::Truth(value), _) => self.truth_literal(*value),
            (_, Some(input)) => format!("-({})", self.input(input)),
            _ => return,
        };
        let cell = if self.e.kind(id) == Kind::Bool { "" } else { ": S_::Cell" };
        let _ = writeln!(self.out, "let v{}_{cell} = {value};", id.0);
    }
    /// A value that another loop has computed, or that none needs to.
    pub(super) fn external(&mut self, id: NodeId, layout: &Layout) {
        match layout.origin(id) {
            Some(_) if layout.is_read_in_place(self.e, id) => {
                let _ = writeln!(self.out, "let v{n}_ = {RUNTIME}::Scalar::cell(x{n}_[j_]);", n = id.0);
            }
            Some(origin) => {
                let pair = layout.pair(id);
                let place = pair.map_or("", |[first, _]| if first == id { "[0]" } else { "[1]" });
                let _ = writeln!(self.out, "let v{}_ = a{}_[{origin} + j_]{place};", id.0, pair.map_or(id, |[first, _]| first).0);
            }
            None => match self.e.op(id) {
                Op::Part(window, k) if layout.is_still(id) => {
                    let _ = writeln!(self.out, "let v{}_ = z{}_[{k}];", id.0, window.0);
                }
                _ => self.leaf(id),
            },
        }
    }
    /// Whether a value is never null. While warming up that is sure of what no arithmetic has made: decimals always run in that mode, and
    /// their arithmetic overflows.
    fn is_sure(&self, id: NodeId) -> bool {
        match self.mode {
            Mode::Warm | Mode::Start => matches!(self.e.op(id), Op::Input(_) | Op::Num(_) | Op::Truth(_)),
            _ => self.e.plan.is_dense(id),
        }
    }
    fn form(&self, id: NodeId) -> Form {
        if self.mode != Mode::Warm && self.e.plan.is_dense(id) { Form::Bool } else { Form::Tri }
    }
    /// A number as it was computed, perhaps raw.
    fn raw(&self, id: NodeId) -> String {
        match self.e.op(id) {
            // In one loop with its kernel; in others it comes from an array.
            Op::Part(tuple, k) if self.at.is_none_or(|(layout, at)| layout.loop_of(id) == Some(at)) => format!("v{}_[{k}]", tuple.0),
            _ => format!("v{}_", id.0),
        }
    }
    /// A settled number.
    pub(super) fn num(&mut self, id: NodeId) -> String {
        if !self.e.plan.fact(id).is_raw() {
            return self.raw(id);
        }
        if !self.settled[id.index()] {
            self.settled[id.index()] = true;
            let settled = num_fn("settle", &self.raw(id));
            let _ = writeln!(self.out, "let s{}_ = {settled};", id.0);
        }
        format!("s{}_", id.0)
    }
    fn tri(&self, id: NodeId) -> String {
        match self.form(id) {
            Form::Bool => tri_fn("known", &truth(id)),
            Form::Tri => truth(id),
        }
    }
    /// The expression that is true when a value is available; none when that is sure.
    fn available(&mut self, id: NodeId) -> Option<String> {
        if self.is_sure(id) {
            return None;
        }
        match self.e.kind(id) {
            Kind::Bool => Some(format!("!{}", tri_fn("is_null", &self.tri(id)))),
            // What has been settled for another reader is looked at as it is.
            Kind::Num | Kind::Tuple if self.settled[id.index()] || !self.e.plan.fact(id).is_raw() => {
                let value = self.num(id);
                Some(format!("!{}", num_fn("is_null", &value)))
            }
            Kind::Num | Kind::Tuple => Some(num_fn("is_number", &self.raw(id))),
        }
    }
    /// A number where [`Writer::available`] has said that there is one.
    fn number(&mut self, id: NodeId) -> String {
        if self.settled[id.index()] { self.num(id) } else { self.raw(id) }
    }

    pub(super) fn node(&mut self, id: NodeId) {
        if self.mode != Mode::Start && self.e.kept.behind.contains(&id) {
            if self.e.kept.nodes.contains(&id) {
                let _ = writeln!(self.out, "let v{n}_: S_::Cell = *c{n}_;", n = id.0);
            }
            return;
        }
        if let Some(value) = self.narrow(id) {
            let _ = writeln!(self.out, "let v{}_: i8 = {value};", id.0);
            return;
        }
        let value = match self.e.op(id) {
            Op::Part(..) => return,
            Op::Input(input) => self.input(*input),
            Op::Num(number) => literal(*number),
            Op::Truth(value) => match self.form(id) {
                Form::Bool => self.truth_literal(*value),
                Form::Tri => tri_fn("known", &value.to_string()),
            },
            Op::Unary(unary, a) => self.unary(id, *unary, *a),
            Op::Binary(binary @ (Binary::And | Binary::Or), ..) if self.owned(id).next().is_some() => self.lazy(id, *binary),
            Op::Binary(binary, a, b) => self.binary(id, *binary, *a, *b),
            Op::Pick(c, a, b) => self.pick(id, *c, *a, *b),
            Op::Delay(a, n) => self.delay(id, *a, *n),
            Op::Kernel(kernel) => self.kernel(id, kernel),
            Op::Rec { first, next } => self.rec(id, *first, *next),
        };
        let cell = match self.e.kind(id) {
            Kind::Num => ": S_::Cell",
            Kind::Bool | Kind::Tuple => "",
        };
        let _ = writeln!(self.out, "let v{}_{cell} = {value};", id.0);
    }

    /// A small whole number among truth values.
    fn narrow(&self, id: NodeId) -> Option<String> {
        self.at.filter(|(layout, _)| layout.is_narrow(id))?;
        let number = |id: NodeId| small(self.e, id).map_or_else(|| truth(id), |value| value.to_string());
        Some(match *self.e.op(id) {
            Op::Pick(c, a, b) => format!("if {} {{ {} }} else {{ {} }}", truth(c), number(a), number(b)),
            Op::Binary(Binary::Add, a, b) => format!("{} + {}", number(a), number(b)),
            Op::Binary(Binary::Sub, a, b) => format!("{} - {}", number(a), number(b)),
            Op::Unary(_, a) => format!("-{}", number(a)),
            Op::Binary(_, a, _) => number(a),
            _ => return None,
        })
    }

    /// What only the right side of a node needs, in order.
    fn owned(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'_> {
        let order = self.e.plan.order().iter().copied();
        order.filter(move |node| self.e.owner(*node) == Some(id))
    }

    /// An `and` or `or` that computes its right side only where the left one does not decide; several of the same kind, each left of the next, as one.
    ///
    /// ```text
    /// let v9_ = if v3_ { let v5_ = …; let v6_ = v5_ < …; if v6_ { let v8_ = …; v8_ } else { false } } else { false };
    /// ```
    fn lazy(&mut self, id: NodeId, binary: Binary) -> String {
        let (before, settled) = (std::mem::take(&mut self.out), self.settled.clone());
        let left_of = |id: NodeId| self.e.op(id).operands()[0];
        let mut chain = vec![id];
        while self.e.owner(left_of(chain[0])) == Some(id) {
            chain.insert(0, left_of(chain[0]));
        }
        let head = left_of(chain[0]);
        let open = self.undecided(head, binary);
        let _ = writeln!(self.out, "if {open} {{");
        for &link in &chain {
            for node in self.owned(link).filter(|node| !chain.contains(node)).collect::<Vec<_>>() {
                self.node(node);
            }
            let [left, right] = self.e.op(link).operands()[..] else { continue };
            let value = match self.form(link) {
                Form::Bool => truth(right),
                Form::Tri => tri_fn(binary.name(), &format!("{}, {}", self.tri(left), self.tri(right))),
            };
            let _ = if link == id {
                writeln!(self.out, "{value}")
            } else {
                writeln!(self.out, "let {} = {value};\nif {} {{", truth(link), self.undecided(link, binary))
            };
        }
        let decided = (binary == Binary::Or).to_string();
        let decided = if self.form(id) == Form::Bool { decided } else { tri_fn("known", &decided) };
        self.out.push_str(&format!("}} else {{ {decided} }}").repeat(chain.len()));
        self.settled = settled;
        let chosen = std::mem::replace(&mut self.out, before);
        // Joined once more, what decides is one value in a loop, and not a branch for each of its halves. A step is called from code that is not known, and wins nothing by it.
        match self.form(id) {
            _ if self.mode != Mode::Block || !lazy::is_joined(self.e.plan.plan().node(head)) => chosen,
            Form::Bool => format!("{} {} ({chosen})", truth(head), joint(binary)),
            Form::Tri => tri_fn(binary.name(), &format!("{}, {chosen}", self.tri(head))),
        }
    }

    /// Whether a truth value leaves it to what it is joined with.
    fn undecided(&self, id: NodeId, binary: Binary) -> String {
        let is_or = binary == Binary::Or;
        match self.form(id) {
            Form::Bool => format!("{}{}", if is_or { "!" } else { "" }, truth(id)),
            Form::Tri => format!("!{}.{}", truth(id), if is_or { 't' } else { 'f' }),
        }
    }

    fn input(&self, input: Input) -> String {
        match input {
            Input::Time => num_fn("seconds", &self.field("time")),
            Input::BarIndex if self.is_abreast() => {
                format!("{RUNTIME}::Fields::<S_>::number(bars_, i_) + <S_::Cell as {RUNTIME}::Num>::int({RUNTIME}::BAR[j_] as i64)")
            }
            // The count within the block comes from a table of narrow numbers: several are converted at once.
            Input::BarIndex if self.at.is_some() => {
                let int = format!("<S_::Cell as {RUNTIME}::Num>::int");
                format!("{int}((i_ as u64).cast_signed()) + {int}({RUNTIME}::BAR[j_] as i64)")
            }
            Input::BarIndex => num_fn("int", "seen_.cast_signed()"),
            Input::Open | Input::High | Input::Low | Input::Close | Input::Volume => {
                format!("{RUNTIME}::Scalar::cell({})", self.field(input.name()))
            }
        }
    }

    /// A field of the bar at hand.
    fn field(&self, name: &str) -> String {
        match self.mode {
            Mode::Warm | Mode::Start | Mode::Step => format!("{RUNTIME}::Bar::{name}(bar_)"),
            Mode::Block => format!("{RUNTIME}::Fields::<S_>::{name}(bars_, j_)"),
        }
    }

    fn unary(&mut self, id: NodeId, unary: Unary, a: NodeId) -> String {
        match unary {
            Unary::Neg => format!("-{}", self.raw(a)),
            Unary::Scaled(n, d) => num_fn("scaled", &format!("{}, {n}, {d}", self.raw(a))),
            Unary::Function(Function::Abs) => num_fn("abs", &self.raw(a)),
            Unary::Function(function) => {
                let value = self.num(a);
                let is_abreast = self.at.is_some_and(|(layout, at)| !layout.is_sequential(at));
                let abreast = if is_abreast && matches!(function, Function::Exp | Function::Ln | Function::Log10 | Function::Sinh) {
                    "_abreast"
                } else {
                    ""
                };
                num_fn(&format!("{}{abreast}", function.name()), &value)
            }
            Unary::Power(n) => {
                let value = self.num(a);
                num_fn("powi", &format!("{value}, {n}"))
            }
            Unary::Not => match self.form(id) {
                Form::Bool => format!("!{}", truth(a)),
                Form::Tri => tri_fn("not", &self.tri(a)),
            },
            Unary::IsNull if self.is_abreast() && !self.is_sure(a) => format!("!{}", num_fn("has_number", &self.raw(a))),
            Unary::IsNull if self.is_abreast() => self.truth_literal(false),
            Unary::IsNull => {
                let is_null = self.available(a).map_or("false".to_owned(), |available| match available.strip_prefix('!') {
                    Some(is_null) => is_null.to_owned(),
                    None => format!("!{available}"),
                });
                match self.form(id) {
                    Form::Bool => is_null,
                    Form::Tri => tri_fn("known", &is_null),
                }
            }
        }
    }

    fn binary(&mut self, id: NodeId, binary: Binary, a: NodeId, b: NodeId) -> String {
        let symbol = match binary {
            Binary::Add => Some("+"),
            Binary::Sub => Some("-"),
            Binary::Mul => Some("*"),
            _ => None,
        };
        if let Some(symbol) = symbol {
            return format!("{} {symbol} {}", self.raw(a), self.raw(b));
        }
        match binary {
            Binary::Div => {
                let divisor = self.num(b);
                format!("{} / {divisor}", self.raw(a))
            }
            Binary::Rem => {
                let (x, y) = (self.num(a), self.num(b));
                format!("{x} % {y}")
            }
            Binary::Pow => {
                let (x, y) = (self.num(a), self.num(b));
                num_fn("pow", &format!("{x}, {y}"))
            }
            Binary::Max2 | Binary::Min2 => {
                let is_sure = self.is_sure(a) && self.is_sure(b);
                let (x, y) = (self.num(a), self.num(b));
                let name = match (binary, is_sure) {
                    (Binary::Max2, true) => "greater",
                    (Binary::Max2, false) => "max2",
                    (_, true) => "lesser",
                    (_, false) => "min2",
                };
                num_fn(name, &format!("{x}, {y}"))
            }
            Binary::Lt | Binary::Le | Binary::Eq => {
                let (x, y) = (self.num(a), self.num(b));
                let args = format!("{x}, {y}");
                match self.form(id) {
                    Form::Bool if self.is_abreast() => num_fn(
                        match binary {
                            Binary::Lt => "below",
                            Binary::Le => "at_most",
                            _ => "equals",
                        },
                        &args,
                    ),
                    Form::Bool => num_fn(binary.name(), &args),
                    Form::Tri => tri_fn(binary.name(), &args),
                }
            }
            Binary::Same if self.is_abreast() => truth_fn("pick", &format!("{}, {y}, !{y}", truth(a), y = truth(b))),
            Binary::Same | Binary::And | Binary::Or => match self.form(id) {
                Form::Bool => format!("{} {} {}", truth(a), joint(binary), truth(b)),
                Form::Tri => tri_fn(binary.name(), &format!("{}, {}", self.tri(a), self.tri(b))),
            },
            Binary::Coalesce => self.coalesce(id, a, b),
            Binary::With => self.with(id, a, b),
            Binary::Add | Binary::Sub | Binary::Mul => String::new(),
        }
    }

    fn coalesce(&mut self, id: NodeId, a: NodeId, b: NodeId) -> String {
        if self.e.kind(id) != Kind::Bool {
            let available = self.available(a);
            if available.is_some() && self.is_abreast() {
                let there = num_fn("has_number", &self.raw(a));
                let (x, y) = (self.number(a), self.num(b));
                return num_fn("where_true", &format!("{x}, {there}, {y}"));
            }
            let (x, y) = (self.number(a), self.num(b));
            return match available {
                None => x,
                Some(available) => format!("if {available} {{ {x} }} else {{ {y} }}"),
            };
        }
        match (self.form(id), self.form(a)) {
            (Form::Bool, Form::Bool) => truth(a),
            (Form::Bool, Form::Tri) => {
                format!("if {} {{ {} }} else {{ {}.t }}", tri_fn("is_null", &truth(a)), truth(b), truth(a))
            }
            (Form::Tri, _) => {
                let (x, y) = (self.tri(a), self.tri(b));
                format!("if {} {{ {y} }} else {{ {x} }}", tri_fn("is_null", &x))
            }
        }
    }

    fn with(&mut self, id: NodeId, a: NodeId, b: NodeId) -> String {
        let available = self.available(b);
        let (value, null) = match self.e.kind(id) {
            Kind::Bool => match self.form(id) {
                Form::Bool => (truth(a), String::new()),
                Form::Tri => (self.tri(a), format!("{RUNTIME}::Tri::NULL")),
            },
            Kind::Num | Kind::Tuple => (self.raw(a), format!("{RUNTIME}::Num::NULL")),
        };
        match available {
            None => value,
            Some(available) => format!("if {available} {{ {value} }} else {{ {null} }}"),
        }
    }

    fn pick(&mut self, id: NodeId, c: NodeId, a: NodeId, b: NodeId) -> String {
        if self.e.kind(id) == Kind::Bool {
            return match self.form(id) {
                Form::Bool if self.is_abreast() => truth_fn("pick", &format!("{}, {}, {}", truth(c), truth(a), truth(b))),
                Form::Bool => format!("if {} {{ {} }} else {{ {} }}", truth(c), truth(a), truth(b)),
                Form::Tri => tri_fn("pick_tri", &format!("{}, {}, {}", self.tri(c), self.tri(a), self.tri(b))),
            };
        }
        let (x, y) = (self.raw(a), self.raw(b));
        match self.form(c) {
            Form::Bool if self.is_abreast() => num_fn("where_true", &format!("{x}, {}, {y}", truth(c))),
            Form::Bool => format!("if {} {{ {x} }} else {{ {y} }}", truth(c)),
            Form::Tri => tri_fn("pick", &format!("{}, {x}, {y}", truth(c))),
        }
    }

    fn delay(&mut self, id: NodeId, source: NodeId, n: u32) -> String {
        if let Some((layout, _)) = self.at
            && layout.is_in_array(self.e, id)
        {
            if n == 1 && layout.is_carried(self.e, source) && layout.loop_of(source) == layout.loop_of(id) {
                return format!("q{}_", source.0);
            }
            let origin = layout.origin(source).unwrap_or(0);
            return format!("a{}_[{} + j_]", source.0, origin - n as usize);
        }
        let value = if n == 1 && matches!(self.e.op(source), Op::Rec { .. }) {
            format!("p{}_", source.0)
        } else if let Some(ring) = self.e.ring(source) {
            ring.at(&format!("now_.wrapping_sub({n})"))
        } else {
            format!("(*d{}_)", source.0)
        };
        if self.e.kind(id) == Kind::Bool && self.form(id) == Form::Bool { format!("{value}.t") } else { value }
    }

    fn kernel(&mut self, id: NodeId, kernel: &Kernel) -> String {
        let mut conditions = Vec::new();
        let mut args = Vec::new();
        for &arg in &kernel.args {
            match self.e.kind(arg) {
                Kind::Bool => {
                    conditions.extend(self.available(arg));
                    args.push(match self.form(arg) {
                        Form::Bool => truth(arg),
                        Form::Tri => format!("{}.t", truth(arg)),
                    });
                }
                Kind::Num | Kind::Tuple => {
                    let fact = self.e.plan.fact(arg).settled();
                    if fact.magnitude() > crate::plan::KERNEL_MAX {
                        let value = self.raw(arg);
                        conditions.push(num_fn("is_in_reach", &value));
                        args.push(value);
                    } else {
                        conditions.extend(self.available(arg));
                        args.push(self.num(arg));
                    }
                }
            }
        }
        let call = KernelCall::new(self.e, id, kernel);
        let input = input(args);
        if self.windows.contains(&id) {
            return call.of("take", &[&format!("c{}_", id.0), "s_", &input]);
        }
        let is_warm = self.mode != Mode::Warm && self.e.plan.is_dense(id);
        let name = if is_warm { "next" } else { "push" };
        let next = call.of(name, &[&call.memory, &input]);
        if conditions.is_empty() { next } else { format!("if {} {{ {next} }} else {{ {}::NULL }}", conditions.join(" & "), call.kernel) }
    }

    fn rec(&mut self, id: NodeId, first: NodeId, next: NodeId) -> String {
        let n = id.0;
        let is_started = self.mode != Mode::Warm && self.e.plan.is_dense(id);
        if self.e.kind(id) == Kind::Bool {
            let (first, next) = (self.tri(first), self.tri(next));
            let is_null = |value: &str| tri_fn("is_null", value);
            let _ = writeln!(
                self.out,
                "*r{n}_ = if {} {{ {first} }} else if {} {{ p{n}_ }} else {{ {next} }};",
                is_null(&format!("p{n}_")),
                is_null(&next)
            );
            return if is_started { format!("r{n}_.t") } else { format!("*r{n}_") };
        }
        let is_abreast = self.is_abreast();
        let kept = if self.is_sure(next) { self.num(next) } else { num_fn("or_kept", &format!("{}, p{n}_", self.raw(next))) };
        let value = if is_started {
            kept
        } else {
            let first = self.num(first);
            let before = format!("p{n}_");
            if is_abreast {
                num_fn("where_true", &format!("{kept}, {}, {first}", num_fn("has_number", &before)))
            } else {
                format!("if {} {{ {first} }} else {{ {kept} }}", num_fn("is_null", &before))
            }
        };
        let _ = writeln!(self.out, "*r{n}_ = {value};");
        format!("*r{n}_")
    }

    /// Keeps the value of a node that later bars look back at.
    pub(super) fn keep(&mut self, source: NodeId) {
        // A block's arrays serve all but what a sequential loop looks back at itself.
        let is_looked_at = self.at.is_none_or(|(layout, at)| {
            let is_here = |id: NodeId| layout.loop_of(id) == Some(at) && !layout.is_in_array(self.e, id);
            let mut delays = self.e.plan.order().iter().filter(|&&id| is_here(id));
            delays.any(|&id| matches!(self.e.op(id), Op::Delay(of, _) if *of == source))
        });
        let ring = self.e.ring(source);
        if !is_looked_at || ring.is_none() && !self.e.needs_register(source) {
            return;
        }
        let value = if self.e.kind(source) == Kind::Bool { self.tri(source) } else { self.num(source) };
        let n = source.0;
        let _ = if let Some(ring) = ring {
            writeln!(self.out, "{} = {value};", ring.at("now_"))
        } else if self.at.is_none() && self.e.kind(source) == Kind::Num {
            writeln!(self.out, "*g{n}_ = *d{n}_;\n*d{n}_ = {value};")
        } else {
            writeln!(self.out, "*d{n}_ = {value};")
        };
    }

    /// What a bar's record says of an output.
    fn answer(&mut self, id: NodeId) -> String {
        if self.e.kind(id) == Kind::Bool {
            return self.output(id);
        }
        let is_raw = self.e.plan.fact(id).is_raw() && !self.settled[id.index()];
        match self.mode {
            Mode::Step if self.e.plan.is_dense(id) => num_fn("sure", &self.num(id)),
            _ if is_raw => num_fn("number", &self.raw(id)),
            _ => num_fn("get", &self.num(id)),
        }
    }

    /// What a column holds of an output.
    pub(super) fn output(&mut self, id: NodeId) -> String {
        if self.e.kind(id) == Kind::Bool {
            return match self.form(id) {
                Form::Bool => format!("{OPTION}::Some({})", truth(id)),
                Form::Tri => tri_fn("get", &truth(id)),
            };
        }
        self.num(id)
    }
}

/// A truth value, as its node's form has it.
pub(super) fn truth(id: NodeId) -> String {
    format!("v{}_", id.0)
}

/// The operator that joins truth values that are never null.
fn joint(binary: Binary) -> &'static str {
    match binary {
        Binary::And => "&",
        Binary::Or => "|",
        _ => "==",
    }
}

fn num_fn(name: &str, args: &str) -> String {
    format!("{RUNTIME}::Num::{name}({args})")
}
fn truth_fn(name: &str, args: &str) -> String {
    format!("{RUNTIME}::Truth::{name}({args})")
}
fn tri_fn(name: &str, args: &str) -> String {
    format!("{RUNTIME}::Tri::{name}({args})")
}
fn literal(number: Number) -> String {
    let Number { value, mantissa, scale } = number;
    if scale == 0 { num_fn("int", &format!("{mantissa}")) } else { num_fn("literal", &format!("{value:?}, {mantissa}, {scale}")) }
}
