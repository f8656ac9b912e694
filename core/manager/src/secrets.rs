//! Where the key is kept that seals the tunnels' files, and the private key of a tunnel that asks for it at connect.
//!
//! A store keeps one secret. It is never replaced by accident: [`SecretStore::keep`] refuses where there is one already.

use std::fmt;
use std::path::PathBuf;

use adit_platform::private_folder::FolderError;
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
    /// What people would call it, with its place.
    fn describe(&self) -> String;

    /// The secret, or none where there is none yet.
    fn load(&self) -> Result<Option<Secret>, SecretError>;

    /// Keeps a secret, durably, where there is none yet.
    fn keep(&self, secret: &Secret) -> Result<(), SecretError>;

    /// Removes the secret. There being none is no error.
    fn forget(&self) -> Result<(), SecretError>;
}

/// Why there is no secret, or why it was not kept.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SecretError {
    /// The file or its folder is not trusted, or the system refused.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Others could have read it: it is no secret any more.
    #[error("others on this computer can read the key {}; chmod 600 it, and give new keys to your tunnels if somebody may have", .0.display())]
    Exposed(PathBuf),
    /// Not the 32 bytes that a key has.
    #[error("the key {from} has {bytes} bytes and must have 32; put the right one back from a backup")]
    Length {
        /// Where.
        from: String,
        /// How many there are.
        bytes: usize,
    },
    /// Only the administrator can put it there or take it away.
    #[error("{0} is given by systemd and cannot be changed from here; use systemd-creds encrypt --name=adit-store-key")]
    GivenFromOutside(String),
    /// One is there, and was left as it is.
    #[error("there is a key in {0} already; it was left as it is")]
    Exists(String),
    /// No keyring in this session, or it is locked and stays so.
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
    /// A new one.
    pub fn generate() -> Result<Self, SecretError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(|_| SecretError::NoRandomness)?;
        Ok(Self(bytes))
    }

    /// From 32 bytes; `from`: where they come from, for the error.
    pub fn from_slice(bytes: &[u8], from: impl FnOnce() -> String) -> Result<Self, SecretError> {
        let mut secret = Zeroizing::new([0; 32]);
        if bytes.len() != secret.len() {
            return Err(SecretError::Length { from: from(), bytes: bytes.len() });
        }
        secret.copy_from_slice(bytes);
        Ok(Self(secret))
    }

    /// The bytes. Whoever calls this answers for where they go.
    pub fn dangerously_reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
