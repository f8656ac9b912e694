//! The network of Linux.

pub use crate::linux_network::LinuxNetwork;
