//! Finds what killed processes of Adit left on this computer, and removes it: DNS rules, and kill switches, which outlive their
//! process on purpose. Windows itself removes adapters, their addresses and their routes, claims and pipes with the process.

use std::fs::OpenOptions;
use std::io;
use std::num::NonZeroU32;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use windows_sys::Win32::Foundation::ERROR_SHARING_VIOLATION;
use windows_sys::Win32::Storage::FileSystem::{FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE};

use super::private_folder::written_in_lock;
use super::{claim, network, places};
use crate::leftovers::{Found, InUse, Leftover};
use crate::network::NetworkError;

/// The lock file in the service's usual state folder, locked while the service runs.
const SERVICE_LOCK: &str = "store.lock";

/// Returns the tunnels that are in use, by the claims that processes hold.
pub fn in_use() -> io::Result<Vec<InUse>> {
    claim::list(&places::claims())
}

/// Returns the service that uses the usual state folder, even if it does not answer at its pipe.
pub fn running_service() -> io::Result<Option<NonZeroU32>> {
    holder(&places::state().join(SERVICE_LOCK))
}

/// Returns the process that has a file locked.
fn holder(lock: &Path) -> io::Result<Option<NonZeroU32>> {
    let all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    match OpenOptions::new().write(true).share_mode(all).open(lock) {
        // Nobody forbids to write.
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION.cast_signed()) => {
            Ok(written_in_lock(lock).and_then(|number| number.parse().ok()))
        }
        Err(error) => Err(error),
    }
}

/// Finds all leftovers. A pipe, as the service's is, goes with its process.
pub fn find(_: &Path) -> Result<Found, NetworkError> {
    let (mut leftovers, mut unseen) = (Vec::new(), Vec::new());
    match network::names_with_dns_rules() {
        Ok(names) => leftovers.extend(names.into_iter().map(Leftover::Resolvers)),
        Err(error) => unseen.push(NetworkError::kernel("looking for DNS rules")(error)),
    }
    match network::standing_kill_switches() {
        Ok(standing) => leftovers.extend(standing.into_iter().map(|standing| Leftover::KillSwitch(standing.interface))),
        Err(error) => unseen.push(NetworkError::kernel("looking for kill switches")(error)),
    }
    Ok(Found { leftovers, unseen })
}

/// Removes a leftover; does nothing if it is gone. The caller has claimed the interface's name and, for a kill switch, made sure that
/// no service runs.
pub fn remove(leftover: &Leftover) -> Result<(), NetworkError> {
    let removed = match leftover {
        Leftover::Resolvers(name) => network::remove_dns_rules(name),
        Leftover::KillSwitch(name) => network::open_kill_switch(name),
        // Those of Linux.
        _ => Ok(()),
    };
    removed.map_err(NetworkError::kernel(format!("removing {leftover}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_lock_is_found_while_it_holds_it_and_not_afterwards() {
        use std::io::Write as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SERVICE_LOCK);
        assert_eq!(holder(&path).unwrap(), None);
        let mut lock =
            OpenOptions::new().write(true).create(true).truncate(true).share_mode(FILE_SHARE_READ).open(&path).unwrap();
        lock.write_all(b"4711\n").unwrap();
        assert_eq!(holder(&path).unwrap().map(NonZeroU32::get), Some(4711));
        drop(lock);
        assert_eq!(holder(&path).unwrap(), None);
    }

    #[test]
    fn dns_rules_of_a_killed_process_are_found_and_removed() {
        let name = "adit-left".parse().unwrap();
        network::leave_dns_rules(&name);
        let found = |unseen_may_be: usize| {
            let Found { leftovers, unseen } = find(Path::new("")).unwrap();
            assert!(unseen.len() <= unseen_may_be, "{unseen:?}");
            leftovers.contains(&Leftover::Resolvers("adit-left".parse().unwrap()))
        };
        // Without the Windows Filtering Platform, kill switches cannot be looked for, and that is said.
        assert!(found(1));
        remove(&Leftover::Resolvers(name)).unwrap();
        assert!(!found(1));
    }
}
