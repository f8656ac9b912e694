//! Files with a key in them: for their owner alone from the first moment, and never over another file unasked.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

use anyhow::{Context, bail};
use rustix::fs::{AtFlags, Mode, OFlags, openat, renameat, unlinkat};

/// Writes a file that only its owner may read (0600). `replace`: another one of that name gives way, at once and whole; without
/// it, it is an error. The folder is opened once, so that nobody who exchanges it meanwhile leads a later step elsewhere.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> anyhow::Result<()> {
    let Some(name) = path.file_name() else { bail!("{} is not the name of a file", path.display()) };
    let cannot = || format!("cannot write {}", path.display());
    let folder = open_folder(path).with_context(cannot)?;
    if !replace {
        return match create(&folder, name) {
            Ok(file) => fill(file, &folder, name, bytes).with_context(cannot),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                bail!("{} exists; choose another name, or replace it with --force", path.display())
            }
            Err(error) => Err(error).with_context(cannot),
        };
    }
    let beside = beside(name)?;
    create(&folder, &beside)
        .and_then(|file| fill(file, &folder, &beside, bytes))
        .and_then(|()| Ok(renameat(&folder, &beside, &folder, name).inspect_err(|_| remove(&folder, &beside))?))
        .with_context(cannot)
}

fn open_folder(path: &Path) -> io::Result<OwnedFd> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(rustix::fs::open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

fn create(folder: &OwnedFd, name: &OsStr) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::RUSR | Mode::WUSR)?.into())
}

/// What cannot be written whole is not left behind.
fn fill(mut file: File, folder: &OwnedFd, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| remove(folder, name))
}

fn remove(folder: &OwnedFd, name: &OsStr) {
    let _ = unlinkat(folder, name, AtFlags::empty());
}

/// A name in the same folder, that nobody has.
fn beside(name: &OsStr) -> anyhow::Result<OsString> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).context("the system has no random numbers")?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{:016x}", u64::from_le_bytes(random)));
    Ok(hidden)
}
