//! The service's control socket: the users that may connect, and its errors. Each adapter implements the socket itself.

use std::io;
use std::path::PathBuf;

use crate::native::Unsupported;
pub use crate::system::control_socket::{ControlSocket, Listener, SOCKET, Stream, connect, connect_to_own};

/// The users that may connect. Their identity decides which requests they may make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Every user of the computer.
    Everybody,
    /// The owner, and the members of the group with this number.
    Group(u32),
    /// The owner.
    Owner,
}

/// The reason why the socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ControlSocketError {
    /// A running process listens at the path.
    #[error("{} is in use: another daemon runs already", .0.display())]
    InUse(PathBuf),
    /// The path exists and is not a socket; it is left alone.
    #[error("{} exists and is not a socket; move it away", .0.display())]
    NotASocket(PathBuf),
    /// The path is not the name of a pipe of this computer.
    #[error(r"{} is no name of a pipe; write one such as \\.\pipe\adit-test", .0.display())]
    NotAPipe(PathBuf),
    /// Another user could replace the socket.
    #[error("the folder {} belongs to user {owner} and has mode {mode:o}: others could replace the socket in it", path.display())]
    UnsafeFolder {
        /// The folder.
        path: PathBuf,
        /// Number of the folder's owner.
        owner: u32,
        /// The folder's permissions.
        mode: u32,
    },
    /// The path has no folder.
    #[error("{} is no path for a socket: it needs a folder", .0.display())]
    NoFolder(PathBuf),
    /// There is no adapter for this system yet.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The inherited descriptor is not a listening Unix socket.
    #[error("the service manager handed over {0}, but one listening Unix socket is needed")]
    Inherited(&'static str),
    /// The system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// The system's error.
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

/// The reason why a socket is not trusted.
#[derive(Debug, thiserror::Error)]
pub enum UntrustedSocket {
    /// No process listens, or the caller may not connect.
    #[error("{}: {error}", path.display())]
    Connect {
        /// The path.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
    /// Another user could have made the socket.
    #[error(
        "the folder {} belongs to user {owner} and has mode {mode:o}, so another program could have made the socket in it; nothing \
         was sent. Let only root or the service's user write to this folder, and restart the service",
        path.display()
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Number of the folder's owner.
        owner: u32,
        /// The folder's permissions.
        mode: u32,
    },
    /// Another user than the service's listens.
    #[error(
        "a process of {user} listens on {}, but only {trusted} may; nothing was sent. Stop that process and restart the service",
        path.display(),
        trusted = if cfg!(windows) { "the system or an administrator" } else { "root or the service's user" }
    )]
    Server {
        /// The path.
        path: PathBuf,
        /// The user in the system's terms, such as `user 1000`.
        user: String,
    },
}
