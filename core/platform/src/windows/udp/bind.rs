//! Creates the two UDP sockets: one port for both families, and the options that the data path relies on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket as StdSocket};
use std::os::windows::io::{AsHandle, AsRawHandle, AsRawSocket};
use std::ptr;

use windows_sys::Win32::Networking::WinSock::{
    FD_READ, IP_MTU_DISCOVER, IP_PKTINFO, IP_PMTUDISC_DONT, IP_RECVECN, IP_RECVTOS, IP_UNICAST_IF, IPPROTO_IP, IPPROTO_IPV6,
    IPPROTO_UDP, IPV6_PKTINFO, IPV6_RECVECN, IPV6_RECVTCLASS, IPV6_UNICAST_IF, SIO_UDP_CONNRESET, SIO_UDP_NETRESET, SO_RCVBUF,
    SO_SNDBUF, SOCKET_ERROR, SOL_SOCKET, UDP_RECV_MAX_COALESCED_SIZE, UDP_SEND_MSG_SIZE, WSAEACCES, WSAEADDRINUSE,
    WSAEADDRNOTAVAIL, WSAEAFNOSUPPORT, WSAEPROTONOSUPPORT, WSAEventSelect, WSAGetLastError, WSAIoctl, setsockopt,
};

use super::{Families, Family, receive};
use crate::device::MAX_SUPERPACKET;
use crate::windows::default_route::Indices;
use crate::windows::event::Event;

/// Requested sizes, bytes, as on Linux: some 8 ms of bulk traffic to receive, and no queue to send.
const RECEIVE_BUFFER: u32 = 4 << 20;
const SEND_BUFFER: u32 = 1 << 20;

/// Attempts to find a port that is free for both families.
const PORT_TRIES: usize = 32;

/// The sockets of both families on one port. A socket is `None` if the system lacks the family.
pub(super) struct Pair {
    pub(super) v4: Option<Family>,
    pub(super) v6: Option<Family>,
    pub(super) port: u16,
}

/// Binds to `port`, or to a port that is free for both families if `port` is 0.
pub(super) fn bind_pair(port: u16) -> io::Result<Pair> {
    for _ in 1..PORT_TRIES {
        match try_pair(port) {
            Err(error) if port == 0 && is_in_use(&error) => {}
            other => return other.map_err(|error| describe(error, port)),
        }
    }
    try_pair(port).map_err(|error| describe(error, port))
}

fn is_in_use(error: &io::Error) -> bool {
    // A port that another program has for itself alone, or that the system has reserved, is denied.
    matches!(error.raw_os_error(), Some(WSAEADDRINUSE | WSAEACCES))
}

fn describe(error: io::Error, port: u16) -> io::Error {
    match error.raw_os_error() {
        Some(WSAEADDRINUSE) => io::Error::new(io::ErrorKind::AddrInUse, format!("UDP port {port} is in use by another socket")),
        Some(WSAEACCES) => io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("UDP port {port} belongs to another program, or is in a range that Windows has reserved"),
        ),
        _ => error,
    }
}

fn try_pair(port: u16) -> io::Result<Pair> {
    let v4 = one(Ipv4Addr::UNSPECIFIED.into(), port)?;
    let port = v4.as_ref().map_or(Ok(port), port_of)?;
    let v6 = one(Ipv6Addr::UNSPECIFIED.into(), port)?;
    let port = match (&v4, &v6) {
        (None, None) => return Err(io::Error::from_raw_os_error(WSAEAFNOSUPPORT)),
        (None, Some(v6)) => port_of(v6)?,
        (Some(_), _) => port,
    };
    Ok(Pair { v4, v6, port })
}

fn port_of(family: &Family) -> io::Result<u16> {
    family.socket.local_addr().map(|address| address.port())
}

