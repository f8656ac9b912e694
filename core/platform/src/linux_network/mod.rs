//! The Linux adapter without its system calls: turns a picture into routing tables, marks, rules and a packet filter, in an
//! order in which nothing leaks, and undoes everything when a step fails.
//!
//! The system calls are behind [`Host`], which is private to this crate. The in-memory computer of the tests
//! ([`RecordingHost`](crate::fake::RecordingHost)) implements it too, so that the same steps are tested without root and on
//! every system.

mod attachment;
mod change;
mod explain;
mod fit;
pub(crate) mod host;
mod place;
pub(crate) mod plan;
mod portal;
mod reconcile;
pub(crate) mod spec;
mod underlay;
pub(crate) mod undo;

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use adit_config::{Cidr, InterfaceName};

use crate::network::{
    Attachment, Closed, Listener, NameAddresses, Network, NetworkError, NetworkEvents, Part, Picture, PortalExemption, Protected,
    ResolversOverwritten, StandingKillSwitch, TamperingEvents, Underlay,
};
use attachment::LinuxAttachment;
use host::Host;
use reconcile::ReconcilingHost;
use spec::FirewallPolicy;
use underlay::Marked;

/// The network of the calling thread's network namespace. Clones share the memory of what was set.
#[derive(Clone)]
#[cfg_attr(not(target_os = "linux"), expect(unreachable_pub, reason = "other systems use it in tests alone, by the trait"))]
pub struct LinuxNetwork {
    host: Arc<ReconcilingHost>,
    standing: Standing,
}

/// The tunnels whose packet filters stay while they are restarted.
#[derive(Clone, Default)]
struct Standing(Arc<Mutex<BTreeSet<InterfaceName>>>);

impl Standing {
    fn add(&self, name: &InterfaceName) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
    }

    /// Removes the tunnel. Returns true if it was listed.
    fn remove(&self, name: &InterfaceName) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name)
    }
}

impl LinuxNetwork {
    pub(crate) fn on(host: Arc<dyn Host>) -> Self {
        Self { host: Arc::new(ReconcilingHost::around(host)), standing: Standing::default() }
    }

    fn host(&self) -> Arc<dyn Host> {
        Arc::clone(&self.host) as Arc<dyn Host>
    }
}

impl Network for LinuxNetwork {
    fn prepare(&self, picture: &Picture, listener: &Arc<dyn Listener>) -> Result<Box<dyn Attachment>, NetworkError> {
        let attachment = LinuxAttachment::prepare(self.host(), self.standing.clone(), picture, listener)?;
        Ok(Box::new(attachment))
    }

    fn underlay(&self) -> Arc<dyn Underlay> {
        Arc::new(Marked { host: self.host(), mark: 0, inside: Vec::new() })
    }

    fn events(&self) -> Result<Box<dyn NetworkEvents>, NetworkError> {
        self.host.watch()
    }

    fn recover(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        self.host.clean_up(name)
    }

    fn end_restart(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        if self.standing.remove(name) { self.host.set_firewall(name, &FirewallPolicy::Open) } else { Ok(()) }
    }

    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        self.host.local_route(destination)
    }

    fn check_kill_switch(&self) -> Result<(), NetworkError> {
        self.host.check_kill_switch()
    }

    fn lock(&self, name: &InterfaceName, closed: &Closed) -> Result<(), NetworkError> {
        self.host.set_kill_switch(name, Some(&fit::closed(closed, name, &*self.host)))
    }

    fn relock(&self, name: &InterfaceName, closed: &Closed) -> Result<(), NetworkError> {
        let wanted = fit::closed(closed, name, &*self.host);
        if self.host.wanted_kill_switch(name).as_ref() == Some(&wanted) {
            return Ok(());
        }
        self.host.set_kill_switch(name, Some(&wanted))
    }

    fn unlock(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        self.host.set_kill_switch(name, None)
    }

    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        self.host.kill_switches()
    }

    fn adopt(&self, name: &InterfaceName, closed: &Closed) {
        self.host.found(name, fit::closed(closed, name, &*self.host));
    }

    fn set_portal(&self, exemption: Option<&PortalExemption>) -> Result<(), NetworkError> {
        self.host.set_portal(exemption)
    }

    fn portal_look_up(&self, host: &str) -> io::Result<NameAddresses> {
        let (mark, inside) = self.host.portal_path();
        self.host.look_up_outside(host, mark, &inside)
    }

    fn check_portal_route(&self, address: IpAddr) -> io::Result<()> {
        let (mark, _) = self.host.portal_path();
        // Services of this computer, and hosts behind a tunnel, may trust what comes from here.
        let route = self.host.route_to(address, mark).map_err(io::Error::other)?.ok_or(io::ErrorKind::NetworkUnreachable)?;
        if route.interface == "lo" || self.host.interfaces().iter().any(|own| own.as_str() == route.interface) {
            return Err(io::Error::new(
                io::ErrorKind::AddrNotAvailable,
                "a sign-in page is on neither this computer nor a tunnel",
            ));
        }
        Ok(())
    }

    fn portal_connect(&self, to: SocketAddr) -> io::Result<TcpStream> {
        // The route may have changed since the way was opened to this address.
        self.check_portal_route(to.ip())?;
        let (mark, _) = self.host.portal_path();
        self.host.connect_outside(to, mark)
    }

    fn tampering(&self) -> Result<Option<Box<dyn TamperingEvents>>, NetworkError> {
        self.host.guard().map(Some)
    }

    fn interfaces(&self) -> Vec<InterfaceName> {
        self.host.interfaces()
    }

    fn put_back(&self, name: &InterfaceName, what: Protected) -> Result<Vec<Part>, NetworkError> {
        let single = |is_there: bool, part| is_there.then_some(part).into_iter().collect();
        match what {
            Protected::KillSwitch => self.host.reconcile_kill_switch(name).map(|is_there| single(is_there, Part::KillSwitch)),
            Protected::Filter => self.host.put_back_filter(name).map(|is_there| single(is_there, Part::Filter)),
            Protected::Ways => self.host.put_back_ways(name),
        }
    }

    fn on_resolvers_overwritten(&self, tell: ResolversOverwritten) {
        self.host.on_resolvers_overwritten(tell);
    }
}

#[cfg(test)]
pub(crate) mod tests;
