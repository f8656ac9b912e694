//! Assembles the service: the store, the manager on this computer's network, and the control socket.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use adit_activation::{Platform, SystemResolver, Userspace};
use adit_api::{LogCode, LogText};
use adit_home::LanProbe;
use adit_ipc::local::{LocalRoles, SocketListener};
use adit_ipc::{Events, Limits};
use adit_manager::manager::{self, ClosedFirst, Dependencies, Manager, SystemClock};
use adit_manager::store::Finding;
use adit_platform::commands::Commands;
use adit_platform::devices::Devices;
use adit_platform::missing::{NoCommands, NoDevices, NoNetwork};
use adit_platform::native::clock_changes::{ClockChange, ClockChanges};
use adit_platform::native::control_socket::{Access, ControlSocket};
use adit_platform::native::{self, Part, System, Unsupported, account, capability, folder_changes, privilege};
use adit_platform::private_folder::PrivateFolder;
use adit_platform::processors;
use anyhow::{Context, bail};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::arguments::Arguments;
use crate::boot::Boot;
use crate::confine::{self, Helper};
use crate::heartbeat::{self, Nudge};
use crate::hooks::NeedRoot;
use crate::log::{Keeper, Ring};
use crate::metrics;
use crate::portal;
use crate::service::{self, Request, Requests, ServiceManager};
use crate::sink::Sink;
use crate::store;

/// The subfolder of the state folder that holds each tunnel's greatest handshake timestamp.
const TIMESTAMPS: &str = "timestamps";
/// The subfolder of the state folder that holds the log.
const LOG: &str = "log";
/// The time slice of threads that carry no packets: the shortest that Linux has.
const SLICE: Duration = Duration::from_micros(100);
const PROGRAM: &str = concat!("aditd ", env!("CARGO_PKG_VERSION"));

/// Runs the service until it is told to end. All tunnels are down when this returns.
pub(crate) fn run(arguments: &Arguments, service_manager: service::Manager, helper: Option<Helper>) -> anyhow::Result<()> {
    may_change_network()?;
    warn_of_members();
    let state_dir = arguments.state_dir(service_manager.state_folder());
    let state = PrivateFolder::open(&state_dir)?;
    confine::leave_other_files(arguments, &state_dir);
    // After the start of the helper, whose commands have turns of the usual length.
    shorten_turns();
    helper.map(confine::watch).transpose()?;
    // The store's lock also keeps a second daemon from starting.
    let (store, findings) = store::open(&state_dir)?;
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all();
    let runtime = builder.build().context("cannot start a runtime")?;
    let (socket, path) = runtime.block_on(async { open_socket(&arguments.socket, service_manager) })?;
    // From here on, no signal ends the process in the middle of its work.
    let requests = runtime.block_on(async { Requests::listen() })?;
    let numbers = arguments.metrics.map(|address| runtime.block_on(metrics::listen(address))).transpose()?;

    let (ring, earlier) = open_log(&state);
    let (keeper, pen) = Keeper::start(ring)?;
    let (nudge, nudged) = heartbeat::nudge(service_manager);
    let events = Events::new();
    let sink = Arc::new(Sink { programs: events.clone(), log: pen, heartbeat: nudge.clone() });
    let boot = Boot::look(&state);
    let dependencies = Dependencies {
        platform: platform(&state_dir),
        devices: devices(),
        sink,
        clock: Arc::new(SystemClock),
        system: std::env::consts::OS,
        simulated: false,
        conf_files: Some(arguments.conf_files.clone()),
        early: Some(PrivateFolder::open(&state_dir)?),
        wg_quick: if_there(native::wg_quick()),
        facts: if_there(native::network_facts()),
        home_probe: Some(Arc::new(LanProbe::default())),
    };
    let manager = Manager::start_with_earlier_log(earlier, store, dependencies, boot.start_reason());
    let down_at_last = TakesDown(manager.clone());
    boot.remember(&state);
    manager.note(LogCode::DaemonStarted { version: env!("CARGO_PKG_VERSION").into() });
    findings.iter().for_each(|finding| tell(finding, &manager));
    watch_clock(manager.clone())?;
    watch_conf_files(&arguments.conf_files, manager.clone());
    watch_keys(manager.clone())?;

    if Part::PortalChannel.is_on(System::THIS) {
        portal::serve(&runtime, &path, manager.clone());
    }
    heartbeat::start(heartbeat::asking(manager.clone()), path, nudged, service_manager)?;
    if let Some(listener) = numbers {
        runtime.spawn(metrics::serve(listener, Arc::new(manager.clone())));
    }
    let listener = runtime.block_on(async { SocketListener::new(socket) }).context("cannot listen")?;
    serve(runtime, &manager, events, listener, &nudge, requests);
    drop(down_at_last);
    manager.note(LogCode::DaemonEnded);
    keeper.finish();
    Ok(())
}

