//! The source or destination of a datagram.

use std::net::{IpAddr, SocketAddr};

/// The two ends of a UDP path to a peer: the peer's address, and the local address and interface on which it was last heard.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct UdpPath {
    /// The peer's address and port (IPv6 scope included).
    pub remote: SocketAddr,
    /// The sticky source: `None` lets the operating system choose.
    pub local: Option<Local>,
}

/// The local end of a path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Local {
    /// Local address to which the peer's datagram was sent.
    pub ip: IpAddr,
    /// Index of the interface on which it arrived; 0 if unknown.
    pub interface: u32,
}

impl UdpPath {
    /// Returns a path whose source the operating system chooses.
    pub const fn to(remote: SocketAddr) -> Self {
        Self { remote, local: None }
    }
}

/// The two ECN bits of an IP header (RFC 3168).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(u8)]
pub enum Ecn {
    /// 00: not ECN-capable.
    #[default]
    NotEct = 0b00,
    /// 01: ECN-capable, ECT(1).
    Ect1 = 0b01,
    /// 10: ECN-capable, ECT(0).
    Ect0 = 0b10,
    /// 11: congestion experienced.
    Ce = 0b11,
}

impl Ecn {
    /// Reads the low two bits of a TOS or traffic-class byte.
    pub const fn from_bits(bits: u8) -> Self {
        match bits & 0b11 {
            0b00 => Self::NotEct,
            0b01 => Self::Ect1,
            0b10 => Self::Ect0,
            _ => Self::Ce,
        }
    }
}
