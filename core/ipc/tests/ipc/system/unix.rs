//! Unix sockets.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) type Stream = UnixStream;

/// The path of a socket, in a folder of its own that every user can enter.
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { path: folder.path().join("adit.sock"), _folder: folder }
    }
}

pub(crate) fn connect(path: &Path) -> Stream {
    let stream = UnixStream::connect(path).unwrap();
    // With this time limit, a test of a server that never answers fails instead of hanging.
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// Returns true if the service names the user of this process like this.
pub(crate) fn is_own_user(user: &str) -> bool {
    user == format!("uid {}", rustix::process::geteuid().as_raw())
}
