//! The home probe: a computer asks the local network whether it is home, and a small responder there proves it by its key.
//!
//! [docs/HOME.md](../../../docs/HOME.md) has the wire format and the security argument. Asker and responder are state machines:
//! time, datagrams and random numbers are arguments.
#![forbid(unsafe_code)]

mod ask;
mod datagram;
mod rate;
mod responder;
pub mod wire;

pub use ask::{Ask, Next, NotHome};
pub use datagram::{Datagram, Link};
pub use responder::{Responder, Silence};

/// The UDP port of responders, unless another is chosen. It is in the range for private use (RFC 6335).
pub const PORT: u16 = 51819;

/// The hop limit of all datagrams. Every router lowers it, so that a datagram which arrives with it comes from the same link
/// (RFC 5082).
pub const HOP_LIMIT: u8 = 255;
