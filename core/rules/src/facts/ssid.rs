//! The name of a Wi-Fi network.

use std::fmt;
use std::str::FromStr;

use crate::escape;

/// The name of a Wi-Fi network: 1 to 32 bytes, usually UTF-8 (IEEE 802.11, section 9.4.2.2).
///
/// As text, bytes that are not UTF-8 and invisible characters are written `\xNN`, and a backslash is written `\\`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ssid(Vec<u8>);

/// The reason why bytes or a text are not the name of a Wi-Fi network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SsidError {
    /// There are no bytes; a hidden network does not say its name.
    #[error("a Wi-Fi name cannot be empty")]
    Empty,
    /// There are more than 32 bytes.
    #[error("a Wi-Fi name has at most 32 bytes, this has {0}")]
    TooLong(usize),
    /// A backslash without a known escape after it.
    #[error("after a backslash, `\\` or `x` and two hexadecimal digits can stand")]
    Escape,
}

impl Ssid {
    /// The largest number of bytes.
    pub const MAX_BYTES: usize = 32;

    /// Creates the name from its bytes, as the access point sends them.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, SsidError> {
        let bytes = bytes.into();
        match bytes.len() {
            0 => Err(SsidError::Empty),
            1..=Self::MAX_BYTES => Ok(Self(bytes)),
            length => Err(SsidError::TooLong(length)),
        }
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Ssid {
    type Err = SsidError;

    fn from_str(text: &str) -> Result<Self, SsidError> {
        let mut bytes = Vec::new();
        for unit in escape::read(text, "\\") {
            unit.map_err(|_| SsidError::Escape)?.unit.push_to(&mut bytes);
        }
        Self::new(bytes)
    }
}

impl fmt::Display for Ssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape::units(&self.0).iter().try_for_each(|unit| escape::write(f, *unit, "\\"))
    }
}

impl fmt::Debug for Ssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

adit_config::serde_as_text!(Ssid);
