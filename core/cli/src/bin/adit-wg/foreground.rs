//! Serves one interface until the interface disappears, its socket is removed, or a signal arrives.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use adit_platform::device::TunDevice;
use adit_platform::linux::sandbox::system_calls;
use adit_platform::linux::uapi_socket::{DIRECTORY, UapiSocket, UapiSocketError};
use adit_platform::linux::udp::LinuxUdp;
use adit_platform::linux::{inherited, network, tun};
use adit_platform::native;
use adit_platform::native::signals::{Signal, Signals};
use adit_platform::uapi_listener::UapiListener;
use adit_platform::unix::session;
use adit_tunnel::{Options, Tunnel, wanted_queues};
use anyhow::Context;

use super::arguments::Environment;
use super::background::READY;
use super::leaving::until_a_reason_to_leave;

/// The end of the usage message's first sentence.
pub(crate) const SERVES: &str = "until the interface or its socket /var/run/wireguard/INTERFACE-NAME.sock is removed.
Configure it with `wg`, or let wg-quick start it: WG_QUICK_USERSPACE_IMPLEMENTATION=adit-wg wg-quick up FILE";

/// True if the tunnel can run in the background.
pub(crate) const HAS_BACKGROUND: bool = true;

/// The MTU that `wireguard-go` sets; `wg-quick` sets its own.
const MTU: u16 = 1420;

/// The longest wait for the previous process of the interface to release its socket.
const PREDECESSOR: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(10);

/// Serves the interface until there is a reason to end.
pub(crate) fn run(name: &str, environment: &Environment) -> anyhow::Result<()> {
    // Without this, tracing would panic when it reports an error of its own on a closed standard error.
    let log = tracing_subscriber::fmt().log_internal_errors(false);
    log.with_max_level(environment.log).with_target(false).with_writer(io::stderr).init();
    if let Err(error) = system_calls::give_up_starting_programs() {
        tracing::warn!("an intruder could start programs: {error}");
    }
    // From here on a signal must not end the process at once: that would leave the socket's file behind.
    let signals = Signals::listen(&[Signal::Terminate, Signal::Interrupt]).context("waiting for signals")?;
    let device = open_device(name, environment)?;
    let name = device.name.clone();
    let socket: Arc<dyn UapiListener> = Arc::new(open_socket(&name, environment)?);
    let options = Options {
        new_stop: native::new_stop,
        observer: Box::new(|event| tracing::debug!(?event)),
        network: Some(network::events()?),
        timestamp_floor: None,
        share_always: false,
        moved: Box::new(|_| ()),
        danger_timing: None,
    };
    let tunnel =
        Tunnel::start(device, Arc::new(LinuxUdp { offloads: environment.offloads }), options).context("starting the tunnel")?;
    if environment.reports_to_parent {
        report_to_parent(environment.keeps_output)?;
    }
    tracing::debug!(interface = name, data_path = %tunnel.handle().data_path(), "started");
    let reason = until_a_reason_to_leave(&tunnel, &socket, Some(signals))?;
    tracing::debug!(interface = name, ?reason, data_path = %tunnel.handle().data_path(), "leaving");
    // Removes the socket first: a successor needs the name, and erasing much memory takes time.
    drop(socket);
    Ok(())
}

fn open_device(name: &str, environment: &Environment) -> anyhow::Result<TunDevice> {
    match environment.tun {
        Some(number) => {
            let fd = inherited::descriptor(number).with_context(|| format!("WG_TUN_FD={number}"))?;
            tun::from_fd(fd, environment.offloads).with_context(|| format!("WG_TUN_FD={number}"))
        }
        None => Ok(tun::open(name, MTU, environment.queues.unwrap_or_else(wanted_queues), environment.offloads)?),
    }
}

fn open_socket(name: &str, environment: &Environment) -> anyhow::Result<UapiSocket> {
    match environment.socket {
        Some(number) => {
            let fd = inherited::descriptor(number).with_context(|| format!("WG_UAPI_FD={number}"))?;
            UapiSocket::from_fd(fd, Path::new(DIRECTORY), name).with_context(|| format!("WG_UAPI_FD={number}"))
        }
        None => bind_after_predecessor(name),
    }
}

/// Binds the socket of the interface `name`, and waits up to [`PREDECESSOR`] while another process holds it. This process owns
/// the interface, so a process that still has the socket has lost its own interface and is about to end, unless it runs in
/// another network namespace.
fn bind_after_predecessor(name: &str) -> anyhow::Result<UapiSocket> {
    let deadline = Instant::now() + PREDECESSOR;
    loop {
        match UapiSocket::bind(Path::new(DIRECTORY), name) {
            Err(UapiSocketError::InUse(_)) if Instant::now() < deadline => thread::sleep(PAUSE),
            bound => return Ok(bound?),
        }
    }
}

fn report_to_parent(keeps_output: bool) -> anyhow::Result<()> {
    session::start().context("leaving the terminal's session")?;
    let mut out = io::stdout().lock();
    writeln!(out, "{READY}").and_then(|()| out.flush()).context("reporting to the parent")?;
    session::silence(keeps_output).context("letting go of the terminal")
}
