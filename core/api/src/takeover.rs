//! Tunnels of wg-quick that Adit could carry.

use adit_config::InterfaceName;
use serde::{Deserialize, Serialize};

/// A configuration of wg-quick's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TakeoverView {
    /// As in `wg-quick@NAME`.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub name: InterfaceName,
    /// Its file.
    pub path: String,
    /// Whether it is up.
    pub active: bool,
    /// Whether `wg-quick@NAME.service` brought it up.
    pub by_service: bool,
    /// Whether it comes up when the computer starts.
    pub starts_at_boot: bool,
}
