//! Decides which packets may be part of a superpacket, and which may follow one another in it: the rules of Linux' GRO.

use adit_platform::device::TunCapabilities;

use crate::checksum::Sum;
use crate::headers::{
    ACK, CWR, FIN, IPV4_ADDRESSES, IPV4_CHECKSUM, IPV4_DONT_FRAGMENT, IPV4_FRAGMENT, IPV4_HEADER, IPV4_ID, IPV4_LENGTH,
    IPV4_PROTOCOL, IPV6_ADDRESSES, IPV6_HEADER, IPV6_LENGTH, IPV6_NEXT, PSH, RST, SYN, TCP, TCP_CHECKSUM, TCP_DATA_OFFSET,
    TCP_FLAGS, TCP_HEADER, TCP_SEQUENCE, TCP_URGENT, TCP_WINDOW, UDP, UDP_CHECKSUM, UDP_HEADER, UDP_LENGTH, URG, double_word,
    word,
};

/// Longest header of a segment in bytes: IPv6 and TCP with all options. Segments have no IP options or extension headers.
pub(super) const MAX_HEADER: usize = IPV6_HEADER + 60;

/// The form of a packet that may share a superpacket with others. Its methods take the packet, or at least its header, as an
/// argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    pub(super) is_v4: bool,
    pub(super) is_tcp: bool,
    /// Bytes of the IP header.
    pub(super) network: usize,
    /// Bytes of the IP and transport headers.
    pub(super) header_len: usize,
    /// True if no packet may follow this segment, because PSH is set.
    pub(super) pushed: bool,
    /// Bytes of payload; never 0.
    pub(super) payload: usize,
}

impl Segment {
    /// Parses a packet. Returns `None` if it must not be joined: it has IP options or extension headers, is a fragment, has no
    /// payload, has TCP flags other than ACK, PSH and ECE, is UDP without checksum, has contradictory lengths, or is of a kind
    /// that the device cannot take.
    ///
    /// A checksum in a form that senders do not write (0xffff for IPv4 and TCP) also prevents joining, so that cutting the
    /// superpacket again gives the same bytes.
    pub(super) fn parse(packet: &[u8], device: TunCapabilities) -> Option<Self> {
        let (is_v4, network, protocol) = match packet.first()? {
            0x45 if packet.len() >= IPV4_HEADER => {
                let whole = usize::from(word(packet, IPV4_LENGTH)) == packet.len();
                let unfragmented = word(packet, IPV4_FRAGMENT) & !IPV4_DONT_FRAGMENT == 0;
                if !whole || !unfragmented || word(packet, IPV4_CHECKSUM) == 0xffff {
                    return None;
                }
                (true, IPV4_HEADER, packet[IPV4_PROTOCOL])
            }
            0x60..=0x6f if packet.len() >= IPV6_HEADER => {
                if IPV6_HEADER + usize::from(word(packet, IPV6_LENGTH)) != packet.len() {
                    return None;
                }
                (false, IPV6_HEADER, packet[IPV6_NEXT])
            }
            _ => return None,
        };
        let transport = packet.get(network..)?;
        let is_tcp = protocol == TCP;
        let transport_header = match protocol {
            TCP if device.tcp_segmentation && transport.len() >= TCP_HEADER => {
                let flags = transport[TCP_FLAGS];
                let forbidden = SYN | FIN | RST | URG | CWR;
                if flags & ACK == 0 || flags & forbidden != 0 || word(transport, TCP_CHECKSUM) == 0xffff {
                    return None;
                }
                usize::from(transport[TCP_DATA_OFFSET] >> 4) * 4
            }
            UDP if device.udp_segmentation && transport.len() >= UDP_HEADER => {
                if usize::from(word(transport, UDP_LENGTH)) != transport.len() || word(transport, UDP_CHECKSUM) == 0 {
                    return None;
                }
                UDP_HEADER
            }
            _ => return None,
        };
        let payload = transport.len().checked_sub(transport_header).filter(|&payload| payload > 0)?;
        if is_tcp && transport_header < TCP_HEADER {
            return None;
        }
        let pushed = is_tcp && transport[TCP_FLAGS] & PSH != 0;
        Some(Self { is_v4, is_tcp, network, header_len: network + transport_header, pushed, payload })
    }

