//! A change touches only what differs, and a change that fails has no effect.

use adit_platform::fake::{Fault, FirewallPolicy, HostState, RecordingHost};
use adit_tunnel::DeviceUpdate;

use super::super::fake::{FULL_TUNNEL, Stage, config};
use super::super::hooks::HookPolicy;
use super::*;

const CALLS_OF_BRING_UP: usize = 9;

fn split() -> String {
    FULL_TUNNEL.replace("0.0.0.0/0, ::/0", "10.8.0.0/16").replace("DNS = 10.8.0.1, corp.example\n", "")
}

#[test]
fn a_change_that_changes_nothing_touches_nothing() {
    let stage = Stage::default();
    let mut active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
    active.apply(config(FULL_TUNNEL)).unwrap();
    assert_eq!(stage.engine.tunnel("wg0").updates[1..], [DeviceUpdate::default()]);
    assert_eq!(stage.host.calls()[CALLS_OF_BRING_UP..], ["route_mtu"]);
}

#[test]
fn with_other_addresses_the_routes_are_seen_to_as_the_kernel_may_have_dropped_them() {
    let stage = Stage::default();
    let mut active = stage.up(&split(), HookPolicy::Never).unwrap();
    let calls = stage.host.calls().len();
    active.apply(config(&split().replace("fd08::2/64", "fd08::3/64"))).unwrap();
    assert_eq!(stage.host.calls()[calls..], ["route_mtu", "set_interface", "set_routes"]);
}

#[test]
fn a_tunnel_becomes_a_full_one_and_a_split_one_again_and_is_taken_back_whole() {
    let stage = Stage::default();
    let mut active = stage.up(&split(), HookPolicy::Never).unwrap();
    let before = (stage.host.state(), stage.engine.tunnel("wg0").view.fwmark);
    active.apply(config(FULL_TUNNEL)).unwrap();
    let state = stage.host.state();
    assert!(state.routes.unwrap().policy.is_some() && state.dns.is_some() && state.firewall != FirewallPolicy::Open);
    assert_eq!(stage.engine.tunnel("wg0").view.fwmark, 51820);
    active.apply(config(&split())).unwrap();
    assert_eq!((stage.host.state(), stage.engine.tunnel("wg0").view.fwmark), before);
    active.apply(config(FULL_TUNNEL)).unwrap();
    drop(active);
    stage.nothing_is_left();
}

#[test]
fn a_change_that_fails_at_any_call_leaves_everything_as_it_was() {
    let text = FULL_TUNNEL.replace("fd08::2/64", "fd08::3/64").replace("10.8.0.1,", "10.8.0.9,") + "PersistentKeepalive = 5\n";
    let mut faults = 0;
    for number in CALLS_OF_BRING_UP.. {
        for fault in [Fault::Refused(number), Fault::HalfDone(number)] {
            let stage = Stage::on(RecordingHost::with_fault(fault));
            let mut active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
            let before = (stage.host.state(), stage.engine.tunnel("wg0").view.peers[0].persistent_keepalive);
            if active.apply(config(&text)).is_ok() {
                assert_eq!(faults, 10, "route_mtu and four pictures can fail, each in two ways");
                return;
            }
            faults += 1;
            let after = (stage.host.state(), stage.engine.tunnel("wg0").view.peers[0].persistent_keepalive);
            assert_eq!(after, before, "{fault:?}");
            drop(active);
            stage.nothing_is_left();
        }
    }
}

#[test]
fn a_port_that_somebody_else_has_changes_nothing() {
    let stage = Stage::default();
    let mut active = stage.up(&split(), HookPolicy::Never).unwrap();
    let before = stage.host.state();
    stage.engine.refuse_port(Some(7));
    let text = split().replace("10.8.0.0/16", "10.9.0.0/16").replace("Address", "ListenPort = 7\nAddress");
    assert!(matches!(active.apply(config(&text)), Err(ActivationError::Update(_))));
    assert_eq!(stage.host.state(), before);
}

#[test]
fn a_name_is_looked_up_anew_and_keeps_its_address_where_the_resolver_is_silent() {
    let named = split().replace("192.0.2.1:", "vpn.example:");
    let endpoint = |stage: &Stage| stage.engine.tunnel("wg0").view.peers[0].endpoint.map(|endpoint| endpoint.to_string());
    let stage = Stage::default();
    stage.names.set("vpn.example", Some("192.0.2.1"));
    let mut active = stage.up(&named, HookPolicy::Never).unwrap();
    stage.names.set("vpn.example", Some("192.0.2.2"));
    active.apply(config(&named)).unwrap();
    assert_eq!(endpoint(&stage).as_deref(), Some("192.0.2.2:51820"));
    stage.names.set("vpn.example", None);
    active.apply(config(&named.replace("/16", "/17"))).unwrap();
    assert_eq!(endpoint(&stage).as_deref(), Some("192.0.2.2:51820"));
    let unknown = named.replace("vpn.example", "other.example");
    assert!(matches!(active.apply(config(&unknown)), Err(ActivationError::EndpointUnresolved { .. })));
}

