//! The kill switch around a tunnel: from before its first step until somebody opens it, nothing leaves the computer past it. It is no step
//! that is taken back: when the tunnel breaks, it is what stays.

use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use adit_config::{Config, Host as EndpointHost, InterfaceName, InterfaceSettings};
use adit_platform::host::plan::{is_private, private_networks_inside};
use adit_platform::host::{DnsNames, Host, HostError, Ipv6LeftOut, KillSwitchRules, Lan, NameAddresses, Plan};

use super::active::{Active, Picture};
use super::error::ActivationError;
use super::progress::Progress;
use super::resolve::{Candidates, Resolver};
use super::{KillSwitchRequest, Platform, Request};

/// Lets out nothing: there is no tunnel, and it is not known which local networks stay open.
pub fn closed(owner: &str) -> KillSwitchRules {
    KillSwitchRules {
        owner: owner.to_owned(),
        mark: 0,
        endpoints: Vec::new(),
        lan: Vec::new(),
        inside: Vec::new(),
        resolving: false,
    }
}

/// The kill switch of a tunnel that is not there. It lets out nothing, but to local networks where these are allowed and `settings` tell
/// which networks are the tunnel's.
pub fn closed_except_lan(
    kill_switch: &KillSwitchRequest,
    settings: Option<&InterfaceSettings>,
    name: &InterfaceName,
    host: &dyn Host,
) -> KillSwitchRules {
    let closed = closed(&kill_switch.owner);
    let Some(settings) = settings.filter(|_| kill_switch.allow_lan) else { return closed };
    // A system that does not tell them leaves them closed.
    let mut lan = host.local_networks(name).unwrap_or_default();
    // The encrypted packets of other tunnels have no way out either.
    lan.retain(|local| !local.is_tunnel);
    KillSwitchRules { lan, inside: private_networks_inside(settings).collect(), ..closed }
}

/// The kill switch that the request asks for; None where its configuration does not take all traffic.
pub(super) fn wanted<'a>(request: &'a Request, settings: &InterfaceSettings) -> Option<&'a KillSwitchRequest> {
    request.kill_switch.as_ref().filter(|_| Plan::takes_all(settings))
}

/// Fits a plan to this computer. It leaves open only what the kill switch allows of local networks, and IPv6 only where that is allowed or
/// there is none; and it leaves out what cannot be done here, as far as nothing leaves past the tunnel because of that.
///
/// # Errors
/// When the system does not tell which local networks there are.
pub(super) fn limit(
    plan: &mut Plan,
    kill_switch: Option<&KillSwitchRequest>,
    allow_ipv6_outside: bool,
    host: &dyn Host,
) -> Result<(), HostError> {
    if plan.routes.policy.is_some() {
        plan.routes.lan = lan(kill_switch, &plan.name, host)?;
    }
    if allow_ipv6_outside || !host.has_ipv6() {
        plan.allow_ipv6_outside();
    }
    leave_out_ipv6(plan, kill_switch, allow_ipv6_outside, host);
    if plan.dns.as_ref().is_some_and(|dns| dns.names != DnsNames::All) && !host.can_split_dns() {
        plan.leave_out_split_dns();
    }
    Ok(())
}

/// Where the tunnel's interface cannot have IPv6, while nothing that belongs into the tunnel could leave over another interface: none has
/// IPv6, the kill switch closes it, or it may. Otherwise the plan keeps its IPv6, and the system says that it cannot be carried out.
fn leave_out_ipv6(plan: &mut Plan, kill_switch: Option<&KillSwitchRequest>, allow_ipv6_outside: bool, host: &dyn Host) {
    if !plan.has_ipv6() {
        return;
    }
    let Some(because) = host.why_no_ipv6(plan.mtu) else { return };
    let is_elsewhere = host.has_ipv6();
    let is_closed = kill_switch.is_some() && plan.routes.policy.is_some();
    if !is_elsewhere || is_closed || allow_ipv6_outside || !plan.has_ipv6_routes() {
        plan.leave_out_ipv6(Ipv6LeftOut { because, is_elsewhere });
    }
}

