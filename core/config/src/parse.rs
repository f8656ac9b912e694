//! Turns a document into a configuration, and reports all problems at once.

use std::ops::Range;

use adit_protocol::PublicKey;

use crate::asked;
use crate::config::Config;
use crate::detect;
use crate::diagnostic::{Code, Diagnostic, Quoted, Severity};
use crate::extension::Extension;
use crate::keyword::{Dialect, Key, Section, is_invisible, is_space, nearest};
use crate::syntax::{Document, Line, LineKind};
use crate::value::PeerName;

mod draft;
mod lint;
mod name;
mod reader;

use draft::Draft;

/// Maximum number of diagnostics that are collected.
const MAX_DIAGNOSTICS: usize = 10_000;

/// Parses a document. A configuration is returned with warnings and notes; without one, all errors, warnings and notes are
/// returned. Both are in the order of the file.
///
/// # Example
///
/// Every error has a line, a column and a code, and all of them come at once:
///
/// ```
/// use adit_config::{Code, Document, parse};
///
/// let text = "\
/// [Interface]
/// PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=
/// Adress = 10.8.0.2/33
///
/// [Peer]
/// PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
/// Endpoint = vpn.example.org
/// AllowedIPs = 10.8.0.0/24
/// ";
/// let errors = parse::config(&Document::parse(text.as_bytes())?).expect_err("two lines are wrong");
/// assert_eq!(errors.iter().map(|error| (error.line, error.column)).collect::<Vec<_>>(), [(3, 1), (7, 12)]);
/// assert!(matches!(errors[0].code, Code::UnknownKey { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn config(document: &Document) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut report = Report { document, section: None, key: None, diagnostics: Vec::new(), has_error: false, counted: (0, 1) };
    let start = Place { line: 1, span: 0..0 };
    if let Some(foreign) = detect::text(document) {
        report.at(&start, Code::Foreign(foreign));
        return Err(report.diagnostics);
    }
    let mut draft = Draft::default();
    let mut state = State::Outside;
    for line in document.lines() {
        state = read_line(line, state, &mut draft, &mut report);
    }
    report.section = None;
    report.key = None;
    let is_blank = |line: &Line| matches!(line.kind, LineKind::Blank | LineKind::Comment(_));
    if document.lines().iter().all(is_blank) {
        report.at(&start, Code::Empty);
    } else if draft.header.is_none() {
        report.at(&start, Code::MissingInterface);
    }
    name::give_names(document, &mut draft);
    if !draft.seen.contains_key(&Key::PrivateKey) {
        draft.interface.asks_for = asked::find(document).map(|found| found.key);
    }
    let config = lint::finish(draft, &mut report);
    let Report { mut diagnostics, has_error, .. } = report;
    diagnostics.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
    if has_error { Err(diagnostics) } else { Ok((config, diagnostics)) }
}

/// Returns the public key of a document's private key, or the key of `# AskForKey`. Errors elsewhere in the document do not matter.
pub fn own_public_key(document: &Document) -> Option<PublicKey> {
    let mut section = None;
    let mut values = Vec::new();
    for line in document.lines() {
        match &line.kind {
            LineKind::Header { section: next, .. } => section = *next,
            LineKind::Assignment { key: Some(Key::PrivateKey), value, .. } if section == Some(Section::Interface) => {
                values.push(value);
            }
            LineKind::Assignment { .. } | LineKind::Blank | LineKind::Comment(_) | LineKind::Other { .. } => {}
        }
    }
    match values.last() {
        Some(value) => Some(reader::private_key_of(document.slice(value))?.public()),
        None => asked::find(document).map(|found| found.key),
    }
}

/// Returns the name of each `[Peer]` section in order. Errors in the document do not matter.
pub fn peer_names(document: &Document) -> Vec<Option<PeerName>> {
    let mut draft = Draft::default();
    for line in document.lines() {
        if let LineKind::Header { text, section: Some(Section::Peer), .. } = &line.kind {
            draft.begin_peer(Place { line: line.number, span: text.clone() });
        }
    }
    name::give_names(document, &mut draft);
    draft.peers.into_iter().map(|peer| peer.rest.name).collect()
}

/// A place in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Place {
    line: u32,
    span: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    In(Section),
    /// A section of another language, whose lines are ignored.
    Unknown,
}

/// Collects diagnostics.
struct Report<'a> {
    document: &'a Document,
    section: Option<Section>,
    key: Option<Key>,
    diagnostics: Vec<Diagnostic>,
    /// True if there was an error, even if its diagnostic exceeded the limit.
    has_error: bool,
    /// A byte and its column, from which counting continues, because a line can have thousands of diagnostics.
    counted: (usize, u32),
}

impl Report<'_> {
    fn at(&mut self, place: &Place, code: Code) {
        self.has_error |= code.severity() == Severity::Error;
        let code = match self.diagnostics.len() {
            MAX_DIAGNOSTICS => return,
            count if count + 1 == MAX_DIAGNOSTICS => Code::TooMany,
            _ => code,
        };
        let line = usize::try_from(place.line).ok().and_then(|number| self.document.lines().get(number.saturating_sub(1)));
        let column = line.map_or(1, |line| self.column(line, place.span.start));
        let severity = code.severity();
        let (section, key) = (self.section, self.key);
        self.diagnostics.push(Diagnostic { severity, code, section, key, line: place.line, column, span: place.span.clone() });
    }

    fn column(&mut self, line: &Line, offset: usize) -> u32 {
        let (counted, column) = self.counted;
        let column = if (line.span.start..=offset).contains(&counted) {
            column.saturating_add(self.document.characters(counted..offset))
        } else {
            self.document.column(line, offset)
        };
        self.counted = (offset, column);
        column
    }
}

