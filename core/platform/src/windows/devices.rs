//! The other devices of a tunnel on Windows: flags on events, the UAPI pipe, and claims on names.

use std::io;
use std::sync::Arc;

use adit_config::InterfaceName;

use super::claim;
use super::stop::EventStop;
use super::uapi_pipe::UapiPipe;
use crate::device::Stop;
use crate::devices::{Claim, ClaimError, Devices, Owner};
use crate::uapi_listener::UapiListener;

/// The devices of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct WindowsDevices;

impl Devices for WindowsDevices {
    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>> {
        || Ok(Arc::new(EventStop::new()?) as Arc<dyn Stop>)
    }

    fn uapi(&self, name: &InterfaceName) -> Option<io::Result<Arc<dyn UapiListener>>> {
        let pipe = UapiPipe::bind(name.as_str()).map_err(io::Error::other);
        Some(pipe.map(|pipe| Arc::new(pipe) as Arc<dyn UapiListener>))
    }

    fn claim(&self, name: &InterfaceName, owner: Owner) -> Result<Box<dyn Claim>, ClaimError> {
        match claim::LockFile::try_take(name, owner)? {
            claim::Held::Ours(lock) => Ok(Box::new(lock)),
            claim::Held::By { process, owner } => Err(ClaimError::Held { name: name.clone(), process, owner }),
        }
    }
}