/// Which local networks stay reachable past the tunnel `name`.
fn lan(kill_switch: Option<&KillSwitchRequest>, name: &InterfaceName, host: &dyn Host) -> Result<Lan, HostError> {
    let mut networks = host.local_networks(name)?;
    let Some(kill_switch) = kill_switch else {
        networks.retain(|local| !is_private(&local.network));
        return Ok(Lan::Private(networks));
    };
    networks.retain(|local| local.is_tunnel || kill_switch.allow_lan);
    Ok(Lan::Only(networks))
}

/// Around a tunnel whose packets go there.
pub(super) fn around(
    owner: &str,
    plan: &Plan,
    settings: &InterfaceSettings,
    endpoints: Vec<SocketAddr>,
    resolving: bool,
) -> KillSwitchRules {
    KillSwitchRules {
        owner: owner.to_owned(),
        mark: plan.mark,
        endpoints,
        lan: match &plan.routes.lan {
            Lan::Private(_) => Vec::new(),
            Lan::Only(networks) => networks.clone(),
        },
        inside: private_networks_inside(settings).collect(),
        resolving,
    }
}

/// Endpoints that are addresses already.
pub(super) fn literal(config: &Config) -> Vec<SocketAddr> {
    let endpoints = config.remote_peers().filter_map(|peer| peer.endpoint.as_ref());
    let address = |endpoint: &adit_config::Endpoint| match &endpoint.host {
        EndpointHost::Ip(address) => Some(SocketAddr::new(*address, endpoint.port)),
        EndpointHost::Scoped { .. } | EndpointHost::Name(_) => None,
    };
    endpoints.filter_map(address).collect()
}

/// Asks outside of the kill switch, and where that has no answer, the system's own, which may know names that DNS does not.
pub(super) struct Outside {
    host: Arc<dyn Host>,
    mark: u32,
    /// DNS servers that are reached through the tunnel.
    inside: Vec<IpAddr>,
    system: Arc<dyn Resolver>,
}

impl Outside {
    pub(super) fn of(platform: &Platform, plan: &Plan) -> Arc<dyn Resolver> {
        Arc::new(Self {
            host: Arc::clone(&platform.host),
            mark: plan.mark,
            inside: plan.dns.as_ref().map(|dns| dns.servers.clone()).unwrap_or_default(),
            system: Arc::clone(&platform.resolver),
        })
    }
}

