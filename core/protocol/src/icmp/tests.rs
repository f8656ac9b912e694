//! Checks which packets get an ICMP error, and that a host accepts those errors.

use proptest::prelude::*;

use super::*;

const UDP: u8 = 17;

/// Builds a packet with a 20-byte IPv4 header.
fn ipv4(source: [u8; 4], destination: [u8; 4], protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend((20 + payload.len() as u16).to_be_bytes());
    packet.extend([0x12, 0x34, 0x40, 0, 63, protocol, 0, 0]);
    packet.extend(source);
    packet.extend(destination);
    packet.extend(payload);
    packet
}

fn ipv6(source: &str, destination: &str, next: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend((payload.len() as u16).to_be_bytes());
    packet.extend([next, 63]);
    packet.extend(source.parse::<Ipv6Addr>().unwrap().octets());
    packet.extend(destination.parse::<Ipv6Addr>().unwrap().octets());
    packet.extend(payload);
    packet
}

fn ping4() -> Vec<u8> {
    ipv4([10, 0, 0, 1], [10, 9, 9, 9], ICMP, &[8, 0, 1, 2, 0, 1, 0, 1, 0xab])
}

fn ping6() -> Vec<u8> {
    ipv6("fd00::1", "fd00::9", ICMPV6, &[128, 0, 1, 2, 0, 1, 0, 1, 0xab])
}

/// Returns the one's-complement sum (RFC 1071) of everything including the checksum: 0xffff if the checksum is right.
fn sum(parts: &[&[u8]]) -> u64 {
    let bytes = parts.concat();
    let mut sum: u64 = bytes.iter().enumerate().map(|(at, byte)| u64::from(*byte) << if at % 2 == 0 { 8 } else { 0 }).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}

fn assert_checksums(reply: &[u8]) {
    if reply[0] >> 4 == 4 {
        assert_eq!(sum(&[&reply[..20]]), 0xffff);
        assert_eq!(sum(&[&reply[20..]]), 0xffff);
    } else {
        let length = (reply.len() - 40) as u32;
        assert_eq!(sum(&[&reply[8..40], &length.to_be_bytes(), &[0, 0, 0, 58], &reply[40..]]), 0xffff);
    }
}

#[test]
fn r17_a_ping_to_nobody_is_answered_with_host_unreachable_from_its_destination() {
    let ping = ping4();
    let reply = unreachable(&ping).unwrap();
    assert_eq!(reply[..10], [0x45, 0xc0, 0, 57, 0, 0, 0, 0, 64, 1]);
    assert_eq!(reply[12..20], [10, 9, 9, 9, 10, 0, 0, 1]);
    assert_eq!(reply[20..22], [3, 1]);
    assert_eq!(reply[24..28], [0; 4]);
    assert_eq!(reply[28..], ping, "the whole of a small packet is quoted, so that ping finds its own number in it");
    assert_checksums(&reply);
}

#[test]
fn r17_an_ipv6_ping_to_nobody_is_answered_with_address_unreachable_from_its_destination() {
    let ping = ping6();
    let reply = unreachable(&ping).unwrap();
    assert_eq!(reply[..8], [0x60, 0, 0, 0, 0, 57, 58, 64]);
    assert_eq!((inner::source(&reply), inner::destination(&reply)), (inner::destination(&ping), inner::source(&ping)));
    assert_eq!(reply[40..42], [1, 3]);
    assert_eq!(reply[48..], ping);
    assert_checksums(&reply);
}

#[test]
fn answers_quote_no_more_than_576_and_1280_bytes_allow() {
    let reply = unreachable(&ipv4([10, 0, 0, 1], [10, 9, 9, 9], UDP, &[7; 1_400])).unwrap();
    assert_eq!((reply.len(), inner::length(&reply)), (576, Some(576)));
    assert_checksums(&reply);
    let reply = unreachable(&ipv6("fd00::1", "fd00::9", UDP, &[7; 1_400])).unwrap();
    assert_eq!((reply.len(), inner::length(&reply)), (1_280, Some(1_280)));
    assert_checksums(&reply);
}

