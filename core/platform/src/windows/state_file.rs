//! State files, in folders that only the system and administrators can read or change.

use std::fs;
use std::io;
use std::path::Path;

use super::private_folder::PrivateFolder;
use crate::private_folder::FolderError;

/// Reads a file of at most `limit` bytes that nobody else can have written. None if it does not exist.
pub fn read(directory: &Path, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
    if !directory.try_exists()? {
        return Ok(None);
    }
    let folder = PrivateFolder::open(directory).map_err(io::Error::other)?;
    match folder.read(name, limit) {
        Ok(content) => Ok(Some(content.bytes.to_vec())),
        Err(FolderError::Missing { .. }) => Ok(None),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// Writes a file and replaces an existing one atomically. Creates the folder if it is missing.
pub fn replace(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent)?;
    }
    PrivateFolder::open(directory).and_then(|folder| folder.replace(name, bytes)).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_is_read_and_a_missing_folder_is_created() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("made/when/needed");
        assert_eq!(read(&folder, "wg0", 8).unwrap(), None);
        for text in ["one", "two"] {
            replace(&folder, "wg0", text.as_bytes()).unwrap();
            assert_eq!(read(&folder, "wg0", 8).unwrap().unwrap(), text.as_bytes());
        }
        read(&folder, "wg0", 2).expect_err("it is longer");
        replace(&folder, "../wg0", b"x").expect_err("that is no name");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}
