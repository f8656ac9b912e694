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
    /// From connecting until disconnecting or pausing, also while the tunnel is down in between.
    Block,
    /// Always, whether the tunnel is up, down or paused, until an administrator ends it.
    Lockdown,
}
