//! The Windows adapters, under the names that [`crate::native`] re-exports.

use std::io;
use std::sync::Arc;

use super::devices::WindowsDevices;
use super::doorbell::EventDoorbell;
use super::network_facts::WindowsNetworkFacts;
use super::stop::EventStop;
use super::udp::WindowsUdp;
use crate::device::{Doorbell, Stop, UdpFactory};
use crate::devices::Devices;
use crate::native::Unsupported;
use crate::network::Network;
use crate::network_facts::NetworkFacts;
pub use crate::portable::adapters::{lan_interface, lan_interfaces, lan_socket, shell, wg_quick};

/// Returns the adapter for the network configuration.
pub fn network() -> Result<Arc<dyn Network>, Unsupported> {
    Ok(Arc::new(super::network::network()))
}

/// Returns the adapter that observes the networks of this computer.
pub fn network_facts() -> Result<Arc<dyn NetworkFacts>, Unsupported> {
    Ok(Arc::new(WindowsNetworkFacts))
}

/// Returns the adapter for a tunnel's devices.
pub fn devices() -> Result<Arc<dyn Devices>, Unsupported> {
    Ok(Arc::new(WindowsDevices))
}

/// Returns the adapter for UDP sockets.
pub fn udp() -> Result<Arc<dyn UdpFactory>, Unsupported> {
    Ok(Arc::new(WindowsUdp::default()))
}

/// Creates a stop flag that wakes all threads waiting for a device of this system.
pub fn new_stop() -> io::Result<Arc<dyn Stop>> {
    Ok(Arc::new(EventStop::new()?))
}

/// Creates a bell for a packet queue in this process.
pub fn doorbell() -> io::Result<Box<dyn Doorbell>> {
    Ok(Box::new(EventDoorbell::new()?))
}
