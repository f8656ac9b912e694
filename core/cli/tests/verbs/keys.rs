//! Tunnels whose private key the service does not store.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::bench::{Bench, OWN, Ran, office};

const PUBLIC: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const OTHER: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";

/// Imports the usual tunnel so that it asks for its private key.
fn asking() -> Bench {
    let bench = Bench::new();
    let file = bench.file("office.conf", office());
    let out = bench.adit(&["import", &file, "--ask", "--no-keyring"]).ok();
    assert!(out.contains("-> office, which asks for its private key\n"), "{out}");
    bench
}

#[test]
fn without_its_key_it_does_not_come_up_and_says_what_to_do() {
    let bench = asking();
    let error = bench.adit(&["up", "office"]).fails(13);
    assert!(error.contains("office asks for its private key") && error.contains("--key-file FILE"), "{error}");
    let error: Value = serde_json::from_str(&bench.adit(&["up", "office", "--json"]).fails(13)).unwrap();
    assert_eq!((&error["error"]["code"], &error["error"]["public_key"]), (&"needs_key".into(), &PUBLIC.into()));
    let other = bench.file("other.key", format!("{OTHER}\n"));
    let error = bench.adit(&["up", "office", "--key-file", &other]).fails(13);
    assert_eq!(error, format!("adit: that is not the private key of office, whose public key is {PUBLIC}\n"));
    let error = bench.adit_reading(&["up", "office", "--key-file", "-"], &OWN[..40]).fails(1);
    assert!(error.contains("standard input is no private key") && !error.contains(&OWN[..40]), "{error}");
    let status = bench.adit(&["status", "office"]).ok();
    assert!(status.contains("Private key   asked for at each start") && status.contains("off"), "{status}");
}

#[test]
fn with_its_key_it_comes_up_and_a_peer_answers() {
    let bench = asking();
    bench.adit_reading(&["up", "office", "--wait", "--key-file", "-"], OWN).ok();
    assert_eq!(bench.adit(&["up", "office"]).ok(), "office is up already\n", "that needs no key");
    bench.adit(&["restart", "office", "--wait"]).ok();
    bench.adit(&["pause", "office"]).ok();
    bench.adit(&["resume", "office"]).ok();
    bench.adit(&["down", "office"]).ok();
    let file = bench.file("office.key", format!("{OWN}\n"));
    bench.adit(&["toggle", "office", "--key-file", &file, "--wait"]).ok();
    bench.adit(&["toggle", "office"]).ok();
    bench.adit(&["toggle", "office"]).fails(13);
}

#[test]
fn the_key_is_asked_for_on_the_terminal_and_not_shown() {
    if Command::new("script").arg("--version").output().is_err() {
        return println!("SKIPPED: no script(1), which makes a terminal");
    }
    let bench = asking();
    let adit = crate::bench::ADIT;
    let on_terminal = |typed: &str| -> Ran {
        let command = bench.command(&[]);
        let mut terminal = Command::new("script");
        terminal
            .args(["-qefc", &format!("{adit} up office"), "/dev/null"])
            .envs(command.get_envs().filter_map(|(k, v)| Some((k, v?))));
        let mut child = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The terminal itself echoes what is typed before the question.
        let mut said = String::new();
        let mut out = child.stdout.take().unwrap();
        while !said.contains("):") {
            let mut byte = [0];
            assert_eq!(std::io::Read::read(&mut out, &mut byte).unwrap(), 1, "{said}");
            said.push(char::from(byte[0]));
        }
        let mut keyboard = child.stdin.take().unwrap();
        keyboard.write_all(typed.as_bytes()).unwrap();
        let mut rest = Vec::new();
        std::io::Read::read_to_end(&mut out, &mut rest).unwrap();
        drop(keyboard);
        let code = child.wait().unwrap().code().unwrap_or(-1);
        Ran { code, out: said + &String::from_utf8_lossy(&rest), err: String::new() }
    };
    let given_up = on_terminal("\x03");
    assert_eq!(given_up.code, 13, "{given_up:?}");
    let ran = on_terminal(&format!("nonsense\n{OTHER}\n{OWN}\n"));
    assert!(ran.code == 0 && ran.out.contains("office is up"), "{ran:?}");
    assert!(ran.out.contains("That is no key") && ran.out.contains("That is another key than that of office"), "{ran:?}");
    for secret in [OWN, OTHER, "nonsense"] {
        assert!(!ran.out.contains(secret), "{ran:?}");
    }
}

