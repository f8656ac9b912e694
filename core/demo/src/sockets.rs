//! TCP on either IP stack: the kernel's, or the one in this process.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// The time without a byte after which a tunnel counts as broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The TCP sockets of one end.
pub(crate) trait Sockets: Send + Sync {
    /// Connects within [`PATIENCE`].
    fn connect(&self, to: SocketAddrV4) -> io::Result<Box<dyn Stream>>;
    /// Listens for connections.
    fn listen(&self, on: SocketAddrV4) -> io::Result<Box<dyn Listener>>;
}

/// A socket that listens on one port.
pub(crate) trait Listener: Send {
    /// Waits for the next connection, without a time limit. Returns it with the client's address.
    fn accept(&mut self) -> io::Result<(Box<dyn Stream>, Ipv4Addr)>;
}

/// A connection. Reads and writes fail after [`PATIENCE`]; dropping it without having read everything resets it.
pub(crate) trait Stream: Read + Write + Send {
    /// Closes the sending direction.
    fn finish(&mut self) -> io::Result<()>;
}
