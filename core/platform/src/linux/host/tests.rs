//! Tests of the Linux adapter against the real kernel, each in a network namespace of its own.

use std::net::UdpSocket;
use std::process::Command;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::linux::namespace::{alone, ip};
use crate::linux::stop::EventStop;
use crate::linux_network::spec::{FirewallPolicy, KillSwitchRules, Lan};
use crate::network::is_private;
use crate::network::{NetworkChange, Picture, StandingKillSwitch};

const MARK_VALIDATION: &str = "/proc/sys/net/ipv4/conf/all/src_valid_mark";

fn output(program: &str, arguments: &str) -> String {
    let output = Command::new(program).args(arguments.split(' ')).output().expect("it is installed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns all settings that a tunnel may change and must restore.
fn snapshot() -> String {
    let commands = ["-d address", "-4 rule", "-6 rule", "-4 route show table all", "-6 route show table all"];
    let kernel: String = commands.iter().map(|arguments| output("ip", arguments)).collect();
    let sysctl = std::fs::read_to_string(MARK_VALIDATION).unwrap_or_default();
    format!("{kernel}{}{sysctl}", output("nft", "list ruleset"))
}

/// Sets up a computer on a local network 192.168.7.0/24 and fd07::/64 with default routes over it, and an interface `wg0`.
fn computer() {
    ip("link add e0 type veth peer name r0");
    ip("address add 192.168.7.2/24 dev e0");
    ip("address add fd07::2/64 dev e0 nodad");
    ip("link set e0 up");
    ip("link set r0 up");
    ip("route add default via 192.168.7.1");
    ip("-6 route add default via fd07::1");
    settle();
}

fn tunnel_device() {
    ip("tuntap add wg0 mode tun");
}

/// Waits until the network is stable. A veth pair needs a moment until both ends have a carrier, and link-local addresses are
/// tentative at first. Only then can snapshots be compared.
fn settle() {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    let unsettled = || {
        let shown = output("ip", "address show");
        shown.contains("tentative") || shown.contains("NO-CARRIER") || shown.matches("inet6 fe80:").count() < 2
    };
    while unsettled() && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

fn settings(addresses: &[&str], routes: &[&str], dns: &[&str]) -> Picture {
    let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let mut settings = Picture {
        name: "wg0".parse().unwrap(),
        addresses: parse(addresses),
        mtu: None,
        routes: parse(routes),
        endpoints: Default::default(),
        peers: Vec::new(),
        dns: Default::default(),
        lockdown: None,
        allow_ipv6_outside: false,
        yields: false,
        linux: Default::default(),
    };
    settings.dns.servers = dns.iter().map(|text| text.parse().unwrap()).collect();
    settings
}

fn full_tunnel() -> Plan {
    let routes = ["172.20.0.0/16", "::/0", "0.0.0.0/0"];
    Plan::new(&settings(&["10.8.0.2/24", "fd08::2/64"], &routes, &["10.64.0.1"]), || LinuxHost.free_table()).unwrap()
}

fn set_all(plan: &Plan) {
    LinuxHost.set_interface(&plan.interface(None)).unwrap();
    LinuxHost.set_firewall(&plan.name, &plan.firewall).unwrap();
    LinuxHost.set_routes(&plan.routes).unwrap();
}

fn undo_all(plan: &Plan) {
    LinuxHost.set_routes(&RouteSpec::none(plan.name.clone())).unwrap();
    LinuxHost.set_firewall(&plan.name, &FirewallPolicy::Open).unwrap();
}

fn way_to(destination: &str) -> String {
    let answer = output("ip", &format!("route get {destination}"));
    answer.split_once(" dev ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default().to_owned()).unwrap_or(answer)
}

#[test]
fn undoing_leaves_everything_as_it_was_and_repeating_changes_nothing() {
    alone(|| {
        computer();
        let untouched = snapshot();
        tunnel_device();
        let plan = full_tunnel();
        set_all(&plan);
        let up = snapshot();
        assert_ne!(up, untouched);
        set_all(&plan);
        assert_eq!(snapshot(), up, "set again, and nothing changed");
        undo_all(&plan);
        undo_all(&plan);
        LinuxHost.remove_interface(&plan.name).unwrap();
        LinuxHost.remove_interface(&plan.name).unwrap();
        assert_eq!(snapshot(), untouched);
    });
}

/// Each packet goes where it would go if all routes were in the main table, except for the tunnel's own packets.
#[test]
fn a_network_around_an_endpoint_takes_all_but_the_tunnels_own_packets_and_narrower_routes() {
    alone(|| {
        computer();
        ip("route add 198.51.100.0/24 via 192.168.7.1");
        ip("route add 128.0.0.0/2 via 192.168.7.1");
        let untouched = snapshot();
        tunnel_device();
        let mut settings = settings(&["10.5.0.2/32"], &["128.0.0.0/1", "203.0.113.0/24", "2001:db8::/32", "10.6.0.0/16"], &[]);
        settings.endpoints.addresses = vec!["203.0.113.5".parse().unwrap(), "2001:db8::5".parse().unwrap()];
        let plan = Plan::new(&settings, || LinuxHost.free_table()).unwrap();
        set_all(&plan);
        let up = snapshot();
        let marked = |to: &str| way_to(&format!("{to} mark {:#x}", plan.mark));
        for (to, own, others) in [
            ("203.0.113.5", "e0", "wg0"),
            ("203.0.113.9", "e0", "wg0"),
            ("2001:db8::5", "e0", "wg0"),
            ("10.6.0.1", "wg0", "wg0"),
            // Narrower routes of the main table, wider ones, and the local network.
            ("198.51.100.1", "e0", "e0"),
            ("150.0.0.1", "e0", "e0"),
            ("200.0.0.1", "e0", "wg0"),
            ("192.168.7.9", "e0", "e0"),
            ("9.9.9.9", "e0", "e0"),
        ] {
            assert_eq!((marked(to).as_str(), way_to(to).as_str()), (own, others), "{to}");
        }
        set_all(&plan);
        assert_eq!(snapshot(), up, "set again, and nothing changed");
        ip("rule flush");
        ip("rule add pref 32766 lookup main");
        let parts = LinuxHost.reconcile(&plan.interface(None), Some(&plan.routes)).unwrap();
        assert_eq!(parts, [Part::Rules]);
        assert_eq!(way_to("203.0.113.9"), "wg0");
        ip("rule add pref 32767 lookup default");
        // A tunnel with such a route does not count as a full tunnel.
        assert_eq!(rule::takes_all(&mut Netlink::open().unwrap()).unwrap(), None);
        undo_all(&plan);
        LinuxHost.remove_interface(&plan.name).unwrap();
        assert_eq!(snapshot(), untouched);
    });
}

#[test]
fn a_killed_tunnel_leaves_no_rule_for_a_network_around_an_endpoint() {
    alone(|| {
        computer();
        let untouched = output("ip", "rule");
        tunnel_device();
        let mut settings = settings(&["10.5.0.2/32"], &["203.0.113.0/24"], &[]);
        settings.endpoints.by_name = true;
        let plan = Plan::new(&settings, || LinuxHost.free_table()).unwrap();
        set_all(&plan);
        assert_ne!(output("ip", "rule"), untouched);
        ip("link delete wg0");
        let removed = LinuxHost.clean_up(&plan.name).unwrap();
        assert!(removed.contains(&"2 routing rules".to_owned()), "{removed:?}");
        assert_eq!(output("ip", "rule"), untouched);
    });
}

#[test]
fn another_address_takes_no_route_along() {
    alone(|| {
        computer();
        tunnel_device();
        let plan = |address: &str| {
            Plan::new(&settings(&[address], &["10.6.0.0/24", "192.0.2.0/24"], &[]), || LinuxHost.free_table()).unwrap()
        };
        let has_both = || {
            let routes = output("ip", "-4 route show dev wg0");
            routes.contains("10.6.0.0/24") && routes.contains("192.0.2.0/24")
        };
        set_all(&plan("10.5.0.2/24"));
        for address in ["10.5.0.2/32", "10.9.0.2/24"] {
            LinuxHost.set_interface(&plan(address).interface(None)).unwrap();
            assert!(has_both(), "{address}");
        }
        // Where removing the first address of a network removes the others too, setting them again restores them.
        set_all(&plan("10.9.0.3/24"));
        assert!(has_both());
        assert!(output("ip", "address show dev wg0").contains("10.9.0.3/24"));
    });
}

/// Returns the routes of a new interface that is up.
fn with_the_same_networks(name: &str) -> RouteSpec {
    ip(&format!("tuntap add {name} mode tun"));
    ip(&format!("link set {name} up"));
    let settings = settings(&["10.8.0.2/32"], &["10.9.0.0/24", "fd09::/64"], &[]);
    let settings = Picture { name: name.parse().unwrap(), ..settings };
    Plan::new(&settings, || LinuxHost.free_table()).unwrap().routes
}

fn yielding(spec: &RouteSpec) -> RouteSpec {
    RouteSpec { yields: true, ..spec.clone() }
}

#[test]
fn two_tunnels_with_one_network_could_not_be_up_at_once_although_somebody_wanted_that() {
    alone(|| {
        let specs = ["wg0", "wg1", "wg2"].map(with_the_same_networks);
        let set = |spec: &RouteSpec| LinuxHost.set_routes(&yielding(spec)).unwrap();
        let remove = |spec: &RouteSpec| LinuxHost.set_routes(&RouteSpec::none(spec.interface.clone())).unwrap();
        let known = |address: &str| LinuxHost.local_route(address.parse().unwrap()).unwrap().map(|(_, interface)| interface);
        let over = |name: &str| {
            ["10.9.0.7", "fd09::7"].iter().all(|address| way_to(address) == name && known(address).as_deref() == Some(name))
        };
        set(&specs[0]);
        assert!(LinuxHost.set_routes(&specs[1]).unwrap_err().to_string().contains("wg1"), "who was not asked is refused");
        specs.iter().for_each(set);
        assert!(over("wg0"), "who is first stays first");
        specs.iter().for_each(set);
        remove(&specs[0]);
        assert!(over("wg1"), "then the second one");
        set(&specs[0]);
        assert!(over("wg1"), "who comes back is the last");
        remove(&specs[1]);
        assert!(over("wg2"));
        remove(&specs[2]);
        assert!(over("wg0"));
        remove(&specs[0]);
        assert!(!over("wg0"));
    });
}

#[test]
fn of_two_tunnels_with_one_network_that_came_up_at_the_same_moment_one_found_the_others_route_and_failed() {
    alone(|| {
        let specs = ["wg0", "wg1"].map(|name| yielding(&with_the_same_networks(name)));
        let together = Barrier::new(specs.len());
        let again_and_again = |spec: &RouteSpec| {
            let once = || {
                together.wait();
                let set = LinuxHost.set_routes(spec);
                together.wait();
                set.and(LinuxHost.set_routes(&RouteSpec::none(spec.interface.clone())))
            };
            // Collects all results, so that no thread waits for one that has failed.
            (0..200).map(|_| once()).collect::<Vec<_>>()
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = specs.iter().map(|spec| scope.spawn(|| again_and_again(spec))).collect();
            for set in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
                set.unwrap();
            }
        });
    });
}

#[test]
fn of_two_tunnels_that_planned_for_one_table_the_first_to_go_took_the_others_rules_along() {
    alone(|| {
        computer();
        let untouched = snapshot();
        // Plans both tunnels before either has changed anything.
        let [mut all_ipv4, all_ipv6] = [("wg0", "0.0.0.0/0"), ("wg1", "::/0")].map(|(name, all)| {
            ip(&format!("tuntap add {name} mode tun"));
            let settings = settings(&["10.8.0.2/24", "fd08::2/64"], &[all], &[]);
            Plan::new(&Picture { name: name.parse().unwrap(), ..settings }, || LinuxHost.free_table()).unwrap()
        });
        all_ipv4.allow_ipv6_outside();
        assert_eq!(all_ipv4.routes.policy.unwrap().table, all_ipv6.routes.policy.unwrap().table);
        let (ipv4, ipv6) = ("203.0.113.9", "2001:db8:9::9");
        let outside = [ipv4, ipv6].map(way_to);
        for plan in [&all_ipv4, &all_ipv6] {
            LinuxHost.set_interface(&plan.interface(None)).unwrap();
            LinuxHost.set_routes(&plan.routes).unwrap();
        }
        assert_eq!([ipv4, ipv6].map(way_to), ["wg0", "wg1"]);
        undo_all(&all_ipv4);
        assert_eq!([ipv4, ipv6].map(way_to), [&*outside[0], "wg1"]);
        set_all(&all_ipv4);
        ip("link delete wg1");
        assert!(!LinuxHost.clean_up(&all_ipv6.name).unwrap().is_empty());
        assert_eq!([ipv4, ipv6].map(way_to), ["wg0", &*outside[1]]);
        undo_all(&all_ipv4);
        ip("link delete wg0");
        assert_eq!(snapshot(), untouched);
    });
}

#[test]
fn what_a_killed_tunnel_left_is_found_and_removed_without_remembering() {
    alone(|| {
        computer();
        let untouched = snapshot();
        tunnel_device();
        let plan = full_tunnel();
        set_all(&plan);
        assert!(LinuxHost.clean_up(&plan.name).unwrap().is_empty(), "the interface lives");
        ip("link delete wg0");
        assert_ne!(snapshot(), untouched);
        assert_eq!(LinuxHost.clean_up(&plan.name).unwrap(), ["10 routing rules", "a packet filter table"]);
        assert_eq!(snapshot(), untouched);
        assert!(LinuxHost.clean_up(&plan.name).unwrap().is_empty());
    });
}

#[test]
fn src_valid_mark_that_was_on_stays_on() {
    alone(|| {
        computer();
        std::fs::write(MARK_VALIDATION, "1").unwrap();
        tunnel_device();
        let plan = full_tunnel();
        set_all(&plan);
        set_all(&plan);
        undo_all(&plan);
        assert_eq!(std::fs::read_to_string(MARK_VALIDATION).unwrap().trim(), "1");
    });
}

/// Covers CVE-2024-3661 (a route from DHCP), the same by router advertisement, and CVE-2023-36672 (a lease that covers the
/// target).
#[test]
fn routes_that_the_local_network_pushes_do_not_leave_the_tunnel() {
    alone(|| {
        computer();
        tunnel_device();
        let plan = full_tunnel();
        set_all(&plan);
        ip("route add 198.51.100.0/24 via 192.168.7.1");
        ip("-6 route add 2001:db8:1::/48 via fd07::1");
        ip("address add 203.0.113.77/24 dev e0");
        ip("route add 10.64.0.0/16 via 192.168.7.1");
        ip("route add 172.20.3.0/24 via 192.168.7.1");
        ip("route add 10.8.0.1/32 via 192.168.7.1");
        let targets = ["198.51.100.1", "2001:db8:1::1", "203.0.113.50", "10.64.0.1", "172.20.3.1", "10.8.0.1"];
        for target in targets {
            assert_eq!(way_to(target), "wg0", "{target}");
        }
        for local in ["192.168.7.9", "fd07::9"] {
            assert_eq!(way_to(local), "e0", "{local}");
        }
        assert_eq!(way_to(&format!("198.51.100.1 mark {}", plan.mark)), "e0", "the tunnel's own packets");
    });
}

#[test]
fn allowed_ips_inside_the_interfaces_own_network_get_no_route_as_in_wg_quick() {
    alone(|| {
        tunnel_device();
        let settings = settings(&["10.8.0.2/24"], &["10.8.0.7/32", "10.9.0.0/16", "10.0.0.0/8"], &[]);
        let plan = Plan::new(&settings, || LinuxHost.free_table()).unwrap();
        set_all(&plan);
        let routes = output("ip", "-4 route show dev wg0");
        let networks: Vec<&str> = routes.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(networks, ["10.0.0.0/8", "10.8.0.0/24", "10.9.0.0/16"]);
    });
}

#[test]
fn the_mtu_is_that_of_the_narrowest_way_to_an_endpoint() {
    alone(|| {
        let mtu = |endpoints: &[&str]| {
            let endpoints: Vec<IpAddr> = endpoints.iter().map(|text| text.parse().unwrap()).collect();
            LinuxHost.route_mtu(&endpoints, 0).unwrap()
        };
        assert_eq!(mtu(&["192.0.2.1"]), None, "no way at all");
        computer();
        ip("link set e0 mtu 1492");
        ip("route add 192.0.2.0/24 via 192.168.7.1 mtu 1400");
        assert_eq!(mtu(&[]), Some(1492));
        assert_eq!(mtu(&["198.51.100.1"]), Some(1492));
        assert_eq!(mtu(&["198.51.100.1", "192.0.2.1"]), Some(1400));
        assert_eq!(mtu(&["2001:db8::1"]), Some(1492));
    });
}

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
            assert_eq!(standing, [StandingKillSwitch { owner: "two".into(), interface: name.clone() }]);
            assert_eq!((nothing_got_out, counted()), (Some(true), Some(false)), "closed, and open");
        });
    });
}

