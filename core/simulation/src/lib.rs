//! The service on a computer in memory: the real manager, the real engine and the real control socket, and no network of this
//! computer is touched. Servers in the same memory answer its tunnels. For work on the window without root, and for its tests.
//!
//! [`Simulation`] is the computer, [`serve`] its control socket, [`page`] the way in for a browser.
#![forbid(unsafe_code)]

mod computer;
mod networks;
pub mod page;
mod roles;
mod samples;
mod server;
mod traffic;

pub use computer::Simulation;
pub use networks::Network;
pub use roles::{listen, serve};
