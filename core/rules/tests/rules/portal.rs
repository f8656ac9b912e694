//! Captive portals.

use std::time::Duration;

use adit_rules::Facts;
use adit_rules::controller::{Input, PORTAL_TIME, PortalStatus, UserAction};
use adit_rules::facts::Portal;

use crate::support::{Bench, cafe, ethernet};

fn portal(portal: Portal) -> Facts {
    let mut facts = cafe();
    facts.links[0].portal = portal;
    facts
}

fn bench() -> Bench {
    Bench::settled("otherwise up office everything, kill switch always", portal(Portal::Captive))
}

/// Asks for the exemption, for as long as it may last.
fn open(bench: &mut Bench) {
    bench.user(UserAction::OpenPortal(PORTAL_TIME));
    assert_eq!(bench.took(), ["open portal"]);
}

#[test]
fn a_portal_is_reachable_only_after_the_user_asked_and_only_for_a_while() {
    let mut bench = bench();
    assert_eq!(bench.status().portal, PortalStatus::Captive { interface: "wlan0".into() });
    open(&mut bench);
    bench.wait(60_000);
    assert_eq!(bench.status().portal, PortalStatus::Open { remaining: Duration::from_secs(240) });
    bench.wait(240_000);
    assert_eq!(bench.took(), ["close portal: TimeOver"]);
    // The tunnel and the kill switch stayed as they were.
    assert_eq!(bench.target(), "office everything, closed");
}

#[test]
fn a_shorter_time_that_the_user_gave_can_be_replaced_but_never_exceeds_the_longest() {
    let mut bench = bench();
    bench.user(UserAction::OpenPortal(Duration::from_secs(10)));
    bench.user(UserAction::OpenPortal(Duration::from_secs(86_400)));
    assert_eq!(bench.status().portal, PortalStatus::Open { remaining: PORTAL_TIME });
    bench.user(UserAction::OpenPortal(Duration::from_secs(10)));
    bench.wait(10_000);
    assert_eq!(bench.took(), ["open portal", "close portal: TimeOver"]);
}

#[test]
fn a_portal_that_was_passed_is_locked_out_at_once() {
    for found in [Portal::Captive, Portal::Unknown] {
        let mut bench = bench();
        bench.facts(portal(found));
        open(&mut bench);
        bench.facts(portal(Portal::Unknown));
        assert_eq!(bench.took(), [""; 0]);
        bench.facts(portal(Portal::None));
        assert_eq!(bench.took(), ["close portal: Passed"]);
        assert_eq!(bench.status().portal, PortalStatus::None);
    }
}

#[test]
fn a_system_that_does_not_see_the_portal_does_not_end_the_exemption() {
    let mut bench = Bench::settled("otherwise up office everything", portal(Portal::None));
    open(&mut bench);
    bench.facts(portal(Portal::None));
    assert_eq!(bench.took(), [""; 0]);
}

#[test]
fn another_network_no_network_a_suspend_and_the_user_end_the_exemption() {
    let nowhere = Facts { links: Vec::new(), ..cafe() };
    for (input, end) in [
        (Input::Facts(ethernet()), "close portal: NetworkChanged"),
        (Input::Facts(nowhere), "close portal: NetworkChanged"),
        (Input::FactsLost, "close portal: NetworkChanged"),
        (Input::User(UserAction::ClosePortal), "close portal: Asked"),
    ] {
        let mut bench = bench();
        open(&mut bench);
        bench.input(input.clone());
        assert_eq!(bench.took(), [end], "{input:?}");
        bench.wait(600_000);
        assert_eq!(bench.took(), [""; 0]);
    }
}
