//! A configuration file of the administrator. It is read only if nobody but the system, administrators and this user can have
//! written it, and changed atomically.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_BACKUP_SEMANTICS, READ_CONTROL};

use super::private_folder::{Links, is_unfinished, read as read_trusted, refused, system, trusted, unfinished_in};
use super::security::{links, own_and_private, replace_content};
use crate::private_folder::{Content, Fault, FolderError};

/// Reads a file of at most `limit` bytes. Follows links.
pub fn read(path: &Path, limit: u64) -> Result<Content, FolderError> {
    folder_of(path)?;
    read_trusted(path, limit, Links::Follow)
}

/// Replaces the content of an existing file, which keeps its owner and its access control list. On an error the file is
/// unchanged.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let (real, folder) = folder_of(path)?;
    let failed = |error: std::io::Error| system("write", path, &error);
    let file = File::open(&real).map_err(failed)?;
    trusted(&file, path)?;
    if links(&file).map_err(failed)? != 1 {
        return Err(refused(path, Fault::Links));
    }
    drop(file);
    let beside = unfinished_in(&folder).map_err(failed)?;
    let written = own_and_private()
        .and_then(|rights| super::security::create_file(&beside, &rights, windows_sys::Win32::Storage::FileSystem::CREATE_NEW))
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    let replaced = written.and_then(|()| replace_content(&real, &beside));
    // If removing it fails too, the next start removes it.
    replaced.inspect_err(|_| drop(fs::remove_file(&beside))).map_err(failed)
}

/// Removes temporary files that killed writers left in the file's folder.
pub fn remove_leftovers_beside(path: &Path) -> Result<usize, FolderError> {
    let (_, folder) = folder_of(path)?;
    let failed = |error: std::io::Error| system("list", &folder, &error);
    let mut removed = 0;
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_str().is_some_and(is_unfinished) {
            fs::remove_file(entry.path()).map_err(|error| system("remove", &entry.path(), &error))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Returns the path of the file without links, and the folder that really contains it, verified to be closed to changes by others.
fn folder_of(path: &Path) -> Result<(PathBuf, PathBuf), FolderError> {
    let real = fs::canonicalize(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => FolderError::Missing { path: path.to_owned() },
        _ => system("read", path, &error),
    })?;
    let folder = real.parent().ok_or_else(|| refused(path, Fault::Name))?.to_owned();
    let open = OpenOptions::new().access_mode(READ_CONTROL).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(&folder);
    trusted(&open.map_err(|error| system("open", &folder, &error))?, &folder)?;
    Ok((real, folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_read_and_replaced_and_leftovers_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wg0.conf");
        assert!(matches!(read(&path, 64), Err(FolderError::Missing { .. })));
        fs::write(&path, "before").unwrap();
        assert_eq!(**read(&path, 64).unwrap().bytes, *b"before");
        replace(&path, b"after").unwrap();
        assert_eq!(**read(&path, 64).unwrap().bytes, *b"after");
        assert!(matches!(read(&path, 2), Err(FolderError::Refused { fault: Fault::TooLarge(5), .. })));
        fs::write(unfinished_in(folder.path()).unwrap(), "half").unwrap();
        assert_eq!(remove_leftovers_beside(&path).unwrap(), 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_with_a_second_name_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let [path, other] = ["wg0.conf", "other"].map(|name| folder.path().join(name));
        fs::write(&path, "before").unwrap();
        fs::hard_link(&path, &other).unwrap();
        assert!(matches!(replace(&path, b"after"), Err(FolderError::Refused { fault: Fault::Links, .. })));
        assert_eq!(fs::read(&other).unwrap(), b"before");
    }
}