fn read_line(line: &Line, state: State, draft: &mut Draft, report: &mut Report<'_>) -> State {
    report.key = None;
    let place = |span: &Range<usize>| Place { line: line.number, span: span.clone() };
    let before =
        |comment: &Option<Range<usize>>| line.span.start..comment.as_ref().map_or(line.span.end, |comment| comment.start);
    match &line.kind {
        LineKind::Blank => state,
        LineKind::Comment(span) => {
            if let Some(extension) = Extension::read(report.document, span) {
                extended(line, &extension, state, draft, report);
            }
            state
        }
        LineKind::Header { text, section, comment } => {
            report.section = *section;
            if odd_characters(line.number, &before(comment), report) {
                draft.header.get_or_insert(place(text));
                return State::Unknown;
            }
            header(&place(text), *section, draft, report)
        }
        LineKind::Other { text, comment } => {
            if odd_characters(line.number, &before(comment), report) {
                return state;
            }
            match state {
                State::Unknown => {}
                _ if report.document.slice(text).starts_with(';') => report.at(&place(text), Code::SemicolonComment),
                State::Outside => report.at(&place(text), Code::OutsideSection),
                State::In(_) => report.at(&place(text), Code::MissingEquals),
            }
            state
        }
        LineKind::Assignment { name, key, value, comment } => {
            report.key = *key;
            if odd_characters(line.number, &before(comment), report) {
                draft.saw(*key, &place(name));
                return state;
            }
            match (state, *key) {
                (State::Unknown, _) => {}
                (State::Outside, _) => report.at(&place(name), Code::OutsideSection),
                (State::In(section), Some(key)) if key.section() != section => report.at(&place(name), Code::WrongSection),
                (State::In(_), Some(key)) => reader::assignment(key, &place(name), &place(value), draft, report),
                (State::In(section), None) => unknown_key(&place(name), value.is_empty(), section, report),
            }
            state
        }
    }
}

/// Reads a comment that is a key of Adit.
fn extended(line: &Line, extension: &Extension, state: State, draft: &mut Draft, report: &mut Report<'_>) {
    let place = |span: &Range<usize>| Place { line: line.number, span: span.clone() };
    if !extension.is_known(report.document) {
        let found = Quoted::new(report.document.slice(&extension.name));
        return report.at(&place(&extension.name), Code::UnknownKey { found, suggestion: Some(Key::Endpoint) });
    }
    report.key = Some(Key::Endpoint);
    match state {
        State::Unknown => {}
        State::Outside => report.at(&place(&extension.word), Code::OutsideSection),
        State::In(Section::Interface) => report.at(&place(&extension.word), Code::WrongSection),
        State::In(Section::Peer) => reader::further_endpoints(&place(&extension.word), &place(&extension.value), draft, report),
    }
}

fn header(place: &Place, section: Option<Section>, draft: &mut Draft, report: &mut Report<'_>) -> State {
    let text = report.document.slice(&place.span);
    let Some(section) = section else {
        let name: String = text.chars().filter(|character| !matches!(character, '[' | ']') && !is_space(*character)).collect();
        let suggestion = nearest(&name, Section::ALL, Section::name);
        let found = Quoted::new(text);
        report.at(place, Code::UnknownSection { found, suggestion });
        return State::Unknown;
    };
    if text.contains(is_space) {
        report.at(place, Code::SpacesInHeader);
    }
    match (section, &draft.header) {
        (Section::Interface, Some(first)) => report.at(place, Code::RepeatedInterface { first: first.line }),
        (Section::Interface, None) => draft.header = Some(place.clone()),
        (Section::Peer, _) => draft.begin_peer(place.clone()),
    }
    State::In(section)
}

fn unknown_key(place: &Place, is_alone: bool, section: Section, report: &mut Report<'_>) {
    let text = report.document.slice(&place.span);
    if text.starts_with(';') {
        return report.at(place, Code::SemicolonComment);
    }
    if let Some((dialect, name)) = Dialect::read(text) {
        // An AmneziaWG file has a dozen of these keys; one diagnostic is enough.
        let is_said = |diagnostic: &Diagnostic| {
            matches!(diagnostic.code, Code::Dialect { dialect: Dialect::AmneziaWg, .. }) && dialect == Dialect::AmneziaWg
        };
        if !report.diagnostics.iter().any(is_said) {
            report.at(place, Code::Dialect { dialect, name });
        }
        return;
    }
    let own = Key::ALL.into_iter().filter(|key| key.section() == section);
    let suggestion = nearest(text, own, Key::name).or_else(|| nearest(text, Key::ALL, Key::name));
    let found = Quoted::new(text);
    let is_secret = found.as_str().is_none();
    report.at(place, if is_secret && is_alone { Code::NamelessKey } else { Code::UnknownKey { found, suggestion } });
}

/// Reports the first character of a line that looks like another one, once per line. Returns true if it breaks the line in two.
fn odd_characters(line: u32, span: &Range<usize>, report: &mut Report<'_>) -> bool {
    let is_break = |character| matches!(character, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let text = report.document.slice(span).trim_end_matches('\r');
    let broken = text.char_indices().find(|(_, character)| is_break(*character));
    let found = broken.or_else(|| text.char_indices().find(|(_, character)| is_invisible(*character)));
    if let Some((offset, character)) = found {
        let at = span.start + offset;
        let code = if broken.is_some() { Code::LineBreak(character) } else { Code::Invisible(character) };
        report.at(&Place { line, span: at..at + character.len_utf8() }, code);
    }
    broken.is_some()
}
