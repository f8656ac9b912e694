//! The service's control socket: who may connect, and what can be wrong with it. Each adapter has the socket itself.

use std::io;
use std::path::PathBuf;

use crate::native::Unsupported;
pub use crate::system::control_socket::{ControlSocket, Listener, SOCKET, Stream, connect, connect_to_own};

/// The users who may connect. Their identity decides which requests they may make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Every user of the computer.
    Everybody,
    /// The owner and members of the group of this number.
    Group(u32),
    /// The owner.
    Owner,
}

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum ControlSocketError {
    /// A living process listens there.
    #[error("{} is in use: another daemon runs already", .0.display())]
    InUse(PathBuf),
    /// Something is in the way that is not a socket; it is left alone.
    #[error("{} exists and is not a socket; move it away", .0.display())]
    NotASocket(PathBuf),
    /// Somebody else could put another socket in the place of this one.
    #[error("the folder {} belongs to user {owner} and has mode {mode:o}: others could replace the socket in it", path.display())]
    UnsafeFolder {
        /// Which.
        path: PathBuf,
        /// Number of the user.
        owner: u32,
        /// Its permissions.
        mode: u32,
    },
    /// The path has no folder.
    #[error("{} is no path for a socket: it needs a folder", .0.display())]
    NoFolder(PathBuf),
    /// There is no adapter for this system yet.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The descriptor that was handed over is not a listening Unix socket.
    #[error("the service manager handed over {0}, but one listening Unix socket is needed")]
    Inherited(&'static str),
    /// The system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// The users that may listen at a socket which this process connects to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trust {
    /// Root, and the user that the service runs as.
    Service,
    /// Those, and the user of this process.
    ServiceOrOwnUser,
}

/// Why a socket is not trusted.
#[derive(Debug, thiserror::Error)]
pub enum UntrustedSocket {
    /// Nobody listens, or the caller may not connect.
    #[error("{}: {error}", path.display())]
    Connect {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Somebody else could have put it there.
    #[error(
        "{} belongs to user {owner} and has mode {mode:o}: somebody else than the daemon could have put the socket there, so nothing \
         is sent to it",
        path.display()
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Number of its user.
        owner: u32,
        /// Its permissions.
        mode: u32,
    },
    /// Somebody else than the daemon listens.
    #[error("{} is answered by user {uid}, who is not the daemon, so nothing is sent to it", path.display())]
    Server {
        /// Where.
        path: PathBuf,
        /// Number of the user.
        uid: u32,
    },
}
