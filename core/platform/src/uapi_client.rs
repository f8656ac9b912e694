//! The client's end of an interface's configuration socket: the trusted servers and the possible errors. Each adapter does the
//! connecting.

use std::io;
use std::path::PathBuf;

pub use crate::system::uapi_client::{Stream, connect, remove_stale};

/// The users that may serve the interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServedBy {
    /// Root, this process's user, or the Adit service.
    RootOrService,
    /// Root or this process's user.
    Root,
}

/// Why connecting failed.
#[derive(Debug, thiserror::Error)]
pub enum UapiConnectError {
    /// No process serves an interface of that name.
    #[error("no process serves that interface")]
    NotThere,
    /// Another user could have put the socket there.
    #[error(transparent)]
    Folder(#[from] UnsafeFolder),
    /// An untrusted user listens on the socket.
    #[error("user {uid} serves {}; only root and the Adit service are trusted with keys, and nothing was sent", path.display())]
    Server {
        /// Path of the socket.
        path: PathBuf,
        /// User id of the listener.
        uid: u32,
    },
    /// The system reported an error.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Why a folder is not safe.
#[derive(Debug, thiserror::Error)]
pub enum UnsafeFolder {
    /// Users other than root and the service can replace a socket there.
    #[error(
        "{} belongs to user {owner}, group {group}, with mode {mode:o}: users other than root and the Adit service could put sockets \
         there; `chown root` and `chmod go-w` it",
        path.display()
    )]
    Writable {
        /// The folder, or one of its parents.
        path: PathBuf,
        /// User id of the owner.
        owner: u32,
        /// Group id.
        group: u32,
        /// Permission bits.
        mode: u32,
    },
    /// The system reported an error.
    #[error("{}: {error}", path.display())]
    Io {
        /// The path concerned.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
}
