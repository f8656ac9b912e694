//! Turns what Windows lists into facts about the networks. What is not certain is unknown.

use std::collections::BTreeSet;

use super::snapshot::Snapshot;
use crate::network_facts::{Facts, Known, Link, LinkKind, Mac, Portal, Security, Wifi};

/// An interface, as far as [`Snapshot`] does not describe it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Medium {
    /// `NET_LUID`.
    pub(crate) luid: u64,
    /// `IF_TYPE_*`.
    pub(crate) kind: u32,
    /// The Wi-Fi network; None if it is not Wi-Fi.
    pub(crate) wifi: Option<Wifi>,
    /// Domains that the network assigned; None if it has not answered.
    pub(crate) suffixes: Option<Vec<String>>,
    /// The number of times that it came up or went down while it was watched.
    pub(crate) carrier_changes: u32,
}

/// A neighbour that has answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Neighbour {
    /// The interface.
    pub(crate) luid: u64,
    /// Its address.
    pub(crate) address: std::net::IpAddr,
    /// Its hardware address.
    pub(crate) mac: Vec<u8>,
}

/// Values of `IF_TYPE_*` (IANA `ifType`).
mod if_type {
    pub(super) const ETHERNET: u32 = 6;
    pub(super) const PPP: u32 = 23;
    pub(super) const VIRTUAL: u32 = 53;
    pub(super) const WIFI: u32 = 71;
    pub(super) const TUNNEL: u32 = 131;
    pub(super) const MOBILE: [u32; 2] = [243, 244];
}

/// Describes the networks. `own` are the interfaces of this process's tunnels.
pub(crate) fn facts(now: &Snapshot, media: &[Medium], neighbours: &[Neighbour], own: &BTreeSet<u64>) -> Facts {
    let is_tunnel = |kind: u32| matches!(kind, if_type::PPP | if_type::VIRTUAL | if_type::TUNNEL);
    let up =
        now.interfaces.iter().filter(|interface| interface.is_up && !interface.is_loopback && !own.contains(&interface.luid));
    let with_medium = up.filter_map(|interface| Some((interface, media.iter().find(|medium| medium.luid == interface.luid)?)));
    let (tunnels, links): (Vec<_>, Vec<_>) = with_medium.partition(|(_, medium)| is_tunnel(medium.kind));
    // Windows has transition tunnels of its own (Teredo), and tunnels that look like Ethernet.
    let other_vpn = tunnels.iter().any(|(_, medium)| medium.kind != if_type::TUNNEL);
    let default = [false, true].map(|ipv6| default_interface(now, ipv6, own));
    let link = |(interface, medium): (&super::snapshot::InterfaceRow, &Medium)| {
        let mut subnets: Vec<_> = now.addresses.iter().filter(|row| row.luid == interface.luid).collect();
        subnets.retain(|row| !is_link_local(row.address.address()));
        let subnets: BTreeSet<_> = subnets.into_iter().map(|row| row.address.network()).collect();
        Link {
            interface: interface.name.clone(),
            carrier_changes: medium.carrier_changes,
            kind: match medium.kind {
                if_type::WIFI => LinkKind::Wifi,
                if_type::ETHERNET => LinkKind::Ethernet,
                kind if if_type::MOBILE.contains(&kind) => LinkKind::Cellular,
                _ => LinkKind::Other,
            },
            is_default: default.contains(&Some(interface.luid)),
            wifi: medium.wifi.clone(),
            gateway_mac: gateway_mac(now, neighbours, interface.luid),
            subnets: subnets.into_iter().collect(),
            dns_suffixes: medium.suffixes.as_ref().map_or(Known::Unknown, |suffixes| Known::Known(tidy(suffixes))),
            metered: Known::Unknown,
            portal: Portal::Unknown,
        }
    };
    // An interface without an address, as Windows has several for filters, is in no network.
    let mut links: Vec<Link> = links.into_iter().map(link).filter(|link| !link.subnets.is_empty() || link.is_default).collect();
    links.sort_by(|one, other| one.interface.cmp(&other.interface));
    Facts { links, other_vpn: if other_vpn { Known::Known(true) } else { Known::Unknown } }
}

