//! The file of a Unix socket: created, identified, and replaced if its process is dead.
//!
//! Two processes may start at the same path at once. Therefore a dead socket is removed only under a lock, whose file is beside
//! it meanwhile. Other users cannot hold that lock: only its owner can open the file, and its folder is closed to other users'
//! writes.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags, fchmod};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

/// The longest wait for the lock.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(2);

/// Why a socket cannot be made at a path.
pub(super) enum InTheWay {
    /// A running process listens there.
    InUse(PathBuf),
    /// Another kind of file is there; it is left alone.
    NotASocket(PathBuf),
    /// The system reported an error.
    Io { path: PathBuf, error: io::Error },
}

/// Returns device and inode of the socket at `path`.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().filter(|found| found.file_type().is_socket()).map(|found| (found.dev(), found.ino()))
}

/// Removes the file that a dead process left at `path`. Fails if a process holds the socket, or if the file is not a socket.
pub(super) fn make_way(path: &Path) -> Result<(), InTheWay> {
    let failed = |error| InTheWay::Io { path: path.to_owned(), error };
    let _lock = Lock::take(path).map_err(failed)?;
    remove_dead(path)
}

/// Does the same as [`make_way`], under the lock, so that nothing else can take the place of a dead socket meanwhile.
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

/// Returns true if a dead process left a socket at `path`.
pub(super) fn is_left_over(path: &Path) -> bool {
    identity(path).is_some() && !is_held(path)
}

/// Removes the socket that a dead process left at `path`. Does nothing if there is none, or if another process has it by now.
pub(super) fn remove_left_over(path: &Path) -> io::Result<()> {
    match make_way(path) {
        Ok(()) | Err(InTheWay::InUse(_) | InTheWay::NotASocket(_)) => Ok(()),
        Err(InTheWay::Io { error, .. }) => Err(error),
    }
}

/// The exclusive right to remove a dead socket. Dropping it removes the lock's file.
struct Lock {
    path: PathBuf,
    _file: fs::File,
}

impl Lock {
    /// Waits while another process holds the lock. That is short: the holder only removes a file and binds a socket.
    fn take(socket: &Path) -> io::Result<Self> {
        let name = socket.file_name().unwrap_or_default().to_string_lossy();
        let path = socket.with_file_name(format!(".{name}.lock"));
        let deadline = Instant::now() + PATIENCE;
        loop {
            let flags = OFlags::NOFOLLOW.bits().cast_signed();
            let file =
                fs::File::options().write(true).create(true).truncate(false).mode(0o600).custom_flags(flags).open(&path)?;
            match file.try_lock() {
                // The previous holder may have removed the file since it was opened.
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
        // If the file stays, the next process uses it.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_same_file(file: &fs::File, path: &Path) -> bool {
    let of = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    file.metadata().ok().map(of) == fs::symlink_metadata(path).ok().map(of)
}

/// Returns Ok if a process listens. Never blocks, even if the listener's backlog is full.
pub(super) fn probe(path: &Path) -> io::Result<()> {
    connect(path, SocketType::STREAM)
}

/// Returns true if a running process has the socket at `path`, whether it listens already or not. False only if that is
/// certain.
fn is_held(path: &Path) -> bool {
    // The kernel looks the socket up before it compares types. A datagram socket thus tells a dead socket (refused) from a live
    // one (wrong type) without becoming a client.
    let probed = connect(path, SocketType::DGRAM);
    !probed.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn connect(path: &Path, kind: SocketType) -> io::Result<()> {
    let socket = rustix::net::socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
    Ok(rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?)
}

/// Returns a non-blocking listening socket. Its file is never more open than `mode`. The file of a dead process is replaced.
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
        // Another process found the path free meanwhile.
        true => InTheWay::InUse(path.to_owned()),
        false => failed(error),
    })
}

fn listen_once(path: &Path, mode: Mode, backlog: i32) -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    // Linux gives the file the mode of the socket's own inode, so that it is never more open than this, whatever the umask.
    fchmod(&socket, mode)?;
    rustix::net::bind(&socket, &SocketAddrUnix::new(path)?)?;
    rustix::net::listen(&socket, backlog)?;
    Ok(socket)
}
