//! A fake computer that only remembers its settings, and fails where a test wants it to.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit_config::{Cidr, InterfaceName};

use super::FakeDevices;
use super::bell::Bell;
use super::lock;
use crate::device::{Ready, Stop, TunDevice, UdpFactory};
use crate::linux_network::LinuxNetwork;
use crate::linux_network::host::{Host, ResolverTool};
use crate::linux_network::plan::Plan;
use crate::linux_network::spec::{FirewallPolicy, InterfaceSpec, KillSwitchRules, LocalNetwork, RouteSpec};
use crate::network::{
    DnsSpec, EndpointRoute, NameAddresses, Network, NetworkChange, NetworkError, NetworkEvents, Part, ResolversOverwritten,
    StandingKillSwitch, Tampering, TamperingEvents, Warning,
};

/// The network that the computer is connected to over `eth0`.
const LOCAL: (IpAddr, u8) = (IpAddr::V4(Ipv4Addr::new(192, 168, 1, 0)), 24);

/// The latest settings of one interface.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HostState {
    /// None before it is set and after it is removed.
    pub interface: Option<InterfaceSpec>,
    /// None if there are no routes.
    pub routes: Option<RouteSpec>,
    /// None for the system's own resolvers.
    pub dns: Option<DnsSpec>,
    /// Packet filter.
    pub firewall: FirewallPolicy,
    /// The exceptions of the kill switch; None if it is open. It outlives all other settings.
    pub kill_switch: Option<KillSwitchRules>,
}

/// The call that fails, and how. Only calls that set something fail; calls that undo work, except with
/// [`Fault::RefusedBlockade`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The `n`th call, counted from 0, fails and does nothing.
    Refused(usize),
    /// The `n`th call takes effect, and then reports a failure.
    HalfDone(usize),
    /// The kill switch can be neither closed nor opened nor changed.
    RefusedBlockade,
}

/// A Linux computer in memory. The adapter takes the same steps as on a real one, and each can fail.
#[derive(Clone, Debug, Default)]
pub struct RecordingHost {
    inside: Arc<Mutex<Inside>>,
    devices: FakeDevices,
}

#[derive(Debug, Default)]
struct Inside {
    states: BTreeMap<InterfaceName, HostState>,
    fault: Option<Fault>,
    calls: Vec<&'static str>,
    kill_switches: Vec<KillSwitchRules>,
    cannot_block: bool,
    can_split_dns: bool,
    /// The reason why new interfaces can have no IPv6.
    no_ipv6: Option<String>,
    /// True if no interface has IPv6.
    is_without_ipv6: bool,
    /// The connected networks; None: [`LOCAL`].
    local: Option<Vec<LocalNetwork>>,
    guards: Vec<Arc<Announcements<Tampering>>>,
    watches: Vec<Arc<Announcements<NetworkChange>>>,
    /// The names that the network's DNS server resolves.
    names: BTreeMap<String, Vec<IpAddr>>,
    /// The connections outside all tunnels, with their marks.
    connections: Vec<(SocketAddr, u32)>,
    /// The route to every endpoint; None: [`home_route`].
    route: Option<Option<EndpointRoute>>,
}

/// The route to every endpoint, until the test sets another.
fn home_route() -> EndpointRoute {
    EndpointRoute {
        interface: "eth0".to_owned(),
        index: 2,
        gateway: Some(IpAddr::V4(Ipv4Addr::new(192, 168, 1, 1))),
        source: Some(IpAddr::V4(Ipv4Addr::new(192, 168, 1, 2))),
        carrier_changes: 1,
        mtu: Some(1500),
    }
}

impl RecordingHost {
    /// Makes a computer on which one call fails.
    pub fn with_fault(fault: Fault) -> Self {
        Self { inside: Arc::new(Mutex::new(Inside { fault: Some(fault), ..Inside::default() })), devices: FakeDevices::default() }
    }

    /// Makes a computer with these devices.
    pub fn with_devices(devices: FakeDevices) -> Self {
        Self { inside: Arc::default(), devices }
    }

    /// Returns its network, as a newly started program finds it.
    pub fn network(&self) -> Arc<dyn Network> {
        Arc::new(LinuxNetwork::on(Arc::new(self.clone())))
    }

    /// Sets or opens the kill switch of an interface, as another program does.
    pub fn set_kill_switch(&self, name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), NetworkError> {
        Host::set_kill_switch(self, name, kill_switch)
    }

    /// Makes the leftovers of an interface whose program was killed.
    pub fn leave_behind(&self, interface: &InterfaceSpec) -> Result<(), NetworkError> {
        Host::set_interface(self, interface)
    }

