//! The Linux adapters, under the names that [`crate::native`] re-exports.

use std::io;
use std::sync::Arc;

use super::commands::Shell;
use super::devices::LinuxDevices;
use super::doorbell::EventDoorbell;
use super::facts::LinuxNetworkFacts;
pub use super::facts::lan_interfaces;
use super::network::LinuxNetwork;
use super::stop::EventStop;
use super::udp::LinuxUdp;
pub use super::udp::lan::{lan_interface, lan_socket};
use super::wg_quick::LinuxWgQuick;
use crate::commands::Commands;
use crate::device::{Doorbell, Stop, UdpFactory};
use crate::devices::Devices;
use crate::native::Unsupported;
use crate::network::Network;
use crate::network_facts::NetworkFacts;
use crate::wg_quick::WgQuick;

/// Returns the adapter for the network configuration of the calling thread's network namespace.
pub fn network() -> Result<Arc<dyn Network>, Unsupported> {
    Ok(Arc::new(LinuxNetwork::default()))
}

/// Returns the adapter that observes the networks of the calling thread's network namespace.
pub fn network_facts() -> Result<Arc<dyn NetworkFacts>, Unsupported> {
    Ok(Arc::new(LinuxNetworkFacts::default()))
}

/// Returns the adapter for a tunnel's devices.
pub fn devices() -> Result<Arc<dyn Devices>, Unsupported> {
    Ok(Arc::new(LinuxDevices))
}

/// Returns the adapter for UDP sockets.
pub fn udp() -> Result<Arc<dyn UdpFactory>, Unsupported> {
    Ok(Arc::new(LinuxUdp::default()))
}

/// Creates a stop flag that wakes all threads waiting for a device of this system.
pub fn new_stop() -> io::Result<Arc<dyn Stop>> {
    Ok(Arc::new(EventStop::new()?))
}

/// Creates a bell for a packet queue in this process.
pub fn doorbell() -> io::Result<Box<dyn Doorbell>> {
    Ok(Box::new(EventDoorbell::new()?))
}

/// Returns the shell that runs the commands of configurations.
pub fn shell() -> Result<Arc<dyn Commands>, Unsupported> {
    Ok(Arc::new(Shell))
}

/// Returns the adapter for wg-quick(8).
pub fn wg_quick() -> Result<Arc<dyn WgQuick>, Unsupported> {
    Ok(Arc::new(LinuxWgQuick))
}
