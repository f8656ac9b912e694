//! Parses packets from the tunnel as far as their delivery requires.

use std::net::{IpAddr, SocketAddr};

use smoltcp::wire::{
    Icmpv4DstUnreachable, Icmpv4Message, Icmpv4Packet, Icmpv6Message, Icmpv6Packet, IpProtocol, Ipv4Packet, Ipv6Packet,
    TcpPacket, UdpPacket,
};

use super::inbox::IcmpError;

/// A TCP connection, from the point of view of this end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Flow {
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
}

/// The kind of an arriving packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Arrival {
    Tcp {
        flow: Flow,
        /// True if it starts a connection.
        begins: bool,
    },
    Udp {
        local: SocketAddr,
        remote: SocketAddr,
        /// Offset of the UDP header in the packet.
        header: usize,
    },
    /// An ICMP error of a router about a TCP packet of this end.
    IcmpError { flow: Flow, icmp_error: IcmpError },
    /// Any other packet for one of our addresses: a ping, or an unknown protocol.
    Other,
}

/// Returns the destination address and the kind of `packet`. Returns `None` for invalid packets and for fragments.
pub(super) fn read(packet: &[u8]) -> Option<(IpAddr, Arrival)> {
    let ip = Header::read(packet)?;
    let (source, destination) = (ip.source, ip.destination);
    let arrival = match ip.protocol {
        IpProtocol::Tcp => {
            let tcp = TcpPacket::new_checked(ip.payload).ok()?;
            let (local, remote) = (SocketAddr::new(destination, tcp.dst_port()), SocketAddr::new(source, tcp.src_port()));
            Arrival::Tcp { flow: Flow { local, remote }, begins: tcp.syn() && !tcp.ack() && !tcp.rst() }
        }
        IpProtocol::Udp => {
            let udp = UdpPacket::new_checked(ip.payload).ok()?;
            let (local, remote) = (SocketAddr::new(destination, udp.dst_port()), SocketAddr::new(source, udp.src_port()));
            Arrival::Udp { local, remote, header: ip.payload_at }
        }
        IpProtocol::Icmp | IpProtocol::Icmpv6 => icmp_error(&ip).unwrap_or(Arrival::Other),
        _ => Arrival::Other,
    };
    Some((destination, arrival))
}

struct Header<'a> {
    source: IpAddr,
    destination: IpAddr,
    protocol: IpProtocol,
    payload: &'a [u8],
    payload_at: usize,
}

impl<'a> Header<'a> {
    /// Parses the header of a complete packet.
    fn read(packet: &'a [u8]) -> Option<Self> {
        match packet.first()? >> 4 {
            4 => {
                let ip = Ipv4Packet::new_checked(packet).ok()?;
                if ip.more_frags() || ip.frag_offset() != 0 {
                    return None;
                }
                let (payload_at, end) = (usize::from(ip.header_len()), usize::from(ip.total_len()));
                Some(Self {
                    source: ip.src_addr().into(),
                    destination: ip.dst_addr().into(),
                    protocol: ip.next_header(),
                    payload: packet.get(payload_at..end)?,
                    payload_at,
                })
            }
            6 => {
                let ip = Ipv6Packet::new_checked(packet).ok()?;
                let (payload_at, end) = (ip.header_len(), ip.total_len());
                Some(Self {
                    source: ip.src_addr().into(),
                    destination: ip.dst_addr().into(),
                    protocol: ip.next_header(),
                    payload: packet.get(payload_at..end)?,
                    payload_at,
                })
            }
            _ => None,
        }
    }
}

/// Parses an ICMP error (RFC 792, RFC 4443): the packet that caused it follows after 8 bytes, and may be truncated.
fn icmp_error(ip: &Header<'_>) -> Option<Arrival> {
    const ICMP_HEADER: usize = 8;
    let icmp_error = if ip.protocol == IpProtocol::Icmp {
        let icmp = Icmpv4Packet::new_checked(ip.payload).ok()?;
        match (icmp.msg_type(), Icmpv4DstUnreachable::from(icmp.msg_code())) {
            (Icmpv4Message::DstUnreachable, Icmpv4DstUnreachable::FragRequired) => {
                IcmpError::TooBig(u16::from_be_bytes(*ip.payload.get(6..)?.first_chunk()?))
            }
            (Icmpv4Message::DstUnreachable, _) => IcmpError::Unreachable,
            _ => return None,
        }
    } else {
        match Icmpv6Packet::new_checked(ip.payload).ok()?.msg_type() {
            Icmpv6Message::DstUnreachable => IcmpError::Unreachable,
            Icmpv6Message::PktTooBig => {
                let mtu = u32::from_be_bytes(*ip.payload.get(4..)?.first_chunk()?);
                IcmpError::TooBig(u16::try_from(mtu).unwrap_or(u16::MAX))
            }
            _ => return None,
        }
    };
    let (local, remote) = tcp_ends(ip.payload.get(ICMP_HEADER..)?)?;
    Some(Arrival::IcmpError { flow: Flow { local, remote }, icmp_error })
}

/// Returns the source and destination of a TCP packet that may be truncated.
fn tcp_ends(packet: &[u8]) -> Option<(SocketAddr, SocketAddr)> {
    let (source, destination, ports): (IpAddr, IpAddr, usize) = match packet.first()? >> 4 {
        4 if packet.get(9) == Some(&u8::from(IpProtocol::Tcp)) => {
            let address = |at: usize| Some(IpAddr::from(*packet.get(at..)?.first_chunk::<4>()?));
            (address(12)?, address(16)?, usize::from(packet.first()? & 15) * 4)
        }
        6 if packet.get(6) == Some(&u8::from(IpProtocol::Tcp)) => {
            let address = |at: usize| Some(IpAddr::from(*packet.get(at..)?.first_chunk::<16>()?));
            (address(8)?, address(24)?, 40)
        }
        _ => return None,
    };
    let port = |at: usize| Some(u16::from_be_bytes(*packet.get(at..)?.first_chunk()?));
    Some((SocketAddr::new(source, port(ports)?), SocketAddr::new(destination, port(ports + 2)?)))
}