    /// Sets whether a tunnel's resolvers can be restricted to some names.
    pub fn set_can_split_dns(&self, can: bool) {
        lock(&self.inside).can_split_dns = can;
    }

    /// Switches IPv6 off for new interfaces, and with `everywhere` also for existing ones.
    pub fn switch_ipv6_off(&self, because: &str, everywhere: bool) {
        let mut inside = lock(&self.inside);
        (inside.no_ipv6, inside.is_without_ipv6) = (Some(because.to_owned()), everywhere);
    }

    /// Returns the settings of the only interface.
    pub fn state(&self) -> HostState {
        lock(&self.inside).states.values().next().cloned().unwrap_or_default()
    }

    /// Returns the settings by interface. An interface without settings is left out.
    pub fn states(&self) -> BTreeMap<InterfaceName, HostState> {
        lock(&self.inside).states.clone()
    }

    /// Makes all calls that set something succeed from now on, except one, counted from this moment.
    pub fn set_fault(&self, fault: Option<Fault>) {
        let mut inside = lock(&self.inside);
        inside.calls.clear();
        inside.fault = fault;
    }

    /// Makes kill switches impossible.
    pub fn cannot_block(&self) {
        lock(&self.inside).cannot_block = true;
    }

    /// Changes the settings of an interface as another program does, and announces the change.
    pub fn disturb(&self, name: &InterfaceName, change: impl FnOnce(&mut HostState), tampering: &Tampering) {
        let guards = {
            let mut inside = lock(&self.inside);
            inside.change(name, change);
            inside.guards.clone()
        };
        guards.iter().for_each(|told| told.tell(tampering));
    }

    /// Makes the network's DNS server resolve a name.
    pub fn name(&self, host: &str, addresses: &[IpAddr]) {
        lock(&self.inside).names.insert(host.to_owned(), addresses.to_vec());
    }

    /// Returns the connections that were begun outside all tunnels, with their marks.
    pub fn connections(&self) -> Vec<(SocketAddr, u32)> {
        lock(&self.inside).connections.clone()
    }

    /// Announces that a way out of the computer has appeared.
    pub fn way_out(&self) {
        let guards = lock(&self.inside).guards.clone();
        guards.iter().for_each(|told| told.tell(&Tampering::WayOut));
    }

    /// Connects the computer to these networks in place of the present ones, and announces that.
    pub fn join(&self, networks: Vec<LocalNetwork>) {
        lock(&self.inside).local = Some(networks);
        let guards = lock(&self.inside).guards.clone();
        guards.iter().for_each(|told| told.tell(&Tampering::LocalNetworks));
    }

    /// Changes the route to all endpoints, and announces that. `change` may remove the route by setting None.
    pub fn reroute(&self, change: impl FnOnce(&mut Option<EndpointRoute>)) {
        let watches = {
            let mut inside = lock(&self.inside);
            let mut route = inside.route();
            change(&mut route);
            inside.route = Some(route);
            inside.watches.clone()
        };
        watches.iter().for_each(|told| told.tell(&NetworkChange::Paths));
    }

    /// Returns all kill switches that were ever set, in order.
    pub fn all_kill_switches(&self) -> Vec<KillSwitchRules> {
        lock(&self.inside).kill_switches.clone()
    }

    /// Returns the names of the calls that set something, in order.
    pub fn calls(&self) -> Vec<&'static str> {
        lock(&self.inside).calls.clone()
    }

    fn ask<T>(&self, call: &'static str, work: impl FnOnce(&mut Inside) -> T) -> Result<T, NetworkError> {
        let mut inside = lock(&self.inside);
        let number = inside.calls.len();
        inside.calls.push(call);
        let failure = || NetworkError::Kernel { doing: call.into(), error: io::Error::other("as the test asked for") };
        match inside.fault {
            Some(Fault::Refused(fails)) if fails == number => Err(failure()),
            Some(Fault::HalfDone(fails)) if fails == number => {
                work(&mut inside);
                Err(failure())
            }
            Some(_) | None => Ok(work(&mut inside)),
        }
    }

    fn undo(&self, name: &InterfaceName, work: impl FnOnce(&mut HostState)) -> Result<(), NetworkError> {
        lock(&self.inside).change(name, work);
        Ok(())
    }
}

impl Inside {
    fn route(&self) -> Option<EndpointRoute> {
        self.route.clone().unwrap_or_else(|| Some(home_route()))
    }

    fn change(&mut self, name: &InterfaceName, work: impl FnOnce(&mut HostState)) {
        let state = self.states.entry(name.clone()).or_default();
        work(state);
        if *state == HostState::default() {
            self.states.remove(name);
        }
    }
}

