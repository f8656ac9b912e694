//! Finds the networks that stay reachable outside a full tunnel, and the addresses that belong to one interface alone.

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;

use adit_config::{Cidr, InterfaceName};

use super::address::Present;
use super::netlink::Netlink;
use super::{address, link, route};
use crate::linux_network::spec::LocalNetwork;
use crate::linux_network::spec::MAIN_TABLE;
use crate::network::is_private;

/// Returns the networks that are reached without the interface `name`, sorted. These are the networks of the addresses of
/// interfaces that are up, without loopback (public networks only by permanent addresses), and private networks that our routes
/// lead to over other tunnels. A network that consists of one address of this computer is left out: nobody else is in it.
pub(super) fn all(netlink: &mut Netlink, name: &InterfaceName) -> io::Result<Vec<LocalNetwork>> {
    let links = link::of_networks(netlink)?;
    let addresses = address::all(netlink)?;
    let routes = route::list(netlink)?;
    let tunnels: BTreeSet<u32> = routes.iter().filter(|route| route.ours).map(|route| route.interface).collect();
    let has_neighbours = |present: &&Present| present.address != Cidr::host(present.address.address());
    let may_stay = |present: &&Present| present.is_permanent || is_private(&present.address.network());
    let joined = addresses
        .iter()
        .filter(|present| !tunnels.contains(&present.interface) && !present.address.is_default())
        .filter(|present| has_neighbours(present) && may_stay(present))
        .filter_map(|present| {
            let link = links.iter().find(|link| link.index == present.interface && link.name != name.as_str())?;
            Some(LocalNetwork { network: present.address.network(), interface: link.name.clone(), is_tunnel: false })
        });
    let mut networks: Vec<LocalNetwork> = joined.collect();
    for index in tunnels {
        let Some(link) = link::by_index(netlink, index)?.filter(|link| link.name != name.as_str()) else { continue };
        let behind = routes.iter().filter(|route| route.interface == index && route.route.table == MAIN_TABLE);
        let tunnel =
            |route: &route::Present| LocalNetwork { network: route.route.network, interface: link.name.clone(), is_tunnel: true };
        networks.extend(behind.map(tunnel));
    }
    networks.retain(|local| !local.is_tunnel || is_private(&local.network));
    networks.sort();
    networks.dedup();
    Ok(networks)
}

/// Returns the addresses of `addresses` that no interface but `name` has.
pub(super) fn of_no_other(netlink: &mut Netlink, name: &InterfaceName, addresses: &[IpAddr]) -> io::Result<Vec<IpAddr>> {
    let own = link::find(netlink, name.as_str())?.map(|link| link.index);
    let present = address::all(netlink)?;
    let has_other =
        |address: &IpAddr| present.iter().any(|other| Some(other.interface) != own && other.address.address() == *address);
    Ok(addresses.iter().copied().filter(|address| !has_other(address)).collect())
}
