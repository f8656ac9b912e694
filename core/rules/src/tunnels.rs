//! The tunnels that exist, as far as rules need to know them.

use serde::{Deserialize, Serialize};

use crate::rule::{Mode, Name, TunnelUse};

/// The tunnels of a computer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tunnels {
    /// All tunnels.
    pub known: Vec<Tunnel>,
    /// The tunnel that is up where the rules have no default. `None`: the first tunnel that the rules name.
    pub chosen: Option<Name>,
}

/// One tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tunnel {
    /// The name.
    pub name: Name,
    /// Whether the allowed IPs of its configuration contain all IPv4 addresses, all IPv6 addresses or both.
    pub is_full: bool,
}

/// How much of the traffic a choice of tunnels protects. A later value protects more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// No tunnel is up.
    Nothing,
    /// The tunnels stay as they are, whatever that is.
    Untouched,
    /// Private addresses.
    Private,
    /// Some networks.
    Some,
    /// Everything except the networks that the computer is in.
    ExceptLan,
    /// Everything.
    Everything,
}

impl Tunnels {
    /// Returns the tunnel of that name, compared regardless of case.
    pub fn get(&self, name: &Name) -> Option<&Tunnel> {
        self.known.iter().find(|tunnel| tunnel.name == *name).or_else(|| self.known.iter().find(|tunnel| tunnel.name.is(name)))
    }

    /// Returns how much of the traffic the tunnels protect while all of them are up.
    pub fn coverage(&self, uses: &[TunnelUse]) -> Coverage {
        uses.iter().map(|used| self.coverage_of(used)).max().unwrap_or(Coverage::Nothing)
    }

    fn coverage_of(&self, used: &TunnelUse) -> Coverage {
        match &used.mode {
            Mode::Everything => Coverage::Everything,
            Mode::ExceptLan => Coverage::ExceptLan,
            Mode::Private => Coverage::Private,
            Mode::Only(networks) if networks.iter().any(adit_config::Cidr::is_default) => Coverage::Everything,
            Mode::Only(_) => Coverage::Some,
            Mode::AsConfigured if self.get(&used.tunnel).is_some_and(|tunnel| tunnel.is_full) => Coverage::Everything,
            Mode::AsConfigured => Coverage::Some,
        }
    }
}
