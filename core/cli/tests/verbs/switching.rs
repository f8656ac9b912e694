//! Verbs that bring tunnels up and down, pause and restart them.

use adit_platform::wg_quick::Standing;

use crate::bench::{Bench, conf, office, silent};

#[test]
fn a_tunnel_goes_up_and_down_and_doing_it_twice_is_no_error() {
    let bench = Bench::new();
    bench.keep("office", &office());
    assert_eq!(bench.adit(&["up", "office"]).ok(), "office is up\n");
    assert_eq!(bench.adit(&["up", "office"]).ok(), "office is up already\n");
    assert_eq!(bench.adit(&["down", "office"]).ok(), "office is down\n");
    assert_eq!(bench.adit(&["down", "office"]).ok(), "office is down already\n");
    assert_eq!(bench.adit(&["up", "OFFICE", "--quiet"]).ok(), "", "capitals do not matter, and quiet is quiet");
    assert_eq!(bench.adit(&["toggle"]).ok(), "office is down\n", "there is only one");
    assert_eq!(bench.adit(&["toggle", "office"]).ok(), "office is up\n");
    assert_eq!(bench.adit(&["restart", "office"]).ok(), "office is up again\n");
    let view = bench.adit(&["down", "office", "--json"]).json();
    assert_eq!((&view["name"], &view["state"]["kind"]), (&"office".into(), &"down".into()));
}

#[test]
fn waiting_ends_with_the_handshake_or_with_a_word_about_the_silence() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let view = bench.adit(&["up", "office", "--wait", "--json"]).json();
    assert!(view["state"]["peers"][0]["last_handshake"].is_u64(), "{view:#}");
    bench.adit(&["restart", "office", "--wait=20"]).ok();
    bench.adit(&["down", "office"]).ok();
    bench.keep("lonely", &silent());
    let error = bench.adit(&["up", "lonely", "--wait=1"]).fails(7);
    assert_eq!(error, "adit: lonely is up, and no peer has answered within 1 s; look at it with: adit status lonely\n");
    assert_eq!(bench.adit(&["up", "lonely", "--wait=0"]).code, 2);
}

#[test]
fn a_conflict_is_named_with_the_other_tunnel_and_how_to_go_on() {
    let bench = Bench::new();
    bench.keep("office", &office());
    bench.keep("Second Office", &conf("Address = 10.8.0.3/24", "10.8.0.0/24"));
    bench.adit(&["up", "office"]).ok();
    let error = bench.adit(&["up", "second office"]).fails(6);
    assert!(error.contains("office already takes 10.8.0.0/24"), "{error}");
    assert!(error.contains("adit down office") && error.contains("--despite-conflicts"), "{error}");
    let error: serde_json::Value = serde_json::from_str(&bench.adit(&["up", "Second Office", "--json"]).fails(6)).unwrap();
    assert_eq!((&error["exit"], &error["error"]["code"]), (&6.into(), &"conflict".into()), "{error:#}");
    assert_eq!(bench.adit(&["up", "Second Office", "--despite-conflicts"]).ok(), "Second Office is up\n");
    let status = bench.adit(&["status", "Second Office"]).ok();
    assert!(status.contains("In conflict   office already takes 10.8.0.0/24"), "{status}");
}

#[test]
fn a_pause_says_when_it_ends_and_can_be_ended() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let error = bench.adit(&["pause", "office", "15m"]).fails(11);
    assert_eq!(error, "adit: office is not up; bring it up with: adit up office\n");
    assert_eq!(bench.adit(&["resume"]).fails(2), "adit: there is no tunnel that is paused\n");
    bench.adit(&["up", "office"]).ok();
    assert_eq!(bench.adit(&["pause", "office", "15m"]).ok(), "office is paused, and comes back in 15 min\n");
    assert!(bench.adit(&["list"]).ok().contains("paused for 1"), "fifteen or fourteen minutes");
    assert_eq!(bench.adit(&["resume"]).ok(), "office is up again\n");
    assert_eq!(bench.adit(&["resume", "office"]).ok(), "office is up already\n");
    assert_eq!(bench.adit(&["pause", "office", "soon"]).code, 2);
    assert_eq!(bench.adit(&["pause", "office"]).ok(), "office is paused until `adit resume`\n");
}

