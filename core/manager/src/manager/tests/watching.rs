//! Tests of the visible state of tunnels: health, traffic, routes and previews.

use std::time::Duration;

use adit_api::{Effect, Event, Health, LogCode, LogLevel, LogLine, Route, RouteReason, Service, TunnelState};
use adit_protocol::{Event as EngineEvent, Tai64n};

use super::bench::{Bench, START, conf, us};

const OFFICE: &str = "Address = 10.8.0.2/24";

fn started(bench: &Bench, attempt: u32) -> EngineEvent {
    let peer = bench.stage.engine.tunnel("office").view.peers[0].public_key;
    EngineEvent::HandshakeStarted { peer, attempt, timestamp: Tai64n::from_bytes([0; 12]) }
}

#[test]
fn a_peer_that_does_not_answer_is_named_and_one_that_answers_again_is_well() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    assert_eq!(bench.health(id), Some(Health::Handshaking { since: START }), "it has never answered");
    bench.stage.engine.tell("office", &started(&bench, 1));
    bench.until("it is asked", |bench| bench.health(id) == Some(Health::Handshaking { since: START }));
    bench.advance(15_000);
    bench.stage.engine.tell("office", &started(&bench, 4));
    bench.until("it is silent", |bench| bench.health(id) == Some(Health::NoAnswer { since: START }));
    bench.stage.engine.with_view("office", |view| view.peers[0].last_handshake = Duration::from_millis(START + 16_000));
    let peer = bench.stage.engine.tunnel("office").view.peers[0].public_key;
    bench.stage.engine.tell("office", &EngineEvent::HandshakeCompleted { peer, initiator: true });
    bench.until("it has answered", |bench| bench.health(id) == Some(Health::Good));
    bench.advance(86_400_000);
    assert_eq!(bench.health(id), Some(Health::Idle), "nobody has said anything for a day, and nobody has to");
}

#[test]
fn a_silence_of_five_minutes_is_told_once_and_so_are_its_end_and_where_the_peer_is_heard_from() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    let told = |code: &str| {
        let page = bench.manager().logs(&us(), 0, LogLevel::Debug, 1_000).unwrap();
        page.lines.into_iter().filter(|line| line.code.name() == code).collect::<Vec<_>>()
    };
    let peer = bench.stage.engine.tunnel("office").view.peers[0].public_key;
    bench.stage.engine.tell("office", &EngineEvent::PeerSilent { peer });
    bench.until("it is silent", |bench| matches!(bench.health(id), Some(Health::NoAnswer { .. })));
    bench.advance(200_000);
    bench.stage.engine.tell("office", &started(&bench, 40));
    bench.until("it was asked again", |_| told("handshake_sent").len() == 1);
    assert!(told("no_answer").is_empty(), "it may come back");
    bench.advance(100_000);
    bench.until("somebody is told", |_| !told("no_answer").is_empty());
    bench.advance(400_000);
    bench.stage.engine.tell("office", &EngineEvent::HandshakeCompleted { peer, initiator: true });
    bench.until("somebody is told of the end", |_| !told("answers_again").is_empty());
    let [line] = &told("no_answer")[..] else { panic!("told more than once") };
    assert_eq!((line.level, line.tunnel), (LogLevel::Warn, Some(id)));
    let LogCode::NoAnswer { peer: silent, seconds: 300.. } = line.code else { panic!("{line:?}") };
    assert_eq!(silent.to_string(), peer.to_string());
    bench.stage.engine.tell("office", &EngineEvent::Roamed { peer, endpoint: "198.51.100.7:9".parse().unwrap() });
    bench.until("the move is told", |_| {
        let moved = told("peer_moved");
        let here =
            |line: &LogLine| matches!(line.code, LogCode::PeerMoved { endpoint, .. } if endpoint.to_string() == "198.51.100.7:9");
        moved.len() == 1 && moved[0].level == LogLevel::Info && here(&moved[0])
    });
    let is_told = |event: &Event| matches!(event, Event::Log { line } if matches!(line.code, LogCode::NoAnswer { .. }));
    assert_eq!(bench.heard.take().iter().filter(|event| is_told(event)).count(), 1, "who listens is told");
}

#[test]
fn traffic_is_counted_by_the_second_while_somebody_looks_and_nobody_wakes_otherwise() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    let carried = |bytes: u64| bench.stage.engine.with_view("office", |view| view.peers[0].rx_bytes += bytes);
    let traffic = || -> Vec<(u64, u64)> {
        let of = |event| match event {
            Event::Traffic { sample, .. } => Some((sample.at - START, sample.received)),
            _ => None,
        };
        bench.heard.take().into_iter().filter_map(of).collect()
    };
    carried(5);
    bench.advance(1_000);
    bench.advance(1_000);
    assert_eq!(traffic(), [], "nobody looks");
    assert_eq!(bench.manager().history(&us(), id).unwrap().samples.len(), 2);
    for second in 3..=5 {
        carried(second);
        bench.advance(1_000);
        bench.until("the second is told", |_| !traffic().is_empty());
    }
    let history = bench.manager().history(&us(), id).unwrap();
    let received: Vec<u64> = history.samples.iter().map(|sample| sample.received).collect();
    assert_eq!((received, history.total.received), (vec![3, 2, 3, 4, 5], 17));
    let TunnelState::Up(up) = bench.state(id) else { panic!("not up") };
    assert_eq!(up.counters.received, 17);
}

