//! Tests of the checks that run before anything on the computer is changed.

use super::*;

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
fn impossible_wishes_are_refused_before_anything_is_changed() {
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
fn a_computer_whose_ipv6_cannot_be_closed_is_refused_before_anything_is_changed() {
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
