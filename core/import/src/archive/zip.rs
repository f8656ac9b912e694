//! Reads zip archives. Before anything is unpacked, the number of entries is checked, and that no two entries share bytes.

use std::io::Read;

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive, ZipSliceEntry};

use super::{ArchiveError, Entries, Entry, EntryError, is_hidden, shown};
use crate::limits::{ARCHIVE_ENTRIES, COMPRESSION_RATIO, ENTRY_BYTES};

type Archive<'a> = ZipSliceArchive<&'a [u8]>;

/// Reads the entries of an archive whose size was checked.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Entry>, ArchiveError> {
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

/// Reads the directory of the archive, with as many entries as its end record states.
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

/// Returns true if two entries share a byte, or one shares a byte with the directory. Entries outside the archive fail later.
fn overlap(archive: &Archive<'_>, records: &[ZipFileHeaderRecord<'_>]) -> bool {
    let place = |record: &ZipFileHeaderRecord<'_>| {
        let entry = archive.get_entry(record.wayfinder()).ok()?;
        Some((record.local_header_offset(), entry.compressed_data_range().1))
    };
    let mut places: Vec<(u64, u64)> = records.iter().filter_map(place).collect();
    places.sort_unstable();
    // Each entry must end before the next one starts, and the last one before the directory.
    let starts = places.iter().skip(1).map(|(start, _)| *start).chain([archive.directory_offset()]);
    places.iter().zip(starts).any(|((_, end), next)| *end > next)
}

fn entries(archive: &Archive<'_>, records: &[ZipFileHeaderRecord<'_>]) -> Result<Vec<Entry>, ArchiveError> {
    let mut entries = Entries::new();
    for record in records {
        let path = record.file_path();
        let path = path.as_bytes();
        let name = shown(path);
        if is_folder(record, &name) {
            continue;
        }
        if is_hidden(&name) {
            entries.pass_over(path);
        } else {
            entries.take(path, |buffer| unpack(archive, record, buffer))?;
        }
    }
    Ok(entries.taken)
}

/// Unpacks an entry. Afterwards `buffer` holds the unpacked bytes, even if there were too many.
fn unpack(archive: &Archive<'_>, record: &ZipFileHeaderRecord<'_>, buffer: &mut Vec<u8>) -> Result<(), EntryError> {
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
        CompressionMethod::STORE => inflate(&entry, entry.data(), buffer),
        CompressionMethod::DEFLATE => inflate(&entry, DeflateDecoder::new(entry.data()), buffer),
        _ => Err(EntryError::Method),
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

/// File types in a Unix mode.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

fn kind(record: &ZipFileHeaderRecord<'_>) -> u32 {
    record.mode().value() & KIND
}

fn is_folder(record: &ZipFileHeaderRecord<'_>, path: &str) -> bool {
    record.is_dir() || kind(record) == FOLDER || path.ends_with('\\')
}
