//! Tests of tampering: another program removes settings that a tunnel needs, and they are restored and logged.

use adit_api::{Event, LogCode, LogLine, Service, TunnelId};
use adit_platform::fake::{FirewallPolicy, HostState};
use adit_platform::network::Tampering;

use super::super::StartReason;
use super::bench::{Bench, conf, us};
use adit_activation::End;

fn up(bench: &Bench) -> TunnelId {
    let id = bench.import("home", &conf("Address = 10.8.0.2/24\nDNS = 10.8.0.1", "0.0.0.0/0, ::/0"));
    bench.manager().set_kill_switch(&us(), id, adit_api::KillSwitch::Block, false).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    id
}

fn state(bench: &Bench) -> HostState {
    bench.stage.host.states().into_values().next().unwrap_or_default()
}

/// Returns the logged restorations, as `code what`.
fn told(bench: &Bench, id: TunnelId) -> Vec<String> {
    let events = bench.heard.take().into_iter();
    let lines = events.filter_map(|event| match event {
        Event::Log { line } if line.tunnel == Some(id) => Some(line),
        _ => None,
    });
    let text = |line: LogLine| match line.code {
        LogCode::PutBack { what } => Some(format!("put_back {what:?}")),
        LogCode::FoughtWith { times } => Some(format!("fought_with {times}")),
        LogCode::NotPutBack { error } => Some(format!("not_put_back {error}")),
        _ => None,
    };
    lines.filter_map(text).collect()
}

#[test]
fn everything_that_is_flushed_while_a_tunnel_is_up_is_restored_and_reported() {
    let bench = Bench::new();
    let id = up(&bench);
    let before = state(&bench);
    let home = "home".parse().unwrap();
    let host = &bench.stage.host;
    let is_back = |bench: &Bench| {
        // Routes are removed one by one, so their restoration is delayed.
        bench.advance(10);
        state(bench) == before
    };
    let _ = told(&bench, id);

    host.disturb(&home, |state| state.kill_switch = None, &Tampering::KillSwitch(home.clone()));
    bench.until("the kill switch is back", is_back);
    host.disturb(&home, |state| state.firewall = FirewallPolicy::Open, &Tampering::Filter(home.clone()));
    bench.until("the filter is back", is_back);
    host.disturb(&home, |state| state.routes = None, &Tampering::Ways);
    bench.until("the routes are back", is_back);
    let nothing = |state: &mut HostState| {
        (state.kill_switch, state.routes, state.firewall) = (None, None, FirewallPolicy::Open);
        state.interface.as_mut().unwrap().addresses.clear();
    };
    host.disturb(&home, nothing, &Tampering::Unknown);
    bench.until("all is back", is_back);
    bench.settle_down();
    let all = ["KillSwitch", "PacketFilter", "Routes", "KillSwitch", "PacketFilter", "Addresses", "Routes"];
    assert_eq!(told(&bench, id), all.map(|what| format!("put_back {what}")));

    host.disturb(&"other".parse().unwrap(), |_| (), &Tampering::KillSwitch("other".parse().unwrap()));
    host.disturb(&home, |_| (), &Tampering::Ways);
    bench.settle_down();
    bench.advance(1_000);
    bench.settle_down();
    assert_eq!(told(&bench, id), Vec::<String>::new(), "nothing was missing");
    bench.manager().disconnect(&us(), id).unwrap();
    host.disturb(&home, |_| (), &Tampering::Unknown);
    bench.settle_down();
    bench.advance(1_000);
    bench.settle_down();
    bench.nothing_is_left();
}

#[test]
fn a_tunnel_that_is_blocked_stays_so_also_one_that_nobody_knows() {
    let mut bench = Bench::new();
    let id = up(&bench);
    bench.stage.engine.set_failing(true);
    bench.stage.engine.tunnel("home").shutdown.end(End::InterfaceRemoved);
    bench.until("it is blocked", |bench| matches!(bench.state(id), adit_api::TunnelState::Blocked { .. }));
    let flush = |bench: &Bench, name: &str| {
        let name = name.parse().unwrap();
        bench.stage.host.disturb(&name, |state| state.kill_switch = None, &Tampering::KillSwitch(name.clone()));
        bench.until("it is closed again", |bench| {
            bench.stage.host.states().get(&name).is_some_and(|state| state.kill_switch.is_some())
        });
    };
    flush(&bench, "home");
    bench.manager().disconnect(&us(), id).unwrap();
    bench.stop();
    let kill_switch = adit_activation::closed("");
    bench.stage.host.network().lock(&"wg7".parse().unwrap(), &kill_switch).unwrap();
    bench.start(StartReason::Restart);
    flush(&bench, "wg7");
}

#[test]
fn only_the_kill_switch_is_restored_against_a_program_that_goes_on() {
    let bench = Bench::new();
    let id = up(&bench);
    let before = state(&bench);
    let home = "home".parse().unwrap();
    let _ = told(&bench, id);
    for _ in 0..6 {
        bench.stage.host.disturb(&home, |state| state.kill_switch = None, &Tampering::KillSwitch(home.clone()));
        bench.until("it is back", |bench| state(bench) == before);
    }
    bench.until("it is told", |bench| told(bench, id).iter().any(|line| line.starts_with("fought_with")));
    bench.advance(200);
    bench.stage.host.disturb(
        &home,
        |state| (state.kill_switch, state.firewall) = (None, FirewallPolicy::Open),
        &Tampering::Unknown,
    );
    bench.until("the kill switch is back", |bench| state(bench).kill_switch.is_some());
    bench.settle_down();
    assert_eq!(state(&bench).firewall, FirewallPolicy::Open, "the rest waits");
    bench.advance(10_000);
    bench.until("the rest is back too", |bench| state(bench) == before);
}
