//! Devices in memory on one host of a [`FakeNet`](super::FakeNet). The test plays the kernel's side of each interface.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::{fmt, io};

use adit_config::InterfaceName;

use super::lock;
use super::{FakeHost, FakeNet, FakeStop, FakeTun};
use crate::device::{Offloads, Stop, TunCapabilities, TunDevice, UdpFactory};
use crate::devices::{Claim, ClaimError, Devices, Owner};
use crate::uapi_listener::{Incoming, UapiListener};

/// Creates fake devices and gives access to the kernel's side of each. Clones share all devices.
#[derive(Clone)]
pub struct FakeDevices {
    host: FakeHost,
    tuns: Arc<Mutex<BTreeMap<InterfaceName, Arc<FakeTun>>>>,
    sockets: Arc<Mutex<BTreeMap<InterfaceName, Arc<Socket>>>>,
    claims: Arc<Mutex<BTreeSet<InterfaceName>>>,
}

impl Default for FakeDevices {
    /// Creates devices on a host without addresses.
    fn default() -> Self {
        Self::on(FakeNet::new().host(&[], Offloads::NONE))
    }
}

impl fmt::Debug for FakeDevices {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FakeDevices").finish_non_exhaustive()
    }
}

impl FakeDevices {
    /// Creates devices on `host`.
    pub fn on(host: FakeHost) -> Self {
        Self { host, tuns: Arc::default(), sockets: Arc::default(), claims: Arc::default() }
    }

    /// Returns the kernel's side of the interface that was last opened under this name.
    pub fn tun(&self, name: &InterfaceName) -> Option<Arc<FakeTun>> {
        lock(&self.tuns).get(name).cloned()
    }

    /// Removes the file of the interface's configuration socket.
    pub fn remove_socket(&self, name: &InterfaceName) {
        if let Some(socket) = lock(&self.sockets).get(name) {
            socket.end(SocketEnd::Removed);
        }
    }

    pub(super) fn open_tun(&self, name: &InterfaceName, mtu: u16, queues: usize) -> io::Result<TunDevice> {
        let (device, tun) = FakeTun::new(name.as_str(), queues, TunCapabilities::default());
        tun.set_mtu(mtu.into());
        lock(&self.tuns).insert(name.clone(), Arc::new(tun));
        Ok(device)
    }

    pub(super) fn udp(&self) -> Arc<dyn UdpFactory> {
        Arc::new(self.host.clone())
    }

    /// Returns the claimed interface names.
    pub fn claimed(&self) -> BTreeSet<InterfaceName> {
        lock(&self.claims).clone()
    }
}

impl Devices for FakeDevices {
    fn new_stop(&self) -> fn() -> io::Result<Arc<dyn Stop>> {
        || Ok(Arc::new(FakeStop::new()) as Arc<dyn Stop>)
    }

    fn uapi(&self, name: &InterfaceName) -> Option<io::Result<Arc<dyn UapiListener>>> {
        let socket = Arc::new(Socket::default());
        lock(&self.sockets).insert(name.clone(), Arc::clone(&socket));
        Some(Ok(socket))
    }

    fn claim(&self, name: &InterfaceName, owner: Owner) -> Result<Box<dyn Claim>, ClaimError> {
        if !lock(&self.claims).insert(name.clone()) {
            return Err(ClaimError::Held { name: name.clone(), process: NonZeroU32::MIN, owner });
        }
        Ok(Box::new(Claimed { name: name.clone(), claims: Arc::clone(&self.claims) }))
    }
}

struct Claimed {
    name: InterfaceName,
    claims: Arc<Mutex<BTreeSet<InterfaceName>>>,
}

impl Claim for Claimed {}

impl Drop for Claimed {
    fn drop(&mut self) {
        lock(&self.claims).remove(&self.name);
    }
}

#[derive(Clone, Copy)]
enum SocketEnd {
    Removed,
    Closed,
}

/// A configuration socket that no client connects to.
#[derive(Default)]
struct Socket {
    ended: Mutex<Option<SocketEnd>>,
    changed: Condvar,
}

impl Socket {
    fn end(&self, end: SocketEnd) {
        lock(&self.ended).get_or_insert(end);
        self.changed.notify_all();
    }
}

impl UapiListener for Socket {
    fn accept(&self) -> io::Result<Incoming> {
        let mut ended = lock(&self.ended);
        loop {
            match *ended {
                Some(SocketEnd::Removed) => return Ok(Incoming::Removed),
                Some(SocketEnd::Closed) => return Ok(Incoming::Closed),
                None => ended = self.changed.wait(ended).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn close(&self) {
        self.end(SocketEnd::Closed);
    }

    fn interface_index(&self, _: &str) -> Option<u32> {
        None
    }
}
