//! Transport checksums: the tunnel completes them for TCP, this module computes them for UDP, and unverified ones are verified
//! here.

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

/// Minimum segment size in bytes. A client that asks for smaller segments only wants to cost processor time.
const LEAST_SEGMENT: u16 = 88;

/// Offsets in a packet of this stack, which has neither IP options nor extension headers.
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

/// Returns true if a packet's transport checksum is correct.
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

/// Returns what the tunnel must do with a packet of this stack: complete its checksum and, if it has more than `segment` bytes of
/// payload, cut it. A SYN packet is changed to announce that this end accepts no longer segments either. A packet other than TCP
/// is already complete.
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

/// Limits the segment size in the TCP option, which is the first one in packets of this stack.
fn limit_segments(tcp: &mut [u8], segment: u16) {
    const OPTION: [u8; 2] = [2, 4];
    if let Some([kind, len, high, low]) = tcp.get_mut(TCP_HEADER..).and_then(|options| options.first_chunk_mut())
        && [*kind, *len] == OPTION
    {
        [*high, *low] = segment.min(u16::from_be_bytes([*high, *low])).to_be_bytes();
    }
}

/// Announces one window unit less than `smoltcp` does. The window is announced in units, rounded down, and `smoltcp` 0.14 refuses
/// data beyond the last announced window, although an earlier announcement may have reached further by a fraction of a unit. With
/// one unit less, an announced window is never taken back.
fn narrow_window(tcp: &mut [u8]) {
    if let Some(field) = tcp.get_mut(TCP_WINDOW..).and_then(|rest| rest.first_chunk_mut()) {
        *field = u16::from_be_bytes(*field).saturating_sub(1).to_be_bytes();
    }
}

/// Returns the maximum segment size that the other end announces in its first packet; `None` for every other packet.
pub(super) fn largest_segment(packet: &[u8]) -> Option<u16> {
    let layout = Layout::of(packet)?;
    let tcp = TcpPacket::new_checked(packet.get(layout.transport..)?).ok()?;
    if !tcp.syn() {
        return None;
    }
    // The default of RFC 9293 section 3.7.1 for an end that announces none.
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

/// Writes the checksum of an outgoing UDP packet, whose checksum field must be zero.
pub(super) fn complete_udp(packet: &mut [u8]) -> Option<()> {
    let layout = Layout::of(packet)?;
    let transport = packet.get(layout.transport..)?;
    let sum = layout.pseudo_header(packet, transport.len())?.bytes(transport).checksum();
    let sum = adit_tunnel::checksum::never_zero(sum);
    *packet.get_mut(layout.transport + UDP_CHECKSUM..)?.first_chunk_mut()? = sum.to_be_bytes();
    Some(())
}
