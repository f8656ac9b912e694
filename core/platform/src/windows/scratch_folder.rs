//! A new folder with one file, private to this user, that another program (an editor) edits by its path.
//!
//! The open handle keeps the folder from being renamed or removed, so that the path leads to the same folder as long as it is used.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::io::Write;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, FILE_LIST_DIRECTORY, FILE_READ_ATTRIBUTES, FILE_SHARE_READ,
    FILE_SHARE_WRITE, READ_CONTROL,
};
use zeroize::Zeroizing;

use super::owner_file;
use super::private_folder::{Links, is_name, is_there, read, refused, system, trusted};
use crate::private_folder::{Fault, FolderError};

/// Attempts to find an unused name. Names are random: more than a few are in use only if somebody predicts them.
const ATTEMPTS: u32 = 8;

/// An open folder. Dropping it leaves the folder in place; [`remove`](Self::remove) deletes it.
#[derive(Debug)]
pub struct ScratchFolder {
    path: PathBuf,
    handle: File,
}

impl ScratchFolder {
    /// Creates a folder, named `PREFIX` and random digits, in the user's runtime folder.
    pub fn in_runtime_folder(runtime: &Path, prefix: &str) -> Result<Self, FolderError> {
        Self::in_temporary_folder(runtime, prefix)
    }

    /// Creates such a folder in a folder for temporary files. Its own rights protect it, also where others may create files beside
    /// it.
    pub fn in_temporary_folder(temporary: &Path, prefix: &str) -> Result<Self, FolderError> {
        let parent = std::path::absolute(temporary).map_err(|error| system("find", temporary, &error))?;
        for _ in 0..ATTEMPTS {
            let mut random = [0; 8];
            getrandom::fill(&mut random).map_err(|error| system("create", &parent, &io::Error::other(error)))?;
            let path = parent.join(format!("{prefix}{:016x}", u64::from_ne_bytes(random)));
            match owner_file::create_folder(&path) {
                Err(error) if is_there(&error) => continue,
                made => made.map_err(|error| system("create", &path, &error))?,
            }
            return Self::open(path);
        }
        Err(FolderError::Exists { path: parent.join(prefix) })
    }

    fn open(path: PathBuf) -> Result<Self, FolderError> {
        let mut options = OpenOptions::new();
        // Only a handle with a right to the content takes part in sharing, and so keeps others from renaming the folder.
        options.access_mode(FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES | READ_CONTROL);
        options.share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE);
        options.custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
        let handle = options.open(&path).map_err(|error| system("open", &path, &error))?;
        if !handle.metadata().map_err(|error| system("look at", &path, &error))?.is_dir() {
            return Err(refused(&path, Fault::NotAFolder));
        }
        // Another user could have put a folder of its own there before it was opened.
        trusted(&handle, &path)?;
        Ok(Self { path, handle })
    }

    /// Returns the path of a file in the folder, for another program.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Returns the folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Creates a file with the folder's rights. Fails if it exists.
    pub fn create(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.checked(name)?;
        let written = File::create_new(&path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        written.map_err(|error| match error {
            error if is_there(&error) => FolderError::Exists { path: path.clone() },
            error => system("write", &path, &error),
        })
    }

    /// Reads a file of at most `limit` bytes. The file may have been replaced meanwhile, so that it must be a regular file that
    /// others cannot change.
    pub fn read(&self, name: &str, limit: u64) -> Result<Zeroizing<Vec<u8>>, FolderError> {
        Ok(read(&self.checked(name)?, limit, Links::Refuse)?.bytes)
    }

    /// Removes the folder with everything in it.
    pub fn remove(self) -> io::Result<()> {
        let Self { path, handle } = self;
        drop(handle);
        fs::remove_dir_all(path)
    }

    fn checked(&self, name: &str) -> Result<PathBuf, FolderError> {
        if is_name(name) { Ok(self.path.join(name)) } else { Err(refused(&self.path, Fault::Name)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_file_is_read_and_the_folder_goes_with_everything_in_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = ScratchFolder::in_temporary_folder(root.path(), "adit-").unwrap();
        folder.create("wg0.conf", b"before").unwrap();
        assert!(matches!(folder.create("wg0.conf", b"again"), Err(FolderError::Exists { .. })));
        fs::write(folder.path_of("new"), "after").unwrap();
        fs::rename(folder.path_of("new"), folder.path_of("wg0.conf")).unwrap();
        assert_eq!(*folder.read("wg0.conf", 64).unwrap(), b"after");
        assert!(matches!(folder.read("wg0.conf", 2), Err(FolderError::Refused { fault: Fault::TooLarge(5), .. })));
        assert!(matches!(folder.read("..\\x", 64), Err(FolderError::Refused { fault: Fault::Name, .. })));
        let place = folder.path().to_owned();
        fs::rename(&place, root.path().join("moved")).expect_err("the folder is open");
        folder.remove().unwrap();
        assert!(!place.exists());
    }
}
