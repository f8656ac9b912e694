//! Tests of running tunnels: they follow changes of the network, and initiate handshakes with added peers.

use std::time::Duration;

use adit_api::{ConfigText, Health, LogCode, LogLevel, Service, TunnelId, TunnelState};
use adit_platform::network::EndpointRoute;
use adit_protocol::{Event as EngineEvent, PublicKey, Tai64n};

use super::bench::{Bench, PEER, START, conf, us};

const OFFICE: &str = "Address = 10.8.0.2/24";

/// Brings a tunnel up. Returns it and its peer.
fn up(bench: &Bench, text: &str) -> (TunnelId, PublicKey) {
    let id = bench.import("office", text);
    bench.manager().connect(&us(), id, false).unwrap();
    (id, bench.stage.engine.tunnel("office").view.peers[0].public_key)
}

fn asked(bench: &Bench) -> Vec<String> {
    bench.stage.engine.tunnel("office").asked
}

fn started(bench: &Bench, peer: PublicKey, attempt: u32) {
    let event = EngineEvent::HandshakeStarted { peer, attempt, timestamp: Tai64n::from_bytes([0; 12]) };
    bench.stage.engine.tell("office", &event);
}

fn completed(bench: &Bench, peer: PublicKey) {
    bench.stage.engine.with_view("office", |view| view.peers[0].last_handshake = Duration::from_millis(bench.clock_now()));
    bench.stage.engine.tell("office", &EngineEvent::HandshakeCompleted { peer, initiator: true });
}

/// Advances the time in small steps until a condition holds.
fn until(bench: &Bench, what: &str, is_so: impl Fn(&Bench) -> bool) {
    bench.until(what, |bench| {
        let so = is_so(bench);
        if !so {
            bench.advance(10);
        }
        so
    });
}

#[test]
fn a_peer_that_is_added_to_a_running_tunnel_is_greeted_and_is_not_called_well_before_it_answers() {
    let bench = Bench::new();
    let (id, _) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
    let other = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
    let text = conf(OFFICE, "10.8.0.0/24")
        + &format!("[Peer]\nPublicKey = {other}\nAllowedIPs = 10.9.0.0/24\nEndpoint = 192.0.2.2:51820\n");
    bench.advance(60_000);
    bench.manager().replace_config(&us(), id, ConfigText::new(text), bench.view(id).version).unwrap();
    let key = bench.stage.engine.tunnel("office").view.peers[1].public_key;
    assert!(asked(&bench).contains(&format!("initiate {}", key.short())), "{:?}", asked(&bench));
    let health = |bench: &Bench| match bench.state(id) {
        TunnelState::Up(up) => up.peers[1].health.clone(),
        _ => panic!("not up"),
    };
    assert_eq!(health(&bench), Health::Handshaking { since: START + 60_000 });
    bench.advance(15_000);
    assert_eq!(health(&bench), Health::NoAnswer { since: START + 60_000 }, "whatever the engine says or does not say");
}

