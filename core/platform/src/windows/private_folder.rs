//! A folder that only the system and administrators can read or change, because of its owner and an access control list that
//! inherits nothing from the folders above.
//!
//! The open handle keeps the folder from being renamed or removed, so a path into it always leads to the same folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use windows_sys::Win32::Foundation::{ERROR_ALREADY_EXISTS, ERROR_FILE_EXISTS, ERROR_SHARING_VIOLATION};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT,
    FILE_LIST_DIRECTORY, FILE_READ_ATTRIBUTES, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, READ_CONTROL, WRITE_DAC,
};
use zeroize::Zeroizing;

use super::security::{Others, create_private_folder, links, make_private, others, rename};
use crate::private_folder::{Content, Fault, FolderError, OsError};

/// Prefix of the name of a file that is being written; 32 hexadecimal digits follow.
const UNFINISHED: &str = ".adit-new-";
/// Names of devices in Windows, whatever extension follows.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// An open folder.
#[derive(Debug)]
pub struct PrivateFolder {
    path: PathBuf,
    _handle: File,
}

/// A lock that is held until it is dropped or the process ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl PrivateFolder {
    /// Opens the folder, and makes it if it is missing; the folder above it must exist.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let path = std::path::absolute(path).map_err(|error| system("find", path, &error))?;
        match create_private_folder(&path) {
            Err(error) if !is_there(&error) => return Err(system("create", &path, &error)),
            _ => {}
        }
        let mut options = OpenOptions::new();
        // Only a handle with a right to the content takes part in sharing, and so keeps others from renaming the folder.
        options.access_mode(FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES | READ_CONTROL | WRITE_DAC);
        options.share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE);
        options.custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
        let handle = options.open(&path).map_err(|error| system("open", &path, &error))?;
        let attributes = handle.metadata().map_err(|error| system("look at", &path, &error))?.file_attributes();
        if attributes & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
            return Err(refused(&path, Fault::SymbolicLink));
        }
        if attributes & FILE_ATTRIBUTE_DIRECTORY == 0 {
            return Err(refused(&path, Fault::NotAFolder));
        }
        let others = trusted(&handle, &path)?;
        if others.read || others.inherit {
            make_private(&handle).map_err(|error| system("protect", &path, &error))?;
        }
        Ok(Self { path, _handle: handle })
    }

    /// Opens a folder in this one, and makes it if it is missing.
    pub fn subfolder(&self, name: &str) -> Result<Self, FolderError> {
        Self::open(&self.path_of(name)?)
    }

    /// Returns the folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns all names in the folder that are valid text, sorted.
    pub fn names(&self) -> Result<Vec<String>, FolderError> {
        let list = || -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            for entry in fs::read_dir(&self.path)? {
                names.extend(entry?.file_name().into_string());
            }
            names.sort();
            Ok(names)
        };
        list().map_err(|error| system("list", &self.path, &error))
    }

    /// Returns true if the name exists.
    pub fn has(&self, name: &str) -> Result<bool, FolderError> {
        let path = self.path_of(name)?;
        match fs::symlink_metadata(&path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(system("look at", &path, &error)),
        }
    }

    /// Returns when the file was last written, in seconds since 1970, whatever kind of file it is.
    pub fn modified(&self, name: &str) -> Option<i64> {
        seconds(&fs::symlink_metadata(self.path_of(name).ok()?).ok()?)
    }

    /// Reads a file of at most `limit` bytes that only this program's user can change.
    pub fn read(&self, name: &str, limit: u64) -> Result<Content, FolderError> {
        read(&self.path_of(name)?, limit, Links::Refuse)
    }

    /// Writes a new file; fails if it exists. Afterwards the file is either completely on the disk or does not exist.
    pub fn create(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.write(name, bytes, false)
    }

    /// Writes a file in place of an existing one, if any. Afterwards either the new file is completely on the disk, or the
    /// earlier one is unchanged.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.write(name, bytes, true)
    }

    /// Writes a temporary file, waits for the disk, and moves the file into place.
    fn write(&self, name: &str, bytes: &[u8], replace: bool) -> Result<(), FolderError> {
        let path = self.path_of(name)?;
        let failed = |error: io::Error| system("write", &path, &error);
        let beside = unfinished_in(&self.path).map_err(failed)?;
        let written = File::create_new(&beside).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        let moved = written.map_err(failed).and_then(|()| {
            rename(&beside, &path, replace).map_err(|error| match error {
                error if is_there(&error) => FolderError::Exists { path: path.clone() },
                error => failed(error),
            })
        });
        // If removing it fails too, the next start removes it.
        moved.inspect_err(|_| drop(fs::remove_file(&beside)))
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) -> Result<(), FolderError> {
        let path = self.path_of(name)?;
        fs::remove_file(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => FolderError::Missing { path: path.clone() },
            _ => system("remove", &path, &error),
        })
    }

    /// Moves a file into another folder of the same disk, in which the name `to` must not exist.
    pub fn hand_over(&self, name: &str, other: &Self, to: &str) -> Result<(), FolderError> {
        let (path, target) = (self.path_of(name)?, other.path_of(to)?);
        rename(&path, &target, false).map_err(|error| match error {
            error if is_there(&error) => FolderError::Exists { path: target.clone() },
            error if error.kind() == io::ErrorKind::NotFound => FolderError::Missing { path: path.clone() },
            error => system("move", &path, &error),
        })
    }

    /// Removes unfinished files of killed writers.
    pub fn remove_leftovers(&self) -> Result<usize, FolderError> {
        let leftovers: Vec<String> = self.names()?.into_iter().filter(|name| is_unfinished(name)).collect();
        leftovers.iter().try_for_each(|name| self.remove(name))?;
        Ok(leftovers.len())
    }

    /// Takes the lock of this name, or fails with the process that holds it. The lock is the open file, which is shared only for
    /// reading.
    pub fn lock(&self, name: &str) -> Result<FolderLock, FolderError> {
        let path = self.path_of(name)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        options.share_mode(FILE_SHARE_READ).custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
        let mut file = options.open(&path).map_err(|error| match error.raw_os_error().map(i32::cast_unsigned) {
            Some(ERROR_SHARING_VIOLATION) => FolderError::Locked { path: path.clone(), pid: holder(&path) },
            _ => system("lock", &path, &error),
        })?;
        // The number is only for the error of another process: a full disk does not matter.
        let _ = file.write_all(format!("{}\n", std::process::id()).as_bytes());
        Ok(FolderLock { _file: file })
    }

    pub(super) fn path_of(&self, name: &str) -> Result<PathBuf, FolderError> {
        let path = self.path.join(name);
        if is_name(name) { Ok(path) } else { Err(refused(&self.path, Fault::Name)) }
    }
}

