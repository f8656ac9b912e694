//! A change of a tunnel that is up: only what differs is touched, so that peers that stay lose no packet, and a change that fails
//! leaves everything as it was.

use std::net::SocketAddr;

use adit_config::{Config, Host, InterfaceSettings};
use adit_platform::host::{FirewallPolicy, Plan};
use adit_protocol::PublicKey;
use adit_tunnel::{DeviceUpdate, PeerUpdate};

use super::active::{Active, Picture};
use super::blockade;
use super::bring_up::addresses;
use super::error::ActivationError;
use super::progress::Progress;
use super::resolve::{Lookup, Patience};
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
        self.place.set(Some((&self.now.plan, &self.now.interface)));
        // What is let out beyond need goes where the peers were a moment ago.
        if let Err(error) = self.close_after(&before) {
            self.reporter.report(&Progress::NotTakenBack(error.into()));
        }
        Ok(())
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
            _ => self.ground.host.free_table(),
        })?;
        blockade::limit(&mut plan, self.kill_switch.as_ref(), self.allow_ipv6_outside, &*self.ground.host)?;
        let endpoints = self.endpoints(&config)?;
        let interface = plan.interface(self.ground.host.route_mtu(&addresses(&endpoints))?);
        let update = whole_update(&config, &endpoints, plan.mark);
        Ok(Picture { config, settings, plan, interface, update })
    }

    fn endpoints(&self, config: &Config) -> Result<Vec<(PublicKey, SocketAddr)>, ActivationError> {
        let (resolver, patience) = (&self.ground.resolver, Patience::Retries(0));
        let lookup = Lookup { resolver, patience, ends: &self.ends, reporter: &*self.reporter };
        let mut endpoints = Vec::new();
        for peer in config.remote_peers() {
            let Some(endpoint) = &peer.endpoint else { continue };
            let same = self
                .now
                .config
                .peers
                .iter()
                .any(|known| known.endpoint.as_ref() == Some(endpoint) && known.public_key == peer.public_key);
            let applied = self.now.update.peers.iter().find(|known| known.public_key == peer.public_key);
            let known = applied.and_then(|known| known.endpoint).filter(|_| same);
            match (lookup.resolve(endpoint), known) {
                (Ok(address), _) => endpoints.push((peer.public_key, address)),
                (Err(ActivationError::EndpointUnknown { .. } | ActivationError::EndpointUnresolved { .. }), Some(known)) => {
                    endpoints.push((peer.public_key, known));
                }
                (Err(error), _) => return Err(error),
            }
        }
        Ok(endpoints)
    }

    /// Looks up the name of a peer's endpoint again, and sends the peer's packets there where that is another place than its present
    /// one. True: it is.
    ///
    /// # Errors
    /// When the resolver has no answer. The endpoint is then what it was.
    pub fn look_up_again(&mut self, peer: &PublicKey) -> Result<bool, ActivationError> {
        let known = self.now.config.peers.iter().find(|known| known.public_key == *peer);
        let Some(endpoint) = known.and_then(|known| known.endpoint.as_ref()) else { return Ok(false) };
        if !matches!(endpoint.host, Host::Name(_)) {
            return Ok(false);
        }
        let (resolver, patience) = (&self.ground.resolver, Patience::Retries(0));
        let lookup = Lookup { resolver, patience, ends: &self.ends, reporter: &*self.reporter };
        let address = lookup.resolve(endpoint)?;
        let present = self.view().peers.iter().find(|known| known.public_key == *peer).and_then(|known| known.endpoint);
        if present == Some(address) {
            return Ok(false);
        }
        if let Some(running) = &self.running {
            if let Some(mut blockade) = self.blockade_of(&self.now) {
                blockade.endpoints.push(address);
                self.ground.host.set_blockade(self.name(), Some(&blockade))?;
            }
            let peer = PeerUpdate { update_only: true, endpoint: Some(address), ..PeerUpdate::new(*peer) };
            running.apply(DeviceUpdate { peers: vec![peer], ..DeviceUpdate::default() })?;
        }
        for applied in self.now.update.peers.iter_mut().filter(|applied| applied.public_key == *peer) {
            applied.endpoint = Some(address);
        }
        Ok(true)
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
        let (host, name, new) = (&self.ground.host, &to.plan.name, &to.plan);
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
