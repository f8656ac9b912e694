//! Comments that are keys of Adit: `# adit:Endpoint = host:port` in `[Peer]`. Other programs ignore them, so the file stays valid
//! for them.

use std::ops::Range;

use crate::keyword::is_space;
use crate::syntax::Document;

const PREFIX: &str = "adit:";
/// The name of the only key.
pub(crate) const ENDPOINT: &str = "Endpoint";

/// The parts of such a comment, as bytes of the document.
pub(crate) struct Extension {
    /// The prefix and the name.
    pub(crate) word: Range<usize>,
    /// The name.
    pub(crate) name: Range<usize>,
    /// The text after the `=`, without white space around it; an empty span at its place if there is none.
    pub(crate) value: Range<usize>,
    /// The comment behind the value, starting with its `#`.
    pub(crate) comment: Option<Range<usize>>,
}

impl Extension {
    /// Reads a comment. None if it is not the assignment of a key of Adit.
    pub(crate) fn read(document: &Document, comment: &Range<usize>) -> Option<Self> {
        let text = document.slice(comment);
        // A second `#` takes the key out of force, as it does with any other line.
        let body = text.strip_prefix('#')?.trim_start_matches(is_space);
        let start = comment.start + text.len() - body.len();
        let (before, after) = body.split_once('=')?;
        let word = before.trim_end_matches(is_space);
        let name = word.split_at_checked(PREFIX.len()).filter(|(prefix, _)| prefix.eq_ignore_ascii_case(PREFIX))?.1;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let value_start = start + before.len() + 1;
        let (value, comment) = match after.find('#') {
            Some(hash) => (value_start..value_start + hash, Some(value_start + hash..comment.end)),
            None => (value_start..comment.end, None),
        };
        let name_start = start + PREFIX.len();
        Some(Self {
            word: start..start + word.len(),
            name: name_start..name_start + name.len(),
            value: document.trim(value),
            comment,
        })
    }

    /// Returns true if the name is that of the key.
    pub(crate) fn is_known(&self, document: &Document) -> bool {
        document.slice(&self.name).eq_ignore_ascii_case(ENDPOINT)
    }
}

/// Returns the comment that assigns a further endpoint, without a line end.
pub(crate) fn endpoint(value: &impl ToString) -> String {
    format!("# {PREFIX}{ENDPOINT} = {}", value.to_string())
}
