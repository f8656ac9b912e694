//! Identifies the answering program.

use serde::{Deserialize, Serialize};

use crate::Role;

/// Version of the contract. It increases with every change that an older client would not understand.
pub const PROTOCOL: u32 = 2;

/// The answering program, and the role of the caller.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct About {
    /// Version of the program, such as `0.1.0`.
    pub version: String,
    /// Version of the contract.
    pub protocol: u32,
    /// Operating system, such as `linux`.
    pub system: String,
    /// When the program started, Unix milliseconds.
    pub started_at: u64,
    /// True if the program simulates the computer: nothing that it reports concerns a real network.
    #[serde(default)]
    pub simulated: bool,
    /// The caller's role without entering a password.
    pub role: Role,
}
