//! Running as a service of the service control manager (SCM): the entry point, the state that it is told, and its requests.

use std::ffi::OsString;
use std::io;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use windows_service::define_windows_service;
use windows_service::service::{ServiceControl, ServiceControlAccept, ServiceExitCode, ServiceState, ServiceStatus, ServiceType};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult, ServiceStatusHandle};
use windows_service::service_dispatcher;

/// The service's name.
pub const NAME: &str = "Adit";
/// The longest time that the service control manager waits for the next state while the service starts or ends.
const PATIENCE: Duration = Duration::from_secs(30);
/// The service's exit code after a failure.
const FAILED: u32 = 1;

/// A request of the service control manager.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Request {
    /// Stop the service, or prepare for the end of the computer.
    End,
    /// Parameters were changed (`sc control Adit paramchange`).
    Reread,
}

/// The state of the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It starts.
    Starting,
    /// It is ready.
    Running,
    /// It ends.
    Stopping,
    /// It has ended.
    Stopped {
        /// False: the recovery actions apply.
        succeeded: bool,
    },
}

/// What the service does, on the thread of the service control manager. Returns false if it failed.
type Main = Box<dyn FnOnce() -> bool + Send>;
/// Called with each request.
type Hear = Box<dyn Fn(Request) + Send>;

static MAIN: Mutex<Option<Main>> = Mutex::new(None);
static STATUS: OnceLock<ServiceStatusHandle> = OnceLock::new();
static HEAR: Mutex<Option<Hear>> = Mutex::new(None);

define_windows_service!(entry, begin);

/// Connects this process, which the service control manager has started, with it, and runs `main` as the service. Blocks until the
/// service has ended.
///
/// # Errors
/// If the service control manager has not started this process.
pub fn run(main: impl FnOnce() -> bool + Send + 'static) -> io::Result<()> {
    *MAIN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(main));
    service_dispatcher::start(NAME, entry).map_err(system)
}

/// Returns true if this process is a service.
pub fn is_service() -> bool {
    STATUS.get().is_some()
}

/// Calls `hear` on another thread with each request from now on.
pub fn on_request(hear: impl Fn(Request) + Send + 'static) {
    *HEAR.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(hear));
}

/// Tells the service control manager the state. Does nothing if this process is no service.
pub fn tell(state: State) -> io::Result<()> {
    let Some(handle) = STATUS.get() else { return Ok(()) };
    let controls = ServiceControlAccept::STOP | ServiceControlAccept::PRESHUTDOWN | ServiceControlAccept::PARAM_CHANGE;
    let (current_state, controls_accepted, wait_hint) = match state {
        State::Starting => (ServiceState::StartPending, ServiceControlAccept::empty(), PATIENCE),
        State::Running => (ServiceState::Running, controls, Duration::ZERO),
        State::Stopping => (ServiceState::StopPending, ServiceControlAccept::empty(), PATIENCE),
        State::Stopped { .. } => (ServiceState::Stopped, ServiceControlAccept::empty(), Duration::ZERO),
    };
    let exit_code = match state {
        State::Stopped { succeeded: false } => ServiceExitCode::ServiceSpecific(FAILED),
        _ => ServiceExitCode::NO_ERROR,
    };
    let status = ServiceStatus {
        service_type: ServiceType::OWN_PROCESS,
        current_state,
        controls_accepted,
        exit_code,
        checkpoint: 0,
        wait_hint,
        process_id: None,
    };
    handle.set_service_status(status).map_err(system)
}

/// Called by the service control manager on a thread of its own.
fn begin(_: Vec<OsString>) {
    let Some(main) = MAIN.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    match service_control_handler::register(NAME, handle) {
        Ok(handle) => drop(STATUS.set(handle)),
        Err(error) => return tracing::error!(%error, "the service control manager cannot be told anything"),
    }
    let say = |state| {
        if let Err(error) = tell(state) {
            tracing::error!(%error, ?state, "the service control manager cannot be told");
        }
    };
    say(State::Starting);
    let succeeded = main();
    say(State::Stopped { succeeded });
}

fn handle(control: ServiceControl) -> ServiceControlHandlerResult {
    let request = match control {
        ServiceControl::Interrogate => return ServiceControlHandlerResult::NoError,
        ServiceControl::Stop | ServiceControl::Preshutdown => Request::End,
        ServiceControl::ParamChange => Request::Reread,
        _ => return ServiceControlHandlerResult::NotImplemented,
    };
    match &*HEAR.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(hear) => hear(request),
        // The controls are accepted only while the service runs.
        None => return ServiceControlHandlerResult::NotImplemented,
    }
    ServiceControlHandlerResult::NoError
}

/// Returns the system's error.
pub(super) fn system(error: windows_service::Error) -> io::Error {
    match error {
        windows_service::Error::Winapi(error) => error,
        error => io::Error::other(error),
    }
}