#[test]
fn an_address_leads_to_the_tunnel_that_has_it_and_the_answer_says_why() {
    let bench = Bench::new();
    let office = bench.import("office", &conf(OFFICE, "10.8.0.0/16, 10.8.1.0/24"));
    let all = bench.import("all", &conf("Address = 10.64.0.2/32\nDNS = 10.64.0.1", "0.0.0.0/0"));
    let route = |ip: &str| bench.manager().route(&us(), ip.parse().unwrap()).unwrap();
    assert_eq!(route("10.8.1.1").route, Route::Outside { interface: None, why: RouteReason::NoTunnel });
    assert_eq!(route("10.8.1.1").others.len(), 2);
    bench.manager().connect(&us(), office, false).unwrap();
    let Route::Tunnel { candidate, why } = route("10.8.1.1").route else { panic!("not through the tunnel") };
    assert_eq!((candidate.tunnel, candidate.allowed_ip), (office, "10.8.1.0/24".parse().unwrap()));
    assert_eq!(why, RouteReason::Narrowest { network: "10.8.1.0/24".parse().unwrap() });
    assert_eq!(route("10.8.0.2").route, Route::Outside { interface: None, why: RouteReason::OwnAddress });
    bench.manager().connect(&us(), all, false).unwrap();
    let Route::Tunnel { candidate, why: RouteReason::TakesAll { detail } } = route("9.9.9.9").route else {
        panic!("the packet does not go through the tunnel")
    };
    assert_eq!((candidate.tunnel, detail.as_str()), (all, "routing table 51820"));
    assert!(matches!(route("10.8.1.1").route, Route::Tunnel { candidate, .. } if candidate.tunnel == office));
    assert!(matches!(route("10.64.0.1").route, Route::Tunnel { candidate, .. } if candidate.tunnel == all), "its resolver");
    let Route::Outside { interface, why: RouteReason::PrivateNetwork { .. } } = route("192.168.1.1").route else {
        panic!("not outside")
    };
    assert_eq!(interface.as_deref(), Some("eth0"));
    let is_not_here = route("172.16.0.1").route;
    assert!(
        matches!(is_not_here, Route::Tunnel { candidate, why: RouteReason::TakesAll { .. } } if candidate.tunnel == all),
        "a private network that this computer is not in goes where everything goes"
    );
    assert_eq!(route("2001:db8::1").route, Route::NoPeer { tunnel: all }, "IPv6 does not leave past a tunnel for IPv4 alone");
}

#[test]
fn a_look_ahead_names_what_will_change_and_with_whom_it_would_be_at_odds() {
    let bench = Bench::new();
    let one = bench.import("one", &conf("Address = 10.64.0.2/32\nDNS = 10.64.0.1", "0.0.0.0/0"));
    let two = bench.import("two", &conf("Address = 10.65.0.2/32", "0.0.0.0/0, ::/0"));
    bench.manager().connect(&us(), two, false).unwrap();
    let preview = bench.manager().preview(&us(), one).unwrap();
    assert!(preview.takes_all_ipv4 && !preview.takes_all_ipv6);
    let everything =
        |effect: &Effect| matches!(effect, Effect::TakesAll { except_private: true, except, .. } if except.is_empty());
    assert_eq!(preview.effects.iter().filter(|effect| everything(effect)).count(), 2, "IPv6 is closed by its own: {preview:?}");
    assert_eq!(preview.conflicts, [adit_api::Conflict::BothTakeAll { other: two }]);
    assert!(!preview.warnings.contains(&adit_api::PreviewWarning::Ipv6Outside), "IPv6 is closed");
    assert_eq!(bench.stage.host.states().len(), 1, "nothing was changed");
    assert!(bench.manager().preview(&us(), two).unwrap().conflicts.is_empty(), "one that is up is in nobody's way");
}

#[test]
fn the_log_tells_what_happened_and_holds_no_key() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().disconnect(&us(), id).unwrap();
    let page = bench.manager().logs(&us(), 0, LogLevel::Debug, 1_000).unwrap();
    let codes: Vec<&str> = page.lines.iter().map(|line| line.code.name()).collect();
    for code in ["imported", "connecting", "up", "down"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    assert!(!serde_json::to_string(&page).unwrap().contains(super::bench::OWN));
}
