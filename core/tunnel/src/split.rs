//! Cuts a superpacket from the TUN device into the packets to be encrypted, without moving its payload.
//!
//! The header of each segment is written directly before that segment's payload, over the end of the previous segment, which has
//! been sealed by then. Each segment is therefore one contiguous slice for the AEAD. Its payload is read once for the checksum,
//! just before the cipher reads it:
//!
//! ```text
//! superpacket   [H |payload 0    |payload 1    |payload 2  |slack ]
//! segment 0     [H0|payload 0    ]
//! segment 1                  [H1 |payload 1    ]
//! segment 2                                [H2 |payload 2  ]
//! ```

use adit_platform::device::{Checksum, Offload, Segmentation};

use crate::checksum::{Sum, never_zero};
use crate::headers::{
    CWR, FIN, IPV4_ADDRESSES, IPV4_CHECKSUM, IPV4_FRAGMENT, IPV4_HEADER, IPV4_ID, IPV4_IS_FRAGMENT, IPV4_LENGTH, IPV4_PROTOCOL,
    IPV6_ADDRESSES, IPV6_HEADER, IPV6_LENGTH, IPV6_NEXT, PSH, TCP, TCP_CHECKSUM, TCP_DATA_OFFSET, TCP_FLAGS, TCP_HEADER,
    TCP_SEQUENCE, UDP, UDP_CHECKSUM, UDP_HEADER, UDP_LENGTH, double_word, put, word,
};

/// Longest repeated IP and transport header in bytes: IPv4 with all options needs 120; the rest is for IPv6 extension headers.
pub const MAX_HEADER: usize = 256;

/// Bytes that the buffer must have behind the superpacket, for the padding of the last segment.
pub const SLACK: usize = 16;

/// Cuts one superpacket. This is a lending iterator: each segment must be used before the next one is requested.
///
/// The fields are those that Linux writes for the same superpacket. The IPv4 identification counts up from the superpacket's; IP
/// and UDP lengths and all checksums are those of the segment; TCP sequence numbers advance; FIN and PSH stay with the last
/// segment; and with [`Segmentation::Tcp4`]`{ ecn: true }` CWR stays with the first. Everything else is repeated.
pub struct Splitter<'a> {
    buffer: &'a mut [u8],
    end: usize,
    /// Start of the next segment's payload. When there is none, `next` is `end` and `done` is true.
    next: usize,
    done: bool,
    /// The start of the next payload, saved while the padding of the previous segment covers it.
    covered: [u8; SLACK],
    covered_len: usize,
    cut: Option<Cut>,
}

/// One packet to be sealed.
#[derive(Debug)]
pub struct Segment<'a> {
    /// The packet, followed by the padding, which is all zero.
    pub bytes: &'a mut [u8],
    /// Bytes of the packet without the padding.
    pub len: usize,
}

/// The reason why a superpacket cannot be cut; it must be dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SplitError {
    /// The packet is empty, or the buffer has no [`SLACK`] behind it.
    #[error("a packet of {len} bytes does not lie in its buffer of {buffer} bytes with {SLACK} to spare")]
    Buffer {
        /// Claimed length.
        len: usize,
        /// Length of the buffer.
        buffer: usize,
    },
    /// A superpacket without a segment size.
    #[error("superpacket with segment size 0")]
    SegmentSize,
    /// The header does not lie within the packet, or is longer than [`MAX_HEADER`].
    #[error("headers reach beyond the packet, or are longer than {MAX_HEADER} bytes")]
    Header,
    /// The IP version or transport protocol does not match the segmentation, or the packet is a fragment.
    #[error("the packet is a fragment, or its IP version or transport protocol does not match the requested segmentation")]
    Protocol,
    /// The length in the IP header differs from that of the packet.
    #[error("the IP header says {said} bytes, the packet has {len}")]
    Length {
        /// Length in the header.
        said: usize,
        /// Length of the packet.
        len: usize,
    },
    /// The checksum field is not where this transport protocol has it.
    #[error("checksum field outside of the transport header")]
    Checksum,
}

