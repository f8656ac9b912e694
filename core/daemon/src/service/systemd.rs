//! The adapter for systemd: sd_notify(3), the watchdog, sockets and folders made by systemd, the journal, and signals.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use adit_platform::native::control_socket::ControlSocket;
use anyhow::Context;
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::{Request, ServiceManager, Sign};

/// Prefix of the names of fields in the journal.
const PREFIX: &str = "ADIT";

/// How to start the service, for errors.
pub(crate) const HOW_TO_START: &str = "changing the network needs root or the capability CAP_NET_ADMIN; start it with: systemctl start \
                                       aditd, or by hand with: sudo aditd";

/// Options for the service manager: none, because packages install the units.
#[derive(clap::Args, Debug)]
pub(crate) struct Setup {}

impl Setup {
    /// Returns None: `aditd` is to run.
    pub(crate) fn perform(&self) -> Option<anyhow::Result<()>> {
        None
    }

    /// Runs `work`.
    pub(crate) fn run(&self, work: impl FnOnce() -> ExitCode + Send + 'static) -> ExitCode {
        work()
    }
}

/// systemd, or no service manager if the service was started by hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manager;

impl Manager {
    /// Describes the service manager by the environment of this process.
    pub(crate) fn from_environment() -> anyhow::Result<Self> {
        Ok(Self)
    }
}

impl ServiceManager for Manager {
    fn tell(&self, sign: &Sign) {
        let state = match sign {
            Sign::Ready => NotifyState::Ready,
            Sign::Alive => NotifyState::Watchdog,
            Sign::Status(text) => NotifyState::Status(text),
            Sign::Stopping => NotifyState::Stopping,
        };
        if let Err(error) = sd_notify::notify(&[state]) {
            tracing::warn!(%error, "the service manager cannot be told");
        }
    }

    fn listens(&self) -> bool {
        std::env::var_os("NOTIFY_SOCKET").is_some()
    }

    fn watchdog(&self) -> Option<Duration> {
        // systemd counts from the last sign of life. A third of its limit allows three attempts.
        sd_notify::watchdog_enabled().map(|limit| limit / 3)
    }

    fn state_folder(&self) -> Option<PathBuf> {
        state_folder(variable("STATE_DIRECTORY").as_deref())
    }

    fn socket(&self) -> anyhow::Result<Option<ControlSocket>> {
        Ok(ControlSocket::inherited(variable("LISTEN_PID").as_deref(), variable("LISTEN_FDS").as_deref())?)
    }

    /// Does nothing: standard error leads to the journal.
    fn failed(&self, _: &anyhow::Error) {}

    fn log<S: tracing::Subscriber + for<'a> LookupSpan<'a>>(&self) -> Option<impl Layer<S> + Send + Sync + 'static> {
        variable("JOURNAL_STREAM").filter(|stream| is_standard_error(stream))?;
        let layer = tracing_journald::layer().ok()?;
        Some(layer.with_field_prefix(Some(PREFIX.into())).with_syslog_identifier("aditd".into()))
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Returns the first folder of `STATE_DIRECTORY`, which may name several.
fn state_folder(given: Option<&str>) -> Option<PathBuf> {
    given?.split(':').find(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// Returns true if standard error still is the stream that systemd connected (`DEVICE:INODE`).
fn is_standard_error(stream: &str) -> bool {
    let own = || {
        let metadata = File::from(io::stderr().as_fd().try_clone_to_owned().ok()?).metadata().ok()?;
        Some(format!("{}:{}", metadata.dev(), metadata.ino()))
    };
    own().as_deref() == Some(stream)
}

/// The signals that the service handles, and that no longer end the process by themselves: SIGTERM, SIGINT and SIGHUP.
pub(crate) struct Requests {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Requests {
    /// Handles the signals from now on. Must be called within a runtime.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Waits for the next request.
    pub(crate) async fn next(&mut self) -> Request {
        tokio::select! {
            _ = self.terminate.recv() => Request::End,
            _ = self.interrupt.recv() => Request::End,
            _ = self.hang_up.recv() => Request::Reread,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_state_folder_that_systemd_names_counts() {
        assert_eq!(state_folder(None), None);
        assert_eq!(state_folder(Some("")), None);
        assert_eq!(state_folder(Some("/var/lib/private/adit:/other")), Some("/var/lib/private/adit".into()));
    }
}