#[test]
fn exports_of_a_tunnel_that_asks_for_its_key_lack_it_and_say_so() {
    let bench = asking();
    for arguments in [&["export", "office"][..], &["export", "office", "--json"]] {
        let ran = bench.adit(arguments);
        assert!(ran.out.contains(&format!("# AskForKey = {PUBLIC}")) && !ran.out.contains(OWN), "{ran:?}");
        assert!(ran.err.contains("office asks for its private key, so the exported configuration lacks it"), "{ran:?}");
    }
    let ran = bench.adit(&["qr", "office", "--png", &bench.path("office.png")]);
    assert!(ran.code == 0 && ran.err.contains("so the exported configuration lacks it"), "{ran:?}");
    assert!(bench.adit(&["boot", "office", "on"]).fails(11).contains("adit key office keep"));
    assert!(bench.adit(&["rotate", "office", "begin"]).fails(11).contains("adit key office keep"));
    let again = Bench::new();
    again
        .adit_reading(&["import", "-", "--name", "office", "--interface", "office"], &bench.adit(&["export", "office"]).out)
        .ok();
    again.adit(&["up", "office"]).fails(13);
}

#[test]
fn a_tunnel_that_is_there_can_be_made_to_ask_and_not_to() {
    let bench = Bench::new();
    let id = bench.keep("office", &office());
    bench.adit(&["boot", "office", "on"]).ok();
    let error = bench.adit(&["key", "office", "ask"]).fails(1);
    assert!(error.contains("there is no keyring") && error.contains("--file OUT"), "{error}");
    assert_eq!(bench.text(id), office(), "the key was nowhere else");
    let out = bench.path("office.key");
    let said = bench.adit(&["key", "office", "ask", "--file", &out]).ok();
    assert!(said.contains("does not come up with the computer any more; the key is in "), "{said}");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), format!("{OWN}\n"));
    assert!(!bench.text(id).contains(OWN));
    assert_eq!(bench.adit(&["key", "office", "ask"]).ok(), "office asks for its private key already\n");
    let view = bench.adit(&["key", "office", "keep", "--key-file", &out, "--json"]).json();
    assert_eq!(view["asks_for_key"], false);
    assert_eq!(bench.text(id), office());
    assert_eq!(bench.adit(&["up", "office", "--key-file", &out]).code, 2);
    assert_eq!(bench.adit(&["key", "office", "keep", "--file", &out]).code, 2);
}

#[test]
fn an_import_that_cannot_keep_the_key_anywhere_is_none() {
    let bench = Bench::new();
    let file = bench.file("office.conf", office());
    let error = bench.adit(&["import", &file, "--ask"]).fails(1);
    assert!(error.contains("there is no keyring") && error.contains("--no-keyring"), "{error}");
    assert!(bench.adit(&["list"]).ok().starts_with("There are no tunnels"));
    assert_eq!(bench.adit(&["import", &file, "--no-keyring"]).code, 2);
}

/// Runs a script in a session with a real keyring; the script gets `adit` and the file as `$1` and `$2`.
fn in_session(bench: &Bench, script: &str) -> Option<Ran> {
    for program in ["dbus-run-session", "gnome-keyring-daemon", "dbus-send"] {
        if Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap().stdout.is_empty() {
            println!("SKIPPED: {program} is not installed");
            return None;
        }
    }
    let file = bench.file("office.conf", office());
    // The first unlock, with any password, makes the keyring. The daemon is ready when its name is on the bus, and ends with the
    // bus.
    let begin = "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 99
        until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.ListNames | grep -q freedesktop.secrets
        do sleep 0.1; done
        exec 2>&1; set -ex
        ";
    let mut session = Command::new("dbus-run-session");
    session.args(["--", "sh", "-c", &(begin.to_owned() + script), "sh", crate::bench::ADIT, &file]).stdin(Stdio::null());
    let command = bench.command(&[]);
    session.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).env_remove("DBUS_SESSION_BUS_ADDRESS");
    for name in ["HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
        session.env(name, bench.folder.path());
    }
    Some(session.output().unwrap().into())
}

#[test]
fn with_a_keyring_nobody_has_to_type_the_key() {
    let bench = Bench::new();
    let script = "$1 import $2 --ask
        ! $1 export office | grep PrivateKey
        $1 up office --wait
        $1 down office
        $1 key office keep
        $1 export office | grep PrivateKey
        $1 key office ask
        $1 up office
        $1 down office
        $1 key office forget
        $1 up office && exit 98
        grep PrivateKey $2 | cut -d ' ' -f 3 | $1 key office remember --key-file -
        $1 key office remember --key-file office.key 2>/dev/null && exit 97
        $1 up office
        $1 remove office --yes
        echo ALL DONE";
    let Some(ran) = in_session(&bench, script) else { return };
    assert!(ran.code == 0 && ran.out.ends_with("ALL DONE\n"), "{ran:#?}");
    assert!(ran.out.contains("office is removed, and its private key from your keyring\n"), "{ran:#?}");
    let shown = ran.out.lines().filter(|line| line.contains(OWN)).count();
    assert_eq!(shown, 1, "only the export after `keep`: {ran:#?}");
}
