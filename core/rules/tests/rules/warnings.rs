//! Warnings about rules.

use adit_rules::lint::{WarningKind, warnings};
use adit_rules::{Families, Tunnel, Tunnels};

use crate::support::{HOME_KEY, name, rules, tunnels};

/// Returns the warnings as `(rule, kind)`.
fn found(text: &str) -> Vec<(Option<usize>, WarningKind)> {
    warnings(&rules(text), &tunnels()).into_iter().map(|warning| (warning.rule, warning.kind)).collect()
}

fn of_first(text: &str) -> Vec<WarningKind> {
    found(&format!("{text}\notherwise up office everything")).into_iter().map(|(_, kind)| kind).collect()
}

#[test]
fn trust_that_rests_on_a_name_alone_is_reported() {
    use WarningKind::{AnyNetwork, NameAlone};
    for (text, expected) in [
        ("when wifi \"Home\" then down", vec![NameAlone]),
        ("when wifi \"Home\" and wifi wpa2 then down", vec![NameAlone]),
        ("when wifi \"Home\" and subnet 192.168.1.0/24 and dns suffix lan then down", vec![NameAlone]),
        ("when wifi \"Home\" and not gateway aa:bb:cc:dd:ee:ff then down", vec![NameAlone]),
        ("when wifi \"Home\" then up office private ranges", vec![NameAlone]),
        ("when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down", vec![]),
        ("when wifi \"Home\" and bssid aa:bb:cc:dd:ee:ff then down", vec![]),
        (&format!("when wifi \"Home\" and home probe {HOME_KEY} then down"), vec![]),
        ("when wifi \"Home\" then up backup everything", vec![]),
        ("when ethernet then down", vec![AnyNetwork]),
        ("when not wifi \"Cafe\" then down", vec![AnyNetwork]),
        ("when wifi \"!Cafe\" then down", vec![AnyNetwork]),
        ("when subnet 192.168.1.0/24 then leave", vec![AnyNetwork]),
        ("when no network then down", vec![]),
    ] {
        assert_eq!(of_first(text), expected, "{text}");
    }
}

#[test]
fn a_rule_relaxes_also_if_only_the_kill_switch_is_weaker() {
    let text =
        "when wifi \"Home\" then up office everything, kill switch off\notherwise up office everything, kill switch always";
    assert_eq!(found(text), [(Some(0), WarningKind::NameAlone)]);
    // Compared with a later rule, too.
    let text = "when wifi \"Home\" then down\nwhen wifi then up office everything\notherwise down";
    assert_eq!(found(text), [(Some(0), WarningKind::NameAlone)]);
}

#[test]
fn a_rule_that_relaxes_on_open_wifi_is_reported() {
    use WarningKind::{AnyNetwork, NameAlone, RelaxesOnOpen};
    assert_eq!(of_first("when wifi open then down"), [RelaxesOnOpen, AnyNetwork]);
    assert_eq!(of_first("when wifi \"Lounge\" and wifi wep or wpa then down"), [RelaxesOnOpen, NameAlone]);
    assert_eq!(of_first("when wifi open and gateway aa:bb:cc:dd:ee:ff then down"), [RelaxesOnOpen]);
    assert_eq!(of_first("when wifi open then up office everything"), []);
}

#[test]
fn a_rule_that_is_never_reached_is_reported_with_the_one_before_it() {
    let never = |first: &str, second: &str| {
        let text = format!(
            "when {first} then up office everything\nwhen {second} then up backup everything\notherwise up office everything"
        );
        match found(&text).as_slice() {
            [] => false,
            [(Some(1), WarningKind::NeverReached { by: 0 })] => true,
            other => panic!("{other:?}"),
        }
    };
    for (first, second, expected) in [
        ("wifi", "wifi \"Home\"", true),
        ("wifi", "wifi open", true),
        ("wifi or ethernet", "ethernet", true),
        ("wifi \"*\"", "wifi \"Home\"", true),
        ("wifi \"Ho*\"", "wifi \"Home\" and metered", true),
        ("wifi \"Home\"", "wifi \"Home\" or \"Work\"", false),
        ("wifi \"Home\" or \"Work\"", "wifi \"Work\"", true),
        ("wifi \"Home\" and metered", "wifi \"Home\"", false),
        ("metered", "metered and wifi", true),
        ("not metered", "metered", false),
        ("subnet 10.0.0.0/8", "subnet 10.1.0.0/16", true),
        ("subnet 10.1.0.0/16", "subnet 10.0.0.0/8", false),
        ("dns suffix example", "dns suffix corp.example", true),
        ("gateway aa:bb:cc:dd:ee:ff or aa:bb:cc:dd:ee:00", "gateway aa:bb:cc:dd:ee:00", true),
        ("not wifi \"Home\"", "not wifi \"Home\" or \"Work\"", true),
        ("not wifi \"Home\" or \"Work\"", "not wifi \"Home\"", false),
        ("wifi", "not ethernet", false),
        ("not ethernet", "wifi", true),
        ("not no network", "wifi", true),
    ] {
        assert_eq!(never(first, second), expected, "{first} / {second}");
    }
}

#[test]
fn a_rule_whose_conditions_exclude_each_other_is_reported() {
    for text in [
        "when wifi and ethernet then down",
        "when wifi \"Home\" and not wifi then down",
        "when wifi open and cellular then down",
        "when no network and gateway aa:bb:cc:dd:ee:ff then down",
    ] {
        assert_eq!(of_first(text), [WarningKind::NeverMatches], "{text}");
    }
}

#[test]
fn a_tunnel_that_does_not_exist_is_reported_where_it_is_named() {
    use WarningKind::TunnelUnknown;
    let text = "without answer for 30 s then up spare\nwhen wifi then up Gone everything and nas\notherwise up gone everything";
    assert_eq!(found(text), [(Some(0), TunnelUnknown(name("Gone"))), (None, TunnelUnknown(name("spare")))]);
    assert_eq!(found("otherwise up OFFICE"), []);
}

#[test]
fn rules_that_end_in_nothing_are_reported() {
    let set = rules("when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down");
    let kinds: Vec<WarningKind> = warnings(&set, &tunnels()).into_iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, [WarningKind::NoDefault]);
    assert_eq!(warnings(&set, &Tunnels { chosen: Some(name("office")), ..tunnels() }), []);
    assert_eq!(found(""), []);
}

/// A text as long as a text may be. Comparing every rule with the whole rest of the rules would take minutes.
#[test]
fn a_text_of_full_length_is_checked() {
    let one = |number: usize| format!("when subnet 10.{}.{}.0/24 then up t{number}\n", number / 256, number % 256);
    let mut text = String::new();
    let mut count = 0;
    while text.len() + one(count).len() <= 64 * 1024 {
        text += &one(count);
        count += 1;
    }
    let set = rules(&text);
    let known = set.tunnels().into_iter().cloned().map(|name| Tunnel { name, full: Families::default(), endpoints: 1 }).collect();
    let found = warnings(&set, &Tunnels { known, chosen: None });
    assert_eq!(found.len(), count);
    assert!(found.iter().all(|warning| warning.kind == WarningKind::AnyNetwork));
}
