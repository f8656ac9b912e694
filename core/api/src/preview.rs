//! What bringing a tunnel up will change on this computer, before it is done.

use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};
use serde::{Deserialize, Serialize};

use crate::{Conflict, Diagnostic, HookView, TunnelId};

/// Everything that bringing a tunnel up will change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Preview {
    /// Which tunnel.
    pub id: TunnelId,
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
    /// Routes that will be added: as many of the first ones as one answer can carry.
    pub routes: Vec<PlannedRoute>,
    /// The number of all routes.
    pub route_count: u32,
    /// Rules that lead to them, in the order in which they are asked.
    pub rules: Vec<PlannedRule>,
    /// Resolvers; None leaves the system's.
    pub dns: Option<PlannedDns>,
    /// What the packet filter will do.
    pub firewall: Vec<PlannedFilter>,
    /// Commands that will run.
    pub hooks: Vec<HookView>,
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

/// A route.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlannedRoute {
    /// Where to.
    #[cfg_attr(feature = "typescript", ts(type = "Cidr"))]
    pub network: Cidr,
    /// Number of the routing table; 254 is the main one.
    pub table: u32,
}

/// A rule that leads to a routing table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlannedRule {
    /// For IPv6; else for IPv4.
    pub ipv6: bool,
    /// Only packets for this network; None: all.
    #[cfg_attr(feature = "typescript", ts(type = "Cidr | null"))]
    pub to: Option<Cidr>,
    /// Only packets without this firewall mark, the tunnel's own; None: all.
    pub unless_mark: Option<u32>,
    /// Number of the table that is asked.
    pub table: u32,
}

/// Resolvers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlannedDns {
    /// In order of preference.
    pub servers: Vec<IpAddr>,
    /// Search domains, in order of preference.
    pub search: Vec<String>,
    /// The resolvers are asked for the names in these domains and in the search domains alone; empty: for all names.
    #[serde(default)]
    pub only: Vec<String>,
    /// What tells the system, in English, for experts: such as `systemd-resolved`. None: nothing on this computer can, and bringing the
    /// tunnel up will fail.
    pub by: Option<String>,
}

/// Something that the packet filter will do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PlannedFilter {
    /// Drops packets for the tunnel's addresses that come over another interface.
    GuardAddresses,
    /// Gives the peers' answers the tunnel's mark, so that strict reverse path filtering lets them in.
    MarkAnswers,
    /// Lets nothing out that does not go through the tunnel.
    KillSwitch,
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
