//! The links that lead to a network, as the kernel describes them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::path::{Path, PathBuf};

use adit_config::Cidr;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{InfoKind, LinkAttribute, LinkFlags, LinkInfo, LinkLayerType, LinkMessage};

use super::super::netlink::Netlink;
use super::super::route::DefaultRoute;
use super::super::{address, route};
use crate::network_facts::LinkKind;

/// More subnets are not looked at: a network can assign any number of addresses by router advertisements.
const MAX_SUBNETS: usize = 64;

/// The folder in which the kernel describes interfaces.
pub(super) const SYSFS: &str = "/sys/class/net";

/// The kernel's knowledge of the links.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Interfaces {
    /// Sorted by name.
    pub(super) links: Vec<Interface>,
    /// Names of the tunnels that are up.
    pub(super) tunnels: BTreeSet<String>,
}

/// A link that is up and has a carrier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Interface {
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) kind: LinkKind,
    pub(super) is_default: bool,
    /// Next hop of the preferred default route over this link, IPv4's before IPv6's.
    pub(super) gateway: Option<IpAddr>,
    /// The number of changes of the carrier so far.
    pub(super) carrier_changes: u32,
    pub(super) subnets: Vec<Cidr>,
}

/// Reads links, addresses and default routes.
pub(super) fn read(netlink: &mut Netlink, sysfs: &Path) -> io::Result<Interfaces> {
    let answers = netlink.dump(RouteNetlinkMessage::GetLink(LinkMessage::default()))?;
    let described = answers.iter().filter_map(|answer| match answer {
        RouteNetlinkMessage::NewLink(message) => Description::of(message, sysfs),
        _ => None,
    });
    let described: Vec<Description> = described.collect();
    let addresses = address::all(netlink)?;
    let defaults = route::defaults(netlink)?;
    Ok(select(described, &addresses, &defaults))
}

/// An interface that is up and has a carrier.
struct Description {
    index: u32,
    name: String,
    role: Role,
    carrier_changes: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Link(LinkKind),
    /// It connects programs or virtual machines of this computer, unless a default route leads over it.
    Bridge,
    /// The end of a cable between namespaces. It is a link of a container, which has an address on it. On the computer around the
    /// containers it has none.
    Virtual,
    Tunnel,
    /// A tunnel, or the last part of the way to an Internet provider.
    PointToPoint,
}

impl Description {
    /// `None` for an interface that leads nowhere, and for a port of another interface, which has no addresses of its own.
    fn of(message: &LinkMessage, sysfs: &Path) -> Option<Self> {
        let flags = message.header.flags;
        if !flags.contains(LinkFlags::Up | LinkFlags::Running) || flags.contains(LinkFlags::Loopback) {
            return None;
        }
        let (mut name, mut kind, mut carrier_changes, mut is_port) = (None, None, 0, false);
        for attribute in &message.attributes {
            match attribute {
                LinkAttribute::IfName(text) => name = Some(text.clone()),
                LinkAttribute::CarrierChanges(count) => carrier_changes = *count,
                LinkAttribute::Controller(index) => is_port = *index != 0,
                LinkAttribute::LinkInfo(info) => kind = kind_of(info),
                _ => {}
            }
        }
        let name = name.filter(|_| !is_port)?;
        let index = message.header.index;
        let described = Sysfs::of(sysfs, &name, index);
        let role = role(kind.as_ref(), message.header.link_layer_type, described);
        Some(Self { index, name, role, carrier_changes })
    }
}

fn kind_of(info: &[LinkInfo]) -> Option<InfoKind> {
    info.iter().find_map(|info| if let LinkInfo::Kind(kind) = info { Some(kind.clone()) } else { None })
}

/// The description in `/sys/class/net`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Sysfs {
    is_wifi: bool,
    is_cellular: bool,
}

impl Sysfs {
    /// Without `/sys`, or with that of another network namespace, nothing is known.
    fn of(root: &Path, name: &str, index: u32) -> Self {
        let folder = root.join(name);
        let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
        if read("ifindex").trim() != index.to_string() {
            return Self::default();
        }
        let exists = |file: &str| PathBuf::from(&folder).join(file).exists();
        let is_cellular = read("uevent").lines().any(|line| line == "DEVTYPE=wwan");
        Self { is_wifi: exists("phy80211") || exists("wireless"), is_cellular }
    }
}

