//! The kill switch, which keeps traffic inside a tunnel.

use serde::{Deserialize, Serialize};

/// The strength of the kill switch of a tunnel that takes all traffic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum KillSwitch {
    /// No kill switch: while the tunnel is not up, traffic leaves outside it.
    #[default]
    Off,
    /// Closed from the moment the tunnel is told to come up until it is taken down or paused, also if it fails in between.
    Block,
    /// Closed whether the tunnel is up, down or paused, until an administrator opens it.
    Lockdown,
}