/// The handling of links by [`read`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// Neither symbolic nor hard links are read.
    Refuse,
    /// Links are followed.
    Follow,
}

/// Reads a file of at most `limit` bytes that nobody but the system, administrators and this program's user can change.
pub(super) fn read(path: &Path, limit: u64, links_are: Links) -> Result<Content, FolderError> {
    let mut options = OpenOptions::new();
    // Shared for deletion, so that another thread can replace the file meanwhile.
    options.read(true).share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE);
    let itself = if links_are == Links::Refuse { FILE_FLAG_OPEN_REPARSE_POINT } else { 0 };
    options.custom_flags(itself | FILE_FLAG_BACKUP_SEMANTICS);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => FolderError::Missing { path: path.to_owned() },
        _ => system("read", path, &error),
    })?;
    let failed = |error: io::Error| system("look at", path, &error);
    let metadata = file.metadata().map_err(failed)?;
    if metadata.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
        return Err(refused(path, Fault::SymbolicLink));
    }
    if !metadata.is_file() {
        return Err(refused(path, Fault::NotAFile));
    }
    let exposed = trusted(&file, path)?.read;
    if links_are == Links::Refuse && links(&file).map_err(failed)? != 1 {
        return Err(refused(path, Fault::Links));
    }
    let length = metadata.len();
    if length > limit {
        return Err(refused(path, Fault::TooLarge(length)));
    }
    // The buffer never grows, so that no copy of the content stays behind in memory. The file is not shared for writing
    // meanwhile.
    let room = usize::try_from(length + 1).map_err(|_| refused(path, Fault::TooLarge(length)))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    Read::take(&mut file, length).read_to_end(&mut bytes).map_err(|error| system("read", path, &error))?;
    Ok(Content { bytes, exposed, modified: seconds(&metadata).unwrap_or(0) })
}

