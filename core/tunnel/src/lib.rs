//! The data path: drives the protocol engine with a TUN device and UDP sockets, and lets the outside steer it.
#![forbid(unsafe_code)]

pub mod checksum;
pub mod coalesce;
mod headers;
pub mod split;
pub mod uapi;
pub mod update;

pub use update::{AllowedIp, Control, DeviceUpdate, DeviceView, PeerUpdate, PeerView, UpdateError};
