//! A key that systemd decrypts for this service only, with the TPM or the host's key: `LoadCredentialEncrypted=adit-store-key`.

use std::path::{Path, PathBuf};

use adit_platform::private_folder::{FolderError, config_file};

use super::{Secret, SecretError, SecretStore};

/// Name of the credential in the unit.
const NAME: &str = "adit-store-key";
/// Maximum number of bytes to read. Far more than a key has, so that the error can state the length of a wrong key.
const LIMIT: u64 = 1 << 12;

/// The 32 raw bytes of the credential `adit-store-key`, which is read-only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SystemdCredential {
    path: PathBuf,
}

impl SystemdCredential {
    /// Looks for the credential in the folder that systemd names in `$CREDENTIALS_DIRECTORY`. Returns None if the variable is
    /// unset: this is not a service with credentials.
    pub fn from_environment() -> Option<Self> {
        std::env::var_os("CREDENTIALS_DIRECTORY").map(|folder| Self::in_folder(Path::new(&folder)))
    }

    /// Looks for the credential in the given folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join(NAME) }
    }
}

impl SecretStore for SystemdCredential {
    fn describe(&self) -> String {
        format!("the systemd credential {}", self.path.display())
    }

    fn load(&self) -> Result<Option<Secret>, SecretError> {
        let content = match config_file::read(&self.path, LIMIT) {
            Err(FolderError::Missing { .. }) => return Ok(None),
            other => other?,
        };
        if content.exposed {
            return Err(SecretError::Exposed(self.path.clone()));
        }
        Secret::from_slice(&content.bytes, || self.describe()).map(Some)
    }

    fn keep(&self, _: &Secret) -> Result<(), SecretError> {
        Err(SecretError::GivenFromOutside(self.describe()))
    }

    fn forget(&self) -> Result<(), SecretError> {
        Err(SecretError::GivenFromOutside(self.describe()))
    }
}
