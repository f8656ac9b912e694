//! The same ways past a tunnel that `core/e2e/tests/leaks` tries with real packets on Linux, on a packet filter in memory.

use super::*;
use crate::macos_network::packet_filter::{Packet, passes};

fn name() -> InterfaceName {
    "wg0".parse().unwrap()
}

fn closed() -> KillSwitch {
    KillSwitch { owner: "0123abcd".into(), inside: ["10.8.0.2/24".parse().unwrap()].into(), ..KillSwitch::default() }
}

fn up() -> KillSwitch {
    let endpoints = ["192.0.2.1:51820", "[2001:db8::1]:443"].map(|endpoint| endpoint.parse().unwrap()).into();
    KillSwitch { interface: Some("utun4".into()), endpoints, ..closed() }
}

fn local(network: &str, interface: &str, is_tunnel: bool) -> LocalNetwork {
    LocalNetwork { network: network.parse().unwrap(), interface: interface.into(), is_tunnel }
}

fn with_lan(kill_switch: KillSwitch) -> KillSwitch {
    let lan = vec![local("192.168.1.0/24", "en0", false), local("10.0.0.0/8", "en0", false), local("fd00:1::/64", "en0", false)];
    KillSwitch { lan, ..kill_switch }
}

fn anchors(kill_switches: &[KillSwitch]) -> Vec<String> {
    let rules = |kill_switch: &KillSwitch| Filter { kill_switch: Some(kill_switch.clone()), guard: None }.rules(&name());
    kill_switches.iter().map(rules).collect()
}

/// Checks which packets a kill switch lets out.
fn check(kill_switch: KillSwitch, allowed: &[Packet], refused: &[Packet]) {
    let anchors = anchors(&[kill_switch]);
    for packet in allowed {
        assert!(passes(&anchors, packet), "{packet:?} is dropped by\n{}", anchors[0]);
    }
    for packet in refused {
        assert!(!passes(&anchors, packet), "{packet:?} gets out through\n{}", anchors[0]);
    }
}

/// Packets that must never leave past a tunnel, whoever sends them.
fn leaks() -> Vec<Packet> {
    let mut leaks = vec![
        Packet::udp("203.0.113.9", 4000),
        Packet::tcp("203.0.113.9", 443),
        Packet::ping("203.0.113.9"),
        Packet::tcp("2001:db8::9", 443),
        Packet::udp("2001:db8::9", 4000),
        Packet::icmp6("2001:db8::9", 128),
        // DNS: to the network's resolver, to a public one, over TLS.
        Packet::udp("192.168.1.1", 53),
        Packet::tcp("192.168.1.1", 53),
        Packet::udp("9.9.9.9", 53),
        Packet::tcp("9.9.9.9", 853),
        // The peers, but not the tunnel's datagrams: other ports, other protocols, another interface.
        Packet::udp("192.0.2.1", 51_821),
        Packet::tcp("192.0.2.1", 51_820),
        Packet::ping("192.0.2.1"),
        Packet::udp("2001:db8::1", 51_820),
        // Another VPN's interface, and one whose name begins alike.
        Packet::udp("203.0.113.9", 4000).over("utun5"),
        Packet::udp("203.0.113.9", 4000).over("utun40"),
        // What only looks like DHCP or neighbour discovery.
        Packet { source_port: 68, ..Packet::udp("203.0.113.9", 67) },
        Packet { source_port: 68, ..Packet::udp("255.255.255.255", 4000) },
        Packet { source_port: 546, source: "2001:db8::5".parse().unwrap(), ..Packet::udp("ff02::1:2", 547) },
        Packet::icmp6("2001:db8::9", 135),
        Packet::icmp6("ff02::1", 134),
        Packet::icmp6("ff02::1", 128),
        // The addresses of the tunnel, over the local network.
        Packet::udp("10.8.0.1", 4000),
        Packet::udp("255.255.255.255", 51_819),
    ];
    let of_root: Vec<Packet> = leaks.iter().cloned().map(Packet::of_root).collect();
    leaks.extend(of_root);
    leaks
}

fn on_the_link() -> Vec<Packet> {
    vec![
        Packet { source_port: 68, ..Packet::udp("255.255.255.255", 67) },
        Packet { source_port: 546, ..Packet::udp("ff02::1:2", 547) },
        Packet::icmp6("ff02::2", 133),
        Packet::icmp6("ff02::1:ff00:1", 135),
        Packet::icmp6("fe80::1", 135),
        Packet::icmp6("ff02::1", 136),
        Packet { has_options: true, ..Packet::icmp6("ff02::16", 143) },
        Packet::tcp("127.0.0.1", 631).over("lo0"),
        Packet::udp("::1", 53).over("lo0"),
    ]
}

