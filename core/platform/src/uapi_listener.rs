//! Where the configuration protocol comes in: a Unix socket, a named pipe, or a queue in a test.

use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Where `wg` looks for the sockets of interfaces.
pub const DIRECTORY: &str = "/var/run/wireguard";

/// A place where clients connect.
pub trait UapiListener: Send + Sync + 'static {
    /// Blocks until something happens. An error is of this one attempt; the listener stays usable.
    fn accept(&self) -> io::Result<Incoming>;

    /// Makes `accept` return [`Incoming::Closed`], now and ever after.
    fn close(&self);

    /// The index of the interface `name`, for the scope of a link-local endpoint.
    fn interface_index(&self, name: &str) -> Option<u32>;
}

/// The outcome of waiting.
pub enum Incoming {
    /// A client.
    Stream(Arc<dyn UapiStream>),
    /// Somebody took the socket's file away, which is how tools ask a userspace WireGuard to leave.
    Removed,
    /// [`UapiListener::close`] was called.
    Closed,
}

/// A connection with a client. All methods may be called from any thread.
pub trait UapiStream: Send + Sync + 'static {
    /// As [`io::Read::read`], but `WouldBlock` or `TimedOut` after `timeout`.
    fn read(&self, buffer: &mut [u8], timeout: Option<Duration>) -> io::Result<usize>;

    /// As [`io::Write::write`], but `WouldBlock` or `TimedOut` after `timeout`.
    fn write(&self, bytes: &[u8], timeout: Duration) -> io::Result<usize>;

    /// Ends the connection in both directions; a blocked `read` or `write` returns.
    fn close(&self);
}
