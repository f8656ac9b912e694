//! Decisions: each condition, unknown facts, several networks, the trace.

use adit_rules::controller::UserAction;
use adit_rules::decide::{Seen, Source, Verdict};
use adit_rules::facts::{Day, Facts, Known, Link, LinkKind, LocalTime, ProbeResult, Security, Wifi};
use adit_rules::rule::{KillSwitch, RuleSet};
use adit_rules::{Coverage, Families, Tunnels};
use proptest::prelude::*;

use crate::generate::{decidable_rules, hidden, known_facts, mask};
use crate::reference;
use crate::support::{
    Bench, CAFE_GATEWAY, HOME_GATEWAY, HOME_KEY, cafe, cellular, decide, ethernet, facts, home, link, name, nowhere, outcome,
    rules, short, tunnels, wifi,
};

/// Returns whether `when CONDITION` matches.
fn verdict(condition: &str, facts: &Facts) -> Verdict {
    let decision = decide(&rules(&format!("when {condition} then down\notherwise up office everything\n")), facts);
    decision.trace[0].rules[0].verdict
}

#[test]
fn each_condition_matches_what_it_names() {
    let mut office = ethernet();
    office.links[0].dns_suffixes = Known::Known(vec!["eu.corp.example".into()]);
    let answered = |key: &str| {
        let mut facts = home();
        facts.links[0].home = ProbeResult::Answered { key: key.parse().unwrap() };
        facts
    };
    let other_key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    let vpn = Facts { other_vpn: Known::Known(true), ..home() };
    for (condition, facts, expected) in [
        ("wifi \"Home\"", home(), true),
        ("wifi \"home\"", home(), false),
        ("wifi \"Work\" or \"Ho*\"", home(), true),
        ("wifi \"*\" or \"!Home\"", home(), false),
        ("wifi \"!Home\"", cafe(), true),
        ("not wifi \"Home\"", cafe(), true),
        ("not wifi \"Home\"", ethernet(), true),
        ("wifi", home(), true),
        ("wifi", ethernet(), false),
        ("ethernet or cellular", ethernet(), true),
        ("cellular", cellular(), true),
        ("other network", ethernet(), false),
        ("wifi open", cafe(), true),
        ("wifi open or wep", home(), false),
        ("wifi open", ethernet(), false),
        ("bssid 06:06:06:06:06:06", home(), true),
        ("bssid 06:06:06:06:06:07", home(), false),
        ("gateway aa:bb:cc:dd:ee:ff", home(), true),
        ("gateway AA-BB-CC-DD-EE-FF", home(), true),
        ("gateway aa:bb:cc:dd:ee:ff", cafe(), false),
        ("subnet 192.168.1.0/24", home(), true),
        ("subnet 192.168.0.0/16", home(), true),
        ("subnet 192.168.1.0/25", home(), false),
        ("subnet 10.0.0.0/8", home(), false),
        ("dns suffix corp.example", office.clone(), true),
        ("dns suffix orp.example", office.clone(), false),
        ("dns suffix corp.example", home(), false),
        ("metered", cellular(), true),
        ("metered", home(), false),
        ("time wed 11:00-13:00", home(), true),
        ("time thu 11:00-13:00", home(), false),
        ("other vpn", vpn, true),
        ("other vpn", home(), false),
        (&format!("home probe {HOME_KEY}"), answered(HOME_KEY), true),
        (&format!("home probe {other_key}"), answered(HOME_KEY), false),
        (&format!("home probe {other_key} or {HOME_KEY}"), answered(HOME_KEY), true),
        (&format!("home probe {HOME_KEY}"), home(), false),
        ("no network", nowhere(), true),
        ("no network", home(), false),
        ("wifi", nowhere(), false),
        ("not wifi", nowhere(), true),
    ] {
        let expected = if expected { Verdict::Matched } else { Verdict::NotMatched };
        assert_eq!(verdict(condition, &facts), expected, "{condition} in {facts:?}");
    }
}

