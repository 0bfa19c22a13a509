//! The kernels as a page: what is declared of each in the prelude, and which indicators are computed with it.

use barlang_compiler::catalog::IndicatorMeta;
use barlang_compiler::diag::Diagnostics;
use barlang_compiler::library::{Library, PRELUDE, parse_source, words};
use barlang_compiler::source::Sources;
use barlang_compiler::syntax::ast::{Definition, DefinitionKind};
use barlang_compiler::syntax::print::print_expr;
use std::fmt::Write as _;

/// Every kernel that the prelude declares, in its order.
fn declared() -> Vec<Definition> {
    let mut sources = Sources::default();
    let mut kernels = Vec::new();
    for (file, text) in PRELUDE {
        let source = sources.add(*file, *text, true);
        kernels.extend(parse_source(&sources, source, &mut Diagnostics::default()).items);
    }
    kernels.retain(|definition| definition.kind == DefinitionKind::Kernel);
    kernels
}

/// The argument of an attribute, as it is written.
fn said(definition: &Definition, attribute: &str) -> String {
    let arg = definition.attribute(attribute).and_then(|attribute| attribute.args.first());
    arg.map_or(String::new(), |arg| format!("`{}`", print_expr(&arg.value)))
}

/// The page.
pub fn page(entries: &[IndicatorMeta]) -> String {
    let library = Library::new();
    let mut text = String::from(
        "# Kernels\n\nWhat Rust does for the language: each is declared once, in `compiler/prelude/kernels.ta`, and written once, in \
         `runtime/src/kernels/`. Made from the declarations.\n\n## With memory\n\nA kernel takes the values of its series on the bars where all \
         have one. Before its first value it takes as many as its warm-up says; its memory is in cells of a number each; how far back it \
         looks is a window as long as the warm-up, an event, everything, or the factor by which a past value counts for less with every bar.\n",
    );
    let (elementwise, with_memory): (Vec<_>, Vec<_>) = declared().into_iter().partition(|kernel| kernel.attribute("elementwise").is_some());
    for kernel in &with_memory {
        let name = &kernel.name.text;
        // The library knows the text that a signature is made of.
        let Some(known) = library.find_shipped(name) else { continue };
        let _ = write!(text, "\n### `{name}`\n\n```ta\n{}\n```\n\n{}\n\n", library.signature(&known), kernel.docs.join("\n"));
        let facts = [
            ("Rust", format!("`{}`", words(kernel, "rust").join(" "))),
            ("warm-up", said(kernel, "warmup")),
            ("memory", said(kernel, "memory")),
            ("looks back", said(kernel, "past")),
        ];
        let facts: Vec<String> = facts.iter().filter(|(_, fact)| !fact.is_empty()).map(|(what, fact)| format!("{what}: {fact}")).collect();
        let _ = writeln!(text, "{}", facts.join(" · "));
        let users: Vec<String> = entries
            .iter()
            .filter(|meta| meta.id != *name && meta.kernels.iter().any(|kernel| kernel.name == *name))
            .map(|meta| format!("[{0}](indicators/{0}.md)", meta.id))
            .collect();
        if !users.is_empty() {
            let _ = write!(text, "\nUsed by {}.\n", users.join(", "));
        }
    }
    text.push_str("\n## Of one bar\n\nFunctions without memory: they are operations of the plan, not state.\n\n| | |\n| --- | --- |\n");
    for kernel in &elementwise {
        let Some(known) = library.find_shipped(&kernel.name.text) else { continue };
        let _ = writeln!(text, "| `{}` | {} |", library.signature(&known), kernel.docs.join(" "));
    }
    text
}
