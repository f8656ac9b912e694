//! The client's end of an interface's configuration socket: who may serve it, and what can be wrong with it. Each adapter connects.

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

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum UapiConnectError {
    /// No process serves an interface of that name.
    #[error("no process serves that interface")]
    NotThere,
    /// Somebody else could have put the socket there.
    #[error(transparent)]
    Folder(#[from] UnsafeFolder),
    /// Somebody else listens.
    #[error("user {uid} serves {}; only root and the Adit service are trusted with keys, and nothing was sent", path.display())]
    Server {
        /// The socket.
        path: PathBuf,
        /// Number of the user.
        uid: u32,
    },
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Why a folder is not safe.
#[derive(Debug, thiserror::Error)]
pub enum UnsafeFolder {
    /// Somebody else than root and the service can replace a socket there.
    #[error(
        "{} belongs to user {owner}, group {group}, with mode {mode:o}: users other than root and the Adit service could put sockets \
         there; `chown root` and `chmod go-w` it",
        path.display()
    )]
    Writable {
        /// The folder, or one above it.
        path: PathBuf,
        /// Number of the user.
        owner: u32,
        /// Number of the group.
        group: u32,
        /// Its permissions.
        mode: u32,
    },
    /// The system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}
