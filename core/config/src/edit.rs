//! Changes one thing in a file that a person wrote and leaves every other byte unchanged: comments, order, spelling, line ends.
//!
//! A section is identified by its number: headers are counted from 0 in the order of the file ([`sections`], [`interface`],
//! [`peers`]).

use std::ops::Range;

use adit_protocol::PublicKey;
use zeroize::Zeroizing;

use crate::keyword::{Key, Section, is_space};
use crate::syntax::{Document, DocumentError, Line, LineKind};
use crate::value::PeerName;

mod follow;
mod key;
mod splice;
mod style;

pub use follow::follow;
pub use key::{add_key, put_key_in, take_key_out};
pub(crate) use splice::Splices;
use style::Style;

/// The reason why a file was not changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// The file has no section with this number.
    #[error("the file has no section number {0}")]
    NoSuchSection(usize),
    /// The key does not belong to the section, for example `MTU` in a `[Peer]`.
    #[error("{key} does not belong in {section}")]
    WrongSection {
        /// The key to set.
        key: Key,
        /// The section.
        section: SectionTitle,
    },
    /// Several values for a key that has only one.
    #[error("{0} has one value")]
    OnlyOne(Key),
    /// A value that is empty, or contains something that would end it: a line break, a comment, surrounding white space. The
    /// value is not shown, because it may be a key.
    #[error("the new value of {0} is empty, contains a comment or line break, or has spaces around it")]
    NotAValue(Key),
    /// A change that an engine does not know: only its keys, port, mark and peers can be written into the file.
    #[error("only keys, port, mark and peers of a running tunnel can be written into its file")]
    NotOfEngine,
    /// The file would become too large, or a line too long.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// The name of a section in an error message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SectionTitle(Option<Section>);

impl std::fmt::Display for SectionTitle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(section) => section.fmt(f),
            None => f.write_str("a section that is none of WireGuard's"),
        }
    }
}

/// Returns the section that each header begins, in the order of the file. `None`: an unknown section.
pub fn sections(document: &Document) -> Vec<Option<Section>> {
    document.lines().iter().filter_map(header).collect()
}

/// Returns the number of the first `[Interface]`.
pub fn interface(document: &Document) -> Option<usize> {
    sections(document).iter().position(|section| *section == Some(Section::Interface))
}

/// Returns the numbers of all sections of one peer, because a file may have several.
pub fn peers(document: &Document, public_key: &PublicKey) -> Vec<usize> {
    let is_meant = |value: &Range<usize>| {
        let text: String = document.slice(value).chars().filter(|character| !is_space(*character)).collect();
        text.parse().as_ref() == Ok(public_key)
    };
    let has_key = |line: &Line| match &line.kind {
        LineKind::Assignment { key: Some(Key::PublicKey), value, .. } => is_meant(value),
        LineKind::Assignment { .. }
        | LineKind::Blank
        | LineKind::Comment(_)
        | LineKind::Header { .. }
        | LineKind::Other { .. } => false,
    };
    let numbers = sections(document).into_iter().enumerate().filter(|(_, section)| *section == Some(Section::Peer));
    numbers
        .map(|(number, _)| number)
        .filter(|number| Body::of(document, *number).is_ok_and(|body| body.lines(document).iter().any(has_key)))
        .collect()
}

