//! The filters of a tunnel: those of its kill switch, and those that guard a tunnel that takes all traffic without one.
//!
//! A kill switch outlives this process and the next start of the computer: what blocks is persistent, with a copy for the time
//! before the service of WFP runs. What opens a way for this process ends with the process.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use adit_config::Cidr;

use super::filter::{Condition, Filter, Flow, Layer, Lifetime, Network, Weight};
use crate::lan::HOME_PORT;
use crate::linux_network::spec::{KillSwitchRules, LocalNetwork, PortalRules};
use crate::network::PORTAL_PORTS;

const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;

/// The ports of DNS, and of DNS over TLS.
const DNS_PORTS: [u16; 2] = [53, 853];

const LIMITED_BROADCAST: Network = v4([255, 255, 255, 255], 32);
const LINK_LOCAL: Network = v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10);
const ALL_NODES: Network = v6([0xff02, 0, 0, 0, 0, 0, 0, 1], 128);
const ALL_ROUTERS: Network = v6([0xff02, 0, 0, 0, 0, 0, 0, 2], 128);
const SOLICITED_NODES: Network = v6([0xff02, 0, 0, 0, 0, 1, 0xff00, 0], 104);
const LISTENER_REPORTS: Network = v6([0xff02, 0, 0, 0, 0, 0, 0, 0x16], 128);
const DHCPV6_SERVERS: Network = v6([0xff02, 0, 0, 0, 0, 0, 1, 2], 128);
const LINK_GROUPS: Network = v6([0xff02, 0, 0, 0, 0, 0, 0, 0], 16);

/// Multicast and broadcast of a local network: the local subnetwork, administratively scoped local multicast (RFC 2365 section 6.1; mDNS
/// and SSDP find devices with these), the limited broadcast, and link-local and site-local multicast (RFC 4291 section 2.7).
const LAN_GROUPS: [Network; 5] =
    [v4([224, 0, 0, 0], 24), v4([239, 255, 0, 0], 16), LIMITED_BROADCAST, LINK_GROUPS, v6([0xff05, 0, 0, 0, 0, 0, 0, 0], 16)];

/// Types of ICMPv6 messages (RFC 4861 section 4; RFC 2710 section 3; RFC 3810 section 5.2).
mod icmpv6 {
    pub(super) const LISTENER_REPORT: u8 = 131;
    pub(super) const ROUTER_SOLICITATION: u8 = 133;
    pub(super) const ROUTER_ADVERTISEMENT: u8 = 134;
    pub(super) const NEIGHBOUR_SOLICITATION: u8 = 135;
    pub(super) const NEIGHBOUR_ADVERTISEMENT: u8 = 136;
    pub(super) const LISTENER_REPORT_2: u8 = 143;
}

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Network {
    Network { address: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix }
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], prefix: u8) -> Network {
    Network { address: IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)), prefix }
}

/// The interfaces of the computer, by name.
pub(crate) trait Interfaces {
    /// Returns the LUID of an interface; None if there is none of this name.
    fn luid(&self, name: &str) -> Option<u64>;
}

/// Returns the filters of a closed kill switch. `tunnel` is the tunnel's interface, once it exists. Local networks over interfaces
/// that do not exist stay closed.
pub(crate) fn kill_switch(rules: &KillSwitchRules, tunnel: Option<u64>, interfaces: &dyn Interfaces) -> Vec<Filter> {
    let mut filters = Vec::new();
    let mut add = Adder { filters: &mut filters, lifetime: Lifetime::Process };
    if let Some(luid) = tunnel {
        add.inside_tunnel(luid);
    }
    // Without a mark the tunnel has no packets of its own.
    let endpoints: BTreeSet<SocketAddr> = rules.endpoints.iter().copied().filter(|_| rules.mark != 0).collect();
    add.own_packets(&endpoints, rules.resolving && rules.mark != 0);
    if rules.home_probe {
        add.home_probe();
    }
    if let Some(portal) = &rules.portal {
        add.portal(portal);
    }
    let (others, lan): (Vec<&LocalNetwork>, Vec<&LocalNetwork>) = rules.lan.iter().partition(|local| local.is_tunnel);
    add.networks("networks behind other tunnels", Weight::OtherTunnels, &others, interfaces);
    add.lifetime = Lifetime::Computer;
    if !lan.is_empty() {
        add.no_dns();
        add.inside(&rules.inside);
        add.networks("local networks", Weight::LocalNetworks, &lan, interfaces);
        add.lan_groups(&lan, interfaces);
    }
    for lifetime in [Lifetime::Persistent, Lifetime::Boot] {
        add.lifetime = lifetime;
        add.loopback();
        add.addresses_and_neighbours();
        add.nothing_else(&[Flow::Out, Flow::In, Flow::Forward], [true, true]);
    }
    // Peers on the link may have other addresses than link-local ones.
    add.lifetime = Lifetime::Process;
    add.neighbouring_peers(&endpoints);
    filters
}

