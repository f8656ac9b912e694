//! The tunnels of the service: their storage, their states, and the transitions between the states.
#![forbid(unsafe_code)]

pub mod manager;
pub mod preview;
pub mod secrets;
pub mod store;
