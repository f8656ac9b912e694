//! The settings of all tunnels on a Mac: changes only what differs, and checks that the packet filter really is evaluated.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_config::{Cidr, InterfaceName};

use super::filter::{self, FLUSH_STATES, Filter};
use super::filter_status::{self, check_anchor, check_info, check_main_rules};
use super::kernel::{Kernel, Program};
use super::plan::{self, address_arguments, mtu_arguments};
use super::resolver;
use super::route_message::{Message, Operation, RouteMessage, RouteRequest, messages, way_out};
use crate::device::TunDevice;
use crate::linux_network::spec::LocalNetwork;
use crate::network::{DnsSpec, EndpointRoute, NetworkError, Part, StandingKillSwitch, is_private};

/// `ESRCH`, `EEXIST` and `ENETUNREACH` of Darwin (`sys/errno.h`).
const NO_SUCH_ROUTE: i32 = 3;
const EXISTS: i32 = 17;
const NETWORK_UNREACHABLE: i32 = 51;

/// The interface of a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) index: u16,
}

/// The settings of one tunnel that are made.
#[derive(Default)]
struct Settings {
    interface: Option<Interface>,
    addresses: Vec<Cidr>,
    routes: Vec<Cidr>,
    resolvers: Vec<IpAddr>,
    filter: Filter,
}

/// A Mac with the memory of what was set.
pub(crate) struct Computer {
    pub(crate) kernel: Arc<dyn Kernel>,
    tunnels: Mutex<BTreeMap<InterfaceName, Settings>>,
    /// The reference that keeps the packet filter on.
    token: Mutex<Option<String>>,
    sequence: AtomicI32,
}

impl Computer {
    pub(crate) fn new(kernel: Arc<dyn Kernel>) -> Self {
        Self { kernel, tunnels: Mutex::default(), token: Mutex::default(), sequence: AtomicI32::new(1) }
    }

    /// Makes the interface of a tunnel.
    pub(crate) fn open(&self, name: &InterfaceName) -> io::Result<(TunDevice, Interface)> {
        let mut numbers: Vec<Option<u32>> = plan::numbers(name).into_iter().map(Some).collect();
        if numbers.len() > 1 {
            numbers.push(None);
        }
        let mut outcome = Err(io::ErrorKind::ResourceBusy.into());
        for number in numbers {
            outcome = self.kernel.open_utun(number);
            if !outcome.as_ref().is_err_and(|error: &io::Error| error.kind() == io::ErrorKind::ResourceBusy) {
                break;
            }
        }
        let device = outcome?;
        let index = self.index_of(&device.name)?;
        let interface = Interface { name: device.name.clone(), index };
        self.tunnels().entry(name.clone()).or_default().interface = Some(interface.clone());
        Ok((device, interface))
    }

