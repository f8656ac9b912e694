//! Builds the ICMP errors that tell a local program at once that its packet cannot be sent through the tunnel. Silence would
//! leave the program waiting. (The kernel does the same when a packet matches no peer or the peer has no endpoint.)
//!
//! The error goes into the TUN device as if it had come out of the tunnel. Its source is the destination that could not be
//! reached. The host routes that address into this very device, so reverse-path filters let the error pass; they would drop one
//! of the host's own addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::inner::{self, IPV4_HEADER, IPV6_HEADER};

const ICMP: u8 = 1;
const ICMPV6: u8 = 58;
const ICMP_HEADER: usize = 8;

/// Maximum size of an ICMPv4 error in bytes, header included (RFC 1812 section 4.3.2.3).
const MAX_V4: usize = 576;
/// Minimum MTU of IPv6 in bytes, which an ICMPv6 error may not exceed (RFC 4443 section 2.4 c).
const MAX_V6: usize = 1280;

const HOP_LIMIT: u8 = 64;
/// TOS precedence "internetwork control", the one prescribed for errors (RFC 1812 section 4.3.2.5).
const PRECEDENCE: u8 = 0xc0;

/// Builds the packet that tells the sender of `packet` that its destination is unreachable: ICMP type 3 code 1 (host unreachable)
/// or ICMPv6 type 1 code 3 (address unreachable).
///
/// Returns `None` if no error may be sent (RFC 1812 section 4.3.2.7, RFC 4443 section 2.4 e): about an ICMP error, to or about a
/// multicast group, about a fragment that is not the first, or about an incomplete packet.
pub fn unreachable(packet: &[u8]) -> Option<Vec<u8>> {
    let packet = packet.get(..inner::length(packet)?)?;
    match (inner::source(packet)?, inner::destination(packet)?) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => v4(packet, source, destination),
        (IpAddr::V6(source), IpAddr::V6(destination)) => v6(packet, source, destination),
        _ => None,
    }
}

fn v4(packet: &[u8], source: Ipv4Addr, destination: Ipv4Addr) -> Option<Vec<u8>> {
    let header_length = usize::from(packet.first()? & 0x0f) * 4;
    let payload = packet.get(header_length..).filter(|_| header_length >= IPV4_HEADER)?;
    let fragment_offset = u16::from_be_bytes([*packet.get(6)?, *packet.get(7)?]) & 0x1fff;
    let error = *packet.get(9)? == ICMP && is_icmpv4_error(*payload.first()?);
    if error || fragment_offset != 0 || !is_one_host_v4(source) || !is_one_host_v4(destination) {
        return None;
    }
    let quoted = &packet[..packet.len().min(MAX_V4 - IPV4_HEADER - ICMP_HEADER)];
    let total = (IPV4_HEADER + ICMP_HEADER + quoted.len()) as u16;

    let mut reply = Vec::with_capacity(usize::from(total));
    reply.extend([0x45, PRECEDENCE]);
    reply.extend(total.to_be_bytes());
    reply.extend([0, 0, 0, 0, HOP_LIMIT, ICMP, 0, 0]);
    reply.extend(destination.octets());
    reply.extend(source.octets());
    put_checksum(&mut reply, 0, 10, 0);
    reply.extend([3, 1, 0, 0, 0, 0, 0, 0]);
    reply.extend(quoted);
    put_checksum(&mut reply, IPV4_HEADER, IPV4_HEADER + 2, 0);
    Some(reply)
}

fn v6(packet: &[u8], source: Ipv6Addr, destination: Ipv6Addr) -> Option<Vec<u8>> {
    if !is_one_host_v6(source) || !is_one_host_v6(destination) || !v6_upper_layer_may_be_answered(packet)? {
        return None;
    }
    let quoted = &packet[..packet.len().min(MAX_V6 - IPV6_HEADER - ICMP_HEADER)];
    let length = (ICMP_HEADER + quoted.len()) as u16;

    let mut reply = Vec::with_capacity(IPV6_HEADER + usize::from(length));
    reply.extend([0x60, 0, 0, 0]);
    reply.extend(length.to_be_bytes());
    reply.extend([ICMPV6, HOP_LIMIT]);
    reply.extend(destination.octets());
    reply.extend(source.octets());
    reply.extend([1, 3, 0, 0, 0, 0, 0, 0]);
    reply.extend(quoted);
    // The pseudo-header (RFC 8200 section 8.1): both addresses, which precede the message, its length and its protocol.
    put_checksum(&mut reply, 8, IPV6_HEADER + 2, u32::from(length) + u32::from(ICMPV6));
    Some(reply)
}

/// Follows the extension headers. Returns `None` if they do not end within the packet, so that its protocol is unknown.
fn v6_upper_layer_may_be_answered(packet: &[u8]) -> Option<bool> {
    const HOP_BY_HOP: u8 = 0;
    const ROUTING: u8 = 43;
    const FRAGMENT: u8 = 44;
    const AUTHENTICATION: u8 = 51;
    const DESTINATION_OPTIONS: u8 = 60;

    let mut kind = *packet.get(6)?;
    let mut rest = packet.get(IPV6_HEADER..)?;
    loop {
        let length = match kind {
            ICMPV6 => return Some(!is_icmpv6_error(*rest.first()?)),
            HOP_BY_HOP | ROUTING | DESTINATION_OPTIONS => (usize::from(*rest.get(1)?) + 1) * 8,
            AUTHENTICATION => (usize::from(*rest.get(1)?) + 2) * 4,
            FRAGMENT if u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]) >> 3 != 0 => return Some(false),
            FRAGMENT => 8,
            _ => return Some(true),
        };
        kind = *rest.first()?;
        rest = rest.get(length..)?;
    }
}

/// Returns true for unreachable, source quench, redirect, time exceeded and parameter problem (RFC 1122 section 3.2.2).
const fn is_icmpv4_error(kind: u8) -> bool {
    matches!(kind, 3 | 4 | 5 | 11 | 12)
}

/// Returns true for types below 128, which are errors, and for redirects, which count as errors here (RFC 4443 sections 2.1 and
/// 2.4 e).
const fn is_icmpv6_error(kind: u8) -> bool {
    kind < 128 || kind == 137
}

/// Returns true unless `ip` is "this network", loopback, multicast, reserved or broadcast.
fn is_one_host_v4(ip: Ipv4Addr) -> bool {
    !matches!(ip.octets()[0], 0 | 127 | 224..)
}

fn is_one_host_v6(ip: Ipv6Addr) -> bool {
    !(ip.is_unspecified() || ip.is_multicast() || ip.is_loopback())
}

/// Sets the Internet checksum (RFC 1071) over everything from `start`. The field at `at` must still be zero, and `sum` is added.
fn put_checksum(packet: &mut [u8], start: usize, at: usize, sum: u32) {
    let mut words = packet[start..].chunks_exact(2);
    let mut sum = words.by_ref().fold(sum, |sum, word| sum + u32::from(u16::from_be_bytes([word[0], word[1]])));
    if let [last] = words.remainder() {
        sum += u32::from(*last) << 8;
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    packet[at..at + 2].copy_from_slice(&(!sum as u16).to_be_bytes());
}

#[cfg(test)]
mod tests;
