//! The program that starts and ends `aditd`: systemd on Linux. Windows' service control manager and launchd are not supported yet.

use std::path::PathBuf;
use std::time::Duration;

use adit_platform::native::control_socket::ControlSocket;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

#[cfg_attr(target_os = "linux", path = "systemd.rs")]
#[cfg_attr(not(target_os = "linux"), path = "unsupported.rs")]
mod adapter;
// So that its tests run on every system.
#[cfg(test)]
#[allow(dead_code, reason = "the methods of a type that cannot be had")]
mod unsupported;

pub(crate) use adapter::{Manager, Requests};

/// What the service manager is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Sign {
    /// Programs can connect.
    Ready,
    /// It is still alive.
    Alive,
    /// How it is, for people.
    Status(String),
    /// It ends.
    Stopping,
}

/// What the service manager wants of the service.
#[allow(dead_code, reason = "only the adapter for systemd makes any yet")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Request {
    /// To end.
    End,
    /// To read configurations again that live in files of their own.
    Reread,
}

/// The service manager, by the environment that it gave this process.
pub(crate) trait ServiceManager {
    /// Tells it. Where none runs this does nothing.
    fn tell(&self, sign: &Sign);

    /// Whether it wants to hear anything.
    fn listens(&self) -> bool;

    /// How often it wants a [`Sign::Alive`]; None: never.
    fn watchdog(&self) -> Option<Duration>;

    /// The folder that it made for the service's state.
    fn state_folder(&self) -> Option<PathBuf>;

    /// The control socket that it listens on already.
    fn socket(&self) -> anyhow::Result<Option<ControlSocket>>;

    /// Its log, where standard error goes there.
    fn log<S: tracing::Subscriber + for<'a> LookupSpan<'a>>(&self) -> Option<impl Layer<S> + Send + Sync + 'static>;
}
