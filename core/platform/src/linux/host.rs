//! Linux as a [`Host`]: netlink for links, addresses, routes and rules; `nft` for the packet filter; `resolvconf` or
//! systemd-resolved for resolvers.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_config::{Cidr, InterfaceName};

use super::netlink::Netlink;
use super::tun::{self, TunError};
use super::udp::LinuxUdp;
use super::wg_quick::LinuxWgQuick;
use super::{
    address, dns, firewall, guard, ipv6, kill_switch, link, local_networks, outside_dns, outside_tcp, route, rule, uapi_socket,
};
use crate::device::{Offloads, TunDevice, UdpFactory};
use crate::linux_network::LinuxNetwork;
use crate::linux_network::host::{Host, ResolverTool};
use crate::linux_network::plan::Plan;
use crate::linux_network::spec::{FirewallPolicy, InterfaceSpec, KillSwitchRules, LocalNetwork, MAIN_TABLE, Route, RouteSpec};
use crate::network::{
    DnsSpec, EndpointRoute, NameAddresses, NetworkError, NetworkEvents, OtherTunnel, Part, ResolversOverwritten,
    StandingKillSwitch, TamperingEvents, Warning,
};
use crate::wg_quick::WgQuick;

/// First routing table that wg-quick(8) tries in its search for an unused one. The number is also the mark.
const FIRST_TABLE: u32 = 51820;

/// The host of the calling thread's network namespace.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinuxHost;

impl Default for LinuxNetwork {
    fn default() -> Self {
        Self::on(Arc::new(LinuxHost))
    }
}

impl Host for LinuxHost {
    fn check(&self, plan: &Plan) -> Result<Vec<Warning>, NetworkError> {
        let mut netlink = open()?;
        if find(&mut netlink, &plan.name)?.is_some() {
            let is_tunnel = LinuxWgQuick.look(&plan.name).is_ok_and(|standing| standing.active);
            let exists = if is_tunnel { NetworkError::WireGuardExists } else { NetworkError::InterfaceExists };
            return Err(exists(plan.name.clone()));
        }
        if plan.dns.is_some() && !dns::is_available() {
            return Err(NetworkError::NoResolver);
        }
        // A table of the tunnel's own has room for the network, but its routes would still take the network away from the
        // computer.
        let own_table = plan.routes.own_table.as_ref().map(|own| own.table);
        let as_main = |route: Route| if Some(route.table) == own_table { Route { table: MAIN_TABLE, ..route } } else { route };
        if let Some((network, interface)) = route::occupied(&mut netlink, plan.routes_to_add().map(as_main))
            .map_err(NetworkError::kernel("reading the routes"))?
            && let Some(link) = link::by_index(&mut netlink, interface).map_err(NetworkError::kernel("reading the interfaces"))?
        {
            return Err(NetworkError::LocalNetwork { network, interface: link.name });
        }
        let mut warnings = Vec::new();
        if plan.has_ipv6()
            && let Some(because) = ipv6::why_not_on_new_interface(plan.mtu)
        {
            return Err(if plan.closes_ipv6 {
                NetworkError::CannotCloseIpv6 { because }
            } else {
                NetworkError::NoIpv6ForTunnel { because }
            });
        }
        if plan.routes.policy.is_some()
            && let Some(other) = rule::takes_all(&mut netlink).map_err(NetworkError::kernel("reading the routing rules"))?
        {
            return Err(NetworkError::OtherFullTunnel(described(other.mark, other.table)));
        }
        if plan.routes.has_rules() && !firewall::is_available() {
            warnings.push(Warning::NoFirewall);
        }
        Ok(warnings)
    }

    fn free_table(&self) -> Result<u32, NetworkError> {
        let find = || -> io::Result<u32> {
            let mut netlink = Netlink::open()?;
            let mut used = rule::tables(&mut netlink)?;
            used.extend(route::list(&mut netlink)?.iter().map(|present| present.route.table));
            Ok((FIRST_TABLE..).find(|table| !used.contains(table)).unwrap_or(FIRST_TABLE))
        };
        find().map_err(NetworkError::kernel("looking for an unused routing table"))
    }

    fn route_mtu(&self, endpoints: &[IpAddr], mark: u32) -> Result<Option<u32>, NetworkError> {
        let find = || -> io::Result<Option<u32>> {
            let mut netlink = Netlink::open()?;
            let mut smallest = None;
            for &endpoint in endpoints {
                let mtu = route::to(&mut netlink, endpoint, mark)?.and_then(|found| found.route.mtu);
                smallest = [smallest, mtu].into_iter().flatten().min();
            }
            if smallest.is_none() { route::default_mtu(&mut netlink) } else { Ok(smallest) }
        };
        find().map_err(NetworkError::kernel("finding the MTU of the way to the endpoints"))
    }

