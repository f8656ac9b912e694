//! Datagrams to and from the other computers of one link, with the hop limit that tells them from datagrams of elsewhere.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use adit_config::Cidr;

use crate::device::Stop;

/// The hop limit of every datagram that is sent. Every router lowers it, so that a datagram which arrives with it comes from the
/// same link (RFC 5082).
pub const HOP_LIMIT: u8 = 255;

/// The UDP port of responders of the home probe, unless another is chosen. It is in the range for private use (RFC 6335).
pub const HOME_PORT: u16 = 51819;

/// An interface, and the networks that it is in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LanInterface {
    /// The system's number of the interface: the scope of its link-local addresses.
    pub index: u32,
    /// The addresses of the interface, with the lengths of their networks' prefixes.
    pub addresses: Vec<Cidr>,
}

/// A UDP socket that sends and receives on one interface alone.
pub trait LanSocket: Send + Sync + 'static {
    /// Returns the address and port that the socket is bound to.
    ///
    /// # Errors
    /// If the system does not say.
    fn local(&self) -> io::Result<SocketAddr>;

    /// Sends a datagram, also to a broadcast address or to a group.
    ///
    /// # Errors
    /// If the system refuses, for example because the interface is down.
    fn send(&self, to: SocketAddr, bytes: &[u8]) -> io::Result<()>;

    /// Waits for a datagram, for `patience` at most (`None`: for ever). `None` if `stop` is set or nothing came in time. A datagram
    /// that is longer than the buffer is truncated, and its length is that of the buffer.
    ///
    /// # Errors
    /// If the interface is gone.
    fn receive(&self, buffer: &mut [u8], stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<FromNeighbour>>;
}

/// A received datagram, whose bytes are in the buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FromNeighbour {
    /// The sender.
    pub source: SocketAddr,
    /// The hop limit with which it arrived. None: the system does not say.
    pub hop_limit: Option<u8>,
    /// The number of bytes.
    pub len: usize,
}
