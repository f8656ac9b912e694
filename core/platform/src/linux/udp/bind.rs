//! Creates the two UDP sockets: one port for both families, and the options that the data path relies on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use libc::{c_int, socklen_t};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with};

/// Requested size, bytes (the kernel doubles it, and counts its own overhead): some 8 ms of bulk traffic. Packets that the peer
/// has sent are then not lost while the reading thread is off its processor. They are read faster than they arrive, so that no
/// queue stays.
const RECEIVE_BUFFER: c_int = 4 << 20;
/// A larger buffer would only let queues grow.
const SEND_BUFFER: c_int = 1 << 20;

/// Attempts to find a port that is free for both families.
const PORT_TRIES: usize = 32;

/// The sockets of both families on one port. A socket is `None` if the system lacks the family.
pub(super) struct Pair {
    pub(super) v4: Option<OwnedFd>,
    pub(super) v6: Option<OwnedFd>,
    pub(super) port: u16,
}

/// Binds to `port`, or to a port that is free for both families if `port` is 0.
pub(super) fn bind_pair(port: u16) -> io::Result<Pair> {
    for _ in 1..PORT_TRIES {
        match try_pair(port) {
            Err(Errno::ADDRINUSE) if port == 0 => {}
            other => return other.map_err(|error| describe(error, port)),
        }
    }
    try_pair(port).map_err(|error| describe(error, port))
}

fn describe(error: Errno, port: u16) -> io::Error {
    match error {
        Errno::ADDRINUSE => io::Error::new(io::ErrorKind::AddrInUse, format!("UDP port {port} is in use by another socket")),
        Errno::ACCESS => {
            io::Error::new(io::ErrorKind::PermissionDenied, format!("no right to bind UDP port {port}: below 1024 it takes root"))
        }
        other => other.into(),
    }
}

fn try_pair(port: u16) -> Result<Pair, Errno> {
    let v4 = one(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)?;
    let port = v4.as_ref().map_or(Ok(port), |socket| port_of(socket.as_fd()))?;
    let v6 = one(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port)?;
    let port = match (&v4, &v6) {
        (None, None) => return Err(Errno::AFNOSUPPORT),
        (None, Some(v6)) => port_of(v6.as_fd())?,
        (Some(_), _) => port,
    };
    Ok(Pair { v4, v6, port })
}

/// Creates the socket of one family. `None` if the system lacks the family, or if it is disabled.
fn one(ip: IpAddr, port: u16) -> Result<Option<OwnedFd>, Errno> {
    let family = if ip.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = match socket_with(family, SocketType::DGRAM, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None) {
        Err(Errno::AFNOSUPPORT | Errno::PROTONOSUPPORT) => return Ok(None),
        other => other?,
    };
    let fd = socket.as_fd();
    if ip.is_ipv6() {
        set(fd, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, 1)?;
        set(fd, libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO, 1)?;
        set(fd, libc::IPPROTO_IPV6, libc::IPV6_RECVTCLASS, 1)?;
    } else {
        set(fd, libc::IPPROTO_IP, libc::IP_PKTINFO, 1)?;
        set(fd, libc::IPPROTO_IP, libc::IP_RECVTOS, 1)?;
        // As in the kernel's WireGuard, the outer header has no "don't fragment", so that a network that swallows ICMP costs
        // speed, not the connection.
        set(fd, libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, libc::IP_PMTUDISC_DONT)?;
    }
    buffer(fd, libc::SO_RCVBUFFORCE, libc::SO_RCVBUF, RECEIVE_BUFFER);
    buffer(fd, libc::SO_SNDBUFFORCE, libc::SO_SNDBUF, SEND_BUFFER);
    match bind(&socket, &SocketAddr::new(ip, port)) {
        Err(Errno::ADDRNOTAVAIL) if ip.is_ipv6() => Ok(None),
        other => other.map(|()| Some(socket)),
    }
}

/// Sets a buffer size: beyond the system's limit if this process may, otherwise up to the limit.
fn buffer(socket: BorrowedFd<'_>, force: c_int, plain: c_int, bytes: c_int) {
    if set(socket, libc::SOL_SOCKET, force, bytes).is_err() {
        // A smaller buffer still works.
        let _ = set(socket, libc::SOL_SOCKET, plain, bytes);
    }
}

fn port_of(socket: BorrowedFd<'_>) -> Result<u16, Errno> {
    SocketAddr::try_from(getsockname(socket)?).map(|address| address.port()).map_err(|_| Errno::AFNOSUPPORT)
}

/// Returns true if the kernel supports `UDP_SEGMENT` (Linux 4.18).
pub(super) fn knows_segmentation(socket: BorrowedFd<'_>) -> bool {
    set(socket, libc::SOL_UDP, libc::UDP_SEGMENT, 0).is_ok()
}

/// Asks the kernel to deliver runs of datagrams (Linux 5.0). Returns false if it delivers them one by one.
pub(super) fn ask_for_runs(socket: BorrowedFd<'_>) -> bool {
    set(socket, libc::SOL_UDP, libc::UDP_GRO, 1).is_ok()
}

/// Sets `SO_MARK`.
pub(in crate::linux) fn set_mark(socket: BorrowedFd<'_>, mark: u32) -> io::Result<()> {
    set(socket, libc::SOL_SOCKET, libc::SO_MARK, mark.cast_signed()).map_err(|error| match error {
        Errno::PERM => io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("setting the firewall mark {mark:#x} needs root or the capability CAP_NET_ADMIN"),
        ),
        other => other.into(),
    })
}

pub(super) fn set(socket: BorrowedFd<'_>, level: c_int, option: c_int, value: c_int) -> Result<(), Errno> {
    // SAFETY: the pointer and length are those of one `int`, which outlives the call.
    let result = unsafe {
        libc::setsockopt(socket.as_raw_fd(), level, option, (&raw const value).cast(), size_of::<c_int>() as socklen_t)
    };
    if result == 0 { Ok(()) } else { Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::INVAL)) }
}
