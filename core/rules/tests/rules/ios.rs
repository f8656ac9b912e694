//! Rules for iOS and macOS beyond those of the official app (`tables.rs`).

use adit_rules::Link;
use adit_rules::facts::{Facts, Known, LinkKind, Ssid, Wifi};
use adit_rules::ios::{LeftOut, LeftOutKind, OnDemandAction, OnDemandInterface, OnDemandRule, SecondLink, compile};
use adit_rules::rule::Action;
use adit_rules::text::{Document, write};
use proptest::prelude::*;

use crate::generate::{decidable_rules, known_facts};
use crate::support::{HOME_KEY, home, name, rules, tunnels};
use crate::tables::short;

fn compiled(text: &str) -> (String, Vec<LeftOut>) {
    let compiled = compile(&rules(text), &name("office"), &tunnels(), SecondLink::Cellular);
    (compiled.rules.iter().map(short).collect::<Vec<_>>().join(", "), compiled.left_out)
}

fn left_out(rule: usize, what: LeftOutKind) -> LeftOut {
    LeftOut { rule: Some(rule), what }
}

#[test]
fn names_with_the_same_consequence_share_a_rule_and_leave_becomes_ignore() {
    let (text, left_out) = compiled(
        "when wifi \"A\" or \"B\" then down\nwhen wifi \"C\" then leave\nwhen wifi \"D\" then up office\notherwise up office",
    );
    assert_eq!(text, "disconnect(wifi,A,B), ignore(wifi,C), connect(wifi), connect(cell), connect(any)");
    assert_eq!(left_out, []);
}

#[test]
fn a_condition_that_the_system_does_not_know_never_relaxes() {
    for condition in [
        "wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff",
        "wifi \"Home\" and wifi wpa2",
        "wifi \"Home\" and time 09:00-17:00",
        &format!("wifi \"Home\" and home probe {HOME_KEY}"),
        "wifi \"Home\" and not metered",
    ] {
        let (text, found) = compiled(&format!("when {condition} then down\notherwise up office"));
        assert_eq!(text, "connect(any)", "{condition}");
        assert_eq!(found, [left_out(0, LeftOutKind::Condition(1))]);
    }
}

#[test]
fn a_condition_that_the_system_does_not_know_tightens_wherever_it_could_hold() {
    let (text, found) = compiled("when wifi open then up office\notherwise down");
    assert_eq!(text, "connect(wifi), disconnect(cell), disconnect(any)");
    assert_eq!(found, [left_out(0, LeftOutKind::Condition(0))]);
}

#[test]
fn wildcards_are_left_out_and_every_other_name_may_match_them() {
    let (text, found) = compiled("when wifi \"Home\" then down\nwhen wifi \"Caf*\" then up office\notherwise down");
    assert_eq!(text, "disconnect(wifi,Home), connect(wifi), disconnect(cell), disconnect(any)");
    assert_eq!(found, [left_out(1, LeftOutKind::Condition(0))]);
    let (text, found) = compiled("when wifi \"*\" then up office\notherwise down");
    assert_eq!((text.as_str(), found.as_slice()), ("connect(wifi), disconnect(cell), disconnect(any)", [].as_slice()));
    let (text, found) = compiled("when wifi \"!Home\" then up office\notherwise down");
    assert_eq!(
        (text.as_str(), found.as_slice()),
        ("disconnect(wifi,Home), connect(wifi), disconnect(cell), disconnect(any)", [].as_slice())
    );
}

#[test]
fn a_dns_suffix_is_compared_exactly() {
    let (text, found) = compiled("when dns suffix corp.example then down\notherwise up office");
    assert_eq!(
        text,
        "disconnect(wifi,corp.example), connect(wifi), disconnect(cell,corp.example), connect(cell), \
         disconnect(any,corp.example), connect(any)"
    );
    assert_eq!(found, [left_out(0, LeftOutKind::SubDomains(0))]);
}

/// The system compares the default domain alone: another one may be the one that the rule means.
#[test]
fn a_second_dns_suffix_counts_although_the_system_does_not_see_it() {
    let text = "when not dns suffix corp.example then down\nwhen dns suffix x.example then up office\notherwise up office";
    let compiled = compile(&rules(text), &name("office"), &tunnels(), SecondLink::Cellular);
    let mut link = home().links.remove(0);
    link.dns_suffixes = Known::Known(vec!["x.example".into(), "corp.example".into()]);
    assert_eq!(system(&compiled.rules, &link), OnDemandAction::Connect, "{:?}", compiled.rules);
}

