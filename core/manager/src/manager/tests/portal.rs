//! The exemption for a captive portal, in virtual time: who may open it, what it opens, and everything that ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use adit_api::{
    Action, ApiError, Caller, Event, KillSwitch, PeerId, PortalEnd, PortalView, Request, Rights, Role, Service, TunnelId,
};
use adit_platform::fake::Fault;
use adit_platform::network_facts::{Facts, Known, Link, LinkKind, Mac, Portal};

use super::super::{PortalRefusal, PortalSession, StartReason};
use super::bench::{Bench, conf, us};

const LINES: &str = "Address = 10.8.0.2/24";
const ALL: &str = "0.0.0.0/0, ::/0";
const LOGIN: &str = "198.51.100.7";

fn user() -> PeerId {
    PeerId::new("uid 1000", false)
}

fn operator(action: Option<Action>) -> Caller {
    Caller { role: Role::Operate, action, peer: Some(user()), who: "uid 1000, pid 7".into() }
}

fn network(gateway: u8, portal: Portal) -> Known<Facts> {
    let link = Link {
        interface: "wlan0".into(),
        carrier_changes: 0,
        kind: LinkKind::Ethernet,
        is_default: true,
        wifi: None,
        gateway_mac: Some(Mac([2, 0, 0, 0, 0, gateway])),
        subnets: Vec::new(),
        dns_suffixes: Known::Unknown,
        metered: Known::Unknown,
        portal,
    };
    Known::Known(Facts { links: vec![link], other_vpn: Known::Known(false) })
}

/// A tunnel that is up in a captive network, with a kill switch of this strength.
fn captive(strength: KillSwitch) -> (Bench, TunnelId) {
    let bench = Bench::new();
    bench.networks.set(network(1, Portal::Captive));
    let id = bench.import("home", &conf(LINES, ALL));
    bench.manager().set_kill_switch(&us(), id, strength, false).unwrap();
    bench.manager().connect(&us(), id, false).unwrap();
    bench.stage.host.name("login.example", &[LOGIN.parse().unwrap(), "127.0.0.1".parse().unwrap()]);
    (bench, id)
}

fn view(bench: &Bench) -> PortalView {
    bench.manager().portal(&us()).unwrap()
}

/// Opens the exemption and joins it. Also returns whether the service has hung up.
fn join(bench: &Bench, seconds: Option<u32>) -> (PortalSession, Arc<AtomicBool>) {
    let ticket = bench.manager().open_portal(&operator(Some(Action::KillSwitch)), seconds).unwrap();
    let hung_up = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&hung_up);
    let hang_up = move || told.store(true, Ordering::SeqCst);
    (bench.manager().join_portal(&user(), &ticket.token, hang_up).unwrap(), hung_up)
}

/// Returns the addresses that the kill switch lets the program reach; None if the way is closed.
fn way(bench: &Bench) -> Option<Vec<String>> {
    let portal = bench.stage.host.state().kill_switch?.portal?;
    Some(portal.addresses.iter().map(ToString::to_string).collect())
}

fn ended(bench: &Bench, hung_up: &AtomicBool, end: PortalEnd) {
    bench.until("it has ended", |bench| view(bench).open.is_none());
    assert_eq!((way(bench), view(bench).last_end), (None, Some(end)));
    assert!(hung_up.load(Ordering::SeqCst), "the program hears of it");
}

