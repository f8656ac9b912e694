//! Windows as a [`Host`]: the same steps as on Linux, with other means.
//!
//! Windows has neither marks of packets nor routing tables. A mark other than 0 stands here for a socket that is kept outside the
//! tunnels by its interface. The routes of a tunnel are all in the one table, with the lowest metric, and networks outside the
//! tunnel keep their narrower routes; what other routes would lead past the tunnel, filters drop.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_config::{Cidr, InterfaceName};

use super::dns::nrpt_rules;
use super::filters::{Guard, Interfaces, guard, kill_switch};
use super::snapshot::Snapshot;
use super::system::{FilterSet, Purpose, System, refused};
use crate::device::{TunDevice, UdpFactory, UdpSocket};
use crate::linux_network::host::{Host, ResolverTool};
use crate::linux_network::plan::Plan;
use crate::linux_network::spec::{DnsNames, DnsSpec, FirewallPolicy, InterfaceSpec, KillSwitchRules, LocalNetwork, RouteSpec};
use crate::network::{
    EndpointRoute, NameAddresses, NetworkError, NetworkEvents, OtherTunnel, Part, ResolversOverwritten, StandingKillSwitch,
    TamperingEvents, Warning, is_private,
};

/// Stands for "outside the tunnels"; the number that Linux begins with.
const MARK: u32 = 51820;

/// The smallest MTU of IPv6 (RFC 8200 section 5).
const LEAST_MTU_OF_IPV6: u16 = 1280;

/// Windows, with the memory of what was set for each tunnel.
pub(crate) struct WindowsHost {
    system: Arc<dyn System>,
    tunnels: Mutex<BTreeMap<InterfaceName, Tunnel>>,
}

/// What one tunnel has.
#[derive(Default)]
struct Tunnel {
    luid: Option<u64>,
    routes: Option<RouteSpec>,
    /// True if it is to be guarded as far as it takes all traffic.
    is_guarded: bool,
    /// The guard that is set.
    guard: Option<Guard>,
    dns: Option<DnsSpec>,
    kill_switch: Option<KillSwitchRules>,
}

impl Tunnel {
    fn wanted_guard(&self) -> Option<Guard> {
        let routes = self.routes.as_ref().filter(|_| self.is_guarded)?;
        let policy = routes.policy?;
        Some(Guard {
            tunnel: self.luid?,
            families: [policy.ipv4, policy.ipv6],
            outside: routes.lan.networks(),
            resolves_all: self.dns.as_ref().is_some_and(|dns| dns.names == DnsNames::All),
        })
    }

    fn takes(&self, ipv4: bool) -> bool {
        let policy = self.routes.as_ref().and_then(|routes| routes.policy);
        policy.is_some_and(|policy| if ipv4 { policy.ipv4 } else { policy.ipv6 })
    }
}

impl Interfaces for Snapshot {
    fn luid(&self, name: &str) -> Option<u64> {
        self.interfaces.iter().find(|interface| interface.name == name).map(|interface| interface.luid)
    }
}

impl WindowsHost {
    pub(crate) fn on(system: Arc<dyn System>) -> Self {
        Self { system, tunnels: Mutex::default() }
    }

    fn tunnels(&self) -> MutexGuard<'_, BTreeMap<InterfaceName, Tunnel>> {
        self.tunnels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the interfaces of all tunnels.
    fn luids(&self) -> BTreeSet<u64> {
        self.tunnels().values().filter_map(|tunnel| tunnel.luid).collect()
    }

    fn luid(&self, name: &InterfaceName) -> Result<u64, NetworkError> {
        let luid = self.tunnels().get(name).and_then(|tunnel| tunnel.luid);
        luid.ok_or_else(|| NetworkError::InterfaceGone(name.clone()))
    }

    fn snapshot(&self) -> Result<Snapshot, NetworkError> {
        self.system.snapshot().map_err(refused("reading interfaces, addresses and routes"))
    }

