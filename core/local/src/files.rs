//! Makes drafts of tunnels from files that the user hands over.

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, ConfigText, Diagnostic, ImportDraft, ImportFile, ImportReading,
    ImportReason, ImportRefusal, TunnelView,
};
use adit_config::detect::{self, Foreign};
use adit_config::mask::mask;
use adit_config::{Document, visible};
use adit_import::{Draft, Import, Names, Reason, Refusal, import};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::Drafts;

/// The most files of a request.
pub const MAX_FILES: usize = 1_000;
/// The total size of the files of a request, bytes: two of the largest archives.
pub const MAX_FILES_BYTES: usize = 2 * adit_import::limits::ARCHIVE_BYTES;
/// The total number of pixels of the pictures of a request: eight of the largest. Decoding and searching them takes seconds.
pub const MAX_PIXELS: u64 = 8 * adit_import::limits::PICTURE_PIXELS;
/// The total size of the configurations of an answer, bytes.
pub const MAX_DRAFTS_BYTES: usize = adit_import::limits::UNPACKED_BYTES;

/// The code of the reason why files are left out.
pub const FILES_TOO_MANY: &str = "files_too_many";

/// A file that the user handed over.
pub struct HandedFile {
    /// Its name, with or without a path.
    pub name: String,
    /// Its content, or the reason why it was not read.
    pub content: Result<Zeroizing<Vec<u8>>, ImportReason>,
}

/// Makes drafts of files, whose names no existing tunnel has. The next file is taken after the one before was read. Of more than
/// [`MAX_FILES`] files or [`MAX_FILES_BYTES`], the first one that is left out is refused, and no further one is taken.
///
/// # Errors
/// Every error of the service, which is asked for the existing tunnels.
pub fn read_files<T: BlockingTransport>(
    service: &BlockingClient<T>,
    drafts: &Drafts,
    files: impl IntoIterator<Item = HandedFile>,
) -> Result<ImportReading, CallError<T::Error>> {
    let mut reading = Reading::new(drafts, drafts.page());
    let mut names = names(&service.all_tunnels()?);
    let mut bytes_left = MAX_FILES_BYTES;
    for (index, HandedFile { name, content }) in files.into_iter().enumerate() {
        let size = content.as_ref().map_or(0, |bytes| bytes.len());
        match bytes_left.checked_sub(size).filter(|_| index < MAX_FILES) {
            Some(left) => bytes_left = left,
            None => {
                reading.refuse(&name, ImportReason::new(FILES_TOO_MANY, Vec::new()));
                break;
            }
        }
        match content {
            Ok(bytes) => reading.read(&name, &bytes, &mut names),
            Err(reason) => reading.refuse(&name, reason),
        }
    }
    Ok(reading.found)
}

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

/// Decodes files from the page.
pub(crate) fn decoded(files: &[ImportFile]) -> impl Iterator<Item = HandedFile> {
    files.iter().map(|ImportFile { name, bytes }| {
        let content = STANDARD.decode(bytes.as_base64()).map(Zeroizing::new);
        HandedFile { name: name.clone(), content: content.map_err(|_| ImportReason::new("not_base64", Vec::new())) }
    })
}

/// Makes drafts of the result of an import that `page` asked for.
pub(crate) fn reading(drafts: &Drafts, page: u32, import: Import) -> ImportReading {
    let mut reading = Reading::new(drafts, page);
    reading.take("", false, import);
    reading.found
}

/// Returns the names that existing tunnels have.
pub(crate) fn names(tunnels: &[TunnelView]) -> Names {
    Names::new(tunnels.iter().map(|tunnel| &tunnel.name), tunnels.iter().map(|tunnel| &tunnel.interface))
}

struct Reading<'drafts> {
    drafts: &'drafts Drafts,
    /// The page that asked.
    page: u32,
    /// Bytes of configurations that still fit into the answer.
    room: usize,
    /// Pixels that may still be decoded.
    pixels: u64,
    found: ImportReading,
}

impl<'drafts> Reading<'drafts> {
    fn new(drafts: &'drafts Drafts, page: u32) -> Self {
        let found = ImportReading { drafts: Vec::new(), refusals: Vec::new() };
        Self { drafts, page, room: MAX_DRAFTS_BYTES, pixels: MAX_PIXELS, found }
    }

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
                    self.add(&from, draft);
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

    /// Adds a draft as the page reviews it, and keeps its text.
    fn add(&mut self, from: &str, Draft { name, interface, text, diagnostics, .. }: Draft) {
        let masked = Document::parse(text.as_bytes()).and_then(|document| Ok((mask(&document)?, document)));
        let (masked, document) = match masked {
            Ok(masked) => masked,
            Err(error) => return self.refuse(from, ImportReason::from(&Reason::Text(error))),
        };
        let config = ConfigText::new(masked.text().to_owned());
        let mut diagnostics: Vec<_> = diagnostics.iter().map(|found| Diagnostic::in_document(&document, found)).collect();
        config.clear_fixes(&text, &mut diagnostics);
        let id = self.drafts.keep(self.page, text);
        self.found.drafts.push(ImportDraft { id, from: visible(from), name, interface, config, diagnostics });
    }

    fn refuse(&mut self, from: &str, reason: ImportReason) {
        self.found.refusals.push(ImportRefusal { from: visible(from), reason });
    }
}

/// Returns true for a file whose drafts and refusals name entries, which `from` shows as `all.zip: home.conf`.
fn is_archive(bytes: &[u8]) -> bool {
    matches!(detect::binary(bytes), Some(Foreign::Zip | Foreign::Tar | Foreign::Gzip))
}