#[test]
fn a_table_that_anybody_uses_is_not_taken() {
    alone(|| {
        assert_eq!(LinuxHost.free_table().unwrap(), 51820);
        computer();
        ip("route add default via 192.168.7.1 table 51820");
        ip("rule add fwmark 1 lookup 51821");
        assert_eq!(LinuxHost.free_table().unwrap(), 51822);
    });
}

#[test]
fn what_cannot_work_is_known_before_anything_is_changed() {
    alone(|| {
        computer();
        let mut settings = settings(&["10.8.0.2/24"], &["0.0.0.0/0"], &[]);
        let plan = |settings: &Picture| Plan::new(settings, || LinuxHost.free_table()).unwrap();
        LinuxHost.check(&plan(&settings)).unwrap();
        tunnel_device();
        assert!(matches!(LinuxHost.check(&plan(&settings)), Err(NetworkError::InterfaceExists(_))));
        let error = {
            ip("route add default dev e0 table 51820");
            ip("rule add not fwmark 51820 lookup 51820");
            settings.name = "wg1".parse().unwrap();
            LinuxHost.check(&plan(&settings)).unwrap_err()
        };
        assert!(matches!(error, NetworkError::OtherFullTunnel(ref other) if other.label == "table 51820"), "{error}");
        settings.routes = vec!["10.0.0.0/8".parse().unwrap()];
        LinuxHost.check(&plan(&settings)).unwrap();
    });
}

