//! The devices of Linux: `/dev/net/tun`, UDP with its offloads, and a socket in `/var/run/wireguard`.

use std::io;
use std::path::Path;
use std::sync::Arc;

use adit_config::InterfaceName;

use super::claim;
use super::stop::EventStop;
use super::tun::{self, TunError};
use super::uapi_socket::{DIRECTORY, UapiSocket};
use super::udp::LinuxUdp;
use crate::device::{Offloads, Stop, TunDevice, UdpFactory};
use crate::devices::{Claim, ClaimError, Devices, Owner};
use crate::uapi_listener::UapiListener;

/// In the network namespace of the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinuxDevices;

impl Devices for LinuxDevices {
    fn open_tun(&self, name: &InterfaceName, mtu: u16, queues: usize) -> io::Result<TunDevice> {
        tun::open(name.as_str(), mtu, queues, Offloads::ALL).map_err(|error| match error {
            TunError::NoDriver => io::Error::new(io::ErrorKind::NotFound, error),
            error => io::Error::other(error),
        })
    }

    fn udp(&self) -> Arc<dyn UdpFactory> {
        Arc::new(LinuxUdp::default())
    }

    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>> {
        || Ok(Arc::new(EventStop::new()?) as Arc<dyn Stop>)
    }

    fn uapi(&self, name: &InterfaceName) -> io::Result<Arc<dyn UapiListener>> {
        let socket = UapiSocket::bind(Path::new(DIRECTORY), name.as_str()).map_err(io::Error::other)?;
        Ok(Arc::new(socket))
    }

    fn claim(&self, name: &InterfaceName, owner: Owner) -> Result<Box<dyn Claim>, ClaimError> {
        match claim::LockFile::try_take(name, owner)? {
            claim::Held::Ours(lock) => Ok(Box::new(lock)),
            claim::Held::By { process, owner } => Err(ClaimError::Held { name: name.clone(), process, owner }),
        }
    }
}