#[test]
fn errors_are_never_answered_with_errors_but_other_icmp_is() {
    for kind in 0..=255_u8 {
        let answered = unreachable(&ipv4([10, 0, 0, 1], [10, 9, 9, 9], ICMP, &[kind, 0, 0, 0, 0, 0, 0, 0])).is_some();
        assert_eq!(answered, ![3, 4, 5, 11, 12].contains(&kind), "ICMP type {kind}");
        let answered = unreachable(&ipv6("fd00::1", "fd00::9", ICMPV6, &[kind, 0, 0, 0, 0, 0, 0, 0])).is_some();
        assert_eq!(answered, kind >= 128 && kind != 137, "ICMPv6 type {kind}");
    }
    for reply in [unreachable(&ping4()).unwrap(), unreachable(&ping6()).unwrap()] {
        assert_eq!(unreachable(&reply), None);
    }
}

#[test]
fn no_icmp_error_concerns_multicast_loopback_or_unspecified_addresses() {
    const HOST: [u8; 4] = [10, 0, 0, 1];
    for other in [[0, 0, 0, 0], [127, 0, 0, 1], [224, 0, 0, 251], [240, 0, 0, 1], [255, 255, 255, 255]] {
        assert_eq!(unreachable(&ipv4(other, HOST, UDP, &[0; 8])), None, "from {other:?}");
        assert_eq!(unreachable(&ipv4(HOST, other, UDP, &[0; 8])), None, "to {other:?}");
    }
    for other in ["::", "::1", "ff02::1"] {
        assert_eq!(unreachable(&ipv6(other, "fd00::1", UDP, &[0; 8])), None, "from {other}");
        assert_eq!(unreachable(&ipv6("fd00::1", other, UDP, &[0; 8])), None, "to {other}");
    }
}

#[test]
fn only_the_first_fragment_is_answered() {
    let mut packet = ping4();
    packet[6] = 0x20;
    assert!(unreachable(&packet).is_some(), "the first fragment of several");
    packet[7] = 1;
    assert_eq!(unreachable(&packet), None);
    for (offset, answered) in [([0, 0], true), ([0, 1], true), ([0, 8], false), ([0xff, 0xf8], false)] {
        let payload = [&[UDP, 0][..], &offset, &[0; 4], &[0; 8]].concat();
        assert_eq!(unreachable(&ipv6("fd00::1", "fd00::9", 44, &payload)).is_some(), answered, "{offset:?}");
    }
}

#[test]
fn an_icmpv6_error_behind_extension_headers_is_still_seen() {
    for kind in [1, 128] {
        let hop_by_hop = [60, 0, 0, 0, 0, 0, 0, 0];
        let options = [[51, 1, 0, 0, 0, 0, 0, 0], [0; 8]].concat();
        let authentication = [ICMPV6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let payload = [&hop_by_hop[..], &options, &authentication, &[kind, 0, 0, 0, 0, 0, 0, 0]].concat();
        assert_eq!(unreachable(&ipv6("fd00::1", "fd00::9", 0, &payload)).is_some(), kind == 128);
        assert_eq!(unreachable(&ipv6("fd00::1", "fd00::9", 0, &payload[..30])), None, "the chain leads out of the packet");
    }
}

#[test]
fn padding_behind_the_packet_is_not_quoted() {
    let mut padded = ping4();
    padded.extend([0; 3]);
    assert_eq!(unreachable(&padded), unreachable(&ping4()));
}

proptest! {
    #[test]
    fn any_bytes_give_a_right_answer_or_none(mut packet in prop::collection::vec(any::<u8>(), 0..200), sane: bool) {
        if sane && packet.len() >= 40 {
            let length = packet.len() as u16;
            packet[0] = if packet[0] & 1 == 0 { 0x45 } else { 0x60 };
            let (at, length) = if packet[0] == 0x45 { (2, length) } else { (4, length - 40) };
            packet[at..at + 2].copy_from_slice(&length.to_be_bytes());
        }
        if let Some(reply) = unreachable(&packet) {
            assert_checksums(&reply);
            prop_assert_eq!(inner::length(&reply), Some(reply.len()));
            prop_assert_eq!(inner::destination(&reply), inner::source(&packet));
            prop_assert_eq!(unreachable(&reply), None);
        }
    }
}
