//! Applies several replacements to one text at once.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::syntax::{Document, DocumentError};

/// Replacements in the order of the text, without overlap.
#[derive(Default)]
pub(crate) struct Splices(Vec<(Range<usize>, Zeroizing<String>)>);

impl Splices {
    pub(crate) fn replace(&mut self, span: Range<usize>, text: &str) {
        self.0.push((span, Zeroizing::new(text.to_owned())));
    }

    pub(crate) fn remove(&mut self, span: Range<usize>) {
        self.replace(span, "");
    }

    pub(crate) fn insert(&mut self, at: usize, parts: &[&str]) {
        self.0.push((at..at, Zeroizing::new(parts.concat())));
    }

    /// Returns the text with all replacements, in memory that is erased.
    pub(crate) fn apply(&self, document: &Document) -> Result<Document, DocumentError> {
        let added: usize = self.0.iter().map(|(_, text)| text.len()).sum();
        // The capacity is sufficient, so that the text is never moved and leaves no copy of a key behind.
        let mut text = Zeroizing::new(String::with_capacity(document.text().len() + added));
        let mut kept = 0;
        for (span, new) in &self.0 {
            text.push_str(document.slice(&(kept..span.start)));
            text.push_str(new);
            kept = span.end;
        }
        text.push_str(document.slice(&(kept..document.text().len())));
        Document::parse(text.as_bytes())
    }
}
