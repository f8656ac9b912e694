//! The home probe: a computer asks the local network whether it is home, and a small responder there proves it by its key.
//!
//! [docs/HOME.md](../../../docs/HOME.md) has the wire format and the security argument. Asker and responder are state machines:
//! time, datagrams and random numbers are arguments. [`ask()`] and [`serve`] drive them on sockets of the platform. [`Homes`] asks
//! again and again on a thread of its own, and combines the answers with the networks that the platform describes into the
//! [`Facts`](adit_rules::Facts) of on-demand rules.
#![forbid(unsafe_code)]

mod ask;
mod datagram;
mod facts;
pub mod fake;
mod memory;
mod probe;
mod rate;
mod responder;
mod run;
mod schedule;
mod watch;
pub mod wire;

pub use ask::{Ask, Next, NotHome};
pub use datagram::{Datagram, Link};
pub use facts::{facts, home_keys};
pub use probe::{HomeProbe, LanProbe, random};
pub use responder::{Responder, Silence};
pub use run::{Asked, ask, serve};
pub use watch::Homes;

/// The UDP port of responders, unless another is chosen.
pub use adit_platform::lan::HOME_PORT as PORT;
