//! Reads and changes the addresses of an interface.

use std::io;
use std::net::IpAddr;

use adit_config::Cidr;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST};
use netlink_packet_route::address::{AddressAttribute, AddressHeaderFlags, AddressMessage, AddressScope};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::netlink::Netlink;

/// Replaces the addresses of an interface by `wanted`. Addresses that the kernel assigned itself (IPv6 link-local) stay.
pub(super) fn set(netlink: &mut Netlink, index: u32, wanted: &[Cidr]) -> io::Result<()> {
    let is_stale = |(address, scope): &(Cidr, AddressScope)| !wanted.contains(address) && *scope != AddressScope::Link;
    let stale: Vec<Cidr> = list(netlink, index)?.into_iter().filter(is_stale).map(|(address, _)| address).collect();
    // Removing the last IPv4 address would remove all IPv4 routes, so stale IPv4 addresses go last. Stale IPv6 addresses go
    // first: one address cannot be there twice with two prefix lengths.
    remove(netlink, index, stale.iter().filter(|address| !address.is_ipv4()))?;
    add_missing(netlink, index, wanted)?;
    remove(netlink, index, stale.iter().filter(|address| address.is_ipv4()))?;
    // Removing an address may have removed others of its network as well: add them again.
    add_missing(netlink, index, wanted).map(drop)
}

fn remove<'a>(netlink: &mut Netlink, index: u32, addresses: impl Iterator<Item = &'a Cidr>) -> io::Result<()> {
    for address in addresses {
        match netlink.request(RouteNetlinkMessage::DelAddress(message(index, *address)), NLM_F_REQUEST) {
            // The kernel removed it together with another address of its network.
            Err(error) if error.raw_os_error() == Some(libc::EADDRNOTAVAIL) => {}
            answer => drop(answer?),
        }
    }
    Ok(())
}

/// Adds the missing addresses of `wanted` and returns how many were missing. Addresses that others have added stay.
pub(super) fn add_missing(netlink: &mut Netlink, index: u32, wanted: &[Cidr]) -> io::Result<usize> {
    let present = list(netlink, index)?;
    let mut added = 0;
    for address in wanted.iter().filter(|address| !present.iter().any(|(present, _)| present == *address)) {
        let request = RouteNetlinkMessage::NewAddress(message(index, *address));
        netlink.request(request, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL)?;
        added += 1;
    }
    Ok(added)
}

fn list(netlink: &mut Netlink, index: u32) -> io::Result<Vec<(Cidr, AddressScope)>> {
    let answers = netlink.dump(RouteNetlinkMessage::GetAddress(AddressMessage::default()))?;
    Ok(answers
        .into_iter()
        .filter_map(|answer| match answer {
            RouteNetlinkMessage::NewAddress(message) if message.header.index == index => parse(&message),
            _ => None,
        })
        .collect())
}

/// An address of any interface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Present {
    /// Index of the interface.
    pub(super) interface: u32,
    /// The address with its prefix length. On a point-to-point interface the network is the far end's.
    pub(super) address: Cidr,
    /// The address has no lifetime: neither DHCP nor a router advertisement assigned it.
    pub(super) is_permanent: bool,
}

/// Returns all addresses of all interfaces.
pub(super) fn all(netlink: &mut Netlink) -> io::Result<Vec<Present>> {
    let answers = netlink.dump(RouteNetlinkMessage::GetAddress(AddressMessage::default()))?;
    Ok(answers
        .into_iter()
        .filter_map(|answer| match answer {
            RouteNetlinkMessage::NewAddress(message) => Some(Present {
                interface: message.header.index,
                address: parse(&message)?.0,
                is_permanent: message.header.flags.contains(AddressHeaderFlags::Permanent),
            }),
            _ => None,
        })
        .collect())
}

/// On a point-to-point interface `Address` is the far end and `Local` this one; IPv6 may have only `Address`.
fn parse(message: &AddressMessage) -> Option<(Cidr, AddressScope)> {
    let find = |wanted: fn(&AddressAttribute) -> Option<IpAddr>| message.attributes.iter().find_map(wanted);
    let local = find(|attribute| if let AddressAttribute::Local(address) = attribute { Some(*address) } else { None });
    let address = find(|attribute| if let AddressAttribute::Address(address) = attribute { Some(*address) } else { None });
    Some((Cidr::new(local.or(address)?, message.header.prefix_len).ok()?, message.header.scope))
}

fn message(index: u32, address: Cidr) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    message.header.prefix_len = address.prefix();
    message.header.index = index;
    message.attributes = vec![AddressAttribute::Local(address.address()), AddressAttribute::Address(address.address())];
    message
}
