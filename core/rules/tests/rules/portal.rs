//! Captive portals.

use std::time::Duration;

use adit_rules::Facts;
use adit_rules::controller::{Input, PortalStatus, UserAction};
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

#[test]
fn a_portal_is_reachable_only_after_the_user_asked_and_only_for_a_while() {
    let mut bench = bench();
    assert_eq!(bench.status().portal, PortalStatus::Captive { interface: "wlan0".into() });
    bench.user(UserAction::OpenPortal);
    assert_eq!(bench.took(), ["open portal on wlan0"]);
    bench.wait(60_000);
    assert_eq!(bench.status().portal, PortalStatus::Open { interface: "wlan0".into(), remaining: Duration::from_secs(240) });
    bench.wait(240_000);
    assert_eq!(bench.took(), ["close portal"]);
    // The tunnel and the kill switch stayed as they were.
    assert_eq!(bench.target(), "office everything, closed");
}

#[test]
fn a_portal_that_was_passed_is_locked_out_at_once() {
    let mut bench = bench();
    bench.user(UserAction::OpenPortal);
    bench.facts(portal(Portal::Unknown));
    assert_eq!(bench.took(), ["open portal on wlan0"]);
    bench.facts(portal(Portal::None));
    assert_eq!(bench.took(), ["close portal"]);
    assert_eq!(bench.status().portal, PortalStatus::None);
}

#[test]
fn another_network_a_suspend_and_the_user_end_the_exemption() {
    for input in [Input::Facts(ethernet()), Input::FactsLost, Input::User(UserAction::ClosePortal)] {
        let mut bench = bench();
        bench.user(UserAction::OpenPortal);
        bench.took();
        bench.input(input.clone());
        assert_eq!(bench.took(), ["close portal"], "{input:?}");
        bench.wait(600_000);
        assert_eq!(bench.took(), [""; 0]);
    }
}

#[test]
fn without_a_portal_nothing_is_exempt() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::OpenPortal);
    assert_eq!(bench.took(), [""; 0]);
}
