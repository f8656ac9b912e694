//! The home probe: a computer asks the local network whether it is home, and a small responder there proves it by its key.
//!
//! [docs/HOME.md](../../../docs/HOME.md) has the wire format and the security argument. Asker and responder are state machines:
//! time, datagrams and random numbers are arguments. [`ask()`] and [`serve`] drive them on sockets of the platform.
#![forbid(unsafe_code)]

mod ask;
mod datagram;
mod rate;
mod responder;
mod run;
pub mod wire;

pub use ask::{Ask, Next, NotHome};
pub use datagram::{Datagram, Link};
pub use responder::{Responder, Silence};
pub use run::{ask, serve};

/// The UDP port of responders, unless another is chosen. It is in the range for private use (RFC 6335).
pub const PORT: u16 = 51819;
