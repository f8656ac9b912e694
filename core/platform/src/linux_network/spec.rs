//! The wanted settings that a [`Host`](super::host::Host) makes true.

use std::net::{IpAddr, SocketAddr};

use adit_config::{Cidr, InterfaceName};

use crate::network::PRIVATE_NETWORKS;
pub(crate) use crate::network::{DnsNames, DnsSpec};

/// Number of the main routing table.
pub(crate) const MAIN_TABLE: u32 = 254;

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
    /// Rules for routes that an endpoint may be behind.
    pub own_table: Option<OwnTable>,
    /// Local networks that keep the way that the main table has for them while the policy takes everything else.
    pub lan: Lan,
    /// Where another tunnel of ours has the same route already, it goes first, and this one is used when that is gone; else that is an
    /// error. (In a table of the policy it always is: who goes first there takes everything, and has the rules for it.)
    pub yields: bool,
}

/// Which local networks stay reachable past a tunnel that takes all traffic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lan {
    /// Every private network ([`PRIVATE_NETWORKS`]) that the main table has more than a default route to, and
    /// these public networks, which the computer is in by a permanent address.
    Private(Vec<LocalNetwork>),
    /// Only these, and none where there are none: with a kill switch, a route that a DHCP server hands out does not open a way.
    Only(Vec<LocalNetwork>),
}

impl Lan {
    /// The networks, whichever interface leads there.
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

/// A network that is reached without the tunnel that takes all traffic. Public ones only where the computer's address there is
/// permanent: a DHCP server or a router gives addresses a lifetime, and could claim any public network as the local one
/// (CVE-2023-36672).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LocalNetwork {
    /// Without host bits.
    pub network: Cidr,
    /// Name of the interface that leads there.
    pub interface: String,
    /// It is behind another tunnel of ours, whose encrypted packets are subject to the kill switch. Otherwise the computer is in it: it
    /// is the network of one of the interface's addresses.
    pub is_tunnel: bool,
}

impl RouteSpec {
    /// No routes at all: what undoes any other.
    pub fn none(interface: InterfaceName) -> Self {
        Self { interface, routes: Vec::new(), policy: None, own_table: None, lan: Lan::Private(Vec::new()), yields: false }
    }

    /// Whether rules lead to the routes.
    pub fn has_rules(&self) -> bool {
        self.policy.is_some() || self.own_table.is_some()
    }

    /// Number of the routing table that rules lead to.
    pub fn rules_table(&self) -> Option<u32> {
        self.policy.map(|policy| policy.table).or(self.own_table.as_ref().map(|own| own.table))
    }

    /// Whether this route goes behind another tunnel's.
    pub fn yields_with(&self, route: &Route) -> bool {
        self.yields && self.rules_table() != Some(route.table)
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
/// 2. the local networks of [`RouteSpec::lan`], where the main table has more than a default route to them;
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
    /// IPv6 has one: to the peers, or to nowhere ([`Plan::closes_ipv6`](super::plan::Plan::closes_ipv6)).
    pub ipv6: bool,
}

/// Routing of networks that an endpoint of the tunnel may be in. In the main table such a route would lead the tunnel's own encrypted
/// packets into the tunnel again. Instead it is in `table`, which packets with `mark`, the tunnel's own, are not looked up in. For each
/// network, narrower routes of the main table are asked first, so that everything but the tunnel's own packets goes where it would go if
/// all routes were in the main table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnTable {
    /// Firewall mark of the tunnel's own packets.
    pub mark: u32,
    /// Routing table that holds the routes.
    pub table: u32,
    /// Where these routes lead, none of them a default route.
    pub networks: Vec<Cidr>,
}

/// The rules of the packet filter for a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum FirewallPolicy {
    /// Nothing.
    #[default]
    Open,
    /// Guards a tunnel that takes all traffic.
    FullTunnel(FullTunnel),
}

/// Drops packets for the tunnel's addresses that arrive over another interface (CVE-2019-14899), does not answer ARP requests for
/// them there (MLLVD-CR-24-03), and gives the peer's answers the tunnel's mark, so that strict reverse path filtering accepts them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FullTunnel {
    /// Mark of the tunnel's own packets.
    pub mark: u32,
    /// The tunnel's own addresses.
    pub addresses: Vec<IpAddr>,
}

/// The kill switch: what may still leave the computer, or be forwarded by it, while everything is to go through one tunnel. That is
/// what goes into the tunnel, what stays on this computer, what an interface needs to get an address and find its neighbours, and
/// what is named here. Everything else is dropped, private networks and packets of connections from before too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KillSwitchRules {
    /// Whose it is, told again by [`Host::kill_switches`](super::host::Host::kill_switches). Letters and digits.
    pub owner: String,
    /// Mark of the tunnel's own packets; 0: it has none.
    pub mark: u32,
    /// Where these may go.
    pub endpoints: Vec<SocketAddr>,
    /// Local networks that stay reachable, over their interface alone. In those that the computer is in, DNS is closed, and the
    /// multicast that finds devices is open.
    pub lan: Vec<LocalNetwork>,
    /// Private networks that the configuration puts into the tunnel. They stay closed where a local network has the same addresses.
    pub inside: Vec<Cidr>,
    /// Whether the tunnel's own packets may also go to DNS servers.
    pub resolving: bool,
}
