//! Tests of bringing tunnels up and down, of pauses, conflicts, and restarts of the program.

use adit_api::{ApiError, Conflict, DownReason, Service, TunnelState};
use adit_platform::fake::InterfaceSpec;

use super::super::StartReason;
use super::bench::{Bench, START, conf, us};
use adit_activation::End;

const OFFICE: &str = "Address = 10.8.0.2/24";

#[test]
fn a_tunnel_comes_up_goes_down_and_leaves_nothing() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.heard.take();
    bench.manager().connect(&us(), id, false).unwrap();
    let TunnelState::Up(up) = bench.state(id) else { panic!("not up") };
    assert_eq!((up.since, up.mtu, up.listen_port, up.differs), (START, 1420, 40_000, false));
    bench.manager().connect(&us(), id, false).unwrap();
    assert_eq!(bench.stage.engine.tunnel("office").greeted, 1, "one that is up is left alone");
    bench.manager().disconnect(&us(), id).unwrap();
    assert_eq!(bench.state(id), TunnelState::Down { reason: Some(DownReason::Asked), retry_at: None });
    bench.manager().disconnect(&us(), id).unwrap();
    bench.nothing_is_left();
    let kinds: Vec<String> = bench
        .heard
        .take()
        .iter()
        .filter_map(|event| match event {
            adit_api::Event::TunnelChanged { tunnel } => Some(serde_json::to_value(&tunnel.state).unwrap()["kind"].to_string()),
            _ => None,
        })
        .collect();
    let mut states = kinds.clone();
    states.dedup();
    assert_eq!(states, ["\"connecting\"", "\"up\"", "\"disconnecting\"", "\"down\""], "{kinds:?}");
}

#[test]
fn a_tunnel_that_cannot_come_up_says_why_and_leaves_nothing() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.stage.engine.set_failing(true);
    let error = bench.manager().connect(&us(), id, false).unwrap_err();
    assert!(matches!(&error, ApiError::Io { detail, .. } if detail.contains("as the test asked for")), "{error:?}");
    assert_eq!(
        bench.state(id),
        TunnelState::Down { reason: Some(DownReason::Failed { error: Box::new(error) }), retry_at: None }
    );
    bench.nothing_is_left();
    bench.stage.engine.set_failing(false);
    bench.manager().connect(&us(), id, false).unwrap();
}

#[test]
fn a_name_that_another_process_has_is_named() {
    use adit_platform::devices::{Devices, Owner};
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    let _other = bench.devices.claim(&"office".parse().unwrap(), Owner::Foreground).unwrap();
    let conflict = Conflict::InterfaceExists { interface: "office".parse().unwrap() };
    assert_eq!(bench.manager().connect(&us(), id, false), Err(ApiError::Conflict { conflicts: vec![conflict] }));
}

#[test]
fn two_that_are_at_odds_are_both_up_only_when_somebody_says_so() {
    let bench = Bench::new();
    let one = bench.import("one", &conf(OFFICE, "10.0.0.0/8"));
    let two = bench.import("two", &conf("Address = 10.9.0.2/24", "10.1.0.0/16"));
    let three = bench.import("three", &conf("Address = 172.16.0.2/24", "172.16.0.0/24"));
    for id in [one, three] {
        bench.manager().connect(&us(), id, false).unwrap();
    }
    let conflict = Conflict::SameNetwork { other: one, network: "10.1.0.0/16".parse().unwrap() };
    assert_eq!(bench.manager().connect(&us(), two, false), Err(ApiError::Conflict { conflicts: vec![conflict.clone()] }));
    assert!(!bench.is_up(two));
    bench.manager().connect(&us(), two, true).unwrap();
    let TunnelState::Up(up) = bench.state(two) else { panic!("not up") };
    assert_eq!(up.conflicts, [conflict]);
    assert_eq!(bench.stage.engine.running().len(), 3);
    bench.manager().disconnect(&us(), one).unwrap();
    bench.manager().disconnect(&us(), two).unwrap();
    bench.manager().connect(&us(), two, false).unwrap();
}

#[test]
fn a_pause_ends_by_itself_and_holds_over_the_end_of_the_program() {
    let mut bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    assert_eq!(bench.manager().pause(&us(), id, Some(60)), Err(ApiError::NotUp));
    assert_eq!(bench.manager().resume(&us(), id), Err(ApiError::NotPaused));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().pause(&us(), id, Some(60)).unwrap();
    assert_eq!(bench.state(id), TunnelState::Paused { until: Some(START + 60_000) });
    assert!(bench.stage.host.states().is_empty());
    bench.manager().pause(&us(), id, Some(120)).unwrap();
    bench.advance(119_999);
    assert_eq!(bench.state(id), TunnelState::Paused { until: Some(START + 120_000) });
    bench.restart(StartReason::Restart);
    assert_eq!(bench.state(id), TunnelState::Paused { until: Some(START + 120_000) });
    bench.advance(1);
    bench.until("it is up again", |bench| bench.is_up(id));
    bench.manager().pause(&us(), id, None).unwrap();
    bench.advance(365 * 86_400_000);
    bench.restart(StartReason::Restart);
    assert_eq!(bench.state(id), TunnelState::Paused { until: None });
    bench.manager().resume(&us(), id).unwrap();
    assert!(bench.is_up(id));
    bench.manager().pause(&us(), id, Some(1)).unwrap();
    bench.manager().disconnect(&us(), id).unwrap();
    bench.advance(10_000);
    assert_eq!(bench.state(id), TunnelState::Down { reason: Some(DownReason::Asked), retry_at: None });
}