/// What a tunnel that takes all traffic needs, without a kill switch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Guard {
    /// The tunnel's interface.
    pub(crate) tunnel: u64,
    /// The families that it takes: IPv4, IPv6.
    pub(crate) families: [bool; 2],
    /// The networks that stay outside.
    pub(crate) outside: Vec<Cidr>,
    /// True if the tunnel's servers resolve all names.
    pub(crate) resolves_all: bool,
}

/// Returns the filters that keep packets of this computer in a tunnel that takes all traffic, whatever routes a DHCP server adds
/// (CVE-2024-3661), and close DNS outside it. They end with this process, as the tunnel does.
pub(crate) fn guard(guard: &Guard) -> Vec<Filter> {
    let mut filters = Vec::new();
    let mut add = Adder { filters: &mut filters, lifetime: Lifetime::Process };
    add.inside_tunnel(guard.tunnel);
    add.loopback();
    for ipv4 in [true, false] {
        add.permit("packets of Adit", Weight::OwnPackets, Flow::Out, ipv4, [Condition::OwnProgram]);
    }
    add.addresses_and_neighbours();
    if guard.resolves_all {
        add.no_dns();
    }
    for network in guard.outside.iter().map(Network::from).chain(LAN_GROUPS) {
        let ipv4 = network.address.is_ipv4();
        add.permit("networks outside the tunnel", Weight::LocalNetworks, Flow::Out, ipv4, [Condition::Remote(network)]);
    }
    add.nothing_else(&[Flow::Out], guard.families);
    filters
}

struct Adder<'a> {
    filters: &'a mut Vec<Filter>,
    lifetime: Lifetime,
}

