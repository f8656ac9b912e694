//! Tunnels of wg-quick that Adit can take over.

use adit_config::InterfaceName;
use serde::{Deserialize, Serialize};

/// A tunnel of wg-quick.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TakeoverView {
    /// Its name, as in `wg-quick@NAME`.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub name: InterfaceName,
    /// The path of its file.
    pub path: String,
    /// True if it is up.
    pub active: bool,
    /// True if `wg-quick@NAME.service` brought it up.
    pub by_service: bool,
    /// True if it comes up when the computer starts.
    pub starts_at_boot: bool,
}
