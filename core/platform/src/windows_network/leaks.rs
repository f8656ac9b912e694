//! The table of leaks, on the filters: every kind of probe to every kind of host, in each state of a tunnel.

use std::net::IpAddr;

use super::evaluate::{Packet, alive, verdict};
use super::filter::{Action, Filter, Flow, Layer, Lifetime};
use super::filters::{Guard, Interfaces, guard, kill_switch};
use crate::lan::HOME_PORT;
use crate::linux_network::spec::{KillSwitchRules, LocalNetwork, PortalRules};
use crate::network::PRIVATE_NETWORKS;

const TUNNEL: u64 = 7;
const ETHERNET: u64 = 1;
const WIFI: u64 = 2;
const OTHER_TUNNEL: u64 = 8;

const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP: u8 = 1;
const ICMPV6: u8 = 58;

const PEERS: [&str; 2] = ["192.0.2.1", "2001:db8::1"];
const INTERNET: [&str; 2] = ["203.0.113.9", "2001:db8::9"];
const LOCAL: [&str; 2] = ["192.168.1.20", "fd00:1::20"];

struct Names;

impl Interfaces for Names {
    fn luid(&self, name: &str) -> Option<u64> {
        match name {
            "Ethernet" => Some(ETHERNET),
            "Wi-Fi" => Some(WIFI),
            "other" => Some(OTHER_TUNNEL),
            _ => None,
        }
    }
}

fn rules() -> KillSwitchRules {
    KillSwitchRules {
        owner: "0123abcd".into(),
        mark: 51820,
        endpoints: vec!["192.0.2.1:443".parse().unwrap(), "[2001:db8::1]:51820".parse().unwrap()],
        lan: Vec::new(),
        inside: vec!["192.168.1.128/25".parse().unwrap()],
        resolving: false,
        home_probe: false,
        portal: None,
    }
}

fn local(network: &str, interface: &str) -> LocalNetwork {
    LocalNetwork { network: network.parse().unwrap(), interface: interface.into(), is_tunnel: false }
}

fn with_lan() -> KillSwitchRules {
    KillSwitchRules { lan: vec![local("192.168.1.0/24", "Ethernet"), local("fd00:1::/64", "Ethernet")], ..rules() }
}

fn filters(rules: &KillSwitchRules) -> Vec<Filter> {
    kill_switch(rules, Some(TUNNEL), &Names)
}

fn to(remote: &str, protocol: u8, remote_port: u16) -> Packet {
    let remote: IpAddr = remote.parse().unwrap();
    let local = if remote.is_ipv4() { "192.168.1.2" } else { "fe80::2" };
    Packet {
        flow: Flow::Out,
        interface: ETHERNET,
        forwarded_to: ETHERNET,
        is_own: false,
        protocol,
        local: local.parse().unwrap(),
        remote,
        local_port: 50_000,
        remote_port,
    }
}

/// Every kind of probe of the tests of leaks: UDP and TCP to the ports of DNS and another, and pings.
fn probes(remote: &str) -> Vec<Packet> {
    let ping = if remote.contains(':') { (ICMPV6, 128) } else { (ICMP, 8) };
    let mut probes: Vec<Packet> =
        [53, 853, 4242].into_iter().flat_map(|port| [to(remote, UDP, port), to(remote, TCP, port)]).collect();
    probes.push(Packet { local_port: ping.1, ..to(remote, ping.0, 0) });
    probes
}

fn passes(filters: &[Filter], packet: &Packet) -> bool {
    verdict(filters, packet) != Some(Action::Block)
}

#[track_caller]
fn assert_closed(filters: &[Filter], hosts: &[&str], state: &str) {
    for probe in hosts.iter().flat_map(|host| probes(host)) {
        for is_own in [false, true] {
            for flow in [Flow::Out, Flow::In, Flow::Forward] {
                let packet = Packet { flow, is_own, ..probe };
                // What a peer sends to the tunnel's socket may come from a new address.
                let is_answer = is_own && flow == Flow::In && packet.protocol == UDP;
                assert!(is_answer || !passes(filters, &packet), "{state}: {packet:?}");
            }
        }
    }
}

const ALIVE: [Lifetime; 3] = [Lifetime::Process, Lifetime::Computer, Lifetime::Persistent];

