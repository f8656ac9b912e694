//! A computer that only remembers what it was told, and fails where the test wants it to.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit_config::InterfaceName;

use super::lock;
use crate::device::Stop;
use crate::host::{
    DnsSpec, FirewallPolicy, Host, HostError, InterfaceSpec, NetworkChange, NetworkEvents, Plan, RouteSpec, Warning,
};

/// What the computer was told last: the whole of its state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HostState {
    /// None before it is set and after it is removed.
    pub interface: Option<InterfaceSpec>,
    /// None where there are no routes.
    pub routes: Option<RouteSpec>,
    /// None for the system's own.
    pub dns: Option<DnsSpec>,
    /// Packet filter.
    pub firewall: FirewallPolicy,
}

/// Which call fails, and how. Only calls that ask for something fail; those that undo work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The `n`th call, counted from 0, fails and does nothing.
    Refused(usize),
    /// The `n`th call does what it should, and then says that it failed.
    HalfDone(usize),
}

/// A [`Host`] in memory.
#[derive(Clone, Debug, Default)]
pub struct RecordingHost {
    inside: Arc<Mutex<Inside>>,
}

#[derive(Debug, Default)]
struct Inside {
    state: HostState,
    fault: Option<Fault>,
    calls: Vec<&'static str>,
}

impl RecordingHost {
    /// A computer on which a call fails.
    pub fn with_fault(fault: Fault) -> Self {
        Self { inside: Arc::new(Mutex::new(Inside { fault: Some(fault), ..Inside::default() })) }
    }

    /// Everything it was told.
    pub fn state(&self) -> HostState {
        lock(&self.inside).state.clone()
    }

    /// The calls that asked for something, in order.
    pub fn calls(&self) -> Vec<&'static str> {
        lock(&self.inside).calls.clone()
    }

    fn ask<T>(&self, call: &'static str, work: impl FnOnce(&mut HostState) -> T) -> Result<T, HostError> {
        let mut inside = lock(&self.inside);
        let number = inside.calls.len();
        inside.calls.push(call);
        let failure = || HostError::Kernel { doing: call.into(), error: io::Error::other("as the test asked for") };
        match inside.fault {
            Some(Fault::Refused(fails)) if fails == number => Err(failure()),
            Some(Fault::HalfDone(fails)) if fails == number => {
                work(&mut inside.state);
                Err(failure())
            }
            Some(_) | None => Ok(work(&mut inside.state)),
        }
    }

    fn undo(&self, work: impl FnOnce(&mut HostState)) -> Result<(), HostError> {
        work(&mut lock(&self.inside).state);
        Ok(())
    }
}

impl Host for RecordingHost {
    fn check(&self, _: &Plan) -> Result<Vec<Warning>, HostError> {
        self.ask("check", |_| Vec::new())
    }

    fn free_table(&self) -> Result<u32, HostError> {
        self.ask("free_table", |_| 51820)
    }

    fn route_mtu(&self, _: &[IpAddr]) -> Result<Option<u32>, HostError> {
        self.ask("route_mtu", |_| Some(1500))
    }

    fn set_interface(&self, interface: &InterfaceSpec) -> Result<(), HostError> {
        self.ask("set_interface", |state| state.interface = Some(interface.clone()))
    }

    fn remove_interface(&self, _: &InterfaceName) -> Result<(), HostError> {
        self.undo(|state| state.interface = None)
    }

    fn set_routes(&self, routes: &RouteSpec) -> Result<(), HostError> {
        if routes.routes.is_empty() && routes.policy.is_none() {
            return self.undo(|state| state.routes = None);
        }
        self.ask("set_routes", |state| state.routes = Some(routes.clone()))
    }

    fn set_dns(&self, _: &InterfaceName, dns: Option<&DnsSpec>) -> Result<(), HostError> {
        match dns {
            Some(dns) => self.ask("set_dns", |state| state.dns = Some(dns.clone())),
            None => self.undo(|state| state.dns = None),
        }
    }

    fn set_firewall(&self, _: &InterfaceName, policy: &FirewallPolicy) -> Result<(), HostError> {
        match policy {
            FirewallPolicy::FullTunnel(_) => self.ask("set_firewall", |state| state.firewall = policy.clone()),
            FirewallPolicy::Open => self.undo(|state| state.firewall = FirewallPolicy::Open),
        }
    }

    fn watch(&self) -> Result<Box<dyn NetworkEvents>, HostError> {
        self.ask("watch", |_| Box::new(Silence) as Box<dyn NetworkEvents>)
    }

    fn clean_up(&self, _: &InterfaceName) -> Result<Vec<String>, HostError> {
        let mut inside = lock(&self.inside);
        let is_clean = inside.state == HostState::default();
        inside.state = HostState::default();
        Ok(if is_clean { Vec::new() } else { vec!["everything".into()] })
    }
}

/// Nothing ever changes.
struct Silence;

impl NetworkEvents for Silence {
    fn next(&mut self, stop: &dyn Stop) -> io::Result<Option<NetworkChange>> {
        while !stop.is_stopped() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(None)
    }
}
