//! Storage of the key that seals the tunnels' files, and of the private key of a tunnel that asks for it at connect.
//!
//! A store holds one secret. It is never replaced by accident: [`SecretStore::keep`] fails if there is one already.

use std::fmt;
use std::path::PathBuf;

use adit_platform::private_folder::{FolderError, OsError};
use zeroize::Zeroizing;

mod credential;
mod key_file;
#[cfg(feature = "user-keyring")]
mod user_keyring;

pub use credential::SystemdCredential;
pub use key_file::KeyFile;
#[cfg(feature = "user-keyring")]
pub use user_keyring::UserKeyring;

/// 32 secret bytes. Erased from memory on drop; has no `Display` and no `Serialize`.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

/// A place for one secret.
pub trait SecretStore {
    /// Describes the store and its place for people.
    fn describe(&self) -> String;

    /// Returns the secret, or None if there is none yet.
    fn load(&self) -> Result<Option<Secret>, SecretError>;

    /// Stores a secret durably. Fails if there is one already.
    fn keep(&self, secret: &Secret) -> Result<(), SecretError>;

    /// Removes the secret. Succeeds if there is none.
    fn forget(&self) -> Result<(), SecretError>;
}

/// The reason why a secret could not be loaded, stored or removed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SecretError {
    /// The file or its folder is not trusted, or the system refused.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Other users could have read the file, so its content is no longer secret.
    #[error("others on this computer can read the key {}; chmod 600 it, and give new keys to your tunnels if somebody may have", .0.display())]
    Exposed(PathBuf),
    /// The content does not have the 32 bytes of a key.
    #[error("the key {from} has {bytes} bytes and must have 32; put the right one back from a backup")]
    Length {
        /// Description of the secret's place.
        from: String,
        /// Length of the content in bytes.
        bytes: usize,
    },
    /// The system could not encrypt or decrypt the content.
    #[error(
        "the system cannot encrypt or decrypt {from} ({error}); a key of another computer or installation cannot be used here"
    )]
    Sealed {
        /// Description of the secret's place.
        from: String,
        /// The system's error.
        error: OsError,
    },
    /// Only the administrator can set or remove this secret.
    #[error("{0} is given by systemd and cannot be changed from here; use systemd-creds encrypt --name=adit-store-key")]
    GivenFromOutside(String),
    /// There is a secret already, which stays as it is.
    #[error("there is a key in {0} already; it was left as it is")]
    Exists(String),
    /// This session has no keyring, or the keyring stays locked.
    #[error("there is no keyring to keep the key in ({0}); log in to a desktop with one, or keep the key in the tunnel's file")]
    NoKeyring(String),
    /// The keyring answered with an error.
    #[error("the keyring refused: {0}")]
    Keyring(String),
    /// The system has no random numbers.
    #[error("the system gave no random numbers")]
    NoRandomness,
}

impl Secret {
    /// Generates a random secret.
    pub fn generate() -> Result<Self, SecretError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(|_| SecretError::NoRandomness)?;
        Ok(Self(bytes))
    }

    /// Makes a secret of 32 bytes. `from` describes their origin for the error.
    pub fn from_slice(bytes: &[u8], from: impl FnOnce() -> String) -> Result<Self, SecretError> {
        let mut secret = Zeroizing::new([0; 32]);
        if bytes.len() != secret.len() {
            return Err(SecretError::Length { from: from(), bytes: bytes.len() });
        }
        secret.copy_from_slice(bytes);
        Ok(Self(secret))
    }

    /// Returns the bytes. The caller is responsible for keeping them secret.
    pub fn dangerously_reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