#[test]
fn no_probe_to_any_host_passes_by_a_kill_switch_in_any_state() {
    let every: Vec<&str> = INTERNET.into_iter().chain(LOCAL).chain(["10.1.2.3", "fe80::9", "224.0.0.251", "ff02::fb"]).collect();
    let closed = KillSwitchRules { mark: 0, ..rules() };
    for (state, filters) in [
        ("up", alive(&filters(&rules()), &ALIVE)),
        ("blocked", alive(&kill_switch(&closed, None, &Names), &ALIVE)),
        ("killed", alive(&filters(&rules()), &[Lifetime::Computer, Lifetime::Persistent])),
        ("the computer starts", alive(&filters(&rules()), &[Lifetime::Boot])),
        ("the service of the filters runs", alive(&filters(&rules()), &[Lifetime::Persistent])),
    ] {
        assert_closed(&filters, &every, state);
    }
}

#[test]
fn packets_into_the_tunnel_and_on_this_computer_pass_and_the_tunnels_end_with_its_process() {
    let all = filters(&rules());
    let (up, killed) = (alive(&all, &ALIVE), alive(&all, &[Lifetime::Computer, Lifetime::Persistent]));
    for probe in INTERNET.iter().chain(&LOCAL).flat_map(|host| probes(host)) {
        for flow in [Flow::Out, Flow::In] {
            let inside = Packet { flow, interface: TUNNEL, ..probe };
            assert!(passes(&up, &inside) && !passes(&killed, &inside), "{inside:?}");
        }
        let forwarded = Packet { flow: Flow::Forward, forwarded_to: TUNNEL, ..probe };
        assert!(passes(&up, &forwarded) && !passes(&killed, &forwarded));
    }
    for filters in [&up, &killed, &alive(&all, &[Lifetime::Boot])] {
        for probe in ["127.0.0.1", "::1"].into_iter().flat_map(probes) {
            assert!(passes(filters, &probe) && passes(filters, &Packet { flow: Flow::In, ..probe }), "{probe:?}");
        }
    }
}

#[test]
fn the_tunnels_own_packets_go_to_its_peers_alone_and_from_its_own_program() {
    let up = alive(&filters(&rules()), &ALIVE);
    for (peer, port) in PEERS.into_iter().zip([443, 51820]) {
        let good = Packet { is_own: true, ..to(peer, UDP, port) };
        assert!(passes(&up, &good));
        for bad in [
            Packet { is_own: false, ..good },
            Packet { protocol: TCP, ..good },
            Packet { remote_port: port + 1, ..good },
            Packet { remote: INTERNET[usize::from(peer.contains(':'))].parse().unwrap(), ..good },
        ] {
            assert!(!passes(&up, &bad), "{bad:?}");
        }
    }
    let closed = alive(&kill_switch(&KillSwitchRules { mark: 0, resolving: true, ..rules() }, None, &Names), &ALIVE);
    assert!(!passes(&closed, &Packet { is_own: true, ..to(PEERS[0], UDP, 443) }), "a tunnel that is down has no packets");
    assert!(!passes(&closed, &Packet { is_own: true, ..to("9.9.9.9", UDP, 53) }));
}

#[test]
fn names_are_asked_for_only_by_adit_and_only_while_that_is_needed() {
    let question = Packet { is_own: true, ..to("9.9.9.9", UDP, 53) };
    let resolving = alive(&filters(&KillSwitchRules { resolving: true, ..rules() }), &ALIVE);
    assert!(passes(&resolving, &question) && !passes(&alive(&filters(&rules()), &ALIVE), &question));
    assert!(!passes(&resolving, &Packet { is_own: false, ..question }));
    assert!(!passes(&resolving, &Packet { protocol: TCP, ..question }));
}

