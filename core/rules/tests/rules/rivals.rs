//! Bugs that other clients had with rules.

use adit_rules::controller::{Input, UserAction};
use adit_rules::facts::{Known, Security};
use adit_rules::text::Document;

use crate::support::{Bench, HOME_GATEWAY, cafe, ethernet, facts, home, name, outcome, rules, wifi};

/// WG Tunnel makes a regular expression of a pattern without escaping it.
#[test]
fn a_name_with_characters_of_regular_expressions_is_compared_literally() {
    let text = "when wifi \"Cafe (5G)+\" then down\notherwise up office";
    let on = |ssid: &str| outcome(text, &facts(vec![wifi(ssid, Security::Wpa2, HOME_GATEWAY)]));
    assert_eq!(on("Cafe (5G)+"), "down");
    for other in ["Cafe 5G", "Cafe (5G)", "Cafe (5G)++", "Cafe 5G5G", "CafeX(5G)+"] {
        assert_eq!(on(other), "up office", "{other}");
    }
}

/// A name that starts with `!`, has `*` in it, or quotation marks.
#[test]
fn a_trusted_network_is_trusted_whatever_its_name_has_in_it() {
    for ssid in ["!Home", "Home*", "?", "a\"b", "a\\b", "# comment", "x and y", "Home\u{200b}", "日本 5G", " leading"] {
        let here = facts(vec![wifi(ssid, Security::Wpa2, HOME_GATEWAY)]);
        let trusted = adit_rules::preset::everywhere_except_here(&here, name("office")).unwrap();
        let text = adit_rules::text::write(&trusted);
        assert_eq!(outcome(&text, &here), "down", "{text}");
        assert_eq!(outcome(&text, &facts(vec![wifi("Other", Security::Wpa2, HOME_GATEWAY)])), "up office everything", "{text}");
    }
}

/// WG Tunnel: a manual off was undone by the next evaluation.
#[test]
fn an_evaluation_does_not_undo_a_manual_off() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::TurnOff(name("office")));
    for _ in 0..100 {
        bench.facts(cafe());
        bench.wait(3000);
    }
    assert_eq!(bench.took(), ["down"]);
}

/// WG Tunnel needs a second evaluation three seconds later, because events can be missed: here the last facts always decide.
#[test]
fn a_burst_of_facts_ends_in_what_the_last_ones_say() {
    let mut bench = Bench::settled("when wifi \"Home\" then down\notherwise up office everything", cafe());
    for _ in 0..20 {
        bench.facts(ethernet());
        bench.facts(cafe());
    }
    bench.facts(home());
    bench.wait(3000);
    assert_eq!(bench.target(), "down");
}

/// WireGuide: rules that cannot be read are not taken for rules that say nothing.
#[test]
fn a_text_with_one_mistake_gives_no_rules_at_all() {
    let document = Document::parse(b"when wifi \"Home\" then down\notherwise up office everythin\n").unwrap();
    assert!(document.rules().is_err());
}

/// WireGuide ignores the name if the gateway has changed since it was reported: here both belong to the same facts.
#[test]
fn a_name_beside_another_gateway_is_not_trusted() {
    let trusted = adit_rules::preset::everywhere_except_here(&home(), name("office")).unwrap();
    let mut stale = home();
    stale.links[0].gateway_mac = Some("02:02:02:02:02:02".parse().unwrap());
    let text = adit_rules::text::write(&trusted);
    assert_eq!(outcome(&text, &home()), "down");
    assert_eq!(outcome(&text, &stale), "up office everything");
}

/// A wake from sleep with stale facts left a client stuck: time asleep counts, and nothing waits for it.
#[test]
fn a_long_sleep_leaves_nothing_waiting() {
    let mut bench = Bench::settled("when wifi \"Home\" then down\notherwise up office everything", cafe());
    bench.facts(home());
    bench.wait(1000);
    bench.input(Input::FactsLost);
    bench.wait(48 * 3_600_000);
    bench.facts(home());
    bench.wait(1999);
    assert_eq!(bench.took(), [""; 0]);
    bench.wait(1);
    assert_eq!(bench.took(), ["down"]);
}

/// Split-tunnel switches became redundant silently after an update: a rule that can never match is reported.
#[test]
fn a_rule_without_effect_is_reported() {
    let set = rules("when wifi then down\nwhen wifi \"Home\" then leave\notherwise up office");
    assert!(!adit_rules::lint::warnings(&set, &crate::support::tunnels()).is_empty());
}

/// Another VPN that is neither up nor down as far as anybody knows does not switch protection off.
#[test]
fn another_vpn_that_nobody_knows_of_does_not_relax() {
    let mut unknown = cafe();
    unknown.other_vpn = Known::Unknown;
    assert_eq!(outcome("when other vpn then down\notherwise up office everything", &unknown), "up office everything");
}
