//! Finds, adjusts and removes interfaces.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{NLM_F_CREATE, NLM_F_REPLACE, NLM_F_REQUEST};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{InfoKind, LinkAttribute, LinkFlags, LinkInfo, LinkLayerType, LinkMessage};
use netlink_packet_route::nsid::{NsidAttribute, NsidMessage};
use netlink_packet_route::tc::{TcAttribute, TcHandle, TcMessage};

use super::netlink::Netlink;

/// The kernel's number for a network namespace that has none.
const NO_NAMESPACE_ID: i32 = -1;

/// An interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Link {
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) mtu: Option<u32>,
    /// The interface is up (`IFF_UP`).
    pub(super) is_up: bool,
    /// The interface is up and has a carrier.
    pub(super) runs: bool,
    /// The number of carrier changes.
    pub(super) carrier_changes: u32,
    /// The interface is one of the kernel's WireGuard.
    pub(super) is_wireguard: bool,
}

/// Returns the interface called `name`, if there is one.
pub(super) fn find(netlink: &mut Netlink, name: &str) -> io::Result<Option<Link>> {
    let mut message = LinkMessage::default();
    message.attributes.push(LinkAttribute::IfName(name.to_owned()));
    get(netlink, message)
}

/// Returns the interface with this index, if there is one.
pub(super) fn by_index(netlink: &mut Netlink, index: u32) -> io::Result<Option<Link>> {
    let mut message = LinkMessage::default();
    message.header.index = index;
    get(netlink, message)
}

/// Returns the interface called `name` in another network namespace, given by a descriptor, if there is one.
pub(super) fn find_in(netlink: &mut Netlink, namespace: BorrowedFd<'_>, name: &str) -> io::Result<Option<Link>> {
    let mut message = LinkMessage::default();
    // `IFLA_TARGET_NETNSID` of the kernel is this attribute under its newer name.
    message.attributes.push(LinkAttribute::IfNetnsId(namespace_id(netlink, namespace)?));
    message.attributes.push(LinkAttribute::IfName(name.to_owned()));
    get(netlink, message)
}

/// Returns the number of another network namespace within this one. Assigns a number if it has none.
fn namespace_id(netlink: &mut Netlink, namespace: BorrowedFd<'_>) -> io::Result<i32> {
    let fd = u32::try_from(namespace.as_raw_fd()).map_err(io::Error::other)?;
    if let Some(known) = known_namespace_id(netlink, fd)? {
        return Ok(known);
    }
    let mut message = NsidMessage::default();
    message.attributes.extend([NsidAttribute::Fd(fd), NsidAttribute::Id(NO_NAMESPACE_ID)]);
    netlink.request(RouteNetlinkMessage::NewNsId(message), NLM_F_REQUEST)?;
    known_namespace_id(netlink, fd)?.ok_or_else(|| io::ErrorKind::NotFound.into())
}

fn known_namespace_id(netlink: &mut Netlink, namespace: u32) -> io::Result<Option<i32>> {
    let mut message = NsidMessage::default();
    message.attributes.push(NsidAttribute::Fd(namespace));
    let answer = netlink.request(RouteNetlinkMessage::GetNsId(message), NLM_F_REQUEST)?;
    let Some(RouteNetlinkMessage::NewNsId(answer)) = answer else { return Ok(None) };
    Ok(answer.attributes.iter().find_map(|attribute| match attribute {
        NsidAttribute::Id(id) if *id != NO_NAMESPACE_ID => Some(*id),
        _ => None,
    }))
}

/// Returns all interfaces that are up and lead to a network, without loopback and interfaces without a link layer, such as
/// tunnels.
pub(super) fn of_networks(netlink: &mut Netlink) -> io::Result<Vec<Link>> {
    let answers = netlink.dump(RouteNetlinkMessage::GetLink(LinkMessage::default()))?;
    let of_network = |link: &LinkMessage| {
        let flags = link.header.flags;
        flags.contains(LinkFlags::Up)
            && !flags.contains(LinkFlags::Loopback)
            && link.header.link_layer_type != LinkLayerType::None
    };
    Ok(answers
        .into_iter()
        .filter_map(|answer| match answer {
            RouteNetlinkMessage::NewLink(link) if of_network(&link) => Some(parse(&link)),
            _ => None,
        })
        .collect())
}

