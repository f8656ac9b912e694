//! A change of a tunnel that is up: only what differs is touched, so that peers that stay lose no packet, and a change that fails
//! leaves everything as it was.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;

use adit_config::{Config, Endpoint, InterfaceSettings};
use adit_platform::host::{FirewallPolicy, Plan};
use adit_protocol::PublicKey;

use super::active::{Active, Picture};
use super::bring_up::addresses;
use super::error::ActivationError;
use super::kill_switch;
use super::progress::Progress;
use super::resolve::{Candidates, Lookup, Patience};
use super::undo::Step;
use super::update::{difference, whole_update};

impl Active {
    /// Makes `config` true. Endpoints that are names are looked up anew; one that is in both configurations may keep the address that
    /// it has when the resolver does not answer. The commands stay those that were run on the way up.
    ///
    /// # Errors
    /// As for bringing it up. The tunnel is then as it was before.
    pub fn apply(&mut self, config: Config) -> Result<(), ActivationError> {
        let wanted = self.picture(config)?;
        self.close_for(&wanted)?;
        if let Err(error) = self.change(&wanted) {
            self.change_back(&wanted);
            if let Err(error) = self.close_after(&wanted) {
                self.reporter.report(&Progress::NotTakenBack(error.into()));
            }
            return Err(error);
        }
        let before = std::mem::replace(&mut self.now, wanted);
        self.follower.peers_changed();
        if before.update.private_key != self.now.update.private_key {
            self.follower.key_changed();
        }
        self.greet_those_that_are_new(&before);
        self.place.set(Some((&self.now.plan, &self.now.interface)));
        // What is let out beyond need goes where the peers were a moment ago.
        if let Err(error) = self.close_after(&before) {
            self.reporter.report(&Progress::NotTakenBack(error.into()));
        }
        Ok(())
    }

    /// Begins handshakes with peers that have an endpoint now, and were not there before or had none.
    fn greet_those_that_are_new(&self, before: &Picture) {
        let dialed = |picture: &Picture| -> BTreeSet<PublicKey> {
            let with_endpoint = picture.update.peers.iter().filter(|peer| peer.endpoint.is_some());
            with_endpoint.map(|peer| peer.public_key).collect()
        };
        let new: Vec<PublicKey> = dialed(&self.now).difference(&dialed(before)).copied().collect();
        if let Some(running) = self.running.as_ref().filter(|_| !new.is_empty()) {
            running.initiate(&new);
        }
    }

    /// Lets IPv6 leave past the tunnel, or not, where the tunnel takes all of IPv4 and none of IPv6.
    ///
    /// # Errors
    /// As for [`Active::apply`].
    pub fn set_allow_ipv6_outside(&mut self, allowed: bool) -> Result<(), ActivationError> {
        let before = std::mem::replace(&mut self.allow_ipv6_outside, allowed);
        let applied = self.apply(self.now.config.clone());
        if applied.is_err() {
            self.allow_ipv6_outside = before;
        }
        applied
    }

    fn picture(&self, config: Config) -> Result<Picture, ActivationError> {
        let mut settings = InterfaceSettings::from(&config, self.name().clone());
        settings.hooks = self.now.settings.hooks.clone();
        let mut plan = Plan::new(&settings, || match (self.now.plan.routes.rules_table(), self.now.settings.fwmark) {
            (Some(table), None) => Ok(table),
            _ => self.platform.host.free_table(),
        })?;
        kill_switch::limit(&mut plan, self.kill_switch.as_ref(), self.allow_ipv6_outside, &*self.platform.host)?;
        if self.now.plan.limits.packet_filter {
            plan.leave_out_packet_filter();
        }
        let found = self.candidates(&config)?;
        let endpoints: Vec<(PublicKey, SocketAddr)> =
            found.iter().filter_map(|(peer, found, stays)| Some((*peer, stays.or(found.addresses.first().copied())?))).collect();
        // With the mark of now: the rules that are there send packets with another one into the tunnel itself.
        let route_mtu = self.platform.host.route_mtu(&addresses(&endpoints), self.now.plan.mark)?;
        plan.check_mtu(route_mtu, &addresses(&endpoints));
        let interface = plan.interface(route_mtu);
        let update = whole_update(&config, &endpoints, plan.mark);
        let candidates = found.into_iter().map(|(peer, found, _)| (peer, found)).collect();
        Ok(Picture { config, settings, plan, interface, update, candidates })
    }

