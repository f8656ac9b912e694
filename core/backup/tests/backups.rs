//! Backups: round trips, the programs `age` and `tar`, and files of other people.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use adit_api::{ConfigText, KillSwitch};
use adit_backup::{
    ArchiveError, Backup, BackupError, KeyError, Lock, SavedTunnel, Sealed, Settings, UnlockKey, limits, pack, seal, unpack,
};

const OWN: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
/// Keys of age-keygen, for tests alone.
const SECRET: &str = include_str!("golden/identity.txt");
const RECIPIENT: &str = "age1l38kaywtl8fj8n3qufu64f9phlvuwf2pjjy5glu3wvne8sz5m3yqydu5c6";

fn tunnel(name: &str, interface: &str, settings: Settings) -> SavedTunnel {
    let config = ConfigText::new(format!("# {name}\r\n[Interface]\nPrivateKey = {OWN}\nAddress = 10.0.0.2/32\n"));
    SavedTunnel { name: name.parse().unwrap(), interface: interface.parse().unwrap(), settings, config }
}

fn backup() -> Backup {
    let closed = Settings {
        start_at_boot: true,
        kill_switch: KillSwitch::Lockdown,
        allow_lan: true,
        allow_ipv6_outside: false,
        key_reminder_days: Some(365),
    };
    let tunnels = vec![tunnel("Büro: 2", "buero", closed), tunnel("office", "wg0", Settings::default())];
    Backup { made_at: 1_700_000_000_000, made_by: "adit 0.1.0".into(), tunnels }
}

fn recipient() -> Lock {
    Lock::recipients([RECIPIENT]).unwrap()
}

fn identity() -> UnlockKey {
    UnlockKey::identities(SECRET).unwrap()
}

fn open(file: &[u8], key: &UnlockKey) -> Result<Backup, BackupError> {
    Sealed::parse(file)?.open(key)
}

#[test]
fn a_backup_comes_back_byte_for_byte_with_a_passphrase_and_for_a_recipient() {
    let sealed = seal(&backup(), &Lock::passphrase("correct horse Ü").unwrap()).unwrap();
    assert!(Sealed::parse(&sealed).unwrap().has_passphrase());
    assert_eq!(open(&sealed, &UnlockKey::passphrase("correct horse Ü").unwrap()), Ok(backup()));
    assert_eq!(open(&sealed, &UnlockKey::passphrase("correct horse U").unwrap()), Err(BackupError::WrongPassphrase));
    assert_eq!(open(&sealed, &identity()), Err(BackupError::NeedsPassphrase));

    let sealed = seal(&backup(), &recipient()).unwrap();
    assert!(!Sealed::parse(&sealed).unwrap().has_passphrase());
    assert_eq!(open(&sealed, &identity()), Ok(backup()));
    assert_eq!(open(&sealed, &UnlockKey::passphrase("x").unwrap()), Err(BackupError::NeedsIdentity));
    let other = "AGE-SECRET-KEY-1T2828SEZXAL24A8AZYSUUJLULL2DKN37ZCRXFDMY2RCS2Z0XJYNS6K2MZ4";
    assert_eq!(open(&sealed, &UnlockKey::identities(other).unwrap()), Err(BackupError::WrongIdentity));
    let text = String::from_utf8_lossy(&sealed);
    assert!(!text.contains(OWN) && !text.contains("office"), "it is not encrypted");
}

#[test]
fn the_same_backup_is_the_same_archive_and_the_description_has_no_key() {
    let archive = pack(&backup()).unwrap();
    assert_eq!(*archive, *pack(&backup()).unwrap());
    let json = String::from_utf8_lossy(archive.get(512..1400).unwrap());
    assert!(json.contains("\"format\": 1") && json.contains("\"kill_switch\": \"lockdown\"") && !json.contains(OWN), "{json}");
}

/// This file was made by the first version. Every later one has to read it.
#[test]
fn a_file_of_the_first_version_is_read() {
    assert_eq!(open(include_bytes!("golden/format-1.age"), &identity()), Ok(backup()));
}

#[test]
fn every_truncation_and_every_changed_byte_is_noticed() {
    let sealed = seal(&backup(), &recipient()).unwrap();
    for length in 0..sealed.len() {
        let cut = open(&sealed[..length], &identity()).unwrap_err();
        assert!(matches!(cut, BackupError::NotAge | BackupError::Header | BackupError::Damaged), "{length}: {cut:?}");
    }
    for at in (0..sealed.len()).step_by(7) {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(open(&changed, &identity()).is_err(), "{at}");
    }
    let longer = [sealed.as_slice(), b"x"].concat();
    assert_eq!(open(&longer, &identity()), Err(BackupError::Damaged));
}