#[test]
fn commands_run_only_after_somebody_read_and_approved_of_them() {
    let bench = Bench::new();
    bench.keep("office", &conf("Address = 10.8.0.2/24\nPostUp = touch /tmp/a", "10.8.0.0/24"));
    let error = bench.adit(&["up", "office"]).fails(10);
    assert!(error.contains("adit approve office"), "{error}");
    let error = bench.adit(&["up", "office", "--allow-hooks"]).fails(2);
    assert!(error.contains("adit approve"), "{error}");
    let error = bench.adit(&["approve", "office"]).fails(2);
    assert!(error.contains("--yes"), "nobody can be asked: {error}");
    assert_eq!(
        bench.adit(&["approve", "office", "--yes"]).ok(),
        "office may run its command, as long as it is exactly this one\n"
    );
    bench.adit(&["up", "office"]).ok();
    assert_eq!(bench.commands.lines(), ["touch /tmp/a"]);
}

#[test]
fn a_preview_shows_what_would_change_and_changes_nothing() {
    let bench = Bench::new();
    bench.keep("office", &conf("Address = 10.8.0.2/24", "10.20.0.0/16"));
    for arguments in [["preview", "office"].as_slice(), &["up", "office", "--dry-run"]] {
        let text = bench.adit(arguments).ok();
        assert!(
            text.contains("would create the interface office") && text.contains("route     10.20.0.0/16 (main table)"),
            "{text}"
        );
    }
    assert_eq!(bench.adit(&["preview", "office", "--json"]).json()["interface"], "office");
    assert!(bench.adit(&["list"]).ok().contains("○ off"));
    let file = bench.file("x.conf", office());
    assert!(bench.adit(&["preview", &file]).ok().contains("would create the interface x"), "a file needs no daemon");
}

/// Runs the program on a terminal of its own, and types `keys`.
fn typing(bench: &Bench, arguments: &str, keys: &str) -> Option<String> {
    let line = format!("{} {arguments}", crate::bench::ADIT);
    let mut command = bench.command(&[]);
    let socket =
        command.get_envs().find(|(name, _)| *name == "ADIT_SOCKET").and_then(|(_, value)| value.map(ToOwned::to_owned))?;
    command = std::process::Command::new("script");
    command.args(["-qefc", &line, "/dev/null"]).env("ADIT_SOCKET", socket).env("TERM", "xterm").env_remove("NO_COLOR");
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        println!("SKIPPED: `script` of util-linux is not installed");
        return None;
    };
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), keys.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success());
    Some(String::from_utf8_lossy(&ended.stdout).into_owned())
}

#[test]
fn a_user_at_a_terminal_is_shown_the_commands_and_asked() {
    let bench = Bench::new();
    bench.keep("office", &conf("Address = 10.8.0.2/24\nPostUp = printf '\u{202e}'; touch /tmp/a", "10.8.0.0/24"));
    let Some(said) = typing(&bench, "approve office", "\n") else { return };
    assert!(said.contains("PostUp    printf '\\u{202e}'; touch /tmp/a"), "nothing hides: {said}");
    assert!(said.contains("nothing was approved"), "the harmless answer is the usual one: {said}");
    assert_eq!(bench.adit(&["up", "office"]).code, 10);
    let said = typing(&bench, "approve office", "what?\ny\n").unwrap();
    assert!(said.contains("office may run its command"), "{said}");
    bench.adit(&["up", "office"]).ok();
    let said = typing(&bench, "list", "").unwrap();
    assert!(said.contains("\u{1b}[1moffice\u{1b}[0m"), "a terminal has colours: {said}");
}

#[test]
fn taking_over_names_the_service_that_runs_the_tunnel_and_what_is_left_to_do() {
    let bench = Bench::new();
    assert_eq!(bench.adit(&["take-over"]).ok(), "wg-quick has no tunnels here.\n");
    let path = bench.file("wireguard/wg0.conf", office());
    let standing = Standing { active: true, by_service: true, starts_at_boot: true };
    bench.wg_quick.set("wg0", standing);
    let listed = format!("wg0  up, by wg-quick@wg0.service, which comes up with the computer  ({path})\n");
    assert_eq!(bench.adit(&["take-over"]).ok(), listed);
    let out = bench.adit(&["take-over", "wg0"]).ok();
    assert!(out.starts_with("wg0 is Adit's from now on"), "{out}");
    assert!(out.ends_with("finish with: sudo systemctl disable wg-quick@wg0.service\n"), "{out}");
    assert_eq!(bench.commands.lines(), [format!("wg-quick down {path}")]);
    bench.file("wireguard/wg1.conf", conf("Address = 10.9.0.2/24", "10.9.0.0/24"));
    bench.wg_quick.set("wg1", Standing { by_service: false, starts_at_boot: false, ..standing });
    assert!(bench.adit(&["take-over"]).ok().starts_with("wg1  up, by wg-quick  ("));
    assert_eq!(bench.adit(&["take-over", "wg1"]).ok().lines().count(), 1, "nothing is left to do");
}