impl Resolver for Outside {
    fn look_up(&self, host: &str, port: u16) -> io::Result<Candidates> {
        match self.host.look_up_outside(host, self.mark, &self.inside) {
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
    /// Whether nothing gets out past it.
    pub fn is_closed(&self) -> bool {
        self.kill_switch_of(&self.now).is_some()
    }

    /// Closes or opens the way past the tunnel.
    ///
    /// # Errors
    /// When the system cannot be told. Everything is then as it was.
    pub fn set_kill_switch(&mut self, kill_switch: Option<KillSwitchRequest>) -> Result<(), ActivationError> {
        let lan = match self.now.plan.routes.policy {
            Some(_) => lan(kill_switch.as_ref(), self.name(), &*self.platform.host)?,
            None => self.now.plan.routes.lan.clone(),
        };
        let before = std::mem::replace(&mut self.kill_switch, kill_switch);
        let set = self.leave_open(lan);
        if set.is_err() {
            self.kill_switch = before;
            self.put_kill_switch_back();
        }
        Ok(set?)
    }

    /// Lets the local networks stay outside that the computer is in by now, and takes in those that it has left. True: these are others
    /// than before.
    ///
    /// # Errors
    /// When the system cannot be told. The local networks that were open are open still.
    pub fn follow_local_networks(&mut self) -> Result<bool, ActivationError> {
        if self.now.plan.routes.policy.is_none() {
            return Ok(false);
        }
        let lan = lan(self.kill_switch.as_ref(), self.name(), &*self.platform.host)?;
        if lan == self.now.plan.routes.lan {
            return Ok(false);
        }
        let set = self.leave_open(lan);
        if set.is_err() {
            self.put_kill_switch_back();
        }
        Ok(set.map(|()| true)?)
    }

    /// Sets the packet filter, then the routing rules for local networks where these change. Where the system cannot be told, the plan is
    /// what it was.
    fn leave_open(&mut self, lan: Lan) -> Result<(), HostError> {
        let before = std::mem::replace(&mut self.now.plan.routes.lan, lan);
        let (host, routes) = (&self.platform.host, &self.now.plan.routes);
        let set = host
            .set_kill_switch(self.name(), self.kill_switch_of(&self.now).as_ref())
            .and_then(|()| if routes.policy.is_some() && routes.lan != before { host.set_routes(routes) } else { Ok(()) });
        if set.is_err() {
            self.now.plan.routes.lan = before;
        }
        self.place.set(Some((&self.now.plan, &self.now.interface)));
        set
    }

    /// After a change that failed half way: filter and rules as they are planned.
    fn put_kill_switch_back(&self) {
        let (host, routes) = (&self.platform.host, &self.now.plan.routes);
        let filter = host.set_kill_switch(self.name(), self.kill_switch_of(&self.now).as_ref());
        let rules = if routes.policy.is_some() { host.set_routes(routes) } else { Ok(()) };
        for error in [filter, rules].into_iter().filter_map(Result::err) {
            self.reporter.report(&Progress::NotTakenBack(error.into()));
        }
    }

    /// Lets the tunnel's packets go where its peers are by now.
    ///
    /// # Errors
    /// When the system cannot be told. They go where they went.
    pub fn follow_peers(&self) -> Result<(), ActivationError> {
        if let Some(kill_switch) = self.kill_switch_of(&self.now) {
            self.platform.host.set_kill_switch(self.name(), Some(&kill_switch))?;
        }
        Ok(())
    }

    /// Before a change to `wanted`: closed as far as both are.
    pub(super) fn close_for(&self, wanted: &Picture) -> Result<(), HostError> {
        let both = match (self.kill_switch_of(&self.now), self.kill_switch_of(wanted)) {
            (Some(now), Some(mut wanted)) => {
                wanted.endpoints.extend(now.endpoints);
                Some(wanted)
            }
            (now, wanted) => wanted.or(now),
        };
        both.map_or(Ok(()), |both| self.platform.host.set_kill_switch(self.name(), Some(&both)))
    }

    /// After a change from `before`, or one that was taken back: closed as far as what is now.
    pub(super) fn close_after(&self, before: &Picture) -> Result<(), HostError> {
        let now = self.kill_switch_of(&self.now);
        if now.is_none() && self.kill_switch_of(before).is_none() {
            return Ok(());
        }
        self.platform.host.set_kill_switch(self.name(), now.as_ref())
    }

    pub(super) fn kill_switch_of(&self, picture: &Picture) -> Option<KillSwitchRules> {
        let KillSwitchRequest { owner, .. } = self.kill_switch.as_ref()?;
        picture.plan.routes.policy?;
        let told = picture.update.peers.iter().filter_map(|peer| peer.endpoint);
        // Where they may be found, too.
        let may_be = picture.candidates.values().flat_map(|found| found.addresses.iter().copied());
        // Those that have moved.
        let are = self.view().peers.into_iter().filter_map(|peer| peer.endpoint);
        let mut seen = HashSet::new();
        let endpoints = told.chain(may_be).chain(are).filter(|endpoint| seen.insert(*endpoint)).collect();
        Some(around(owner, &picture.plan, &picture.settings, endpoints, self.follower.is_looking_up()))
    }
}

#[cfg(test)]
mod tests;
