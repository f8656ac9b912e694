//! The attachment of one tunnel to a Linux computer: the steps that set it up, in order, and the kill switch around it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::Standing;
use super::change::Told;
use super::explain;
use super::fit;
use super::host::Host;
use super::place::Place;
use super::spec::{FirewallPolicy, Lan, RouteSpec};
use super::underlay::Marked;
use super::undo::Undo;
use crate::device::{InterfaceState, TunDevice};
use crate::network::{
    Applied, Attachment, ChangeError, Effect, EngineSide, Listener, Lockdown, NetworkError, Picture, Report, Setting, Status,
    Step, Underlay, Warning,
};

pub(super) struct LinuxAttachment {
    pub(super) host: Arc<dyn Host>,
    standing: Standing,
    pub(super) listener: Arc<dyn Listener>,
    pub(super) now: Told,
    pub(super) undo: Undo,
    pub(super) place: Arc<Place>,
}

impl LinuxAttachment {
    pub(super) fn prepare(
        host: Arc<dyn Host>,
        standing: Standing,
        picture: &Picture,
        listener: &Arc<dyn Listener>,
    ) -> Result<Self, NetworkError> {
        let now = Told::new(picture, &*host, || host.free_table())?;
        let place = Place::new(picture.name.clone(), Arc::clone(&host), Arc::clone(listener));
        let listener = Arc::clone(listener);
        Ok(Self { host, standing, listener, now, undo: Undo::default(), place: Arc::new(place) })
    }

    fn take_back(&self, step: Step) -> Result<(), NetworkError> {
        let (host, name) = (&self.host, &self.now.plan.name);
        match step {
            Step::Interface => host.remove_interface(name),
            Step::Firewall => host.set_firewall(name, &FirewallPolicy::Open),
            Step::Routes => host.set_routes(&RouteSpec::none(name.clone())),
            Step::Dns => host.set_dns(name, None),
        }
    }

    /// Undoes the steps after `first`, the last one first. A failure is reported, and the other steps are still undone.
    fn take_back_behind(&mut self, first: Option<Step>) {
        // From here on a move of the interface is of no interest.
        self.place.set(None);
        while let Some(step) = self.undo.pop_behind(first) {
            self.listener.hear(Report::TakesBack(step));
            if let Err(error) = self.take_back(step) {
                self.listener.hear(Report::NotTakenBack(error));
            }
        }
    }

    fn set_firewall(&mut self) -> Result<(), NetworkError> {
        if self.now.plan.firewall == FirewallPolicy::Open {
            return Ok(());
        }
        self.listener.hear(Report::Sets(Setting::Firewall));
        self.undo.push(Step::Firewall);
        self.standing.remove(&self.now.plan.name);
        self.host.set_firewall(&self.now.plan.name, &self.now.plan.firewall)
    }

    fn set_routes(&mut self) -> Result<(), NetworkError> {
        if self.now.plan.routes.routes.is_empty() {
            return Ok(());
        }
        self.listener.hear(Report::Sets(Setting::Routes(explain::routes_set(&self.now.plan.routes, self.host.has_tables()))));
        self.undo.push(Step::Routes);
        self.host.set_routes(&self.now.plan.routes)
    }

    /// Sets the packet filter, then the routing rules for local networks if these change. If the system refuses, the plan is
    /// restored.
    fn leave_open(&mut self, lan: Lan) -> Result<(), NetworkError> {
        let before = std::mem::replace(&mut self.now.plan.routes.lan, lan);
        let (host, routes) = (&self.host, &self.now.plan.routes);
        let set = host
            .set_kill_switch(&self.now.plan.name, self.now.kill_switch().as_ref())
            .and_then(|()| if routes.policy.is_some() && routes.lan != before { host.set_routes(routes) } else { Ok(()) });
        if set.is_err() {
            self.now.plan.routes.lan = before;
        }
        self.place.set(Some((&self.now.plan, &self.now.interface)));
        set
    }

    /// Sets filter and rules as planned, after a change that failed half-way.
    fn put_kill_switch_back(&self) {
        let (host, routes) = (&self.host, &self.now.plan.routes);
        let filter = host.set_kill_switch(&self.now.plan.name, self.now.kill_switch().as_ref());
        let rules = if routes.policy.is_some() { host.set_routes(routes) } else { Ok(()) };
        for error in [filter, rules].into_iter().filter_map(Result::err) {
            self.listener.hear(Report::NotTakenBack(error));
        }
    }
}

impl Attachment for LinuxAttachment {
    fn name(&self) -> &str {
        self.now.plan.name.as_str()
    }

    fn status(&self) -> Status {
        explain::status(&self.now.plan, &self.now.interface, self.host.has_tables())
    }

    fn underlay(&self) -> Arc<dyn Underlay> {
        let inside = self.now.plan.dns.as_ref().map(|dns| dns.servers.clone()).unwrap_or_default();
        Arc::new(Marked { host: Arc::clone(&self.host), mark: self.now.plan.mark, inside })
    }

