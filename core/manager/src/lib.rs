//! The set of tunnels: what they are, what state they are in, and how they get from one to another.
#![forbid(unsafe_code)]

pub mod activation;
pub mod manager;
mod pace;
pub mod secrets;
pub mod store;
