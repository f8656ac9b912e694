//! A new folder with one file, private to this user, that another program (an editor) edits by its path.
//!
//! The path is reliable only if nobody else can rename or replace anything on it. Therefore the place of the folder is
//! verified, and not trusted just because a variable names it.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{self, Mode, OFlags, RenameFlags};
use rustix::process::geteuid;
use zeroize::Zeroizing;

use super::folder::{Attributes, Folder};
use super::private_folder::{a_file, read_all, system, trusted};
use crate::private_folder::{Fault, FolderError};

const OTHERS_MAY_WRITE: u32 = 0o022;
const STICKY: u32 = 0o1000;
/// Attempts to find an unused name. Names are random: more than a few are in use only if somebody predicts them.
const ATTEMPTS: u32 = 8;

/// An open folder of mode 0700. Dropping it leaves the folder in place; [`remove`](Self::remove) deletes it.
#[derive(Debug)]
pub struct ScratchFolder(Folder);

impl ScratchFolder {
    /// Creates a folder, named `PREFIX` and random digits, in the user's runtime folder (`XDG_RUNTIME_DIR`). That must belong
    /// to this user, be writable by this user alone, and be below folders that nobody else can change.
    pub fn in_runtime_folder(runtime: &Path, prefix: &str) -> Result<Self, FolderError> {
        let folder = place(runtime)?;
        let stat = fs::fstat(&folder.fd).map_err(|error| system("look at", &folder.path, error))?;
        trusted(&stat, &[geteuid().as_raw()], &folder.path)?;
        Self::make(&folder, prefix)
    }

    /// Creates such a folder in a folder for temporary files. That must belong to root or this user, and be sticky if others
    /// can write to it.
    pub fn in_temporary_folder(temporary: &Path, prefix: &str) -> Result<Self, FolderError> {
        Self::make(&place(temporary)?, prefix)
    }

    fn make(parent: &Folder, prefix: &str) -> Result<Self, FolderError> {
        for _ in 0..ATTEMPTS {
            let mut random = [0; 8];
            getrandom::fill(&mut random).map_err(|_| system("create", &parent.path, rustix::io::Errno::IO))?;
            let name = format!("{prefix}{:016x}", u64::from_ne_bytes(random));
            let path = parent.path_of(&name)?;
            match fs::mkdirat(&parent.fd, &name, Mode::RWXU) {
                Err(rustix::io::Errno::EXIST) => continue,
                made => made.map_err(|error| system("create", &path, error))?,
            }
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW;
            let fd = parent.open(&name, flags, Mode::empty()).map_err(|error| system("open", &path, error))?;
            let stat = fs::fstat(&fd).map_err(|error| system("look at", &path, error))?;
            trusted(&stat, &[geteuid().as_raw()], &path)?;
            return Ok(Self(Folder { fd, path }));
        }
        Err(FolderError::Exists { path: parent.path.join(prefix) })
    }

    /// Returns the path of a file in the folder, for another program.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.0.path.join(name)
    }

    /// Returns the folder's path.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Creates a file (mode 0600). Fails if it exists.
    pub fn create(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.0.write(name, bytes, Attributes::PRIVATE, RenameFlags::NOREPLACE)
    }

    /// Reads a file of at most `limit` bytes. The file may have been replaced meanwhile, so that it must be a regular file of
    /// this user.
    pub fn read(&self, name: &str, limit: u64) -> Result<Zeroizing<Vec<u8>>, FolderError> {
        let path = self.0.path_of(name)?;
        let fd =
            self.0.open(name, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK, Mode::empty()).map_err(
                |error| match error {
                    rustix::io::Errno::LOOP => FolderError::Refused { path: path.clone(), fault: Fault::SymbolicLink },
                    rustix::io::Errno::NOENT => FolderError::Missing { path: path.clone() },
                    error => system("read", &path, error),
                },
            )?;
        let stat = fs::fstat(&fd).map_err(|error| system("look at", &path, error))?;
        a_file(&stat, &path)?;
        if stat.st_uid != geteuid().as_raw() {
            return Err(FolderError::Refused { path, fault: Fault::Owner(stat.st_uid) });
        }
        read_all(fd, &stat, limit, &path)
    }

    /// Removes the folder with everything in it.
    pub fn remove(self) -> std::io::Result<()> {
        // Nobody else can put another folder at this path; inside, no link is followed.
        std::fs::remove_dir_all(&self.0.path)
    }
}

