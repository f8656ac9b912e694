//! A subscription to the announcements of a netlink family.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use netlink_sys::{Socket, SocketAddr};

const BUFFER: usize = 64 * 1024;

/// A netlink socket in the network namespace of the thread that made it.
pub(super) struct Announcements {
    socket: Socket,
    buffer: Vec<u8>,
}

/// The result of a receive.
pub(super) enum Heard<'a> {
    /// Messages, one after the other.
    Messages(&'a [u8]),
    Nothing,
    /// The kernel dropped announcements because the socket's buffer was full: anything may have changed.
    Lost,
}

impl Announcements {
    /// Subscribes to the multicast `groups` (bits) of one netlink `protocol`. `queue`: the buffer in bytes, if the system's
    /// default is not enough.
    pub(super) fn subscribe(protocol: isize, groups: u32, queue: Option<i32>) -> io::Result<Self> {
        let mut socket = Socket::new(protocol)?;
        if let Some(queue) = queue {
            // More than the system's limit needs a privilege; less is not an error.
            let _ = socket.set_rx_buf_sz(queue);
        }
        socket.bind(&SocketAddr::new(0, groups))?;
        socket.set_non_blocking(true)?;
        Ok(Self { socket, buffer: Vec::with_capacity(BUFFER) })
    }

    /// Subscribes to one more multicast group, by its number: generic netlink assigns numbers that no bit stands for.
    pub(super) fn join(&mut self, group: u32) -> io::Result<()> {
        self.socket.add_membership(group)
    }

    /// Returns the descriptor for `poll`.
    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        // SAFETY: the socket owns its descriptor and outlives this borrow of it.
        unsafe { BorrowedFd::borrow_raw(self.socket.as_raw_fd()) }
    }

    /// Receives without blocking.
    pub(super) fn receive(&mut self) -> io::Result<Heard<'_>> {
        self.buffer.clear();
        match self.socket.recv(&mut self.buffer, 0) {
            Ok(_) => Ok(Heard::Messages(&self.buffer)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Heard::Nothing),
            Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => Ok(Heard::Lost),
            Err(error) => Err(error),
        }
    }
}

impl AsRawFd for Announcements {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

/// The multicast groups of routing that announce links, addresses and routes, as bits.
pub(super) const LINKS_ADDRESSES_ROUTES: u32 =
    (libc::RTMGRP_LINK | libc::RTMGRP_IPV4_IFADDR | libc::RTMGRP_IPV4_ROUTE | libc::RTMGRP_IPV6_IFADDR | libc::RTMGRP_IPV6_ROUTE)
        .cast_unsigned();
