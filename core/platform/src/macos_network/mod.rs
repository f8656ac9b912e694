//! The macOS adapter without its system calls: turns a picture into routes, a `pf` anchor and dictionaries of SystemConfiguration, in
//! an order in which nothing leaks, and undoes everything when a step fails.
//!
//! The system calls are behind [`Kernel`], which speaks in the system's own messages and texts. So every system runs the tests of
//! all that is written and read.

mod attachment;
pub(crate) mod changes;
mod computer;
mod explain;
mod filter;
mod filter_status;
pub(crate) mod kernel;
mod plan;
mod resolver;
pub(crate) mod route_message;
mod sockaddr;
mod underlay;

use std::net::IpAddr;
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use crate::network::{
    Attachment, Closed, Listener, Network, NetworkError, NetworkEvents, Part, Picture, Protected, StandingKillSwitch, Underlay,
};
use attachment::{MacAttachment, closed};
use computer::Computer;
use filter::Filter;
use kernel::Kernel;
use underlay::Outside;

/// The network of a Mac.
pub(crate) struct MacNetwork(Arc<Computer>);

impl MacNetwork {
    pub(crate) fn on(kernel: Arc<dyn Kernel>) -> Self {
        Self(Arc::new(Computer::new(kernel)))
    }
}

impl Network for MacNetwork {
    fn prepare(&self, picture: &Picture, listener: &Arc<dyn Listener>) -> Result<Box<dyn Attachment>, NetworkError> {
        Ok(Box::new(MacAttachment::prepare(Arc::clone(&self.0), picture, listener)?))
    }

    fn underlay(&self) -> Arc<dyn Underlay> {
        Arc::new(Outside(Arc::clone(&self.0)))
    }

    fn events(&self) -> Result<Box<dyn NetworkEvents>, NetworkError> {
        self.0.kernel.watch().map_err(NetworkError::kernel("noticing changes of the network"))
    }

    fn recover(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError> {
        self.0.recover(name)
    }

    fn end_restart(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        let filter = self.0.filter_of(name);
        if filter.guard.is_none() || self.0.interface_of(name).is_some() {
            return Ok(());
        }
        self.0.set_filter(name, &Filter { guard: None, ..filter })
    }

    fn local_route(&self, destination: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        self.0.local_route(destination)
    }

    fn check_kill_switch(&self) -> Result<(), NetworkError> {
        self.0.check_filter()
    }

    fn lock(&self, name: &InterfaceName, wanted: &Closed) -> Result<(), NetworkError> {
        self.0.set_filter(name, &closed(wanted, name, &self.0))
    }

    fn relock(&self, name: &InterfaceName, wanted: &Closed) -> Result<(), NetworkError> {
        let filter = closed(wanted, name, &self.0);
        if self.0.filter_of(name) == filter { Ok(()) } else { self.0.set_filter(name, &filter) }
    }

    fn unlock(&self, name: &InterfaceName) -> Result<(), NetworkError> {
        self.0.set_filter(name, &Filter { kill_switch: None, ..self.0.filter_of(name) })
    }

    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        self.0.kill_switches()
    }

    fn adopt(&self, name: &InterfaceName, wanted: &Closed) {
        self.0.adopt(name, closed(wanted, name, &self.0));
    }

    fn interfaces(&self) -> Vec<InterfaceName> {
        self.0.names()
    }

    fn put_back(&self, name: &InterfaceName, what: Protected) -> Result<Vec<Part>, NetworkError> {
        let part = match what {
            Protected::KillSwitch if self.0.filter_of(name).kill_switch.is_some() => Part::KillSwitch,
            Protected::Filter if self.0.filter_of(name).kill_switch.is_none() => Part::Filter,
            Protected::KillSwitch | Protected::Filter => return Ok(Vec::new()),
            Protected::Ways => return self.0.put_ways_back(name),
        };
        self.0.put_filter_back(name).map(|was_changed| was_changed.then_some(part).into_iter().collect())
    }
}

#[cfg(test)]
mod packet_filter;
#[cfg(test)]
mod tests;
