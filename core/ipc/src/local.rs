//! The contract on this system's control socket, whose clients the system vouches for.

use std::io;
use std::path::Path;

use adit_api::Client;
use adit_platform::native::control_socket::{self, ControlSocket, Stream, Trust, UntrustedSocket};

use crate::{Blocking, ClientError, Connection, Listener, Peer};

mod roles;

pub use control_socket::SOCKET;
pub use roles::LocalRoles;

/// The control socket, with a client's [`Peer`] for each connection.
#[derive(Debug)]
pub struct SocketListener(control_socket::Listener);

impl SocketListener {
    /// Listens. Needs a tokio runtime.
    pub fn new(socket: ControlSocket) -> io::Result<Self> {
        control_socket::Listener::new(socket).map(Self)
    }
}

impl Listener for SocketListener {
    type Stream = Stream;

    async fn accept(&mut self) -> io::Result<(Stream, Peer)> {
        let (stream, peer) = self.0.accept().await?;
        Ok((stream, peer.into()))
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

/// Connects to the daemon at `path` ([`SOCKET`]), after making sure that a trusted user listens there. `program` is what the daemon is
/// told, such as `adit 0.1.0`.
pub async fn connect(path: &Path, program: &str, trust: Trust) -> Result<Client<Connection>, ConnectError> {
    let stream = control_socket::connect(path, trust).await?;
    Ok(Client(Connection::open(stream, program).await?))
}

/// Connects to the socket that this process itself listens on, to see whether it answers.
pub async fn connect_to_own(path: &Path, program: &str) -> Result<Client<Connection>, ConnectError> {
    let stream = control_socket::connect_to_own(path).await?;
    Ok(Client(Connection::open(stream, program).await?))
}

/// Like [`connect`], for programs that block.
pub fn connect_blocking(path: &Path, program: &str, trust: Trust) -> Result<adit_api::BlockingClient<Blocking>, ConnectError> {
    let connection = async { connect(path, program, trust).await.map(|Client(connection)| connection) };
    Blocking::open(connection).map(adit_api::BlockingClient)
}