#[test]
fn a_peer_stays_at_its_address_as_long_as_its_name_has_that_among_others() {
    let named = split().replace("192.0.2.1:", "vpn.example:");
    let endpoint = |stage: &Stage| stage.engine.tunnel("wg0").view.peers[0].endpoint.map(|endpoint| endpoint.to_string());
    let stage = Stage::default();
    stage.names.set_all("vpn.example", &["192.0.2.1", "192.0.2.2"]);
    let mut active = stage.up(&named, HookPolicy::Never).unwrap();
    stage.names.set_all("vpn.example", &["192.0.2.2", "192.0.2.1"]);
    active.apply(config(&named)).unwrap();
    assert_eq!(endpoint(&stage).as_deref(), Some("192.0.2.1:51820"));
}

#[test]
fn a_peer_that_is_added_is_greeted_and_those_that_stay_are_not() {
    let stage = Stage::default();
    let mut active = stage.up(&split(), HookPolicy::Never).unwrap();
    let other = "[Peer]\nPublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=\nAllowedIPs = 10.9.0.0/16\n";
    active.apply(config(&(split() + other))).unwrap();
    assert_eq!(stage.engine.tunnel("wg0").asked, Vec::<String>::new(), "it has no endpoint: it has to begin");
    let text = split() + other + "Endpoint = 192.0.2.2:51820\n";
    active.apply(config(&text)).unwrap();
    let key = stage.engine.tunnel("wg0").view.peers[1].public_key;
    assert_eq!(stage.engine.tunnel("wg0").asked, [format!("initiate {}", key.short())]);
    active.apply(config(&text)).unwrap();
    assert_eq!(stage.engine.tunnel("wg0").asked.len(), 1);
}

#[test]
fn a_restart_leaves_the_packet_filter_standing_and_a_failed_one_leaves_nothing() {
    let stage = Stage::default();
    let request = || Stage::request(FULL_TUNNEL, HookPolicy::Never);
    let mut active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
    active = active.restart(request(), &stage.shutdown, Box::new(|_| {})).unwrap();
    assert!(!stage.reports.lines().iter().any(|line| line.contains("TakingBack") && line.contains("Firewall")));
    stage.engine.set_failing(true);
    assert!(active.restart(request(), &stage.shutdown, Box::new(|_| {})).is_err());
    stage.nothing_is_left();
    stage.engine.set_failing(false);
    let active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
    let active = active.restart(Stage::request(&split(), HookPolicy::Never), &stage.shutdown, Box::new(|_| {})).unwrap();
    assert_eq!(stage.host.state().firewall, FirewallPolicy::Open);
    drop(active);
    stage.nothing_is_left();
}

#[test]
fn commands_for_the_way_down_stay_those_that_were_allowed_on_the_way_up() {
    let with = |command: &str| FULL_TUNNEL.replace("Address", &format!("PostDown = {command}\nPostUp = {command}\nAddress"));
    let stage = Stage::default();
    let mut active = stage.up(&with("one"), HookPolicy::AllowAll).unwrap();
    active.apply(config(&with("two"))).unwrap();
    drop(active);
    assert_eq!(stage.commands.lines(), ["one", "one"]);
    assert_eq!(stage.host.state(), HostState::default());
}

#[test]
fn another_name_is_asked_for_outside_the_tunnel_and_another_port_of_the_same_name_is_not_asked_for() {
    let text = |endpoint: &str| config(&FULL_TUNNEL.replace("192.0.2.1:51820", endpoint));
    let stage = Stage::default();
    let endpoint = || stage.engine.tunnel("wg0").view.peers[0].endpoint.map(|endpoint| endpoint.to_string());
    let outside = |host: &str, address: &str| stage.host.name(host, &[address.parse().unwrap()]);
    outside("vpn.example", "192.0.2.1");
    stage.names.set("vpn.example", Some("192.0.2.1"));
    let mut active = stage.up(&FULL_TUNNEL.replace("192.0.2.1:51820", "vpn.example:51820"), HookPolicy::Never).unwrap();
    let asked = stage.names.asked();
    outside("other.example", "192.0.2.2");
    active.apply(text("other.example:443")).unwrap();
    assert_eq!(endpoint().as_deref(), Some("192.0.2.2:443"));
    stage.host.name("other.example", &[]);
    active.apply(text("other.example:53")).unwrap();
    assert_eq!((endpoint().as_deref(), stage.names.asked()), (Some("192.0.2.2:53"), asked));
}
