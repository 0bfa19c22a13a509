//! The plan: the graph that every executor runs, and its manual.
//!
//! A plan is a list of nodes. A node denotes a series, one value for each bar of its clock, computed from the series of the
//! nodes it names. Equal nodes exist once (hash-consing), so common subexpressions are computed once in every executor.
//! Only [`validate`] makes a [`ValidPlan`]; executors take nothing else.

mod build;
mod exact;
mod facts;
mod fading;
mod feedback;
mod memory;
mod ordered;
mod shares;
mod simplify;
mod text;
mod validate;

pub use build::Builder;
pub use exact::Const;
pub(crate) use facts::KERNEL_MAX;
pub use facts::{Fact, facts};
pub use memory::Remembered;
pub use simplify::simplify;
pub(crate) use text::write_op;
pub(crate) use validate::order;
pub use validate::{DelayLine, ValidPlan, validate};

use crate::syntax::token::Number;

/// A node of a plan, by its place in the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The place in the list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The clock that a node ticks on. There is one for now: the bars that the strategy is given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Clock(pub u16);

/// What the values of a node are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Numbers or null.
    Num,
    /// Truth values or null.
    Bool,
    /// All outputs of a kernel; only [`Op::Part`] reads it.
    Tuple,
}

/// A node: an operation, what it gives, and when it ticks.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// What is computed.
    pub op: Op,
    /// What the values are.
    pub kind: Kind,
    /// When there is a value.
    pub clock: Clock,
}

/// An operation. Unless it says otherwise, a null operand gives null.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    /// A field of the bar, never null.
    Input(Input),
    /// The same number on every bar.
    Num(Number),
    /// The same truth value on every bar.
    Truth(bool),
    /// A function of one value of the same bar.
    Unary(Unary, NodeId),
    /// A function of two values of the same bar.
    Binary(Binary, NodeId, NodeId),
    /// The second where the first is true, the third where it is false, null where it is null. Both are computed on every bar.
    Pick(NodeId, NodeId, NodeId),
    /// The value so many bars ago (at least one), null or not; null before the first bar. The only operation whose operand may
    /// depend on the node itself.
    Delay(NodeId, u32),
    /// A kernel with memory. It advances on the bars where all arguments are available and within reach of a kernel; on any other
    /// bar it gives null and keeps its state.
    Kernel(Box<Kernel>),
    /// One output of a kernel.
    Part(NodeId, u32),
    /// Feedback: null until `first` is available, which is then taken; on later bars `next`, or the value before where `next` is null.
    Rec {
        /// The value to begin with.
        first: NodeId,
        /// The value on later bars.
        next: NodeId,
    },
}

/// A kernel with its arguments.
#[derive(Clone, PartialEq, Debug)]
pub struct Kernel {
    /// Its name in the language.
    pub name: String,
    /// The Rust type in the runtime's `kernels`, with its const arguments.
    pub rust: String,
    /// Whether the Rust type takes the set of used outputs as its const argument.
    pub takes_used: bool,
    /// Series, in the order of the declaration.
    pub args: Vec<NodeId>,
    /// Const parameters, in the order of the declaration; a word is its place in the list.
    pub consts: Vec<i64>,
    /// Values it takes before its first output.
    pub warmup: u64,
    /// Cells of memory; for a kernel that takes the used outputs, for each of them.
    pub memory: u64,
    /// Bars that it takes alike, before one on which its window is summed up anew; 0 where it takes all alike.
    pub stretch: u64,
    /// So many outputs, the first ones, are the same on all bars of a stretch.
    pub still: u32,
    /// How large each output can be: with arguments of magnitude `m`, at most `factor * m^power`.
    pub bounds: Vec<(f64, i32)>,
    /// Whether it may give null after its warm-up though no argument is null.
    pub gaps: Gaps,
    /// Whether no output is negative where no argument is.
    pub keeps_sign: bool,
    /// What a bar leaves of the past, where all that it does once it is warm is to add and multiply, whatever the data are.
    pub left: Option<f64>,
    /// The number of outputs.
    pub outputs: u32,
}

/// Whether a kernel may give null after its warm-up though no argument is null.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gaps {
    /// Never.
    None,
    /// It may.
    Some,
    /// It may, but where its last argument is from 0 to 1: that is the part of the way from one to another of the rest, of which the output then is a
    /// mean.
    BeyondMeans,
}

