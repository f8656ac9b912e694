//! Turns the picture of a tunnel into the settings of Linux that establish it; pure.

use std::net::{IpAddr, Ipv6Addr};

use adit_config::{Cidr, InterfaceName, Table};

use super::spec::{
    DnsNames, DnsSpec, FirewallPolicy, FullTunnel, InterfaceSpec, Lan, MAIN_TABLE, OwnTable, PolicyRouting, Route, RouteSpec,
};
use crate::network::{Ipv6LeftOut, Limits, MtuTooLarge, Picture, is_private};

/// The most bytes that WireGuard adds to a packet: IPv6 header 40, UDP 8, message header 16, tag 16.
pub(crate) const OVERHEAD: u32 = 80;
/// The same over IPv4 only.
const OVERHEAD_OVER_IPV4: u32 = 60;

/// The smallest MTU of IPv6 (RFC 8200 section 5), and the smallest size of a datagram that every IPv4 host must accept (RFC 791
/// section 3.2).
const LEAST_MTU: [u32; 2] = [1280, 576];

/// All settings that one tunnel needs on Linux.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Plan {
    /// The wanted name of the interface.
    pub name: InterfaceName,
    /// The addresses, with their host bits.
    pub addresses: Vec<Cidr>,
    /// The configured MTU; None if it follows from the routes to the endpoints.
    pub mtu: Option<u16>,
    /// Routes and rules.
    pub routes: RouteSpec,
    /// Packet filter.
    pub firewall: FirewallPolicy,
    /// Resolvers; None leaves the system's.
    pub dns: Option<DnsSpec>,
    /// Mark of the tunnel's own packets; 0 for none.
    pub mark: u32,
    /// True if the tunnel takes all of IPv4 and none of IPv6, and IPv6 is routed into it nevertheless so that it does not leave
    /// outside. The tunnel has no peer for it and answers with an ICMP error. When its interface goes, IPv6 is as before.
    pub closes_ipv6: bool,
    /// Settings of the configuration that were left out.
    pub limits: Limits,
}

impl Plan {
    /// Makes the plan for `picture`. `free_table` is called for the number of an unused routing table if one is needed.
    pub(crate) fn new<E>(picture: &Picture, free_table: impl FnOnce() -> Result<u32, E>) -> Result<Self, E> {
        let configured_mark = picture.linux.fwmark.map_or(0, |mark| mark.get());
        let takes = |ipv4| picture.routes.iter().any(|network| network.is_default() && network.is_ipv4() == ipv4);
        let takes_all = picture.takes_all();
        let around_endpoints: Vec<Cidr> =
            picture.routes.iter().copied().filter(|network| may_hold_endpoint(picture, network)).collect();
        let number = match (takes_all || !around_endpoints.is_empty(), configured_mark) {
            (false, _) => None,
            (true, 0) => Some(free_table()?),
            (true, mark) => Some(mark),
        };
        let policy = number.filter(|_| takes_all).map(|number| PolicyRouting {
            mark: number,
            table: number,
            ipv4: takes(true),
            ipv6: takes(false),
        });
        let own_table = number.filter(|_| !around_endpoints.is_empty()).map(|number| OwnTable {
            mark: number,
            table: number,
            networks: around_endpoints,
        });
        let closes_ipv6 = policy.is_some_and(|policy| policy.ipv4 && !policy.ipv6);
        let policy = policy.map(|policy| PolicyRouting { ipv6: policy.ipv6 || closes_ipv6, ..policy });
        let dns = DnsSpec::new(&picture.dns);
        let search_without_server = if dns.is_none() { picture.dns.search.clone() } else { Vec::new() };
        // With a rule that exempts a mark, the peers' answers need that mark too.
        let firewall = number.map_or(FirewallPolicy::Open, |mark| {
            let addresses = picture.addresses.iter().map(Cidr::address).collect();
            FirewallPolicy::FullTunnel(FullTunnel { mark, addresses })
        });
        Ok(Self {
            name: picture.name.clone(),
            addresses: picture.addresses.clone(),
            mtu: picture.mtu,
            routes: RouteSpec {
                interface: picture.name.clone(),
                routes: routes(picture, policy, own_table.as_ref(), closes_ipv6),
                policy,
                own_table,
                lan: Lan::Private(Vec::new()),
                yields: picture.yields,
            },
            firewall,
            dns,
            mark: number.unwrap_or(configured_mark),
            closes_ipv6,
            limits: Limits { search_without_server, ..Limits::default() },
        })
    }

