//! Files with a key in them: for their owner alone from the first moment, and never over another file unasked.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Writes a file that only its owner may read (0600). `replace`: another one of that name gives way, at once and whole; without
/// it, it is an error.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> anyhow::Result<()> {
    if !replace {
        return match create(path) {
            Ok(file) => fill(file, path, bytes).with_context(|| format!("cannot write {}", path.display())),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                bail!("{} exists; choose another name, or replace it with --force", path.display())
            }
            Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
        };
    }
    let beside = beside(path)?;
    create(&beside)
        .and_then(|file| fill(file, &beside, bytes))
        .and_then(|()| fs::rename(&beside, path).inspect_err(|_| remove(&beside)))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn create(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// What cannot be written whole is not left behind.
fn fill(mut file: File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| remove(path))
}

fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// A name in the same folder, that nobody has.
fn beside(path: &Path) -> anyhow::Result<PathBuf> {
    let Some(name) = path.file_name() else { bail!("{} is not the name of a file", path.display()) };
    let mut random = [0; 8];
    getrandom::fill(&mut random).context("the system has no random numbers")?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{:016x}", u64::from_le_bytes(random)));
    Ok(path.with_file_name(hidden))
}
