//! The kill switch: what keeps traffic inside a tunnel.

use serde::{Deserialize, Serialize};

/// How strictly traffic is kept inside a tunnel that takes all traffic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum KillSwitch {
    /// Not at all: while the tunnel is not up, traffic leaves past it.
    #[default]
    Off,
    /// From when the tunnel is told to come up until somebody takes it down or pauses it, also while it is not there.
    Block,
    /// Always, whether the tunnel is up, down or paused, until an administrator ends it.
    Lockdown,
}
