//! Why a tunnel did not come up, or a change of it was not made.

use std::io;

use adit_config::{Endpoint, InterfaceName};
use adit_platform::network::NetworkError;
use adit_tunnel::UpdateError;

use super::engine::StartError;
use super::hooks::CommandError;
use super::shutdown::End;

/// Why a tunnel is not up. What had been done for it has been taken back.
#[derive(Debug, thiserror::Error)]
pub enum ActivationError {
    /// It was time to go before it was up.
    #[error("{}", match .0 {
        End::Interrupted => "interrupted; everything is as it was",
        End::Asked => "asked to end; everything is as it was",
        End::InterfaceRemoved => "somebody removed the interface",
        End::SocketRemoved => "somebody removed the configuration socket",
    })]
    Ended(End),
    /// The system cannot be told.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// An endpoint's name does not exist.
    #[error("the endpoint {endpoint} is not known")]
    EndpointUnknown {
        /// As the file has it.
        endpoint: Endpoint,
        /// What the resolver said.
        #[source]
        error: io::Error,
    },
    /// The resolver did not answer, however often it was asked.
    #[error("the endpoint {endpoint} could not be resolved")]
    EndpointUnresolved {
        /// As the file has it.
        endpoint: Endpoint,
        /// What the resolver said last.
        #[source]
        error: io::Error,
    },
    /// WireGuard did not start.
    #[error("cannot start {name}")]
    Start {
        /// Of the interface.
        name: InterfaceName,
        /// Why.
        #[source]
        error: StartError,
    },
    /// WireGuard did not take a change.
    #[error("the configuration cannot be applied")]
    Update(#[from] UpdateError),
    /// A command of the file failed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// No thread to work on.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}
