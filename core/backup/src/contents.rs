//! The content of a backup.

use std::fmt;

use adit_api::{ConfigText, KillSwitch, TunnelName, TunnelView};
use adit_config::InterfaceName;
use serde::{Deserialize, Serialize};

/// All tunnels of a computer.
#[derive(Clone, PartialEq, Debug)]
pub struct Backup {
    /// When it was made, Unix milliseconds.
    pub made_at: u64,
    /// The program that made it, such as `adit 1.2.3`. It may contain any character.
    pub made_by: String,
    /// The tunnels. No two have the same name or interface.
    pub tunnels: Vec<SavedTunnel>,
}

/// A tunnel in a backup.
#[derive(Clone, PartialEq)]
pub struct SavedTunnel {
    /// Its name.
    pub name: TunnelName,
    /// Its interface.
    pub interface: InterfaceName,
    /// Its settings outside the configuration.
    pub settings: Settings,
    /// Its configuration byte for byte, with its keys. It need not be valid.
    pub config: ConfigText,
}

impl fmt::Debug for SavedTunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedTunnel").field("name", &self.name).field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The settings of a tunnel outside its configuration. An approval of commands is not among them: a backup that somebody else
/// made must not be able to run any.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// True if the tunnel comes up when the computer starts.
    pub start_at_boot: bool,
    /// The strength of the kill switch.
    pub kill_switch: KillSwitch,
    /// True if the private networks that the computer is connected to stay reachable while the kill switch is closed.
    pub allow_lan: bool,
    /// True if IPv6 may leave outside a tunnel that takes all of IPv4 and none of IPv6.
    pub allow_ipv6_outside: bool,
    /// The age in days from which on a key is reported as old; None: never.
    pub key_reminder_days: Option<u32>,
}

impl From<&TunnelView> for Settings {
    fn from(tunnel: &TunnelView) -> Self {
        Self {
            start_at_boot: tunnel.start_at_boot,
            kill_switch: tunnel.kill_switch,
            allow_lan: tunnel.allow_lan,
            allow_ipv6_outside: tunnel.allow_ipv6_outside,
            key_reminder_days: tunnel.key_reminder_days,
        }
    }
}