fn local_packets() -> Vec<Packet> {
    vec![
        Packet::tcp("192.168.1.9", 445),
        Packet::ping("192.168.1.9"),
        Packet::tcp("fd00:1::9", 445),
        Packet::udp("224.0.0.251", 5353),
        Packet::udp("239.255.255.250", 1900),
        Packet::udp("255.255.255.255", 4000),
        Packet::udp("ff02::fb", 5353),
        Packet { has_options: true, protocol: "igmp", port: 0, ..Packet::udp("224.0.0.22", 0) },
    ]
}

#[test]
fn a_closed_kill_switch_lets_out_nothing_but_what_the_link_needs() {
    let peers = [Packet::udp("192.0.2.1", 51_820).of_root(), Packet::udp("192.0.2.1", 51_820)];
    check(closed(), &on_the_link(), &[leaks(), local_packets(), peers.to_vec()].concat());
}

#[test]
fn a_tunnel_that_is_up_is_the_only_way_out_and_its_datagrams_go_to_its_peers_from_root() {
    let inside = [Packet::tcp("203.0.113.9", 443).over("utun4"), Packet::udp("10.8.0.1", 53).over("utun4")];
    let own = [Packet::udp("192.0.2.1", 51_820).of_root(), Packet::udp("2001:db8::1", 443).of_root()];
    let neighbours = [Packet::icmp6("2001:db8::1", 135)];
    let of_users: Vec<Packet> = own.iter().map(|packet| Packet { user: 501, ..packet.clone() }).collect();
    check(up(), &[&inside[..], &own, &neighbours, &on_the_link()].concat(), &[leaks(), local_packets(), of_users].concat());
}

#[test]
fn local_networks_are_open_over_their_interface_alone_without_dns_and_without_what_is_inside() {
    let elsewhere = local_packets().into_iter().map(|packet| packet.over("en1"));
    for kill_switch in [with_lan(closed()), with_lan(up())] {
        let refused: Vec<Packet> = leaks()
            .into_iter()
            // With a local network, its multicast and broadcast are open.
            .filter(|packet| !packet.destination.is_multicast() && packet.destination.to_string() != "255.255.255.255")
            .chain(elsewhere.clone())
            .collect();
        check(kill_switch, &[local_packets(), on_the_link()].concat(), &refused);
    }
}

#[test]
fn names_are_asked_for_outside_by_root_alone_and_only_while_that_is_needed() {
    let question = Packet::udp("192.168.1.1", 53);
    let resolving = KillSwitch { resolving: true, ..with_lan(up()) };
    check(resolving, &[question.clone().of_root()], &[question.clone(), Packet::tcp("192.168.1.1", 53).of_root()]);
    check(up(), &[], &[question.clone().of_root(), question]);
}

#[test]
fn the_home_probe_gets_out_to_everybody_on_a_link_from_root_alone() {
    let probes = [Packet::udp("255.255.255.255", 51_819), Packet::udp("ff02::1", 51_819)];
    let with_probe = KillSwitch { home_probe: true, ..closed() };
    check(with_probe, &probes.clone().map(Packet::of_root), &probes);
}

#[test]
fn networks_behind_another_tunnel_stay_open_with_its_dns() {
    let behind = KillSwitch { lan: vec![local("10.50.0.0/16", "utun7", true)], ..up() };
    let packets = [Packet::udp("10.50.0.1", 53).over("utun7"), Packet::tcp("10.50.9.9", 443).over("utun7")];
    check(behind, &packets, &[Packet::tcp("10.51.0.1", 443).over("utun7"), Packet::tcp("10.50.9.9", 443)]);
}

#[test]
fn a_packet_must_be_allowed_by_the_kill_switch_of_each_tunnel_in_either_order() {
    let other = KillSwitch { interface: Some("utun9".into()), ..closed() };
    for both in [[up(), other.clone()], [other, up()]] {
        let anchors = anchors(&both);
        for packet in on_the_link() {
            assert!(passes(&anchors, &packet), "{packet:?}");
        }
        for packet in [Packet::tcp("203.0.113.9", 443).over("utun4"), Packet::tcp("203.0.113.9", 443).over("utun9")] {
            assert!(!passes(&anchors, &packet), "{packet:?}");
        }
        assert!(!passes(&anchors, &Packet::udp("192.0.2.1", 51_820).of_root()));
    }
}

