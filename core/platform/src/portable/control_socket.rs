//! The service's control socket. Unsupported without an adapter that identifies the user at the other end.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::control_socket::{Access, ControlSocketError, Trust, UntrustedSocket};
use crate::native::{Part, Unsupported};
use crate::peer::Peer;

/// Path at which the service will listen.
pub const SOCKET: &str = if cfg!(windows) { r"\\.\pipe\adit" } else { "/var/run/adit/adit.sock" };

/// Cannot be constructed.
#[derive(Debug)]
pub struct ControlSocket(Infallible);

/// Cannot be constructed.
#[derive(Debug)]
pub struct Listener(Infallible);

/// Cannot be constructed.
#[derive(Debug)]
pub struct Stream(Infallible);

impl ControlSocket {
    /// Fails: [`Unsupported`].
    pub fn bind(_: &Path, _: Access) -> Result<Self, ControlSocketError> {
        Err(Unsupported(Part::ControlSocket).into())
    }

    /// Cannot be called.
    pub fn path(&self) -> io::Result<PathBuf> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn send_away(&self) -> io::Result<()> {
        match self.0 {}
    }
}

impl Listener {
    /// Cannot be called.
    pub fn new(socket: ControlSocket) -> io::Result<Self> {
        match socket.0 {}
    }

    /// Cannot be called.
    pub async fn accept(&mut self) -> io::Result<(Stream, Peer)> {
        match self.0 {}
    }
}

/// Fails: [`Unsupported`].
pub async fn connect(path: &Path, _: Trust) -> Result<Stream, UntrustedSocket> {
    Err(UntrustedSocket::Connect { path: path.to_owned(), error: Unsupported(Part::ControlSocket).into() })
}

/// Fails: [`Unsupported`].
pub async fn connect_to_own(_: &Path) -> io::Result<Stream> {
    Err(Unsupported(Part::ControlSocket).into())
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match self.0 {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}
