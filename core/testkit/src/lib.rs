//! For tests only: a network of engines in virtual time, inner packets to send through it, and a probe that speaks WireGuard
//! without using any of the engine's code, so that the engine is not tested only against itself.
//!
//! Nothing here touches the operating system: no socket, no clock, no thread.
#![forbid(unsafe_code)]

pub mod net;
pub mod packet;
pub mod pair;
pub mod probe;

pub use net::{Datagram, SimNet, Weather};
pub use pair::Pair;
pub use probe::{Probe, Transport};
