//! The attachment of one tunnel to a Mac: the steps that set it up, in order, and the kill switch around it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use super::computer::Computer;
use super::explain;
use super::filter::{Filter, Guard, KillSwitch};
use super::plan::Plan;
use super::underlay::Outside;
use crate::device::TunDevice;
use crate::linux_network::plan::private_networks_inside;
use crate::linux_network::spec::LocalNetwork;
use crate::linux_network::undo::Undo;
use crate::network::{
    Applied, Attachment, ChangeError, Closed, Direction, Effect, EngineSide, Listener, Lockdown, NetworkError, Picture, Report,
    Setting, Status, Step, Underlay, Warning,
};

pub(super) struct MacAttachment {
    computer: Arc<Computer>,
    listener: Arc<dyn Listener>,
    picture: Picture,
    plan: Plan,
    path_mtu: Option<u32>,
    /// The name of the interface; that of the tunnel until it exists.
    interface: String,
    /// The local networks that stay reachable with the kill switch.
    lan: Vec<LocalNetwork>,
    undo: Undo,
}

impl MacAttachment {
    pub(super) fn prepare(
        computer: Arc<Computer>,
        picture: &Picture,
        listener: &Arc<dyn Listener>,
    ) -> Result<Self, NetworkError> {
        let plan = Plan::new(picture, None)?;
        let lan = lan(&computer, &picture.name, picture.lockdown.as_ref())?;
        let interface = picture.name.as_str().to_owned();
        let (listener, picture) = (Arc::clone(listener), picture.clone());
        Ok(Self { computer, listener, picture, plan, path_mtu: None, interface, lan, undo: Undo::default() })
    }

    fn name_of_tunnel(&self) -> &InterfaceName {
        &self.plan.name
    }

    /// Returns the filter of `picture`, whose kill switch lets packets out to `more` endpoints too.
    fn filter(&self, plan: &Plan, lockdown: Option<&Lockdown>, more: &[SocketAddr]) -> Filter {
        let interface = self.computer.interface_of(&plan.name).map(|interface| interface.name);
        let guard = interface
            .clone()
            .filter(|_| plan.takes_all())
            .map(|interface| Guard { interface, addresses: plan.addresses.iter().map(Cidr::address).collect() });
        let kill_switch = lockdown.filter(|_| plan.takes_all()).map(|lockdown| KillSwitch {
            owner: lockdown.owner.clone(),
            interface,
            endpoints: lockdown.endpoints.iter().chain(more).copied().collect(),
            lan: self.lan.clone(),
            inside: plan.inside.iter().copied().collect(),
            resolving: lockdown.resolving,
            home_probe: lockdown.home_probe,
        });
        Filter { kill_switch, guard }
    }

    /// Sets the present filter if it differs from the one that is set.
    fn set_filter(&mut self) -> Result<(), NetworkError> {
        let filter = self.filter(&self.plan, self.picture.lockdown.as_ref(), &[]);
        self.load(&filter)
    }

    fn load(&mut self, filter: &Filter) -> Result<(), NetworkError> {
        if self.computer.filter_of(self.name_of_tunnel()) == *filter {
            return Ok(());
        }
        if !filter.is_open() {
            self.undo.push(Step::Firewall);
        }
        self.computer.set_filter(&self.plan.name, filter)
    }

    fn set_routes(&mut self) -> Result<(), NetworkError> {
        self.undo.push(Step::Routes);
        self.computer.set_routes(&self.plan.name, &self.plan.routes, self.picture.yields)
    }

    fn set_dns(&mut self) -> Result<(), NetworkError> {
        self.undo.push(Step::Dns);
        self.computer.set_dns(&self.plan.name, self.plan.dns.as_ref())
    }

    /// Sets everything of the present plan except the filter.
    fn set_all(&mut self) -> Result<(), NetworkError> {
        self.computer.set_interface(&self.plan.name, &self.plan.addresses, self.plan.mtu)?;
        self.set_routes()?;
        self.set_dns()
    }

