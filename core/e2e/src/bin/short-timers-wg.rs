//! `adit-wg` for tests that cannot wait for minutes: the same tunnel on the same devices behind the same socket, with the
//! intervals of [`adit_e2e::short_timers`]. It prints each event and, at each `wg show`, the drop counters.
#![forbid(unsafe_code)]

use std::path::Path;
use std::sync::Arc;

use adit_e2e::short_timers::SHORT;
use adit_platform::device::{Offloads, Stop};
use adit_platform::linux::network::LinuxNetwork;
use adit_platform::linux::stop::EventStop;
use adit_platform::linux::tun;
use adit_platform::linux::uapi_socket::{DIRECTORY, UapiSocket};
use adit_platform::linux::udp::LinuxUdp;
use adit_platform::network::Network as _;
use adit_tunnel::uapi::{Limits, serve};
use adit_tunnel::{Control, DeviceUpdate, DeviceView, Handle, Options, Tunnel, UpdateError};
use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let name = std::env::args().nth(2).context("usage: short-timers-wg -f NAME")?;
    let device = tun::open(&name, 1420, 1, Offloads::ALL)?;
    let socket = UapiSocket::bind(Path::new(DIRECTORY), &name)?;
    let options = Options {
        new_stop: || Ok(Arc::new(EventStop::new()?) as Arc<dyn Stop>),
        observer: Box::new(|event| println!("{event:?}")),
        network: Some(LinuxNetwork::default().events()?),
        timestamp_floor: None,
        share_always: false,
        moved: Box::new(|_| ()),
        danger_timing: Some(SHORT),
    };
    let tunnel = Tunnel::start(device, Arc::new(LinuxUdp::default()), options)?;
    let control: Arc<dyn Control> = Arc::new(TellingDrops(tunnel.handle()));
    serve(&socket, &control, Limits::default());
    Ok(())
}

struct TellingDrops(Handle);

impl Control for TellingDrops {
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        self.0.apply(update)
    }

    fn view(&self) -> DeviceView {
        for (reason, count) in self.0.plane().drops.iter() {
            println!("dropped {} {count}", reason.as_str());
        }
        self.0.view()
    }
}
