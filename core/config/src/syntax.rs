//! The syntax of a `.conf` file without its meaning: lossless, so that every file can be written back byte for byte.
//!
//! A [`Document`] keeps the bytes and adds to each line its kind and the places of its parts. Everything else (meaning, colours,
//! diagnostics) refers to it by byte spans.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::detect::{self, Foreign};
use crate::extension::Extension;
use crate::keyword::{Key, Section, is_space};

mod token;

pub use token::{Class, Token};

/// Maximum size of a file in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// The reason why bytes are not a text that could be a configuration.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file has more than [`MAX_BYTES`].
    #[error("the file has {bytes} bytes; a configuration has at most 1 MiB")]
    TooLarge {
        /// Number of bytes.
        bytes: usize,
    },
    /// The text is UTF-16: every second byte is zero, or there is a UTF-16 byte order mark.
    #[error("the text is in UTF-16; save it as UTF-8")]
    Utf16,
    /// The text has a zero byte.
    #[error("line {line}, column {column}: a NUL byte cannot be in a configuration")]
    Nul {
        /// Line, counted from 1.
        line: u32,
        /// Column, counted from 1 in characters.
        column: u32,
    },
    /// The text has bytes that are not UTF-8.
    #[error("line {line}, column {column}: not UTF-8 (perhaps Latin-1 or Windows-1252); save the file as UTF-8")]
    NotUtf8 {
        /// Line, counted from 1.
        line: u32,
        /// Column, counted from 1 in characters.
        column: u32,
    },
    /// The file was recognized as another kind.
    #[error("this is {0}, not a WireGuard configuration")]
    Foreign(Foreign),
}

/// A `.conf` file with all its bytes. It is erased from memory on drop, because it contains a private key; its `Debug` shows no
/// content.
#[derive(Clone)]
pub struct Document {
    text: Zeroizing<String>,
    lines: Vec<Line>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Line number, counted from 1.
    pub number: u32,
    /// Bytes of the line without byte order mark and without its line end (`\n` or `\r\n`).
    pub span: Range<usize>,
    /// Kind of the line.
    pub kind: LineKind,
}

/// The kind of a line, with the byte spans of its parts, which have no surrounding white space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// An empty line or only white space.
    Blank,
    /// Only a comment, starting with its `#`.
    Comment(Range<usize>),
    /// A section header, which begins with `[`.
    Header {
        /// The header with its brackets.
        text: Range<usize>,
        /// The section; `None`: an unknown one.
        section: Option<Section>,
        /// The comment, starting with its `#`.
        comment: Option<Range<usize>>,
    },
    /// A line `name = value`.
    Assignment {
        /// The text before the first `=`.
        name: Range<usize>,
        /// The key, if the name is known.
        key: Option<Key>,
        /// The text after the `=`; an empty span at its place if there is none.
        value: Range<usize>,
        /// The comment, starting with its `#`. A hook has none: `#` is part of the command.
        comment: Option<Range<usize>>,
    },
    /// A line without `=`.
    Other {
        /// The line without its comment.
        text: Range<usize>,
        /// The comment, starting with its `#`.
        comment: Option<Range<usize>>,
    },
}

