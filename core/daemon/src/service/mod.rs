//! The service manager that starts and ends `aditd`: systemd on Linux, the service control manager on Windows. launchd is not
//! supported yet.

use std::path::PathBuf;
use std::time::Duration;

use adit_platform::native::control_socket::ControlSocket;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

#[cfg_attr(target_os = "linux", path = "systemd.rs")]
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(not(any(target_os = "linux", windows)), path = "unsupported.rs")]
mod adapter;
// Included so that its tests run on every system.
#[cfg(test)]
#[allow(dead_code, reason = "an adapter that is missing has methods that nothing calls")]
mod unsupported;

pub(crate) use adapter::{HOW_TO_START, Manager, Requests, Setup};

/// A message to the service manager.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Sign {
    /// The service is ready: programs can connect.
    Ready,
    /// The service is still alive.
    Alive,
    /// The service's status as a text for people.
    Status(String),
    /// The service is ending.
    Stopping,
}

/// A request of the service manager.
#[allow(dead_code, reason = "no adapter of this system may construct it")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Request {
    /// End the service.
    End,
    /// Read the configurations again that are in files of their own.
    Reread,
}

/// The service manager, as described by the environment that it gave this process.
pub(crate) trait ServiceManager {
    /// Sends a message to the service manager. Does nothing if there is none.
    fn tell(&self, sign: &Sign);

    /// Returns true if the service manager wants any messages.
    fn listens(&self) -> bool;

    /// Returns how often the service manager wants a [`Sign::Alive`], or None if it wants none.
    fn watchdog(&self) -> Option<Duration>;

    /// Returns the folder that the service manager made for the service's state.
    fn state_folder(&self) -> Option<PathBuf>;

    /// Returns the control socket that the service manager already listens on.
    fn socket(&self) -> anyhow::Result<Option<ControlSocket>>;

    /// Reports why the service ends, where its standard error leads nowhere.
    fn failed(&self, error: &anyhow::Error);

    /// Returns the service manager's log if standard error is connected to it.
    fn log<S: tracing::Subscriber + for<'a> LookupSpan<'a>>(&self) -> Option<impl Layer<S> + Send + Sync + 'static>;
}
