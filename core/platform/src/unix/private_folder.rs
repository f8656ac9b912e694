//! A folder that only this program's user can read or change. It is held open, so that renaming it or a folder above it does not
//! lead a later step elsewhere; symbolic links in it are never followed.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::folder::{Attributes, Folder};
use crate::private_folder::{Content, Fault, FolderError};

/// An open folder of mode 0700.
#[derive(Debug)]
pub struct PrivateFolder(Folder);

/// A lock that one process at a time holds. The system releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct FolderLock(OwnedFd);

impl Drop for FolderLock {
    /// Unlocks explicitly: closing alone would leave the lock to a child that another thread is about to start, until the child
    /// calls exec.
    fn drop(&mut self) {
        let _ = fs::flock(&self.0, FlockOperation::Unlock);
    }
}

impl PrivateFolder {
    /// Opens the folder, and makes it if it is missing; the folder above it must exist.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || fs::open(path, flags, Mode::empty());
        let opened = match open() {
            Err(Errno::NOENT) => {
                let made = fs::mkdir(path, Mode::RWXU);
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                made.and_then(|()| fs::open(parent, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()))
                    .and_then(fs::fsync)
                    .or_else(|error| if error == Errno::EXIST { Ok(()) } else { Err(error) })
                    .map_err(|error| system("create", path, error))?;
                open()
            }
            other => other,
        };
        let found = || fs::lstat(path);
        Self::checked(Folder { fd: opened.map_err(|error| no_folder(path, error, found))?, path: path.to_owned() })
    }

    /// Opens a folder in this one, and makes it if it is missing.
    pub fn subfolder(&self, name: &str) -> Result<Self, FolderError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW;
        let path = self.0.path_of(name)?;
        let opened = match self.0.open(name, flags, Mode::empty()) {
            Err(Errno::NOENT) => {
                fs::mkdirat(&self.0.fd, name, Mode::RWXU)
                    .and_then(|()| fs::fsync(&self.0.fd))
                    .map_err(|error| system("create", &path, error))?;
                self.0.open(name, flags, Mode::empty())
            }
            other => other,
        };
        let found = || fs::statat(&self.0.fd, name, AtFlags::SYMLINK_NOFOLLOW);
        Self::checked(Folder { fd: opened.map_err(|error| no_folder(&path, error, found))?, path })
    }

    fn checked(folder: Folder) -> Result<Self, FolderError> {
        let stat = fs::fstat(&folder.fd).map_err(|error| system("look at", &folder.path, error))?;
        trusted(&stat, &[rustix::process::geteuid().as_raw()], &folder.path)?;
        if stat.st_mode & 0o077 != 0 {
            fs::fchmod(&folder.fd, Mode::RWXU).map_err(|error| system("protect", &folder.path, error))?;
        }
        Ok(Self(folder))
    }

    /// Returns the folder's path.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Returns all names in the folder that are valid text, sorted, without `.` and `..`. No other names are Adit's.
    pub fn names(&self) -> Result<Vec<String>, FolderError> {
        self.0.names().map_err(|error| system("list", &self.0.path, error))
    }

    /// Returns true if the name exists.
    pub fn has(&self, name: &str) -> Result<bool, FolderError> {
        let path = self.0.path_of(name)?;
        match fs::statat(&self.0.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(system("look at", &path, error)),
        }
    }

    /// Returns when the file was last written, in seconds since 1970, whatever kind of file it is.
    pub fn modified(&self, name: &str) -> Option<i64> {
        fs::statat(&self.0.fd, name, AtFlags::SYMLINK_NOFOLLOW).ok().map(|stat| stat.st_mtime)
    }

    /// Reads a file of at most `limit` bytes that only this program's user can change.
    pub fn read(&self, name: &str, limit: u64) -> Result<Content, FolderError> {
        let path = self.0.path_of(name)?;
        let fd =
            self.0.open(name, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK, Mode::empty()).map_err(
                |error| match error {
                    Errno::LOOP => FolderError::Refused { path: path.clone(), fault: Fault::SymbolicLink },
                    Errno::NOENT => FolderError::Missing { path: path.clone() },
                    error => system("read", &path, error),
                },
            )?;
        let stat = fs::fstat(&fd).map_err(|error| system("look at", &path, error))?;
        a_file(&stat, &path)?;
        trusted(&stat, &[rustix::process::geteuid().as_raw()], &path)?;
        if stat.st_nlink != 1 {
            return Err(FolderError::Refused { path, fault: Fault::Links });
        }
        let bytes = read_all(fd, &stat, limit, &path)?;
        Ok(Content { bytes, exposed: stat.st_mode & 0o077 != 0, modified: stat.st_mtime })
    }

    /// Writes a new file; fails if it exists. Afterwards the file is either completely on the disk or does not exist.
    pub fn create(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.0.write(name, bytes, Attributes::PRIVATE, RenameFlags::NOREPLACE)
    }

    /// Writes a file in place of an existing one, if any. Afterwards either the new file is completely on the disk, or the
    /// earlier one is unchanged.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.0.write(name, bytes, Attributes::PRIVATE, RenameFlags::empty())
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) -> Result<(), FolderError> {
        let path = self.0.path_of(name)?;
        fs::unlinkat(&self.0.fd, name, AtFlags::empty()).map_err(|error| match error {
            Errno::NOENT => FolderError::Missing { path: path.clone() },
            error => system("remove", &path, error),
        })?;
        self.0.confirm(&path)
    }

    /// Moves a file into another folder of the same disk, in which the name `to` must not exist.
    pub fn hand_over(&self, name: &str, other: &Self, to: &str) -> Result<(), FolderError> {
        let (path, target) = (self.0.path_of(name)?, other.0.path_of(to)?);
        fs::renameat_with(&self.0.fd, name, &other.0.fd, to, RenameFlags::NOREPLACE).map_err(|error| match error {
            Errno::EXIST => FolderError::Exists { path: target.clone() },
            Errno::NOENT => FolderError::Missing { path: path.clone() },
            error => system("move", &path, error),
        })?;
        other.0.confirm(&target)?;
        self.0.confirm(&path)
    }

    /// Removes unfinished files of killed writers.
    pub fn remove_leftovers(&self) -> Result<usize, FolderError> {
        self.0.remove_leftovers()
    }

    /// Takes the lock of this name, or fails with the process that holds it.
    pub fn lock(&self, name: &str) -> Result<FolderLock, FolderError> {
        let path = self.0.path_of(name)?;
        let fd = self
            .0
            .open(name, OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW, Mode::RUSR | Mode::WUSR)
            .map_err(|error| system("open", &path, error))?;
        match fs::flock(&fd, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(FolderError::Locked { path, pid: holder(&fd) }),
            Err(error) => return Err(system("lock", &path, error)),
        }
        // The number is only for the error of another process: a full disk does not matter.
        let _ = fs::ftruncate(&fd, 0).and_then(|()| rustix::io::pwrite(&fd, format!("{}\n", std::process::id()).as_bytes(), 0));
        Ok(FolderLock(fd))
    }
}