    fn route_to(&self, endpoint: IpAddr, mark: u32) -> Result<Option<EndpointRoute>, NetworkError> {
        let find = || route::to(&mut Netlink::open()?, endpoint, mark);
        let route = find().map_err(NetworkError::kernel(format!("looking for the route to {endpoint}")))?;
        Ok(route.filter(|route| route.has_carrier).map(|route| route.route))
    }

    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        let find = || -> io::Result<Option<(Cidr, String)>> {
            let mut netlink = Netlink::open()?;
            let Some((network, interface)) = route::local(&mut netlink, destination)? else { return Ok(None) };
            Ok(link::by_index(&mut netlink, interface)?.map(|link| (network, link.name)))
        };
        find().map_err(NetworkError::kernel(format!("looking for the way to {destination}")))
    }

    fn has_ipv6(&self) -> bool {
        ipv6::is_on_anywhere()
    }

    fn why_no_ipv6(&self, mtu: Option<u16>) -> Option<String> {
        ipv6::why_not_on_new_interface(mtu)
    }

    fn local_networks(&self, name: &InterfaceName) -> Result<Vec<LocalNetwork>, NetworkError> {
        local_networks::all(&mut open()?, name).map_err(NetworkError::kernel("looking for the networks that this computer is in"))
    }

    fn open_tun(&self, name: &InterfaceName, mtu: u16, queues: usize) -> io::Result<TunDevice> {
        tun::open(name.as_str(), mtu, queues, Offloads::ALL).map_err(|error| match error {
            TunError::NoDriver => io::Error::new(io::ErrorKind::NotFound, error),
            error => io::Error::other(error),
        })
    }

    fn sockets(&self) -> Arc<dyn UdpFactory> {
        Arc::new(LinuxUdp::default())
    }

    fn set_interface(&self, spec: &InterfaceSpec) -> Result<(), NetworkError> {
        let mut netlink = open()?;
        let index = index(&mut netlink, &spec.name)?;
        let name = &spec.name;
        set_mtu(&mut netlink, index, spec)?;
        address::set(&mut netlink, index, &spec.addresses)
            .map_err(NetworkError::kernel(format!("giving {name} its addresses")))?;
        link::set_up(&mut netlink, index).map_err(NetworkError::kernel(format!("turning {name} on")))
    }

    fn set_mtu(&self, spec: &InterfaceSpec) -> Result<(), NetworkError> {
        let mut netlink = open()?;
        let index = index(&mut netlink, &spec.name)?;
        set_mtu(&mut netlink, index, spec)
    }

    fn remove_interface(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        let mut netlink = open()?;
        let Some(link) = find(&mut netlink, name)? else { return Ok(()) };
        match link::remove(&mut netlink, link.index) {
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(()),
            result => result.map_err(NetworkError::kernel(format!("removing {name}"))),
        }
    }

    /// Keeps every table non-empty while rules lead to it: see `rule::set`.
    fn set_routes(&self, spec: &RouteSpec) -> Result<(), NetworkError> {
        let _alone = one_at_a_time();
        let mut netlink = open()?;
        let name = &spec.interface;
        let Some(link) = find(&mut netlink, name)? else {
            rule::sweep(&mut netlink).map_err(NetworkError::kernel("removing routing rules"))?;
            return if spec.routes.is_empty() { Ok(()) } else { Err(NetworkError::InterfaceGone(name.clone())) };
        };
        if !spec.has_rules() {
            rule::set(&mut netlink, link.index, spec)
                .map(drop)
                .map_err(NetworkError::kernel(format!("removing the routing rules of {name}")))?;
        }
        route::set(&mut netlink, link.index, spec).map_err(NetworkError::kernel(format!("setting the routes of {name}")))?;
        if spec.has_rules() {
            rule::set(&mut netlink, link.index, spec)
                .map(drop)
                .map_err(NetworkError::kernel(format!("setting the routing rules of {name}")))?;
        }
        Ok(())
    }

    fn set_dns(&self, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError> {
        dns::set(name, dns)
    }

    fn resolver_tool(&self) -> Option<ResolverTool> {
        dns::tool()
    }

    fn can_split_dns(&self) -> bool {
        dns::can_split()
    }

    fn on_resolvers_overwritten(&self, tell: ResolversOverwritten) {
        dns::on_overwritten(tell);
    }

    fn set_firewall(&self, name: &InterfaceName, policy: &FirewallPolicy) -> Result<(), NetworkError> {
        firewall::set(name, policy)
    }

    fn set_kill_switch(&self, name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), NetworkError> {
        kill_switch::set(name, kill_switch)
    }

    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        kill_switch::list()
    }

    fn check_kill_switch(&self) -> Result<(), NetworkError> {
        kill_switch::check()
    }

    fn look_up_outside(&self, host: &str, mark: u32, inside: &[IpAddr]) -> io::Result<NameAddresses> {
        outside_dns::look_up(host, mark, inside)
    }

    fn connect_outside(&self, to: SocketAddr, mark: u32) -> io::Result<TcpStream> {
        outside_tcp::connect(to, mark)
    }

    fn watch(&self) -> Result<Box<dyn NetworkEvents>, NetworkError> {
        super::network::events()
    }

    fn guard(&self) -> Result<Box<dyn TamperingEvents>, NetworkError> {
        let guard = guard::Guard::new().map_err(NetworkError::kernel("watching what others change"))?;
        Ok(Box::new(guard))
    }

    fn reconcile(&self, interface: &InterfaceSpec, routes: Option<&RouteSpec>) -> Result<Vec<Part>, NetworkError> {
        let _alone = one_at_a_time();
        let mut netlink = open()?;
        let name = &interface.name;
        // The interface is gone or down. Its tunnel learns of that from the device.
        let Some(link) = find(&mut netlink, name)?.filter(|link| link.is_up) else { return Ok(Vec::new()) };
        let kernel = |what| NetworkError::kernel(format!("putting back the {what} of {name}"));
        let mut missing = Vec::new();
        if address::add_missing(&mut netlink, link.index, &interface.addresses).map_err(kernel("addresses"))? > 0 {
            missing.push(Part::Addresses);
        }
        let Some(spec) = routes else { return Ok(missing) };
        if route::set(&mut netlink, link.index, spec).map_err(kernel("routes"))? > 0 {
            missing.push(Part::Routes);
        }
        if spec.has_rules() && rule::set(&mut netlink, link.index, spec).map_err(kernel("routing rules"))? > 0 {
            missing.push(Part::Rules);
        }
        Ok(missing)
    }

    fn clean_up(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        let mut netlink = open()?;
        if find(&mut netlink, name)?.is_some() {
            return Ok(Vec::new());
        }
        let mut removed = Vec::new();
        if dns::is_left_over(name) {
            dns::set(name, None)?;
            removed.push("resolvers".to_owned());
        }
        let alone = one_at_a_time();
        let rules = rule::sweep(&mut netlink).map_err(NetworkError::kernel("removing routing rules"))?;
        drop(alone);
        if rules > 0 {
            removed.push(format!("{rules} routing rules"));
        }
        if firewall::is_set(name) {
            firewall::set(name, &FirewallPolicy::Open)?;
            removed.push("a packet filter table".to_owned());
        }
        let directory = Path::new(uapi_socket::DIRECTORY);
        if uapi_socket::remove_stale(directory, name.as_str())
            .map_err(|error| NetworkError::kernel("removing a socket")(io::Error::other(error)))?
        {
            removed.push("a control socket".to_owned());
        }
        Ok(removed)
    }
}

