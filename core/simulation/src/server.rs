//! A WireGuard server on another computer in memory, which sends every packet back.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use adit_activation::fake::config;
use adit_activation::{
    HookPolicy, Patience, Platform, Progress, Reporter, Request, Shutdown, SystemResolver, Userspace, bring_up,
};
use adit_platform::device::Offloads;
use adit_platform::fake::{FakeDevices, FakeNet, FakeTun, RecordingCommands, RecordingHost};
use anyhow::Context as _;

use crate::samples::Sample;

/// The interval at which a server checks whether to end.
const LOOK: Duration = Duration::from_millis(500);

/// A running server. Dropping it ends it.
pub(crate) struct Server(Arc<AtomicBool>);

impl Server {
    /// Starts the server of `sample` at `address`. `folder` keeps its handshake timestamps.
    pub(crate) fn start(net: &FakeNet, address: Ipv4Addr, sample: &Sample, folder: &Path) -> anyhow::Result<Self> {
        let devices = FakeDevices::on(net.host(&[address.into()], Offloads::NONE));
        let timestamps = folder.join("servers");
        let platform = Platform {
            network: RecordingHost::with_devices(devices.clone()).network(),
            engine: Arc::new(Userspace { devices: Arc::new(devices.clone()), timestamps }),
            commands: Arc::new(RecordingCommands::default()),
            resolver: Arc::new(SystemResolver),
        };
        let request = Request {
            config: config(&sample.server_config()),
            name: sample.interface.parse()?,
            hooks: HookPolicy::Never,
            patience: Patience::Retries(0),
            kill_switch: None,
            allow_ipv6_outside: false,
            yields: false,
        };
        let (name, reporter) = (request.name.clone(), Arc::new(Silent) as Arc<dyn Reporter>);
        let tunnel = bring_up(request, &platform, &Shutdown::default(), &reporter, Box::new(|_| {}))?;
        let tun = devices.tun(&name).context("it has no interface")?;
        let ends = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ends);
        thread::Builder::new().name("echo".into()).spawn(move || {
            echo(&tun, &until);
            drop(tunnel);
        })?;
        Ok(Self(ends))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Sends each IPv4 packet back to its sender.
fn echo(tun: &FakeTun, ends: &AtomicBool) {
    while !ends.load(Ordering::Relaxed) {
        let Some((offload, mut packet)) = tun.take_within(LOOK) else { continue };
        if packet.len() >= 20 && packet[0] >> 4 == 4 {
            // The sum of the header stays the same where two of its words are exchanged.
            let (source, destination): ([u8; 4], [u8; 4]) = (field(&packet, 12), field(&packet, 16));
            packet[12..16].copy_from_slice(&destination);
            packet[16..20].copy_from_slice(&source);
            tun.inject(0, offload, &packet);
        }
    }
}

fn field(packet: &[u8], at: usize) -> [u8; 4] {
    [packet[at], packet[at + 1], packet[at + 2], packet[at + 3]]
}

struct Silent;

impl Reporter for Silent {
    fn report(&self, _: &Progress) {}
}
