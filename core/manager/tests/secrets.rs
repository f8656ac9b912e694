//! Tests of key storage: keys are never replaced and never readable by others, and moving to another key never loses a tunnel.

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;

#[cfg(unix)]
use adit_manager::secrets::SystemdCredential;
use adit_manager::secrets::{KeyFile, Secret, SecretError, SecretStore as _};
use adit_manager::store::{FindingCode, Store};
use kit::{Memory, NOW, open, put, text};

mod kit;

fn secret(byte: u8) -> Secret {
    Secret::from_slice(&[byte; 32], String::new).unwrap()
}

#[test]
fn a_key_file_is_made_once_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let store = KeyFile::new(&folder.path().join("state"), "store.key");
    assert!(store.load().unwrap().is_none());
    store.keep(&secret(1)).unwrap();
    assert!(matches!(store.keep(&secret(2)), Err(SecretError::Exists(_))));
    assert_eq!(store.load().unwrap().unwrap().dangerously_reveal(), &[1; 32]);
    assert_eq!(format!("{:?}", store.load().unwrap()), "Some([redacted])");
    store.forget().unwrap();
    store.forget().unwrap();
    assert!(store.load().unwrap().is_none());
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_or_that_is_no_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = KeyFile::new(folder.path(), "store.key");
    store.keep(&secret(1)).unwrap();
    let path = folder.path().join("store.key");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    assert_eq!(store.load().err(), Some(SecretError::Exposed(path.clone())));
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    std::fs::write(&path, [1; 31]).unwrap();
    assert_eq!(store.load().err(), Some(SecretError::Length { from: store.describe(), bytes: 31 }));
    let (store, findings) = Store::open(folder.path(), &store, &[]).unwrap();
    assert!(matches!(findings[0].code, FindingCode::KeyUnusable(SecretError::Length { .. })), "{findings:?}");
    drop(store);
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
    assert!(KeyFile::new(folder.path(), "store.key").load().is_err());
}

#[cfg(unix)]
#[test]
fn a_credential_of_systemd_is_read_and_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = SystemdCredential::in_folder(folder.path());
    assert!(store.load().unwrap().is_none());
    let (manager, findings) = Store::open(&folder.path().join("state"), &store, &[]).unwrap();
    assert!(matches!(findings[0].code, FindingCode::KeyUnusable(SecretError::GivenFromOutside(_))), "{findings:?}");
    drop(manager);
    let path = folder.path().join("adit-store-key");
    std::fs::write(&path, [7; 32]).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
    assert_eq!(store.load().unwrap().unwrap().dangerously_reveal(), &[7; 32]);
    assert!(matches!(store.keep(&secret(1)), Err(SecretError::GivenFromOutside(_))));
    assert!(matches!(store.forget(), Err(SecretError::GivenFromOutside(_))));
    open(&folder.path().join("state"), &store);
}

#[test]
fn all_tunnels_move_from_one_key_to_another() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (KeyFile::new(folder.path(), "store.key"), Memory::with(8));
    let mut store = open(folder.path(), &old);
    let ids: Vec<_> = (0..5).map(|n| put(&mut store, &format!("t{n}"), &format!("wg{n}"), &text(&n.to_string()))).collect();
    drop(store);
    let (mut store, findings) = Store::open(folder.path(), &new, &[&old]).unwrap();
    assert_eq!(findings, []);
    let migration = store.migrate(&old).unwrap();
    assert_eq!((migration.resealed, migration.left.len(), migration.forgotten), (5, 0, true));
    assert!(!folder.path().join("store.key").exists());
    drop(store);
    let mut store = open(folder.path(), &new);
    for (n, id) in ids.iter().enumerate() {
        assert_eq!(*store.get(*id, NOW).unwrap().text, text(&n.to_string()));
    }
    assert_eq!(store.migrate(&old).unwrap(), adit_manager::store::Migration::default());
}

#[test]
fn a_key_is_kept_as_long_as_anything_may_still_be_sealed_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (KeyFile::new(folder.path(), "store.key"), Memory::with(8));
    let mut store = open(folder.path(), &old);
    let [damaged, newer, aside, good] = [0, 1, 2, 3].map(|n| put(&mut store, &format!("t{n}"), &format!("wg{n}"), &text("x")));
    drop(store);
    for (id, at) in [(damaged, 80), (newer, 8), (aside, 80)] {
        let path = kit::file_of(folder.path(), id);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[at] ^= 2;
        std::fs::write(&path, bytes).unwrap();
    }
    let (mut store, findings) = Store::open(folder.path(), &new, &[&old]).unwrap();
    assert_eq!(findings.len(), 3);
    let aside = store.set_aside(aside).unwrap();
    let mut migration = store.migrate(&old).unwrap();
    migration.left.sort();
    let mut left = vec![kit::file_of(folder.path(), damaged), kit::file_of(folder.path(), newer), aside];
    left.sort();
    assert_eq!((migration.resealed, migration.left, migration.forgotten), (1, left, false));
    assert!(old.load().unwrap().is_some());
    assert!(store.get(good, NOW).is_ok());
}

#[test]
fn no_new_key_is_made_while_a_file_needs_one_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let (old, other, new) = (Memory::with(1), Memory::with(2), Memory::default());
    put(&mut open(folder.path(), &old), "Office", "wg0", &text("one"));
    let (_, findings) = Store::open(folder.path(), &new, &[&other]).unwrap();
    assert!(matches!(findings[0].code, FindingCode::KeyMissing(_)));
    assert!(new.load().unwrap().is_none());
    let (store, findings) = Store::open(folder.path(), &new, &[&other, &old]).unwrap();
    assert_eq!((findings, store.list().count()), (Vec::new(), 1));
    assert!(new.load().unwrap().is_some());
}
