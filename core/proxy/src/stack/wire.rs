//! The network device of one connection: its arriving packets, and its link to the tunnel.
//!
//! The device tells the connection that it accepts packets of 64 KiB, and then has them cut to what the tunnel and the other end
//! accept. (With the true size, `smoltcp` 0.14 would drop IPv6 superpackets, because it considers them too long.) The device
//! therefore also corrects the maximum segment size that the connection announces in its first packet.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;

use adit_platform::device::MAX_SUPERPACKET;
use smoltcp::phy::{Checksum, Device, DeviceCapabilities, Medium, PacketMeta, RxToken, TxToken};
use smoltcp::time::Instant;

use super::Shared;
use super::checksum::{hand_over, is_intact, largest_segment};
use super::inbox::Packet;

/// Maximum length in bytes of a packet without payload: IPv6 and TCP with all options.
const SHORT: usize = 100;

pub(super) struct Wire {
    shared: Arc<Shared>,
    pub(super) incoming: VecDeque<Packet>,
    way_out: WayOut,
}

/// The state of outgoing packets.
struct WayOut {
    /// Maximum payload of a segment in bytes, limited by the MTU and by ICMP errors of routers.
    segment: u16,
    /// The last short packet, which at the end is the last acknowledgement.
    last_short: Vec<u8>,
}

impl Wire {
    /// Creates a device. `headers` is the size in bytes of the IP and TCP headers of each packet.
    pub(super) fn new(shared: Arc<Shared>, headers: u16) -> Self {
        let segment = u16::try_from(shared.mtu).unwrap_or(u16::MAX).saturating_sub(headers);
        Self { shared, incoming: VecDeque::new(), way_out: WayOut { segment, last_short: Vec::new() } }
    }

    /// Limits packets to this many bytes. A value below the minimum that every link must support is raised to that minimum.
    pub(super) fn limit(&mut self, mtu: u16, headers: u16) {
        const LEAST: u16 = 552;
        self.way_out.segment = self.way_out.segment.min(mtu.max(LEAST) - headers);
    }

    /// Returns the last short packet, to be sent again.
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

/// Returns the device's capabilities. With superpackets the tunnel completes the TCP checksums, and this device has verified
/// them.
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
