//! What to write instead of what could not be read: by what was wanted there, what was found, and the tokens beside it.

use super::token::{KEYWORDS, Tok};

const EQUALITY: &str = "equality is written `==`; a name is given with `let` inside a definition";
const CHOICE: &str = "a choice has both branches: `if condition then a else b`";
const NAMES: &str = "names are given inside a definition: `strategy name() { let a = …; out b = …; }`";
const VALUE: &str = "write a value here, such as `close`";
const CHANNELS: &str =
    "`in_channel(x, upper, lower)` is true where a value lies in a channel, `out_channel(x, upper, lower)` where it does not";

/// A place where something else was wanted.
pub(super) struct Place<'a> {
    /// What could have stood there, as the message says it.
    pub(super) wanted: &'a str,
    pub(super) before: &'a Tok,
    pub(super) found: &'a Tok,
    pub(super) next: &'a Tok,
}

fn symbol(tok: &Tok) -> &'static str {
    if let Tok::Sym(symbol) = tok { symbol } else { "" }
}

fn word(tok: &Tok) -> &str {
    if let Tok::Word(word) = tok { word } else { "" }
}

/// The mend.
pub(super) fn mend(place: &Place) -> String {
    let Place { wanted, before, found, next } = place;
    let fixed = match (symbol(before), symbol(found), symbol(next)) {
        (_, "=", "<") => "write `<=`",
        (_, "=", ">") => "write `>=`",
        (_, ":", "=") => NAMES,
        ("==", "=", _) => "equality is written `==`",
        ("!=", "=", _) => "inequality is written `!=`",
        ("<", ">", _) => "inequality is written `!=`",
        _ if wanted.starts_with("an operator") => return operator(place),
        _ => match *wanted {
            "an expression" => return expression(place),
            "`,` or `)`" => return argument(place),
            "`(`" => "parentheses stand behind the name, even around no parameters: `name()`",
            "`)`" => "parameters are separated by `,` and closed by `)`",
            "`]`" => "close it with `]`",
            "`{`" if matches!(word(found), "num" | "bool") => "what an indicator gives stands behind `->`: `-> num`",
            "`{`" => "a body stands in braces: `{ … }`",
            "`}`" => "close it with `}`",
            "`[`" => "an attribute is written `#[name(…)]`",
            "`:`" => "a parameter says its kind: `x: num`, `period: const int = 14`",
            "`=`" if *found == &Tok::Sym("==") => "a name is given with one `=`",
            "`=`" => "a name is given a value: `name = value;`",
            "`->`" => "feedback is written `rec name = first -> next;`",
            "`..`" => "a range is written `1..=100`",
            "`;`" => "end it with `;`",
            "a name" if word(before) == "out" && symbol(found) == "(" => CHANNELS,
            "a name" => "a name begins with a letter",
            "the name of a field" => "a field has a name, such as `upper`",
            "the name of a parameter" => "a parameter is written `x: num` or `period: const int = 14`",
            "a path in double quotes" => "write `use \"strategies\";`",
            "`num`, `bool` or `const …`" if matches!(word(found), "int" | "integer") => "a whole number is `const int`",
            "`num`, `bool` or `const …`" => {
                "`num` is a series of numbers, `bool` of truth values, `const int` a whole number known at compile time"
            }
            "`int`, `num`, `bool` or words in double quotes" => "a choice of words is written `const \"sma\" | \"ema\"`",
            "`num`, `bool` or `{ fields }`" => "write `-> num`, `-> bool` or `-> { upper, lower }`",
            "`num` or `bool`" => "a field is `num` or `bool`; without a word it is `num`",
            "`indicator` or `strategy`" => "doc comments, attributes and `pub` stand before `indicator` or `strategy`",
            "a definition: `indicator` or `strategy`" => {
                "a program is one expression or definitions; among definitions a value is `out name = …;` in a `strategy`"
            }
            _ => return format!("write {wanted}"),
        },
    };
    fixed.to_owned()
}

/// A value stands here already, and it does not end.
fn operator(Place { wanted, before, found, .. }: &Place) -> String {
    let is_line = *wanted == "an operator or `;`";
    let fixed = match (symbol(found), word(found)) {
        (_, "then" | "else") | ("{", _) if !wanted.ends_with("`;`") => CHOICE,
        _ if wanted.ends_with("`then`") || wanted.ends_with("`else`") => CHOICE,
        ("=", _) => EQUALITY,
        ("|", _) => "write `or`",
        ("@", _) => "timeframes are not part of the language",
        ("}", _) | (_, "let" | "out" | "rec") if is_line => "end the line with `;`",
        (",", _) if is_line => "end the line with `;`",
        (")" | "]" | "}", _) => return format!("nothing opens this `{}`: remove it", symbol(found)),
        (",", _) => "an expression is one value; several are written `strategy name() { out a = …; out b = …; }`",
        (";", _) => NAMES,
        ("(", _) => "only a name is called; between two values stands an operator",
        (_, "in") => "whether a value lies in a range is `low <= x and x <= high`",
        (_, "as") => "numbers have one type, so nothing is converted: remove it",
        (_, "not") => "`not` stands before a condition: `a and not b`",
        (_, "indicator" | "strategy") => "close the body before it with `}`",
        _ => match word(before) {
            "return" => "the result of an indicator is its last expression, without `return`",
            "for" | "while" => "there are no loops: an expression has a value for every bar",
            "fn" | "def" | "function" => "a definition begins with `indicator` or `strategy`",
            "var" | "const" => NAMES,
            "" => "between two values stands an operator",
            name if !KEYWORDS.contains(&name) => {
                return format!("between two values stands an operator; arguments stand in parentheses: `{name}(…)`");
            }
            _ => "between two values stands an operator",
        },
    };
    fixed.to_owned()
}

/// A value is wanted here, and there is none.
fn expression(Place { before, found, next, .. }: &Place) -> String {
    if symbol(next) == "(" && matches!(word(found), "in" | "out") {
        return CHANNELS.to_owned();
    }
    let fixed = match (symbol(before), symbol(found)) {
        ("[", "]") => "say how many bars ago: `x[1]`",
        (",", ")") => "remove the `,`, or write a value behind it",
        ("(" | ",", ",") => "remove the `,`, or write a value before it",
        (_, "=") => "the name of a parameter stands before `=`: `period = 3`",
        (_, "[") => "there are no lists; a value some bars ago is `x[1]`",
        (_, "") => match word(found) {
            "let" | "out" | "rec" => NAMES,
            "" | "and" | "or" => VALUE,
            keyword => return format!("`{keyword}` is a word of the language and no value"),
        },
        _ => VALUE,
    };
    fixed.to_owned()
}

/// An argument stands here already, and neither the next one nor the end of the call follows.
fn argument(Place { before, found, .. }: &Place) -> String {
    match (word(before), *found) {
        (name, Tok::Sym(":") | Tok::Int(_) | Tok::Num(_)) if !name.is_empty() => format!("an argument is named with `=`: `{name} = …`"),
        (_, Tok::Sym("=")) => "only a name stands before `=`: `period = 3`".to_owned(),
        (_, Tok::End) => "close the call with `)`".to_owned(),
        _ => "arguments are separated by `,`, and the call is closed with `)`".to_owned(),
    }
}
