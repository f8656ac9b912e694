//! Warns if two tunnels have the same private key: the other end takes both for one peer, and answers the one that sent last.

use adit_api::{Argument, Diagnostic, Severity, TunnelId};
use adit_config::syntax::LineKind;
use adit_config::{Config, Document, Key};

use super::entry::Tunnels;

/// Returns a warning if another tunnel has the configuration's private key. `own` is the tunnel that the configuration is for,
/// if it exists.
pub(super) fn diagnostic(tunnels: &Tunnels, own: Option<TunnelId>, text: &str, config: &Config) -> Option<Diagnostic> {
    let key = config.interface.private_key.as_ref()?;
    let has_it = |config: &Config| config.interface.private_key.as_ref() == Some(key);
    let mut others = tunnels.entries.iter().filter(|(id, _)| Some(**id) != own).map(|(_, entry)| &entry.profile);
    let other = others.find(|profile| profile.usable.as_ref().is_some_and(|usable| has_it(&usable.config)))?;
    let Place { line, column, span: (start, end) } = Place::of_key(text)?;
    Some(Diagnostic {
        severity: Severity::Warning,
        code: "shared_private_key".to_owned(),
        section: Some("Interface".to_owned()),
        key: Some(Key::PrivateKey.name().to_owned()),
        line,
        column,
        start,
        end,
        advice: Some("make_own_key".to_owned()),
        arguments: vec![Argument::text("tunnel", other.name.as_str())],
        fixes: Vec::new(),
    })
}

/// The position of a private key in a text.
struct Place {
    /// Line number, starting at 1.
    line: u32,
    /// Column in characters, starting at 1.
    column: u32,
    /// Offsets in bytes of the first byte and of the byte after the last.
    span: (u32, u32),
}

impl Place {
    fn of_key(text: &str) -> Option<Self> {
        let document = Document::parse(text.as_bytes()).ok()?;
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        document.lines().iter().find_map(|line| match &line.kind {
            LineKind::Assignment { key: Some(Key::PrivateKey), value, .. } => {
                let before = text.get(line.span.start..value.start)?.chars().count();
                Some(Self { line: line.number, column: number(before + 1), span: (number(value.start), number(value.end)) })
            }
            _ => None,
        })
    }
}