/// Sets the values of `key`, one line each; no values removes all its lines. Existing lines are kept and only get another value.
/// If a key that has only one value appears twice, the last line is the effective one and is changed.
///
/// # Example
///
/// Everything else in the file stays byte for byte, comments and spaces included:
///
/// ```
/// use adit_config::{Document, Key, edit};
///
/// let document = Document::parse(b"[Interface]\nMTU=1280   # the link to the office\nTable = off\n")?;
/// let interface = edit::interface(&document).expect("there is an [Interface]");
/// let changed = edit::set(&document, interface, Key::Mtu, &["1420"])?;
/// assert_eq!(changed.text(), "[Interface]\nMTU=1420   # the link to the office\nTable = off\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn set(document: &Document, section: usize, key: Key, values: &[impl AsRef<str>]) -> Result<Document, EditError> {
    let body = Body::of(document, section)?;
    if body.section != Some(key.section()) {
        return Err(EditError::WrongSection { key, section: SectionTitle(body.section) });
    }
    for value in values {
        check(key, value.as_ref())?;
    }
    let mut present = body.assignments(document, key);
    if !key.repeats() && !values.is_empty() {
        if values.len() > 1 {
            return Err(EditError::OnlyOne(key));
        }
        present.drain(..present.len().saturating_sub(1));
    }
    let mut splices = Splices::default();
    for ((_, value), new) in present.iter().zip(values) {
        if document.slice(value) != new.as_ref() {
            splices.replace(value.clone(), new.as_ref());
        }
    }
    for (line, _) in present.iter().skip(values.len()) {
        splices.remove(whole(document, *line));
    }
    if let Some(missing) = values.get(present.len()..).filter(|missing| !missing.is_empty()) {
        let after = present.last().map_or_else(|| body.last_assignment(document), |(line, _)| *line);
        let style = Style::of(document, after, &body);
        let lines = missing.iter().map(|value| style.assignment(key, value.as_ref()));
        insert_after(document, after, &style, lines, &mut splices);
    }
    Ok(splices.apply(document)?)
}

/// Adds a line after the last one of `key`, or at the end of the section.
pub fn add(document: &Document, section: usize, key: Key, value: &str) -> Result<Document, EditError> {
    if !key.repeats() {
        return set(document, section, key, &[value]);
    }
    let body = Body::of(document, section)?;
    let before: Vec<Zeroizing<String>> =
        body.assignments(document, key).into_iter().map(|(_, value)| Zeroizing::new(document.slice(&value).to_owned())).collect();
    let values: Vec<&str> = before.iter().map(|value| value.as_str()).chain([value]).collect();
    set(document, section, key, &values)
}

/// Removes all lines of `key` from the section, with the comments on them.
pub fn remove(document: &Document, section: usize, key: Key) -> Result<Document, EditError> {
    set(document, section, key, &[""; 0])
}

/// Adds a `[Peer]` section at the end, after an empty line.
pub fn add_peer(document: &Document, name: Option<&PeerName>, lines: &[(Key, &str)]) -> Result<Document, EditError> {
    for (key, value) in lines {
        if key.section() != Section::Peer {
            return Err(EditError::WrongSection { key: *key, section: SectionTitle(Some(Section::Peer)) });
        }
        check(*key, value)?;
    }
    let last = document.lines().len().checked_sub(1);
    let count = sections(document).len();
    let style = match count.checked_sub(1).and_then(|number| Body::of(document, number).ok()) {
        Some(body) => Style::of(document, body.last_assignment(document), &body),
        None => Style::plain(document),
    };
    let is_apart = document.lines().last().is_none_or(|line| matches!(line.kind, LineKind::Blank));
    let apart = (!is_apart).then(|| Zeroizing::new(String::new()));
    let header = Zeroizing::new(Section::Peer.to_string());
    let name = name.map(|name| Zeroizing::new(format!("# Name = {name}")));
    let lines = lines.iter().map(|(key, value)| style.assignment(*key, value));
    let mut splices = Splices::default();
    let all = apart.into_iter().chain([header]).chain(name).chain(lines);
    match last {
        Some(last) => insert_after(document, last, &style, all, &mut splices),
        None => all.for_each(|line| splices.insert(document.text().len(), &[line.as_str(), style.line_end()])),
    }
    Ok(splices.apply(document)?)
}

/// Removes a section, with the comments directly above its header, which describe it. Those directly above the next header stay.
pub fn remove_section(document: &Document, section: usize) -> Result<Document, EditError> {
    let body = Body::of(document, section)?;
    let start = above(document, body.header);
    let end = if body.end < document.lines().len() { above(document, body.end) } else { body.end };
    let start_of = |line: usize| document.lines().get(line).map_or(document.text().len(), |line| line.span.start);
    let mut splices = Splices::default();
    splices.remove(start_of(start)..start_of(end));
    Ok(splices.apply(document)?)
}

