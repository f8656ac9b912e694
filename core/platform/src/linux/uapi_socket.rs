//! The configuration socket `/var/run/wireguard/NAME.sock`, where `wg` looks for userspace implementations.

use std::fs::{self, DirBuilder};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use adit_config::InterfaceName;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, inotify};
use rustix::net::{AddressFamily, SocketFlags, SocketType};

use super::interface_files;
use super::socket_file::{InTheWay, identity, is_left_over, listen, make_way, probe};
use super::socket_folder::{self, UnsafeFolder};
pub use crate::uapi_listener::DIRECTORY;
use crate::uapi_listener::{Incoming, UapiListener, UapiStream};

/// Longest interface name (`IFNAMSIZ` without the terminating zero).
const MAX_NAME: usize = 15;
/// Length of the queue of clients that wait for `accept`.
const BACKLOG: i32 = 128;
/// Interval at which the file is checked when it cannot be watched.
const LOOK_EVERY: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum UapiSocketError {
    /// The name would lead out of the directory, or no interface can have it.
    #[error("`{0}` is not the name of an interface: 1 to 15 bytes without `/`")]
    Name(String),
    /// A running process listens there.
    #[error("{} is already in use", .0.display())]
    InUse(PathBuf),
    /// A file that is not a socket is at the path; it is left alone.
    #[error("{} exists and is not a socket", .0.display())]
    NotASocket(PathBuf),
    /// Another user could replace this socket.
    #[error(transparent)]
    Folder(#[from] UnsafeFolder),
    /// The inherited descriptor is not a listening Unix socket.
    #[error("the inherited descriptor is not a listening Unix socket")]
    NotListening,
    /// The system reported an error.
    #[error("{}: {error}", path.display())]
    Io {
        /// Path of the socket.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
}

/// A listening configuration socket. Dropping it removes the file, unless another process has replaced the file meanwhile.
pub struct UapiSocket {
    listener: OwnedFd,
    path: PathBuf,
    /// Device and inode of the file.
    identity: (u64, u64),
    watch: Option<OwnedFd>,
    closed: OwnedFd,
}

impl UapiSocket {
    /// Listens on `directory/NAME.sock`, for root alone. Replaces a file that a dead process left.
    pub fn bind(directory: &Path, name: &str) -> Result<Self, UapiSocketError> {
        let path = socket_path(directory, name)?;
        let failed = |error: io::Error| UapiSocketError::Io { path: path.clone(), error };
        DirBuilder::new().mode(0o700).recursive(true).create(directory).map_err(failed)?;
        socket_folder::check(directory)?;
        let listener = listen(&path, Mode::RUSR | Mode::WUSR, BACKLOG)?;
        Self::new(listener, path)
    }

    /// Takes over a socket that the parent process has bound to `directory/NAME.sock`.
    pub fn from_fd(listener: OwnedFd, directory: &Path, name: &str) -> Result<Self, UapiSocketError> {
        let path = socket_path(directory, name)?;
        let listening = rustix::net::sockopt::socket_acceptconn(&listener).unwrap_or(false)
            && rustix::net::sockopt::socket_domain(&listener).is_ok_and(|domain| domain == AddressFamily::UNIX);
        if !listening {
            return Err(UapiSocketError::NotListening);
        }
        fcntl_getfl(&listener)
            .and_then(|flags| fcntl_setfl(&listener, flags | OFlags::NONBLOCK))
            .map_err(|error| UapiSocketError::Io { path: path.clone(), error: error.into() })?;
        Self::new(listener, path)
    }

    fn new(listener: OwnedFd, path: PathBuf) -> Result<Self, UapiSocketError> {
        let identity = identity(&path).ok_or_else(|| UapiSocketError::NotASocket(path.clone()))?;
        let closed = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|error| UapiSocketError::Io { path: path.clone(), error: error.into() })?;
        let watch = watch(&path).inspect_err(|error| tracing::debug!(%error, "the socket's file cannot be watched")).ok();
        Ok(Self { listener, path, identity, watch, closed })
    }

    /// Returns the path of the socket's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the listening descriptor, for a child that is to take over.
    pub fn listener(&self) -> impl AsFd + '_ {
        &self.listener
    }

    /// Leaves the file and the listening descriptor to a child that has inherited them.
    pub fn hand_over(mut self) {
        self.identity = (0, 0);
    }

    fn is_ours(&self) -> bool {
        identity(&self.path) == Some(self.identity)
    }
}

impl Drop for UapiSocket {
    fn drop(&mut self) {
        if self.is_ours()
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "the configuration socket stays behind");
        }
    }
}

