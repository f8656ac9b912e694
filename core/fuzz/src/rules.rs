//! The language of on-demand rules.
//!
//! For every text: no byte is lost; every error has its place and a sentence, and shows no key of the text; rules that are read can
//! be written, read again, edited, decided and compiled.

use adit_rules::controller::{Clock, Controller, Input};
use adit_rules::facts::{Day, Facts, Known, Link, LinkKind, LocalTime, Mac, Ssid, Wifi};
use adit_rules::ios::{SecondLink, compile};
use adit_rules::text::{Document, message, write};
use adit_rules::{Families, RuleSet, Tunnel, Tunnels, lint};

/// Checks one text.
pub fn check(bytes: &[u8]) {
    json(bytes);
    let Ok(document) = Document::parse(bytes) else { return };
    assert_eq!(document.text().as_bytes(), bytes, "a document keeps every byte");
    match document.rules() {
        Ok(rules) => {
            assert_eq!(document.rule_count(), rules.rules.len());
            edits(&document, &rules);
            used(&rules);
        }
        Err(found) => {
            assert!(!found.is_empty(), "an error without a reason");
            for diagnostic in found {
                assert!(diagnostic.line >= 1 && diagnostic.column >= 1);
                assert!(document.text().get(diagnostic.span.clone()).is_some(), "a place outside the text");
                message::render("rules", &diagnostic);
            }
        }
    }
}

/// Rules in JSON are as strict as rules in text.
fn json(bytes: &[u8]) {
    if let Ok(rules) = serde_json::from_slice::<RuleSet>(bytes) {
        let text = write(&rules);
        if let Ok(document) = Document::parse(text.as_bytes()) {
            assert_eq!(document.rules().ok(), Some(rules), "what is written is read back");
        }
    }
}

fn edits(document: &Document, rules: &RuleSet) {
    let text = write(rules);
    // The canonical text may be longer than the original, and longer than a text may be.
    if let Ok(written) = Document::parse(text.as_bytes()) {
        assert_eq!(written.rules().ok().as_ref(), Some(rules), "what is written is read back");
    }
    let Some(first) = rules.rules.first() else { return };
    if let Ok(replaced) = document.replace(0, first) {
        assert_eq!(replaced.rules().ok().as_ref(), Some(rules), "a rule in its own place changes nothing");
    }
    if let Ok(inserted) = document.insert(1, first) {
        let mut expected = rules.clone();
        expected.rules.insert(1, first.clone());
        assert_eq!(inserted.rules().ok(), Some(expected), "an inserted rule is found at its place");
    }
    let removed = document.remove(0).expect("there is a first rule");
    assert_eq!(removed.rules().ok().map(|rest| rest.rules), Some(rules.rules[1..].to_vec()), "the other rules stay");
}

/// Decides with rules whose names all exist, in a network of which some facts are known.
fn used(rules: &RuleSet) {
    let known =
        rules.tunnels().into_iter().map(|name| Tunnel { name: name.clone(), full: Families::BOTH, endpoints: 3 }).collect();
    let tunnels = Tunnels { known, chosen: None };
    let wifi = Wifi { ssid: Ssid::new("Home").ok(), bssid: None, security: None };
    let gateway_mac = Some(Mac::new([0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]));
    let link = Link { wifi: Some(wifi), gateway_mac, ..Link::unknown("wlan0", LinkKind::Wifi) };
    let at = LocalTime::new(Day::Friday, 23, 0).expect("a time");
    let facts = Facts { links: vec![link], at, other_vpn: Known::Unknown };
    let nothing = adit_rules::decide(rules, None, &tunnels);
    let something = adit_rules::decide(rules, Some(&facts), &tunnels);
    assert!(nothing.coverage >= something.coverage, "more facts protect more");
    lint::warnings(rules, &tunnels);
    for name in rules.tunnels() {
        let compiled = compile(rules, name, &tunnels, SecondLink::Cellular);
        assert!(!compiled.rules.is_empty());
    }
    let mut controller = Controller::new(rules.clone(), tunnels);
    let mut clock = Clock { now: adit_protocol::Instant::from_nanos(1), local: at };
    controller.handle(clock, Input::Facts(facts));
    for _ in 0..4 {
        let Some(wake) = controller.next_wake() else { break };
        assert!(wake > clock.now, "a call is asked for at once again");
        clock.now = wake;
        controller.poll(clock);
    }
    let target = controller.status(clock).target.expect("something has been applied");
    assert!(target.tunnels.is_none_or(|uses| uses.len() <= 64 * 1024));
}
