//! Changes a tunnel that is up: touches only the settings that differ, and undoes a change that fails.

use std::net::IpAddr;

use super::attachment::LinuxAttachment;
use super::fit;
use super::host::Host;
use super::plan::Plan;
use super::spec::{FirewallPolicy, InterfaceSpec, KillSwitchRules};
use crate::network::{ChangeError, Direction, EngineSide, NetworkError, Picture, Report, Step};

/// The settings that this computer has, or is to get, for a tunnel.
pub(super) struct Told {
    pub(super) picture: Picture,
    pub(super) plan: Plan,
    pub(super) interface: InterfaceSpec,
    /// The smallest MTU of the paths to the peers, bytes; None if unknown.
    pub(super) path_mtu: Option<u32>,
}

impl Told {
    /// Makes the settings, still without the MTU. `free_table` is called for the number of an unused routing table if one is
    /// needed.
    pub(super) fn new(
        picture: &Picture,
        host: &dyn Host,
        free_table: impl FnOnce() -> Result<u32, NetworkError>,
    ) -> Result<Self, NetworkError> {
        let mut plan = Plan::new(picture, free_table)?;
        fit::limit(&mut plan, picture, host)?;
        let interface = plan.interface(None);
        Ok(Self { picture: picture.clone(), plan, interface, path_mtu: None })
    }

    /// Sets the interface's MTU to one that fits paths of `path_mtu` bytes to these peers.
    pub(super) fn fit_path(&mut self, path_mtu: Option<u32>, peers: &[IpAddr]) {
        self.plan.check_mtu(path_mtu, peers);
        self.interface = self.plan.interface(path_mtu);
        self.path_mtu = path_mtu;
    }

    /// Returns the rules of the kill switch; None if it is open.
    pub(super) fn kill_switch(&self) -> Option<KillSwitchRules> {
        self.plan.routes.policy?;
        self.picture.lockdown.as_ref().map(|lockdown| fit::around(lockdown, &self.plan, &self.picture))
    }
}

/// One part of a change.
#[derive(Clone, Copy)]
enum Part {
    Network(Step),
    Engine,
}

impl LinuxAttachment {
    pub(super) fn change_to(&mut self, picture: &Picture, engine: &mut dyn EngineSide) -> Result<(), ChangeError> {
        let wanted = self.wanted(picture)?;
        self.close_for(&wanted)?;
        if let Err(error) = self.change(&wanted, engine) {
            self.change_back(&wanted, engine);
            if let Err(error) = self.close_after(&wanted) {
                self.listener.hear(Report::NotTakenBack(error));
            }
            return Err(error);
        }
        let before = std::mem::replace(&mut self.now, wanted);
        self.place.set(Some((&self.now.plan, &self.now.interface)));
        if let Some(lockdown) = &mut self.now.picture.lockdown {
            lockdown.endpoints = engine.endpoints();
        }
        // The kill switch still lets packets out to the peers' earlier addresses, and to no others.
        if let Err(error) = self.close_after(&before) {
            self.listener.hear(Report::NotTakenBack(error));
        }
        Ok(())
    }

    fn wanted(&self, picture: &Picture) -> Result<Told, NetworkError> {
        let now = &self.now;
        let mut wanted = Told::new(picture, &*self.host, || match (now.plan.routes.rules_table(), now.picture.linux.fwmark) {
            (Some(table), None) => Ok(table),
            _ => self.host.free_table(),
        })?;
        if now.plan.limits.packet_filter {
            wanted.plan.leave_out_packet_filter();
        }
        // Asks with the present mark: the present rules route packets with any other mark into the tunnel itself.
        let path_mtu = self.host.route_mtu(&picture.peers, now.plan.mark)?;
        wanted.fit_path(path_mtu, &picture.peers);
        Ok(wanted)
    }

