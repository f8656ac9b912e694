//! Finds the parts of a configuration for an editor, with the same parser that the service uses.

use adit_api::{ApiError, ConfigOutline, ConfigText, Entry, OutlineSection, SectionKind, Span, SpanClass};
use adit_config::syntax::{Class, Line, LineKind};
use adit_config::{Document, Section, parse};

pub(crate) fn outline(config: &ConfigText) -> Result<ConfigOutline, ApiError> {
    let document = crate::document(config)?;
    let spans = document.tokens().into_iter().map(|token| Span {
        start: offset(token.span.start),
        end: offset(token.span.end),
        class: class(token.class),
    });
    Ok(ConfigOutline { spans: spans.collect(), sections: sections(&document) })
}

fn sections(document: &Document) -> Vec<OutlineSection> {
    let mut names = parse::peer_names(document).into_iter();
    let lines = document.lines();
    let bodies = lines.chunk_by(|_, next| !matches!(next.kind, LineKind::Header { .. }));
    let section = |body: &[Line]| {
        let LineKind::Header { section: Some(section), .. } = body.first()?.kind else { return None };
        let (kind, name) = match section {
            Section::Interface => (SectionKind::Interface, None),
            Section::Peer => (SectionKind::Peer, names.next().flatten()),
        };
        let last = body.iter().rfind(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment(_)))?;
        Some(OutlineSection {
            kind,
            name: name.map(|name| name.to_string()),
            start: offset(body.first()?.span.start),
            end: offset(end(document, last)),
            entries: body.iter().filter_map(|line| entry(document, line)).collect(),
        })
    };
    bodies.filter_map(section).collect()
}

fn entry(document: &Document, line: &Line) -> Option<Entry> {
    let LineKind::Assignment { key: Some(key), value, .. } = &line.kind else { return None };
    Some(Entry {
        key: key.name().to_owned(),
        value: document.slice(value).to_owned(),
        value_start: offset(value.start),
        value_end: offset(value.end),
        line_start: offset(line.span.start),
        line_end: offset(end(document, line)),
    })
}

/// Returns the offset behind the line's end.
fn end(document: &Document, line: &Line) -> usize {
    let next = usize::try_from(line.number).ok().and_then(|number| document.lines().get(number));
    next.map_or(document.text().len(), |next| next.span.start)
}

fn offset(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

const fn class(class: Class) -> SpanClass {
    match class {
        Class::ByteOrderMark => SpanClass::ByteOrderMark,
        Class::Space => SpanClass::Space,
        Class::LineEnd => SpanClass::LineEnd,
        Class::Comment => SpanClass::Comment,
        Class::Section => SpanClass::Section,
        Class::Key => SpanClass::Key,
        Class::Delimiter => SpanClass::Delimiter,
        Class::PrivateKey => SpanClass::PrivateKey,
        Class::PublicKey => SpanClass::PublicKey,
        Class::PresharedKey => SpanClass::PresharedKey,
        Class::Address => SpanClass::Address,
        Class::Prefix => SpanClass::Prefix,
        Class::Host => SpanClass::Host,
        Class::Port => SpanClass::Port,
        Class::Keepalive => SpanClass::Keepalive,
        Class::Mtu => SpanClass::Mtu,
        Class::FwMark => SpanClass::FwMark,
        Class::Table => SpanClass::Table,
        Class::Boolean => SpanClass::Boolean,
        Class::Command => SpanClass::Command,
        Class::Error => SpanClass::Unknown,
    }
}
