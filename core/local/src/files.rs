//! Makes drafts of tunnels from files that the user hands over.

use adit_api::{
    ApiError, ConfigText, Diagnostic, ImportDraft, ImportFile, ImportReading, ImportReason, ImportRefusal, TunnelView,
};
use adit_config::detect::{self, Foreign};
use adit_config::{Document, visible};
use adit_import::{Draft, Import, Names, Reason, Refusal, import};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// The most files of a request.
pub const MAX_FILES: usize = 1_000;
/// The total size of the files of a request, bytes: two of the largest archives.
pub const MAX_FILES_BYTES: usize = 2 * adit_import::limits::ARCHIVE_BYTES;
/// The total number of pixels of the pictures of a request: eight of the largest. Decoding and searching them takes seconds.
pub const MAX_PIXELS: u64 = 8 * adit_import::limits::PICTURE_PIXELS;
/// The total size of the configurations of an answer, bytes.
pub const MAX_DRAFTS_BYTES: usize = adit_import::limits::UNPACKED_BYTES;

/// Fails if there are more files or bytes than one request may have.
pub(crate) fn check(files: &[ImportFile]) -> Result<(), ApiError> {
    if files.len() > MAX_FILES {
        return Err(crate::bad(format!("{} files at once; at most 1,000 are read", files.len())));
    }
    let bytes: usize = files.iter().map(|file| file.bytes.as_base64().len() / 4 * 3).sum();
    if bytes > MAX_FILES_BYTES {
        return Err(crate::bad(format!("the files have {bytes} bytes together; at most 32 MiB are read at once")));
    }
    Ok(())
}

/// Makes drafts whose names no existing tunnel has.
pub(crate) fn read(files: &[ImportFile], tunnels: &[TunnelView]) -> ImportReading {
    let mut names = names(tunnels);
    let mut reading = Reading::default();
    for file in files {
        match STANDARD.decode(file.bytes.as_base64()).map(Zeroizing::new) {
            Ok(bytes) => reading.read(&file.name, &bytes, &mut names),
            Err(_) => reading.refuse(&file.name, ImportReason::new("not_base64", Vec::new())),
        }
    }
    reading.found
}

/// Makes drafts of the result of an import.
pub(crate) fn reading(import: Import) -> ImportReading {
    let mut reading = Reading::default();
    reading.take("", false, import);
    reading.found
}

/// Returns the names that existing tunnels have.
pub(crate) fn names(tunnels: &[TunnelView]) -> Names {
    Names::new(tunnels.iter().map(|tunnel| &tunnel.name), tunnels.iter().map(|tunnel| &tunnel.interface))
}

struct Reading {
    /// Bytes of configurations that still fit into the answer.
    room: usize,
    /// Pixels that may still be decoded.
    pixels: u64,
    found: ImportReading,
}

impl Default for Reading {
    fn default() -> Self {
        let found = ImportReading { drafts: Vec::new(), refusals: Vec::new() };
        Self { room: MAX_DRAFTS_BYTES, pixels: MAX_PIXELS, found }
    }
}

impl Reading {
    fn read(&mut self, file: &str, bytes: &[u8], names: &mut Names) {
        match self.pixels.checked_sub(adit_import::pixels(bytes)) {
            Some(pixels) => {
                self.pixels = pixels;
                self.take(file, is_archive(bytes), import(file, bytes, names));
            }
            None => self.refuse(file, ImportReason::new("pictures_too_many_pixels", Vec::new())),
        }
    }

    fn take(&mut self, file: &str, is_archive: bool, import: Import) {
        let within = |source: &str| if is_archive { format!("{file}: {source}") } else { source.to_owned() };
        for draft in import.drafts {
            let from = within(&draft.source);
            match self.room.checked_sub(draft.text.len()) {
                Some(room) => {
                    self.room = room;
                    self.found.drafts.push(drafted(visible(&from), &draft));
                }
                None => self.refuse(&from, ImportReason::new("files_too_large", Vec::new())),
            }
        }
        for Refusal { source, reason } in import.refusals {
            match reason {
                Reason::Archive(_) => self.refuse(file, ImportReason::from(&reason)),
                _ => self.refuse(&within(&source), ImportReason::from(&reason)),
            }
        }
    }

    fn refuse(&mut self, from: &str, reason: ImportReason) {
        self.found.refusals.push(ImportRefusal { from: visible(from), reason });
    }
}

/// Returns true for a file whose drafts and refusals name entries, which `from` shows as `all.zip: home.conf`.
fn is_archive(bytes: &[u8]) -> bool {
    matches!(detect::binary(bytes), Some(Foreign::Zip | Foreign::Tar | Foreign::Gzip))
}

fn drafted(from: String, draft: &Draft) -> ImportDraft {
    let diagnostics = match Document::parse(draft.text.as_bytes()) {
        Ok(document) => draft.diagnostics.iter().map(|found| Diagnostic::in_document(&document, found)).collect(),
        Err(_) => draft.diagnostics.iter().map(Diagnostic::from).collect(),
    };
    let config = ConfigText::new(draft.text.to_string());
    ImportDraft { from, name: draft.name.clone(), interface: draft.interface.clone(), config, diagnostics }
}
