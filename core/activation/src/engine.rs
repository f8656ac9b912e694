//! The seam to the tunnel itself: a TUN device, the WireGuard engine on it, and the socket through which `wg` speaks to it.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use adit_config::InterfaceName;
use adit_platform::device::{InterfaceState, TunDevice, UdpFactory};
use adit_platform::devices::Devices;
use adit_platform::network::NetworkEvents;
use adit_platform::uapi_listener::UapiListener;
use adit_protocol::{Dropped, Event, PublicKey};
use adit_tunnel::uapi::{Ended, Limits, serve};
use adit_tunnel::{Control, DataPathView, DeviceUpdate, DeviceView, Handle, Options, TimestampFile, Tunnel, UpdateError};

use super::shutdown::{End, Shutdown};

/// Makes tunnels.
pub trait Engine: Send + Sync {
    /// Starts WireGuard on an interface, which is down. Says to `shutdown` when there is a reason to go.
    fn start(&self, wanted: Wanted<'_>, shutdown: &Shutdown) -> Result<Arc<dyn Running>, StartError>;
}

/// What kind of tunnel.
pub struct Wanted<'a> {
    /// Of the interface.
    pub name: &'a InterfaceName,
    /// Of the interface.
    pub device: TunDevice,
    /// Opens sockets for the encrypted packets.
    pub sockets: Arc<dyn UdpFactory>,
    /// Keys and peers.
    pub update: DeviceUpdate,
    /// Tells when the way to the peers may be another.
    pub network: Box<dyn NetworkEvents>,
    /// Hears of every event, from whichever thread it happens on; must not block.
    pub observer: EngineObserver,
    /// Hears when the interface was moved to another network namespace, or back.
    pub moved: Box<dyn Fn(&InterfaceState) + Send + Sync>,
}

/// Hears of events of the engine.
pub type EngineObserver = Box<dyn Fn(&Event) + Send + Sync>;

/// A tunnel that was started.
pub trait Running: Send + Sync {
    /// Greets all peers that have an endpoint.
    fn initiate_handshakes(&self);
    /// Greets these peers, as far as they have an endpoint.
    fn initiate(&self, peers: &[PublicKey]);
    /// The routes to these peers are others now: each learns our new address at once, and is asked for a handshake.
    fn path_changed(&self, peers: &[PublicKey]);
    /// Asks a peer at another address as well, while it is being asked for a handshake. It is where it answers.
    fn also_ask(&self, peer: &PublicKey, endpoint: SocketAddr);
    /// Reports it early when data to these peers is not answered.
    fn doubt_early(&self, peers: &[PublicKey]);
    /// Ends all sessions and erases their keys.
    fn end_sessions(&self);
    /// What `wg show` would see.
    fn view(&self) -> DeviceView;

    /// How packets are carried at this moment.
    fn data_path(&self) -> DataPathView;
    /// How many packets were dropped since it began, by each reason that there was.
    fn drops(&self) -> Vec<(Dropped, u64)>;
    /// Changes exactly what `update` names, or nothing.
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError>;
    /// Carries packets over another device from now on. Sessions, peers and the socket stay.
    fn replace_device(&self, device: TunDevice) -> io::Result<()>;
    /// Ends it.
    fn stop(&self);
}

