//! A folder that only this program's user can look into or change. Held open, so that nobody who can rename it or what is above it can
//! lead a later step elsewhere; no name in it is ever followed through a link.

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

/// Held by one process at a time; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct FolderLock(OwnedFd);

impl Drop for FolderLock {
    /// Closing alone would leave it to a child that another thread is about to start, until that becomes another program.
    fn drop(&mut self) {
        let _ = fs::flock(&self.0, FlockOperation::Unlock);
    }
}

impl PrivateFolder {
    /// Opens the folder, which is made if it is missing; what is above it must be there.
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

    /// A folder in this one, which is made if it is missing.
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

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// All names in it that are text, in order, without `.` and `..`. Names that are no text are none of ours.
    pub fn names(&self) -> Result<Vec<String>, FolderError> {
        self.0.names().map_err(|error| system("list", &self.0.path, error))
    }

    /// Whether something has that name.
    pub fn has(&self, name: &str) -> Result<bool, FolderError> {
        let path = self.0.path_of(name)?;
        match fs::statat(&self.0.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(system("look at", &path, error)),
        }
    }

    /// When the file was last written, seconds since 1970, whatever it is.
    pub fn modified(&self, name: &str) -> Option<i64> {
        fs::statat(&self.0.fd, name, AtFlags::SYMLINK_NOFOLLOW).ok().map(|stat| stat.st_mtime)
    }

    /// Reads a file of at most `limit` bytes that is ours alone to change.
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

    /// Writes a file that is not there yet; one that is stays as it is. Afterwards it is on the disk, whole, or not there.
    pub fn create(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.0.write(name, bytes, Attributes::PRIVATE, RenameFlags::NOREPLACE)
    }

    /// Puts a file in the place of another, if there is one. Afterwards it is on the disk, whole, or the other one is, as it was.
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

    /// Moves a file into another folder of the same disk, where nothing may have the name `to` yet.
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

    /// Removes what writers that were killed left behind.
    pub fn remove_leftovers(&self) -> Result<usize, FolderError> {
        self.0.remove_leftovers()
    }

    /// Takes the lock of that name, or says who has it.
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
        // Only for the words of the one that comes second: a disk that is full does not matter.
        let _ = fs::ftruncate(&fd, 0).and_then(|()| rustix::io::pwrite(&fd, format!("{}\n", std::process::id()).as_bytes(), 0));
        Ok(FolderLock(fd))
    }
}

/// The text in a lock's file.
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

/// Whether only `owners` can change it.
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
    // Enough room, so that what is read never moves and leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(limit.min(length) + 1).map_err(|_| too_large(length))?));
    std::fs::File::from(fd)
        .take(length + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| system("read", path, Errno::from_io_error(&error).unwrap_or(Errno::IO)))?;
    if bytes.len() as u64 > length { Err(system("read", path, Errno::BUSY)) } else { Ok(bytes) }
}
