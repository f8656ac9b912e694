//! Starts the tunnel engine on a device with a configuration.

use std::net::SocketAddr;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use adit_activation::whole_update;
use adit_config::{Config, Host, Peer};
use adit_platform::device::TunDevice;
use adit_platform::native;
use adit_protocol::{Event, PublicKey};
use adit_tunnel::{Control, Handle, Options, PeerView, Tunnel};
use anyhow::{Context, bail};

use crate::sockets::PATIENCE;

/// A tunnel that runs in this process, and its events.
pub(crate) struct Running {
    tunnel: Tunnel,
    events: Receiver<(Event, Instant)>,
}

impl Running {
    /// Starts the threads; sockets are opened in the calling thread's network namespace.
    pub(crate) fn start(device: TunDevice, config: &Config) -> anyhow::Result<Self> {
        let (sender, events) = channel();
        let options = Options {
            new_stop: native::new_stop,
            observer: Box::new(move |event| {
                // The receiver is gone when the tunnel is about to end.
                let _ = sender.send((event.clone(), Instant::now()));
            }),
            network: None,
            timestamp_floor: None,
            share_always: false,
            moved: Box::new(|_| ()),
            danger_timing: None,
        };
        let tunnel = Tunnel::start(device, native::udp()?, options).context("starting a tunnel")?;
        tunnel.handle().apply(whole_update(config, &endpoints(config), 0)).context("configuring a tunnel")?;
        Ok(Self { tunnel, events })
    }

    /// Returns the UDP port.
    pub(crate) fn port(&self) -> u16 {
        self.handle().view().listen_port
    }

    /// Starts a handshake with the only peer, and returns how long it took until both ends had their keys.
    pub(crate) fn shake_hands(&self) -> anyhow::Result<Duration> {
        let start = Instant::now();
        self.handle().initiate_all();
        while let Ok((event, at)) = self.events.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
            if matches!(event, Event::HandshakeCompleted { initiator: true, .. }) {
                return Ok(at.duration_since(start));
            }
        }
        bail!("the peer did not answer within {} s", PATIENCE.as_secs())
    }

    /// Returns the only peer with its counters.
    pub(crate) fn peer(&self) -> anyhow::Result<PeerView> {
        self.handle().view().peers.pop().context("the tunnel has lost its peer")
    }

    fn handle(&self) -> Handle {
        self.tunnel.handle()
    }
}

/// Returns the peers' endpoints, which are addresses here, never names.
fn endpoints(config: &Config) -> Vec<(PublicKey, SocketAddr)> {
    let endpoint = |peer: &Peer| match peer.endpoint.as_ref()?.host {
        Host::Ip(address) => Some((peer.public_key, SocketAddr::new(address, peer.endpoint.as_ref()?.port))),
        Host::Scoped { .. } | Host::Name(_) => None,
    };
    config.remote_peers().filter_map(endpoint).collect()
}
