//! Creates a tunnel whose private key is generated in the service, and leaves it only by `export`.

use adit_api::{ApiError, ConfigText, Diagnostic, Imported, InterfaceName, TunnelName};
use adit_config::syntax::LineKind;
use adit_config::{Code, Config, Document, Key, Severity, edit, parse};
use adit_protocol::PrivateKey;
use zeroize::Zeroizing;

use super::profile::understand;
use super::rotation::rng;
use super::{Inner, page};
use crate::store::Cause;

impl Inner {
    pub(super) fn create(&self, name: TunnelName, interface: InterfaceName, config: &ConfigText) -> Result<Imported, ApiError> {
        let New { text, diagnostics } = New::of(config.dangerously_reveal())?.ok_or_else(|| ApiError::BadRequest {
            detail: "the configuration has a private key, or asks for one; `import` takes it as it is".to_owned(),
        })?;
        let Imported { id, .. } = self.keep(name, interface, &text, Cause::Created)?;
        Ok(Imported { id, diagnostics })
    }

    /// Parses the configuration of a new tunnel, adds a new private key if it has none, and returns its diagnostics.
    pub(super) fn understand_new(&self, config: &ConfigText) -> Result<(Config, Vec<Diagnostic>), ApiError> {
        let Some(New { text, diagnostics }) = New::of(config.dangerously_reveal())? else {
            return self.understand_beside_others(None, config.dangerously_reveal());
        };
        let (config, _) = understand(&text)?;
        Ok((config, diagnostics))
    }
}

/// A configuration that gets a new key.
struct New {
    /// The text with the key.
    text: Zeroizing<String>,
    /// The diagnostics of the text without the key, with positions in that text.
    diagnostics: Vec<Diagnostic>,
}

impl New {
    /// Adds a new key to a valid configuration. None if it has a key, or asks for one.
    fn of(text: &str) -> Result<Option<Self>, ApiError> {
        let bad = |detail: String| ApiError::BadRequest { detail };
        let document = Document::parse(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
        let assigns_key = |kind: &LineKind| matches!(kind, LineKind::Assignment { key: Some(Key::PrivateKey), .. });
        if document.lines().iter().any(|line| assigns_key(&line.kind)) || parse::own_public_key(&document).is_some() {
            return Ok(None);
        }
        let mut found = match parse::config(&document) {
            Ok((_, found)) | Err(found) => found,
        };
        found.retain(|found| found.code != Code::MissingPrivateKey);
        let diagnostics = page::diagnostics(&document, &found);
        if found.iter().any(|found| found.severity == Severity::Error) {
            return Err(ApiError::Invalid { diagnostics });
        }
        let key = PrivateKey::generate(&mut rng()?);
        let with_key = edit::add_key(&document, &key).map_err(|error| bad(error.to_string()))?;
        Ok(Some(Self { text: Zeroizing::new(with_key.text().to_owned()), diagnostics }))
    }
}
