//! Files with a key in them: for their owner alone from the first moment, and never over another file unasked.

use std::io;
use std::path::Path;

use adit_platform::native::owner_file;
use anyhow::{Context, bail};

/// Writes a file that only its owner may read. `replace`: another one of that name gives way, at once and whole; without it, it is an
/// error.
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
