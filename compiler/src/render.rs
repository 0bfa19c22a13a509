//! Diagnostics as text, drawn as rustc draws its own.

use crate::diag::Diagnostic;
use crate::source::{Sources, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// All diagnostics, a blank line between two.
pub fn render_all(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| render(sources, d)).collect::<Vec<_>>().join("\n\n")
}

/// One diagnostic, without colours.
pub fn render(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let title = Level::ERROR.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let mut group = Group::with_title(title);
    if let Some(source) = sources.get(diagnostic.span.source) {
        let range = |span: Span| {
            let end = source.text.len();
            (span.lo as usize).min(end)..(span.hi as usize).min(end)
        };
        let mut primary = AnnotationKind::Primary.span(range(diagnostic.span));
        if !diagnostic.label.is_empty() {
            primary = primary.label(diagnostic.label.as_str());
        }
        let mut snippet = Snippet::source(source.text.as_str()).path(source.name.as_str()).annotation(primary);
        for (span, text) in &diagnostic.notes {
            if span.source == diagnostic.span.source {
                snippet = snippet.annotation(AnnotationKind::Context.span(range(*span)).label(text.as_str()));
            }
        }
        group = group.element(snippet);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::plain().render(&[group])
}
