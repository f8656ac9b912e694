//! Writes a file so that readers find the old text or the new one, and never a part.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Replaces the file as a whole, and makes its folder if there is none. An error leaves the file as it was.
pub(crate) fn replace(file: &Path, text: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut new = file.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let replaced = write(&new, text).and_then(|()| std::fs::rename(&new, file));
    if replaced.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(&new);
    }
    replaced
}

fn write(file: &Path, text: &[u8]) -> io::Result<()> {
    let mut writer = File::create(file)?;
    writer.write_all(text)?;
    writer.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_replaced_stays_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/text");
        replace(&file, b"old").unwrap();
        replace(&file, b"new").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        let taken = folder.path().join("a");
        assert!(replace(&taken, b"a folder is there").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
    }
}