fn role(kind: Option<&InfoKind>, layer: LinkLayerType, sysfs: Sysfs) -> Role {
    if sysfs.is_cellular || matches!(kind, Some(InfoKind::Wwan | InfoKind::RmNet)) {
        return Role::Link(LinkKind::Cellular);
    }
    if sysfs.is_wifi || matches!(kind, Some(InfoKind::VirtWifi)) {
        return Role::Link(LinkKind::Wifi);
    }
    match kind {
        Some(InfoKind::Bridge | InfoKind::Vxlan | InfoKind::Geneve) => return Role::Bridge,
        Some(InfoKind::Veth | InfoKind::Netkit | InfoKind::Dummy) => return Role::Virtual,
        Some(
            InfoKind::Tun
            | InfoKind::Wireguard
            | InfoKind::IpIp
            | InfoKind::Ip6Tnl
            | InfoKind::SitTun
            | InfoKind::GreTun
            | InfoKind::GreTun6
            | InfoKind::GreTap
            | InfoKind::GreTap6
            | InfoKind::Vti
            | InfoKind::Vti6
            | InfoKind::Xfrm,
        ) => return Role::Tunnel,
        Some(InfoKind::Other(name)) if name == "ovpn" || name == "ovpn-dco" => return Role::Tunnel,
        _ => {}
    }
    match layer {
        LinkLayerType::Ppp => Role::PointToPoint,
        LinkLayerType::Ether => Role::Link(LinkKind::Ethernet),
        LinkLayerType::None
        | LinkLayerType::Tunnel
        | LinkLayerType::Tunnel6
        | LinkLayerType::Sit
        | LinkLayerType::Ipgre
        | LinkLayerType::Ip6gre => Role::Tunnel,
        _ => Role::Link(LinkKind::Other),
    }
}

/// Selects the links and tunnels, with their addresses and default routes.
fn select(described: Vec<Description>, addresses: &[address::Present], defaults: &[DefaultRoute]) -> Interfaces {
    let has_default = |index| defaults.iter().any(|route| route.interface == index);
    let has_subnet = |index| !subnets(index, addresses).is_empty();
    let can_lead_out = |role| matches!(role, Role::Link(_) | Role::Virtual);
    let leads_out = described.iter().any(|description| can_lead_out(description.role) && has_default(description.index));
    let mut interfaces = Interfaces::default();
    for description in described {
        let kind = match description.role {
            Role::Link(kind) => kind,
            Role::Bridge if has_default(description.index) => LinkKind::Ethernet,
            Role::Virtual if has_default(description.index) || has_subnet(description.index) => LinkKind::Ethernet,
            Role::Bridge | Role::Virtual => continue,
            // PPPoE or a modem: there is no other way for a tunnel's packets.
            Role::PointToPoint if has_default(description.index) && !leads_out => LinkKind::Other,
            Role::Tunnel | Role::PointToPoint => {
                interfaces.tunnels.insert(description.name);
                continue;
            }
        };
        let preferred = defaults.iter().filter(|route| route.interface == description.index);
        let gateway = preferred.min_by_key(|route| (!route.is_ipv4, route.metric)).and_then(|route| route.gateway);
        interfaces.links.push(Interface {
            index: description.index,
            name: description.name,
            kind,
            is_default: false,
            gateway,
            carrier_changes: description.carrier_changes,
            subnets: subnets(description.index, addresses),
        });
    }
    mark_defaults(&mut interfaces.links, defaults);
    interfaces.links.sort_by(|one, other| one.name.cmp(&other.name));
    interfaces
}

/// Marks, for each family, the links of the default route with the lowest metric, and those of wide routes in the place of one.
/// Tunnels do not count: their packets take one of these links.
fn mark_defaults(links: &mut [Interface], defaults: &[DefaultRoute]) {
    for is_ipv4 in [true, false] {
        let of_links = || {
            let is_link = |route: &&DefaultRoute| links.iter().any(|link| link.index == route.interface);
            defaults.iter().filter(move |route| route.is_ipv4 == is_ipv4).filter(is_link)
        };
        let lowest = of_links().filter(|route| !route.is_part).map(|route| route.metric).min();
        let is_preferred = |route: &&DefaultRoute| route.is_part || Some(route.metric) == lowest;
        let preferred: BTreeSet<u32> = of_links().filter(is_preferred).map(|route| route.interface).collect();
        for link in links.iter_mut() {
            link.is_default |= preferred.contains(&link.index);
        }
    }
}

