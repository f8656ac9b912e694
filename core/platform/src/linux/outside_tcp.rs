//! TCP connections outside every tunnel: their packets carry a mark.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, connect as begin, ipproto, socket_with};

use super::udp::set_mark;

/// Begins to connect to `to`. The socket does not block.
pub(super) fn connect(to: SocketAddr, mark: u32) -> io::Result<TcpStream> {
    let family = if to.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::STREAM, flags, Some(ipproto::TCP))?;
    set_mark(socket.as_fd(), mark)?;
    match begin(&socket, &to) {
        Ok(()) | Err(rustix::io::Errno::INPROGRESS) => Ok(TcpStream::from(socket)),
        Err(error) => Err(error.into()),
    }
}
