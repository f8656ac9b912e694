//! Zip archives with configurations in them.
//!
//! An archive is judged before anything is unpacked: its size, how many entries it has, that no two of them share bytes. Then each
//! entry by itself. What a header says of a size is never believed: bytes are counted as they come out.

use std::collections::HashSet;
use std::io::Read;

use adit_config::detect::{self, Foreign};
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive, ZipSliceEntry};
use zeroize::Zeroizing;

use crate::conf::Conf;
use crate::limits::{
    ARCHIVE_BYTES, ARCHIVE_DIAGNOSTICS, ARCHIVE_ENTRIES, COMPRESSION_RATIO, DIAGNOSTICS, ENTRY_BYTES, ENTRY_PATH_BYTES,
    UNPACKED_BYTES,
};
use crate::names::{Names, key};
use crate::outcome::{Import, Reason};

/// Why nothing of an archive is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ArchiveError {
    /// More than [`ARCHIVE_BYTES`].
    #[error("the archive has {bytes} bytes; 16 MiB is the most that is taken")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// More than [`ARCHIVE_ENTRIES`].
    #[error("the archive has more than 10,000 entries; split it")]
    TooManyEntries,
    /// Cut off, or not written by the rules.
    #[error("the archive is damaged or cut off; copy or download it again")]
    Damaged,
    /// Something behind the archive, so that programs may disagree on what the archive is.
    #[error("there is other data behind the archive; pack the files anew")]
    Trailing,
    /// Bytes that belong to two entries, as in a decompression bomb.
    #[error("entries of the archive overlap, which no honest program writes; pack the files anew")]
    Overlapping,
    /// More than [`UNPACKED_BYTES`] in all.
    #[error("the archive unpacks to more than 64 MiB; split it")]
    Unpacked,
    /// No file in it at all.
    #[error("there is no file in the archive")]
    Empty,
}

/// Why an entry of an archive is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EntryError {
    /// More than [`ENTRY_PATH_BYTES`].
    #[error("the path of the entry is longer than 1,024 bytes")]
    PathTooLong,
    /// Needs a password.
    #[error("the entry is encrypted; unpack the archive with its password, and import the files")]
    Encrypted,
    /// A symbolic link, or a device.
    #[error("the entry is a link or a device, not a file")]
    NotAFile,
    /// Has the name of an earlier entry, or one that differs only in capitals.
    #[error("an earlier entry of the archive has this name (capitals do not count); rename one")]
    SameName,
    /// An archive in the archive.
    #[error("this is an archive inside the archive; unpack it first")]
    Nested,
    /// Compressed by a rare method.
    #[error("the entry is compressed by a method that is not known here; pack the files anew")]
    Method,
    /// More than [`ENTRY_BYTES`].
    #[error("the entry unpacks to more than 1 MiB, which no configuration has")]
    TooLarge,
    /// More than [`COMPRESSION_RATIO`].
    #[error("the entry unpacks to more than 100 times its size, as a decompression bomb does")]
    Bomb,
    /// Its bytes are not what its headers say.
    #[error("the entry is damaged")]
    Damaged,
}

/// Makes drafts of an archive's entries, of all that can be read; of an archive that is refused, none.
pub(crate) fn import(file_name: &str, bytes: &[u8], names: &mut Names) -> Import {
    let mut import = Import::default();
    match read(bytes) {
        Ok(entries) if entries.is_empty() => import.refuse(file_name, ArchiveError::Empty),
        Ok(entries) => entries.into_iter().for_each(|Entry { path, conf }| import.add(&path, &path, conf, names)),
        Err(error) => import.refuse(file_name, error),
    }
    import
}

type Archive<'a> = ZipSliceArchive<&'a [u8]>;

/// A file in an archive.
struct Entry {
    path: String,
    conf: Result<Conf, Reason>,
}

fn read(bytes: &[u8]) -> Result<Vec<Entry>, ArchiveError> {
    if bytes.len() > ARCHIVE_BYTES {
        return Err(ArchiveError::TooLarge { bytes: bytes.len() });
    }
    let archive = ZipArchive::from_slice(bytes).map_err(|_| ArchiveError::Damaged)?;
    if usize::try_from(archive.end_offset()) != Ok(bytes.len()) {
        return Err(ArchiveError::Trailing);
    }
    let records = records(&archive)?;
    if overlap(&archive, &records) {
        return Err(ArchiveError::Overlapping);
    }
    entries(&archive, &records)
}

/// What the directory of the archive says, of as many entries as its end says.
fn records<'a>(archive: &'a Archive<'_>) -> Result<Vec<ZipFileHeaderRecord<'a>>, ArchiveError> {
    let mut records = Vec::new();
    for record in archive.entries() {
        if records.len() == ARCHIVE_ENTRIES {
            return Err(ArchiveError::TooManyEntries);
        }
        records.push(record.map_err(|_| ArchiveError::Damaged)?);
    }
    if u64::try_from(records.len()) == Ok(archive.entries_hint()) { Ok(records) } else { Err(ArchiveError::Damaged) }
}

