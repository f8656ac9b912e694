//! Serves one interface of Windows until the adapter or this process is ended. The adapter and the pipe go with the process.

use std::io;
use std::sync::Arc;

use adit_platform::native;
use adit_platform::uapi_listener::UapiListener;
use adit_platform::windows::tun;
use adit_platform::windows::uapi_pipe::UapiPipe;
use adit_platform::windows::udp::WindowsUdp;
use adit_tunnel::{Options, Tunnel};
use anyhow::{Context, bail};

use super::arguments::Environment;
use super::leaving::until_a_reason_to_leave;

/// The end of the usage message's first sentence.
pub(crate) const SERVES: &str = "until this program is ended, in the foreground.
Needs an elevated prompt, and wintun.dll beside this program. Configure it with `adit wg` or `wg`. The stock `wg` trusts only
pipes of the system account, so for that start this program as that account.";

/// False: as `wireguard-go` on Windows, the program stays in the foreground.
pub(crate) const HAS_BACKGROUND: bool = false;

/// The MTU that WireGuard for Windows sets, too.
const MTU: u16 = 1420;

/// Serves the interface until there is a reason to end.
pub(crate) fn run(name: &str, environment: &Environment) -> anyhow::Result<()> {
    // Without this, tracing would panic when it reports an error of its own on a closed standard error.
    let log = tracing_subscriber::fmt().log_internal_errors(false);
    log.with_max_level(environment.log).with_target(false).with_writer(io::stderr).init();
    if environment.tun.is_some() || environment.socket.is_some() {
        bail!("WG_TUN_FD and WG_UAPI_FD are for systems with file descriptors: unset them");
    }
    let listener: Arc<dyn UapiListener> = Arc::new(UapiPipe::bind(name)?);
    let (device, tunnel) = tun::open(name, MTU)?;
    let options = Options {
        new_stop: native::new_stop,
        observer: Box::new(|event| tracing::debug!(?event)),
        network: None,
        timestamp_floor: None,
        share_always: false,
        moved: Box::new(|_| ()),
        danger_timing: None,
    };
    let udp = WindowsUdp { offloads: environment.offloads, past: Some(tunnel) };
    let tunnel = Tunnel::start(device, Arc::new(udp), options).context("starting the tunnel")?;
    tracing::debug!(interface = name, data_path = %tunnel.handle().data_path(), "started");
    let reason = until_a_reason_to_leave(&tunnel, &listener, None)?;
    tracing::debug!(interface = name, ?reason, data_path = %tunnel.handle().data_path(), "leaving");
    Ok(())
}
