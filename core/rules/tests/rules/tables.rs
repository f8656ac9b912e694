//! Every row of the tables of how others decide: the official app for iOS and macOS, WG Tunnel, WireGuide.

use adit_rules::facts::{Facts, LinkKind, Security};
use adit_rules::ios::{OnDemandAction, OnDemandInterface, OnDemandRule, SecondLink, compile};

use crate::support::{
    CAFE_GATEWAY, HOME_GATEWAY, cafe, cellular, ethernet, facts, home, link, name, nowhere, outcome, rules, tunnels, wifi,
};

/// Compiles the rules for `office` and writes the result in short: `connect(wifi,S)`.
fn compiled(text: &str, second: SecondLink) -> String {
    let compiled = compile(&rules(text), &name("office"), &tunnels(), second);
    assert_eq!(compiled.left_out, [], "{text}");
    compiled.rules.iter().map(short).collect::<Vec<_>>().join(", ")
}

pub(crate) fn short(rule: &OnDemandRule) -> String {
    let action = match rule.action {
        OnDemandAction::Connect => "connect",
        OnDemandAction::Disconnect => "disconnect",
        OnDemandAction::Ignore => "ignore",
    };
    let interface = match rule.interface {
        OnDemandInterface::Any => "any",
        OnDemandInterface::Wifi => "wifi",
        OnDemandInterface::Cellular => "cell",
        OnDemandInterface::Ethernet => "eth",
    };
    let criteria: Vec<&str> =
        std::iter::once(interface).chain(rule.ssids.iter().chain(&rule.dns_search_domains).map(String::as_str)).collect();
    format!("{action}({})", criteria.join(","))
}

/// The seven choices of the official app (`ActivateOnDemandOption.swift`), as rules of ours, compiled to the same rules of the
/// system. Where they differ between links, one more is for other kinds of link, which the official app does not have.
#[test]
fn the_official_apps_seven_choices_compile_to_its_own_rules_and_one_for_other_links() {
    for (choice, text, expected) in [
        ("any, any SSID", "otherwise up office", "connect(any)"),
        ("Wi-Fi only, any SSID", "when wifi then up office\notherwise down", "connect(wifi), disconnect(cell), disconnect(any)"),
        (
            "Wi-Fi only, only S",
            "when wifi \"S\" then up office\notherwise down",
            "connect(wifi,S), disconnect(wifi), disconnect(cell), disconnect(any)",
        ),
        (
            "Wi-Fi only, except S",
            "when wifi \"S\" then down\nwhen wifi then up office\notherwise down",
            "disconnect(wifi,S), connect(wifi), disconnect(cell), disconnect(any)",
        ),
        ("cell only", "when wifi then down\notherwise up office", "connect(cell), disconnect(wifi), connect(any)"),
        (
            "any, only S",
            "when wifi \"S\" then up office\nwhen wifi then down\notherwise up office",
            "connect(wifi,S), disconnect(wifi), connect(cell), connect(any)",
        ),
        (
            "any, except S",
            "when wifi \"S\" then down\notherwise up office",
            "disconnect(wifi,S), connect(wifi), connect(cell), connect(any)",
        ),
    ] {
        assert_eq!(compiled(text, SecondLink::Cellular), expected, "{choice}");
        assert_eq!(compiled(text, SecondLink::Ethernet), expected.replace("cell", "eth"), "{choice}");
    }
}

#[test]
fn the_official_apps_choices_decide_here_as_there() {
    let s = || facts(vec![wifi("S", Security::Wpa2, HOME_GATEWAY)]);
    for (text, expected) in [
        ("otherwise up office", ["up office", "up office", "up office"]),
        ("when wifi then up office\notherwise down", ["up office", "up office", "down"]),
        ("when wifi \"S\" then up office\notherwise down", ["up office", "down", "down"]),
        ("when wifi \"S\" then down\nwhen wifi then up office\notherwise down", ["down", "up office", "down"]),
        ("when wifi then down\notherwise up office", ["down", "down", "up office"]),
        ("when wifi \"S\" then up office\nwhen wifi then down\notherwise up office", ["up office", "down", "up office"]),
        ("when wifi \"S\" then down\notherwise up office", ["down", "up office", "up office"]),
    ] {
        assert_eq!([outcome(text, &s()), outcome(text, &cafe()), outcome(text, &cellular())], expected, "{text}");
    }
}

