//! The seam to the tunnel itself: a TUN device, the WireGuard engine on it, and the socket through which `wg` speaks to it.

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use adit_config::{Config, InterfaceName};
use adit_platform::device::{Offloads, Stop};
use adit_platform::host::NetworkEvents;
use adit_platform::linux::stop::EventStop;
use adit_platform::linux::tun;
use adit_platform::linux::uapi_socket::{DIRECTORY, UapiSocket};
use adit_platform::linux::udp::LinuxUdp;
use adit_platform::uapi_listener::UapiListener;
use adit_protocol::{PresharedKey, PublicKey};
use adit_tunnel::uapi::{Ended, Limits, serve};
use adit_tunnel::{
    AllowedIp, Control, DeviceUpdate, DeviceView, Handle, Options, PeerUpdate, TimestampFile, Tunnel, wanted_queues,
};
use anyhow::Context;

use super::events::End;

/// Makes tunnels.
pub(super) trait Engine {
    /// Creates the interface, which is down, and starts WireGuard on it. Says to `ends` when there is a reason to go.
    fn start(&self, wanted: Wanted<'_>, ends: mpsc::Sender<End>) -> anyhow::Result<Arc<dyn Running>>;
}

/// What kind of tunnel.
pub(super) struct Wanted<'a> {
    /// Of the interface.
    pub(super) name: &'a InterfaceName,
    /// Largest inner packet, bytes.
    pub(super) mtu: u16,
    /// Keys and peers.
    pub(super) update: DeviceUpdate,
    /// Tells when the way to the peers may be another.
    pub(super) network: Box<dyn NetworkEvents>,
}

/// A tunnel that was started.
pub(crate) trait Running: Send + Sync {
    /// Greets all peers that have an endpoint.
    fn initiate_handshakes(&self);
    /// What `wg show` would see.
    fn view(&self) -> DeviceView;
    /// Ends it, and its interface.
    fn stop(&self);
}

/// The whole configuration as one change; `endpoints` are resolved.
pub(crate) fn update(config: &Config, endpoints: &[(PublicKey, SocketAddr)], mark: u32) -> DeviceUpdate {
    let peers = config.remote_peers().map(|peer| PeerUpdate {
        preshared_key: Some(peer.preshared_key.clone().unwrap_or(PresharedKey::none())),
        endpoint: endpoints.iter().find(|(key, _)| *key == peer.public_key).map(|(_, endpoint)| *endpoint),
        persistent_keepalive: Some(peer.persistent_keepalive.and_then(|keepalive| keepalive.seconds()).map_or(0, u16::from)),
        replace_allowed_ips: true,
        allowed_ips: peer
            .allowed_ips
            .iter()
            .map(|network| (AllowedIp { address: network.address(), prefix: network.prefix() }, true))
            .collect(),
        ..PeerUpdate::new(peer.public_key)
    });
    DeviceUpdate {
        private_key: config.interface.private_key.clone().map(Some),
        listen_port: config.interface.listen_port,
        fwmark: Some(mark),
        replace_peers: true,
        peers: peers.collect(),
    }
}

/// What outlives a tunnel; `ADIT_STATE_DIR` names another place.
fn state_directory() -> PathBuf {
    env::var_os("ADIT_STATE_DIR").filter(|directory| !directory.is_empty()).map_or_else(|| "/var/lib/adit".into(), PathBuf::from)
}

/// Our own engine, in this process.
pub(super) struct Userspace;

impl Engine for Userspace {
    fn start(&self, wanted: Wanted<'_>, ends: mpsc::Sender<End>) -> anyhow::Result<Arc<dyn Running>> {
        let Wanted { name, mtu, update, network } = wanted;
        let device = tun::open(name.as_str(), mtu, wanted_queues(), Offloads::ALL)?;
        let timestamps = TimestampFile::new(&state_directory().join("timestamps"), name.as_str());
        let options = Options {
            new_stop: || Ok(Arc::new(EventStop::new()?) as Arc<dyn Stop>),
            network: Some(network),
            timestamp_floor: timestamps.read(),
            observer: timestamps.observing(|_| {}),
            danger_timing: None,
        };
        let factory = Arc::new(LinuxUdp::default());
        let tunnel = Tunnel::start(device, factory, options).context("cannot start the tunnel")?;
        let handle = tunnel.handle();
        handle.apply(update).context("the configuration cannot be applied")?;
        let control: Arc<dyn Control> = Arc::new(handle.clone());
        let socket = Arc::new(UapiSocket::bind(Path::new(DIRECTORY), name.as_str())?);
        let (waiting, by_interface) = (handle.clone(), ends.clone());
        let waits = move || {
            waiting.wait();
            // Nobody listens any more after a stop.
            let _ = by_interface.send(End::InterfaceRemoved);
        };
        thread::Builder::new().name("interface".into()).spawn(waits).context("cannot start a thread")?;
        let listener = Arc::clone(&socket);
        let server = thread::Builder::new().name("uapi".into()).spawn(move || {
            if serve(&*listener, &control, Limits::default()) == Ended::Removed {
                let _ = ends.send(End::SocketRemoved);
            }
        });
        let server = server.context("cannot start a thread")?;
        Ok(Arc::new(Started { handle, parts: Mutex::new(Some(Parts { tunnel, socket, server })) }))
    }
}

struct Started {
    handle: Handle,
    parts: Mutex<Option<Parts>>,
}

struct Parts {
    tunnel: Tunnel,
    socket: Arc<UapiSocket>,
    server: JoinHandle<()>,
}

impl Running for Started {
    fn initiate_handshakes(&self) {
        self.handle.initiate_all();
    }

    fn view(&self) -> DeviceView {
        self.handle.view()
    }

    fn stop(&self) {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Parts { tunnel, socket, server }) = parts {
            socket.close();
            let _ = server.join();
            drop(tunnel);
        }
    }
}