#[test]
fn an_unknown_fact_neither_matches_nor_fails() {
    let unknown = facts(vec![Link::unknown("wlan0", LinkKind::Wifi)]);
    let unknown = Facts { other_vpn: Known::Unknown, ..unknown };
    for condition in [
        "wifi \"Home\"",
        "not wifi \"Home\"",
        "wifi open",
        "bssid 06:06:06:06:06:06",
        "gateway aa:bb:cc:dd:ee:ff",
        "subnet 192.168.1.0/24",
        "dns suffix corp.example",
        "not dns suffix corp.example",
        "metered",
        "not metered",
        "other vpn",
        &format!("home probe {HOME_KEY}"),
    ] {
        assert_eq!(verdict(condition, &unknown), Verdict::Unknown, "{condition}");
    }
}

#[test]
fn suffixes_that_nobody_knows_are_not_an_empty_list() {
    // The address is known, the answer with the suffixes is not.
    let mut early = home();
    early.links[0].dns_suffixes = Known::Unknown;
    assert_eq!(verdict("not dns suffix corp.example", &early), Verdict::Unknown);
    assert_eq!(verdict("not dns suffix corp.example", &home()), Verdict::Matched);
    let text = "when not dns suffix corp.example then down\notherwise up office everything";
    assert_eq!(outcome(text, &early), "up office everything");
}

#[test]
fn an_address_of_one_family_says_nothing_about_the_other() {
    let with = |subnets: &[&str]| {
        let mut facts = home();
        facts.links[0].subnets = subnets.iter().map(|text| text.parse().unwrap()).collect();
        facts
    };
    let ipv6 = with(&["2001:db8::7/64"]);
    assert_eq!(verdict("subnet 10.0.0.0/8", &ipv6), Verdict::Unknown);
    assert_eq!(verdict("not subnet 10.0.0.0/8", &ipv6), Verdict::Unknown);
    assert_eq!(verdict("not subnet fd00::/8", &ipv6), Verdict::Matched);
    assert_eq!(verdict("subnet 10.0.0.0/8 or fd00::/8", &ipv6), Verdict::Unknown);
    assert_eq!(verdict("subnet 10.0.0.0/8 or 2001:db8::/32", &ipv6), Verdict::Matched);
    assert_eq!(verdict("not subnet fd00::/8", &home()), Verdict::Unknown);
    let both = with(&["192.168.1.7/24", "2001:db8::7/64"]);
    assert_eq!(verdict("not subnet 10.0.0.0/8 or fd00::/8", &both), Verdict::Matched);
    assert_eq!(outcome("when not subnet 10.0.0.0/8 then down\notherwise up office everything", &ipv6), "up office everything");
}

#[test]
fn unknown_means_the_more_protective_of_what_is_possible() {
    let unknown = facts(vec![Link::unknown("wlan0", LinkKind::Wifi)]);
    // Relaxing does not happen, tightening does.
    assert_eq!(outcome("when wifi \"Home\" then down\notherwise up office everything", &unknown), "up office everything");
    assert_eq!(outcome("when wifi open then up office everything\notherwise down", &unknown), "up office everything");
    assert_eq!(outcome("when not wifi \"Home\" then up office\notherwise down", &unknown), "up office");
    // A narrower tunnel does not replace a wider one.
    assert_eq!(
        outcome("when wifi \"Work\" then up office private ranges\notherwise up office everything", &unknown),
        "up office everything"
    );
    // Tunnels and kill switch are compared apart.
    let apart = "when wifi \"Work\" then down, kill switch always\notherwise up office everything, kill switch off";
    let decision = decide(&rules(apart), &unknown);
    assert_eq!((short(&decision.action).as_str(), decision.kill_switch), ("up office everything", Some(KillSwitch::Always)));
    assert_eq!((decision.by, decision.kill_switch_by, decision.is_certain), (Source::Otherwise, Source::Rule(0), false));
}

