//! The configurations in a folder that the user imports.

use std::io;
use std::path::{Path, PathBuf};

use adit_api::{Argument, ImportReason};
use adit_import::limits::ARCHIVE_ENTRIES;

/// The most configurations in a folder, as many as an archive has entries.
pub const MAX_FOLDER_FILES: usize = ARCHIVE_ENTRIES;

/// The reason why a folder is not imported.
#[derive(Debug)]
pub enum FolderError {
    /// It cannot be listed.
    Unreadable(io::Error),
    /// It has no configuration.
    Empty,
    /// It has more than [`MAX_FOLDER_FILES`].
    TooManyFiles,
}

/// Returns the files of a folder whose names end in `.conf`, without hidden ones and those in folders within it, sorted by name.
pub fn conf_files(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let mut files = Vec::new();
    for entry in folder.read_dir().map_err(FolderError::Unreadable)? {
        let name = entry.map_err(FolderError::Unreadable)?.file_name();
        let is_conf = name.to_string_lossy().strip_suffix(".conf").is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.'));
        if is_conf {
            files.push(folder.join(name));
        }
        if files.len() > MAX_FOLDER_FILES {
            return Err(FolderError::TooManyFiles);
        }
    }
    files.sort();
    if files.is_empty() { Err(FolderError::Empty) } else { Ok(files) }
}

impl From<&FolderError> for ImportReason {
    fn from(error: &FolderError) -> Self {
        match error {
            FolderError::Unreadable(why) => Self::new("folder_unreadable", vec![Argument::text("why", &why.to_string())]),
            FolderError::Empty => Self::new("folder_empty", Vec::new()),
            FolderError::TooManyFiles => Self::new("folder_too_many_files", Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configurations_of_a_folder_are_those_that_are_visible_and_directly_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        assert!(matches!(conf_files(folder.path()), Err(FolderError::Empty)));
        std::fs::create_dir(path("within")).unwrap();
        for name in ["b.conf", "a.conf", ".hidden.conf", ".conf", "notes.txt", "a.conf.bak", "within/c.conf"] {
            std::fs::write(path(name), "").unwrap();
        }
        assert_eq!(conf_files(folder.path()).unwrap(), [path("a.conf"), path("b.conf")]);
        assert!(matches!(conf_files(&path("none")), Err(FolderError::Unreadable(_))));
        for number in 0..=MAX_FOLDER_FILES {
            std::fs::write(path(&format!("{number}.conf")), "").unwrap();
        }
        assert!(matches!(conf_files(folder.path()), Err(FolderError::TooManyFiles)));
    }
}
