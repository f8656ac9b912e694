//! Who answers.

use serde::{Deserialize, Serialize};

use crate::Role;

/// Version of this contract. It grows with every change that an older reader would not understand.
pub const PROTOCOL: u32 = 2;

/// Who answers, and what it lets the caller do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct About {
    /// Of the program, such as `0.1.0`.
    pub version: String,
    /// Of the contract.
    pub protocol: u32,
    /// Such as `linux`.
    pub system: String,
    /// When it started, Unix milliseconds.
    pub started_at: u64,
    /// Whether the computer under it is an invented one: nothing that it says is true of a real network.
    #[serde(default)]
    pub simulated: bool,
    /// What the caller may do without being asked for a password.
    pub role: Role,
}
