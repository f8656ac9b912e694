//! The traffic of a tunnel over time.

use serde::{Deserialize, Serialize};

use crate::{Counters, TunnelId};

/// The traffic of a tunnel in one second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Sample {
    /// End of the second, Unix milliseconds.
    pub at: u64,
    /// Bytes from the peers.
    pub received: u64,
    /// Bytes to the peers.
    pub sent: u64,
}

/// The traffic of a tunnel in the last five minutes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct History {
    /// The tunnel.
    pub id: TunnelId,
    /// Milliseconds between samples.
    pub interval: u32,
    /// The oldest first; at most 300. Seconds in which the tunnel was down are left out.
    pub samples: Vec<Sample>,
    /// The traffic since the tunnel came up.
    pub total: Counters,
}