#[test]
fn a_passphrase_that_would_take_hours_is_refused_at_once() {
    let header = |factor: &str| {
        let (salt, body, mac) = ("A".repeat(22), "A".repeat(43), "A".repeat(43));
        format!("age-encryption.org/v1\n-> scrypt {salt} {factor}\n{body}\n--- {mac}\n{}", "x".repeat(48))
    };
    let key = UnlockKey::passphrase("x").unwrap();
    for factor in [21, 30, 63, 200] {
        assert_eq!(open(header(&factor.to_string()).as_bytes(), &key), Err(BackupError::Work(factor)), "{factor}");
    }
    for factor in ["0", "-1", "999", "018", ""] {
        let error = open(header(factor).as_bytes(), &key).unwrap_err();
        assert!(matches!(error, BackupError::Header | BackupError::Work(_)), "{factor}: {error:?}");
    }
    // Small work, and still not the passphrase.
    assert_eq!(open(header("10").as_bytes(), &key), Err(BackupError::WrongPassphrase));
}

#[test]
fn files_that_are_no_backup_and_headers_without_end_are_refused() {
    let stanza = "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    let endless = format!("age-encryption.org/v1\n{}--- {}\n", stanza.repeat(10_000), "A".repeat(43));
    assert_eq!(Sealed::parse(endless.as_bytes()), Err(BackupError::Header));
    for (file, error) in [
        (&b""[..], BackupError::NotAge),
        (b"[Interface]\n", BackupError::NotAge),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", BackupError::NotAge),
        (b"age-encryption.org/v2\n-> x\n\n--- x\n", BackupError::NotAge),
        (b"age-encryption.org/v1\n", BackupError::Header),
    ] {
        assert_eq!(Sealed::parse(file), Err(error), "{}", String::from_utf8_lossy(file));
    }
    assert_eq!(Sealed::parse(&vec![0; limits::FILE_BYTES + 1]), Err(BackupError::TooLarge));
}

/// Makes an archive of these entries.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        // Paths that the library would refuse.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn description(tunnels: &str) -> String {
    format!(r#"{{"format":1,"made_at":0,"made_by":"x","tunnels":[{tunnels}]}}"#)
}

fn described(name: &str, interface: &str, config: &str) -> String {
    format!(
        r#"{{"name":"{name}","interface":"{interface}","config":"{config}","settings":{{"start_at_boot":false,"kill_switch":"off","allow_lan":false,"allow_ipv6_outside":false,"key_reminder_days":null}}}}"#
    )
}

