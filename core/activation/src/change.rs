//! Changes a tunnel that is up. Only what differs is changed, so that peers that stay lose no packet. A change that fails
//! leaves everything as it was.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use adit_config::{Config, Endpoint, Host, InterfaceSettings};
use adit_platform::device::TunDevice;
use adit_platform::network::{Applied, ChangeError, Direction, EngineSide, Picture};
use adit_protocol::PublicKey;
use adit_tunnel::{DeviceUpdate, UpdateError};

use super::active::{Active, Configured};
use super::engine::{Running, StartError};
use super::error::ActivationError;
use super::kill_switch;
use super::progress::{Progress, Reporter};
use super::resolve::{Candidates, Lookup, Patience};
use super::shutdown::End;
use super::update::{difference, whole_update};

impl Active {
    /// Applies `config`. Names of endpoints are looked up again, outside the tunnel. If the resolver does not answer, an endpoint
    /// that is in both configurations keeps its address. An endpoint that differs in its port alone keeps it without a look-up. The
    /// commands stay those of the configuration with which the tunnel came up.
    ///
    /// # Errors
    /// The same as for [`bring_up`](super::bring_up). The tunnel is then as it was before, unless the system has created
    /// another device for it that the engine cannot use: then the tunnel ends.
    pub fn apply(&mut self, config: Config) -> Result<(), ActivationError> {
        let mut wanted = self.looked_up(config)?;
        let picture = self.picture(&wanted);
        let mut engine = Turning {
            running: self.running.clone(),
            reporter: &*self.reporter,
            from: &self.now.update,
            to: &mut wanted.update,
            candidates: &wanted.candidates,
            failure: None,
        };
        let applied = match &mut self.attachment {
            Some(attachment) => attachment.apply(&picture, &mut engine),
            None if engine.turn(Direction::There, 0) => Ok(Applied::Same),
            None => Err(ChangeError::Engine),
        };
        let failure = engine.failure.take();
        let applied = match (applied, failure) {
            (Ok(applied), _) => applied,
            (Err(ChangeError::Network(error)), _) => return Err(error.into()),
            (Err(ChangeError::Engine | ChangeError::Stopped), Some(error)) => return Err(error.into()),
            (Err(error @ (ChangeError::Engine | ChangeError::Stopped)), None) => return Err(self.called_off(&error)),
        };
        let before = std::mem::replace(&mut self.now, wanted);
        self.follower.peers_changed();
        if before.update.private_key != self.now.update.private_key {
            self.follower.key_changed();
        }
        match applied {
            Applied::Same => {}
            Applied::NewDevice(device) => self.replace_device(device)?,
        }
        self.greet_those_that_are_new(&before);
        Ok(())
    }

    /// Gives the engine a new device. A tunnel that cannot use it carries nothing, and ends.
    fn replace_device(&self, device: TunDevice) -> Result<(), ActivationError> {
        let Some(running) = &self.running else { return Ok(()) };
        running.replace_device(device).map_err(|error| {
            self.shutdown.end(End::InterfaceRemoved);
            ActivationError::Start { name: self.name().clone(), error: StartError::Interface(error) }
        })
    }

    /// Begins handshakes with peers that are new or had no endpoint before, if they have an endpoint now.
    fn greet_those_that_are_new(&self, before: &Configured) {
        let dialed = |configured: &Configured| -> BTreeSet<PublicKey> {
            let with_endpoint = configured.update.peers.iter().filter(|peer| peer.endpoint.is_some());
            with_endpoint.map(|peer| peer.public_key).collect()
        };
        let new: Vec<PublicKey> = dialed(&self.now).difference(&dialed(before)).copied().collect();
        if let Some(running) = self.running.as_ref().filter(|_| !new.is_empty()) {
            running.initiate(&new);
        }
    }

    /// Sets whether IPv6 may leave outside a tunnel that takes all of IPv4 and none of IPv6.
    ///
    /// # Errors
    /// The same as for [`Active::apply`].
    pub fn set_allow_ipv6_outside(&mut self, allowed: bool) -> Result<(), ActivationError> {
        let before = std::mem::replace(&mut self.allow_ipv6_outside, allowed);
        let applied = self.apply(self.now.config.clone());
        if applied.is_err() {
            self.allow_ipv6_outside = before;
        }
        applied
    }