#[test]
fn the_program_reaches_the_hosts_that_it_names_and_only_while_it_is_there() {
    let (bench, _) = captive(KillSwitch::Block);
    assert_eq!(view(&bench).captive.as_deref(), Some("wlan0"));
    assert!(view(&bench).is_shut_out);
    let (session, _) = join(&bench, None);
    assert_eq!(way(&bench), Some(vec![]));
    assert_eq!(view(&bench).open.unwrap().until, bench.clock_now() + 300_000);
    session.connect("Login.Example.", 80, 0).unwrap();
    assert_eq!(way(&bench), Some(vec![LOGIN.to_owned()]));
    assert_eq!(bench.stage.host.connections(), [(format!("{LOGIN}:80").parse().unwrap(), 51820)], "with the tunnel's mark");
    session.connect("[2001:db8::7]", 443, 0).unwrap();
    assert_eq!(way(&bench), Some(vec![LOGIN.to_owned(), "2001:db8::7".to_owned()]));

    let refused = |host: &str, port, attempt| session.connect(host, port, attempt).unwrap_err();
    assert_eq!(refused("login.example", 22, 0), PortalRefusal::Port(22));
    assert_eq!(refused("login.example", 80, 1), PortalRefusal::NoAddress, "its second address is this computer");
    for host in ["127.0.0.1", "169.254.169.254", "a b", "", &"x".repeat(300)] {
        assert_eq!(refused(host, 80, 0), PortalRefusal::Host, "{host}");
    }
    assert!(matches!(refused("nobody.example", 80, 0), PortalRefusal::Unresolved(_)));
    assert_eq!(way(&bench).unwrap().len(), 2);
    drop(session);
    assert_eq!((way(&bench), view(&bench).last_end), (None, Some(PortalEnd::ProgramGone)));
}

#[test]
fn an_address_of_this_computer_or_behind_a_tunnel_never_gets_a_way() {
    let (bench, _) = captive(KillSwitch::Block);
    let (session, _) = join(&bench, None);
    for interface in ["lo", "home"] {
        bench.stage.host.reroute(|route| route.as_mut().unwrap().interface = interface.into());
        let refused = session.connect("login.example", 80, 0).unwrap_err();
        assert!(
            matches!(&refused, PortalRefusal::Failed(why) if why.contains("neither this computer nor a tunnel")),
            "{interface}: {refused}"
        );
        assert_eq!(way(&bench), Some(vec![]), "{interface}");
    }
    bench.stage.host.reroute(|route| route.as_mut().unwrap().interface = "eth0".into());
    session.connect("login.example", 80, 0).unwrap();
    assert_eq!(way(&bench), Some(vec![LOGIN.to_owned()]));
}

#[test]
fn a_program_that_asks_for_too_many_hosts_gets_no_more() {
    let (bench, _) = captive(KillSwitch::Block);
    let (session, _) = join(&bench, None);
    for number in 0..128 {
        session.connect(&format!("203.0.113.{number}"), 80, 0).unwrap();
    }
    assert_eq!(session.connect("203.0.113.200", 80, 0).unwrap_err(), PortalRefusal::TooMany);
    for number in 0..64 {
        bench.stage.host.name(&format!("host{number}.example"), &["203.0.113.1".parse().unwrap()]);
        session.connect(&format!("host{number}.example"), 80, 0).unwrap();
    }
    assert_eq!(session.connect("login.example", 80, 0).unwrap_err(), PortalRefusal::TooMany);
}

#[test]
fn time_another_network_the_sign_in_a_user_and_the_end_of_the_service_end_it() {
    let (bench, _) = captive(KillSwitch::Block);
    let (session, hung_up) = join(&bench, Some(60));
    bench.advance(59_000);
    assert!(view(&bench).open.is_some());
    bench.advance(2_000);
    ended(&bench, &hung_up, PortalEnd::TimeOver);
    assert_eq!(session.connect(LOGIN, 80, 0).unwrap_err(), PortalRefusal::Closed);
    drop(session);
    assert_eq!(view(&bench).last_end, Some(PortalEnd::TimeOver), "a program that goes later changes nothing");

    for (facts, end) in [
        (network(2, Portal::Captive), PortalEnd::NetworkChanged),
        (network(2, Portal::None), PortalEnd::Passed),
        (Known::Unknown, PortalEnd::NetworkChanged),
    ] {
        let (_session, hung_up) = join(&bench, None);
        bench.networks.set(facts);
        ended(&bench, &hung_up, end);
        bench.networks.set(network(2, Portal::Captive));
    }

    let (_session, hung_up) = join(&bench, None);
    bench.manager().close_portal(&operator(None)).unwrap();
    ended(&bench, &hung_up, PortalEnd::Asked);

    let (_session, hung_up) = join(&bench, None);
    bench.manager().shut_down();
    ended(&bench, &hung_up, PortalEnd::ServiceEnded);
}

