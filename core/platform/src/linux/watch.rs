//! Receives the kernel's announcements of changed links, addresses and routes.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use netlink_packet_core::NetlinkPayload;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{LinkAttribute, LinkFlags, LinkHeader, LinkMessage};
use netlink_sys::protocols::NETLINK_ROUTE;

use super::announcements::{Announcements, Heard, LINKS_ADDRESSES_ROUTES};
use super::{netlink, poll};
use crate::device::{Ready, Stop};
use crate::network::{NetworkChange, NetworkEvents};

/// A subscription in the network namespace of the thread that created it.
pub(super) struct Watch {
    announcements: Announcements,
    pending: VecDeque<NetworkChange>,
}

impl Watch {
    pub(super) fn new() -> io::Result<Self> {
        let announcements = Announcements::subscribe(NETLINK_ROUTE, LINKS_ADDRESSES_ROUTES, None)?;
        Ok(Self { announcements, pending: VecDeque::new() })
    }

    fn receive(&mut self) -> io::Result<()> {
        let bytes = match self.announcements.receive()? {
            Heard::Messages(bytes) => bytes,
            Heard::Nothing => return Ok(()),
            Heard::Lost => {
                self.pending.push_back(NetworkChange::Paths);
                return Ok(());
            }
        };
        for message in netlink::messages(bytes).filter_map(Result::ok) {
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
    fn next(&mut self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<NetworkChange>> {
        let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
        loop {
            if let Some(change) = self.pending.pop_front() {
                return Ok(Some(change));
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match poll::wait([Some(self.announcements.descriptor())], stop, left)? {
                (Ready::Stopped | Ready::Nothing, _) => return Ok(None),
                (Ready::Readable, _) => self.receive()?,
            }
        }
    }
}

/// Returns true if a program has set the interface up or down. For a new interface, which is down because nobody has set it up
/// yet, the kernel announces that all flags changed. Where something other than flags changed, it announces that none did.
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