#[test]
fn a_faked_name_is_not_home() {
    let trust = "when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down\notherwise up office everything";
    assert_eq!(outcome(trust, &home()), "down");
    let fake = facts(vec![wifi("Home", Security::Wpa2, CAFE_GATEWAY)]);
    assert_eq!(outcome(trust, &fake), "up office everything");
    let mut early = home();
    early.links[0].gateway_mac = None;
    assert_eq!(outcome(trust, &early), "up office everything");

    let probe = format!("when wifi \"Home\" and home probe {HOME_KEY} then down\notherwise up office everything");
    assert_eq!(outcome(&probe, &home()), "up office everything");
    let mut answered = home();
    answered.links[0].home = ProbeResult::Answered { key: HOME_KEY.parse().unwrap() };
    assert_eq!(outcome(&probe, &answered), "down");
}

#[test]
fn with_several_networks_the_most_protective_decision_counts() {
    let trust = "when wifi \"Home\" then down\nwhen ethernet then up nas private ranges\notherwise up office everything";
    let both = |first: Link, second: Link| facts(vec![first, second]);
    let at_home = || wifi("Home", Security::Wpa2, HOME_GATEWAY);
    let cable = || link("eth0", LinkKind::Ethernet, CAFE_GATEWAY);
    assert_eq!(outcome(trust, &both(at_home(), cable())), "up nas private ranges");
    assert_eq!(outcome(trust, &both(cable(), at_home())), "up nas private ranges");
    // A link without a default route does not count beside one that has it.
    let side = Link { is_default: false, ..cable() };
    assert_eq!(outcome(trust, &both(side.clone(), at_home())), "down");
    // It counts if no link has one.
    assert_eq!(outcome(trust, &facts(vec![side])), "up nas private ranges");
}

#[test]
fn of_equally_protective_decisions_that_for_the_preferred_network_counts() {
    let two = "when wifi then up office everything\nwhen ethernet then up backup everything\notherwise down";
    let at_home = wifi("Home", Security::Wpa2, HOME_GATEWAY);
    let cable = link("eth0", LinkKind::Ethernet, CAFE_GATEWAY);
    assert_eq!(outcome(two, &facts(vec![at_home.clone(), cable.clone()])), "up office everything");
    assert_eq!(outcome(two, &facts(vec![cable, at_home])), "up backup everything");
}

#[test]
fn the_first_rule_that_matches_wins() {
    let text = "when wifi then up nas\nwhen wifi \"Home\" then down\notherwise up office";
    assert_eq!(outcome(text, &home()), "up nas");
}

#[test]
fn without_a_default_the_chosen_tunnel_takes_everything() {
    let text = rules("when wifi \"Home\" then down\nwhen wifi \"Work\" then up NAS private ranges\n");
    assert_eq!(short(&decide(&text, &cafe()).action), "up nas everything");
    let chosen = Tunnels { chosen: Some(name("office")), ..tunnels() };
    let decision = adit_rules::decide(&text, Some(&cafe()), &chosen);
    assert_eq!((short(&decision.action).as_str(), decision.by), ("up office everything", Source::FailSecure));
    assert_eq!(decision.kill_switch, Some(KillSwitch::WhenUntrusted));
}

/// WireGuide: a tunnel without rules is never touched.
#[test]
fn without_rules_nothing_is_touched() {
    for facts in [home(), cafe(), nowhere()] {
        let decision = decide(&RuleSet::default(), &facts);
        assert_eq!((short(&decision.action).as_str(), decision.by), ("leave", Source::NoRules));
        assert_eq!(decision.kill_switch, None);
    }
}

#[test]
fn while_nothing_is_known_the_most_protective_consequence_holds() {
    let text = rules("when wifi \"Home\" then down\nwhen time 08:00-18:00 then up nas\notherwise up office except this lan");
    let decision = adit_rules::decide(&text, None, &tunnels());
    assert_eq!(short(&decision.action), "up office except this lan");
    assert!(!decision.is_certain);
    assert_eq!(decision.trace[0].rules[0].conditions[0].seen, Seen::NoFacts);
}

#[test]
fn a_tunnel_that_does_not_exist_is_replaced_by_that_of_the_default() {
    let decision = decide(&rules("when wifi then up gone everything\notherwise up office"), &cafe());
    assert_eq!(short(&decision.action), "up office everything");
    assert_eq!(decision.missing, [name("gone")]);
    // Nothing else exists: the tunnels stay, and the network stays untrusted.
    let decision = decide(&rules("when wifi then up gone everything, kill switch only when untrusted\notherwise down"), &cafe());
    assert_eq!(short(&decision.action), "leave");
    assert!(decision.is_untrusted() && decision.coverage == Coverage::Everything);
}

