//! Tests of a wall clock that is set while tunnels wait: deadlines do not move, and times that people read follow the clock.

use std::time::Duration;

use adit_api::{Event, Health, LogCode, LogLevel, Service, TunnelId, TunnelState};
use adit_protocol::{Event as EngineEvent, PublicKey, Tai64n};

use super::super::StartReason;
use super::bench::{Bench, START, conf, us};
use adit_activation::End;

const OFFICE: &str = "Address = 10.8.0.2/24";
const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

/// Brings a tunnel up. Returns it and its peer.
fn up(bench: &Bench, text: &str) -> (TunnelId, PublicKey) {
    let id = bench.import("office", text);
    bench.manager().connect(&us(), id, false).unwrap();
    (id, bench.stage.engine.tunnel("office").view.peers[0].public_key)
}

/// Returns a blocked tunnel that waits for a retry, because its interface was removed from outside.
fn blocked(bench: &Bench) -> TunnelId {
    let id = bench.import("office", &conf(OFFICE, "0.0.0.0/0, ::/0"));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stage.engine.tunnel("office").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked", |bench| matches!(bench.state(id), TunnelState::Blocked { .. }));
    id
}

fn retry_at(bench: &Bench, id: TunnelId) -> u64 {
    match bench.state(id) {
        TunnelState::Blocked { retry_at: Some(at), .. } => at,
        state => panic!("does not wait to be tried again: {state:?}"),
    }
}

fn alarms(bench: &Bench) -> usize {
    let page = bench.manager().logs(&us(), 0, LogLevel::Debug, 1_000).unwrap();
    page.lines.iter().filter(|line| matches!(line.code, LogCode::NoAnswer { .. })).count()
}

fn started(bench: &Bench, peer: PublicKey, attempt: u32) {
    let event = EngineEvent::HandshakeStarted { peer, attempt, timestamp: Tai64n::from_bytes([0; 12]) };
    bench.stage.engine.tell("office", &event);
}

#[test]
fn wall_clock_set_back_does_not_delay_the_retry_of_a_blocked_tunnel() {
    let bench = Bench::new();
    let id = blocked(&bench);
    let pause = retry_at(&bench, id) - START;
    bench.set_wall_clock(-HOUR);
    assert_eq!(retry_at(&bench, id), bench.clock_now() + pause, "people read the time that the clock will show then");
    let TunnelState::Blocked { since, .. } = bench.state(id) else { panic!("not blocked") };
    assert_eq!(since, bench.clock_now(), "it broke just now");
    bench.advance(pause);
    bench.until("it is up", |bench| bench.is_up(id));
}

#[test]
fn wall_clock_set_ahead_does_not_hasten_the_retry_of_a_blocked_tunnel() {
    let bench = Bench::new();
    let id = blocked(&bench);
    let pause = retry_at(&bench, id) - START;
    bench.set_wall_clock(YEAR);
    bench.advance(pause - 1);
    bench.settle_down();
    assert_eq!(retry_at(&bench, id), bench.clock_now() + 1);
    bench.advance(1);
    bench.until("it is up", |bench| bench.is_up(id));
}

#[test]
fn a_pause_lasts_as_long_as_was_asked_whatever_the_wall_clock_does() {
    for by in [-HOUR, YEAR] {
        let bench = Bench::new();
        let (id, _) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
        bench.manager().pause(&us(), id, Some(60)).unwrap();
        bench.advance(20_000);
        bench.set_wall_clock(by);
        assert_eq!(bench.state(id), TunnelState::Paused { until: Some(bench.clock_now() + 40_000) });
        bench.advance(39_999);
        bench.settle_down();
        assert_eq!(bench.state(id), TunnelState::Paused { until: Some(bench.clock_now() + 1) });
        bench.advance(1);
        bench.until("it is up", |bench| bench.is_up(id));
    }
}

#[test]
fn a_pause_keeps_its_length_over_a_restart_although_the_wall_clock_was_set_before_it() {
    for by in [-HOUR, YEAR] {
        let mut bench = Bench::new();
        let (id, _) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
        bench.manager().pause(&us(), id, Some(60)).unwrap();
        bench.set_wall_clock(by);
        bench.restart(StartReason::Restart);
        assert_eq!(bench.state(id), TunnelState::Paused { until: Some(bench.clock_now() + 60_000) });
        bench.advance(60_000);
        bench.until("it is up", |bench| bench.is_up(id));
    }
}

