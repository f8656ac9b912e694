//! Files of a user that no other user can read, because of their mode.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{AtFlags, Mode, OFlags, openat, renameat, unlinkat};

/// Flags that suffice to access files in a folder. Without `O_PATH` the folder must be readable too.
#[cfg(any(target_os = "linux", target_os = "android"))]
const HOLD: OFlags = OFlags::PATH;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const HOLD: OFlags = OFlags::RDONLY;

/// Permission bits of users that are neither the owner nor in the group.
const EVERYBODY: u32 = 0o007;

/// Writes a file that only its owner can read (0600). An existing file is replaced atomically if `replace` is true; else it is an
/// error (`AlreadyExists`). The folder is opened once, so that exchanging it meanwhile does not lead a later step elsewhere.
pub fn write(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = open_folder(path)?;
    if !replace {
        return create_in(&folder, name).and_then(|file| fill(file, &folder, name, bytes));
    }
    let beside = beside(name)?;
    create_in(&folder, &beside)
        .and_then(|file| fill(file, &folder, &beside, bytes))
        .and_then(|()| Ok(renameat(&folder, &beside, &folder, name).inspect_err(|_| remove(&folder, &beside))?))
}

fn open_folder(path: &Path) -> io::Result<OwnedFd> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(rustix::fs::open(folder, HOLD | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

fn create_in(folder: &OwnedFd, name: &OsStr) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::RUSR | Mode::WUSR)?.into())
}

/// Fills the file, and removes it if it cannot be written completely.
fn fill(mut file: File, folder: &OwnedFd, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| remove(folder, name))
}

fn remove(folder: &OwnedFd, name: &OsStr) {
    let _ = unlinkat(folder, name, AtFlags::empty());
}

/// Returns an unused name in the same folder.
fn beside(name: &OsStr) -> io::Result<OsString> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{:016x}", u64::from_le_bytes(random)));
    Ok(hidden)
}

/// Makes a folder that only its owner can enter (0700).
pub fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes a new file that only its owner can read (0600).
pub fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Opens a file for reading and writing, or makes it (0600). Does not follow a symbolic link, whose target would be overwritten.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path)
}

/// Writes all of `bytes` at an offset of the file.
pub fn write_all_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    file.write_all_at(bytes, offset)
}

/// Opens a file for reading, without waiting for the other end of a named pipe.
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)
}

/// Returns true if other users of the computer can read or change the file at `path`, which is open as `file`: every user, by the
/// modes of the file and of its folder.
pub fn is_exposed(path: &Path, file: &File) -> io::Result<bool> {
    let folder = path.canonicalize().ok().and_then(|path| path.parent().and_then(|folder| folder.metadata().ok()));
    let folder_mode = folder.map_or(0o777, |metadata| metadata.mode());
    Ok(file.metadata()?.mode() & folder_mode & EVERYBODY != 0)
}

/// Returns true if the file's own mode lets every user of the computer read or change it.
pub fn is_open_to_everybody(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.mode() & EVERYBODY != 0)
}

/// Returns true if standard output goes to a file that lets every user of the computer read or change it.
pub fn is_output_open_to_everybody() -> io::Result<bool> {
    let file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    Ok(file.metadata()?.is_file() && is_open_to_everybody(&file)?)
}

/// Returns true if both belong to the same user. Links are not followed.
pub fn have_one_owner(one: &Path, other: &Path) -> io::Result<bool> {
    Ok(one.symlink_metadata()?.uid() == other.symlink_metadata()?.uid())
}
