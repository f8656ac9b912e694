//! A configuration file of the administrator, such as `/etc/wireguard/wg0.conf`. It is read only if nobody but root or this
//! user can have written it, and changed atomically.

use std::path::{Path, PathBuf};

use rustix::fs::{self, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use super::folder::{Attributes, Folder};
use super::private_folder::{a_file, read_all, system, trusted};
use crate::private_folder::{Content, Fault, FolderError};

/// Reads a file of at most `limit` bytes. Follows links, because distributions use them.
pub fn read(path: &Path, limit: u64) -> Result<Content, FolderError> {
    let (folder, name) = folder_of(path)?;
    let (fd, stat) = open(&folder, &name)?;
    let folder_mode = fs::fstat(&folder.fd).map_or(0o777, |stat| stat.st_mode);
    let bytes = read_all(fd, &stat, limit, path)?;
    // wg-quick(8) warns in the same case: others may read the file, and may enter its folder.
    Ok(Content { bytes, exposed: stat.st_mode & folder_mode & 0o007 != 0, modified: stat.st_mtime })
}

/// Replaces the content of an existing file, which keeps its owner and mode. On return the new content is on the disk; on an
/// error the file is unchanged.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let (folder, name) = folder_of(path)?;
    let (_, stat) = open(&folder, &name)?;
    if stat.st_nlink != 1 {
        return Err(FolderError::Refused { path: path.to_owned(), fault: Fault::Links });
    }
    let attributes = Attributes { mode: Mode::from_raw_mode(stat.st_mode), owner: Some((stat.st_uid, stat.st_gid)) };
    folder.write(&name, bytes, attributes, RenameFlags::empty())
}

/// Removes temporary files that killed writers left in the file's folder.
pub fn remove_leftovers_beside(path: &Path) -> Result<usize, FolderError> {
    folder_of(path)?.0.remove_leftovers()
}

/// Returns the folder that really contains the file, verified to be closed to changes by others, and the file's name there.
fn folder_of(path: &Path) -> Result<(Folder, String), FolderError> {
    let real = std::fs::canonicalize(path).map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::NOENT) => FolderError::Missing { path: path.to_owned() },
        error => system("read", path, error.unwrap_or(Errno::IO)),
    })?;
    let name = real.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let (Some(parent), Some(name)) = (real.parent(), name) else {
        return Err(FolderError::Refused { path: path.to_owned(), fault: Fault::Name });
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = fs::open(parent, flags, Mode::empty()).map_err(|error| system("open", parent, error))?;
    let stat = fs::fstat(&fd).map_err(|error| system("look at", parent, error))?;
    trusted(&stat, &owners(), parent)?;
    Ok((Folder { fd, path: PathBuf::from(parent) }, name))
}

fn open(folder: &Folder, name: &str) -> Result<(std::os::fd::OwnedFd, Stat), FolderError> {
    let path = folder.path_of(name)?;
    let fd = folder
        .open(name, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK, Mode::empty())
        .map_err(|error| system("read", &path, error))?;
    let stat = fs::fstat(&fd).map_err(|error| system("look at", &path, error))?;
    a_file(&stat, &path)?;
    trusted(&stat, &owners(), &path)?;
    Ok((fd, stat))
}

fn owners() -> [u32; 2] {
    [0, rustix::process::geteuid().as_raw()]
}