/// A field of a bar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Input {
    /// First price.
    Open,
    /// Greatest price.
    High,
    /// Least price.
    Low,
    /// Last price.
    Close,
    /// Amount traded.
    Volume,
    /// Opening time in seconds since 1970 UTC.
    Time,
    /// Bars before this one.
    BarIndex,
}

impl Input {
    /// All of them with their names.
    pub const ALL: &'static [(&'static str, Input)] = &[
        ("open", Input::Open),
        ("high", Input::High),
        ("low", Input::Low),
        ("close", Input::Close),
        ("volume", Input::Volume),
        ("time", Input::Time),
        ("bar_index", Input::BarIndex),
    ];
    /// The one that is meant by a name: `price` is the close too.
    pub fn named(name: &str) -> Option<Self> {
        if name == "price" { Some(Input::Close) } else { Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, input)| *input) }
    }
    /// The name in the language.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, input)| *input == self).map_or("", |(name, _)| name)
    }
}

/// A function of one value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unary {
    /// The number with the other sign.
    Neg,
    /// The other truth value.
    Not,
    /// Whether the value is null; itself never null.
    IsNull,
    /// A whole power, by repeated squaring.
    Power(i64),
    /// Times a fraction of two whole numbers, see the runtime's `Num::scaled`.
    Scaled(i64, i64),
    /// One of the elementary functions.
    Function(Function),
}

/// An elementary function of one number, by the name it has in the language and in the runtime's `Num`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Function {
    /// Absolute value.
    Abs,
    /// -1, 0 or 1.
    Sign,
    /// Square root.
    Sqrt,
    /// Natural logarithm.
    Ln,
    /// Logarithm to base 10.
    Log10,
    /// Exponential function.
    Exp,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Arc sine.
    Asin,
    /// Arc cosine.
    Acos,
    /// Arc tangent.
    Atan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// Rounded down.
    Floor,
    /// Rounded up.
    Ceil,
    /// Rounded to the nearest, halves away from zero.
    Round,
}

impl Function {
    /// All of them with their names.
    pub const ALL: &'static [(&'static str, Function)] = &[
        ("abs", Function::Abs),
        ("sign", Function::Sign),
        ("sqrt", Function::Sqrt),
        ("ln", Function::Ln),
        ("log10", Function::Log10),
        ("exp", Function::Exp),
        ("sin", Function::Sin),
        ("cos", Function::Cos),
        ("tan", Function::Tan),
        ("asin", Function::Asin),
        ("acos", Function::Acos),
        ("atan", Function::Atan),
        ("sinh", Function::Sinh),
        ("cosh", Function::Cosh),
        ("tanh", Function::Tanh),
        ("floor", Function::Floor),
        ("ceil", Function::Ceil),
        ("round", Function::Round),
    ];
    /// The name in the language and in the runtime.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }
}

/// A function of two values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Binary {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient; null when the divisor is zero.
    Div,
    /// Remainder with the sign of the dividend.
    Rem,
    /// Power.
    Pow,
    /// The greater; the second on a tie.
    Max2,
    /// The lesser; the second on a tie.
    Min2,
    /// Less than, over numbers.
    Lt,
    /// At most, over numbers.
    Le,
    /// Equal, over numbers.
    Eq,
    /// Equal, over truth values.
    Same,
    /// Kleene's conjunction: false when one is false, though the other be null.
    And,
    /// Kleene's disjunction: true when one is true, though the other be null.
    Or,
    /// The first, or the second where the first is null.
    Coalesce,
    /// The first where the second is available, else null.
    With,
}

impl Binary {
    /// The name in plan texts and, for those that have one, in the runtime.
    pub fn name(self) -> &'static str {
        match self {
            Binary::Add => "add",
            Binary::Sub => "sub",
            Binary::Mul => "mul",
            Binary::Div => "div",
            Binary::Rem => "rem",
            Binary::Pow => "pow",
            Binary::Max2 => "max2",
            Binary::Min2 => "min2",
            Binary::Lt => "lt",
            Binary::Le => "le",
            Binary::Eq => "eq",
            Binary::Same => "same",
            Binary::And => "and",
            Binary::Or => "or",
            Binary::Coalesce => "coalesce",
            Binary::With => "with",
        }
    }
}

/// A series that leaves the plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Output {
    /// Its name; empty for the only output of an expression.
    pub name: String,
    /// The node.
    pub node: NodeId,
}

