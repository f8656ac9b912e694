//! Tests of the packet filter: the kill switch and the protection of the tunnel's addresses.

use std::net::{IpAddr, SocketAddr, SocketAddrV6, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};

use adit_config::Cidr;

use super::*;
use crate::lan::LanSocket;
use crate::linux::udp::lan::{lan_interface, lan_socket};
use crate::linux_network::spec::KillSwitchRules;
use crate::network::StandingKillSwitch;

#[test]
fn a_blockade_that_was_replaced_let_a_packet_out() {
    let counted = || output("nft", "list chain inet seen out").split_once("packets ").map(|(_, rest)| rest.starts_with("0 "));
    alone(|| {
        computer();
        ip("neigh replace 192.168.7.1 lladdr 02:00:00:00:00:01 dev e0");
        for command in ["add table inet seen", "add chain inet seen out { type filter hook postrouting priority 0; }"] {
            output("nft", command);
        }
        output("nft", "add rule inet seen out udp dport 9999 counter");
        let owners = ["one", "two"].map(|owner| KillSwitchRules {
            owner: owner.into(),
            mark: 51820,
            endpoints: vec!["192.0.2.1:51820".parse().unwrap()],
            lan: Vec::new(),
            inside: Vec::new(),
            resolving: false,
            home_probe: false,
            portal: None,
        });
        let name = "wg0".parse().unwrap();
        LinuxHost.set_kill_switch(&name, Some(&owners[0])).unwrap();
        let ends = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let socket = UdpSocket::bind("192.168.7.2:0").unwrap();
                while !ends.load(Ordering::Relaxed) {
                    // The firewall is meant to drop this packet.
                    let _ = socket.send_to(b"in clear", "203.0.113.9:9999");
                }
            });
            for round in 0..200 {
                LinuxHost.set_kill_switch(&name, Some(&owners[round % 2])).unwrap();
            }
            let standing = LinuxHost.kill_switches().unwrap();
            let nothing_got_out = counted();
            LinuxHost.set_kill_switch(&name, None).unwrap();
            let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
            while counted() == Some(true) && std::time::Instant::now() < deadline {
                std::thread::yield_now();
            }
            ends.store(true, Ordering::Relaxed);
            assert_eq!(standing, [StandingKillSwitch { owner: "two".into(), interface: name.clone(), has_portal: false }]);
            assert_eq!((nothing_got_out, counted()), (Some(true), Some(false)), "closed, and open");
        });
    });
}

#[test]
fn the_kernel_takes_every_rule_of_the_kill_switch() {
    alone(|| {
        computer();
        let name = "wg0".parse().unwrap();
        let kill_switch = KillSwitchRules {
            owner: "one".into(),
            mark: 51820,
            endpoints: ["192.0.2.1:51820", "[2001:db8::1]:51820", "[fe80::1]:51820"].map(|text| text.parse().unwrap()).to_vec(),
            lan: LinuxHost.local_networks(&name).unwrap(),
            inside: vec!["10.8.0.2/24".parse().unwrap(), "fd08::2/64".parse().unwrap()],
            resolving: true,
            home_probe: false,
            portal: None,
        };
        LinuxHost.set_kill_switch(&name, Some(&kill_switch)).unwrap();
        let is_open = |address: &str| {
            let any = if address.contains('[') { "[::]:0" } else { "0.0.0.0:0" };
            UdpSocket::bind(any).unwrap().send_to(b"", address).is_ok()
        };
        let addresses = ["192.168.7.9:9", "192.168.7.9:53", "10.99.0.1:9", "10.8.0.1:9", "[fd07::9]:9", "[fd08::9]:9"];
        assert_eq!(addresses.map(is_open), [true, false, false, false, true, false]);
        LinuxHost.set_kill_switch(&name, Some(&KillSwitchRules { lan: Vec::new(), ..kill_switch })).unwrap();
        assert_eq!(addresses.map(is_open), [false; 6], "private networks too");
        LinuxHost.set_kill_switch(&name, None).unwrap();
        assert!(is_open("192.168.7.9:53"));
    });
}

