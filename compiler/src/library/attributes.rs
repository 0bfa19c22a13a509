//! What is wrong with the `#[…]` before a definition of a program.

use crate::diag::{Diagnostic, Diagnostics, nearest};
use crate::source::Span;
use crate::syntax::ast::{Arg, Attribute, Definition, DefinitionKind, ExprKind, Name, Returns, Statement};
use crate::syntax::token::KEYWORDS;
use std::collections::BTreeSet;

/// What stands in the parentheses of an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Nothing,
    OneWord,
    Words,
    Pairs,
}

/// What may stand in `#[…]`, and an example of each.
const ATTRIBUTES: [(&str, Form, &str); 11] = [
    ("aliases", Form::Words, "#[aliases(name)]"),
    ("category", Form::OneWord, "#[category(trend)]"),
    ("display", Form::OneWord, "#[display(\"A Name\")]"),
    ("hidden", Form::Nothing, "#[hidden]"),
    ("params", Form::Pairs, "#[params(alias = parameter)]"),
    ("pine", Form::Words, "#[pine(\"ta.name\")]"),
    ("plot", Form::OneWord, "#[plot(separate)]"),
    ("reference", Form::Words, "#[reference(name)]"),
    ("source", Form::OneWord, "#[source(\"author, year\")]"),
    ("style", Form::Pairs, "#[style(output = line)]"),
    ("talib", Form::Words, "#[talib(NAME)]"),
];

/// The panes of `#[plot(…)]`.
pub(crate) const PANES: [&str; 3] = ["overlay", "separate", "volume"];

/// What an output is drawn as in `#[style(output = …)]`, from what lies below to what lies above.
pub(crate) const PRIMITIVES: [&str; 7] = ["area", "band", "histogram", "level", "line", "points", "signal"];

/// Reports every attribute that says nothing, or something that is not so.
pub(super) fn check(definition: &Definition, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    for attribute in &definition.attributes {
        if diagnostics.is_full() {
            return;
        }
        let name = attribute.name.text.as_str();
        let Some((_, form, example)) = ATTRIBUTES.iter().find(|(known, ..)| *known == name) else {
            let known = ATTRIBUTES.map(|(known, ..)| known);
            let unknown = Unknown { code: "B2207", label: "means nothing", known: &known, are: "the attributes are" };
            diagnostics.push(unknown.at(attribute.name.span, format!("unknown attribute `{name}`"), name));
            continue;
        };
        if !seen.insert(name) {
            let diagnostic = malformed(attribute.name.span, format!("`{name}` is given twice"));
            diagnostics.push(diagnostic.label("the second time").help("say all in one attribute"));
        } else if let Some(diagnostic) = misshapen(attribute, *form) {
            diagnostics.push(diagnostic.help(format!("write `{example}`")));
        } else {
            meanings(definition, attribute, diagnostics);
        }
    }
}

fn malformed(span: Span, message: String) -> Diagnostic {
    Diagnostic::new("B2210", span, message).label("not so")
}

fn word(arg: &Arg) -> Option<&str> {
    if let ExprKind::Name(word) | ExprKind::Text(word) = &arg.value.kind { Some(word) } else { None }
}

/// An attribute that holds something else than its form.
fn misshapen(attribute: &Attribute, form: Form) -> Option<Diagnostic> {
    let wants = match form {
        Form::Nothing => "nothing",
        Form::OneWord => "one word, or one text in double quotes",
        Form::Words => "words, or texts in double quotes",
        Form::Pairs => "pairs `name = word`",
    };
    let fits = |(i, arg): (usize, &Arg)| {
        let is_right = match form {
            Form::Nothing => false,
            Form::OneWord => i == 0 && arg.name.is_none(),
            Form::Words => arg.name.is_none(),
            Form::Pairs => arg.name.is_some(),
        };
        is_right && word(arg).is_some_and(|word| !word.is_empty())
    };
    let wrong = attribute.args.iter().enumerate().find(|arg| !fits(*arg)).map(|(_, arg)| arg.value.span);
    let is_empty = attribute.args.is_empty() && form != Form::Nothing;
    let span = wrong.or(is_empty.then_some(attribute.name.span))?;
    Some(malformed(span, format!("`{}` takes {wants}", attribute.name.text)))
}

