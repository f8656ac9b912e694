//! The allowed IPs of each routing mode.

use std::net::IpAddr;

use adit_config::Cidr;
use adit_rules::routing::{RoutingError, Surroundings, allowed_ips};
use adit_rules::rule::Mode;
use proptest::collection::vec;
use proptest::prelude::*;

fn networks(texts: &[&str]) -> Vec<Cidr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn only(texts: &[&str]) -> Mode {
    Mode::Only(networks(texts).try_into().unwrap())
}

/// Returns the allowed IPs of the only peer.
fn of_one(mode: &Mode, configured: &[&str], around: Surroundings<'_>) -> Vec<String> {
    let [peer] = allowed_ips(mode, &[networks(configured)], around).unwrap().try_into().unwrap();
    peer.iter().map(ToString::to_string).collect()
}

#[test]
fn one_tunnel_takes_what_the_mode_says() {
    let nothing = Surroundings::default();
    assert_eq!(of_one(&Mode::AsConfigured, &["10.8.0.0/24"], nothing), ["10.8.0.0/24"]);
    assert_eq!(of_one(&Mode::Everything, &["10.8.0.0/24"], nothing), ["0.0.0.0/0", "::/0"]);
    assert_eq!(of_one(&Mode::Private, &["0.0.0.0/0"], nothing), ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]);
    assert_eq!(of_one(&only(&["10.1.0.0/16"]), &["0.0.0.0/0"], nothing), ["10.1.0.0/16"]);
}

#[test]
fn except_this_lan_leaves_out_the_local_networks_that_the_computer_is_in() {
    let lan = networks(&["192.168.1.17/24", "169.254.7.7/16", "fd12::17/64", "fe80::1/64"]);
    let taken = allowed_ips(&Mode::ExceptLan, &[networks(&["10.8.0.0/24"])], Surroundings { lan: &lan, dns: &[] }).unwrap();
    let takes = |address: &str| taken[0].iter().any(|network| network.contains(address.parse().unwrap()));
    for (address, expected) in [
        ("192.168.1.1", false),
        ("169.254.1.1", false),
        ("fd12::1", false),
        ("fe80::2", false),
        ("192.168.2.1", true),
        ("10.0.0.1", true),
        ("1.1.1.1", true),
        ("fd12:0:0:1::1", true),
        ("fe80:0:0:1::2", true),
        ("2001:db8::1", true),
    ] {
        assert_eq!(takes(address), expected, "{address} in {:?}", taken[0]);
    }
}

/// TunnelCrack, "LocalNet": a hostile network hands out public addresses as its own.
#[test]
fn except_this_lan_keeps_public_networks_in_the_tunnel_whatever_the_network_claims() {
    for lan in ["1.1.1.7/24", "100.64.0.7/10", "2001:db8::7/16"] {
        let around = Surroundings { lan: &networks(&[lan]), dns: &[] };
        assert_eq!(of_one(&Mode::ExceptLan, &["10.8.0.0/24"], around), ["0.0.0.0/0", "::/0"], "{lan}");
    }
    // Of 128.0.0.0/1, only the private and link-local networks in it are local.
    let lan = networks(&["128.0.0.5/1"]);
    let taken = allowed_ips(&Mode::ExceptLan, &[networks(&["0.0.0.0/0"])], Surroundings { lan: &lan, dns: &[] }).unwrap();
    let takes = |address: &str| taken[0].iter().any(|network| network.contains(address.parse().unwrap()));
    assert!(takes("128.0.0.5") && takes("142.250.1.1") && takes("172.32.0.1") && takes("192.169.0.1"));
    assert!(!takes("172.16.0.1") && !takes("192.168.0.1") && !takes("169.254.0.1"));
}

#[test]
fn the_tunnels_dns_servers_stay_in_the_tunnel() {
    let dns: [IpAddr; 2] = ["1.1.1.1".parse().unwrap(), "10.8.0.1".parse().unwrap()];
    let around = Surroundings { lan: &networks(&["10.8.0.7/24"]), dns: &dns };
    let taken = of_one(&Mode::Private, &["0.0.0.0/0"], around);
    assert_eq!(taken, ["1.1.1.1/32", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]);
    let around_lan = allowed_ips(&Mode::ExceptLan, &[networks(&["::/0"])], around).unwrap();
    assert!(around_lan[0].contains(&"10.8.0.1/32".parse().unwrap()));
}