/// Closes the kill switches of the early-boot lockdown before anything can leave the computer, and leaves them for the daemon
/// to open.
pub(crate) fn close_first(arguments: &Arguments, service_manager: service::Manager, _: Option<Helper>) -> anyhow::Result<()> {
    may_change_network()?;
    let state_dir = arguments.state_dir(service_manager.state_folder());
    let state = PrivateFolder::open(&state_dir)?;
    confine::leave_other_files(arguments, &state_dir);
    let ClosedFirst { interfaces, unknown } =
        manager::close_first(&*native::network()?, &state).context("nothing could be closed")?;
    if let Some(why) = unknown {
        tracing::error!(
            "it is not known which tunnels block ({why}): nothing may leave this computer until aditd has started, or you run: \
             nft delete table inet aditblock-{}",
            interfaces.first().map_or("NAME", |interface| interface.as_str())
        );
    } else {
        for interface in interfaces {
            tracing::info!(%interface, "nothing may leave this computer past the tunnel");
        }
    }
    Ok(())
}

/// Takes all tunnels down when dropped, for whatever reason the daemon ends.
struct TakesDown(Manager);

impl Drop for TakesDown {
    fn drop(&mut self) {
        self.0.shut_down();
    }
}

/// Serves until a signal arrives, then takes the tunnels down while the clients are told goodbye.
fn serve(
    runtime: Runtime,
    manager: &Manager,
    events: Events,
    listener: SocketListener,
    heartbeat: &Nudge,
    mut requests: Requests,
) {
    let leaving = manager.clone();
    runtime.block_on(async {
        let (begin, begun) = oneshot::channel();
        let until_told = async {
            until_end(&mut requests, &leaving).await;
            heartbeat.end().await;
            let _ = begin.send(tokio::task::spawn_blocking(move || leaving.shut_down()));
        };
        let service = Arc::new(manager.clone());
        adit_ipc::serve(PROGRAM, service, events, listener, LocalRoles::new(), Limits::default(), until_told).await;
        if let Ok(down) = begun.await {
            // Fails only if the shutdown panicked, which has ended the process.
            let _ = down.await;
        }
    });
    // The results of requests that are still in progress are no longer needed.
    runtime.shutdown_background();
}

/// Waits until the service manager asks for the end. Reads configurations again whenever it asks for that.
async fn until_end(requests: &mut Requests, manager: &Manager) {
    while let Request::Reread = requests.next().await {
        let manager = manager.clone();
        tokio::task::spawn_blocking(move || {
            manager.reread();
            tracing::info!("configurations were read again");
        });
    }
}

/// Gives all threads that this one starts shorter turns, and so sooner ones. Beside a program that uses the processors as much as it
/// can, an answer would wait for tenths of a second several times: also for threads that do not answer themselves but hold a lock.
/// Threads that carry packets return to the default, because interruptions would cost them a seventh of the throughput both ways at
/// once.
fn shorten_turns() {
    if let Err(error) = processors::set_slice(SLICE) {
        tracing::debug!(%error, "answers can take longer beside busy programs");
    }
}

fn may_change_network() -> anyhow::Result<()> {
    if capability::may_change_network().context("cannot read the capabilities of this process")? {
        return Ok(());
    }
    bail!(service::HOW_TO_START)
}

/// Warns if the service's own group has members. Operators were once members of it, and its members can write where root sends
/// private keys.
fn warn_of_members() {
    match account::members_of_service_group() {
        Ok(members) if members.is_empty() => {}
        Ok(members) => tracing::warn!(
            members = members.join(", "),
            "the group `{}` has members, who can put sockets into /run/wireguard; move them to the group `{}` (gpasswd -d, usermod -aG)",
            account::SERVICE,
            account::OPERATORS
        ),
        Err(error) => tracing::warn!(%error, "the group `{}` could not be looked up", account::SERVICE),
    }
}