    fn take_back(&self, step: Step) -> Result<(), NetworkError> {
        let name = self.name_of_tunnel();
        match step {
            Step::Interface => {
                self.computer.forget_interface(name);
                Ok(())
            }
            // The kill switch stays; the address guard goes.
            Step::Firewall => {
                let kill_switch = self.computer.filter_of(name).kill_switch;
                let kill_switch = kill_switch.map(|closed| KillSwitch { interface: None, endpoints: [].into(), ..closed });
                self.computer.set_filter(name, &Filter { kill_switch, guard: None })
            }
            Step::Routes => match self.computer.interface_of(name) {
                Some(_) => self.computer.set_routes(name, &[], false),
                None => Ok(()),
            },
            Step::Dns => self.computer.set_dns(name, None),
        }
    }

    /// Undoes the steps after `first`, the last one first. A failure is reported, and the other steps are still undone.
    fn take_back_behind(&mut self, first: Option<Step>) {
        while let Some(step) = self.undo.pop_behind(first) {
            self.listener.hear(Report::TakesBack(step));
            if let Err(error) = self.take_back(step) {
                self.listener.hear(Report::NotTakenBack(error));
            }
        }
    }

    fn report(&self, outcome: Result<(), NetworkError>) {
        if let Err(error) = outcome {
            self.listener.hear(Report::NotTakenBack(error));
        }
    }
}

impl Attachment for MacAttachment {
    fn name(&self) -> &str {
        &self.interface
    }

    fn status(&self) -> Status {
        explain::status(&self.plan)
    }

    fn underlay(&self) -> Arc<dyn Underlay> {
        Arc::new(Outside(Arc::clone(&self.computer)))
    }

    fn explain(&self) -> Vec<Effect> {
        explain::effects(&self.plan, &self.picture, self.path_mtu)
    }

    fn check(&mut self) -> Result<Vec<Warning>, NetworkError> {
        if self.plan.takes_all() {
            self.computer.check_filter()?;
        }
        Ok(Vec::new())
    }

    fn measure(&mut self, peers: &[IpAddr]) -> Result<(), NetworkError> {
        self.path_mtu = self.computer.path_mtu(peers)?;
        self.picture.peers = peers.to_vec();
        self.plan = Plan::new(&self.picture, self.path_mtu)?;
        Ok(())
    }

    /// macOS has tunnels with one queue.
    fn open(&mut self, _: usize) -> io::Result<TunDevice> {
        self.undo.push(Step::Interface);
        let (device, interface) = self.computer.open(&self.plan.name)?;
        self.interface = interface.name;
        Ok(device)
    }

    fn configure(&mut self, goes_on: &dyn Fn() -> bool) -> Result<(), ChangeError> {
        let check = || if goes_on() { Ok(()) } else { Err(ChangeError::Stopped) };
        check()?;
        if !self.plan.addresses.is_empty() {
            self.listener.hear(Report::Sets(Setting::Addresses(self.plan.addresses.clone())));
        }
        self.computer.set_interface(&self.plan.name, &self.plan.addresses, self.plan.mtu)?;
        check()?;
        if self.plan.takes_all() {
            self.listener.hear(Report::Sets(Setting::Firewall));
        }
        self.set_filter()?;
        check()?;
        if !self.plan.routes.is_empty() {
            self.listener.hear(Report::Sets(Setting::Routes(explain::routes_set(&self.plan))));
            self.set_routes()?;
        }
        if let Some(dns) = &self.plan.dns {
            check()?;
            self.listener.hear(Report::Sets(Setting::Dns(dns.clone())));
            self.set_dns()?;
        }
        Ok(())
    }

    /// While both pictures are in part established, the kill switch lets out what either needs.
    fn apply(&mut self, picture: &Picture, engine: &mut dyn EngineSide) -> Result<Applied, ChangeError> {
        let path_mtu = self.computer.path_mtu(&picture.peers)?;
        let plan = Plan::new(picture, path_mtu)?;
        let lan = lan(&self.computer, &picture.name, picture.lockdown.as_ref())?;
        let before = (self.picture.clone(), self.plan.clone(), self.lan.clone());
        let earlier: Vec<SocketAddr> = self.picture.lockdown.iter().flat_map(|lockdown| lockdown.endpoints.clone()).collect();
        let lockdown = picture.lockdown.as_ref().or(self.picture.lockdown.as_ref());
        let closing = self.filter(if plan.takes_all() { &plan } else { &self.plan }, lockdown, &earlier);
        if closing.kill_switch.is_some() {
            self.load(&closing)?;
        }
        if !engine.turn(Direction::There, 0) {
            let outcome = self.set_filter();
            self.report(outcome);
            return Err(ChangeError::Engine);
        }
        (self.picture, self.plan, self.lan) = (picture.clone(), plan, lan);
        if let Err(error) = self.set_all() {
            (self.picture, self.plan, self.lan) = before;
            engine.turn(Direction::Back, 0);
            let outcomes = [self.set_all(), self.set_filter()];
            outcomes.into_iter().for_each(|outcome| self.report(outcome));
            return Err(error.into());
        }
        self.path_mtu = path_mtu;
        if let Some(lockdown) = &mut self.picture.lockdown {
            lockdown.endpoints = engine.endpoints();
        }
        let outcome = self.set_filter();
        self.report(outcome);
        Ok(Applied::Same)
    }

