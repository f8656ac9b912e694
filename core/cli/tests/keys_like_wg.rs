//! Compares `adit genkey`, `genpsk` and `pubkey` with the stock `wg`.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use adit_protocol::{PresharedKey, PrivateKey};

const ADIT: &str = env!("CARGO_BIN_EXE_adit");

fn run(program: &str, verb: &str, input: &[u8]) -> Output {
    let mut child =
        Command::new(program).arg(verb).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The error is ignored: a program that rejects the input early need not read it all.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn has_wg() -> bool {
    let found = Command::new("wg").arg("--version").output().is_ok();
    if !found {
        println!("SKIPPED: no wg");
    }
    found
}

fn text(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).unwrap()
}

#[test]
fn a_thousand_random_keys_have_the_public_keys_that_wg_gives_them() {
    if !has_wg() {
        return;
    }
    for round in 0..1000 {
        // Random bytes include keys that are not clamped, as other tools make them.
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).unwrap();
        let key = PresharedKey::from_bytes(bytes).dangerously_reveal_base64();
        let theirs = text(&run("wg", "pubkey", key.as_bytes()).stdout);
        let ours = key.parse::<PrivateKey>().unwrap().public().to_string();
        assert_eq!(ours, theirs.trim_end());
        if round % 100 == 0 {
            assert_eq!(text(&run(ADIT, "pubkey", format!("{}\n", *key).as_bytes()).stdout), theirs);
        }
    }
}

#[test]
fn wg_takes_our_keys_and_no_two_are_the_same() {
    let keys: Vec<_> = (0..10).map(|_| text(&run(ADIT, "genkey", b"").stdout)).collect();
    for (index, key) in keys.iter().enumerate() {
        assert_eq!(key.len(), 45);
        assert!(!keys[..index].contains(key));
        let clamped: PrivateKey = key.trim_end().parse().unwrap();
        assert_eq!(clamped.dangerously_reveal_base64().as_str(), key.trim_end(), "genkey gives a clamped key");
        if has_wg() {
            assert_eq!(run("wg", "pubkey", key.as_bytes()).stdout, run(ADIT, "pubkey", key.as_bytes()).stdout);
        }
    }
    let psk = text(&run(ADIT, "genpsk", b"").stdout);
    assert!(psk.trim_end().parse::<PresharedKey>().is_ok_and(|key| !key.is_none()));
}

#[test]
fn a_text_that_is_no_key_is_refused_in_the_words_of_wg() {
    if !has_wg() {
        return;
    }
    let key = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    let url_safe = key.replace('+', "-");
    let inputs = [
        String::new(),
        "\n".to_owned(),
        key[..43].to_owned(),
        format!("{key}x"),
        format!("{key}\nx"),
        format!("{key} \t\r\n\0\n"),
        format!(" {key}"),
        url_safe,
        key.replace("mk=", "ml="),
        key.replace("mk=", "mkk"),
        "=".repeat(44),
        "a".repeat(64),
        "\u{e9}".repeat(22),
    ];
    for input in inputs {
        let (theirs, ours) = (run("wg", "pubkey", input.as_bytes()), run(ADIT, "pubkey", input.as_bytes()));
        assert_eq!(ours.status.code(), theirs.status.code(), "{input:?}");
        assert_eq!(text(&ours.stdout), text(&theirs.stdout), "{input:?}");
        assert_eq!(text(&ours.stderr), text(&theirs.stderr).replace("wg: ", "adit: "), "{input:?}");
    }
}

#[test]
fn a_world_accessible_file_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    for (mode, warns) in [(0o644, true), (0o606, true), (0o600, false), (0o640, false)] {
        let path = folder.path().join(format!("{mode:o}"));
        let file = File::create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let programs = if has_wg() { vec![ADIT, "wg"] } else { vec![ADIT] };
        for program in programs {
            let output = Command::new(program).arg("genkey").stdout(file.try_clone().unwrap()).output().unwrap();
            let warning = "Warning: writing to world accessible file.\nConsider setting the umask to 077 and trying again.\n";
            assert_eq!(text(&output.stderr), if warns { warning } else { "" }, "{program} {mode:o}");
        }
    }
}
