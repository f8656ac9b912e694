//! The network card of one connection: packets that came for it, and the way to the tunnel.
//!
//! The connection is told that its card takes packets of 64 KiB, and the card has them cut to what the tunnel and the other end
//! take. (Told the truth, `smoltcp` 0.14 drops superpackets of IPv6, which it holds for too long.) So the card also corrects what the
//! connection says in its first packet about the size of segments that it takes.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;

use adit_platform::device::MAX_SUPERPACKET;
use smoltcp::phy::{Checksum, Device, DeviceCapabilities, Medium, PacketMeta, RxToken, TxToken};
use smoltcp::time::Instant;

use super::Shared;
use super::checksum::{hand_over, is_intact, largest_segment};
use super::inbox::Packet;

/// Longest packet without payload, bytes: IPv6 and TCP with all options.
const SHORT: usize = 100;

pub(super) struct Wire {
    shared: Arc<Shared>,
    pub(super) incoming: VecDeque<Packet>,
    way_out: WayOut,
}

/// What is kept about packets that leave.
struct WayOut {
    /// Longest payload of a segment, bytes: what the MTU leaves, or a router on the way said it can take.
    segment: u16,
    /// The last short packet: at the end, the last acknowledgement.
    last_short: Vec<u8>,
}

impl Wire {
    /// `headers`: bytes of IP and TCP in each packet.
    pub(super) fn new(shared: Arc<Shared>, headers: u16) -> Self {
        let segment = u16::try_from(shared.mtu).unwrap_or(u16::MAX).saturating_sub(headers);
        Self { shared, incoming: VecDeque::new(), way_out: WayOut { segment, last_short: Vec::new() } }
    }

    /// The way takes no packets longer than this many bytes; fewer than the least that any way must take are no news to heed.
    pub(super) fn limit(&mut self, mtu: u16, headers: u16) {
        const LEAST: u16 = 552;
        self.way_out.segment = self.way_out.segment.min(mtu.max(LEAST) - headers);
    }

    /// The last short packet, to be sent again.
    pub(super) fn last_short(&self) -> &[u8] {
        &self.way_out.last_short
    }
}

impl Device for Wire {
    type RxToken<'a> = Incoming<'a>;
    type TxToken<'a> = Outgoing<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Incoming<'_>, Outgoing<'_>)> {
        let packet = loop {
            let packet = self.incoming.pop_front()?;
            if packet.verified || is_intact(&packet.bytes) {
                self.way_out.segment = self.way_out.segment.min(largest_segment(&packet.bytes).unwrap_or(u16::MAX));
                break packet;
            }
            self.shared.pool.give(packet.bytes);
        };
        let outgoing = Outgoing { shared: &self.shared, way_out: &mut self.way_out, meta: PacketMeta::default() };
        Some((Incoming { shared: &self.shared, packet }, outgoing))
    }

    fn transmit(&mut self, _: Instant) -> Option<Outgoing<'_>> {
        let has_room = self.shared.outbox.has_room();
        has_room.then_some(Outgoing { shared: &self.shared, way_out: &mut self.way_out, meta: PacketMeta::default() })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        capabilities(MAX_SUPERPACKET, true)
    }
}

/// With superpackets the tunnel completes TCP's checksums, and the wire has verified them.
pub(super) fn capabilities(mtu: usize, superpackets: bool) -> DeviceCapabilities {
    let mut capabilities = DeviceCapabilities::default();
    capabilities.medium = Medium::Ip;
    capabilities.max_transmission_unit = mtu;
    if superpackets {
        capabilities.checksum.tcp = Checksum::None;
        let longest = NonZeroUsize::new(MAX_SUPERPACKET);
        (capabilities.segmentation.tcpv4, capabilities.segmentation.tcpv6) = (longest, longest);
    }
    capabilities
}

pub(super) struct Incoming<'a> {
    shared: &'a Shared,
    packet: Packet,
}

impl RxToken for Incoming<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        let result = read(&self.packet.bytes);
        self.shared.pool.give(self.packet.bytes);
        result
    }
}

pub(super) struct Outgoing<'a> {
    shared: &'a Shared,
    way_out: &'a mut WayOut,
    meta: PacketMeta,
}

impl TxToken for Outgoing<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let mut packet = self.shared.pool.filled(len);
        let result = write(&mut packet);
        let asked = self.meta.segmentation_offload_size.map_or(u16::MAX, u16::from);
        let offload = hand_over(&mut packet, asked.min(self.way_out.segment));
        if len <= SHORT {
            self.way_out.last_short.clone_from(&packet);
        }
        self.shared.outbox.push(packet, offload);
        result
    }

    fn set_meta(&mut self, meta: PacketMeta) {
        self.meta = meta;
    }
}
