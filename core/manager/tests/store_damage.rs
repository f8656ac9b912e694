//! Tests of damaged files: the damage is reported, the file stays as it is, and the other tunnels stay usable.

use adit_api::TunnelId;
use adit_manager::store::Store;
use kit::{Memory, NOW, open, put, text};
use std::path::Path;

mod kit;

/// Length of the header before the sealed part, in bytes.
const HEADER: usize = 66;

struct Damaged {
    folder: tempfile::TempDir,
    secrets: Memory,
    victim: TunnelId,
    other: TunnelId,
}

impl Damaged {
    fn new() -> Self {
        let (folder, secrets) = (tempfile::tempdir().unwrap(), Memory::default());
        let mut store = open(folder.path(), &secrets);
        let victim = put(&mut store, "Victim", "wg0", &text("one"));
        let other = put(&mut store, "Other", "wg1", &text("two"));
        drop(store);
        Self { folder, secrets, victim, other }
    }

    fn file(&self) -> std::path::PathBuf {
        kit::file_of(self.folder.path(), self.victim)
    }

    /// Writes `bytes` as the victim's file and asserts that it is reported once and left alone, and that the other tunnel is
    /// intact.
    fn survives(&self, bytes: &[u8], what: &str) {
        write(&self.file(), bytes);
        let (mut store, findings) = Store::open(self.folder.path(), &self.secrets, &[]).unwrap();
        assert_eq!(findings.len(), 1, "{what}: {findings:?}");
        assert_eq!(findings[0].id, Some(self.victim), "{what}");
        assert!(findings[0].hides_a_tunnel(), "{what}");
        assert!(store.get(self.victim, NOW).is_err() && store.remove(self.victim).is_err(), "{what}");
        assert_eq!(*store.get(self.other, NOW).unwrap().text, text("two"), "{what}");
        assert_eq!(std::fs::read(self.file()).unwrap(), bytes, "{what}");
    }
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn no_flipped_bit_is_accepted() {
    let damaged = Damaged::new();
    let good = std::fs::read(damaged.file()).unwrap();
    for at in 0..good.len() {
        // Every bit of the header, where each byte has a meaning, and one bit of each byte of the sealed part.
        let bits = if at < HEADER { 0..8 } else { at % 8..at % 8 + 1 };
        for bit in bits {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << bit;
            damaged.survives(&bytes, &format!("byte {at}, bit {bit}"));
        }
    }
    write(&damaged.file(), &good);
    assert_eq!(*open(damaged.folder.path(), &damaged.secrets).get(damaged.victim, NOW).unwrap().text, text("one"));
}

#[test]
fn no_shorter_or_longer_file_is_accepted() {
    let damaged = Damaged::new();
    let good = std::fs::read(damaged.file()).unwrap();
    for length in 0..good.len() {
        damaged.survives(&good[..length], &format!("{length} bytes"));
    }
    damaged.survives(&[good.as_slice(), &[0]].concat(), "one byte more");
    damaged.survives(&vec![0; 9 << 20], "nine mebibytes of zeros");
}

#[test]
fn a_file_that_is_gone_while_the_store_is_open_is_an_error_and_no_more() {
    let damaged = Damaged::new();
    let mut store = open(damaged.folder.path(), &damaged.secrets);
    std::fs::remove_file(damaged.file()).unwrap();
    assert!(store.get(damaged.victim, NOW).unwrap_err().to_string().starts_with("there is no "));
    assert!(store.get(damaged.other, NOW).is_ok());
    write(&damaged.file(), b"ADITTNL");
    assert!(store.rename(damaged.victim, "New".parse().unwrap()).unwrap_err().to_string().contains("ends too soon"));
    assert_eq!(std::fs::read(damaged.file()).unwrap(), b"ADITTNL");
}
