//! Creates a tunnel whose private key is generated in the service, and leaves it only by `export`.

use adit_api::{ApiError, ConfigText, Diagnostic, Imported, InterfaceName, TunnelName};
use adit_config::syntax::LineKind;
use adit_config::{Code, Config, Document, Key, Severity, edit, parse};
use adit_protocol::PrivateKey;
use zeroize::Zeroizing;

use super::profile::parse_text;
use super::rotation::rng;
use super::{Inner, page};
use crate::store::Cause;

impl Inner {
    pub(super) fn create(&self, name: TunnelName, interface: InterfaceName, config: &ConfigText) -> Result<Imported, ApiError> {
        let New { text, diagnostics } = New::of(config.dangerously_reveal())?.map_err(|source| {
            let source = match source {
                KeySource::Text => "the configuration has a private key, or asks for one",
                KeySource::Command => "a command of the configuration sets the private key",
            };
            ApiError::BadRequest { detail: format!("{source}; `import` takes it as it is") }
        })?;
        let Imported { id, .. } = self.keep(name, interface, &text, Cause::Created)?;
        Ok(Imported { id, diagnostics })
    }

    /// Parses the configuration of a new tunnel, adds a new private key if it has none, and returns its diagnostics.
    pub(super) fn parse_new(&self, config: &ConfigText) -> Result<(Config, Vec<Diagnostic>), ApiError> {
        let Ok(New { text, diagnostics }) = New::of(config.dangerously_reveal())? else {
            return self.parse_beside_others(None, config.dangerously_reveal());
        };
        let (config, _) = parse_text(&text)?;
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

/// The source of the private key of a configuration that gets no new key.
enum KeySource {
    /// The text has the key, or names the public key of the one to ask for.
    Text,
    /// A command sets the key.
    Command,
}

impl New {
    /// Adds a new key to a valid configuration. The inner error says where its key comes from if it needs no new one.
    fn of(text: &str) -> Result<Result<Self, KeySource>, ApiError> {
        let bad = |detail: String| ApiError::BadRequest { detail };
        let document = Document::parse(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
        let assigns_key = |kind: &LineKind| matches!(kind, LineKind::Assignment { key: Some(Key::PrivateKey), .. });
        if document.lines().iter().any(|line| assigns_key(&line.kind)) || parse::own_public_key(&document).is_some() {
            return Ok(Err(KeySource::Text));
        }
        let mut found = match parse::config(&document) {
            Ok((_, found)) | Err(found) => found,
        };
        found.retain(|found| found.code != Code::MissingPrivateKey);
        let diagnostics = page::diagnostics(&document, &found);
        if found.iter().any(|found| found.severity == Severity::Error) {
            return Err(ApiError::Invalid { diagnostics });
        }
        // A new key would be in use until the command replaces it.
        if found.iter().any(|found| found.code == Code::PrivateKeyFromHook) {
            return Ok(Err(KeySource::Command));
        }
        let key = PrivateKey::generate(&mut rng()?);
        let with_key = edit::add_key(&document, &key).map_err(|error| bad(error.to_string()))?;
        Ok(Ok(Self { text: Zeroizing::new(with_key.text().to_owned()), diagnostics }))
    }
}
