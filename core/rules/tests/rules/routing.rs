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
fn except_this_lan_leaves_out_the_networks_that_the_computer_is_in() {
    let lan = networks(&["128.0.0.1/1", "fe80::1/10"]);
    let taken = of_one(&Mode::ExceptLan, &["10.8.0.0/24"], Surroundings { lan: &lan, dns: &[] });
    assert_eq!(taken[0], "0.0.0.0/1");
    assert!(!taken.contains(&"::/0".to_owned()) && taken.contains(&"8000::/2".to_owned()), "{taken:?}");
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

fn network() -> impl Strategy<Value = Cidr> {
    (any::<u32>(), 0..=32_u8).prop_map(|(bits, prefix)| Cidr::new(IpAddr::V4(bits.into()), prefix).unwrap())
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
        dns in any::<u32>(),
        mode in 0..4_usize,
        address in any::<u32>(),
    ) {
        let mode = [Mode::Everything, Mode::ExceptLan, Mode::Private, Mode::Only(chosen.clone().try_into().unwrap())][mode].clone();
        let (dns, address): (IpAddr, IpAddr) = (IpAddr::V4(dns.into()), IpAddr::V4(address.into()));
        let peers = [networks(&["0.0.0.0/0"]), other.clone()];
        let result = allowed_ips(&mode, &peers, Surroundings { lan: &lan, dns: &[dns] }).unwrap();
        for address in [address, dns] {
            let is_in = |networks: &[Cidr]| networks.iter().any(|network| network.contains(address));
            let is_wanted = address == dns || match &mode {
                Mode::AsConfigured | Mode::Everything => true,
                Mode::ExceptLan => !is_in(&lan),
                Mode::Private => is_in(&networks(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])),
                Mode::Only(_) => is_in(&chosen),
            };
            let expected = if is_in(&other) { Some(1) } else { is_wanted.then_some(0) };
            prop_assert_eq!(peer_of(&result, address), expected, "{:?} {}", result, address);
        }
    }
}
