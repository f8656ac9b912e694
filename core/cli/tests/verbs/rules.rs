//! `adit rules` as a user types it.

use adit_platform::network_facts::{Facts, Known, Link, LinkKind, Mac, Portal, Security, Ssid, Wifi};

use crate::bench::{Bench, Ran, office};

fn home() -> Known<Facts> {
    let link = Link {
        interface: "wlan0".into(),
        carrier_changes: 0,
        kind: LinkKind::Wifi,
        is_default: true,
        wifi: Some(Wifi { ssid: Ssid::new(b"Home"), bssid: None, security: Some(Security::Wpa2) }),
        gateway_mac: Some(Mac([0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff])),
        subnets: Vec::new(),
        dns_suffixes: Known::Unknown,
        metered: Known::Unknown,
        portal: Portal::None,
    };
    Known::Known(Facts { links: vec![link], other_vpn: Known::Known(false) })
}

#[test]
fn rules_are_added_moved_tested_and_removed() {
    let bench = Bench::new();
    bench.keep("office", &office());
    assert_eq!(bench.adit(&["rules", "list"]).ok(), "there are no rules\n");
    bench.adit(&["rules", "add", "when wifi open then leave\notherwise leave"]).ok();
    bench.adit(&["rules", "add", "\"Lab\": when dns suffix lab.example then leave, kill switch off", "--at", "1"]).ok();
    let list = bench.adit(&["rules", "list"]).ok();
    assert!(list.contains("  1  \"Lab\": when dns suffix lab.example then leave, kill switch off\n"), "{list}");
    assert!(list.contains("  2  when wifi open then leave\n"), "{list}");
    bench.adit(&["rules", "move", "1", "2"]).ok();
    let text = bench.adit(&["rules", "export"]).ok();
    assert_eq!(
        text,
        "when wifi open then leave\n\"Lab\": when dns suffix lab.example then leave, kill switch off\notherwise leave\n"
    );
    let tested = bench.adit(&["rules", "test", "--ssid", "x", "--security", "open"]).ok();
    assert!(tested.starts_with("rule 1: all tunnels stay as they are"), "{tested}");
    assert!(tested.contains("wifi open: matches (open)"), "{tested}");
    let tested = bench.adit(&["rules", "test", "--kind", "ethernet", "--dns-suffix", "lab.example", "--json"]).json();
    assert_eq!((tested["by"]["name"].as_str(), tested["is_certain"].as_bool()), (Some("Lab"), Some(true)));
    bench.adit(&["rules", "remove", "2"]).ok();
    bench.adit(&["rules", "remove", "2"]).fails(5);
    assert_eq!(bench.adit(&["rules", "list", "--json"]).json()["revision"], 4);
    bench.adit(&["rules", "remove"]).fails(2);
    assert!(bench.adit(&["rules", "remove", "--all"]).ok().contains("all rules are removed"));
    assert!(bench.adit(&["rules", "list"]).ok().contains("there are no rules"));
    assert!(bench.adit(&["rules", "remove", "--all"]).ok().contains("the rules are as they were"));
}

#[test]
fn all_errors_of_a_text_are_shown_at_once_with_their_places_and_nothing_is_saved() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let file =
        bench.file("rules.txt", "when wifi \"Home then down\nwhen gateway nonsense then up office\nkill switch sometimes\n");
    let error = bench.adit(&["rules", "import", &file]).fails(8);
    for place in ["rules.txt:1:11: error", "rules.txt:2:14: error", "rules.txt:3:13: error"] {
        assert!(error.contains(place), "{place}: {error}");
    }
    assert!(error.contains("there are 4 errors, so nothing was changed"), "{error}");
    assert_eq!(bench.adit(&["rules", "export"]).ok(), "");
    let error = bench.adit(&["rules", "add", "when wifi then"]).fails(8);
    assert!(error.contains("rule:1:"), "{error}");
    bench.adit(&["rules", "add", "kill switch always"]).fails(2);
}

#[test]
fn the_present_network_is_trusted_and_why_says_what_acts() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let error = bench.adit(&["rules", "trust"]).fails(1);
    assert!(error.contains("in no network"), "{error}");
    bench.networks.set(home());
    bench.adit(&["rules", "add", "otherwise leave"]).ok();
    bench.adit(&["rules", "trust"]).ok();
    let text = bench.adit(&["rules", "export"]).ok();
    assert_eq!(
        text,
        "when wifi \"Home\" and wifi wpa2 and gateway aa:bb:cc:dd:ee:ff then down, kill switch off\notherwise leave\n"
    );
    let why = bench.adit(&["rules", "why"]).ok();
    assert!(why.starts_with("rule 1: no tunnel of the rules is up; kill switch: off\nwlan0:\n"), "{why}");
    assert!(why.contains("gateway aa:bb:cc:dd:ee:ff: matches (aa:bb:cc:dd:ee:ff)"), "{why}");
    bench.adit(&["rules", "pause", "1h"]).ok();
    assert!(bench.adit(&["rules", "why"]).ok().contains("the rules are paused for"));
    bench.adit(&["rules", "resume"]).ok();
    assert!(!bench.adit(&["rules", "why"]).ok().contains("paused"));
}

#[test]
fn an_editor_changes_the_rules_and_a_wrong_text_is_kept() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let edit = |script: &str| {
        let editor = bench.path("editor");
        std::fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut command = bench.command(&["rules", "edit"]);
        Ran::from(command.env("EDITOR", editor).env_remove("VISUAL").output().unwrap())
    };
    assert_eq!(edit("echo 'otherwise leave' > \"$1\"").ok(), "the rules are changed\n");
    assert_eq!(edit("true").ok(), "the rules are as they were\n");
    let error = edit("echo 'otherwise perhaps' > \"$1\"").fails(8);
    assert!(error.contains("rules:1:11: error") && error.contains("your text is in "), "{error}");
    let kept = error.trim().rsplit(' ').next().unwrap();
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "otherwise perhaps\n");
    assert_eq!(bench.adit(&["rules", "export"]).ok(), "otherwise leave\n");
}

#[test]
fn a_ready_made_text_names_the_tunnel_as_it_is_called() {
    let bench = Bench::new();
    bench.keep("office", &office());
    bench.adit(&["rules", "preset", "open-wifi", "OFFICE"]).ok();
    let text = bench.adit(&["rules", "export"]).ok();
    assert!(text.contains("up office everything"), "{text}");
    bench.adit(&["rules", "preset", "always", "nowhere"]).fails(5);
}

#[test]
fn a_tunnel_is_given_a_time_after_which_it_goes_down() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    assert_eq!(bench.adit(&["down", "office", "--after", "90m"]).ok(), "office goes down in 1 h 30 min\n");
    let off = bench.adit(&["rules", "why", "--json"]).json()["auto_off"][0].clone();
    assert_eq!(off["id"], id.to_string());
    assert!(bench.adit(&["rules", "why"]).ok().contains("office goes down in 1 h"));
    assert_eq!(bench.adit(&["down", "office", "--after", "never"]).ok(), "office no longer goes down by itself\n");
    assert!(bench.adit(&["rules", "why", "--json"]).json()["auto_off"].as_array().is_some_and(Vec::is_empty));
    bench.adit(&["down", "office", "--after", "soon"]).fails(2);
}
