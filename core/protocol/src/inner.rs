//! Parses the fields of inner IP packets that the tunnel needs: the addresses for cryptokey routing, the length without padding,
//! and the ECN bits.
//!
//! This code trusts no packet, because a decrypted packet has whatever content the peer chose to seal.

mod ecn;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

pub use ecn::{decapsulate, ecn, encapsulate};

/// Bytes of an IPv4 header without options.
pub(crate) const IPV4_HEADER: usize = 20;
/// Bytes of an IPv6 header.
pub(crate) const IPV6_HEADER: usize = 40;

/// Plaintexts are padded with zeros to a multiple of this (whitepaper section 5.4.6).
const PADDING_MULTIPLE: usize = 16;

/// Returns the destination address, which selects the peer of an outgoing packet. `None`: no complete IPv4 or IPv6 header.
pub fn destination(packet: &[u8]) -> Option<IpAddr> {
    match Header::of(packet)? {
        Header::V4(header) => Some(v4(header, 16)),
        Header::V6(header) => Some(v6(header, 24)),
    }
}

/// Returns the source address, which must belong to the peer that sent the packet. `None`: no complete IPv4 or IPv6 header.
pub fn source(packet: &[u8]) -> Option<IpAddr> {
    match Header::of(packet)? {
        Header::V4(header) => Some(v4(header, 12)),
        Header::V6(header) => Some(v6(header, 8)),
    }
}

/// Returns the destination address and port of a UDP datagram whose source port is `source_port`. `None` for every other packet,
/// and for later fragments of such a datagram, which have no ports.
pub fn udp_destination(packet: &[u8], source_port: u16) -> Option<SocketAddr> {
    const UDP: u8 = 17;
    const FRAGMENT: u8 = 44;
    const FRAGMENT_HEADER: usize = 8;
    let payload = match Header::of(packet)? {
        Header::V4(header) => {
            let is_first = u16::from_be_bytes([header[6], header[7]]) & 0x1fff == 0;
            (header[9] == UDP && is_first).then(|| usize::from(header[0] & 0x0f) * 4)?
        }
        Header::V6(header) => match header[6] {
            UDP => IPV6_HEADER,
            FRAGMENT => {
                let fragment: &[u8; FRAGMENT_HEADER] = packet.get(IPV6_HEADER..)?.first_chunk()?;
                let is_first = u16::from_be_bytes([fragment[2], fragment[3]]) & 0xfff8 == 0;
                (fragment[0] == UDP && is_first).then_some(IPV6_HEADER + FRAGMENT_HEADER)?
            }
            _ => return None,
        },
    };
    let ports: &[u8; 4] = packet.get(payload..)?.first_chunk()?;
    if u16::from_be_bytes([ports[0], ports[1]]) != source_port {
        return None;
    }
    Some(SocketAddr::new(destination(packet)?, u16::from_be_bytes([ports[2], ports[3]])))
}

/// Returns the length in bytes that the IP header states, without the tunnel's padding. `None`: no IPv4 or IPv6 header, or the
/// stated length is less than the header or more than the packet has.
pub fn length(packet: &[u8]) -> Option<usize> {
    let (length, least) = match Header::of(packet)? {
        Header::V4(header) => (usize::from(u16::from_be_bytes([header[2], header[3]])), IPV4_HEADER),
        Header::V6(header) => (usize::from(u16::from_be_bytes([header[4], header[5]])) + IPV6_HEADER, IPV6_HEADER),
    };
    (least..=packet.len()).contains(&length).then_some(length)
}

/// Returns the length to pad a packet of `len` bytes to: the next multiple of 16, but no more than `mtu` (bytes; 0: not known).
///
/// A packet longer than `mtu` is padded as if it were cut into pieces of `mtu` bytes and only the last one padded. The Linux
/// kernel does the same.
pub const fn padded_len(len: usize, mtu: usize) -> usize {
    if mtu == 0 {
        return len.next_multiple_of(PADDING_MULTIPLE);
    }
    let last = if len > mtu { len % mtu } else { len };
    let padded = last.next_multiple_of(PADDING_MULTIPLE);
    len - last + if padded < mtu { padded } else { mtu }
}

