//! Tests of lockdown: nothing leaves outside the tunnel from the moment lockdown is set until an administrator ends it, in
//! every state of the tunnel.

use adit_api::{ApiError, ConfigText, KillSwitch, Service, TunnelId, TunnelState};
use adit_platform::fake::Fault;
use adit_platform::fake::KillSwitchRules;

use super::super::StartReason;
use super::bench::{Bench, conf, us};
use adit_activation::End;

const LINES: &str = "Address = 10.8.0.2/24";
const ALL: &str = "0.0.0.0/0, ::/0";
const LISTED: &str = "closes-first";

fn set(bench: &Bench, id: TunnelId, strength: KillSwitch) -> Result<(), ApiError> {
    bench.manager().set_kill_switch(&us(), id, strength, false)
}

fn full_tunnel(bench: &Bench) -> TunnelId {
    bench.import("home", &conf(LINES, ALL))
}

fn standing(bench: &Bench) -> Option<KillSwitchRules> {
    bench.stage.host.states().values().find_map(|state| state.kill_switch.clone())
}

fn cause(bench: &Bench, id: TunnelId) -> Option<ApiError> {
    match bench.state(id) {
        TunnelState::Blocked { cause, .. } => Some(*cause),
        _ => None,
    }
}

fn is_closed_and_down(bench: &Bench, id: TunnelId) {
    assert_eq!(cause(bench, id), Some(ApiError::Lockdown));
    let standing = standing(bench).unwrap();
    assert!(standing.mark == 0 && standing.endpoints.is_empty(), "{standing:?}");
}

#[test]
fn lockdown_closes_a_tunnel_that_is_down_at_once_and_off_opens_it() {
    let bench = Bench::new();
    let id = full_tunnel(&bench);
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    is_closed_and_down(&bench, id);
    set(&bench, id, KillSwitch::Off).unwrap();
    assert!(matches!(bench.state(id), TunnelState::Down { .. }));
    bench.nothing_is_left();
}

#[test]
fn disconnect_does_not_open_a_tunnel_under_lockdown() {
    let bench = Bench::new();
    let id = full_tunnel(&bench);
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    assert!(bench.is_up(id));
    for _ in 0..2 {
        bench.manager().disconnect(&us(), id).unwrap();
        is_closed_and_down(&bench, id);
    }
    bench.manager().connect(&us(), id, false).unwrap();
    assert!(bench.is_up(id) && standing(&bench).is_some());
}

#[test]
fn a_pause_under_lockdown_is_closed() {
    let bench = Bench::new();
    let id = full_tunnel(&bench);
    bench.manager().connect(&us(), id, false).unwrap();
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    bench.manager().pause(&us(), id, Some(60)).unwrap();
    assert!(matches!(bench.state(id), TunnelState::Paused { .. }) && standing(&bench).is_some());
    set(&bench, id, KillSwitch::Block).unwrap();
    assert_eq!(standing(&bench), None, "a pause of a tunnel that only blocks is open");
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    assert!(standing(&bench).is_some());
    bench.advance(60_000);
    bench.until("it comes back", |bench| bench.is_up(id));
    assert!(standing(&bench).is_some());
}

#[test]
fn block_instead_of_lockdown_opens_a_tunnel_that_somebody_took_down_and_not_one_that_broke() {
    let bench = Bench::new();
    let id = full_tunnel(&bench);
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    set(&bench, id, KillSwitch::Block).unwrap();
    bench.nothing_is_left();
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stage.engine.set_failing(true);
    bench.stage.engine.tunnel("home").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked", |bench| cause(bench, id).is_some());
    set(&bench, id, KillSwitch::Block).unwrap();
    assert!(cause(&bench, id).is_some() && standing(&bench).is_some());
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    assert!(cause(&bench, id).is_some() && standing(&bench).is_some());
    bench.manager().disconnect(&us(), id).unwrap();
    is_closed_and_down(&bench, id);
}

#[test]
fn lockdown_is_closed_after_every_start_of_the_service_or_of_the_computer() {
    for start_reason in [StartReason::Boot, StartReason::Restart] {
        for up in [false, true] {
            let mut bench = Bench::new();
            let id = full_tunnel(&bench);
            set(&bench, id, KillSwitch::Lockdown).unwrap();
            if up {
                bench.manager().connect(&us(), id, false).unwrap();
            }
            bench.restart(start_reason);
            bench.settle_down();
            assert!(standing(&bench).is_some(), "{start_reason:?}, up: {up}");
            if !up || start_reason == StartReason::Boot {
                is_closed_and_down(&bench, id);
            }
        }
    }
}