    fn follow_path_mtu(&mut self, path_mtu: u32) -> Result<Option<(u16, u16)>, NetworkError> {
        let plan = Plan::new(&self.picture, Some(path_mtu))?;
        let (from, to) = (self.plan.mtu, plan.mtu);
        if from == to {
            return Ok(None);
        }
        self.computer.set_interface(&plan.name, &plan.addresses, to)?;
        (self.plan, self.path_mtu) = (plan, Some(path_mtu));
        Ok(Some((from, to)))
    }

    fn set_lockdown(&mut self, lockdown: Option<&Lockdown>) -> Result<(), NetworkError> {
        let lan = lan(&self.computer, &self.plan.name, lockdown)?;
        let before = (std::mem::replace(&mut self.picture.lockdown, lockdown.cloned()), std::mem::replace(&mut self.lan, lan));
        let set = self.set_filter();
        if set.is_err() {
            (self.picture.lockdown, self.lan) = before;
            let outcome = self.set_filter();
            self.report(outcome);
        }
        set
    }

    fn let_out(&mut self, endpoints: Vec<SocketAddr>, resolving: bool) -> Result<(), NetworkError> {
        let Some(lockdown) = &self.picture.lockdown else { return Ok(()) };
        let lockdown = Lockdown { endpoints, resolving, ..lockdown.clone() };
        let before = self.picture.lockdown.replace(lockdown);
        let set = self.set_filter();
        if set.is_err() {
            self.picture.lockdown = before;
        }
        set
    }

    fn follow_local_networks(&mut self) -> Result<bool, NetworkError> {
        let lan = lan(&self.computer, &self.plan.name, self.picture.lockdown.as_ref())?;
        if lan == self.lan {
            return Ok(false);
        }
        let before = std::mem::replace(&mut self.lan, lan);
        let set = self.set_filter();
        if set.is_err() {
            self.lan = before;
        }
        set.map(|()| true)
    }

    /// The rules of a tunnel that is restarted are replaced when it comes up again.
    fn keep_filter(&mut self) {
        self.undo.forget(Step::Firewall);
    }

    fn clear(&mut self) {
        self.take_back_behind(Some(Step::Interface));
    }
}

impl Drop for MacAttachment {
    fn drop(&mut self) {
        self.take_back_behind(None);
    }
}

/// Returns the local networks that stay reachable with this kill switch.
fn lan(computer: &Computer, name: &InterfaceName, lockdown: Option<&Lockdown>) -> Result<Vec<LocalNetwork>, NetworkError> {
    let Some(lockdown) = lockdown else { return Ok(Vec::new()) };
    let mut networks = computer.local_networks(name)?;
    networks.retain(|local| local.is_tunnel || lockdown.allow_lan);
    Ok(networks)
}

/// Builds the closed kill switch of a tunnel that is not up.
pub(super) fn closed(closed: &Closed, name: &InterfaceName, computer: &Computer) -> Filter {
    let nothing = KillSwitch { owner: closed.owner.clone(), home_probe: closed.home_probe, ..KillSwitch::default() };
    let kill_switch = match &closed.lan_of {
        None => nothing,
        Some(picture) => {
            // If the system does not report local networks, they stay closed.
            let mut lan = computer.local_networks(name).unwrap_or_default();
            // Networks behind other tunnels stay closed: the encrypted packets of those tunnels cannot get out either.
            lan.retain(|local| !local.is_tunnel);
            KillSwitch { lan, inside: private_networks_inside(picture).collect(), ..nothing }
        }
    };
    Filter { kill_switch: Some(kill_switch), guard: None }
}
