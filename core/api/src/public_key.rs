//! A public key as text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A peer's public key. In JSON 44 characters of base64, as `wg` writes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct PublicKey(adit_config::PublicKey);

/// The error for a text that is not a public key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a public key is 44 characters of base64, the last one `=`")]
pub struct PublicKeyError;

impl PublicKey {
    /// Returns the short form `AbCd…wXyZ`, for logs and narrow columns.
    pub fn short(&self) -> String {
        self.0.short()
    }
}

impl From<adit_config::PublicKey> for PublicKey {
    fn from(key: adit_config::PublicKey) -> Self {
        Self(key)
    }
}

impl From<PublicKey> for adit_config::PublicKey {
    fn from(key: PublicKey) -> Self {
        key.0
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        text.parse().map(Self).map_err(|_| PublicKeyError)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = PublicKeyError;

    fn try_from(text: String) -> Result<Self, PublicKeyError> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
