//! The reasons why the service cannot be reached, for help that fits each.

use std::io::ErrorKind;

use adit_api::CallError;
use adit_ipc::local::ConnectError;
use adit_ipc::{ClientError, Goodbye};
use adit_platform::native::control_socket::UntrustedSocket;
use adit_platform::native::service_manager::{self, ServiceManager};
use serde::Serialize;

use crate::RpcError;
use crate::requests::BridgeError;

/// The reason why the service cannot be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AwayCause {
    /// Nobody listens on its socket.
    NotRunning,
    /// This user may not connect to its socket.
    NotPermitted,
    /// The service speaks only versions of the contract that are older than this program's.
    ServiceOlder,
    /// The service speaks only versions of the contract that are newer than this program's.
    ServiceNewer,
    /// A program that is not the service listens on its socket, or could.
    Stranger,
    /// The service is there and does not answer as it should, or ended the connection.
    NoAnswer,
}

/// The service manager that starts the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Manager {
    /// systemd.
    Systemd,
    /// OpenRC.
    OpenRc,
    /// runit.
    Runit,
}

impl Manager {
    /// Returns the one of this system; None if Adit ships no files for it.
    pub(crate) fn present() -> Option<Self> {
        Some(match service_manager::present()? {
            ServiceManager::Systemd => Self::Systemd,
            ServiceManager::OpenRc => Self::OpenRc,
            ServiceManager::Runit => Self::Runit,
        })
    }
}

impl From<BridgeError> for RpcError {
    fn from(error: BridgeError) -> Self {
        Self::Unreachable { cause: cause(&error), manager: Manager::present(), why: Some(error.to_string()) }
    }
}

impl From<CallError<BridgeError>> for RpcError {
    fn from(error: CallError<BridgeError>) -> Self {
        match error {
            CallError::Refused(error) => Self::Refused { error },
            CallError::Transport(error) => error.into(),
            CallError::WrongAnswer => Self::no_answer(error),
        }
    }
}

fn cause(error: &BridgeError) -> AwayCause {
    match error {
        BridgeError::Connect(ConnectError::Socket(UntrustedSocket::Connect { error, .. }) | ConnectError::Io(error)) => {
            of_system(error.kind())
        }
        BridgeError::Connect(ConnectError::Socket(UntrustedSocket::Folder { .. } | UntrustedSocket::Server { .. })) => {
            AwayCause::Stranger
        }
        BridgeError::Connect(ConnectError::Client(error)) | BridgeError::Client(error) => of_client(error),
    }
}

fn of_system(kind: ErrorKind) -> AwayCause {
    match kind {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => AwayCause::NotRunning,
        ErrorKind::PermissionDenied => AwayCause::NotPermitted,
        _ => AwayCause::NoAnswer,
    }
}

fn of_client(error: &ClientError) -> AwayCause {
    match error {
        ClientError::Version { is_older: true, .. } | ClientError::Goodbye(Goodbye::ClientTooNew { .. }) => {
            AwayCause::ServiceOlder
        }
        ClientError::Version { is_older: false, .. } | ClientError::Goodbye(Goodbye::ClientTooOld { .. }) => {
            AwayCause::ServiceNewer
        }
        ClientError::Goodbye(_)
        | ClientError::Silent
        | ClientError::NotUnderstood(_)
        | ClientError::Closed
        | ClientError::TooLarge
        | ClientError::Subscribed => AwayCause::NoAnswer,
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::*;

    fn of(error: impl Into<BridgeError>) -> AwayCause {
        cause(&error.into())
    }

    fn socket(kind: ErrorKind) -> ConnectError {
        UntrustedSocket::Connect { path: PathBuf::from("/run/adit/socket"), error: io::Error::from(kind) }.into()
    }

    #[test]
    fn each_way_of_not_being_there_has_its_cause() {
        let daemon = || "aditd 0.1.0".to_owned();
        let version = |is_older| ClientError::Version { daemon: daemon(), is_older };
        let path = || PathBuf::from("/run/adit");
        assert_eq!(of(socket(ErrorKind::NotFound)), AwayCause::NotRunning);
        assert_eq!(of(socket(ErrorKind::ConnectionRefused)), AwayCause::NotRunning);
        assert_eq!(of(socket(ErrorKind::PermissionDenied)), AwayCause::NotPermitted);
        assert_eq!(of(socket(ErrorKind::TimedOut)), AwayCause::NoAnswer);
        assert_eq!(
            of(ConnectError::from(UntrustedSocket::Server { path: path(), user: "user 1000".into() })),
            AwayCause::Stranger
        );
        assert_eq!(
            of(ConnectError::from(UntrustedSocket::Folder { path: path(), owner: 1000, mode: 0o777 })),
            AwayCause::Stranger
        );
        assert_eq!(of(ConnectError::from(version(true))), AwayCause::ServiceOlder);
        assert_eq!(of(version(false)), AwayCause::ServiceNewer);
        assert_eq!(of(ClientError::from(Goodbye::ClientTooNew { daemon: daemon() })), AwayCause::ServiceOlder);
        assert_eq!(of(ClientError::from(Goodbye::ClientTooOld { daemon: daemon() })), AwayCause::ServiceNewer);
        assert_eq!(of(ClientError::Silent), AwayCause::NoAnswer);
    }
}
