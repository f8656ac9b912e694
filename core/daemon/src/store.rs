//! Opens the tunnels' store with the right key: the one that systemd hands over, else the one in a file in the state folder.

use std::num::NonZeroU32;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use adit_manager::secrets::{KeyFile, SecretStore, SystemdCredential};
use adit_manager::store::{Finding, Store, StoreError};
use adit_platform::native::process;
use adit_platform::private_folder::FolderError;

/// The file in the state folder with the key that seals the tunnels, if systemd hands over none.
const KEY: &str = "store.key";
/// Time for which the lock of a dead process may persist.
const OF_THE_DEAD: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Opens the store in `state_dir`. If systemd hands over a key for the first time, all tunnels are sealed again with that key,
/// and the key in the file is removed.
pub(crate) fn open(state_dir: &Path) -> Result<(Store, Vec<Finding>), StoreError> {
    let patience = Instant::now() + OF_THE_DEAD;
    loop {
        match open_with(state_dir, SystemdCredential::from_environment()) {
            // A child process that the previous daemon was starting when it was killed holds the lock until its start is
            // complete.
            Err(StoreError::Folder(FolderError::Locked { pid: Some(pid), .. })) if is_gone(pid) && Instant::now() < patience => {
                thread::sleep(LOOK_AGAIN);
            }
            other => return other,
        }
    }
}

fn is_gone(pid: u32) -> bool {
    NonZeroU32::new(pid).is_none_or(|pid| process::is_gone(pid).unwrap_or(false))
}

fn open_with(state_dir: &Path, credential: Option<SystemdCredential>) -> Result<(Store, Vec<Finding>), StoreError> {
    let file = KeyFile::new(state_dir, KEY);
    // A credential that exists and cannot be used is an error, not a reason to make another key.
    let Some(credential) = credential.filter(|credential| !matches!(credential.load(), Ok(None))) else {
        return Store::open(state_dir, &file, &[]);
    };
    let (mut store, findings) = Store::open(state_dir, &credential, &[&file])?;
    match store.migrate(&file) {
        Ok(migration) if migration == Default::default() => {}
        Ok(migration) => tracing::info!(
            resealed = migration.resealed,
            left = migration.left.len(),
            forgotten = migration.forgotten,
            "the tunnels are sealed with the key that systemd gives"
        ),
        Err(error) => {
            tracing::error!(%error, "not all tunnels are sealed with the key that systemd gives; the next start goes on")
        }
    }
    Ok((store, findings))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use adit_manager::store::{Cause, UnixTime};

    use super::*;

    #[test]
    fn a_key_of_systemds_takes_the_place_of_the_one_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (state, given) = (folder.path().join("state"), folder.path().join("credentials"));
        let (mut store, findings) = open_with(&state, None).unwrap();
        assert!(findings.is_empty());
        let id =
            store.put("home".parse().unwrap(), "home".parse().unwrap(), "[Interface]\n", Cause::Imported, UnixTime(1)).unwrap();
        drop(store);
        fs::create_dir(&given).unwrap();
        fs::write(given.join("adit-store-key"), [7; 32]).unwrap();
        fs::set_permissions(given.join("adit-store-key"), fs::Permissions::from_mode(0o400)).unwrap();
        for _ in 0..2 {
            let (mut store, findings) = open_with(&state, Some(SystemdCredential::in_folder(&given))).unwrap();
            assert!(findings.is_empty(), "{findings:?}");
            assert_eq!(&*store.get(id, UnixTime(2)).unwrap().text, "[Interface]\n");
            assert!(!state.join(KEY).exists());
        }
    }
}
