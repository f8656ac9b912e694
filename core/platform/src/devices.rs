//! What one tunnel is made of on this system: its devices, the socket through which others steer it, and the claim on its name.

use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;

use adit_config::InterfaceName;

use crate::device::{Stop, TunDevice, UdpFactory};
use crate::uapi_listener::UapiListener;

/// Makes what a tunnel needs.
pub trait Devices: Send + Sync + 'static {
    /// Creates the interface, which is down, with so many queues. `mtu` is in bytes.
    fn open_tun(&self, name: &InterfaceName, mtu: u16, queues: usize) -> io::Result<TunDevice>;

    /// Opens UDP sockets.
    fn udp(&self) -> Arc<dyn UdpFactory>;

    /// Makes flags that the other devices' waits understand.
    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>>;

    /// Listens where `wg` looks for the interface.
    fn uapi(&self, name: &InterfaceName) -> io::Result<Arc<dyn UapiListener>>;

    /// Makes sure that no two processes run a tunnel of one name.
    fn claim(&self, name: &InterfaceName, owner: Owner) -> Result<Box<dyn Claim>, ClaimError>;
}

/// The exclusive right to run a tunnel of one name. Dropping it gives it up; so does the process's end, however it ends.
pub trait Claim: Send {}

/// What kind of process runs a tunnel.
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
        /// What was to be done.
        doing: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
}
