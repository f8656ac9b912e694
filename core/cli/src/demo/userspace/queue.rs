//! The stack as a tunnel sees it: a TUN device that takes plain packets.

use std::io;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use adit_platform::device::{Offload, Ready, Segmentation, Stop, TunCapabilities, TunQueue, UdpSocket};

use super::Shared;
use super::wire::CAPACITY;

/// How often a [`Stop`] is looked at, which cannot ring a condition variable.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The only queue.
pub(super) struct Queue {
    shared: Arc<Shared>,
    mtu: usize,
}

impl Queue {
    /// For a stack with this MTU.
    pub(super) fn new(shared: Arc<Shared>, mtu: usize) -> Self {
        Self { shared, mtu }
    }
}

impl TunQueue for Queue {
    fn recv(&self, buffer: &mut [u8]) -> io::Result<(usize, Offload)> {
        let mut inside = self.shared.lock();
        if inside.ended {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let was_full = inside.wire.to_tunnel.len() >= CAPACITY;
        let packet = inside.wire.to_tunnel.pop_front().ok_or(io::ErrorKind::WouldBlock)?;
        drop(inside);
        if was_full {
            self.shared.work.notify_one();
        }
        buffer.get_mut(..packet.len()).ok_or(io::ErrorKind::InvalidData)?.copy_from_slice(&packet);
        Ok((packet.len(), Offload::default()))
    }

    fn send(&self, offload: Offload, packet: &[u8]) -> io::Result<()> {
        if offload.segmentation != Segmentation::None {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut inside = self.shared.lock();
        if inside.ended {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // Beyond that it is lost, as in any router: TCP slows down.
        if inside.wire.from_tunnel.len() < CAPACITY {
            inside.wire.from_tunnel.push_back(packet.to_vec());
        }
        drop(inside);
        self.shared.work.notify_one();
        Ok(())
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut inside = self.shared.lock();
        loop {
            if stop.is_stopped() {
                return Ok(Ready::Stopped);
            }
            if inside.ended || !inside.wire.to_tunnel.is_empty() {
                return Ok(Ready::Readable);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return Ok(Ready::Nothing);
            }
            inside = self.shared.packets.wait_timeout(inside, LOOK_EVERY).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The stack in user space has nothing that the system could wait for.
    fn wait_with(&self, _: &dyn UdpSocket, _: &dyn Stop, _: Option<Duration>) -> io::Result<Ready> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn capabilities(&self) -> TunCapabilities {
        TunCapabilities::default()
    }

    fn mtu(&self) -> usize {
        self.mtu
    }

    fn prefer_segments(&self, _most: usize) {}
}
