//! For tests only: a message bus of the test's own, with NetworkManager as python-dbusmock plays it and logind on it, and the
//! places that they speak of.
//!
//! The tests of the adapter (`core/platform`) and those of the whole service (`core/e2e`) tell the same stories with it.
#![forbid(unsafe_code)]

mod bus;
mod client;
mod logind;
mod network_manager;
pub mod places;

pub use bus::Bus;
pub use client::Client;
pub use logind::{Logind, pretend_to_sleep};
pub use network_manager::{AccessPoint, MockManager};
pub use places::Place;
