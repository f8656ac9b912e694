//! The file of a Unix socket: made, recognized, and replaced where its process is dead.
//!
//! Two processes may start at the same path at once. A dead socket is therefore removed only under a lock, which lies beside it while
//! that lasts. Other users cannot hold it up: the lock's file is its owner's alone, in a folder that they cannot write to.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags, fchmod};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

/// How long a process may have the lock before another one gives up.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(2);

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
    let _lock = Lock::take(path).map_err(failed)?;
    remove_dead(path)
}

/// As [`make_way`], under the lock: nothing else can come to lie where a dead socket is.
fn remove_dead(path: &Path) -> Result<(), InTheWay> {
    let failed = |error| InTheWay::Io { path: path.to_owned(), error };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(error)),
        Ok(found) if !found.file_type().is_socket() => Err(InTheWay::NotASocket(path.to_owned())),
        Ok(_) if is_held(path) => Err(InTheWay::InUse(path.to_owned())),
        Ok(_) => fs::remove_file(path).map_err(failed),
    }
}

/// Whether a dead process left a socket at `path`.
pub(super) fn is_left_over(path: &Path) -> bool {
    identity(path).is_some() && !is_held(path)
}

/// Removes the socket that a dead process left at `path`; nothing where there is none, or another process has it by now.
pub(super) fn remove_left_over(path: &Path) -> io::Result<()> {
    match make_way(path) {
        Ok(()) | Err(InTheWay::InUse(_) | InTheWay::NotASocket(_)) => Ok(()),
        Err(InTheWay::Io { error, .. }) => Err(error),
    }
}

/// The exclusive right to remove a dead socket. Dropping it removes its file.
struct Lock {
    path: PathBuf,
    _file: fs::File,
}

impl Lock {
    /// Waits while another process has it: not for long, as all that it does is to remove a file and to bind a socket.
    fn take(socket: &Path) -> io::Result<Self> {
        let name = socket.file_name().unwrap_or_default().to_string_lossy();
        let path = socket.with_file_name(format!(".{name}.lock"));
        let deadline = Instant::now() + PATIENCE;
        loop {
            let flags = OFlags::NOFOLLOW.bits().cast_signed();
            let file =
                fs::File::options().write(true).create(true).truncate(false).mode(0o600).custom_flags(flags).open(&path)?;
            match file.try_lock() {
                // Its last holder may have removed the file since it was opened.
                Ok(()) if is_same_file(&file, &path) => return Ok(Self { path, _file: file }),
                Ok(()) => continue,
                Err(fs::TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(PAUSE),
                Err(fs::TryLockError::WouldBlock) => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, format!("another process holds {}", path.display())));
                }
                Err(fs::TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where it stays, the next process uses it.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_same_file(file: &fs::File, path: &Path) -> bool {
    let of = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    file.metadata().ok().map(of) == fs::symlink_metadata(path).ok().map(of)
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

/// A listening socket that does not block, and its file never open to others than `mode` says. The file of a dead process is replaced.
pub(super) fn listen(path: &Path, mode: Mode, backlog: i32) -> Result<OwnedFd, InTheWay> {
    let failed = |error: io::Error| InTheWay::Io { path: path.to_owned(), error };
    let in_use = |error: &io::Error| error.kind() == io::ErrorKind::AddrInUse;
    match listen_once(path, mode, backlog) {
        Err(error) if in_use(&error) => {}
        listener => return listener.map_err(failed),
    }
    let _lock = Lock::take(path).map_err(failed)?;
    remove_dead(path)?;
    listen_once(path, mode, backlog).map_err(|error| match in_use(&error) {
        // A process that found the place free meanwhile.
        true => InTheWay::InUse(path.to_owned()),
        false => failed(error),
    })
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