#[test]
fn an_interface_gets_its_address_and_finds_its_neighbours_in_every_state() {
    let all = filters(&rules());
    let dhcp = Packet { local_port: 68, ..to("255.255.255.255", UDP, 67) };
    let dhcpv6 = Packet { local_port: 546, ..to("ff02::1:2", UDP, 547) };
    let message = |kind: u16, remote| Packet { local_port: kind, ..to(remote, ICMPV6, 0) };
    let answer = |packet, remote: &str| Packet { flow: Flow::In, remote: remote.parse().unwrap(), ..packet };
    let good = [
        dhcp,
        answer(dhcp, "192.168.1.1"),
        dhcpv6,
        answer(dhcpv6, "fe80::1"),
        message(133, "ff02::2"),
        answer(message(134, "fe80::1"), "fe80::1"),
        message(135, "ff02::1:ff00:20"),
        message(135, "fe80::1"),
        answer(message(135, "fe80::1"), "2001:db8::77"),
        message(136, "fe80::1"),
        message(136, "ff02::1"),
        answer(message(136, "fe80::1"), "fe80::1"),
        message(143, "ff02::16"),
        message(131, "ff02::fb"),
    ];
    let bad = [
        Packet { local_port: 50_000, ..dhcp },
        Packet { remote: "203.0.113.9".parse().unwrap(), ..dhcp },
        Packet { protocol: TCP, ..dhcp },
        Packet { remote: "2001:db8::9".parse().unwrap(), ..dhcpv6 },
        Packet { local: "2001:db8::2".parse().unwrap(), ..dhcpv6 },
        message(135, "2001:db8::9"),
        message(136, "2001:db8::9"),
        message(133, "fe80::1"),
        // Redirects lead packets elsewhere; an advertisement that a router has passed on has another source.
        answer(message(137, "fe80::1"), "fe80::1"),
        answer(message(134, "fe80::1"), "2001:db8::9"),
        message(128, "fe80::1"),
    ];
    for lifetimes in [&ALIVE[..], &[Lifetime::Persistent], &[Lifetime::Boot]] {
        let filters = alive(&all, lifetimes);
        for packet in good {
            assert!(passes(&filters, &packet), "{lifetimes:?} {packet:?}");
        }
        for packet in bad {
            assert!(!passes(&filters, &packet), "{lifetimes:?} {packet:?}");
        }
    }
    let up = alive(&all, &ALIVE);
    assert!(passes(&up, &message(135, PEERS[1])), "a peer on the link is a neighbour");
}

#[test]
fn local_networks_are_open_over_their_interface_alone_without_dns_and_without_what_is_inside() {
    let all = filters(&with_lan());
    for (lifetimes, open) in [(&ALIVE[..], true), (&[Lifetime::Computer, Lifetime::Persistent], true), (&[Lifetime::Boot], false)]
    {
        let filters = alive(&all, lifetimes);
        for probe in LOCAL.into_iter().flat_map(probes) {
            let is_dns = matches!(probe.remote_port, 53 | 853);
            assert_eq!(passes(&filters, &probe), open && !is_dns, "{probe:?}");
            assert!(!passes(&filters, &Packet { interface: WIFI, ..probe }), "{probe:?}");
            assert!(!passes(&filters, &Packet { flow: Flow::Forward, ..probe }));
        }
        assert_eq!(passes(&filters, &Packet { flow: Flow::In, ..to(LOCAL[0], TCP, 50_001) }), open);
        assert_closed(&filters, &INTERNET, "with local networks");
        assert!(!passes(&filters, &to("192.168.1.200", TCP, 80)), "this half of the network is inside the tunnel");
        for group in ["224.0.0.251", "239.255.255.250", "255.255.255.255", "ff02::fb", "ff05::c"] {
            assert_eq!(passes(&filters, &to(group, UDP, 5353)), open, "{group}");
            assert!(!passes(&filters, &Packet { interface: WIFI, ..to(group, UDP, 5353) }));
        }
        assert!(!passes(&filters, &to("239.1.1.1", UDP, 5353)));
    }
    let unknown = KillSwitchRules { lan: vec![local("192.168.1.0/24", "gone")], ..rules() };
    assert_closed(&alive(&filters(&unknown), &ALIVE), &LOCAL, "without the interface");
}

#[test]
fn networks_behind_another_tunnel_stay_open_with_their_dns_while_this_process_runs() {
    let lan = vec![LocalNetwork { is_tunnel: true, ..local("10.50.0.0/16", "other") }];
    let all = filters(&KillSwitchRules { lan, ..rules() });
    for probe in probes("10.50.0.1") {
        let through = Packet { interface: OTHER_TUNNEL, ..probe };
        assert!(passes(&alive(&all, &ALIVE), &through) && !passes(&alive(&all, &ALIVE), &probe), "{probe:?}");
        assert!(!passes(&alive(&all, &[Lifetime::Computer, Lifetime::Persistent]), &through));
    }
}

