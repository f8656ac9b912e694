//! Probes: packets that an application might send. Each can be distinguished from all others wherever it is seen.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, ipproto, sendto, socket_with};

use crate::capture::{Packet, Recording};
use crate::namespace::Namespace;

/// Start of the payload of every UDP probe and every ping.
pub const CANARY: &[u8] = b"adit canary";
/// Ports of the UDP and TCP probes: DNS, and another one.
pub const PORTS: [u16; 2] = [53, 4242];
/// Number of probes to each address: UDP and TCP to both ports, and a ping.
pub const KINDS: usize = 5;
/// The longest wait of a TCP probe for an answer.
const PATIENCE: Duration = Duration::from_millis(30);

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;

/// Identifies a probe within a measurement: protocol, destination, and destination port (0 for a ping).
pub type Key = (u8, IpAddr, u16);

/// Sends the five kinds of probes to each address, as root.
pub fn send(client: &Namespace, targets: &[IpAddr]) -> anyhow::Result<()> {
    client.within(|| {
        for target in targets {
            for port in PORTS {
                udp((*target, port).into());
                tcp((*target, port).into());
            }
            ping(*target);
        }
        Ok(())
    })
}

/// Sends one datagram from this thread's namespace. A datagram that cannot be sent counts like one that is dropped.
pub fn udp(target: SocketAddr) {
    let _ = UdpSocket::bind(any(target.ip())).and_then(|socket| socket.send_to(CANARY, target));
}

/// Tries once to connect.
pub fn tcp(target: SocketAddr) {
    let _ = TcpStream::connect_timeout(&target, PATIENCE);
}

fn any(target: IpAddr) -> SocketAddr {
    let any: IpAddr = if target.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    (any, 0).into()
}

fn ping(target: IpAddr) {
    let (family, protocol, kind) = match target {
        IpAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP, 8),
        IpAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6, 128),
    };
    let mut request = [&[kind, 0, 0, 0, 0xad, 0x17, 0, 1], CANARY].concat();
    if target.is_ipv4() {
        // The kernel computes the checksum of ICMPv6.
        let sum = checksum(&request);
        request[2..4].copy_from_slice(&sum);
    }
    let socket = socket_with(family, SocketType::RAW, SocketFlags::CLOEXEC, Some(protocol));
    let _ = socket.and_then(|socket| sendto(&socket, &request, SendFlags::DONTWAIT, &SocketAddr::new(target, 0)));
}

/// Returns the Internet checksum (RFC 1071).
pub fn checksum(bytes: &[u8]) -> [u8; 2] {
    let words = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_be_bytes()
}

/// Returns the probes to `targets` in a recording. Datagrams of the tunnel itself are not probes.
pub fn seen(recording: &Recording, targets: &[IpAddr]) -> BTreeSet<Key> {
    recording.packets().filter(|packet| targets.contains(&packet.destination)).filter_map(|packet| key(&packet)).collect()
}

fn key(packet: &Packet<'_>) -> Option<Key> {
    match packet.protocol {
        TCP | UDP if is_wireguard(packet) => None,
        TCP | UDP => Some((packet.protocol, packet.destination, packet.port()?)),
        ICMP | ICMPV6 => matches!(packet.body.first(), Some(8 | 128)).then_some((packet.protocol, packet.destination, 0)),
        _ => None,
    }
}

/// Returns true for a WireGuard message: a type from 1 to 4 and three zero bytes.
pub fn is_wireguard(packet: &Packet<'_>) -> bool {
    packet.udp_payload().is_some_and(|payload| matches!(payload, [1..=4, 0, 0, 0, ..]))
}

/// Returns the number of UDP packets with the canary's payload to one of `targets` in a recording.
pub fn canaries(recording: &Recording, targets: &[IpAddr]) -> usize {
    canary_times(recording, targets).count()
}

/// Returns the Unix times at which these packets crossed the link.
pub fn canary_times(recording: &Recording, targets: &[IpAddr]) -> impl Iterator<Item = Duration> {
    let is_canary = |packet: &Packet<'_>| packet.udp_payload().is_some_and(|payload| payload.starts_with(CANARY));
    let is_one = move |packet: &Packet<'_>| targets.contains(&packet.destination) && is_canary(packet);
    recording.timed_packets().filter(move |(_, packet)| is_one(packet)).map(|(at, _)| at)
}
