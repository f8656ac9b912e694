//! Tests of a session's keyring: a real one, on a bus and in a home of its own, and a session without any.
#![cfg(feature = "user-keyring")]

use std::process::Command;

use adit_manager::secrets::{Secret, SecretError, SecretStore as _, UserKeyring};

mod kit;

const CHILD: &str = "ADIT_TEST_KEYRING";

/// Runs in the child process, which has a keyring.
fn keep_and_forget() {
    let store = UserKeyring::new("0123456789abcdef0123456789abcdef");
    assert!(store.load().unwrap().is_none());
    let secret = Secret::generate().unwrap();
    store.keep(&secret).unwrap();
    assert!(matches!(store.keep(&Secret::generate().unwrap()), Err(SecretError::Exists(_))));
    assert_eq!(store.load().unwrap().unwrap().dangerously_reveal(), secret.dangerously_reveal());
    assert!(UserKeyring::new("another").load().unwrap().is_none());
    store.forget().unwrap();
    store.forget().unwrap();
    assert!(store.load().unwrap().is_none());
    println!("KEPT");
}

fn without_keyring() {
    let store = UserKeyring::new("x");
    for error in [store.load().map(|_| ()), store.keep(&Secret::generate().unwrap()), store.forget()] {
        let error = error.unwrap_err();
        assert!(matches!(error, SecretError::NoKeyring(_) | SecretError::Keyring(_)), "{error:?}");
        println!("TOLD {error}");
    }
}

#[test]
#[ignore = "run by another test"]
fn child() {
    match std::env::var(CHILD).as_deref() {
        Ok("with") => keep_and_forget(),
        Ok("without") => without_keyring(),
        _ => {}
    }
}

#[test]
fn a_secret_is_kept_in_a_real_keyring_and_forgotten() {
    if !kit::has("dbus-run-session") || !kit::has("gnome-keyring-daemon") {
        return println!("SKIPPED: dbus-run-session or gnome-keyring-daemon is not installed");
    }
    let home = tempfile::tempdir().unwrap();
    let test = kit::this_test("child");
    let mut command = Command::new("dbus-run-session");
    // A first unlock with any password creates the keyring. The daemon is ready when its name is on the bus, and ends with the
    // bus.
    let script = "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 1
        until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.ListNames | grep -q freedesktop.secrets
        do sleep 0.1; done
        exec \"$@\"";
    command.args(["--", "sh", "-c", script, "sh"]).arg(test.get_program()).args(test.get_args());
    for name in ["HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
        command.env(name, home.path());
    }
    let output = command.env(CHILD, "with").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("KEPT"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn without_a_keyring_it_is_said_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let nowhere = format!("unix:path={}", home.path().join("nowhere").display());
    let mut test = kit::this_test("child");
    let output = test.env(CHILD, "without").env("DBUS_SESSION_BUS_ADDRESS", nowhere).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.matches("TOLD there is no keyring to keep the key in").count(), 3, "{said}");
}