impl Adder<'_> {
    fn permit<const N: usize>(&mut self, name: &'static str, weight: Weight, flow: Flow, ipv4: bool, conditions: [Condition; N]) {
        self.add(name, weight, flow, ipv4, conditions.into());
    }

    fn add(&mut self, name: &'static str, weight: Weight, flow: Flow, ipv4: bool, conditions: Vec<Condition>) {
        self.filters.push(Filter { name, layer: Layer { flow, ipv4 }, conditions, weight, lifetime: self.lifetime });
    }

    fn inside_tunnel(&mut self, luid: u64) {
        const NAME: &str = "packets inside the tunnel";
        for ipv4 in [true, false] {
            self.permit(NAME, Weight::Tunnel, Flow::Out, ipv4, [Condition::Interface(luid)]);
            self.permit(NAME, Weight::Tunnel, Flow::In, ipv4, [Condition::Interface(luid)]);
            self.permit(NAME, Weight::Tunnel, Flow::Forward, ipv4, [Condition::ForwardedTo(luid)]);
            self.permit(NAME, Weight::Tunnel, Flow::Forward, ipv4, [Condition::Interface(luid)]);
        }
    }

    fn loopback(&mut self) {
        for ipv4 in [true, false] {
            for flow in [Flow::Out, Flow::In] {
                self.permit("packets that stay on this computer", Weight::Tunnel, flow, ipv4, [Condition::Loopback]);
            }
        }
    }

    /// Permits the tunnel's own packets, exactly to its peers' endpoints, and what peers send from new addresses.
    fn own_packets(&mut self, endpoints: &BTreeSet<SocketAddr>, resolving: bool) {
        const NAME: &str = "packets of the tunnel itself";
        let udp = [Condition::OwnProgram, Condition::Protocol(UDP)];
        for endpoint in endpoints {
            let [program, protocol] = udp;
            let (remote, port) = (Condition::Remote(endpoint.ip().into()), Condition::RemotePort(endpoint.port()));
            self.permit(NAME, Weight::OwnPackets, Flow::Out, endpoint.is_ipv4(), [program, protocol, remote, port]);
        }
        for ipv4 in [true, false] {
            if !endpoints.is_empty() {
                self.permit(NAME, Weight::OwnPackets, Flow::In, ipv4, udp);
            }
            if resolving {
                let [program, protocol] = udp;
                let conditions = [program, protocol, Condition::RemotePort(53)];
                self.permit("names of the peers", Weight::OwnPackets, Flow::Out, ipv4, conditions);
            }
        }
    }

    /// Permits the home probe. WFP has no condition on the hop limit; the probe's socket sets it.
    fn home_probe(&mut self) {
        for to in [LIMITED_BROADCAST, ALL_NODES] {
            let conditions =
                [Condition::OwnProgram, Condition::Protocol(UDP), Condition::Remote(to), Condition::RemotePort(HOME_PORT)];
            self.permit("the home probe", Weight::OwnPackets, Flow::Out, to.address.is_ipv4(), conditions);
        }
    }

    /// Permits this program to ask DNS servers, and to connect to the pages of a captive portal.
    fn portal(&mut self, portal: &PortalRules) {
        const NAME: &str = "the way to a captive portal";
        for ipv4 in [true, false] {
            let dns = [Condition::OwnProgram, Condition::Protocol(UDP), Condition::RemotePort(53)];
            self.permit(NAME, Weight::OwnPackets, Flow::Out, ipv4, dns);
        }
        for address in &portal.addresses {
            let mut conditions = vec![Condition::OwnProgram, Condition::Protocol(TCP), Condition::Remote((*address).into())];
            conditions.extend(PORTAL_PORTS.map(Condition::RemotePort));
            self.add(NAME, Weight::OwnPackets, Flow::Out, address.is_ipv4(), conditions);
        }
    }

    /// Permits networks over their interface alone, in both directions.
    fn networks(&mut self, name: &'static str, weight: Weight, networks: &[&LocalNetwork], interfaces: &dyn Interfaces) {
        for local in networks {
            let Some(luid) = interfaces.luid(&local.interface) else { continue };
            let network = Network::from(&local.network);
            for flow in [Flow::Out, Flow::In] {
                let conditions = [Condition::Interface(luid), Condition::Remote(network)];
                self.permit(name, weight, flow, network.address.is_ipv4(), conditions);
            }
        }
    }

    /// Permits the multicast and the broadcast that find devices, over the interfaces of local networks.
    fn lan_groups(&mut self, lan: &[&LocalNetwork], interfaces: &dyn Interfaces) {
        let luids: BTreeSet<u64> = lan.iter().filter_map(|local| interfaces.luid(&local.interface)).collect();
        for luid in luids {
            for ipv4 in [true, false] {
                let mut conditions = vec![Condition::Interface(luid)];
                let groups = LAN_GROUPS.into_iter().filter(|group| group.address.is_ipv4() == ipv4);
                conditions.extend(groups.map(Condition::Remote));
                self.add("devices of local networks", Weight::LocalNetworks, Flow::Out, ipv4, conditions);
            }
        }
    }

    fn no_dns(&mut self) {
        for ipv4 in [true, false] {
            let mut conditions = vec![Condition::Protocol(UDP), Condition::Protocol(TCP)];
            conditions.extend(DNS_PORTS.map(Condition::RemotePort));
            self.add("no DNS outside the tunnel", Weight::Dns, Flow::Out, ipv4, conditions);
        }
    }

    fn inside(&mut self, inside: &[Cidr]) {
        let networks: BTreeSet<Network> = inside.iter().map(Network::from).collect();
        for network in networks {
            for flow in [Flow::Out, Flow::In] {
                let ipv4 = network.address.is_ipv4();
                self.permit("networks inside the tunnel", Weight::InsideTunnel, flow, ipv4, [Condition::Remote(network)]);
            }
        }
    }

    /// Permits DHCP (RFC 2131 section 4.1), DHCPv6 (RFC 8415 section 7.2), neighbour discovery (RFC 4861) and reports of multicast
    /// listeners. WFP has no condition on the hop limit here; Windows drops messages of neighbour discovery that a router has
    /// passed on.
    fn addresses_and_neighbours(&mut self) {
        const DHCP: &str = "addresses by DHCP";
        const NEIGHBOURS: &str = "neighbour discovery";
        let ports = |local, remote| [Condition::Protocol(UDP), Condition::LocalPort(local), Condition::RemotePort(remote)];
        let [protocol, local, remote] = ports(68, 67);
        self.permit(DHCP, Weight::Link, Flow::Out, true, [protocol, local, remote, Condition::Remote(LIMITED_BROADCAST)]);
        self.permit(DHCP, Weight::Link, Flow::In, true, [protocol, local, remote]);
        let [protocol, local, remote] = ports(546, 547);
        let own = Condition::Local(LINK_LOCAL);
        self.permit(DHCP, Weight::Link, Flow::Out, false, [protocol, local, remote, own, Condition::Remote(DHCPV6_SERVERS)]);
        self.permit(DHCP, Weight::Link, Flow::In, false, [protocol, local, remote, own, Condition::Remote(LINK_LOCAL)]);

        let mut message = |flow, kind, remotes: &[Network]| {
            let mut conditions = vec![Condition::Protocol(ICMPV6), Condition::IcmpType(kind)];
            conditions.extend(remotes.iter().copied().map(Condition::Remote));
            self.add(NEIGHBOURS, Weight::Link, flow, false, conditions);
        };
        message(Flow::Out, icmpv6::ROUTER_SOLICITATION, &[ALL_ROUTERS]);
        message(Flow::In, icmpv6::ROUTER_ADVERTISEMENT, &[LINK_LOCAL]);
        message(Flow::Out, icmpv6::NEIGHBOUR_SOLICITATION, &[SOLICITED_NODES, LINK_LOCAL]);
        message(Flow::In, icmpv6::NEIGHBOUR_SOLICITATION, &[]);
        message(Flow::Out, icmpv6::NEIGHBOUR_ADVERTISEMENT, &[ALL_NODES, LINK_LOCAL]);
        message(Flow::In, icmpv6::NEIGHBOUR_ADVERTISEMENT, &[]);
        message(Flow::Out, icmpv6::LISTENER_REPORT, &[LINK_GROUPS]);
        message(Flow::Out, icmpv6::LISTENER_REPORT_2, &[LISTENER_REPORTS]);
    }

    fn neighbouring_peers(&mut self, endpoints: &BTreeSet<SocketAddr>) {
        let addresses: BTreeSet<IpAddr> = endpoints.iter().map(SocketAddr::ip).filter(IpAddr::is_ipv6).collect();
        for address in addresses {
            for kind in [icmpv6::NEIGHBOUR_SOLICITATION, icmpv6::NEIGHBOUR_ADVERTISEMENT] {
                let conditions = [Condition::Protocol(ICMPV6), Condition::IcmpType(kind), Condition::Remote(address.into())];
                self.permit("neighbour discovery of peers", Weight::Link, Flow::Out, false, conditions);
            }
        }
    }

    fn nothing_else(&mut self, flows: &[Flow], families: [bool; 2]) {
        for ipv4 in [true, false].into_iter().filter(|ipv4| families[usize::from(!ipv4)]) {
            for flow in flows {
                self.add("nothing else", Weight::Everything, *flow, ipv4, Vec::new());
            }
        }
    }
}
