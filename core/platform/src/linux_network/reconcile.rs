//! A computer that remembers the settings of each tunnel, so that they can be restored after another program has undone them.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_config::{Cidr, InterfaceName};

use super::host::{Host, ResolverTool};
use super::plan::Plan;
use super::portal::PortalPath;
use super::spec::{DnsSpec, FirewallPolicy, InterfaceSpec, KillSwitchRules, LocalNetwork, RouteSpec};
use crate::device::{TunDevice, UdpFactory};
use crate::network::{
    EndpointRoute, NameAddresses, NetworkError, NetworkEvents, Part, PortalExemption, ResolversOverwritten, StandingKillSwitch,
    TamperingEvents, Warning,
};

/// A [`Host`] with a memory. Each interface has its own lock: its settings are never set and restored at the same time.
pub(super) struct ReconcilingHost {
    host: Arc<dyn Host>,
    pictures: Mutex<BTreeMap<InterfaceName, Arc<Mutex<Pictures>>>>,
    /// Locked last, and only for moments.
    portal: Mutex<PortalPath>,
}

/// The present settings of an interface.
#[derive(Default)]
struct Pictures {
    interface: Option<InterfaceSpec>,
    routes: Option<RouteSpec>,
    filter: Option<FirewallPolicy>,
    kill_switch: Option<KillSwitchRules>,
}

impl Pictures {
    fn is_empty(&self) -> bool {
        self.interface.is_none() && self.routes.is_none() && self.filter.is_none() && self.kill_switch.is_none()
    }
}

impl ReconcilingHost {
    pub(super) fn around(host: Arc<dyn Host>) -> Self {
        Self { host, pictures: Mutex::default(), portal: Mutex::default() }
    }

    /// Returns all interfaces that have settings.
    pub(super) fn interfaces(&self) -> Vec<InterfaceName> {
        let mut pictures = lock(&self.pictures);
        pictures.retain(|_, pictures| Arc::strong_count(pictures) > 1 || !lock(pictures).is_empty());
        pictures.keys().cloned().collect()
    }

    /// Records a kill switch that an earlier process closed.
    pub(super) fn found(&self, name: &InterfaceName, kill_switch: KillSwitchRules) {
        lock(&self.of(name)).kill_switch = Some(kill_switch);
    }

    /// Sets the kill switch again if it is to be closed. Returns true if it is.
    pub(super) fn reconcile_kill_switch(&self, name: &InterfaceName) -> Result<bool, NetworkError> {
        let pictures = self.of(name);
        let pictures = lock(&pictures);
        let Some(kill_switch) = &pictures.kill_switch else { return Ok(false) };
        self.host.set_kill_switch(name, Some(&self.with_portal(kill_switch))).map(|()| true)
    }

    /// Sets the packet filter again if there is to be one. Returns true if there is.
    pub(super) fn put_back_filter(&self, name: &InterfaceName) -> Result<bool, NetworkError> {
        let pictures = self.of(name);
        let pictures = lock(&pictures);
        let Some(filter) = &pictures.filter else { return Ok(false) };
        self.host.set_firewall(name, filter).map(|()| true)
    }

    /// Adds missing addresses, routes and rules.
    pub(super) fn put_back_ways(&self, name: &InterfaceName) -> Result<Vec<Part>, NetworkError> {
        let pictures = self.of(name);
        let pictures = lock(&pictures);
        let Some(interface) = &pictures.interface else { return Ok(Vec::new()) };
        self.host.reconcile(interface, pictures.routes.as_ref())
    }

    /// Returns the kill switch that was set last, which is set again if another program removes it.
    pub(super) fn wanted_kill_switch(&self, name: &InterfaceName) -> Option<KillSwitchRules> {
        lock(&self.of(name)).kill_switch.clone()
    }

    /// Opens, changes or closes the way to a captive portal in all kill switches. If one refuses to open it, it is closed in all.
    pub(super) fn set_portal(&self, exemption: Option<&PortalExemption>) -> Result<(), NetworkError> {
        lock(&self.portal).exemption = exemption.cloned();
        let set = self.reset_kill_switches();
        if set.is_err() && exemption.is_some() {
            lock(&self.portal).exemption = None;
            // The first error says what is wrong. What stays open has a time at which it closes by itself.
            let _ = self.reset_kill_switches();
        }
        set
    }

    /// Returns the mark of sockets that lead to a captive portal, and the DNS servers that are inside tunnels.
    pub(super) fn portal_path(&self) -> (u32, Vec<IpAddr>) {
        let portal = lock(&self.portal);
        (portal.mark(), portal.inside())
    }

    /// Sets all kill switches again, with the present way to a portal. Tries all, and returns the first error.
    fn reset_kill_switches(&self) -> Result<(), NetworkError> {
        let set = |name: &InterfaceName| self.reconcile_kill_switch(name).map(drop);
        let results: Vec<Result<(), NetworkError>> = self.interfaces().iter().map(set).collect();
        results.into_iter().collect()
    }

    fn with_portal(&self, kill_switch: &KillSwitchRules) -> KillSwitchRules {
        KillSwitchRules { portal: lock(&self.portal).rules(), ..kill_switch.clone() }
    }

    fn note_routes(&self, routes: &RouteSpec) {
        let is_another = lock(&self.portal).note_routes(&routes.interface, Some(routes));
        if is_another && let Err(error) = self.reset_kill_switches() {
            tracing::warn!(%error, "the way to the captive portal does not follow the tunnel");
        }
    }

