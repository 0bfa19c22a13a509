//! Text to syntax tree: tokens, lexer, parser, tree, printer.

pub mod ast;
mod help;
pub mod lex;
pub mod parse;
pub mod print;
pub mod token;
mod wrap;