/// Rejects the clients that are connecting to a socket of systemd's, for a daemon that fails to start. Otherwise systemd would
/// restart the daemon for these clients again and again.
pub(crate) fn send_away() {
    if let Ok(Some(socket)) = service::Manager::from_environment().and_then(|manager| manager.socket()) {
        let _ = socket.send_away();
    }
}

/// Takes the socket that systemd listens on, or creates a new one. Returns the socket and its path.
fn open_socket(path: &Path, service_manager: service::Manager) -> anyhow::Result<(ControlSocket, PathBuf)> {
    match service_manager.socket()? {
        Some(socket) => {
            let path = socket.path().context("the socket that was handed over")?;
            Ok((socket, path))
        }
        None => Ok((ControlSocket::bind(path, Access::Everybody)?, path.to_owned())),
    }
}

/// Opens the log's files. A failure does not prevent the start: the log is then kept in memory only.
fn open_log(state: &PrivateFolder) -> (Option<Ring>, Vec<adit_api::LogLine>) {
    let open = || -> anyhow::Result<_> { Ok(Ring::open(state.subfolder(LOG)?.path())?) };
    match open() {
        Ok((ring, earlier)) => (Some(ring), earlier),
        Err(error) => {
            tracing::error!("the log is kept in memory alone: {error:#}");
            (None, Vec::new())
        }
    }
}

/// Puts the adapters together. In place of each that this system lacks is one that fails: the service keeps the tunnels, and says
/// why it cannot bring them up.
fn platform(state_dir: &Path) -> Platform {
    let commands: Arc<dyn Commands> = match native::shell() {
        Ok(shell) if privilege::is_administrator() => shell,
        Ok(shell) => Arc::new(NeedRoot(shell.shell())),
        Err(missing) => Arc::new(NoCommands(missing)),
    };
    let network = native::network().unwrap_or_else(|missing| {
        tracing::warn!("no tunnel can be brought up: {missing}");
        Arc::new(NoNetwork(missing))
    });
    Platform {
        network,
        engine: Arc::new(Userspace { devices: devices(), timestamps: state_dir.join(TIMESTAMPS) }),
        commands,
        resolver: Arc::new(SystemResolver),
    }
}

fn devices() -> Arc<dyn Devices> {
    native::devices().unwrap_or_else(|_| Arc::new(NoDevices))
}

/// Returns None for an adapter that this system lacks and the service can do without.
fn if_there<T>(adapter: Result<T, Unsupported>) -> Option<T> {
    adapter.inspect_err(|missing| tracing::info!("{missing}")).ok()
}

fn tell(finding: &Finding, manager: &Manager) {
    let Finding { code, id: _, file, modified: _ } = finding;
    tracing::warn!(file = %file.display(), "{code}");
    if !finding.hides_a_tunnel() {
        manager.note(LogCode::StoreFinding { file: LogText::of(file.display()), what: LogText::of(code) });
    }
}

/// Watches the folder of configuration files. If that is impossible, because the folder is missing or belongs to another user,
/// only SIGHUP has the files read again.
fn watch_conf_files(folder: &Path, manager: Manager) {
    if let Err(error) = folder_changes::watch(folder, move || manager.reread()) {
        tracing::debug!(folder = %folder.display(), %error, "changes of configurations there are not noticed");
    }
}

/// Starts a thread that checks every hour for keys that have become old.
fn watch_keys(manager: Manager) -> anyhow::Result<()> {
    const HOUR: Duration = Duration::from_secs(3_600);
    let watch = move || {
        loop {
            thread::sleep(HOUR);
            manager.remind();
        }
    };
    thread::Builder::new().name("keys".into()).spawn(watch).context("cannot start a thread")?;
    Ok(())
}

/// Starts a thread that reports clock changes, because pauses end by the wall clock, and wake-ups, because the network may have
/// changed during sleep.
fn watch_clock(manager: Manager) -> anyhow::Result<()> {
    let mut changes = match ClockChanges::new() {
        Err(error) if !Part::ClockChanges.is_on(System::THIS) => {
            tracing::warn!("pauses can end late: {error}");
            return Ok(());
        }
        changes => changes.context("cannot watch the clock")?,
    };
    let watch = move || {
        while let Ok(change) = changes.wait() {
            manager.time_has_jumped();
            if let ClockChange::Slept(_) = change {
                manager.has_slept();
            }
        }
    };
    thread::Builder::new().name("clock".into()).spawn(watch).context("cannot start a thread")?;
    Ok(())
}
