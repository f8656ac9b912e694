//! Transport checksums: completed by the tunnel for TCP, by us for UDP, and verified for what was not verified already.

use adit_platform::device::{Checksum, Offload, Segmentation};
use adit_tunnel::checksum::Sum;
use smoltcp::wire::{TcpOption, TcpPacket};

const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
const TCP_HEADER: usize = 20;
const TCP_DATA_OFFSET: usize = 12;
const TCP_FLAGS: usize = 13;
const SYN: u8 = 2;
const TCP_WINDOW: usize = 14;
const TCP_CHECKSUM: usize = 16;
const UDP_CHECKSUM: usize = 6;

/// Whoever asks for smaller segments wants our processor, not our bytes.
const LEAST_SEGMENT: u16 = 88;

/// Where in a packet of ours, which has neither options nor extension headers, things are.
struct Layout {
    addresses: std::ops::Range<usize>,
    protocol: u8,
    transport: usize,
}

impl Layout {
    fn of(packet: &[u8]) -> Option<Self> {
        match packet.first()? >> 4 {
            4 => Some(Self { addresses: 12..20, protocol: *packet.get(9)?, transport: usize::from(packet.first()? & 15) * 4 }),
            6 => Some(Self { addresses: 8..40, protocol: *packet.get(6)?, transport: 40 }),
            _ => None,
        }
    }

    fn is_v4(&self) -> bool {
        self.addresses.end == 20
    }

    fn pseudo_header(&self, packet: &[u8], len: usize) -> Option<Sum> {
        let len = u32::try_from(len).ok()?;
        Some(Sum::pseudo_header(packet.get(self.addresses.clone())?, self.protocol).double_word(len))
    }
}

/// Whether a packet's transport checksum is right.
pub(super) fn is_intact(packet: &[u8]) -> bool {
    let sum = || {
        let layout = Layout::of(packet)?;
        let transport = packet.get(layout.transport..)?;
        if layout.protocol == UDP && transport.get(UDP_CHECKSUM..UDP_CHECKSUM + 2) == Some(&[0; 2]) && layout.is_v4() {
            return Some(true);
        }
        Some(layout.pseudo_header(packet, transport.len())?.bytes(transport).is_intact())
    };
    sum().unwrap_or(false)
}

/// What the tunnel must do to a packet of ours: complete its checksum, and cut it to `segment` bytes of payload where it has more.
/// A first packet is corrected to say that this end takes no longer segments either. What is no TCP is complete.
pub(super) fn hand_over(packet: &mut [u8], segment: u16) -> Offload {
    tcp(packet, segment).unwrap_or_default()
}

fn tcp(packet: &mut [u8], segment: u16) -> Option<Offload> {
    let layout = Layout::of(packet).filter(|layout| layout.protocol == TCP)?;
    let sum = layout.pseudo_header(packet, packet.len() - layout.transport)?.fold();
    let tcp = packet.get_mut(layout.transport..)?;
    *tcp.get_mut(TCP_CHECKSUM..)?.first_chunk_mut()? = sum.to_be_bytes();
    if tcp.get(TCP_FLAGS)? & SYN != 0 {
        limit_segments(tcp, segment);
    } else {
        narrow_window(tcp);
    }
    let header_len = layout.transport + usize::from(tcp.get(TCP_DATA_OFFSET)? >> 4) * 4;
    let checksum = Checksum::Partial { start: u16::try_from(layout.transport).ok()?, offset: u16::try_from(TCP_CHECKSUM).ok()? };
    if packet.len().checked_sub(header_len)? <= usize::from(segment) {
        return Some(Offload { checksum, ..Offload::default() });
    }
    let segmentation = if layout.is_v4() { Segmentation::Tcp4 { ecn: false } } else { Segmentation::Tcp6 { ecn: false } };
    Some(Offload { segmentation, segment_size: segment, header_len: u16::try_from(header_len).ok()?, checksum })
}

/// In the option that stands first in packets of ours.
fn limit_segments(tcp: &mut [u8], segment: u16) {
    const OPTION: [u8; 2] = [2, 4];
    if let Some([kind, len, high, low]) = tcp.get_mut(TCP_HEADER..).and_then(|options| options.first_chunk_mut())
        && [*kind, *len] == OPTION
    {
        [*high, *low] = segment.min(u16::from_be_bytes([*high, *low])).to_be_bytes();
    }
}

/// The window is told in units, rounded down, and `smoltcp` 0.14 refuses what lies beyond the last window that it told, although an
/// earlier one went further by part of a unit. One unit less, and what was told once is never taken back.
fn narrow_window(tcp: &mut [u8]) {
    if let Some(field) = tcp.get_mut(TCP_WINDOW..).and_then(|rest| rest.first_chunk_mut()) {
        *field = u16::from_be_bytes(*field).saturating_sub(1).to_be_bytes();
    }
}

/// What the other end says in its first packet about the size of segments that it takes; `None` for every other packet.
pub(super) fn largest_segment(packet: &[u8]) -> Option<u16> {
    let layout = Layout::of(packet)?;
    let tcp = TcpPacket::new_checked(packet.get(layout.transport..)?).ok()?;
    if !tcp.syn() {
        return None;
    }
    // RFC 9293 section 3.7.1, for an end that says nothing.
    let silent = if layout.is_v4() { 536 } else { 1220 };
    let mut options = tcp.options();
    while let Ok((rest, option)) = TcpOption::parse(options) {
        match option {
            TcpOption::EndOfList => break,
            TcpOption::MaxSegmentSize(size) => return Some(size.max(LEAST_SEGMENT)),
            _ => options = rest,
        }
    }
    Some(silent)
}

/// Writes the checksum of an outgoing UDP packet; the field must be zero.
pub(super) fn complete_udp(packet: &mut [u8]) -> Option<()> {
    let layout = Layout::of(packet)?;
    let transport = packet.get(layout.transport..)?;
    let sum = layout.pseudo_header(packet, transport.len())?.bytes(transport).checksum();
    let sum = adit_tunnel::checksum::never_zero(sum);
    *packet.get_mut(layout.transport + UDP_CHECKSUM..)?.first_chunk_mut()? = sum.to_be_bytes();
    Some(())
}
