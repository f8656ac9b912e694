//! Tests of the simulated computer: its tunnels come up, carry packets and answer as real ones do.
#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use adit_api::{Caller, Health, Service as _, TunnelId, TunnelState, TunnelView};
use adit_simulation::{Network, Simulation};

const PATIENCE: Duration = Duration::from_secs(30);

fn tunnels(simulation: &Simulation) -> Vec<TunnelView> {
    adit_api::all_tunnels(|after| simulation.manager().tunnels(&Caller::ourselves(), after)).unwrap()
}

fn id_of(simulation: &Simulation, name: &str) -> TunnelId {
    tunnels(simulation).into_iter().find(|tunnel| tunnel.name.as_str() == name).unwrap_or_else(|| panic!("no {name}")).id
}

fn state(simulation: &Simulation, id: TunnelId) -> TunnelState {
    simulation.manager().tunnel(&Caller::ourselves(), id).unwrap().state
}

/// Waits until the tunnel's state is as wanted.
fn until(simulation: &Simulation, id: TunnelId, what: &str, is_so: impl Fn(&TunnelState) -> bool) {
    let begun = Instant::now();
    while !is_so(&state(simulation, id)) {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}: {:?}", state(simulation, id));
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_healthy(state: &TunnelState) -> bool {
    matches!(state, TunnelState::Up(up) if up.health == Health::Good && up.counters.received > 10_000)
}

#[test]
fn every_example_with_a_server_comes_up_and_carries_packets_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let simulation = Simulation::start(folder.path()).unwrap();
    assert!(simulation.manager().about(&Caller::ourselves()).unwrap().simulated);
    for name in ["Home", "Office", "Everything"] {
        let id = id_of(&simulation, name);
        simulation.manager().connect(&Caller::ourselves(), id, false).unwrap();
        until(&simulation, id, name, is_healthy);
        simulation.manager().disconnect(&Caller::ourselves(), id).unwrap();
    }
}

#[test]
fn a_tunnel_without_a_server_is_never_healthy() {
    let folder = tempfile::tempdir().unwrap();
    let simulation = Simulation::start(folder.path()).unwrap();
    let id = id_of(&simulation, "No answer");
    simulation.manager().connect(&Caller::ourselves(), id, false).unwrap();
    // Several handshake messages of 148 bytes.
    until(&simulation, id, "it has tried", |state| matches!(state, TunnelState::Up(up) if up.counters.sent >= 2 * 148));
    let TunnelState::Up(up) = state(&simulation, id) else { panic!("it is down") };
    assert_ne!(up.health, Health::Good);
    assert_eq!(up.counters.received, 0);
}

#[test]
fn nothing_is_received_from_silent_servers_until_they_answer_again() {
    let folder = tempfile::tempdir().unwrap();
    let simulation = Simulation::start(folder.path()).unwrap();
    let id = id_of(&simulation, "Home");
    simulation.set_silent(true);
    simulation.manager().connect(&Caller::ourselves(), id, false).unwrap();
    until(&simulation, id, "it has sent", |state| matches!(state, TunnelState::Up(up) if up.counters.sent > 0));
    let TunnelState::Up(up) = state(&simulation, id) else { panic!("it is down") };
    assert_eq!(up.counters.received, 0);
    simulation.set_silent(false);
    until(&simulation, id, "it is healthy", is_healthy);
}

#[test]
fn rules_turn_a_tunnel_on_in_the_cafe_and_off_at_home() {
    let folder = tempfile::tempdir().unwrap();
    let simulation = Simulation::start(folder.path()).unwrap();
    let (us, id) = (Caller::ourselves(), id_of(&simulation, "Everything"));
    let text = "when wifi \"Home\" and gateway 02:00:00:00:01:02 then down\notherwise up \"Everything\" everything\n";
    simulation.manager().set_rules(&us, text.to_owned(), 0).unwrap();
    until(&simulation, id, "it is off at home", |state| matches!(state, TunnelState::Down { .. }));
    simulation.join(Network::Cafe);
    until(&simulation, id, "it is healthy in the café", is_healthy);
    simulation.join(Network::Home);
    until(&simulation, id, "it is off at home again", |state| matches!(state, TunnelState::Down { .. }));
}

#[test]
fn the_tunnels_of_an_earlier_start_are_there_again_and_removed_examples_stay_away() {
    let folder = tempfile::tempdir().unwrap();
    let first = Simulation::start(folder.path()).unwrap();
    first.manager().remove(&Caller::ourselves(), id_of(&first, "Home")).unwrap();
    drop(first);
    let second = Simulation::start(folder.path()).unwrap();
    let mut names: Vec<String> = tunnels(&second).iter().map(|tunnel| tunnel.name.to_string()).collect();
    names.sort();
    assert_eq!(names, ["Everything", "No answer", "Office"]);
}
