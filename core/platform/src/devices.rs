//! The devices of one tunnel besides its network settings: flags that end waits and, if the system has them, the UAPI socket and
//! the claim on the interface's name.

use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;

use adit_config::InterfaceName;

use crate::device::Stop;
use crate::uapi_listener::UapiListener;

/// Makes the devices of a tunnel. The methods with a default body are for devices that not every system has.
pub trait Devices: Send + Sync + 'static {
    /// Returns the function that makes flags for the other devices' waits.
    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>>;

    /// Listens at the UAPI socket where `wg` looks for it. None: this system has no such socket, and the tunnel runs without.
    fn uapi(&self, _: &InterfaceName) -> Option<io::Result<Arc<dyn UapiListener>>> {
        None
    }

    /// Makes sure that no two processes run a tunnel of the same name. Always granted if only this process can run tunnels.
    ///
    /// # Errors
    /// If another process has the claim, or the system fails.
    fn claim(&self, _: &InterfaceName, _: Owner) -> Result<Box<dyn Claim>, ClaimError> {
        Ok(Box::new(Unrivalled))
    }
}

struct Unrivalled;

impl Claim for Unrivalled {}

/// The exclusive right to run a tunnel of one name. It ends when this is dropped or the process ends, however that happens.
pub trait Claim: Send {}

/// The kind of process that runs a tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A process that runs only this tunnel, and ends with it.
    Foreground,
    /// The service, which must not be ended to end one tunnel.
    Service,
}

/// The reason why a name could not be claimed.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another process has the claim.
    #[error("{name} is already up (process {process})")]
    Held {
        /// The interface's name.
        name: InterfaceName,
        /// The number of that process.
        process: NonZeroU32,
        /// The kind of that process.
        owner: Owner,
    },
    /// The system failed.
    #[error("cannot {doing}")]
    Io {
        /// The operation.
        doing: String,
        /// The system's error.
        #[source]
        error: io::Error,
    },
}
