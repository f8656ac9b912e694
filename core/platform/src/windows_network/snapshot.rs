//! Routes, interfaces and addresses of the computer at one moment, and what follows from them: the route past the tunnels, the
//! local networks.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::net::IpAddr;

use adit_config::Cidr;

use crate::linux_network::spec::LocalNetwork;
use crate::network::{EndpointRoute, is_private};

/// What IP Helper lists.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Snapshot {
    /// All routes.
    pub(crate) routes: Vec<RouteRow>,
    /// All interfaces.
    pub(crate) interfaces: Vec<InterfaceRow>,
    /// All addresses of unicast.
    pub(crate) addresses: Vec<AddressRow>,
}

/// A route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RouteRow {
    /// Destination, without host bits.
    pub(crate) network: Cidr,
    /// The interface that it leads over.
    pub(crate) luid: u64,
    /// The next hop; None on the link.
    pub(crate) gateway: Option<IpAddr>,
    /// The route's own metric, to which that of the interface is added.
    pub(crate) metric: u32,
}

/// An interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InterfaceRow {
    /// `NET_LUID`.
    pub(crate) luid: u64,
    /// The number for system calls.
    pub(crate) index: u32,
    /// The name that users see.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) mtu: u32,
    /// True if it is up and has a carrier.
    pub(crate) is_up: bool,
    /// True for the interface of this computer alone.
    pub(crate) is_loopback: bool,
    /// The metrics for IPv4 and IPv6; None: the interface does not have that family.
    pub(crate) metrics: [Option<u32>; 2],
}

/// An address of an interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct AddressRow {
    /// The interface.
    pub(crate) luid: u64,
    /// The address, with its host bits.
    pub(crate) address: Cidr,
    /// True if a user has set it: no DHCP server or router gave it.
    pub(crate) is_permanent: bool,
}

impl Snapshot {
    /// Returns the route that packets to `destination` take if none of `tunnels` existed; None if there is none over an interface
    /// that is up.
    fn route(&self, destination: IpAddr, tunnels: &BTreeSet<u64>) -> Option<(&RouteRow, &InterfaceRow)> {
        let family = usize::from(destination.is_ipv6());
        let leading = self.routes.iter().filter(|route| route.network.contains(destination) && !tunnels.contains(&route.luid));
        let up = leading.filter_map(|route| {
            let interface = self.interface(route.luid).filter(|interface| interface.is_up)?;
            Some((route, interface, u64::from(route.metric) + u64::from(interface.metrics[family]?)))
        });
        up.min_by_key(|(route, interface, metric)| (Reverse(route.network.prefix()), *metric, interface.index))
            .map(|(route, interface, _)| (route, interface))
    }

    /// Returns the route to an endpoint past the tunnels.
    pub(crate) fn route_to(&self, endpoint: IpAddr, tunnels: &BTreeSet<u64>) -> Option<EndpointRoute> {
        let (route, interface) = self.route(endpoint, tunnels)?;
        let hop = route.gateway.unwrap_or(endpoint);
        let own = self.addresses.iter().filter(|own| own.luid == route.luid && own.address.is_ipv4() == endpoint.is_ipv4());
        let source = own.max_by_key(|own| (own.address.network().contains(hop), Reverse(own.address.address())));
        Some(EndpointRoute {
            interface: interface.name.clone(),
            index: interface.index,
            gateway: route.gateway,
            source: source.map(|own| own.address.address()),
            // Windows does not count them; an address that is gone changes the source.
            carrier_changes: 0,
            mtu: Some(interface.mtu),
        })
    }

