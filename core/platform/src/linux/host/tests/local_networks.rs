//! Tests of the routes to networks that the computer is in while a full tunnel is up.

use super::*;
use crate::linux_network::spec::Lan;
use crate::network::is_private;

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