/// A tunnel that mistook a new interface for one that was set down gave up the handshake that it had just begun, and the peer
/// delayed the next one.
#[test]
fn an_interface_that_is_new_is_not_taken_for_one_that_was_set_down() {
    alone(|| {
        let mut events = LinuxHost.watch().unwrap();
        let stop = EventStop::new().unwrap();
        tunnel_device();
        ip("link set wg0 mtu 1400");
        ip("link set wg0 up");
        ip("link set wg0 mtu 1300");
        ip("link set wg0 down");
        ip("link delete wg0");
        let seen: Vec<_> = std::iter::from_fn(|| events.next(&stop, None).unwrap())
            .take_while(|change| *change != NetworkChange::InterfaceRemoved("wg0".into()))
            .collect();
        let downs = seen.iter().filter(|change| **change == NetworkChange::InterfaceDown("wg0".into())).count();
        assert_eq!(downs, 1, "{seen:?}");
        assert_eq!(seen.first(), Some(&NetworkChange::Paths), "{seen:?}");
    });
}

#[test]
fn an_interface_that_is_removed_is_announced() {
    alone(|| {
        let mut events = LinuxHost.watch().unwrap();
        let stop = EventStop::new().unwrap();
        tunnel_device();
        ip("link delete wg0");
        let mut changes = std::iter::from_fn(|| events.next(&stop, None).unwrap());
        assert!(changes.any(|change| change == NetworkChange::InterfaceRemoved("wg0".into())));
    });
}