/// Reads the process number in a lock's file.
fn holder(fd: &OwnedFd) -> Option<u32> {
    let mut text = [0; 16];
    let length = rustix::io::pread(fd, &mut text, 0).ok()?;
    std::str::from_utf8(text.get(..length)?).ok()?.strip_suffix('\n')?.parse().ok()
}

pub(crate) fn system(action: &'static str, path: &Path, error: Errno) -> FolderError {
    FolderError::System { action, path: path.to_owned(), cause: crate::private_folder::OsError(error.raw_os_error()) }
}

fn no_folder(path: &Path, error: Errno, found: impl FnOnce() -> rustix::io::Result<Stat>) -> FolderError {
    let refused = |fault| FolderError::Refused { path: path.to_owned(), fault };
    match error {
        Errno::LOOP => refused(Fault::SymbolicLink),
        Errno::NOTDIR => {
            let is_link = found().is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink);
            refused(if is_link { Fault::SymbolicLink } else { Fault::NotAFolder })
        }
        error => system("open", path, error),
    }
}

pub(crate) fn a_file(stat: &Stat, path: &Path) -> Result<(), FolderError> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(()),
        _ => Err(FolderError::Refused { path: path.to_owned(), fault: Fault::NotAFile }),
    }
}

/// Fails if users other than `owners` can change the file or folder.
#[allow(clippy::useless_conversion, reason = "modes have 16 bits on macOS")]
pub(crate) fn trusted(stat: &Stat, owners: &[u32], path: &Path) -> Result<(), FolderError> {
    let mode = u32::from(stat.st_mode) & 0o777;
    let fault = if !owners.contains(&stat.st_uid) {
        Fault::Owner(stat.st_uid)
    } else if mode & 0o022 != 0 {
        Fault::WritableByOthers(mode)
    } else {
        return Ok(());
    };
    Err(FolderError::Refused { path: PathBuf::from(path), fault })
}

pub(crate) fn read_all(fd: OwnedFd, stat: &Stat, limit: u64, path: &Path) -> Result<Zeroizing<Vec<u8>>, FolderError> {
    use std::io::Read as _;
    let length = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
    let too_large = |bytes| FolderError::Refused { path: path.to_owned(), fault: Fault::TooLarge(bytes) };
    if length > limit {
        return Err(too_large(length));
    }
    // The buffer never grows, so that no copy of the content stays behind in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(limit.min(length) + 1).map_err(|_| too_large(length))?));
    std::fs::File::from(fd)
        .take(length + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| system("read", path, Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
    if bytes.len() as u64 > length { Err(system("read", path, Errno::BUSY)) } else { Ok(bytes) }
}
