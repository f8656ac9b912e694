//! Tests of the kill switch: nothing leaves outside a tunnel that should be up, whatever happens to it, until a user opens the
//! kill switch.

use adit_api::{ApiError, ConfigText, Requirement, Service, TunnelId, TunnelState};
use adit_platform::fake::Fault;
use adit_platform::fake::{KillSwitchRules, LocalNetwork};

use super::super::StartReason;
use super::bench::{Bench, conf, us};
use adit_activation::End;

const LINES: &str = "Address = 10.8.0.2/24\nDNS = 10.8.0.1";
const ALL: &str = "0.0.0.0/0, ::/0";

/// Imports a full tunnel and sets its kill switch to `Block`.
fn blocking(bench: &Bench) -> TunnelId {
    let id = bench.import("home", &conf(LINES, ALL));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    assert_eq!(bench.view(id).kill_switch, adit_api::KillSwitch::Block);
    bench.nothing_is_left();
    let effects = bench.manager().preview(&us(), id).unwrap().effects;
    assert!(effects.contains(&adit_api::Effect::KillSwitch), "{effects:?}");
    id
}

fn kill_switch(bench: &Bench) -> Option<KillSwitchRules> {
    bench.stage.host.states().values().find_map(|state| state.kill_switch.clone())
}

fn cause(bench: &Bench, id: TunnelId) -> Option<ApiError> {
    match bench.manager().tunnel(&us(), id).ok()?.state {
        TunnelState::Blocked { cause, .. } => Some(*cause),
        _ => None,
    }
}

#[test]
fn it_is_closed_before_the_first_step_and_opened_by_who_takes_the_tunnel_down() {
    let bench = Bench::new();
    let id = blocking(&bench);
    bench.stage.host.set_fault(None);
    bench.manager().connect(&us(), id, false).unwrap();
    assert_eq!(bench.stage.host.calls()[..2], ["set_blockade", "free_table"]);
    let all = bench.stage.host.all_kill_switches();
    assert!(all[0].mark == 0 && all[0].endpoints.is_empty(), "at first nothing at all gets out: {:?}", all[0]);
    assert!(all[1].resolving && !all[2].resolving, "names are asked for only until they are known");
    let standing = kill_switch(&bench).unwrap();
    assert_eq!(standing.owner, id.to_string());
    assert_eq!(standing.endpoints[0], "192.0.2.1:51820".parse().unwrap());
    assert_eq!(standing.mark, 51820);
    let inside: Vec<String> = standing.inside.iter().map(ToString::to_string).collect();
    assert_eq!(inside, ["10.8.0.0/24", "10.8.0.1/32"]);
    bench.manager().disconnect(&us(), id).unwrap();
    bench.nothing_is_left();
}

#[test]
fn whichever_step_fails_it_stays_closed_and_connecting_tries_again() {
    for step in 1..30 {
        let bench = Bench::new();
        let id = blocking(&bench);
        bench.stage.host.set_fault(Some(Fault::Refused(step)));
        let outcome = bench.manager().connect(&us(), id, false);
        let steps = bench.stage.host.calls().len();
        if outcome.is_ok() {
            assert!(step > 8 && steps <= step, "only {steps} steps");
            return;
        }
        assert_eq!(cause(&bench, id), outcome.err(), "step {step}");
        let states = bench.stage.host.states();
        assert!(states.len() == 1 && kill_switch(&bench).is_some(), "step {step}: {states:?}");
        bench.stage.host.set_fault(None);
        bench.manager().connect(&us(), id, false).unwrap();
        assert!(bench.is_up(id));
        bench.manager().disconnect(&us(), id).unwrap();
        bench.nothing_is_left();
    }
    panic!("no end of steps");
}

#[test]
fn a_name_that_cannot_be_looked_up_lets_nothing_out() {
    let bench = Bench::new();
    let id = blocking(&bench);
    let named = conf(LINES, ALL).replace("192.0.2.1:", "nowhere.example:");
    bench.manager().replace_config(&us(), id, ConfigText::new(named), 1).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| bench.manager().connect(&us(), id, false));
        bench.until("it asks", |bench| kill_switch(bench).is_some_and(|kill_switch| kill_switch.resolving));
        assert!(kill_switch(&bench).unwrap().endpoints.is_empty());
        bench.manager().disconnect(&us(), id).unwrap();
        assert_eq!(waiting.join().unwrap(), Err(ApiError::Busy));
    });
    bench.nothing_is_left();
}

