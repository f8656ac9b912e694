//! The adapters of Linux as [`crate::native`] hands them out.

use std::io;
use std::sync::Arc;

use super::commands::Shell;
use super::devices::LinuxDevices;
use super::doorbell::EventDoorbell;
use super::network::LinuxNetwork;
use super::stop::EventStop;
use super::udp::LinuxUdp;
use super::wg_quick::LinuxWgQuick;
use crate::commands::Commands;
use crate::device::{Doorbell, Stop, UdpFactory};
use crate::devices::Devices;
use crate::native::Unsupported;
use crate::network::Network;
use crate::wg_quick::WgQuick;

/// The network configuration, of the calling thread's network namespace.
pub fn network() -> Result<Arc<dyn Network>, Unsupported> {
    Ok(Arc::new(LinuxNetwork::default()))
}

/// The devices of a tunnel.
pub fn devices() -> Result<Arc<dyn Devices>, Unsupported> {
    Ok(Arc::new(LinuxDevices))
}

/// UDP sockets.
pub fn udp() -> Result<Arc<dyn UdpFactory>, Unsupported> {
    Ok(Arc::new(LinuxUdp::default()))
}

/// A flag that wakes whoever waits for a device of this system.
pub fn new_stop() -> io::Result<Arc<dyn Stop>> {
    Ok(Arc::new(EventStop::new()?))
}

/// A bell for a queue of packets in this process.
pub fn doorbell() -> io::Result<Box<dyn Doorbell>> {
    Ok(Box::new(EventDoorbell::new()?))
}

/// The shell that runs the commands of configurations.
pub fn shell() -> Result<Arc<dyn Commands>, Unsupported> {
    Ok(Arc::new(Shell))
}

/// wg-quick(8).
pub fn wg_quick() -> Result<Arc<dyn WgQuick>, Unsupported> {
    Ok(Arc::new(LinuxWgQuick))
}
