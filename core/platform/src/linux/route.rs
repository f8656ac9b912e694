//! Routes: reads the tables, adds and removes our own routes, and asks the kernel which route a packet would take.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adit_config::Cidr;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteMetric, RouteProtocol, RouteScope, RouteType, RouteVia,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::link;
use super::netlink::{Netlink, PROTOCOL};
use crate::linux_network::spec::MAIN_TABLE;
use crate::linux_network::spec::{Route, RouteSpec};
use crate::network::EndpointRoute;

/// A route that is in the kernel's tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Present {
    pub(super) route: Route,
    /// Index of the interface; 0 if the route has none or several.
    pub(super) interface: u32,
    /// The route has our protocol number.
    pub(super) ours: bool,
    /// Metric: of several routes to one network the kernel uses the one with the lowest.
    metric: u32,
    /// MTU of the route itself, bytes.
    mtu: Option<u32>,
}

/// Returns all unicast routes of all tables, both families.
pub(super) fn list(netlink: &mut Netlink) -> io::Result<Vec<Present>> {
    Ok(dump(netlink)?.iter().filter_map(parse).collect())
}

fn dump(netlink: &mut Netlink) -> io::Result<Vec<RouteMessage>> {
    let mut routes = Vec::new();
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        let mut message = RouteMessage::default();
        message.header.address_family = family;
        let answers = match netlink.dump(RouteNetlinkMessage::GetRoute(message)) {
            Err(error) if family == AddressFamily::Inet6 && is_ipv6_missing(&error) => continue,
            answers => answers?,
        };
        routes.extend(answers.into_iter().filter_map(|answer| match answer {
            RouteNetlinkMessage::NewRoute(message) => Some(message),
            _ => None,
        }));
    }
    Ok(routes)
}

/// The longest prefix of a route that counts as a default route: two halves (`0.0.0.0/1` and `128.0.0.0/1`) or all global addresses
/// of IPv6 (`2000::/3`) replace one.
const WIDEST: u8 = 3;

/// A default route of the main table, or a wide route in the place of one, or one of several next hops of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct DefaultRoute {
    pub(super) interface: u32,
    /// The next hop. None if the route has none, as on a point-to-point link.
    pub(super) gateway: Option<IpAddr>,
    pub(super) is_ipv4: bool,
    pub(super) metric: u32,
    /// The route leads to a part of all addresses, and comes before routes to all addresses whatever their metric.
    pub(super) is_part: bool,
}

/// Returns the default routes of the main table.
pub(super) fn defaults(netlink: &mut Netlink) -> io::Result<Vec<DefaultRoute>> {
    let mut defaults = Vec::new();
    for message in &dump(netlink)? {
        let Some(present) = parse(message) else { continue };
        let network = present.route.network;
        if present.route.table != MAIN_TABLE || network.prefix() > WIDEST || is_multicast(network.address()) {
            continue;
        }
        let route = |interface, gateway| DefaultRoute {
            interface,
            gateway,
            is_ipv4: network.is_ipv4(),
            metric: present.metric,
            is_part: !network.is_default(),
        };
        if present.interface != 0 {
            defaults.push(route(present.interface, gateway(&message.attributes)));
        }
        let hops = message.attributes.iter().filter_map(|attribute| match attribute {
            RouteAttribute::MultiPath(hops) => Some(hops),
            _ => None,
        });
        defaults.extend(hops.flatten().map(|hop| route(hop.interface_index, gateway(&hop.attributes))));
    }
    Ok(defaults)
}

/// Returns true for an address at which only multicast and reserved or local networks begin, up to the end of the family.
fn is_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets()[0] >= 224,
        IpAddr::V6(address) => address.octets()[0] >= 0xe0,
    }
}