    fn index_of(&self, interface: &str) -> io::Result<u16> {
        let of = |message| match message {
            Message::Interface(found) if found.name.as_deref() == Some(interface) => Some(found.index),
            _ => None,
        };
        messages(&self.kernel.interfaces()?).into_iter().find_map(of).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Returns the interface of a tunnel that is up.
    pub(crate) fn interface_of(&self, name: &InterfaceName) -> Option<Interface> {
        self.tunnels().get(name)?.interface.clone()
    }

    /// Forgets the interface. The device's end removes it, with its addresses and routes.
    pub(crate) fn forget_interface(&self, name: &InterfaceName) {
        if let Some(settings) = self.tunnels().get_mut(name) {
            (settings.interface, settings.addresses, settings.routes) = (None, Vec::new(), Vec::new());
        }
    }

    /// Returns all tunnels that have settings.
    pub(crate) fn names(&self) -> Vec<InterfaceName> {
        let mut tunnels = self.tunnels();
        tunnels.retain(|_, settings| settings.interface.is_some() || !settings.filter.is_open());
        tunnels.keys().cloned().collect()
    }

    /// Sets the addresses and the MTU, and sets the interface up.
    pub(crate) fn set_interface(&self, name: &InterfaceName, addresses: &[Cidr], mtu: u16) -> Result<(), NetworkError> {
        let (interface, before) = self.of(name, |settings| settings.addresses.clone())?;
        self.ifconfig(&mtu_arguments(&interface.name, mtu))?;
        for address in before.iter().filter(|address| !addresses.contains(address)) {
            self.ifconfig(&address_arguments(&interface.name, address, false))?;
        }
        for address in addresses.iter().filter(|address| !before.contains(address)) {
            self.ifconfig(&address_arguments(&interface.name, address, true))?;
        }
        self.note(name, |settings| settings.addresses = addresses.to_vec());
        Ok(())
    }

    fn ifconfig(&self, arguments: &[String]) -> Result<(), NetworkError> {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.kernel.run(Program::Ifconfig, &arguments, "").map(drop)
    }

    /// Sets the routes into a tunnel: first adds those that are missing, then removes the others. Where another interface has the
    /// same route, `yields` leaves that one in place.
    pub(crate) fn set_routes(&self, name: &InterfaceName, routes: &[Cidr], yields: bool) -> Result<(), NetworkError> {
        let (interface, mut present) = self.of(name, |settings| settings.routes.clone())?;
        let outcome = self.change_routes(&interface, &mut present, routes, yields);
        self.note(name, |settings| settings.routes = present);
        outcome
    }

    fn change_routes(
        &self,
        interface: &Interface,
        present: &mut Vec<Cidr>,
        routes: &[Cidr],
        yields: bool,
    ) -> Result<(), NetworkError> {
        for route in routes {
            if present.contains(route) {
                continue;
            }
            match self.ask(Operation::Add, *route, Some(interface), 0)?.error {
                0 => present.push(*route),
                EXISTS if yields => {}
                EXISTS => return Err(self.taken(*route, interface)),
                error => return Err(refused(&format!("adding the route to {route}"), error)),
            }
        }
        let gone: Vec<Cidr> = present.iter().copied().filter(|route| !routes.contains(route)).collect();
        for route in gone {
            match self.ask(Operation::Delete, route, Some(interface), 0)?.error {
                0 | NO_SUCH_ROUTE => present.retain(|other| *other != route),
                error => return Err(refused(&format!("removing the route to {route}"), error)),
            }
        }
        Ok(())
    }

    /// Another interface has the route: that of a network which the computer is in, or another tunnel's.
    fn taken(&self, network: Cidr, ours: &Interface) -> NetworkError {
        let held = self.table().ok().and_then(|table| {
            let of = |message| match message {
                Message::Route(route) if route.network == Some(network) && !route.is_scoped() => Some(route.index),
                _ => None,
            };
            table.into_iter().find_map(of).filter(|index| *index != ours.index)
        });
        match held.and_then(|index| self.name_of(index)) {
            Some(interface) => NetworkError::LocalNetwork { network, interface },
            None => refused(&format!("adding the route to {network}"), EXISTS),
        }
    }

    fn table(&self) -> io::Result<Vec<Message>> {
        self.kernel.routes().map(|bytes| messages(&bytes))
    }

    fn name_of(&self, index: u16) -> Option<String> {
        messages(&self.kernel.interfaces().ok()?).into_iter().find_map(|message| match message {
            Message::Interface(found) if found.index == index => found.name,
            _ => None,
        })
    }

    fn ask(
        &self,
        operation: Operation,
        network: Cidr,
        into: Option<&Interface>,
        scope: u16,
    ) -> Result<RouteMessage, NetworkError> {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed);
        let into = into.map(|interface| (interface.index, interface.name.clone()));
        let request = RouteRequest { operation, network, into, scope };
        let doing = || format!("asking the routing table about {network}");
        let answer = self.kernel.route(&request.to_bytes(sequence)).map_err(NetworkError::kernel(doing()))?;
        let of_request = |message| match message {
            Message::Route(route) if route.sequence == sequence => Some(route),
            _ => None,
        };
        let found = messages(&answer).into_iter().find_map(of_request);
        found.ok_or_else(|| NetworkError::kernel(doing())(io::ErrorKind::InvalidData.into()))
    }