#[test]
fn a_tunnel_that_breaks_blocks_over_the_end_of_the_program_until_somebody_gives_it_up() {
    let mut bench = Bench::new();
    let id = blocking(&bench);
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stage.engine.tunnel("home").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked", |bench| cause(bench, id) == Some(ApiError::InterfaceRemoved));
    assert!(kill_switch(&bench).is_some());
    let other = bench.import("other", &conf("Address = 10.9.0.2/24", "0.0.0.0/0"));
    assert!(matches!(bench.manager().connect(&us(), other, false), Err(ApiError::Conflict { .. })), "it would carry nothing");

    bench.stop();
    assert!(kill_switch(&bench).is_some(), "the program ends, the wish does not");
    bench.stage.engine.set_failing(true);
    bench.start(StartReason::Restart);
    bench.until("it is blocked again", |bench| matches!(cause(bench, id), Some(ApiError::Io { .. })));
    bench.stage.engine.set_failing(false);
    bench.restart(StartReason::Restart);
    bench.until("it is up", |bench| bench.is_up(id));
    bench.manager().disconnect(&us(), id).unwrap();
    bench.nothing_is_left();
    bench.restart(StartReason::Restart);
    assert!(matches!(bench.state(id), TunnelState::Down { .. }));
    bench.nothing_is_left();
}

#[test]
fn a_tunnel_that_cannot_even_begin_after_a_start_blocks_too() {
    let mut bench = Bench::new();
    let id = blocking(&bench);
    bench.manager().set_start_at_boot(&us(), id, true).unwrap();
    let hooks = conf(&format!("{LINES}\nPostUp = true"), ALL);
    bench.manager().replace_config(&us(), id, ConfigText::new(hooks), 1).unwrap();
    assert!(matches!(bench.manager().connect(&us(), id, false), Err(ApiError::HooksNotApproved { .. })));
    bench.nothing_is_left();
    bench.restart(StartReason::Boot);
    assert!(matches!(cause(&bench, id), Some(ApiError::HooksNotApproved { .. })));
    assert!(kill_switch(&bench).is_some());
    bench.manager().remove(&us(), id).unwrap();
    bench.nothing_is_left();
}

#[test]
fn a_kill_switch_of_an_unreadable_tunnel_stays_closed_and_is_shown_until_it_is_given_up() {
    let mut bench = Bench::new();
    bench.stop();
    let lost = TunnelId::from_bits(7);
    for (name, owner) in [("wg7", lost.to_string()), ("wg8", String::new())] {
        let kill_switch = adit_activation::closed(&owner);
        bench.stage.host.network().lock(&name.parse().unwrap(), &kill_switch).unwrap();
    }
    bench.start(StartReason::Restart);
    let views = bench.tunnels();
    let shown: Vec<_> = views.iter().map(|view| (view.name.as_str(), view.usable)).collect();
    assert_eq!(shown, [("wg7", false), ("wg8", false)]);
    assert_eq!(cause(&bench, lost), Some(ApiError::Broken));
    assert!(bench.manager().connect(&us(), lost, false).is_err());
    bench.restart(StartReason::Restart);
    bench.manager().disconnect(&us(), lost).unwrap();
    bench.manager().remove(&us(), views[1].id).unwrap();
    assert_eq!(bench.tunnels(), []);
    bench.nothing_is_left();
}

#[test]
fn a_tunnel_whose_file_went_while_the_program_was_away_blocks_where_it_was_to_be_up_and_only_there() {
    for wanted in [true, false] {
        let mut bench = Bench::new();
        let path = bench.conf_files().join("wg0.conf");
        std::fs::create_dir_all(bench.conf_files()).unwrap();
        std::fs::write(&path, conf(LINES, ALL)).unwrap();
        bench.manager().reread();
        let id = crate::store::Store::id_of_file(&path);
        bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
        bench.manager().connect(&us(), id, false).unwrap();
        if !wanted {
            bench.manager().disconnect(&us(), id).unwrap();
            // The state after the program was killed in the middle of a disconnect.
            let kill_switch = adit_activation::closed(&id.to_string());
            bench.stage.host.network().lock(&"wg0".parse().unwrap(), &kill_switch).unwrap();
        }
        bench.stop();
        std::fs::remove_file(&path).unwrap();
        bench.start_with_findings(StartReason::Restart);
        assert_eq!(kill_switch(&bench).is_some(), wanted);
        assert_eq!(cause(&bench, id).is_some(), wanted, "{:?}", bench.tunnels());
        if wanted {
            bench.manager().disconnect(&us(), id).unwrap();
        }
        assert_eq!(bench.tunnels(), []);
        bench.stop();
        std::fs::write(&path, conf(LINES, ALL)).unwrap();
        bench.start(StartReason::Restart);
        assert!(matches!(bench.state(id), TunnelState::Down { .. }), "it was given up");
        bench.nothing_is_left();
    }
}