    /// Lets the queries, and nothing else, pass the kill switch while names are looked up.
    fn looked_up(&mut self, config: Config) -> Result<Configured, ActivationError> {
        let has_names = config
            .remote_peers()
            .filter_map(|peer| peer.endpoint.as_ref())
            .any(|endpoint| matches!(endpoint.host, Host::Name(_)));
        if !has_names || self.kill_switch.is_none() {
            return self.configured(config);
        }
        let (endpoints, _) = self.let_out();
        if let Some(attachment) = &mut self.attachment {
            attachment.let_out(endpoints, true)?;
        }
        let configured = self.configured(config);
        self.follow_peers()?;
        configured
    }

    fn configured(&self, config: Config) -> Result<Configured, ActivationError> {
        let mut settings = InterfaceSettings::from(&config, self.name().clone());
        settings.hooks = self.now.settings.hooks.clone();
        let found = self.candidates(&config)?;
        let endpoints: Vec<(PublicKey, SocketAddr)> =
            found.iter().filter_map(|(peer, found, stays)| Some((*peer, stays.or(found.addresses.first().copied())?))).collect();
        let mark = self.now.update.fwmark.unwrap_or_default();
        let update = whole_update(&config, &endpoints, mark);
        let candidates = found.into_iter().map(|(peer, found, _)| (peer, found)).collect();
        Ok(Configured { config, settings, update, candidates })
    }

    fn picture(&self, wanted: &Configured) -> Picture {
        let picture = Picture { yields: self.yields, allow_ipv6_outside: self.allow_ipv6_outside, ..wanted.picture() };
        let endpoints = kill_switch::endpoints(&wanted.update, &wanted.candidates, self.running.as_deref());
        let resolving = self.follower.is_looking_up();
        let lockdown = kill_switch::lockdown(self.kill_switch.as_ref(), &picture, endpoints, resolving);
        Picture { lockdown, ..picture }
    }

    /// Returns the addresses of each peer that has an endpoint, and the address that the peer keeps: the one that the engine
    /// got for the same endpoint, if the name still has it. (Name servers return several addresses in any order.)
    fn candidates(&self, config: &Config) -> Result<Vec<(PublicKey, Candidates, Option<SocketAddr>)>, ActivationError> {
        let (resolver, patience) = (self.resolver_outside(), Patience::Retries(0));
        let lookup = Lookup { resolver: &resolver, patience, shutdown: &self.shutdown, reporter: &*self.reporter };
        let before: HashMap<PublicKey, &Endpoint> =
            self.now.config.remote_peers().filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?))).collect();
        let told: HashMap<PublicKey, SocketAddr> =
            self.now.update.peers.iter().filter_map(|peer| Some((peer.public_key, peer.endpoint?))).collect();
        let mut candidates = Vec::new();
        for peer in config.remote_peers() {
            let (key, Some(endpoint)) = (peer.public_key, &peer.endpoint) else { continue };
            let is_same = before.get(&key).is_some_and(|before| *before == endpoint);
            let other_port = before.get(&key).filter(|before| !is_same && before.host == endpoint.host);
            if let Some(known) = other_port.and_then(|_| self.now.candidates.get(&key)) {
                candidates.push((key, known.at_port(endpoint.port), None));
                continue;
            }
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
}

/// The engine while the network around it changes.
struct Turning<'a> {
    running: Option<Arc<dyn Running>>,
    reporter: &'a dyn Reporter,
    from: &'a DeviceUpdate,
    to: &'a mut DeviceUpdate,
    candidates: &'a HashMap<PublicKey, Candidates>,
    /// Why the engine rejected the change.
    failure: Option<UpdateError>,
}

impl EngineSide for Turning<'_> {
    fn turn(&mut self, direction: Direction, mark: u32) -> bool {
        let Some(running) = &self.running else { return true };
        let change = match direction {
            Direction::There => {
                self.to.fwmark = Some(mark);
                difference(&running.view(), self.from, self.to)
            }
            Direction::Back => difference(&running.view(), self.to, self.from),
        };
        match (running.apply(change), direction) {
            (Ok(()), _) => return true,
            (Err(error), Direction::There) => self.failure = Some(error),
            (Err(error), Direction::Back) => self.reporter.report(&Progress::NotTakenBack(error.into())),
        }
        false
    }

    fn endpoints(&mut self) -> Vec<SocketAddr> {
        kill_switch::endpoints(self.to, self.candidates, self.running.as_deref())
    }
}

#[cfg(test)]
mod tests;
