//! Shared parts of the store's tests: a key in memory, a configuration text, and a listing of all bytes in a folder.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::Command;

use adit_api::TunnelId;
use adit_manager::secrets::{Secret, SecretError, SecretStore};
use adit_manager::store::{Cause, Store, UnixTime};

pub(crate) const PRIVATE: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
pub(crate) const PRESHARED: &str = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
pub(crate) const NOW: UnixTime = UnixTime(1_700_000_000);

/// Returns a configuration with a key, comments and odd spacing.
pub(crate) fn text(mark: &str) -> String {
    format!(
        "# {mark}\r\n[Interface]\n  PrivateKey={PRIVATE} # laptop\nAddress = 10.0.0.2/24\n\n[Peer]\n\
        PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nPresharedKey = {PRESHARED}\nAllowedIPs = 0.0.0.0/0"
    )
}

/// A secret store in memory.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) RefCell<Option<Secret>>);

impl Memory {
    pub(crate) fn with(byte: u8) -> Self {
        Self(RefCell::new(Some(Secret::from_slice(&[byte; 32], String::new).unwrap())))
    }
}

impl SecretStore for Memory {
    fn describe(&self) -> String {
        "memory".into()
    }

    fn load(&self) -> Result<Option<Secret>, SecretError> {
        Ok(self.0.borrow().clone())
    }

    fn keep(&self, secret: &Secret) -> Result<(), SecretError> {
        if self.0.borrow().is_some() {
            return Err(SecretError::Exists(self.describe()));
        }
        *self.0.borrow_mut() = Some(secret.clone());
        Ok(())
    }

    fn forget(&self) -> Result<(), SecretError> {
        *self.0.borrow_mut() = None;
        Ok(())
    }
}

pub(crate) fn put(store: &mut Store, name: &str, interface: &str, text: &str) -> TunnelId {
    store.put(name.parse().unwrap(), interface.parse().unwrap(), text, Cause::Imported, NOW).unwrap()
}

/// Opens a store that must have no findings.
pub(crate) fn open(folder: &Path, secrets: &dyn SecretStore) -> Store {
    let (store, findings) = Store::open(folder, secrets, &[]).unwrap();
    assert_eq!(findings, []);
    store
}

/// Returns all files below a folder with their bytes. Links are not followed.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.symlink_metadata().unwrap().file_type();
        if kind.is_dir() {
            found.extend(files(&path));
        } else if kind.is_file() {
            found.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

pub(crate) fn file_of(folder: &Path, id: TunnelId) -> PathBuf {
    folder.join(format!("tunnels/{id}.tunnel"))
}

/// Returns true if a program is installed.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Returns a command that runs one test of this program again, for a different environment.
pub(crate) fn this_test(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--include-ignored", "--nocapture", "--test-threads=1"]);
    command
}

#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}