/// Fails if another user owns an open file or folder or can change it. Returns the rest of what others may do.
pub(super) fn trusted(file: &File, path: &Path) -> Result<Others, FolderError> {
    let others = others(file).map_err(|error| system("look at", path, &error))?;
    if others.own {
        return Err(refused(path, Fault::OtherOwner));
    }
    if others.change {
        return Err(refused(path, Fault::OpenToOthers));
    }
    Ok(others)
}

/// Returns an unused name in a folder, for a file that is being written.
pub(super) fn unfinished_in(folder: &Path) -> io::Result<PathBuf> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(folder.join(format!("{UNFINISHED}{:032x}", u128::from_ne_bytes(random))))
}

/// Reads the process number in a lock's file.
fn holder(path: &Path) -> Option<u32> {
    written_in_lock(path)?.parse().ok()
}

/// Reads the line in the file of a held lock. None if its holder has not written it completely.
pub(super) fn written_in_lock(path: &Path) -> Option<String> {
    let mut text = String::new();
    let all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    let file = OpenOptions::new().read(true).share_mode(all).open(path).ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.strip_suffix('\n').map(str::to_owned)
}

fn seconds(metadata: &fs::Metadata) -> Option<i64> {
    i64::try_from(metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

pub(super) fn is_there(error: &io::Error) -> bool {
    matches!(error.raw_os_error().map(i32::cast_unsigned), Some(ERROR_ALREADY_EXISTS | ERROR_FILE_EXISTS))
}

pub(super) fn system(action: &'static str, path: &Path, error: &io::Error) -> FolderError {
    FolderError::System { action, path: path.to_owned(), cause: OsError(error.raw_os_error().unwrap_or(0)) }
}

pub(super) fn refused(path: &Path, fault: Fault) -> FolderError {
    FolderError::Refused { path: path.to_owned(), fault }
}

/// Returns true if the text can only be the name of a file in a folder: not a device, not a stream of a file, not a name that
/// Windows shortens.
pub(super) fn is_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_digit = |number: &str| matches!(number.as_bytes(), [b'0'..=b'9']) || matches!(number, "\u{b9}" | "\u{b2}" | "\u{b3}");
    let is_numbered = |kind: &str| stem.strip_prefix(kind).is_some_and(is_digit);
    !name.is_empty()
        && !name.contains(['/', '\\', ':', '<', '>', '"', '|', '?', '*'])
        && !name.contains(|character: char| character.is_control())
        && !name.ends_with(['.', ' '])
        && !DEVICES.contains(&stem.as_str())
        && !is_numbered("COM")
        && !is_numbered("LPT")
}

pub(super) fn is_unfinished(name: &str) -> bool {
    name.strip_prefix(UNFINISHED).is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, PrivateFolder) {
        let parent = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(&parent.path().join("state")).unwrap();
        (parent, folder)
    }

    #[test]
    fn a_written_file_is_read_back_whole_and_never_replaces_another_unasked() {
        let (_parent, folder) = folder();
        folder.create("one", b"first").unwrap();
        assert!(matches!(folder.create("one", b"second"), Err(FolderError::Exists { .. })));
        assert_eq!(&**folder.read("one", 10).unwrap().bytes, b"first");
        folder.replace("one", b"third").unwrap();
        assert_eq!(&**folder.read("one", 10).unwrap().bytes, b"third");
        assert!(matches!(folder.read("one", 4), Err(FolderError::Refused { fault: Fault::TooLarge(5), .. })));
        assert!(matches!(folder.read("two", 4), Err(FolderError::Missing { .. })));
        assert_eq!(folder.names().unwrap(), ["one"]);
        folder.remove("one").unwrap();
        assert!(matches!(folder.remove("one"), Err(FolderError::Missing { .. })));
    }

    #[test]
    fn leftovers_of_a_killed_writer_are_removed_and_nothing_else() {
        let (_parent, folder) = folder();
        folder.create("one", b"1").unwrap();
        fs::write(folder.path().join(format!("{UNFINISHED}{:032x}", 7)), "half").unwrap();
        assert_eq!(folder.remove_leftovers().unwrap(), 1);
        assert_eq!(folder.names().unwrap(), ["one"]);
    }

    #[test]
    fn a_file_is_handed_over_to_a_subfolder_but_not_over_another() {
        let (_parent, folder) = folder();
        let other = folder.subfolder("other").unwrap();
        folder.create("one", b"1").unwrap();
        other.create("taken", b"2").unwrap();
        assert!(matches!(folder.hand_over("one", &other, "taken"), Err(FolderError::Exists { .. })));
        folder.hand_over("one", &other, "free").unwrap();
        assert!(!folder.has("one").unwrap() && other.has("free").unwrap());
        assert!(matches!(folder.hand_over("one", &other, "x"), Err(FolderError::Missing { .. })));
    }

    #[test]
    fn a_file_that_a_reader_has_open_for_a_moment_is_replaced() {
        let (_parent, folder) = folder();
        folder.create("one", b"1").unwrap();
        let reader = OpenOptions::new().read(true).share_mode(FILE_SHARE_READ).open(folder.path().join("one")).unwrap();
        let closes = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            drop(reader);
        });
        folder.replace("one", b"2").unwrap();
        closes.join().unwrap();
        assert_eq!(&**folder.read("one", 10).unwrap().bytes, b"2");
    }

    #[test]
    fn a_path_may_be_longer_than_260_characters() {
        let (_parent, mut folder) = folder();
        for _ in 0..3 {
            folder = folder.subfolder(&"a".repeat(120)).unwrap();
        }
        folder.create("one", b"1").unwrap();
        folder.replace("one", b"2").unwrap();
        assert_eq!(&**folder.read("one", 10).unwrap().bytes, b"2");
    }

    #[test]
    fn a_lock_is_held_by_one_and_names_its_process() {
        let (_parent, folder) = folder();
        let lock = folder.lock("lock").unwrap();
        let own = Some(std::process::id());
        assert!(matches!(folder.lock("lock"), Err(FolderError::Locked { pid, .. }) if pid == own));
        drop(lock);
        folder.lock("lock").unwrap();
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let (_parent, folder) = folder();
        for name in ["", ".", "..", "a/b", "a\\b", "C:x", "a:stream", "NUL", "nul.txt", "COM1", "lpt9.x", "a.", "a ", "a\0b", "*"]
        {
            assert!(matches!(folder.read(name, 1), Err(FolderError::Refused { fault: Fault::Name, .. })), "{name:?}");
        }
    }

    #[test]
    fn names_that_only_begin_like_a_device_are_usable() {
        for name in ["comp", "coma.conf", "lptx", "com", "console", "com10"] {
            assert!(is_name(name), "{name}");
        }
    }

    #[test]
    fn an_open_folder_cannot_be_renamed() {
        let (parent, folder) = folder();
        fs::rename(folder.path(), parent.path().join("moved")).expect_err("the folder is open");
    }

    #[test]
    fn a_folder_that_others_can_change_is_refused_where_the_system_keeps_rights() {
        let (_parent, folder) = folder();
        let handle = OpenOptions::new().access_mode(READ_CONTROL).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(folder.path());
        let found = others(&handle.unwrap()).unwrap();
        assert!(!found.own && !found.change, "{found:?}");
    }
}