    /// Sets the guard of a tunnel if it differs from the present one.
    fn set_guard(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        let mut tunnels = self.tunnels();
        let Some(tunnel) = tunnels.get_mut(name) else { return Ok(()) };
        let wanted = tunnel.wanted_guard();
        if tunnel.guard != wanted {
            self.establish_guard(name, wanted.as_ref())?;
            tunnel.guard = wanted;
        }
        Ok(())
    }

    fn establish_guard(&self, name: &InterfaceName, wanted: Option<&Guard>) -> Result<(), NetworkError> {
        let set = FilterSet { name: name.clone(), purpose: Purpose::Guard };
        let filters = wanted.map(guard).unwrap_or_default();
        self.system.set_filters(&set, &filters).map_err(refused(format!("setting the packet filter of {name}")))
    }

    /// Sets the filters of a kill switch around the interface that the tunnel has at this moment.
    fn establish_kill_switch(
        &self,
        name: &InterfaceName,
        luid: Option<u64>,
        rules: Option<&KillSwitchRules>,
    ) -> Result<(), NetworkError> {
        let owner = rules.map(|rules| rules.owner.clone()).unwrap_or_default();
        let has_portal = rules.is_some_and(|rules| rules.portal.is_some());
        let set = FilterSet { name: name.clone(), purpose: Purpose::KillSwitch { owner, has_portal } };
        let filters = match rules {
            // Without local networks no other interface has a name in the rules.
            Some(rules) if rules.lan.is_empty() => kill_switch(rules, luid, &Snapshot::default()),
            Some(rules) => kill_switch(rules, luid, &self.snapshot()?),
            None => Vec::new(),
        };
        self.system.set_filters(&set, &filters).map_err(refused(format!("setting the kill switch of {name}")))
    }

    /// Returns the tunnel that takes all traffic of a family that `routes` take too.
    fn other_full_tunnel(&self, routes: &RouteSpec) -> Option<OtherTunnel> {
        let policy = routes.policy?;
        let tunnels = self.tunnels();
        let mut others = tunnels.iter().filter(|(name, _)| **name != routes.interface);
        let (name, _) = others.find(|(_, other)| {
            [(true, policy.ipv4), (false, policy.ipv6)].into_iter().any(|(ipv4, takes)| takes && other.takes(ipv4))
        })?;
        Some(OtherTunnel {
            label: name.to_string(),
            description: format!("the tunnel {name}"),
            evidence: format!("{name} has the default route"),
        })
    }

    fn add_missing(&self, luid: u64, interface: &InterfaceSpec, routes: Option<&RouteSpec>) -> io::Result<Vec<Part>> {
        let (before, mut parts) = (self.system.snapshot()?, Vec::new());
        let has = |address: &Cidr| before.addresses.iter().any(|row| row.luid == luid && row.address == *address);
        for address in interface.addresses.iter().filter(|address| !has(address)) {
            self.system.add_address(luid, *address)?;
            parts = vec![Part::Addresses];
        }
        let has = |network: &Cidr| before.routes.iter().any(|row| row.luid == luid && row.network == *network);
        let is_yielding = routes.is_some_and(|routes| routes.yields);
        let networks: BTreeSet<Cidr> = routes.into_iter().flat_map(networks).collect();
        for network in networks.iter().filter(|network| !has(network)) {
            self.system.add_route(luid, *network, is_yielding.into())?;
            if !parts.contains(&Part::Routes) {
                parts.push(Part::Routes);
            }
        }
        Ok(parts)
    }
}

/// Returns the destinations of all routes, each once.
fn networks(routes: &RouteSpec) -> BTreeSet<Cidr> {
    routes.routes.iter().map(|route| route.network).collect()
}

