//! Replaces `namespaces` on systems without network namespaces; the demo then runs in this process.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};

use adit_config::Config;
use anyhow::bail;

use crate::sockets::{Listener, Sockets, Stream};
use crate::tunnel::Running;

/// The peer's address; never used.
pub(crate) const PEER: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// A computer that cannot exist.
#[derive(Clone, Copy)]
pub(crate) struct Computer(Infallible);

/// Always fails.
pub(crate) fn joined() -> anyhow::Result<(Computer, Computer)> {
    bail!("only Linux has network namespaces")
}

impl Computer {
    /// Cannot be called.
    pub(crate) fn within<T: Send>(&self, _: impl FnOnce() -> anyhow::Result<T> + Send) -> anyhow::Result<T> {
        match self.0 {}
    }

    /// Cannot be called.
    pub(crate) fn bring_up(&self, _: &Config) -> anyhow::Result<Running> {
        match self.0 {}
    }
}

impl Sockets for Computer {
    fn connect(&self, _: SocketAddrV4) -> io::Result<Box<dyn Stream>> {
        match self.0 {}
    }

    fn listen(&self, _: SocketAddrV4) -> io::Result<Box<dyn Listener>> {
        match self.0 {}
    }
}
