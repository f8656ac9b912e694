//! Tests archives of the stock `zip`, and our archives with the stock `unzip`, which are programs of Unix.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use adit_import::{EntryError, Names, Reason, ToExport, import, zip};
use support::conf;

fn has(program: &str) -> bool {
    let found = Command::new(program).arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        println!("SKIPPED: no {program}");
    }
    found
}

fn run(folder: &Path, command: &str) {
    let status = Command::new("sh").args(["-c", command]).current_dir(folder).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command}");
}

/// Returns the names of the drafts and the refused entries.
fn read(archive: &Path) -> (Vec<String>, Vec<(String, Reason)>) {
    let import = import("x.zip", &fs::read(archive).unwrap(), &mut Names::default());
    let mut names: Vec<String> = import.drafts.iter().map(|draft| draft.name.to_string()).collect();
    names.sort();
    (names, import.refusals.into_iter().map(|refusal| (refusal.source, refusal.reason)).collect())
}

#[test]
fn what_zip_packs_is_read_however_it_was_packed() {
    if !has("zip") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("sub")).unwrap();
    fs::write(path("wg0.conf"), conf(1)).unwrap();
    fs::write(path("sub/Büro.conf"), conf(2)).unwrap();
    symlink("/etc/passwd", path("link.conf")).unwrap();
    for (options, archive) in [("-r", "plain.zip"), ("-r0", "stored.zip"), ("-r9", "best.zip"), ("-r -fz", "zip64.zip")] {
        run(folder.path(), &format!("zip -q {options} {archive} wg0.conf sub"));
        assert_eq!(read(&path(archive)), (vec!["Büro".to_owned(), "wg0".to_owned()], Vec::new()), "{options}");
    }
    run(folder.path(), "zip -q - wg0.conf | cat > streamed.zip");
    assert_eq!(read(&path("streamed.zip")).0, ["wg0"]);
    run(folder.path(), "zip -q --symlinks linked.zip wg0.conf link.conf");
    assert_eq!(read(&path("linked.zip")), (vec!["wg0".to_owned()], vec![("link.conf".to_owned(), EntryError::NotAFile.into())]));
    run(folder.path(), "zip -q -P secret encrypted.zip wg0.conf");
    assert_eq!(read(&path("encrypted.zip")), (Vec::new(), vec![("wg0.conf".to_owned(), EntryError::Encrypted.into())]));
}

#[test]
fn what_tar_packs_is_read_in_each_of_its_formats() {
    if !has("tar") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let long = format!("{0}/{0}", "long".repeat(15));
    fs::create_dir_all(path(&long)).unwrap();
    fs::create_dir(path("sub")).unwrap();
    fs::write(path("wg0.conf"), conf(1)).unwrap();
    fs::write(path("sub/Büro.conf"), conf(2)).unwrap();
    fs::write(path(&long).join("home.conf"), conf(3)).unwrap();
    symlink("/etc/passwd", path("link.conf")).unwrap();
    for format in ["gnu", "pax", "ustar"] {
        for (option, archive) in [("", "x.tar"), ("-z", "x.tar.gz")] {
            run(folder.path(), &format!("tar -c {option} --format={format} -f {archive} ./wg0.conf sub {long}"));
            assert_eq!(read(&path(archive)), (["Büro", "home", "wg0"].map(Into::into).to_vec(), Vec::new()), "{format} {option}");
        }
    }
    run(folder.path(), "tar -cf linked.tar wg0.conf link.conf");
    assert_eq!(read(&path("linked.tar")), (vec!["wg0".to_owned()], vec![("link.conf".to_owned(), EntryError::NotAFile.into())]));
    fs::hard_link(path("wg0.conf"), path("same.conf")).unwrap();
    run(folder.path(), "tar -cf twice.tar wg0.conf same.conf");
    assert_eq!(read(&path("twice.tar")), (vec!["wg0".to_owned()], vec![("same.conf".to_owned(), EntryError::NotAFile.into())]));
}

#[test]
fn what_is_exported_is_unpacked_by_unzip_for_its_owner_alone() {
    if !has("unzip") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (office, home) = ("Office".parse().unwrap(), "Büro: 家".parse().unwrap());
    let (first, second) = (conf(1), conf(2));
    let archive = zip(&[ToExport { name: &office, text: &first }, ToExport { name: &home, text: &second }]).unwrap();
    fs::write(folder.path().join("all.zip"), &archive).unwrap();
    run(folder.path(), "LC_ALL=C.UTF-8 unzip -q all.zip");
    for (name, text) in [("Office.conf", first), ("Büro_ 家.conf", second)] {
        let path = folder.path().join(name);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