#[test]
fn a_route_that_a_network_hands_out_wins_no_private_network_where_local_networks_are_closed() {
    alone(|| {
        computer();
        tunnel_device();
        ip("route add 10.99.0.0/16 via 192.168.7.1");
        let mut plan = full_tunnel();
        set_all(&plan);
        let ways = || ["10.99.1.1", "192.168.7.9", "fd07::9", "10.64.0.1"].map(way_to);
        assert_eq!(ways(), ["e0", "e0", "e0", "wg0"], "without a kill switch the main table has its way for private networks");
        plan.routes.lan = Lan::Only(Vec::new());
        LinuxHost.set_routes(&plan.routes).unwrap();
        assert_eq!(ways(), ["wg0"; 4]);
        plan.routes.lan = Lan::Only(LinuxHost.local_networks(&plan.name).unwrap());
        LinuxHost.set_routes(&plan.routes).unwrap();
        assert_eq!(ways(), ["wg0", "e0", "e0", "wg0"], "networks that the computer is in, and no others");
        LinuxHost.set_routes(&plan.routes).unwrap();
        undo_all(&plan);
        assert_eq!(output("ip", "-4 rule").lines().count(), 3, "none of ours is left");
    });
}

#[test]
fn local_networks_are_those_of_interfaces_that_lead_somewhere_and_private_ones_of_other_tunnels() {
    alone(|| {
        computer();
        tunnel_device();
        let split =
            Plan::new(&settings(&["10.8.0.2/24"], &["10.50.0.0/16", "192.0.2.0/24"], &[]), || LinuxHost.free_table()).unwrap();
        set_all(&split);
        ip("address add 203.0.113.2/24 dev e0");
        ip("address add 198.51.100.2/24 dev e0 valid_lft 600 preferred_lft 600"); // as a DHCP client does
        ip("address add 10.1.0.7/32 dev e0");
        let seen_by = |name: &str| -> Vec<String> {
            let local = LinuxHost.local_networks(&name.parse().unwrap()).unwrap();
            let local = local.iter().filter(|local| !local.network.to_string().starts_with("fe80:"));
            local.map(|local| format!("{} {} {}", local.network, local.interface, local.is_tunnel)).collect()
        };
        let joined = ["192.168.7.0/24 e0 false", "203.0.113.0/24 e0 false", "fd07::/64 e0 false"];
        assert_eq!(seen_by("wg0"), joined);
        assert_eq!(seen_by("wg1"), [&["10.8.0.0/24 wg0 true", "10.50.0.0/16 wg0 true"], &joined[..]].concat());
        ip("link set e0 down");
        assert_eq!(seen_by("wg0"), [""; 0]);
    });
}

