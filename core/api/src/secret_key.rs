//! A private key in a request.

use std::fmt;

use adit_config::PrivateKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

/// The private key of a tunnel, which is used and not stored. In JSON 44 characters of base64. It is wiped when dropped, and
/// never printed.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct SecretKey(PrivateKey);

impl SecretKey {
    /// Returns the key. The caller is responsible for where it goes.
    pub fn dangerously_reveal(&self) -> &PrivateKey {
        &self.0
    }
}

impl From<PrivateKey> for SecretKey {
    fn from(key: PrivateKey) -> Self {
        Self(key)
    }
}

impl Serialize for SecretKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.dangerously_reveal_base64())
    }
}

impl<'de> Deserialize<'de> for SecretKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        // The error does not repeat the text, which may be secret.
        text.parse().map(Self).map_err(|_| de::Error::custom("a private key is 44 characters of base64, the last one `=`"))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