impl Host for WindowsHost {
    fn check(&self, plan: &Plan) -> Result<Vec<Warning>, NetworkError> {
        let now = self.snapshot()?;
        let is_this = |name: &str| name.eq_ignore_ascii_case(plan.name.as_str());
        if now.interfaces.iter().any(|interface| is_this(&interface.name)) {
            return Err(NetworkError::InterfaceExists(plan.name.clone()));
        }
        if let Some(other) = self.other_full_tunnel(&plan.routes) {
            return Err(NetworkError::OtherFullTunnel(other));
        }
        let policy_table = plan.routes.policy.map(|policy| policy.table);
        let connected = now.local_networks(&self.luids());
        let mut routes = plan.routes_to_add().filter(|route| Some(route.table) != policy_table);
        let taken = routes.find_map(|route| connected.iter().find(|local| local.network == route.network));
        if let Some(LocalNetwork { network, interface, .. }) = taken {
            return Err(NetworkError::LocalNetwork { network: *network, interface: interface.clone() });
        }
        let needs_filter = plan.firewall != FirewallPolicy::Open;
        if let Some(error) = Some(()).filter(|()| needs_filter).and_then(|()| self.system.check_filters().err()) {
            tracing::warn!(%error, "the Windows Filtering Platform cannot be used");
            return Ok(vec![Warning::NoFirewall]);
        }
        Ok(Vec::new())
    }

    fn free_table(&self) -> Result<u32, NetworkError> {
        Ok(MARK)
    }

    fn has_tables(&self) -> bool {
        false
    }

    fn route_mtu(&self, endpoints: &[IpAddr], _: u32) -> Result<Option<u32>, NetworkError> {
        Ok(self.snapshot()?.path_mtu(endpoints, &self.luids()))
    }

