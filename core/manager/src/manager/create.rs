//! A tunnel whose private key is made here, and leaves the service only by `export`.

use adit_api::{ApiError, ConfigText, Diagnostic, Imported, InterfaceName, TunnelName};
use adit_config::syntax::LineKind;
use adit_config::{Config, Document, Key, edit, parse};
use adit_protocol::PrivateKey;
use zeroize::Zeroizing;

use super::Inner;
use super::rotation::rng;
use crate::store::Cause;

impl Inner {
    pub(super) fn create(&self, name: TunnelName, interface: InterfaceName, config: &ConfigText) -> Result<Imported, ApiError> {
        let text = with_new_key(config.dangerously_reveal())?.ok_or_else(|| ApiError::BadRequest {
            detail: "the configuration has a private key, or asks for one; `import` takes it as it is".to_owned(),
        })?;
        let without_key = |diagnostics| at_places_without_key(diagnostics, config.dangerously_reveal(), &text);
        match self.keep(name, interface, &text, Cause::Created) {
            Ok(Imported { id, diagnostics }) => Ok(Imported { id, diagnostics: without_key(diagnostics) }),
            Err(ApiError::Invalid { diagnostics }) => Err(ApiError::Invalid { diagnostics: without_key(diagnostics) }),
            Err(error) => Err(error),
        }
    }

    /// What the configuration of a new tunnel means, with a key of its own where it has none, and what is to be said about it.
    pub(super) fn understand_new(&self, config: &ConfigText) -> Result<(Config, Vec<Diagnostic>), ApiError> {
        let Some(text) = with_new_key(config.dangerously_reveal())? else {
            return self.understand_beside_others(None, config.dangerously_reveal());
        };
        let without_key = |diagnostics| at_places_without_key(diagnostics, config.dangerously_reveal(), &text);
        match self.understand_beside_others(None, &text) {
            Ok((understood, diagnostics)) => Ok((understood, without_key(diagnostics))),
            Err(ApiError::Invalid { diagnostics }) => Err(ApiError::Invalid { diagnostics: without_key(diagnostics) }),
            Err(error) => Err(error),
        }
    }
}

/// The text with a new private key; as it is where it has no `[Interface]` to put one in. None where it has a key, or asks for one.
fn with_new_key(text: &str) -> Result<Option<Zeroizing<String>>, ApiError> {
    let bad = |detail: String| ApiError::BadRequest { detail };
    let document = Document::parse(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let assigns_key = |kind: &LineKind| matches!(kind, LineKind::Assignment { key: Some(Key::PrivateKey), .. });
    if document.lines().iter().any(|line| assigns_key(&line.kind)) || parse::own_public_key(&document).is_some() {
        return Ok(None);
    }
    if edit::interface(&document).is_none() {
        return Ok(Some(Zeroizing::new(text.to_owned())));
    }
    let with_key = edit::add_key(&document, &PrivateKey::generate(&mut rng()?)).map_err(|error| bad(error.to_string()))?;
    Ok(Some(Zeroizing::new(with_key.text().to_owned())))
}

/// The diagnostics of the text with its new key, at their places in the text without it.
fn at_places_without_key(diagnostics: Vec<Diagnostic>, text: &str, with_key: &str) -> Vec<Diagnostic> {
    let added = offset(with_key.len() - text.len());
    let Some(at) = key_line(with_key).filter(|_| added > 0) else { return diagnostics };
    let before = |place: u32| if place > at { place.saturating_sub(added).max(at) } else { place };
    let moved = |mut found: Diagnostic| {
        if found.start > at {
            found.line -= 1;
        }
        (found.start, found.end) = (before(found.start), before(found.end));
        for fix in &mut found.fixes {
            (fix.start, fix.end) = (before(fix.start), before(fix.end));
        }
        found
    };
    diagnostics.into_iter().map(moved).collect()
}

/// The first byte of the line with the private key.
fn key_line(text: &str) -> Option<u32> {
    let document = Document::parse(text.as_bytes()).ok()?;
    let line =
        document.lines().iter().find(|line| matches!(line.kind, LineKind::Assignment { key: Some(Key::PrivateKey), .. }))?;
    Some(offset(line.span.start))
}

fn offset(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