#[test]
fn a_link_of_another_kind_has_a_rule_of_its_own() {
    let (text, _) = compiled("when wifi then down\nwhen cellular then leave\notherwise up office");
    assert_eq!(text, "disconnect(wifi), ignore(cell), connect(any)");
    let (text, found) = compiled("when ethernet then up office\notherwise down");
    assert_eq!(text, "disconnect(wifi), disconnect(cell), connect(any)");
    assert_eq!(found, [left_out(0, LeftOutKind::Condition(0))]);
    let (text, found) = compiled("when ethernet or other network then up office\notherwise down");
    assert_eq!(text, "disconnect(wifi), disconnect(cell), connect(any)");
    assert_eq!(found, [left_out(0, LeftOutKind::Condition(0))]);
}

#[test]
fn conditions_that_the_system_cannot_evaluate_are_listed() {
    let text = "without answer for 30 s then down\nmanual choice for 10 min\n\
        when wifi then up nas\nwhen cellular then up office private ranges, kill switch off\notherwise up office, kill switch always";
    let (_, found) = compiled(text);
    assert_eq!(
        found,
        [
            left_out(0, LeftOutKind::OtherTunnel(name("nas"))),
            left_out(1, LeftOutKind::Mode),
            LeftOut { rule: None, what: LeftOutKind::KillSwitch },
            LeftOut { rule: None, what: LeftOutKind::Failover },
            LeftOut { rule: None, what: LeftOutKind::ManualChoice },
        ]
    );
}

#[test]
fn the_order_of_rules_counts_in_the_compiled_form_too() {
    let (text, _) =
        compiled("when wifi \"A\" then up office\nwhen wifi \"A\" or \"B\" then down\nwhen wifi then leave\notherwise up office");
    assert_eq!(text, "connect(wifi,A), disconnect(wifi,B), ignore(wifi), connect(cell), connect(any)");
}

/// What the system does in a network with these rules.
fn system(rules: &[OnDemandRule], link: &Link) -> OnDemandAction {
    let matches = |rule: &&OnDemandRule| {
        let is_kind = match rule.interface {
            OnDemandInterface::Any => true,
            OnDemandInterface::Wifi => link.kind == LinkKind::Wifi,
            OnDemandInterface::Cellular => link.kind == LinkKind::Cellular,
            OnDemandInterface::Ethernet => link.kind == LinkKind::Ethernet,
        };
        let ssid = link.wifi.as_ref().and_then(|wifi: &Wifi| wifi.ssid.as_ref()).map(Ssid::bytes);
        let is_named = rule.ssids.is_empty() || rule.ssids.iter().any(|name| Some(name.as_bytes()) == ssid);
        let domains = &rule.dns_search_domains;
        let Known::Known(announced) = &link.dns_suffixes else { return is_kind && is_named && domains.is_empty() };
        is_kind && is_named && (domains.is_empty() || domains.iter().any(|domain| announced.first() == Some(domain)))
    };
    rules.iter().find(matches).map_or(OnDemandAction::Ignore, |rule| rule.action)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Wherever the rules want the one tunnel up, the system connects it: leaving conditions out never relaxes.
    #[test]
    fn compiled_rules_never_protect_less(rules in decidable_rules(), facts in known_facts()) {
        let Some(link) = facts.links.first() else { return Ok(()) };
        // The system has one tunnel.
        let mut document = Document::parse(write(&rules).as_bytes()).unwrap();
        for other in ["backup", "nas", "lab", "legacy", "gone"] {
            document = document.rename(&name(other), &name("office")).unwrap();
        }
        let rules = document.rules().unwrap();
        let facts = Facts { links: vec![link.clone()], ..facts };
        let decision = adit_rules::decide(&rules, Some(&facts), &tunnels());
        for second in [SecondLink::Cellular, SecondLink::Ethernet] {
            let compiled = compile(&rules, &name("office"), &tunnels(), second);
            if matches!(decision.action, Action::Up(_)) {
                prop_assert_eq!(system(&compiled.rules, link), OnDemandAction::Connect, "{:?}", compiled.rules);
            }
        }
    }
}
