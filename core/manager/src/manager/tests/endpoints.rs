//! Peers with several endpoints: the tunnel goes on to the next one where the server does not answer, in virtual time.

use std::net::SocketAddr;

use adit_api::{FailoverStep, LogCode, LogLevel, Service, TunnelId, TunnelState};
use adit_platform::network_facts::{Facts, Known, Link, LinkKind, Mac, Portal};
use adit_protocol::{Event as EngineEvent, PublicKey};

use super::bench::{Bench, conf, us};

const FIRST: &str = "192.0.2.1:51820";

/// Returns the configuration of a full tunnel with these further endpoints.
fn text(further: &str) -> String {
    format!("{}# adit:Endpoint = {further}\n", conf("Address = 10.8.0.2/24", "0.0.0.0/0, ::/0"))
}

/// Imports such a tunnel, and brings it up with a closed kill switch.
fn office(bench: &Bench, further: &str) -> TunnelId {
    let id = bench.import("office", &text(further));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    id
}

fn peer(bench: &Bench) -> PublicKey {
    bench.stage.engine.tunnel("office").view.peers[0].public_key
}

/// Returns the endpoint to which the engine sends.
fn endpoint(bench: &Bench) -> Option<SocketAddr> {
    bench.stage.engine.tunnel("office").view.peers[0].endpoint
}

fn is_at(bench: &Bench, expected: &str) -> bool {
    endpoint(bench) == Some(expected.parse().unwrap())
}

/// Returns the addresses that the kill switch lets through.
fn let_through(bench: &Bench) -> Vec<SocketAddr> {
    bench.stage.host.state().kill_switch.map(|rules| rules.endpoints.into_iter().collect()).unwrap_or_default()
}

/// The server falls silent, and the time passes after which that counts.
fn is_silent_for(bench: &Bench, milliseconds: u64) {
    let peer = peer(bench);
    bench.stage.engine.tell("office", &EngineEvent::PeerSilent { peer });
    let counts =
        |bench: &Bench| bench.manager().rules(&us()).unwrap().now.failover.iter().any(|failing| failing.next_at.is_some());
    bench.until("the silence is noticed", counts);
    bench.advance(milliseconds);
}

/// Returns the step in force.
fn step(bench: &Bench) -> Option<FailoverStep> {
    bench.manager().rules(&us()).unwrap().now.failover.first()?.step.clone()
}

fn answers(bench: &Bench) {
    let peer = peer(bench);
    bench.stage.engine.tell("office", &EngineEvent::HandshakeCompleted { peer, initiator: true });
    let is_quiet =
        |bench: &Bench| bench.manager().rules(&us()).unwrap().now.failover.iter().all(|failing| failing.next_at.is_none());
    bench.until("the answer is noticed", is_quiet);
}

fn network(gateway: u8) -> Known<Facts> {
    let link = Link {
        interface: "wlan0".into(),
        carrier_changes: 0,
        kind: LinkKind::Wifi,
        is_default: true,
        wifi: None,
        gateway_mac: Some(Mac([2, 0, 0, 0, 0, gateway])),
        subnets: Vec::new(),
        dns_suffixes: Known::Unknown,
        metered: Known::Unknown,
        portal: Portal::None,
    };
    Known::Known(Facts { links: vec![link], other_vpn: Known::Known(false) })
}