/// Sets the MTU.
pub(super) fn set_mtu(netlink: &mut Netlink, index: u32, mtu: u32) -> io::Result<()> {
    let mut message = LinkMessage::default();
    message.header.index = index;
    message.attributes.push(LinkAttribute::Mtu(mtu));
    netlink.request(RouteNetlinkMessage::SetLink(message), NLM_F_REQUEST).map(drop)
}

/// Limits the number of segments in one superpacket.
pub(super) fn set_max_segments(netlink: &mut Netlink, index: u32, segments: u32) -> io::Result<()> {
    let mut message = LinkMessage::default();
    message.header.index = index;
    message.attributes.push(LinkAttribute::GsoMaxSegs(segments));
    netlink.request(RouteNetlinkMessage::SetLink(message), NLM_F_REQUEST).map(drop)
}

/// Removes the queueing discipline in front of the driver's own queue. Behind a queueing discipline, the kernel does not tell a
/// sending TCP that the driver's queue is full: TCP later assumes a loss on the path and sends the packet again. Without it TCP
/// learns that at once, slows down and loses nothing.
pub(super) fn remove_queueing(netlink: &mut Netlink, index: u32) -> io::Result<()> {
    let mut message = TcMessage::default();
    message.header.index = i32::try_from(index).map_err(io::Error::other)?;
    message.header.parent = TcHandle::ROOT;
    message.attributes.push(TcAttribute::Kind("noqueue".to_owned()));
    netlink.request(RouteNetlinkMessage::NewQueueDiscipline(message), NLM_F_CREATE | NLM_F_REPLACE).map(drop)
}

/// Sets the interface up.
pub(super) fn set_up(netlink: &mut Netlink, index: u32) -> io::Result<()> {
    let mut message = LinkMessage::default();
    message.header.index = index;
    message.header.flags = LinkFlags::Up;
    message.header.change_mask = LinkFlags::Up;
    netlink.request(RouteNetlinkMessage::SetLink(message), NLM_F_REQUEST).map(drop)
}

/// Removes the interface.
pub(super) fn remove(netlink: &mut Netlink, index: u32) -> io::Result<()> {
    let mut message = LinkMessage::default();
    message.header.index = index;
    netlink.request(RouteNetlinkMessage::DelLink(message), NLM_F_REQUEST).map(drop)
}

fn get(netlink: &mut Netlink, message: LinkMessage) -> io::Result<Option<Link>> {
    match netlink.request(RouteNetlinkMessage::GetLink(message), NLM_F_REQUEST) {
        Ok(Some(RouteNetlinkMessage::NewLink(link))) => Ok(Some(parse(&link))),
        Ok(_) => Ok(None),
        Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse(link: &LinkMessage) -> Link {
    let mtu =
        link.attributes.iter().find_map(|attribute| if let LinkAttribute::Mtu(mtu) = attribute { Some(*mtu) } else { None });
    let name = link.attributes.iter().find_map(|attribute| match attribute {
        LinkAttribute::IfName(name) => Some(name.clone()),
        _ => None,
    });
    let is_wireguard = link.attributes.iter().any(|attribute| match attribute {
        LinkAttribute::LinkInfo(infos) => infos.contains(&LinkInfo::Kind(InfoKind::Wireguard)),
        _ => false,
    });
    let carrier_changes = link.attributes.iter().find_map(|attribute| match attribute {
        LinkAttribute::CarrierChanges(count) => Some(*count),
        _ => None,
    });
    let is_up = link.header.flags.contains(LinkFlags::Up);
    let runs = is_up && link.header.flags.contains(LinkFlags::Running);
    Link {
        index: link.header.index,
        name: name.unwrap_or_default(),
        mtu,
        is_up,
        runs,
        carrier_changes: carrier_changes.unwrap_or(0),
        is_wireguard,
    }
}