#[test]
fn a_pause_that_ends_where_another_tunnel_has_taken_its_place_says_so() {
    let bench = Bench::new();
    let one = bench.import("one", &conf(OFFICE, "10.8.0.0/24"));
    let two = bench.import("two", &conf("Address = 10.8.1.2/24", "10.8.0.0/24"));
    bench.manager().connect(&us(), one, false).unwrap();
    bench.manager().pause(&us(), one, Some(60)).unwrap();
    bench.manager().connect(&us(), two, false).unwrap();
    assert!(matches!(bench.manager().resume(&us(), one), Err(ApiError::Conflict { .. })));
    assert!(matches!(bench.state(one), TunnelState::Paused { .. }));
    bench.advance(60_000);
    bench.until("it has given up", |bench| {
        matches!(bench.state(one), TunnelState::Down { reason: Some(DownReason::Failed { .. }), retry_at: None })
    });
}

#[test]
fn after_a_restart_exactly_what_was_up_is_up_and_what_a_crash_left_is_gone() {
    let mut bench = Bench::new();
    let [up, down, boot] = ["up", "down", "boot"].map(|name| {
        let number = name.len();
        bench.import(name, &conf(&format!("Address = 10.{number}.0.2/24"), &format!("10.{number}.0.0/24")))
    });
    bench.manager().set_start_at_boot(&us(), boot, true).unwrap();
    for id in [up, down] {
        bench.manager().connect(&us(), id, false).unwrap();
    }
    bench.manager().disconnect(&us(), down).unwrap();
    bench.stop();
    bench.nothing_is_left();
    let leftover = InterfaceSpec { name: "down".parse().unwrap(), addresses: Vec::new(), mtu: 1 };
    bench.stage.host.leave_behind(&leftover).unwrap();
    bench.start(StartReason::Restart);
    bench.until("it is up again", |bench| bench.is_up(up));
    assert!(!bench.is_up(down) && !bench.is_up(boot));
    assert_eq!(bench.stage.host.states().len(), 1);
    bench.restart(StartReason::Boot);
    bench.until("it is up", |bench| bench.is_up(boot));
    assert!(!bench.is_up(up), "nobody asked for it to start with the computer");
}

#[test]
fn an_interface_that_is_removed_from_outside_takes_the_tunnel_with_it_for_good() {
    let mut bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stage.engine.tunnel("office").shutdown.end(End::InterfaceRemoved);
    let removed = TunnelState::Down { reason: Some(DownReason::InterfaceRemoved), retry_at: None };
    bench.until("it is down", |bench| bench.state(id) == removed);
    bench.nothing_is_left();
    bench.restart(StartReason::Restart);
    assert!(!bench.is_up(id));
}

#[test]
fn a_restart_takes_the_saved_configuration_and_only_a_tunnel_that_is_up_can() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    assert_eq!(bench.manager().restart(&us(), id), Err(ApiError::NotUp));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().restart(&us(), id).unwrap();
    assert!(bench.is_up(id));
    // The end of the previous run does not end the new one.
    bench.stage.engine.set_failing(true);
    assert!(bench.manager().restart(&us(), id).is_err());
    bench.nothing_is_left();
}

#[test]
fn a_look_up_of_a_name_delays_nobody_and_can_be_cancelled() {
    let bench = Bench::new();
    let named = conf(OFFICE, "10.8.0.0/24").replace("192.0.2.1:", "nowhere.example:");
    let waits = bench.import("waits", &named);
    let other = bench.import("other", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| bench.manager().connect(&us(), waits, false));
        bench.until("it waits", |bench| matches!(bench.state(waits), TunnelState::Connecting { .. }));
        bench.manager().connect(&us(), other, false).unwrap();
        bench.manager().disconnect(&us(), waits).unwrap();
        assert_eq!(waiting.join().unwrap(), Err(ApiError::Busy));
    });
    assert_eq!(bench.state(waits), TunnelState::Down { reason: Some(DownReason::Asked), retry_at: None });
}

#[test]
fn many_who_ask_at_once_get_one_answer_and_the_end_is_what_was_asked_last() {
    let bench = Bench::new();
    let ids: Vec<_> = (0..4)
        .map(|number| {
            bench.import(&format!("t{number}"), &conf(&format!("Address = 10.{number}.0.2/24"), &format!("10.{number}.0.0/24")))
        })
        .collect();
    std::thread::scope(|scope| {
        for client in 0..8 {
            let (bench, ids) = (&bench, &ids);
            scope.spawn(move || {
                for turn in 0..100 {
                    let id = ids[(client + turn) % ids.len()];
                    let manager = bench.manager();
                    let outcome = match (client * 7 + turn) % 5 {
                        0 | 1 => manager.connect(&us(), id, false),
                        2 => manager.disconnect(&us(), id),
                        3 => manager.pause(&us(), id, None),
                        _ => manager.restart(&us(), id),
                    };
                    let refusals = [ApiError::Busy, ApiError::NotUp, ApiError::NotPaused];
                    assert!(outcome.as_ref().map_or_else(|error| refusals.contains(error), |()| true), "{outcome:?}");
                }
            });
        }
    });
    for id in &ids {
        bench.manager().connect(&us(), *id, false).unwrap();
        assert!(bench.is_up(*id));
    }
    for id in &ids {
        bench.manager().disconnect(&us(), *id).unwrap();
    }
    bench.nothing_is_left();
}