fn is_link_local(address: std::net::IpAddr) -> bool {
    match address {
        std::net::IpAddr::V4(address) => address.is_link_local(),
        std::net::IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

/// Returns the interface of the default route with the lowest metric.
fn default_interface(now: &Snapshot, ipv6: bool, own: &BTreeSet<u64>) -> Option<u64> {
    let routes = now.routes.iter().filter(|route| route.network.is_default() && route.network.is_ipv4() != ipv6);
    let cost = routes.filter(|route| !own.contains(&route.luid)).filter_map(|route| {
        let interface = now.interface(route.luid).filter(|interface| interface.is_up)?;
        Some((u64::from(route.metric) + u64::from(interface.metrics[usize::from(ipv6)]?), route.luid))
    });
    cost.min().map(|(_, luid)| luid)
}

fn gateway_mac(now: &Snapshot, neighbours: &[Neighbour], luid: u64) -> Option<Mac> {
    let routes = now.routes.iter().filter(|route| route.luid == luid && route.network.is_default());
    let gateway = routes.min_by_key(|route| (!route.network.is_ipv4(), route.metric))?.gateway?;
    let neighbour = neighbours.iter().find(|neighbour| neighbour.luid == luid && neighbour.address == gateway)?;
    Mac::of_host(&neighbour.mac)
}

fn tidy(suffixes: &[String]) -> Vec<String> {
    let tidy = suffixes.iter().map(|suffix| suffix.trim_end_matches('.').to_ascii_lowercase());
    tidy.filter(|suffix| !suffix.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Returns the protection of an access point from what a connection to it uses. What is stronger than WEP does not say what else the
/// access point offers.
pub(crate) fn security(authentication: i32, is_encrypted: bool) -> Option<Security> {
    /// `DOT11_AUTH_ALGO_80211_OPEN`, `_80211_SHARED_KEY` and `_OWE`.
    const OPEN: i32 = 1;
    const SHARED_KEY: i32 = 2;
    const OWE: i32 = 10;
    match (authentication, is_encrypted) {
        (OPEN, false) | (OWE, _) => Some(Security::Open),
        (OPEN, true) | (SHARED_KEY, _) => Some(Security::Wep),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network_facts::Ssid;
    use crate::windows_network::snapshot::{AddressRow, InterfaceRow, RouteRow};

    fn interface(luid: u64, name: &str, metric: u32) -> InterfaceRow {
        let index = u32::try_from(luid).unwrap();
        let metrics = [Some(metric), None];
        InterfaceRow { luid, index, name: name.into(), mtu: 1500, is_up: true, is_loopback: false, metrics }
    }

    fn medium(luid: u64, kind: u32) -> Medium {
        Medium { luid, kind, wifi: None, suffixes: None, carrier_changes: 0 }
    }

    fn route(luid: u64, gateway: &str) -> RouteRow {
        RouteRow { network: "0.0.0.0/0".parse().unwrap(), luid, gateway: gateway.parse().ok(), metric: 0 }
    }

    fn address(luid: u64, address: &str) -> AddressRow {
        AddressRow { luid, address: address.parse().unwrap(), is_permanent: false }
    }

    fn cafe() -> (Snapshot, Vec<Medium>, Vec<Neighbour>) {
        let now = Snapshot {
            routes: vec![route(1, "192.168.1.1"), route(2, "192.168.2.1"), route(7, "")],
            interfaces: vec![
                interface(2, "Ethernet", 25),
                interface(1, "Wi-Fi", 50),
                interface(7, "office", 0),
                interface(3, "Filter", 1),
            ],
            addresses: vec![
                address(1, "192.168.1.20/24"),
                address(1, "fe80::1/64"),
                address(2, "192.168.2.20/24"),
                address(7, "10.8.0.2/24"),
            ],
        };
        let ssid = Ssid::new(b"Caf\xc3\xa9");
        let wifi = Wifi { ssid, ..Wifi::default() };
        let media = vec![
            Medium { wifi: Some(wifi), suffixes: Some(vec!["Cafe.Example.".into(), String::new()]), ..medium(1, 71) },
            medium(2, 6),
            medium(7, 53),
            medium(3, 6),
        ];
        let neighbours = vec![Neighbour { luid: 1, address: "192.168.1.1".parse().unwrap(), mac: vec![2, 0, 0, 0, 0, 1] }];
        (now, media, neighbours)
    }

    #[test]
    fn each_link_with_an_address_is_described_and_tunnels_are_not_links() {
        let (now, media, neighbours) = cafe();
        let Facts { links, other_vpn } = facts(&now, &media, &neighbours, &[7].into());
        assert_eq!(links.iter().map(|link| link.interface.as_str()).collect::<Vec<_>>(), ["Ethernet", "Wi-Fi"]);
        let [ethernet, wifi] = &links[..] else { panic!() };
        assert!(ethernet.is_default && !wifi.is_default);
        assert_eq!((ethernet.kind, wifi.kind), (LinkKind::Ethernet, LinkKind::Wifi));
        assert_eq!(wifi.gateway_mac, Some(Mac([2, 0, 0, 0, 0, 1])));
        assert_eq!(ethernet.gateway_mac, None, "a gateway that has not answered");
        assert_eq!(wifi.subnets, ["192.168.1.0/24".parse().unwrap()]);
        assert_eq!(wifi.dns_suffixes, Known::Known(vec!["cafe.example".into()]));
        assert_eq!(ethernet.dns_suffixes, Known::Unknown);
        assert_eq!(other_vpn, Known::Unknown);
    }

    #[test]
    fn a_tunnel_that_is_not_of_this_process_is_another_vpn_and_the_transition_tunnels_of_windows_are_none() {
        let (now, mut media, neighbours) = cafe();
        assert_eq!(facts(&now, &media, &neighbours, &BTreeSet::new()).other_vpn, Known::Known(true));
        media[2].kind = 131;
        assert_eq!(facts(&now, &media, &neighbours, &BTreeSet::new()).other_vpn, Known::Unknown);
    }

    #[test]
    fn only_a_weak_protection_is_certain_from_a_connection() {
        assert_eq!(security(1, false), Some(Security::Open));
        assert_eq!(security(1, true), Some(Security::Wep));
        assert_eq!(security(10, true), Some(Security::Open));
        for stronger in [3, 4, 6, 7, 8, 9, 11] {
            assert_eq!(security(stronger, true), None);
        }
    }
}
