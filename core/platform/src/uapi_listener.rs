//! The place at which clients of the UAPI connect: a Unix socket, a named pipe, or a queue in a test.

use std::io;
use std::sync::Arc;
use std::time::Duration;

/// The folder in which `wg` looks for the interfaces' sockets.
pub const DIRECTORY: &str = "/var/run/wireguard";

/// A socket at which clients connect.
pub trait UapiListener: Send + Sync + 'static {
    /// Blocks until an event. An error concerns only this attempt; the listener stays usable.
    fn accept(&self) -> io::Result<Incoming>;

    /// Makes `accept` return [`Incoming::Closed`] from now on.
    fn close(&self);

    /// Returns the index of the interface `name`, for the scope of a link-local endpoint.
    fn interface_index(&self, name: &str) -> Option<u32>;
}

/// An event at the listener.
pub enum Incoming {
    /// A client has connected.
    Stream(Arc<dyn UapiStream>),
    /// The socket's file was removed, which is how tools ask a userspace WireGuard to end.
    Removed,
    /// [`UapiListener::close`] was called.
    Closed,
}

/// A connection with a client. All methods may be called from any thread.
pub trait UapiStream: Send + Sync + 'static {
    /// Like [`io::Read::read`], but fails with `WouldBlock` or `TimedOut` after `timeout`.
    fn read(&self, buffer: &mut [u8], timeout: Option<Duration>) -> io::Result<usize>;

    /// Like [`io::Write::write`], but fails with `WouldBlock` or `TimedOut` after `timeout`.
    fn write(&self, bytes: &[u8], timeout: Duration) -> io::Result<usize>;

    /// Ends the connection in both directions; a blocked `read` or `write` returns.
    fn close(&self);
}