#[test]
fn a_quiet_tunnel_asks_its_peer_when_the_route_to_it_is_another_and_only_then() {
    let bench = Bench::new();
    let (_, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
    completed(&bench, peer);
    let probe = format!("path changed {}", peer.short());
    let probes = |bench: &Bench| asked(bench).iter().filter(|asked| **asked == probe).count();
    bench.stage.host.reroute(|_| {});
    bench.stage.host.reroute(|route| route.as_mut().unwrap().mtu = Some(1_500));
    bench.settle_down();
    assert_eq!(probes(&bench), 0, "something was announced that changes nothing");
    let changes: [fn(&mut EndpointRoute); 4] = [
        |route| route.source = Some("192.168.1.77".parse().unwrap()),
        |route| route.gateway = Some("192.168.1.254".parse().unwrap()),
        |route| route.interface = "wlan0".to_owned(),
        |route| route.carrier_changes += 2,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        bench.advance(5_000);
        bench.stage.host.reroute(|route| change(route.as_mut().unwrap()));
        until(&bench, "the peer is asked", |bench| probes(bench) == number + 1);
        completed(&bench, peer);
    }
    let lines = bench.manager().logs(&us(), 0, LogLevel::Debug, 1_000).unwrap().lines;
    assert_eq!(lines.iter().filter(|line| matches!(line.code, LogCode::PathChanged { .. })).count(), 4);
}

#[test]
fn a_route_that_comes_back_after_it_was_gone_asks_the_peer() {
    let bench = Bench::new();
    let (_, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
    completed(&bench, peer);
    let mut kept = None;
    bench.stage.host.reroute(|route| kept = route.take());
    bench.settle_down();
    bench.advance(10_000);
    assert_eq!(asked(&bench), Vec::<String>::new(), "there is no way to ask");
    bench.stage.host.reroute(|route| *route = kept);
    until(&bench, "the peer is asked", |bench| asked(bench) == [format!("path changed {}", peer.short())]);
}

#[test]
fn waking_up_ends_sessions_and_asks_the_peer() {
    let bench = Bench::new();
    let (_, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
    completed(&bench, peer);
    bench.manager().has_slept();
    until(&bench, "the peer is asked", |bench| {
        asked(bench) == ["end sessions".to_owned(), format!("path changed {}", peer.short())]
    });
}

#[test]
fn the_mtu_follows_the_path_both_ways_and_a_configured_one_stays() {
    for (more, expected) in [("", [1_320, 1_420]), ("\nMTU = 1400", [1_400, 1_400])] {
        let bench = Bench::new();
        let (id, _) = up(&bench, &conf(&format!("{OFFICE}{more}"), "10.8.0.0/24"));
        let mtu = |bench: &Bench| match bench.state(id) {
            TunnelState::Up(up) => (up.mtu, bench.stage.host.state().interface.map(|interface| interface.mtu)),
            _ => panic!("not up"),
        };
        for (path, expected) in [1_400, 1_500].into_iter().zip(expected) {
            bench.stage.host.reroute(|route| route.as_mut().unwrap().mtu = Some(path));
            until(&bench, "the MTU has followed", |bench| mtu(bench) == (expected, Some(expected)));
        }
        let calls = bench.stage.host.calls();
        assert_eq!(calls.iter().filter(|call| **call == "set_interface").count(), 1, "addresses are left alone: {calls:?}");
        bench.stage.host.reroute(|route| *route = None);
        bench.settle_down();
        assert_eq!(mtu(&bench).0, expected[1], "without a path it stays what it was");
    }
}

#[test]
fn an_address_that_does_not_answer_costs_less_than_300_milliseconds() {
    let bench = Bench::new();
    bench.stage.names.set_all("vpn.example", &["2001:db8:dead::1", "192.0.2.1"]);
    let (id, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24").replace("192.0.2.1:", "vpn.example:"));
    let began = bench.clock_now();
    started(&bench, peer, 1);
    until(&bench, "the other address is asked", |bench| asked(bench) == ["also ask 192.0.2.1:51820"]);
    assert!(bench.clock_now() - began <= 300, "after {} ms", bench.clock_now() - began);
    let endpoint = "192.0.2.1:51820".parse().unwrap();
    bench.stage.engine.with_view("office", |view| view.peers[0].endpoint = Some(endpoint));
    bench.stage.engine.tell("office", &EngineEvent::Roamed { peer, endpoint });
    completed(&bench, peer);
    bench.until("it is where its name says", |bench| match bench.state(id) {
        TunnelState::Up(up) => up.peers[0].endpoint == Some(endpoint) && !up.peers[0].has_moved && !up.differs,
        _ => false,
    });
}

#[test]
fn the_name_of_a_silent_peer_is_looked_up_again_and_its_new_address_asked_at_once() {
    let bench = Bench::new();
    bench.stage.names.set("vpn.example", Some("192.0.2.1"));
    let (_, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24").replace("192.0.2.1:", "vpn.example:"));
    bench.stage.names.set("vpn.example", Some("192.0.2.9"));
    let began = bench.clock_now();
    started(&bench, peer, 1);
    until(&bench, "the new address is asked", |bench| asked(bench).contains(&"also ask 192.0.2.9:51820".to_owned()));
    assert!(bench.clock_now() - began <= 5_000, "after {} ms", bench.clock_now() - began);
    let view = bench.stage.engine.tunnel("office").view;
    assert_eq!(view.peers[0].endpoint, Some("192.0.2.1:51820".parse().unwrap()), "it moves when it answers there");
}

#[test]
fn a_name_server_that_does_not_answer_holds_up_neither_the_tunnel_nor_its_other_addresses() {
    let bench = Bench::new();
    bench.stage.names.set_all("vpn.example", &["192.0.2.1", "192.0.2.2"]);
    let (id, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24").replace("192.0.2.1:", "vpn.example:"));
    bench.stage.names.hold(true);
    let before = bench.stage.names.asked();
    started(&bench, peer, 2);
    until(&bench, "the name server is asked", |bench| bench.stage.names.asked() > before);
    started(&bench, peer, 3);
    until(&bench, "the other address is asked", |bench| {
        asked(bench).iter().filter(|asked| asked.starts_with("also")).count() == 2
    });
    bench.manager().disconnect(&us(), id).unwrap();
    bench.stage.names.hold(false);
}

#[test]
fn a_kill_switch_lets_out_questions_for_a_name_only_while_it_is_looked_up_and_packets_to_all_its_addresses() {
    let bench = Bench::new();
    bench.stage.names.set_all("vpn.example", &["192.0.2.1", "192.0.2.2"]);
    let id = bench.import("office", &conf(OFFICE, "0.0.0.0/0, ::/0").replace("192.0.2.1:", "vpn.example:"));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    let peer: PublicKey = bench.stage.engine.tunnel("office").view.peers[0].public_key;
    assert_eq!(peer.to_string(), PEER);
    let kill_switch = |bench: &Bench| bench.stage.host.state().kill_switch.unwrap();
    bench.stage.names.set("vpn.example", Some("192.0.2.9"));
    bench.stage.names.hold(true);
    started(&bench, peer, 2);
    until(&bench, "questions get out", |bench| kill_switch(bench).resolving);
    bench.stage.names.hold(false);
    let new = "192.0.2.9:51820".parse().unwrap();
    bench.until("they do no longer", |bench| !kill_switch(bench).resolving && kill_switch(bench).endpoints.contains(&new));
}