impl Host for RecordingHost {
    fn check(&self, plan: &Plan) -> Result<Vec<Warning>, NetworkError> {
        if let Some(because) = self.why_no_ipv6(plan.mtu).filter(|_| plan.has_ipv6()) {
            return Err(NetworkError::NoIpv6ForTunnel { because });
        }
        self.ask("check", |_| Vec::new())
    }

    fn free_table(&self) -> Result<u32, NetworkError> {
        self.ask("free_table", |_| 51820)
    }

    fn route_mtu(&self, _: &[IpAddr], _: u32) -> Result<Option<u32>, NetworkError> {
        self.ask("route_mtu", |inside| inside.route().and_then(|route| route.mtu))
    }

    fn route_to(&self, _: IpAddr, _: u32) -> Result<Option<EndpointRoute>, NetworkError> {
        Ok(lock(&self.inside).route())
    }

    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        let local = Cidr::new(LOCAL.0, LOCAL.1).ok().filter(|network| network.contains(destination));
        Ok(local.map(|network| (network, "eth0".to_owned())))
    }

    fn has_ipv6(&self) -> bool {
        !lock(&self.inside).is_without_ipv6
    }

    fn local_networks(&self, _: &InterfaceName) -> Result<Vec<LocalNetwork>, NetworkError> {
        let local = lock(&self.inside).local.clone();
        let home = || {
            let network = Cidr::new(LOCAL.0, LOCAL.1).ok()?;
            Some(LocalNetwork { network, interface: "eth0".to_owned(), is_tunnel: false })
        };
        Ok(local.unwrap_or_else(|| home().into_iter().collect()))
    }

    fn open_tun(&self, name: &InterfaceName, mtu: u16, queues: usize) -> io::Result<TunDevice> {
        let opened = self.ask("open_tun", |_| self.devices.open_tun(name, mtu, queues));
        opened.map_err(io::Error::other)?
    }

    fn sockets(&self) -> Arc<dyn UdpFactory> {
        self.devices.udp()
    }

    fn set_interface(&self, interface: &InterfaceSpec) -> Result<(), NetworkError> {
        self.ask("set_interface", |inside| {
            inside.change(&interface.name, |state| state.interface = Some(interface.clone()));
        })
    }

    fn set_mtu(&self, interface: &InterfaceSpec) -> Result<(), NetworkError> {
        self.ask("set_mtu", |inside| {
            inside.change(&interface.name, |state| {
                if let Some(present) = &mut state.interface {
                    present.mtu = interface.mtu;
                }
            });
        })
    }

    fn remove_interface(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        self.undo(name, |state| state.interface = None)
    }

    fn set_routes(&self, routes: &RouteSpec) -> Result<(), NetworkError> {
        if routes.routes.is_empty() && routes.policy.is_none() {
            return self.undo(&routes.interface, |state| state.routes = None);
        }
        self.ask("set_routes", |inside| inside.change(&routes.interface, |state| state.routes = Some(routes.clone())))
    }

    fn set_dns(&self, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError> {
        match dns {
            Some(dns) => self.ask("set_dns", |inside| inside.change(name, |state| state.dns = Some(dns.clone()))),
            None => self.undo(name, |state| state.dns = None),
        }
    }

    fn resolver_tool(&self) -> Option<ResolverTool> {
        Some(ResolverTool::Resolvconf)
    }

    fn can_split_dns(&self) -> bool {
        lock(&self.inside).can_split_dns
    }

    fn on_resolvers_overwritten(&self, _: ResolversOverwritten) {}

    fn why_no_ipv6(&self, _: Option<u16>) -> Option<String> {
        lock(&self.inside).no_ipv6.clone()
    }

    fn set_firewall(&self, name: &InterfaceName, policy: &FirewallPolicy) -> Result<(), NetworkError> {
        match policy {
            FirewallPolicy::FullTunnel(_) => {
                self.ask("set_firewall", |inside| inside.change(name, |state| state.firewall = policy.clone()))
            }
            FirewallPolicy::Open => self.undo(name, |state| state.firewall = FirewallPolicy::Open),
        }
    }

    fn set_kill_switch(&self, name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), NetworkError> {
        if lock(&self.inside).fault == Some(Fault::RefusedBlockade) {
            let error = io::Error::other("as the test asked for");
            return Err(NetworkError::Kernel { doing: "set_blockade".into(), error });
        }
        if kill_switch.is_none() {
            return self.undo(name, |state| state.kill_switch = None);
        }
        self.check_kill_switch()?;
        self.ask("set_blockade", |inside| {
            inside.kill_switches.extend(kill_switch.cloned());
            inside.change(name, |state| state.kill_switch = kill_switch.cloned());
        })
    }

    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        let inside = lock(&self.inside);
        let standing = inside.states.iter().filter_map(|(interface, state)| {
            let rules = state.kill_switch.as_ref()?;
            Some(StandingKillSwitch {
                interface: interface.clone(),
                owner: rules.owner.clone(),
                has_portal: rules.portal.is_some(),
            })
        });
        Ok(standing.collect())
    }

    fn check_kill_switch(&self) -> Result<(), NetworkError> {
        if lock(&self.inside).cannot_block { Err(NetworkError::NoPacketFilter) } else { Ok(()) }
    }

    fn look_up_outside(&self, host: &str, _: u32, _: &[IpAddr]) -> io::Result<NameAddresses> {
        let inside = lock(&self.inside);
        let addresses = inside.names.get(host).cloned().ok_or(io::ErrorKind::Unsupported)?;
        Ok(NameAddresses { addresses, ttl: None })
    }

    /// Connects to a listener of this process, which stands for the other end.
    fn connect_outside(&self, to: SocketAddr, mark: u32) -> io::Result<TcpStream> {
        lock(&self.inside).connections.push((to, mark));
        let other_end = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        TcpStream::connect(other_end.local_addr()?)
    }

    fn watch(&self) -> Result<Box<dyn NetworkEvents>, NetworkError> {
        self.ask("watch", |inside| {
            let told = Arc::new(Announcements::default());
            inside.watches.retain(|told| Arc::strong_count(told) > 1);
            inside.watches.push(Arc::clone(&told));
            Box::new(Watch(told)) as Box<dyn NetworkEvents>
        })
    }

    fn guard(&self) -> Result<Box<dyn TamperingEvents>, NetworkError> {
        let told = Arc::new(Announcements::default());
        let mut inside = lock(&self.inside);
        inside.guards.retain(|told| Arc::strong_count(told) > 1);
        inside.guards.push(Arc::clone(&told));
        drop(inside);
        Ok(Box::new(Guard(told)))
    }

    fn reconcile(&self, interface: &InterfaceSpec, routes: Option<&RouteSpec>) -> Result<Vec<Part>, NetworkError> {
        let mut missing = Vec::new();
        lock(&self.inside).change(&interface.name, |state| {
            let Some(present) = &mut state.interface else { return };
            if present.addresses != interface.addresses {
                present.addresses.clone_from(&interface.addresses);
                missing.push(Part::Addresses);
            }
            if state.routes.as_ref() != routes {
                state.routes = routes.cloned();
                missing.push(Part::Routes);
            }
        });
        Ok(missing)
    }

    fn clean_up(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        let mut inside = lock(&self.inside);
        let before = inside.states.get(name).cloned().unwrap_or_default();
        let after = HostState { kill_switch: before.kill_switch.clone(), ..HostState::default() };
        inside.change(name, |state| state.clone_from(&after));
        Ok(if before == after { Vec::new() } else { vec!["everything".into()] })
    }
}

