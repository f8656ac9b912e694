//! Tests of the routes, routing rules and MTU of one tunnel.

use super::*;

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
        // If removing the first address of a network removes the others too, setting them again restores them.
        set_all(&plan("10.9.0.3/24"));
        assert!(has_both());
        assert!(output("ip", "address show dev wg0").contains("10.9.0.3/24"));
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
