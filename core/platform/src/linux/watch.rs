//! The kernel's announcements of changed links, addresses and routes.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::NetlinkPayload;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{LinkAttribute, LinkFlags, LinkHeader, LinkMessage};
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};

use super::{netlink, poll};
use crate::device::{Ready, Stop};
use crate::host::{NetworkChange, NetworkEvents};

const BUFFER: usize = 64 * 1024;

/// A subscription, in the network namespace of the thread that made it.
pub(super) struct Watch {
    socket: Socket,
    buffer: Vec<u8>,
    pending: VecDeque<NetworkChange>,
}

impl Watch {
    pub(super) fn new() -> io::Result<Self> {
        let groups = [
            libc::RTMGRP_LINK,
            libc::RTMGRP_IPV4_IFADDR,
            libc::RTMGRP_IPV4_ROUTE,
            libc::RTMGRP_IPV6_IFADDR,
            libc::RTMGRP_IPV6_ROUTE,
        ];
        let groups = groups.into_iter().fold(0, |all, group| all | group);
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind(&SocketAddr::new(0, groups.cast_unsigned()))?;
        socket.set_non_blocking(true)?;
        Ok(Self { socket, buffer: Vec::with_capacity(BUFFER), pending: VecDeque::new() })
    }

    fn receive(&mut self) -> io::Result<()> {
        self.buffer.clear();
        match self.socket.recv(&mut self.buffer, 0) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            // Announcements were lost: what they were about can be anything.
            Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                self.pending.push_back(NetworkChange::Paths);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        for message in netlink::messages(&self.buffer).filter_map(Result::ok) {
            let change = match message.1 {
                Some(NetlinkPayload::InnerMessage(RouteNetlinkMessage::DelLink(link))) => {
                    name_of(link).map_or(NetworkChange::Paths, NetworkChange::InterfaceRemoved)
                }
                Some(NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(link))) => {
                    let change = if !was_set(&link.header) {
                        |_| NetworkChange::Paths
                    } else if link.header.flags.contains(LinkFlags::Up) {
                        NetworkChange::InterfaceUp
                    } else {
                        NetworkChange::InterfaceDown
                    };
                    name_of(link).map_or(NetworkChange::Paths, change)
                }
                _ => NetworkChange::Paths,
            };
            if self.pending.back() != Some(&change) {
                self.pending.push_back(change);
            }
        }
        Ok(())
    }
}

impl NetworkEvents for Watch {
    fn next(&mut self, stop: &dyn Stop) -> io::Result<Option<NetworkChange>> {
        loop {
            if let Some(change) = self.pending.pop_front() {
                return Ok(Some(change));
            }
            // SAFETY: the socket owns the descriptor and outlives this borrow of it.
            let descriptor = unsafe { BorrowedFd::borrow_raw(self.socket.as_raw_fd()) };
            match poll::wait([Some(descriptor)], stop)? {
                (Ready::Stopped, _) => return Ok(None),
                (Ready::Readable, _) => self.receive()?,
            }
        }
    }
}

/// Whether somebody has set the interface up or down. Of one that is new, and down because nobody has set it up yet, the kernel says
/// that all flags changed; and where something else than flags changed, that none did.
fn was_set(header: &LinkHeader) -> bool {
    let changed = header.change_mask;
    changed.contains(LinkFlags::Up) && changed.bits() != u32::MAX
}

fn name_of(link: LinkMessage) -> Option<String> {
    link.attributes.into_iter().find_map(|attribute| match attribute {
        LinkAttribute::IfName(name) => Some(name),
        _ => None,
    })
}