#[test]
fn forwarded_packets_are_dropped_like_the_computers_own() {
    let forwarded = Packet { source: "192.168.2.5".parse().unwrap(), user: u32::MAX, ..Packet::tcp("203.0.113.9", 443) };
    check(up(), &[forwarded.clone().over("utun4")], &[forwarded]);
}

#[test]
fn the_guard_drops_packets_for_the_tunnels_addresses_that_arrive_elsewhere() {
    let addresses = ["10.8.0.2", "fd08::2"].map(|address| address.parse().unwrap()).to_vec();
    let guard = Some(Guard { interface: "utun4".into(), addresses });
    let anchors = [Filter { guard, kill_switch: None }.rules(&name())];
    let arrives = |source: &str, destination: &str| Packet {
        leaves: false,
        source: source.parse().unwrap(),
        ..Packet::tcp(destination, 22)
    };
    assert!(!passes(&anchors, &arrives("192.168.1.66", "10.8.0.2")));
    assert!(!passes(&anchors, &arrives("fe80::66", "fd08::2")));
    assert!(passes(&anchors, &arrives("10.8.0.1", "10.8.0.2").over("utun4")));
    assert!(passes(&anchors, &arrives("10.8.0.2", "10.8.0.2").over("lo0")));
    assert!(passes(&anchors, &arrives("192.168.1.66", "192.168.1.23")));
    assert!(passes(&anchors, &Packet::tcp("203.0.113.9", 443)), "it is no kill switch");
}

#[test]
fn the_rules_of_a_closed_kill_switch_are_these() {
    let rules = "\
pass out all no state tag adit_refused label \"adit wg0 0123abcd\"
pass out inet proto udp from any port = 68 to 255.255.255.255 port = 67 no state tag adit_allowed
pass out inet6 proto udp from fe80::/10 port = 546 to ff02::1:2 port = 547 no state tag adit_allowed
pass out inet6 proto ipv6-icmp from any to ff02::2 icmp6-type 133 no state tag adit_allowed
pass out inet6 proto ipv6-icmp from any to ff02::1:ff00:0/104 icmp6-type 135 no state tag adit_allowed
pass out inet6 proto ipv6-icmp from any to fe80::/10 icmp6-type 135 no state tag adit_allowed
pass out inet6 proto ipv6-icmp from any to ff02::1 icmp6-type 136 no state tag adit_allowed
pass out inet6 proto ipv6-icmp from any to fe80::/10 icmp6-type 136 no state tag adit_allowed
pass out inet6 proto ipv6-icmp from any to ff02::/16 icmp6-type 131 no state tag adit_allowed allow-opts
pass out inet6 proto ipv6-icmp from any to ff02::16 icmp6-type 143 no state tag adit_allowed allow-opts
pass out on lo0 all no state tag adit_allowed
block drop out quick all tagged adit_refused
";
    assert_eq!(anchors(&[closed()]), [rules]);
}

#[test]
fn an_interface_whose_name_means_several_or_is_not_one_word_opens_nothing() {
    for interface in ["en", "en0 all", "en0\npass out all", "", "0", "\u{fc}1"] {
        let lan = vec![local("192.168.1.0/24", interface, false), local("10.50.0.0/16", interface, true)];
        let strange = KillSwitch { lan, interface: Some(interface.into()), ..closed() };
        assert_eq!(anchors(&[strange]), anchors(&[closed()]), "{interface:?}");
    }
}

#[test]
fn an_anchor_says_whose_it_is() {
    for tunnel in ["wg0", "a=b+c", "100.adit-x"] {
        let tunnel: InterfaceName = tunnel.parse().unwrap();
        assert_eq!(tunnel_of(&format!("  {}", anchor(&tunnel))), Some(tunnel));
    }
    assert_eq!(tunnel_of("  com.apple/200.AirDrop"), None);
    // As `pfctl` lists the first rule.
    let listing =
        "pass out all no state label \"adit wg0 0123abcd\" tag adit_refused\nblock drop out quick all tagged adit_refused\n";
    assert_eq!(owner_of(listing, &name()).as_deref(), Some("0123abcd"));
    assert_eq!(owner_of(listing, &"wg1".parse().unwrap()), None);
}