#[test]
fn an_exemption_is_ended_by_its_own_user_or_an_administrator_and_by_nobody_else() {
    let (bench, _) = captive(KillSwitch::Block);
    let other = |role| Caller { role, action: None, peer: Some(PeerId::new("uid 1001", false)), who: "uid 1001, pid 8".into() };
    bench.manager().close_portal(&other(Role::Operate)).unwrap();
    let (session, hung_up) = join(&bench, None);
    session.connect(LOGIN, 80, 0).unwrap();
    let refused = bench.manager().close_portal(&other(Role::Operate)).unwrap_err();
    assert_eq!(refused, ApiError::NotAllowed { needs: Role::Administer, action: None });
    assert_eq!((way(&bench), hung_up.load(Ordering::SeqCst)), (Some(vec![LOGIN.to_owned()]), false));
    bench.manager().close_portal(&other(Role::Administer)).unwrap();
    ended(&bench, &hung_up, PortalEnd::Asked);
}

#[test]
fn a_program_that_does_not_come_and_a_stranger_get_nothing() {
    let (bench, _) = captive(KillSwitch::Block);
    let open = || bench.manager().open_portal(&operator(Some(Action::KillSwitch)), None);
    let ticket = open().unwrap();
    assert!(matches!(open(), Err(ApiError::PortalIsOpen { by, .. }) if by == "uid 1000"));
    let stranger = PeerId::new("uid 1001", false);
    assert!(!bench.manager().awaits_portal_program(&stranger) && bench.manager().awaits_portal_program(&user()));
    assert!(bench.manager().join_portal(&stranger, &ticket.token, || ()).is_none());
    assert!(bench.manager().join_portal(&user(), "0123", || ()).is_none());
    bench.advance(11_000);
    bench.until("it has ended", |bench| view(bench).open.is_none());
    assert!(bench.manager().join_portal(&user(), &ticket.token, || ()).is_none());
    let ticket = open().unwrap();
    let _session = bench.manager().join_portal(&user(), &ticket.token, || ()).unwrap();
    assert!(bench.manager().join_portal(&user(), &ticket.token, || ()).is_none(), "a token is valid once");
    for seconds in [0, 301] {
        let error = bench.manager().open_portal(&operator(Some(Action::KillSwitch)), Some(seconds)).unwrap_err();
        assert!(matches!(error, ApiError::BadRequest { .. }), "{error:?}");
    }
}

#[test]
fn opening_needs_the_right_to_open_each_closed_kill_switch_and_something_to_open() {
    let (bench, id) = captive(KillSwitch::Block);
    let request = Request::OpenPortal { seconds: None };
    let rights = |bench: &Bench| bench.manager().rights(&request);
    let refused = |bench: &Bench, action| bench.manager().open_portal(&operator(action), None).unwrap_err();
    let missing = |action: Action| ApiError::NotAllowed { needs: action.usual_role(), action: Some(action) };
    assert_eq!(rights(&bench), Rights { role: Role::Operate, action: Some(Action::KillSwitch) });
    assert_eq!(refused(&bench, None), missing(Action::KillSwitch));
    bench.manager().set_kill_switch(&us(), id, KillSwitch::Lockdown, false).unwrap();
    assert_eq!(rights(&bench), Rights { role: Role::Operate, action: Some(Action::Lockdown) });
    assert_eq!(refused(&bench, Some(Action::KillSwitch)), missing(Action::Lockdown));
    assert_eq!(way(&bench), None);
    bench.manager().disconnect(&us(), id).unwrap();
    assert_eq!(refused(&bench, Some(Action::KillSwitch)), missing(Action::Lockdown), "also while the tunnel is down");

    bench.manager().set_kill_switch(&us(), id, KillSwitch::Off, false).unwrap();
    assert_eq!(rights(&bench), Rights { role: Role::Operate, action: None });
    assert_eq!(refused(&bench, None), ApiError::PortalNotShutOut);
    bench.manager().connect(&us(), id, false).unwrap();
    assert!(!view(&bench).is_shut_out);
    let error = bench.manager().open_portal(&operator(None), None).unwrap_err();
    assert_eq!(error, ApiError::PortalNotShutOut, "without a packet filter nothing would close a way past the tunnel");
}

