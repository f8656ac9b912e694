//! Tests of the store on a full disk.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use adit_manager::secrets::KeyFile;
use adit_manager::store::{Cause, StoreError};
use adit_platform::private_folder::{FolderError, OsError};
use kit::{NOW, files, open, put, text};

mod kit;

const SMALL_DISK: &str = "ADIT_TEST_STORE_SMALL_DISK";
const ENOSPC: OsError = OsError(28);

#[test]
fn a_full_disk_leaves_every_byte_as_it_was() {
    if let Some(disk) = std::env::var_os(SMALL_DISK) {
        return fill(Path::new(&disk));
    }
    if !kit::is_root() || !kit::has("unshare") {
        return println!("SKIPPED: a small disk takes root and unshare");
    }
    let folder = tempfile::tempdir().unwrap();
    let test = kit::this_test("a_full_disk_leaves_every_byte_as_it_was");
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c"]);
    command.arg("mount -t tmpfs -o size=64k,mode=700 tmpfs \"$ADIT_TEST_STORE_SMALL_DISK\" && exec \"$@\"").arg("sh");
    command.arg(test.get_program()).args(test.get_args()).env(SMALL_DISK, folder.path());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("FILLED"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs in a mount namespace on a disk of 64 KiB.
fn fill(disk: &Path) {
    let secrets = KeyFile::new(disk, "store.key");
    let mut store = open(disk, &secrets);
    let id = put(&mut store, "Office", "wg0", &text("old"));
    let before = files(&disk.join("tunnels"));
    let large = text(&"x".repeat(60_000));
    let full = |error: StoreError| {
        assert!(matches!(error, StoreError::Folder(FolderError::System { cause: ENOSPC, .. })), "{error}");
        assert!(error.to_string().contains("No space left on device"), "{error}");
    };
    full(store.replace(id, 1, &large, Cause::Edited, NOW).unwrap_err());
    full(store.put("New".parse().unwrap(), "wg1".parse().unwrap(), &large, Cause::Imported, NOW).unwrap_err());
    assert_eq!(files(&disk.join("tunnels")), before, "and nothing half-written beside it");
    assert_eq!((store.list().count(), store.summary(id).unwrap().version), (1, 1));
    let tunnel = store.get(id, NOW).unwrap();
    assert_eq!(*tunnel.text, text("old"));

    // Fills the disk to the last byte.
    let mut filler = std::fs::File::create(disk.join("filler")).unwrap();
    while std::io::Write::write_all(&mut filler, &[0; 512]).is_ok() {}
    full(store.update(id, |settings| settings.start_at_boot = true).unwrap_err());
    assert!(!store.summary(id).unwrap().settings.start_at_boot);
    assert_eq!(files(&disk.join("tunnels")), before);
    drop(store);
    let mut store = open(disk, &secrets);
    assert_eq!(*store.get(id, NOW).unwrap().text, text("old"));
    drop(filler);
    std::fs::remove_file(disk.join("filler")).unwrap();
    assert_eq!(store.replace(id, 1, &text("new"), Cause::Edited, NOW), Ok(2));
    println!("FILLED");
}
