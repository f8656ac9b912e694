//! The seam to the tunnel itself: a TUN device, the WireGuard engine on it, and the socket through which `wg` speaks to it.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use adit_config::InterfaceName;
use adit_platform::device::InterfaceState;
use adit_platform::devices::Devices;
use adit_platform::host::NetworkEvents;
use adit_platform::uapi_listener::UapiListener;
use adit_protocol::Event;
use adit_tunnel::uapi::{Ended, Limits, serve};
use adit_tunnel::{
    Control, DataPathView, DeviceUpdate, DeviceView, Handle, Options, TimestampFile, Tunnel, UpdateError, wanted_queues,
};

use super::ends::{End, Ends};

/// Makes tunnels.
pub trait Engine: Send + Sync {
    /// Creates the interface, which is down, and starts WireGuard on it. Says to `ends` when there is a reason to go.
    fn start(&self, wanted: Wanted<'_>, ends: &Ends) -> Result<Arc<dyn Running>, StartError>;
}

/// What kind of tunnel.
pub struct Wanted<'a> {
    /// Of the interface.
    pub name: &'a InterfaceName,
    /// Largest inner packet, bytes.
    pub mtu: u16,
    /// Keys and peers.
    pub update: DeviceUpdate,
    /// Tells when the way to the peers may be another.
    pub network: Box<dyn NetworkEvents>,
    /// Hears of every event, from whichever thread it happens on; must not block.
    pub observer: Observer,
    /// Hears when the interface was moved to another network namespace, or back.
    pub moved: Box<dyn Fn(&InterfaceState) + Send + Sync>,
}

/// Hears of events of the engine.
pub type Observer = Box<dyn Fn(&Event) + Send + Sync>;

/// A tunnel that was started.
pub trait Running: Send + Sync {
    /// Greets all peers that have an endpoint.
    fn initiate_handshakes(&self);
    /// What `wg show` would see.
    fn view(&self) -> DeviceView;

    /// How packets are carried at this moment.
    fn data_path(&self) -> DataPathView;
    /// Changes exactly what `update` names, or nothing.
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError>;
    /// Ends it, and its interface.
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
    fn start(&self, wanted: Wanted<'_>, ends: &Ends) -> Result<Arc<dyn Running>, StartError> {
        let Wanted { name, mtu, update, network, observer, moved } = wanted;
        let device = self.devices.open_tun(name, mtu, wanted_queues()).map_err(StartError::Interface)?;
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
        let tunnel = Tunnel::start(device, self.devices.udp(), options).map_err(StartError::Tunnel)?;
        let handle = tunnel.handle();
        handle.apply(update)?;
        let control: Arc<dyn Control> = Arc::new(handle.clone());
        let socket = self.devices.uapi(name).map_err(StartError::Socket)?;
        let (waiting, by_interface) = (handle.clone(), ends.clone());
        let waits = move || {
            waiting.wait();
            // After a stop there is a reason already, or nobody to hear of this one.
            by_interface.end(End::InterfaceRemoved);
        };
        thread::Builder::new().name("interface".into()).spawn(waits).map_err(StartError::Thread)?;
        let (listener, by_socket) = (Arc::clone(&socket), ends.clone());
        let serves = move || {
            if serve(&*listener, &control, Limits::default()) == Ended::Removed {
                by_socket.end(End::SocketRemoved);
            }
        };
        let server = thread::Builder::new().name("uapi".into()).spawn(serves).map_err(StartError::Thread)?;
        Ok(Arc::new(Started { handle, parts: Mutex::new(Some(Parts { tunnel, socket, server })) }))
    }
}

struct Started {
    handle: Handle,
    parts: Mutex<Option<Parts>>,
}

struct Parts {
    tunnel: Tunnel,
    socket: Arc<dyn UapiListener>,
    server: JoinHandle<()>,
}

impl Running for Started {
    fn initiate_handshakes(&self) {
        self.handle.initiate_all();
    }

    fn view(&self) -> DeviceView {
        self.handle.view()
    }

    fn data_path(&self) -> DataPathView {
        self.handle.data_path()
    }

    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        Control::apply(&self.handle, update)
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