#[test]
fn the_ways_to_a_portal_and_of_the_home_probe_are_for_adit_alone_and_end_with_it() {
    let portal = PortalRules { mark: 7, addresses: ["192.168.1.1".parse().unwrap()].into(), seconds: 299 };
    let all = filters(&KillSwitchRules { portal: Some(portal), home_probe: true, ..rules() });
    let (up, killed) = (alive(&all, &ALIVE), alive(&all, &[Lifetime::Computer, Lifetime::Persistent]));
    let own = |packet| Packet { is_own: true, ..packet };
    let page = to("192.168.1.1", TCP, 443);
    for good in [page, to("9.9.9.9", UDP, 53), to("255.255.255.255", UDP, HOME_PORT), to("ff02::1", UDP, HOME_PORT)] {
        assert!(passes(&up, &own(good)) && !passes(&up, &good) && !passes(&killed, &own(good)), "{good:?}");
    }
    for bad in [
        Packet { remote_port: 22, ..page },
        to("203.0.113.9", TCP, 443),
        to("9.9.9.9", TCP, 53),
        to("192.168.1.9", UDP, HOME_PORT),
    ] {
        assert!(!passes(&up, &own(bad)), "{bad:?}");
    }
}

#[test]
fn without_a_kill_switch_public_hosts_and_dns_are_reached_through_the_tunnel_alone_while_this_process_runs() {
    let private = PRIVATE_NETWORKS.map(|(address, prefix)| adit_config::Cidr::new(address, prefix).unwrap());
    let full = Guard { tunnel: TUNNEL, families: [true, true], outside: private.into(), resolves_all: true };
    let filters = guard(&full);
    assert!(filters.iter().all(|filter| filter.lifetime == Lifetime::Process));
    for probe in INTERNET.into_iter().flat_map(probes) {
        assert!(!passes(&filters, &probe), "{probe:?}: also where a DHCP server leads there");
        assert!(passes(&filters, &Packet { interface: TUNNEL, ..probe }) && passes(&filters, &Packet { is_own: true, ..probe }));
        assert!(passes(&filters, &Packet { flow: Flow::In, ..probe }), "who may reach this computer is the firewall's choice");
    }
    for probe in LOCAL.into_iter().flat_map(probes) {
        assert_eq!(passes(&filters, &probe), !matches!(probe.remote_port, 53 | 853), "{probe:?}");
    }
    let own_dns = guard(&Guard { resolves_all: false, ..full.clone() });
    assert!(passes(&own_dns, &to(LOCAL[0], UDP, 53)));
    let only_ipv4 = guard(&Guard { families: [true, false], ..full });
    assert!(passes(&only_ipv4, &to(INTERNET[1], TCP, 4242)) && !passes(&only_ipv4, &to(INTERNET[0], TCP, 4242)));
}

#[test]
fn a_guard_beside_a_kill_switch_opens_nothing() {
    let outside = vec!["192.168.1.0/24".parse().unwrap()];
    let guard = guard(&Guard { tunnel: TUNNEL, families: [true, true], outside, resolves_all: true });
    let kill_switch = alive(&filters(&rules()), &ALIVE);
    let own = |packet| Packet { is_own: true, ..packet };
    for packet in [own(to(INTERNET[0], UDP, 4242)), to(LOCAL[0], TCP, 80), to("224.0.0.251", UDP, 5353)] {
        assert!(passes(&guard, &packet) && !passes(&kill_switch, &packet), "{packet:?}: the sublayer of one set closes it");
    }
    let both = [own(to(PEERS[0], UDP, 443)), Packet { interface: TUNNEL, ..to(INTERNET[0], TCP, 443) }];
    assert!(both.iter().all(|packet| passes(&guard, packet) && passes(&kill_switch, packet)));
}

#[test]
fn every_filter_has_conditions_that_its_layer_knows_and_addresses_of_its_family() {
    use super::filter::Condition;
    let portal = PortalRules { mark: 7, addresses: ["fd00::1".parse().unwrap(), "10.0.0.1".parse().unwrap()].into(), seconds: 9 };
    let all = filters(&KillSwitchRules { portal: Some(portal), home_probe: true, resolving: true, ..with_lan() });
    for Filter { layer: Layer { flow, ipv4 }, conditions, name, .. } in all {
        for condition in conditions {
            let is_known = match condition {
                Condition::Interface(_) => true,
                Condition::ForwardedTo(_) => flow == Flow::Forward,
                Condition::Local(network) | Condition::Remote(network) => {
                    flow != Flow::Forward && network.address.is_ipv4() == ipv4
                }
                _ => flow != Flow::Forward,
            };
            assert!(is_known, "{name}: {condition:?}");
        }
    }
}