#[test]
fn a_pause_is_open_and_its_end_is_closed_also_where_the_tunnel_cannot_come_back() {
    let bench = Bench::new();
    let id = blocking(&bench);
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().pause(&us(), id, Some(60)).unwrap();
    assert_eq!(bench.stage.host.states(), Default::default());
    bench.manager().resume(&us(), id).unwrap();
    assert!(kill_switch(&bench).is_some());
    bench.manager().pause(&us(), id, Some(60)).unwrap();
    let hooks = conf(&format!("{LINES}\nPostUp = true"), ALL);
    bench.manager().replace_config(&us(), id, ConfigText::new(hooks), 1).unwrap();
    bench.advance(60_000);
    bench.until("it is blocked", |bench| matches!(cause(bench, id), Some(ApiError::HooksNotApproved { .. })));
    assert!(kill_switch(&bench).is_some());
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Off, false).unwrap();
    assert!(matches!(bench.state(id), TunnelState::Down { .. }));
    bench.nothing_is_left();
}

#[test]
fn it_can_be_decided_while_the_tunnel_is_up_and_follows_its_configuration() {
    let bench = Bench::new();
    let id = bench.import("home", &conf(LINES, ALL));
    bench.manager().connect(&us(), id, false).unwrap();
    assert_eq!(kill_switch(&bench), None);
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    assert_eq!(kill_switch(&bench).unwrap().endpoints[0], "192.0.2.1:51820".parse().unwrap());
    let replace = |text: &str, version| {
        bench.manager().replace_config(&us(), id, ConfigText::new(text.to_owned()), version).unwrap();
    };
    replace(&conf(LINES, ALL).replace("192.0.2.1", "192.0.2.2"), 1);
    let endpoints = kill_switch(&bench).unwrap().endpoints;
    assert!(endpoints.iter().all(|endpoint| *endpoint == "192.0.2.2:51820".parse().unwrap()), "{endpoints:?}");
    replace(&conf(LINES, "10.8.0.0/24"), 2);
    assert_eq!(kill_switch(&bench), None, "one that does not take everything blocks nothing");
    replace(&conf(LINES, "0.0.0.0/0"), 3);
    assert!(kill_switch(&bench).is_some());
    bench.stage.engine.refuse_port(Some(7));
    let refused = conf(&format!("{LINES}\nListenPort = 7"), "10.8.0.0/24");
    assert!(bench.manager().replace_config(&us(), id, ConfigText::new(refused), 4).is_err());
    assert!(kill_switch(&bench).is_some());
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Off, false).unwrap();
    assert!(kill_switch(&bench).is_none() && bench.is_up(id));
    bench.manager().disconnect(&us(), id).unwrap();
    bench.nothing_is_left();
}

#[test]
fn without_a_packet_filter_it_is_refused_and_a_tunnel_that_has_to_block_does_not_come_up() {
    let bench = Bench::new();
    let id = blocking(&bench);
    let other = bench.import("other", &conf("Address = 10.9.0.2/24", ALL));
    bench.stage.host.cannot_block();
    let missing = Err(ApiError::Missing { what: Requirement::PacketFilter });
    assert_eq!(bench.manager().set_kill_switch(&us(), other, adit_api::KillSwitch::Block, false), missing);
    assert_eq!(bench.view(other).kill_switch, adit_api::KillSwitch::Off);
    assert_eq!(bench.manager().connect(&us(), id, false), missing);
    bench.nothing_is_left();
}

