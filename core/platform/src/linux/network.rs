//! The network configuration of Linux.

pub use crate::linux_network::LinuxNetwork;
