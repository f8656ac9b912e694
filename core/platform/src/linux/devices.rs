//! The other devices of a tunnel on Linux: flags on `eventfd`, a UAPI socket in `/var/run/wireguard`, and lock files for names.

use std::io;
use std::path::Path;
use std::sync::Arc;

use adit_config::InterfaceName;

use super::claim;
use super::stop::EventStop;
use super::uapi_socket::{DIRECTORY, UapiSocket};
use crate::device::Stop;
use crate::devices::{Claim, ClaimError, Devices, Owner};
use crate::uapi_listener::UapiListener;

/// The devices in the network namespace of the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinuxDevices;

impl Devices for LinuxDevices {
    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>> {
        || Ok(Arc::new(EventStop::new()?) as Arc<dyn Stop>)
    }

    fn uapi(&self, name: &InterfaceName) -> Option<io::Result<Arc<dyn UapiListener>>> {
        let socket = UapiSocket::bind(Path::new(DIRECTORY), name.as_str()).map_err(io::Error::other);
        Some(socket.map(|socket| Arc::new(socket) as Arc<dyn UapiListener>))
    }

    fn claim(&self, name: &InterfaceName, owner: Owner) -> Result<Box<dyn Claim>, ClaimError> {
        match claim::LockFile::try_take(name, owner)? {
            claim::Held::Ours(lock) => Ok(Box::new(lock)),
            claim::Held::By { process, owner } => Err(ClaimError::Held { name: name.clone(), process, owner }),
        }
    }
}
