//! Converts errors of the lower layers to the contract's errors.

use adit_api::{ApiError, Conflict, Requirement};
use adit_config::Host;
use adit_platform::devices::ClaimError;
use adit_platform::network::NetworkError;

use crate::store::StoreError;
use adit_activation::{ActivationError, CommandError, End, StartError};

/// Converts the reason why a tunnel could not be brought up or changed.
pub(super) fn of_activation(error: &ActivationError) -> ApiError {
    match error {
        // The user who ended the tunnel knows the reason. A caller that waited for the tunnel gets this error.
        ActivationError::Ended(End::Interrupted | End::Asked) => ApiError::Busy,
        ActivationError::Ended(End::InterfaceRemoved) => io("bringing the tunnel up", "another program removed the interface"),
        ActivationError::Ended(End::SocketRemoved) => {
            io("bringing the tunnel up", "another program removed the configuration socket")
        }
        ActivationError::Network(error) => of_network(error),
        ActivationError::EndpointUnknown { endpoint, error } | ActivationError::EndpointUnresolved { endpoint, error } => {
            let host = match &endpoint.host {
                Host::Name(name) => name.as_str().to_owned(),
                Host::Ip(_) | Host::Scoped { .. } => endpoint.to_string(),
            };
            ApiError::Unresolved { host, detail: error.to_string() }
        }
        ActivationError::Start { error, name } => match error {
            StartError::Interface(error) if error.kind() == std::io::ErrorKind::NotFound => {
                ApiError::Missing { what: Requirement::TunDevice }
            }
            StartError::Interface(error) | StartError::Socket(error) | StartError::Tunnel(error) | StartError::Thread(error) => {
                of_io(&format!("starting {name}"), error)
            }
            StartError::Update(error) => io(&format!("starting {name}"), error),
        },
        ActivationError::Update(error) => io("applying the configuration", error),
        ActivationError::Command(error) => of_command(error),
        ActivationError::Thread(error) => of_io("starting a thread", error),
    }
}

pub(super) fn of_network(error: &NetworkError) -> ApiError {
    match error {
        NetworkError::InterfaceExists(interface) | NetworkError::WireGuardExists(interface) => {
            conflict(Conflict::InterfaceExists { interface: interface.clone() })
        }
        NetworkError::LocalNetwork { network, interface } => {
            conflict(Conflict::LocalNetwork { interface: interface.clone(), network: *network })
        }
        NetworkError::InterfaceGone(interface) => io(&format!("setting up {interface}"), "it is gone"),
        NetworkError::OtherFullTunnel(other) => conflict(Conflict::OtherVpn { interface: other.to_string() }),
        NetworkError::NoPacketFilter => ApiError::Missing { what: Requirement::PacketFilter },
        NetworkError::Unsupported { .. } => io("changing the network", error),
        NetworkError::CannotCloseIpv6 { because } => io("keeping IPv6 inside the tunnel", because),
        NetworkError::NoIpv6ForTunnel { because } => io("bringing up IPv6 in the tunnel", because),
        NetworkError::NoResolver => ApiError::Missing { what: Requirement::DnsBackend },
        NetworkError::Kernel { doing, error } => of_io(doing, error),
        NetworkError::Program { command, status, message } => io(&format!("running {command}"), format!("{status}: {message}")),
    }
}

fn of_command(error: &CommandError) -> ApiError {
    let (exit_code, stderr) = match error {
        CommandError::Start { error, .. } | CommandError::Wait { error, .. } => (None, error.to_string()),
        // Only hooks on the way down have a deadline, and their failures are only logged.
        CommandError::TimedOut { .. } => (None, String::new()),
        CommandError::Failed { status, stderr, .. } => {
            (status.strip_prefix("exit status: ").and_then(|code| code.parse().ok()), stderr.clone())
        }
    };
    ApiError::HookFailed { exit_code, stderr }
}

/// Converts a failed claim: another process runs a tunnel of that name.
pub(super) fn of_claim(error: &ClaimError) -> ApiError {
    match error {
        ClaimError::Held { name, .. } => conflict(Conflict::InterfaceExists { interface: name.clone() }),
        ClaimError::Io { doing, error } => of_io(doing, error),
    }
}

/// Converts an error of the store.
pub(super) fn of_store(error: StoreError) -> ApiError {
    match error {
        StoreError::NoSuchTunnel(id) => ApiError::NotFound { id },
        StoreError::NameTaken(name) => ApiError::NameTaken { name },
        StoreError::InterfaceTaken(interface) => ApiError::InterfaceTaken { interface },
        StoreError::Changed { found, .. } => ApiError::Changed { current: found },
        StoreError::NoSuchVersion(version) => ApiError::NoSuchVersion { version },
        StoreError::Text(error) => ApiError::BadRequest { detail: error.to_string() },
        StoreError::Broken(_) => ApiError::Broken,
        StoreError::KeyInFile(path) => ApiError::ReadOnly { path: path.display().to_string() },
        StoreError::TooLarge => ApiError::TooLarge { limit: 8 << 20 },
        StoreError::Folder(_)
        | StoreError::NoKey
        | StoreError::Secret(_)
        | StoreError::BrokenInTheWay(_)
        | StoreError::NotAConfPath(_) => io("keeping the tunnel", &error),
    }
}

/// The error of a change of the store that was made, if the disk did not confirm it. The caller is told once the manager has
/// followed the change.
#[must_use]
pub(super) struct Unconfirmed(Option<ApiError>);

impl Unconfirmed {
    /// Fails if the disk did not confirm the change.
    pub(super) fn tell(self) -> Result<(), ApiError> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Fails only if the change was not made.
pub(super) fn made(changed: Result<(), StoreError>) -> Result<Unconfirmed, ApiError> {
    match changed {
        Ok(()) => Ok(Unconfirmed(None)),
        Err(error) if error.is_unconfirmed() => Ok(Unconfirmed(Some(of_store(error)))),
        Err(error) => Err(of_store(error)),
    }
}

pub(super) fn conflict(conflict: Conflict) -> ApiError {
    ApiError::Conflict { conflicts: vec![conflict] }
}

fn io(doing: &str, detail: impl ToString) -> ApiError {
    ApiError::Io { doing: doing.to_owned(), detail: detail.to_string() }
}

fn of_io(doing: &str, error: &std::io::Error) -> ApiError {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => ApiError::NoPermission { doing: doing.to_owned() },
        _ => io(doing, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_without_the_tun_driver_is_told_so() {
        let error = StartError::Interface(std::io::Error::new(std::io::ErrorKind::NotFound, "/dev/net/tun is missing"));
        let refused = of_activation(&ActivationError::Start { name: "wg0".parse().unwrap(), error });
        assert_eq!(refused, ApiError::Missing { what: Requirement::TunDevice });
    }
}
