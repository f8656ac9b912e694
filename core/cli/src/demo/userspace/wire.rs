//! The stack's network card: two queues of packets.

use std::collections::VecDeque;

use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::time::Instant;

/// Packets that may wait in either direction.
pub(super) const CAPACITY: usize = 512;

/// Packets from and to the tunnel.
pub(super) struct Wire {
    pub(super) from_tunnel: VecDeque<Vec<u8>>,
    pub(super) to_tunnel: VecDeque<Vec<u8>>,
    /// Whether something was added to `to_tunnel` since somebody last asked.
    pub(super) has_sent: bool,
    mtu: usize,
}

impl Wire {
    /// With nothing on it.
    pub(super) fn new(mtu: usize) -> Self {
        Self { from_tunnel: VecDeque::new(), to_tunnel: VecDeque::new(), has_sent: false, mtu }
    }
}

/// A packet from the tunnel.
pub(super) struct Incoming(Vec<u8>);

/// Room for a packet to the tunnel.
pub(super) struct Outgoing<'a> {
    queue: &'a mut VecDeque<Vec<u8>>,
    has_sent: &'a mut bool,
}

impl Device for Wire {
    type RxToken<'a> = Incoming;
    type TxToken<'a> = Outgoing<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Incoming, Outgoing<'_>)> {
        // The answer to a packet may be one too many: the queue's end is soft.
        let packet = self.from_tunnel.pop_front()?;
        Some((Incoming(packet), Outgoing { queue: &mut self.to_tunnel, has_sent: &mut self.has_sent }))
    }

    fn transmit(&mut self, _: Instant) -> Option<Outgoing<'_>> {
        let has_room = self.to_tunnel.len() < CAPACITY;
        has_room.then_some(Outgoing { queue: &mut self.to_tunnel, has_sent: &mut self.has_sent })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = self.mtu;
        capabilities
    }
}

impl RxToken for Incoming {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl TxToken for Outgoing<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let mut packet = vec![0; len];
        let result = write(&mut packet);
        self.queue.push_back(packet);
        *self.has_sent = true;
        result
    }
}