impl<'a> Splitter<'a> {
    /// Checks the superpacket `buffer[..len]` against `offload`; at least [`SLACK`] bytes must follow it.
    ///
    /// `offload.header_len` is only checked to lie within the packet, because Linux puts the length of the linear part of its
    /// buffer there; the length is taken from the headers. Without segmentation, any packet is its own only segment, and its
    /// checksum is completed if it is [`Checksum::Partial`].
    pub fn new(buffer: &'a mut [u8], len: usize, offload: Offload) -> Result<Self, SplitError> {
        let room = buffer.len();
        if len == 0 || len.checked_add(SLACK).is_none_or(|needed| needed > room) {
            return Err(SplitError::Buffer { len, buffer: room });
        }
        let cut = match offload.segmentation {
            Segmentation::None => {
                complete_checksum(&mut buffer[..len], offload.checksum)?;
                None
            }
            Segmentation::Tcp4 { .. } | Segmentation::Tcp6 { .. } | Segmentation::Udp => Some(Cut::new(&buffer[..len], offload)?),
        };
        let next = cut.as_ref().map_or(0, |cut| cut.header_len);
        Ok(Self { buffer, end: len, next, done: false, covered: [0; SLACK], covered_len: 0, cut })
    }

    /// Returns the total number of segments.
    pub fn segments(&self) -> usize {
        self.cut.as_ref().map_or(1, |cut| (self.end - cut.header_len).div_ceil(cut.segment_size).max(1))
    }

    /// Returns the length of the longest segment in bytes, without padding.
    pub fn longest(&self) -> usize {
        self.cut.as_ref().map_or(self.end, |cut| self.end.min(cut.header_len + cut.segment_size))
    }

    /// Returns the next segment, padded with zeros to `padded(length of the packet)` bytes, at most [`SLACK`] more than the
    /// packet has.
    pub fn next_segment(&mut self, padded: impl FnOnce(usize) -> usize) -> Option<Segment<'_>> {
        if self.done {
            return None;
        }
        self.uncover();
        let (start, end) = match &mut self.cut {
            None => (0, self.end),
            Some(cut) => {
                let end = self.end.min(self.next + cut.segment_size);
                let start = self.next - cut.header_len;
                let (header, payload) = self.buffer[start..end].split_at_mut(cut.header_len);
                header.copy_from_slice(cut.header(payload, end == self.end));
                (start, end)
            }
        };
        self.next = end;
        self.done = end == self.end;
        let len = end - start;
        let padding = padded(len).saturating_sub(len).min(SLACK);
        self.cover(padding);
        Some(Segment { bytes: &mut self.buffer[start..end + padding], len })
    }

    /// Zeroes `padding` bytes at the start of the next payload and saves the previous content.
    fn cover(&mut self, padding: usize) {
        let bytes = &mut self.buffer[self.next..self.next + padding];
        self.covered[..padding].copy_from_slice(bytes);
        bytes.fill(0);
        self.covered_len = padding;
    }

    fn uncover(&mut self) {
        let covered = &self.covered[..self.covered_len];
        self.buffer[self.next..self.next + covered.len()].copy_from_slice(covered);
        self.covered_len = 0;
    }
}

/// The data that all segments share: the repeated header, and sums over the parts that are equal in each.
struct Cut {
    segment_size: usize,
    header_len: usize,
    /// Start of the transport header.
    transport: usize,
    network: Network,
    protocol: Protocol,
    header: [u8; MAX_HEADER],
    /// Sum of the pseudo-header and the transport header, without length, sequence number, flags and checksum.
    transport_sum: Sum,
}

enum Network {
    /// `sum` is the sum of the IPv4 header without length, identification and checksum.
    V4 {
        sum: Sum,
        id: u16,
    },
    V6,
}

enum Protocol {
    Tcp { sequence: u32, flags: u8, clear_cwr: bool },
    Udp { without_checksum: bool },
}

