//! The comment `# AskForKey = PUBLIC` in `[Interface]`: the private key is not in the file and is asked for when the tunnel comes
//! up. Other programs ignore the comment.

use std::ops::Range;

use adit_protocol::PublicKey;

use crate::keyword::{Section, is_space};
use crate::syntax::{Document, LineKind};

const WORD: &str = "AskForKey";
/// Length of a base64 key in characters.
const KEY_LENGTH: usize = 44;

/// The comment that names the public key whose private key is asked for.
pub(crate) struct Asked {
    pub(crate) key: PublicKey,
    /// Bytes from the `#` to the end of the key.
    pub(crate) span: Range<usize>,
}

/// Returns the comment, without a line end.
pub(crate) fn comment(key: &PublicKey) -> String {
    format!("# {WORD} = {key}")
}

/// Finds the first such comment in an `[Interface]` section.
pub(crate) fn find(document: &Document) -> Option<Asked> {
    let mut is_inside = false;
    for line in document.lines() {
        match &line.kind {
            LineKind::Header { section, .. } => is_inside = *section == Some(Section::Interface),
            LineKind::Comment(span) if is_inside => {
                if let Some((key, length)) = read(document.slice(span)) {
                    return Some(Asked { key, span: span.start..span.start + length });
                }
            }
            LineKind::Comment(_) | LineKind::Blank | LineKind::Assignment { .. } | LineKind::Other { .. } => {}
        }
    }
    None
}

/// Parses a comment. Returns the key, and the length in bytes of the comment up to its end.
fn read(comment: &str) -> Option<(PublicKey, usize)> {
    let (word, value) = comment.split_once('=')?;
    if !word.trim_start_matches('#').trim().eq_ignore_ascii_case(WORD) {
        return None;
    }
    let value = value.trim_start();
    let (key, rest) = value.split_at_checked(KEY_LENGTH)?;
    let is_over = rest.starts_with(|next: char| is_space(next) || next == '#') || rest.is_empty();
    let key = key.parse().ok().filter(|_| is_over)?;
    Some((key, comment.len() - rest.len()))
}
