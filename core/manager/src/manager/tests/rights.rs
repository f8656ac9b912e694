//! Tests of rights: a request that opens a kill switch needs the action for its strength, checked against the tunnel's state at
//! that moment.

use adit_api::{
    Action, ApiError, Caller, HooksHash, HooksView, KillSwitch, PeerId, Request, Rights, Role, Service, TunnelId, dispatch,
};

use super::super::StartReason;
use super::bench::{Bench, conf, us};

const LINES: &str = "Address = 10.8.0.2/24";
const ALL: &str = "0.0.0.0/0, ::/0";
const ACTIONS: [Option<Action>; 3] = [None, Some(Action::KillSwitch), Some(Action::Lockdown)];

/// Returns a caller with a role and one action.
fn with(role: Role, action: Option<Action>) -> Caller {
    Caller { role, action, peer: Some(PeerId::new("uid 1000", false)), who: "somebody".into() }
}

fn blocking(bench: &Bench, strength: KillSwitch) -> TunnelId {
    let id = bench.import("home", &conf(LINES, ALL));
    bench.manager().set_kill_switch(&us(), id, strength, false).unwrap();
    id
}

fn refused(action: Action) -> ApiError {
    ApiError::NotAllowed { needs: action.usual_role(), action: Some(action) }
}

/// Calls a request with every smaller grant, with and without the server's check, and asserts that nothing is done that needs
/// more.
fn needs(bench: &Bench, role: Role, request: &Request, action: Option<Action>) {
    assert_eq!(bench.manager().rights(request), Rights { role, action }, "{request:?}");
    for granted in ACTIONS.into_iter().filter(|granted| *granted < action) {
        let caller = with(Role::Administer, granted);
        let before = bench.tunnels();
        let calls = bench.stage.host.calls().len();
        let error = action.map(refused);
        assert_eq!(dispatch(bench.manager(), &caller, request.clone()).err(), error, "{request:?}, {granted:?}");
        assert_eq!(call(bench, &caller, request), error, "{request:?}, {granted:?}: it has become another tunnel since");
        assert_eq!(bench.tunnels(), before);
        assert_eq!(bench.stage.host.calls().len(), calls, "nothing is done");
    }
}

/// Calls the method without the server's check, as if the request had needed less when the caller was authorized.
fn call(bench: &Bench, caller: &Caller, request: &Request) -> Option<ApiError> {
    let manager = bench.manager();
    match request.clone() {
        Request::Disconnect { id } => manager.disconnect(caller, id),
        Request::Pause { id, seconds } => manager.pause(caller, id, seconds),
        Request::Remove { id } => manager.remove(caller, id),
        Request::SetKillSwitch { id, kill_switch, allow_lan } => manager.set_kill_switch(caller, id, kill_switch, allow_lan),
        Request::ApproveHooks { id, hash } => manager.approve_hooks(caller, id, hash),
        other => panic!("{other:?} needs no action"),
    }
    .err()
}

fn set(id: TunnelId, kill_switch: KillSwitch) -> Request {
    Request::SetKillSwitch { id, kill_switch, allow_lan: true }
}

#[test]
fn taking_a_tunnel_that_blocks_down_needs_the_kill_switch_action() {
    let bench = Bench::new();
    let id = blocking(&bench, KillSwitch::Block);
    bench.manager().connect(&us(), id, false).unwrap();
    let action = Some(Action::KillSwitch);
    needs(&bench, Role::Operate, &Request::Disconnect { id }, action);
    needs(&bench, Role::Operate, &Request::Pause { id, seconds: None }, action);
    needs(&bench, Role::Status, &set(id, KillSwitch::Off), action);
    needs(&bench, Role::Status, &set(id, KillSwitch::Block), action);
    needs(&bench, Role::Status, &set(id, KillSwitch::Lockdown), Some(Action::Lockdown));
    needs(&bench, Role::Administer, &Request::Remove { id }, None);
    needs(&bench, Role::Operate, &Request::Restart { id }, None);
    assert!(bench.is_up(id));
    bench.manager().disconnect(&with(Role::Operate, action), id).unwrap();
    bench.manager().set_kill_switch(&with(Role::Status, action), id, KillSwitch::Off, false).unwrap();
    needs(&bench, Role::Operate, &Request::Disconnect { id }, None);
    bench.nothing_is_left();
}

#[test]
fn one_that_does_not_take_all_traffic_opens_nothing_when_it_goes_down() {
    let bench = Bench::new();
    let id = bench.import("split", &conf(LINES, "10.8.0.0/24"));
    bench.manager().set_kill_switch(&us(), id, KillSwitch::Block, false).unwrap();
    needs(&bench, Role::Operate, &Request::Disconnect { id }, None);
}

#[test]
fn every_call_that_could_open_lockdown_needs_its_polkit_action_and_disconnecting_does_not() {
    let bench = Bench::new();
    let id = blocking(&bench, KillSwitch::Lockdown);
    let hooked = bench.import("hooked", &conf("Address = 10.9.0.2/24\nPostUp = true", "10.9.0.0/24"));
    let HooksView::NotApproved { hash } = bench.view(hooked).hooks else { panic!("it has commands") };
    let action = Some(Action::Lockdown);
    for strength in [KillSwitch::Off, KillSwitch::Block, KillSwitch::Lockdown] {
        needs(&bench, Role::Status, &set(id, strength), action);
    }
    needs(&bench, Role::Administer, &Request::Remove { id }, action);
    needs(&bench, Role::Administer, &Request::Remove { id: hooked }, None);
    let approve = |hash: HooksHash| Request::ApproveHooks { id: hooked, hash };
    needs(&bench, Role::Administer, &approve(hash.clone()), action);
    bench.manager().connect(&us(), id, false).unwrap();
    needs(&bench, Role::Operate, &Request::Pause { id, seconds: None }, None);
    needs(&bench, Role::Operate, &Request::Disconnect { id }, None);
    bench.manager().set_kill_switch(&with(Role::Status, action), id, KillSwitch::Off, false).unwrap();
    needs(&bench, Role::Administer, &approve(hash), None);
}

#[test]
fn a_kill_switch_that_stands_for_no_known_tunnel_may_be_lockdown_and_opens_as_such() {
    let mut bench = Bench::new();
    bench.stop();
    let id = TunnelId::from_bits(7);
    let kill_switch = adit_activation::closed(&id.to_string());
    bench.stage.host.network().lock(&"wg7".parse().unwrap(), &kill_switch).unwrap();
    bench.start(StartReason::Restart);
    let action = Some(Action::Lockdown);
    needs(&bench, Role::Operate, &Request::Disconnect { id }, action);
    needs(&bench, Role::Administer, &Request::Remove { id }, action);
    bench.manager().disconnect(&with(Role::Operate, action), id).unwrap();
    bench.nothing_is_left();
}