impl Cut {
    fn new(packet: &[u8], offload: Offload) -> Result<Self, SplitError> {
        let segment_size = usize::from(offload.segment_size);
        if segment_size == 0 {
            return Err(SplitError::SegmentSize);
        }
        let (version, wanted, ecn) = match offload.segmentation {
            Segmentation::Tcp4 { ecn } => (Some(4), TCP, ecn),
            Segmentation::Tcp6 { ecn } => (Some(6), TCP, ecn),
            Segmentation::Udp => (None, UDP, false),
            Segmentation::None => return Err(SplitError::Protocol),
        };
        let found = packet.first().map_or(0, |first| first >> 4);
        if version.is_some_and(|version| version != found) {
            return Err(SplitError::Protocol);
        }
        let (transport, protocol) = match found {
            4 => ipv4_transport(packet)?,
            6 => ipv6_transport(packet)?,
            _ => return Err(SplitError::Protocol),
        };
        if protocol != wanted {
            return Err(SplitError::Protocol);
        }
        let (least, field) = if wanted == TCP { (TCP_HEADER, TCP_CHECKSUM) } else { (UDP_HEADER, UDP_CHECKSUM) };
        let transport_header = if wanted == TCP {
            usize::from(packet.get(transport + TCP_DATA_OFFSET).ok_or(SplitError::Header)? >> 4) * 4
        } else {
            UDP_HEADER
        };
        let header_len = transport + transport_header;
        if transport_header < least || header_len > packet.len().min(MAX_HEADER) || usize::from(offload.header_len) > packet.len()
        {
            return Err(SplitError::Header);
        }
        let mut header = [0; MAX_HEADER];
        header[..header_len].copy_from_slice(&packet[..header_len]);
        let pseudo = match offload.checksum {
            Checksum::Partial { start, offset } if (usize::from(start), usize::from(offset)) == (transport, field) => {
                let with_length = Sum::ZERO.word(word(packet, transport + field));
                with_length.without((packet.len() - transport) as u16)
            }
            Checksum::Partial { .. } => return Err(SplitError::Checksum),
            Checksum::Complete | Checksum::Valid => {
                let addresses = if found == 4 { IPV4_ADDRESSES } else { IPV6_ADDRESSES };
                Sum::pseudo_header(&packet[addresses], wanted)
            }
        };
        let complete = !matches!(offload.checksum, Checksum::Partial { .. });
        let protocol = if wanted == TCP {
            let sequence = double_word(packet, transport + TCP_SEQUENCE);
            let flags = header[transport + TCP_FLAGS];
            put(&mut header, transport + TCP_SEQUENCE, [0; 4]);
            put(&mut header, transport + TCP_FLAGS, [0]);
            Protocol::Tcp { sequence, flags, clear_cwr: ecn }
        } else {
            put(&mut header, transport + UDP_LENGTH, [0; 2]);
            Protocol::Udp { without_checksum: complete && word(packet, transport + field) == 0 }
        };
        put(&mut header, transport + field, [0; 2]);
        let network = if found == 4 {
            put(&mut header, IPV4_LENGTH, [0; 4]);
            put(&mut header, IPV4_CHECKSUM, [0; 2]);
            Network::V4 { sum: Sum::of(&header[..transport]), id: word(packet, IPV4_ID) }
        } else {
            Network::V6
        };
        let transport_sum = pseudo.bytes(&header[transport..header_len]);
        Ok(Self { segment_size, header_len, transport, network, protocol, header, transport_sum })
    }

