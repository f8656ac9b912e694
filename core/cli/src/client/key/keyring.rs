//! A tunnel's private key in the keyring of the logged-in user. The entry is named by the public key, so that it is found
//! whichever service has the tunnel.

use adit_api::PublicKey;
use adit_manager::secrets::{Secret, SecretError, SecretStore, UserKeyring};
use adit_protocol::PrivateKey;

/// The keyring entry of one key.
pub(crate) struct Keyring(UserKeyring);

impl Keyring {
    /// Returns the entry for the private key of this public key.
    pub(crate) fn of(public: &PublicKey) -> Self {
        Self(UserKeyring::new(&public.to_string()))
    }

    /// Reads the key; None if the entry does not exist.
    pub(crate) fn load(&self) -> Result<Option<PrivateKey>, SecretError> {
        Ok(self.0.load()?.map(|secret| PrivateKey::from_bytes(*secret.dangerously_reveal())))
    }

    /// Stores the key. Returns false if the entry has it already.
    pub(crate) fn keep(&self, key: &PrivateKey) -> Result<bool, SecretError> {
        if self.load()?.as_ref() == Some(key) {
            return Ok(false);
        }
        let secret = Secret::from_slice(key.dangerously_reveal(), || self.0.describe())?;
        self.0.keep(&secret).map(|()| true)
    }

    /// Removes the entry. Returns false if it does not exist.
    pub(crate) fn forget(&self) -> Result<bool, SecretError> {
        if self.0.load()?.is_none() {
            return Ok(false);
        }
        self.0.forget().map(|()| true)
    }
}
