//! Stands in for the adapters of a tunnel's parts on a system without them. Every function fails with [`Unsupported`].

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::commands::Commands;
use crate::device::{Doorbell, Stop, UdpFactory};
use crate::devices::Devices;
use crate::lan::{LanInterface, LanSocket};
use crate::native::{Part, Unsupported};
use crate::network::Network;
use crate::network_facts::NetworkFacts;
use crate::wg_quick::WgQuick;

/// Fails: [`Unsupported`].
pub fn network() -> Result<Arc<dyn Network>, Unsupported> {
    Err(Unsupported(Part::Network))
}

/// Fails: [`Unsupported`].
pub fn lan_socket(_: &str, _: SocketAddr) -> io::Result<Box<dyn LanSocket>> {
    Err(Unsupported(Part::LanSocket).into())
}

/// Fails: [`Unsupported`].
pub fn lan_interface(_: &str) -> io::Result<LanInterface> {
    Err(Unsupported(Part::LanSocket).into())
}

/// Fails: [`Unsupported`].
pub fn lan_interfaces() -> io::Result<Vec<String>> {
    Err(Unsupported(Part::LanSocket).into())
}

/// Fails: [`Unsupported`].
pub fn network_facts() -> Result<Arc<dyn NetworkFacts>, Unsupported> {
    Err(Unsupported(Part::NetworkFacts))
}

/// Fails: [`Unsupported`].
pub fn devices() -> Result<Arc<dyn Devices>, Unsupported> {
    Err(Unsupported(Part::Devices))
}

/// Fails: [`Unsupported`].
pub fn udp() -> Result<Arc<dyn UdpFactory>, Unsupported> {
    Err(Unsupported(Part::Udp))
}

/// Fails: [`Unsupported`].
pub fn new_stop() -> io::Result<Arc<dyn Stop>> {
    Err(Unsupported(Part::Stop).into())
}

/// Fails: [`Unsupported`].
pub fn doorbell() -> io::Result<Box<dyn Doorbell>> {
    Err(Unsupported(Part::Doorbell).into())
}

/// Fails: [`Unsupported`].
pub fn shell() -> Result<Arc<dyn Commands>, Unsupported> {
    Err(Unsupported(Part::Shell))
}

/// Fails: [`Unsupported`].
pub fn wg_quick() -> Result<Arc<dyn WgQuick>, Unsupported> {
    Err(Unsupported(Part::WgQuick))
}