/// A complete header of either version, without options or extensions.
enum Header<'a> {
    V4(&'a [u8; IPV4_HEADER]),
    V6(&'a [u8; IPV6_HEADER]),
}

impl<'a> Header<'a> {
    fn of(packet: &'a [u8]) -> Option<Self> {
        match version(packet)? {
            4 => packet.first_chunk().map(Self::V4),
            6 => packet.first_chunk().map(Self::V6),
            _ => None,
        }
    }
}

fn version(packet: &[u8]) -> Option<u8> {
    packet.first().map(|first| first >> 4)
}

fn v4(header: &[u8; IPV4_HEADER], at: usize) -> IpAddr {
    let mut octets = [0; 4];
    octets.copy_from_slice(&header[at..at + 4]);
    IpAddr::V4(Ipv4Addr::from_octets(octets))
}

fn v6(header: &[u8; IPV6_HEADER], at: usize) -> IpAddr {
    let mut octets = [0; 16];
    octets.copy_from_slice(&header[at..at + 16]);
    IpAddr::V6(Ipv6Addr::from_octets(octets))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ipv4(total_length: u16) -> Vec<u8> {
        let mut packet = vec![0; 64];
        packet[0] = 0x45;
        packet[2..4].copy_from_slice(&total_length.to_be_bytes());
        packet[12..20].copy_from_slice(&[10, 0, 0, 1, 192, 0, 2, 9]);
        packet
    }

    fn ipv6(payload_length: u16) -> Vec<u8> {
        let mut packet = vec![0; 64];
        packet[0] = 0x60;
        packet[4..6].copy_from_slice(&payload_length.to_be_bytes());
        packet[8] = 0xfd;
        packet[24] = 0xfe;
        packet[39] = 1;
        packet
    }

    #[test]
    fn addresses_of_both_versions_are_found() {
        assert_eq!(source(&ipv4(64)), Some("10.0.0.1".parse().unwrap()));
        assert_eq!(destination(&ipv4(64)), Some("192.0.2.9".parse().unwrap()));
        assert_eq!(source(&ipv6(24)), Some("fd00::".parse().unwrap()));
        assert_eq!(destination(&ipv6(24)), Some("fe00::1".parse().unwrap()));
    }

    #[test]
    fn a_datagram_from_a_port_is_told_from_everything_else() {
        let to: SocketAddr = "192.0.2.9:51821".parse().unwrap();
        let mut packet = ipv4(64);
        packet[9] = 17;
        packet[20..24].copy_from_slice(&[0xca, 0x6c, 0xca, 0x6d]);
        assert_eq!(udp_destination(&packet, 51820), Some(to));
        assert_eq!(udp_destination(&packet, 51821), None, "from another port");
        packet[6] = 0x20;
        assert_eq!(udp_destination(&packet, 51820), Some(to), "its first fragment");
        packet[7] = 1;
        assert_eq!(udp_destination(&packet, 51820), None, "a later one");
        (packet[6], packet[7], packet[9]) = (0, 0, 6);
        assert_eq!(udp_destination(&packet, 51820), None, "TCP");
        (packet[0], packet[9]) = (0x46, 17);
        packet.copy_within(20..24, 24);
        packet[20..24].fill(0);
        assert_eq!(udp_destination(&packet, 51820), Some(to), "behind an option");

        let to: SocketAddr = "[fe00::1]:51821".parse().unwrap();
        let mut packet = ipv6(24);
        packet[6] = 17;
        packet[40..44].copy_from_slice(&[0xca, 0x6c, 0xca, 0x6d]);
        assert_eq!(udp_destination(&packet, 51820), Some(to));
        packet[6] = 44;
        packet[40..48].copy_from_slice(&[17, 0, 0, 1, 0, 0, 0, 7]);
        packet[48..52].copy_from_slice(&[0xca, 0x6c, 0xca, 0x6d]);
        assert_eq!(udp_destination(&packet, 51820), Some(to), "its first fragment");
        packet[43] = 9;
        assert_eq!(udp_destination(&packet, 51820), None, "a later one");
    }

    #[test]
    fn p10_the_length_is_the_one_of_the_header_and_must_fit() {
        for (claimed, expected) in
            [(0, None), (19, None), (20, Some(20)), (63, Some(63)), (64, Some(64)), (65, None), (u16::MAX, None)]
        {
            assert_eq!(length(&ipv4(claimed)), expected, "total length {claimed}");
        }
        for (claimed, expected) in [(0, Some(40)), (1, Some(41)), (24, Some(64)), (25, None), (u16::MAX, None)] {
            assert_eq!(length(&ipv6(claimed)), expected, "payload length {claimed}");
        }
    }

    #[test]
    fn p10_truncated_headers_and_other_versions_are_no_packets() {
        for short in 0..20 {
            assert_eq!(
                (length(&ipv4(20)[..short]), source(&ipv4(20)[..short]), destination(&ipv4(20)[..short])),
                (None, None, None)
            );
        }
        for short in 0..40 {
            assert_eq!(
                (length(&ipv6(0)[..short]), source(&ipv6(0)[..short]), destination(&ipv6(0)[..short])),
                (None, None, None)
            );
        }
        for version in (0..16).filter(|version| ![4, 6].contains(version)) {
            let mut packet = ipv4(64);
            packet[0] = version << 4 | 5;
            assert_eq!((length(&packet), destination(&packet)), (None, None), "version {version}");
        }
    }

    #[test]
    fn p8_padding_goes_to_sixteen_and_never_above_the_mtu() {
        for len in 0..=1_420_usize {
            assert_eq!(padded_len(len, 1_420), len.div_ceil(16).saturating_mul(16).min(1_420), "{len}");
        }
        assert_eq!(padded_len(1_419, 0), 1_424);
    }

    #[test]
    fn p8_of_a_packet_above_the_mtu_only_the_last_piece_is_padded() {
        for (len, expected) in [(1_421, 1_436), (1_436, 1_436), (1_437, 1_452), (2_840, 2_840), (2_839, 2_840), (2_841, 2_856)] {
            assert_eq!(padded_len(len, 1_420), expected, "{len}");
        }
    }

    proptest! {
        #[test]
        fn p10_no_bytes_make_the_parser_panic(packet in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = udp_destination(&packet, 0);
            if let Some(length) = length(&packet) {
                prop_assert!(length <= packet.len() && source(&packet).is_some() && destination(&packet).is_some());
            }
        }

        #[test]
        fn p8_padding_never_shortens_and_adds_less_than_sixteen(len in 0_usize..70_000, mtu in 0_usize..10_000) {
            prop_assert!((len..len + PADDING_MULTIPLE).contains(&padded_len(len, mtu)));
        }
    }
}
