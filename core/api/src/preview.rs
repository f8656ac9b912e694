//! The preview: the changes that bringing a tunnel up would make on this computer.

use std::net::SocketAddr;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::{Conflict, Diagnostic, Effect, PublicKey};

/// The changes that bringing up a tunnel of the service, or a file, would make.
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
    /// The source of the MTU.
    pub mtu_source: MtuSource,
    /// UDP port that the tunnel listens on; None if the system chooses one.
    pub listen_port: Option<u16>,
    /// Peers: as many as fit into one answer.
    pub peers: Vec<PlannedPeer>,
    /// The number of all peers.
    pub peer_count: u32,
    /// All other changes on the computer, in the order in which they are made: as many as fit into one answer.
    pub effects: Vec<Effect>,
    /// The number of all effects.
    pub effect_count: u32,
    /// True if all of IPv4 goes through the tunnel.
    pub takes_all_ipv4: bool,
    /// True if all of IPv6 goes through the tunnel.
    pub takes_all_ipv6: bool,
    /// The conflicts that the tunnel would have.
    pub conflicts: Vec<Conflict>,
    /// The warnings and notes about the configuration.
    pub diagnostics: Vec<Diagnostic>,
    /// The warnings about this computer.
    pub warnings: Vec<PreviewWarning>,
}

/// A peer of the tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlannedPeer {
    /// Its public key.
    pub public_key: PublicKey,
    /// Its name in the configuration.
    pub name: Option<String>,
    /// The endpoint as configured; None if only the peer can initiate.
    pub endpoint: Option<String>,
    /// The endpoint's present address; None if it is not known.
    pub address: Option<SocketAddr>,
}

/// The source of an MTU.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum MtuSource {
    /// The configuration sets it.
    Configured,
    /// The MTU of the route to the endpoints.
    Route,
    /// There is no route; an MTU of 1500 bytes outside the tunnel is assumed.
    Assumed,
}

/// A warning before a tunnel comes up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PreviewWarning {
    /// All of IPv4 goes through the tunnel, and IPv6 leaves outside it.
    Ipv6Outside,
    /// All of IPv4 goes through the tunnel, and IPv6 is blocked outside it.
    Ipv6Closed,
    /// All of IPv6 goes through the tunnel, and IPv4 leaves outside it.
    Ipv4Outside,
    /// The packet filter's program is missing: addresses are not guarded.
    NoFirewall,
    /// The commands are not approved: the tunnel will not come up.
    HooksNotApproved,
    /// Commands run in `sh`, because bash is not installed: commands that need bash fail.
    HooksInSh,
    /// `DNS` has search domains but no server: they are not set.
    SearchWithoutServer {
        /// The search domains.
        domains: Vec<String>,
    },
    /// This computer cannot restrict the tunnel's DNS servers to these domains: they are asked for all names.
    SplitDnsLeftOut {
        /// The domains.
        domains: Vec<String>,
    },
    /// The tunnel has no IPv6 on this computer, and comes up with IPv4 only.
    Ipv6LeftOut {
        /// The reason.
        because: String,
    },
    /// Packets of the configured MTU do not fit through the path to a peer.
    MtuTooLarge {
        /// The configured MTU, bytes.
        mtu: u16,
        /// The largest MTU that fits, bytes.
        fits: u16,
    },
    /// The endpoint's address is not known yet, and its name could not be resolved.
    Unresolved {
        /// The name.
        host: String,
    },
    /// The endpoint's name was not resolved: the service asks the network only for callers who may bring tunnels up.
    NotLookedUp {
        /// The name.
        host: String,
    },
    /// Other users than the owner can read the file.
    FileReadableByOthers {
        /// The file's path.
        path: String,
    },
}