    fn engine_mark(&self) -> u32 {
        self.now.plan.mark
    }

    fn explain(&self) -> Vec<Effect> {
        explain::effects(&self.now, self.host.resolver_tool(), self.host.has_tables())
    }

    fn check(&mut self) -> Result<Vec<Warning>, NetworkError> {
        let warnings = self.host.check(&self.now.plan)?;
        if warnings.contains(&Warning::NoFirewall) {
            self.now.plan.leave_out_packet_filter();
        }
        Ok(warnings)
    }

    fn measure(&mut self, peers: &[IpAddr]) -> Result<(), NetworkError> {
        let path_mtu = self.host.route_mtu(peers, self.now.plan.mark)?;
        self.now.fit_path(path_mtu, peers);
        Ok(())
    }

    fn open(&mut self, queues: usize) -> io::Result<TunDevice> {
        self.undo.push(Step::Interface);
        self.host.open_tun(&self.now.plan.name, self.now.interface.mtu, queues)
    }

    fn configure(&mut self, goes_on: &dyn Fn() -> bool) -> Result<(), ChangeError> {
        let check = || if goes_on() { Ok(()) } else { Err(ChangeError::Stopped) };
        check()?;
        if !self.now.interface.addresses.is_empty() {
            self.listener.hear(Report::Sets(Setting::Addresses(self.now.interface.addresses.clone())));
        }
        self.host.set_interface(&self.now.interface)?;
        check()?;
        self.set_firewall()?;
        check()?;
        self.set_routes()?;
        if let Some(dns) = &self.now.plan.dns {
            check()?;
            self.listener.hear(Report::Sets(Setting::Dns(dns.clone())));
            self.undo.push(Step::Dns);
            self.host.set_dns(&self.now.plan.name, Some(dns))?;
        }
        // A command of the tunnel's file, run next, may move the interface.
        self.place.set(Some((&self.now.plan, &self.now.interface)));
        Ok(())
    }

    fn apply(&mut self, picture: &Picture, engine: &mut dyn EngineSide) -> Result<Applied, ChangeError> {
        self.change_to(picture, engine).map(|()| Applied::Same)
    }

    fn follow_path_mtu(&mut self, path_mtu: u32) -> Result<Option<(u16, u16)>, NetworkError> {
        let wanted = self.now.plan.interface(Some(path_mtu));
        let (from, to) = (self.now.interface.mtu, wanted.mtu);
        if from == to {
            return Ok(None);
        }
        self.host.set_mtu(&wanted)?;
        self.now.interface = wanted;
        Ok(Some((from, to)))
    }

    fn set_lockdown(&mut self, lockdown: Option<&Lockdown>) -> Result<(), NetworkError> {
        let lan = match self.now.plan.routes.policy {
            Some(_) => fit::lan(lockdown, &self.now.plan.name, &*self.host)?,
            None => self.now.plan.routes.lan.clone(),
        };
        let before = std::mem::replace(&mut self.now.picture.lockdown, lockdown.cloned());
        let set = self.leave_open(lan);
        if set.is_err() {
            self.now.picture.lockdown = before;
            self.put_kill_switch_back();
        }
        set
    }

    fn let_out(&mut self, endpoints: Vec<SocketAddr>, resolving: bool) -> Result<(), NetworkError> {
        let Some(lockdown) = &self.now.picture.lockdown else { return Ok(()) };
        let lockdown = Lockdown { endpoints, resolving, ..lockdown.clone() };
        let before = self.now.picture.lockdown.replace(lockdown);
        let Some(rules) = self.now.kill_switch() else { return Ok(()) };
        let set = self.host.set_kill_switch(&self.now.plan.name, Some(&rules));
        if set.is_err() {
            self.now.picture.lockdown = before;
        }
        set
    }

    fn follow_local_networks(&mut self) -> Result<bool, NetworkError> {
        if self.now.plan.routes.policy.is_none() {
            return Ok(false);
        }
        let lan = fit::lan(self.now.picture.lockdown.as_ref(), &self.now.plan.name, &*self.host)?;
        if lan == self.now.plan.routes.lan {
            return Ok(false);
        }
        let set = self.leave_open(lan);
        if set.is_err() {
            self.put_kill_switch_back();
        }
        set.map(|()| true)
    }

    fn on_moved(&self) -> Box<dyn Fn(&InterfaceState) + Send + Sync> {
        let place = Arc::clone(&self.place);
        Box::new(move |interface| place.follow(interface.is_elsewhere))
    }

    fn about_to_go(&mut self) {
        self.place.set(None);
    }

    fn keep_filter(&mut self) {
        if self.undo.forget(Step::Firewall) {
            self.standing.add(&self.now.plan.name);
        }
    }

    fn clear(&mut self) {
        self.take_back_behind(Some(Step::Interface));
    }
}

impl Drop for LinuxAttachment {
    fn drop(&mut self) {
        self.take_back_behind(None);
    }
}
