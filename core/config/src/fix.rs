//! Edits that correct a problem, for problems with only one possible correction: an edit replaces some bytes of the document.
//!
//! No edit contains a key, and none changes the meaning of another line.

use std::net::SocketAddr;
use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, KeyDefect};
use crate::keyword::{Key, is_space};
use crate::mask;
use crate::syntax::{Document, Line, LineKind};
use crate::value::{Cidr, CidrError};

const DNS_PORT: u16 = 53;

/// An edit of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// The bytes to replace; empty for an insertion.
    pub span: Range<usize>,
    /// The new text; empty for a deletion.
    pub text: String,
}

/// Returns the edits that correct `diagnostic`, each of which suffices; none if a person must decide. `document` is the one that
/// the diagnostic concerns.
pub fn fixes(document: &Document, diagnostic: &Diagnostic) -> Vec<Fix> {
    fix(document, diagnostic).into_iter().collect()
}

fn fix(document: &Document, diagnostic: &Diagnostic) -> Option<Fix> {
    let span = &diagnostic.span;
    let whole = |text: String| Some(Fix { span: span.clone(), text });
    match &diagnostic.code {
        Code::UnknownSection { suggestion, .. } => whole(suggestion.as_ref()?.to_string()),
        Code::SpacesInHeader => whole(diagnostic.section?.to_string()),
        Code::UnknownKey { suggestion: Some(key), .. } if Some(key.section()) == diagnostic.section => {
            whole(key.name().to_owned())
        }
        Code::SemicolonComment => Some(Fix { span: span.start..span.start + 1, text: "#".to_owned() }),
        Code::Invisible(_) if !diagnostic.key.is_some_and(Key::is_hook) => whole(" ".to_owned()),
        Code::Key(KeyDefect::Padding) if document.slice(span).ends_with(is_last_letter) => {
            Some(Fix { span: span.end..span.end, text: "=".to_owned() })
        }
        Code::Brackets(endpoint) => whole(endpoint.to_string()),
        Code::HostBits { network } => Some(Fix { span: unsigned(document, span), text: network.to_string() }),
        Code::NoPrefix { taken } => Some(Fix { span: unsigned(document, span), text: taken.to_string() }),
        Code::Cidr(_, CidrError::Netmask(Some(prefix))) => {
            let slash = span.start + document.slice(span).find('/')?;
            Some(Fix { span: slash + 1..span.end, text: prefix.to_string() })
        }
        Code::DnsServer(_) => {
            let with_port: SocketAddr = document.slice(span).parse().ok()?;
            if with_port.port() == DNS_PORT { whole(with_port.ip().to_string()) } else { None }
        }
        Code::EmptyItem => item_removed(document, diagnostic),
        // A sign makes the list add to that of an earlier section; without it, the list would replace that one.
        Code::AllowedIpRepeated { .. } | Code::NothingToRemove { .. } if document.slice(span).starts_with(['+', '-']) => None,
        Code::AllowedIpRepeated { .. } | Code::NothingToRemove { .. } => item_removed(document, diagnostic),
        Code::LeftOut | Code::ZeroPresharedKey if is_alone(document, diagnostic) => line_removed(document, diagnostic),
        Code::OnlyIpv4Default => default_added(document, span, "::/0"),
        Code::OnlyIpv6Default => default_added(document, span, "0.0.0.0/0"),
        Code::Empty
        | Code::Foreign(_)
        | Code::MissingInterface
        | Code::TooMany
        | Code::OutsideSection
        | Code::MissingEquals
        | Code::RepeatedInterface { .. }
        | Code::UnknownKey { .. }
        | Code::NamelessKey
        | Code::WrongSection
        | Code::Dialect { .. }
        | Code::EmptyValue
        | Code::LeftOut
        | Code::ZeroPresharedKey
        | Code::Invisible(_)
        | Code::RepeatedKey { .. }
        | Code::LineBreak(_)
        | Code::Key(_)
        | Code::Mask
        | Code::Cidr(..)
        | Code::Endpoint(..)
        | Code::NoFirstEndpoint
        | Code::TooManyEndpoints
        | Code::Number(..)
        | Code::Table(..)
        | Code::Boolean(_)
        | Code::SearchDomain(..)
        | Code::Hook(_)
        | Code::HashInHook
        | Code::MissingPrivateKey
        | Code::PrivateKeyFromHook
        | Code::MissingPublicKey
        | Code::PrivateKeyPublished
        | Code::OwnPeer
        | Code::RepeatedPeer { .. }
        | Code::AllowedIpMoved { .. }
        | Code::Incremental
        | Code::TooManyAllowedIps
        | Code::DefaultBesideOthers { .. }
        | Code::Unreachable
        | Code::SearchWithoutServer
        | Code::SmallMtu
        | Code::MtuTooSmallForIpv6 => None,
    }
}

