//! A page as headings and fenced blocks; prose is left out.

/// A piece of a page that a test looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece<'a> {
    /// `# text`, with the number of `#`.
    Heading(usize, &'a str),
    /// What stands between two fences.
    Block(Block<'a>),
}

/// A fenced block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block<'a> {
    /// What stands behind the opening fence.
    pub info: &'a str,
    /// The lines between the fences.
    pub text: &'a str,
    /// Where they begin in the page, in bytes.
    pub at: usize,
    /// The line of the first of them, from 1.
    pub line: usize,
}

/// Takes a page, gives its headings and blocks in order. The error is a fence that is never closed.
pub fn pieces(page: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize, usize)> = None;
    let mut at = 0;
    for (index, line) in page.split_inclusive('\n').enumerate() {
        let next = at + line.len();
        let shown = line.trim_end();
        match open {
            Some((info, start, first)) if shown == "```" => {
                found.push(Piece::Block(Block { info, text: &page[start..at], at: start, line: first }));
                open = None;
            }
            Some(_) => {}
            None => {
                if let Some(info) = shown.strip_prefix("```") {
                    open = Some((info.trim(), next, index + 2));
                } else if shown.starts_with('#') {
                    let level = shown.len() - shown.trim_start_matches('#').len();
                    found.push(Piece::Heading(level, shown[level..].trim()));
                }
            }
        }
        at = next;
    }
    match open {
        Some((info, _, line)) => Err(format!("line {}: the block ```{info} is never closed", line - 1)),
        None => Ok(found),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_headings_and_blocks() {
        let page = "# One\n\ntext\n\n```ta each\nclose\n```\n## Two\n```\n# no heading\n```\n";
        let found = pieces(page).unwrap();
        assert_eq!(found[0], Piece::Heading(1, "One"));
        assert_eq!(found[1], Piece::Block(Block { info: "ta each", text: "close\n", at: 24, line: 6 }));
        assert_eq!(found[2], Piece::Heading(2, "Two"));
        assert!(matches!(found[3], Piece::Block(Block { info: "", text: "# no heading\n", .. })));
        assert!(pieces("```ta\nclose\n").unwrap_err().contains("never closed"));
    }
}