#[test]
fn a_tunnel_without_rules_goes_on_to_the_endpoint_that_answers_and_back_in_the_next_network() {
    let bench = Bench::new();
    bench.networks.set(network(1));
    let id = office(&bench, "192.0.2.2:443, 53");
    assert!(is_at(&bench, FIRST));
    assert_eq!(bench.view(id).peers[0].further_endpoints, ["192.0.2.2:443", "192.0.2.2:53"]);
    assert_eq!(let_through(&bench), [FIRST.parse().unwrap()]);

    is_silent_for(&bench, 29_999);
    bench.settle_down();
    assert!(is_at(&bench, FIRST), "not yet");
    bench.advance(1);
    bench.until("the second endpoint", |bench| is_at(bench, "192.0.2.2:443"));
    bench.until("only that one is open", |bench| let_through(bench) == ["192.0.2.2:443".parse().unwrap()]);
    bench.advance(30_000);
    bench.until("the third endpoint", |bench| is_at(bench, "192.0.2.2:53"));
    answers(&bench);
    bench.advance(24 * 3_600_000);
    bench.settle_down();
    assert!(is_at(&bench, "192.0.2.2:53"), "it answers");
    let TunnelState::Up(up) = bench.state(id) else { panic!("it stays up") };
    assert!(up.peers[0].has_moved && !up.differs);
    let lines = bench.manager().logs(&us(), 0, LogLevel::Debug, 1_000).unwrap().lines;
    let chosen: Vec<String> = lines
        .iter()
        .filter_map(|line| match &line.code {
            LogCode::EndpointChosen { endpoint } => Some(endpoint.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(chosen, ["192.0.2.2:443", "192.0.2.2:53"]);

    bench.networks.set(network(2));
    bench.until("the first endpoint again", |bench| is_at(bench, FIRST));
    bench.until("only that one is open", |bench| let_through(bench) == [FIRST.parse().unwrap()]);
    bench.until("that is shown", |bench| matches!(bench.state(id), TunnelState::Up(up) if !up.peers[0].has_moved));
}

#[test]
fn the_rules_say_how_long_and_what_comes_after_the_last_endpoint() {
    let bench = Bench::new();
    bench.networks.set(network(1));
    let id = office(&bench, "192.0.2.2:443");
    let text = "without answer for 5 s then next endpoint, down\notherwise up office everything, kill switch always\n";
    bench.manager().set_rules(&us(), text.to_owned(), 0).unwrap();
    bench.until("the rules govern it", |bench| bench.view(id).on_demand.is_some() && bench.is_up(id));
    is_silent_for(&bench, 5_000);
    bench.until("the second endpoint", |bench| is_at(bench, "192.0.2.2:443"));
    bench.advance(5_000);
    bench.until("the next step", |bench| step(bench) == Some(FailoverStep::Down));
    bench.advance(2_500);
    bench
        .until("down, with the kill switch closed", |bench| !bench.is_up(id) && !bench.stage.host.all_kill_switches().is_empty());
    bench.advance(5_000);
    bench.until("the first endpoint again", |bench| bench.is_up(id) && is_at(bench, FIRST));
}

#[test]
fn another_list_begins_with_its_first_endpoint_and_the_same_list_goes_on() {
    let bench = Bench::new();
    bench.networks.set(network(1));
    let id = office(&bench, "192.0.2.2:443");
    is_silent_for(&bench, 30_000);
    bench.until("the second endpoint", |bench| is_at(bench, "192.0.2.2:443"));
    let replace = |further: &str, more: &str| {
        let version = bench.view(id).version;
        let text = adit_api::ConfigText::new(format!("{}{more}", text(further)));
        bench.manager().replace_config(&us(), id, text, version).unwrap()
    };
    replace("192.0.2.2:443", "PersistentKeepalive = 25\n");
    assert!(is_at(&bench, "192.0.2.2:443"), "another change leaves it where it is");
    replace("192.0.2.3:443", "");
    assert!(is_at(&bench, FIRST));
}

#[test]
fn a_tunnel_with_one_endpoint_is_left_alone_without_rules() {
    let bench = Bench::new();
    bench.networks.set(network(1));
    let id = bench.import("office", &conf("Address = 10.8.0.2/24", "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    let peer = peer(&bench);
    bench.stage.engine.tell("office", &EngineEvent::PeerSilent { peer });
    bench.advance(3_600_000);
    bench.settle_down();
    assert!(is_at(&bench, FIRST) && bench.manager().rules(&us()).unwrap().now.failover.is_empty());
}

#[test]
fn a_further_endpoint_with_a_name_is_asked_for_outside_the_tunnel() {
    let bench = Bench::new();
    bench.networks.set(network(1));
    bench.stage.host.name("backup.example", &["192.0.2.9".parse().unwrap()]);
    office(&bench, "backup.example:443, 53");
    is_silent_for(&bench, 30_000);
    bench.until("the second endpoint", |bench| is_at(bench, "192.0.2.9:443"));
    bench.advance(30_000);
    bench.until("the third endpoint", |bench| is_at(bench, "192.0.2.9:53"));
    bench.until("only that one is open", |bench| let_through(bench) == ["192.0.2.9:53".parse().unwrap()]);
}

#[test]
fn a_tunnel_whose_first_endpoint_has_an_unknown_name_comes_up_at_the_next_one_and_returns_in_the_next_network() {
    let bench = Bench::new();
    bench.networks.set(network(1));
    bench.stage.names.set("vpn.example", Some("192.0.2.1"));
    let id = bench.import("office", &text("192.0.2.2:443").replace("192.0.2.1:", "vpn.example:"));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.stage.names.set("vpn.example", None);
    assert!(bench.manager().connect(&us(), id, false).is_err());
    bench.advance(2_000);
    bench.until("the second endpoint", |bench| bench.is_up(id) && is_at(bench, "192.0.2.2:443"));
    bench.stage.names.set("vpn.example", Some("192.0.2.1"));
    bench.networks.set(network(2));
    bench.until("the first endpoint again", |bench| is_at(bench, FIRST));
}
