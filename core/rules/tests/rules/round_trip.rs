//! Every set of rules is read back from its text and from JSON; no text breaks anything.

use adit_rules::RuleSet;
use adit_rules::facts::{Mac, Ssid};
use adit_rules::rule::{Glob, Window};
use adit_rules::text::{Document, message, rule, write};
use proptest::prelude::*;

use crate::generate::{any_name, any_rules, any_ssid, known_facts};

/// Pieces of the language, so that random texts get far.
fn piece() -> impl Strategy<Value = String> {
    let words = "when wifi ethernet cellular other network vpn bssid gateway subnet dns suffix metered time home probe no not and or then up down \
        leave otherwise kill switch always only untrusted off everything private ranges except this lan without answer for next endpoint \
        manual choice open office mon-fri 22:00-06:00 10.0.0.0/8 aa:bb:cc:dd:ee:ff corp.example 30 s , : # \" \\ \n \r\n \t";
    let words: Vec<String> = words.split(' ').map(str::to_owned).chain(["\n".into(), " ".into(), "\"Home\"".into()]).collect();
    prop_oneof![8 => proptest::sample::select(words), 1 => "\\PC{0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn written_rules_are_read_back(rules in any_rules()) {
        let text = write(&rules);
        let document = Document::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(document.rules().map_err(|found| crate::support::render(&found)), Ok(rules.clone()), "{}", text);
        prop_assert_eq!(document.rule_count(), rules.rules.len());
        let json = serde_json::to_string(&rules).unwrap();
        prop_assert_eq!(serde_json::from_str::<RuleSet>(&json).unwrap(), rules);
    }

    #[test]
    fn an_inserted_rule_is_found_at_its_place(rules in any_rules(), new in any_rules(), at in any::<prop::sample::Index>()) {
        let Some(new) = new.rules.first() else { return Ok(()) };
        let document = Document::parse(write(&rules).as_bytes()).unwrap();
        let index = at.index(rules.rules.len() + 1);
        let mut expected = rules;
        expected.rules.insert(index, new.clone());
        let inserted = document.insert(index, new).unwrap();
        prop_assert_eq!(inserted.rules().unwrap(), expected);
        prop_assert_eq!(inserted.remove(index).unwrap(), document);
    }

    #[test]
    fn a_renamed_tunnel_is_renamed_everywhere(rules in any_rules(), old in any_name(), new in any_name()) {
        let document = Document::parse(write(&rules).as_bytes()).unwrap();
        let renamed = document.rename(&old, &new).unwrap().rules().unwrap();
        prop_assert!(old.is(&new) || renamed.tunnels().iter().all(|tunnel| !tunnel.is(&old)));
        let had = rules.tunnels().iter().any(|tunnel| tunnel.is(&old));
        prop_assert!(!had || renamed.tunnels().iter().any(|tunnel| tunnel.is(&new)));
    }

    #[test]
    fn no_text_breaks_anything(pieces in proptest::collection::vec(piece(), 0..40), spaces in any::<bool>()) {
        let text = pieces.join(if spaces { " " } else { "" });
        let document = Document::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(document.text(), text.as_str());
        match document.rules() {
            Ok(rules) => prop_assert_eq!(Document::parse(write(&rules).as_bytes()).unwrap().rules().unwrap(), rules),
            Err(found) => {
                prop_assert!(!found.is_empty());
                for diagnostic in found {
                    prop_assert!(document.text().get(diagnostic.span.clone()).is_some() && diagnostic.line >= 1 && diagnostic.column >= 1);
                    message::render("rules", &diagnostic);
                }
            }
        }
    }

    #[test]
    fn values_are_read_back_from_their_text(ssid in any_ssid(), bytes in any::<[u8; 6]>(), text in "\\PC{0,12}") {
        prop_assert_eq!(ssid.to_string().parse::<Ssid>(), Ok(ssid.clone()));
        let glob = Glob::literal(&ssid);
        prop_assert!(glob.matches(&ssid) && glob.only_name() == Some(ssid));
        prop_assert_eq!(glob.to_string().parse::<Glob>(), Ok(glob));
        let mac = Mac::new(bytes);
        prop_assert_eq!(mac.to_string().parse::<Mac>(), Ok(mac));
        if let Ok(glob) = text.parse::<Glob>() {
            prop_assert_eq!(glob.to_string().parse::<Glob>(), Ok(glob));
        }
        if let Ok(window) = text.parse::<Window>() {
            prop_assert_eq!(window.to_string().parse::<Window>(), Ok(window));
        }
    }

    #[test]
    fn facts_are_read_back_from_json(facts in known_facts()) {
        let json = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(serde_json::from_str::<adit_rules::Facts>(&json).unwrap(), facts);
    }
}

#[test]
fn json_that_says_nothing_or_something_else_is_refused() {
    for json in [
        r#"{"rules":[{"when":[],"then":{"action":"down"}}]}"#,
        r#"{"rules":[{"when":[{"is":{"ssid":[]}}],"then":{"action":"down"}}]}"#,
        r#"{"rules":[{"when":[{"is":{"ssid":[""]}}],"then":{"action":"down"}}]}"#,
        r#"{"rules":[{"when":[{"is":{"gateway":["aa:bb"]}}],"then":{"action":"down"}}]}"#,
        r#"{"rules":[{"when":[{"is":{"subnet":["192.168.1.5/24"]}}],"then":{"action":"down"}}]}"#,
        r#"{"otherwise":{"action":{"up":[]}}}"#,
        r#"{"otherwise":{"action":{"up":[{"tunnel":"office","mode":{"only":["10.5.0.0/8"]}}]}}}"#,
        r#"{"otherwise":{"action":"down"},"rulez":[]}"#,
        r#"{"manual":1}"#,
    ] {
        assert!(serde_json::from_str::<RuleSet>(json).is_err(), "{json}");
    }
}

#[test]
fn one_rule_is_written_as_one_line() {
    let rules = crate::support::rules("\"up\": when wifi \"a\\\"b\" then up \"up\"");
    assert_eq!(rule(&rules.rules[0]), "\"up\": when wifi \"a\\\"b\" then up \"up\"");
}
