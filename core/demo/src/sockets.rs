//! TCP on either IP stack, the kernel's or the one in this process.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// After this long without a byte a tunnel counts as broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Where one end opens its connections.
pub(crate) trait Sockets: Send + Sync {
    /// Connects within [`PATIENCE`].
    fn connect(&self, to: SocketAddrV4) -> io::Result<Box<dyn Stream>>;
    /// Waits for connections.
    fn listen(&self, on: SocketAddrV4) -> io::Result<Box<dyn Listener>>;
}

/// Waits for connections to one port.
pub(crate) trait Listener: Send {
    /// The next connection, however long it takes, and who made it.
    fn accept(&mut self) -> io::Result<(Box<dyn Stream>, Ipv4Addr)>;
}

/// A connection. Reads and writes fail after [`PATIENCE`]; dropping it without having read everything resets it.
pub(crate) trait Stream: Read + Write + Send {
    /// Says that nothing more will be written.
    fn finish(&mut self) -> io::Result<()>;
}
