//! The adapter for systems without a supported service manager (macOS): `aditd` does not start there.

use std::convert::Infallible;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use adit_platform::native::control_socket::ControlSocket;
use adit_platform::native::{Part, Unsupported};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Identity;
use tracing_subscriber::registry::LookupSpan;

use super::{Request, ServiceManager, Sign};

/// How to start the service, for errors.
pub(crate) const HOW_TO_START: &str = "changing the network needs root";

/// Options for the service manager: none.
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

/// A service manager that cannot be constructed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manager(Infallible);

impl Manager {
    /// Always fails with [`Unsupported`].
    pub(crate) fn from_environment() -> anyhow::Result<Self> {
        Err(Unsupported(Part::ServiceManager).into())
    }
}

impl ServiceManager for Manager {
    fn tell(&self, _: &Sign) {
        match self.0 {}
    }

    fn listens(&self) -> bool {
        match self.0 {}
    }

    fn watchdog(&self) -> Option<Duration> {
        match self.0 {}
    }

    fn state_folder(&self) -> Option<PathBuf> {
        match self.0 {}
    }

    fn socket(&self) -> anyhow::Result<Option<ControlSocket>> {
        match self.0 {}
    }

    fn failed(&self, _: &anyhow::Error) {
        match self.0 {}
    }

    fn log<S: tracing::Subscriber + for<'a> LookupSpan<'a>>(&self) -> Option<impl Layer<S> + Send + Sync + 'static> {
        None::<Identity>
    }
}

/// Requests that cannot be constructed.
pub(crate) struct Requests(Infallible);

impl Requests {
    /// Always fails with [`Unsupported`].
    pub(crate) fn listen() -> anyhow::Result<Self> {
        Err(Unsupported(Part::ServiceManager).into())
    }

    /// Never called: no value of this type exists.
    pub(crate) async fn next(&mut self) -> Request {
        match self.0 {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_adapter_for_the_service_manager_the_service_says_so() {
        for error in [Manager::from_environment().map(drop), Requests::listen().map(drop)].map(Result::unwrap_err) {
            assert_eq!(error.downcast_ref::<Unsupported>(), Some(&Unsupported(Part::ServiceManager)), "{error}");
        }
    }
}
