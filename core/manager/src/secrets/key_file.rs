//! A key in a file that only the service's user can read, encrypted by the system with a key of this computer where it can (DPAPI on
//! Windows). This works on every computer.

use std::path::{Path, PathBuf};

use adit_platform::native::sealing;
use adit_platform::private_folder::{FolderError, OsError, PrivateFolder};

use super::{Secret, SecretError, SecretStore};

/// Maximum number of bytes to read. Far more than a key has, so that the error can state the length of a wrong key.
const LIMIT: u64 = 1 << 12;

/// A file with the key's 32 bytes, as [`sealing::seal`] keeps them, that only the service's user can read (mode 0600 in a folder of
/// mode 0700, or an access control list). The folder is created if missing.
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
        let opened = sealing::open(&content.bytes);
        let bytes = opened.map_err(|error| SecretError::Sealed { from: self.describe(), error: OsError::of(&error) })?;
        Secret::from_slice(&bytes, || self.describe()).map(Some)
    }

    fn keep(&self, secret: &Secret) -> Result<(), SecretError> {
        let sealed = sealing::seal(secret.dangerously_reveal());
        let kept = sealed.map_err(|error| SecretError::Sealed { from: self.describe(), error: OsError::of(&error) })?;
        match PrivateFolder::open(&self.folder)?.create(&self.name, &kept) {
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
