//! The keyring of the logged-in user (Secret Service, Keychain, Credential Manager), for the private key of a tunnel that only
//! this user may start. The service does not use it, because it runs before anybody logs in.

use keyring::{Entry, Error};
use zeroize::Zeroizing;

use super::{Secret, SecretError, SecretStore};

/// The name that the keyring's own programs show.
const SERVICE: &str = "Adit";

/// One secret in the keyring, identified by its purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserKeyring {
    account: String,
}

impl UserKeyring {
    /// `account` is the purpose of the secret, such as the public half of a private key.
    pub fn new(account: &str) -> Self {
        Self { account: account.to_owned() }
    }

    fn entry(&self) -> Result<Entry, SecretError> {
        if let Err(error) = Entry::store_status() {
            return Err(SecretError::NoKeyring(error.to_string()));
        }
        Entry::new(SERVICE, &self.account).map_err(refused)
    }
}

fn refused(error: Error) -> SecretError {
    match error {
        Error::NoStorageAccess(_) | Error::NoDefaultStore => SecretError::NoKeyring(error.to_string()),
        // The other errors contain no secret in their text. This one contains the stored bytes, which are left out.
        Error::BadEncoding(_) => SecretError::Keyring("what is kept there is not a key".into()),
        other => SecretError::Keyring(other.to_string()),
    }
}

impl SecretStore for UserKeyring {
    fn describe(&self) -> String {
        format!("the keyring's entry {SERVICE}/{}", self.account)
    }

    fn load(&self) -> Result<Option<Secret>, SecretError> {
        match self.entry()?.get_secret() {
            Ok(bytes) => Secret::from_slice(&Zeroizing::new(bytes), || self.describe()).map(Some),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }

    fn keep(&self, secret: &Secret) -> Result<(), SecretError> {
        if self.load()?.is_some() {
            return Err(SecretError::Exists(self.describe()));
        }
        self.entry()?.set_secret(secret.dangerously_reveal()).map_err(refused)
    }

    fn forget(&self) -> Result<(), SecretError> {
        match self.entry()?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }
}
