//! Why a tunnel did not come up, or why a change of it was not made.

use std::io;

use adit_config::{Endpoint, InterfaceName};
use adit_platform::network::NetworkError;
use adit_tunnel::UpdateError;

use super::engine::StartError;
use super::hooks::CommandError;
use super::shutdown::End;

/// Why a tunnel is not up. All changes made for it have been undone.
#[derive(Debug, thiserror::Error)]
pub enum ActivationError {
    /// The tunnel had to end before it was up.
    #[error("{}", match .0 {
        End::Interrupted => "interrupted; everything is as it was",
        End::Asked => "asked to end; everything is as it was",
        End::InterfaceRemoved => "another program removed the interface",
        End::SocketRemoved => "another program removed the configuration socket",
    })]
    Ended(End),
    /// A setting of the network failed.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// An endpoint's name does not exist.
    #[error("the endpoint {endpoint} is not known")]
    EndpointUnknown {
        /// The endpoint as in the file.
        endpoint: Endpoint,
        /// The resolver's error.
        #[source]
        error: io::Error,
    },
    /// The resolver did not answer at any attempt.
    #[error("the endpoint {endpoint} could not be resolved")]
    EndpointUnresolved {
        /// The endpoint as in the file.
        endpoint: Endpoint,
        /// The resolver's last error.
        #[source]
        error: io::Error,
    },
    /// WireGuard did not start.
    #[error("cannot start {name}")]
    Start {
        /// Name of the interface.
        name: InterfaceName,
        /// The error.
        #[source]
        error: StartError,
    },
    /// The engine rejected a change.
    #[error("the configuration cannot be applied")]
    Update(#[from] UpdateError),
    /// A command of the file failed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// No thread could be started.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}
