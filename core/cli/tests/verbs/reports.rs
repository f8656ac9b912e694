//! Verbs that report states and events.

use std::io::Read;

use serde_json::Value;

use crate::bench::{Bench, Lines, OWN, Ran, conf, office};

#[test]
fn a_list_has_a_line_for_each_tunnel_and_no_colours_where_nobody_sees_them() {
    let bench = Bench::new();
    assert_eq!(bench.adit(&["list"]).ok(), "There are no tunnels; import some with: adit import FILE\n");
    bench.keep("office", &office());
    bench.keep("home", &conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    bench.adit(&["up", "office", "--wait"]).ok();
    let list = bench.adit(&["list"]).ok();
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].starts_with("NAME    STATE"), "{list}");
    assert!(lines[0].contains("  KILL SWITCH  "), "{list}");
    assert_eq!(lines[1].split_whitespace().collect::<Vec<_>>(), ["home", "○", "off", "off"], "the state, and the kill switch");
    assert!(lines[2].starts_with("office  ● healthy  "), "{list}");
    assert!(!list.contains('\u{1b}'));
    let json = bench.adit(&["list", "--json"]).json();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(bench.adit(&["status"]).ok().lines().count(), 3);
}

#[test]
fn a_status_says_everything_that_is_known_and_no_secret() {
    let bench = Bench::new();
    bench.keep(
        "office",
        &office().replace("[Peer]", "[Peer]\n# Name = server\nPresharedKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="),
    );
    let status = bench.adit(&["status", "office"]).ok();
    assert!(status.starts_with("office  ○ off\n"), "{status}");
    for wanted in [
        "Allowed IPs   10.8.0.0/24",
        "Endpoint      192.0.2.1:51820",
        "Preshared key at least ",
        "Key           at least ",
        "At start      stays off",
    ] {
        assert!(status.contains(wanted), "{wanted}: {status}");
    }
    bench.adit(&["up", "office"]).ok();
    let status = bench.adit(&["status", "office"]).ok();
    for wanted in ["Data path     1 queue", "MTU           ", "Handshake     never", "Traffic       "] {
        assert!(status.contains(wanted), "{wanted}: {status}");
    }
    assert!(!status.contains(OWN));
    let json = bench.adit(&["status", "office", "--json"]).json();
    assert_eq!(json["state"]["data_path"]["queues"], 1);
    assert_eq!(json["peers"][0]["has_preshared_key"], true);
}

#[test]
fn a_tunnel_that_could_not_come_up_says_why() {
    let bench = Bench::new();
    bench.keep("office", &office().replace("192.0.2.1:", "nowhere.example:"));
    let error = bench.adit(&["up", "office"]).fails(1);
    assert!(error.contains("the address of nowhere.example was not found"), "{error}");
    let status = bench.adit(&["status", "office"]).ok();
    assert!(
        status.starts_with("office  ✕ off, failed\n") && status.contains("Why           the address of nowhere.example"),
        "{status}"
    );
}

#[test]
fn a_route_names_tunnel_peer_and_reason() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let text = bench.adit(&["route", "10.8.0.7"]).ok();
    assert_eq!(
        text,
        "10.8.0.7 goes past all tunnels: no tunnel that is up has it\n  could go through office to its peer Y2FD…UXn0, which has \
         10.8.0.0/24\n"
    );
    bench.adit(&["up", "office"]).ok();
    let text = bench.adit(&["route", "10.8.0.7"]).ok();
    assert_eq!(text, "10.8.0.7 goes through office to its peer Y2FD…UXn0: 10.8.0.0/24 is the narrowest network that has it\n");
    assert_eq!(bench.adit(&["route", "10.8.0.7", "--json"]).json()["route"]["kind"], "tunnel");
    assert_eq!(bench.adit(&["route", "office"]).code, 2);
}

#[test]
fn the_log_is_in_sentences_and_goes_on_while_it_is_followed() {
    let bench = Bench::new();
    bench.keep("office", &office());
    bench.adit(&["up", "office"]).ok();
    let log = bench.adit(&["logs"]).ok();
    assert!(log.contains("info   [office] imported\n") && log.contains("[office] up\n"), "{log}");
    assert_eq!(bench.adit(&["logs", "--level", "error"]).ok(), "");
    let first = bench.adit(&["logs", "--json"]).ok();
    assert_eq!(serde_json::from_str::<Value>(first.lines().next().unwrap()).unwrap()["code"], "imported");
    let mut following = bench.running(&["logs", "-f", "office"]);
    let lines = Lines::of(&mut following);
    lines.until("[office] up");
    bench.adit(&["down", "office"]).ok();
    lines.until("[office] down");
    following.kill().unwrap();
    following.wait().unwrap();
}

#[test]
fn the_log_tells_each_handshake_to_who_asks_for_it() {
    let bench = Bench::new();
    bench.keep("office", &office());
    bench.adit(&["up", "office", "--wait"]).ok();
    let told = |level: &str| bench.adit(&["logs", "office", "--level", level]).ok();
    assert!(!told("info").contains("handshake"));
    /// The short form of the peer's public key.
    const SHORT: &str = "Y2FD…UXn0";
    for level in ["debug", "trace"] {
        let log = told(level);
        assert!(log.contains(&format!("asks peer {SHORT} for a handshake\n")), "{log}");
        assert!(log.contains(&format!("peer {SHORT} has answered: there is a new session\n")), "{log}");
    }
}

#[test]
fn events_are_one_object_on_each_line() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let mut child = bench.running(&["events", "--json"]);
    let lines = Lines::of(&mut child);
    // The program may still be connecting, so the event is repeated until it is seen.
    let line = std::thread::scope(|scope| {
        let reader = scope.spawn(|| lines.until("tunnel_changed"));
        while !reader.is_finished() {
            bench.adit(&["toggle", "office"]).ok();
        }
        reader.join().unwrap()
    });
    let notice: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(notice["event"]["tunnel"]["name"], "office");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_watch_repeats_itself_and_ends_with_success_when_asked_to() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let mut child = bench.running(&["watch"]);
    let lines = Lines::of(&mut child);
    lines.until("office  ○ off");
    lines.until("office  ○ off");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let mut rest = String::new();
    lines.0.lock().unwrap().read_to_string(&mut rest).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_closes_early_causes_no_error() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let mut child = bench.running(&["watch", "--json"]);
    let lines = Lines::of(&mut child);
    lines.until("office");
    drop(lines);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_program_is_run_for_what_it_wants_to_know_and_gets_it_as_json() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let told = bench.path("told");
    let script = format!(
        "#!/bin/sh\nprintf '%s %s %s %s\\n' \"$ADIT_EVENT\" \"$ADIT_TUNNEL\" \"$ADIT_CODE\" \"$(cat)\" >>{told}\nexit 3\n"
    );
    let program = bench.file("tell-me", script);
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let mut child = bench.running(&["events", "--only", "down", "--only", "paused", "--run", &program]);
    let read = || std::fs::read_to_string(&told).unwrap_or_default();
    // The program may still be connecting, so the event is repeated until it is seen.
    while read().lines().count() < 2 {
        bench.adit(&["toggle", "office"]).ok();
    }
    child.kill().unwrap();
    let output = Ran::from(child.wait_with_output().unwrap());
    assert!(output.out.is_empty() && output.err.contains("tell-me failed: exit status: 3"), "{output:?}");
    for line in read().lines() {
        let json = line.strip_prefix("log office down ").unwrap_or_else(|| panic!("{line}"));
        assert_eq!(serde_json::from_str::<Value>(json).unwrap()["event"]["line"]["code"], "down");
    }
}
