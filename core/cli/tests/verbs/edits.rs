//! Verbs that change a tunnel: edits, versions, keys, names.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use adit_api::{Caller, Service};

use crate::bench::{Bench, OWN, Ran, office};

/// Makes an editor of a shell script; `$1` is the file.
fn editor(bench: &Bench, script: &str) -> String {
    let path = bench.file("editor.sh", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}

fn edit(bench: &Bench, script: &str, arguments: &[&str]) -> Ran {
    let editor = editor(bench, script);
    bench.command(&[&["edit", "office"], arguments].concat()).env("EDITOR", editor).output().unwrap().into()
}

/// Returns the folders that an edit has left behind.
fn left(bench: &Bench) -> Vec<String> {
    let names = std::fs::read_dir(bench.folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("adit-edit-")).collect()
}

#[test]
fn an_edit_is_checked_and_applied_and_leaves_no_file() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    let script = "[ \"$(stat -c %a \"$1\" \"$(dirname \"$1\")\" | tr '\\n' ' ')\" = '600 700 ' ] || exit 1\n\
        sed -i 's/51820/51821/' \"$1\"";
    let out = edit(&bench, script, &["--yes"]).ok();
    assert_eq!(out, "office is changed, version 2\n  Endpoint of Y2FD…UXn0: 192.0.2.1:51820 -> 192.0.2.1:51821\n");
    assert!(bench.text(id).contains(":51821"));
    assert!(left(&bench).is_empty());
    assert_eq!(edit(&bench, "true", &[]).ok(), "office is as it was\n");
    assert!(left(&bench).is_empty());
}

/// The environment is another user's, as after `su` or `sudo -E`.
#[test]
fn a_text_with_a_key_is_never_put_into_a_folder_of_another_user() {
    let bench = Bench::new();
    if !rustix::process::geteuid().is_root() {
        println!("SKIPPED: a folder of another user: only root can make one");
        return;
    }
    bench.keep("office", &office());
    let theirs = bench.folder.path().join("theirs");
    std::fs::create_dir(&theirs).unwrap();
    for (variable, mode, owner) in [("XDG_RUNTIME_DIR", 0o700, 65_534), ("XDG_RUNTIME_DIR", 0o777, 0), ("TMPDIR", 0o1777, 65_534)]
    {
        std::fs::set_permissions(&theirs, std::fs::Permissions::from_mode(mode)).unwrap();
        std::os::unix::fs::chown(&theirs, Some(owner), None).unwrap();
        let seen = bench.path("seen");
        let editor = editor(&bench, &format!("dirname \"$1\" > {seen}; stat -c '%a %u' \"$(dirname \"$1\")\" >> {seen}"));
        let mut command = bench.command(&["edit", "office"]);
        command.env_remove("XDG_RUNTIME_DIR").env(variable, &theirs).env("EDITOR", editor);
        let ran: Ran = command.output().unwrap().into();
        assert_eq!(ran.ok(), "office is as it was\n");
        let seen = std::fs::read_to_string(seen).unwrap();
        let (place, facts) = seen.split_once('\n').unwrap();
        assert!(!Path::new(place).starts_with(&theirs), "{variable} {mode:o}: {place}");
        assert_eq!(facts, "700 0\n");
        assert!(!Path::new(place).exists());
    }
}

#[test]
fn an_editor_that_replaces_the_file_is_understood_and_one_that_leaves_a_link_is_not() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    let script = "sed 's/51820/51821/' \"$1\" > \"$1.new\" && mv \"$1\" \"$1~\" && mv \"$1.new\" \"$1\"";
    edit(&bench, script, &["--yes"]).ok();
    assert!(bench.text(id).contains(":51821"));
    assert!(left(&bench).is_empty());
    let elsewhere = bench.file("elsewhere.conf", office());
    let error = edit(&bench, &format!("ln -sf {elsewhere} \"$1\""), &["--yes"]).fails(1);
    assert!(error.contains("symbolic link") && error.contains("nothing was changed"), "{error}");
    assert!(bench.text(id).contains(":51821"));
}

#[test]
fn an_editor_that_fails_changes_nothing_and_loses_nothing() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    let error = edit(&bench, "exit 3", &["--yes"]).fails(1);
    assert!(error.contains("failed (exit status: 3); nothing was changed\n"), "{error}");
    assert!(left(&bench).is_empty(), "there was nothing to lose");
    let error = edit(&bench, "echo '# mine' >> \"$1\"; exit 3", &["--yes"]).fails(1);
    let place = error.trim_end().rsplit("your text is in ").next().unwrap();
    assert!(std::fs::read_to_string(place).unwrap().ends_with("# mine\n"), "{error}");
    assert_eq!(bench.text(id), office());
    let missing = bench.command(&["edit", "office"]).env("EDITOR", "/no/such/editor").output().unwrap();
    assert!(Ran::from(missing).fails(1).contains("/no/such/editor"));
}