#[test]
fn a_lockdown_ends_the_exemption_of_a_user_who_may_not_open_it() {
    for is_up in [true, false] {
        let (bench, id) = captive(KillSwitch::Block);
        let (session, hung_up) = join(&bench, None);
        session.connect(LOGIN, 80, 0).unwrap();
        if !is_up {
            bench.manager().disconnect(&us(), id).unwrap();
        }
        bench.manager().set_kill_switch(&us(), id, KillSwitch::Lockdown, false).unwrap();
        ended(&bench, &hung_up, PortalEnd::Asked);
        assert_eq!(session.connect(LOGIN, 80, 0).unwrap_err(), PortalRefusal::Closed);
    }
}

#[test]
fn names_that_nobody_knows_count_and_are_remembered() {
    let (bench, _) = captive(KillSwitch::Block);
    let (session, _) = join(&bench, None);
    let refused = |name: &str| session.connect(name, 80, 0).unwrap_err();
    for number in 0..64 {
        assert!(matches!(refused(&format!("secret{number}.example")), PortalRefusal::Unresolved(_)));
    }
    assert_eq!(refused("one-more.example"), PortalRefusal::TooMany);
    bench.stage.host.name("secret0.example", &[LOGIN.parse().unwrap()]);
    assert!(matches!(refused("secret0.example"), PortalRefusal::Unresolved(_)), "it is not asked for again at once");
    bench.advance(4_000);
    session.connect("secret0.example", 80, 0).unwrap();
}

#[test]
fn an_ending_service_opens_nothing() {
    let (bench, _) = captive(KillSwitch::Block);
    bench.manager().shut_down();
    let error = bench.manager().open_portal(&operator(Some(Action::KillSwitch)), None).unwrap_err();
    assert_eq!(error, ApiError::ShuttingDown);
}

#[test]
fn a_kill_switch_that_cannot_be_opened_stays_closed_and_one_that_closes_later_has_the_way_too() {
    let (bench, _) = captive(KillSwitch::Block);
    bench.stage.host.set_fault(Some(Fault::RefusedBlockade));
    assert!(bench.manager().open_portal(&operator(Some(Action::KillSwitch)), None).is_err());
    assert_eq!((way(&bench), view(&bench).open), (None, None));
    bench.stage.host.set_fault(None);
    let (session, _) = join(&bench, None);
    session.connect(LOGIN, 80, 0).unwrap();
    bench.manager().disconnect(&us(), bench.tunnels()[0].id).unwrap();
    assert_eq!(way(&bench), None, "without a kill switch there is no table");
    bench.manager().connect(&us(), bench.tunnels()[0].id, false).unwrap();
    assert_eq!(way(&bench), Some(vec![LOGIN.to_owned()]));
}

#[test]
fn a_way_that_a_killed_service_left_open_is_closed_by_the_next_one() {
    let (mut bench, _) = captive(KillSwitch::Block);
    let (session, _) = join(&bench, None);
    let interface = "home".parse().unwrap();
    let left = bench.stage.host.state().kill_switch.unwrap();
    assert!(left.portal.is_some());
    bench.stop();
    drop(session);
    bench.stage.host.set_kill_switch(&interface, Some(&left)).unwrap();
    bench.start(StartReason::Restart);
    assert_eq!(way(&bench), None);
}

#[test]
fn clients_are_told_of_a_portal_and_of_its_exemption() {
    let (bench, _) = captive(KillSwitch::Block);
    let told = || {
        let events = bench.heard.take().into_iter();
        let portal = |event| if let Event::PortalChanged { portal } = event { Some(portal) } else { None };
        events.filter_map(portal).map(|portal| (portal.captive.is_some(), portal.open.is_some())).collect::<Vec<_>>()
    };
    let until = |what: &str, wanted: (bool, bool)| bench.until(what, |_| told().contains(&wanted));
    bench.networks.set(network(1, Portal::None));
    until("the portal is gone", (false, false));
    bench.networks.set(network(1, Portal::Captive));
    until("the portal is found", (true, false));
    let (session, _) = join(&bench, None);
    until("it is open", (true, true));
    drop(session);
    until("it is closed", (true, false));
}