/// Announcements that a subscriber has not read yet.
struct Announcements<T> {
    waiting: Mutex<VecDeque<T>>,
    bell: Arc<Bell>,
}

impl<T> Default for Announcements<T> {
    fn default() -> Self {
        Self { waiting: Mutex::default(), bell: Arc::default() }
    }
}

impl<T> std::fmt::Debug for Announcements<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Announcements").finish_non_exhaustive()
    }
}

impl<T: Clone> Announcements<T> {
    fn tell(&self, news: &T) {
        lock(&self.waiting).push_back(news.clone());
        self.bell.ring();
    }

    fn next(&self, stop: &dyn Stop) -> Option<T> {
        match self.bell.wait(stop, None, || !lock(&self.waiting).is_empty()) {
            Ready::Stopped => None,
            Ready::Readable | Ready::Nothing => lock(&self.waiting).pop_front(),
        }
    }
}

struct Guard(Arc<Announcements<Tampering>>);

impl TamperingEvents for Guard {
    fn next(&mut self, stop: &dyn Stop) -> io::Result<Option<Tampering>> {
        Ok(self.0.next(stop))
    }
}

struct Watch(Arc<Announcements<NetworkChange>>);

impl NetworkEvents for Watch {
    fn next(&mut self, stop: &dyn Stop, _: Option<Duration>) -> io::Result<Option<NetworkChange>> {
        Ok(self.0.next(stop))
    }
}
