//! The set of tunnels: what they are, what state they are in, and how they get from one to another.
#![forbid(unsafe_code)]

pub mod manager;
pub mod preview;
pub mod secrets;
pub mod store;
