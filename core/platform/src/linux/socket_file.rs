//! The file of a Unix socket: made, recognized, and replaced where its process is dead.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, fchmod};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

/// Why a socket cannot be made at a path.
pub(super) enum InTheWay {
    /// A living process listens there.
    InUse(PathBuf),
    /// Something else lies there; it is left alone.
    NotASocket(PathBuf),
    /// The system refused.
    Io { path: PathBuf, error: io::Error },
}

/// Device and inode of the socket at `path`.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().filter(|found| found.file_type().is_socket()).map(|found| (found.dev(), found.ino()))
}

/// Removes what a dead process left at `path`.
pub(super) fn make_way(path: &Path) -> Result<(), InTheWay> {
    let failed = |error| InTheWay::Io { path: path.to_owned(), error };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(error)),
        Ok(found) if !found.file_type().is_socket() => Err(InTheWay::NotASocket(path.to_owned())),
        Ok(_) => match probe(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path).map_err(failed),
            Ok(()) | Err(_) => Err(InTheWay::InUse(path.to_owned())),
        },
    }
}

/// Whether somebody listens. Never blocks, also when the other side's backlog is full.
pub(super) fn probe(path: &Path) -> io::Result<()> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    Ok(rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?)
}

/// A listening socket that does not block, whose file never was open to others than `mode` says.
pub(super) fn listen(path: &Path, mode: Mode, backlog: i32) -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    // Linux gives the file the mode of the socket's own inode, so it is never wider than this, whatever the umask.
    fchmod(&socket, mode)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    rustix::net::listen(&socket, backlog)?;
    Ok(socket)
}