    /// Returns the route of packets to `endpoint` that pass by the tunnels.
    pub(crate) fn route_outside(&self, endpoint: IpAddr) -> Result<Option<EndpointRoute>, NetworkError> {
        let table = self.table().map_err(NetworkError::kernel("reading the routing table"))?;
        let ours: Vec<u16> = self.tunnels().values().filter_map(|tunnel| Some(tunnel.interface.as_ref()?.index)).collect();
        let scope = way_out(&table, endpoint.is_ipv4(), &ours).unwrap_or(0);
        let route = self.ask(Operation::Get, Cidr::host(endpoint), None, scope)?;
        match route.error {
            0 if route.is_up() && !ours.contains(&route.index) => {}
            0 | NO_SUCH_ROUTE | NETWORK_UNREACHABLE => return Ok(None),
            error => return Err(refused(&format!("looking up the route to {endpoint}"), error)),
        }
        let interfaces = messages(&self.kernel.interfaces().map_err(NetworkError::kernel("reading the interfaces"))?);
        let found = interfaces.into_iter().find_map(|message| match message {
            Message::Interface(found) if found.index == route.index && found.runs() => Some(found),
            _ => None,
        });
        Ok(found.map(|interface| EndpointRoute {
            interface: route.interface.or(interface.name).unwrap_or_default(),
            index: route.index.into(),
            gateway: route.gateway,
            source: route.source,
            // macOS does not count them.
            carrier_changes: 0,
            mtu: route.mtu.or(Some(interface.mtu)),
        }))
    }