/// Creates the socket of one family. `None` if the system lacks the family, or if it is disabled. A socket of IPv6 is of IPv6
/// alone, unless a program asks for more.
fn one(ip: IpAddr, port: u16) -> io::Result<Option<Family>> {
    let socket = match StdSocket::bind(SocketAddr::new(ip, port)) {
        Err(error) if matches!(error.raw_os_error(), Some(WSAEAFNOSUPPORT | WSAEPROTONOSUPPORT)) => return Ok(None),
        Err(error) if ip.is_ipv6() && error.raw_os_error() == Some(WSAEADDRNOTAVAIL) => return Ok(None),
        other => other?,
    };
    socket.set_nonblocking(true)?;
    let sends_ecn = if ip.is_ipv6() {
        set(&socket, IPPROTO_IPV6, IPV6_PKTINFO, 1)?;
        ask_for_ecn(&socket, IPPROTO_IPV6, IPV6_RECVECN, IPV6_RECVTCLASS)
    } else {
        set(&socket, IPPROTO_IP, IP_PKTINFO, 1)?;
        // As in the kernel's WireGuard, the outer header has no "don't fragment", so that a network that swallows ICMP costs
        // speed, not the connection. Windows before 10 lacks the option, and sends such headers anyway.
        let _ = set(&socket, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT.cast_unsigned());
        ask_for_ecn(&socket, IPPROTO_IP, IP_RECVECN, IP_RECVTOS)
    };
    // A smaller buffer still works.
    let _ = set(&socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    let _ = set(&socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    ignore_unreachable(&socket);
    let arrived = Event::new()?;
    announce(&socket, &arrived)?;
    let receive = receive::function(&socket)?;
    Ok(Some(Family { socket, arrived, receive, sends_ecn }))
}

/// Asks for the ECN bits of datagrams. Returns true if the system (since Windows Server 2022 and Windows 11) also takes them.
fn ask_for_ecn(socket: &StdSocket, level: i32, receive_ecn: i32, receive_class: i32) -> bool {
    let takes_ecn = set(socket, level, receive_ecn, 1).is_ok();
    if !takes_ecn && let Err(error) = set(socket, level, receive_class, 1) {
        tracing::debug!(%error, "the system does not tell the ECN bits of datagrams");
    }
    takes_ecn
}

/// Keeps the answer "port unreachable" to one datagram from failing the receipt of others with `WSAECONNRESET`, and likewise
/// "time exceeded" with `WSAENETRESET`. Where the system refuses, the errors are skipped.
fn ignore_unreachable(socket: &StdSocket) {
    for code in [SIO_UDP_CONNRESET, SIO_UDP_NETRESET] {
        let (no, mut returned) = (0_u32, 0_u32);
        // SAFETY: the system reads the four bytes of `no` and writes the length; both are ours. Without an overlapped structure
        // the call ends before it returns.
        let outcome = unsafe {
            WSAIoctl(
                raw(socket),
                code,
                (&raw const no).cast(),
                size_of::<u32>() as u32,
                ptr::null_mut(),
                0,
                &raw mut returned,
                ptr::null_mut(),
                None,
            )
        };
        if outcome == SOCKET_ERROR {
            tracing::debug!(error = %last_error(), "unreachable ports will be reported at the UDP socket");
        }
    }
}

/// Lets `event` be set when a datagram arrives.
fn announce(socket: &StdSocket, event: &Event) -> io::Result<()> {
    // SAFETY: both handles are open; the socket keeps a reference of its own to the event.
    let outcome = unsafe { WSAEventSelect(raw(socket), event.as_handle().as_raw_handle() as isize, FD_READ.cast_signed()) };
    if outcome == SOCKET_ERROR { Err(last_error()) } else { Ok(()) }
}

/// Returns true if the system supports UDP segmentation (USO, since Windows 10 version 2004).
pub(super) fn knows_segmentation(socket: &StdSocket) -> bool {
    set(socket, IPPROTO_UDP, UDP_SEND_MSG_SIZE, 0).is_ok()
}

/// Asks the system to deliver runs of datagrams (URO, since Windows 10 version 2004). Returns false if it delivers them one by
/// one. Not on ARM: there the driver of virtual switches joins datagrams without saying how long they were.
pub(super) fn ask_for_runs(socket: &StdSocket) -> bool {
    cfg!(not(target_arch = "aarch64")) && set(socket, IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE, MAX_SUPERPACKET as u32).is_ok()
}

/// Makes datagrams leave by these interfaces, whatever the routes say; 0 for the routes.
pub(super) fn use_interfaces(families: &Families, indices: Indices) {
    // The index is in network byte order for IPv4 alone.
    let options = [(IPPROTO_IP, IP_UNICAST_IF, indices.v4.to_be()), (IPPROTO_IPV6, IPV6_UNICAST_IF, indices.v6)];
    for (family, (level, option, index)) in families.iter().zip(options) {
        if let Some(family) = family
            && let Err(error) = set(&family.socket, level, option, index)
        {
            tracing::warn!(%error, ?indices, "datagrams cannot be kept on an interface, and follow the routes");
        }
    }
}

fn set(socket: &StdSocket, level: i32, option: i32, value: u32) -> io::Result<()> {
    // SAFETY: the pointer and length are those of one `u32`, which outlives the call.
    let outcome = unsafe { setsockopt(raw(socket), level, option, (&raw const value).cast(), size_of::<u32>() as i32) };
    if outcome == SOCKET_ERROR { Err(last_error()) } else { Ok(()) }
}

pub(super) fn raw(socket: &StdSocket) -> usize {
    socket.as_raw_socket() as usize
}

pub(super) fn last_error() -> io::Error {
    // SAFETY: it only reads the thread's last error.
    io::Error::from_raw_os_error(unsafe { WSAGetLastError() })
}
