//! The id of a tunnel, for programs: it never changes, and is neither a path nor a name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// 128 random bits, written as 32 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct TunnelId(u128);

/// The error for a text that is not 32 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a tunnel's id is 32 lowercase hexadecimal digits")]
pub struct TunnelIdError;

impl TunnelId {
    /// Makes an id of 128 bits, which should be random.
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// Returns the 128 bits.
    pub fn bits(self) -> u128 {
        self.0
    }
}

impl FromStr for TunnelId {
    type Err = TunnelIdError;

    fn from_str(text: &str) -> Result<Self, TunnelIdError> {
        let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !digits {
            return Err(TunnelIdError);
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_| TunnelIdError)
    }
}

impl TryFrom<String> for TunnelId {
    type Error = TunnelIdError;

    fn try_from(text: String) -> Result<Self, TunnelIdError> {
        text.parse()
    }
}

impl From<TunnelId> for String {
    fn from(id: TunnelId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for TunnelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for TunnelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_it_was_written_as() {
        for bits in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            let id = TunnelId::from_bits(bits);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn a_path_or_another_spelling_is_no_id() {
        for text in
            ["", "../../etc/passwd", "+1234567890123456789012345678901", &"A".repeat(32), &"0".repeat(31), &"0".repeat(33)]
        {
            assert_eq!(text.parse::<TunnelId>(), Err(TunnelIdError), "{text:?}");
        }
    }
}
