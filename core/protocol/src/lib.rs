//! The WireGuard protocol as a pure state machine: no socket, no clock, no thread.
//!
//! Time and datagrams are arguments, so that the whole engine runs in virtual time under test. The rules and their numbers are
//! those of the whitepaper ("WireGuard: Next Generation Kernel Network Tunnel"), cited by section.
//!
//! The entry point is [`Engine`]; its documentation has an example.
#![forbid(unsafe_code)]

pub mod allowed_ips;
pub mod cookie;
mod counters;
pub mod dropped;
pub mod engine;
pub mod icmp;
pub mod inner;
pub mod key;
#[cfg(test)]
mod known_answers;
pub mod limiter;
pub mod mac;
mod noise;
pub mod path;
pub mod peer;
pub mod plane;
pub mod replay;
pub mod session;
mod stack;
mod sync;
pub mod time;
pub mod timestamp;
pub mod timing;
pub mod wire;

pub use allowed_ips::AllowedIps;
pub use cookie::{CookieChecker, CookieJar};
pub use dropped::{DropCounters, Dropped};
pub use engine::{Engine, Event, PeerStatus, Transmit};
pub use key::{KeyError, PresharedKey, PrivateKey, PublicKey};
pub use limiter::Limiter;
pub use mac::Macs;
pub use noise::nk;
pub use path::{Ecn, Local, UdpPath};
pub use peer::Peer;
pub use plane::{DataPlane, Routes};
pub use replay::ReplayWindow;
pub use session::Session;
pub use time::{Instant, Now};
pub use timestamp::{Tai64n, TimestampClock};
pub use timing::Timing;