impl Document {
    /// Reads any text. At this stage only size, encoding and file type are checked.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        if let Some(binary) = detect::binary(bytes) {
            return Err(DocumentError::Foreign(binary));
        }
        if bytes.len() > MAX_BYTES {
            return Err(DocumentError::TooLarge { bytes: bytes.len() });
        }
        if detect::is_utf16(bytes) {
            return Err(DocumentError::Utf16);
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let (line, column) = position_in(bytes.get(..error.valid_up_to()).unwrap_or_default());
            DocumentError::NotUtf8 { line, column }
        })?;
        if let Some(nul) = text.find('\0') {
            let (line, column) = position_in(bytes.get(..nul).unwrap_or_default());
            return Err(DocumentError::Nul { line, column });
        }
        let text = Zeroizing::new(text.to_owned());
        let lines = lines(&text);
        Ok(Self { text, lines })
    }

    /// Returns the same bytes that were parsed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.text.as_bytes().to_vec())
    }

    /// Returns the text, including the byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns all lines in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Returns the text at a span of this document; empty for any other span.
    pub fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Returns the value of a comment `# adit:Endpoint = …`: an endpoint, perhaps with further ports after commas. None for any other
    /// line.
    pub fn further_endpoints(&self, line: &Line) -> Option<&str> {
        let LineKind::Comment(span) = &line.kind else { return None };
        let extension = Extension::read(self, span).filter(|extension| extension.is_known(self))?;
        Some(self.slice(&extension.value))
    }

    /// Returns every byte of the file as tokens, in order and without gaps, for syntax highlighting in an editor.
    pub fn tokens(&self) -> Vec<Token> {
        token::tokens(self)
    }

    /// Returns the column of a byte in a line, counted from 1 in characters.
    pub fn column(&self, line: &Line, offset: usize) -> u32 {
        self.characters(line.span.start..offset.clamp(line.span.start, line.span.end)).saturating_add(1)
    }

    /// Returns the number of characters between two bytes.
    pub(crate) fn characters(&self, span: Range<usize>) -> u32 {
        u32::try_from(self.slice(&span).chars().count()).unwrap_or(u32::MAX)
    }

    /// Shrinks a span until it has no white space around it.
    pub(crate) fn trim(&self, span: Range<usize>) -> Range<usize> {
        let text = self.slice(&span);
        trim(text, span.start)
    }
}

fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut number = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        number += 1;
        let (content, next) = match rest.find('\n') {
            Some(end) => (rest.get(..end).unwrap_or_default(), start + end + 1),
            None => (rest, text.len()),
        };
        let content = content.strip_suffix('\r').unwrap_or(content);
        lines.push(Line { number, span: start..start + content.len(), kind: kind(content, start) });
        start = next;
    }
    lines
}

/// Determines the kind of a line. `start` is the position of `content` in the document.
fn kind(content: &str, start: usize) -> LineKind {
    let (head, comment) = match content.find('#') {
        Some(hash) => (content.get(..hash).unwrap_or_default(), Some(start + hash..start + content.len())),
        None => (content, None),
    };
    let text = trim(head, start);
    let trimmed = head.trim_matches(is_space);
    if trimmed.is_empty() {
        return comment.map_or(LineKind::Blank, LineKind::Comment);
    }
    if trimmed.starts_with('[') {
        return LineKind::Header { text, section: section(trimmed), comment };
    }
    let Some((name, value)) = head.split_once('=') else {
        return LineKind::Other { text, comment };
    };
    let key = Key::read(name.trim_matches(is_space));
    let value_start = start + name.len() + 1;
    let name = trim(name, start);
    if key.is_some_and(Key::is_hook) {
        let whole = content.get(value_start - start..).unwrap_or_default();
        return LineKind::Assignment { name, key, value: trim(whole, value_start), comment: None };
    }
    LineKind::Assignment { name, key, value: trim(value, value_start), comment }
}

fn section(header: &str) -> Option<Section> {
    let compact: String = header.chars().filter(|character| !is_space(*character)).collect();
    let name = compact.strip_prefix('[')?.strip_suffix(']')?;
    Section::ALL.into_iter().find(|section| name.eq_ignore_ascii_case(section.name()))
}

fn trim(text: &str, start: usize) -> Range<usize> {
    let left = text.trim_start_matches(is_space);
    let start = start + text.len() - left.len();
    start..start + left.trim_end_matches(is_space).len()
}

/// Returns the line and column directly after `before`, both counted from 1. `before` may be any bytes.
fn position_in(before: &[u8]) -> (u32, u32) {
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column =
        String::from_utf8_lossy(before.get(line_start..).unwrap_or_default()).trim_start_matches('\u{feff}').chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("bytes", &self.text.len()).field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}
