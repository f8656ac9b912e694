//! Turns the picture of a tunnel into the settings of macOS that establish it; pure.
//!
//! macOS has one routing table and no rules. A tunnel that takes everything has the two halves of all addresses as routes, which
//! are narrower than the default route and leave it in place: sockets that are bound to its interface (`IP_BOUND_IF`) still use it,
//! and nothing has to be put back when the tunnel's interface goes, which takes its routes along.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_config::{Cidr, InterfaceName, Table};

use crate::linux_network::plan::{inner_mtu, private_networks_inside, too_large_mtu};
use crate::network::{DnsSpec, Limits, NetworkError, Picture};

/// All settings that one tunnel needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Plan {
    /// The wanted name of the tunnel. The interface is named `utunN`.
    pub(crate) name: InterfaceName,
    /// The addresses, with their host bits.
    pub(crate) addresses: Vec<Cidr>,
    /// The size of the largest inner packet, bytes.
    pub(crate) mtu: u16,
    /// The routes into the tunnel, each once, without host bits.
    pub(crate) routes: Vec<Cidr>,
    /// The networks of the configuration that the routes stand for.
    pub(crate) networks: Vec<Cidr>,
    /// True if all of IPv4 goes into the tunnel.
    pub(crate) takes_ipv4: bool,
    /// True if all of IPv6 does: to the peers, or to nowhere if `closes_ipv6` is set.
    pub(crate) takes_ipv6: bool,
    /// True if the tunnel takes all of IPv4 and none of IPv6, and IPv6 is routed into it nevertheless so that it does not leave
    /// outside.
    pub(crate) closes_ipv6: bool,
    /// Private networks of the configuration.
    pub(crate) inside: Vec<Cidr>,
    /// Resolvers; None leaves the system's.
    pub(crate) dns: Option<DnsSpec>,
    /// Settings that were left out.
    pub(crate) limits: Limits,
}

impl Plan {
    /// Makes the plan for `picture`. `path_mtu`: the smallest MTU of the paths to the peers, bytes (None: unknown).
    ///
    /// # Errors
    /// If the picture needs a routing table of its own.
    pub(crate) fn new(picture: &Picture, path_mtu: Option<u32>) -> Result<Self, NetworkError> {
        if let Table::Number(_) = picture.linux.table {
            return Err(NetworkError::Unsupported { what: "routing tables with numbers (`Table`)" });
        }
        let is_off = picture.linux.table == Table::Off;
        let takes = |ipv4| !is_off && picture.routes.iter().any(|route| route.is_default() && route.is_ipv4() == ipv4);
        let (takes_ipv4, has_ipv6) = (takes(true), takes(false));
        let closes_ipv6 = takes_ipv4 && !has_ipv6 && !picture.allow_ipv6_outside;
        let takes_ipv6 = has_ipv6 || closes_ipv6;
        let networks = if is_off { Vec::new() } else { networks(picture) };
        let dns = DnsSpec::new(&picture.dns);
        let search_without_server = if dns.is_none() { picture.dns.search.clone() } else { Vec::new() };
        let needs_ipv6 = closes_ipv6 || picture.addresses.iter().any(|address| !address.is_ipv4());
        Ok(Self {
            name: picture.name.clone(),
            addresses: picture.addresses.clone(),
            mtu: picture.mtu.unwrap_or_else(|| inner_mtu(path_mtu, needs_ipv6)),
            routes: routes(&networks, closes_ipv6),
            networks,
            takes_ipv4,
            takes_ipv6,
            closes_ipv6,
            inside: private_networks_inside(picture).collect(),
            dns,
            limits: Limits {
                search_without_server,
                mtu: too_large_mtu(picture.mtu, path_mtu, &picture.peers),
                ..Limits::default()
            },
        })
    }

    /// Returns true if all traffic of at least one address family goes through the tunnel.
    pub(crate) const fn takes_all(&self) -> bool {
        self.takes_ipv4 || self.takes_ipv6
    }
}

/// The peers' networks and, as the interface is a point-to-point link without a network of its own, those of its addresses.
fn networks(picture: &Picture) -> Vec<Cidr> {
    let own = picture.addresses.iter().filter(|address| **address != Cidr::host(address.address())).map(Cidr::network);
    let mut networks = Vec::new();
    for network in picture.routes.iter().map(Cidr::network).chain(own) {
        if !networks.contains(&network) {
            networks.push(network);
        }
    }
    networks
}

fn routes(networks: &[Cidr], closes_ipv6: bool) -> Vec<Cidr> {
    let all_ipv6 = closes_ipv6.then(|| Cidr::new(Ipv6Addr::UNSPECIFIED.into(), 0).ok()).flatten();
    let mut routes = Vec::new();
    for network in networks.iter().copied().chain(all_ipv6) {
        let parts = if network.is_default() { halves(network.is_ipv4()) } else { vec![network] };
        for part in parts {
            if !routes.contains(&part) {
                routes.push(part);
            }
        }
    }
    routes
}

/// Returns the two halves of all addresses.
fn halves(ipv4: bool) -> Vec<Cidr> {
    let (low, high): (IpAddr, IpAddr) = if ipv4 {
        (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(128, 0, 0, 0).into())
    } else {
        (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x8000, 0, 0, 0, 0, 0, 0, 0).into())
    };
    [low, high].into_iter().filter_map(|address| Cidr::new(address, 1).ok()).collect()
}