    /// Returns true if a segment of this form with header `theirs` may follow `before` segments whose first has header `ours`.
    /// The headers must be equal except for lengths, checksums, PSH, the sequence number, which must continue, and the IPv4
    /// identification. The identification must also continue unless the packets forbid fragmentation: it has no meaning then (RFC
    /// 6864 section 4.1), and many senders leave it at zero.
    pub(super) fn goes_on(&self, ours: &[u8], theirs: &[u8], before: usize) -> bool {
        let (Some(ours), Some(theirs)) = (ours.get(..self.header_len), theirs.get(..self.header_len)) else {
            return false;
        };
        let same = |from: usize, to: usize| ours[from..to] == theirs[from..to];
        let network = if self.is_v4 {
            let counts_up = word(theirs, IPV4_ID) == word(ours, IPV4_ID).wrapping_add(before as u16);
            let unfragmentable = word(ours, IPV4_FRAGMENT) & IPV4_DONT_FRAGMENT != 0;
            same(0, IPV4_LENGTH)
                && same(IPV4_FRAGMENT, IPV4_CHECKSUM)
                && same(IPV4_ADDRESSES.start, IPV4_ADDRESSES.end)
                && (counts_up || unfragmentable)
        } else {
            same(0, IPV6_LENGTH) && same(IPV6_NEXT, IPV6_HEADER)
        };
        let at = self.network;
        let transport = if self.is_tcp {
            let sent = (before * self.payload) as u32;
            same(at, at + TCP_SEQUENCE)
                && double_word(theirs, at + TCP_SEQUENCE) == double_word(ours, at + TCP_SEQUENCE).wrapping_add(sent)
                && same(at + TCP_SEQUENCE + 4, at + TCP_FLAGS)
                && (ours[at + TCP_FLAGS] ^ theirs[at + TCP_FLAGS]) & !PSH == 0
                && same(at + TCP_WINDOW, at + TCP_CHECKSUM)
                && same(at + TCP_URGENT, self.header_len)
        } else {
            same(at, at + UDP_LENGTH)
        };
        network && transport
    }

    /// Returns true if the IP header checksum and the transport checksum of `packet`, which has this form, are correct.
    pub(super) fn is_intact(&self, packet: &[u8]) -> bool {
        let transport = &packet[self.network..];
        let sum = self.pseudo_header(packet, transport.len()).bytes(transport);
        sum.is_intact() && (!self.is_v4 || Sum::of(&packet[..IPV4_HEADER]).is_intact())
    }

    /// Returns the sum over the pseudo-header of a packet of this form with header `header` and `len` bytes after the IP header.
    pub(super) fn pseudo_header(&self, header: &[u8], len: usize) -> Sum {
        Sum::pseudo_header(&header[self.addresses()], if self.is_tcp { TCP } else { UDP }).double_word(len as u32)
    }

    /// Returns true if `theirs`, which may be any bytes, is certainly no packet of the flow whose header is `ours`.
    pub(super) fn is_other_flow(&self, ours: &[u8], theirs: &[u8]) -> bool {
        if theirs.len() < self.network || ours.len() < self.header_len {
            return false;
        }
        if theirs[0] >> 4 != ours[0] >> 4 || theirs[self.addresses()] != ours[self.addresses()] {
            return true;
        }
        let protocol = if self.is_v4 { IPV4_PROTOCOL } else { IPV6_NEXT };
        let ports_are_known = !self.is_v4 || (theirs[0] == 0x45 && word(theirs, IPV4_FRAGMENT) & !IPV4_DONT_FRAGMENT == 0);
        let ports = self.network..self.network + 4;
        let other_ports = theirs.get(ports.clone()).is_some_and(|theirs| theirs != &ours[ports]);
        theirs[protocol] == ours[protocol] && ports_are_known && other_ports
    }

    fn addresses(&self) -> std::ops::Range<usize> {
        if self.is_v4 { IPV4_ADDRESSES } else { IPV6_ADDRESSES }
    }
}
