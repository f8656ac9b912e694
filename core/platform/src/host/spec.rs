//! The wanted pictures that a [`Host`](super::Host) makes true.

use std::net::{IpAddr, SocketAddr};

use adit_config::{Cidr, InterfaceName};

/// Number of the main routing table.
pub const MAIN_TABLE: u32 = 254;

/// An interface's addresses and MTU.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterfaceSpec {
    /// Which.
    pub name: InterfaceName,
    /// With their host bits.
    pub addresses: Vec<Cidr>,
    /// Largest inner packet, bytes.
    pub mtu: u16,
}

/// An interface's routes, and the rules that lead to them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteSpec {
    /// Which.
    pub interface: InterfaceName,
    /// All of them. A route in the main table that the interface's own network already covers is left out.
    pub routes: Vec<Route>,
    /// Rules that send everything into the tunnel.
    pub policy: Option<PolicyRouting>,
    /// Where another tunnel of ours has the same route already, it goes first, and this one is used when that is gone; else that is an
    /// error. (In a table of the policy it always is: who goes first there takes everything, and has the rules for it.)
    pub yields: bool,
}

impl RouteSpec {
    /// No routes at all: what undoes any other.
    pub fn none(interface: InterfaceName) -> Self {
        Self { interface, routes: Vec::new(), policy: None, yields: false }
    }

    /// Whether this route goes behind another tunnel's.
    pub fn yields_with(&self, route: &Route) -> bool {
        self.yields && self.policy.is_none_or(|policy| policy.table != route.table)
    }
}

/// A route over the tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Route {
    /// Destination, without host bits.
    pub network: Cidr,
    /// [`MAIN_TABLE`] or another.
    pub table: u32,
}

/// Policy routing for a default route. For each family that is on, from first to last:
///
/// 1. what `table` has beside its default route: private networks that the configuration itself names;
/// 2. other private networks ([`PRIVATE_NETWORKS`](super::PRIVATE_NETWORKS)), where the main table has more than a default route;
/// 3. everything else goes to `table`.
///
/// None of them applies to packets that carry `mark`, the tunnel's own.
///
/// The main table is not asked about anything that is not private. wg-quick(8) asks it first, with `suppress_prefixlength 0`, and so
/// follows any route that a DHCP server, a router advertisement or a widened local network puts there (CVE-2024-3661,
/// CVE-2023-36672).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PolicyRouting {
    /// Firewall mark of the tunnel's own packets.
    pub mark: u32,
    /// Routing table that holds the default route.
    pub table: u32,
    /// IPv4 has a default route.
    pub ipv4: bool,
    /// IPv6 has one.
    pub ipv6: bool,
}

/// Resolvers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DnsSpec {
    /// In order of preference, at least one.
    pub servers: Vec<IpAddr>,
    /// Search domains, in order of preference.
    pub search: Vec<String>,
}

/// What the packet filter does for a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum FirewallPolicy {
    /// Nothing.
    #[default]
    Open,
    /// Guards a tunnel that takes all traffic.
    FullTunnel(FullTunnel),
}

/// Drops what comes for the tunnel's addresses over any other interface (CVE-2019-14899), and gives the peer's answers the
/// tunnel's mark, so that strict reverse path filtering lets them in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FullTunnel {
    /// Mark of the tunnel's own packets.
    pub mark: u32,
    /// The tunnel's own addresses.
    pub addresses: Vec<IpAddr>,
}

/// What may still leave the computer while everything is to go through one tunnel: what goes into the tunnel, to this computer itself
/// and to private networks, what an interface needs to get its address, and what is named here. Everything else is dropped, also
/// what belongs to a connection from before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blockade {
    /// Whose it is, told again by [`Host::blockades`](super::Host::blockades). Letters and digits.
    pub owner: String,
    /// Mark of the tunnel's own packets; 0: it has none.
    pub mark: u32,
    /// Where these may go.
    pub endpoints: Vec<SocketAddr>,
    /// Private networks that are the tunnel's: they are on no local network.
    pub inside: Vec<Cidr>,
    /// Whether they may also go to DNS servers.
    pub resolving: bool,
}

/// A blockade that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StandingBlockade {
    /// Of the tunnel.
    pub interface: InterfaceName,
    /// As it was set; empty where that cannot be read.
    pub owner: String,
}
