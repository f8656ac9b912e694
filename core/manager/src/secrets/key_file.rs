//! A key in a file that only the service's user can read. This works on every computer.

use std::path::{Path, PathBuf};

use adit_platform::private_folder::{FolderError, PrivateFolder};

use super::{Secret, SecretError, SecretStore};

/// Maximum number of bytes to read. Far more than a key has, so that the error can state the length of a wrong key.
const LIMIT: u64 = 1 << 12;

/// A file of mode 0600 with the key's 32 raw bytes, in a folder of mode 0700 that is created if missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyFile {
    folder: PathBuf,
    name: String,
}

impl KeyFile {
    /// Describes the file `name` in `folder`.
    pub fn new(folder: &Path, name: &str) -> Self {
        Self { folder: folder.to_owned(), name: name.to_owned() }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }
}

impl SecretStore for KeyFile {
    fn describe(&self) -> String {
        format!("the key file {}", self.path().display())
    }

    fn load(&self) -> Result<Option<Secret>, SecretError> {
        let content = match PrivateFolder::open(&self.folder)?.read(&self.name, LIMIT) {
            Err(FolderError::Missing { .. }) => return Ok(None),
            other => other?,
        };
        if content.exposed {
            return Err(SecretError::Exposed(self.path()));
        }
        Secret::from_slice(&content.bytes, || self.describe()).map(Some)
    }

    fn keep(&self, secret: &Secret) -> Result<(), SecretError> {
        match PrivateFolder::open(&self.folder)?.create(&self.name, secret.dangerously_reveal()) {
            Err(FolderError::Exists { .. }) => Err(SecretError::Exists(self.describe())),
            other => Ok(other?),
        }
    }

    fn forget(&self) -> Result<(), SecretError> {
        match PrivateFolder::open(&self.folder)?.remove(&self.name) {
            Err(FolderError::Missing { .. }) => Ok(()),
            other => Ok(other?),
        }
    }
}