/// Replaces our routes over the interface by those of `spec` and returns how many were added. A route in the main table is left
/// out if the interface's own network covers it.
pub(super) fn set(netlink: &mut Netlink, interface: u32, spec: &RouteSpec) -> io::Result<usize> {
    let wanted = &spec.routes;
    let (present, elsewhere): (Vec<Present>, Vec<Present>) =
        list(netlink)?.into_iter().partition(|present| present.interface == interface);
    let covered = |wanted: &Route| {
        wanted.table == MAIN_TABLE
            && present.iter().any(|other| {
                !other.ours
                    && other.route.table == MAIN_TABLE
                    && other.route.network.prefix() <= wanted.network.prefix()
                    && other.route.network.contains(wanted.network.address())
            })
    };
    for stale in present.iter().filter(|present| present.ours && !wanted.contains(&present.route)) {
        remove(netlink, interface, stale.route)?;
    }
    let mut added = 0;
    for route in wanted {
        if !covered(route) && !present.iter().any(|present| present.ours && present.route == *route) {
            let first = elsewhere.iter().filter(|other| spec.yields_with(route) && other.ours && other.route == *route);
            let mut message = message(interface, *route);
            message.attributes.extend(first.map(|other| other.metric.saturating_add(1)).max().map(RouteAttribute::Priority));
            netlink.request(RouteNetlinkMessage::NewRoute(message), NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL)?;
            added += 1;
        }
    }
    Ok(added)
}

/// Returns the first route of `wanted` that collides with one of another program, which the kernel would refuse: its network,
/// and the index of the interface of the other route.
pub(super) fn occupied(netlink: &mut Netlink, wanted: impl Iterator<Item = Route>) -> io::Result<Option<(Cidr, u32)>> {
    let is_same = |present: &Present| !present.ours && present.interface != 0 && present.metric == default_metric(&present.route);
    let present: HashMap<Route, u32> =
        list(netlink)?.into_iter().filter(is_same).map(|present| (present.route, present.interface)).collect();
    let mut found = wanted.filter_map(|route| Some((route.network, *present.get(&route)?)));
    Ok(found.next())
}

/// Returns the metric that the kernel gives a route without one.
const fn default_metric(route: &Route) -> u32 {
    if route.network.is_ipv4() { 0 } else { 1024 }
}

/// A route to one address.
pub(super) struct Found {
    pub(super) route: EndpointRoute,
    /// The link is up and has a carrier.
    pub(super) has_carrier: bool,
}

/// Returns the route of packets with `mark` to `destination`, or None if there is none.
pub(super) fn to(netlink: &mut Netlink, destination: IpAddr, mark: u32) -> io::Result<Option<Found>> {
    let mut message = RouteMessage::default();
    message.header.address_family = family(destination.is_ipv4());
    message.header.destination_prefix_length = if destination.is_ipv4() { 32 } else { 128 };
    message.attributes.push(RouteAttribute::Destination(destination.into()));
    if mark != 0 {
        message.attributes.push(RouteAttribute::Mark(mark));
    }
    let answer = match netlink.request(RouteNetlinkMessage::GetRoute(message), NLM_F_REQUEST) {
        Err(error) if is_no_route(&error) || is_ipv6_missing(&error) => return Ok(None),
        answer => answer?,
    };
    let Some(RouteNetlinkMessage::NewRoute(route)) = answer else { return Ok(None) };
    let Some(link) = oif(&route).map(|index| link::by_index(netlink, index)).transpose()?.flatten() else { return Ok(None) };
    let gateway = gateway(&route.attributes);
    let source = route.attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::PrefSource(source) => address(source),
        _ => None,
    });
    let mtu = mtu_metric(&route).or(link.mtu);
    let (interface, index, carrier_changes) = (link.name, link.index, link.carrier_changes);
    let route = EndpointRoute { interface, index, gateway, source, carrier_changes, mtu };
    Ok(Some(Found { route, has_carrier: link.runs }))
}

/// Returns true for the errors by which the kernel reports that no route, or one of kind unreachable, prohibit or blackhole,
/// leads there.
fn is_no_route(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENETUNREACH | libc::EHOSTUNREACH | libc::EACCES | libc::EINVAL))
}

/// Returns the MTU of the default route, IPv4's before IPv6's.
pub(super) fn default_mtu(netlink: &mut Netlink) -> io::Result<Option<u32>> {
    let routes = list(netlink)?;
    let Some(default) = routes.iter().find(|present| present.route.table == MAIN_TABLE && present.route.network.prefix() == 0)
    else {
        return Ok(None);
    };
    mtu_of(netlink, default.mtu, Some(default.interface))
}