#[test]
fn a_missing_tunnel_without_a_mode_makes_no_network_trusted() {
    // Nobody knows what its configuration takes: it may be everything.
    let text = "otherwise up gone, kill switch only when untrusted";
    let decision = decide(&rules(text), &cafe());
    assert!(decision.is_untrusted(), "{decision:?}");
    assert_eq!(Bench::settled(text, cafe()).target(), "as it is, closed");
    assert_eq!(Bench::settled("otherwise up gone and nas, kill switch only when untrusted", cafe()).target(), "nas, closed");
}

#[test]
fn a_tunnel_that_exists_is_up_rather_than_a_missing_one_that_would_take_more() {
    let both = facts(vec![wifi("Cafe", Security::Open, CAFE_GATEWAY), link("eth0", LinkKind::Ethernet, CAFE_GATEWAY)]);
    let text = "when wifi then up gone everything\nwhen ethernet then up nas private ranges\notherwise down";
    let decision = decide(&rules(text), &both);
    assert_eq!(short(&decision.action), "up nas private ranges");
    assert!(decision.is_untrusted());
}

#[test]
fn a_kill_switch_that_is_always_closed_stays_so_without_a_default() {
    let text = "kill switch always\nwhen wifi \"Home\" then up office private ranges";
    let decision = decide(&rules(text), &cafe());
    assert_eq!((decision.by, decision.kill_switch), (Source::FailSecure, Some(KillSwitch::Always)));
    let mut bench = Bench::settled(text, cafe());
    bench.user(UserAction::TurnOff(name("office")));
    assert_eq!(bench.target(), "down, closed");
    let open = decide(&rules(&text.replace("always", "off")), &cafe());
    assert_eq!(open.kill_switch, Some(KillSwitch::WhenUntrusted));
}

#[test]
fn on_a_trusted_network_only_when_untrusted_is_weaker_than_what_the_tunnel_is_set_to() {
    let text = "when wifi \"Home\" then down, kill switch only when untrusted\notherwise down";
    let unknown = facts(vec![Link::unknown("wlan0", LinkKind::Wifi)]);
    assert_eq!(decide(&rules(text), &unknown).kill_switch, None);
    assert_eq!(Bench::settled(text, unknown.clone()).target(), "down");
    // On an untrusted one it is stronger.
    let text = text.replace("otherwise down", "otherwise up office");
    assert_eq!(Bench::settled(&text, unknown).target(), "office, closed");
}

/// What takes only IPv4 lets IPv6 past the tunnel, so it is no match for everything, or everything except this LAN.
#[test]
fn everything_means_both_address_families() {
    let of = |consequence: &str| decide(&rules(&format!("otherwise up {consequence}")), &cafe()).coverage;
    for (consequence, expected) in [
        ("office", Coverage::Everything),
        ("legacy", Coverage::OneFamily),
        ("office only 0.0.0.0/0", Coverage::OneFamily),
        ("office only 0.0.0.0/0, ::/0", Coverage::Everything),
        ("office only 0.0.0.0/1, 128.0.0.0/1", Coverage::OneFamily),
        ("office only 0.0.0.0/1, 128.0.0.0/1, ::/1, 8000::/1", Coverage::Everything),
        ("office only 0.0.0.0/1, 128.0.0.0/2, ::/0", Coverage::OneFamily),
        ("legacy and office only ::/0", Coverage::OneFamily),
        ("legacy and office except this lan", Coverage::ExceptLan),
        ("nas", Coverage::Some),
    ] {
        assert_eq!(of(consequence), expected, "{consequence}");
    }
    let unknown = facts(vec![Link::unknown("wlan0", LinkKind::Wifi)]);
    assert_eq!(outcome("when wifi open then up legacy\notherwise up office", &unknown), "up office");
    assert_eq!(
        outcome("when wifi open then up legacy\notherwise up office except this lan", &unknown),
        "up office except this lan"
    );
    // The network is untrusted all the same: the kill switch drops what passes the tunnel.
    assert_eq!(Bench::settled("otherwise up legacy, kill switch only when untrusted", cafe()).target(), "legacy, closed");
}

