//! Files that only their owner can read. Without an adapter only reading works.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use crate::native::{Part, Unsupported};

/// Fails: [`Unsupported`].
pub fn write(_: &Path, _: &[u8], _: bool) -> io::Result<()> {
    unsupported()
}

/// Fails: [`Unsupported`].
pub fn create_folder(_: &Path) -> io::Result<()> {
    unsupported()
}

/// Fails: [`Unsupported`].
pub fn create(_: &Path) -> io::Result<File> {
    unsupported()
}

/// Fails: [`Unsupported`].
pub fn open_or_create(_: &Path) -> io::Result<File> {
    unsupported()
}

/// Fails: [`Unsupported`].
pub fn write_all_at(_: &File, _: &[u8], _: u64) -> io::Result<()> {
    unsupported()
}

/// Opens a file for reading.
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Fails: [`Unsupported`].
pub fn is_exposed(_: &Path, _: &Metadata) -> io::Result<bool> {
    unsupported()
}

/// Fails: [`Unsupported`].
pub fn is_open_to_everybody(_: &Metadata) -> io::Result<bool> {
    unsupported()
}

/// Fails: [`Unsupported`].
pub fn is_output_open_to_everybody() -> io::Result<bool> {
    unsupported()
}

/// Fails: [`Unsupported`].
pub fn have_one_owner(_: &Metadata, _: &Metadata) -> io::Result<bool> {
    unsupported()
}

fn unsupported<T>() -> io::Result<T> {
    Err(Unsupported(Part::OwnerFile).into())
}
