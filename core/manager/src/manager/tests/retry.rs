//! Tests of retries: a failed tunnel that should be up comes back by itself, and nothing leaves the computer before it has.

use adit_api::{ApiError, ConfigText, DownReason, Service, TunnelId, TunnelState};

use super::super::StartReason;
use super::bench::{Bench, START, conf, us};
use adit_activation::End;

const LINES: &str = "Address = 10.8.0.2/24";
const ALL: &str = "0.0.0.0/0, ::/0";

/// Brings up a full tunnel whose kill switch is `Block`.
fn up(bench: &Bench) -> TunnelId {
    let id = bench.import("home", &conf(LINES, ALL));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    id
}

/// Returns a blocked tunnel whose retry delays have grown to a minute. The cause of the failures is gone.
fn long_blocked(bench: &Bench) -> TunnelId {
    let id = up(bench);
    bench.stage.engine.set_failing(true);
    bench.stage.engine.tunnel("home").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked", |bench| is_blocked(bench, id));
    for _ in 0..8 {
        pass(bench, id);
    }
    bench.stage.engine.set_failing(false);
    id
}

/// Returns the time of the next retry, if the tunnel is not up.
fn retry_at(bench: &Bench, id: TunnelId) -> Option<u64> {
    match bench.state(id) {
        TunnelState::Down { retry_at, .. } | TunnelState::Blocked { retry_at, .. } => retry_at,
        _ => None,
    }
}

fn is_blocked(bench: &Bench, id: TunnelId) -> bool {
    matches!(bench.state(id), TunnelState::Blocked { .. })
}

fn is_closed(bench: &Bench) -> bool {
    bench.stage.host.states().values().any(|state| state.kill_switch.is_some())
}

/// Advances the time to the next retry and waits until it has been made. Returns the delay in milliseconds.
fn pass(bench: &Bench, id: TunnelId) -> u64 {
    let at = retry_at(bench, id).unwrap();
    let pause = at - bench.clock_now();
    bench.advance(pause);
    bench.until("it was tried again", |bench| bench.is_up(id) || retry_at(bench, id).is_some_and(|next| next != at));
    assert!(is_closed(bench));
    pause
}

#[test]
fn it_is_tried_again_after_pauses_that_grow_to_a_minute_until_it_is_up() {
    let bench = Bench::new();
    let id = up(&bench);
    bench.stage.engine.set_failing(true);
    bench.stage.engine.tunnel("home").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked", |bench| is_blocked(bench, id));
    for most in [1, 2, 4, 8, 16, 32, 60, 60] {
        let pause = pass(&bench, id);
        assert!(pause <= most * 1_000 && pause >= most * 750, "{pause} ms where {most} s are most");
        let TunnelState::Blocked { cause, since, .. } = bench.state(id) else { panic!("{:?}", bench.state(id)) };
        assert!(matches!(*cause, ApiError::Io { .. }) && since == START, "since it broke: {cause:?}");
    }
    bench.stage.engine.set_failing(false);
    pass(&bench, id);
    assert!(bench.is_up(id));
    bench.stage.engine.tunnel("home").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked again", |bench| is_blocked(bench, id));
    assert!(retry_at(&bench, id).unwrap() - bench.clock_now() > 40_000, "it was not up for long enough to begin anew");
    bench.manager().disconnect(&us(), id).unwrap();
    bench.nothing_is_left();
}

#[test]
fn taking_it_down_or_removing_it_ends_the_retries() {
    for remove in [true, false] {
        let bench = Bench::new();
        let id = up(&bench);
        bench.stage.engine.tunnel("home").shutdown.end(End::InterfaceRemoved);
        bench.until("it is blocked", |bench| is_blocked(bench, id));
        if remove {
            bench.manager().remove(&us(), id).unwrap();
        } else {
            bench.manager().disconnect(&us(), id).unwrap();
            assert_eq!(bench.state(id), TunnelState::Down { reason: Some(DownReason::Asked), retry_at: None });
        }
        bench.nothing_is_left();
        bench.advance(3_600_000);
        bench.stage.host.way_out();
        bench.settle_down();
        bench.nothing_is_left();
    }
}

#[test]
fn a_network_that_is_another_is_tried_at_once() {
    let bench = Bench::new();
    let id = long_blocked(&bench);
    let late = retry_at(&bench, id).unwrap();
    bench.stage.host.way_out();
    bench.until("it is due soon", |bench| retry_at(bench, id).is_some_and(|at| at < late));
    assert_eq!(retry_at(&bench, id), Some(bench.clock_now() + 1_000), "it was tried just now");
    bench.advance(1_000);
    bench.until("it is up", |bench| bench.is_up(id));
}

