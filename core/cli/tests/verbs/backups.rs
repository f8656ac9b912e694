//! Backups of all tunnels, and their restoration.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::bench::{Bench, OWN, conf, office};

/// Keys of age-keygen, for tests alone.
const IDENTITY: &str = include_str!("../../../backup/tests/golden/identity.txt");

fn recipient() -> &'static str {
    IDENTITY.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap()
}

/// A bench with two tunnels with settings, their backup for a recipient, and the file with the secret key.
fn backed_up() -> (Bench, String, String) {
    let bench = Bench::new();
    bench.keep("office", &office());
    bench.keep("home", &conf("Address = 10.9.0.2/24\nPostUp = true", "0.0.0.0/0"));
    bench.adit(&["boot", "office", "on"]).ok();
    bench.adit(&["block", "home", "lockdown", "--lan"]).ok();
    bench.adit(&["remind", "home", "90"]).ok();
    let (file, key) = (bench.path("all.age"), bench.file("key.txt", IDENTITY));
    bench.adit(&["backup", &file, "--recipient", recipient()]).ok();
    (bench, file, key)
}

fn list(bench: &Bench) -> Value {
    let mut list = bench.adit(&["list", "--json"]).json();
    for tunnel in list.as_array_mut().unwrap() {
        for changing in ["id", "key_since", "version", "state"] {
            tunnel.as_object_mut().unwrap().remove(changing);
        }
    }
    list
}