/// Opens a folder whose path only root and this user can change. Each folder on the path belongs to one of them, and others can
/// write only to sticky ones, where they cannot rename files of other users.
fn place(path: &Path) -> Result<Folder, FolderError> {
    let io = |action, path: &Path, error: std::io::Error| {
        system(action, path, rustix::io::Errno::from_io_error(&error).unwrap_or(rustix::io::Errno::IO))
    };
    let real = std::fs::canonicalize(path).map_err(|error| io("open", path, error))?;
    for folder in real.ancestors() {
        let found = std::fs::symlink_metadata(folder).map_err(|error| io("look at", folder, error))?;
        let refused = |fault| FolderError::Refused { path: folder.to_owned(), fault };
        if found.uid() != 0 && found.uid() != geteuid().as_raw() {
            return Err(refused(Fault::Owner(found.uid())));
        }
        if found.mode() & OTHERS_MAY_WRITE != 0 && found.mode() & STICKY == 0 {
            return Err(refused(Fault::WritableByOthers(found.mode() & 0o777)));
        }
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = fs::openat(fs::CWD, &real, flags, Mode::empty()).map_err(|error| system("open", &real, error))?;
    Ok(Folder { fd, path: real })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn fault<T>(result: Result<T, FolderError>) -> Option<Fault> {
        match result {
            Err(FolderError::Refused { fault, .. }) => Some(fault),
            _ => None,
        }
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_runtime_folder_of_another_user_or_that_others_can_write_to_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let (outer, inner) = (root.path().join("outer"), root.path().join("outer/inner"));
        std::fs::create_dir_all(&inner).unwrap();
        set_mode(&inner, 0o700);
        let made = ScratchFolder::in_runtime_folder(&inner, "adit-").unwrap();
        assert_eq!(std::fs::metadata(made.path()).unwrap().mode() & 0o7777, 0o700);
        made.remove().unwrap();
        // Refused even if sticky: nobody else has anything to do in a runtime folder.
        set_mode(&inner, 0o1777);
        assert_eq!(fault(ScratchFolder::in_runtime_folder(&inner, "adit-")), Some(Fault::WritableByOthers(0o777)));
        ScratchFolder::in_temporary_folder(&inner, "adit-").unwrap().remove().unwrap();
        set_mode(&inner, 0o777);
        assert_eq!(fault(ScratchFolder::in_temporary_folder(&inner, "adit-")), Some(Fault::WritableByOthers(0o777)));
        set_mode(&inner, 0o700);
        set_mode(&outer, 0o777);
        assert_eq!(fault(ScratchFolder::in_runtime_folder(&inner, "adit-")), Some(Fault::WritableByOthers(0o777)));
        set_mode(&outer, 0o755);
        assert_eq!(std::fs::read_dir(&inner).unwrap().count(), 0);
        if !geteuid().is_root() {
            println!("SKIPPED: a folder of another user: only root can make one");
            return;
        }
        std::os::unix::fs::chown(&inner, Some(65534), None).unwrap();
        assert_eq!(fault(ScratchFolder::in_runtime_folder(&inner, "adit-")), Some(Fault::Owner(65534)));
        // The folder's owner could rename its contents, sticky or not.
        set_mode(&inner, 0o1777);
        assert_eq!(fault(ScratchFolder::in_temporary_folder(&inner, "adit-")), Some(Fault::Owner(65534)));
        assert_eq!(std::fs::read_dir(&inner).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_was_replaced_is_read_and_a_link_a_pipe_or_another_user_s_file_is_not() {
        let root = tempfile::tempdir().unwrap();
        let folder = ScratchFolder::in_temporary_folder(root.path(), "adit-").unwrap();
        folder.create("wg0.conf", b"before").unwrap();
        let path = folder.path_of("wg0.conf");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(*folder.read("wg0.conf", 64).unwrap(), b"before");
        std::fs::write(folder.path_of("new"), "after").unwrap();
        std::fs::rename(folder.path_of("new"), &path).unwrap();
        assert_eq!(*folder.read("wg0.conf", 64).unwrap(), b"after");
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(folder.read("wg0.conf", 64), Err(FolderError::Missing { .. })));
        symlink("/etc/passwd", &path).unwrap();
        assert_eq!(fault(folder.read("wg0.conf", 1 << 20)), Some(Fault::SymbolicLink));
        std::fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert_eq!(fault(folder.read("wg0.conf", 64)), Some(Fault::NotAFile));
        std::fs::remove_file(&path).unwrap();
        if geteuid().is_root() {
            std::fs::write(&path, "foreign").unwrap();
            std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
            assert_eq!(fault(folder.read("wg0.conf", 64)), Some(Fault::Owner(65534)));
        }
        let place = folder.path().to_owned();
        folder.remove().unwrap();
        assert!(!place.exists());
    }
}
