use adit_rules::facts::Day;
use adit_rules::text::Document;

use super::*;

fn link(interface: &str, is_default: bool) -> seen::Link {
    seen::Link {
        interface: interface.into(),
        carrier_changes: 1,
        kind: seen::LinkKind::Wifi,
        is_default,
        wifi: Some(seen::Wifi {
            ssid: seen::Ssid::new(b"home"),
            bssid: Some(seen::Mac([2, 0, 0, 0, 0, 1])),
            security: Some(seen::Security::Wpa3),
        }),
        gateway_mac: Some(seen::Mac([2, 0, 0, 0, 0, 2])),
        subnets: vec!["192.168.1.0/24".parse().unwrap()],
        dns_suffixes: seen::Known::Known(vec!["home.arpa".into()]),
        metered: seen::Known::Known(false),
        portal: seen::Portal::None,
    }
}

fn at() -> LocalTime {
    LocalTime::new(Day::Monday, 9, 30).unwrap()
}

#[test]
fn every_property_of_a_link_becomes_the_fact_of_the_same_meaning() {
    let home = ProbeResult::Answered { key: PublicKey::from_bytes([1; 32]) };
    let networks = seen::Facts { links: vec![link("wlan0", true)], other_vpn: seen::Known::Known(true) };
    let expected = Link {
        interface: "wlan0".into(),
        kind: LinkKind::Wifi,
        is_default: true,
        wifi: Some(Wifi {
            ssid: Ssid::new(b"home".as_slice()).ok(),
            bssid: Some(Mac::new([2, 0, 0, 0, 0, 1])),
            security: Some(Security::Wpa3),
        }),
        gateway_mac: Some(Mac::new([2, 0, 0, 0, 0, 2])),
        subnets: vec!["192.168.1.0/24".parse().unwrap()],
        dns_suffixes: Known::Known(vec!["home.arpa".into()]),
        metered: Known::Known(false),
        home,
        portal: Portal::None,
    };
    assert_eq!(facts(&networks, at(), |_| home), Facts { links: vec![expected], at: at(), other_vpn: Known::Known(true) });
}

#[test]
fn unknown_facts_stay_unknown() {
    let bare = seen::Link {
        wifi: None,
        gateway_mac: None,
        subnets: Vec::new(),
        dns_suffixes: seen::Known::Unknown,
        metered: seen::Known::Unknown,
        portal: seen::Portal::Unknown,
        ..link("wlan0", true)
    };
    let networks = seen::Facts { links: vec![bare], other_vpn: seen::Known::Unknown };
    let expected = Link::unknown("wlan0", LinkKind::Wifi);
    let found = facts(&networks, at(), |_| ProbeResult::NotAsked);
    assert_eq!(found, Facts { links: vec![expected], at: at(), other_vpn: Known::Unknown });
}

#[test]
fn the_links_with_the_preferred_default_route_come_first() {
    let links = vec![link("eth0", false), link("usb0", true), link("wlan0", false)];
    let networks = seen::Facts { links, other_vpn: seen::Known::Known(false) };
    let found = facts(&networks, at(), |_| ProbeResult::NotAsked);
    let names: Vec<&str> = found.links.iter().map(|link| link.interface.as_str()).collect();
    assert_eq!(names, ["usb0", "eth0", "wlan0"]);
}

#[test]
fn the_keys_to_ask_for_are_those_of_all_rules_each_once_and_in_their_order() {
    let [one, two] = [2, 1].map(|number| PublicKey::from_bytes([number; 32]));
    let text = format!("when home probe {one} then down\nwhen metered and not home probe {two} or {one} then leave\n");
    let rules = Document::parse(text.as_bytes()).unwrap().rules().unwrap();
    assert_eq!(home_keys(&rules), [one, two]);
    assert_eq!(home_keys(&RuleSet::default()), []);
}
