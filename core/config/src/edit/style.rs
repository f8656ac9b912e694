//! Detects how the author of a file indents, spaces and ends lines, so that a new line looks like its neighbours.

use zeroize::Zeroizing;

use super::{Body, whole};
use crate::keyword::Key;
use crate::syntax::{Document, Line, LineKind};

pub(super) struct Style {
    indent: String,
    /// The text around `=` in the neighbouring line, such as ` = `.
    equals: String,
    end: &'static str,
}

impl Style {
    /// Detects the style of the lines up to `near`, the index of the line after which the new one is inserted.
    pub(super) fn of(document: &Document, near: usize, body: &Body) -> Self {
        let mut style = Self::plain(document);
        let candidates = document.lines().get(body.header..=near).unwrap_or_default().iter().rev();
        if let Some((indent, equals)) = candidates.into_iter().find_map(|line| spacing(document, line)) {
            style.indent = indent.to_owned();
            style.equals = equals.to_owned();
        }
        style
    }

    pub(super) fn plain(document: &Document) -> Self {
        let end = if document.slice(&whole(document, 0)).ends_with("\r\n") { "\r\n" } else { "\n" };
        Self { indent: String::new(), equals: " = ".into(), end }
    }

    pub(super) fn line_end(&self) -> &str {
        self.end
    }

    pub(super) fn assignment(&self, key: Key, value: &str) -> Zeroizing<String> {
        Zeroizing::new([&self.indent, key.name(), &self.equals, value].concat())
    }
}

/// Returns the white space before the name and the text around the `=`, if they are ordinary.
fn spacing<'a>(document: &'a Document, line: &Line) -> Option<(&'a str, &'a str)> {
    let LineKind::Assignment { name, value, .. } = &line.kind else { return None };
    let indent = document.slice(&(line.span.start..name.start));
    let equals = document.slice(&(name.end..value.start));
    let is_plain = |text: &str| text.chars().all(|character| matches!(character, ' ' | '\t' | '='));
    (!value.is_empty() && is_plain(indent) && is_plain(equals)).then_some((indent, equals))
}
