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

/// Says whether this user may serve an interface: root, this process's user, and the service's. The service's is looked up only for
/// a third user, because a look-up loads the system's name service modules.
pub(super) fn is_trusted_user(uid: u32) -> io::Result<bool> {
    Ok(uid == 0 || uid == rustix::process::geteuid().as_raw() || account::user(account::SERVICE)? == Some(uid))
}

/// Checks that only root, this process's user and the service can create files in `folder`. Its group may write if the folder
/// is sticky and the group is the service's, or this process's group unless that is root's.
pub(super) fn check(folder: &Path) -> Result<(), UnsafeFolder> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| UnsafeFolder::Io { path, error }
    };
    let folder = fs::canonicalize(folder).map_err(failed(folder))?;
    for (depth, path) in folder.ancestors().enumerate() {
        let found = fs::symlink_metadata(path).map_err(failed(path))?;
        let is_sticky = found.mode() & STICKY != 0;
        let others_may = found.mode() & OTHERS_MAY_WRITE != 0;
        let group_may = found.mode() & GROUP_MAY_WRITE != 0;
        let is_safe = if depth == 0 {
            let is_trusted = || is_trusted_group(found.gid()).map_err(failed(path));
            !others_may && (!group_may || is_sticky && is_trusted()?)
        } else {
            // In a sticky folder nobody can rename the folder of another user.
            is_sticky || !others_may && !group_may
        };
        if !is_safe || !is_trusted_user(found.uid()).map_err(failed(path))? {
            let (owner, group, mode) = (found.uid(), found.gid(), found.mode() & 0o7777);
            return Err(UnsafeFolder::Writable { path: path.to_owned(), owner, group, mode });
        }
    }
    Ok(())
}

/// Says whether this group may write there: root's, the service's, and this process's unless that is root.
fn is_trusted_group(gid: u32) -> io::Result<bool> {
    let is_own = !rustix::process::geteuid().is_root() && gid == rustix::process::getegid().as_raw();
    Ok(gid == 0 || is_own || account::group(account::SERVICE)? == Some(gid))
}
