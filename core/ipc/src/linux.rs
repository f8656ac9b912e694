//! Linux: a Unix socket, whose clients the kernel vouches for.

use std::io;
use std::path::Path;

use adit_api::Client;
use adit_platform::linux::control_socket::{self, ControlSocket, UntrustedSocket};
use adit_platform::linux::peer;
use adit_platform::unix::account;
use tokio::net::{UnixListener, UnixStream};

use crate::{Blocking, ClientError, Connection, Listener, Peer, Process};

mod polkit;
mod roles;

pub use polkit::{ACTIONS, ADMINISTER, KILL_SWITCH, LOCKDOWN, Polkit, PolkitError};
pub use roles::LocalRoles;

/// Where the daemon listens, as its units have it. The folder lets every user in (mode 0755); the files in it say whom they are for.
pub const SOCKET: &str = "/run/adit/adit.sock";
/// The user that the daemon runs as where it does not run as root.
pub const DAEMON_USER: &str = account::SERVICE;

/// A Unix socket that is listened on.
#[derive(Debug)]
pub struct SocketListener {
    listener: UnixListener,
    /// Removes the file when dropped.
    _socket: ControlSocket,
}

impl SocketListener {
    /// Listens. Needs a tokio runtime.
    pub fn new(socket: ControlSocket) -> io::Result<Self> {
        Ok(Self { listener: UnixListener::from_std(socket.listener()?)?, _socket: socket })
    }
}

impl Listener for SocketListener {
    type Stream = UnixStream;

    async fn accept(&mut self) -> io::Result<(UnixStream, Peer)> {
        let (stream, _) = self.listener.accept().await?;
        let peer::Peer { uid, gid, mut groups, process } = peer::peer(&stream)?;
        groups.push(gid);
        let process = process.map(|process| Process::new(process.pid, move || process.lives()));
        Ok((stream, Peer { uid, groups, process }))
    }
}

/// Why there is no connection to the daemon.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody listens, or somebody else than the daemon.
    #[error(transparent)]
    Socket(#[from] UntrustedSocket),
    /// The daemon does not want this client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The system refused.
    #[error("cannot connect to the daemon: {0}")]
    Io(#[from] io::Error),
}

/// Connects to the daemon at `path` ([`SOCKET`]), after making sure that it is root or the user [`DAEMON_USER`] who listens there.
/// `program` is what the daemon is told, such as `adit 0.1.0`.
pub async fn connect(path: &Path, program: &str) -> Result<Client<Connection>, ConnectError> {
    let trusted: Vec<u32> = [0].into_iter().chain(account::user(DAEMON_USER)?).collect();
    connect_to(path, program, &trusted).await
}

/// Like [`connect`], with other users (by number) who may listen.
pub async fn connect_to(path: &Path, program: &str, trusted: &[u32]) -> Result<Client<Connection>, ConnectError> {
    let stream = control_socket::connect(path, trusted)?;
    stream.set_nonblocking(true)?;
    Ok(Client(Connection::open(UnixStream::from_std(stream)?, program).await?))
}

/// Like [`connect`], for programs that block.
pub fn connect_blocking(path: &Path, program: &str) -> Result<adit_api::BlockingClient<Blocking>, ConnectError> {
    let connection = async { connect(path, program).await.map(|Client(connection)| connection) };
    Blocking::open(connection).map(adit_api::BlockingClient)
}
