//! Reads tar archives, plain or compressed with gzip as a whole. A tar archive has no directory, so damage may become visible
//! only at its end; the whole archive is refused then.

use std::cell::Cell;
use std::io::{self, Read};

use adit_config::detect::{self, Foreign};
use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

use super::{ArchiveError, Entries, Entry, EntryError, is_hidden, shown};
use crate::limits::{ARCHIVE_ENTRIES, ENTRY_BYTES, UNPACKED_BYTES};

/// Size of a tar block in bytes.
const BLOCK: usize = 512;
/// Maximum number of bytes that come out of a compressed archive: the entries, and the blocks before and after each.
const STREAM: usize = UNPACKED_BYTES + ARCHIVE_ENTRIES * 4 * BLOCK;

/// Reads the entries of an archive whose size was checked.
pub(super) fn read(stream: impl Read) -> Result<Vec<Entry>, ArchiveError> {
    let is_spent = Cell::new(false);
    let entries = entries(Archive::new(Bounded { stream, left: STREAM, is_spent: &is_spent }));
    entries.map_err(|error| if is_spent.get() { ArchiveError::Unpacked } else { error })
}

/// Reads the entries of an archive that is compressed with gzip.
pub(super) fn read_gz(bytes: &[u8]) -> Result<Vec<Entry>, ArchiveError> {
    let mut first = [0; BLOCK];
    let is_tar = MultiGzDecoder::new(bytes).read_exact(&mut first).is_ok() && is_header(&first);
    if is_tar { read(MultiGzDecoder::new(bytes)) } else { Err(ArchiveError::NoArchive) }
}

fn is_header(block: &[u8]) -> bool {
    detect::binary(block) == Some(Foreign::Tar)
}

fn entries(mut archive: Archive<impl Read>) -> Result<Vec<Entry>, ArchiveError> {
    let mut entries = Entries::new();
    for (number, entry) in archive.entries().map_err(damaged)?.enumerate() {
        if number == ARCHIVE_ENTRIES {
            return Err(ArchiveError::TooManyEntries);
        }
        let mut entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        let path = entry.path_bytes().into_owned();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        if is_hidden(&shown(&path)) {
            entries.pass_over(&path);
            continue;
        }
        let mut is_cut = false;
        entries.take(&path, |buffer| match kind {
            EntryType::Regular | EntryType::Continuous => unpack(&mut entry, buffer).unwrap_or_else(|_| {
                is_cut = true;
                Ok(())
            }),
            _ => Err(EntryError::NotAFile),
        })?;
        if is_cut {
            return Err(ArchiveError::Damaged);
        }
    }
    end(archive.into_inner())?;
    Ok(entries.taken)
}

fn unpack(entry: impl Read, buffer: &mut Vec<u8>) -> io::Result<Result<(), EntryError>> {
    let most = u64::try_from(ENTRY_BYTES).unwrap_or(u64::MAX);
    entry.take(most + 1).read_to_end(buffer)?;
    Ok(if buffer.len() > ENTRY_BYTES { Err(EntryError::TooLarge) } else { Ok(()) })
}

/// Reads the end of an archive: two blocks of zeros, of which one has been read, and any number of further ones.
fn end(mut rest: impl Read) -> Result<(), ArchiveError> {
    let (mut buffer, mut count) = ([0; 16 * BLOCK], 0);
    loop {
        match rest.read(&mut buffer) {
            Ok(0) if count < BLOCK => return Err(ArchiveError::Damaged),
            Ok(0) => return Ok(()),
            Ok(read) if buffer.iter().take(read).any(|byte| *byte != 0) => return Err(ArchiveError::Trailing),
            Ok(read) => count += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(damaged(error)),
        }
    }
}

fn damaged(_: io::Error) -> ArchiveError {
    ArchiveError::Damaged
}

/// A reader that returns no more than `left` bytes and notes when they are used up.
struct Bounded<'a, R> {
    stream: R,
    left: usize,
    is_spent: &'a Cell<bool>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            self.is_spent.set(true);
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let most = buffer.len().min(self.left);
        let read = self.stream.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left -= read;
        Ok(read)
    }
}
