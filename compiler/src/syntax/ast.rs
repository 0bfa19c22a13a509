//! The syntax tree: what was written, with places, before any name is known.

use super::token::Number;
use crate::source::Span;

/// A name and its place.
#[derive(Clone, Debug)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A file, or the contents of `ta!`.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Other files or folders whose definitions are wanted: `use "strategies";`.
    pub uses: Vec<Name>,
    /// Definitions in their order.
    pub items: Vec<Definition>,
    /// The expression, where the file is one.
    pub expression: Option<Expr>,
}

/// What a definition defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefinitionKind {
    /// A function of series.
    Indicator,
    /// A program with outputs.
    Strategy,
    /// A function with memory, written in Rust.
    Kernel,
}

/// An indicator, a strategy or the declaration of a kernel.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Which of them.
    pub kind: DefinitionKind,
    /// Written with `pub`.
    pub is_public: bool,
    /// Doc lines.
    pub docs: Vec<String>,
    /// `#[name(…)]`.
    pub attributes: Vec<Attribute>,
    /// Its name.
    pub name: Name,
    /// Parameters in their order.
    pub params: Vec<Param>,
    /// What it gives; strategies give their `out`s.
    pub returns: Returns,
    /// Statements and result; kernels have none.
    pub body: Block,
    /// What stands before the body could not be read; it is reported already.
    pub is_broken: bool,
    /// From the first word to the end of the body.
    pub span: Span,
}

impl Definition {
    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name.text == name)
    }
}

/// `#[name(arguments)]`.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// Its arguments.
    pub args: Vec<Arg>,
}

/// `name: type = default in range`.
#[derive(Clone, Debug)]
pub struct Param {
    /// Doc lines.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// What may be passed.
    pub kind: ParamKind,
    /// What is taken when nothing is.
    pub default: Option<Expr>,
    /// The least and the greatest value.
    pub range: Option<Range>,
}

/// What a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// A series of numbers.
    Num,
    /// A series of truth values.
    Bool,
    /// A whole number known at compile time.
    ConstInt,
    /// A number known at compile time.
    ConstNum,
    /// A truth value known at compile time.
    ConstBool,
    /// One of some words.
    Words(Vec<String>),
}

/// `low..=high`; either end may be missing, and without `=` the upper end is excluded.
#[derive(Clone, Debug)]
pub struct Range {
    /// The least value.
    pub low: Option<Expr>,
    /// The greatest value.
    pub high: Option<Expr>,
    /// Whether `high` itself is allowed.
    pub inclusive: bool,
    /// Its place.
    pub span: Span,
}

/// What a definition gives.
#[derive(Clone, Debug)]
pub enum Returns {
    /// Nothing is said.
    Unsaid,
    /// Numbers.
    Num,
    /// Truth values.
    Bool,
    /// A record of series.
    Record(Vec<Field>),
}

/// `name: type` in the record that a definition gives.
#[derive(Clone, Debug)]
pub struct Field {
    /// Doc lines.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// Whether it is a series of truth values.
    pub is_bool: bool,
}

/// Statements and a result.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In their order.
    pub statements: Vec<Statement>,
    /// The last expression.
    pub result: Option<Expr>,
}

impl Block {
    /// Every name in it that is called or stands by itself, in the order of the text, more than once where it stands more than once.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut pending: Vec<&Expr> = self.result.iter().collect();
        for statement in self.statements.iter().rev() {
            match statement {
                Statement::Let(_, value) | Statement::Out(_, value) => pending.push(value),
                Statement::Rec(_, first, next) => pending.extend([next, first]),
            }
        }
        while let Some(expr) = pending.pop() {
            match &expr.kind {
                ExprKind::Name(name) | ExprKind::Call(Name { text: name, .. }, _) => names.push(name.as_str()),
                _ => {}
            }
            pending.extend(expr.parts().into_iter().rev());
        }
        names
    }
}

/// A statement of a body.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `let name = value;`
    Let(Name, Expr),
    /// `rec name = first -> next;`
    Rec(Name, Expr, Expr),
    /// `out name = value;`
    Out(Name, Expr),
}

/// An expression and its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place.
    pub span: Span,
    /// One more than the deepest part, so that no walk over the tree can run out of stack.
    pub depth: u16,
}

impl Expr {
    /// The expressions that it is made of, in the order of the text.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Call(_, args) => args.iter().map(|arg| &arg.value).collect(),
            ExprKind::Field(inner, _) | ExprKind::Unary(_, inner) => vec![inner],
            ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) => vec![a, b],
            ExprKind::If(condition, a, b) => vec![condition, a, b],
            ExprKind::Record(fields) => fields.iter().map(|(_, value)| value).collect(),
            ExprKind::Name(_) | ExprKind::Int(_) | ExprKind::Num(_) | ExprKind::Truth(_) | ExprKind::Text(_) | ExprKind::Missing => {
                Vec::new()
            }
        }
    }
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A whole number.
    Int(i64),
    /// A number.
    Num(Number),
    /// `true`, `false`.
    Truth(bool),
    /// A word in quotes.
    Text(String),
    /// A name.
    Name(String),
    /// `record.field`
    Field(Box<Expr>, Name),
    /// `series[bars]`
    Index(Box<Expr>, Box<Expr>),
    /// `name(arguments)`
    Call(Name, Vec<Arg>),
    /// An operator before its operand.
    Unary(UnaryOp, Box<Expr>),
    /// An operator between its operands.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `if condition then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `{ name: value, … }`
    Record(Vec<(Name, Expr)>),
    /// Where something unreadable stood; it is reported already.
    Missing,
}

/// An argument, with its name where one is given.
#[derive(Clone, Debug)]
pub struct Arg {
    /// `name =`
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `+`
    Plus,
    /// `not`, `!`
    Not,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `or`, `||`
    Or,
    /// `and`, `&&`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `**`
    Pow,
}

impl BinaryOp {
    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Rem => "%",
            BinaryOp::Pow => "**",
        }
    }
    /// How tightly it binds; 1 is the loosest.
    pub fn level(self) -> u8 {
        match self {
            BinaryOp::Or => 1,
            BinaryOp::And => 2,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => 4,
            BinaryOp::Add | BinaryOp::Sub => 5,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 6,
            BinaryOp::Pow => 8,
        }
    }
    /// Whether it compares.
    pub fn is_comparison(self) -> bool {
        self.level() == 4
    }
}

/// The level of `not`.
pub const NOT_LEVEL: u8 = 3;
/// The level of unary minus.
pub const NEG_LEVEL: u8 = 7;