#[test]
fn an_edit_with_errors_is_named_line_by_line_and_kept() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    let error = edit(&bench, "sed -i 's/^Endpoint.*/Endpoint = nowhere/; s/AllowedIPs/AllowedIps2/' \"$1\"", &["--yes"]).fails(8);
    assert!(error.contains("office: line 7, column"), "{error}");
    let place = error.trim_end().rsplit("your text is in ").next().unwrap().to_owned();
    assert!(std::fs::read_to_string(&place).unwrap().contains("nowhere"), "{error}");
    assert_eq!(std::fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(bench.text(id), office());
}

#[test]
fn an_edit_without_a_terminal_changes_nothing_and_keeps_the_text() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    let ran = edit(&bench, "sed -i 's/51820/51821/' \"$1\"", &[]);
    assert!(ran.err.contains("Changes to office:") && ran.err.contains("(at once)"), "{ran:?}");
    assert!(ran.out.contains("your text is in "), "{ran:?}");
    assert_eq!(bench.text(id), office());
}

#[test]
fn a_concurrent_edit_is_not_overwritten() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    let other = bench.file("other.conf", office().replace("10.8.0.2/24", "10.8.0.9/24"));
    let socket = bench.path("run/adit.sock");
    let adit = crate::bench::ADIT;
    let script = format!(
        "ADIT_SOCKET={socket} {adit} edit office --from {other} --yes >/dev/null || exit 9\nsed -i 's/51820/51821/' \"$1\""
    );
    let error = edit(&bench, &script, &["--yes"]).fails(9);
    assert!(error.contains("office was changed meanwhile (it is at version 2 now)"), "{error}");
    let place = error.trim_end().rsplit("your text is in ").next().unwrap();
    assert!(std::fs::read_to_string(place).unwrap().contains("51821"));
    assert!(bench.text(id).contains("10.8.0.9/24"));
}

#[test]
fn a_configuration_can_come_from_a_file_or_from_standard_input() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    bench.adit(&["up", "office"]).ok();
    let changed = office().replace("Address = 10.8.0.2/24", "Address = 10.8.0.2/24\nListenPort = 4000");
    let error = bench.adit_reading(&["edit", "office", "--from", "-"], &changed).fails(2);
    assert!(error.contains("--yes") && error.contains("ListenPort"), "{error}");
    let answer = bench.adit_reading(&["edit", "office", "--from", "-", "--yes", "--json"], &changed).json();
    assert_eq!((&answer["version"], &answer["applied"][0]["field"]), (&2.into(), &"listen_port".into()), "{answer:#}");
    assert_eq!(bench.text(id), changed);
    let broken = bench.file("broken.conf", "[Interface]\nPrivateKey = x\n");
    let error = bench.adit(&["edit", "office", "--from", &broken, "--yes"]).fails(8);
    assert!(error.contains("line 2, column"), "{error}");
    assert_eq!(bench.text(id), changed);
}

#[test]
fn changes_can_be_seen_and_undone() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    let error = bench.adit(&["undo", "office"]).fails(1);
    assert_eq!(error, "adit: office has no earlier version to go back to\n");
    edit(&bench, "sed -i 's/51820/51821/' \"$1\"", &["--yes"]).ok();
    let versions = bench.adit(&["versions", "office"]).ok();
    assert!(versions.starts_with("   2  ") && versions.contains("\n   1  "), "{versions}");
    assert!(versions.contains(", edited (current)\n        Endpoint of "), "{versions}");
    assert!(versions.ends_with(", imported\n"), "{versions}");
    let out = bench.adit(&["undo", "office"]).ok();
    assert!(out.starts_with("office is as in version 1 again, which is version 3 now\n"), "{out}");
    assert_eq!(bench.text(id), office());
    let versions = bench.adit(&["versions", "office", "--json"]).json();
    let listed: Vec<(u64, bool)> = (versions.as_array().unwrap().iter())
        .map(|version| (version["version"].as_u64().unwrap(), version["is_current"].as_bool().unwrap()))
        .collect();
    assert_eq!(listed, [(3, true), (2, false), (1, false)]);
    assert_eq!(versions[0]["origin"], serde_json::json!({"kind": "restored", "version": 1}));
    let error = bench.adit(&["undo", "office", "--to", "99"]).fails(5);
    assert_eq!(error, "adit: office has no version 99; see those that it has with: adit versions office\n");
}

