//! Edits by a program that does not see the tunnel's keys: the text has marks in their place, and the keys are restored here.

use adit_api::{ApiError, ConfigReplaced, ConfigText, Diagnostic, MaskedConfig, TunnelId};
use adit_config::Document;
use adit_config::mask::{self, UnmaskError};
use zeroize::Zeroizing;

use super::{Inner, page, refusal};
use crate::store::Cause;

impl Inner {
    pub(super) fn masked_config(&self, id: TunnelId) -> Result<MaskedConfig, ApiError> {
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        let masked = mask::mask(&document(&tunnel.text)?).map_err(bad)?;
        Ok(MaskedConfig { config: ConfigText::new(masked.text().to_owned()), version: tunnel.summary.version })
    }

    /// Like [`Inner::replace_config`], for an edited text that may have marks in place of the tunnel's keys.
    pub(super) fn edit_config(&self, id: TunnelId, config: &ConfigText, expected: u64) -> Result<ConfigReplaced, ApiError> {
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        if tunnel.summary.version != expected {
            return Err(ApiError::Changed { current: tunnel.summary.version });
        }
        let text = unmasked(config, &tunnel.text)?;
        self.replace_config(id, &text, expected, Cause::Edited)
    }
}

/// Replaces the marks of the text by the secrets of `saved`.
///
/// # Errors
/// [`ApiError::Invalid`] with the positions of the marks that stand for no secret.
pub(super) fn unmasked(text: &ConfigText, saved: &str) -> Result<Zeroizing<String>, ApiError> {
    let edited = document(text.dangerously_reveal())?;
    match mask::unmask(&edited, &document(saved)?) {
        Ok(whole) => Ok(Zeroizing::new(whole.text().to_owned())),
        Err(UnmaskError::Lost(found)) => Err(ApiError::Invalid { diagnostics: page::diagnostics(&edited, &found) }),
        Err(UnmaskError::Document(error)) => Err(bad(error)),
    }
}

/// Clears the fixes that do not fit the edited text, because they were computed for the text with its secrets: those on lines with
/// a mark, and all if the lengths of the texts differ.
pub(super) fn clear_fixes(edited: &ConfigText, whole: &str, diagnostics: &mut [Diagnostic]) -> Result<(), ApiError> {
    if edited.dangerously_reveal() == whole {
        return Ok(());
    }
    let edited = document(edited.dangerously_reveal())?;
    let is_shifted = edited.text().len() != whole.len();
    let marked = mask::marked_lines(&edited);
    for found in diagnostics.iter_mut().filter(|found| is_shifted || marked.contains(&found.line)) {
        found.fixes.clear();
    }
    Ok(())
}

fn document(text: &str) -> Result<Document, ApiError> {
    Document::parse(text.as_bytes()).map_err(bad)
}

fn bad(error: adit_config::syntax::DocumentError) -> ApiError {
    ApiError::BadRequest { detail: error.to_string() }
}