    /// Returns the settings of the interface. `route_mtu` is the smallest MTU of the routes to the endpoints (None: unknown, 1500
    /// is assumed).
    pub(crate) fn interface(&self, route_mtu: Option<u32>) -> InterfaceSpec {
        let ipv6 = self.closes_ipv6 || self.addresses.iter().any(|address| !address.is_ipv4());
        let mtu = self.mtu.unwrap_or(inner_mtu(route_mtu, ipv6));
        InterfaceSpec { name: self.name.clone(), addresses: self.addresses.clone(), mtu }
    }

    /// Records whether the configured MTU fits paths of at least `route_mtu` bytes (None: unknown) to these endpoints.
    pub(crate) fn check_mtu(&mut self, route_mtu: Option<u32>, endpoints: &[IpAddr]) {
        self.limits.mtu = too_large_mtu(self.mtu, route_mtu, endpoints);
    }

    /// Leaves out the packet filter, because this computer cannot set it.
    pub(crate) fn leave_out_packet_filter(&mut self) {
        (self.firewall, self.limits.packet_filter) = (FirewallPolicy::Open, true);
    }

    /// Returns the routes that the kernel does not make itself: in the main table, those that no network of the interface covers.
    pub(crate) fn routes_to_add(&self) -> impl Iterator<Item = Route> {
        let covered = |route: &Route| {
            let own = self.addresses.iter().map(Cidr::network).filter(|own| !own.is_ipv4() || own.prefix() < 32);
            route.table == MAIN_TABLE
                && own.into_iter().any(|own| own.prefix() <= route.network.prefix() && own.contains(route.network.address()))
        };
        self.routes.routes.iter().copied().filter(move |route| !covered(route))
    }

    /// Lets IPv6 leave outside a tunnel that takes only IPv4. Changes nothing for other tunnels.
    pub(crate) fn allow_ipv6_outside(&mut self) {
        if !std::mem::take(&mut self.closes_ipv6) {
            return;
        }
        if let Some(policy) = &mut self.routes.policy {
            policy.ipv6 = false;
            let table = policy.table;
            let own = self.routes.own_table.as_ref().map_or(&[][..], |own| &own.networks);
            self.routes.routes.retain(|route| route.table != table || route.network.is_ipv4() || own.contains(&route.network));
        }
    }

    /// Returns true if the tunnel's interface needs IPv6.
    pub(crate) fn has_ipv6(&self) -> bool {
        self.addresses.iter().any(|address| !address.is_ipv4()) || self.has_ipv6_routes()
    }

    /// Returns true if any IPv6 packets are routed into the tunnel.
    pub(crate) fn has_ipv6_routes(&self) -> bool {
        self.routes.routes.iter().any(|route| !route.network.is_ipv4())
    }

    /// Leaves out all IPv6: addresses, routes, rules and resolvers. Changes nothing if no IPv4 address would be left.
    pub(crate) fn leave_out_ipv6(&mut self, why: Ipv6LeftOut) {
        if !self.addresses.iter().any(Cidr::is_ipv4) || self.routes.policy.is_some_and(|policy| !policy.ipv4) {
            return;
        }
        self.addresses.retain(Cidr::is_ipv4);
        self.routes.routes.retain(|route| route.network.is_ipv4());
        if let Some(policy) = &mut self.routes.policy {
            policy.ipv6 = false;
        }
        if let FirewallPolicy::FullTunnel(guard) = &mut self.firewall {
            guard.addresses.retain(IpAddr::is_ipv4);
        }
        if let Some(dns) = self.dns.as_mut().filter(|dns| dns.servers.iter().any(IpAddr::is_ipv4)) {
            dns.servers.retain(IpAddr::is_ipv4);
        }
        self.closes_ipv6 = false;
        self.limits.ipv6 = Some(why);
    }

    /// Makes the tunnel's resolvers answer for all names instead of some. So no name of the tunnel is asked elsewhere.
    pub(crate) fn leave_out_split_dns(&mut self) {
        if let Some(dns) = &mut self.dns
            && let DnsNames::Only(domains) = std::mem::replace(&mut dns.names, DnsNames::All)
        {
            self.limits.split_dns = dns.search.iter().cloned().chain(domains).collect();
        }
    }
}