#[test]
fn through_a_closed_kill_switch_the_home_probe_gets_out_and_nothing_that_differs_from_it() {
    alone(|| {
        computer();
        let name = "wg0".parse().unwrap();
        let closed = |home_probe| KillSwitchRules {
            owner: "one".into(),
            mark: 0,
            endpoints: Vec::new(),
            lan: Vec::new(),
            inside: Vec::new(),
            resolving: false,
            home_probe,
            portal: None,
        };
        let link_local = |interface: &str| {
            let lan = lan_interface(interface).unwrap();
            let is_local = |address: &IpAddr| matches!(address, IpAddr::V6(address) if address.is_unicast_link_local());
            let address = lan.addresses.iter().map(Cidr::address).find(is_local).expect("a link-local address");
            (address, lan.index)
        };
        let (own, index) = link_local("e0");
        let ipv4 = lan_socket("e0", "192.168.7.2:0".parse().unwrap()).unwrap();
        let IpAddr::V6(own) = own else { panic!("an IPv6 address") };
        let ipv6 = lan_socket("e0", SocketAddrV6::new(own, 0, 0, index).into()).unwrap();
        let global = lan_socket("e0", "[fd07::2]:0".parse().unwrap()).unwrap();
        let everybody = |port| SocketAddr::from(([255, 255, 255, 255], port));
        let all_nodes = |port| SocketAddr::from(SocketAddrV6::new("ff02::1".parse().unwrap(), port, 0, index));
        let gets_out = |socket: &dyn LanSocket, to: SocketAddr| socket.send(to, b"probe").is_ok();

        LinuxHost.set_kill_switch(&name, Some(&closed(false))).unwrap();
        assert!(!gets_out(&*ipv4, everybody(51819)) && !gets_out(&*ipv6, all_nodes(51819)), "only if it is allowed");
        LinuxHost.set_kill_switch(&name, Some(&closed(true))).unwrap();
        assert!(gets_out(&*ipv4, everybody(51819)) && gets_out(&*ipv6, all_nodes(51819)));
        assert!(!gets_out(&*ipv4, everybody(51818)) && !gets_out(&*ipv6, all_nodes(51818)), "another port");
        assert!(!gets_out(&*ipv4, "192.168.7.255:51819".parse().unwrap()), "another address");
        assert!(!gets_out(&*ipv4, "192.168.7.1:51819".parse().unwrap()), "one computer");
        assert!(!gets_out(&*global, all_nodes(51819)), "an address that others know");
        let plain = UdpSocket::bind("192.168.7.2:0").unwrap();
        plain.set_broadcast(true).unwrap();
        assert!(plain.send_to(b"probe", "255.255.255.255:51819").is_err(), "a hop limit that routers pass on");
        LinuxHost.set_kill_switch(&name, None).unwrap();
    });
}

#[test]
fn arp_requests_for_a_tunnels_address_are_not_answered_unless_another_interface_has_it_too() {
    alone(|| {
        computer();
        tunnel_device();
        let hidden = |addresses: &[&str]| {
            let plan = Plan::new(&settings(addresses, &["0.0.0.0/0"], &[]), || LinuxHost.free_table()).unwrap();
            set_all(&plan);
            output("nft", "list chain arp adit-wg0 input").matches("drop").count()
        };
        assert_eq!(hidden(&["10.8.0.2/24"]), 1);
        assert_eq!(hidden(&["10.8.0.2/24", "192.168.7.2/32"]), 1, "nobody could reach this computer any more");
        LinuxHost.set_firewall(&"wg0".parse().unwrap(), &FirewallPolicy::Open).unwrap();
        assert_eq!(output("nft", "list ruleset"), "");
    });
}