#[test]
fn only_a_tunnel_that_takes_all_traffic_can_be_locked_down_and_it_stays_so() {
    let bench = Bench::new();
    let split = bench.import("split", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    assert_eq!(set(&bench, split, KillSwitch::Lockdown), Err(ApiError::NotFullTunnel));
    assert_eq!(bench.view(split).kill_switch, KillSwitch::Off);
    let id = full_tunnel(&bench);
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    let smaller = ConfigText::new(conf(LINES, "10.8.0.0/24"));
    let refused = bench.manager().replace_config(&us(), id, smaller, 1).map(drop);
    assert_eq!(refused, Err(ApiError::NotFullTunnel));
    assert_eq!(bench.view(id).version, 1);
    is_closed_and_down(&bench, id);
}

#[test]
fn setting_a_strength_that_the_system_refuses_leaves_the_one_before() {
    const STRENGTHS: [KillSwitch; 3] = [KillSwitch::Off, KillSwitch::Block, KillSwitch::Lockdown];
    let pairs = || STRENGTHS.into_iter().flat_map(|before| STRENGTHS.map(|after| (before, after)));
    let mut refused = 0;
    // The system refuses the whole change, its first half, or its second half.
    for fault in [Fault::RefusedBlockade, Fault::Refused(0), Fault::Refused(1)] {
        for (is_up, (before, after)) in [false, true].into_iter().flat_map(|is_up| pairs().map(move |pair| (is_up, pair))) {
            let story = format!("{fault:?}, up: {is_up}, from {before:?} to {after:?}");
            let mut bench = Bench::new();
            let id = full_tunnel(&bench);
            set(&bench, id, before).unwrap();
            if is_up {
                bench.manager().connect(&us(), id, false).unwrap();
            }
            let list = |bench: &Bench| std::fs::read_to_string(bench.state_folder().join(LISTED)).unwrap_or_default();
            // The rules may name the same endpoint twice.
            let rules_of = |bench: &Bench| {
                let mut rules = standing(bench);
                rules.iter_mut().for_each(|rules| rules.endpoints.dedup());
                rules
            };
            let (view, rules, listed) = (bench.view(id), rules_of(&bench), list(&bench));
            bench.stage.host.set_fault(Some(fault));
            let outcome = bench.manager().set_kill_switch(&us(), id, after, true);
            bench.stage.host.set_fault(None);
            // A tunnel that is down has rules only under lockdown: a change without an effect on rules cannot be refused.
            let changes_rules = is_up || before == KillSwitch::Lockdown || after == KillSwitch::Lockdown;
            if outcome.is_ok() {
                assert!(fault != Fault::RefusedBlockade || !changes_rules, "{story}");
                continue;
            }
            refused += 1;
            assert!(matches!(outcome, Err(ApiError::Io { .. })), "{story}: {outcome:?}");
            assert_eq!(rules_of(&bench), rules, "{story}: the rules");
            assert_eq!(list(&bench), listed, "{story}: the list for the start of the computer");
            let now = bench.view(id);
            assert_eq!((now.kill_switch, now.allow_lan), (before, false), "{story}: the service");
            assert_eq!(now.state, view.state, "{story}");
            bench.restart(StartReason::Restart);
            let kept = bench.view(id);
            assert_eq!((kept.kill_switch, kept.allow_lan), (before, false), "{story}: the store");
        }
    }
    assert!(refused > 14, "only {refused} were refused");
}

#[test]
fn removing_a_tunnel_under_lockdown_opens() {
    let bench = Bench::new();
    let id = full_tunnel(&bench);
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    bench.manager().remove(&us(), id).unwrap();
    bench.nothing_is_left();
}

#[test]
fn the_local_network_setting_is_kept_and_a_change_is_one_step() {
    let bench = Bench::new();
    let id = full_tunnel(&bench);
    for strength in [KillSwitch::Block, KillSwitch::Lockdown] {
        for allow_lan in [true, false] {
            bench.manager().set_kill_switch(&us(), id, strength, allow_lan).unwrap();
            let view = bench.view(id);
            assert_eq!((view.kill_switch, view.allow_lan), (strength, allow_lan));
        }
    }
    assert!(standing(&bench).is_some());
}

#[test]
fn the_list_for_the_start_of_the_computer_names_a_tunnel_under_lockdown_that_does_not_start_with_it() {
    let bench = Bench::new();
    let id = full_tunnel(&bench);
    let list = || std::fs::read_to_string(bench.state_folder().join(LISTED)).unwrap_or_default();
    set(&bench, id, KillSwitch::Block).unwrap();
    assert!(!list().contains(&id.to_string()), "{}", list());
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    assert!(list().contains(&format!("home {id}")), "{}", list());
    set(&bench, id, KillSwitch::Off).unwrap();
    assert!(!list().contains(&id.to_string()), "{}", list());
}

#[test]
fn a_lockdown_of_a_tunnel_that_no_rule_names_lets_the_home_probe_out() {
    let bench = Bench::new();
    let id = full_tunnel(&bench);
    set(&bench, id, KillSwitch::Lockdown).unwrap();
    let lets_probe_out = |bench: &Bench| standing(bench).is_some_and(|standing| standing.home_probe);
    assert!(!lets_probe_out(&bench), "no rule asks for a home");
    bench.import("office", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    let key = adit_protocol::PublicKey::from_bytes([7; 32]);
    let rules = format!("when home probe {key} then leave\notherwise up office\n");
    bench.manager().set_rules(&us(), rules, 0).unwrap();
    bench.until("the probe gets out", lets_probe_out);
    assert_eq!(bench.view(id).on_demand, None, "the rules do not govern it");
    is_closed_and_down(&bench, id);
    bench.manager().set_rules(&us(), "otherwise up office\n".into(), 1).unwrap();
    bench.until("the probe no longer gets out", |bench| !lets_probe_out(bench));
    is_closed_and_down(&bench, id);
}