    fn route_to(&self, endpoint: IpAddr, mark: u32) -> Result<Option<EndpointRoute>, NetworkError> {
        let tunnels = if mark == 0 { BTreeSet::new() } else { self.luids() };
        Ok(self.snapshot()?.route_to(endpoint, &tunnels))
    }

    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        Ok(self.snapshot()?.local_route(destination, &self.luids()))
    }

    fn local_networks(&self, name: &InterfaceName) -> Result<Vec<LocalNetwork>, NetworkError> {
        let mut networks = self.snapshot()?.local_networks(&self.luids());
        let tunnels = self.tunnels();
        let others = tunnels.iter().filter(|(other, tunnel)| *other != name && tunnel.luid.is_some());
        let behind = others.flat_map(|(other, tunnel)| {
            let networks = tunnel.routes.iter().flat_map(networks_of_main_table).filter(is_private);
            networks.map(|network| LocalNetwork { network, interface: other.to_string(), is_tunnel: true })
        });
        networks.extend(behind);
        networks.sort();
        Ok(networks)
    }

    fn has_ipv6(&self) -> bool {
        // If nobody can say, IPv6 is closed.
        self.snapshot().map_or(true, |now| now.has_ipv6(&self.luids()))
    }

    fn why_no_ipv6(&self, mtu: Option<u16>) -> Option<String> {
        let mtu = mtu.filter(|mtu| *mtu < LEAST_MTU_OF_IPV6)?;
        Some(format!("its MTU of {mtu} bytes is below the {LEAST_MTU_OF_IPV6} of IPv6"))
    }

    fn open_tun(&self, name: &InterfaceName, mtu: u16, _: usize) -> io::Result<TunDevice> {
        let (device, luid) = self.system.open_tun(name, mtu)?;
        let mut tunnels = self.tunnels();
        let tunnel = tunnels.entry(name.clone()).or_default();
        tunnel.luid = Some(luid);
        let rules = tunnel.kill_switch.clone();
        drop(tunnels);
        // A kill switch that was closed before lets packets into the tunnel from now on.
        if rules.is_some() {
            self.establish_kill_switch(name, Some(luid), rules.as_ref()).map_err(io::Error::other)?;
        }
        Ok(device)
    }

    fn sockets(&self) -> Arc<dyn UdpFactory> {
        Arc::new(Sockets(Arc::clone(&self.system)))
    }

    fn set_interface(&self, interface: &InterfaceSpec) -> Result<(), NetworkError> {
        let luid = self.luid(&interface.name)?;
        let doing = || format!("setting the addresses of {}", interface.name);
        self.set_mtu(interface)?;
        let before = self.snapshot()?;
        let own = before.addresses.iter().filter(|row| row.luid == luid && row.is_permanent).map(|row| row.address);
        for address in own.filter(|address| !interface.addresses.contains(address)) {
            self.system.remove_address(luid, address).map_err(refused(doing()))?;
        }
        for address in &interface.addresses {
            self.system.add_address(luid, *address).map_err(refused(doing()))?;
        }
        Ok(())
    }

    fn set_mtu(&self, interface: &InterfaceSpec) -> Result<(), NetworkError> {
        let luid = self.luid(&interface.name)?;
        self.system.set_interface(luid, interface.mtu).map_err(refused(format!("setting metric and MTU of {}", interface.name)))
    }

    fn remove_interface(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        let rules = {
            let mut tunnels = self.tunnels();
            let Some(tunnel) = tunnels.get_mut(name) else { return Ok(()) };
            // The adapter goes with its device, and its addresses and routes with it.
            if tunnel.luid.take().is_none() {
                return Ok(());
            }
            tunnel.routes = None;
            tunnel.kill_switch.clone()
        };
        self.set_guard(name)?;
        match rules {
            Some(rules) => self.establish_kill_switch(name, None, Some(&rules)),
            None => Ok(()),
        }
    }

    fn set_routes(&self, routes: &RouteSpec) -> Result<(), NetworkError> {
        if let Some(other) = self.other_full_tunnel(routes) {
            return Err(NetworkError::OtherFullTunnel(other));
        }
        let name = &routes.interface;
        let doing = || format!("setting the routes of {name}");
        let wanted = networks(routes);
        let luid = match self.luid(name) {
            Ok(luid) => luid,
            // The routes went with the interface.
            Err(_) if wanted.is_empty() => return Ok(()),
            Err(error) => return Err(error),
        };
        let before = self.tunnels().get(name).and_then(|tunnel| tunnel.routes.clone());
        let has_another_metric = before.as_ref().is_some_and(|before| before.yields != routes.yields);
        for network in before.iter().flat_map(networks).filter(|network| has_another_metric || !wanted.contains(network)) {
            self.system.remove_route(luid, network).map_err(refused(doing()))?;
        }
        // Recorded before they are added: routes that are added half-way are removed too.
        if let Some(tunnel) = self.tunnels().get_mut(name) {
            tunnel.routes = (!wanted.is_empty()).then(|| routes.clone());
        }
        // The guard comes before a route leads anything into the tunnel.
        self.set_guard(name)?;
        for network in wanted {
            self.system.add_route(luid, network, routes.yields.into()).map_err(refused(doing()))?;
        }
        Ok(())
    }

    fn set_dns(&self, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError> {
        let doing = || format!("setting the DNS servers of {name}");
        let luid = self.luid(name);
        let rules = dns.map(nrpt_rules).unwrap_or_default();
        self.system.set_nrpt(name, &rules).map_err(refused(doing()))?;
        match luid {
            Ok(luid) => self.system.set_interface_dns(luid, dns).map_err(refused(doing()))?,
            // The servers went with the interface.
            Err(_) if dns.is_none() => {}
            Err(error) => return Err(error),
        }
        if let Some(tunnel) = self.tunnels().get_mut(name) {
            tunnel.dns = dns.cloned();
        }
        self.set_guard(name)
    }

    fn resolver_tool(&self) -> Option<ResolverTool> {
        Some(ResolverTool::Windows)
    }

    fn can_split_dns(&self) -> bool {
        true
    }

    /// Windows has no one file of resolvers that others overwrite.
    fn on_resolvers_overwritten(&self, _: ResolversOverwritten) {}

    fn set_firewall(&self, name: &InterfaceName, policy: &FirewallPolicy) -> Result<(), NetworkError> {
        let mut tunnels = self.tunnels();
        let tunnel = tunnels.entry(name.clone()).or_default();
        tunnel.is_guarded = *policy != FirewallPolicy::Open;
        // Set again even if it is as before: other programs may have removed it.
        if let Some(wanted) = tunnel.wanted_guard() {
            self.establish_guard(name, Some(&wanted))?;
            tunnel.guard = Some(wanted);
        }
        drop(tunnels);
        self.set_guard(name)
    }

    fn set_kill_switch(&self, name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), NetworkError> {
        let luid = self.tunnels().get(name).and_then(|tunnel| tunnel.luid);
        self.establish_kill_switch(name, luid, kill_switch)?;
        self.tunnels().entry(name.clone()).or_default().kill_switch = kill_switch.cloned();
        Ok(())
    }

    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        self.system.kill_switches().map_err(refused("reading the kill switches"))
    }

    fn check_kill_switch(&self) -> Result<(), NetworkError> {
        self.system.check_filters().map_err(refused("opening the Windows Filtering Platform (the service BFE)"))
    }

    fn look_up_outside(&self, host: &str, _: u32, inside: &[IpAddr]) -> io::Result<NameAddresses> {
        let tunnels: Vec<u64> = self.luids().into_iter().collect();
        self.system.look_up_outside(host, inside, &tunnels)
    }

    fn connect_outside(&self, _: SocketAddr, _: u32) -> io::Result<TcpStream> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "connecting past the tunnels is not available on Windows yet"))
    }

    fn watch(&self) -> Result<Box<dyn NetworkEvents>, NetworkError> {
        self.system.watch().map_err(refused("watching the network"))
    }

    fn guard(&self) -> Result<Box<dyn TamperingEvents>, NetworkError> {
        self.system.guard().map_err(refused("watching what others change"))
    }

    fn reconcile(&self, interface: &InterfaceSpec, routes: Option<&RouteSpec>) -> Result<Vec<Part>, NetworkError> {
        let name = &interface.name;
        // The interface is gone. Its tunnel learns of that from the device.
        let Ok(luid) = self.luid(name) else { return Ok(Vec::new()) };
        let doing = || format!("putting back what {name} had");
        let dns = self.tunnels().get(name).and_then(|tunnel| tunnel.dns.clone());
        if let Some(dns) = dns {
            self.system.set_nrpt(name, &nrpt_rules(&dns)).map_err(refused(doing()))?;
        }
        self.add_missing(luid, interface, routes).map_err(refused(doing()))
    }

    fn clean_up(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        let is_this = |other: &str| other.eq_ignore_ascii_case(name.as_str());
        if self.snapshot()?.interfaces.iter().any(|interface| is_this(&interface.name)) {
            return Ok(Vec::new());
        }
        {
            let mut tunnels = self.tunnels();
            let kill_switch = tunnels.remove(name).and_then(|tunnel| tunnel.kill_switch);
            if kill_switch.is_some() {
                tunnels.insert(name.clone(), Tunnel { kill_switch, ..Tunnel::default() });
            }
        }
        let had_rules = self.system.set_nrpt(name, &[]).map_err(refused(format!("removing the DNS rules of {name}")))?;
        Ok(if had_rules { vec![format!("DNS rules of {name} (NRPT)")] } else { Vec::new() })
    }
}

fn networks_of_main_table(routes: &RouteSpec) -> BTreeSet<Cidr> {
    let policy_table = routes.policy.map(|policy| policy.table);
    let routes = routes.routes.iter().filter(|route| Some(route.table) != policy_table);
    routes.map(|route| route.network).collect()
}

/// Opens sockets: a mark other than 0 keeps them outside the tunnels.
struct Sockets(Arc<dyn System>);

impl UdpFactory for Sockets {
    fn bind(&self, port: u16, mark: u32) -> io::Result<Arc<dyn UdpSocket>> {
        self.0.bind(port, mark != 0)
    }
}