/// Returns true if the character can be the last one of a key before the `=`: its two lowest bits are zero.
fn is_last_letter(character: char) -> bool {
    "AEIMQUYcgkosw048".contains(character)
}

/// Returns true if the line has no comment and is the only one that assigns its key in all sections with the same owner. Without
/// such a line, the value of an earlier one would count.
fn is_alone(document: &Document, diagnostic: &Diagnostic) -> bool {
    let assigned = |line: &Line| match &line.kind {
        LineKind::Assignment { key, comment, .. } => key.map(|key| (key, comment.is_some())),
        LineKind::Blank | LineKind::Comment(_) | LineKind::Header { .. } | LineKind::Other { .. } => None,
    };
    let Some((key, false)) = line(document, diagnostic).and_then(assigned) else { return false };
    mask::same_owner(document, diagnostic.line).filter(|line| assigned(line).is_some_and(|(other, _)| other == key)).count() == 1
}

/// Returns the range of a list's item without its `+` or `-`.
fn unsigned(document: &Document, span: &Range<usize>) -> Range<usize> {
    let text = document.slice(span);
    let rest = text.trim_start_matches(|character: char| matches!(character, '+' | '-') || is_space(character));
    span.end - rest.len()..span.end
}

/// Removes the item and one comma beside it, or the whole line if it is the only item.
fn item_removed(document: &Document, diagnostic: &Diagnostic) -> Option<Fix> {
    let Diagnostic { span, .. } = diagnostic;
    let line = line(document, diagnostic)?;
    let before = document.slice(&(line.span.start..span.start)).trim_end_matches(is_space);
    let after = document.slice(&(span.end..line.span.end));
    let behind = after.trim_start_matches(is_space);
    let span = if before.ends_with(',') {
        line.span.start + before.len() - 1..span.end
    } else if let Some(next) = behind.strip_prefix(',') {
        let next = next.trim_start_matches(is_space);
        span.start..span.end + after.len() - next.len()
    } else {
        return line_removed(document, diagnostic);
    };
    Some(Fix { span, text: String::new() })
}

fn line_removed(document: &Document, diagnostic: &Diagnostic) -> Option<Fix> {
    let line = line(document, diagnostic)?;
    let next = document.lines().get(usize::try_from(line.number).ok()?);
    let end = next.map_or(document.text().len(), |next| next.span.start);
    Some(Fix { span: line.span.start..end, text: String::new() })
}

/// Adds the other family's default route after this one. If two halves stand for a default route, a person must decide.
fn default_added(document: &Document, span: &Range<usize>, network: &str) -> Option<Fix> {
    let item: Cidr = document.slice(span).parse().ok()?;
    item.is_default().then(|| Fix { span: span.end..span.end, text: format!(", {network}") })
}

fn line<'a>(document: &'a Document, diagnostic: &Diagnostic) -> Option<&'a Line> {
    document.lines().get(usize::try_from(diagnostic.line).ok()?.checked_sub(1)?)
}
