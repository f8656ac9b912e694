//! Writes files that contain a key: readable only by their owner from the first moment, and never over an existing file unless
//! asked to.

use std::io;
use std::path::Path;

use adit_platform::native::owner_file;
use anyhow::{Context, bail};

/// Fails if the file exists and is not to be replaced: before the work, and before the questions, of writing it.
pub(crate) fn is_free(path: &Path, replace: bool) -> anyhow::Result<()> {
    if !replace && path.symlink_metadata().is_ok() {
        bail!("{} exists; choose another name, or replace it with --force", path.display());
    }
    Ok(())
}

/// Writes a file that only its owner can read. An existing file is replaced atomically if `replace` is true; else it is an error.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> anyhow::Result<()> {
    if path.file_name().is_none() {
        bail!("{} is not the name of a file", path.display());
    }
    match owner_file::write(path, bytes, replace) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !replace => {
            bail!("{} exists; choose another name, or replace it with --force", path.display())
        }
        written => written.with_context(|| format!("cannot write {}", path.display())),
    }
}