#[test]
fn allowed_ips_say_which_families_a_tunnel_takes_completely() {
    let of = |texts: &[&str]| Families::of(&texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>());
    assert_eq!(of(&["0.0.0.0/0", "::/0"]), Families::BOTH);
    assert_eq!(of(&["128.0.0.0/1", "0.0.0.0/1"]), Families { ipv4: true, ipv6: false });
    assert_eq!(of(&["::/0", "10.0.0.0/8"]), Families { ipv4: false, ipv6: true });
    assert_eq!(of(&[]), Families::default());
}

#[test]
fn the_trace_says_for_each_condition_what_was_seen() {
    let text = "when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down\nwhen metered then up nas\notherwise up office";
    let decision = decide(&rules(text), &facts(vec![wifi("Home", Security::Wpa2, CAFE_GATEWAY)]));
    let [trace] = decision.trace.as_slice() else { panic!("{:?}", decision.trace) };
    assert_eq!(trace.interface.as_deref(), Some("wlan0"));
    assert_eq!(trace.possible, [Source::Otherwise]);
    let first = &trace.rules[0];
    assert_eq!((first.rule, first.verdict), (0, Verdict::NotMatched));
    let verdicts: Vec<Verdict> = first.conditions.iter().map(|condition| condition.verdict).collect();
    assert_eq!(verdicts, [Verdict::Matched, Verdict::NotMatched]);
    assert_eq!(first.conditions[1].seen, Seen::Gateway(Known::Known(CAFE_GATEWAY.parse().unwrap())));
    assert_eq!(trace.rules[1].conditions[0].seen, Seen::Metered(Known::Known(false)));
    let json = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<adit_rules::Decision>(&json).unwrap(), decision);
}

#[test]
fn a_hidden_network_is_an_unknown_name() {
    let mut hidden = home();
    hidden.links[0].wifi = Some(Wifi { ssid: None, bssid: None, security: Some(Security::Wpa2) });
    assert_eq!(verdict("wifi \"Home\"", &hidden), Verdict::Unknown);
    assert_eq!(verdict("wifi wpa2", &hidden), Verdict::Matched);
}

#[test]
fn a_time_window_follows_the_time_of_the_facts() {
    let text = "when time mon-fri 22:00-06:00 then down\notherwise up office";
    let at = |day, hour| Facts { at: LocalTime::new(day, hour, 0).unwrap(), ..home() };
    assert_eq!(outcome(text, &at(Day::Saturday, 5)), "down");
    assert_eq!(outcome(text, &at(Day::Saturday, 6)), "up office");
    assert_eq!(outcome(text, &at(Day::Sunday, 23)), "up office");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// With certain facts, the decision is that of the reference.
    #[test]
    fn certain_decisions_are_those_of_the_reference(rules in decidable_rules(), facts in known_facts()) {
        let decision = adit_rules::decide(&rules, Some(&facts), &tunnels());
        prop_assert!(decision.is_certain);
        let (coverage, kill_switch) = reference::outcome(&rules, &facts, &tunnels());
        prop_assert_eq!(decision.coverage, coverage);
        prop_assert_eq!(reference::switch(decision.kill_switch, decision.coverage), kill_switch);
    }

    /// Whatever the hidden facts are, the decision without them protects at least as much. Nothing is more protective than nothing known.
    #[test]
    fn unknown_facts_never_weaken_a_decision(rules in decidable_rules(), facts in known_facts(), mask in mask()) {
        let (coverage, kill_switch) = reference::outcome(&rules, &facts, &tunnels());
        let partial = adit_rules::decide(&rules, Some(&hidden(&facts, mask)), &tunnels());
        let nothing = adit_rules::decide(&rules, None, &tunnels());
        for decision in [&partial, &nothing] {
            prop_assert!(decision.coverage >= coverage);
            prop_assert!(reference::switch(decision.kill_switch, decision.coverage) >= kill_switch);
        }
        prop_assert!(nothing.coverage >= partial.coverage);
    }
}
