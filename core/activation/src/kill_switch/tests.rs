//! Which local networks a kill switch leaves open, as the computer joins and leaves them.

use std::sync::Arc;

use adit_platform::fake::{Fault, HostState, Lan, LocalNetwork};

use super::super::fake::{FULL_TUNNEL, Stage};
use super::super::{HookPolicy, Reporter, Request, bring_up};
use super::*;

const HOME: &str = "192.168.1.0/24 eth0";
const OFFICE: &str = "10.50.0.0/16 wg1 (tunnel)";

fn request(allow_lan: bool) -> KillSwitchRequest {
    KillSwitchRequest { owner: "0123abcd".into(), allow_lan, home_probe: false }
}

fn up(stage: &Stage, kill_switch: Option<KillSwitchRequest>) -> Active {
    let reporter: Arc<dyn Reporter> = Arc::new(stage.reports.clone());
    let request = Request { kill_switch, ..Stage::request(FULL_TUNNEL, HookPolicy::Never) };
    bring_up(request, &stage.platform(), &stage.shutdown, &reporter, Box::new(|_| {})).unwrap()
}

fn network(text: &str) -> LocalNetwork {
    let mut words = text.split(' ');
    let network = words.next().unwrap().parse().unwrap();
    LocalNetwork { network, interface: words.next().unwrap().to_owned(), is_tunnel: words.next().is_some() }
}

fn texts(networks: &[LocalNetwork]) -> Vec<String> {
    let tunnel = |local: &LocalNetwork| if local.is_tunnel { " (tunnel)" } else { "" };
    networks.iter().map(|local| format!("{} {}{}", local.network, local.interface, tunnel(local))).collect()
}

/// Returns the networks that the routing rules and the packet filter leave open; None for all private networks.
fn open(state: &HostState) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let routed = match &state.routes.as_ref().unwrap().lan {
        Lan::Private(public) if public.is_empty() => None,
        Lan::Private(networks) => Some(texts(networks)),
        Lan::Only(networks) => Some(texts(networks)),
    };
    (routed, state.kill_switch.as_ref().map(|kill_switch| texts(&kill_switch.lan)))
}

fn both(networks: &[&str]) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let networks = || Some(networks.iter().map(ToString::to_string).collect());
    (networks(), networks())
}

#[test]
fn local_networks_are_closed_with_a_kill_switch_unless_they_are_allowed_and_other_tunnels_are_not() {
    let stage = Stage::default();
    stage.host.join(vec![network(OFFICE), network(HOME)]);
    let active = up(&stage, Some(request(false)));
    assert_eq!(open(&stage.host.state()), both(&[OFFICE]));
    drop(active);
    let active = up(&stage, Some(request(true)));
    assert_eq!(open(&stage.host.state()), both(&[OFFICE, HOME]));
    drop(active);
    let _active = up(&stage, None);
    stage.host.set_kill_switch(&"wg0".parse().unwrap(), None).unwrap();
    assert_eq!(open(&stage.host.state()), (None, None), "without a kill switch the main table decides");
}

#[test]
fn a_kill_switch_that_is_switched_while_the_tunnel_is_up_changes_rules_and_filter_or_neither() {
    let stage = Stage::default();
    let mut active = up(&stage, None);
    assert_eq!(open(&stage.host.state()), (None, None));
    active.set_kill_switch(Some(request(true))).unwrap();
    assert_eq!(open(&stage.host.state()), both(&[HOME]));
    for refused in 0..2 {
        stage.host.set_fault(Some(Fault::Refused(refused)));
        assert!(active.set_kill_switch(Some(request(false))).is_err());
        stage.host.set_fault(None);
        assert_eq!(open(&stage.host.state()), both(&[HOME]), "call {refused} fails");
    }
    active.set_kill_switch(Some(request(false))).unwrap();
    assert_eq!(open(&stage.host.state()), both(&[]));
    active.set_kill_switch(None).unwrap();
    assert_eq!(open(&stage.host.state()), (None, None));
}

#[test]
fn the_open_local_networks_are_those_that_the_computer_is_in_by_now() {
    let stage = Stage::default();
    let mut active = up(&stage, Some(request(true)));
    let cafe = "172.16.5.0/24 wlan0";
    stage.host.join(vec![network(cafe)]);
    active.follow_local_networks().unwrap();
    assert_eq!(open(&stage.host.state()), both(&[cafe]));
    stage.host.set_fault(None);
    active.follow_local_networks().unwrap();
    assert_eq!(stage.host.calls(), [""; 0], "nothing is set where nothing has changed");
}

#[test]
fn without_a_tunnel_allowed_local_networks_stay_open_except_networks_inside() {
    let stage = Stage::default();
    stage.host.join(vec![network(OFFICE), network(HOME)]);
    let settings = InterfaceSettings::from(&super::super::fake::config(FULL_TUNNEL), "wg0".parse().unwrap());
    let closed = |allow_lan, settings| {
        let closed = closed_except_lan(&request(allow_lan), settings);
        stage.host.network().lock(&"wg0".parse().unwrap(), &closed).unwrap();
        stage.host.state().kill_switch.unwrap()
    };
    assert_eq!(texts(&closed(false, Some(&settings)).lan), [""; 0]);
    assert_eq!(texts(&closed(true, None).lan), [""; 0], "it is not known what is inside");
    let open = closed(true, Some(&settings));
    assert_eq!(texts(&open.lan), [HOME], "another tunnel has no way out either");
    let inside: Vec<String> = open.inside.iter().map(ToString::to_string).collect();
    assert_eq!(inside, ["10.8.0.0/24", "fd08::/64", "10.8.0.1/32"]);
}