    fn of(&self, name: &InterfaceName) -> Arc<Mutex<Pictures>> {
        Arc::clone(lock(&self.pictures).entry(name.clone()).or_default())
    }
}

impl Host for ReconcilingHost {
    fn check(&self, plan: &Plan) -> Result<Vec<Warning>, NetworkError> {
        self.host.check(plan)
    }

    fn free_table(&self) -> Result<u32, NetworkError> {
        self.host.free_table()
    }

    fn has_tables(&self) -> bool {
        self.host.has_tables()
    }

    fn route_mtu(&self, endpoints: &[IpAddr], mark: u32) -> Result<Option<u32>, NetworkError> {
        self.host.route_mtu(endpoints, mark)
    }

    fn route_to(&self, endpoint: IpAddr, mark: u32) -> Result<Option<EndpointRoute>, NetworkError> {
        self.host.route_to(endpoint, mark)
    }

    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        self.host.local_route(destination)
    }

    fn has_ipv6(&self) -> bool {
        self.host.has_ipv6()
    }

    fn local_networks(&self, name: &InterfaceName) -> Result<Vec<LocalNetwork>, NetworkError> {
        self.host.local_networks(name)
    }

    fn open_tun(&self, name: &InterfaceName, mtu: u16, queues: usize) -> io::Result<TunDevice> {
        self.host.open_tun(name, mtu, queues)
    }

    fn sockets(&self) -> Arc<dyn UdpFactory> {
        self.host.sockets()
    }

    fn set_interface(&self, interface: &InterfaceSpec) -> Result<(), NetworkError> {
        let pictures = self.of(&interface.name);
        let mut pictures = lock(&pictures);
        self.host.set_interface(interface)?;
        pictures.interface = Some(interface.clone());
        Ok(())
    }

    fn set_mtu(&self, interface: &InterfaceSpec) -> Result<(), NetworkError> {
        let pictures = self.of(&interface.name);
        let mut pictures = lock(&pictures);
        self.host.set_mtu(interface)?;
        if let Some(known) = &mut pictures.interface {
            known.mtu = interface.mtu;
        }
        Ok(())
    }

    fn remove_interface(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        let pictures = self.of(name);
        let mut pictures = lock(&pictures);
        pictures.interface = None;
        self.host.remove_interface(name)
    }

    fn set_routes(&self, routes: &RouteSpec) -> Result<(), NetworkError> {
        {
            let pictures = self.of(&routes.interface);
            let mut pictures = lock(&pictures);
            pictures.routes = None;
            self.host.set_routes(routes)?;
            pictures.routes = (!routes.routes.is_empty()).then(|| routes.clone());
        }
        self.note_routes(routes);
        Ok(())
    }

    fn set_dns(&self, name: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), NetworkError> {
        self.host.set_dns(name, dns)?;
        lock(&self.portal).note_resolvers(name, dns);
        Ok(())
    }

    fn resolver_tool(&self) -> Option<ResolverTool> {
        self.host.resolver_tool()
    }

    fn can_split_dns(&self) -> bool {
        self.host.can_split_dns()
    }

    fn on_resolvers_overwritten(&self, tell: ResolversOverwritten) {
        self.host.on_resolvers_overwritten(tell);
    }

    fn why_no_ipv6(&self, mtu: Option<u16>) -> Option<String> {
        self.host.why_no_ipv6(mtu)
    }

    fn set_firewall(&self, name: &InterfaceName, policy: &FirewallPolicy) -> Result<(), NetworkError> {
        let pictures = self.of(name);
        let mut pictures = lock(&pictures);
        pictures.filter = None;
        self.host.set_firewall(name, policy)?;
        pictures.filter = (*policy != FirewallPolicy::Open).then(|| policy.clone());
        Ok(())
    }

    fn set_kill_switch(&self, name: &InterfaceName, kill_switch: Option<&KillSwitchRules>) -> Result<(), NetworkError> {
        let pictures = self.of(name);
        let mut pictures = lock(&pictures);
        // If this fails, the earlier kill switch stays, and stays recorded.
        let with_portal = kill_switch.map(|kill_switch| self.with_portal(kill_switch));
        self.host.set_kill_switch(name, with_portal.as_ref())?;
        pictures.kill_switch = kill_switch.cloned();
        Ok(())
    }

    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        self.host.kill_switches()
    }

    fn check_kill_switch(&self) -> Result<(), NetworkError> {
        self.host.check_kill_switch()
    }

    fn look_up_outside(&self, host: &str, mark: u32, inside: &[IpAddr]) -> io::Result<NameAddresses> {
        self.host.look_up_outside(host, mark, inside)
    }

    fn connect_outside(&self, to: SocketAddr, mark: u32) -> io::Result<TcpStream> {
        self.host.connect_outside(to, mark)
    }

    fn watch(&self) -> Result<Box<dyn NetworkEvents>, NetworkError> {
        self.host.watch()
    }

    fn guard(&self) -> Result<Box<dyn TamperingEvents>, NetworkError> {
        self.host.guard()
    }

    fn reconcile(&self, interface: &InterfaceSpec, routes: Option<&RouteSpec>) -> Result<Vec<Part>, NetworkError> {
        self.host.reconcile(interface, routes)
    }

    fn clean_up(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        let pictures = self.of(name);
        let mut pictures = lock(&pictures);
        *pictures = Pictures { kill_switch: pictures.kill_switch.take(), ..Pictures::default() };
        {
            let mut portal = lock(&self.portal);
            portal.note_routes(name, None);
            portal.note_resolvers(name, None);
        }
        self.host.clean_up(name)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
