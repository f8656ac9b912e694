//! Files of a user that no other user can read, because of their access control list: besides the user, the system and
//! administrators can.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::os::windows::io::AsRawHandle;
use std::path::Path;

use windows_sys::Win32::Storage::FileSystem::{
    CREATE_NEW, FILE_TYPE_DISK, GetFileType, OPEN_ALWAYS, READ_CONTROL, SECURITY_IDENTIFICATION,
};
use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT};

use super::private_folder::unfinished_in;
use super::security::{self, others, own_and_private, owner_of_file};

/// Writes a file that only its owner can read. An existing file is replaced atomically if `replace` is true; else it is an error
/// (`AlreadyExists`).
pub fn write(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    if !replace {
        return fill(create(&path)?, &path, bytes);
    }
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let beside = unfinished_in(folder)?;
    fill(create(&beside)?, &beside, bytes)?;
    security::rename(&beside, &path, true).inspect_err(|_| drop(fs::remove_file(&beside)))
}

/// Fills the file, and removes it if it cannot be written completely.
fn fill(mut file: File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    written.inspect_err(|_| drop(fs::remove_file(path)))
}

/// Makes a folder that only its owner can enter.
pub fn create_folder(path: &Path) -> io::Result<()> {
    security::create_folder(&std::path::absolute(path)?, &own_and_private()?)
}

/// Makes a new file that only its owner can read.
pub fn create(path: &Path) -> io::Result<File> {
    security::create_file(path, &own_and_private()?, CREATE_NEW)
}

/// Opens a file for reading and writing, or makes it. Does not follow a symbolic link, whose target would be overwritten.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    let file = security::create_file(path, &own_and_private()?, OPEN_ALWAYS)?;
    if file.metadata()?.file_type().is_symlink() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link"));
    }
    Ok(file)
}

/// Writes all of `bytes` at an offset of the file.
pub fn write_all_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = file.seek_write(bytes, offset)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = bytes.get(written..).unwrap_or_default();
        offset += written as u64;
    }
    Ok(())
}

/// Opens a file for reading. If the path leads to a named pipe, the process at its other end cannot act as this user.
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).security_qos_flags(SECURITY_IDENTIFICATION).open(path)
}

/// Returns true if other users of the computer can read or change the file at `path`, which is open as `file`.
pub fn is_exposed(_: &Path, file: &File) -> io::Result<bool> {
    is_open_to_everybody(file)
}

/// Returns true if other users of the computer can read or change the file.
pub fn is_open_to_everybody(file: &File) -> io::Result<bool> {
    let others = others(file)?;
    Ok(others.read || others.change)
}

/// Returns true if standard output goes to a file that other users of the computer can read or change.
pub fn is_output_open_to_everybody() -> io::Result<bool> {
    let output = io::stdout();
    // SAFETY: the handle belongs to the process as long as it runs.
    if unsafe { GetFileType(output.as_raw_handle()) } != FILE_TYPE_DISK {
        return Ok(false);
    }
    let others = others(&output)?;
    Ok(others.read || others.change)
}

/// Returns true if both belong to the same user. Links are not followed.
pub fn have_one_owner(one: &Path, other: &Path) -> io::Result<bool> {
    let owner = |path: &Path| {
        let mut options = OpenOptions::new();
        options.access_mode(READ_CONTROL).custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
        owner_of_file(&options.open(path)?)
    };
    let (one, other) = (owner(one)?, owner(other)?);
    Ok(one.is_some() && one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_once_and_replaced_only_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write(&path, b"first", false).unwrap();
        assert_eq!(write(&path, b"second", false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write(&path, b"third", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing stays beside it");
        assert!(!is_exposed(&path, &File::open(&path).unwrap()).unwrap());
    }

    #[test]
    fn bytes_are_written_at_their_offset() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let file = open_or_create(&path).unwrap();
        write_all_at(&file, b"abcdef", 0).unwrap();
        write_all_at(&open_or_create(&path).unwrap(), b"XY", 2).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"abXYef");
    }

    #[test]
    fn two_files_of_this_user_have_one_owner() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
        write(&one, b"1", false).unwrap();
        write(&other, b"2", false).unwrap();
        assert!(have_one_owner(&one, &other).unwrap());
        have_one_owner(&one, &folder.path().join("none")).expect_err("there is no such file");
    }
}
