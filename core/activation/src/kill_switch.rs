//! The kill switch around a tunnel. From before the tunnel's first step until somebody opens it, no packet leaves the computer
//! outside the tunnel. It is not a step that is undone: when the tunnel fails, the kill switch stays closed.

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use adit_config::{Config, Host as EndpointHost, InterfaceSettings};
use adit_platform::network::{Closed, Lockdown, NameAddresses, Picture, Underlay};
use adit_protocol::PublicKey;
use adit_tunnel::DeviceUpdate;

use super::active::Active;
use super::engine::Running;
use super::error::ActivationError;
use super::resolve::{Candidates, Resolver};
use super::{KillSwitchRequest, Platform};

/// Builds a kill switch that lets nothing out: there is no tunnel, and the local networks that may stay open are unknown.
pub fn closed(owner: &str) -> Closed {
    Closed { owner: owner.to_owned(), lan_of: None, home_probe: false }
}

/// Builds the kill switch of a tunnel that is not up. It lets nothing out except the home probe, if it is allowed, and to local
/// networks, if these are allowed and `settings` tell which networks belong to the tunnel.
pub fn closed_except_lan(kill_switch: &KillSwitchRequest, settings: Option<&InterfaceSettings>) -> Closed {
    let lan_of = settings.filter(|_| kill_switch.allow_lan).map(|settings| Box::new(Picture::from(settings)));
    Closed { lan_of, home_probe: kill_switch.home_probe, ..closed(&kill_switch.owner) }
}

/// Returns the requested kill switch around a tunnel whose packets go to `endpoints`. None if its picture is not a full tunnel.
pub(super) fn lockdown(
    kill_switch: Option<&KillSwitchRequest>,
    picture: &Picture,
    endpoints: Vec<SocketAddr>,
    resolving: bool,
) -> Option<Lockdown> {
    let KillSwitchRequest { owner, allow_lan, home_probe } = kill_switch.filter(|_| picture.takes_all())?;
    Some(Lockdown { owner: owner.clone(), allow_lan: *allow_lan, endpoints, resolving, home_probe: *home_probe })
}

/// Returns the addresses that the tunnel's packets may go to: the peers' configured endpoints, their candidates, and where they
/// have roamed.
pub(super) fn endpoints(
    update: &DeviceUpdate,
    candidates: &HashMap<PublicKey, Candidates>,
    running: Option<&dyn Running>,
) -> Vec<SocketAddr> {
    let told = update.peers.iter().filter_map(|peer| peer.endpoint);
    let may_be = candidates.values().flat_map(|found| found.addresses.iter().copied());
    let view = running.map(|running| running.view()).unwrap_or_default();
    let are = view.peers.into_iter().filter_map(|peer| peer.endpoint);
    let mut seen = HashSet::new();
    told.chain(may_be).chain(are).filter(|endpoint| seen.insert(*endpoint)).collect()
}

/// Returns the endpoints that are given as addresses.
pub(super) fn literal(config: &Config) -> Vec<SocketAddr> {
    let endpoints = config.remote_peers().filter_map(|peer| peer.endpoint.as_ref());
    let address = |endpoint: &adit_config::Endpoint| match &endpoint.host {
        EndpointHost::Ip(address) => Some(SocketAddr::new(*address, endpoint.port)),
        EndpointHost::Scoped { .. } | EndpointHost::Name(_) => None,
    };
    endpoints.filter_map(address).collect()
}

/// A resolver that asks outside the kill switch. If that has no answer, it asks the system's resolver, which may know names
/// that DNS does not.
pub(super) struct Outside {
    underlay: Arc<dyn Underlay>,
    system: Arc<dyn Resolver>,
}

impl Outside {
    pub(super) fn of(platform: &Platform, underlay: Arc<dyn Underlay>) -> Arc<dyn Resolver> {
        Arc::new(Self { underlay, system: Arc::clone(&platform.resolver) })
    }
}

impl Resolver for Outside {
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates> {
        match self.underlay.look_up(host) {
            Ok(NameAddresses { addresses, .. }) if addresses.is_empty() => {
                Ok(self.system.look_up(host, port).unwrap_or_default())
            }
            Ok(NameAddresses { addresses, ttl }) => {
                Ok(Candidates::new(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect(), ttl))
            }
            Err(outside) => self.system.look_up(host, port).map_err(|_| outside),
        }
    }
}

impl Active {
    /// Returns true if the kill switch is closed.
    pub fn is_closed(&self) -> bool {
        self.kill_switch.is_some() && self.now.picture().takes_all()
    }

    /// Closes or opens the kill switch.
    ///
    /// # Errors
    /// When the system refuses. Everything is then as it was.
    pub fn set_kill_switch(&mut self, kill_switch: Option<KillSwitchRequest>) -> Result<(), ActivationError> {
        let (endpoints, resolving) = self.let_out();
        let lockdown = lockdown(kill_switch.as_ref(), &self.now.picture(), endpoints, resolving);
        if let Some(attachment) = &mut self.attachment {
            attachment.set_lockdown(lockdown.as_ref())?;
        }
        self.kill_switch = kill_switch;
        Ok(())
    }

    /// Updates the local networks that stay outside the tunnel: adds networks that the computer has joined, and removes those
    /// that it has left. Returns true if they changed.
    ///
    /// # Errors
    /// When the system refuses. The local networks are then as they were.
    pub fn follow_local_networks(&mut self) -> Result<bool, ActivationError> {
        Ok(self.attachment.as_mut().map_or(Ok(false), |attachment| attachment.follow_local_networks())?)
    }

    /// Opens the kill switch for the current addresses of the peers.
    ///
    /// # Errors
    /// When the system refuses. The addresses are then as they were.
    pub fn follow_peers(&mut self) -> Result<(), ActivationError> {
        if self.kill_switch.is_none() {
            return Ok(());
        }
        let (endpoints, resolving) = self.let_out();
        Ok(self.attachment.as_mut().map_or(Ok(()), |attachment| attachment.let_out(endpoints, resolving))?)
    }

    /// Returns the addresses that the tunnel's packets may go to, and whether names are being looked up.
    pub(super) fn let_out(&self) -> (Vec<SocketAddr>, bool) {
        let endpoints = endpoints(&self.now.update, &self.now.candidates, self.running.as_deref());
        (endpoints, self.follower.is_looking_up())
    }
}

#[cfg(test)]
mod tests;