#[test]
fn of_several_peers_the_one_for_all_traffic_carries_it() {
    let peers = [networks(&["10.8.0.0/24"]), networks(&["0.0.0.0/0"])];
    let private = allowed_ips(&Mode::Private, &peers, Surroundings::default()).unwrap();
    assert_eq!(private[0], peers[0]);
    assert!(!private[1].contains(&"10.0.0.0/8".parse().unwrap()));
    assert!(private[1].iter().all(|network| !network.contains("10.8.0.1".parse().unwrap())));
    let everything = allowed_ips(&Mode::Everything, &peers, Surroundings::default()).unwrap();
    assert_eq!(everything[1], networks(&["0.0.0.0/0", "::/0"]));
}

#[test]
fn without_one_peer_for_all_traffic_only_the_configured_mode_is_possible() {
    for peers in
        [vec![networks(&["10.0.0.0/8"]), networks(&["10.1.0.0/16"])], vec![networks(&["::/0"]), networks(&["0.0.0.0/0"])], vec![]]
    {
        assert_eq!(allowed_ips(&Mode::Everything, &peers, Surroundings::default()), Err(RoutingError::NoCarrier));
        assert_eq!(allowed_ips(&Mode::AsConfigured, &peers, Surroundings::default()), Ok(peers));
    }
}

/// Any IPv4 address, often a private or link-local one.
fn address() -> impl Strategy<Value = u32> {
    let near = |base: u32, bits: u32| any::<u32>().prop_map(move |random| base | random & ((1 << bits) - 1));
    prop_oneof![
        any::<u32>(),
        near(0x0a00_0000, 10),
        near(0xac10_0000, 20),
        near(0xac1f_ff00, 9),
        near(0xc0a8_0000, 10),
        near(0xa9fe_0000, 16),
    ]
}

fn network() -> impl Strategy<Value = Cidr> {
    (address(), 0..=32_u8).prop_map(|(bits, prefix)| Cidr::new(IpAddr::V4(bits.into()), prefix).unwrap())
}

/// Returns the peer that an address belongs to: that of the longest prefix.
fn peer_of(peers: &[Vec<Cidr>], address: IpAddr) -> Option<usize> {
    let matching = peers.iter().enumerate().flat_map(|(index, networks)| networks.iter().map(move |network| (index, network)));
    matching.filter(|(_, network)| network.contains(address)).max_by_key(|(_, network)| network.prefix()).map(|(index, _)| index)
}

proptest! {
    #[test]
    fn each_address_goes_where_the_mode_says(
        lan in vec(network(), 0..3),
        other in vec(network().prop_filter("a default route", |network| !network.is_default()), 0..3),
        chosen in vec(network(), 1..4),
        dns in address(),
        mode in 0..4_usize,
        address in address(),
    ) {
        let mode = [Mode::Everything, Mode::ExceptLan, Mode::Private, Mode::Only(chosen.clone().try_into().unwrap())][mode].clone();
        let (dns, address): (IpAddr, IpAddr) = (IpAddr::V4(dns.into()), IpAddr::V4(address.into()));
        let peers = [networks(&["0.0.0.0/0"]), other.clone()];
        let result = allowed_ips(&mode, &peers, Surroundings { lan: &lan, dns: &[dns] }).unwrap();
        for address in [address, dns] {
            let is_in = |networks: &[Cidr]| networks.iter().any(|network| network.contains(address));
            let is_wanted = address == dns || match &mode {
                Mode::AsConfigured | Mode::Everything => true,
                Mode::ExceptLan => {
                    let local = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"];
                    !(is_in(&lan) && is_in(&networks(&local)))
                }
                Mode::Private => is_in(&networks(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])),
                Mode::Only(_) => is_in(&chosen),
            };
            let expected = if is_in(&other) { Some(1) } else { is_wanted.then_some(0) };
            prop_assert_eq!(peer_of(&result, address), expected, "{:?} {}", result, address);
        }
    }
}