#[test]
fn a_public_network_with_a_permanent_address_stays_outside_of_a_full_tunnel_and_one_of_a_dhcp_lease_does_not() {
    alone(|| {
        computer();
        tunnel_device();
        ip("address add 198.51.100.2/24 dev e0");
        ip("address add 100.64.7.2/24 dev e0");
        ip("address add 203.0.113.2/24 dev e0 valid_lft 600 preferred_lft 600");
        let mut plan = full_tunnel();
        let public = LinuxHost.local_networks(&plan.name).unwrap().into_iter().filter(|local| !is_private(&local.network));
        plan.routes.lan = Lan::Private(public.collect());
        set_all(&plan);
        let ways = ["198.51.100.9", "100.64.7.9", "203.0.113.9", "192.0.2.9"].map(way_to);
        assert_eq!(ways, ["e0", "e0", "wg0", "wg0"]);
        undo_all(&plan);
        assert_eq!(output("ip", "-4 rule").lines().count(), 3, "none of ours is left");
    });
}

#[test]
fn a_network_that_the_computer_is_in_cannot_be_routed_into_a_tunnel_and_is_named() {
    alone(|| {
        computer();
        let plan = |routes: &[&str]| Plan::new(&settings(&["10.8.0.2/24"], routes, &[]), || LinuxHost.free_table()).unwrap();
        let error = LinuxHost.check(&plan(&["10.9.0.0/16", "192.168.7.0/24"])).unwrap_err().to_string();
        assert!(error.contains("192.168.7.0/24, which is the network that this computer is in (e0)"), "{error}");
        let mut around = settings(&["10.8.0.2/24"], &["192.168.7.0/24"], &[]);
        around.endpoints.addresses = vec!["192.168.7.1".parse().unwrap()];
        let around = Plan::new(&around, || LinuxHost.free_table()).unwrap();
        assert!(around.routes.own_table.is_some(), "the endpoint is in that network");
        assert!(LinuxHost.check(&around).unwrap_err().to_string().contains("192.168.7.0/24"));
        for beside in ["192.168.0.0/16", "192.168.7.128/25", "0.0.0.0/0"] {
            assert_eq!(LinuxHost.check(&plan(&[beside])).unwrap(), [], "{beside}");
        }
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
fn ipv6_goes_into_a_tunnel_for_ipv4_alone_and_past_it_only_where_that_was_asked_for() {
    alone(|| {
        computer();
        tunnel_device();
        let mut plan = Plan::new(&settings(&["10.8.0.2/24"], &["0.0.0.0/0"], &[]), || LinuxHost.free_table()).unwrap();
        set_all(&plan);
        let ways = || ["2001:db8::9", "fd07::9", "192.0.2.9"].map(way_to);
        assert_eq!(ways(), ["wg0", "e0", "wg0"]);
        plan.allow_ipv6_outside();
        LinuxHost.set_routes(&plan.routes).unwrap();
        assert_eq!(ways(), ["e0", "e0", "wg0"]);
        undo_all(&plan);
        assert_eq!(ways(), ["e0"; 3]);
    });
}

#[test]
fn where_ipv6_cannot_be_closed_that_is_known_before_anything_is_changed() {
    let set =
        |interface: &str, off: &str| std::fs::write(format!("/proc/sys/net/ipv6/conf/{interface}/disable_ipv6"), off).unwrap();
    alone(|| {
        computer();
        let mut settings = settings(&["10.8.0.2/24"], &["0.0.0.0/0"], &[]);
        let check = |settings: &Picture| {
            let mut plan = Plan::new(settings, || LinuxHost.free_table()).unwrap();
            let closed = LinuxHost.check(&plan).map(drop).map_err(|error| error.to_string());
            plan.allow_ipv6_outside();
            LinuxHost.check(&plan).unwrap();
            closed
        };
        check(&settings).unwrap();
        set("default", "1");
        let error = check(&settings).unwrap_err();
        assert!(error.contains("disable_ipv6") && error.contains("--allow-ipv6"), "{error}");
        assert!(LinuxHost.has_ipv6(), "e0 has it still");
        set("default", "0");
        settings.mtu = Some(1200);
        let error = check(&settings).unwrap_err();
        assert!(error.contains("MTU of 1200"), "{error}");
        set("all", "1");
        assert!(!LinuxHost.has_ipv6());
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