    /// Returns the narrowest route to an address, without default routes and routes into tunnels: its network and its interface.
    pub(crate) fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        let table = self.table().map_err(NetworkError::kernel("reading the routing table"))?;
        let ours: Vec<u16> = self.tunnels().values().filter_map(|tunnel| Some(tunnel.interface.as_ref()?.index)).collect();
        let routes = table.into_iter().filter_map(|message| match message {
            Message::Route(route) if route.is_up() && !route.is_cloned() && !ours.contains(&route.index) => {
                route.network.map(|network| (network, route.index))
            }
            _ => None,
        });
        let matching = routes.filter(|(network, _)| network.prefix() > 1 && network.contains(destination));
        let narrowest = matching.max_by_key(|(network, _)| network.prefix());
        Ok(narrowest.and_then(|(network, index)| Some((network, self.name_of(index)?))))
    }

    /// Adds the routes of a tunnel that another program has removed. Returns what was missing.
    pub(crate) fn put_ways_back(&self, name: &InterfaceName) -> Result<Vec<Part>, NetworkError> {
        let Ok((interface, wanted)) = self.of(name, |settings| settings.routes.clone()) else { return Ok(Vec::new()) };
        let table = self.table().map_err(NetworkError::kernel("reading the routing table"))?;
        let is_there = |wanted: &Cidr| {
            let leads_here = |message: &Message| match message {
                Message::Route(route) => route.network == Some(*wanted) && route.index == interface.index,
                _ => false,
            };
            table.iter().any(leads_here)
        };
        let mut present: Vec<Cidr> = wanted.iter().copied().filter(is_there).collect();
        if present.len() == wanted.len() {
            return Ok(Vec::new());
        }
        self.change_routes(&interface, &mut present, &wanted, false)?;
        Ok(vec![Part::Routes])
    }

    /// Returns the smallest MTU of the paths to `endpoints`, of the default route without endpoints.
    pub(crate) fn path_mtu(&self, endpoints: &[IpAddr]) -> Result<Option<u32>, NetworkError> {
        let anywhere = [IpAddr::from([0; 4])];
        let endpoints = if endpoints.is_empty() { &anywhere } else { endpoints };
        let mut smallest = None;
        for endpoint in endpoints {
            let found = self.route_outside(*endpoint)?.and_then(|route| route.mtu);
            smallest = found.into_iter().chain(smallest).min();
        }
        Ok(smallest)
    }

    /// Returns the private networks that are reached without the tunnel `name`, sorted: those that the computer is connected to, and
    /// those behind other tunnels of Adit. The system does not tell permanent addresses from those that a network has given, so
    /// public networks do not count: a network could claim any of them (CVE-2023-36672).
    pub(crate) fn local_networks(&self, name: &InterfaceName) -> Result<Vec<LocalNetwork>, NetworkError> {
        let interfaces = messages(&self.kernel.interfaces().map_err(NetworkError::kernel("reading the interfaces"))?);
        let on_a_link = |index: u16| {
            interfaces.iter().find_map(|message| match message {
                Message::Interface(found) if found.index == index => {
                    found.name.clone().filter(|_| found.runs() && !found.is_loopback() && !found.is_point_to_point())
                }
                _ => None,
            })
        };
        let mut networks: Vec<LocalNetwork> = interfaces
            .iter()
            .filter_map(|message| match message {
                Message::Address { is_there: true, index, address: Some(address) } => Some((index, address.network())),
                _ => None,
            })
            .filter(|(_, network)| is_private(network))
            .filter_map(|(index, network)| Some(LocalNetwork { network, interface: on_a_link(*index)?, is_tunnel: false }))
            .collect();
        for (_, settings) in self.tunnels().iter().filter(|(other, _)| *other != name) {
            let Some(interface) = &settings.interface else { continue };
            let behind = settings.routes.iter().filter(|route| is_private(route));
            networks.extend(behind.map(|network| LocalNetwork {
                network: *network,
                interface: interface.name.clone(),
                is_tunnel: true,
            }));
        }
        networks.sort();
        networks.dedup();
        Ok(networks)
    }

    /// Returns the DNS servers that are inside tunnels.
    pub(crate) fn resolvers_inside(&self) -> Vec<IpAddr> {
        self.tunnels().values().flat_map(|settings| settings.resolvers.clone()).collect()
    }

    /// Sets a tunnel's resolvers; `None` removes them.
    pub(crate) fn set_dns(&self, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError> {
        let values = match dns {
            Some(dns) => resolver::values(name, &self.of(name, |_| ())?.0.name, dns),
            None => Vec::new(),
        };
        for key in resolver::keys(name) {
            let value = values.iter().find(|value| value.key == key).map(|value| value.property_list.as_str());
            let doing = format!("setting {key}");
            self.kernel.set_value(&key, value).map_err(NetworkError::kernel(doing))?;
        }
        self.note(name, |settings| settings.resolvers = dns.map(|dns| dns.servers.clone()).unwrap_or_default());
        Ok(())
    }

    /// Returns the filter of a tunnel as it was set last.
    pub(crate) fn filter_of(&self, name: &InterfaceName) -> Filter {
        self.tunnels().get(name).map(|settings| settings.filter.clone()).unwrap_or_default()
    }

    /// Sets the filter of a tunnel, in one step, and makes sure that it is evaluated.
    pub(crate) fn set_filter(&self, name: &InterfaceName, filter: &Filter) -> Result<(), NetworkError> {
        if !filter.is_open() {
            self.check_filter()?;
        }
        let closes = filter.kill_switch.is_some() && self.filter_of(name).kill_switch.is_none();
        self.load(name, filter)?;
        self.note(name, |settings| settings.filter = filter.clone());
        if filter.is_open() {
            return self.let_go_of_filter();
        }
        if closes {
            self.pfctl(&FLUSH_STATES, "")?;
        }
        Ok(())
    }

    fn load(&self, name: &InterfaceName, filter: &Filter) -> Result<(), NetworkError> {
        let (anchor, rules) = (filter::anchor(name), filter.rules(name));
        self.pfctl(&["-q", "-a", &anchor, "-f", "-"], &rules)?;
        if filter.is_open() {
            return Ok(());
        }
        let mut token = lock(&self.token);
        let is_on = check_info(&self.pfctl(&["-s", "info"], "")?).is_ok();
        if token.is_none() || !is_on {
            *token = filter_status::token(&self.pfctl(&["-E"], "")?).map(str::to_owned);
        }
        check_info(&self.pfctl(&["-s", "info"], "")?)
            .and(check_anchor(&anchor, &self.pfctl(&["-a", &anchor, "-s", "rules"], "")?, &rules))
            .map_err(not_evaluated)
    }

    /// Fails if the main rules do not lead to the tunnels' anchors.
    pub(crate) fn check_filter(&self) -> Result<(), NetworkError> {
        check_main_rules(&self.pfctl(&["-s", "rules"], "")?).map_err(not_evaluated)
    }

    /// Sets the filter of a tunnel again, if it was changed. Returns true if it was.
    pub(crate) fn put_filter_back(&self, name: &InterfaceName) -> Result<bool, NetworkError> {
        let filter = self.filter_of(name);
        if filter.is_open() {
            return Ok(false);
        }
        let (anchor, rules) = (filter::anchor(name), filter.rules(name));
        let listing = self.pfctl(&["-a", &anchor, "-s", "rules"], "")?;
        let is_there = check_anchor(&anchor, &listing, &rules).is_ok() && check_info(&self.pfctl(&["-s", "info"], "")?).is_ok();
        if is_there {
            return self.check_filter().map(|()| false);
        }
        self.check_filter()?;
        self.load(name, &filter)?;
        // Connections that began while it was open must not go on.
        self.pfctl(&FLUSH_STATES, "")?;
        Ok(true)
    }

    /// Remembers a kill switch that an earlier process closed.
    pub(crate) fn adopt(&self, name: &InterfaceName, filter: Filter) {
        self.tunnels().entry(name.clone()).or_default().filter = filter;
    }

    /// Lets the system switch the packet filter off again, if no tunnel has rules any more.
    fn let_go_of_filter(&self) -> Result<(), NetworkError> {
        if self.tunnels().values().any(|settings| !settings.filter.is_open()) {
            return Ok(());
        }
        let Some(token) = lock(&self.token).take() else { return Ok(()) };
        if filter_status::is_referenced(&self.pfctl(&["-s", "References"], "")?, &token) {
            self.pfctl(&["-X", &token], "")?;
        }
        Ok(())
    }

    /// Returns all kill switches, of any process.
    pub(crate) fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        let mut found = Vec::new();
        for interface in self.anchors()? {
            let listing = self.pfctl(&["-a", &filter::anchor(&interface), "-s", "rules"], "")?;
            if let Some(owner) = filter::owner_of(&listing, &interface) {
                found.push(StandingKillSwitch { interface, owner, has_portal: false });
            }
        }
        Ok(found)
    }

    /// Returns the tunnels that have an anchor, sorted.
    fn anchors(&self) -> Result<Vec<InterfaceName>, NetworkError> {
        let listing = self.pfctl(&["-a", "com.apple", "-s", "Anchors"], "")?;
        let mut names: Vec<InterfaceName> = listing.lines().filter_map(filter::tunnel_of).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Removes the guard that a killed process left. Its interface, routes and resolvers are gone with it, and a kill switch stays.
    pub(crate) fn recover(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        if self.interface_of(name).is_some() || !self.anchors()?.contains(name) {
            return Ok(Vec::new());
        }
        let anchor = filter::anchor(name);
        let listing = self.pfctl(&["-a", &anchor, "-s", "rules"], "")?;
        if listing.trim().is_empty() || filter::owner_of(&listing, name).is_some() {
            return Ok(Vec::new());
        }
        self.pfctl(&["-q", "-a", &anchor, "-f", "-"], "")?;
        Ok(vec![format!("the packet filter rules in {anchor}")])
    }

    fn pfctl(&self, arguments: &[&str], input: &str) -> Result<String, NetworkError> {
        self.kernel.run(Program::Pfctl, arguments, input)
    }

    fn of<T>(&self, name: &InterfaceName, read: impl FnOnce(&Settings) -> T) -> Result<(Interface, T), NetworkError> {
        let tunnels = self.tunnels();
        let settings = tunnels.get(name);
        let found = settings.and_then(|settings| Some((settings.interface.clone()?, read(settings))));
        found.ok_or_else(|| NetworkError::InterfaceGone(name.clone()))
    }

    fn note(&self, name: &InterfaceName, change: impl FnOnce(&mut Settings)) {
        change(self.tunnels().entry(name.clone()).or_default());
    }

    fn tunnels(&self) -> MutexGuard<'_, BTreeMap<InterfaceName, Settings>> {
        lock(&self.tunnels)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_evaluated(error: filter_status::NotEvaluated) -> NetworkError {
    NetworkError::kernel("keeping traffic from passing by the tunnel")(io::Error::other(error))
}

fn refused(doing: &str, error: i32) -> NetworkError {
    NetworkError::kernel(doing)(io::Error::from_raw_os_error(error))
}