#[test]
fn wall_clock_that_is_set_neither_delays_nor_hastens_the_alarm_of_a_silent_peer() {
    for by in [-HOUR, YEAR] {
        let bench = Bench::new();
        let (id, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
        bench.stage.engine.tell("office", &EngineEvent::PeerSilent { peer });
        bench.until("it is silent", |bench| matches!(bench.health(id), Some(Health::NoAnswer { .. })));
        bench.set_wall_clock(by);
        bench.advance(284_999);
        bench.settle_down();
        assert_eq!(alarms(&bench), 0);
        bench.advance(1);
        bench.until("somebody is told", |bench| alarms(bench) == 1);
        assert_eq!(bench.health(id), Some(Health::NoAnswer { since: bench.clock_now() - 300_000 }));
    }
}

#[test]
fn wall_clock_that_is_set_neither_delays_nor_hastens_samples_of_traffic() {
    for by in [-HOUR, YEAR] {
        let bench = Bench::new();
        let (id, _) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
        bench.manager().history(&us(), id).unwrap();
        let sampled = || -> Vec<u64> {
            let of = |event| match event {
                Event::Traffic { sample, .. } => Some(sample.at),
                _ => None,
            };
            bench.heard.take().into_iter().filter_map(of).collect()
        };
        bench.set_wall_clock(by);
        bench.settle_down();
        assert!(sampled().is_empty());
        bench.advance(1_000);
        let at = bench.clock_now();
        bench.until("a second is told", |_| sampled() == [at]);
        assert_eq!(bench.manager().history(&us(), id).unwrap().samples.len(), 1);
    }
}

#[test]
fn wall_clock_set_back_does_not_delay_the_look_up_of_a_silent_peers_name() {
    let bench = Bench::new();
    bench.stage.names.set("vpn.example", Some("192.0.2.1"));
    let (id, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24").replace("192.0.2.1:", "vpn.example:"));
    bench.stage.names.set("vpn.example", Some("192.0.2.9"));
    started(&bench, peer, 1);
    bench.until("the engine's event is handled", |bench| matches!(bench.health(id), Some(Health::Handshaking { .. })));
    bench.set_wall_clock(-HOUR);
    let before = bench.clock_now();
    let is_asked = || bench.stage.engine.tunnel("office").asked.contains(&"also ask 192.0.2.9:51820".to_owned());
    bench.until("the new address is asked", |bench| {
        if !is_asked() {
            bench.advance(10);
        }
        is_asked()
    });
    assert!(bench.clock_now() - before <= 5_000, "after {} ms", bench.clock_now() - before);
}

#[test]
fn wall_clock_that_is_set_changes_nothing_about_the_health_of_a_peer() {
    for by in [-HOUR, YEAR] {
        let bench = Bench::new();
        let (id, peer) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
        started(&bench, peer, 1);
        bench.until("it is asked", |bench| matches!(bench.health(id), Some(Health::Handshaking { .. })));
        bench.set_wall_clock(by);
        assert_eq!(bench.health(id), Some(Health::Handshaking { since: bench.clock_now() }), "it has had no time to answer");
        let wall = Duration::from_millis(bench.clock_now());
        bench.stage.engine.with_view("office", |view| view.peers[0].last_handshake = wall);
        bench.stage.engine.tell("office", &EngineEvent::HandshakeCompleted { peer, initiator: true });
        bench.until("it has answered", |bench| bench.health(id) == Some(Health::Good));
        bench.set_wall_clock(by);
        bench.advance(180_000);
        assert_eq!(bench.health(id), Some(Health::Good), "the session lasts for 180 s");
        bench.advance(1);
        assert_eq!(bench.health(id), Some(Health::Idle));
    }
}

#[test]
fn how_long_a_tunnel_is_up_and_the_service_runs_does_not_change_with_the_wall_clock() {
    let bench = Bench::new();
    let (id, _) = up(&bench, &conf(OFFICE, "10.8.0.0/24"));
    bench.advance(5_000);
    bench.set_wall_clock(-HOUR);
    let TunnelState::Up(up) = bench.state(id) else { panic!("not up") };
    assert_eq!(bench.clock_now() - up.since, 5_000);
    assert_eq!(bench.clock_now() - bench.manager().about(&us()).unwrap().started_at, 5_000);
}