/// A word that must be one of those known.
struct Unknown<'a> {
    code: &'static str,
    label: &'a str,
    known: &'a [&'a str],
    are: &'a str,
}

impl Unknown<'_> {
    fn at(&self, span: Span, message: String, word: &str) -> Diagnostic {
        let listed = || self.known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let near = nearest(word, self.known.iter().copied());
        let help = near.map_or_else(|| format!("{} {}", self.are, listed()), |near| format!("did you mean `{near}`?"));
        Diagnostic::new(self.code, span, message).label(self.label).help(help)
    }
    /// A diagnostic where the word is not known.
    fn check(&self, span: Span, word: &str, message: impl FnOnce() -> String) -> Option<Diagnostic> {
        (!self.known.contains(&word)).then(|| self.at(span, message(), word))
    }
}

/// Reports what a well-formed attribute says that is not so.
fn meanings(definition: &Definition, attribute: &Attribute, diagnostics: &mut Diagnostics) {
    let of = definition.name.text.as_str();
    let params: Vec<&str> = definition.params.iter().map(|p| p.name.text.as_str()).collect();
    let outs = definition.body.statements.iter().filter_map(|statement| match statement {
        Statement::Out(name, _) => Some(name.text.as_str()),
        Statement::Let(..) | Statement::Rec(..) => None,
    });
    let outputs: Vec<&str> = match &definition.returns {
        _ if definition.kind == DefinitionKind::Strategy => outs.collect(),
        Returns::Record(fields) => fields.iter().map(|f| f.name.text.as_str()).collect(),
        Returns::Num | Returns::Bool | Returns::Unsaid => vec![of],
    };
    let unknown = |label, known, are| Unknown { code: "B2208", label, known, are };
    let mut seen = BTreeSet::new();
    for arg in &attribute.args {
        let Some(word) = word(arg) else { continue };
        let span = arg.value.span;
        let found = match (attribute.name.text.as_str(), &arg.name) {
            (_, Some(name)) if !seen.insert(name.text.as_str()) => {
                let diagnostic = malformed(name.span, format!("`{}` is given twice", name.text));
                vec![diagnostic.label("the second time").help("remove one of them")]
            }
            ("aliases", _) if !is_name(word) => {
                vec![malformed(span, format!("`{word}` is no name")).help("a name is written with the letters a to z, digits and `_`")]
            }
            ("plot", _) => {
                let panes = unknown("no pane", &PANES, "the panes are");
                panes.check(span, word, || format!("there is no pane `{word}`")).into_iter().collect()
            }
            ("style", Some(Name { text, span: place })) => {
                let outputs = unknown("no output", &outputs, "the outputs are");
                let forms = unknown("no form", &PRIMITIVES, "an output is drawn as");
                let output = outputs.check(*place, text, || format!("`{of}` has no output `{text}`"));
                output.into_iter().chain(forms.check(span, word, || format!("nothing is drawn as `{word}`"))).collect()
            }
            ("params", Some(Name { text, span: place })) if params.contains(&text.as_str()) => {
                let diagnostic = malformed(*place, format!("`{text}` is a parameter of `{of}`, and no other name of one"));
                vec![diagnostic.help("give it another name, or remove it")]
            }
            ("params", _) => {
                let params = unknown("no parameter", &params, "the parameters are");
                params.check(span, word, || format!("`{of}` has no parameter `{word}`")).into_iter().collect()
            }
            _ => Vec::new(),
        };
        for diagnostic in found {
            diagnostics.push(diagnostic);
        }
    }
}

/// Whether a text can be the name of a definition.
fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c == '_' || c.is_ascii_alphanumeric();
    text.chars().all(is_letter) && !text.starts_with(|c: char| c.is_ascii_digit()) && !KEYWORDS.contains(&text)
}