    /// Returns the header of the segment that carries `payload`. To be called once for each segment, in order.
    fn header(&mut self, payload: &[u8], last: bool) -> &[u8] {
        let header = &mut self.header[..self.header_len];
        let transport = self.transport;
        let len = self.header_len + payload.len();
        let transport_len = (len - transport) as u16;
        match &mut self.network {
            Network::V4 { sum, id } => {
                let checksum = sum.word(len as u16).word(*id).checksum();
                put(header, IPV4_LENGTH, (len as u16).to_be_bytes());
                put(header, IPV4_ID, id.to_be_bytes());
                put(header, IPV4_CHECKSUM, checksum.to_be_bytes());
                *id = id.wrapping_add(1);
            }
            Network::V6 => put(header, IPV6_LENGTH, ((len - IPV6_HEADER) as u16).to_be_bytes()),
        }
        let sum = self.transport_sum.word(transport_len).bytes(payload);
        match &mut self.protocol {
            Protocol::Tcp { sequence, flags, clear_cwr } => {
                let now = if last { *flags } else { *flags & !(FIN | PSH) };
                let checksum = sum.double_word(*sequence).word(u16::from(now)).checksum();
                put(header, transport + TCP_SEQUENCE, sequence.to_be_bytes());
                put(header, transport + TCP_FLAGS, [now]);
                put(header, transport + TCP_CHECKSUM, checksum.to_be_bytes());
                *sequence = sequence.wrapping_add(payload.len() as u32);
                if *clear_cwr {
                    *flags &= !CWR;
                }
            }
            Protocol::Udp { without_checksum } => {
                put(header, transport + UDP_LENGTH, transport_len.to_be_bytes());
                if !*without_checksum {
                    // The length appears in the pseudo-header and in the UDP header, so it is added twice.
                    put(header, transport + UDP_CHECKSUM, never_zero(sum.word(transport_len).checksum()).to_be_bytes());
                }
            }
        }
        header
    }
}

/// Returns the start of the transport header of a complete IPv4 packet, and its protocol.
fn ipv4_transport(packet: &[u8]) -> Result<(usize, u8), SplitError> {
    let start = usize::from(packet.first().ok_or(SplitError::Header)? & 0xf) * 4;
    if start < IPV4_HEADER || start > packet.len() {
        return Err(SplitError::Header);
    }
    let said = usize::from(word(packet, IPV4_LENGTH));
    if said != packet.len() {
        return Err(SplitError::Length { said, len: packet.len() });
    }
    if word(packet, IPV4_FRAGMENT) & IPV4_IS_FRAGMENT != 0 {
        return Err(SplitError::Protocol);
    }
    Ok((start, packet[IPV4_PROTOCOL]))
}

/// Returns the same for IPv6, after the extension headers that may precede a transport header (RFC 8200 section 4).
fn ipv6_transport(packet: &[u8]) -> Result<(usize, u8), SplitError> {
    const HOP_BY_HOP: u8 = 0;
    const ROUTING: u8 = 43;
    const DESTINATION: u8 = 60;
    if packet.len() < IPV6_HEADER {
        return Err(SplitError::Header);
    }
    let said = IPV6_HEADER + usize::from(word(packet, IPV6_LENGTH));
    if said != packet.len() {
        return Err(SplitError::Length { said, len: packet.len() });
    }
    let (mut start, mut next) = (IPV6_HEADER, packet[IPV6_NEXT]);
    while matches!(next, HOP_BY_HOP | ROUTING | DESTINATION) {
        let &[following, eights] = packet.get(start..).and_then(|rest| rest.first_chunk()).ok_or(SplitError::Header)?;
        next = following;
        start += (usize::from(eights) + 1) * 8;
    }
    if start > packet.len() { Err(SplitError::Header) } else { Ok((start, next)) }
}

/// Adds the sum over transport header and payload to the pseudo-header's sum, which the checksum field contains.
fn complete_checksum(packet: &mut [u8], checksum: Checksum) -> Result<(), SplitError> {
    let Checksum::Partial { start, offset } = checksum else {
        return Ok(());
    };
    let (start, offset) = (usize::from(start), usize::from(offset));
    let least = match packet.first().map_or(0, |first| first >> 4) {
        4 => IPV4_HEADER,
        6 => IPV6_HEADER,
        _ => return Err(SplitError::Protocol),
    };
    let transport = packet.get_mut(start..).filter(|_| start >= least).ok_or(SplitError::Checksum)?;
    if offset + 2 > transport.len() {
        return Err(SplitError::Checksum);
    }
    let sum = Sum::of(transport).checksum();
    // Only in UDP does a zero checksum have another meaning. UDP is recognized by the position of its checksum.
    let written = if offset == UDP_CHECKSUM { never_zero(sum) } else { sum };
    put(transport, offset, written.to_be_bytes());
    Ok(())
}
