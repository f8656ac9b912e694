//! `adit portal` without a network: what is refused, and the hint where the system has found a portal.

use adit_api::{Caller, KillSwitch, Role, Service as _};
use adit_platform::network_facts::{Facts, Known, Link, LinkKind, Portal};

use crate::bench::Bench;

const CONF: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nAddress = 10.8.0.2/24\n\n[Peer]\nPublicKey = \
                    xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 0.0.0.0/0\nEndpoint = 192.0.2.1:51820\n";

#[test]
fn without_a_portal_that_is_shut_out_there_is_nothing_to_open() {
    let bench = Bench::new();
    assert_eq!(
        bench.adit(&["portal"]).fails(11),
        "adit: no kill switch is closed, so nothing opens for the captive portal; pause the tunnel if one is up, then just use the \
         browser\n"
    );
    assert!(bench.adit(&["portal", "--json"]).fails(11).contains("\"code\":\"portal_not_shut_out\""));
    assert!(bench.adit(&["portal", "--check-url", "https://known.example/"]).fails(2).contains("does not begin with http://"));
    assert!(bench.adit(&["portal", "--for", "6m", "--print"]).fails(2).contains("5m at most"));
    assert!(bench.adit(&["portal", "--check", "--close"]).fails(2).contains("cannot be used with"));
    let observer = Bench::for_callers(Role::Status);
    observer.adit(&["portal"]).fails(3);
    observer.adit(&["portal", "--close"]).fails(3);
}

#[test]
fn status_and_rules_why_point_out_a_portal_that_is_shut_out() {
    let bench = Bench::new();
    let id = bench.keep("home", CONF);
    let link = Link {
        interface: "wlan0".into(),
        carrier_changes: 0,
        kind: LinkKind::Wifi,
        is_default: true,
        wifi: None,
        gateway_mac: None,
        subnets: Vec::new(),
        dns_suffixes: Known::Unknown,
        metered: Known::Unknown,
        portal: Portal::Captive,
    };
    bench.networks.set(Known::Known(Facts { links: vec![link], other_vpn: Known::Known(false) }));
    let hint = "the network at wlan0 wants you to sign in, and its page is shut out; open it with: adit portal";
    assert!(!bench.adit(&["status"]).err.contains(hint), "nothing is shut out");
    bench.manager.set_kill_switch(&Caller::ourselves(), id, KillSwitch::Lockdown, false).unwrap();
    for arguments in [&["status"][..], &["status", "home"], &["rules", "why"]] {
        let ran = bench.adit(arguments);
        assert!(ran.code == 0 && ran.err.contains(hint), "{ran:?}");
    }
    // The service of this test has no channel for programs.
    let refused = bench.adit(&["portal", "--print"]).fails(1);
    assert!(refused.contains("the service has no channel for it"), "{refused}");
    assert!(bench.adit(&["portal", "--print"]).fails(11).contains("may reach the captive portal already"));
    assert_eq!(bench.adit(&["portal", "--close"]).out, "no program may reach a captive portal now\n");
}
