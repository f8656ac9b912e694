//! Configuration files of other programs. Unsupported without an adapter that knows the system's users: no file is read or
//! written.

use std::path::Path;

use crate::private_folder::{Content, FolderError};

/// Fails: [`FolderError::Unsupported`].
pub fn read(path: &Path, _: u64) -> Result<Content, FolderError> {
    unsupported(path)
}

/// Fails: [`FolderError::Unsupported`].
pub fn replace(path: &Path, _: &[u8]) -> Result<(), FolderError> {
    unsupported(path)
}

/// Fails: [`FolderError::Unsupported`].
pub fn remove_leftovers_beside(path: &Path) -> Result<usize, FolderError> {
    unsupported(path)
}

fn unsupported<T>(path: &Path) -> Result<T, FolderError> {
    Err(FolderError::Unsupported { path: path.to_owned() })
}
