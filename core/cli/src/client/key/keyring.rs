//! A tunnel's private key in the keyring of whoever is logged in, by its public half: so it is found whichever service has the tunnel.

use adit_api::PublicKey;
use adit_manager::secrets::{Secret, SecretError, SecretStore, UserKeyring};
use adit_protocol::PrivateKey;

/// The place for one key.
pub(crate) struct Keyring(UserKeyring);

impl Keyring {
    /// The entry of the key with this public half.
    pub(crate) fn of(public: &PublicKey) -> Self {
        Self(UserKeyring::new(&public.to_string()))
    }

    /// None where it is not there.
    pub(crate) fn load(&self) -> Result<Option<PrivateKey>, SecretError> {
        Ok(self.0.load()?.map(|secret| PrivateKey::from_bytes(*secret.dangerously_reveal())))
    }

    /// False: it is there already.
    pub(crate) fn keep(&self, key: &PrivateKey) -> Result<bool, SecretError> {
        if self.load()?.as_ref() == Some(key) {
            return Ok(false);
        }
        let secret = Secret::from_slice(key.dangerously_reveal(), || self.0.describe())?;
        self.0.keep(&secret).map(|()| true)
    }

    /// False: it is not there.
    pub(crate) fn forget(&self) -> Result<bool, SecretError> {
        if self.0.load()?.is_none() {
            return Ok(false);
        }
        self.0.forget().map(|()| true)
    }
}