/// A graph that may still be wrong.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// The nodes; an operand may stand behind its user where feedback closes.
    pub nodes: Vec<Node>,
    /// What leaves it, in order.
    pub outputs: Vec<Output>,
}

impl Plan {
    /// The node of an id of this plan.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }
    /// These nodes and all that they are made of.
    pub(crate) fn behind(&self, of: &[NodeId]) -> Vec<bool> {
        let mut behind = vec![false; self.nodes.len()];
        let mut waiting = of.to_vec();
        while let Some(id) = waiting.pop() {
            if !std::mem::replace(&mut behind[id.index()], true) {
                waiting.extend(self.node(id).op.operands());
            }
        }
        behind
    }
    /// The kernel whose first output a node is.
    pub(crate) fn kernel_of(&self, id: NodeId) -> Option<&Kernel> {
        let Op::Part(tuple, 0) = self.node(id).op else { return None };
        if let Op::Kernel(kernel) = &self.node(tuple).op { Some(kernel) } else { None }
    }
    /// The value of a node that is made of few literals by exact or correctly rounded operations.
    pub fn const_value(&self, id: NodeId) -> Option<f64> {
        self.const_within(id, MAX_CONST_DEPTH)
    }
    fn const_within(&self, id: NodeId, depth: u32) -> Option<f64> {
        let left = depth.checked_sub(1)?;
        self.node(id).op.const_value(|of| self.const_within(of, left))
    }
}

/// Literals lie no deeper below what a plan asks the value of: a factor, a limit. Each level may be two of those below.
const MAX_CONST_DEPTH: u32 = 8;

impl Op {
    /// The value, where it rests on consts alone and is exact or correctly rounded.
    fn const_value(&self, known: impl Fn(NodeId) -> Option<f64>) -> Option<f64> {
        match self {
            Op::Num(number) => Some(number.value),
            Op::Unary(Unary::Neg, a) => known(*a).map(|a| -a),
            Op::Unary(Unary::Function(function), a) => {
                let a = known(*a)?;
                match function {
                    Function::Sqrt => Some(a.sqrt()),
                    Function::Floor => Some(a.floor()),
                    Function::Ceil => Some(a.ceil()),
                    Function::Round => Some(a.round()),
                    Function::Abs => Some(a.abs()),
                    Function::Sign => Some(if a == 0.0 { 0.0 } else { a.signum() }),
                    _ => None,
                }
            }
            Op::Binary(binary, a, b) => {
                let (a, b) = (known(*a)?, known(*b)?);
                match binary {
                    Binary::Add => Some(a + b),
                    Binary::Sub => Some(a - b),
                    Binary::Mul => Some(a * b),
                    Binary::Div => Some(a / b),
                    Binary::Rem => Some(a % b),
                    Binary::Max2 => Some(a.max(b)),
                    Binary::Min2 => Some(a.min(b)),
                    _ => None,
                }
            }
            _ => None,
        }
        .filter(|value| value.is_finite())
    }
    /// The nodes this one reads, in order.
    pub fn operands(&self) -> Vec<NodeId> {
        match self {
            Op::Input(_) | Op::Num(_) | Op::Truth(_) => Vec::new(),
            Op::Unary(_, a) | Op::Delay(a, _) | Op::Part(a, _) => vec![*a],
            Op::Binary(_, a, b) => vec![*a, *b],
            Op::Pick(a, b, c) => vec![*a, *b, *c],
            Op::Kernel(kernel) => kernel.args.clone(),
            Op::Rec { first, next } => vec![*first, *next],
        }
    }
    /// The same operation over other nodes.
    #[must_use]
    pub fn map(&self, mut to: impl FnMut(NodeId) -> NodeId) -> Op {
        match self {
            Op::Input(_) | Op::Num(_) | Op::Truth(_) => self.clone(),
            Op::Unary(unary, a) => Op::Unary(*unary, to(*a)),
            Op::Delay(a, n) => Op::Delay(to(*a), *n),
            Op::Part(a, k) => Op::Part(to(*a), *k),
            Op::Binary(binary, a, b) => Op::Binary(*binary, to(*a), to(*b)),
            Op::Pick(a, b, c) => Op::Pick(to(*a), to(*b), to(*c)),
            Op::Kernel(kernel) => {
                let args = kernel.args.iter().map(|&a| to(a)).collect();
                Op::Kernel(Box::new(Kernel { args, ..(**kernel).clone() }))
            }
            Op::Rec { first, next } => Op::Rec { first: to(*first), next: to(*next) },
        }
    }
}
