//! Removes the parts of a configuration that are only for human readers.

use adit_config::Document;
use adit_config::syntax::LineKind;
use zeroize::Zeroizing;

/// Returns the configuration without comments, empty lines and surrounding white space. Its meaning is unchanged.
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