    /// The addresses of each peer that has an endpoint, and the one that the peer stays at: the one that the engine was told for the same
    /// endpoint, where its name still has it. Name servers give several addresses in any order.
    fn candidates(&self, config: &Config) -> Result<Vec<(PublicKey, Candidates, Option<SocketAddr>)>, ActivationError> {
        let (resolver, patience) = (&self.platform.resolver, Patience::Retries(0));
        let lookup = Lookup { resolver, patience, shutdown: &self.shutdown, reporter: &*self.reporter };
        let before: HashMap<PublicKey, &Endpoint> =
            self.now.config.remote_peers().filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?))).collect();
        let told: HashMap<PublicKey, SocketAddr> =
            self.now.update.peers.iter().filter_map(|peer| Some((peer.public_key, peer.endpoint?))).collect();
        let mut candidates = Vec::new();
        for peer in config.remote_peers() {
            let (key, Some(endpoint)) = (peer.public_key, &peer.endpoint) else { continue };
            let is_same = before.get(&key).is_some_and(|before| *before == endpoint);
            let known = self.now.candidates.get(&key).filter(|_| is_same);
            let found = match (lookup.find(endpoint), known) {
                (Ok(found), _) => found,
                (Err(ActivationError::EndpointUnknown { .. } | ActivationError::EndpointUnresolved { .. }), Some(known)) => {
                    known.clone()
                }
                (Err(error), _) => return Err(error),
            };
            let stays = told.get(&key).copied().filter(|told| is_same && found.addresses.contains(told));
            candidates.push((key, found, stays));
        }
        Ok(candidates)
    }

    /// Does what differs between now and `wanted`. The first failure ends it.
    fn change(&mut self, wanted: &Picture) -> Result<(), ActivationError> {
        order(&self.now, wanted).iter().try_for_each(|step| self.carry_out(*step, wanted, Direction::There))
    }

    /// Puts back what a change to `wanted` may have touched. A failure is reported, and the rest still put back.
    fn change_back(&mut self, wanted: &Picture) {
        for step in order(wanted, &self.now) {
            if let Err(error) = self.carry_out(*step, wanted, Direction::Back) {
                self.reporter.report(&Progress::NotTakenBack(error));
            }
        }
    }

    fn carry_out(&mut self, step: Step, wanted: &Picture, direction: Direction) -> Result<(), ActivationError> {
        let (from, to) = match direction {
            Direction::There => (&self.now, wanted),
            Direction::Back => (wanted, &self.now),
        };
        let (host, name, new) = (&self.platform.host, &to.plan.name, &to.plan);
        match step {
            Step::Engine => {
                if let Some(running) = &self.running {
                    running.apply(difference(&running.view(), &from.update, &to.update))?;
                }
            }
            Step::Interface if from.interface != to.interface => host.set_interface(&to.interface)?,
            // With its last IPv4 address an interface loses all IPv4 routes.
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
            Step::Interface | Step::Routes | Step::Firewall | Step::Dns | Step::PreUp | Step::PostUp => {}
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Direction {
    There,
    Back,
}

/// Rules that spare the tunnel's own packets by their mark come after the mark, and go before it: else the tunnel would carry itself.
/// Routes come, or come again, after the addresses.
fn order(from: &Picture, to: &Picture) -> &'static [Step] {
    match (from.plan.routes.has_rules(), to.plan.routes.has_rules()) {
        (true, false) => &[Step::Routes, Step::Engine, Step::Interface, Step::Firewall, Step::Routes, Step::Dns],
        (false, _) | (true, true) => &[Step::Engine, Step::Interface, Step::Firewall, Step::Routes, Step::Dns],
    }
}

#[cfg(test)]
mod tests;