/// Returns the narrowest route to an address in the main table, without the default route: its network and the index of its
/// interface. Of several routes to one network it is the one that the kernel uses: lowest metric, then the first.
pub(super) fn local(netlink: &mut Netlink, destination: IpAddr) -> io::Result<Option<(Cidr, u32)>> {
    let routes = list(netlink)?.into_iter().filter(|present| {
        let network = present.route.network;
        present.route.table == MAIN_TABLE && present.interface != 0 && network.prefix() > 0 && network.contains(destination)
    });
    let taken = routes.min_by_key(|present| (Reverse(present.route.network.prefix()), present.metric));
    Ok(taken.map(|present| (present.route.network, present.interface)))
}

fn mtu_of(netlink: &mut Netlink, own: Option<u32>, interface: Option<u32>) -> io::Result<Option<u32>> {
    match (own, interface) {
        (Some(mtu), _) => Ok(Some(mtu)),
        (None, Some(interface)) => Ok(link::by_index(netlink, interface)?.and_then(|link| link.mtu)),
        (None, None) => Ok(None),
    }
}

fn remove(netlink: &mut Netlink, interface: u32, route: Route) -> io::Result<()> {
    match netlink.request(RouteNetlinkMessage::DelRoute(message(interface, route)), NLM_F_REQUEST) {
        Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(()),
        answer => answer.map(drop),
    }
}

fn message(interface: u32, route: Route) -> RouteMessage {
    let ipv4 = route.network.is_ipv4();
    let mut message = RouteMessage::default();
    message.header.address_family = family(ipv4);
    message.header.destination_prefix_length = route.network.prefix();
    message.header.table = u8::try_from(route.table).unwrap_or(RouteHeader::RT_TABLE_UNSPEC);
    message.header.protocol = RouteProtocol::from(PROTOCOL);
    message.header.scope = if ipv4 { RouteScope::Link } else { RouteScope::Universe };
    message.header.kind = RouteType::Unicast;
    message.attributes = vec![RouteAttribute::Table(route.table), RouteAttribute::Oif(interface)];
    if route.network.prefix() > 0 {
        message.attributes.push(RouteAttribute::Destination(route.network.address().into()));
    }
    message
}

fn parse(message: &RouteMessage) -> Option<Present> {
    if message.header.kind != RouteType::Unicast {
        return None;
    }
    let ipv4 = message.header.address_family == AddressFamily::Inet;
    let mut address: IpAddr = if ipv4 { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let mut table = u32::from(message.header.table);
    let mut metric = 0;
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(RouteAddress::Inet(destination)) => address = (*destination).into(),
            RouteAttribute::Destination(RouteAddress::Inet6(destination)) => address = (*destination).into(),
            RouteAttribute::Table(number) => table = *number,
            RouteAttribute::Priority(number) => metric = *number,
            _ => {}
        }
    }
    Some(Present {
        route: Route { network: Cidr::new(address, message.header.destination_prefix_length).ok()?, table },
        interface: oif(message).unwrap_or(0),
        ours: u8::from(message.header.protocol) == PROTOCOL,
        metric,
        mtu: mtu_metric(message),
    })
}

fn gateway(attributes: &[RouteAttribute]) -> Option<IpAddr> {
    attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::Gateway(gateway) => address(gateway),
        RouteAttribute::Via(RouteVia::Inet6(gateway)) => Some(IpAddr::from(*gateway)),
        _ => None,
    })
}

fn address(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(address) => Some(IpAddr::from(*address)),
        RouteAddress::Inet6(address) => Some(IpAddr::from(*address)),
        _ => None,
    }
}

fn oif(message: &RouteMessage) -> Option<u32> {
    message.attributes.iter().find_map(|attribute| if let RouteAttribute::Oif(index) = attribute { Some(*index) } else { None })
}

fn mtu_metric(message: &RouteMessage) -> Option<u32> {
    let metrics = message.attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::Metrics(metrics) => Some(metrics),
        _ => None,
    })?;
    metrics.iter().find_map(|metric| if let RouteMetric::Mtu(mtu) = metric { Some(*mtu) } else { None })
}

pub(super) fn family(ipv4: bool) -> AddressFamily {
    if ipv4 { AddressFamily::Inet } else { AddressFamily::Inet6 }
}

/// Returns true for the errors of a kernel without IPv6.
pub(super) fn is_ipv6_missing(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EOPNOTSUPP | libc::EAFNOSUPPORT))
}