/// Why WireGuard did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no interface.
    #[error(transparent)]
    Interface(io::Error),
    /// The tunnel's threads or its socket are not to be had.
    #[error("cannot start the tunnel")]
    Tunnel(#[source] io::Error),
    /// Keys and peers were not taken.
    #[error("the configuration cannot be applied")]
    Update(#[from] UpdateError),
    /// There is no configuration socket.
    #[error(transparent)]
    Socket(io::Error),
    /// No thread to work on.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}

/// Our own engine, in this process.
pub struct Userspace {
    /// What the tunnel is made of.
    pub devices: Arc<dyn Devices>,
    /// The folder that keeps the greatest handshake timestamp of each tunnel.
    pub timestamps: PathBuf,
}

impl Engine for Userspace {
    fn start(&self, wanted: Wanted<'_>, shutdown: &Shutdown) -> Result<Arc<dyn Running>, StartError> {
        let Wanted { name, device, sockets, update, network, observer, moved } = wanted;
        let timestamps = TimestampFile::new(&self.timestamps, name.as_str());
        let options = Options {
            new_stop: self.devices.new_stop(),
            network: Some(network),
            timestamp_floor: timestamps.read(),
            observer: timestamps.observing(observer),
            share_always: false,
            moved,
            danger_timing: None,
        };
        let tunnel = Tunnel::start(device, sockets, options).map_err(StartError::Tunnel)?;
        let handle = tunnel.handle();
        handle.apply(update)?;
        let control: Arc<dyn Control> = Arc::new(GreetsNewPeers(handle.clone()));
        let socket = self.devices.uapi(name).transpose().map_err(StartError::Socket)?;
        let (waiting, by_interface) = (handle.clone(), shutdown.clone());
        let waits = move || {
            waiting.wait();
            // After a stop there is a reason already, or nobody to hear of this one.
            by_interface.end(End::InterfaceRemoved);
        };
        thread::Builder::new().name("interface".into()).spawn(waits).map_err(StartError::Thread)?;
        let uapi = socket.map(|socket| serve_on(socket, control, shutdown)).transpose().map_err(StartError::Thread)?;
        Ok(Arc::new(Started { handle, parts: Mutex::new(Some(Parts { tunnel, uapi })) }))
    }
}

/// Answers `wg` and other tools, on a thread of its own.
fn serve_on(socket: Arc<dyn UapiListener>, control: Arc<dyn Control>, shutdown: &Shutdown) -> io::Result<Uapi> {
    let (listener, by_socket) = (Arc::clone(&socket), shutdown.clone());
    let serves = move || {
        if serve(&*listener, &control, Limits::default()) == Ended::Removed {
            by_socket.end(End::SocketRemoved);
        }
    };
    let server = thread::Builder::new().name("uapi".into()).spawn(serves)?;
    Ok(Uapi { socket, server })
}

/// Greets peers that `wg set` and the like add, as those that the configuration has.
struct GreetsNewPeers(Handle);

impl Control for GreetsNewPeers {
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        let Self(handle) = self;
        let with_endpoint = update.peers.iter().filter(|peer| !peer.remove && peer.endpoint.is_some());
        let named: Vec<PublicKey> = with_endpoint.map(|peer| peer.public_key).collect();
        let new: Vec<PublicKey> = if named.is_empty() {
            Vec::new()
        } else {
            let known = handle.view().peers.into_iter().filter(|peer| peer.endpoint.is_some());
            let known: HashSet<PublicKey> = known.map(|peer| peer.public_key).collect();
            named.into_iter().filter(|peer| update.replace_peers || !known.contains(peer)).collect()
        };
        Control::apply(handle, update)?;
        handle.initiate(&new);
        Ok(())
    }

    fn view(&self) -> DeviceView {
        Control::view(&self.0)
    }
}

struct Started {
    handle: Handle,
    parts: Mutex<Option<Parts>>,
}

struct Parts {
    tunnel: Tunnel,
    /// None where the system has no such socket.
    uapi: Option<Uapi>,
}

struct Uapi {
    socket: Arc<dyn UapiListener>,
    server: JoinHandle<()>,
}

impl Running for Started {
    fn initiate_handshakes(&self) {
        self.handle.initiate_all();
    }

    fn initiate(&self, peers: &[PublicKey]) {
        self.handle.initiate(peers);
    }

    fn path_changed(&self, peers: &[PublicKey]) {
        self.handle.path_changed(peers);
    }

    fn also_ask(&self, peer: &PublicKey, endpoint: SocketAddr) {
        self.handle.also_ask(peer, endpoint);
    }

    fn doubt_early(&self, peers: &[PublicKey]) {
        self.handle.doubt_early(peers, true);
    }

    fn end_sessions(&self) {
        self.handle.end_sessions();
    }

    fn view(&self) -> DeviceView {
        self.handle.view()
    }

    fn drops(&self) -> Vec<(Dropped, u64)> {
        self.handle.plane().drops.iter().collect()
    }

    fn data_path(&self) -> DataPathView {
        self.handle.data_path()
    }

    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        Control::apply(&self.handle, update)
    }

    fn replace_device(&self, device: TunDevice) -> io::Result<()> {
        self.handle.replace_device(device)
    }

    fn stop(&self) {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Parts { tunnel, uapi }) = parts {
            if let Some(Uapi { socket, server }) = uapi {
                socket.close();
                let _ = server.join();
            }
            drop(tunnel);
        }
    }
}