#[test]
fn a_tunnel_gets_another_name_starts_with_the_computer_and_is_removed() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    bench.keep("home", &office().replace("10.8", "10.9"));
    assert_eq!(
        bench.adit(&["rename", "office", "home"]).fails(6),
        "adit: another tunnel is called home already; choose another name\n"
    );
    assert_eq!(bench.adit(&["rename", "office", "Büro 2"]).ok(), "office is called Büro 2 from now on\n");
    assert_eq!(bench.adit(&["boot", "Büro 2", "on"]).ok(), "Büro 2 comes up when the computer starts\n");
    assert!(bench.adit(&["block", "Büro 2", "on"]).ok().contains("lets no traffic past it"));
    assert_eq!(bench.adit(&["block", "Büro 2", "off", "--json"]).json()["kill_switch"], "off");
    assert_eq!(bench.adit(&["boot", "Büro 2", "off", "--json"]).json()["start_at_boot"], false);
    assert!(bench.adit(&["remove", "Büro 2"]).fails(2).contains("--yes"));
    assert_eq!(bench.adit(&["remove", "Büro 2", "nobody", "--yes"]).code, 5, "all or nothing");
    assert_eq!(bench.adit(&["remove", "Büro 2", "--yes"]).ok(), "Büro 2 is removed\n");
    assert!(bench.manager.tunnel(&Caller::ourselves(), id).is_err());
}

#[test]
fn a_key_is_rotated_step_by_step() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    assert!(bench.adit(&["rotate", "office", "show"]).fails(11).contains("adit rotate office begin"));
    let text = bench.adit(&["rotate", "office", "begin"]).ok();
    assert!(text.contains("[Peer]\n# Name = office\nPublicKey = "), "{text}");
    assert!(text.contains("wg set INTERFACE peer ") && text.contains("adit undo office takes the old key again"), "{text}");
    assert!(bench.adit(&["rotate", "office", "begin"]).fails(11).contains("adit rotate office show"));
    assert!(bench.adit(&["rotate", "office", "show", "--json"]).json()["text_for_peers"].is_string());
    assert!(bench.adit(&["status", "office"]).ok().contains("New key       "));
    assert!(bench.adit(&["rotate", "office", "cancel"]).ok().contains("keeps its key"));
    bench.adit(&["rotate", "office", "begin"]).ok();
    assert_eq!(bench.adit(&["rotate", "office", "show", "--despite-silence"]).code, 2);
    bench.adit(&["rotate", "office", "finish", "--despite-silence"]).ok();
    assert!(!bench.text(id).contains(OWN));
}

#[test]
fn an_export_is_for_its_owner_alone_and_comes_back_by_an_import() {
    let bench = Bench::new();
    bench.keep("office", &office());
    bench.keep("home", &office().replace("10.8", "10.9"));
    assert_eq!(bench.adit(&["export", "office"]).ok(), office());
    let json = bench.adit(&["export", "office", "--json"]).json();
    assert_eq!((&json["tunnel"]["name"], &json["config"]), (&"office".into(), &office().into()));
    for (option, file) in [("--file", "o.conf"), ("--zip", "o.zip"), ("--png", "o.png"), ("--svg", "o.svg")] {
        let out = bench.path(file);
        bench.adit(&["export", "office", option, &out]).ok();
        assert_eq!(Path::new(&out).metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        let error = bench.adit(&["export", "office", option, &out]).fails(1);
        assert!(error.contains("exists"), "{error}");
    }
    assert!(bench.adit(&["export", "--all"]).fails(2).contains("--zip"));
    let all = bench.path("all.zip");
    bench.adit(&["export", "--all", "--zip", &all]).ok();
    let folder = bench.path("new");
    bench.adit(&["export", "--all", "--dir", &folder]).ok();
    assert_eq!(Path::new(&folder).metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    let missing = bench.path("none/new");
    assert!(bench.adit(&["export", "--all", "--dir", &missing]).fails(1).contains("cannot make the folder"));
    let fresh = Bench::new();
    let copy = fresh.file("all.zip", std::fs::read(&all).unwrap());
    let out = fresh.adit(&["import", &copy, &bench.path("o.png")]).ok();
    assert!(out.contains("Imported 3 tunnels"), "{out}");
    assert!(bench.adit(&["export", "office", "--qr"]).fails(1).contains("terminal"), "a key is not drawn into a pipe");
    let png = bench.path("q.png");
    bench.adit(&["qr", "office", "--png", &png]).ok();
}
