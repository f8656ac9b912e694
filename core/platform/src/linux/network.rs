//! The network configuration of Linux.

use crate::network::{NetworkError, NetworkEvents};

use super::watch::Watch;

pub use crate::linux_network::LinuxNetwork;

/// Subscribes to changes of the calling thread's network namespace, like [`Network::events`](crate::network::Network::events), for a
/// program that changes nothing there and therefore does not contain [`LinuxNetwork`].
pub fn events() -> Result<Box<dyn NetworkEvents>, NetworkError> {
    Ok(Box::new(Watch::new().map_err(NetworkError::kernel("watching the network"))?))
}