/// Describes another full tunnel, by its mark and table.
fn described(mark: u32, table: u32) -> OtherTunnel {
    OtherTunnel {
        label: format!("table {table}"),
        description: format!("the one behind mark {mark:#x} and table {table}"),
        evidence: format!("`ip rule` shows `not fwmark {mark:#x} lookup {table}`"),
    }
}

/// Locks all changes of routing in this process. A change reads routes and rules, compares and then writes, and tunnels share
/// some rules.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ROUTING: Mutex<()> = Mutex::new(());
    ROUTING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set_mtu(netlink: &mut Netlink, index: u32, spec: &InterfaceSpec) -> Result<(), NetworkError> {
    let doing = format!("setting the MTU of {} to {}", spec.name, spec.mtu);
    link::set_mtu(netlink, index, spec.mtu.into()).map_err(NetworkError::kernel(doing))
}

fn open() -> Result<Netlink, NetworkError> {
    Netlink::open().map_err(NetworkError::kernel("opening a netlink socket"))
}

fn find(netlink: &mut Netlink, name: &InterfaceName) -> Result<Option<link::Link>, NetworkError> {
    link::find(netlink, name.as_str()).map_err(NetworkError::kernel(format!("looking for the interface {name}")))
}

fn index(netlink: &mut Netlink, name: &InterfaceName) -> Result<u32, NetworkError> {
    find(netlink, name)?.map(|link| link.index).ok_or_else(|| NetworkError::InterfaceGone(name.clone()))
}

#[cfg(test)]
mod tests;
