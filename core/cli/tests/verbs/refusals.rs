//! Requests that fail, and the errors that are printed.

use std::process::Command;

use adit_api::Role;
use serde_json::Value;

use crate::bench::{ADIT, Bench, Ran, office};

fn without_daemon(arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    Command::new(ADIT).args(arguments).env("ADIT_SOCKET", folder.path().join("adit.sock")).output().unwrap().into()
}

#[test]
fn without_a_daemon_each_verb_says_how_to_start_it() {
    for arguments in [
        ["list"].as_slice(),
        &["status", "office"],
        &["up", "office"],
        &["down", "office"],
        &["toggle"],
        &["restart", "office"],
        &["reload", "office"],
        &["pause", "office"],
        &["resume"],
        &["preview", "office"],
        &["import", "-"],
        &["export", "office"],
        &["edit", "office"],
        &["save", "office"],
        &["rename", "office", "home"],
        &["remove", "office"],
        &["key", "office", "ask"],
        &["remind", "office", "90"],
        &["boot", "office", "on"],
        &["block", "office", "on"],
        &["approve", "office"],
        &["versions", "office"],
        &["undo", "office"],
        &["rotate", "office", "begin"],
        &["take-over"],
        &["route", "10.0.0.1"],
        &["logs"],
        &["events"],
        &["watch"],
    ] {
        let error = without_daemon(arguments).fails(4);
        assert!(error.contains("the Adit service does not run"), "{arguments:?}: {error}");
        assert!(error.contains("sudo systemctl start aditd"), "{arguments:?}: {error}");
    }
    let error: Value = serde_json::from_str(&without_daemon(&["list", "--json"]).fails(4)).unwrap();
    assert_eq!((&error["error"]["code"], &error["exit"]), (&"no_daemon".into(), &4.into()));
}

#[test]
fn a_mistyped_tunnel_is_answered_with_the_one_that_was_meant() {
    let bench = Bench::new();
    bench.keep("office", &office());
    for verb in ["status", "up", "down", "export", "versions", "restart"] {
        let error = bench.adit(&[verb, "ofice"]).fails(5);
        assert_eq!(error, "adit: no tunnel `ofice`; did you mean `office`?\n", "{verb}");
    }
    assert_eq!(bench.adit(&["up", "zzz"]).fails(5), "adit: no tunnel `zzz`; see them with: adit list\n");
    let error: Value = serde_json::from_str(&bench.adit(&["status", "ofice", "--json"]).fails(5)).unwrap();
    assert_eq!(error["error"]["like"], "office");
    assert!(bench.adit(&["status", "\u{1b}[31m"]).fails(5).contains("\\u{1b}[31m"), "nothing moves the cursor");
}

#[test]
fn a_mistyped_verb_is_answered_with_the_one_that_was_meant() {
    let error = without_daemon(&["statsu"]).fails(2);
    assert!(error.starts_with("adit: ") && error.contains("'status'"), "{error}");
}

#[test]
fn a_user_without_rights_is_told_what_would_help() {
    let bench = Bench::for_callers(Role::Status);
    bench.keep("office", &office());
    bench.adit(&["list"]).ok();
    let error = bench.adit(&["up", "office"]).fails(3);
    assert!(error.contains("group `adit-operators`"), "{error}");
    let error = bench.adit(&["block", "office", "on"]).fails(3);
    assert_eq!(error, "adit: you may not open or change the kill switch of office; try again with sudo\n");
    let bench = Bench::for_callers(Role::Operate);
    bench.keep("office", &office());
    bench.adit(&["up", "office"]).ok();
    let file = bench.file("new.conf", office());
    for arguments in [
        ["export", "office"].as_slice(),
        &["import", &file],
        &["edit", "office", "--from", &file, "--yes"],
        &["remove", "office", "--yes"],
        &["boot", "office", "on"],
        &["versions", "office"],
        &["rotate", "office", "begin"],
        &["rename", "office", "home"],
        &["key", "office", "ask"],
        &["save", "office"],
        &["remind", "office", "90"],
    ] {
        let error = bench.adit(arguments).fails(3);
        assert_eq!(error, "adit: you may not change tunnels or see their keys; try again with sudo\n", "{arguments:?}");
    }
    bench.adit(&["block", "office", "on"]).ok();
    let error = bench.adit(&["block", "office", "lockdown"]).fails(3);
    assert_eq!(error, "adit: you may not set, weaken or end a lockdown; try again with sudo\n");
}
