//! The shape of a `.conf` file without its meaning: lossless, so that whatever was read can be written back byte for byte.
//!
//! A [`Document`] keeps the bytes and adds to each line what it is and where its parts are. Everything else (meaning, colours,
//! diagnostics) points into it with byte spans.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::detect::{self, Foreign};
use crate::keyword::{Key, Section, is_space};

mod token;

pub use token::{Class, Token};

/// Largest file, bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// Why bytes are not a text that could be a configuration.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentError {
    /// More than [`MAX_BYTES`].
    #[error("the file has {bytes} bytes; a configuration has at most 1 MiB")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// Every second byte is zero, or the byte order mark says so.
    #[error("the text is in UTF-16; save it as UTF-8")]
    Utf16,
    /// A zero byte.
    #[error("line {line}, column {column}: a NUL byte cannot be in a configuration")]
    Nul {
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
    },
    /// Bytes that are no UTF-8.
    #[error("line {line}, column {column}: not UTF-8 (perhaps Latin-1 or Windows-1252); save the file as UTF-8")]
    NotUtf8 {
        /// 1-based.
        line: u32,
        /// 1-based, in characters.
        column: u32,
    },
    /// Recognised as something else.
    #[error("this is {0}, not a WireGuard configuration")]
    Foreign(Foreign),
}

/// A `.conf` file with all its bytes. Erased from memory on drop, because a private key is in it; its `Debug` shows no content.
#[derive(Clone)]
pub struct Document {
    text: Zeroizing<String>,
    lines: Vec<Line>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// 1-based.
    pub number: u32,
    /// Bytes of the line without byte order mark and without its end (`\n` or `\r\n`).
    pub span: Range<usize>,
    /// What it is.
    pub kind: LineKind,
}

/// What a line is, with the byte spans of its parts, none of which has white space around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// White space or nothing.
    Blank,
    /// Only a comment, from its `#` on.
    Comment(Range<usize>),
    /// Begins with `[`.
    Header {
        /// With brackets.
        text: Range<usize>,
        /// None: no section of this language.
        section: Option<Section>,
        /// From its `#` on.
        comment: Option<Range<usize>>,
    },
    /// `name = value`.
    Assignment {
        /// What stands before the first `=`.
        name: Range<usize>,
        /// The key, if it is one of this language.
        key: Option<Key>,
        /// What stands after it; empty at its place if there is nothing.
        value: Range<usize>,
        /// From its `#` on. A hook has none: `#` is part of the command.
        comment: Option<Range<usize>>,
    },
    /// No `=` in it.
    Other {
        /// All of it but the comment.
        text: Range<usize>,
        /// From its `#` on.
        comment: Option<Range<usize>>,
    },
}

impl Document {
    /// Reads any text; only size and encoding can be wrong at this stage.
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

    /// The same bytes that were parsed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.text.as_bytes().to_vec())
    }

    /// The text, byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All lines, in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The text at a span of this document; empty for any other.
    pub fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Every byte of the file in tokens, in order and without gaps: what an editor needs for its colours.
    pub fn tokens(&self) -> Vec<Token> {
        token::tokens(self)
    }

    /// The 1-based column, in characters, of a byte in a line.
    pub fn column(&self, line: &Line, offset: usize) -> u32 {
        self.characters(line.span.start..offset.clamp(line.span.start, line.span.end)).saturating_add(1)
    }

    /// How many characters there are between two bytes.
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

/// `start`: where `content` begins in the document.
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

/// Line and column, both 1-based, right behind `before`, which may be any bytes.
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