#[test]
fn a_network_that_is_joined_while_the_tunnel_is_blocked_is_open_where_local_networks_are_allowed() {
    for lan in [true, false] {
        let bench = Bench::new();
        let id = bench.import("home", &conf(LINES, ALL));
        bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, lan).unwrap();
        bench.stage.engine.set_failing(true);
        bench.manager().connect(&us(), id, false).unwrap_err();
        assert!(cause(&bench, id).is_some());
        let network =
            |text: &str| LocalNetwork { network: text.parse().unwrap(), interface: "wlan0".to_owned(), is_tunnel: false };
        let joined = network("192.168.77.0/24");
        let is_open = |bench: &Bench| kill_switch(bench).is_some_and(|kill_switch| kill_switch.lan == [joined.clone()]);
        bench.stage.host.join(vec![joined.clone()]);
        if lan {
            bench.until("the network is open", is_open);
            let set = bench.stage.host.all_kill_switches().len();
            bench.stage.host.join(vec![joined.clone()]);
            bench.stage.host.join(vec![network("192.168.78.0/24")]);
            bench.until("the next network is open", |bench| !is_open(bench));
            assert_eq!(bench.stage.host.all_kill_switches().len(), set + 1, "an announcement that changes nothing costs nothing");
        } else {
            bench.settle_down();
            assert_eq!(kill_switch(&bench).unwrap().lan, []);
        }
        assert!(cause(&bench, id).is_some(), "it is blocked all the same");
        bench.manager().disconnect(&us(), id).unwrap();
        bench.nothing_is_left();
    }
}

#[test]
fn a_network_that_is_joined_under_lockdown_is_open_while_the_tunnel_is_down_or_paused() {
    let bench = Bench::new();
    let id = bench.import("home", &conf(LINES, ALL));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Lockdown, true).unwrap();
    let joins = |text: &str| {
        let joined = LocalNetwork { network: text.parse().unwrap(), interface: "wlan0".to_owned(), is_tunnel: false };
        bench.stage.host.join(vec![joined.clone()]);
        bench.until("the network is open", |bench| {
            kill_switch(bench).is_some_and(|kill_switch| kill_switch.lan == [joined.clone()])
        });
    };
    joins("192.168.77.0/24");
    bench.manager().connect(&us(), id, false).unwrap();
    bench.manager().pause(&us(), id, None).unwrap();
    joins("192.168.78.0/24");
}

/// Runs `then` while the tunnel is connecting and waits for a name server. Returns the result of connecting the tunnel.
fn while_connecting(bench: &Bench, id: TunnelId, then: impl FnOnce()) -> Result<(), ApiError> {
    let named = conf(LINES, ALL).replace("192.0.2.1:", "vpn.example:");
    bench.manager().replace_config(&us(), id, ConfigText::new(named), bench.view(id).version).unwrap();
    bench.stage.names.set("vpn.example", Some("192.0.2.1"));
    bench.stage.names.hold(true);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| bench.manager().connect(&us(), id, false));
        bench.until("it connects", |bench| {
            matches!(bench.state(id), TunnelState::Connecting { .. }) && bench.stage.names.asked() > 0
        });
        then();
        bench.stage.names.hold(false);
        waiting.join().unwrap()
    })
}

#[test]
fn a_kill_switch_that_is_changed_while_the_tunnel_connects_is_kept_and_applied_when_it_is_up() {
    use adit_api::KillSwitch::{Block, Lockdown, Off};
    for (before, after) in [(Off, Block), (Off, Lockdown), (Block, Lockdown), (Block, Off), (Lockdown, Off)] {
        let bench = Bench::new();
        let id = bench.import("home", &conf(LINES, ALL));
        bench.manager().set_kill_switch(&us(), id, before, false).unwrap();
        while_connecting(&bench, id, || {
            assert_eq!(bench.manager().set_kill_switch(&us(), id, after, true), Ok(()), "{before:?} to {after:?}");
            assert_eq!((bench.view(id).kill_switch, bench.view(id).allow_lan), (after, true));
        })
        .unwrap();
        bench.until("it is applied", |bench| kill_switch(bench).is_some() == (after != Off));
        assert!(bench.is_up(id));
        bench.manager().set_kill_switch(&us(), id, Off, false).unwrap();
        bench.manager().disconnect(&us(), id).unwrap();
        bench.nothing_is_left();
    }
}

#[test]
fn a_kill_switch_that_is_changed_while_the_tunnel_connects_decides_what_becomes_of_one_that_fails() {
    use adit_api::KillSwitch::{Block, Off};
    for (before, after) in [(Off, Block), (Block, Off)] {
        let bench = Bench::new();
        let id = bench.import("home", &conf(LINES, ALL));
        bench.manager().set_kill_switch(&us(), id, before, false).unwrap();
        bench.stage.engine.set_failing(true);
        let outcome = while_connecting(&bench, id, || bench.manager().set_kill_switch(&us(), id, after, false).unwrap());
        outcome.unwrap_err();
        assert_eq!((kill_switch(&bench).is_some(), cause(&bench, id).is_some()), (after == Block, after == Block), "{after:?}");
    }
}
