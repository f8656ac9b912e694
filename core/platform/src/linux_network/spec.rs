//! The wanted settings that a [`Host`](super::host::Host) establishes.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use adit_config::{Cidr, InterfaceName};

use crate::network::PRIVATE_NETWORKS;
pub(crate) use crate::network::{DnsNames, DnsSpec};

/// Number of the main routing table.
pub(crate) const MAIN_TABLE: u32 = 254;

/// The addresses and the MTU of an interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterfaceSpec {
    /// The interface.
    pub name: InterfaceName,
    /// The addresses, with their host bits.
    pub addresses: Vec<Cidr>,
    /// Size of the largest inner packet, bytes.
    pub mtu: u16,
}

/// The routes of an interface, and the rules that select packets for them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteSpec {
    /// The interface.
    pub interface: InterfaceName,
    /// All routes. A route in the main table that the interface's own network already covers is left out.
    pub routes: Vec<Route>,
    /// Rules that route everything into the tunnel.
    pub policy: Option<PolicyRouting>,
    /// Rules for routes to networks that may contain an endpoint.
    pub own_table: Option<OwnTable>,
    /// Local networks that keep their route in the main table while the policy takes everything else.
    pub lan: Lan,
    /// If another tunnel of Adit has the same route: true, the other tunnel's route is used as long as it exists, and then this
    /// one; false, this is an error. (In a table of the policy it always is an error: the tunnel there takes everything, and has
    /// the rules for it.)
    pub yields: bool,
}

/// The local networks that stay reachable outside a tunnel that takes all traffic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lan {
    /// Every private network ([`PRIVATE_NETWORKS`]) to which the main table has more than a default route, and these public
    /// networks, to which the computer is connected with a permanent address.
    Private(Vec<LocalNetwork>),
    /// Only these networks, perhaps none: with a kill switch, a route from a DHCP server must not open a way out.
    Only(Vec<LocalNetwork>),
}

impl Lan {
    /// Returns the networks without their interfaces.
    pub fn networks(&self) -> Vec<Cidr> {
        match self {
            Self::Private(public) => {
                let private = PRIVATE_NETWORKS.into_iter().filter_map(|(address, prefix)| Cidr::new(address, prefix).ok());
                private.chain(public.iter().map(|local| local.network)).collect()
            }
            Self::Only(networks) => networks.iter().map(|local| local.network).collect(),
        }
    }
}

/// A network that is reached without the tunnel that takes all traffic. Public networks count only if the computer's address in
/// them is
/// permanent: a DHCP server or a router gives addresses a lifetime, and could claim any public network as the local one
/// (CVE-2023-36672).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LocalNetwork {
    /// The network, without host bits.
    pub network: Cidr,
    /// Name of the interface that leads to it.
    pub interface: String,
    /// True if it is behind another tunnel of Adit, whose encrypted packets are subject to the kill switch. False if the computer
    /// is connected to it: it is the network of one of the interface's addresses.
    pub is_tunnel: bool,
}

impl RouteSpec {
    /// No routes, which removes all routes.
    pub fn none(interface: InterfaceName) -> Self {
        Self { interface, routes: Vec::new(), policy: None, own_table: None, lan: Lan::Private(Vec::new()), yields: false }
    }

    /// Returns true if rules select packets for the routes.
    pub fn has_rules(&self) -> bool {
        self.policy.is_some() || self.own_table.is_some()
    }

    /// Returns the number of the routing table that the rules use.
    pub fn rules_table(&self) -> Option<u32> {
        self.policy.map(|policy| policy.table).or(self.own_table.as_ref().map(|own| own.table))
    }

    /// Returns true if this route yields to another tunnel's.
    pub fn yields_with(&self, route: &Route) -> bool {
        self.yields && self.rules_table() != Some(route.table)
    }
}

/// A route into the tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Route {
    /// Destination, without host bits.
    pub network: Cidr,
    /// The routing table: [`MAIN_TABLE`] or another.
    pub table: u32,
}