/// The number of the first interface that Adit asks for. Programs that leave the choice to the system get small ones: a kill switch
/// that outlives its process must not open for another program's interface with the same name.
const FIRST_NUMBER: u32 = 100;
/// The number of interfaces among which a tunnel's name chooses.
const NUMBERS: u32 = 800;

/// Returns the numbers to try for a tunnel's interface, best first: the one that the tunnel is named after (`utun7`), or one that
/// follows from its name, so that it is the same after a restart.
pub(crate) fn numbers(name: &InterfaceName) -> Vec<u32> {
    let named = name.as_str().strip_prefix("utun").and_then(|number| number.parse().ok());
    if let Some(number) = named.filter(|number| *number < FIRST_NUMBER + NUMBERS) {
        return vec![number];
    }
    // FNV-1a (RFC 9923): any function will do that spreads names and never changes.
    let spread = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let start = name.as_str().bytes().fold(0x811c_9dc5, spread) % NUMBERS;
    (0..16).map(|step| FIRST_NUMBER + (start + step) % NUMBERS).collect()
}

/// Returns the arguments of `ifconfig` that add or remove an address.
pub(crate) fn address_arguments(interface: &str, address: &Cidr, is_added: bool) -> Vec<String> {
    let ip = address.address();
    let family = if ip.is_ipv4() { "inet" } else { "inet6" };
    let words = match (ip, is_added) {
        // The other end of the link is the interface itself.
        (IpAddr::V4(_), true) => vec![address.to_string(), ip.to_string(), "alias".to_owned()],
        (IpAddr::V6(_), true) => vec![address.to_string(), "alias".to_owned()],
        (_, false) => vec![ip.to_string(), "-alias".to_owned()],
    };
    [interface.to_owned(), family.to_owned()].into_iter().chain(words).collect()
}

/// Returns the arguments of `ifconfig` that set the MTU and set the interface up.
pub(crate) fn mtu_arguments(interface: &str, mtu: u16) -> Vec<String> {
    vec![interface.to_owned(), "mtu".to_owned(), mtu.to_string(), "up".to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux_network::tests::picture;

    fn shown(plan: &Plan) -> Vec<String> {
        plan.routes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_tunnel_that_takes_everything_has_the_halves_as_routes_and_closes_ipv6() {
        let plan = Plan::new(&picture(&["172.16.5.0/24", "0.0.0.0/0"]), None).unwrap();
        assert_eq!(shown(&plan), ["172.16.5.0/24", "0.0.0.0/1", "128.0.0.0/1", "10.8.0.0/24", "::/1", "8000::/1"]);
        assert!(plan.takes_ipv4 && plan.takes_ipv6 && plan.closes_ipv6 && plan.takes_all());
        let open = Plan::new(&Picture { allow_ipv6_outside: true, ..picture(&["0.0.0.0/0"]) }, None).unwrap();
        assert_eq!(shown(&open), ["0.0.0.0/1", "128.0.0.0/1", "10.8.0.0/24"]);
        assert!(!open.takes_ipv6 && !open.closes_ipv6);
    }

    #[test]
    fn a_split_tunnel_has_its_networks_and_that_of_its_address_each_once() {
        let plan = Plan::new(&picture(&["10.8.0.0/24", "192.0.2.0/24", "fd00::/8"]), None).unwrap();
        assert_eq!(shown(&plan), ["10.8.0.0/24", "192.0.2.0/24", "fd00::/8"]);
        assert!(!plan.takes_all() && !plan.closes_ipv6);
        let mut off = picture(&["0.0.0.0/0"]);
        off.linux.table = Table::Off;
        assert!(Plan::new(&off, None).unwrap().routes.is_empty());
        off.linux.table = Table::Number(7);
        assert!(matches!(Plan::new(&off, None), Err(NetworkError::Unsupported { .. })));
    }

    #[test]
    fn the_mtu_is_the_files_or_fits_the_path() {
        let mut wanted = picture(&["10.9.0.0/16"]);
        assert_eq!(Plan::new(&wanted, Some(1492)).unwrap().mtu, 1412);
        wanted.mtu = Some(1420);
        let plan = Plan::new(&wanted, Some(1400)).unwrap();
        assert_eq!((plan.mtu, plan.limits.mtu.map(|limit| limit.fits)), (1420, Some(1340)));
    }

    #[test]
    fn a_tunnel_has_the_same_number_after_each_start_and_none_that_the_system_would_choose() {
        let numbers_of = |name: &str| numbers(&name.parse().unwrap());
        assert_eq!(numbers_of("utun7"), [7]);
        for name in ["wg0", "office", "utun", "utun999999999"] {
            let first = numbers_of(name);
            assert_eq!(first, numbers_of(name));
            assert!(first.iter().all(|number| (FIRST_NUMBER..FIRST_NUMBER + NUMBERS).contains(number)), "{first:?}");
        }
        assert_ne!(numbers_of("wg0")[0], numbers_of("wg1")[0]);
    }

    #[test]
    fn addresses_and_mtu_are_set_as_by_wg_quick() {
        let arguments = |address: &str, is_added| address_arguments("utun4", &address.parse().unwrap(), is_added).join(" ");
        assert_eq!(arguments("10.8.0.2/24", true), "utun4 inet 10.8.0.2/24 10.8.0.2 alias");
        assert_eq!(arguments("fd08::2/64", true), "utun4 inet6 fd08::2/64 alias");
        assert_eq!(arguments("fd08::2/64", false), "utun4 inet6 fd08::2 -alias");
        assert_eq!(mtu_arguments("utun4", 1420).join(" "), "utun4 mtu 1420 up");
    }
}
