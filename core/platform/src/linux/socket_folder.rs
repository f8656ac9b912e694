//! Checks the folder of the configuration sockets. A private key is sent to the process that listens there, so that only root
//! and the service may put sockets into it.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

pub use crate::uapi_client::UnsafeFolder;
use crate::unix::account;

const OTHERS_MAY_WRITE: u32 = 0o002;
const GROUP_MAY_WRITE: u32 = 0o020;
const STICKY: u32 = 0o1000;

/// Returns the users who may serve an interface: root, this process's user, and the service's.
pub(super) fn trusted_users() -> io::Result<Vec<u32>> {
    Ok([0, rustix::process::geteuid().as_raw()].into_iter().chain(account::user(account::SERVICE)?).collect())
}

/// Checks that only root, this process's user and the service can create files in `folder`. Its group may write if the folder
/// is sticky and the group is the service's, or this process's group unless that is root's.
pub(super) fn check(folder: &Path) -> Result<(), UnsafeFolder> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| UnsafeFolder::Io { path, error }
    };
    let folder = fs::canonicalize(folder).map_err(failed(folder))?;
    let users = trusted_users().map_err(failed(&folder))?;
    for (depth, path) in folder.ancestors().enumerate() {
        let found = fs::symlink_metadata(path).map_err(failed(path))?;
        let is_sticky = found.mode() & STICKY != 0;
        let others_may = found.mode() & OTHERS_MAY_WRITE != 0;
        let group_may = found.mode() & GROUP_MAY_WRITE != 0;
        let is_safe = if depth == 0 {
            let is_trusted = || groups().map(|groups| groups.contains(&found.gid())).map_err(failed(path));
            !others_may && (!group_may || is_sticky && is_trusted()?)
        } else {
            // In a sticky folder nobody can rename the folder of another user.
            is_sticky || !others_may && !group_may
        };
        if !is_safe || !users.contains(&found.uid()) {
            let (owner, group, mode) = (found.uid(), found.gid(), found.mode() & 0o7777);
            return Err(UnsafeFolder::Writable { path: path.to_owned(), owner, group, mode });
        }
    }
    Ok(())
}

/// Returns the groups that may write there.
fn groups() -> io::Result<Vec<u32>> {
    let own = Some(rustix::process::getegid().as_raw()).filter(|_| !rustix::process::geteuid().is_root());
    Ok([0].into_iter().chain(own).chain(account::group(account::SERVICE)?).collect())
}
