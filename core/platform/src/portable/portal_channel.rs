//! The channel to a captive portal. Unsupported without an adapter that passes sockets on.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::control_socket::{Stream, Trust, UntrustedSocket};
use crate::native::{Part, Unsupported};

/// Cannot be constructed.
#[derive(Debug)]
pub struct Channel(Infallible);

impl Channel {
    /// Fails: [`Unsupported`].
    pub fn of(_: Stream) -> io::Result<Self> {
        Err(Unsupported(Part::PortalChannel).into())
    }

    /// Fails: [`Unsupported`].
    pub fn connect(path: &Path, _: Trust) -> Result<Self, UntrustedSocket> {
        Err(UntrustedSocket::Connect { path: path.to_owned(), error: Unsupported(Part::PortalChannel).into() })
    }

    /// Cannot be called.
    pub fn receive_within(&self, _: Duration) -> io::Result<Option<String>> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn receive(&self) -> io::Result<Option<(String, Option<TcpStream>)>> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn send(&self, _: &str, _: Option<&TcpStream>) -> io::Result<()> {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn close(&self) -> io::Result<()> {
        match self.0 {}
    }
}

/// Fails: [`Unsupported`].
pub fn is_of_this_user(_: SocketAddr, _: SocketAddr) -> io::Result<bool> {
    Err(Unsupported(Part::PortalChannel).into())
}