impl UapiListener for UapiSocket {
    fn accept(&self) -> io::Result<Incoming> {
        loop {
            let ([stopped, changed, connected], timed_out) = self.wait()?;
            if stopped {
                return Ok(Incoming::Closed);
            }
            if changed && let Some(watch) = &self.watch {
                let mut events = [0; 4096];
                while rustix::io::read(watch, &mut events).is_ok_and(|read| read > 0) {}
            }
            if (changed || timed_out) && !self.is_ours() {
                return Ok(Incoming::Removed);
            }
            if connected {
                match rustix::net::accept_with(&self.listener, SocketFlags::CLOEXEC) {
                    Ok(stream) => return Ok(Incoming::Stream(Arc::new(Stream(stream.into())))),
                    Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR | rustix::io::Errno::CONNABORTED) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }

    fn close(&self) {
        // An eventfd can take 2^64 - 2 such writes before it would block.
        let _ = rustix::io::write(&self.closed, &1_u64.to_ne_bytes());
    }

    fn interface_index(&self, name: &str) -> Option<u32> {
        let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::DGRAM, None).ok()?;
        let index = name.parse().ok().or_else(|| rustix::net::netdevice::name_to_index(&socket, name).ok());
        index.filter(|index| *index != 0)
    }
}

impl UapiSocket {
    /// Waits for an event. Returns whether the socket was closed, whether its file changed, and whether a client came; and
    /// whether it is time to check the file.
    fn wait(&self) -> io::Result<([bool; 3], bool)> {
        let watched = self.watch.as_ref().unwrap_or(&self.closed);
        let mut fds = [
            PollFd::new(&self.closed, PollFlags::IN),
            PollFd::new(watched, PollFlags::IN),
            PollFd::new(&self.listener, PollFlags::IN),
        ];
        let timeout = self.watch.is_none().then_some(&LOOK_EVERY);
        let ready = loop {
            match poll(&mut fds, timeout) {
                Err(rustix::io::Errno::INTR) => {}
                ready => break ready?,
            }
        };
        Ok((fds.each_ref().map(|fd| !fd.revents().is_empty()), ready == 0))
    }
}

struct Stream(UnixStream);

impl UapiStream for Stream {
    fn read(&self, buffer: &mut [u8], timeout: Option<Duration>) -> io::Result<usize> {
        self.0.set_read_timeout(timeout)?;
        (&self.0).read(buffer)
    }

    fn write(&self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.0.set_write_timeout(Some(timeout))?;
        (&self.0).write(bytes)
    }

    fn close(&self) {
        // Fails only if the other side is gone already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

fn socket_path(directory: &Path, name: &str) -> Result<PathBuf, UapiSocketError> {
    let fits = (1..=MAX_NAME).contains(&name.len()) && !matches!(name, "." | "..");
    if !fits || name.bytes().any(|byte| byte == b'/' || byte == 0 || byte.is_ascii_whitespace()) {
        return Err(UapiSocketError::Name(name.escape_default().to_string()));
    }
    Ok(directory.join(format!("{name}.sock")))
}

impl From<InTheWay> for UapiSocketError {
    fn from(error: InTheWay) -> Self {
        match error {
            InTheWay::InUse(path) => Self::InUse(path),
            InTheWay::NotASocket(path) => Self::NotASocket(path),
            InTheWay::Io { path, error } => Self::Io { path, error },
        }
    }
}

/// Removes `directory/NAME.sock` if nobody listens on it any more. Returns true if there was such a file.
pub fn remove_stale(directory: &Path, name: &str) -> Result<bool, UapiSocketError> {
    let path = socket_path(directory, name)?;
    if !path.exists() || probe(&path).is_ok() {
        return Ok(false);
    }
    make_way(&path)?;
    Ok(true)
}

/// Returns the interfaces, by name, whose sockets in `directory` belong to no running process. Empty if the directory does not
/// exist.
pub(super) fn stale(directory: &Path) -> io::Result<Vec<InterfaceName>> {
    let is_stale = |name: &InterfaceName| is_left_over(&directory.join(format!("{name}.sock")));
    Ok(interface_files::interfaces(directory, ".sock")?.into_iter().filter(is_stale).collect())
}

fn watch(path: &Path) -> io::Result<OwnedFd> {
    let watch = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
    // The open socket keeps its inode alive, so that the removal of its name shows as a change of its link count.
    let events = inotify::WatchFlags::ATTRIB | inotify::WatchFlags::DELETE_SELF | inotify::WatchFlags::MOVE_SELF;
    inotify::add_watch(&watch, path, events)?;
    Ok(watch)
}
