//! Inner packets: well-formed IPv4 and IPv6 packets that carry UDP, with a traffic class chosen by the test.

use std::net::IpAddr;

const UDP: u8 = 17;

/// Builds a UDP packet from port 1000 to port 2000 with correct lengths and checksums.
///
/// `traffic_class` has the DSCP in the upper six bits and ECN in the lower two.
///
/// # Panics
/// If the addresses are of different families, or the packet would be longer than 65,535 bytes.
pub fn udp(source: IpAddr, destination: IpAddr, traffic_class: u8, payload: &[u8]) -> Vec<u8> {
    let udp_length = u16::try_from(payload.len() + 8).expect("a UDP packet has at most 65,535 bytes");
    let mut packet = match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let total = udp_length.checked_add(20).expect("an IPv4 packet has at most 65,535 bytes").to_be_bytes();
            let mut header = vec![0x45, traffic_class, total[0], total[1], 0, 0, 0, 0, 64, UDP, 0, 0];
            header.extend(source.octets());
            header.extend(destination.octets());
            let sum = checksum(0, &header);
            header[10..12].copy_from_slice(&sum.to_be_bytes());
            header
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            let length = udp_length.to_be_bytes();
            let mut header = vec![0x60 | traffic_class >> 4, traffic_class << 4, 0, 0, length[0], length[1], UDP, 64];
            header.extend(source.octets());
            header.extend(destination.octets());
            header
        }
        _ => panic!("{source} and {destination} are of different families"),
    };
    let at = packet.len();
    packet.extend([3, 232, 7, 208]);
    packet.extend(udp_length.to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(payload);
    let addresses = if at == 20 { 12..20 } else { 8..40 };
    let pseudo = sum_words(u32::from(UDP) + u32::from(udp_length), &packet[addresses]);
    let sum = match checksum(pseudo, &packet[at..]) {
        0 => 0xffff,
        sum => sum,
    };
    packet[at + 6..at + 8].copy_from_slice(&sum.to_be_bytes());
    packet
}

/// Returns the payload of a packet built by [`udp`].
///
/// # Panics
/// If the packet is shorter than its headers.
pub fn payload(packet: &[u8]) -> &[u8] {
    &packet[if packet[0] >> 4 == 4 { 28 } else { 48 }..]
}

/// Returns the byte that DSCP and ECN share.
///
/// # Panics
/// If the packet is shorter than two bytes.
pub fn traffic_class(packet: &[u8]) -> u8 {
    if packet[0] >> 4 == 4 { packet[1] } else { packet[0] << 4 | packet[1] >> 4 }
}

fn checksum(start: u32, bytes: &[u8]) -> u16 {
    !(sum_words(start, bytes) as u16)
}

fn sum_words(start: u32, bytes: &[u8]) -> u32 {
    let mut sum = bytes.chunks(2).fold(start, |sum, word| sum + u32::from(word[0]) * 256 + u32::from(*word.get(1).unwrap_or(&0)));
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}
