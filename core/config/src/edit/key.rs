//! Takes the private key out of a file and puts it back. Meanwhile a comment `# AskForKey = PUBLIC` is in its place.

use std::ops::Range;

use adit_protocol::PrivateKey;
use zeroize::Zeroizing;

use super::{Body, EditError, Splices, Style, insert_after, interface, set, whole};
use crate::asked;
use crate::keyword::{Key, Section, is_space};
use crate::syntax::{Document, LineKind};

/// The text that replaces a key inside a comment.
const TAKEN_OUT: &str = "(asked for)";

/// Returns the file without any private key, and the effective key. The key is `None` if the file has none that can be read, so
/// that nothing is asked for. A key that is repeated in a comment is replaced there. Every other byte stays.
pub fn take_key_out(document: &Document) -> Result<(Document, Option<PrivateKey>), EditError> {
    let found = assignments(document);
    let counts = found.iter().rev().find_map(|found| {
        let key: PrivateKey = found.is_inside.then(|| found.text.parse().ok()).flatten()?;
        Some((found.line, key))
    });
    let mut edits: Vec<(Range<usize>, String)> = found
        .iter()
        .map(|found| match &counts {
            Some((line, key)) if *line == found.line => (found.span.clone(), asked::comment(&key.public())),
            Some(_) | None => (whole(document, found.line), String::new()),
        })
        .collect();
    for comment in document.lines().iter().filter_map(|line| comment(&line.kind)) {
        for secret in &found {
            let text = document.slice(&comment);
            edits.extend(text.match_indices(secret.text.as_str()).map(|(at, secret)| {
                let start = comment.start + at;
                (start..start + secret.len(), TAKEN_OUT.to_owned())
            }));
        }
    }
    edits.sort_by_key(|(span, _)| span.start);
    let mut splices = Splices::default();
    let mut end = 0;
    for (span, text) in edits.iter().filter(|(span, _)| !span.is_empty()) {
        // The skipped edits are a comment on a line that is removed completely, and a repetition of the key.
        if span.start >= end {
            splices.replace(span.clone(), text);
            end = span.end;
        }
    }
    Ok((splices.apply(document)?, counts.map(|(_, key)| key)))
}

/// Returns the file with this private key, in the place of the comment that asks for it if there is one.
pub fn put_key_in(document: &Document, key: &PrivateKey) -> Result<Document, EditError> {
    let text = key.dangerously_reveal_base64();
    let Some(asked) = asked::find(document) else {
        let section = interface(document).ok_or(EditError::NoSuchSection(0))?;
        return set(document, section, Key::PrivateKey, &[text.as_str()]);
    };
    let line = Zeroizing::new(format!("{} = {}", Key::PrivateKey.name(), text.as_str()));
    let mut splices = Splices::default();
    splices.replace(asked.span, &line);
    Ok(splices.apply(document)?)
}

/// Adds the private key in the first line of the first `[Interface]`. The file must have no private key.
pub fn add_key(document: &Document, key: &PrivateKey) -> Result<Document, EditError> {
    let section = interface(document).ok_or(EditError::NoSuchSection(0))?;
    let body = Body::of(document, section)?;
    let style = Style::of(document, body.last_assignment(document), &body);
    let line = style.assignment(Key::PrivateKey, &key.dangerously_reveal_base64());
    let mut splices = Splices::default();
    insert_after(document, body.header, &style, std::iter::once(line), &mut splices);
    Ok(splices.apply(document)?)
}

/// A line that assigns a private key.
struct Found {
    /// Index of the line.
    line: usize,
    /// Span of name and value.
    span: Range<usize>,
    /// The value without white space; never empty.
    text: Zeroizing<String>,
    /// True if the line is in an `[Interface]` section.
    is_inside: bool,
}

fn assignments(document: &Document) -> Vec<Found> {
    let mut is_inside = false;
    let mut found = Vec::new();
    for (line, content) in document.lines().iter().enumerate() {
        match &content.kind {
            LineKind::Header { section, .. } => is_inside = *section == Some(Section::Interface),
            LineKind::Assignment { name, key: Some(Key::PrivateKey), value, .. } if !value.is_empty() => {
                let mut text = Zeroizing::new(String::with_capacity(value.len()));
                text.extend(document.slice(value).chars().filter(|character| !is_space(*character)));
                found.push(Found { line, span: name.start..value.end, text, is_inside });
            }
            LineKind::Assignment { .. } | LineKind::Blank | LineKind::Comment(_) | LineKind::Other { .. } => {}
        }
    }
    found
}

fn comment(kind: &LineKind) -> Option<Range<usize>> {
    match kind {
        LineKind::Comment(span) => Some(span.clone()),
        LineKind::Header { comment, .. } | LineKind::Assignment { comment, .. } | LineKind::Other { comment, .. } => {
            comment.clone()
        }
        LineKind::Blank => None,
    }
}
