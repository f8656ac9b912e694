//! Valid headers survive a round trip; headers that contradict their packet are rejected.

use proptest::prelude::*;

use super::{GSO_TCPV4, GSO_TCPV6, GSO_UDP_L4, HEADER, HeaderError, NEEDS_CSUM, decode, encode};
use crate::device::{Checksum, Offload, Segmentation};

/// Builds an IPv4 TCP packet without options: 20 + 20 bytes of header.
fn tcp4(payload: usize) -> Vec<u8> {
    let mut packet = vec![0; 40 + payload];
    packet[0] = 0x45;
    packet[32] = 0x50;
    packet
}

fn header(flags: u8, kind: u8, fields: [u16; 4]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[0] = flags;
    header[1] = kind;
    for (place, field) in header[2..].chunks_exact_mut(2).zip(fields) {
        place.copy_from_slice(&field.to_ne_bytes());
    }
    header
}

#[test]
fn the_kernels_header_length_is_only_a_hint() {
    let offload = decode(&header(NEEDS_CSUM, GSO_TCPV4, [1234, 1000, 20, 16]), &tcp4(3000)).expect("valid");
    let expected = Offload {
        segmentation: Segmentation::Tcp4 { ecn: false },
        segment_size: 1000,
        header_len: 40,
        checksum: Checksum::Partial { start: 20, offset: 16 },
    };
    assert_eq!(offload, expected);
}

#[test]
fn a_plain_packet_has_no_segments() {
    assert_eq!(decode(&[0; HEADER], &tcp4(10)), Ok(Offload::default()));
    assert_eq!(encode(Offload::default(), &tcp4(10)), Ok([0; HEADER]));
}

#[test]
fn a_datagram_superpacket_repeats_eight_bytes_of_udp_header() {
    let mut packet = vec![0; 40 + 8 + 2400];
    packet[0] = 0x60;
    let offload = decode(&header(NEEDS_CSUM, GSO_UDP_L4, [48, 1200, 40, 6]), &packet).expect("valid");
    assert_eq!((offload.segmentation, offload.header_len), (Segmentation::Udp, 48));
}

#[test]
fn lies_are_told_apart() {
    let packet = tcp4(3000);
    let cases = [
        (header(NEEDS_CSUM, 3, [40, 1000, 20, 16]), HeaderError::Segmentation(3)),
        (header(NEEDS_CSUM, GSO_TCPV6, [40, 1000, 20, 16]), HeaderError::Version(4)),
        (header(NEEDS_CSUM, GSO_TCPV4, [40, 0, 20, 16]), HeaderError::SegmentSize),
        (header(NEEDS_CSUM, GSO_TCPV4, [40, 1000, 3030, 16]), HeaderError::ChecksumPlace),
        (header(NEEDS_CSUM, 0, [0, 0, u16::MAX, u16::MAX]), HeaderError::ChecksumPlace),
        (header(0, GSO_TCPV4, [40, 1000, 20, 16]), HeaderError::ChecksumMissing),
        (header(NEEDS_CSUM, GSO_TCPV4, [40, 1000, 21, 16]), HeaderError::HeaderLength),
    ];
    for (header, error) in cases {
        assert_eq!(decode(&header, &packet), Err(error), "{header:?}");
    }
    assert_eq!(decode(&header(NEEDS_CSUM, GSO_TCPV4, [0, 1, 0, 0]), &[]), Err(HeaderError::ChecksumPlace));
}

#[test]
fn a_superpacket_for_the_kernel_needs_a_partial_checksum() {
    let offload =
        Offload { segmentation: Segmentation::Tcp4 { ecn: false }, segment_size: 9, header_len: 40, checksum: Checksum::Valid };
    assert_eq!(encode(offload, &tcp4(20)), Err(HeaderError::ChecksumMissing));
}

proptest! {
    #[test]
    fn nothing_from_outside_panics(header: [u8; HEADER], packet in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(offload) = decode(&header, &packet) {
            prop_assert!(usize::from(offload.header_len) <= packet.len());
            prop_assert_eq!(offload.segmentation == Segmentation::None, offload.segment_size == 0);
        }
    }

    #[test]
    fn encoded_control_messages_are_decoded(size in 1u16..3000, ecn: bool, v6: bool) {
        let mut packet = tcp4(3000);
        let start = if v6 { 40 } else { 20 };
        packet[0] = if v6 { 0x60 } else { 0x45 };
        packet[usize::from(start) + 12] = 0x80;
        let segmentation = if v6 { Segmentation::Tcp6 { ecn } } else { Segmentation::Tcp4 { ecn } };
        let checksum = Checksum::Partial { start, offset: 16 };
        let offload = Offload { segmentation, segment_size: size, header_len: start + 32, checksum };
        prop_assert_eq!(decode(&encode(offload, &packet).expect("valid"), &packet), Ok(offload));
    }
}
