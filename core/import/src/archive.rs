//! Reads archives that contain configurations.
//!
//! Each entry is accepted or refused on its own. Sizes in headers are never trusted: bytes are counted while they are unpacked.

mod tar;
mod zip;

use std::collections::HashSet;

use adit_config::detect::{self, Foreign};
use zeroize::Zeroizing;

use crate::conf::Conf;
use crate::limits::{ARCHIVE_BYTES, ARCHIVE_DIAGNOSTICS, DIAGNOSTICS, ENTRY_BYTES, ENTRY_PATH_BYTES, UNPACKED_BYTES};
use crate::names::{Names, key};
use crate::outcome::{Import, Reason};

/// The reason why a whole archive is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArchiveError {
    /// The archive is larger than [`ARCHIVE_BYTES`].
    TooLarge {
        /// Size of the archive in bytes.
        bytes: usize,
    },
    /// The archive has more than [`ARCHIVE_ENTRIES`] entries.
    TooManyEntries,
    /// The archive is truncated or malformed.
    Damaged,
    /// Other data follows the archive, so that programs may disagree on what the archive is.
    Trailing,
    /// Some bytes belong to two entries, as in a decompression bomb.
    Overlapping,
    /// The entries unpack to more than [`UNPACKED_BYTES`] in all.
    Unpacked,
    /// The file is compressed but contains no tar archive.
    NoArchive,
    /// The archive contains no file.
    Empty,
}

/// The reason why an entry of an archive is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryError {
    /// The path is longer than [`ENTRY_PATH_BYTES`].
    PathTooLong,
    /// The entry is encrypted.
    Encrypted,
    /// The entry is a symbolic link or a device.
    NotAFile,
    /// The entry's name begins with a dot.
    Hidden,
    /// An earlier entry has the same name, or one that differs only in case.
    SameName,
    /// The entry is itself an archive.
    Nested,
    /// The entry is compressed by an unsupported method.
    Method,
    /// The entry unpacks to more than [`ENTRY_BYTES`].
    TooLarge,
    /// The entry unpacks to more than [`COMPRESSION_RATIO`] times its size.
    Bomb,
    /// The entry's bytes do not match its headers.
    Damaged,
}

/// The format of an archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Zip,
    Tar,
    /// A tar archive that is compressed with gzip as a whole.
    TarGz,
}

/// Creates drafts of all readable entries of an archive. A refused archive yields none.
pub(crate) fn import(format: Format, file_name: &str, bytes: &[u8], names: &mut Names) -> Import {
    let mut import = Import::default();
    match read(format, bytes) {
        Ok(entries) if entries.is_empty() => import.refuse(file_name, ArchiveError::Empty),
        Ok(entries) => entries.into_iter().for_each(|Entry { path, conf }| import.add(&path, &path, conf, names)),
        Err(error) => import.refuse(file_name, error),
    }
    import
}

fn read(format: Format, bytes: &[u8]) -> Result<Vec<Entry>, ArchiveError> {
    if bytes.len() > ARCHIVE_BYTES {
        return Err(ArchiveError::TooLarge { bytes: bytes.len() });
    }
    match format {
        Format::Zip => zip::read(bytes),
        Format::Tar => tar::read(bytes),
        Format::TarGz => tar::read_gz(bytes),
    }
}

/// A file in an archive.
struct Entry {
    path: String,
    conf: Result<Conf, Reason>,
}

/// Collects the entries of one archive one after the other.
struct Entries {
    taken: Vec<Entry>,
    paths: HashSet<String>,
    /// Number of bytes unpacked so far.
    unpacked: usize,
    /// Number of further diagnostics that may be kept.
    diagnostics: usize,
    /// The buffer for unpacking all entries. It has its full capacity from the start, because growing it would leave copies of
    /// keys behind.
    buffer: Zeroizing<Vec<u8>>,
}

impl Entries {
    fn new() -> Self {
        Self {
            taken: Vec::new(),
            paths: HashSet::new(),
            unpacked: 0,
            diagnostics: ARCHIVE_DIAGNOSTICS,
            buffer: Zeroizing::new(Vec::with_capacity(ENTRY_BYTES + 1)),
        }
    }

    /// Adds a file. `unpack` writes its bytes into the buffer, even if there are too many.
    fn take(&mut self, path: &[u8], unpack: impl FnOnce(&mut Vec<u8>) -> Result<(), EntryError>) -> Result<(), ArchiveError> {
        let is_too_long = path.len() > ENTRY_PATH_BYTES;
        let path = shown(path);
        self.buffer.clear();
        let unpacking = if !self.paths.insert(key(&path)) {
            Err(EntryError::SameName)
        } else if is_too_long {
            Err(EntryError::PathTooLong)
        } else {
            unpack(&mut self.buffer).and_then(|()| match detect::binary(&self.buffer) {
                Some(Foreign::Zip | Foreign::Tar | Foreign::Gzip | Foreign::Compressed) => Err(EntryError::Nested),
                Some(_) | None => Ok(()),
            })
        };
        self.unpacked += self.buffer.len();
        if self.unpacked > UNPACKED_BYTES {
            return Err(ArchiveError::Unpacked);
        }
        let conf = unpacking.map_err(Reason::from).and_then(|()| Conf::read(&self.buffer, DIAGNOSTICS.min(self.diagnostics)));
        self.diagnostics = self.diagnostics.saturating_sub(kept(&conf));
        self.taken.push(Entry { path, conf });
        Ok(())
    }

    /// Skips a hidden entry. A configuration among them is reported, because it may have been intended; files that systems leave
    /// behind are not.
    fn pass_over(&mut self, path: &[u8]) {
        let path = shown(path);
        let is_of_system = path.split(['/', '\\']).any(|part| part == "__MACOSX" || part.starts_with("._"));
        if path.to_ascii_lowercase().ends_with(".conf") && !is_of_system {
            self.taken.push(Entry { path, conf: Err(EntryError::Hidden.into()) });
        }
    }
}

/// Returns an entry's path, cut to [`ENTRY_PATH_BYTES`], with a replacement character for each sequence that is not UTF-8.
fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path.get(..ENTRY_PATH_BYTES).unwrap_or(path)).into_owned()
}

fn kept(conf: &Result<Conf, Reason>) -> usize {
    match conf {
        Ok(conf) => conf.diagnostics.len(),
        Err(Reason::Errors(diagnostics)) => diagnostics.len(),
        Err(_) => 0,
    }
}

/// Returns true for hidden entries, such as those that systems and programs add to archives unasked: `__MACOSX/…`, `.DS_Store`.
fn is_hidden(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| part == "__MACOSX" || (part.starts_with('.') && !part.chars().all(|dot| dot == '.')))
}
