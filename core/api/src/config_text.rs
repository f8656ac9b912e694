//! The text of a `.conf` file in a request or an answer. It contains keys.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A whole `.conf` file as text. It is wiped when dropped, and never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct ConfigText(String);

impl ConfigText {
    /// Takes ownership of the text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the text with its keys. The caller is responsible for where it goes.
    pub fn dangerously_reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ConfigText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[redacted, {} bytes]", self.0.len())
    }
}
