//! A folder that only this program's user can look into or change: not without an adapter that knows the system's users. There is none,
//! and nothing is kept.

use std::convert::Infallible;
use std::path::Path;

use crate::private_folder::{Content, FolderError};

/// Cannot be had.
#[derive(Debug)]
pub struct PrivateFolder(Infallible);

/// Cannot be had.
#[derive(Debug)]
pub struct FolderLock(Infallible);

impl PrivateFolder {
    /// Fails: [`FolderError::Unsupported`].
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        Err(FolderError::Unsupported { path: path.to_owned() })
    }

    /// Cannot be called.
    pub fn subfolder(&self, _: &str) -> Result<Self, FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn path(&self) -> &Path {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn names(&self) -> Result<Vec<String>, FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn has(&self, _: &str) -> Result<bool, FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn modified(&self, _: &str) -> Option<i64> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn read(&self, _: &str, _: u64) -> Result<Content, FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn create(&self, _: &str, _: &[u8]) -> Result<(), FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn replace(&self, _: &str, _: &[u8]) -> Result<(), FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn remove(&self, _: &str) -> Result<(), FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn hand_over(&self, _: &str, _: &Self, _: &str) -> Result<(), FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn remove_leftovers(&self) -> Result<usize, FolderError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn lock(&self, _: &str) -> Result<FolderLock, FolderError> {
        match self.0 {}
    }
}