/// Policy routing for a default route. For each family that is on, from first to last:
///
/// 1. what `table` has beside its default route: private networks that the configuration itself names;
/// 2. the local networks of [`RouteSpec::lan`], where the main table has more than a default route to them;
/// 3. everything else goes to `table`.
///
/// None of them applies to packets that carry `mark`, the tunnel's own.
///
/// The main table is asked only for private networks. wg-quick(8) asks it first, with `suppress_prefixlength 0`, and so follows
/// any route that a DHCP server, a router advertisement or a widened local network puts there (CVE-2024-3661, CVE-2023-36672).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PolicyRouting {
    /// Firewall mark of the tunnel's own packets.
    pub mark: u32,
    /// Routing table that holds the default route.
    pub table: u32,
    /// True if IPv4 has a default route.
    pub ipv4: bool,
    /// True if IPv6 has one: to the peers, or to nowhere ([`Plan::closes_ipv6`](super::plan::Plan::closes_ipv6)).
    pub ipv6: bool,
}

/// Routing for networks that may contain an endpoint of the tunnel. In the main table such a route would lead the tunnel's own
/// encrypted packets back into the tunnel. Instead it is in `table`, which is not looked up for packets with `mark`, the tunnel's
/// own. For each network, narrower routes of the main table are asked first, so that all other packets go where they would go if
/// all routes were in the main table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnTable {
    /// Firewall mark of the tunnel's own packets.
    pub mark: u32,
    /// Routing table that holds the routes.
    pub table: u32,
    /// The networks of these routes, none of them a default route.
    pub networks: Vec<Cidr>,
}

/// The packet filter of a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum FirewallPolicy {
    /// No packet filter.
    #[default]
    Open,
    /// The filter that guards a tunnel that takes all traffic.
    FullTunnel(FullTunnel),
}

/// Drops packets for the tunnel's addresses that arrive over another interface (CVE-2019-14899), does not answer ARP requests for
/// these addresses there (MLLVD-CR-24-03), and gives the peer's answers the tunnel's mark, so that strict reverse path filtering
/// accepts them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FullTunnel {
    /// Mark of the tunnel's own packets.
    pub mark: u32,
    /// The tunnel's own addresses.
    pub addresses: Vec<IpAddr>,
}

/// The kill switch: the packets that may still leave the computer, or be forwarded by it, while everything is to go through one
/// tunnel. These are packets into the tunnel, packets that stay on this computer, packets that an interface needs to get an
/// address and find its neighbours, and the exceptions here. All others are dropped, also those to private networks and of
/// existing connections.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KillSwitchRules {
    /// The owner, which [`Host::kill_switches`](super::host::Host::kill_switches) returns. Letters and digits.
    pub owner: String,
    /// Mark of the tunnel's own packets; 0: it has none.
    pub mark: u32,
    /// The allowed destinations of the tunnel's own packets.
    pub endpoints: Vec<SocketAddr>,
    /// Local networks that stay reachable, only over their interface. In those that the computer is connected to, DNS is blocked,
    /// and the multicast that finds devices is allowed.
    pub lan: Vec<LocalNetwork>,
    /// Private networks that the configuration puts into the tunnel. They stay blocked if a local network has the same addresses.
    pub inside: Vec<Cidr>,
    /// True if the tunnel's own packets may also go to DNS servers.
    pub resolving: bool,
    /// True if this process may send the home probe to everybody on a link with hardware addresses.
    pub home_probe: bool,
    /// The way to a captive portal; None while it is closed.
    pub portal: Option<PortalRules>,
}

/// The way to a captive portal through a kill switch: DNS, and TCP to [`PORTAL_PORTS`](crate::network::PORTAL_PORTS) of some
/// addresses, from marked sockets of this process's user. The kernel itself closes it when its time is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PortalRules {
    /// Mark of the packets.
    pub mark: u32,
    /// The allowed destinations.
    pub addresses: BTreeSet<IpAddr>,
    /// The time until the kernel closes it, seconds.
    pub seconds: u64,
}
