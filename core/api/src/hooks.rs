//! The commands of a configuration. They run only after an administrator approved exactly this text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The SHA-256 of all commands of a configuration, as 64 lowercase hexadecimal digits. The approval is for this value.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct HooksHash(String);

/// The error for a text that is not such a hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the hash of a configuration's commands is 64 lowercase hexadecimal digits")]
pub struct HooksHashError;

impl HooksHash {
    /// Makes the hash of the 32 bytes of a SHA-256.
    pub fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl FromStr for HooksHash {
    type Err = HooksHashError;

    fn from_str(text: &str) -> Result<Self, HooksHashError> {
        let digits = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits { Ok(Self(text.to_owned())) } else { Err(HooksHashError) }
    }
}

impl TryFrom<String> for HooksHash {
    type Error = HooksHashError;

    fn try_from(text: String) -> Result<Self, HooksHashError> {
        text.parse()
    }
}

impl From<HooksHash> for String {
    fn from(hash: HooksHash) -> Self {
        hash.0
    }
}

impl fmt::Display for HooksHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The approval of a configuration's commands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum HooksView {
    /// The configuration has no commands.
    None,
    /// The commands are not approved. The tunnel does not come up until they are.
    NotApproved {
        /// The hash of the commands to approve.
        hash: HooksHash,
    },
    /// The commands are approved and will run.
    Approved {
        /// The hash of the approved commands.
        hash: HooksHash,
    },
}

/// The time at which a command runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum HookPhase {
    /// Before the interface is made.
    PreUp,
    /// After everything is up.
    PostUp,
    /// Before anything is undone.
    PreDown,
    /// After everything is undone.
    PostDown,
}
