//! Texts with a mark in place of each key, which a program that may not see keys edits (`adit_config::mask`).

use adit_config::Document;
use adit_config::mask::{self, UnmaskError};
use adit_config::syntax::DocumentError;
use zeroize::Zeroizing;

use crate::{ApiError, ConfigText, Diagnostic};

impl ConfigText {
    /// Returns `text` with a mark in place of each private and preshared key.
    ///
    /// # Errors
    /// [`ApiError::BadRequest`] if it is not a text.
    pub fn masked(text: &str) -> Result<Self, ApiError> {
        Ok(Self::new(mask::mask(&document(text)?).map_err(bad)?.text().to_owned()))
    }

    /// Returns the text with the secrets of `original` in place of its marks.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] with the positions of the marks that stand for no secret; at most 1,000 are listed.
    pub fn unmasked(&self, original: &str) -> Result<Zeroizing<String>, ApiError> {
        let edited = document(self.dangerously_reveal())?;
        match mask::unmask(&edited, &document(original)?) {
            Ok(whole) => Ok(Zeroizing::new(whole.text().to_owned())),
            Err(UnmaskError::Lost(found)) => {
                let diagnostics = found.iter().map(|found| Diagnostic::in_document(&edited, found)).collect();
                Err(ApiError::Invalid { diagnostics })
            }
            Err(UnmaskError::Document(error)) => Err(bad(error)),
        }
    }

    /// Clears the fixes in diagnostics of `whole`, which is this text with its secrets, that do not fit this text: those on lines
    /// with a mark, and all if the lengths of the texts differ.
    pub fn clear_fixes(&self, whole: &str, diagnostics: &mut [Diagnostic]) {
        let edited = self.dangerously_reveal();
        if edited == whole {
            return;
        }
        let same_length = Document::parse(edited.as_bytes()).ok().filter(|edited| edited.text().len() == whole.len());
        let marked = same_length.map(|edited| mask::marked_lines(&edited));
        for found in diagnostics.iter_mut().filter(|found| marked.as_ref().is_none_or(|marked| marked.contains(&found.line))) {
            found.fixes.clear();
        }
    }
}

fn document(text: &str) -> Result<Document, ApiError> {
    Document::parse(text.as_bytes()).map_err(bad)
}

fn bad(error: DocumentError) -> ApiError {
    ApiError::BadRequest { detail: error.to_string() }
}
