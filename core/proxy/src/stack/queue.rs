//! The stack as a TUN device for the tunnel, with one queue that accepts and returns TCP superpackets.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use adit_platform::device::{Checksum, Offload, Ready, Stop, TunCapabilities, TunQueue, UdpSocket};

use super::Shared;

/// The device's only queue. The tunnel holds it, so the stack ends with the tunnel.
pub(super) struct Queue(Arc<Shared>);

impl Queue {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

impl TunQueue for Queue {
    fn recv(&self, buffer: &mut [u8]) -> io::Result<(usize, Offload)> {
        let (packet, offload) = self.0.outbox.pop()?;
        let len = packet.len();
        buffer.get_mut(..len).ok_or(io::ErrorKind::InvalidData)?.copy_from_slice(&packet);
        self.0.pool.give(packet);
        Ok((len, offload))
    }

    fn send(&self, offload: Offload, packet: &[u8]) -> io::Result<()> {
        self.0.deliver(packet, offload.checksum != Checksum::Complete);
        Ok(())
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        self.0.outbox.wait(stop, patience)
    }

    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        self.0.outbox.wait_with(socket, stop, patience)
    }

    fn capabilities(&self) -> TunCapabilities {
        TunCapabilities { tcp_segmentation: true, udp_segmentation: false }
    }

    fn mtu(&self) -> usize {
        self.0.mtu
    }

    /// Ignored, because each connection's stack makes superpackets as long as possible.
    fn prefer_segments(&self, _most: usize) {}
}