    /// Before a change to `wanted`: allows only what both kill switches allow.
    fn close_for(&self, wanted: &Told) -> Result<(), NetworkError> {
        let both = match (self.now.kill_switch(), wanted.kill_switch()) {
            (Some(now), Some(mut wanted)) => {
                let is_new = |endpoint: &_| !wanted.endpoints.contains(endpoint);
                let more: Vec<_> = now.endpoints.into_iter().filter(is_new).collect();
                wanted.endpoints.extend(more);
                Some(wanted)
            }
            (now, wanted) => wanted.or(now),
        };
        both.map_or(Ok(()), |both| self.host.set_kill_switch(&self.now.plan.name, Some(&both)))
    }

    /// After a change from `before`, or after undoing one: sets the present kill switch.
    fn close_after(&self, before: &Told) -> Result<(), NetworkError> {
        let now = self.now.kill_switch();
        if now.is_none() && before.kill_switch().is_none() {
            return Ok(());
        }
        self.host.set_kill_switch(&self.now.plan.name, now.as_ref())
    }

    /// Makes the changes from the present settings to `wanted`. Stops at the first failure.
    fn change(&mut self, wanted: &Told, engine: &mut dyn EngineSide) -> Result<(), ChangeError> {
        order(&self.now, wanted).iter().try_for_each(|part| self.carry_out(*part, wanted, Direction::There, engine))
    }

    /// Undoes all that a change to `wanted` may have touched. Reports failures and continues.
    fn change_back(&mut self, wanted: &Told, engine: &mut dyn EngineSide) {
        for part in order(wanted, &self.now) {
            if let Err(ChangeError::Network(error)) = self.carry_out(*part, wanted, Direction::Back, engine) {
                self.listener.hear(Report::NotTakenBack(error));
            }
        }
    }

    fn carry_out(
        &mut self,
        part: Part,
        wanted: &Told,
        direction: Direction,
        engine: &mut dyn EngineSide,
    ) -> Result<(), ChangeError> {
        let (from, to) = match direction {
            Direction::There => (&self.now, wanted),
            Direction::Back => (wanted, &self.now),
        };
        let (host, name, new) = (&self.host, &to.plan.name, &to.plan);
        let step = match part {
            Part::Engine => {
                return if engine.turn(direction, new.mark) { Ok(()) } else { Err(ChangeError::Engine) };
            }
            Part::Network(step) => step,
        };
        match step {
            Step::Interface if from.interface != to.interface => host.set_interface(&to.interface)?,
            // An interface that loses its last IPv4 address loses all IPv4 routes.
            Step::Routes if from.plan.routes != new.routes || from.interface.addresses != to.interface.addresses => {
                self.undo.push(step);
                host.set_routes(&new.routes)?;
                if new.routes.routes.is_empty() {
                    self.undo.forget(step);
                }
            }
            Step::Firewall if from.plan.firewall != new.firewall => {
                self.undo.push(step);
                host.set_firewall(name, &new.firewall)?;
                if new.firewall == FirewallPolicy::Open {
                    self.undo.forget(step);
                }
            }
            Step::Dns if from.plan.dns != new.dns => {
                self.undo.push(step);
                host.set_dns(name, new.dns.as_ref())?;
                if new.dns.is_none() {
                    self.undo.forget(step);
                }
            }
            Step::Interface | Step::Routes | Step::Firewall | Step::Dns => {}
        }
        Ok(())
    }
}

/// The order of the parts. Rules that exempt the tunnel's own packets by their mark are set after the mark and removed before it:
/// otherwise the tunnel would carry its own packets. Routes are set, or set again, after the addresses.
fn order(from: &Told, to: &Told) -> &'static [Part] {
    const ALL: &[Part] = &[
        Part::Network(Step::Routes),
        Part::Engine,
        Part::Network(Step::Interface),
        Part::Network(Step::Firewall),
        Part::Network(Step::Routes),
        Part::Network(Step::Dns),
    ];
    match (from.plan.routes.has_rules(), to.plan.routes.has_rules()) {
        (true, false) => ALL,
        (false, _) | (true, true) => &ALL[1..],
    }
}
