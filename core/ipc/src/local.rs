//! The contract on this system's control socket. The operating system identifies the clients.

use std::io;
use std::path::Path;

use adit_api::Client;
use adit_platform::native::control_socket::{self, ControlSocket, Stream, Trust, UntrustedSocket};

use crate::{Blocking, ClientError, Connection, Listener, Peer};

mod roles;

pub use control_socket::SOCKET;
pub use roles::LocalRoles;

/// The listening control socket. It yields a [`Peer`] for each connection.
#[derive(Debug)]
pub struct SocketListener(control_socket::Listener);

impl SocketListener {
    /// Starts to listen. Must be called within a tokio runtime.
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

/// The reason why there is no connection to the daemon.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No program listens on the socket, or a user other than the daemon's does.
    #[error(transparent)]
    Socket(#[from] UntrustedSocket),
    /// The daemon rejected this client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The operating system refused the connection.
    #[error("cannot connect to the daemon: {0}")]
    Io(#[from] io::Error),
}

/// Connects to the daemon at `path` ([`SOCKET`]) after checking that a trusted user listens there. `program` is this program's
/// name and version, such as `adit 0.1.0`.
pub async fn connect(path: &Path, program: &str, trust: Trust) -> Result<Client<Connection>, ConnectError> {
    let stream = control_socket::connect(path, trust).await?;
    Ok(Client(Connection::open(stream, program).await?))
}

/// Connects to the socket that this process itself listens on, to check that it answers.
pub async fn connect_to_own(path: &Path, program: &str) -> Result<Client<Connection>, ConnectError> {
    let stream = control_socket::connect_to_own(path).await?;
    Ok(Client(Connection::open(stream, program).await?))
}

/// Connects like [`connect`], for programs that block.
pub fn connect_blocking(path: &Path, program: &str, trust: Trust) -> Result<adit_api::BlockingClient<Blocking>, ConnectError> {
    let connection = async { connect(path, program, trust).await.map(|Client(connection)| connection) };
    Blocking::open(connection).map(adit_api::BlockingClient)
}
