//! A configuration without what only people read.

use adit_config::Document;
use adit_config::syntax::LineKind;
use zeroize::Zeroizing;

/// Without comments, empty lines, and the white space around what is left; it means the same.
pub(super) fn without_comments(document: &Document) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(document.text().len() + 1));
    for line in document.lines() {
        let end = match &line.kind {
            LineKind::Blank | LineKind::Comment(_) => continue,
            LineKind::Header { comment, .. } | LineKind::Assignment { comment, .. } | LineKind::Other { comment, .. } => {
                comment.as_ref().map_or(line.span.end, |comment| comment.start)
            }
        };
        text.push_str(document.slice(&(line.span.start..end)).trim());
        text.push('\n');
    }
    text
}
