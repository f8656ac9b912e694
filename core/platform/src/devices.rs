//! Devices of one tunnel beside its network: flags that end waits, and, where the system has them, the socket through which other programs
//! configure it and the claim on its name.

use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;

use adit_config::InterfaceName;

use crate::device::Stop;
use crate::uapi_listener::UapiListener;

/// Makes what a tunnel needs. The methods that have a body are for what not every system has.
pub trait Devices: Send + Sync + 'static {
    /// Makes flags that the other devices' waits understand.
    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>>;

    /// Listens where `wg` looks for the interface. None: this system has no such place, and the tunnel runs without.
    fn uapi(&self, _: &InterfaceName) -> Option<io::Result<Arc<dyn UapiListener>>> {
        None
    }

    /// Makes sure that no two processes run a tunnel of one name. Always granted where only this process can run tunnels.
    ///
    /// # Errors
    /// When another process has it, or the system refuses.
    fn claim(&self, _: &InterfaceName, _: Owner) -> Result<Box<dyn Claim>, ClaimError> {
        Ok(Box::new(Unrivalled))
    }
}

struct Unrivalled;

impl Claim for Unrivalled {}

/// The exclusive right to run a tunnel of one name. Dropping it gives it up; so does the process's end, however it ends.
pub trait Claim: Send {}

/// The kind of process that runs a tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// One that does nothing else, and ends with the tunnel.
    Foreground,
    /// The service, which must not be ended to end one tunnel.
    Service,
}

/// Why there is no claim.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another process has it.
    #[error("{name} is already up (process {process})")]
    Held {
        /// Of the interface.
        name: InterfaceName,
        /// Its number.
        process: NonZeroU32,
        /// Its kind.
        owner: Owner,
    },
    /// The system refused.
    #[error("cannot {doing}")]
    Io {
        /// The operation.
        doing: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
}