    /// Returns the smallest MTU of the routes to `endpoints` past the tunnels, or of those to everywhere if there are none.
    pub(crate) fn path_mtu(&self, endpoints: &[IpAddr], tunnels: &BTreeSet<u64>) -> Option<u32> {
        const EVERYWHERE: [IpAddr; 2] =
            [IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED)];
        let endpoints = if endpoints.is_empty() { &EVERYWHERE } else { endpoints };
        endpoints.iter().filter_map(|endpoint| self.route(*endpoint, tunnels)).map(|(_, interface)| interface.mtu).min()
    }

    /// Returns the narrowest route to an address, without default routes and without those over `tunnels`.
    pub(crate) fn local_route(&self, destination: IpAddr, tunnels: &BTreeSet<u64>) -> Option<(Cidr, String)> {
        let (route, interface) = self.route(destination, tunnels)?;
        (!route.network.is_default()).then(|| (route.network, interface.name.clone()))
    }

    /// Returns the networks that the computer is connected to over interfaces that are up, without `tunnels`, sorted. Public ones
    /// count only by permanent addresses.
    pub(crate) fn local_networks(&self, tunnels: &BTreeSet<u64>) -> Vec<LocalNetwork> {
        let connected = self.addresses.iter().filter_map(|row| {
            let interface = self.interface(row.luid).filter(|interface| interface.is_up && !interface.is_loopback)?;
            let network = row.address.network();
            let counts = !tunnels.contains(&row.luid) && (row.is_permanent || is_private(&network));
            counts.then(|| LocalNetwork { network, interface: interface.name.clone(), is_tunnel: false })
        });
        connected.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Returns true if an interface other than loopback and `tunnels` has IPv6.
    pub(crate) fn has_ipv6(&self, tunnels: &BTreeSet<u64>) -> bool {
        let others = self.interfaces.iter().filter(|interface| !interface.is_loopback && !tunnels.contains(&interface.luid));
        others.into_iter().any(|interface| interface.metrics[1].is_some())
    }

    /// Returns an interface; None if there is none.
    pub(crate) fn interface(&self, luid: u64) -> Option<&InterfaceRow> {
        self.interfaces.iter().find(|interface| interface.luid == luid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETHERNET: u64 = 1;
    const WIFI: u64 = 2;
    const TUNNEL: u64 = 7;
    const LOOPBACK: u64 = 9;

    fn interface(luid: u64, name: &str, metric: u32) -> InterfaceRow {
        InterfaceRow {
            luid,
            index: u32::try_from(luid).unwrap() + 10,
            name: name.into(),
            mtu: 1500 - u32::try_from(luid).unwrap(),
            is_up: true,
            is_loopback: luid == LOOPBACK,
            metrics: [Some(metric), Some(metric)],
        }
    }

    fn route(network: &str, luid: u64, gateway: &str, metric: u32) -> RouteRow {
        RouteRow { network: network.parse().unwrap(), luid, gateway: gateway.parse().ok(), metric }
    }

    fn address(luid: u64, address: &str) -> AddressRow {
        AddressRow { luid, address: address.parse().unwrap(), is_permanent: false }
    }

    fn home() -> Snapshot {
        Snapshot {
            routes: vec![
                route("0.0.0.0/0", TUNNEL, "", 0),
                route("0.0.0.0/0", WIFI, "192.168.2.1", 0),
                route("0.0.0.0/0", ETHERNET, "192.168.1.1", 0),
                route("192.168.1.0/24", ETHERNET, "", 256),
                route("198.51.100.0/24", WIFI, "192.168.2.9", 5000),
                route("::/0", ETHERNET, "fe80::1", 16),
            ],
            interfaces: vec![
                interface(ETHERNET, "Ethernet", 25),
                interface(WIFI, "Wi-Fi", 50),
                interface(TUNNEL, "office", 0),
                interface(LOOPBACK, "Loopback", 75),
            ],
            addresses: vec![
                address(ETHERNET, "192.168.1.20/24"),
                address(ETHERNET, "169.254.7.7/16"),
                address(ETHERNET, "2001:db8::20/64"),
                address(WIFI, "192.168.2.20/24"),
                address(TUNNEL, "10.8.0.2/24"),
                address(LOOPBACK, "127.0.0.1/8"),
            ],
        }
    }

    fn tunnels() -> BTreeSet<u64> {
        [TUNNEL].into()
    }

    #[test]
    fn an_endpoint_is_reached_past_the_tunnel_by_the_narrowest_route_and_the_lowest_metric() {
        let home = home();
        let to = |endpoint: &str| home.route_to(endpoint.parse().unwrap(), &tunnels()).unwrap();
        let internet = to("203.0.113.9");
        assert_eq!((internet.interface.as_str(), internet.index, internet.mtu), ("Ethernet", 11, Some(1499)));
        assert_eq!((internet.gateway, internet.source), ("192.168.1.1".parse().ok(), "192.168.1.20".parse().ok()));
        assert_eq!(to("198.51.100.7").interface, "Wi-Fi");
        assert_eq!(to("192.168.1.9").gateway, None);
        assert_eq!(to("2001:db8:9::1").gateway, "fe80::1".parse().ok());
        let none = home.route_to("203.0.113.9".parse().unwrap(), &[TUNNEL, WIFI, ETHERNET].into());
        assert_eq!(none, None);
    }

    #[test]
    fn an_interface_that_is_down_or_lacks_the_family_leads_nowhere() {
        let mut home = home();
        home.interfaces[0].is_up = false;
        assert_eq!(home.route_to("203.0.113.9".parse().unwrap(), &tunnels()).unwrap().interface, "Wi-Fi");
        home.interfaces[1].metrics[0] = None;
        assert_eq!(home.route_to("203.0.113.9".parse().unwrap(), &tunnels()), None);
        assert_eq!(home.path_mtu(&[], &tunnels()), None);
    }

    #[test]
    fn the_mtu_is_that_of_the_narrowest_path() {
        let of = |endpoints: &[&str]| {
            let endpoints: Vec<IpAddr> = endpoints.iter().map(|endpoint| endpoint.parse().unwrap()).collect();
            home().path_mtu(&endpoints, &tunnels())
        };
        assert_eq!(of(&["203.0.113.9"]), Some(1499));
        assert_eq!(of(&["203.0.113.9", "198.51.100.7"]), Some(1498));
        assert_eq!(of(&[]), Some(1499));
    }

    #[test]
    fn local_networks_are_those_of_addresses_outside_tunnels_and_public_ones_need_a_permanent_address() {
        let mut home = home();
        let shown = |home: &Snapshot| {
            let shown = |local: LocalNetwork| format!("{} {}", local.network, local.interface);
            home.local_networks(&tunnels()).into_iter().map(shown).collect::<Vec<_>>()
        };
        let private = ["169.254.0.0/16 Ethernet", "192.168.1.0/24 Ethernet", "192.168.2.0/24 Wi-Fi"];
        assert_eq!(shown(&home), private);
        home.addresses[2].is_permanent = true;
        assert_eq!(shown(&home), [&private[..], &["2001:db8::/64 Ethernet"]].concat());
        home.interfaces[0].is_up = false;
        assert_eq!(shown(&home), private[2..]);
    }

    #[test]
    fn a_local_route_is_no_default_route() {
        let home = home();
        let to = |address: &str| home.local_route(address.parse().unwrap(), &tunnels());
        assert_eq!(to("192.168.1.9"), Some(("192.168.1.0/24".parse().unwrap(), "Ethernet".into())));
        assert_eq!(to("203.0.113.9"), None);
    }

    #[test]
    fn ipv6_counts_only_outside_tunnels_and_this_computer() {
        let mut home = home();
        assert!(home.has_ipv6(&tunnels()));
        home.interfaces[0].metrics[1] = None;
        home.interfaces[1].metrics[1] = None;
        assert!(!home.has_ipv6(&tunnels()));
    }
}
