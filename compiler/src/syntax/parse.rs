//! Tokens to tree: recursive descent, operators by precedence climbing.
//!
//! Always gives a tree; what cannot be read is reported and stands in it as [`ExprKind::Missing`]. After an error the
//! reader goes on behind the next `;` or at the next definition, so one mistake does not hide another.

use super::ast::{
    Arg, Attribute, BinaryOp, Block, Definition, DefinitionKind, Expr, ExprKind, Field, File, NEG_LEVEL, NOT_LEVEL, Name, Param, ParamKind,
    Range, Returns, Statement, UnaryOp,
};
use super::help::{Place, mend};
use super::token::{KEYWORDS, Number, Tok, Token};
use super::wrap::unwrapped;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use std::collections::BTreeSet;

/// The deepest nesting of an expression.
pub const MAX_NESTING: u16 = 100;

/// Takes the tokens of a file, gives its tree.
pub fn parse_file(tokens: &[Token], sources: &Sources, diagnostics: &mut Diagnostics) -> File {
    let tokens = unwrapped(tokens, diagnostics);
    Parser { tokens: &tokens, sources, at: 0, diagnostics, nesting: 0, failed: false }.file()
}

struct Parser<'a> {
    tokens: &'a [Token],
    sources: &'a Sources,
    at: usize,
    diagnostics: &'a mut Diagnostics,
    nesting: u16,
    /// An error was reported since the last recovery, so follow-ups stay silent.
    failed: bool,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &'a Tok {
        self.peek_at(0)
    }
    fn peek_at(&self, ahead: usize) -> &'a Tok {
        self.tokens.get(self.at + ahead).map_or(&Tok::End, |t| &t.kind)
    }
    fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map_or_else(Span::default, |t| t.span)
    }
    fn last_span(&self) -> Span {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or_else(|| self.span(), |t| t.span)
    }
    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }
    fn at_sym(&self, symbol: &str) -> bool {
        matches!(self.peek(), Tok::Sym(s) if *s == symbol)
    }
    fn at_word(&self, word: &str) -> bool {
        matches!(self.peek(), Tok::Word(w) if w == word)
    }
    fn eat_sym(&mut self, symbol: &str) -> bool {
        let found = self.at_sym(symbol);
        if found {
            self.advance();
        }
        found
    }
    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }
    fn report(&mut self, diagnostic: Diagnostic) {
        if !self.failed {
            self.diagnostics.push(diagnostic);
        }
        self.failed = true;
    }
    fn found(&self) -> String {
        match self.peek() {
            Tok::End => "the end".to_owned(),
            Tok::Doc(_) => "a doc comment".to_owned(),
            Tok::Word(w) => format!("`{w}`"),
            Tok::Sym(s) => format!("`{s}`"),
            Tok::Text(t) => format!("`\"{t}\"`"),
            Tok::Int(_) | Tok::Num(_) => format!("`{}`", self.sources.text(self.span())),
        }
    }
    fn unexpected(&mut self, wanted: &str) {
        let (span, found) = (self.span(), self.found());
        let message = format!("expected {wanted}, found {found}");
        self.report(Diagnostic::new("B1101", span, message).label(format!("expected {wanted}")).help(self.mend(wanted)));
    }
    fn mend(&self, wanted: &str) -> String {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(&Tok::End, |t| &t.kind);
        mend(&Place { wanted, before, found: self.peek(), next: self.peek_at(1) })
    }
    /// An expression that was read to its end; what was cut off by an error has no meaning to check.
    fn sound(&self, expr: Expr) -> Expr {
        if self.failed { Expr { kind: ExprKind::Missing, depth: 1, ..expr } } else { expr }
    }
    fn expect_sym(&mut self, symbol: &'static str) -> bool {
        let found = self.eat_sym(symbol);
        if !found {
            self.unexpected(&format!("`{symbol}`"));
        }
        found
    }
    fn name(&mut self, what: &str) -> Name {
        let span = self.span();
        if let Tok::Word(word) = self.peek() {
            if KEYWORDS.contains(&word.as_str()) {
                self.report(
                    Diagnostic::new("B1102", span, format!("`{word}` is a keyword and cannot be {what}")).help("choose another name"),
                );
            }
            self.advance();
            return Name { text: word.clone(), span };
        }
        self.unexpected(what);
        Name { text: String::new(), span }
    }

    fn file(mut self) -> File {
        let mut file = File::default();
        while self.at_word("use") {
            self.advance();
            let span = self.span();
            if let Tok::Text(path) = self.peek() {
                file.uses.push(Name { text: path.clone(), span });
                self.advance();
            } else {
                self.unexpected("a path in double quotes");
            }
            self.expect_sym(";");
            if self.failed {
                self.recover();
            }
        }
        if self.starts_definition() {
            while !matches!(self.peek(), Tok::End) {
                if self.starts_definition() {
                    let definition = self.definition();
                    file.items.push(definition);
                    self.failed = false;
                } else {
                    self.unexpected("a definition: `indicator` or `strategy`");
                    self.skip_to_definition();
                }
            }
        } else if !matches!(self.peek(), Tok::End) {
            let expression = self.expr();
            self.eat_sym(";");
            if !matches!(self.peek(), Tok::End) {
                self.unexpected("an operator or the end");
            }
            file.expression = Some(self.sound(expression));
        }
        file
    }

    fn starts_definition(&self) -> bool {
        match self.peek() {
            Tok::Doc(_) | Tok::Sym("#") => true,
            Tok::Word(word) => matches!(word.as_str(), "indicator" | "strategy" | "extern" | "pub"),
            _ => false,
        }
    }
    fn skip_to_definition(&mut self) {
        self.advance();
        while !matches!(self.peek(), Tok::End) && !self.starts_definition() {
            self.advance();
        }
        self.failed = false;
    }

    fn definition(&mut self) -> Definition {
        let start = self.span();
        let (mut docs, mut attributes) = (Vec::new(), Vec::new());
        loop {
            if let Tok::Doc(line) = self.peek() {
                docs.push(line.clone());
                self.advance();
            } else if self.at_sym("#") {
                if let Some(attribute) = self.attribute(&mut docs) {
                    attributes.push(attribute);
                }
            } else {
                break;
            }
        }
        let is_public = self.eat_word("pub");
        let kind = if self.eat_word("strategy") {
            DefinitionKind::Strategy
        } else if self.eat_word("extern") {
            if !self.eat_word("kernel") {
                self.unexpected("`kernel`");
            }
            DefinitionKind::Kernel
        } else {
            if !self.eat_word("indicator") {
                self.unexpected("`indicator` or `strategy`");
            }
            DefinitionKind::Indicator
        };
        // What is no definition has no name that could be taken.
        let name = if self.failed { Name { text: String::new(), span: self.span() } } else { self.name("a name") };
        let params = self.params();
        let head = self.span();
        let returns = if self.eat_sym("->") { self.returns() } else { Returns::Unsaid };
        if kind == DefinitionKind::Strategy && !self.failed && !matches!(returns, Returns::Unsaid) {
            self.diagnostics.push(
                Diagnostic::new("B2203", head.to(self.last_span()), "a strategy gives its `out`s, whatever its head says")
                    .label("says nothing")
                    .help("remove it; a value is given by `out name = …;`"),
            );
        }
        let is_broken = self.failed;
        let body = if kind == DefinitionKind::Kernel {
            self.expect_sym(";");
            Block::default()
        } else {
            self.block()
        };
        let has_body = !body.statements.is_empty() || body.result.is_some();
        let is_broken = is_broken || self.failed && !has_body;
        if self.failed && !self.starts_definition() && !matches!(self.peek(), Tok::End) {
            self.skip_to_definition();
        }
        Definition { kind, is_public, docs, attributes, name, params, returns, body, is_broken, span: start.to(self.last_span()) }
    }

    /// `#[name(arguments)]`; `#[doc = "…"]` is a doc line, as Rust tokens carry it.
    fn attribute(&mut self, docs: &mut Vec<String>) -> Option<Attribute> {
        self.advance();
        self.expect_sym("[");
        let name = self.name("the name of an attribute");
        let mut args = Vec::new();
        let mut is_doc = false;
        if name.text == "doc" && self.eat_sym("=") {
            is_doc = true;
            if let Tok::Text(text) = self.peek() {
                docs.push(text.trim().to_owned());
                self.advance();
            } else {
                self.unexpected("a text");
            }
        } else if self.eat_sym("(") {
            args = self.args(")");
        }
        self.expect_sym("]");
        (!is_doc && !self.failed).then_some(Attribute { name, args })
    }

    /// The doc lines before a parameter or a field.
    fn docs(&mut self) -> Vec<String> {
        let mut docs = Vec::new();
        loop {
            if let Tok::Doc(line) = self.peek() {
                docs.push(line.clone());
                self.advance();
            } else if self.at_sym("#") && matches!(self.peek_at(2), Tok::Word(word) if word == "doc") {
                self.attribute(&mut docs);
            } else {
                return docs;
            }
        }
    }

    fn params(&mut self) -> Vec<Param> {
        let mut params = Vec::new();
        if !self.expect_sym("(") {
            return params;
        }
        while !self.at_sym(")") && !matches!(self.peek(), Tok::End) && !self.failed {
            let docs = self.docs();
            let name = self.name("the name of a parameter");
            self.expect_sym(":");
            let kind = self.param_kind();
            let default = self.eat_sym("=").then(|| self.expr());
            let range = self.eat_word("in").then(|| self.range());
            params.push(Param { docs, name, kind, default, range });
            if !self.eat_sym(",") {
                break;
            }
        }
        self.expect_sym(")");
        params
    }

    fn param_kind(&mut self) -> ParamKind {
        if self.eat_word("num") {
            return ParamKind::Num;
        }
        if self.eat_word("bool") {
            return ParamKind::Bool;
        }
        if self.eat_word("const") {
            if self.eat_word("int") {
                return ParamKind::ConstInt;
            }
            if self.eat_word("num") {
                return ParamKind::ConstNum;
            }
            if self.eat_word("bool") {
                return ParamKind::ConstBool;
            }
            let (mut words, mut seen) = (Vec::new(), BTreeSet::new());
            while let Tok::Text(word) = self.peek() {
                if !seen.insert(word.clone()) {
                    let twice = Diagnostic::new("B2211", self.span(), format!("\"{word}\" is offered twice"));
                    self.diagnostics.push(twice.label("the second time").help("remove one of them"));
                }
                words.push(word.clone());
                self.advance();
                if !self.eat_sym("|") {
                    break;
                }
            }
            if !words.is_empty() {
                return ParamKind::Words(words);
            }
            self.unexpected("`int`, `num`, `bool` or words in double quotes");
            return ParamKind::ConstInt;
        }
        self.unexpected("`num`, `bool` or `const …`");
        ParamKind::Num
    }

    fn range(&mut self) -> Range {
        let start = self.span();
        let low = (!self.at_sym("..") && !self.at_sym("..=")).then(|| self.binary(5));
        let inclusive = self.at_sym("..=");
        if inclusive {
            self.advance();
        } else {
            self.expect_sym("..");
        }
        let ends = self.at_sym(",") || self.at_sym(")");
        let high = (!ends).then(|| self.binary(5));
        Range { low, high, inclusive, span: start.to(self.last_span()) }
    }

    fn returns(&mut self) -> Returns {
        if self.eat_word("num") {
            return Returns::Num;
        }
        if self.eat_word("bool") {
            return Returns::Bool;
        }
        if self.eat_sym("{") {
            let mut fields = Vec::new();
            while !self.at_sym("}") && !matches!(self.peek(), Tok::End) && !self.failed {
                let docs = self.docs();
                let name = self.name("the name of a field");
                let is_bool = self.eat_sym(":") && {
                    let is_bool = self.at_word("bool");
                    if !self.eat_word("bool") && !self.eat_word("num") {
                        self.unexpected("`num` or `bool`");
                    }
                    is_bool
                };
                fields.push(Field { docs, name, is_bool });
                if !self.eat_sym(",") {
                    break;
                }
            }
            self.expect_sym("}");
            return Returns::Record(fields);
        }
        self.unexpected("`num`, `bool` or `{ fields }`");
        Returns::Unsaid
    }

    fn block(&mut self) -> Block {
        let mut block = Block::default();
        if !self.expect_sym("{") {
            return block;
        }
        loop {
            if self.at_sym("}") || matches!(self.peek(), Tok::End) {
                break;
            }
            let word = if let Tok::Word(word) = self.peek() { word.as_str() } else { "" };
            match word {
                "let" | "out" => {
                    self.advance();
                    let name = self.name("a name");
                    self.expect_sym("=");
                    let value = self.expr();
                    if !self.at_sym(";") {
                        self.unexpected("an operator or `;`");
                    }
                    let value = self.sound(value);
                    let statement = if word == "let" { Statement::Let(name, value) } else { Statement::Out(name, value) };
                    block.statements.push(statement);
                }
                "rec" => {
                    self.advance();
                    let name = self.name("a name");
                    self.expect_sym("=");
                    let first = self.expr();
                    self.expect_sym("->");
                    let next = self.expr();
                    if !self.at_sym(";") {
                        self.unexpected("an operator or `;`");
                    }
                    let (first, next) = (self.sound(first), self.sound(next));
                    block.statements.push(Statement::Rec(name, first, next));
                }
                _ => {
                    let result = self.result();
                    block.result = Some(self.sound(result));
                    if self.at_sym("}") || matches!(self.peek(), Tok::End) {
                        break;
                    }
                    if let Some(result) = &mut block.result {
                        result.kind = ExprKind::Missing;
                    }
                    if self.at_sym(";") {
                        let span = self.span();
                        self.report(
                            Diagnostic::new("B1104", span, "the result of a definition stands last, without `;`")
                                .help("remove the `;`, or give the value a name with `let`"),
                        );
                    } else {
                        self.unexpected("an operator or `}`");
                    }
                    self.recover();
                    continue;
                }
            }
            self.recover();
        }
        self.expect_sym("}");
        block
    }

    /// Goes behind the next `;`, or to the `}` that ends the block.
    fn recover(&mut self) {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Tok::End => break,
                Tok::Sym(";") if depth == 0 => {
                    self.advance();
                    break;
                }
                Tok::Sym("{" | "(" | "[") => depth += 1,
                Tok::Sym("}") if depth == 0 => break,
                Tok::Sym("}" | ")" | "]") => depth = depth.saturating_sub(1),
                Tok::Word(word) if depth == 0 && self.failed && matches!(word.as_str(), "let" | "rec" | "out") => {
                    break;
                }
                _ => {}
            }
            self.advance();
        }
        self.failed = false;
    }

    /// A record or an expression.
    fn result(&mut self) -> Expr {
        if !self.at_sym("{") {
            return self.expr();
        }
        let start = self.span();
        self.advance();
        let mut fields = Vec::new();
        let mut depth = 0;
        while !self.at_sym("}") && !matches!(self.peek(), Tok::End) && !self.failed {
            let name = self.name("the name of a field");
            let value =
                if self.eat_sym(":") { self.expr() } else { Expr { kind: ExprKind::Name(name.text.clone()), span: name.span, depth: 1 } };
            depth = depth.max(value.depth);
            fields.push((name, value));
            if !self.eat_sym(",") {
                break;
            }
        }
        self.expect_sym("}");
        Expr { kind: ExprKind::Record(fields), span: start.to(self.last_span()), depth: depth + 1 }
    }

    fn expr(&mut self) -> Expr {
        self.binary(1)
    }

    fn make(&mut self, kind: ExprKind, span: Span, parts: &[u16]) -> Expr {
        let depth = parts.iter().copied().max().unwrap_or(0) + 1;
        if depth > MAX_NESTING {
            self.too_deep(span);
            return Expr { kind: ExprKind::Missing, span, depth: 1 };
        }
        Expr { kind, span, depth }
    }
    fn too_deep(&mut self, span: Span) {
        self.report(
            Diagnostic::new("B1105", span, format!("this expression is nested more than {MAX_NESTING} deep"))
                .help("give parts of it names with `let` inside a definition"),
        );
        // Nothing after it can be read sensibly.
        self.at = self.tokens.len().saturating_sub(1);
    }
    fn missing(&self) -> Expr {
        Expr { kind: ExprKind::Missing, span: self.span(), depth: 1 }
    }

    fn binary_op(&self) -> Option<BinaryOp> {
        Some(match self.peek() {
            Tok::Word(w) => match w.as_str() {
                "or" => BinaryOp::Or,
                "and" => BinaryOp::And,
                _ => return None,
            },
            Tok::Sym(s) => match *s {
                "||" => BinaryOp::Or,
                "&&" => BinaryOp::And,
                "==" => BinaryOp::Eq,
                "!=" => BinaryOp::Ne,
                "<" => BinaryOp::Lt,
                "<=" => BinaryOp::Le,
                ">" => BinaryOp::Gt,
                ">=" => BinaryOp::Ge,
                "+" => BinaryOp::Add,
                "-" => BinaryOp::Sub,
                "*" => BinaryOp::Mul,
                "/" => BinaryOp::Div,
                "%" => BinaryOp::Rem,
                "**" => BinaryOp::Pow,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Reads operators that bind at least as tightly as `level`.
    fn binary(&mut self, level: u8) -> Expr {
        self.nesting += 1;
        if self.nesting > 3 * MAX_NESTING {
            self.too_deep(self.span());
            self.nesting -= 1;
            return self.missing();
        }
        let mut left = self.unary(level);
        while let Some(op) = self.binary_op() {
            if op.level() < level || self.failed {
                break;
            }
            let op_span = self.span();
            self.advance();
            let right = self.binary(if op == BinaryOp::Pow { op.level() } else { op.level() + 1 });
            let span = left.span.to(right.span);
            if op.is_comparison()
                && let ExprKind::Binary(inner, a, b) = &left.kind
                && inner.is_comparison()
                // Parentheses around the first comparison are part of its span.
                && left.span.lo == a.span.lo
            {
                let text = |e: &Expr| self.sources.text(e.span).to_owned();
                let first = format!("{} {} {}", text(a), inner.symbol(), text(b));
                let mut help = match right.kind {
                    // What is compared with a truth value is what the first comparison gives.
                    ExprKind::Truth(_) => format!("({first}) {} {}", op.symbol(), text(&right)),
                    _ => format!("{first} and {} {} {}", text(b), op.symbol(), text(&right)),
                };
                let mut before = text(&right);
                while let Some(op) = self.binary_op().filter(|op| op.is_comparison() && !self.failed) {
                    self.advance();
                    let next = self.binary(op.level() + 1);
                    let next = self.sources.text(next.span).to_owned();
                    help = format!("{help} and {before} {} {next}", op.symbol());
                    before = next;
                }
                self.report(
                    Diagnostic::new("B1106", op_span, "comparisons cannot be chained")
                        .label("a second comparison")
                        .help(format!("write `{help}`")),
                );
                break;
            }
            let parts = [left.depth, right.depth];
            left = self.make(ExprKind::Binary(op, Box::new(left), Box::new(right)), span, &parts);
        }
        self.nesting -= 1;
        left
    }

    fn unary(&mut self, level: u8) -> Expr {
        let start = self.span();
        let (op, operand_level) = if self.at_word("not") || self.at_sym("!") {
            (UnaryOp::Not, NOT_LEVEL)
        } else if self.at_sym("-") {
            (UnaryOp::Neg, NEG_LEVEL)
        } else if self.at_sym("+") {
            (UnaryOp::Plus, NEG_LEVEL)
        } else {
            return self.postfix();
        };
        if op == UnaryOp::Not && level > NOT_LEVEL && self.at_word("not") {
            self.report(
                Diagnostic::new("B1107", start, "`not` binds more loosely than the operator before it")
                    .help("put `(not …)` in parentheses"),
            );
            return self.missing();
        }
        self.advance();
        let operand = self.binary(operand_level.max(level));
        let span = start.to(operand.span);
        let parts = [operand.depth];
        self.make(ExprKind::Unary(op, Box::new(operand)), span, &parts)
    }

    fn postfix(&mut self) -> Expr {
        let mut expr = self.primary();
        while !self.failed {
            if self.eat_sym("[") {
                let index = self.expr();
                self.expect_sym("]");
                let span = expr.span.to(self.last_span());
                let parts = [expr.depth, index.depth];
                expr = self.make(ExprKind::Index(Box::new(expr), Box::new(index)), span, &parts);
            } else if self.at_sym(".") {
                self.advance();
                let field = self.name("the name of a field");
                let span = expr.span.to(field.span);
                if self.at_sym("(") {
                    self.method(&expr, &field);
                    return self.missing();
                }
                let parts = [expr.depth];
                expr = self.make(ExprKind::Field(Box::new(expr), field), span, &parts);
            } else {
                break;
            }
        }
        expr
    }

    /// `close.max(open)` or `ta.sma(close, 3)`, as some would write it.
    fn method(&mut self, object: &Expr, name: &Name) {
        self.advance();
        let open = self.span();
        let args = self.args(")");
        let function = if let [arg] = &args[..] { function_of_two(&name.text, arg) } else { &name.text };
        let text = |e: &Expr| self.sources.text(e.span);
        if let ExprKind::Name(prefix) = &object.kind
            && LIBRARIES.contains(&prefix.as_str())
        {
            let inside = self.sources.text(open.to(self.last_span()));
            let function = if let [_, second] = &args[..] { function_of_two(&name.text, second) } else { &name.text };
            self.report(
                Diagnostic::new("B1110", object.span, format!("there is no `{prefix}.` before a function here"))
                    .label("no prefix")
                    .help(format!("write `{}({inside}`", function.to_lowercase())),
            );
            return;
        }
        let args = args.iter().map(|arg| {
            let name = arg.name.as_ref().map(|n| format!("{} = ", n.text)).unwrap_or_default();
            format!(", {name}{}", text(&arg.value))
        });
        let help = format!("write `{function}({}{})`", text(object), args.collect::<String>());
        self.report(
            Diagnostic::new("B1110", name.span, format!("`{}` is not called behind a point", name.text)).label("a call").help(help),
        );
    }

    fn primary(&mut self) -> Expr {
        let start = self.span();
        match self.peek() {
            Tok::Int(value) => {
                self.advance();
                self.make(ExprKind::Int(*value), start, &[])
            }
            Tok::Num(value) => {
                self.advance();
                self.make(ExprKind::Num(*value), start, &[])
            }
            Tok::Text(text) => {
                self.advance();
                self.make(ExprKind::Text(text.clone()), start, &[])
            }
            Tok::Sym("(") => {
                self.advance();
                let inner = self.expr();
                if !self.eat_sym(")") {
                    let found = self.found();
                    let help = if self.at_sym("=") { self.mend("an operator or `)`") } else { "close it with `)`".to_owned() };
                    self.report(
                        Diagnostic::new("B1108", self.span(), format!("expected an operator or `)`, found {found}"))
                            .label("expected `)`")
                            .note(start, "the parenthesis opens here")
                            .help(help),
                    );
                }
                Expr { span: start.to(self.last_span()), ..inner }
            }
            Tok::Word(word) => match word.as_str() {
                "true" | "false" => {
                    self.advance();
                    self.make(ExprKind::Truth(word == "true"), start, &[])
                }
                "if" => self.if_expr(start),
                _ if KEYWORDS.contains(&word.as_str()) => {
                    self.unexpected("an expression");
                    self.missing()
                }
                _ => {
                    self.advance();
                    if self.eat_sym("(") {
                        let args = self.args(")");
                        let name = Name { text: word.clone(), span: start };
                        let parts: Vec<u16> = args.iter().map(|a| a.value.depth).collect();
                        return self.make(ExprKind::Call(name, args), start.to(self.last_span()), &parts);
                    }
                    self.make(ExprKind::Name(word.clone()), start, &[])
                }
            },
            Tok::Sym("{") => {
                let record = self.result();
                self.report(
                    Diagnostic::new("B1109", record.span, "a record stands only as the result of an indicator")
                        .help("write `{ name: value, … }` as the last line of `indicator … -> { name, … } { … }`"),
                );
                self.missing()
            }
            _ => {
                self.unexpected("an expression");
                self.missing()
            }
        }
    }

    fn if_expr(&mut self, start: Span) -> Expr {
        self.advance();
        let condition = self.expr();
        if !self.eat_word("then") {
            self.unexpected("an operator or `then`");
            return self.missing();
        }
        let a = self.expr();
        if !self.eat_word("else") {
            self.unexpected("an operator or `else`");
            return self.missing();
        }
        let b = self.expr();
        let span = start.to(b.span);
        let parts = [condition.depth, a.depth, b.depth];
        self.make(ExprKind::If(Box::new(condition), Box::new(a), Box::new(b)), span, &parts)
    }

    fn args(&mut self, closing: &'static str) -> Vec<Arg> {
        let mut args = Vec::new();
        while !self.at_sym(closing) && !matches!(self.peek(), Tok::End) && !self.failed {
            let mut name = None;
            if let Tok::Word(_) = self.peek()
                && matches!(self.peek_at(1), Tok::Sym("="))
            {
                name = Some(self.name("the name of a parameter"));
                self.advance();
            }
            let value = self.expr();
            args.push(Arg { name, value });
            if !self.eat_sym(",") {
                break;
            }
        }
        if !self.eat_sym(closing) {
            self.unexpected(&format!("`,` or `{closing}`"));
        }
        args
    }
}

/// Before functions in Pine, Python and Rust.
const LIBRARIES: [&str; 6] = ["f64", "math", "np", "pta", "ta", "talib"];

/// What is called `max` or `min` of two values elsewhere.
fn function_of_two<'n>(name: &'n str, second: &Arg) -> &'n str {
    match name {
        "max" if second.name.is_none() && literal(&second.value.kind).is_none() => "max2",
        "min" if second.name.is_none() && literal(&second.value.kind).is_none() => "min2",
        other => other,
    }
}

/// A literal as the number it is.
pub fn literal(kind: &ExprKind) -> Option<Number> {
    match kind {
        ExprKind::Int(value) => Some(Number::int(*value)),
        ExprKind::Num(number) => Some(*number),
        _ => None,
    }
}
