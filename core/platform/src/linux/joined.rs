//! The networks that the computer is in, and which of its addresses belong to several interfaces.

use std::io;
use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};

use super::netlink::Netlink;
use super::{address, link};
use crate::host::{JoinedNetwork, plan};

/// The private networks that the computer is in: those of the addresses of all interfaces that are up, without loopback and tunnels.
/// Sorted. Networks of one address are left out: nobody else is in them.
pub(super) fn networks(netlink: &mut Netlink) -> io::Result<Vec<JoinedNetwork>> {
    let links = link::of_networks(netlink)?;
    let mut networks: Vec<JoinedNetwork> = address::all(netlink)?
        .into_iter()
        .filter(|(_, address)| *address != Cidr::host(address.address()))
        .filter_map(|(index, address)| {
            let link = links.iter().find(|link| link.index == index)?;
            Some(JoinedNetwork { network: address.network(), interface: link.name.clone() })
        })
        .filter(|joined| plan::is_private(&joined.network))
        .collect();
    networks.sort();
    networks.dedup();
    Ok(networks)
}

/// Those of `addresses` that no interface but `name` has.
pub(super) fn of_no_other(netlink: &mut Netlink, name: &InterfaceName, addresses: &[IpAddr]) -> io::Result<Vec<IpAddr>> {
    let own = link::find(netlink, name.as_str())?.map(|link| link.index);
    let present = address::all(netlink)?;
    let has_other = |address: &IpAddr| present.iter().any(|(index, other)| Some(*index) != own && other.address() == *address);
    Ok(addresses.iter().copied().filter(|address| !has_other(address)).collect())
}

/// Whether an interface that leads to a network speaks IPv6, if only on its own link: a router may give it an address at any time.
pub(super) fn speaks_ipv6(netlink: &mut Netlink) -> io::Result<bool> {
    let links = link::of_networks(netlink)?;
    let is_of_network = |index: u32| links.iter().any(|link| link.index == index);
    Ok(address::all(netlink)?.iter().any(|(index, address)| !address.is_ipv4() && is_of_network(*index)))
}
