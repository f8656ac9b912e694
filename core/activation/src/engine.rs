//! The interface to the tunnel itself: a TUN device, the WireGuard engine on it, and the socket that `wg` connects to.

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

/// Starts tunnels.
pub trait Engine: Send + Sync {
    /// Starts WireGuard on an interface that is down. Calls `shutdown` when there is a reason to end.
    fn start(&self, wanted: Wanted<'_>, shutdown: &Shutdown) -> Result<Arc<dyn Running>, StartError>;
}

/// The parameters of a tunnel.
pub struct Wanted<'a> {
    /// Name of the interface.
    pub name: &'a InterfaceName,
    /// The device of the interface.
    pub device: TunDevice,
    /// Opens sockets for the encrypted packets.
    pub sockets: Arc<dyn UdpFactory>,
    /// Keys and peers.
    pub update: DeviceUpdate,
    /// Reports that the paths to the peers may have changed.
    pub network: Box<dyn NetworkEvents>,
    /// Gets every event, on any thread; must not block.
    pub observer: EngineObserver,
    /// Is called when the interface was moved to another network namespace, or back.
    pub moved: Box<dyn Fn(&InterfaceState) + Send + Sync>,
}

/// Receives the events of the engine.
pub type EngineObserver = Box<dyn Fn(&Event) + Send + Sync>;

/// A running tunnel.
pub trait Running: Send + Sync {
    /// Begins handshakes with all peers that have an endpoint.
    fn initiate_handshakes(&self);
    /// Begins handshakes with those of these peers that have an endpoint.
    fn initiate(&self, peers: &[PublicKey]);
    /// Handles a change of the routes to these peers: sends each a packet from our new address at once, and begins a handshake.
    fn path_changed(&self, peers: &[PublicKey]);
    /// Sends the current initiation to another address of the peer as well. The address that answers becomes its endpoint.
    fn also_ask(&self, peer: &PublicKey, endpoint: SocketAddr);
    /// Reports unanswered data to these peers earlier than usual.
    fn doubt_early(&self, peers: &[PublicKey]);
    /// Ends all sessions and erases their keys.
    fn end_sessions(&self);
    /// Returns the state that `wg show` would print.
    fn view(&self) -> DeviceView;

    /// Returns how packets are carried at this moment.
    fn data_path(&self) -> DataPathView;
    /// Returns the number of dropped packets since the start, for each reason that occurred.
    fn drops(&self) -> Vec<(Dropped, u64)>;
    /// Applies exactly the changes that `update` names, or none.
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError>;
    /// Carries packets over another device from now on. Sessions, peers and the socket stay.
    fn replace_device(&self, device: TunDevice) -> io::Result<()>;
    /// Stops the tunnel.
    fn stop(&self);
}

/// Why WireGuard did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The interface could not be opened.
    #[error(transparent)]
    Interface(io::Error),
    /// The tunnel's threads or its socket could not be created.
    #[error("cannot start the tunnel")]
    Tunnel(#[source] io::Error),
    /// The engine rejected keys or peers.
    #[error("the configuration cannot be applied")]
    Update(#[from] UpdateError),
    /// The configuration socket could not be created.
    #[error(transparent)]
    Socket(io::Error),
    /// No thread could be started.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}

/// Our own engine, in this process.
pub struct Userspace {
    /// Opens the tunnel's devices.
    pub devices: Arc<dyn Devices>,
    /// The folder that stores the greatest handshake timestamp of each tunnel.
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
            // After a stop there is a reason already, or nobody to receive this one.
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

/// Begins handshakes with peers added by `wg set` and other tools, as with those of the configuration.
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
    /// The configuration socket. None where the system has no such socket.
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
