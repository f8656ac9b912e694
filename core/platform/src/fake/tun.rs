//! A fake TUN device. The test is its kernel.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::bell::Bell;
use super::lock;
use super::net::Socket;
use crate::device::{InterfaceState, Offload, Ready, Stop, TunCapabilities, TunDevice, TunQueue, UdpSocket};

/// The state of the interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TunState {
    /// Packets pass.
    #[default]
    Up,
    /// Writes fail with `NetworkDown` until the interface is up again.
    Down,
    /// Reads and writes fail with `BrokenPipe` from now on.
    Removed,
}

/// The kernel's side of a fake TUN device.
pub struct FakeTun {
    shared: Arc<Shared>,
}

struct Shared {
    capabilities: TunCapabilities,
    inside: Mutex<Inside>,
    /// Wakes the test when a packet leaves the tunnel.
    kernel: Bell,
    /// One bell for each queue: wakes readers that wait for packets into the tunnel.
    queues: Vec<Arc<Bell>>,
}

struct Inside {
    name: String,
    is_elsewhere: bool,
    state: TunState,
    mtu: usize,
    to_tunnel: Vec<VecDeque<(Offload, Vec<u8>)>>,
    to_kernel: VecDeque<(Offload, Vec<u8>)>,
    written: Vec<usize>,
}

struct Queue {
    shared: Arc<Shared>,
    index: usize,
}

impl FakeTun {
    /// Creates a device with `queues` queues and an MTU of 1420, and returns it with its kernel's side.
    pub fn new(name: &str, queues: usize, capabilities: TunCapabilities) -> (TunDevice, Self) {
        let to_tunnel = vec![VecDeque::new(); queues];
        let inside = Mutex::new(Inside {
            name: name.to_owned(),
            is_elsewhere: false,
            state: TunState::Up,
            mtu: 1420,
            to_tunnel,
            to_kernel: VecDeque::new(),
            written: vec![0; queues],
        });
        let bells = (0..queues).map(|_| Arc::default()).collect();
        let shared = Arc::new(Shared { capabilities, inside, kernel: Bell::default(), queues: bells });
        let queue = |index| Arc::new(Queue { shared: Arc::clone(&shared), index }) as Arc<dyn TunQueue>;
        (TunDevice { name: name.to_owned(), queues: (0..queues).map(queue).collect() }, Self { shared })
    }

    /// Gives `packet` to the tunnel, as the kernel does with packets routed there. The packet is lost if the queue does not
    /// exist.
    pub fn inject(&self, queue: usize, offload: Offload, packet: &[u8]) {
        if let Some(waiting) = lock(&self.shared.inside).to_tunnel.get_mut(queue) {
            waiting.push_back((offload, packet.to_vec()));
        }
        self.ring();
    }

    /// Returns the next packet that came out of the tunnel, if there is one.
    pub fn take(&self) -> Option<(Offload, Vec<u8>)> {
        lock(&self.shared.inside).to_kernel.pop_front()
    }

    /// Waits up to `patience` for the next packet out of the tunnel.
    pub fn take_within(&self, patience: Duration) -> Option<(Offload, Vec<u8>)> {
        self.shared.kernel.wait_until(Instant::now() + patience, || self.take())
    }

    /// Returns the number of packets that came out of the tunnel, for each queue.
    pub fn written(&self) -> Vec<usize> {
        lock(&self.shared.inside).written.clone()
    }

    /// Sets the state of the interface: up, down or removed.
    pub fn set_state(&self, state: TunState) {
        lock(&self.shared.inside).state = state;
        self.ring();
    }

    /// Moves the interface to another network namespace, or back, and renames it. The interface is down afterwards.
    pub fn move_to(&self, name: &str, is_elsewhere: bool) {
        let mut inside = lock(&self.shared.inside);
        (inside.name, inside.is_elsewhere, inside.state) = (name.to_owned(), is_elsewhere, TunState::Down);
    }

    /// Changes the interface's MTU.
    pub fn set_mtu(&self, mtu: usize) {
        lock(&self.shared.inside).mtu = mtu;
    }

    fn ring(&self) {
        self.shared.queues.iter().for_each(|bell| bell.ring());
    }
}

impl Inside {
    fn check(&self) -> io::Result<()> {
        match self.state {
            TunState::Up => Ok(()),
            TunState::Down => Err(io::ErrorKind::NetworkDown.into()),
            TunState::Removed => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Queue {
    fn bell(&self) -> io::Result<&Arc<Bell>> {
        self.shared.queues.get(self.index).ok_or(io::ErrorKind::NotFound.into())
    }

    fn is_readable(&self) -> bool {
        let inside = lock(&self.shared.inside);
        inside.state == TunState::Removed || inside.to_tunnel.get(self.index).is_some_and(|waiting| !waiting.is_empty())
    }
}

impl TunQueue for Queue {
    fn recv(&self, buffer: &mut [u8]) -> io::Result<(usize, Offload)> {
        let mut inside = lock(&self.shared.inside);
        if inside.state == TunState::Removed {
            inside.check()?;
        }
        let waiting = inside.to_tunnel.get_mut(self.index).and_then(VecDeque::pop_front);
        let (offload, packet) = waiting.ok_or(io::ErrorKind::WouldBlock)?;
        buffer.get_mut(..packet.len()).ok_or(io::ErrorKind::InvalidData)?.copy_from_slice(&packet);
        Ok((packet.len(), offload))
    }

    fn send(&self, offload: Offload, packet: &[u8]) -> io::Result<()> {
        let mut inside = lock(&self.shared.inside);
        inside.check()?;
        if !matches!(packet.first().map(|byte| byte >> 4), Some(4 | 6)) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        inside.to_kernel.push_back((offload, packet.to_vec()));
        if let Some(written) = inside.written.get_mut(self.index) {
            *written += 1;
        }
        drop(inside);
        self.shared.kernel.ring();
        Ok(())
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        Ok(self.bell()?.wait(stop, patience, || self.is_readable()))
    }

    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        let socket = socket.as_any().downcast_ref::<Socket>().ok_or(io::ErrorKind::Unsupported)?;
        let bell = self.bell()?;
        socket.also_ring(bell);
        Ok(bell.wait(stop, patience, || self.is_readable() || socket.is_readable()))
    }

    fn capabilities(&self) -> TunCapabilities {
        self.shared.capabilities
    }

    fn mtu(&self) -> usize {
        lock(&self.shared.inside).mtu
    }

    fn interface(&self) -> io::Result<InterfaceState> {
        let inside = lock(&self.shared.inside);
        match inside.state {
            TunState::Removed => Err(io::ErrorKind::BrokenPipe.into()),
            state => {
                Ok(InterfaceState { name: inside.name.clone(), is_up: state == TunState::Up, is_elsewhere: inside.is_elsewhere })
            }
        }
    }

    fn prefer_segments(&self, _most: usize) {}
}
