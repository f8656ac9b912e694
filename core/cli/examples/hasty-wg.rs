//! `hasty-wg NAME`: `adit-wg` with timers of seconds in the place of minutes, so that a test can watch many rekeyings. It keeps its
//! words to a peer with the protocol's own timers as long as it is the one that starts. For tests only: never installed.
#![forbid(unsafe_code)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use adit_platform::device::{Offloads, Stop};
use adit_platform::linux::stop::EventStop;
use adit_platform::linux::tun;
use adit_platform::linux::uapi_socket::{DIRECTORY, UapiSocket};
use adit_platform::linux::udp::LinuxUdp;
use adit_protocol::timing::Timing;
use adit_tunnel::uapi::{Limits, serve};
use adit_tunnel::{Control, Options, Tunnel};
use anyhow::Context as _;

const HASTY: Timing = Timing {
    rekey_after: Duration::from_secs(1),
    reject_after: Duration::from_secs(6),
    rekey_timeout: Duration::from_secs(1),
    rekey_attempt: Duration::from_secs(18),
    keepalive: Duration::from_secs(2),
};

fn main() -> anyhow::Result<()> {
    let name = std::env::args().nth(1).context("usage: hasty-wg NAME")?;
    let device = tun::open(&name, 1420, 1, Offloads::ALL)?;
    let socket = UapiSocket::bind(Path::new(DIRECTORY), &device.name)?;
    let options = Options {
        new_stop: || Ok(Arc::new(EventStop::new()?) as Arc<dyn Stop>),
        observer: Box::new(|_| ()),
        network: None,
        timestamp_floor: None,
        danger_timing: Some(HASTY),
    };
    let tunnel = Tunnel::start(device, Arc::new(LinuxUdp::default()), options)?;
    serve(&socket, &(Arc::new(tunnel.handle()) as Arc<dyn Control>), Limits::default());
    Ok(())
}