/// Whether two entries share a byte with each other, or one with the directory. Those outside the archive are met again later.
fn overlap(archive: &Archive<'_>, records: &[ZipFileHeaderRecord<'_>]) -> bool {
    let place = |record: &ZipFileHeaderRecord<'_>| {
        let entry = archive.get_entry(record.wayfinder()).ok()?;
        Some((record.local_header_offset(), entry.compressed_data_range().1))
    };
    let mut places: Vec<(u64, u64)> = records.iter().filter_map(place).collect();
    places.sort_unstable();
    let starts = places.iter().skip(1).map(|(start, _)| *start).chain([archive.directory_offset()]);
    places.iter().zip(starts).any(|((_, end), next)| *end > next)
}

fn entries(archive: &Archive<'_>, records: &[ZipFileHeaderRecord<'_>]) -> Result<Vec<Entry>, ArchiveError> {
    let mut entries = Vec::new();
    let mut paths = HashSet::new();
    let mut unpacked = 0;
    let mut diagnostics = ARCHIVE_DIAGNOSTICS;
    // One for all, with all its room from the start: where it grew, it would leave keys behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(ENTRY_BYTES + 1));
    for record in records {
        let path = path(record);
        if is_folder(record, &path) || is_hidden(&path) {
            continue;
        }
        buffer.clear();
        let unpacking = if paths.insert(key(&path)) { unpack(archive, record, &mut buffer) } else { Err(EntryError::SameName) };
        unpacked += buffer.len();
        if unpacked > UNPACKED_BYTES {
            return Err(ArchiveError::Unpacked);
        }
        let conf = unpacking.map_err(Reason::from).and_then(|()| Conf::read(&buffer, DIAGNOSTICS.min(diagnostics)));
        diagnostics = diagnostics.saturating_sub(kept(&conf));
        entries.push(Entry { path, conf });
    }
    Ok(entries)
}

/// As much of an entry's path as is taken. Bytes that are no UTF-8 become a mark.
fn path(record: &ZipFileHeaderRecord<'_>) -> String {
    let bytes = record.file_path();
    let bytes = bytes.as_bytes();
    String::from_utf8_lossy(bytes.get(..ENTRY_PATH_BYTES).unwrap_or(bytes)).into_owned()
}

/// Unpacks an entry; `buffer` then has what came out, also when that was too much.
fn unpack(archive: &Archive<'_>, record: &ZipFileHeaderRecord<'_>, buffer: &mut Vec<u8>) -> Result<(), EntryError> {
    if record.file_path().len() > ENTRY_PATH_BYTES {
        return Err(EntryError::PathTooLong);
    }
    let flags = record.flags();
    if flags.is_encrypted() || flags.has_strong_encryption() || flags.is_masked() {
        return Err(EntryError::Encrypted);
    }
    if !matches!(kind(record), 0 | REGULAR) {
        return Err(EntryError::NotAFile);
    }
    let method = record.compression_method();
    let entry = archive.get_entry(record.wayfinder()).map_err(|_| EntryError::Damaged)?;
    let header = entry.local_header();
    if header.file_path().as_bytes() != record.file_path().as_bytes() || header.compression_method() != method {
        return Err(EntryError::Damaged);
    }
    match method {
        CompressionMethod::STORE => inflate(&entry, entry.data(), buffer)?,
        CompressionMethod::DEFLATE => inflate(&entry, DeflateDecoder::new(entry.data()), buffer)?,
        _ => return Err(EntryError::Method),
    }
    match detect::binary(buffer) {
        Some(Foreign::Zip | Foreign::Compressed) => Err(EntryError::Nested),
        Some(_) | None => Ok(()),
    }
}

fn inflate(entry: &ZipSliceEntry<'_>, reader: impl Read, buffer: &mut Vec<u8>) -> Result<(), EntryError> {
    let ratio_limit = entry.data().len().saturating_mul(COMPRESSION_RATIO);
    let most = u64::try_from(ratio_limit.min(ENTRY_BYTES)).unwrap_or(u64::MAX);
    reader.take(most + 1).read_to_end(buffer).map_err(|_| EntryError::Damaged)?;
    if buffer.len() > ENTRY_BYTES {
        return Err(EntryError::TooLarge);
    }
    if buffer.len() > ratio_limit {
        return Err(EntryError::Bomb);
    }
    let expected = entry.claim_verifier();
    let is_whole = Ok(expected.uncompressed_size) == u64::try_from(buffer.len()) && expected.crc == rawzip::crc32(buffer);
    if is_whole { Ok(()) } else { Err(EntryError::Damaged) }
}

fn kept(conf: &Result<Conf, Reason>) -> usize {
    match conf {
        Ok(conf) => conf.diagnostics.len(),
        Err(Reason::Errors(diagnostics)) => diagnostics.len(),
        Err(_) => 0,
    }
}

/// Kinds of files, as in a Unix mode.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

fn kind(record: &ZipFileHeaderRecord<'_>) -> u32 {
    record.mode().value() & KIND
}

fn is_folder(record: &ZipFileHeaderRecord<'_>, path: &str) -> bool {
    record.is_dir() || kind(record) == FOLDER || path.ends_with('\\')
}

/// What systems and programs leave in archives without anybody asking: `__MACOSX/…`, `.DS_Store`.
fn is_hidden(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| part == "__MACOSX" || (part.starts_with('.') && !part.chars().all(|dot| dot == '.')))
}