fn subnets(index: u32, addresses: &[address::Present]) -> Vec<Cidr> {
    let is_link_local = |network: &Cidr| match network.address() {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local() || address == Ipv6Addr::LOCALHOST,
    };
    let own = addresses.iter().filter(|present| present.interface == index).map(|present| present.address.network());
    let networks: BTreeSet<Cidr> = own.filter(|network| !is_link_local(network)).collect();
    networks.into_iter().take(MAX_SUBNETS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description(index: u32, name: &str, role: Role) -> Description {
        Description { index, name: name.into(), role, carrier_changes: 1 }
    }

    fn default(interface: u32, gateway: &str, metric: u32) -> DefaultRoute {
        let gateway: IpAddr = gateway.parse().unwrap();
        DefaultRoute { interface, gateway: Some(gateway), is_ipv4: gateway.is_ipv4(), metric, is_part: false }
    }

    fn names(interfaces: &Interfaces) -> Vec<(&str, LinkKind, bool)> {
        interfaces.links.iter().map(|link| (link.name.as_str(), link.kind, link.is_default)).collect()
    }

    #[test]
    fn of_two_links_with_a_default_route_the_lower_metric_counts_for_each_family() {
        let described = || {
            let wifi = description(2, "wlan0", Role::Link(LinkKind::Wifi));
            vec![description(3, "eth0", Role::Link(LinkKind::Ethernet)), wifi]
        };
        let routes = [default(2, "192.168.1.1", 600), default(3, "10.0.0.1", 100)];
        let found = select(described(), &[], &routes);
        assert_eq!(names(&found), [("eth0", LinkKind::Ethernet, true), ("wlan0", LinkKind::Wifi, false)]);
        let routes = [default(2, "fe80::1", 600), default(3, "10.0.0.1", 100)];
        let found = select(described(), &[], &routes);
        assert_eq!(names(&found), [("eth0", LinkKind::Ethernet, true), ("wlan0", LinkKind::Wifi, true)]);
        assert_eq!(found.links[1].gateway, "fe80::1".parse().ok());
    }

    #[test]
    fn routes_to_parts_of_the_internet_make_a_link_one_of_those_that_carry_its_traffic() {
        let described =
            vec![description(2, "wlan0", Role::Link(LinkKind::Wifi)), description(3, "eth0", Role::Link(LinkKind::Ethernet))];
        let half = DefaultRoute { is_part: true, ..default(2, "192.168.1.1", 600) };
        let found = select(described, &[], &[half, default(3, "10.0.0.1", 100)]);
        assert_eq!(names(&found), [("eth0", LinkKind::Ethernet, true), ("wlan0", LinkKind::Wifi, true)]);
        assert_eq!(found.links[1].gateway, "192.168.1.1".parse().ok());
    }

    #[test]
    fn the_default_route_of_a_vpn_does_not_hide_the_link_below_it() {
        let described = vec![description(2, "wlan0", Role::Link(LinkKind::Wifi)), description(9, "tun0", Role::Tunnel)];
        let found = select(described, &[], &[default(9, "10.8.0.1", 50), default(2, "192.168.1.1", 600)]);
        assert_eq!(names(&found), [("wlan0", LinkKind::Wifi, true)]);
        assert_eq!(found.tunnels, BTreeSet::from(["tun0".to_owned()]));
    }

    #[test]
    fn a_bridge_is_a_link_only_if_it_leads_out() {
        let described = || vec![description(4, "br0", Role::Bridge), description(5, "docker0", Role::Bridge)];
        assert_eq!(names(&select(described(), &[], &[])), []);
        let found = select(described(), &[], &[default(4, "10.0.0.1", 0)]);
        assert_eq!(names(&found), [("br0", LinkKind::Ethernet, true)]);
    }

    #[test]
    fn a_cable_between_namespaces_is_a_link_in_the_container_and_not_around_it() {
        let described = || vec![description(6, "veth0", Role::Virtual)];
        assert_eq!(names(&select(described(), &[], &[])), []);
        let address = address::Present { interface: 6, address: "10.0.0.2/24".parse().unwrap(), is_permanent: true };
        assert_eq!(names(&select(described(), &[address], &[])), [("veth0", LinkKind::Ethernet, false)]);
        let found = select(described(), &[], &[default(6, "10.0.0.1", 0)]);
        assert_eq!(names(&found), [("veth0", LinkKind::Ethernet, true)]);
    }

    #[test]
    fn ppp_is_the_way_to_the_provider_if_there_is_no_other_and_a_tunnel_beside_one() {
        let ppp = || description(7, "ppp0", Role::PointToPoint);
        let found = select(vec![ppp()], &[], &[default(7, "10.0.0.1", 0)]);
        assert_eq!(names(&found), [("ppp0", LinkKind::Other, true)]);
        let beside = vec![ppp(), description(2, "eth0", Role::Link(LinkKind::Ethernet))];
        let found = select(beside, &[], &[default(7, "10.0.0.1", 0), default(2, "10.0.0.1", 100)]);
        assert_eq!(names(&found), [("eth0", LinkKind::Ethernet, true)]);
        assert!(found.tunnels.contains("ppp0"));
    }

    #[test]
    fn networks_are_listed_once_without_those_that_every_link_has() {
        let present = |address: &str| address::Present { interface: 2, address: address.parse().unwrap(), is_permanent: true };
        let addresses = ["192.168.1.7/24", "192.168.1.8/24", "169.254.3.4/16", "fe80::7/64", "2001:db8::7/64"].map(present);
        let found = select(vec![description(2, "eth0", Role::Link(LinkKind::Ethernet))], &addresses, &[]);
        assert_eq!(found.links[0].subnets, ["192.168.1.0/24", "2001:db8::/64"].map(|text| text.parse::<Cidr>().unwrap()));
    }

    #[test]
    fn the_kind_is_read_from_sysfs_unless_it_belongs_to_another_namespace() {
        let root = tempfile::tempdir().unwrap();
        let wifi = root.path().join("wlan0");
        fs::create_dir_all(wifi.join("phy80211")).unwrap();
        fs::write(wifi.join("ifindex"), "3\n").unwrap();
        let modem = root.path().join("wwan0");
        fs::create_dir_all(&modem).unwrap();
        fs::write(modem.join("ifindex"), "4\n").unwrap();
        fs::write(modem.join("uevent"), "DEVTYPE=wwan\nINTERFACE=wwan0\n").unwrap();
        let kind = |name, index| role(None, LinkLayerType::Ether, Sysfs::of(root.path(), name, index));
        assert_eq!(kind("wlan0", 3), Role::Link(LinkKind::Wifi));
        assert_eq!(kind("wlan0", 8), Role::Link(LinkKind::Ethernet), "an interface of this name elsewhere");
        assert_eq!(kind("wwan0", 4), Role::Link(LinkKind::Cellular));
        assert_eq!(kind("eth0", 5), Role::Link(LinkKind::Ethernet));
    }

    #[test]
    fn tunnels_of_every_make_are_told_from_links() {
        let role = |kind, layer| role(Some(&kind), layer, Sysfs::default());
        assert_eq!(role(InfoKind::Tun, LinkLayerType::Ether), Role::Tunnel, "a TAP device");
        assert_eq!(role(InfoKind::Wireguard, LinkLayerType::None), Role::Tunnel);
        assert_eq!(role(InfoKind::Other("ovpn".into()), LinkLayerType::None), Role::Tunnel);
        assert_eq!(role(InfoKind::Veth, LinkLayerType::Ether), Role::Virtual);
        assert_eq!(role(InfoKind::Vxlan, LinkLayerType::Ether), Role::Bridge);
        assert_eq!(role(InfoKind::Bond, LinkLayerType::Ether), Role::Link(LinkKind::Ethernet));
        assert_eq!(role(InfoKind::Wwan, LinkLayerType::None), Role::Link(LinkKind::Cellular));
    }
}