/// Returns the MTU of a tunnel over paths of `path_mtu` bytes (None: unknown, 1500 is assumed).
pub(crate) fn inner_mtu(path_mtu: Option<u32>, has_ipv6: bool) -> u16 {
    let least = LEAST_MTU[usize::from(!has_ipv6)];
    let found = path_mtu.unwrap_or(1500).saturating_sub(OVERHEAD).max(least);
    u16::try_from(found).unwrap_or(u16::MAX)
}

/// Returns the configured MTU with the one that fits, if it is too large for paths of `path_mtu` bytes (None: unknown) to these
/// endpoints.
pub(crate) fn too_large_mtu(mtu: Option<u16>, path_mtu: Option<u32>, endpoints: &[IpAddr]) -> Option<MtuTooLarge> {
    let overhead = if endpoints.iter().any(IpAddr::is_ipv6) { OVERHEAD } else { OVERHEAD_OVER_IPV4 };
    let fits = path_mtu.map(|path| u16::try_from(path.saturating_sub(overhead)).unwrap_or(u16::MAX));
    mtu.zip(fits).filter(|(mtu, fits)| mtu > fits).map(|(mtu, fits)| MtuTooLarge { mtu, fits })
}

/// Returns true if the network contains an endpoint, or may contain one because an endpoint is a name that can get any address.
/// For endpoints that are names, private networks are left to the computer's other routes, as without Adit.
fn may_hold_endpoint(picture: &Picture, network: &Cidr) -> bool {
    let endpoints = &picture.endpoints;
    picture.linux.table == Table::Auto
        && !network.is_default()
        && (endpoints.addresses.iter().any(|address| network.contains(*address)) || (endpoints.by_name && !is_private(network)))
}

fn routes(picture: &Picture, policy: Option<PolicyRouting>, own_table: Option<&OwnTable>, closes_ipv6: bool) -> Vec<Route> {
    let table = match picture.linux.table {
        Table::Off => return Vec::new(),
        Table::Auto => MAIN_TABLE,
        Table::Number(number) => number,
    };
    let mut routes: Vec<Route> = picture.routes.iter().map(|&network| Route { network, table }).collect();
    if let Some(own) = own_table {
        for route in routes.iter_mut().filter(|route| own.networks.contains(&route.network)) {
            route.table = own.table;
        }
    }
    if let Some(policy) = policy {
        for route in routes.iter_mut().filter(|route| route.network.prefix() == 0) {
            route.table = policy.table;
        }
        let all_ipv6 = Cidr::new(Ipv6Addr::UNSPECIFIED.into(), 0).ok().filter(|_| closes_ipv6);
        routes.extend(all_ipv6.map(|network| Route { network, table: policy.table }));
        let is_taken = |network: &Cidr| if network.is_ipv4() { policy.ipv4 } else { policy.ipv6 };
        let inside = private_networks_inside(picture).filter(is_taken);
        routes.extend(inside.map(|network| Route { network, table: policy.table }));
        let mut seen = std::collections::HashSet::new();
        routes.retain(|route| seen.insert(*route));
    }
    routes
}