#[test]
fn an_archive_with_anything_unexpected_is_refused_with_the_reason() {
    let one = description(&described("a", "a", "tunnels/a.conf"));
    let conf = ("tunnels/a.conf", &b"[Interface]\n"[..]);
    let refusal = |json: &str, more: &[(&str, &[u8])]| {
        let entries: Vec<_> = [("adit-backup.json", json.as_bytes())].into_iter().chain(more.iter().copied()).collect();
        unpack(&archive(&entries)).unwrap_err()
    };
    assert!(unpack(&archive(&[("adit-backup.json", one.as_bytes()), conf])).is_ok());
    assert_eq!(unpack(&archive(&[conf])), Err(ArchiveError::NoDescription));
    assert_eq!(unpack(b"no archive at all"), Err(ArchiveError::Tar));
    assert_eq!(unpack(&[]), Err(ArchiveError::NoDescription));
    assert_eq!(refusal(&one, &[]), ArchiveError::NoConfig("a".parse().unwrap()));
    assert_eq!(refusal(&one, &[conf, conf]), ArchiveError::Twice("tunnels/a.conf".into()));
    assert_eq!(refusal(&one, &[conf, ("tunnels/b.conf", b"")]), ArchiveError::Entry("tunnels/b.conf".into()));
    assert_eq!(refusal(&one, &[conf, ("../../etc/passwd", b"")]), ArchiveError::Entry("../../etc/passwd".into()));
    assert_eq!(refusal(&one, &[("tunnels/a.conf", b"\xff")]), ArchiveError::NotText("tunnels/a.conf".into()));
    let large = vec![b'#'; limits::CONFIG_BYTES + 1];
    assert_eq!(refusal(&one, &[("tunnels/a.conf", &large)]), ArchiveError::ConfigTooLarge("tunnels/a.conf".into()));
    let twice = description(&[described("a", "a", "tunnels/a.conf"), described("A", "b", "tunnels/b.conf")].join(","));
    assert_eq!(refusal(&twice, &[conf, ("tunnels/b.conf", b"")]), ArchiveError::SameName("A".parse().unwrap()));
    let shared = description(&[described("a", "a", "tunnels/a.conf"), described("b", "a", "tunnels/b.conf")].join(","));
    assert_eq!(refusal(&shared, &[conf, ("tunnels/b.conf", b"")]), ArchiveError::SameInterface("a".into()));
    for (wrong, part) in [
        (one.replace("\"made_at\":0", "\"made_at\":-1"), "invalid value"),
        (one.replace("\"name\":\"a\"", "\"name\":\"../a\""), "/"),
        (one.replace("\"kill_switch\":\"off\"", "\"kill_switch\":\"of\""), "unknown variant"),
        (one.replace("\"allow_lan\":false", "\"allow_everything\":true"), "unknown field"),
        (one.replace("\"made_by\"", "\"run\":\"rm\",\"made_by\""), "unknown field"),
        ("[".repeat(100_000), "line 1"),
        (String::new(), "line 1"),
    ] {
        let ArchiveError::Description(error) = refusal(&wrong, &[conf]) else { panic!("{wrong:.200}") };
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_later_format_is_refused_with_advice_and_one_that_never_was_too() {
    let json = |format: u64| format!(r#"{{"format":{format},"something":"new"}}"#);
    let read = |format| unpack(&archive(&[("adit-backup.json", json(format).as_bytes())])).unwrap_err();
    assert_eq!(read(2), ArchiveError::Newer { found: 2, known: 1 });
    assert!(read(2).to_string().contains("newer version of Adit"));
    assert_eq!(read(0), ArchiveError::NoSuchFormat(0));
}

#[test]
fn links_devices_and_lies_about_sizes_are_refused() {
    let entry = |kind: tar::EntryType, size: u64| {
        let mut header = tar::Header::new_gnu();
        header.set_path("tunnels/a.conf").unwrap();
        header.set_entry_type(kind);
        header.set_link_name("/etc/shadow").unwrap();
        header.set_size(size);
        header.set_cksum();
        [header.as_bytes().as_slice(), &[0; 1024]].concat()
    };
    for kind in [tar::EntryType::Symlink, tar::EntryType::Link, tar::EntryType::Char, tar::EntryType::Fifo] {
        assert_eq!(unpack(&entry(kind, 0)), Err(ArchiveError::Entry("tunnels/a.conf".into())), "{kind:?}");
    }
    assert_eq!(unpack(&entry(tar::EntryType::Regular, 1 << 40)), Err(ArchiveError::ConfigTooLarge("tunnels/a.conf".into())));
    assert_eq!(unpack(&entry(tar::EntryType::Regular, 4096)), Err(ArchiveError::Tar));
}

#[test]
fn a_backup_larger_than_what_is_read_is_not_made() {
    let mut large = backup();
    let text = "#".repeat(limits::CONFIG_BYTES);
    large.tunnels = (0..64)
        .map(|number| {
            let config = ConfigText::new(text.clone());
            SavedTunnel { config, ..tunnel(&format!("t{number}"), &format!("t{number}"), Settings::default()) }
        })
        .collect();
    assert_eq!(pack(&large).err(), Some(ArchiveError::TooLarge));
    large.tunnels.truncate(1);
    assert!(unpack(&pack(&large).unwrap()).is_ok());
    large.tunnels[0].config = ConfigText::new(format!("{text}#"));
    assert_eq!(pack(&large).err(), Some(ArchiveError::ConfigTooLarge("tunnels/t0.conf".into())));
    large.tunnels = vec![tunnel("a", "a", Settings::default()); limits::TUNNELS + 1];
    assert_eq!(pack(&large).err(), Some(ArchiveError::TooMany));
}

#[test]
fn keys_of_other_programs_are_named_as_such() {
    assert_eq!(Lock::recipients([OWN]).err(), Some(KeyError::Recipient));
    assert_eq!(Lock::recipients(["ssh-ed25519 AAAA"]).err(), Some(KeyError::Recipient));
    assert_eq!(Lock::recipients([]).err(), Some(KeyError::Recipient));
    let secret = SECRET.lines().last().unwrap();
    assert_eq!(Lock::recipients([secret]).err(), Some(KeyError::SecretAsRecipient));
    assert_eq!(Lock::passphrase("").err(), Some(KeyError::Empty));
    assert_eq!(UnlockKey::passphrase(&"x".repeat(limits::PASSPHRASE_BYTES + 1)).err(), Some(KeyError::TooLong));
    assert_eq!(UnlockKey::identities("# nothing\n\n").err(), Some(KeyError::NoIdentity));
    let error = UnlockKey::identities(&format!("# a\n{secret}\n{OWN}\n")).err().unwrap();
    assert_eq!(error, KeyError::Identity(3));
    assert!(!error.to_string().contains(OWN));
}

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        println!("SKIPPED: no {program}");
    }
    found
}

fn run(folder: &Path, command: &str) -> String {
    let output = Command::new("sh").args(["-ec", command]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_programs_age_and_tar_open_a_backup_and_make_one_that_is_read() {
    if !has("age") || !has("tar") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key.txt"), SECRET).unwrap();
    fs::write(folder.path().join("backup.age"), seal(&backup(), &recipient()).unwrap()).unwrap();
    run(folder.path(), "mkdir out; age -d -i key.txt backup.age | tar -x -C out");
    let listed = run(folder.path(), "cd out; find . -type f | LC_ALL=C sort; cat tunnels/office.conf");
    assert_eq!(
        listed,
        format!(
            "./adit-backup.json\n./tunnels/B\u{fc}ro_ 2.conf\n./tunnels/office.conf\n{}",
            backup().tunnels[1].config.dangerously_reveal()
        )
    );
    for options in ["--format=gnu", "--format=pax", "--format=ustar"] {
        let made = format!("cd out; tar -c {options} . | age -r {RECIPIENT} > ../again.age");
        run(folder.path(), &made);
        let again = fs::read(folder.path().join("again.age")).unwrap();
        assert_eq!(open(&again, &identity()), Ok(backup()), "{options}");
    }
}
