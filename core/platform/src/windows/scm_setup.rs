//! Registers the service with the service control manager, and removes it.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use windows_service::service::{
    Service, ServiceAccess, ServiceAction, ServiceActionType, ServiceDependency, ServiceErrorControl, ServiceFailureActions,
    ServiceFailureResetPeriod, ServiceInfo, ServiceStartType, ServiceState, ServiceType,
};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_sys::Win32::Foundation::{
    ERROR_INVALID_LEVEL, ERROR_SERVICE_DOES_NOT_EXIST, ERROR_SERVICE_EXISTS, ERROR_SERVICE_NOT_ACTIVE,
};

use super::scm::{NAME, system};
use super::{event_log, network};

const DESCRIPTION: &str = "Keeps WireGuard tunnels up, and serves adit and the desktop app.";
/// Delays before the first, the second and every later restart after a failure.
const RESTARTS: [Duration; 3] = [Duration::from_millis(100), Duration::from_secs(1), Duration::from_secs(10)];
/// The time after which failures no longer count.
const FORGIVEN: Duration = Duration::from_secs(24 * 3_600);
/// Time for the service to take its tunnels down before the computer shuts down.
const PRESHUTDOWN: Duration = Duration::from_secs(20);
/// The longest wait for the service to end.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Registers the program as a service that starts with the computer as the system, and starts again after a failure. `arguments` are
/// its command line.
///
/// # Errors
/// `AlreadyExists` if there is a service of this name; `PermissionDenied` without the rights of an administrator.
pub fn install(program: &Path, arguments: &[OsString]) -> io::Result<()> {
    let manager = manager(ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE)?;
    let info = ServiceInfo {
        name: NAME.into(),
        display_name: NAME.into(),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: program.to_owned(),
        launch_arguments: arguments.to_vec(),
        // The network's stack, which tunnels need.
        dependencies: ["Nsi", "TcpIp"].map(|name| ServiceDependency::Service(name.into())).to_vec(),
        account_name: None,
        account_password: None,
    };
    let access = ServiceAccess::CHANGE_CONFIG | ServiceAccess::START | ServiceAccess::DELETE;
    let service = manager.create_service(&info, access).map_err(system).map_err(|error| match code(&error) {
        Some(ERROR_SERVICE_EXISTS) => io::Error::new(io::ErrorKind::AlreadyExists, error),
        _ => error,
    })?;
    configure(&service).and_then(|()| event_log::register()).inspect_err(|_| {
        // The first error says what is wrong.
        let _ = service.delete();
    })
}

fn configure(service: &Service) -> io::Result<()> {
    service.set_description(DESCRIPTION).map_err(system)?;
    let restart = |delay| ServiceAction { action_type: ServiceActionType::Restart, delay };
    let actions = ServiceFailureActions {
        reset_period: ServiceFailureResetPeriod::After(FORGIVEN),
        reboot_msg: None,
        command: None,
        actions: Some(RESTARTS.map(restart).to_vec()),
    };
    service.update_failure_actions(actions).map_err(system)?;
    if_known(service.set_failure_actions_on_non_crash_failures(true))?;
    if_known(service.set_preshutdown_timeout(PRESHUTDOWN))
}

/// Accepts that a system does not know a setting, as Wine does not. Windows has known both since Vista.
fn if_known(set: windows_service::Result<()>) -> io::Result<()> {
    match set.map_err(system) {
        Err(error) if code(&error) == Some(ERROR_INVALID_LEVEL) => Ok(()),
        set => set,
    }
}

/// Stops the service if it runs, removes its registration, and opens kill switches, which nothing could open afterwards. Tunnels
/// and their files stay.
///
/// # Errors
/// `NotFound` if there is no such service; `TimedOut` if it does not end.
pub fn remove() -> io::Result<()> {
    let manager = manager(ServiceManagerAccess::CONNECT)?;
    let access = ServiceAccess::QUERY_STATUS | ServiceAccess::STOP | ServiceAccess::DELETE;
    let service = manager.open_service(NAME, access).map_err(system).map_err(|error| match code(&error) {
        Some(ERROR_SERVICE_DOES_NOT_EXIST) => io::Error::new(io::ErrorKind::NotFound, error),
        _ => error,
    })?;
    stop(&service)?;
    service.delete().map_err(system)?;
    open_kill_switches();
    event_log::unregister()
}

fn open_kill_switches() {
    let names = match network::standing_kill_switches() {
        Ok(standing) => standing.into_iter().map(|standing| standing.interface).collect(),
        Err(error) => {
            tracing::warn!(%error, "it is not known whether kill switches are closed");
            Vec::new()
        }
    };
    for name in names {
        if let Err(error) = network::open_kill_switch(&name) {
            tracing::warn!(%name, %error, "the kill switch stays closed: run `adit repair`");
        }
    }
}

fn stop(service: &Service) -> io::Result<()> {
    match service.stop().map_err(system) {
        Err(error) if code(&error) == Some(ERROR_SERVICE_NOT_ACTIVE) => return Ok(()),
        stopped => stopped?,
    };
    let end = Instant::now() + PATIENCE;
    while service.query_status().map_err(system)?.current_state != ServiceState::Stopped {
        if Instant::now() >= end {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the service does not end"));
        }
        thread::sleep(POLL_INTERVAL);
    }
    Ok(())
}

fn manager(access: ServiceManagerAccess) -> io::Result<ServiceManager> {
    ServiceManager::local_computer(None::<&str>, access).map_err(system)
}

fn code(error: &io::Error) -> Option<u32> {
    error.raw_os_error().map(i32::cast_unsigned)
}
