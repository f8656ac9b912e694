//! A temporary folder that only this user can enter. Unsupported without an adapter.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::private_folder::FolderError;

/// Cannot be constructed.
#[derive(Debug)]
pub struct ScratchFolder(Infallible);

impl ScratchFolder {
    /// Fails: [`FolderError::Unsupported`].
    pub fn in_runtime_folder(runtime: &Path, _: &str) -> Result<Self, FolderError> {
        Err(FolderError::Unsupported { path: runtime.to_owned() })
    }

    /// Fails: [`FolderError::Unsupported`].
    pub fn in_temporary_folder(temporary: &Path, _: &str) -> Result<Self, FolderError> {
        Err(FolderError::Unsupported { path: temporary.to_owned() })
    }

    /// Cannot be called.
    pub fn path_of(&self, _: &str) -> PathBuf {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn path(&self) -> &Path {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn create(&self, _: &str, _: &[u8]) -> Result<(), FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn read(&self, _: &str, _: u64) -> Result<Zeroizing<Vec<u8>>, FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn remove(self) -> io::Result<()> {
        match self.0 {}
    }
}
