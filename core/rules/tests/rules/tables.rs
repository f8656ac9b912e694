//! Every row of the tables of how others decide: the official app for iOS and macOS, WG Tunnel, WireGuide.

use adit_rules::controller::UserAction;
use adit_rules::facts::{Facts, LinkKind, Security};
use adit_rules::ios::{OnDemandAction, OnDemandInterface, OnDemandRule, SecondLink, compile};

use crate::support::{
    Bench, CAFE_GATEWAY, HOME_GATEWAY, cafe, cellular, ethernet, facts, home, link, name, nowhere, outcome, rules, tunnels, wifi,
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

/// The official app on macOS, where the link that is not Wi-Fi is Ethernet, and on a computer in both.
#[test]
fn the_official_apps_choices_decide_on_ethernet_as_on_mobile_data() {
    for (text, on_ethernet, on_both) in [
        ("otherwise up office", "up office", "up office"),
        ("when wifi then up office\notherwise down", "down", "up office"),
        ("when wifi \"S\" then up office\notherwise down", "down", "down"),
        ("when wifi \"S\" then down\nwhen wifi then up office\notherwise down", "down", "up office"),
        ("when wifi then down\notherwise up office", "up office", "up office"),
        ("when wifi \"S\" then up office\nwhen wifi then down\notherwise up office", "up office", "up office"),
        ("when wifi \"S\" then down\notherwise up office", "up office", "up office"),
    ] {
        assert_eq!(outcome(text, &ethernet()), on_ethernet, "{text}");
        let both = facts([cafe().links, ethernet().links].concat());
        assert_eq!(outcome(text, &both), on_both, "{text}");
    }
}

/// The official app compares names exactly.
#[test]
fn the_official_apps_names_are_exact() {
    for other in ["s", "S ", " S", "SS", "S\u{301}"] {
        let there = facts(vec![wifi(other, Security::Wpa2, HOME_GATEWAY)]);
        assert_eq!(outcome("when wifi \"S\" then up office\notherwise down", &there), "down", "{other:?}");
    }
}

/// The official app: switching the tunnel off in its window switches on-demand off. Here the rules stay, and the choice holds until
/// the network changes.
#[test]
fn the_official_apps_switch_holds_here_until_the_network_changes() {
    let mut bench = Bench::settled("otherwise up office everything", cafe());
    bench.user(UserAction::TurnOff(name("office")));
    bench.wait(3_600_000);
    assert_eq!(bench.target(), "down");
    bench.facts(ethernet());
    assert_eq!(bench.target(), "office everything");
}

/// WG Tunnel: Ethernet counts before mobile data, and mobile data before Wi-Fi, on a device that is in several networks. Here the
/// network with the default route counts.
#[test]
fn wg_tunnels_order_of_links_is_the_order_of_the_default_route() {
    let text = "when ethernet then up nas\nwhen cellular then up lab\nwhen wifi then up office\notherwise down";
    let aside = |mut facts: Facts| {
        facts.links.iter_mut().for_each(|link| link.is_default = false);
        facts.links
    };
    let cable_and_wifi = facts([ethernet().links, aside(cafe())].concat());
    assert_eq!(outcome(text, &cable_and_wifi), "up nas");
    let mobile_and_wifi = facts([cellular().links, aside(cafe())].concat());
    assert_eq!(outcome(text, &mobile_and_wifi), "up lab");
}

/// WG Tunnel: a link that is switched off in its settings ("tunnel on Wi-Fi" and the like) has no tunnel.
#[test]
fn wg_tunnels_switches_for_each_kind_of_link_are_rules() {
    for (switches, expected) in [
        ("when wifi or cellular or ethernet then up office\n", ["up office", "up office", "up office"]),
        ("when wifi then up office\n", ["up office", "down", "down"]),
        ("when cellular then up office\n", ["down", "up office", "down"]),
        ("when ethernet then up office\n", ["down", "down", "up office"]),
        ("when wifi or ethernet then up office\n", ["up office", "down", "up office"]),
    ] {
        let text = format!("{switches}otherwise down");
        assert_eq!([cafe(), cellular(), ethernet()].map(|facts| outcome(&text, &facts)), expected, "{text}");
    }
}

/// WG Tunnel: the tunnel of a name, else the default tunnel, else the first of the list.
#[test]
fn wg_tunnels_fallbacks_are_the_default_and_the_first_tunnel() {
    let on_wifi = |name: &str| facts(vec![wifi(name, Security::Wpa2, CAFE_GATEWAY)]);
    let text = "when wifi \"Work\" then up lab\nwhen wifi \"Old\" then up gone\notherwise up office";
    assert_eq!(outcome(text, &on_wifi("Work")), "up lab");
    assert_eq!(outcome(text, &on_wifi("Cafe")), "up office");
    assert_eq!(outcome(text, &on_wifi("Old")), "up office");
    assert_eq!(outcome("when wifi \"Work\" then up lab", &on_wifi("Cafe")), "up lab everything", "the first, for everything");
}

/// WG Tunnel: without "stop on no internet", the tunnel stays while there is no network.
#[test]
fn wg_tunnels_tunnel_stays_without_a_network_unless_it_is_to_stop() {
    for (no_network, target) in [("when no network then leave\n", "as it is"), ("when no network then down\n", "down")] {
        let mut bench = Bench::settled(&format!("{no_network}otherwise up office"), cafe());
        bench.facts(nowhere());
        bench.wait(5000);
        assert_eq!(bench.target(), target, "{no_network}");
    }
}

/// WG Tunnel starts the tunnel that the decision names if another one runs, stops the running one if it names none, and waits 3 s
/// because of networks that come and go. Here only what protects less waits.
#[test]
fn wg_tunnels_result_replaces_the_tunnel_that_runs() {
    let text = "when wifi \"Home\" then down\nwhen ethernet then up backup everything\notherwise up office everything";
    let mut bench = Bench::settled(text, cafe());
    bench.facts(ethernet());
    bench.wait(1000);
    assert_eq!(bench.took(), ["backup everything"]);
    bench.facts(home());
    bench.wait(1999);
    assert_eq!(bench.took(), [""; 0]);
    bench.wait(1);
    assert_eq!(bench.took(), ["down"]);
    bench.facts(cafe());
    assert_eq!(bench.took(), ["office everything"], "at once");
}

/// WG Tunnel: a tunnel that was turned off by hand stays off until the next network; a tunnel that was turned on stays on.
#[test]
fn wg_tunnels_manual_choices_stick_until_the_next_network() {
    let mut bench = Bench::settled("when wifi \"Home\" then down\notherwise up office everything", cafe());
    bench.user(UserAction::TurnOff(name("office")));
    bench.facts(cafe());
    bench.wait(60_000);
    assert_eq!(bench.target(), "down");
    bench.facts(home());
    bench.wait(3000);
    bench.user(UserAction::TurnOn(name("office")));
    bench.wait(60_000);
    assert_eq!(bench.target(), "office");
    bench.facts(cafe());
    bench.wait(3000);
    assert_eq!(bench.target(), "office everything");
}

/// WireGuide: a tunnel without rules is never touched, and the first rule that matches wins.
#[test]
fn wireguides_order_counts_and_without_rules_nothing_is_touched() {
    let mut bench = Bench::settled("", cafe());
    bench.facts(home());
    bench.facts(nowhere());
    bench.wait(3_600_000);
    assert_eq!(bench.took(), [""; 0]);
    let first = "when wifi \"Home\" then down\nwhen gateway aa:bb:cc:dd:ee:ff then up nas\notherwise up office";
    let second = "when gateway aa:bb:cc:dd:ee:ff then up nas\nwhen wifi \"Home\" then down\notherwise up office";
    assert_eq!([outcome(first, &home()), outcome(second, &home())], ["down", "up nas"]);
    let connect = "when wifi \"Home\" then up lab\notherwise down";
    assert_eq!([outcome(connect, &home()), outcome(connect, &cafe())], ["up lab", "down"]);
}