#[test]
fn a_network_that_is_another_ends_a_long_pause_without_a_second_more() {
    let bench = Bench::new();
    let id = long_blocked(&bench);
    bench.advance(2_000);
    bench.stage.host.way_out();
    bench.until("it is up", |bench| bench.is_up(id));
}

#[test]
fn a_name_that_is_not_known_yet_is_asked_for_again() {
    let bench = Bench::new();
    let id = bench.import("home", &conf(LINES, ALL).replace("192.0.2.1:", "home.example:"));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.manager().set_start_at_boot(&us(), id, true).unwrap();
    let mut bench = bench;
    bench.restart(StartReason::Boot);
    bench.until("it is blocked", |bench| is_blocked(bench, id));
    assert!(matches!(bench.state(id), TunnelState::Blocked { cause, .. } if matches!(*cause, ApiError::Unresolved { .. })));
    pass(&bench, id);
    bench.stage.names.set("home.example", Some("192.0.2.7"));
    pass(&bench, id);
    assert!(bench.is_up(id));
}

#[test]
fn a_lasting_failure_is_not_retried() {
    let mut bench = Bench::new();
    let id = up(&bench);
    bench.manager().set_start_at_boot(&us(), id, true).unwrap();
    let hooks = conf(&format!("{LINES}\nPostUp = true"), ALL);
    bench.manager().replace_config(&us(), id, ConfigText::new(hooks), 1).unwrap();
    bench.stage.engine.tunnel("home").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked", |bench| is_blocked(bench, id));
    bench.advance(1_000);
    let is_not_approved = |state: TunnelState| match state {
        TunnelState::Blocked { cause, retry_at: None, .. } => matches!(*cause, ApiError::HooksNotApproved { .. }),
        _ => false,
    };
    bench.until("nobody tries", |bench| is_not_approved(bench.state(id)));
    bench.restart(StartReason::Boot);
    assert!(is_not_approved(bench.state(id)) && is_closed(&bench));
}

#[test]
fn one_that_lets_everything_pass_comes_back_too_where_nobody_heard_that_it_did_not_come_up() {
    let mut bench = Bench::new();
    let id = bench.import("office", &conf(LINES, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stop();
    bench.stage.engine.set_failing(true);
    bench.start(StartReason::Restart);
    bench.until("it failed", |bench| retry_at(bench, id).is_some());
    assert!(matches!(bench.state(id), TunnelState::Down { reason: Some(DownReason::Failed { .. }), .. }));
    bench.nothing_is_left();
    bench.stage.engine.set_failing(false);
    bench.restart(StartReason::Restart);
    bench.until("it is up: it stayed wanted", |bench| bench.is_up(id));

    bench.manager().pause(&us(), id, Some(5)).unwrap();
    bench.stage.engine.set_failing(true);
    bench.advance(5_000);
    bench.until("it failed", |bench| retry_at(bench, id).is_some());
    bench.stage.engine.set_failing(false);
    bench.advance(1_000);
    bench.until("it is up", |bench| bench.is_up(id));

    bench.stage.engine.set_failing(true);
    assert!(bench.manager().restart(&us(), id).is_err());
    assert_eq!(retry_at(&bench, id), None, "who asked has been told");
    bench.stage.engine.set_failing(false);
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stage.engine.tunnel("office").shutdown.end(End::InterfaceRemoved);
    bench.until("it is down", |bench| matches!(bench.state(id), TunnelState::Down { .. }));
    assert_eq!(retry_at(&bench, id), None, "somebody has taken it down");
}

#[test]
fn one_that_is_about_to_come_back_blocks_from_when_it_is_told_to() {
    let mut bench = Bench::new();
    let id = bench.import("home", &conf(LINES, ALL));
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stop();
    bench.stage.engine.set_failing(true);
    bench.start(StartReason::Restart);
    bench.until("it failed", |bench| retry_at(bench, id).is_some());
    assert!(!is_closed(&bench));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    assert!(is_closed(&bench) && is_blocked(&bench, id) && retry_at(&bench, id).is_some());
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Off, false).unwrap();
    assert!(!is_closed(&bench) && retry_at(&bench, id).is_none());
    bench.nothing_is_left();
}
