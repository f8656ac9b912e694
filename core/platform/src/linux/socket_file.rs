//! The file of a Unix socket: made, recognized, and replaced where its process is dead.
//!
//! Two processes may start at the same path at once. No lock keeps them apart, because every user who can open a lock's file can hold the
//! lock; instead a file is removed only after it was moved aside and its socket was seen to be dead there.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, RenameFlags, fchmod, renameat_with};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

/// More processes than this do not start at one path at the same moment.
const ATTEMPTS: u32 = 100;

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

/// Removes the file that a dead process left at `path`. A socket that some process holds, or anything else, stays: an error.
pub(super) fn make_way(path: &Path) -> Result<(), InTheWay> {
    let failed = |error| InTheWay::Io { path: path.to_owned(), error };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(error)),
        Ok(found) if !found.file_type().is_socket() => Err(InTheWay::NotASocket(path.to_owned())),
        Ok(_) if is_held(path) => Err(InTheWay::InUse(path.to_owned())),
        Ok(_) => remove_dead(path).map_err(failed),
    }
}

/// Whether a dead process left a socket at `path`.
pub(super) fn is_left_over(path: &Path) -> bool {
    identity(path).is_some() && !is_held(path)
}

/// Removes the socket that a dead process left at `path`; nothing where there is none, or another process has it by now.
pub(super) fn remove_left_over(path: &Path) -> io::Result<()> {
    if is_left_over(path) { remove_dead(path) } else { Ok(()) }
}

/// Another process may have put its own socket at `path` since it was looked at. What is moved aside cannot be replaced by others, so
/// that it is looked at once more there, and moved back if a process holds it.
fn remove_dead(path: &Path) -> io::Result<()> {
    let mut random = [0; 4];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    // Short, so that it fits into a socket's address where `path` does.
    let aside = path.with_file_name(format!(".{:07x}", u32::from_ne_bytes(random) >> 4));
    match renameat_with(CWD, path, CWD, &aside, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        // Somebody else has removed it, or has the name for what is aside: the caller looks again.
        Err(Errno::NOENT | Errno::EXIST) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    if is_held(&aside) { Ok(renameat_with(CWD, &aside, CWD, path, RenameFlags::NOREPLACE)?) } else { fs::remove_file(&aside) }
}

/// Whether somebody listens. Never blocks, also when the other side's backlog is full.
pub(super) fn probe(path: &Path) -> io::Result<()> {
    connect(path, SocketType::STREAM)
}

/// Whether a living process has the socket at `path`, be it listening already or not. False only where that is certain.
fn is_held(path: &Path) -> bool {
    // The kernel looks for the socket before it compares types, so that a socket of another type tells dead (refused) from alive
    // (wrong type) without becoming a client.
    let probed = connect(path, SocketType::DGRAM);
    !probed.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn connect(path: &Path, kind: SocketType) -> io::Result<()> {
    let socket = rustix::net::socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
    Ok(rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?)
}

/// A listening socket that does not block, whose file never was open to others than `mode` says. The file of a dead process is replaced.
pub(super) fn listen(path: &Path, mode: Mode, backlog: i32) -> Result<OwnedFd, InTheWay> {
    let failed = |error: io::Error| InTheWay::Io { path: path.to_owned(), error };
    for _ in 0..ATTEMPTS {
        match listen_once(path, mode, backlog) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => make_way(path)?,
            listener => return listener.map_err(failed),
        }
    }
    Err(InTheWay::InUse(path.to_owned()))
}

fn listen_once(path: &Path, mode: Mode, backlog: i32) -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    // Linux gives the file the mode of the socket's own inode, so it is never wider than this, whatever the umask.
    fchmod(&socket, mode)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    rustix::net::listen(&socket, backlog)?;
    Ok(socket)
}