/// The lines of one section.
struct Body {
    section: Option<Section>,
    /// Index of the header's line.
    header: usize,
    /// Index of the line after the last one: the next header, or the end of the file.
    end: usize,
}

impl Body {
    fn of(document: &Document, number: usize) -> Result<Self, EditError> {
        let mut headers =
            document.lines().iter().enumerate().filter_map(|(index, line)| Some((index, header(line)?))).skip(number);
        let (header, section) = headers.next().ok_or(EditError::NoSuchSection(number))?;
        Ok(Self { section, header, end: headers.next().map_or(document.lines().len(), |(next, _)| next) })
    }

    fn lines<'a>(&self, document: &'a Document) -> &'a [Line] {
        document.lines().get(self.header..self.end).unwrap_or_default()
    }

    /// Returns the index of each line that assigns `key`, and the span of its value.
    fn assignments(&self, document: &Document, wanted: Key) -> Vec<(usize, Range<usize>)> {
        let assigned = |(offset, line): (usize, &Line)| match &line.kind {
            LineKind::Assignment { key, value, .. } if *key == Some(wanted) => Some((self.header + offset, value.clone())),
            LineKind::Assignment { .. }
            | LineKind::Blank
            | LineKind::Comment(_)
            | LineKind::Header { .. }
            | LineKind::Other { .. } => None,
        };
        self.lines(document).iter().enumerate().filter_map(assigned).collect()
    }

    /// Returns the index of the line after which a new one is inserted. The lines that follow are comments that may belong to the
    /// next section.
    fn last_assignment(&self, document: &Document) -> usize {
        let is_content = |line: &Line| !matches!(line.kind, LineKind::Blank | LineKind::Comment(_));
        self.header + self.lines(document).iter().rposition(is_content).unwrap_or(0)
    }
}

fn header(line: &Line) -> Option<Option<Section>> {
    match &line.kind {
        LineKind::Header { section, .. } => Some(*section),
        LineKind::Blank | LineKind::Comment(_) | LineKind::Assignment { .. } | LineKind::Other { .. } => None,
    }
}

/// Returns the index of the first comment in the block directly above the line.
fn above(document: &Document, line: usize) -> usize {
    let before = document.lines().get(..line).unwrap_or_default();
    before.iter().rposition(|line| !matches!(line.kind, LineKind::Comment(_))).map_or(0, |other| other + 1)
}

/// Checks that `value` would be read back unchanged.
fn check(key: Key, value: &str) -> Result<(), EditError> {
    let ends_it = |character: char| {
        (character.is_control() && character != '\t')
            || matches!(character, '\u{2028}' | '\u{2029}')
            || (character == '#' && !key.is_hook())
    };
    let is_value = !value.is_empty() && value.trim_matches(is_space) == value && !value.contains(ends_it);
    if is_value { Ok(()) } else { Err(EditError::NotAValue(key)) }
}

/// Returns the bytes of a line including its end.
fn whole(document: &Document, line: usize) -> Range<usize> {
    let start = document.lines().get(line).map_or(document.text().len(), |line| line.span.start);
    let end = document.lines().get(line + 1).map_or(document.text().len(), |line| line.span.start);
    start..end
}

fn insert_after(
    document: &Document,
    line: usize,
    style: &Style,
    lines: impl Iterator<Item = Zeroizing<String>>,
    splices: &mut Splices,
) {
    let at = whole(document, line).end;
    let is_open = document.lines().get(line).is_some_and(|line| line.span.end == at);
    for new in lines {
        // A file without a newline at its end keeps that property.
        let parts = if is_open { [style.line_end(), new.as_str()] } else { [new.as_str(), style.line_end()] };
        splices.insert(at, &parts);
    }
}
