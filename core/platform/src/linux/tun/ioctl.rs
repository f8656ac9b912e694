//! Wraps the `ioctl`s on TUN descriptors and interfaces in functions that take and return plain values.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use libc::{c_char, c_int, c_short, c_ulong, ifreq};

/// `TUNSETIFF`: attaches the descriptor to the interface `name`, creating it where it is missing.
pub(super) fn attach(tun: BorrowedFd<'_>, name: &str, flags: c_int) -> io::Result<()> {
    let mut request = request(name)?;
    request.ifr_ifru.ifru_flags = flags as c_short;
    with_request(tun, libc::TUNSETIFF as c_ulong, &mut request)
}

/// `TUNGETIFF`: name and `IFF_` flags of the interface that the descriptor is attached to.
pub(super) fn attached(tun: BorrowedFd<'_>) -> io::Result<(String, c_int)> {
    let mut request = request("")?;
    with_request(tun, libc::TUNGETIFF as c_ulong, &mut request)?;
    let name: Vec<u8> = request.ifr_name.iter().map(|&byte| byte as u8).take_while(|&byte| byte != 0).collect();
    // SAFETY: the kernel has filled this member of the union, and any bits are a valid number.
    let flags = unsafe { request.ifr_ifru.ifru_flags };
    Ok((String::from_utf8_lossy(&name).into_owned(), c_int::from(flags.cast_unsigned())))
}

/// `TUNGETDEVNETNS` (Linux 5.7): the network namespace that the interface is in now. Needs `CAP_NET_ADMIN` over it.
pub(super) fn namespace_of_interface(tun: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    namespace(tun, libc::TUNGETDEVNETNS as c_ulong)
}

/// `SIOCGSKNS`: the network namespace that the socket was opened in. Needs `CAP_NET_ADMIN` over it.
pub(super) fn namespace_of_socket(socket: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    namespace(socket, libc::SIOCGSKNS as c_ulong)
}

fn namespace(fd: BorrowedFd<'_>, code: c_ulong) -> io::Result<OwnedFd> {
    // SAFETY: these requests take no argument.
    let namespace = unsafe { libc::ioctl(fd.as_raw_fd(), code as _, 0) };
    check(namespace)?;
    // SAFETY: the kernel has just opened this descriptor, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(namespace) })
}

/// `TUNSETVNETHDRSZ`: bytes of the virtio header.
pub(super) fn set_header_size(tun: BorrowedFd<'_>, size: usize) -> io::Result<()> {
    let mut size = c_int::try_from(size).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the request reads one `int` from the pointer, which outlives the call.
    check(unsafe { libc::ioctl(tun.as_raw_fd(), libc::TUNSETVNETHDRSZ as _, &raw mut size) })
}

/// `TUNSETOFFLOAD`: which superpackets the kernel may hand out, as `TUN_F_` bits.
pub(super) fn set_offload(tun: BorrowedFd<'_>, offload: u32) -> io::Result<()> {
    // SAFETY: the request takes its argument by value.
    check(unsafe { libc::ioctl(tun.as_raw_fd(), libc::TUNSETOFFLOAD as _, c_ulong::from(offload)) })
}

/// `SIOCGIFMTU`; `socket`: any socket in the interface's network namespace.
pub(super) fn mtu(socket: BorrowedFd<'_>, name: &str) -> io::Result<usize> {
    let mut request = request(name)?;
    with_request(socket, libc::SIOCGIFMTU as c_ulong, &mut request)?;
    // SAFETY: the kernel has filled this member of the union, and any bits are a valid number.
    usize::try_from(unsafe { request.ifr_ifru.ifru_mtu }).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// `SIOCSIFMTU`.
pub(super) fn set_mtu(socket: BorrowedFd<'_>, name: &str, mtu: u16) -> io::Result<()> {
    let mut request = request(name)?;
    request.ifr_ifru.ifru_mtu = c_int::from(mtu);
    with_request(socket, libc::SIOCSIFMTU as c_ulong, &mut request)
}

/// `SIOCSIFTXQLEN`: packets that may wait for the reader.
pub(super) fn set_queue_len(socket: BorrowedFd<'_>, name: &str, packets: u32) -> io::Result<()> {
    let mut request = request(name)?;
    // The kernel's `ifr_qlen` is this member by another name.
    request.ifr_ifru.ifru_metric = packets.cast_signed();
    with_request(socket, libc::SIOCSIFTXQLEN as c_ulong, &mut request)
}

fn request(name: &str) -> io::Result<ifreq> {
    // SAFETY: `ifreq` consists of integers, for which zeros are valid.
    let mut request: ifreq = unsafe { std::mem::zeroed() };
    let Some(place) = request.ifr_name.get_mut(..name.len()).filter(|_| name.len() < libc::IFNAMSIZ) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    for (to, from) in place.iter_mut().zip(name.bytes()) {
        *to = from as c_char;
    }
    Ok(request)
}

fn with_request(fd: BorrowedFd<'_>, code: c_ulong, request: &mut ifreq) -> io::Result<()> {
    // SAFETY: the requests of this module read and write one `ifreq` at the pointer, which outlives the call.
    check(unsafe { libc::ioctl(fd.as_raw_fd(), code as _, &raw mut *request) })
}

fn check(result: c_int) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
