//! Leftovers: settings that killed processes of Adit left on this computer, of tunnels of any name. Each adapter finds and
//! removes them.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;

use adit_config::InterfaceName;

use crate::devices::Owner;
use crate::network::NetworkError;
pub use crate::system::leftovers::{find, in_use, remove, running_service};
use crate::uapi_listener;

/// One leftover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Leftover {
    /// Resolvers of an interface that is gone, in `resolvconf` or `/etc/resolv.conf`.
    Resolvers(InterfaceName),
    /// Policy routing rules for routing tables without a route of Adit.
    Rules {
        /// The number of rules.
        count: usize,
        /// The numbers of the tables.
        tables: BTreeSet<u32>,
    },
    /// `net.ipv4.conf.all.src_valid_mark`, with the value to restore.
    MarkValidation(String),
    /// The packet filter of an interface that is gone.
    PacketFilter {
        /// The interface.
        name: InterfaceName,
        /// The tables, with their families.
        tables: Vec<String>,
    },
    /// The UAPI socket of an interface that is gone, which no process has open.
    ConfigurationSocket(InterfaceName),
    /// A kill switch, which outlives its process on purpose.
    KillSwitch(InterfaceName),
    /// A lock file that no process has locked.
    LockFile {
        /// The interface.
        name: InterfaceName,
        /// The file.
        path: PathBuf,
    },
    /// The service's control socket, which no process has open.
    ControlSocket(PathBuf),
}

impl Leftover {
    /// Returns the interface of the leftover; None if it belongs to no particular one.
    pub fn interface(&self) -> Option<&InterfaceName> {
        match self {
            Self::Resolvers(name)
            | Self::PacketFilter { name, .. }
            | Self::ConfigurationSocket(name)
            | Self::KillSwitch(name)
            | Self::LockFile { name, .. } => Some(name),
            Self::Rules { .. } | Self::MarkValidation(_) | Self::ControlSocket(_) => None,
        }
    }
}

impl fmt::Display for Leftover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolvers(name) => write!(formatter, "the DNS settings of {name}"),
            Self::Rules { count, tables } => {
                let tables: Vec<String> = tables.iter().map(ToString::to_string).collect();
                let rules = if *count == 1 { "routing rule" } else { "routing rules" };
                write!(formatter, "{count} {rules} for the routing table {}", tables.join(", "))
            }
            Self::MarkValidation(value) => write!(formatter, "net.ipv4.conf.all.src_valid_mark = {value}"),
            Self::PacketFilter { name, tables } => {
                write!(formatter, "the packet filter of {name} (nftables: {})", tables.join(", "))
            }
            Self::ConfigurationSocket(name) => {
                write!(formatter, "the configuration socket of {name} ({}/{name}.sock)", uapi_listener::DIRECTORY)
            }
            Self::KillSwitch(name) if cfg!(windows) => {
                write!(formatter, "the kill switch of {name} (Windows Filtering Platform)")
            }
            Self::KillSwitch(name) => write!(formatter, "the kill switch of {name} (nftables: {})", kill_switch_table(name)),
            Self::LockFile { name, path } => write!(formatter, "the lock file of {name} ({})", path.display()),
            Self::ControlSocket(path) => write!(formatter, "the control socket of the service ({})", path.display()),
        }
    }
}

/// Prefix of the names of kill switches' nftables tables, which no packet filter's table has.
pub(crate) const KILL_SWITCH_PREFIX: &str = "aditblock-";

/// Returns the name of the interface's kill switch. An nftables identifier has letters, digits and `/\_.-`; interface names also
/// have `=` and `+`, but never `/`.
pub(crate) fn kill_switch_name(name: &InterfaceName) -> String {
    format!("{KILL_SWITCH_PREFIX}{}", name.as_str().replace('=', "/e").replace('+', "/p"))
}

/// Returns the nftables table of the interface's kill switch, with its family: `inet aditblock-wg0`.
pub fn kill_switch_table(name: &InterfaceName) -> String {
    format!("inet {}", kill_switch_name(name))
}

/// A tunnel that a process of Adit runs at this moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InUse {
    /// The interface.
    pub name: InterfaceName,
    /// The process.
    pub process: NonZeroU32,
    /// The kind of the process: the service or `adit up`.
    pub owner: Owner,
}

/// The result of a search.
#[derive(Debug)]
pub struct Found {
    /// All leftovers in the order in which to remove them: kill switches after the other settings are restored, and files after
    /// the settings that are found by them. Settings that another process adds or removes at this moment may be in the list; that
    /// process has claimed the name.
    pub leftovers: Vec<Leftover>,
    /// Why some kinds of leftovers could not be searched for.
    pub unseen: Vec<NetworkError>,
}