/// WG Tunnel (`AutoTunnelState.kt`): Ethernet before mobile data before Wi-Fi, trusted names, a tunnel for each name, the default
/// tunnel otherwise, and "stop on no internet".
#[test]
fn wg_tunnels_decision_can_be_written_as_rules() {
    let text = "\
        when no network then down\n\
        when ethernet then up nas\n\
        when cellular then up backup\n\
        when wifi \"Home\" or \"Trusted*\" then down\n\
        when wifi \"Work\" then up lab\n\
        when wifi then up office\n\
        otherwise down\n";
    let on_wifi = |name: &str| facts(vec![wifi(name, Security::Wpa2, CAFE_GATEWAY)]);
    for (facts, expected) in [
        (ethernet(), "up nas"),
        (cellular(), "up backup"),
        (on_wifi("Cafe"), "up office"),
        (on_wifi("Work"), "up lab"),
        (on_wifi("Home"), "down"),
        (on_wifi("Trusted 5"), "down"),
        (nowhere(), "down"),
    ] {
        assert_eq!(outcome(text, &facts), expected, "{facts:?}");
    }
    // A tunnel that does not exist any more: the default tunnel.
    assert_eq!(outcome("when wifi then up gone\notherwise up office", &cafe()), "up office");
}

/// WG Tunnel's wildcards: some positive pattern matches and no negative one does.
#[test]
fn wg_tunnels_wildcards_have_the_same_meaning() {
    let matches = |patterns: &str, ssid: &str| {
        let text = format!("when wifi {patterns} then down\notherwise up office");
        outcome(&text, &facts(vec![wifi(ssid, Security::Wpa2, HOME_GATEWAY)])) == "down"
    };
    for (patterns, ssid, expected) in [
        ("\"Home*\"", "Home 2", true),
        ("\"Home?\"", "Home2", true),
        ("\"Home?\"", "Home", false),
        ("\"!Home\"", "Cafe", true),
        ("\"!Home\"", "Home", false),
        ("\"H*\" or \"!Hotel*\"", "Home", true),
        ("\"H*\" or \"!Hotel*\"", "Hotel 7", false),
        ("\"H*\" or \"!Hotel*\"", "Cafe", false),
    ] {
        assert_eq!(matches(patterns, ssid), expected, "{patterns} {ssid}");
    }
}

/// WireGuide: `when <ssid|subnet|gateway-MAC|else> then <connect|disconnect>`, the first match wins.
#[test]
fn wireguides_rules_can_be_written_as_rules() {
    let text = "\
        when wifi \"Work\" then down\n\
        when subnet 10.1.0.0/16 then down\n\
        when gateway aa:bb:cc:dd:ee:ff then down\n\
        otherwise up office\n";
    let in_subnet = |subnet: &str| {
        let mut cable = link("eth0", LinkKind::Ethernet, CAFE_GATEWAY);
        cable.subnets = vec![subnet.parse().unwrap()];
        facts(vec![cable])
    };
    for (facts, expected) in [
        (facts(vec![wifi("Work", Security::Wpa2, CAFE_GATEWAY)]), "down"),
        (in_subnet("10.1.2.3/24"), "down"),
        (in_subnet("10.2.2.3/24"), "up office"),
        (home(), "down"),
        (cafe(), "up office"),
    ] {
        assert_eq!(outcome(text, &facts), expected, "{facts:?}");
    }
}

/// Ours: each condition and each consequence of the proposal, in the order of its list.
#[test]
fn every_condition_and_consequence_of_the_proposal_has_a_form() {
    let key = crate::support::HOME_KEY;
    let conditions = [
        "wifi \"Home*\"",
        "bssid 06:06:06:06:06:06",
        "wifi open or wep",
        "wifi wpa or wpa2 or wpa3 or enterprise",
        "gateway aa:bb:cc:dd:ee:ff",
        "subnet 192.168.1.0/24",
        "wifi",
        "ethernet",
        "cellular",
        "other network",
        "metered",
        &format!("home probe {key}"),
        "dns suffix corp.example",
        "time mon-fri 09:00-17:00",
        "other vpn",
        "no network",
    ];
    let consequences = [
        "up office everything",
        "up office private ranges",
        "up office only 10.0.0.0/8, fd00::/8",
        "up office except this lan",
        "up office everything and nas private ranges",
        "down",
        "leave",
        "up office, kill switch always",
        "up office, kill switch only when untrusted",
        "up office, kill switch off",
    ];
    for condition in conditions {
        for consequence in consequences {
            let text = format!(
                "when {condition} then {consequence}\nwhen not {condition} then {consequence}\notherwise up office everything\n"
            );
            let rules = rules(&text);
            assert_eq!(adit_rules::text::write(&rules), text);
        }
    }
}

/// Unknown names are not trusted: a daemon that the system does not tell the name, or a missing permission.
#[test]
fn an_unknown_name_is_not_trusted() {
    let mut unknown: Facts = home();
    unknown.links[0].wifi = None;
    assert_eq!(outcome("when wifi \"Home\" then down\notherwise up office everything", &unknown), "up office everything");
    // Conditions that need no permission still work.
    assert_eq!(outcome("when gateway aa:bb:cc:dd:ee:ff then down\notherwise up office everything", &unknown), "down");
}