/// Returns the private networks that the configuration puts into the tunnel (the interface's own, its resolvers' and those of
/// `AllowedIPs`): local networks with the same addresses must not stay outside.
pub(crate) fn private_networks_inside(picture: &Picture) -> impl Iterator<Item = Cidr> {
    let own = picture.addresses.iter().filter(|address| **address != Cidr::host(address.address())).map(Cidr::network);
    let resolvers = picture.dns.servers.iter().copied().map(Cidr::host);
    picture.routes.iter().copied().chain(own).chain(resolvers).filter(is_private)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use adit_config::FwMark;
    use adit_config::settings::EndpointSettings;

    use crate::network::LinuxHints;

    use super::*;

    fn settings(addresses: &[&str], routes: &[&str]) -> Picture {
        let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        Picture {
            name: "wg0".parse().unwrap(),
            addresses: parse(addresses),
            mtu: None,
            routes: parse(routes),
            endpoints: Default::default(),
            peers: Vec::new(),
            dns: Default::default(),
            lockdown: None,
            allow_ipv6_outside: false,
            yields: false,
            linux: LinuxHints::default(),
        }
    }

    fn plan(settings: &Picture) -> Plan {
        Plan::new(settings, || Ok::<_, Infallible>(51821)).unwrap()
    }

    impl Plan {
        fn leaves_ipv6_outside(&self) -> bool {
            self.routes.policy.is_some_and(|policy| policy.ipv4 && !policy.ipv6)
        }
    }

    fn shown(plan: &Plan) -> Vec<String> {
        plan.routes.routes.iter().map(|route| format!("{} {}", route.network, route.table)).collect()
    }

    #[test]
    fn a_split_tunnel_needs_no_table_and_no_filter() {
        let plan = plan(&settings(&["10.0.0.2/24"], &["10.0.0.0/24", "192.0.2.0/24"]));
        assert_eq!(shown(&plan), ["10.0.0.0/24 254", "192.0.2.0/24 254"]);
        assert_eq!((plan.routes.policy, &plan.firewall, plan.mark), (None, &FirewallPolicy::Open, 0));
    }

    #[test]
    fn a_route_that_comes_with_an_address_is_not_added_again() {
        let networks = ["10.0.0.0/24", "10.0.0.9/32", "10.0.0.0/8", "192.0.2.7/32", "fd00::1/128", "fd00::/64"];
        let plan = plan(&settings(&["10.0.0.2/24", "192.0.2.7/32", "fd00::1/128"], &networks));
        let added: Vec<String> = plan.routes_to_add().map(|route| route.network.to_string()).collect();
        assert_eq!(added, ["10.0.0.0/8", "192.0.2.7/32", "fd00::/64"]);
    }

    #[test]
    fn a_default_route_takes_a_table_of_its_own_and_private_networks_that_the_file_names_go_with_it() {
        let mut settings = settings(&["10.8.0.2/24", "fd08::2/128"], &["172.16.5.0/24", "8.8.8.0/24", "0.0.0.0/0"]);
        settings.dns.servers = vec!["10.64.0.1".parse().unwrap(), "9.9.9.9".parse().unwrap()];
        let plan = plan(&settings);
        let expected = ["172.16.5.0/24 254", "8.8.8.0/24 254", "0.0.0.0/0 51821", "::/0 51821"];
        let private = ["172.16.5.0/24 51821", "10.8.0.0/24 51821", "10.64.0.1/32 51821"];
        assert_eq!(shown(&plan), [&expected[..], &private].concat());
        assert_eq!(plan.routes.policy, Some(PolicyRouting { mark: 51821, table: 51821, ipv4: true, ipv6: true }));
        assert_eq!(plan.mark, 51821);
    }

    #[test]
    fn a_network_that_an_endpoint_may_be_in_goes_to_a_table_that_encrypted_packets_are_not_looked_up_in() {
        let networks = ["10.0.0.0/24", "203.0.113.0/24", "198.51.100.0/24", "128.0.0.0/1"];
        let mut settings = settings(&["10.0.0.2/32"], &networks);
        settings.endpoints.addresses = vec!["203.0.113.5".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        let by_address = plan(&settings);
        assert_eq!(shown(&by_address), ["10.0.0.0/24 254", "203.0.113.0/24 51821", "198.51.100.0/24 254", "128.0.0.0/1 51821"]);
        let own = by_address.routes.own_table.as_ref().unwrap();
        assert_eq!((own.mark, own.table, own.networks.len()), (51821, 51821, 2));
        assert_eq!((by_address.routes.policy, by_address.mark), (None, 51821));
        assert!(matches!(&by_address.firewall, FirewallPolicy::FullTunnel(guard) if guard.mark == 51821));

        // A name may get another address at any time.
        settings.endpoints = EndpointSettings { addresses: Vec::new(), by_name: true };
        let tables = ["10.0.0.0/24 254", "203.0.113.0/24 51821", "198.51.100.0/24 51821", "128.0.0.0/1 51821"];
        assert_eq!(shown(&plan(&settings)), tables);
        settings.linux.fwmark = Some(FwMark::new(7));
        assert_eq!((plan(&settings).mark, plan(&settings).routes.rules_table()), (7, Some(7)));
        settings.linux.table = Table::Number(1234);
        assert_eq!(plan(&settings).routes.own_table, None, "where the routes go is somebody else's choice");
    }

    #[test]
    fn beside_a_default_route_too_a_network_with_an_endpoint_leaves_the_main_table() {
        let mut settings = settings(&["10.0.0.2/32"], &["203.0.113.0/24", "2001:db8::/32", "0.0.0.0/0"]);
        settings.endpoints.addresses = vec!["203.0.113.5".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        let mut plan = plan(&settings);
        assert_eq!(shown(&plan), ["203.0.113.0/24 51821", "2001:db8::/32 51821", "0.0.0.0/0 51821", "::/0 51821"]);
        plan.allow_ipv6_outside();
        assert_eq!(shown(&plan), ["203.0.113.0/24 51821", "2001:db8::/32 51821", "0.0.0.0/0 51821"]);
    }

    #[test]
    fn ipv6_is_closed_where_the_tunnel_takes_only_ipv4_and_open_where_that_was_asked_for() {
        let mut only_ipv4 = plan(&settings(&["10.8.0.2/32", "fd08::2/64"], &["0.0.0.0/0"]));
        assert_eq!((only_ipv4.closes_ipv6, only_ipv4.leaves_ipv6_outside()), (true, false));
        assert_eq!(shown(&only_ipv4), ["0.0.0.0/0 51821", "::/0 51821", "fd08::/64 51821"]);
        only_ipv4.allow_ipv6_outside();
        assert_eq!((only_ipv4.closes_ipv6, only_ipv4.leaves_ipv6_outside()), (false, true));
        assert_eq!(shown(&only_ipv4), ["0.0.0.0/0 51821"]);
        for routes in [&["0.0.0.0/0", "::/0"][..], &["::/0"], &["10.0.0.0/8"]] {
            let mut other = plan(&settings(&["10.8.0.2/32"], routes));
            assert_eq!((other.closes_ipv6, other.leaves_ipv6_outside()), (false, false), "{routes:?}");
            let before = other.clone();
            other.allow_ipv6_outside();
            assert_eq!(other, before);
        }
    }

    #[test]
    fn an_interface_that_closes_ipv6_has_an_mtu_with_which_it_speaks_ipv6() {
        let mut only_ipv4 = plan(&settings(&["10.8.0.2/32"], &["0.0.0.0/0"]));
        assert_eq!(only_ipv4.interface(Some(1300)).mtu, 1280);
        only_ipv4.allow_ipv6_outside();
        assert_eq!(only_ipv4.interface(Some(1300)).mtu, 1220);
    }

    #[test]
    fn a_plan_without_ipv6_has_ipv4_alone_and_says_why() {
        let mut settings = settings(&["10.8.0.2/24", "fd08::2/64"], &["::/0", "0.0.0.0/0", "fd00::/8"]);
        settings.dns.servers = vec!["fd08::1".parse().unwrap(), "10.8.0.1".parse().unwrap()];
        let mut plan = plan(&settings);
        assert!(plan.has_ipv6() && plan.has_ipv6_routes());
        let why = Ipv6LeftOut { because: "IPv6 is switched off".into(), is_elsewhere: false };
        plan.leave_out_ipv6(why.clone());
        assert!(!plan.has_ipv6());
        assert_eq!(shown(&plan), ["0.0.0.0/0 51821", "10.8.0.0/24 51821", "10.8.0.1/32 51821"]);
        assert_eq!(plan.routes.policy, Some(PolicyRouting { mark: 51821, table: 51821, ipv4: true, ipv6: false }));
        assert_eq!(plan.dns.unwrap().servers, ["10.8.0.1".parse::<IpAddr>().unwrap()]);
        assert_eq!(plan.limits.ipv6, Some(why));
    }

    #[test]
    fn a_tunnel_of_ipv6_alone_is_not_made_empty() {
        let why = || Ipv6LeftOut { because: "IPv6 is switched off".into(), is_elsewhere: false };
        for (addresses, routes) in [(&["fd08::2/64"][..], &["fd00::/8"][..]), (&["10.8.0.2/24", "fd08::2/64"], &["::/0"])] {
            let mut all = plan(&settings(addresses, routes));
            let before = all.clone();
            all.leave_out_ipv6(why());
            assert_eq!(all, before);
        }
    }

    #[test]
    fn dns_limits_the_names_that_its_servers_are_asked_for_where_a_domain_begins_with_a_tilde() {
        let dns = |search: &[&str]| {
            let mut settings = settings(&["10.8.0.2/24"], &[]);
            settings.dns.servers = vec!["10.8.0.1".parse().unwrap()];
            settings.dns.search = search.iter().map(ToString::to_string).collect();
            let dns = plan(&settings).dns.unwrap();
            (dns.search.join(" "), dns.names)
        };
        let only = |domains: &[&str]| DnsNames::Only(domains.iter().map(ToString::to_string).collect());
        assert_eq!(dns(&[]), (String::new(), DnsNames::All));
        assert_eq!(dns(&["corp.example"]), ("corp.example".into(), DnsNames::All));
        assert_eq!(dns(&["~corp.example"]), (String::new(), only(&["corp.example"])));
        assert_eq!(dns(&["lab.example", "~corp.example"]), ("lab.example".into(), only(&["corp.example"])));
        assert_eq!(dns(&["~.", "~corp.example"]), (String::new(), DnsNames::All));
    }

    #[test]
    fn without_split_dns_the_servers_are_asked_for_all_names_and_no_domain_is_lost() {
        let mut settings = settings(&["10.8.0.2/24"], &[]);
        settings.dns.servers = vec!["10.8.0.1".parse().unwrap()];
        settings.dns.search = vec!["~corp.example".into(), "lab.example".into()];
        let mut plan = plan(&settings);
        plan.leave_out_split_dns();
        assert_eq!(plan.limits.split_dns, ["lab.example", "corp.example"]);
        let dns = plan.dns.unwrap();
        assert_eq!((dns.search, dns.names), (vec!["lab.example".to_owned()], DnsNames::All));
    }

    #[test]
    fn a_configured_mtu_that_does_not_fit_through_the_path_is_told_with_the_one_that_does() {
        let settings = settings(&["10.8.0.2/24"], &["10.0.0.0/8"]);
        let mut plan = plan(&settings);
        plan.mtu = Some(1420);
        let mut fits = |path, endpoints: &[&str]| {
            let endpoints: Vec<IpAddr> = endpoints.iter().map(|endpoint| endpoint.parse().unwrap()).collect();
            plan.check_mtu(path, &endpoints);
            plan.limits.mtu.map(|MtuTooLarge { fits, .. }| fits)
        };
        assert_eq!(fits(Some(1420), &["192.0.2.1"]), Some(1360));
        assert_eq!(fits(Some(1499), &["192.0.2.1", "2001:db8::1"]), Some(1419));
        assert_eq!(fits(Some(1500), &["2001:db8::1"]), None);
        assert_eq!(fits(Some(1480), &["192.0.2.1"]), None);
        assert_eq!(fits(None, &["192.0.2.1"]), None);
    }

    #[test]
    fn search_domains_without_a_server_are_among_what_is_not_carried_out() {
        let mut settings = settings(&["10.8.0.2/24"], &[]);
        settings.dns.search = vec!["corp.example".into()];
        let plan = plan(&settings);
        assert_eq!((plan.dns, plan.limits.search_without_server), (None, vec!["corp.example".to_owned()]));
    }

    #[test]
    fn a_configured_mark_is_the_table_too_as_in_wg_quick() {
        let mut settings = settings(&[], &["::/0", "0.0.0.0/0"]);
        settings.linux.fwmark = Some(FwMark::new(7));
        let plan = plan(&settings);
        assert_eq!(plan.routes.policy, Some(PolicyRouting { mark: 7, table: 7, ipv4: true, ipv6: true }));
        assert!(!plan.leaves_ipv6_outside());
    }

    #[test]
    fn a_numbered_table_gets_routes_and_no_rules_and_off_gets_nothing() {
        let mut settings = settings(&["10.0.0.2/24"], &["10.0.0.0/24", "0.0.0.0/0"]);
        settings.linux.table = Table::Number(1234);
        assert_eq!(shown(&plan(&settings)), ["10.0.0.0/24 1234", "0.0.0.0/0 1234"]);
        assert_eq!(plan(&settings).routes.policy, None);
        settings.linux.table = Table::Off;
        assert_eq!(plan(&settings).routes, RouteSpec::none(settings.name));
    }

    #[test]
    fn the_mtu_is_the_files_or_80_below_the_way_out_and_never_too_small_for_ipv6() {
        let mut settings = settings(&["10.0.0.2/24"], &[]);
        assert_eq!(plan(&settings).interface(Some(1492)).mtu, 1412);
        assert_eq!(plan(&settings).interface(None).mtu, 1420);
        assert_eq!(plan(&settings).interface(Some(1300)).mtu, 1220);
        assert_eq!(plan(&settings).interface(Some(65_536)).mtu, 65_456);
        settings.addresses.push("fd00::1/64".parse().unwrap());
        assert_eq!(plan(&settings).interface(Some(1300)).mtu, 1280);
        settings.mtu = Some(1000);
        assert_eq!(plan(&settings).interface(Some(1300)).mtu, 1000);
    }
}
