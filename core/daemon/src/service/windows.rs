//! The adapter for the service control manager of Windows: state, requests, registration, and the event log. By hand, `aditd` runs in
//! a console and ends with it.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use adit_platform::native::control_socket::ControlSocket;
use adit_platform::native::{places, privilege};
use adit_platform::windows::event_log::{self, EventLog};
use adit_platform::windows::{scm, scm_setup};
use anyhow::{Context, bail};
use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::registry::LookupSpan;

use super::{Request, ServiceManager, Sign};

/// How to start the service, for errors.
pub(crate) const HOW_TO_START: &str = "changing the network needs an administrator; install the service in an elevated prompt with: aditd --install-service, and start it \
     with: sc start Adit";

/// The argument by which the service control manager starts `aditd`.
const AS_SERVICE: &str = "as-service";

/// Options for the service control manager.
#[derive(clap::Args, Debug)]
#[group(multiple = false)]
pub(crate) struct Setup {
    /// Register aditd as the service Adit, which starts with the computer, and exit; other options on this command line are those of
    /// the service
    #[arg(long)]
    install_service: bool,
    /// Stop the service Adit, remove its registration and exit; the tunnels' files stay
    #[arg(long)]
    remove_service: bool,
    /// Run as the service that the service control manager has started
    #[arg(long = AS_SERVICE, hide = true)]
    as_service: bool,
}

impl Setup {
    /// Installs or removes the service if that is asked for. None: `aditd` is to run.
    pub(crate) fn perform(&self) -> Option<anyhow::Result<()>> {
        if self.install_service {
            Some(install())
        } else if self.remove_service {
            Some(remove())
        } else {
            None
        }
    }

    /// Runs `work`, under the service control manager if that has started this process.
    pub(crate) fn run(&self, work: impl FnOnce() -> ExitCode + Send + 'static) -> ExitCode {
        if !self.as_service {
            return work();
        }
        match scm::run(move || work() == ExitCode::SUCCESS) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let hint = "only the service control manager starts it with --as-service";
                crate::tell(&format!("aditd: {error}; {hint}"));
                ExitCode::FAILURE
            }
        }
    }
}

fn install() -> anyhow::Result<()> {
    need_administrator()?;
    let program = std::env::current_exe().context("the path of this program is unknown")?;
    let others = std::env::args_os().skip(1).filter(|argument| argument != "--install-service");
    let arguments: Vec<_> = [format!("--{AS_SERVICE}").into()].into_iter().chain(others).collect();
    scm_setup::install(&program, &arguments).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            anyhow::anyhow!("the service Adit exists already; remove it first with: aditd --remove-service")
        }
        _ => anyhow::Error::from(error).context("cannot install the service Adit"),
    })?;
    crate::tell("aditd: the service Adit is installed; start it with: sc start Adit");
    Ok(())
}

fn remove() -> anyhow::Result<()> {
    need_administrator()?;
    scm_setup::remove().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => anyhow::anyhow!("there is no service Adit"),
        _ => anyhow::Error::from(error).context("cannot remove the service Adit"),
    })?;
    crate::tell("aditd: the service Adit is removed; its tunnels stay");
    Ok(())
}

fn need_administrator() -> anyhow::Result<()> {
    if !privilege::is_administrator() {
        bail!("this needs an administrator; run it in an elevated prompt");
    }
    Ok(())
}

/// The service control manager, or none if `aditd` was started by hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manager {
    is_service: bool,
}

impl Manager {
    /// Finds out what started this process.
    pub(crate) fn from_environment() -> anyhow::Result<Self> {
        Ok(Self { is_service: scm::is_service() })
    }
}

impl ServiceManager for Manager {
    fn tell(&self, sign: &Sign) {
        let state = match sign {
            Sign::Ready => scm::State::Running,
            Sign::Stopping => scm::State::Stopping,
            Sign::Alive | Sign::Status(_) => return,
        };
        if let Err(error) = scm::tell(state) {
            tracing::warn!(%error, "the service control manager cannot be told");
        }
    }

    fn listens(&self) -> bool {
        self.is_service
    }

    /// Returns None: the service control manager notices a process that ends, but not one that hangs.
    fn watchdog(&self) -> Option<Duration> {
        None
    }

    /// Makes the folder above the default one. If that fails, opening the folder says why.
    fn state_folder(&self) -> Option<PathBuf> {
        let state = places::state();
        if let Some(parent) = state.parent()
            && let Err(error) = std::fs::create_dir_all(parent)
        {
            tracing::error!(folder = %parent.display(), %error, "the folder cannot be made");
        }
        Some(state)
    }

    fn socket(&self) -> anyhow::Result<Option<ControlSocket>> {
        Ok(None)
    }

    fn failed(&self, error: &anyhow::Error) {
        if self.is_service {
            tracing::error!("the service ends: {error:#}");
        }
    }

    fn log<S: tracing::Subscriber + for<'a> LookupSpan<'a>>(&self) -> Option<impl Layer<S> + Send + Sync + 'static> {
        let log = self.is_service.then(EventLog::open)?.ok()?;
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_target(false).without_time().with_level(false);
        Some(layer.log_internal_errors(false).with_writer(Events(log)))
    }
}

/// Writes each event of `tracing` as one of the event log.
struct Events(EventLog);

/// The text of one event, which is written when this is dropped.
struct Text<'a> {
    log: &'a EventLog,
    level: event_log::Level,
    bytes: Vec<u8>,
}

impl<'a> MakeWriter<'a> for Events {
    type Writer = Text<'a>;

    fn make_writer(&'a self) -> Text<'a> {
        Text { log: &self.0, level: event_log::Level::Information, bytes: Vec::new() }
    }

    fn make_writer_for(&'a self, metadata: &tracing::Metadata<'_>) -> Text<'a> {
        let level = match *metadata.level() {
            Level::ERROR => event_log::Level::Error,
            Level::WARN => event_log::Level::Warning,
            _ => event_log::Level::Information,
        };
        let mut text = self.make_writer();
        text.level = level;
        text
    }
}

impl io::Write for Text<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Text<'_> {
    fn drop(&mut self) {
        // There is no other place to say that the event log is full.
        let _ = self.log.report(self.level, String::from_utf8_lossy(&self.bytes).trim_end());
    }
}

/// The requests of the service control manager, and the events of a console, which no longer end the process by themselves.
pub(crate) struct Requests {
    of_manager: UnboundedReceiver<scm::Request>,
    interrupt: CtrlC,
    break_: CtrlBreak,
    close: CtrlClose,
    shutdown: CtrlShutdown,
}

impl Requests {
    /// Handles the requests from now on. Must be called within a runtime.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let (sender, of_manager) = unbounded_channel();
        scm::on_request(move |request| {
            // Fails if the service has ended.
            let _ = sender.send(request);
        });
        let failed = "cannot listen to the console";
        Ok(Self {
            of_manager,
            interrupt: ctrl_c().context(failed)?,
            break_: ctrl_break().context(failed)?,
            close: ctrl_close().context(failed)?,
            shutdown: ctrl_shutdown().context(failed)?,
        })
    }

    /// Waits for the next request.
    pub(crate) async fn next(&mut self) -> Request {
        tokio::select! {
            Some(request) = self.of_manager.recv() => match request {
                scm::Request::End => Request::End,
                scm::Request::Reread => Request::Reread,
            },
            _ = self.interrupt.recv() => Request::End,
            _ = self.break_.recv() => Request::End,
            _ = self.close.recv() => Request::End,
            _ = self.shutdown.recv() => Request::End,
        }
    }
}