fn exported(bench: &Bench) -> Vec<String> {
    let all = bench.adit(&["export", "--all", "--json"]).json();
    all.as_array().unwrap().iter().map(|one| one["config"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn everything_comes_back_after_everything_was_removed() {
    let (bench, file, key) = backed_up();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let (before, texts) = (list(&bench), exported(&bench));
    bench.adit(&["block", "home", "off"]).ok();
    bench.adit(&["remove", "home", "office", "--yes"]).ok();
    let ran = bench.adit(&["restore", &file, "--identity", &key, "--yes"]);
    assert!(ran.out.contains("+ home: new\n    Kill switch: off -> lockdown, which closes the network at once\n"), "{ran:#?}");
    assert!(ran.out.contains("+ office: new\n    Comes up at boot: no -> yes\n"), "{ran:#?}");
    assert!(ran.out.ends_with("home is added\noffice is added\n"), "{ran:#?}");
    assert!(ran.err.contains("home has commands, which run only after you approved them: adit approve home"), "{ran:#?}");
    ran.ok();
    assert_eq!((list(&bench), exported(&bench)), (before, texts));
    let again = bench.adit(&["restore", &file, "--identity", &key, "--yes", "--json"]).json();
    let states: Vec<&str> = again["tunnels"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["same", "same"]);
    assert!(!again.to_string().contains(OWN), "{again}");
}

#[test]
fn a_tunnel_that_differs_is_replaced_only_when_asked_and_can_be_undone() {
    let (bench, file, key) = backed_up();
    let before = exported(&bench);
    let changed = bench.file("new.conf", office().replace("Address", "MTU = 1300\nAddress"));
    bench.adit(&["edit", "office", "--from", &changed, "--yes"]).ok();
    bench.adit(&["boot", "office", "off"]).ok();
    let edited = exported(&bench);

    let check = bench.adit(&["restore", &file, "--identity", &key, "--check"]).ok();
    assert!(check.contains("~ office: differs\n    MTU: not set (was 1300)\n"), "{check}");
    assert!(check.contains("Comes up at boot: no -> yes") && check.contains("= home: the same\n"), "{check}");
    assert!(check.ends_with("The backup is complete. Nothing was changed.\n"), "{check}");
    let unasked = bench.adit(&["restore", &file, "--identity", &key]).fails(2);
    assert!(unasked.contains("add --yes"), "{unasked}");
    let left = bench.adit(&["restore", &file, "--identity", &key, "--yes"]);
    assert!(left.code == 12 && left.out.contains("office differs and stays as it is (--replace replaces it)"), "{left:#?}");
    assert_eq!(exported(&bench), edited);

    bench.adit(&["restore", &file, "--identity", &key, "--yes", "--replace"]).ok();
    assert_eq!(exported(&bench), before);
    assert_eq!(bench.adit(&["status", "office", "--json"]).json()["start_at_boot"], true);
    bench.adit(&["undo", "office"]).ok();
    assert_eq!(exported(&bench), edited);
}

#[test]
fn a_passphrase_comes_from_a_file_or_from_standard_input_and_a_wrong_one_opens_nothing() {
    let bench = Bench::new();
    bench.keep("office", &office());
    let file = bench.path("all.age");
    let none = bench.adit(&["backup", &file]).fails(2);
    assert!(none.contains("there is no terminal for the passphrase"), "{none}");
    bench.adit_reading(&["backup", &file, "--passphrase-file", "-"], "correct horse Ü\n").ok();
    let exists = bench.adit_reading(&["backup", &file, "--passphrase-file", "-"], "other\n").fails(1);
    assert!(exists.contains("exists; choose another name, or replace it with --force"), "{exists}");
    let right = bench.file("passphrase", "correct horse Ü\nthe second line is not read\n");
    let checked = bench.adit(&["restore", &file, "--check", "--passphrase-file", &right]).ok();
    assert!(checked.contains("= office: the same"), "{checked}");
    let wrong = bench.adit_reading(&["restore", &file, "--check", "--passphrase-file", "-"], "correct horse\n").fails(1);
    assert!(wrong.ends_with("all.age: the passphrase is wrong\n"), "{wrong}");
    let key = bench.file("key.txt", IDENTITY);
    let other = bench.adit(&["restore", &file, "--check", "--identity", &key]).fails(1);
    assert!(other.contains("it is encrypted with a passphrase, and not for a recipient"), "{other}");
    let empty = bench.adit_reading(&["backup", &bench.path("b.age"), "--passphrase-file", "-"], "\n").fails(1);
    assert!(empty.contains("an empty passphrase protects nothing"), "{empty}");
    let wrong = bench.adit(&["backup", &bench.path("b.age"), "--recipient", OWN]).fails(2);
    assert!(wrong.contains("begins with age1") && !wrong.contains(OWN), "{wrong}");
    assert!(!std::path::Path::new(&bench.path("b.age")).exists());
}

#[test]
fn a_damaged_or_foreign_file_changes_nothing_and_the_reason_is_said() {
    let (bench, file, key) = backed_up();
    let (good, before) = (std::fs::read(&file).unwrap(), (list(&bench), exported(&bench)));
    let work =
        format!("age-encryption.org/v1\n-> scrypt {} 40\n{1}\n--- {1}\n{2}", "A".repeat(22), "A".repeat(43), "x".repeat(48));
    for (name, bytes, reason) in [
        ("cut.age", &good[..good.len() - 1], "it is damaged: a part of it was changed, or its end is missing"),
        ("short.age", &good[..60], "it is damaged: its header was changed or cut off"),
        ("office.age", office().as_bytes(), "it is not a backup: a backup is a file in the age format"),
        ("empty.age", b"", "it is not a backup"),
    ] {
        let bad = bench.file(name, bytes);
        let error = bench.adit(&["restore", &bad, "--identity", &key, "--yes", "--replace"]).fails(1);
        assert!(error.contains(&format!("{name}: ")) && error.contains(reason), "{name}: {error}");
    }
    let bad = bench.file("work.age", &work);
    let error = bench.adit_reading(&["restore", &bad, "--passphrase-file", "-", "--yes"], "x\n").fails(1);
    assert!(error.contains("opening it would take 2^40 steps of scrypt, and at most 2^20 are made"), "{error}");
    let huge = std::fs::File::create(bench.path("huge.age")).unwrap();
    huge.set_len(70 << 20).unwrap();
    let error = bench.adit(&["restore", &bench.path("huge.age"), "--identity", &key, "--check"]).fails(1);
    assert!(error.contains("a backup has at most 65 MiB"), "{error}");
    let error = bench.adit(&["restore", &file, "--identity", &bench.file("none.txt", "# empty\n"), "--check"]).fails(1);
    assert!(error.contains("none.txt: there is no secret key in it"), "{error}");
    assert_eq!((list(&bench), exported(&bench)), before);
}

#[test]
fn an_interface_that_is_in_use_is_not_taken_away() {
    let (bench, file, key) = backed_up();
    bench.adit(&["rename", "office", "Berlin"]).ok();
    let ran = bench.adit(&["restore", &file, "--identity", &key, "--yes", "--json"]).json();
    let office = ran["tunnels"].as_array().unwrap().iter().find(|one| one["name"] == "office").unwrap();
    assert_eq!((office["interface"].as_str(), office["outcome"].as_str()), (Some("office-2"), Some("added")), "{ran}");
    bench.adit(&["status", "Berlin"]).ok();
    let again = bench.adit(&["restore", &file, "--identity", &key, "--check"]).ok();
    assert!(again.contains("= office: the same\n    keeps its interface office-2 (office in the backup)\n"), "{again}");
}

#[test]
fn a_refused_setting_leaves_no_tunnel_behind_and_the_others_are_restored() {
    use adit_api::{ConfigText, KillSwitch};
    use adit_backup::{Backup, Lock, SavedTunnel, Settings, seal};
    let bench = Bench::new();
    let tunnel = |name: &str, text: String, kill_switch| SavedTunnel {
        name: name.parse().unwrap(),
        interface: name.parse().unwrap(),
        settings: Settings { kill_switch, start_at_boot: true, ..Settings::default() },
        config: ConfigText::new(text),
    };
    // Lockdown needs a tunnel that takes all traffic.
    let tunnels = vec![
        tunnel("broken", "[Interface]\nPrivateKey = x\n".into(), KillSwitch::Off),
        tunnel("partial", office(), KillSwitch::Lockdown),
        tunnel("whole", conf("Address = 10.9.0.2/24", "10.9.0.0/24"), KillSwitch::Off),
    ];
    let backup = Backup { made_at: 0, made_by: "\u{1b}[31mme".into(), tunnels };
    let file = bench.file("all.age", seal(&backup, &Lock::recipients([recipient()]).unwrap()).unwrap());
    let key = bench.file("key.txt", IDENTITY);
    let ran = bench.adit(&["restore", &file, "--identity", &key, "--yes"]);
    assert!(ran.out.contains("✕ broken: cannot be restored: ") && !ran.out.contains('\u{1b}'), "{ran:#?}");
    assert!(ran.err.contains("adit: partial was not restored: ") && ran.out.contains("whole is added"), "{ran:#?}");
    assert_eq!(ran.code, 12);
    let names: Vec<Value> = list(&bench).as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["whole"]);
}
