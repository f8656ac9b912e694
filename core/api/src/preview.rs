//! What bringing a tunnel up will change on this computer, before it is done.

use std::net::SocketAddr;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::{Conflict, Diagnostic, Effect, PublicKey};

/// What bringing a tunnel up will do: for a tunnel of the service, and for a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Preview {
    /// The interface that will be made.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub interface: InterfaceName,
    /// Its addresses.
    #[cfg_attr(feature = "typescript", ts(type = "Array<Cidr>"))]
    pub addresses: Vec<Cidr>,
    /// Its MTU, bytes.
    pub mtu: u16,
    /// How the MTU was found.
    pub mtu_source: MtuSource,
    /// UDP port that the tunnel listens on; None where the system chooses.
    pub listen_port: Option<u16>,
    /// Peers: as many of the first ones as one answer can carry.
    pub peers: Vec<PlannedPeer>,
    /// The number of all peers.
    pub peer_count: u32,
    /// What else will change on the computer, in the order in which it is done: as many of the first ones as one answer can carry.
    pub effects: Vec<Effect>,
    /// The number of all effects.
    pub effect_count: u32,
    /// All of IPv4 goes through the tunnel.
    pub takes_all_ipv4: bool,
    /// All of IPv6 goes through the tunnel.
    pub takes_all_ipv6: bool,
    /// What it would be at odds with.
    pub conflicts: Vec<Conflict>,
    /// What to know about the configuration.
    pub diagnostics: Vec<Diagnostic>,
    /// What to know about this computer.
    pub warnings: Vec<PreviewWarning>,
}

/// A peer that the tunnel will talk to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlannedPeer {
    /// Its key.
    pub public_key: PublicKey,
    /// From the configuration.
    pub name: Option<String>,
    /// As the configuration has it; None where the peer has to begin.
    pub endpoint: Option<String>,
    /// The endpoint's address at this moment; None where it is not known.
    pub address: Option<SocketAddr>,
}

/// How an MTU was found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum MtuSource {
    /// The configuration has it.
    Configured,
    /// From the route to the endpoints.
    Route,
    /// There is no route; 1500 bytes outside are assumed.
    Assumed,
}

/// Something to know before a tunnel comes up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PreviewWarning {
    /// All of IPv4 goes through the tunnel, and IPv6 past it.
    Ipv6Outside,
    /// All of IPv4 goes through the tunnel, and IPv6 is kept from leaving past it.
    Ipv6Closed,
    /// All of IPv6 goes through the tunnel, and IPv4 past it.
    Ipv4Outside,
    /// The packet filter's tool is missing: addresses are not guarded.
    NoFirewall,
    /// The commands are not approved of: the tunnel will not come up.
    HooksNotApproved,
    /// Commands run in `sh`, because bash is not installed: what only bash understands fails.
    HooksInSh,
    /// `DNS` has search domains but no server: they are not set.
    SearchWithoutServer {
        /// Which.
        domains: Vec<String>,
    },
    /// This computer cannot ask the tunnel's resolvers for the names in these domains alone: they are asked for all names.
    SplitDnsLeftOut {
        /// Which.
        domains: Vec<String>,
    },
    /// The tunnel cannot have IPv6 on this computer, and comes up with IPv4 alone.
    Ipv6LeftOut {
        /// Why not.
        because: String,
    },
    /// Packets of the configured MTU do not fit through the path to a peer.
    MtuTooLarge {
        /// As configured, bytes.
        mtu: u16,
        /// The largest that fits, bytes.
        fits: u16,
    },
    /// The endpoint's address is not known yet, and its name could not be looked up.
    Unresolved {
        /// Which name.
        host: String,
    },
    /// The endpoint's name was not looked up: only for callers who may bring tunnels up does the service ask the network.
    NotLookedUp {
        /// Which name.
        host: String,
    },
    /// The file can be read by others than its owner.
    FileReadableByOthers {
        /// Which.
        path: String,
    },
}
